//! Whatever a platform says, an update comes out and nothing is lost.

use std::sync::OnceLock;

use adapter_tamtam::decode_update;
use gateway_core::model::{AccountId, Raw, Update};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{corpus, recorded};

fn all() -> &'static [Value] {
    static ALL: OnceLock<Vec<Value>> = OnceLock::new();
    ALL.get_or_init(|| {
        let recorded = recorded::updates().into_iter();
        let recorded = recorded.map(|(_, text)| serde_json::from_str(&text).expect("JSON"));
        corpus::updates().into_iter().map(|(_, update)| update).chain(recorded).collect()
    })
}

/// What is done to one place of an update.
#[derive(Clone, Debug)]
enum Change {
    Delete,
    Replace(Value),
    /// With what is at another place.
    Swap(usize),
    /// Into a list, or a list's first element out of it.
    Wrap,
    Twice,
}

/// These stand for JSON that no tree can hold.
const HALF: &str = "@half@";
const HUGE: &str = "@huge@";
const DEEP: &str = "@deep@";

fn change() -> impl Strategy<Value = Change> {
    let values = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[a-z_]{0,12}\u{0}?".prop_map(Value::from),
        Just(json!("x".repeat(5000))),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[{"type": []}]])),
        Just(json!(HALF)),
        Just(json!(HUGE)),
        Just(json!(DEEP)),
    ];
    prop_oneof![
        2 => Just(Change::Delete),
        5 => values.prop_map(Change::Replace),
        2 => any::<usize>().prop_map(Change::Swap),
        1 => Just(Change::Wrap),
        1 => Just(Change::Twice),
    ]
}

/// The addresses of all places in a tree.
fn places(value: &Value, here: &str, into: &mut Vec<String>) {
    into.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let field = field.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{here}/{field}"), into);
            }
        }
        Value::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                places(value, &format!("{here}/{number}"), into);
            }
        }
        _ => {}
    }
}

fn delete(update: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    match update.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(items)) => {
            items.remove(name.parse().expect("a number"));
        }
        _ => {}
    }
}

fn mutated(update: &Value, changes: &[(usize, Change)]) -> String {
    let mut update = update.clone();
    for (at, change) in changes {
        let mut all = Vec::new();
        places(&update, "", &mut all);
        let place = &all[at % all.len()];
        let old = update.pointer(place).cloned().unwrap_or_default();
        let new = match change {
            Change::Delete => {
                delete(&mut update, place);
                continue;
            }
            Change::Replace(value) => value.clone(),
            Change::Swap(other) => {
                update.pointer(&all[other % all.len()]).cloned().unwrap_or_default()
            }
            Change::Wrap => match old {
                Value::Array(items) => items.into_iter().next().unwrap_or_default(),
                other => json!([other]),
            },
            Change::Twice => json!([old.clone(), old]),
        };
        if let Some(value) = update.pointer_mut(place) {
            *value = new;
        }
    }
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let quoted = |word: &str| format!("\"{word}\"");
    let text = update.to_string();
    let text = text.replace(&quoted(HALF), r#""\ud83d""#);
    text.replace(&quoted(HUGE), "1e999").replace(&quoted(DEEP), &deep)
}

fn decoded(text: &str) -> Update {
    let raw = Raw::from_text(text).expect("it is JSON");
    decode_update(&AccountId::new("test"), raw)
}

proptest! {
    /// CI runs it with `PROPTEST_CASES=100000`.
    #[test]
    fn nothing_is_lost_of_whatever_comes(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<usize>(), change()), 1..5),
    ) {
        let text = mutated(which.get(all()), &changes);
        let update = decoded(&text);
        prop_assert_eq!(update.raw.as_str(), &text);
        prop_assert_eq!(&update.id, &decoded(&text).id);
        prop_assert!((1..=600).contains(&update.id.as_str().len()));
        // What does not come back from the journal was never received.
        let stored = serde_json::to_string(&update).expect("it can be written");
        let back: Update = serde_json::from_str(&stored).expect("and read");
        prop_assert_eq!(&back.id, &update.id);
        prop_assert_eq!(serde_json::to_string(&back).expect("and written again"), stored);
    }

    /// What is no JSON of ours is an update as well.
    #[test]
    fn any_json_is_an_update(text in "\\PC{0,40}", number in any::<f64>()) {
        for value in [json!(text), json!({"update_type": text}), json!({"timestamp": number})] {
            let text = value.to_string();
            let update = decoded(&text);
            prop_assert_eq!(update.raw.as_str(), text);
        }
    }
}
