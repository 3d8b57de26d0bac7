//! Reading what was said.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sandbox::world::{ChatKey, ChatKind, Permission};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, mid, refusal};

/// A channel of Anna's that the bot keeps.
fn channel(bench: &Bench, bot: &Bot) -> ChatKey {
    let anna = bench.anna(bot.platform);
    bench.world.act(|state| {
        let channel = state.open_chat(ChatKind::Channel, anna, "News");
        state.add_member(channel, bot.key, Some(anna));
        state.promote(channel, bot.key, anna, Permission::TAMTAM.to_vec(), None);
        channel
    })
}

fn mids(list: &Value) -> Vec<String> {
    list["messages"].as_array().expect("a list").iter().map(mid).collect()
}

#[tokio::test]
async fn the_newest_comes_first() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let first = mid(&bot.sends(chat, json!({"text": "1"})).await);
        let second = mid(&bot.sends(chat, json!({"text": "2"})).await);
        let (_, list) = bot.get(&format!("/messages?chat_id={chat}")).await;
        assert_eq!(mids(&list), [second.clone(), first]);
        let (_, list) = bot.get(&format!("/messages?chat_id={chat}&count=1")).await;
        assert_eq!(mids(&list), [second]);
    }
}

#[tokio::test]
async fn pages_from_a_time_back_have_all_messages_once() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let mut sent = BTreeSet::new();
        for number in 0..30 {
            bench.world.advance(TimeDelta::milliseconds(10));
            sent.insert(mid(&bot.sends(chat, json!({"text": number.to_string()})).await));
        }
        let mut from = i64::MAX;
        let mut read = Vec::new();
        loop {
            let path = format!("/messages?chat_id={chat}&from={from}&count=7");
            let (_, list) = bot.get(&path).await;
            let Some(last) = list["messages"].as_array().and_then(|it| it.last()) else { break };
            from = last["timestamp"].as_i64().expect("a time") - 1;
            read.extend(mids(&list));
        }
        assert_eq!(read.len(), 30);
        assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), sent);
    }
}

#[tokio::test]
async fn a_time_bounds_what_is_read_on_both_sides() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let chat = bench.chat_id(bench.dialog(&bot));
    let mut times = Vec::new();
    for _ in 0..3 {
        bench.world.advance(TimeDelta::milliseconds(10));
        let sent = bot.sends(chat, json!({"text": "x"})).await;
        times.push(sent["timestamp"].as_i64().expect("a time"));
    }
    let (from, to) = (times[1], times[1]);
    let (_, list) = bot.get(&format!("/messages?chat_id={chat}&from={from}&to={to}")).await;
    assert_eq!(mids(&list).len(), 1);
}

#[tokio::test]
async fn one_id_that_is_not_there_is_an_error() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let own = mid(&bot.sends(chat, json!({"text": "x"})).await);
        let other = sandbox::world::mid(chat, 5);
        let asked = bot.get(&format!("/messages?message_ids={own},{other}")).await;
        assert_eq!(refusal(asked).1, "not.found");
        assert_eq!(bot.get(&format!("/messages/{other}")).await.0, 404);
        assert_eq!(refusal(bot.get("/messages").await).0, 400);
        assert_eq!(bot.get(&format!("/messages?chat_id={chat}&count=101")).await.0, 400);
    }
}

#[tokio::test]
async fn views_are_told_of_posts_that_are_read() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let channel = channel(&bench, &bot);
        let id = bench.chat_id(channel);
        let post = bot.sends(id, json!({"text": "x"})).await;
        assert_eq!(post["stat"], Value::Null);
        let number = post["body"]["seq"].as_i64().expect("a number");
        let anna = bench.anna(platform);
        bench.world.act(|state| state.view(channel, number, anna));
        let (_, list) = bot.get(&format!("/messages?chat_id={id}")).await;
        assert_eq!(list["messages"][0]["stat"], json!({"views": 1}));

        let dialog = bench.chat_id(bench.dialog(&bot));
        bot.sends(dialog, json!({"text": "x"})).await;
        let (_, list) = bot.get(&format!("/messages?chat_id={dialog}")).await;
        assert_eq!(list["messages"][0]["stat"], Value::Null);
    }
}

#[tokio::test]
async fn who_does_not_keep_a_channel_does_not_read_it() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let channel = channel(&bench, &bot);
        let id = bench.chat_id(channel);
        let post = mid(&bot.sends(id, json!({"text": "x"})).await);
        let anna = bench.anna(platform);
        bench.world.act(|state| state.demote(channel, bot.key, anna));
        for path in [format!("/messages?chat_id={id}"), format!("/messages/{post}")] {
            assert_eq!(refusal(bot.get(&path).await).1, "chat.denied");
        }
        let (stranger, path) =
            (bench.another(platform, "Stranger"), format!("/messages?chat_id={id}"));
        assert_eq!(refusal(stranger.get(&path).await).1, "chat.denied");
    }
}

#[tokio::test]
async fn the_dialog_of_another_bot_is_not_there() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let stranger = bench.another(platform, "Stranger");
        let asked = stranger.get(&format!("/messages?chat_id={chat}")).await;
        assert_eq!(refusal(asked).1, "chat.not.found");
    }
}
