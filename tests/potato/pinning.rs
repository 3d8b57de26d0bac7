//! What is pinned.

use sandbox::world::{ChatKind, Permission};
use serde_json::json;

use crate::harness::Bench;

#[tokio::test]
async fn supergroups_and_channels_have_a_right_of_their_own_for_pins() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    for (kind, right, other) in [
        (ChatKind::Supergroup, Permission::CanPinMessages, Permission::CanEditMessages),
        (ChatKind::Channel, Permission::CanEditMessages, Permission::CanPinMessages),
    ] {
        let chat = bench.kept(kind, &bot, &[right]);
        let number = bench.says(bench.anna(), chat, "Tea").number;
        let pin = bench.at(chat, json!({"message_id": number, "disable_notification": true}));
        let got = bot.asks("pinChatMessage", pin.clone()).await;
        assert_eq!(got.body, json!({"ok": true}));
        assert_eq!(bench.world.look(|state| state.chat(chat).pinned), Some(number));

        let anna = bench.anna();
        bench.world.act(|state| state.promote(chat, bot.key, anna, vec![other], None));
        assert_eq!(bot.is_refused("pinChatMessage", pin.clone()).await, 3004);
        bench.world.act(|state| state.demote(chat, bot.key, anna));
        assert_eq!(bot.is_refused("pinChatMessage", pin).await, 1006);
    }
}

#[tokio::test]
async fn what_is_pinned_is_shown_by_get_chat_and_taken_down() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.kept(ChatKind::Supergroup, &bot, &[Permission::CanPinMessages]);
    let number = bench.says(bench.anna(), chat, "Tea").number;
    let here = || bench.at(chat, json!({}));
    assert_eq!(bot.is_refused("unpinChatMessage", here()).await, 3016);
    bot.does("pinChatMessage", bench.at(chat, json!({"message_id": number}))).await;
    let shown = bot.does("getChat", here()).await;
    assert_eq!(shown["pinned_message"]["text"], "Tea");
    let got = bot.asks("unpinChatMessage", here()).await;
    assert_eq!(got.body, json!({"ok": true}));
    assert_eq!(bot.does("getChat", here()).await.get("pinned_message"), None);
}

#[tokio::test]
async fn dialogs_and_groups_have_no_pins_and_a_message_must_be_there() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    for chat in [bench.dialog(&bot), bench.kept(ChatKind::Group, &bot, &Permission::POTATO)] {
        let number = bench.says(bench.anna(), chat, "Tea").number;
        let pin = bench.at(chat, json!({"message_id": number}));
        assert_eq!(bot.is_refused("pinChatMessage", pin.clone()).await, 1017);
        assert_eq!(bot.is_refused("unpinChatMessage", pin).await, 1017);
    }
    let chat = bench.kept(ChatKind::Supergroup, &bot, &Permission::POTATO);
    let nothing = bench.at(chat, json!({"message_id": 999}));
    assert_eq!(bot.is_refused("pinChatMessage", nothing).await, 3012);
}
