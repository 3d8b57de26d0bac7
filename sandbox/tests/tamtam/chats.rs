//! Chats, and what is pinned in them.

use sandbox::Platform;
use sandbox::world::{ChatKey, ChatKind, Permission};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, mid, refusal};

/// A group of Anna's that the bot is in, and keeps order in with these rights.
fn group(bench: &Bench, bot: &Bot, rights: Option<Vec<Permission>>) -> ChatKey {
    let anna = bench.anna(bot.platform);
    bench.world.act(|state| {
        let group = state.open_chat(ChatKind::Group, anna, "Tea");
        state.add_member(group, bot.key, Some(anna));
        if let Some(rights) = rights {
            state.promote(group, bot.key, anna, rights, None);
        }
        group
    })
}

fn kept(bench: &Bench, bot: &Bot) -> i64 {
    bench.chat_id(group(bench, bot, Some(Permission::TAMTAM.to_vec())))
}

fn denied(answer: (u16, Value)) {
    let (status, code, _) = refusal(answer);
    assert_eq!((status, code.as_str()), (403, "chat.denied"));
}

fn bad(answer: (u16, Value)) {
    let (status, code, _) = refusal(answer);
    assert_eq!((status, code.as_str()), (400, "proto.payload"));
}

#[tokio::test]
async fn who_is_in_a_chat_and_whose_it_is_only_admins_learn() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let plain = bench.chat_id(group(&bench, &bot, None));
        let (_, told) = bot.get(&format!("/chats/{plain}")).await;
        assert_eq!((&told["owner_id"], &told["participants"]), (&Value::Null, &Value::Null));

        let kept = kept(&bench, &bot);
        let (_, told) = bot.get(&format!("/chats/{kept}")).await;
        let anna = bench.user_id(bench.anna(platform));
        assert_eq!(told["owner_id"], anna);
        assert!(told["participants"][anna.to_string()].is_i64());
        assert_eq!((&told["status"], &told["type"]), (&json!("active"), &json!("chat")));
        assert_eq!(told["participants_count"], 2);
    }
}

#[tokio::test]
async fn a_chat_is_told_as_unknown_or_as_not_the_bots() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        let foreign = bench.world.act(|state| state.open_chat(ChatKind::Group, anna, "Coffee"));
        denied(bot.get(&format!("/chats/{}", bench.chat_id(foreign))).await);
        let (status, code, message) = refusal(bot.get("/chats/-5").await);
        assert_eq!((status, code.as_str()), (404, "chat.not.found"));
        assert_eq!(message, "Chat -5 not found");
    }
}

#[tokio::test]
async fn a_public_chat_is_found_by_its_link_with_and_without_the_at() {
    let bench = Bench::open().await;
    for (platform, host) in [(Platform::Tamtam, "tt.me"), (Platform::Max, "max.ru")] {
        let bot = bench.on(platform);
        let anna = bench.anna(platform);
        bench.world.act(|state| {
            let channel = state.open_chat(ChatKind::Channel, anna, "Help");
            state.publish(channel, "helpchat", true);
        });
        let (status, told) = bot.get("/chats/helpchat").await;
        assert_eq!((status, &told["link"]), (200, &json!(format!("https://{host}/helpchat"))));
        assert_eq!(bot.get("/chats/@helpchat").await.1, told);
        assert_eq!(bot.get("/chats/nobodyhasthis").await.0, 404);
    }
}

#[tokio::test]
async fn a_dialog_is_found_by_a_username_on_tamtam_only() {
    let bench = Bench::open().await;
    for (platform, status) in [(Platform::Tamtam, 200), (Platform::Max, 404)] {
        let (bot, prime) = (bench.on(platform), bench.another(platform, "Prime"));
        bench.world.dialog(bot.key, prime.key);
        let (found, told) = bot.get("/chats/prime_bot").await;
        assert_eq!(found, status, "{told}");
        if found == 200 {
            assert_eq!(told["dialog_with_user"]["user_id"], bench.user_id(prime.key));
            assert_eq!(told["type"], "dialog");
        }
    }
}

#[tokio::test]
async fn all_chats_come_page_by_page() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let mut made: Vec<i64> = (0..3).map(|_| kept(&bench, &bot)).collect();
        made.push(bench.chat_id(bench.dialog(&bot)));
        let (mut seen, mut marker) = (Vec::new(), String::new());
        for _ in 0..made.len() {
            let (_, list) = bot.get(&format!("/chats?count=1{marker}")).await;
            seen.push(list["chats"][0]["chat_id"].as_i64().expect("a chat"));
            assert_eq!(list["chats"][0]["participants"], Value::Null);
            marker = match list["marker"].as_i64() {
                Some(next) => format!("&marker={next}"),
                None => break,
            };
        }
        assert_eq!(seen, made);
    }
}

#[tokio::test]
async fn a_blank_or_too_long_title_is_refused() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = kept(&bench, &bot);
        let long = "t".repeat(201);
        for title in ["", " \t\n", "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}", long.as_str()] {
            bad(bot.patch(&format!("/chats/{chat}"), json!({"title": title})).await);
        }
        bad(bot.patch(&format!("/chats/{chat}"), json!({"icon": {"url": "   "}})).await);
    }
}

