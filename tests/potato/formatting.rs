//! Text with formatting.

use sandbox::world::{Mark, MarkKind};
use serde_json::{Value, json};

use crate::harness::Bench;

/// The marks of a text that a bot sends as markdown.
async fn marks(markdown: &str) -> (String, Vec<Mark>) {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let said = bench.at(chat, json!({"text": markdown, "markdown": true}));
    bot.does("sendTextMessage", said).await;
    let text = bench.last(chat).content.text;
    (text.plain, text.marks)
}

#[tokio::test]
async fn one_marker_is_italic_two_are_bold_and_three_are_both() {
    let (plain, marks) = marks("*i* __b__ ***x***").await;
    assert_eq!(plain, "i b x");
    let kinds: Vec<(usize, MarkKind)> = marks.into_iter().map(|it| (it.from, it.kind)).collect();
    let expected =
        [(0, MarkKind::Italic), (2, MarkKind::Bold), (4, MarkKind::Bold), (4, MarkKind::Italic)];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn without_the_flag_text_is_text() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    for said in [json!({"text": "**x**"}), json!({"text": "**x**", "markdown": false})] {
        bot.does("sendTextMessage", bench.at(chat, said)).await;
        assert_eq!(bench.last(chat).content.text, "**x**".into());
    }
}

#[tokio::test]
async fn html_shows_literally() {
    let (plain, marks) = marks("<b>x</b> &lt;").await;
    assert_eq!((&*plain, marks), ("<b>x</b> &lt;", vec![]));
}

/// What a bot is told of a text that somebody wrote with one mark over its first letters.
async fn entity(text: &str, length: usize, kind: MarkKind) -> Value {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let mark = Mark { from: 0, length, kind };
    let text = sandbox::world::RichText { plain: text.to_owned(), marks: vec![mark] };
    bench.world.say(chat, bench.anna(), text);
    bot.update().await["message"]["entities"][0].clone()
}

#[tokio::test]
async fn formatting_arrives_by_number() {
    let link = |url: &str| MarkKind::Link { url: url.to_owned() };
    let mention = |user_id| MarkKind::Mention { user_id, username: None };
    let url = "https://example.org/";
    for (text, length, kind, entity_type, more) in [
        ("x", 1, MarkKind::Bold, 1, json!({})),
        ("x", 1, MarkKind::Italic, 2, json!({})),
        ("x", 1, MarkKind::Code, 3, json!({})),
        (url, url.len(), link(url), 4, json!({})),
        ("x", 1, link(url), 5, json!({"url": url})),
        ("@anna", 5, mention(None), 6, json!({})),
        ("Anna", 4, mention(Some(20_000_001)), 7, json!({"user_id": 20_000_001})),
        ("a@example.org", 13, MarkKind::Email, 8, json!({})),
        ("/start", 6, MarkKind::Command, 9, json!({})),
    ] {
        let plain = json!({"type": entity_type, "offset": 0, "length": length});
        assert_eq!(entity(text, length, kind).await, crate::harness::with(plain, more), "{text}");
    }
}

#[tokio::test]
async fn an_emoji_counts_two() {
    let (_, marks) = marks("😀 **b**").await;
    assert_eq!((marks[0].from, marks[0].length), (3, 1));
}
