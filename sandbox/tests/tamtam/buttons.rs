//! Buttons: what they may be, and how they come back.

use sandbox::Platform;
use sandbox::world::ReplyKeyboards;
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, keyboard, mid, tea};

fn message(rows: &Value) -> Value {
    json!({"text": "x", "attachments": [keyboard(rows)]})
}

#[tokio::test]
async fn an_intent_is_told_on_tamtam_and_is_default_when_nobody_said_it() {
    let bench = Bench::open().await;
    let positive = json!({"type": "callback", "text": "a", "payload": "b", "intent": "positive"});
    let plain = json!({"type": "callback", "text": "a", "payload": "b"});
    let rows = json!([[positive, plain]]);
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let sent = bot.sends(chat, message(&rows)).await;
        let row = &sent["body"]["attachments"][0]["payload"]["buttons"][0];
        if platform == Platform::Tamtam {
            assert_eq!(
                (&row[0]["intent"], &row[1]["intent"]),
                (&json!("positive"), &json!("default"))
            );
        } else {
            assert_eq!(*row, json!([plain, plain]));
        }
    }
}

#[tokio::test]
async fn a_chat_button_comes_back_as_it_was_sent_on_tamtam_and_is_refused_on_max() {
    let bench = Bench::open().await;
    let button = json!({"type": "chat", "text": "a", "chat_title": "Tea", "chat_description": "b",
                        "start_payload": "c", "uuid": 7});
    let rows = json!([[button]]);
    let bot = bench.tamtam();
    let chat = bench.chat_id(bench.dialog(&bot));
    let sent = bot.sends(chat, message(&rows)).await;
    assert_eq!(sent["body"]["attachments"][0]["payload"]["buttons"], rows);
    let bot = bench.max();
    let chat = bench.chat_id(bench.dialog(&bot));
    assert_eq!(bot.is_refused(chat, message(&rows)).await.2, "Can't deserialize body");
}

#[tokio::test]
async fn the_buttons_of_max_come_back_as_they_were_sent_and_are_refused_on_tamtam() {
    let bench = Bench::open().await;
    for button in [
        json!({"type": "open_app", "text": "a", "web_app": "app", "contact_id": 5, "payload": "p"}),
        json!({"type": "message", "text": "a"}),
        json!({"type": "clipboard", "text": "a", "payload": "p"}),
    ] {
        let rows = json!([[button]]);
        let bot = bench.max();
        let chat = bench.chat_id(bench.dialog(&bot));
        let sent = bot.sends(chat, message(&rows)).await;
        assert_eq!(sent["body"]["attachments"][0]["payload"]["buttons"], rows);
        let bot = bench.tamtam();
        let chat = bench.chat_id(bench.dialog(&bot));
        assert_eq!(bot.is_refused(chat, message(&rows)).await.2, "Can't deserialize body");
    }
}

#[tokio::test]
async fn a_button_for_a_place_says_whether_it_is_quick() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let asked = json!({"type": "request_geo_location", "text": "a"});
        let quick = json!({"type": "request_geo_location", "text": "a", "quick": true});
        let sent = bot.sends(chat, message(&json!([[asked, quick]]))).await;
        let row = &sent["body"]["attachments"][0]["payload"]["buttons"][0];
        assert_eq!((&row[0]["quick"], &row[1]["quick"]), (&json!(false), &json!(true)));
    }
}

#[tokio::test]
async fn what_is_on_a_button_has_its_limits() {
    let bench = Bench::open().await;
    let long = |length| "я".repeat(length);
    let button = |kind: &str, more: Value| {
        let mut button = json!({"type": kind, "text": "a"});
        let fields = more.as_object().expect("an object").clone();
        button.as_object_mut().expect("an object").extend(fields);
        button
    };
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let mut cases = vec![
            ("callback", json!({"text": ""}), Some(json!({"payload": "p", "text": "a"}))),
            ("request_contact", json!({"text": long(129)}), Some(json!({"text": long(128)}))),
            ("callback", json!({"payload": long(1025)}), Some(json!({"payload": long(1024)}))),
            ("link", json!({"url": long(2049)}), Some(json!({"url": long(2048)}))),
            ("link", json!({"url": ""}), None),
            ("callback", json!({}), None),
        ];
        if platform == Platform::Tamtam {
            let fits = json!({"chat_title": long(200), "chat_description": long(400),
                              "start_payload": long(512)});
            cases.push(("chat", json!({"chat_title": long(201)}), Some(fits)));
            cases.push(("chat", json!({"chat_title": "a", "chat_description": long(401)}), None));
            cases.push(("chat", json!({"chat_title": "a", "start_payload": long(513)}), None));
            cases.push(("callback", json!({"payload": "p", "intent": "sad"}), None));
        } else {
            cases.push(("open_app", json!({}), Some(json!({"contact_id": 5}))));
        }
        for (kind, wrong, right) in cases {
            let wrong = message(&json!([[button(kind, wrong)]]));
            let (status, code, _) = bot.is_refused(chat, wrong.clone()).await;
            assert_eq!((status, code.as_str()), (400, "proto.payload"), "{wrong}");
            if let Some(right) = right {
                bot.sends(chat, message(&json!([[button(kind, right)]]))).await;
            }
        }
    }
}

