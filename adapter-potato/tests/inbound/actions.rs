//! What happens to a chat.

use gateway_core::model::{ChatId, UpdateKind, UserId};
use serde_json::json;

use crate::corpus::{anna, bot, group, happened, supergroup};
use crate::{decoded, decoded_all};

#[test]
fn the_bot_itself_comes_and_goes() {
    let added = decoded(&happened(&group(), &json!({"new_group_members": [bot()]})));
    let UpdateKind::BotAdded { chat, by } = added.kind else { panic!("it was added") };
    assert_eq!(chat.id, ChatId::new("group:11370003"));
    assert_eq!(by.expect("Anna").id, UserId::new("22800001"));
    let removed = decoded(&happened(&group(), &json!({"left_group_member": bot()})));
    assert!(matches!(removed.kind, UpdateKind::BotRemoved { by: Some(_), .. }));
}

#[test]
fn who_comes_with_the_bot_is_not_lost() {
    let came = json!({"new_group_members": [anna(), bot()]});
    let updates = decoded_all(&happened(&group(), &came));
    assert_eq!(updates.len(), 2);
    assert!(matches!(updates[0].kind, UpdateKind::BotAdded { .. }));
    let UpdateKind::MembersJoined { members, .. } = &updates[1].kind else { panic!("she joined") };
    assert_eq!(members[0].username.as_deref(), Some("anna"));
    assert_ne!(updates[0].id, updates[1].id);
}

#[test]
fn whoever_did_it_themselves_was_brought_by_nobody() {
    let joined = decoded(&happened(&group(), &json!({"new_group_members": [anna()]})));
    assert!(matches!(joined.kind, UpdateKind::MembersJoined { by: None, .. }));
    let left = decoded(&happened(&group(), &json!({"left_group_member": anna()})));
    assert!(matches!(left.kind, UpdateKind::MemberLeft { by: None, .. }));
}

#[test]
fn a_title_is_the_new_one() {
    let renamed = decoded(&happened(&group(), &json!({"new_group_title": "Coffee"})));
    let UpdateKind::TitleChanged { chat, .. } = renamed.kind else { panic!("it was renamed") };
    assert_eq!(chat.title.as_deref(), Some("Coffee"));
}

#[test]
fn a_group_that_became_a_supergroup_is_told_from_both_sides() {
    let (from, to) = (ChatId::new("group:11370003"), ChatId::new("channel:11705614"));
    for (chat, action) in [
        (group(), json!({"migrate_to_chat_id": 11_705_614})),
        (supergroup(), json!({"migrate_from_chat_id": 11_370_003})),
    ] {
        let update = decoded(&happened(&chat, &action));
        let UpdateKind::ChatMigrated { from: old, to: new, .. } = update.kind else {
            panic!("it has another id")
        };
        assert_eq!((old, new), (from.clone(), to.clone()));
    }
}

#[test]
fn what_nobody_knows_happened_somewhere() {
    for action in [
        json!({"weather": "sunny"}),
        json!({"migrate_to_chat_id": 0, "odd": [1]}),
        // A group does not come from a group.
        json!({"migrate_from_chat_id": 5}),
    ] {
        let update = decoded(&happened(&group(), &action));
        assert_eq!(update.chat_id(), Some(&ChatId::new("group:11370003")));
        assert!(
            matches!(update.kind, UpdateKind::Unknown { kind, .. } if kind == "message.action")
        );
    }
}
