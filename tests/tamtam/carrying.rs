//! What messages carry beside their text.

use chrono::TimeDelta;
use sandbox::Platform;
use sandbox::world::{Attachment, ChatKind, Contact, Content, Draft, PhotosPayload};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, mid, tea};

fn file(kind: &str, token: &str) -> Value {
    json!({"type": kind, "payload": {"token": token}})
}

fn carrying(attachments: &Value) -> Value {
    json!({"text": null, "attachments": attachments})
}

fn chat(bench: &Bench, bot: &Bot) -> i64 {
    bench.chat_id(bench.dialog(bot))
}

#[tokio::test]
async fn a_picture_alone_is_a_message() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let token = bot.uploads("image", "a.png", b"png").await;
        let sent = bot.sends(chat, carrying(&json!([file("image", &token)]))).await;
        assert_eq!(sent["body"]["text"], "");
        let image = &sent["body"]["attachments"][0];
        assert_eq!(image["type"], "image");
        assert!(image["payload"]["photo_id"].is_i64());
        let url = image["payload"]["url"].as_str().expect("an address");
        let content = crate::harness::client().get(url).send().await.expect("an answer");
        assert_eq!(content.bytes().await.expect("a file").as_ref(), b"png");
    }
}

#[tokio::test]
async fn a_picture_is_named_by_the_answer_of_its_upload_or_by_its_address() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let token = bot.uploads("image", "a.png", b"png").await;
        let photos = json!([{"type": "image", "payload": {"photos": {"7": {"token": token}}}}]);
        bot.sends(chat, carrying(&photos)).await;
        let there = json!([{"type": "image", "payload": {"url": "https://example.org/a.png"}}]);
        let sent = bot.sends(chat, carrying(&there)).await;
        let url = &sent["body"]["attachments"][0]["payload"]["url"];
        assert_eq!(url, "https://example.org/a.png");
        for nothing in [json!({}), json!({"url": "   "}), json!({"token": "", "photos": {}})] {
            let nothing = json!([{"type": "image", "payload": nothing}]);
            let words = "No `photos`, `url` or `token` provided. Check payload.";
            assert_eq!(bot.is_refused(chat, carrying(&nothing)).await.2, words);
        }
    }
}

#[tokio::test]
async fn max_refuses_photos_when_the_switch_says_so() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let chat = chat(&bench, &bot);
    let token = bot.uploads("image", "a.png", b"png").await;
    bench.world.act(|state| state.switches.photos_payload = PhotosPayload::Refused);
    let photos = json!([{"type": "image", "payload": {"photos": {"7": {"token": token}}}}]);
    assert_eq!(bot.is_refused(chat, carrying(&photos)).await.2, "Can't deserialize body");
    bot.sends(chat, carrying(&json!([file("image", &token)]))).await;
}

#[tokio::test]
async fn a_file_has_its_name_and_its_size() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let token = bot.uploads("file", "a.txt", b"four").await;
        let sent = bot.sends(chat, carrying(&json!([file("file", &token), tea()]))).await;
        let told = &sent["body"]["attachments"][0];
        assert_eq!((&told["filename"], &told["size"]), (&json!("a.txt"), &json!(4)));
        assert_eq!(sent["body"]["attachments"][1]["type"], "inline_keyboard");
    }
}

#[tokio::test]
async fn a_file_is_the_only_one_of_its_message_but_for_a_keyboard() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let text = file("file", &bot.uploads("file", "a.txt", b"four").await);
        let song = file("audio", &bot.uploads("audio", "a.mp3", b"song").await);
        let place = json!({"type": "location", "latitude": 1.5, "longitude": 2});
        let sticker = json!({"type": "sticker", "payload": {"code": "cat"}});
        let card = json!({"type": "contact", "payload": {"name": "A", "vcf_phone": "+7"}});
        for (kind, several) in [
            ("file", json!([text, text])),
            ("file", json!([text, text, tea()])),
            ("file", json!([place, text])),
            ("audio", json!([song, place])),
            ("sticker", json!([sticker, place])),
            ("contact", json!([place, card])),
        ] {
            let words = format!("Must be only one {kind} attachment in message");
            assert_eq!(bot.is_refused(chat, carrying(&several)).await.2, words);
        }
        for alone in [text, song, sticker, card] {
            bot.sends(chat, carrying(&json!([alone, tea()]))).await;
        }
    }
}

#[tokio::test]
async fn a_film_has_a_thumbnail_and_measures() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let token = bot.uploads("video", "a.mp4", b"film").await;
        let sent = bot.sends(chat, carrying(&json!([file("video", &token)]))).await;
        let film = &sent["body"]["attachments"][0];
        let thumbnail = film["thumbnail"].as_object().expect("an object");
        // Schema 0.5.6: a whole photo; schema 0.0.32: an address.
        assert_eq!(thumbnail.contains_key("photo_id"), platform == Platform::Tamtam);
        let url = thumbnail["url"].as_str().expect("an address");
        let picture = crate::harness::client().get(url).send().await.expect("an answer");
        assert_eq!(picture.status().as_u16(), 200);
        assert_eq!(film["width"], 640);
    }
}

