//! People's hands on Potato: the control API.

use gateway_tests::{Got, Stranger};
use sandbox::world::ChatKind;
use serde_json::{Value, json};

use crate::harness::{Bench, read, with};

struct Hand(Stranger);

impl Hand {
    fn of(bench: &Bench) -> Self {
        Self(Stranger::at(&bench.street.server.control_url()))
    }

    async fn asks(&self, path: &str, body: Value) -> Got {
        self.0.posts(path, &with(json!({"platform": "potato"}), body)).await
    }

    async fn does(&self, path: &str, body: Value) -> Value {
        let got = self.asks(path, body).await;
        assert_eq!(got.status, 200, "{path}: {}", got.body);
        got.body
    }
}

#[tokio::test]
async fn a_chat_of_any_kind_is_opened_and_named_by_kind_and_number() {
    let bench = Bench::open().await;
    let hand = Hand::of(&bench);
    for (kind, number) in [("group", 2), ("supergroup", 3), ("channel", 3)] {
        let new =
            json!({"kind": kind, "owner": "Anna", "title": "Tea", "members": ["@helper_bot"]});
        let chat = hand.does("chats", new).await;
        assert_eq!((&chat["chat_type"], &chat["kind"]), (&json!(number), &json!(kind)));
        let said = json!({"person": "Anna", "chat_type": number, "chat_id": chat["chat_id"], "text": "Tea"});
        let said = hand.does("say", said).await;
        assert_eq!((&said["chat_type"], &said["chat_id"]), (&json!(number), &chat["chat_id"]));
    }
    let nameless = json!({"person": "Anna", "chat_id": 11_000_001, "text": "Tea"});
    let got = hand.asks("say", nameless).await;
    assert_eq!(got.status, 400);
    assert!(got.body["error"].as_str().expect("words").starts_with("chat_type:"), "{}", got.body);
    let path = "chats/potato/11000001";
    let shown = hand.0.gets(path, &[("chat_type", "2")]).await.body;
    assert_eq!(shown["kind"], "group");
    assert_eq!(hand.0.gets(path, &[]).await.status, 400);
}

#[tokio::test]
async fn a_dialog_of_each_bot_is_looked_at_by_naming_the_bot() {
    let bench = Bench::open().await;
    let hand = Hand::of(&bench);
    let (bot, other) = (bench.bot(), bench.another("Other"));
    for (bot, said) in [(&bot, "one"), (&other, "two")] {
        bench.says(bench.anna(), bench.dialog(bot), said);
    }
    let path = format!("chats/potato/{}/messages", bench.id(bench.anna()));
    let got = hand.0.gets(&path, &[]).await;
    assert_eq!(got.status, 400, "{}", got.body);
    assert!(got.body["error"].as_str().expect("words").starts_with("bot: 2 bots"), "{}", got.body);
    let (id, other_id) = (bot.id.to_string(), other.id.to_string());
    for (named, said) in
        [("Other", "two"), (&*other_id, "two"), ("@helper_bot", "one"), (&*id, "one")]
    {
        let shown = hand.0.gets(&path, &[("bot", named)]).await.body;
        assert_eq!(shown["messages"][0]["text"], said, "{named}: {shown}");
    }
    assert_eq!(hand.0.gets(&path, &[("bot", "Nobody")]).await.status, 404);
    let group = bench.chat(ChatKind::Group, &bot);
    let path = format!("chats/potato/{}", bench.at(group, json!({}))["chat_id"]);
    let query = [("chat_type", "2"), ("bot", "Other")];
    assert_eq!(hand.0.gets(&path, &query).await.status, 404, "it is not in there");
}

#[tokio::test]
async fn only_potato_has_kinds_in_names_supergroups_and_blacklists() {
    let bench = Bench::open().await;
    let control = Hand::of(&bench).0;
    for (path, body) in [
        (
            "say",
            json!({"platform": "max", "person": "Anna", "chat_type": 1, "chat_id": 5, "text": "x"}),
        ),
        ("chats", json!({"platform": "max", "kind": "supergroup", "owner": "Anna", "title": "x"})),
        ("dialogs/blacklist", json!({"platform": "max", "person": "Anna"})),
        ("inline", json!({"platform": "tamtam", "person": "Anna", "query": "x"})),
        ("games", json!({"platform": "tamtam", "short_name": "x", "title": "x"})),
    ] {
        assert_eq!(control.posts(path, &body).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn a_bot_that_lets_nobody_bring_it_in_is_not_brought_in() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    let chat = hand.does("chats", json!({"kind": "group", "owner": "Anna", "title": "Tea"})).await;
    let path = format!("chats/potato/{}/add", chat["chat_id"]);
    bot.does("setJoinGroups", json!({"enable": false})).await;
    assert_eq!(hand.0.posts(&path, &json!({"who": "Helper"})).await.status, 403);
    let new = json!({"kind": "group", "owner": "Anna", "title": "Tea", "members": ["Helper"]});
    assert_eq!(hand.asks("chats", new).await.status, 403);
    bot.does("setJoinGroups", json!({"enable": true})).await;
    assert_eq!(hand.0.posts(&path, &json!({"who": "Helper"})).await.status, 200);
}

#[tokio::test]
async fn rights_are_those_of_the_messenger() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    let chat = bench.chat(ChatKind::Supergroup, &bot);
    let path = format!("chats/potato/{}/promote", bench.at(chat, json!({}))["chat_id"]);
    let promote = |rights: Value| json!({"who": "@helper_bot", "permissions": rights});
    let got = hand.0.posts(&path, &promote(json!(["can_pin_messages"]))).await;
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(hand.0.posts(&path, &promote(json!(["pin_message"]))).await.status, 400);
}

#[tokio::test]
async fn who_is_banned_comes_back_when_the_ban_is_lifted() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    let chat = bench.kept(ChatKind::Supergroup, &bot, &sandbox::world::Permission::POTATO);
    bench.world.act(|state| state.publish(chat, "tea", true));
    bench.brings(bench.person("Boris"), chat);
    let kick = bench.at(chat, json!({"user_id": bench.id(bench.person("Boris"))}));
    bot.does("kickChatMember", kick).await;
    let path = |deed: &str| format!("chats/potato/{}/{deed}", bench.at(chat, json!({}))["chat_id"]);
    let boris = json!({"who": "Boris"});
    assert_eq!(hand.0.posts(&path("join"), &boris).await.status, 403);
    assert_eq!(hand.0.posts(&path("unban"), &boris).await.status, 200);
    assert_eq!(hand.0.posts(&path("join"), &boris).await.status, 200);
}

