//! Sending: what is a message, and to whom it goes.

use sandbox::Platform;
use sandbox::world::{ChatKind, Permission};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, keyboard, mid, refusal, tea};

const NOTHING: &str = "Message must have text or attachments";

#[tokio::test]
async fn a_text_has_at_most_4000_characters_as_it_was_sent() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let too_long = "text: size must be between 0 and 4000".to_owned();
        let refused = bot.is_refused(chat, json!({"text": "ы".repeat(4001)})).await;
        assert_eq!(refused, (400, "proto.payload".to_owned(), too_long));
        bot.sends(chat, json!({"text": "ы".repeat(4000)})).await;
        let markup = format!("{}<", "x".repeat(3999));
        bot.sends(chat, json!({"text": markup, "format": "html"})).await;
    }
}

#[tokio::test]
async fn a_message_says_or_shows_something() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        for nothing in [
            json!({"text": null, "attachments": null}),
            json!({"text": ""}),
            json!({"text": " \n", "attachments": []}),
            json!({"text": "<b></b>", "format": "HTML"}),
            json!({"text": "<br>", "format": "html"}),
            json!({"attachments": [tea()]}),
        ] {
            let (status, _, message) = bot.is_refused(chat, nothing.clone()).await;
            assert_eq!((status, message.as_str()), (400, NOTHING), "{nothing}");
        }
    }
}

#[tokio::test]
async fn a_body_is_an_object_of_the_schema() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let flat = json!([{"type": "callback", "text": "Tea", "payload": "tea"}]);
        for wrong in [
            json!([]),
            json!(["text"]),
            Value::Null,
            json!("text"),
            json!({"text": 5}),
            json!({"text": "x", "attachments": [{"type": "hologram", "payload": {}}]}),
            json!({"text": "x", "attachments": [{"type": "location", "latitude": 5}]}),
            json!({"text": "x", "attachments": [{"type": "file"}]}),
            json!({"text": "x", "attachments": [keyboard(&flat)]}),
            json!({"text": "x", "link": {"type": "reply"}}),
            json!({"text": "x", "link": {"type": "quote", "mid": "mid.0"}}),
            json!({"text": "x", "link": ["reply", "mid.0"]}),
        ] {
            let (status, code, message) = bot.is_refused(1, wrong.clone()).await;
            let told = (status, code.as_str(), message.as_str());
            assert_eq!(told, (400, "proto.payload", "Can't deserialize body"), "{wrong}");
        }
    }
}

#[tokio::test]
async fn what_a_body_has_beside_the_schema_is_ignored() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let chat = bench.chat_id(bench.dialog(&bot));
    let body = json!({"chat_id": chat, "text": "x", "attachments": null, "link": null, "a": [1]});
    bot.sends(chat, body).await;
}

#[tokio::test]
async fn a_body_is_checked_before_the_recipient_is_looked_for() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let refused = bot.is_refused(5, json!({"text": "x".repeat(4001)})).await;
        assert_eq!(refused.0, 400);
        let refused = bot.is_refused(5, json!({"text": "x"})).await;
        assert_eq!(refused, (404, "chat.not.found".to_owned(), "Chat 5 not found".to_owned()));
        let nobody = bot.post("/messages?user_id=5", json!({"text": "x"})).await;
        assert_eq!(refusal(nobody).1, "dialog.not.found");
        let nowhere = bot.post("/messages", json!({"text": "x", "chat_id": 5})).await;
        assert_eq!(refusal(nowhere).2, "Unknown recipient");
    }
}

#[tokio::test]
async fn who_opened_a_dialog_is_written_to_by_their_id() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let path = format!("/messages?user_id={}", bench.user_id(anna));
        assert_eq!(refusal(bot.post(&path, json!({"text": "x"})).await).0, 404);
        bench.dialog(&bot);
        let (status, answer) = bot.post(&path, json!({"text": "x"})).await;
        assert_eq!(status, 200);
        let recipient = &answer["message"]["recipient"];
        assert_eq!(recipient["user_id"], bench.user_id(anna));
        assert_eq!(recipient["chat_id"], bench.user_id(bot.key) ^ bench.user_id(anna));
        assert_eq!(recipient["chat_type"], "dialog");
    }
}

#[tokio::test]
async fn a_message_in_a_group_names_its_sender_and_no_recipient() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let group = bench.world.act(|state| {
            let group = state.open_chat(ChatKind::Group, anna, "Tea");
            state.add_member(group, bot.key, Some(anna));
            group
        });
        let message = bot.sends(bench.chat_id(group), json!({"text": "x"})).await;
        assert_eq!(message["sender"]["user_id"], bench.user_id(bot.key));
        assert_eq!(message["recipient"]["chat_type"], "chat");
        assert_eq!(message["recipient"]["user_id"], Value::Null);
        assert_eq!(message["url"], Value::Null);
    }
}

#[tokio::test]
async fn a_post_names_its_writer_only_in_a_channel_that_signs() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let channel = bench.world.act(|state| {
            let channel = state.open_chat(ChatKind::Channel, anna, "News");
            state.add_member(channel, bot.key, Some(anna));
            channel
        });
        let id = bench.chat_id(channel);
        let refused = bot.is_refused(id, json!({"text": "x"})).await;
        let words = "chat.send.msg.no.permission.because.not.admin".to_owned();
        assert_eq!(refused, (403, "chat.denied".to_owned(), words));

        bench.world.act(|state| {
            let rights = Permission::TAMTAM.to_vec();
            state.promote(channel, bot.key, anna, rights, None);
        });
        let message = bot.sends(id, json!({"text": "x"})).await;
        assert_eq!(message["sender"], Value::Null);
        assert_eq!(message["recipient"]["chat_type"], "channel");

        bench.world.act(|state| state.sign(channel, true));
        let message = bot.sends(id, json!({"text": "x"})).await;
        assert_eq!(message["sender"]["user_id"], bench.user_id(bot.key));
    }
}

#[tokio::test]
async fn who_is_not_in_a_chat_does_not_write_there() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let group = bench.world.act(|state| state.open_chat(ChatKind::Group, anna, "Tea"));
        let refused = bot.is_refused(bench.chat_id(group), json!({"text": "x"})).await;
        assert_eq!((refused.0, refused.1.as_str()), (403, "chat.denied"));
    }
}

#[tokio::test]
async fn who_stopped_the_bot_is_not_written_to() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let dialog = bench.dialog(&bot);
        let id = bench.chat_id(dialog);
        let anna = bench.anna(platform);
        bench.world.act(|state| state.stop(dialog, anna));
        let words = format!("Key: error.dialog.suspended, args: [{id}].");
        let refused = bot.is_refused(id, json!({"text": "x"})).await;
        assert_eq!(refused, (403, "chat.denied".to_owned(), words));
    }
}

#[tokio::test]
async fn a_message_that_was_sent_is_the_one_that_is_read() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let body = json!({"text": "**x**", "format": "markdown", "attachments": [tea()]});
        let message = bot.sends(chat, body).await;
        let (_, list) = bot.get(&format!("/messages?message_ids={}", mid(&message))).await;
        assert_eq!(list["messages"], json!([message]));
        let (_, one) = bot.get(&format!("/messages/{}", mid(&message))).await;
        assert_eq!(one, message);
    }
}

#[tokio::test]
async fn max_leaves_out_what_tamtam_says_is_null() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let message = bot.sends(chat, json!({"text": "x"})).await;
        let body = message["body"].as_object().expect("a body");
        assert_eq!(body.contains_key("attachments"), platform == Platform::Tamtam);
    }
}
