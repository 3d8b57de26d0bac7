//! Who is in a chat, and what they may do there.

use sandbox::Platform;
use sandbox::world::{AccountKey, ChatKey, ChatKind, Permission};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, refusal};

/// A chat of Anna's that the bot is in, and keeps order in or not.
fn chat(bench: &Bench, bot: &Bot, kind: ChatKind, keeps: bool) -> ChatKey {
    let anna = bench.anna(bot.platform);
    bench.world.act(|state| {
        let chat = state.open_chat(kind, anna, "Tea");
        state.add_member(chat, bot.key, Some(anna));
        if keeps {
            state.promote(chat, bot.key, anna, Permission::TAMTAM.to_vec(), None);
        }
        chat
    })
}

fn people(bench: &Bench, platform: Platform) -> Vec<AccountKey> {
    ["Boris", "Vera", "Galina"].map(|name| bench.world.add_person(platform, name)).into()
}

fn ids(list: &Value) -> Vec<i64> {
    let members = list["members"].as_array().expect("a list");
    members.iter().map(|it| it["user_id"].as_i64().expect("an id")).collect()
}

fn code(answer: (u16, Value)) -> (u16, String) {
    let (status, code, _) = refusal(answer);
    (status, code)
}

#[tokio::test]
async fn pages_of_one_go_down_the_user_ids() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let key = chat(&bench, &bot, ChatKind::Group, true);
        let people = people(&bench, platform);
        bench.world.act(|state| {
            for person in people {
                state.add_member(key, person, None);
            }
        });
        let chat = bench.chat_id(key);
        let (mut seen, mut marker) = (Vec::new(), String::new());
        loop {
            let (_, page) = bot.get(&format!("/chats/{chat}/members?count=1{marker}")).await;
            seen.extend(ids(&page));
            assert!(seen.len() <= 5, "{seen:?}");
            match page["marker"].as_i64() {
                Some(next) => marker = format!("&marker={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    }
}

#[tokio::test]
async fn named_members_come_without_a_marker() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(chat(&bench, &bot, ChatKind::Group, true));
        let anna = bench.user_id(bench.anna(platform));
        let (_, list) = bot.get(&format!("/chats/{chat}/members?user_ids={anna},5&count=1")).await;
        assert_eq!((ids(&list), &list["marker"]), (vec![anna], &Value::Null));
        assert_eq!(code(bot.get(&format!("/chats/{chat}/members?user_ids=x")).await).0, 400);
    }
}

#[tokio::test]
async fn who_is_no_admin_lists_the_members_of_a_group_and_not_of_a_channel() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let group = bench.chat_id(chat(&bench, &bot, ChatKind::Group, false));
        assert_eq!(bot.get(&format!("/chats/{group}/members")).await.0, 200);
        let channel = bench.chat_id(chat(&bench, &bot, ChatKind::Channel, false));
        let denied = (403, "chat.denied".to_owned());
        assert_eq!(code(bot.get(&format!("/chats/{channel}/members")).await), denied);
        let stranger = bench.another(platform, "Stranger");
        assert_eq!(code(stranger.get(&format!("/chats/{group}/members")).await), denied);
        assert_eq!(code(stranger.get(&format!("/chats/{group}/members/me")).await), denied);
    }
}

#[tokio::test]
async fn permissions_are_null_unless_somebody_is_an_admin() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let plain = bench.chat_id(chat(&bench, &bot, ChatKind::Group, false));
        let (_, me) = bot.get(&format!("/chats/{plain}/members/me")).await;
        assert_eq!((&me["is_admin"], &me["permissions"]), (&json!(false), &Value::Null));
        let kept = bench.chat_id(chat(&bench, &bot, ChatKind::Group, true));
        let (_, me) = bot.get(&format!("/chats/{kept}/members/me")).await;
        assert_eq!((&me["is_admin"], &me["is_owner"]), (&json!(true), &json!(false)));
        assert_eq!(me["permissions"].as_array().map(Vec::len), Some(6));
    }
}

#[tokio::test]
async fn a_dialog_has_no_members() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let dialog = bench.chat_id(bench.dialog(&bot));
        for path in ["members", "members/me", "members/admins"] {
            assert_eq!(code(bot.get(&format!("/chats/{dialog}/{path}")).await).0, 400);
        }
    }
}

#[tokio::test]
async fn a_deleted_user_is_a_number_only() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let key = chat(&bench, &bot, ChatKind::Group, true);
        let boris = bench.world.add_person(platform, "Boris");
        bench.world.act(|state| {
            state.add_member(key, boris, None);
            state.close_account(boris);
        });
        let (chat, id) = (bench.chat_id(key), bench.user_id(boris));
        let (_, list) = bot.get(&format!("/chats/{chat}/members?user_ids={id}")).await;
        let told = &list["members"][0];
        assert_eq!((&told["name"], &told["username"]), (&json!("DELETED USER"), &Value::Null));
        assert_eq!(told["last_activity_time"], 0);
    }
}

