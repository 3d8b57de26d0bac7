//! What a bot that polls is told.

use chrono::TimeDelta;
use sandbox::Platform;
use sandbox::world::{
    Attachment, ChatKey, ChatKind, Content, FilteredUpdates, Input, Permission, PollBesideWebhook,
    State, WithoutMarker,
};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, keyboard, refusal, tea};

async fn poll(bot: &Bot, query: &str) -> (Vec<Value>, i64) {
    let (status, list) = bot.get(&format!("/updates?timeout=0{query}")).await;
    assert_eq!(status, 200, "{list}");
    let marker = list["marker"].as_i64().expect("a marker");
    (list["updates"].as_array().expect("a list").clone(), marker)
}

fn kinds(updates: &[Value]) -> Vec<&str> {
    updates.iter().map(|it| it["update_type"].as_str().expect("a kind")).collect()
}

/// What the bot was told since the last time.
async fn news(bot: &Bot) -> Vec<Value> {
    let (updates, marker) = poll(bot, "").await;
    poll(bot, &format!("&marker={marker}")).await;
    updates
}

/// A group of Anna's that the bot keeps, of which it has heard.
async fn kept(bench: &Bench, bot: &Bot, kind: ChatKind) -> ChatKey {
    let anna = bench.anna(bot.platform);
    let chat = bench.world.act(|state| {
        let chat = state.open_chat(kind, anna, "Tea");
        state.add_member(chat, bot.key, Some(anna));
        state.promote(chat, bot.key, anna, Permission::TAMTAM.to_vec(), None);
        chat
    });
    news(bot).await;
    chat
}

#[tokio::test]
async fn a_marker_commits_what_came_before_it() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (chat, anna) = (bench.dialog(&bot), bench.anna(platform));
        bench.world.say(chat, anna, "1".into());
        let (page, marker) = poll(&bot, "&limit=1").await;
        assert_eq!(kinds(&page), ["bot_started"]);
        assert_eq!(poll(&bot, "").await.0.len(), 2);
        let (page, marker) = poll(&bot, &format!("&marker={marker}")).await;
        assert_eq!(kinds(&page), ["message_created"]);
        assert_eq!(poll(&bot, &format!("&marker={marker}")).await, (vec![], marker));
        assert_eq!(poll(&bot, "").await, (vec![], marker));
    }
}

#[tokio::test]
async fn a_wanted_update_behind_unwanted_ones_comes_at_once() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (chat, anna) = (bench.dialog(&bot), bench.anna(platform));
        let said =
            bot.sends(bench.chat_id(chat), json!({"text": "?", "attachments": [tea()]})).await;
        for text in ["1", "2", "3", "4", "5"] {
            bench.world.say(chat, anna, text.into());
        }
        let number = said["body"]["seq"].as_i64().expect("a number");
        bench.world.press(chat, anna, number, "tea").expect("a press");
        let (page, _) = poll(&bot, "&limit=1&types=message_callback").await;
        assert_eq!(kinds(&page), ["message_callback"]);
    }
}

#[tokio::test]
async fn what_types_leave_out_is_committed_or_kept_as_the_switch_has_it() {
    let bench = Bench::open().await;
    for (kept, left) in [(FilteredUpdates::Committed, 0), (FilteredUpdates::Kept, 1)] {
        let bot = bench.another(Platform::Max, &format!("Helper{left}"));
        bench.world.act(|state| state.switches.filtered_updates = kept);
        let (chat, anna) = (bench.dialog(&bot), bench.anna(Platform::Max));
        bench.world.say(chat, anna, "1".into());
        let (page, marker) = poll(&bot, "&types=message_created").await;
        assert_eq!(kinds(&page), ["message_created"]);
        let (page, _) = poll(&bot, &format!("&marker={marker}")).await;
        assert_eq!(page.len(), left);
    }
}

#[tokio::test]
async fn without_a_marker_max_may_tell_the_latest_only() {
    let bench = Bench::open().await;
    bench.world.act(|state| state.switches.without_marker = WithoutMarker::Latest);
    let bot = bench.max();
    let (chat, anna) = (bench.dialog(&bot), bench.anna(Platform::Max));
    bench.world.say(chat, anna, "1".into());
    assert_eq!(kinds(&poll(&bot, "").await.0), ["message_created"]);
}

#[tokio::test]
async fn max_forgets_after_a_day_and_tamtam_does_not() {
    let bench = Bench::open().await;
    for (platform, left) in [(Platform::Tamtam, 1), (Platform::Max, 0)] {
        let bot = bench.on(platform);
        bench.dialog(&bot);
        bench.world.advance(TimeDelta::hours(25));
        assert_eq!(poll(&bot, "").await.0.len(), left);
    }
}

