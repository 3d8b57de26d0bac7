//! Texts: formats, links in them, and people who are named.

use sandbox::world::{ChatKind, MarkupUnit};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench};

#[tokio::test]
async fn a_format_is_html_or_markdown_in_any_case() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let strong = json!([{"type": "strong", "from": 0, "length": 1}]);
        for (text, format) in [("<b>x</b>", "HTML"), ("**x**", "Markdown")] {
            let message = bot.sends(chat, json!({"text": text, "format": format})).await;
            assert_eq!(message["body"]["text"], "x");
            assert_eq!(message["body"]["markup"], strong);
        }
        let refused = bot.is_refused(chat, json!({"text": "x", "format": "rtf"})).await;
        assert_eq!(refused.0, 400);
    }
}

#[tokio::test]
async fn without_a_format_nothing_is_markup() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let message = bot.sends(chat, json!({"text": "**x** @helper_bot"})).await;
        assert_eq!(message["body"]["text"], "**x** @helper_bot");
        assert_eq!(message["body"]["markup"], Value::Null);
    }
}

#[tokio::test]
async fn a_page_in_a_text_comes_back_as_a_share() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let message = bot.sends(chat, json!({"text": "see https://example.org/a"})).await;
        let share = &message["body"]["attachments"][0];
        assert_eq!(share["type"], "share");
        assert_eq!(share["payload"]["url"], "https://example.org/a");
    }
}

#[tokio::test]
async fn a_preview_is_left_out_for_who_asks() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let body = json!({"text": "see https://example.org/a"});
        let path = format!("/messages?chat_id={chat}&disable_link_preview=");
        let (_, answer) = bot.post(&format!("{path}true"), body.clone()).await;
        assert_eq!(answer["message"]["body"]["attachments"], Value::Null);
        assert_eq!(bot.post(&format!("{path}maybe"), body).await.0, 400);
    }
}

#[tokio::test]
async fn who_is_named_is_a_link_in_a_dialog_and_an_id_in_a_chat() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let dialog = bench.chat_id(bench.dialog(&bot));
        let group = bench.world.act(|state| {
            let group = state.open_chat(ChatKind::Group, anna, "Tea");
            state.add_member(group, bot.key, Some(anna));
            group
        });
        let body = json!({"text": "@helper_bot, @nobody1, a@helper_bot", "format": "markdown"});
        let message = bot.sends(dialog, body.clone()).await;
        let mention = json!({"type": "user_mention", "from": 0, "length": 11,
                             "user_link": "@helper_bot"});
        assert_eq!(message["body"]["markup"], json!([mention]));
        let message = bot.sends(bench.chat_id(group), body).await;
        let mention = json!({"type": "user_mention", "from": 0, "length": 11,
                             "user_id": bench.user_id(bot.key)});
        assert_eq!(message["body"]["markup"], json!([mention]));
    }
}

#[tokio::test]
async fn a_link_without_an_address_is_text() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        for (text, format) in [("[x]()", "markdown"), ("<a href=\"\">x</a>", "html")] {
            let message = bot.sends(chat, json!({"text": text, "format": format})).await;
            assert_eq!(message["body"]["text"], "x");
            assert_eq!(message["body"]["markup"], Value::Null);
        }
    }
}

#[tokio::test]
async fn places_are_counted_as_the_switch_says() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let chat = bench.chat_id(bench.dialog(&bot));
    let body = json!({"text": "😀 **😀x**", "format": "markdown"});
    let message = bot.sends(chat, body.clone()).await;
    let strong = |from, length| json!([{"type": "strong", "from": from, "length": length}]);
    assert_eq!(message["body"]["markup"], strong(3, 3));
    bench.world.act(|state| state.switches.markup_unit = MarkupUnit::CodePoints);
    let message = bot.sends(chat, body).await;
    assert_eq!(message["body"]["markup"], strong(2, 2));
}
