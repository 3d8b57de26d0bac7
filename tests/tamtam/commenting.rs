//! Comments under posts; MAX only.

use sandbox::Platform;
use sandbox::world::{ChatKey, ChatKind, Content, Permission, mid as mid_of};
use serde_json::json;

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

#[tokio::test]
async fn comments_come_in_pages_the_oldest_first() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let (_, _, path) = post(&bench, &bot).await;
    for text in ["1", "2", "3"] {
        bot.post(&path, json!({"text": text})).await;
    }
    let (_, page) = bot.get(&format!("{path}?count=2")).await;
    assert_eq!(page["messages"][0]["body"]["text"], "1");
    let (_, rest) = bot.get(&format!("{path}?marker={}", page["marker"])).await;
    assert_eq!(rest["messages"][0]["body"]["text"], "3");
    assert!(rest.get("marker").is_none());
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