#[tokio::test]
async fn beside_a_webhook_a_poll_is_refused_or_empty() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        bot.post("/subscriptions", json!({"url": "http://localhost:9/hook"})).await;
        let (status, code, _) = refusal(bot.get("/updates?timeout=0").await);
        assert_eq!((status, code.as_str()), (405, "method.not.allowed"));
        bench.world.act(|state| state.switches.poll_beside_webhook = PollBesideWebhook::Empty);
        assert_eq!(poll(&bot, "").await.0, Vec::<Value>::new());
        bench.world.act(|state| state.switches.poll_beside_webhook = PollBesideWebhook::Refused);
    }
}

#[tokio::test]
async fn two_who_poll_get_the_same_until_one_commits() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        bench.dialog(&bot);
        let (one, other) = tokio::join!(poll(&bot, ""), poll(&bot, ""));
        assert_eq!((one.0.len(), &one), (1, &other));
    }
}

#[tokio::test]
async fn a_start_carries_its_payload_and_the_language() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        bench.world.act(|state| state.start(bot.key, anna, Some("promo".to_owned())));
        let told = news(&bot).await.remove(0);
        assert_eq!((&told["payload"], &told["user_locale"]), (&json!("promo"), &json!("en")));
        let beside = (platform == Platform::Max).then(|| bench.user_id(anna));
        assert_eq!(told["user_id"].as_i64(), beside);
    }
}

#[tokio::test]
async fn bot_added_and_bot_removed_carry_who_did_it() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        bench.world.act(|state| {
            let chat = state.open_chat(ChatKind::Channel, anna, "Tea");
            state.add_member(chat, bot.key, Some(anna));
            state.remove_member(chat, bot.key, Some(anna), false);
        });
        let told = news(&bot).await;
        assert_eq!(kinds(&told), ["bot_added", "bot_removed"]);
        for it in told {
            assert_eq!(it["user"]["user_id"], bench.user_id(anna));
            assert_eq!(it["is_channel"], true);
        }
    }
}

#[tokio::test]
async fn who_came_by_a_link_has_no_inviter_and_who_left_no_admin() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = kept(&bench, &bot, ChatKind::Group).await;
        let boris = bench.world.add_person(platform, "Boris");
        bench.world.act(|state| {
            state.add_member(chat, boris, None);
            state.remove_member(chat, boris, None, false);
            state.add_member(chat, boris, Some(anna));
            state.remove_member(chat, boris, Some(anna), false);
        });
        let told = news(&bot).await;
        assert_eq!(kinds(&told), ["user_added", "user_removed", "user_added", "user_removed"]);
        let anna = bench.user_id(anna);
        assert_eq!((&told[0]["inviter_id"], &told[1]["admin_id"]), (&Value::Null, &Value::Null));
        assert_eq!((&told[2]["inviter_id"], &told[3]["admin_id"]), (&json!(anna), &json!(anna)));
    }
}

#[tokio::test]
async fn a_new_title_is_told_to_the_other_bots() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, other) = (bench.on(platform), bench.another(platform, "Other"));
        let chat = kept(&bench, &bot, ChatKind::Group).await;
        let anna = bench.anna(platform);
        bench.world.act(|state| {
            state.add_member(chat, other.key, Some(anna));
            state.promote(chat, other.key, anna, Permission::TAMTAM.to_vec(), None);
        });
        news(&other).await;
        news(&bot).await;
        bot.patch(&format!("/chats/{}", bench.chat_id(chat)), json!({"title": "Cups"})).await;
        let told = news(&other).await.remove(0);
        assert_eq!(
            (&told["update_type"], &told["title"]),
            (&json!("chat_title_changed"), &json!("Cups"),)
        );
        assert_eq!(told["user"]["user_id"], bench.user_id(bot.key));
        assert_eq!(news(&bot).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn a_deleted_message_is_told_with_who_deleted_it() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        let said = bench.world.say(chat, anna, "oops".into());
        news(&bot).await;
        bench.world.act(|state| state.delete(chat, said.number, anna));
        let told = news(&bot).await.remove(0);
        let id = bench.chat_id(chat);
        assert_eq!(told["message_id"], sandbox::world::mid(id, said.number));
        assert_eq!((&told["chat_id"], &told["user_id"]), (&json!(id), &json!(bench.user_id(anna))));
    }
}

