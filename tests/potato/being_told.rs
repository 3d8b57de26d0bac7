//! What bots are told: messages of people, and what happens to chats.

use gateway_tests::Stranger;
use sandbox::world::{Attachment, ChatKind, Contact, Content, Draft, FileKind, Link, Venue};
use serde_json::{Value, json};

use crate::harness::Bench;

/// What the bot is told when Anna sends this in their dialog.
async fn told(bench: &Bench, shown: Attachment) -> Value {
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    bench.shows(bench.anna(), chat, shown);
    bot.update().await["message"].clone()
}

/// The same of a file that she uploads.
async fn told_of_file(kind: FileKind, name: &str) -> (Value, String) {
    let bench = Bench::open().await;
    let id = bench.uploads(kind, name).await;
    let key = bench.world.look(|it| it.file_by_token(sandbox::Platform::Potato, &id));
    (told(&bench, Attachment::File(key.expect("a file"))).await, id)
}

#[tokio::test]
async fn a_text_in_a_group_is_told_as_in_the_documents_example() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.chat(ChatKind::Group, &bot);
    let message = bench.says(bench.anna(), chat, "123");
    let update = bot.update().await;
    let from = json!({"id": 20_000_001, "first_name": "Anna", "last_name": "", "username": ""});
    let told = json!({
        "update_id": update["update_id"],
        "message": {
            "message_id": message.number,
            "chat": {"id": 11_000_001, "type": 2, "title": "Tea"},
            "from": from,
            "text": "123",
            "date": message.at.timestamp(),
        },
        "inline_query": null,
        "lang": "en",
    });
    assert_eq!(update, told);
}

#[tokio::test]
async fn the_numbers_of_updates_begin_below_2_to_the_31st_and_grow_by_one() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    for said in ["one", "two"] {
        bench.says(bench.anna(), chat, said);
    }
    let updates = bot.updates().await;
    let ids: Vec<i64> =
        updates.iter().map(|it| it["update_id"].as_i64().expect("a number")).collect();
    assert!((0..1 << 31).contains(&ids[0]), "{ids:?}");
    assert_eq!(ids[1], ids[0] + 1);
}

#[tokio::test]
async fn a_bot_is_told_that_its_group_is_closed() {
    let bench = Bench::open().await;
    let (bot, other) = (bench.bot(), bench.another("Other"));
    let chat = bench.chat(ChatKind::Group, &bot);
    bench.brings(other.key, chat);
    let anna = bench.anna();
    for told in [&bot, &other] {
        told.updates().await;
    }
    bench.world.act(|state| state.close(chat, anna));
    for bot in [&bot, &other] {
        let updates = bot.updates().await;
        let gone = updates.iter().map(|it| &it["message"]["action"]["left_group_member"]["id"]);
        assert!(gone.clone().any(|id| *id == bot.id), "{updates:?}");
        assert_eq!(gone.count(), 2, "they see one another go");
        assert_eq!(updates[0]["message"]["from"]["first_name"], "Anna");
        let text = bench.at(chat, json!({"text": "x"}));
        assert_eq!(bot.is_refused("sendTextMessage", text).await, 1016);
    }
}

#[tokio::test]
async fn lang_is_the_language_of_who_did_it() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let control = Stranger::at(&bench.street.server.control_url());
    let mei = json!({"platform": "potato", "name": "Mei", "locale": "zh"});
    control.posts("people", &mei).await;
    let chat = bench.chat(ChatKind::Group, &bot);
    let mei = bench.person("Mei");
    bench.says(mei, chat, "茶");
    assert_eq!(bot.update().await["lang"], "zh");
}

#[tokio::test]
async fn files_are_told_by_their_kind() {
    let (message, id) = told_of_file(FileKind::Image, "a.png").await;
    let photo = json!([{"file_id": id, "width": 0, "height": 0, "file_size": 5}]);
    assert_eq!((&message["photo"], message.get("text")), (&photo, None));

    let (message, id) = told_of_file(FileKind::File, "a.pdf").await;
    let document = json!({"file_id": id, "file_name": "a.pdf", "mime_type": "application/pdf", "file_size": 4});
    assert_eq!(message["document"], document);

    let (message, id) = told_of_file(FileKind::Video, "a.mp4").await;
    let video = json!({"file_id": id, "width": 0, "height": 0, "duration": 0,
                       "mime_type": "video/mp4", "file_size": 5});
    assert_eq!(message["video"], video);

    let (message, id) = told_of_file(FileKind::Audio, "a.mp3").await;
    let audio = json!({"file_id": id, "duration": 0, "mime_type": "audio/mpeg", "file_size": 5});
    assert_eq!(message["audio"], audio);

    let (message, id) = told_of_file(FileKind::Voice, "a.ogg").await;
    let voice = json!({"file_id": id, "duration": 0, "mime_type": "audio/ogg", "file_size": 5});
    assert_eq!(message["voice"], voice);
}

#[tokio::test]
async fn words_beside_a_file_are_a_caption() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let id = bench.uploads(FileKind::Image, "a.png").await;
    let key = bench.world.look(|it| it.file_by_token(sandbox::Platform::Potato, &id));
    let attachments = vec![Attachment::File(key.expect("a file"))];
    let content = Content { text: "Tea".into(), attachments, ..Content::default() };
    let draft = Draft { content, ..Draft::default() };
    let anna = bench.anna();
    bench.world.act(|state| state.post(chat, anna, draft));
    let message = bot.update().await["message"].clone();
    assert_eq!((&message["caption"], message.get("text")), (&json!("Tea"), None));
}

