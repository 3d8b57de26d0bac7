//! JSON that a platform might say, and did not.

use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use serde_json::{Value, json};

/// What is done to one place of a JSON tree.
#[derive(Clone, Debug)]
pub enum Change {
    /// It goes.
    Delete,
    /// This comes instead.
    Replace(Value),
    /// What is at another place comes instead.
    Swap(usize),
    /// Into a list, or a list's first element out of it.
    Wrap,
    /// Twice in a list.
    Twice,
    /// Half of a character, which no string can hold.
    Half,
    /// A number that is none.
    Huge,
    /// Lists in lists, deeper than any parser goes.
    Deep,
}

/// Changes of every kind, and values that a platform might say anywhere.
pub fn change() -> impl Strategy<Value = Change> {
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
        Just(json!(i64::MAX)),
        Just(json!({"id": i64::MIN, "type": 3})),
    ];
    prop_oneof![
        2 => Just(Change::Delete),
        5 => values.prop_map(Change::Replace),
        2 => any::<usize>().prop_map(Change::Swap),
        1 => Just(Change::Wrap),
        1 => Just(Change::Twice),
        1 => prop_oneof![Just(Change::Half), Just(Change::Huge), Just(Change::Deep)],
    ]
}

/// These stand for JSON that no tree can hold.
const HALF: &str = "@half@";
const HUGE: &str = "@huge@";
const DEEP: &str = "@deep@";

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
            if let Ok(place) = name.parse::<usize>() {
                items.remove(place);
            }
        }
        _ => {}
    }
}

/// The tree after these changes, one after another, each at the place of this number; as text, since
/// not all of it may be what a tree can hold.
pub fn mutated(update: &Value, changes: &[(usize, Change)]) -> String {
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
            Change::Half => HALF.into(),
            Change::Huge => HUGE.into(),
            Change::Deep => DEEP.into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_made_at_its_place() {
        let tree = json!({"a": [1, 2]});
        // Places: the whole, `a`, its two elements.
        let after = |at, change| mutated(&tree, &[(at, change)]);
        assert_eq!(after(2, Change::Delete), r#"{"a":[2]}"#);
        assert_eq!(after(1, Change::Replace(json!("x"))), r#"{"a":"x"}"#);
        assert_eq!(after(2, Change::Swap(3)), r#"{"a":[2,2]}"#);
        assert_eq!(after(1, Change::Wrap), r#"{"a":1}"#);
        assert_eq!(after(3, Change::Twice), r#"{"a":[1,[2,2]]}"#);
        assert_eq!(after(3, Change::Half), r#"{"a":[1,"\ud83d"]}"#);
        assert_eq!(after(3, Change::Huge), r#"{"a":[1,1e999]}"#);
        assert!(after(1, Change::Deep).starts_with(r#"{"a":[[["#));
    }
}