#[tokio::test]
async fn max_limits_rows_and_what_is_in_them() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let chat = bench.chat_id(bench.dialog(&bot));
    let plain = json!({"type": "callback", "text": "a", "payload": "p"});
    let wide = json!({"type": "link", "text": "a", "url": "https://example.org"});
    let rows = |rows: usize, row: Vec<Value>| message(&json!(vec![row; rows]));
    bot.sends(chat, rows(30, vec![plain.clone(); 7])).await;
    bot.sends(chat, rows(1, vec![wide.clone(); 3])).await;
    let refused = bot.is_refused(chat, rows(31, vec![plain.clone()])).await;
    assert_eq!(refused.2, "errors.maxRows");
    let refused = bot.is_refused(chat, rows(1, vec![plain.clone(); 8])).await;
    assert_eq!(refused.2, "errors.maxRowSize");
    let refused = bot.is_refused(chat, rows(1, vec![wide, plain.clone(), plain.clone(), plain]));
    assert_eq!(refused.await.2, "errors.maxRowSize");
}

#[tokio::test]
async fn there_is_one_keyboard_at_most() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let body = json!({"text": "x", "attachments": [tea(), tea()]});
        let words = "Must be only one keyboard attachment in message";
        assert_eq!(bot.is_refused(chat, body).await.2, words);
        assert_eq!(bot.is_refused(chat, message(&json!([]))).await.0, 400);
    }
}

#[tokio::test]
async fn a_reply_keyboard_is_for_max() {
    let bench = Bench::open().await;
    let buttons = json!([[{"type": "message", "text": "Tea", "payload": "tea"},
                          {"type": "user_contact", "text": "I"},
                          {"type": "user_geo_location", "text": "Here", "quick": true}]]);
    let keyboard = json!({"type": "reply_keyboard", "direct": true, "buttons": buttons});
    let body = json!({"text": "x", "attachments": [keyboard]});
    let bot = bench.max();
    let chat = bench.chat_id(bench.dialog(&bot));
    let sent = bot.sends(chat, body.clone()).await;
    let told = json!([{"type": "reply_keyboard", "buttons": buttons}]);
    assert_eq!(sent["body"]["attachments"], told);
    bench.world.act(|state| state.switches.reply_keyboards = ReplyKeyboards::Refused);
    assert_eq!(bot.is_refused(chat, body.clone()).await.2, "Can't deserialize body");
    let bot = bench.tamtam();
    let chat = bench.chat_id(bench.dialog(&bot));
    assert_eq!(bot.is_refused(chat, body).await.2, "Can't deserialize body");
}

#[tokio::test]
async fn a_chat_button_opens_one_chat_until_its_uuid_is_another() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let dialog = bench.dialog(&bot);
    let anna = bench.anna(Platform::Tamtam);
    let chat_button = |uuid: Value| {
        let button = json!({"type": "chat", "text": "Open", "chat_title": "Tea", "uuid": uuid});
        message(&json!([[button]]))
    };
    let sent = bot.sends(bench.chat_id(dialog), chat_button(Value::Null)).await;
    let uuid = &sent["body"]["attachments"][0]["payload"]["buttons"][0][0]["uuid"];
    assert!(uuid.is_i64(), "the platform gives one");

    let number = sent["body"]["seq"].as_i64().expect("a number");
    let presses = || bench.world.act(|state| state.press_chat(dialog, anna, number, "Open"));
    let opened = presses().expect("a chat");
    assert_eq!(presses(), Some(opened));
    let owner = bench.world.look(|state| state.chat(opened).owner());
    assert_eq!(owner, Some(bot.key), "the author of the message owns it");

    let path = format!("/messages?message_id={}", mid(&sent));
    bot.put(&path, chat_button(uuid.clone())).await;
    assert_eq!(presses(), Some(opened));
    bot.put(&path, chat_button(json!(7))).await;
    assert_ne!(presses(), Some(opened));
}
