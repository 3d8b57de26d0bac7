//! Updates that were recorded on MAX's wire. They are not part of this project:
//! `GATEWAY_REFERENCE` names the folder that has them.
#![expect(clippy::print_stderr, reason = "who runs the tests is told what was not compared")]

use std::path::PathBuf;

use adapter_tamtam::decode_update;
use adapter_tamtam::wire::UpdateList;
use gateway_core::model::AccountId;

use crate::kind_of;

/// What each recorded update is called, and what the model calls it.
const KINDS: &[(&str, &str)] = &[
    ("bot_added", "bot_added"),
    ("bot_removed", "bot_removed"),
    ("bot_started", "bot_started"),
    ("bot_stopped", "bot_stopped"),
    ("chat_title_changed", "title_changed"),
    ("dialog_cleared", "dialog_cleared"),
    ("dialog_muted", "dialog_muted"),
    ("dialog_removed", "dialog_removed"),
    ("dialog_unmuted", "dialog_unmuted"),
    ("message_callback", "button_pressed"),
    ("message_created", "message_created"),
    ("message_edited", "message_edited"),
    ("message_removed", "message_deleted"),
    ("user_added", "members_joined"),
    ("user_removed", "member_left"),
];

/// Each recorded update by its name; none where there is no such folder.
pub(crate) fn updates() -> Vec<(String, String)> {
    let Some(folder) = std::env::var_os("GATEWAY_REFERENCE").map(PathBuf::from) else {
        return Vec::new();
    };
    let mut recorded = Vec::new();
    for entry in folder.join("max-updates").read_dir().expect("the folder has max-updates") {
        let path = entry.expect("it can be read").path();
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let list: UpdateList = serde_json::from_str(&text).expect("a list of updates");
        let name = path.file_stem().expect("a name").to_string_lossy().replace("update.", "");
        recorded.extend(list.updates.iter().map(|it| (name.clone(), it.as_str().to_owned())));
    }
    recorded
}

#[test]
fn recorded_updates_are_understood() {
    let recorded = updates();
    if recorded.is_empty() {
        eprintln!("GATEWAY_REFERENCE is not set: nothing recorded was read");
    }
    for (name, text) in recorded {
        let raw = gateway_core::model::Raw::from_text(text).expect("it is JSON");
        let update = decode_update(&AccountId::new("test"), raw);
        let expected = KINDS.iter().find(|(recorded, _)| *recorded == name);
        let (_, kind) = expected.unwrap_or_else(|| panic!("{name} is not expected"));
        assert_eq!(kind_of(&update), *kind, "{name}");
        assert!(update.chat_id().is_some(), "{name} is in a chat");
        assert!(update.user().is_some(), "{name} was done by somebody");
    }
}