#[tokio::test]
async fn a_press_on_a_message_that_is_deleted_by_then_has_none() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        let said =
            bot.sends(bench.chat_id(chat), json!({"text": "?", "attachments": [tea()]})).await;
        let number = said["body"]["seq"].as_i64().expect("a number");
        news(&bot).await;
        bench.world.press(chat, anna, number, "tea").expect("a press");
        bench.world.act(|state| state.delete(chat, number, bot.key));
        let told = news(&bot).await.remove(0);
        assert_eq!((&told["callback"]["payload"], &told["message"]), (&json!("tea"), &Value::Null));
    }
}

#[tokio::test]
async fn what_a_person_does_with_the_dialog_is_told_on_max_only() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        news(&bot).await;
        let until = bench.world.now() + TimeDelta::hours(1);
        bench.world.act(|state| {
            state.mute(chat, anna, until);
            state.unmute(chat, anna);
            state.clear(chat, anna);
            state.remove_dialog(chat, anna);
        });
        let told = news(&bot).await;
        if platform == Platform::Tamtam {
            assert_eq!(told, Vec::<Value>::new());
            continue;
        }
        let all = ["dialog_muted", "dialog_unmuted", "dialog_cleared", "bot_stopped"];
        assert_eq!(kinds(&told), [&all[..], &["dialog_removed"]].concat());
        assert_eq!(told[0]["muted_until"], until.timestamp_millis());
        assert_eq!(told[0]["user_locale"], "en");
    }
}

#[tokio::test]
async fn max_tells_a_bot_of_its_rights() {
    let bench = Bench::open().await;
    let (bot, anna) = (bench.max(), bench.anna(Platform::Max));
    let chat = kept(&bench, &bot, ChatKind::Group).await;
    bench.world.act(|state| {
        state.promote(chat, bot.key, anna, vec![Permission::Write], None);
        state.demote(chat, bot.key, anna);
    });
    let told = news(&bot).await;
    assert_eq!(kinds(&told), ["bot_admin_permissions_changed"; 2]);
    assert_eq!((&told[0]["is_admin"], &told[0]["permissions"]), (&json!(true), &json!(["write"])));
    assert_eq!((&told[1]["is_admin"], &told[1]["permissions"]), (&json!(false), &Value::Null));
    assert_eq!(told[0]["bot_id"], bench.user_id(bot.key));
}

#[tokio::test]
async fn comments_are_told_on_max_with_the_post_they_are_under() {
    let bench = Bench::open().await;
    let (bot, anna) = (bench.max(), bench.anna(Platform::Max));
    let channel = kept(&bench, &bot, ChatKind::Channel).await;
    let post = bench.world.say(channel, anna, "News".into());
    news(&bot).await;
    let number = post.number;
    bench.world.act(|state| {
        let said = Content::of_text("Nice");
        let comment = state.comment(channel, number, anna, said, None).expect("a comment");
        let place = (number, comment.number);
        state.edit_comment(channel, place, anna, |it| *it = Content::of_text("Good"));
        state.delete_comment(channel, place, anna);
    });
    let told = news(&bot).await;
    assert_eq!(kinds(&told), ["comment_created", "comment_edited", "comment_removed"]);
    let post = json!(sandbox::world::mid(bench.chat_id(channel), number));
    assert_eq!(told[0]["message"]["recipient"]["post_id"], post);
    assert_eq!(told[1]["message"]["body"]["text"], "Good");
    assert_eq!((&told[2]["post_id"], &told[2]["user_id"]), (&post, &json!(bench.user_id(anna))));
}

#[tokio::test]
async fn tamtam_tells_of_its_constructor() {
    let bench = Bench::open().await;
    let (bot, anna) = (bench.tamtam(), bench.anna(Platform::Tamtam));
    let chat = bench.dialog(&bot);
    news(&bot).await;
    let session = bench.world.act(|state| state.open_constructor(bot.key, anna, chat));
    let more = json!([[{"type": "callback", "text": "More", "payload": "more"}]]);
    let answer = json!({"allow_user_input": true, "data": "d", "keyboard": {"buttons": more}});
    let path = format!("/answers/constructor?session_id={session}");
    assert_eq!(bot.post(&path, answer).await.0, 200);
    let token = bot.uploads("image", "tea.png", b"tea").await;
    let file = |state: &State| state.file_by_token(Platform::Tamtam, &token);
    let picture = bench.world.look(file).expect("a file");
    let place = Attachment::Location { latitude: 55.75, longitude: -37.5 };
    bench.world.act(|state| {
        assert!(state.construct(&session, Input::Pressed { payload: "more".to_owned() }));
        let attachments = vec![Attachment::File(picture), place];
        let messages = vec![Content { attachments, ..Content::of_text("Hi") }];
        assert!(state.construct(&session, Input::Wrote { messages }));
    });
    let told = news(&bot).await;
    assert_eq!(kinds(&told), ["message_construction_request"; 3]);
    let empty = json!({"input_type": "message", "messages": []});
    assert_eq!((&told[0]["session_id"], &told[0]["input"]), (&json!(session), &empty));
    assert_eq!(told[1]["data"], "d");
    assert_eq!(told[1]["input"], json!({"input_type": "callback", "payload": "more"}));
    let wrote = &told[2]["input"]["messages"][0];
    assert_eq!(wrote["text"], "Hi");
    // They come as they are sent, so the bot proposes what the person wrote by handing it back.
    let carried = &wrote["attachments"];
    assert_eq!(
        (&carried[0]["type"], &carried[0]["payload"]["url"]),
        (&json!("image"), &Value::Null)
    );
    let place = json!({"type": "location", "latitude": 55.75, "longitude": -37.5});
    assert_eq!(carried[1], place);
    assert_eq!(bot.post(&path, json!({"messages": [wrote]})).await.0, 200);
    let posted = bench.world.act(|state| state.post_constructed(&session)).expect("a message");
    assert_eq!(posted[0].content.attachments[0], Attachment::File(picture));
}

