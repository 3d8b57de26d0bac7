//! Whatever a bot says on Potato arrives: the same words, and every style that `fit` let through.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use gateway_core::Messenger as _;
use gateway_core::fit::fit;
use gateway_core::model::{ChatId, NewMessage, Span, Style, StyleKind, Text, UpdateKind, UserId};
use gateway_tests::Street;
use proptest::prelude::*;
use sandbox::world::{Draft, Link};
use sandbox::{Phone, Platform};

/// A bot on Potato, and Anna, who answers what it says: so the bot is told how it arrived.
struct Echo {
    street: Street,
    anna: Phone,
    chat: ChatId,
}

impl Echo {
    async fn open() -> Self {
        let street = Street::open().await;
        let mut anna = street.anna(Platform::Potato);
        anna.says("hello");
        let batch = street.potato().receive(None).await.expect("what she said");
        let chat = batch.updates[0].chat_id().expect("a chat").clone();
        Self { street, anna, chat }
    }

    /// What the bot said last, as the messenger tells of it.
    async fn told_back(&self) -> Text {
        let (world, chat) = (&self.street.world, self.anna.chat());
        let said = world.look(|state| {
            let said = state.chat(chat).messages.last().expect("a message");
            said.as_original(chat)
        });
        let answer = Draft { link: Some(Link::Reply(Box::new(said))), ..Draft::of_text("yes") };
        world.act(|state| state.post(chat, self.anna.person(), answer));
        let batch = self.street.potato().receive(None).await.expect("her answer");
        match &batch.updates[..] {
            [update] => match &update.kind {
                UpdateKind::MessageCreated { message } => {
                    message.reply_to.clone().expect("it is an answer").text
                }
                other => panic!("a message, not {other:?}"),
            },
            other => panic!("one update, not {other:?}"),
        }
    }

    /// Says a message in the parts that fit makes of it; each as it was sent and as it arrived.
    async fn says(&self, text: &Text) -> Vec<(Text, Text)> {
        let (potato, new) = (self.street.potato(), NewMessage::new(text.clone()));
        let Ok(fitted) = fit(potato.capabilities(), &new) else { return Vec::new() };
        let mut said = Vec::new();
        for part in fitted.parts.iter() {
            potato.send(&self.chat, part).await.expect("it is sent");
            said.push((part.text.clone(), self.told_back().await));
        }
        said
    }
}

/// What each character that can be seen looks like. A mention is known by the user's id, or else by
/// what it says.
fn looks(text: &Text) -> Vec<(char, BTreeSet<String>)> {
    let look = |style: &Style| match style {
        Style::Mention { user: Some(user), .. } => format!("mention {user}"),
        Style::Mention { .. } => "mention".to_owned(),
        other => format!("{other:?}"),
    };
    let mut looks = Vec::new();
    text.each_run(|run, styles| {
        let styles: BTreeSet<String> = styles.iter().map(|style| look(style)).collect();
        let seen = run.chars().filter(|it| !it.is_whitespace());
        looks.extend(seen.map(|character| (character, styles.clone())));
    });
    looks
}

fn mention(user: Option<&str>, username: Option<&str>) -> Style {
    let (user, username) = (user.map(UserId::new), username.map(str::to_owned));
    Style::Mention { user, username }
}

#[tokio::test]
async fn each_row_of_the_documents_table_goes_both_ways() {
    let echo = Echo::open().await;
    let link = |url: &str| Style::Link { url: url.to_owned() };
    let both = [Style::Bold, Style::Italic].map(|style| Span { start: 0, end: 16, style });
    let rows = [
        (Text::new().italic("this is italics"), "*this is italics*"),
        (Text::new().bold("This is bold font"), "**This is bold font**"),
        (Text::from_parts("italics and bold", both), "***italics and bold***"),
        (Text::new().code("printf(\"Hello World!\");"), "`printf(\"Hello World!\");`"),
        (
            Text::new().styled("https://www.google.com/", link("https://www.google.com/")),
            "<https://www.google.com/>",
        ),
        (Text::new().styled("username@mail.com", Style::Email), "<username@mail.com>"),
        (
            Text::new().link("Tap here", "https://www.google.com/"),
            "[Tap here](https://www.google.com/)",
        ),
        (Text::new().styled("/new_bot", Style::Command), "[/new_bot](cmd)"),
        (Text::new().styled("@username", mention(None, Some("username"))), "[@username](@)"),
        (Text::new().styled("@username", mention(Some("100500"), None)), "[@username](@ 100500)"),
    ];
    for (text, markdown) in rows {
        let new = NewMessage::new(text.clone());
        let peer = "user:5".parse().expect("a peer");
        let sending = adapter_potato::encode_message("sending", peer, &new).expect("it is written");
        let adapter_potato::Sending::Text(sent) = sending else { panic!("a text") };
        assert_eq!((&*sent.text, sent.markdown), (markdown, Some(true)));
        assert_eq!(echo.says(&text).await, [(text.clone(), text)], "{markdown}");
    }
}

