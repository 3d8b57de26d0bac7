//! Groups that become supergroups.

use sandbox::world::{ChatKind, Permission, Typed};
use serde_json::json;

use crate::harness::Bench;

#[tokio::test]
async fn the_last_of_a_group_names_the_supergroup_and_the_first_of_that_the_group() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let group = bench.chat(ChatKind::Group, &bot);
    let anna = bench.anna();
    let new = bench.world.act(|state| state.upgrade(group, anna)).expect("it was a group");
    let (old_id, new_id) = (
        bench.at(group, json!({}))["chat_id"].clone(),
        bench.at(new, json!({}))["chat_id"].clone(),
    );
    assert_ne!(old_id, new_id);
    let updates = bot.updates().await;
    let [last, first] = &updates[..] else { panic!("two updates: {updates:?}") };
    assert_eq!(last["message"]["action"], json!({"migrate_to_chat_id": new_id}));
    assert_eq!(last["message"]["chat"]["type"], 2);
    assert_eq!(first["message"]["action"], json!({"migrate_from_chat_id": old_id}));
    assert_eq!(
        (&first["message"]["chat"]["type"], &first["message"]["chat"]["id"]),
        (&json!(3), &new_id)
    );
}

#[tokio::test]
async fn no_two_supergroups_have_one_number_and_none_has_its_groups() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let anna = bench.anna();
    let id = |chat| bench.world.look(|state| state.chat(chat).id);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let group = bench.chat(ChatKind::Group, &bot);
        let new = bench.world.act(|state| state.upgrade(group, anna)).expect("it was a group");
        assert_ne!(id(group), id(new));
        let channel = bench.chat(ChatKind::Channel, &bot);
        assert!(seen.insert(id(new)) && seen.insert(id(channel)));
    }
}

#[tokio::test]
async fn the_link_and_what_was_typed_there_go_along() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (group, anna) = (bench.chat(ChatKind::Group, &bot), bench.anna());
    let query = bench.world.act(|state| {
        state.publish(group, "tea", true);
        state.type_to(bot.key, anna, group, Typed::of("green"))
    });
    let new = bench.world.act(|state| state.upgrade(group, anna)).expect("it was a group");
    bench.world.look(|state| {
        let (old, new) = (state.chat(group), state.chat(new));
        assert_eq!((old.link.as_deref(), old.is_public), (None, false));
        assert_eq!((new.link.as_deref(), new.is_public), (Some("tea"), true));
    });
    let results = json!([{"type": "article", "id": "1", "title": "Green",
                          "input_message_content": {"message_text": "Green tea"}}]);
    bot.does("answerInlineQuery", json!({"inline_query_id": query, "results": results})).await;
    bench.world.act(|state| state.choose(&query, "1")).expect("a result");
    assert_eq!(bench.last(new).content.text.plain, "Green tea");
}

#[tokio::test]
async fn the_group_is_gone_from_then_on() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let (group, anna) = (bench.chat(ChatKind::Group, &bot), bench.anna());
    bench.world.act(|state| state.upgrade(group, anna));
    for (method, more) in [
        ("sendTextMessage", json!({"text": "x"})),
        ("getChat", json!({})),
        ("leaveChat", json!({})),
        ("kickChatMember", json!({"user_id": 5})),
        ("setChatTitle", json!({"title": "x"})),
    ] {
        assert_eq!(bot.is_refused(method, bench.at(group, more)).await, 3005, "{method}");
    }
    let groups = bot.does("getGroups", json!({})).await;
    assert_eq!(
        (&groups["Groups"], &groups["SuperGroups"][0]["PeerName"]),
        (&json!([]), &json!("Tea"))
    );
    assert_eq!(bench.world.act(|state| state.upgrade(group, anna)), None, "it is none any more");
}

#[tokio::test]
async fn everybody_and_everything_said_goes_along() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let group = bench.kept(ChatKind::Group, &bot, &[Permission::CanPinMessages]);
    let (anna, boris) = (bench.anna(), bench.person("Boris"));
    bench.brings(boris, group);
    let said = bench.says(boris, group, "Tea?").number;
    let buttons = json!([{"text": "Yes", "callback_data": "yes"}]);
    let markup = json!({"type": 4, "inline_keyboard": [{"buttons": buttons}]});
    let asked = bench.at(group, json!({"text": "?", "reply_markup": markup}));
    let asked = bot.does("sendTextMessage", asked).await["message_id"].as_i64().expect("a number");
    let press = bench.world.press(group, boris, asked, "yes").expect("a button");

    let new = bench.world.act(|state| state.upgrade(group, anna)).expect("it was a group");
    let counted = bot.does("getChatMembersCount", bench.at(new, json!({}))).await;
    assert_eq!(counted["count"], 3);
    bot.does("pinChatMessage", bench.at(new, json!({"message_id": said}))).await;
    let edit = json!({"message_id": asked, "text": "!"});
    bot.does("editMessageText", bench.at(new, edit)).await;
    bot.does("answerCallbackQuery", json!({"inline_message_id": press, "text": "So"})).await;
}
