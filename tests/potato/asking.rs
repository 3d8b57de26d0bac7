//! How methods are called.

use serde_json::json;

use crate::harness::{Bench, read, refusal};

#[tokio::test]
async fn every_method_is_called_by_get_and_by_post() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    assert_eq!(bot.does("getMe", json!({})).await["id"], bot.id);
    let got = bot.stranger.gets(&format!("{}/getMe", bot.token), &[]).await;
    assert_eq!(got.body["result"]["username"], "helper_bot");

    let chat = bench.dialog(&bot);
    let query = [("chat_type", "1"), ("chat_id", "20000001"), ("text", "2048")];
    let got = bot.stranger.gets(&format!("{}/sendTextMessage", bot.token), &query).await;
    assert!(got.body["result"]["message_id"].is_i64(), "{}", got.body);
    assert_eq!(bench.last(chat).content.text.plain, "2048", "text that looks like a number");

    let url = format!("{}/{}/getMe", bot.base, bot.token);
    assert_eq!(refusal(&read(bot.client.put(url).send().await.expect("an answer")).await), 1003);
}

#[tokio::test]
async fn a_bot_has_a_first_name_and_an_empty_last_name() {
    let bench = Bench::open().await;
    let me = bench.bot().does("getMe", json!({})).await;
    let shown = json!({"id": 10_000_001, "first_name": "Helper", "last_name": "", "username": "helper_bot"});
    assert_eq!(me, shown);
}

#[tokio::test]
async fn parameters_are_known_in_any_case_and_unknown_ones_passed_over() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let capitalized = json!({"Chat_type": 1, "Chat_id": 20_000_001, "Text": "Tea", "Sugar": 2});
    bot.does("sendTextMessage", capitalized).await;
    assert_eq!(bench.last(chat).content.text.plain, "Tea");
    assert_eq!(bot.is_refused("sendtextmessage", bench.at(chat, json!({"text": "x"}))).await, 1003);
}

#[tokio::test]
async fn a_form_has_json_in_it_as_text() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let buttons = json!([{"text": "Yes", "callback_data": "yes"}]);
    let markup = json!({"type": 4, "inline_keyboard": [{"buttons": buttons}]});
    let fields = bench.at(chat, json!({"text": "Tea?", "reply_markup": markup}));
    let got = bot.fills("sendTextMessage", fields, &[]).await;
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(bench.last(chat).content.buttons[0][0].label, "Yes");
}

#[tokio::test]
async fn an_urlencoded_form_is_a_wrong_format() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let url = format!("{}/{}/sendTextMessage", bot.base, bot.token);
    let form = bot.client.post(url).header("Content-Type", "application/x-www-form-urlencoded");
    let sent = form.body("chat_type=1&chat_id=20000001&text=Tea").send().await;
    let got = read(sent.expect("an answer")).await;
    assert_eq!(refusal(&got), 1005);
    let words = got.body["result"].as_str().expect("words");
    assert!(words.ends_with("JSON says Content-Type: application/json"), "{words}");
}

#[tokio::test]
async fn a_body_that_is_no_object_is_a_wrong_format() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    assert_eq!(bot.is_refused("sendTextMessage", json!([1])).await, 1005);
    let url = format!("{}/{}/sendTextMessage", bot.base, bot.token);
    let broken = bot.client.post(url).header("Content-Type", "application/json").body("{\"text");
    assert_eq!(refusal(&read(broken.send().await.expect("an answer")).await), 1005);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_not_read() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let long = bench.at(chat, json!({"text": "x".repeat(1024 * 1024)}));
    assert_eq!(bot.is_refused("sendTextMessage", long.clone()).await, 1014);
    assert_eq!(refusal(&bot.fills("sendTextMessage", long, &[]).await), 1014);
}

#[tokio::test]
async fn a_token_that_nobody_has_is_invalid() {
    let bench = Bench::open().await;
    let got = bench.bot().stranger.posts("10000009:nobody/getMe", &json!({})).await;
    assert_eq!(refusal(&got), 1002);
}

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let bench = Bench::open().await;
    let got = bench.bot().asks("sendPhoneMessage", json!({})).await;
    let words = "the sandbox does not emulate sendPhoneMessage";
    assert_eq!((got.status, &got.body["result"]), (501, &json!(words)));
}
