//! What makes an update the same update.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::corpus::updates;
use crate::decoded;

#[test]
fn different_updates_have_different_ids() {
    let ids: BTreeSet<_> = updates().iter().map(|(_, it)| decoded(it).id).collect();
    assert_eq!(ids.len(), updates().len());
}

/// Asserted by the official TamTam client's suite of tokens: they are issued anew whenever they are
/// read. Who was seen when changes by itself.
#[test]
fn what_is_written_down_anew_is_the_same_update() {
    fn later(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    if field == "last_activity_time" {
                        *value = json!(1_790_000_000_000_i64);
                    } else if *value == json!("tok-1") || *value == json!("https://f.example/1") {
                        *value = json!("new");
                    } else {
                        later(value);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(later),
            _ => {}
        }
    }
    for (kind, update) in updates().into_iter().filter(|(kind, _)| *kind != "unknown") {
        let mut again = update.clone();
        later(&mut again);
        assert_eq!(decoded(&update).id, decoded(&again).id, "{kind}");
    }
}

#[test]
fn two_edits_in_one_millisecond_are_two() {
    let edit = updates().into_iter().find(|(kind, _)| *kind == "message_edited").expect("one").1;
    let mut other = edit.clone();
    other["message"]["body"]["text"] = json!("😀 see that");
    assert_ne!(decoded(&edit).id, decoded(&other).id);
    let mut other = edit.clone();
    other["message"]["body"]["attachments"] = json!([]);
    assert_ne!(decoded(&edit).id, decoded(&other).id);
}

#[test]
fn an_update_that_nobody_knows_has_an_id_of_its_bytes() {
    let of = |chat: i64| json!({"update_type": "message_read", "timestamp": 5, "chat_id": chat});
    assert_eq!(decoded(&of(7)).id, decoded(&of(7)).id);
    assert_ne!(decoded(&of(7)).id, decoded(&of(8)).id);
    assert!(decoded(&of(7)).id.as_str().starts_with("5:message_read:"));
}
