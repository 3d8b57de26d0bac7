//! Each kind of update.

use gateway_core::model::{
    Attachment, Chat, ChatId, ChatKind, ConstructionInput, MessageId, Permission, Raw, UpdateKind,
    UserId,
};
use serde_json::{Value, json};

use crate::corpus::{of_max, updates};
use crate::{decoded, kind_of};

#[test]
fn every_kind_of_both_dialects_is_told_by_its_kind() {
    for (kind, update) in updates() {
        assert_eq!(kind_of(&decoded(&update)), kind, "{update}");
    }
}

#[test]
fn every_update_but_presses_of_lost_messages_and_constructions_has_a_chat() {
    for (kind, update) in updates() {
        let is_nowhere = kind == "construction_requested"
            || (kind == "button_pressed" && update["message"].is_null());
        assert_eq!(decoded(&update).chat_id().is_none(), is_nowhere, "{update}");
    }
}

#[test]
fn the_language_and_the_time_are_told() {
    let update = decoded(&updates()[0].1);
    assert_eq!(update.locale.as_deref(), Some("de"));
    assert_eq!(update.time.expect("a time").timestamp_millis(), 1_780_000_003_000);
}

/// The one update of this type in the corpus that is `number`th.
fn of_type(update_type: &str, number: usize) -> UpdateKind {
    let all = updates().into_iter().filter(|(_, it)| it["update_type"] == update_type);
    decoded(&all.map(|(_, it)| it).nth(number).expect("it is in the corpus")).kind
}

#[test]
fn somebody_came_by_themselves_or_was_brought() {
    let UpdateKind::MembersJoined { chat, members, by } = of_type("user_added", 0) else {
        panic!("somebody joined")
    };
    assert_eq!(chat, Chat::new("-5", ChatKind::Group));
    assert_eq!(members[0].first_name.as_deref(), Some("Vera"));
    assert_eq!(by.expect("who brought them").id, UserId::new("4097"));
    let UpdateKind::MembersJoined { chat, by, .. } = of_type("user_added", 1) else {
        panic!("somebody joined")
    };
    assert_eq!((chat.kind, by), (ChatKind::Channel, None));
}

#[test]
fn one_word_for_two_permissions_is_both() {
    let UpdateKind::BotPermissionsChanged { is_administrator, permissions, .. } =
        of_type("bot_admin_permissions_changed", 0)
    else {
        panic!("permissions changed")
    };
    let permissions: Vec<_> = permissions.expect("they are told").into_iter().collect();
    assert!(is_administrator);
    assert_eq!(
        permissions,
        [
            Permission::Write,
            Permission::InviteMembers,
            Permission::RemoveMembers,
            Permission::Other("fly".to_owned()),
        ]
    );
}

#[test]
fn a_press_tells_its_chat_even_when_the_message_has_no_body() {
    let update = json!({"update_type": "message_callback", "timestamp": 1,
        "callback": {"timestamp": 1, "callback_id": "c", "user": of_max()},
        "message": {"recipient": {"chat_id": 5, "chat_type": "dialog"}, "timestamp": 1, "body": null}});
    let UpdateKind::ButtonPressed(press) = decoded(&update).kind else { panic!("a press") };
    assert_eq!(press.chat, Some(Chat::new("5", ChatKind::Dialog)));
    assert_eq!((press.message, press.payload.as_str()), (None, ""));
}

#[test]
fn what_a_person_wrote_in_a_constructor_is_read() {
    let UpdateKind::ConstructionRequested(construction) =
        of_type("message_construction_request", 0)
    else {
        panic!("a construction")
    };
    let ConstructionInput::Messages { messages } = construction.input else { panic!("messages") };
    let kinds: Vec<_> = messages[0].attachments.iter().map(Attachment::kind).collect();
    assert_eq!(format!("{kinds:?}"), "[Image, Location, Contact]");
}

#[test]
fn a_constructed_message_tells_its_chat_by_its_mid() {
    let UpdateKind::MessageConstructed { message, .. } = of_type("message_constructed", 0) else {
        panic!("it was posted")
    };
    assert_eq!(message.chat, Chat::new("-71000000000001", ChatKind::Group));
}

#[test]
fn a_comment_knows_its_post() {
    let UpdateKind::CommentCreated { post, comment } = of_type("comment_created", 0) else {
        panic!("a comment")
    };
    assert_eq!(post, Some(MessageId::new("mid.post")));
    assert_eq!((comment.chat.kind, comment.text.plain_text()), (ChatKind::Channel, "yes"));
}

#[test]
fn what_is_not_understood_is_kept_with_its_chat() {
    let raw = json!({"update_type": "message_read", "timestamp": 5, "chat_id": 7});
    let update = decoded(&raw);
    assert_eq!(update.chat_id(), Some(&ChatId::new("7")));
    assert_eq!(update.raw, Raw::of(&raw));
    let mut broken = updates()[0].1.clone();
    broken["message"]["body"] = json!("not an object");
    let update = decoded(&broken);
    assert_eq!(update.chat_id(), Some(&ChatId::new("4096")));
    assert!(matches!(update.kind, UpdateKind::Unknown { kind, .. } if kind == "message_created"));
}

#[test]
fn a_message_without_a_body_is_unknown_and_keeps_its_chat() {
    let mut update = updates()[1].1.clone();
    update["message"]["body"] = Value::Null;
    let update = decoded(&update);
    assert_eq!(kind_of(&update), "unknown");
    assert_eq!(update.chat_id(), Some(&ChatId::new("-71000000000001")));
}

#[test]
fn what_is_nothing_at_all_is_an_update_too() {
    for raw in [json!(null), json!([]), json!(5), json!({}), json!({"update_type": 5})] {
        let update = decoded(&raw);
        assert!(
            matches!(update.kind, UpdateKind::Unknown { kind, chat: None } if kind == "without update_type")
        );
    }
}