#[tokio::test]
async fn a_reply_keyboard_is_pressed_by_its_labels() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    let chat = bench.dialog(&bot);
    let rows = json!([{"buttons": [
        {"text": "Tea"}, {"text": "Me", "request_contact": true}, {"text": "Here", "request_location": true},
    ]}]);
    let markup = json!({"type": 2, "keyboard": rows});
    bot.does("sendTextMessage", bench.at(chat, json!({"text": "?", "reply_markup": markup}))).await;
    let number = bench.last(chat).number;
    let press = |more| {
        let press = json!({"person": "Anna", "message_id": number});
        bench.at(chat, with(press, more))
    };
    hand.does("press", press(json!({"label": "Tea"}))).await;
    assert_eq!(bot.update().await["message"]["text"], "Tea");
    hand.does("press", press(json!({"label": "Me", "phone": "10102020"}))).await;
    let contact = bot.update().await["message"]["contact"].clone();
    assert_eq!(
        (&contact["phone_number"], &contact["user_id"]),
        (&json!("10102020"), &json!(20_000_001))
    );
    hand.does("press", press(json!({"label": "Here", "latitude": 1.5, "longitude": 2}))).await;
    assert_eq!(bot.update().await["message"]["location"]["latitude"], 1.5);
}

#[tokio::test]
async fn a_message_carries_one_thing_that_the_messenger_has() {
    let bench = Bench::open().await;
    let hand = Hand::of(&bench);
    let say = |attachments: Value| json!({"person": "Anna", "attachments": attachments});
    let venue =
        json!({"kind": "venue", "latitude": 1, "longitude": 2, "title": "M", "address": "P"});
    hand.does("say", say(json!([venue]))).await;
    for wrong in [
        json!([{"kind": "sticker", "code": "x"}]),
        json!([{"kind": "share", "url": "https://example.org/"}]),
        json!([venue, venue]),
    ] {
        assert_eq!(hand.asks("say", say(wrong)).await.status, 400);
    }
}

#[tokio::test]
async fn a_start_is_said() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    hand.does("dialogs/start", json!({"person": "Anna", "payload": "from-a-link"})).await;
    assert_eq!(bot.update().await["message"]["text"], "/start from-a-link");
    hand.does("dialogs/blacklist", json!({"person": "Anna"})).await;
    assert_eq!(hand.asks("say", json!({"person": "Anna", "text": "x"})).await.status, 403);
    hand.does("dialogs/start", json!({"person": "Anna"})).await;
    assert_eq!(bot.update().await["message"]["text"], "/start");
}

#[tokio::test]
async fn a_note_of_the_messenger_is_nobodys_to_change_or_pass_on() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    let chat = bench.kept(ChatKind::Group, &bot, &[sandbox::world::Permission::CanChangeInfo]);
    let note = json!({"person": "Anna", "message_id": bench.last(chat).number, "text": "x"});
    assert_eq!(hand.asks("edit", bench.at(chat, note)).await.status, 403);
    let passed_on = bench.at(chat, json!({"message_id": bench.last(chat).number}));
    let say = json!({"person": "Anna", "forward": passed_on});
    assert_eq!(hand.asks("say", say).await.status, 403);

    bot.does("setChatTitle", bench.at(chat, json!({"title": "Coffee"}))).await;
    let own = json!({"message_id": bench.last(chat).number, "text": "x"});
    assert_eq!(bot.is_refused("editMessageText", bench.at(chat, own)).await, 3007);
}

#[tokio::test]
async fn what_is_passed_on_is_passed_on_as_it_is() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    let chat = bench.dialog(&bot);
    let number = bench.says(bench.anna(), chat, "Tea").number;
    let original = bench.at(chat, json!({"message_id": number}));
    let say = |text: &str| json!({"person": "Anna", "text": text, "forward": original});
    hand.does("say", say("")).await;
    assert_eq!(hand.asks("say", say("look")).await.status, 400);
}

#[tokio::test]
async fn what_is_said_of_a_picture_is_told() {
    let bench = Bench::open().await;
    let (bot, hand) = (bench.bot(), Hand::of(&bench));
    let url = format!("{}/files", bench.street.server.control_url());
    let named = [("platform", "potato"), ("person", "Anna"), ("kind", "image"), ("name", "a.png")];
    let upload = bot.client.post(url).query(&named).query(&[("width", "640"), ("height", "480")]);
    let file = read(upload.body("a photo").send().await.expect("an answer")).await.body;
    let shown = json!([{"kind": "image", "file_id": file["file_id"]}]);
    hand.does("say", json!({"person": "Anna", "attachments": shown})).await;
    let photo = bot.update().await["message"]["photo"][0].clone();
    assert_eq!((&photo["width"], &photo["height"]), (&json!(640), &json!(480)));
}
