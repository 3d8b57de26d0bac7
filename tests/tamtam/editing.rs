//! Changing messages.

use chrono::TimeDelta;
use sandbox::Platform;
use sandbox::world::{ChatKind, mid as mid_of};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, mid, refusal, tea};

async fn edits(bot: &Bot, message: &Value, body: Value) -> Value {
    let (status, answer) = bot.put(&format!("/messages?message_id={}", mid(message)), body).await;
    assert_eq!(status, 200, "{answer}");
    answer["success"].clone()
}

async fn body(bot: &Bot, message: &Value) -> Value {
    bot.get(&format!("/messages/{}", mid(message))).await.1["body"].clone()
}

fn place() -> Value {
    json!({"type": "location", "latitude": 1.5, "longitude": 2.5})
}

#[tokio::test]
async fn what_is_null_stays() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let sent = bot.sends(chat, json!({"text": "x", "attachments": [place(), tea()]})).await;
        assert_eq!(edits(&bot, &sent, json!({"text": "y", "attachments": null})).await, true);
        let told = body(&bot, &sent).await;
        assert_eq!(told["text"], "y");
        assert_eq!(told["attachments"], sent["body"]["attachments"]);
        assert_eq!(edits(&bot, &sent, json!({"text": null, "attachments": [place()]})).await, true);
        let told = body(&bot, &sent).await;
        assert_eq!((&told["text"], &told["attachments"]), (&json!("y"), &json!([place()])));
        assert_eq!(edits(&bot, &sent, json!({})).await, true);
        assert_eq!(body(&bot, &sent).await, told);
    }
}

#[tokio::test]
async fn an_empty_list_takes_what_was_there() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let sent = bot.sends(chat, json!({"text": "x", "attachments": [place(), tea()]})).await;
        assert_eq!(edits(&bot, &sent, json!({"attachments": []})).await, true);
        assert_eq!(body(&bot, &sent).await["attachments"], Value::Null);
    }
}

#[tokio::test]
async fn a_text_may_go_when_an_attachment_stays() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let sent = bot.sends(chat, json!({"text": "x", "attachments": [place()]})).await;
        assert_eq!(edits(&bot, &sent, json!({"text": ""})).await, true);
        assert_eq!(body(&bot, &sent).await["text"], "");
    }
}

#[tokio::test]
async fn what_would_leave_nothing_is_not_done() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        for (sent, edit) in [
            (
                json!({"text": "x", "attachments": [place()]}),
                json!({"text": "", "attachments": []}),
            ),
            (json!({"text": "x"}), json!({"text": ""})),
            (json!({"text": "x"}), json!({"text": "", "attachments": [tea()]})),
            (json!({"attachments": [place()]}), json!({"attachments": []})),
        ] {
            let sent = bot.sends(chat, sent).await;
            assert_eq!(edits(&bot, &sent, edit).await, false);
            assert_eq!(body(&bot, &sent).await, sent["body"]);
        }
    }
}

#[tokio::test]
async fn an_edit_without_a_format_reads_no_markup_and_leaves_none() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let sent = bot.sends(chat, json!({"text": "**x**", "format": "markdown"})).await;
        assert_eq!(edits(&bot, &sent, json!({"text": "**y**"})).await, true);
        let told = body(&bot, &sent).await;
        assert_eq!((&told["text"], &told["markup"]), (&json!("**y**"), &Value::Null));
    }
}

#[tokio::test]
async fn a_bot_does_not_change_what_others_wrote() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let dialog = bench.dialog(&bot);
        let annas = bench.world.say(dialog, bench.anna(platform), "x".into());
        let id = mid_of(bench.chat_id(dialog), annas.number);
        let (status, answer) =
            bot.put(&format!("/messages?message_id={id}"), json!({"text": "y"})).await;
        assert_eq!((status, &answer["success"]), (200, &json!(false)));
        let text = bench.world.look(|it| it.chat(dialog).messages[0].content.text.plain.clone());
        assert_eq!(text, "x");
    }
}

#[tokio::test]
async fn a_message_that_is_not_there_is_not_changed() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let missing = bot.put("/messages?message_id=mid.1", json!({"text": "y"})).await;
        assert_eq!(refusal(missing).1, "not.found");
        let unnamed = bot.put("/messages", json!({"text": "y"})).await;
        assert_eq!(refusal(unnamed).1, "proto.payload");
    }
}

#[tokio::test]
async fn max_closes_messages_of_dialogs_after_7_days_unless_they_have_buttons() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let group = bench.world.act(|state| {
            let group = state.open_chat(ChatKind::Group, anna, "Tea");
            state.add_member(group, bot.key, Some(anna));
            group
        });
        let chat = bench.chat_id(bench.dialog(&bot));
        let plain = bot.sends(chat, json!({"text": "x"})).await;
        let buttons = bot.sends(chat, json!({"text": "x", "attachments": [tea()]})).await;
        let grouped = bot.sends(bench.chat_id(group), json!({"text": "x"})).await;
        bench.world.advance(TimeDelta::days(7) + TimeDelta::seconds(1));
        let is_tamtam = platform == Platform::Tamtam;
        assert_eq!(edits(&bot, &plain, json!({"text": "y"})).await, is_tamtam);
        assert_eq!(edits(&bot, &buttons, json!({"text": "y"})).await, true);
        assert_eq!(edits(&bot, &grouped, json!({"text": "y"})).await, true);
    }
}