#[tokio::test]
async fn tamtam_tells_of_a_chat_that_a_button_opened() {
    let bench = Bench::open().await;
    let (bot, anna) = (bench.tamtam(), bench.anna(Platform::Tamtam));
    let chat = bench.dialog(&bot);
    let button = json!({
        "type": "chat", "text": "Talk", "chat_title": "About tea", "start_payload": "tea"
    });
    let row = keyboard(&json!([[button]]));
    let said = bot.sends(bench.chat_id(chat), json!({"text": "?", "attachments": [row]})).await;
    news(&bot).await;
    let number = said["body"]["seq"].as_i64().expect("a number");
    bench.world.act(|state| state.press_chat(chat, anna, number, "Talk")).expect("a chat");
    let told = news(&bot).await.remove(0);
    assert_eq!(told["update_type"], "message_chat_created");
    assert_eq!(
        (&told["chat"]["title"], &told["start_payload"]),
        (&json!("About tea"), &json!("tea"),)
    );
    assert_eq!(told["message_id"], said["body"]["mid"]);
    let (_, opened) = bot.get(&format!("/chats/{}", told["chat"]["chat_id"])).await;
    assert_eq!(opened["chat_message_id"], said["body"]["mid"]);
}

#[tokio::test]
async fn a_bot_does_not_hear_itself_and_another_does_once_and_in_order() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, other) = (bench.on(platform), bench.another(platform, "Other"));
        let chat = kept(&bench, &bot, ChatKind::Group).await;
        let anna = bench.anna(platform);
        bench.world.act(|state| {
            state.add_member(chat, other.key, Some(anna));
            state.promote(chat, other.key, anna, Permission::TAMTAM.to_vec(), None);
        });
        news(&other).await;
        news(&bot).await;
        let mut sent = Vec::new();
        for text in ["1", "2", "3"] {
            let message = bot.sends(bench.chat_id(chat), json!({"text": text})).await;
            sent.push(message["body"]["mid"].clone());
        }
        let told = news(&other).await;
        assert_eq!(kinds(&told), ["message_created"; 3]);
        let mids: Vec<Value> = told.iter().map(|it| it["message"]["body"]["mid"].clone()).collect();
        assert_eq!(mids, sent);
        assert_eq!(news(&bot).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_edit_of_a_person_is_told_and_those_of_the_bot_itself_are_not() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let chat = bench.dialog(&bot);
        let annas = bench.world.say(chat, anna, "tee".into());
        let body = json!({"text": "?", "attachments": [tea()]});
        let own = bot.sends(bench.chat_id(chat), body).await;
        let number = own["body"]["seq"].as_i64().expect("a number");
        let callback = bench.world.press(chat, anna, number, "tea").expect("a press");
        news(&bot).await;
        let path = format!("/messages?message_id={}", own["body"]["mid"].as_str().expect("a mid"));
        assert_eq!(bot.put(&path, json!({"text": "!"})).await.1["success"], true);
        let path = format!("/answers?callback_id={callback}");
        let answer = json!({"message": {"text": "!!"}});
        assert_eq!(bot.post(&path, answer).await.1["success"], true);
        assert_eq!(news(&bot).await, Vec::<Value>::new());
        bench
            .world
            .act(|state| state.edit(chat, annas.number, anna, |it| *it = Content::of_text("tea")));
        let told = news(&bot).await;
        assert_eq!(kinds(&told), ["message_edited"]);
        assert_eq!(told[0]["message"]["body"]["text"], "tea");
    }
}