#[tokio::test]
async fn places_venues_and_cards_are_told() {
    let bench = Bench::open().await;
    let place = Attachment::Location { latitude: 1.5, longitude: -2.0 };
    let message = told(&bench, place).await;
    assert_eq!(message["location"], json!({"latitude": 1.5, "longitude": -2.0}));

    let (title, address) = ("Museum".to_owned(), "Phoenix".to_owned());
    let venue = Venue { latitude: 1.5, longitude: -2.0, title, address, foursquare_id: None };
    let message = told(&bench, Attachment::Venue(venue)).await;
    let told_of =
        json!({"latitude": 1.5, "longitude": -2.0, "title": "Museum", "address": "Phoenix"});
    assert_eq!(message["venue"], told_of);

    let (name, phone) = (Some("Anna".to_owned()), Some("10102020".to_owned()));
    let account = Some(bench.anna());
    let card = Contact { account, name, phone, ..Contact::default() };
    let message = told(&bench, Attachment::Contact(card)).await;
    let told_of = json!({"phone_number": "10102020", "first_name": "Anna", "user_id": 20_000_001});
    assert_eq!(message["contact"], told_of);
}

#[tokio::test]
async fn an_answer_brings_what_it_answers_but_not_what_that_answers() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let control = Stranger::at(&bench.street.server.control_url());
    let mut number = json!(null);
    for text in ["one", "two", "three"] {
        let said = json!({"platform": "potato", "person": "Anna", "chat_type": 1,
                          "chat_id": 20_000_001, "text": text, "reply_to": number});
        number = control.posts("say", &said).await.body["message_id"].clone();
    }
    assert_eq!(bench.last(chat).number, number);
    let updates = bot.updates().await;
    let last = &updates.last().expect("an update")["message"];
    assert_eq!(last["reply_to_message"]["text"], "two");
    assert_eq!(last["reply_to_message"].get("reply_to_message"), None);
}

#[tokio::test]
async fn what_is_passed_on_names_its_first_sender_and_time() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let group = bench.chat(ChatKind::Group, &bot);
    let dialog = bench.dialog(&bot);
    let boris = bench.person("Boris");
    bench.brings(boris, group);
    let said = bench.says(boris, group, "Tea");
    let link = Some(Link::Forward(Box::new(said.as_original(group))));
    let anna = bench.anna();
    bench.world.act(|state| state.post(dialog, anna, Draft { link, ..Draft::default() }));
    let updates = bot.updates().await;
    let message = &updates.last().expect("an update")["message"];
    assert_eq!((&message["from"]["first_name"], &message["text"]), (&json!("Anna"), &json!("Tea")));
    assert_eq!(message["forward_from"]["first_name"], "Boris");
    assert_eq!(message["forward_date"], said.at.timestamp());
}

#[tokio::test]
async fn an_edit_is_an_edited_message_and_a_deletion_is_not_told() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (chat, anna) = (bench.dialog(&bot), bench.anna());
    let number = bench.says(anna, chat, "Tea").number;
    bot.updates().await;
    bench.world.act(|state| state.edit(chat, number, anna, |it| it.text = "Milk".into()));
    let update = bot.update().await;
    assert_eq!(
        (update["edited_message"]["text"].clone(), update.get("message")),
        (json!("Milk"), None)
    );
    assert!(update["edited_message"]["edit_date"].is_i64());
    bench.world.act(|state| state.delete(chat, number, anna));
    assert_eq!(bot.updates().await, Vec::<Value>::new());
}

#[tokio::test]
async fn who_comes_and_goes_is_told_in_an_action_the_bot_itself_among_them() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (anna, boris) = (bench.anna(), bench.person("Boris"));
    let chat = bench.world.act(|state| {
        let chat = state.open_chat(ChatKind::Group, anna, "Tea");
        state.add_member(chat, bot.key, Some(anna));
        chat
    });
    let message = bot.update().await["message"].clone();
    assert_eq!(message["from"]["first_name"], "Anna");
    assert_eq!(message["action"]["new_group_members"][0]["id"], bot.id);
    assert_eq!(message.get("text"), None);

    bench.brings(boris, chat);
    let action = bot.update().await["message"]["action"].clone();
    assert_eq!(action["new_group_members"][0]["first_name"], "Boris");
    bench.world.act(|state| state.remove_member(chat, boris, None, false));
    let action = bot.update().await["message"]["action"].clone();
    assert_eq!(action["left_group_member"]["first_name"], "Boris");
    bench.world.act(|state| state.remove_member(chat, bot.key, Some(anna), false));
    let action = bot.update().await["message"]["action"].clone();
    assert_eq!(action["left_group_member"]["id"], bot.id);
}

#[tokio::test]
async fn a_new_title_is_told_in_an_action_but_not_to_who_gave_it() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let rights = [sandbox::world::Permission::CanChangeInfo];
    let (anna, chat) = (bench.anna(), bench.kept(ChatKind::Group, &bot, &rights));
    bench.world.act(|state| state.rename(chat, anna, "Coffee"));
    let action = bot.update().await["message"]["action"].clone();
    assert_eq!(action, json!({"new_group_title": "Coffee"}));
    bot.does("setChatTitle", bench.at(chat, json!({"title": "Milk"}))).await;
    assert_eq!(bot.updates().await, Vec::<Value>::new());
}
