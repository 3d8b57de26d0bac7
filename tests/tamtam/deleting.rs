//! Deleting messages.

use sandbox::world::{ChatKind, Permission, mid as mid_of};
use serde_json::json;

use crate::harness::{BOTH, Bench, mid, refusal};

#[tokio::test]
async fn a_bot_deletes_its_own() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let path =
            format!("/messages?message_id={}", mid(&bot.sends(chat, json!({"text": "x"})).await));
        assert_eq!(bot.delete(&path).await, (200, json!({"success": true})));
        assert_eq!(refusal(bot.delete(&path).await).1, "not.found");
    }
}

#[tokio::test]
async fn others_messages_go_only_with_the_right_to_it() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let group = bench.world.act(|state| {
            let group = state.open_chat(ChatKind::Group, anna, "Tea");
            state.add_member(group, bot.key, Some(anna));
            group
        });
        let annas = bench.world.say(group, anna, "x".into());
        let path = format!("/messages?message_id={}", mid_of(bench.chat_id(group), annas.number));
        let refused = refusal(bot.delete(&path).await);
        assert_eq!((refused.0, refused.1.as_str()), (403, "access.denied"));
        bench.world.act(|state| {
            let rights = vec![Permission::Delete, Permission::ReadAllMessages];
            state.promote(group, bot.key, anna, rights, None);
        });
        assert_eq!(bot.delete(&path).await.0, 200);
    }
}

#[tokio::test]
async fn what_a_person_says_in_a_dialog_a_bot_does_not_delete() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let dialog = bench.dialog(&bot);
        let annas = bench.world.say(dialog, bench.anna(platform), "x".into());
        let id = mid_of(bench.chat_id(dialog), annas.number);
        let refused = refusal(bot.delete(&format!("/messages?message_id={id}")).await);
        assert_eq!(refused.1, "access.denied");
    }
}

#[tokio::test]
async fn what_is_no_id_is_an_error() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        for wrong in ["?message_id=mid.1", "?message_id=%20", ""] {
            let (status, answer) = bot.delete(&format!("/messages{wrong}")).await;
            assert!((400..500).contains(&status), "{answer}");
        }
    }
}
