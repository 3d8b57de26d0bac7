//! Texts, places, cards, and what is passed on.

use sandbox::world::{Attachment, ChatKind, Link};
use serde_json::json;

use crate::harness::Bench;

#[tokio::test]
async fn a_text_goes_to_dialogs_groups_and_supergroups_and_brings_its_number() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chats = [
        bench.dialog(&bot),
        bench.chat(ChatKind::Group, &bot),
        bench.chat(ChatKind::Supergroup, &bot),
    ];
    for chat in chats {
        let sent = bot.does("sendTextMessage", bench.at(chat, json!({"text": "Tea"}))).await;
        assert_eq!(sent, json!({"message_id": bench.last(chat).number}));
        assert_eq!(bench.last(chat).content.text.plain, "Tea");
    }
}

#[tokio::test]
async fn a_text_has_4096_units_and_says_something() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let text = |text: String| bench.at(chat, json!({"text": text}));
    bot.does("sendTextMessage", text("x".repeat(4096))).await;
    bot.does("sendTextMessage", text("😀".repeat(2048))).await;
    assert_eq!(bot.is_refused("sendTextMessage", text("x".repeat(4097))).await, 3014);
    assert_eq!(bot.is_refused("sendTextMessage", text("😀".repeat(2049))).await, 3014);
    assert_eq!(bot.is_refused("sendTextMessage", text(" ".to_owned())).await, 1004);
}

#[tokio::test]
async fn an_answer_names_a_message_of_the_chat() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let annas = bench.says(bench.anna(), chat, "Tea?").number;
    let answer = |number| bench.at(chat, json!({"text": "Yes", "reply_to_message_id": number}));
    bot.does("sendTextMessage", answer(annas)).await;
    let Some(Link::Reply(original)) = bench.last(chat).link else { panic!("it is an answer") };
    assert_eq!(original.number, annas);
    assert_eq!(bot.is_refused("sendTextMessage", answer(annas + 100)).await, 3012);
}

#[tokio::test]
async fn a_place_is_taken_wherever_it_is() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let place = bench.at(chat, json!({"latitude": 212.03, "longitude": 54.12}));
    let sent = bot.does("sendLocation", place).await;
    assert_eq!(sent["message_id"], bench.last(chat).number);
    let [Attachment::Location { latitude, longitude }] = bench.last(chat).content.attachments[..]
    else {
        panic!("a place")
    };
    assert_eq!((latitude, longitude), (212.03, 54.12));
    let half = bench.at(chat, json!({"latitude": 1}));
    assert_eq!(bot.is_refused("sendLocation", half).await, 1004);
}

#[tokio::test]
async fn a_venue_has_a_title_and_an_address() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let museum = json!({"latitude": 33.6, "longitude": -111.9, "title": "Museum",
                        "address": "Phoenix", "foursquare_id": "4"});
    let sent = bot.does("sendVenue", bench.at(chat, museum)).await;
    assert_eq!(sent["message_id"], bench.last(chat).number);
    let [Attachment::Venue(venue)] = &bench.last(chat).content.attachments[..] else {
        panic!("a venue")
    };
    assert_eq!((&*venue.title, &*venue.address), ("Museum", "Phoenix"));
    let nameless = json!({"latitude": 33.6, "longitude": -111.9});
    assert_eq!(bot.is_refused("sendVenue", bench.at(chat, nameless)).await, 1004);
}

#[tokio::test]
async fn a_contact_brings_no_number() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.chat(ChatKind::Group, &bot);
    let bond = json!({"phone_number": "10102020", "first_name": "James", "last_name": "Bond"});
    let got = bot.asks("sendContact", bench.at(chat, bond)).await;
    assert_eq!(got.body, json!({"ok": true}));
    let [Attachment::Contact(contact)] = &bench.last(chat).content.attachments[..] else {
        panic!("a contact")
    };
    assert_eq!(contact.last_name.as_deref(), Some("Bond"));
}

#[tokio::test]
async fn what_is_passed_on_keeps_its_first_sender() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (dialog, group) = (bench.dialog(&bot), bench.chat(ChatKind::Group, &bot));
    let mut number = bench.says(bench.anna(), dialog, "Tea").number;
    for (from, to) in [(dialog, group), (group, dialog)] {
        let from = bench.at(from, json!({}));
        let whole = json!({"from_chat_type": from["chat_type"], "from_chat_id": from["chat_id"],
                           "message_id": number});
        let sent = bot.does("forwardMessage", bench.at(to, whole)).await;
        number = bench.last(to).number;
        assert_eq!(sent, json!({"message_id": number}));
        let Some(Link::Forward(original)) = bench.last(to).link else { panic!("it is passed on") };
        assert_eq!((original.sender, &*original.content.text.plain), (bench.anna(), "Tea"));
    }
}

#[tokio::test]
async fn only_what_is_there_is_passed_on() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (dialog, group) = (bench.dialog(&bot), bench.chat(ChatKind::Group, &bot));
    let group_id = bench.at(group, json!({}))["chat_id"].clone();
    let note = bench.last(group).number;
    let pass_on = |number: i64| {
        let from = json!({"from_chat_type": 2, "from_chat_id": group_id, "message_id": number});
        bench.at(dialog, from)
    };
    assert_eq!(bot.is_refused("forwardMessage", pass_on(note + 9)).await, 3012);
    assert_eq!(bot.is_refused("forwardMessage", pass_on(note)).await, 3007, "who came");
}

#[tokio::test]
async fn what_a_bot_is_busy_with_is_on_the_list() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let busy = || bench.world.look(|state| state.chat(chat).activity.clone());
    let action = |action: &str| bench.at(chat, json!({"action": action}));
    let all = [
        "typing",
        "record_video",
        "upload_video",
        "record_audio",
        "upload_audio",
        "upload_photo",
        "upload_document",
        "geo_location",
        "choose_contact",
        "game_play",
        "record_round",
        "upload_round",
    ];
    for word in all {
        let got = bot.asks("sendChatAction", action(word)).await;
        assert_eq!(got.body, json!({"ok": true}));
        assert_eq!(busy().expect("it is busy").action, word);
    }
    bot.does("sendChatAction", action("cancel")).await;
    assert_eq!(busy(), None);
    assert_eq!(bot.is_refused("sendChatAction", action("find_location")).await, 1004);
}