#[tokio::test]
async fn max_tells_of_a_film_by_its_token() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let chat = chat(&bench, &bot);
    let token = bot.uploads("video", "a.mp4", b"film").await;
    let sent = bot.sends(chat, carrying(&json!([file("video", &token)]))).await;
    let shown = sent["body"]["attachments"][0]["payload"]["token"].as_str().expect("a token");
    let (status, film) = bot.get(&format!("/videos/{shown}")).await;
    assert_eq!((status, &film["width"]), (200, &json!(640)));
    assert!(film["urls"]["mp4_360"].is_string());
    assert_eq!(bot.get("/videos/none").await.0, 404);
    let picture = bot.uploads("image", "a.png", b"png").await;
    assert_eq!(bot.get(&format!("/videos/{picture}")).await.0, 404);
    assert_eq!(bench.tamtam().get(&format!("/videos/{shown}")).await.0, 404);
}

#[tokio::test]
async fn tokens_of_one_file_begin_alike_and_all_of_them_send_it() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let token = bot.uploads("file", "a.txt", b"four").await;
        let sent = bot.sends(chat, carrying(&json!([file("file", &token)]))).await;
        let path = format!("/messages/{}", mid(&sent));
        let shown = |message: &Value| message["body"]["attachments"][0].clone();
        let (once, again) = (shown(&bot.get(&path).await.1), shown(&bot.get(&path).await.1));
        let (first, second) = (&once["payload"]["token"], &again["payload"]["token"]);
        let (first, second) = (first.as_str().expect("one"), second.as_str().expect("one"));
        assert_ne!(first, second);
        assert_eq!((&first[..21], &second[..21]), (&token[..21], &token[..21]));
        // What was read is sent back as it came.
        bot.sends(chat, carrying(&json!([once]))).await;
    }
}

#[tokio::test]
async fn a_token_that_nobody_was_given_sends_nothing() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let token = bot.uploads("file", "a.txt", b"four").await;
        let made_up = format!("{}{}", &token[..21], "a".repeat(99));
        for (kind, token) in [("file", made_up.as_str()), ("image", &token), ("file", "ä")] {
            let refused = bot.is_refused(chat, carrying(&json!([file(kind, token)]))).await;
            let words = format!("Key: errors.process.attachment.{kind}.not.found");
            assert_eq!(refused, (400, "proto.payload".to_owned(), words));
        }
        let missing = json!([{"type": "video", "payload": {}}]);
        let words = "Missing `token` in video attachment";
        assert_eq!(bot.is_refused(chat, carrying(&missing)).await.2, words);
    }
}

#[tokio::test]
async fn a_file_of_another_bot_is_not_sent() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, other) = (bench.on(platform), bench.another(platform, "Other"));
        let (own, others) = (chat(&bench, &bot), chat(&bench, &other));
        let token = other.uploads("video", "a.mp4", b"film").await;
        let words = "Key: errors.process.attachment.movie.not.owner";
        let refused = bot.is_refused(own, carrying(&json!([file("video", &token)]))).await;
        assert_eq!((refused.0, refused.2.as_str()), (400, words));
        let sent = other.sends(others, carrying(&json!([file("video", &token)]))).await;
        let shown = json!([sent["body"]["attachments"][0]]);
        assert_eq!(bot.is_refused(own, carrying(&shown)).await.2, words);
    }
}

#[tokio::test]
async fn a_file_that_a_bot_has_seen_it_may_send_on() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, other) = (bench.on(platform), bench.another(platform, "Other"));
        let anna = bench.anna(platform);
        let group = bench.world.act(|state| {
            let group = state.open_chat(ChatKind::Group, anna, "Tea");
            state.add_member(group, bot.key, Some(anna));
            state.add_member(group, other.key, Some(anna));
            group
        });
        let token = other.uploads("file", "a.txt", b"four").await;
        let body = carrying(&json!([file("file", &token)]));
        let sent = other.sends(bench.chat_id(group), body).await;
        let (_, seen) = bot.get(&format!("/messages/{}", mid(&sent))).await;
        let seen = &seen["body"]["attachments"][0];
        let passed = bot.sends(chat(&bench, &bot), carrying(&json!([seen]))).await;
        let told = &passed["body"]["attachments"][0];
        assert_eq!((&told["filename"], &told["size"]), (&seen["filename"], &seen["size"]));
    }
}

#[tokio::test]
async fn the_address_of_a_picture_is_one() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let wrong = json!([{"type": "image", "payload": {"url": "a.png"}}]);
        let refused = bot.is_refused(chat(&bench, &bot), carrying(&wrong)).await;
        assert_eq!(refused.2, "url: must be the address of a picture");
    }
}