#[tokio::test]
async fn what_marks_more_than_the_document_says_is_read_alike() {
    // Underscores mark as asterisks do, and a mention may be spelled out.
    let echo = Echo::open().await;
    let target = adapter_potato::wire::Target {
        chat_type: adapter_potato::wire::ChatType::User,
        chat_id: echo.chat.as_str().trim_start_matches("user:").parse().expect("a number"),
    };
    let both = [Style::Bold, Style::Italic].map(|style| Span { start: 0, end: 1, style });
    let rows = [
        ("_x_", Text::new().italic("x")),
        ("__x__", Text::new().bold("x")),
        ("___x___", Text::from_parts("x", both)),
        ("[Li](mention_name 100500)", Text::new().styled("Li", mention(Some("100500"), None))),
    ];
    for (markdown, text) in rows {
        let message = adapter_potato::wire::SendTextMessage {
            target,
            text: markdown.into(),
            reply_to_message_id: None,
            markdown: Some(true),
            reply_markup: None,
        };
        let potato = echo.street.potato();
        potato.client().send_text_message(&message).await.expect("it is sent");
        assert_eq!(echo.told_back().await, text, "{markdown}");
    }
}

fn styles() -> impl Strategy<Value = Style> {
    prop_oneof![
        4 => Just(Style::Bold),
        4 => Just(Style::Italic),
        1 => Just(Style::Code),
        1 => Just(Style::Underline),
        1 => Just(Style::Preformatted { language: None }),
        1 => Just(Style::Command),
        1 => Just(Style::Email),
        1 => Just(Style::Spoiler),
        1 => Just(mention(Some("5"), None)),
        1 => Just(mention(None, None)),
        1 => "[a-z_()*]{0,5}".prop_map(|it| Style::Link { url: format!("https://e.org/{it}") }),
    ]
}

fn texts() -> impl Strategy<Value = Text> {
    let word = prop_oneof![
        4 => "[a-zü漢]{1,6}",
        1 => "[*_`\\[\\]<>()@/\\\\]{1,3}",
        1 => Just("😀".to_owned()),
        1 => Just("@anna_b".to_owned()),
        1 => Just("a@e.org".to_owned()),
        1 => Just("/start".to_owned()),
        1 => Just("https://e.org/a_b".to_owned()),
    ];
    let gap = prop::sample::select(vec![" ", " ", "", "\n"]);
    let words = prop::collection::vec((word, gap), 1..8);
    let spans = prop::collection::vec((any::<prop::sample::Index>(), 1..4_usize, styles()), 0..5);
    (words, spans).prop_map(|(words, spans)| {
        let (mut plain, mut edges) = (String::new(), vec![0]);
        for (word, gap) in words {
            plain.push_str(&word);
            edges.push(plain.len());
            plain.push_str(gap);
        }
        let spans = spans.into_iter().map(|(from, words, style)| {
            let from = from.index(edges.len() - 1);
            let to = edges[(from + words).min(edges.len() - 1)];
            // A word begins behind the gap before it.
            let gap = plain[edges[from]..to].len() - plain[edges[from]..to].trim_start().len();
            Span { start: edges[from] + gap, end: to, style }
        });
        Text::from_parts(plain.clone(), spans.collect::<Vec<_>>())
    })
}

#[test]
fn any_text_arrives_as_fit_lets_it_go() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let echo = runtime.block_on(Echo::open());
    let carried = |kind: StyleKind| echo.street.potato().capabilities().styles.carries(kind);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(text in texts())| {
        for (sent, arrived) in runtime.block_on(echo.says(&text)) {
            prop_assert_eq!(arrived.plain_text(), sent.plain_text());
            prop_assert_eq!(looks(&arrived), looks(&sent), "{:?}", sent);
            prop_assert!(arrived.spans().iter().all(|span| carried(span.style.kind())));
        }
    });
}
