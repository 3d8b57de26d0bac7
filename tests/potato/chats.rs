//! Groups, supergroups and channels.

use sandbox::world::{ChatKind, Permission};
use serde_json::json;

use crate::harness::Bench;

#[tokio::test]
async fn kinds_have_numbers_of_their_own_and_a_chat_is_named_by_both() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (group, large) =
        (bench.chat(ChatKind::Group, &bot), bench.chat(ChatKind::Supergroup, &bot));
    let (one, other) = (bench.at(group, json!({})), bench.at(large, json!({})));
    assert_eq!(one["chat_id"], other["chat_id"], "numbers of two kinds overlap");
    bot.does("sendTextMessage", bench.at(group, json!({"text": "small"}))).await;
    bot.does("sendTextMessage", bench.at(large, json!({"text": "large"}))).await;
    assert_eq!(bench.last(group).content.text.plain, "small");
    assert_eq!(bench.last(large).content.text.plain, "large");
}

#[tokio::test]
async fn get_groups_alone_tells_supergroups_and_channels_apart() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let none = json!({"Groups": [], "SuperGroups": [], "Channels": []});
    assert_eq!(bot.does("getGroups", json!({})).await, none);
    let ids = [ChatKind::Group, ChatKind::Supergroup, ChatKind::Channel].map(|kind| {
        let chat = bench.chat(kind, &bot);
        bench.at(chat, json!({}))["chat_id"].clone()
    });
    let entry = |id| json!([{"PeerID": id, "PeerName": "Tea"}]);
    let [group, large, channel] = ids;
    let all =
        json!({"Groups": entry(group), "SuperGroups": entry(large), "Channels": entry(channel)});
    assert_eq!(bot.does("getGroups", json!({})).await, all);
}

#[tokio::test]
async fn a_chat_is_shown_as_its_kind_has_it() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let shown = async |chat| bot.does("getChat", bench.at(chat, json!({}))).await;
    assert_eq!(shown(bench.dialog(&bot)).await, json!({"id": 20_000_001, "type": 1}));

    let group = bench.chat(ChatKind::Group, &bot);
    let id = bench.at(group, json!({}))["chat_id"].clone();
    assert_eq!(shown(group).await, json!({"id": id, "type": 2, "title": "Tea"}));
    bench.world.act(|state| state.keep_order_all(group, true));
    assert_eq!(shown(group).await["all_members_are_administrators"], true);

    let large = bench.chat(ChatKind::Supergroup, &bot);
    bench.world.act(|state| state.publish(large, "tea", false));
    assert_eq!(shown(large).await["invite_link"], "https://pt.im/joinchat/tea");
    bench.world.act(|state| state.publish(large, "tea", true));
    assert_eq!(shown(large).await["username"], "tea");
}

#[tokio::test]
async fn a_title_is_changed_by_who_may() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    for kind in [ChatKind::Group, ChatKind::Supergroup, ChatKind::Channel] {
        let chat = bench.kept(kind, &bot, &[Permission::CanChangeInfo]);
        let title = |title: &str| bench.at(chat, json!({"title": title}));
        let got = bot.asks("setChatTitle", title("Coffee")).await;
        assert_eq!(got.body, json!({"ok": true}));
        assert_eq!(bot.does("getChat", title("")).await["title"], "Coffee");
        bot.does("setChatTitle", title(&"x".repeat(255))).await;
        assert_eq!(bot.is_refused("setChatTitle", title(&"x".repeat(256))).await, 1004);
        assert_eq!(bot.is_refused("setChatTitle", title("")).await, 1004);
    }
    let plain = bench.chat(ChatKind::Group, &bot);
    let other = bench.kept(ChatKind::Group, &bot, &[Permission::CanPinMessages]);
    for (chat, code) in [(bench.dialog(&bot), 1017), (plain, 1006), (other, 3004)] {
        let title = bench.at(chat, json!({"title": "Coffee"}));
        assert_eq!(bot.is_refused("setChatTitle", title).await, code);
    }
}

#[tokio::test]
async fn where_all_keep_order_no_bot_changes_the_title() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.kept(ChatKind::Group, &bot, &[Permission::CanChangeInfo]);
    bench.world.act(|state| state.keep_order_all(chat, true));
    let title = bench.at(chat, json!({"title": "Coffee"}));
    assert_eq!(bot.is_refused("setChatTitle", title).await, 1006);
}

#[tokio::test]
async fn a_description_is_for_supergroups_and_channels() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    for kind in [ChatKind::Supergroup, ChatKind::Channel] {
        let chat = bench.kept(kind, &bot, &[Permission::CanChangeInfo]);
        let words = |words: &str| bench.at(chat, json!({"description": words}));
        let got = bot.asks("setChatDescription", words("All about tea")).await;
        assert_eq!(got.body, json!({"ok": true}));
        assert_eq!(bot.does("getChat", words("")).await["description"], "All about tea");
        assert_eq!(bot.is_refused("setChatDescription", words(&"x".repeat(256))).await, 1004);
        bot.does("setChatDescription", words("")).await;
        assert_eq!(bot.does("getChat", words("")).await.get("description"), None);
    }
    let group = bench.kept(ChatKind::Group, &bot, &Permission::POTATO);
    let words = bench.at(group, json!({"description": "x"}));
    assert_eq!(bot.is_refused("setChatDescription", words).await, 1017);
}

#[tokio::test]
async fn a_bot_leaves_and_is_in_the_chat_no_more() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    for kind in [ChatKind::Group, ChatKind::Supergroup, ChatKind::Channel] {
        let chat = bench.chat(kind, &bot);
        let here = || bench.at(chat, json!({}));
        let got = bot.asks("leaveChat", here()).await;
        assert_eq!(got.body, json!({"ok": true}));
        assert_eq!(bot.is_refused("getChat", here()).await, 1015);
    }
    let dialog = bench.at(bench.dialog(&bot), json!({}));
    assert_eq!(bot.is_refused("leaveChat", dialog).await, 1017);
}

#[tokio::test]
async fn in_a_channel_writes_who_may() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let plain = bench.chat(ChatKind::Channel, &bot);
    let other = bench.kept(ChatKind::Channel, &bot, &[Permission::CanPinMessages]);
    let kept = bench.kept(ChatKind::Channel, &bot, &[Permission::CanPostMessages]);
    let say = |chat| bench.at(chat, json!({"text": "News"}));
    assert_eq!(bot.is_refused("sendTextMessage", say(plain)).await, 1006);
    assert_eq!(bot.is_refused("sendTextMessage", say(other)).await, 3004);
    bot.does("sendTextMessage", say(kept)).await;
}
