//! A parameter: what it is called, and what it is when it comes as text.

use serde_json::Value;

use crate::world::switches::potato::FieldNames;

/// How long all parameters together may be.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// The parameters that are text, and stay so where everything is written as text.
const TEXTS: [&str; 24] = [
    "action",
    "address",
    "caption",
    "certificate",
    "description",
    "document",
    "file_id",
    "first_name",
    "foursquare_id",
    "game_short_name",
    "inline_message_id",
    "inline_query_id",
    "last_name",
    "method",
    "next_offset",
    "phone_number",
    "photo",
    "switch_pm_parameter",
    "switch_pm_text",
    "text",
    "thumb",
    "title",
    "url",
    "video",
];

/// A parameter that was written as text: what is no text itself reads as JSON, where it can.
pub(super) fn written(name: &str, text: String, names: FieldNames) -> (String, Value) {
    let name = name_of(name, names);
    if TEXTS.contains(&name.as_str()) {
        return (name, Value::String(text));
    }
    let value = serde_json::from_str(&text).map(|it| named(it, names));
    (name, value.unwrap_or(Value::String(text)))
}

/// What a parameter is called, as the switches have it.
pub(super) fn name_of(name: &str, names: FieldNames) -> String {
    match names {
        FieldNames::AnyCase => name.to_lowercase(),
        FieldNames::Exact => name.to_owned(),
    }
}

/// The same of all names in a value.
pub(super) fn named(value: Value, names: FieldNames) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name_of(&name, names), named(value, names)))
            .collect(),
        Value::Array(items) => items.into_iter().map(|it| named(it, names)).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_text_stays_text_and_all_else_reads_as_json() {
        let written = |name: &str, text: String| written(name, text, FieldNames::AnyCase);
        assert_eq!(written("Text", "123".to_owned()), ("text".to_owned(), json!("123")));
        assert_eq!(written("chat_id", "123".to_owned()), ("chat_id".to_owned(), json!(123)));
        let markup = written("reply_markup", r#"{"Type":3}"#.to_owned());
        assert_eq!(markup, ("reply_markup".to_owned(), json!({"type": 3})));
        assert_eq!(written("score", "many".to_owned()).1, json!("many"));
    }
}
