//! Presses of buttons, and answers to them.

use sandbox::world::{ChatKey, ChatKind, Seen};
use serde_json::{Value, json};

use crate::harness::{Bench, Bot};

/// Anna presses a button of the bot's; what the bot is told.
async fn pressed(bench: &Bench, bot: &Bot, chat: ChatKey) -> Value {
    let buttons = json!([{"text": "Yes", "callback_data": "yes"}]);
    let markup = json!({"type": 4, "inline_keyboard": [{"buttons": buttons}]});
    let said = bench.at(chat, json!({"text": "Tea?", "reply_markup": markup}));
    let number = bot.does("sendTextMessage", said).await["message_id"].as_i64();
    let number = number.expect("a number");
    bench.world.press(chat, bench.anna(), number, "yes").expect("there is the button");
    bot.update().await
}

fn notices(bench: &Bench, chat: ChatKey) -> Vec<(String, bool, Option<String>)> {
    let notice = |it: &Seen| match it {
        Seen::Notice { text, is_alert, url, .. } => Some((text.clone(), *is_alert, url.clone())),
        _ => None,
    };
    bench.world.look(|state| state.chat(chat).seen.iter().filter_map(notice).collect())
}

#[tokio::test]
async fn a_press_names_the_presser_and_the_message_and_its_id_is_longer_than_64_bits() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.chat(ChatKind::Group, &bot);
    let update = pressed(&bench, &bot, chat).await;
    let query = &update["callback_query"];
    assert_eq!(query["from"]["id"], 20_000_001, "who pressed, not who wrote");
    assert_eq!(query["message_id"], bench.last(chat).number);
    assert_eq!((&query["chat"]["type"], &query["data"]), (&json!(2), &json!("yes")));
    let id = query["inline_message_id"].as_str().expect("a text");
    assert!(id.len() == 21 && id.parse::<u64>().is_err(), "{id}");
    assert_eq!((&update["message"], &update["lang"]), (&Value::Null, &json!("en")));
}

#[tokio::test]
async fn an_answer_is_a_notice_or_an_alert_or_opens_something() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let update = pressed(&bench, &bot, chat).await;
    let id = update["callback_query"]["inline_message_id"].clone();
    let got = bot.asks("answerCallbackQuery", json!({"inline_message_id": id, "text": "So"})).await;
    assert_eq!(got.body, json!({"ok": true, "result": null}));
    let url = "https://pt.im/helper_bot?start=x";
    let alert = json!({"inline_message_id": id, "text": "", "show_alert": true, "url": url});
    bot.does("answerCallbackQuery", alert).await;
    let shown = [("So".to_owned(), false, None), (String::new(), true, Some(url.to_owned()))];
    assert_eq!(notices(&bench, chat), shown);
}

#[tokio::test]
async fn an_empty_answer_shows_nothing_and_one_without_a_text_is_wrong() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let update = pressed(&bench, &bot, chat).await;
    let id = update["callback_query"]["inline_message_id"].clone();
    bot.does("answerCallbackQuery", json!({"inline_message_id": id, "text": ""})).await;
    assert_eq!(notices(&bench, chat), []);
    let answer = |more| crate::harness::with(json!({"inline_message_id": id}), more);
    assert_eq!(bot.is_refused("answerCallbackQuery", answer(json!({}))).await, 1004);
    let long = answer(json!({"text": "x".repeat(201)}));
    assert_eq!(bot.is_refused("answerCallbackQuery", long).await, 1004);
}

#[tokio::test]
async fn a_press_is_answered_by_the_bot_that_was_told() {
    let bench = Bench::open().await;
    let (bot, other) = (bench.bot(), bench.another("Other"));
    let chat = bench.dialog(&bot);
    let update = pressed(&bench, &bot, chat).await;
    let id = update["callback_query"]["inline_message_id"].clone();
    let answer = json!({"inline_message_id": id, "text": "So"});
    assert_eq!(other.is_refused("answerCallbackQuery", answer).await, 1004);
}
