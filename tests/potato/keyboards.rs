//! Keyboards.

use sandbox::world::{Press, Screen};
use serde_json::{Value, json};

use crate::harness::Bench;

fn inline(buttons: &Value) -> Value {
    json!({"type": 4, "inline_keyboard": [{"buttons": buttons}]})
}

#[tokio::test]
async fn rows_are_objects() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let said = |markup: Value| bench.at(chat, json!({"text": "Tea?", "reply_markup": markup}));
    let yes = json!([{"text": "Yes", "callback_data": "yes"}]);
    bot.does("sendTextMessage", said(inline(&yes))).await;
    let bare = json!({"type": 4, "inline_keyboard": [yes]});
    assert_eq!(bot.is_refused("sendTextMessage", said(bare)).await, 1005);
    for kindless in [json!({"inline_keyboard": []}), json!({"type": 5}), json!("keyboard")] {
        assert_eq!(bot.is_refused("sendTextMessage", said(kindless)).await, 1005);
    }
}

#[tokio::test]
async fn of_a_button_the_first_that_is_filled_takes_effect() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let callback = |payload: &str| Press::Callback { payload: payload.to_owned(), intent: None };
    let typing = |query: &str, here| Press::Type { query: query.to_owned(), here };
    let url = "https://example.org/";
    for (button, press) in [
        (json!({"url": url, "callback_data": "x"}), Press::Link { url: url.to_owned() }),
        (json!({"url": "", "callback_data": "x"}), callback("x")),
        (json!({"callback_data": ""}), callback("")),
        (json!({"callback_data": "", "switch_inline_query": "x"}), typing("x", false)),
        (json!({"switch_inline_query": ""}), typing("", false)),
        (json!({"switch_inline_query_current_chat": "x"}), typing("x", true)),
    ] {
        let button = crate::harness::with(json!({"text": "Go"}), button);
        let said = json!({"text": "Go?", "reply_markup": inline(&json!([button]))});
        bot.does("sendTextMessage", bench.at(chat, said)).await;
        assert_eq!(bench.last(chat).content.buttons[0][0].press, press, "{button}");
    }
    let idle = json!({"text": "x", "reply_markup": inline(&json!([{"text": "Go"}]))});
    assert_eq!(bot.is_refused("sendTextMessage", bench.at(chat, idle)).await, 1004);
}

#[tokio::test]
async fn a_reply_keyboard_says_its_labels_or_sends_a_card_or_a_place() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let rows = json!([{"buttons": [
        {"text": "Tea"},
        {"text": "Me", "request_contact": true, "request_location": true},
        {"text": "Here", "request_location": true},
    ]}]);
    let markup = json!({"type": 2, "keyboard": rows, "single_use": true});
    bot.does("sendTextMessage", bench.at(chat, json!({"text": "?", "reply_markup": markup}))).await;
    let keyboard = bench.last(chat).content.reply_keyboard.expect("a keyboard");
    assert!(keyboard.single_use);
    let presses: Vec<&Press> = keyboard.rows[0].iter().map(|it| &it.press).collect();
    let label = Press::SendLabel { payload: None };
    let place = Press::RequestLocation { quick: false };
    assert_eq!(presses, [&label, &Press::RequestContact, &place]);
}

#[tokio::test]
async fn a_reply_is_forced_and_a_keyboard_taken_away() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    for (kind, screen) in [(1, Screen::Reply), (3, Screen::NoKeyboard)] {
        let said = json!({"text": "?", "reply_markup": {"type": kind, "selective": true}});
        bot.does("sendTextMessage", bench.at(chat, said)).await;
        assert_eq!(bench.last(chat).content.screen, Some(screen));
    }
}
