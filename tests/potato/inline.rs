//! Inline mode.

use gateway_tests::{Got, Stranger};
use sandbox::world::{ChatKind, FileKind};
use serde_json::{Value, json};

use crate::harness::{Bench, with};

fn hand(bench: &Bench) -> Stranger {
    Stranger::at(&bench.street.server.control_url())
}

/// Anna types to the bot in their dialog; the id of that.
async fn typed(bench: &Bench) -> Value {
    let asked = json!({"platform": "potato", "person": "Anna", "query": "tea"});
    hand(bench).posts("inline", &asked).await.body["inline_query_id"].clone()
}

fn article(id: &str) -> Value {
    json!({"type": "article", "id": id, "title": "Tea",
           "input_message_content": {"message_text": "Green tea"}})
}

/// Anna chooses a result.
async fn chosen(bench: &Bench, id: &Value, result: &str) -> Got {
    let path = format!("inline/{}/choose", id.as_str().expect("an id"));
    hand(bench).posts(&path, &json!({"result_id": result})).await
}

#[tokio::test]
async fn what_somebody_types_is_told_with_its_offset_but_not_where() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let asked = json!({"platform": "potato", "person": "Anna", "query": "tea", "offset": "20",
                       "latitude": 1.5, "longitude": -2});
    let id = hand(&bench).posts("inline", &asked).await.body["inline_query_id"].clone();
    let query = bot.update().await["inline_query"].clone();
    let from = json!({"id": 20_000_001, "first_name": "Anna", "last_name": "", "username": ""});
    let told = json!({"id": id, "from": from, "query": "tea", "offset": "20",
                      "location": {"latitude": 1.5, "longitude": -2.0}});
    assert_eq!(query, told);
}

#[tokio::test]
async fn what_is_chosen_is_posted_by_the_person_and_its_buttons_are_the_bots() {
    let bench = Bench::open().await;
    let (bot, other) = (bench.bot(), bench.another("Other"));
    let group = bench.chat(ChatKind::Group, &other);
    let asked = json!({"platform": "potato", "person": "Anna", "query": "", "bot": "Helper"});
    let asked = hand(&bench).posts("inline", &bench.at(group, asked)).await;
    let id = asked.body["inline_query_id"].clone();
    bot.updates().await;
    let buttons = json!([{"text": "Yes", "callback_data": "yes"}]);
    let markup = json!({"type": 4, "inline_keyboard": [{"buttons": buttons}]});
    let results = json!([with(article("1"), json!({"reply_markup": markup}))]);
    let got =
        bot.asks("answerInlineQuery", json!({"inline_query_id": id, "results": results})).await;
    assert_eq!(got.body, json!({"ok": true, "result": true}));

    chosen(&bench, &id, "1").await;
    let posted = bench.last(group);
    assert_eq!((posted.sender, &*posted.content.text.plain), (bench.anna(), "Green tea"));
    bench.world.press(group, bench.anna(), posted.number, "yes").expect("a button");
    let query = bot.update().await["callback_query"].clone();
    assert_eq!((&query["data"], &query["chat"]["type"]), (&json!("yes"), &json!(2)));
    let edit = json!({"message_id": posted.number, "text": "Black tea"});
    bot.does("editMessageText", bench.at(group, edit)).await;
    assert_eq!(bench.last(group).content.text.plain, "Black tea", "sent via the bot");
}

#[tokio::test]
async fn every_kind_of_result_posts_what_it_is() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    bench.offers_2048(&bot);
    let photo = bench.uploads(FileKind::Image, "a.png").await;
    let id = typed(&bench).await;
    let (url, thumb) = ("https://example.org/a", "https://example.org/t");
    let said = json!({"message_text": "A page"});
    let results = json!([
        article("article"),
        {"type": "website", "id": "website", "title": "W", "url": url, "input_message_content": said},
        {"type": "game", "id": "game", "game_short_name": "2048"},
        {"type": "gif", "id": "gif", "gif_url": url, "thumb_url": thumb},
        {"type": "photo", "id": "photo", "photo_url": url, "thumb_url": thumb, "caption": "c"},
        {"type": "photo", "id": "cached", "photo_file_id": photo, "caption": "*c*", "parse_mode": "Markdown"},
        {"type": "video", "id": "video", "video_url": url, "mime_type": "video/mp4", "thumb_url": thumb, "title": "V"},
        {"type": "video", "id": "page", "video_url": url, "mime_type": "text/html", "thumb_url": thumb, "title": "V",
         "input_message_content": said},
    ]);
    bot.does("answerInlineQuery", json!({"inline_query_id": id, "results": results})).await;
    let path = format!("inline/{}", id.as_str().expect("an id"));
    let shown = hand(&bench).gets(&path, &[]).await.body["offered"]["results"].clone();
    let kinds: Vec<Value> = shown
        .as_array()
        .expect("results")
        .iter()
        .map(|it| json!([it["kind"], it["text"], it["attachments"][0]["kind"]]))
        .collect();
    let expected = json!([
        ["article", "Green tea", null],
        ["website", "A page", null],
        ["game", "", "game"],
        ["gif", "", "file"],
        ["photo", "c", "image"],
        ["photo", "c", "image"],
        ["video", "", "video"],
        ["video", "A page", null],
    ]);
    assert_eq!(json!(kinds), expected);
}

