//! Errors, by their numbers.

use sandbox::world::ChatKind;
use serde_json::{Value, json};

use crate::harness::{Bench, refusal};

#[tokio::test]
async fn an_error_is_400_with_its_text_in_the_result() {
    let bench = Bench::open().await;
    let got = bench.bot().asks("sendMessage", json!({})).await;
    let error = json!({"ok": false, "error_code": 1003, "result": "unknown command"});
    assert_eq!((got.status, got.body), (400, error));
}

#[tokio::test]
async fn who_never_met_the_bot_or_stopped_it_is_1008_and_a_blacklist_3002() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let say = |person: i64| json!({"chat_type": 1, "chat_id": person, "text": "Tea"});
    let boris = bench.id(bench.person("Boris"));
    assert_eq!(bot.is_refused("sendTextMessage", say(boris)).await, 1008);
    assert_eq!(bot.is_refused("sendTextMessage", say(5)).await, 1008);

    let (chat, anna) = (bench.dialog(&bot), bench.anna());
    bot.does("sendTextMessage", say(20_000_001)).await;
    bench.world.act(|state| state.stop(chat, anna));
    assert_eq!(bot.is_refused("sendTextMessage", say(20_000_001)).await, 1008);
    bench.world.act(|state| {
        state.start(bot.key, anna, None);
        state.blacklist(chat, anna);
    });
    assert_eq!(bot.is_refused("sendTextMessage", say(20_000_001)).await, 3002);
    bench.world.act(|state| state.start(bot.key, anna, None));
    bot.does("sendTextMessage", say(20_000_001)).await;
    assert_eq!(bot.is_refused("getChat", json!({"chat_type": 1, "chat_id": 5})).await, 3003);
}

#[tokio::test]
async fn a_group_is_not_the_bots_or_is_not_at_all() {
    let bench = Bench::open().await;
    let (bot, other) = (bench.bot(), bench.another("Other"));
    for kind in [ChatKind::Group, ChatKind::Supergroup, ChatKind::Channel] {
        let chat = bench.chat(kind, &other);
        let here = bench.at(chat, json!({"text": "Tea"}));
        assert_eq!(bot.is_refused("getChat", here.clone()).await, 1015);
        assert_eq!(bot.is_refused("sendTextMessage", here.clone()).await, 1015);
        let nowhere = crate::harness::with(here, json!({"chat_id": 12_345_678}));
        assert_eq!(bot.is_refused("sendTextMessage", nowhere).await, 1016);
    }
}

#[tokio::test]
async fn a_chat_is_named_by_both_halves_and_its_kind_is_one_of_three() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    bench.dialog(&bot);
    for half in [json!({"chat_id": 20_000_001}), json!({"chat_type": 1})] {
        let half = crate::harness::with(half, json!({"text": "Tea"}));
        assert_eq!(bot.is_refused("sendTextMessage", half).await, 1004);
    }
    for (kind, id) in [(json!(4), json!(5)), (json!("1"), json!(5)), (json!(1), json!("20000001"))]
    {
        let wrong = json!({"chat_type": kind, "chat_id": id, "text": "Tea"});
        assert_eq!(bot.is_refused("sendTextMessage", wrong).await, 1004);
    }
    let other = json!({"chat_type": 2, "chat_id": 20_000_001, "text": "Tea"});
    assert_eq!(
        bot.is_refused("sendTextMessage", other).await,
        1016,
        "there is a person of this number"
    );
}

#[tokio::test]
async fn members_and_titles_of_dialogs_are_not_for_this_type_of_chat() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let all = json!({"title": "x", "description": "x", "user_id": 5, "message_id": 1});
    for method in [
        "leaveChat",
        "getChatMembersCount",
        "getChatAdministrators",
        "setChatTitle",
        "setChatDescription",
        "pinChatMessage",
        "unpinChatMessage",
        "kickChatMember",
        "kickNotBan",
    ] {
        assert_eq!(bot.is_refused(method, bench.at(chat, all.clone())).await, 1017, "{method}");
    }
}

#[tokio::test]
async fn what_is_required_is_missed() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    for method in [
        "getFile",
        "sendTextMessage",
        "forwardMessage",
        "answerCallbackQuery",
        "sendLocation",
        "sendVenue",
        "sendPhoto",
        "sendDocument",
        "sendVideo",
        "editMessageText",
        "editMessageCaption",
        "deleteMessage",
        "setChatTitle",
        "setChatDescription",
        "setJoinGroups",
        "pinChatMessage",
        "kickChatMember",
        "kickNotBan",
        "sendChatAction",
        "sendContact",
        "sendGame",
        "setGameScore",
        "getGameHighScores",
        "answerInlineQuery",
    ] {
        assert_eq!(bot.is_refused(method, bench.at(chat, json!({}))).await, 1004, "{method}");
    }
}

#[tokio::test]
async fn a_file_of_nobodys_bot_is_an_invalid_token() {
    let bench = Bench::open().await;
    let got = bench.bot().stranger.gets("files/1:nobody/0000.png", &[]).await;
    assert_eq!(refusal(&got), 1002);
    assert_ne!(got.body["result"], Value::Null);
}