#[tokio::test]
async fn an_admin_changes_title_icon_and_pin_at_once() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = kept(&bench, &bot);
        let said = mid(&bot.sends(chat, json!({"text": "Rules"})).await);
        let icon = json!({"url": "https://example.org/cup.png"});
        let patch = json!({"title": "Cups", "icon": icon, "pin": said});
        let (status, told) = bot.patch(&format!("/chats/{chat}"), patch).await;
        assert_eq!(status, 200, "{told}");
        assert_eq!((&told["title"], &told["icon"]), (&json!("Cups"), &icon));
        assert_eq!(mid(&told["pinned_message"]), said);
    }
}

#[tokio::test]
async fn what_an_admin_was_not_granted_is_access_denied() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let group = group(&bench, &bot, Some(vec![Permission::ReadAllMessages]));
        let chat = bench.chat_id(group);
        let (status, code, message) =
            refusal(bot.patch(&format!("/chats/{chat}"), json!({"title": "Cups"})).await);
        assert_eq!((status, code.as_str()), (403, "access.denied"));
        assert!(message.contains("change_chat_info"), "{message}");
        bench.world.look(|state| assert_eq!(state.chat(group).title.as_deref(), Some("Tea")));
    }
}

#[tokio::test]
async fn a_message_is_pinned_told_and_taken_down_once() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = kept(&bench, &bot);
        let pin = format!("/chats/{chat}/pin");
        let said = mid(&bot.sends(chat, json!({"text": "Rules"})).await);
        assert_eq!(bot.put(&pin, json!({"message_id": said})).await.1["success"], true);
        assert_eq!(mid(&bot.get(&pin).await.1["message"]), said);
        assert_eq!(bot.delete(&pin).await.1["success"], true);
        assert_eq!(bot.get(&pin).await.1["message"], Value::Null);
        let (status, again) = bot.delete(&pin).await;
        assert_eq!((status, &again["success"]), (200, &json!(false)));
        assert!(again["message"].is_string());
    }
}

#[tokio::test]
async fn a_pin_of_a_dialog_is_a_bad_request_and_of_a_strangers_chat_is_denied() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let body = json!({"message_id": "nonsense"});
        bad(bot.get("/chats/123/pin").await);
        bad(bot.put("/chats/123/pin", body.clone()).await);
        bad(bot.delete("/chats/123/pin").await);
        denied(bot.get("/chats/-123/pin").await);
        denied(bot.delete("/chats/-123/pin").await);
        bad(bot.put("/chats/-123/pin", body).await);
    }
}

#[tokio::test]
async fn who_is_no_admin_pins_nothing() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(group(&bench, &bot, None));
        let said = mid(&bot.sends(chat, json!({"text": "Rules"})).await);
        denied(bot.put(&format!("/chats/{chat}/pin"), json!({"message_id": said})).await);
        denied(bot.get(&format!("/chats/{chat}/pin")).await);
        denied(bot.delete(&format!("/chats/{chat}/pin")).await);
    }
}

#[tokio::test]
async fn only_actions_that_there_are_are_shown() {
    let bench = Bench::open().await;
    for (platform, status) in [(Platform::Tamtam, 200), (Platform::Max, 400)] {
        let bot = bench.on(platform);
        let dialog = bench.dialog(&bot);
        let path = format!("/chats/{}/actions", bench.chat_id(dialog));
        assert_eq!(bot.post(&path, json!({"action": "typing_on"})).await.0, 200);
        let shown = bench.world.look(|state| state.chat(dialog).activity.clone());
        assert_eq!(shown.expect("an activity").action, "typing_on");
        bad(bot.post(&path, json!({"action": "dancing"})).await);
        assert_eq!(bot.post(&path, json!({"action": "mark_seen"})).await.0, status);
    }
}

#[tokio::test]
async fn a_stopped_dialog_is_told_and_takes_no_action() {
    let bench = Bench::open().await;
    for (platform, status) in [(Platform::Tamtam, "suspended"), (Platform::Max, "removed")] {
        let bot = bench.on(platform);
        let dialog = bench.dialog(&bot);
        let (chat, anna) = (bench.chat_id(dialog), bench.anna(platform));
        bench.world.act(|state| state.stop(dialog, anna));
        assert_eq!(bot.get(&format!("/chats/{chat}")).await.1["status"], status);
        denied(bot.post(&format!("/chats/{chat}/actions"), json!({"action": "typing_on"})).await);
    }
}

#[tokio::test]
async fn a_removed_dialog_is_found_no_more_on_max() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let dialog = bench.dialog(&bot);
    let anna = bench.anna(Platform::Max);
    bench.world.act(|state| state.remove_dialog(dialog, anna));
    let (status, code, _) = refusal(bot.get(&format!("/chats/{}", bench.chat_id(dialog))).await);
    assert_eq!((status, code.as_str()), (404, "chat.not.found"));
}

#[tokio::test]
async fn max_closes_a_chat_and_tamtam_has_no_such_operation() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let chat = kept(&bench, &bot);
    assert_eq!(bot.delete(&format!("/chats/{chat}")).await.1["success"], true);
    assert_eq!(bot.get(&format!("/chats/{chat}")).await.1["status"], "closed");
    let bot = bench.tamtam();
    let chat = kept(&bench, &bot);
    assert_eq!(bot.delete(&format!("/chats/{chat}")).await.0, 404);
}
