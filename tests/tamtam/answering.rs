//! Answers to the press of a button.

use sandbox::Platform;
use sandbox::world::{ChatKey, Seen};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, refusal, tea};

/// Anna presses a button of the bot's message: its number, and by what the bot answers.
async fn pressed(bench: &Bench, bot: &Bot) -> (ChatKey, i64, String) {
    let dialog = bench.dialog(bot);
    let body = json!({"text": "Tea?", "attachments": [tea()]});
    let sent = bot.sends(bench.chat_id(dialog), body).await;
    let number = sent["body"]["seq"].as_i64().expect("a number");
    let anna = bench.anna(bot.platform);
    let callback = bench.world.press(dialog, anna, number, "tea").expect("a button");
    (dialog, number, callback)
}

async fn answers(bot: &Bot, callback: &str, body: Value) -> Value {
    let (status, answer) = bot.post(&format!("/answers?callback_id={callback}"), body).await;
    assert_eq!(status, 200, "{answer}");
    answer["success"].clone()
}

fn notices(bench: &Bench, chat: ChatKey) -> Vec<String> {
    let notice = |it: &Seen| match it {
        Seen::Notice { text, .. } => Some(text.clone()),
        _ => None,
    };
    bench.world.look(|state| state.chat(chat).seen.iter().filter_map(notice).collect())
}

fn content(bench: &Bench, chat: ChatKey, number: i64) -> (String, usize) {
    bench.world.look(|state| {
        let content = &state.chat(chat).message(number).expect("the message").content;
        (content.text.plain.clone(), content.buttons.len())
    })
}

#[tokio::test]
async fn a_notification_is_seen_by_who_pressed() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (chat, _, callback) = pressed(&bench, &bot).await;
        assert_eq!(answers(&bot, &callback, json!({"notification": "Counted"})).await, true);
        assert_eq!(notices(&bench, chat), ["Counted"]);
        // A client acknowledges a press with nothing to say.
        assert_eq!(answers(&bot, &callback, json!({})).await, true);
        assert_eq!(notices(&bench, chat).len(), 1);
    }
}

#[tokio::test]
async fn a_message_changes_the_one_with_the_button() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (chat, number, callback) = pressed(&bench, &bot).await;
        let body = json!({"message": {"text": "Tea!", "attachments": []}, "notification": "Done"});
        assert_eq!(answers(&bot, &callback, body).await, true);
        assert_eq!(content(&bench, chat, number), ("Tea!".to_owned(), 0));
        assert_eq!(notices(&bench, chat), ["Done"]);
    }
}

#[tokio::test]
async fn a_message_without_text_keeps_the_text() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (chat, number, callback) = pressed(&bench, &bot).await;
    let body = json!({"message": {"attachments": [tea(), ], "notify": true}});
    assert_eq!(answers(&bot, &callback, body).await, true);
    assert_eq!(content(&bench, chat, number), ("Tea?".to_owned(), 1));
}

#[tokio::test]
async fn an_answer_that_fails_does_nothing() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (chat, number, callback) = pressed(&bench, &bot).await;
        let body = json!({"message": {"text": ""}, "notification": "Done"});
        assert_eq!(answers(&bot, &callback, body).await, false);
        assert!(notices(&bench, chat).is_empty());
        bench.world.act(|state| state.delete(chat, number, bot.key));
        let body = json!({"message": {"text": "y"}});
        assert_eq!(answers(&bot, &callback, body).await, false);
    }
}

#[tokio::test]
async fn only_the_bot_whose_button_was_pressed_answers() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (_, _, callback) = pressed(&bench, &bot).await;
        let other = bench.another(platform, "Other");
        assert_eq!(answers(&other, &callback, json!({"notification": "x"})).await, false);
        assert_eq!(answers(&bot, "undefined", json!({"notification": "x"})).await, false);
    }
}

#[tokio::test]
async fn a_callback_id_is_not_blank() {
    let bench = Bench::open().await;
    for platform in [Platform::Tamtam, Platform::Max] {
        let bot = bench.on(platform);
        for path in ["/answers", "/answers?callback_id=", "/answers?callback_id=%20%20"] {
            let (status, code, _) = refusal(bot.post(path, json!({"notification": "x"})).await);
            assert_eq!((status, code.as_str()), (400, "proto.payload"));
        }
    }
}
