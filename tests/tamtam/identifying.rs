//! Numbers, names and times, as they were seen in recorded payloads.

use sandbox::Platform;
use sandbox::world::{ChatKind, Permission};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, tea};

async fn news(bot: &Bot) -> Vec<Value> {
    let (status, list) = bot.get("/updates?timeout=0").await;
    assert_eq!(status, 200, "{list}");
    list["updates"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_mid_is_the_chat_and_a_seq_that_holds_the_time() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let group = bench.world.act(|state| {
            let group = state.open_chat(ChatKind::Group, anna, "Tea");
            state.add_member(group, bot.key, Some(anna));
            group
        });
        for (chat, is_dialog) in [(bench.dialog(&bot), true), (group, false)] {
            let chat = bench.chat_id(chat);
            assert_eq!(chat > 0, is_dialog);
            let sent = bot.sends(chat, json!({"text": "x"})).await;
            let seq = sent["body"]["seq"].as_i64().expect("a whole number");
            assert_eq!(sent["body"]["mid"], format!("mid.{chat:016x}{seq:016x}"));
            assert_eq!(sent["timestamp"], seq >> 16);
            assert!(seq > 1 << 53, "as large as that no JavaScript keeps it");
        }
    }
}

#[tokio::test]
async fn messages_of_one_moment_have_numbers_of_their_own() {
    let bench = Bench::open_without_time().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let first = bot.sends(chat, json!({"text": "x"})).await;
        let second = bot.sends(chat, json!({"text": "x"})).await;
        assert_eq!(first["timestamp"], second["timestamp"]);
        assert!(first["body"]["seq"].as_i64() < second["body"]["seq"].as_i64());
    }
}

#[tokio::test]
async fn a_message_has_an_address_where_the_chat_is_public() {
    let bench = Bench::open().await;
    for (platform, host) in [(Platform::Tamtam, "tt.me"), (Platform::Max, "max.ru")] {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        for is_public in [true, false] {
            let channel = bench.world.act(|state| {
                let channel = state.open_chat(ChatKind::Channel, anna, "News");
                state.add_member(channel, bot.key, Some(anna));
                state.promote(channel, bot.key, anna, Permission::TAMTAM.to_vec(), None);
                state.publish(channel, &format!("news{is_public}"), is_public);
                channel
            });
            let chat = bench.chat_id(channel);
            let sent = bot.sends(chat, json!({"text": "x"})).await;
            let start = format!("https://{host}/c/{chat}/");
            let url = sent["url"].as_str();
            let letters = url.and_then(|it| it.strip_prefix(&start)).map(str::len);
            assert_eq!(letters, is_public.then_some(11), "{url:?}");
        }
    }
}

#[tokio::test]
async fn an_update_has_the_time_of_what_it_tells() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        bench.world.say(chat, anna, "hi".into());
        let body = json!({"text": "?", "attachments": [tea()]});
        let sent = bot.sends(bench.chat_id(chat), body).await;
        let number = sent["body"]["seq"].as_i64().expect("a number");
        bench.world.press(chat, anna, number, "tea").expect("a press");
        let told = news(&bot).await;
        let (created, press) = (&told[1], &told[2]);
        assert_eq!(created["timestamp"], created["message"]["timestamp"]);
        assert_eq!(press["timestamp"], press["callback"]["timestamp"]);
        assert!(created["timestamp"].is_i64() && press["timestamp"].is_i64());
    }
}

#[tokio::test]
async fn a_callback_and_a_file_are_named_as_the_recorded_ones() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        let body = json!({"text": "?", "attachments": [tea()]});
        let sent = bot.sends(bench.chat_id(chat), body).await;
        let number = sent["body"]["seq"].as_i64().expect("a number");
        let callback = bench.world.press(chat, anna, number, "tea").expect("a press");
        for name in [callback, bot.uploads("file", "a.txt", b"four").await] {
            assert!(name.starts_with("f9LHodD0cO") && name.len() == 120, "{name}");
            assert!(name.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it)));
        }
    }
}

#[tokio::test]
async fn people_are_seen_to_the_second_and_bots_to_the_millisecond() {
    let bench = Bench::open_without_time().await;
    bench.world.advance(chrono::TimeDelta::milliseconds(1_700_000_000_123));
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        bench.world.say(chat, anna, "hi".into());
        let annas = news(&bot).await[1]["message"]["sender"]["last_activity_time"].as_i64();
        let bots = bot.sends(bench.chat_id(chat), json!({"text": "x"})).await;
        let bots = bots["sender"]["last_activity_time"].as_i64();
        assert_eq!((annas.map(|it| it % 1000), bots.map(|it| it % 1000)), (Some(0), Some(123)));
    }
}

#[tokio::test]
async fn max_leaves_out_a_username_that_nobody_has_and_the_last_name_of_bots() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        bench.world.say(chat, anna, "hi".into());
        let annas = news(&bot).await[1]["message"]["sender"].clone();
        let bots = bot.sends(bench.chat_id(chat), json!({"text": "x"})).await["sender"].clone();
        let is_max = platform == Platform::Max;
        assert_eq!(annas.get("username"), (!is_max).then_some(&Value::Null));
        assert_eq!(annas.get("last_name"), is_max.then_some(&json!("")));
        assert_eq!(bots.get("last_name"), None);
        assert_eq!(bots["username"], "helper_bot");
    }
}
