//! Who is in a chat, who keeps order there, and who is put out.

use sandbox::world::{ChatKind, Permission};
use serde_json::json;

use crate::harness::Bench;

#[tokio::test]
async fn members_are_counted() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.chat(ChatKind::Group, &bot);
    bench.brings(bench.person("Boris"), chat);
    let counted = bot.does("getChatMembersCount", bench.at(chat, json!({}))).await;
    assert_eq!(counted, json!({"count": 3}));
}

#[tokio::test]
async fn administrators_are_shown_with_their_rights_and_the_creator_without() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.chat(ChatKind::Supergroup, &bot);
    let shown = async || bot.does("getChatAdministrators", bench.at(chat, json!({}))).await;
    let anna = json!({"id": 20_000_001, "first_name": "Anna", "last_name": "", "username": ""});
    let creator = json!({"user": anna, "status": "creator"});
    assert_eq!(shown().await, json!([creator]), "nobody was appointed");

    let (owner, rights) = (bench.anna(), vec![Permission::CanPinMessages]);
    bench.world.act(|state| state.promote(chat, bot.key, owner, rights, None));
    let admins = shown().await;
    let admin = json!({
        "user": {"id": 10_000_001, "first_name": "Helper", "last_name": "", "username": "helper_bot"},
        "status": "administrator", "can_change_info": false, "can_post_messages": false,
        "can_edit_messages": false, "can_delete_messages": false, "can_invite_users": false,
        "can_restrict_members": false, "can_pin_messages": true, "can_promote_members": false,
    });
    assert_eq!(admins, json!([creator, admin]));
}

#[tokio::test]
async fn who_is_kicked_out_of_a_large_chat_does_not_come_back() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let boris = bench.person("Boris");
    for (kind, is_banned) in
        [(ChatKind::Group, false), (ChatKind::Supergroup, true), (ChatKind::Channel, true)]
    {
        let chat = bench.kept(kind, &bot, &[Permission::CanRestrictMembers]);
        bench.brings(boris, chat);
        bench.world.act(|state| state.publish(chat, &format!("tea-{kind:?}"), true));
        let kick = bench.at(chat, json!({"user_id": bench.id(boris)}));
        let got = bot.asks("kickChatMember", kick.clone()).await;
        assert_eq!(got.body, json!({"ok": true}));
        assert_eq!(bot.is_refused("kickChatMember", kick.clone()).await, 3006);
        assert_eq!(bench.world.act(|state| state.join(chat, boris)), !is_banned);
        if is_banned {
            assert!(bench.world.act(|state| state.unban(chat, boris) && state.join(chat, boris)));
        }
        let got = bot.asks("kickNotBan", kick).await;
        assert_eq!(got.body, json!({"ok": true}));
        assert!(bench.world.act(|state| state.join(chat, boris)), "kickNotBan lets them back");
    }
}

#[tokio::test]
async fn who_may_not_kick_is_told_why() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let boris = bench.person("Boris");
    let plain = bench.chat(ChatKind::Group, &bot);
    let other = bench.kept(ChatKind::Supergroup, &bot, &[Permission::CanPinMessages]);
    for (chat, code) in [(plain, 1006), (other, 3004)] {
        bench.brings(boris, chat);
        let kick = bench.at(chat, json!({"user_id": bench.id(boris)}));
        assert_eq!(bot.is_refused("kickChatMember", kick.clone()).await, code);
        assert_eq!(bot.is_refused("kickNotBan", kick).await, code);
    }
    let kept = bench.kept(ChatKind::Supergroup, &bot, &[Permission::CanRestrictMembers]);
    let (stranger, nobody) = (bench.id(boris), 5);
    for (who, code) in [(stranger, 3006), (nobody, 3003), (bench.id(bench.anna()), 3004)] {
        let kick = bench.at(kept, json!({"user_id": who}));
        assert_eq!(bot.is_refused("kickChatMember", kick).await, code);
    }
    let dialog = bench.at(bench.dialog(&bot), json!({"user_id": bench.id(bench.anna())}));
    assert_eq!(bot.is_refused("kickChatMember", dialog).await, 1017);
}

#[tokio::test]
async fn where_all_keep_order_a_bot_puts_out_whom_it_brought_in() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.kept(ChatKind::Group, &bot, &[Permission::CanRestrictMembers]);
    bench.world.act(|state| state.keep_order_all(chat, true));
    let (boris, zoe) = (bench.person("Boris"), bench.person("Zoe"));
    bench.brings(boris, chat);
    bench.world.act(|state| state.add_member(chat, zoe, Some(bot.key)));
    let kick = |who| bench.at(chat, json!({"user_id": bench.id(who)}));
    assert_eq!(bot.is_refused("kickChatMember", kick(boris)).await, 1006);
    bot.does("kickChatMember", kick(zoe)).await;
}

#[tokio::test]
async fn a_bot_lets_nobody_bring_it_in() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let refuses = || bench.world.look(|state| state.account(bot.key).refuses_invites);
    let got = bot.asks("setJoinGroups", json!({"enable": false})).await;
    assert_eq!((got.body, refuses()), (json!({"ok": true}), true));
    bot.does("setJoinGroups", json!({"enable": true})).await;
    assert!(!refuses());
    assert_eq!(bot.is_refused("setJoinGroups", json!({})).await, 1004);
}
