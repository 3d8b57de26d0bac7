//! Answers to messages, and messages that are passed on.

use sandbox::world::{ChatKind, mid as mid_of};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, mid, tea};

#[tokio::test]
async fn an_answer_shows_the_body_of_what_it_answers() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let original = bot.sends(chat, json!({"text": "x", "attachments": [tea()]})).await;
        let link = json!({"type": "reply", "mid": mid(&original)});
        let answer = bot.sends(chat, json!({"text": "y", "link": link})).await;
        assert_eq!(answer["link"]["type"], "reply");
        assert_eq!(answer["link"]["message"], original["body"]);
        assert_eq!(answer["link"]["sender"]["user_id"], bench.user_id(bot.key));
        assert_eq!(answer["link"]["chat_id"], Value::Null);
    }
}

#[tokio::test]
async fn what_is_passed_on_needs_no_text() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let dialog = bench.dialog(&bot);
        let chat = bench.chat_id(dialog);
        let annas = bench.world.say(dialog, bench.anna(platform), "x".into());
        let id = mid_of(chat, annas.number);
        let link = json!({"type": "forward", "mid": id});
        let passed = bot.sends(chat, json!({"text": null, "link": link})).await;
        assert_eq!(passed["link"]["type"], "forward");
        assert_eq!(passed["link"]["chat_id"], chat);
        assert_eq!(passed["link"]["message"]["mid"], id);
        assert_eq!(passed["link"]["sender"]["user_id"], bench.user_id(bench.anna(platform)));

        let link = json!({"type": "reply", "mid": mid(&passed)});
        let answer = bot.sends(chat, json!({"text": "y", "link": link})).await;
        assert_eq!(answer["link"]["message"], passed["link"]["message"]);
    }
}

#[tokio::test]
async fn only_a_message_that_the_bot_may_read_is_answered() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let foreign = bench.world.act(|state| state.open_chat(ChatKind::Group, anna, "Tea"));
        let hidden = bench.world.say(foreign, anna, "x".into());
        let own = bot.sends(chat, json!({"text": "x"})).await;
        let number = own["body"]["seq"].as_i64().expect("a number");
        let body = |mid: &str| json!({"text": "y", "link": {"type": "reply", "mid": mid}});
        for (mid, code) in [
            (mid_of(bench.chat_id(foreign), hidden.number), "chat.denied"),
            (mid_of(bench.chat_id(foreign), number), "chat.denied"),
            (mid_of(77, number), "chat.not.found"),
            (mid_of(chat, number + 1), "not.found"),
            (mid(&own).to_uppercase(), "not.found"),
            ("mid.1".to_owned(), "not.found"),
        ] {
            assert_eq!(bot.is_refused(chat, body(&mid)).await.1, code, "{mid}");
        }
    }
}