#[tokio::test]
async fn a_file_is_sent_once_it_is_there_and_ready() {
    let bench = Bench::open().await;
    let processing = TimeDelta::hours(1);
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        bench.world.act(|state| {
            state.switches.processing_ms = processing.num_milliseconds().cast_unsigned();
        });
        let token = bot.uploads("file", "a.txt", b"four").await;
        let body = carrying(&json!([file("file", &token)]));
        let words = "Key: errors.process.attachment.file.not.processed".to_owned();
        let not_ready = (400, "attachment.not.ready".to_owned(), words);
        assert_eq!(bot.is_refused(chat, body.clone()).await, not_ready);
        bench.world.advance(processing);
        bot.sends(chat, body).await;
    }
    let bot = bench.max();
    let (_, place) = bot.post("/uploads?type=video", Value::Null).await;
    let token = place["token"].as_str().expect("a token before the upload");
    let refused = bot.is_refused(chat(&bench, &bot), carrying(&json!([file("video", token)])));
    assert_eq!(refused.await.1, "attachment.not.ready");
}

#[tokio::test]
async fn a_contact_is_a_card_and_who_it_is() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let anna = bench.user_id(bench.anna(platform));
        let payload = json!({"name": "Anna", "contact_id": anna, "vcf_phone": "+79991234567"});
        let contact = json!([{"type": "contact", "payload": payload}]);
        let sent = bot.sends(chat, carrying(&contact)).await;
        let told = &sent["body"]["attachments"][0]["payload"];
        let info = if platform == Platform::Max { "max_info" } else { "tam_info" };
        assert_eq!(told[info]["user_id"], anna);
        let card = told["vcf_info"].as_str().expect("a card");
        assert!(card.starts_with("BEGIN:VCARD\r\nVERSION:3.0\r\n"), "{card}");
        assert!(card.contains("\r\nTEL;TYPE=cell:79991234567\r\n"), "{card}");
        assert_eq!(told["hash"], Value::Null, "the platform does not vouch for a bot's card");
        for nothing in [json!({}), json!({"name": "Anna"}), json!({"contact_id": 5})] {
            let nothing = json!([{"type": "contact", "payload": nothing}]);
            assert_eq!(bot.is_refused(chat, carrying(&nothing)).await.0, 400);
        }
    }
}

#[tokio::test]
async fn a_card_without_a_name_has_the_one_of_the_account() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.user_id(bench.anna(platform));
        for name in [Value::Null, json!(" ")] {
            let payload = json!({"name": name, "contact_id": anna, "vcf_phone": "+7999"});
            let contact = json!([{"type": "contact", "payload": payload}]);
            let sent = bot.sends(chat(&bench, &bot), carrying(&contact)).await;
            let card = &sent["body"]["attachments"][0]["payload"]["vcf_info"];
            assert!(card.as_str().is_some_and(|it| it.contains("\r\nFN:Anna\r\n")), "{card}");
        }
    }
}

#[tokio::test]
async fn max_vouches_for_a_card_that_a_person_shared() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (dialog, anna) = (bench.dialog(&bot), bench.anna(Platform::Max));
    let message = bench.world.act(|state| {
        let phone = Some("+7".to_owned());
        let contact = Contact { account: Some(anna), phone, is_own: true, ..Contact::default() };
        let attachments = vec![Attachment::Contact(contact)];
        let content = Content { attachments, ..Content::default() };
        state.post(dialog, anna, Draft { content, ..Draft::default() })
    });
    let id = sandbox::world::mid(bench.chat_id(dialog), message.number);
    let (_, told) = bot.get(&format!("/messages/{id}")).await;
    let hash = told["body"]["attachments"][0]["payload"]["hash"].as_str().expect("a hash");
    assert_eq!(hash.len(), 64);
}

#[tokio::test]
async fn a_place_and_a_sticker_are_messages() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let place = json!({"type": "location", "latitude": 55.75, "longitude": -37.5});
        let sent = bot.sends(chat, carrying(&json!([place]))).await;
        assert_eq!(sent["body"]["attachments"], json!([place]));
        let sticker = json!([{"type": "sticker", "payload": {"code": "cat/1"}}]);
        let sent = bot.sends(chat, carrying(&sticker)).await;
        let told = &sent["body"]["attachments"][0];
        assert_eq!((&told["payload"]["code"], &told["width"]), (&json!("cat/1"), &json!(256)));
        let url = told["payload"]["url"].as_str().expect("an address");
        let picture = crate::harness::client().get(url).send().await.expect("an answer");
        assert_eq!(picture.status().as_u16(), 200);
        let blank = json!([{"type": "sticker", "payload": {"code": " "}}]);
        assert_eq!(bot.is_refused(chat, carrying(&blank)).await.0, 400);
    }
}

#[tokio::test]
async fn a_page_is_shared_by_its_address_and_then_by_its_token() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = chat(&bench, &bot);
        let share = |payload: Value| carrying(&json!([{"type": "share", "payload": payload}]));
        let sent = bot.sends(chat, share(json!({"url": "https://example.org"}))).await;
        let token = &sent["body"]["attachments"][0]["payload"]["token"];
        let again = bot.sends(chat, share(json!({"token": token}))).await;
        assert_eq!(again["body"]["attachments"], sent["body"]["attachments"]);
        for nothing in [json!({}), json!({"url": ""}), json!({"token": "made up"})] {
            assert_eq!(bot.is_refused(chat, share(nothing)).await.0, 400);
        }
    }
}
