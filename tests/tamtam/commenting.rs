//! Comments under posts; MAX only.

use chrono::TimeDelta;
use sandbox::Platform;
use sandbox::world::{ChatKey, ChatKind, Content, Permission, mid as mid_of};
use serde_json::{Value, json};

use crate::harness::{Bench, Bot, mid, refusal};

/// A channel of Anna's that the bot keeps, and the path of the comments of a post there.
async fn post(bench: &Bench, bot: &Bot) -> (ChatKey, i64, String) {
    let anna = bench.anna(Platform::Max);
    let channel = bench.world.act(|state| {
        let channel = state.open_chat(ChatKind::Channel, anna, "News");
        state.add_member(channel, bot.key, Some(anna));
        state.promote(channel, bot.key, anna, Permission::MAX.to_vec(), None);
        channel
    });
    let post = bot.sends(bench.chat_id(channel), json!({"text": "x"})).await;
    let number = post["body"]["seq"].as_i64().expect("a number");
    (channel, number, format!("/messages/{}/comments", mid(&post)))
}

#[tokio::test]
async fn a_comment_is_a_message_whose_recipient_is_the_post() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (channel, number, path) = post(&bench, &bot).await;
    let (status, answer) = bot.post(&path, json!({"text": "**y**", "format": "markdown"})).await;
    let comment = &answer["message"];
    assert_eq!((status, &comment["body"]["text"]), (200, &json!("y")));
    assert_eq!(comment["recipient"]["post_id"], mid_of(bench.chat_id(channel), number));
    assert_eq!(comment["sender"]["user_id"], bench.user_id(bot.key));
    let link = json!({"type": "reply", "mid": mid(comment)});
    let (_, answer) = bot.post(&path, json!({"text": "z", "link": link})).await;
    assert_eq!(answer["message"]["link"]["message"]["mid"], comment["body"]["mid"]);
}

fn texts(list: &Value) -> Vec<&str> {
    let messages = list["messages"].as_array().expect("a list");
    messages.iter().map(|it| it["body"]["text"].as_str().expect("a text")).collect()
}

#[tokio::test]
async fn the_last_comments_of_a_span_of_time_come_the_newest_first() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (_, _, path) = post(&bench, &bot).await;
    let mut times = Vec::new();
    for text in ["1", "2", "3", "4"] {
        bench.world.advance(TimeDelta::seconds(1));
        let (_, answer) = bot.post(&path, json!({"text": text})).await;
        times.push(answer["message"]["timestamp"].as_i64().expect("a time"));
    }
    let (_, all) = bot.get(&path).await;
    assert_eq!(texts(&all), ["4", "3", "2", "1"]);
    assert!(all.get("marker").is_none(), "no client could send it back");
    let (_, last) = bot.get(&format!("{path}?count=2")).await;
    assert_eq!(texts(&last), ["4", "3"]);
    let (_, within) = bot.get(&format!("{path}?after={}&before={}", times[1], times[2])).await;
    assert_eq!(texts(&within), ["3", "2"]);
    let (_, first) = bot.get(&format!("{path}?before={}", times[1] - 1)).await;
    assert_eq!(texts(&first), ["1"]);
    assert_eq!(bot.get(&format!("{path}?before=x")).await.0, 400);
}

#[tokio::test]
async fn a_comment_is_read_by_its_id() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (_, _, path) = post(&bench, &bot).await;
    let mut written = Vec::new();
    for text in ["1", "2", "3"] {
        written.push(bot.post(&path, json!({"text": text})).await.1["message"].clone());
    }
    let (status, read) = bot.get(&format!("{path}/{}", mid(&written[1]))).await;
    assert_eq!((status, &read["body"]), (200, &written[1]["body"]));
    assert_eq!(read["recipient"], written[1]["recipient"]);
    let named = format!("{path}?comment_ids={},{}", mid(&written[2]), mid(&written[0]));
    assert_eq!(texts(&bot.get(&named).await.1), ["3", "1"]);
    let nothing = "mid.00000000000000000000000000000001";
    assert_eq!(bot.get(&format!("{path}/{nothing}")).await.0, 404);
    assert_eq!(bot.get(&format!("{path}?comment_ids={nothing}")).await.0, 404);
}

#[tokio::test]
async fn comments_are_read_by_who_may_read_all_messages() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (channel, _, path) = post(&bench, &bot).await;
    bot.post(&path, json!({"text": "y"})).await;
    let anna = bench.anna(Platform::Max);
    bench.world.act(|state| {
        state.promote(channel, bot.key, anna, vec![Permission::Write], None);
    });
    assert_eq!(refusal(bot.get(&path).await).1, "access.denied");
}

#[tokio::test]
async fn a_bot_changes_and_deletes_its_own_comments() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (channel, number, path) = post(&bench, &bot).await;
    let (_, answer) = bot.post(&path, json!({"text": "y"})).await;
    let own = format!("{path}?comment_id={}", mid(&answer["message"]));
    assert_eq!(bot.put(&own, json!({"text": "z"})).await.1, json!({"success": true}));
    assert_eq!(bot.put(&own, json!({"text": ""})).await.1["success"], false);
    let (_, list) = bot.get(&path).await;
    assert_eq!(list["messages"][0]["body"]["text"], "z");
    assert_eq!(bot.delete(&own).await.1, json!({"success": true}));
    assert_eq!(bot.delete(&own).await.0, 404);

    let anna = bench.anna(Platform::Max);
    let annas =
        bench.world.act(|state| state.comment(channel, number, anna, Content::of_text("a"), None));
    let annas = mid_of(bench.chat_id(channel), annas.expect("a comment").number);
    let annas = format!("{path}/{annas}");
    assert_eq!(bot.put(&annas, json!({"text": "z"})).await.1["success"], false);
    assert_eq!(refusal(bot.delete(&annas).await).1, "access.denied");
}

#[tokio::test]
async fn only_posts_of_channels_have_comments() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let chat = bench.chat_id(bench.dialog(&bot));
    let sent = bot.sends(chat, json!({"text": "x"})).await;
    let (status, _) = bot.get(&format!("/messages/{}/comments", mid(&sent))).await;
    assert_eq!(status, 400);
    let (_, _, path) = post(&bench, &bot).await;
    assert_eq!(bot.post(&path, json!({"text": " "})).await.0, 400);
    assert_eq!(bench.tamtam().get(&path).await.0, 404);
}