#[tokio::test]
async fn the_admins_are_told_to_admins_only() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let kept = bench.chat_id(chat(&bench, &bot, ChatKind::Group, true));
        let (_, list) = bot.get(&format!("/chats/{kept}/members/admins")).await;
        assert_eq!(ids(&list), [bench.user_id(bench.anna(platform)), bench.user_id(bot.key)]);
        let plain = bench.chat_id(chat(&bench, &bot, ChatKind::Group, false));
        assert_eq!(code(bot.get(&format!("/chats/{plain}/members/admins")).await).0, 403);
        assert_eq!(code(bot.get("/chats/-987654/members/admins").await).0, 400);
    }
}

#[tokio::test]
async fn nobody_or_somebody_who_is_in_cannot_be_added() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(chat(&bench, &bot, ChatKind::Group, true));
        let anna = bench.user_id(bench.anna(platform));
        for whom in [json!([]), json!([anna])] {
            let (status, told) =
                bot.post(&format!("/chats/{chat}/members"), json!({"user_ids": whom})).await;
            assert_eq!((status, &told["success"]), (200, &json!(false)));
            assert!(told["message"].is_string());
        }
    }
}

#[tokio::test]
async fn max_says_who_could_not_be_added_and_why() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let key = chat(&bench, &bot, ChatKind::Group, true);
    let people = people(&bench, Platform::Max);
    bench.world.act(|state| state.refuse_invites(people[1]));
    let (chat, boris, vera) =
        (bench.chat_id(key), bench.user_id(people[0]), bench.user_id(people[1]));
    let asked = json!({"user_ids": [boris, vera, 5]});
    let (_, told) = bot.post(&format!("/chats/{chat}/members"), asked).await;
    assert_eq!((&told["success"], &told["failed_user_ids"]), (&json!(true), &json!([vera, 5])));
    assert_eq!(
        told["failed_user_details"],
        json!([
            {"error_code": "add.participant.privacy", "user_ids": [vera]},
            {"error_code": "add.participant.not.found", "user_ids": [5]},
        ])
    );
    assert!(bench.world.look(|state| state.chat(key).member(people[0]).is_some()));
}

#[tokio::test]
async fn who_was_removed_and_blocked_does_not_come_back_by_the_link() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let key = chat(&bench, &bot, ChatKind::Group, true);
        let people = people(&bench, platform);
        bench.world.act(|state| {
            state.publish(key, &format!("tea{platform}"), false);
            for person in &people {
                state.join(key, *person);
            }
        });
        let chat = bench.chat_id(key);
        for (person, block) in [(people[0], true), (people[1], false)] {
            let id = bench.user_id(person);
            let path = format!("/chats/{chat}/members?user_id={id}&block={block}");
            assert_eq!(bot.delete(&path).await.1["success"], true);
            assert_eq!(bot.delete(&path).await.1["success"], false);
            assert_eq!(bench.world.act(|state| state.join(key, person)), !block);
        }
    }
}

#[tokio::test]
async fn a_bot_that_left_is_told_so_by_the_chat() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let chat = bench.chat_id(chat(&bench, &bot, ChatKind::Group, false));
        assert_eq!(bot.delete(&format!("/chats/{chat}/members/me")).await.1["success"], true);
        assert_eq!(bot.get(&format!("/chats/{chat}")).await.1["status"], "left");
        assert_eq!(code(bot.delete(&format!("/chats/{chat}/members/me")).await).0, 403);
    }
}

#[tokio::test]
async fn max_grants_and_takes_rights() {
    let bench = Bench::open().await;
    let bot = bench.max();
    let key = chat(&bench, &bot, ChatKind::Group, true);
    let boris = bench.world.add_person(Platform::Max, "Boris");
    bench.world.act(|state| state.add_member(key, boris, None));
    let (chat, id) = (bench.chat_id(key), bench.user_id(boris));
    let admins = format!("/chats/{chat}/members/admins");
    let grant = |rights: Value| json!({"admins": [{"user_id": id, "permissions": rights, "alias": "Brewer"}]});
    // The schema 0.0.32: to pin one must be able to read.
    assert_eq!(code(bot.post(&admins, grant(json!(["pin_message"]))).await).0, 400);
    assert_eq!(code(bot.post(&admins, grant(json!(["fly"]))).await).0, 400);
    let rights = json!(["read_all_messages", "pin_message"]);
    assert_eq!(bot.post(&admins, grant(rights)).await.1["success"], true);
    let (_, list) = bot.get(&format!("/chats/{chat}/members?user_ids={id}")).await;
    assert_eq!(list["members"][0]["alias"], "Brewer");
    let rights = json!(["read_all_messages", "pin_message", "can_call"]);
    assert_eq!(list["members"][0]["permissions"], rights);
    assert_eq!(bot.delete(&format!("{admins}/{id}")).await.1["success"], true);
    assert_eq!(bot.delete(&format!("{admins}/{id}")).await.1["success"], false);
}
