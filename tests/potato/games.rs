//! Games.

use gateway_tests::Stranger;
use sandbox::world::{ChatKey, ChatKind};
use serde_json::{Value, json};

use crate::harness::{Bench, Bot};

/// A group with a game in it, and the number of its message.
async fn table(bench: &Bench, bot: &Bot) -> (ChatKey, i64) {
    bench.offers_2048(bot);
    let chat = bench.chat(ChatKind::Group, bot);
    let sent = bot.does("sendGame", bench.at(chat, json!({"game_short_name": "2048"}))).await;
    assert_eq!(sent, json!({"message_id": bench.last(chat).number}));
    (chat, bench.last(chat).number)
}

#[tokio::test]
async fn a_game_has_a_button_that_starts_it_and_tells_its_name() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (chat, number) = table(&bench, &bot).await;
    assert_eq!(bench.last(chat).content.buttons[0][0].label, "Play Two");
    let control = Stranger::at(&bench.street.server.control_url());
    let press =
        json!({"platform": "potato", "person": "Anna", "label": "Play Two", "message_id": number});
    let pressed = control.posts("press", &bench.at(chat, press)).await;
    let query = bot.update().await["callback_query"].clone();
    assert_eq!(query["inline_message_id"], pressed.body["callback_id"]);
    assert_eq!((&query["game_short_name"], &query["data"]), (&json!("2048"), &json!("")));

    let url = json!({"inline_message_id": query["inline_message_id"], "text": "",
                     "url": "https://example.org/2048"});
    bot.does("answerCallbackQuery", url).await;
}

#[tokio::test]
async fn the_first_button_of_a_game_starts_it_and_no_other_one_does() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    bench.offers_2048(&bot);
    let chat = bench.dialog(&bot);
    let play = || json!({"text": "Go", "callback_game": {}});
    let rules = || json!({"text": "Rules", "url": "https://example.org/"});
    let game = |buttons: &[Value]| {
        let markup = json!({"type": 4, "inline_keyboard": [{"buttons": buttons}]});
        bench.at(chat, json!({"game_short_name": "2048", "reply_markup": markup}))
    };
    bot.does("sendGame", game(&[play(), rules()])).await;
    for wrong in [&[rules(), play()][..], &[rules()], &[play(), play()]] {
        assert_eq!(bot.is_refused("sendGame", game(wrong)).await, 1004);
    }
    let text = crate::harness::with(game(&[play()]), json!({"text": "no game"}));
    assert_eq!(bot.is_refused("sendTextMessage", text).await, 1004);
    let unknown = bench.at(chat, json!({"game_short_name": "chess"}));
    assert_eq!(bot.is_refused("sendGame", unknown).await, 1004);
}

#[tokio::test]
async fn a_score_grows_unless_it_is_forced() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (chat, number) = table(&bench, &bot).await;
    let score = |points: i64, more| {
        let score =
            json!({"message_id": number, "user_id": 20_000_001, "score": points, "bot_id": 5});
        bench.at(chat, crate::harness::with(score, more))
    };
    let set = bot.does("setGameScore", score(70, json!({}))).await;
    assert_eq!(set, json!({"message_id": number}));
    for points in [70, 69, -1] {
        assert_eq!(bot.is_refused("setGameScore", score(points, json!({}))).await, 1004);
    }
    bot.does("setGameScore", score(60, json!({"force": true}))).await;
}

#[tokio::test]
async fn the_best_are_shown_with_three_neighbours_on_either_side() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (chat, number) = table(&bench, &bot).await;
    for place in 1..=9 {
        let player = bench.person(&format!("Player {place}"));
        bench.brings(player, chat);
        let score =
            json!({"message_id": number, "user_id": bench.id(player), "score": 100 - place});
        bot.does("setGameScore", bench.at(chat, score)).await;
    }
    let around = async |name: &str| {
        let asked = json!({"message_id": number, "user_id": bench.id(bench.person(name))});
        bot.does("getGameHighScores", bench.at(chat, asked)).await
    };
    let near = around("Player 5").await;
    let places: Vec<&Value> =
        near.as_array().expect("scores").iter().map(|it| &it["position"]).collect();
    assert_eq!(places, [2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(
        (&near[0]["user"]["first_name"], &near[0]["score"]),
        (&json!("Player 2"), &json!(98))
    );
    assert_eq!(around("Player 1").await.as_array().map(Vec::len), Some(4));
    assert_eq!(around("Anna").await, json!([]), "she has not played");
}

#[tokio::test]
async fn scores_are_of_a_game_and_of_somebody_in_the_chat() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (chat, game) = table(&bench, &bot).await;
    let sent = bot.does("sendTextMessage", bench.at(chat, json!({"text": "no game"}))).await;
    let text = sent["message_id"].as_i64().expect("a number");
    let outside = bench.id(bench.person("Zoe"));
    for (number, user, code) in
        [(text, 20_000_001, 3007), (999, 20_000_001, 3012), (game, 5, 3003), (game, outside, 3006)]
    {
        let score = json!({"message_id": number, "user_id": user, "score": 1});
        let score = bench.at(chat, score);
        assert_eq!(bot.is_refused("setGameScore", score.clone()).await, code);
        assert_eq!(bot.is_refused("getGameHighScores", score).await, code);
    }
}