#[tokio::test]
async fn an_answer_that_is_too_much_is_wrong() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let id = typed(&bench).await;
    let answer =
        |results: Vec<Value>, more| with(json!({"inline_query_id": id, "results": results}), more);
    let many = |count: usize| (0..count).map(|it| article(&it.to_string())).collect::<Vec<_>>();
    bot.does("answerInlineQuery", answer(many(50), json!({}))).await;
    let (url, thumb) = ("https://example.org/a", "https://example.org/t");
    let page = json!({"type": "video", "id": "1", "video_url": url, "mime_type": "text/html",
                      "thumb_url": thumb, "title": "V"});
    let photo = json!({"type": "photo", "id": "1", "photo_url": url, "thumb_url": thumb,
                       "caption": "x".repeat(1025)});
    for (results, more) in [
        (many(51), json!({})),
        (vec![article("1"), article("1")], json!({})),
        (vec![article("")], json!({})),
        (vec![article(&"x".repeat(65))], json!({})),
        (vec![page], json!({})),
        (vec![photo], json!({})),
        (vec![json!({"type": "sticker", "id": "1"})], json!({})),
        (vec![json!({"type": "game", "id": "1", "game_short_name": "chess"})], json!({})),
        (vec![], json!({"next_offset": "x".repeat(65)})),
        (vec![], json!({"switch_pm_text": "Go", "switch_pm_parameter": "a b"})),
    ] {
        let body = answer(results, more);
        assert_eq!(bot.is_refused("answerInlineQuery", body.clone()).await, 1004, "{body}");
    }
    let lost = json!({"type": "photo", "id": "1", "photo_file_id": "0000"});
    assert_eq!(bot.is_refused("answerInlineQuery", answer(vec![lost], json!({}))).await, 1013);
}

#[tokio::test]
async fn a_query_is_answered_by_the_bot_that_was_told() {
    let bench = Bench::open().await;
    let (bot, other) = (bench.bot(), bench.another("Other"));
    let id = typed(&bench).await;
    let answer = |id: Value| json!({"inline_query_id": id, "results": []});
    assert_eq!(other.is_refused("answerInlineQuery", answer(id.clone())).await, 1004);
    assert_eq!(bot.is_refused("answerInlineQuery", answer(json!("5"))).await, 1004);
    bot.does("answerInlineQuery", answer(id.clone())).await;
    assert_eq!(chosen(&bench, &id, "1").await.status, 404);
}

#[tokio::test]
async fn a_button_leads_to_the_dialog_and_says_start() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let id = typed(&bench).await;
    bot.updates().await;
    let answer = json!({"inline_query_id": id, "results": [], "next_offset": "20",
                        "switch_pm_text": "Sign in", "switch_pm_parameter": "from-inline"});
    bot.does("answerInlineQuery", answer).await;
    let path = format!("inline/{}/switch", id.as_str().expect("an id"));
    hand(&bench).posts(&path, &json!({})).await;
    assert_eq!(bot.update().await["message"]["text"], "/start from-inline");
}

#[tokio::test]
async fn a_button_types_for_the_person() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let press = async |field: &str| {
        let markup =
            json!({"type": 4, "inline_keyboard": [{"buttons": [{"text": "Go", field: "tea"}]}]});
        bot.does("sendTextMessage", bench.at(chat, json!({"text": "?", "reply_markup": markup})))
            .await;
        let number = bench.last(chat).number;
        let pressed =
            json!({"platform": "potato", "person": "Anna", "message_id": number, "label": "Go"});
        hand(&bench).posts("press", &bench.at(chat, pressed)).await.body
    };
    let elsewhere = press("switch_inline_query").await;
    assert_eq!(elsewhere, json!({"bot": "helper_bot", "query": "tea"}));
    press("switch_inline_query_current_chat").await;
    assert_eq!(bot.update().await["inline_query"]["query"], "tea");
}
