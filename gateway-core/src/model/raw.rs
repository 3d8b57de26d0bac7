//! What a platform said, word for word.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The platform's own JSON, byte for byte as it came, so that nothing it said is lost: not even
/// what no parser can hold, such as half of a surrogate pair or a number beyond every float.
///
/// ```
/// use gateway_core::model::Raw;
///
/// let raw = Raw::from_text(r#"{"seq": 116327994376978687, "mood": "\ud83d"}"#).unwrap();
/// assert_eq!(raw.as_str(), r#"{"seq": 116327994376978687, "mood": "\ud83d"}"#);
/// ```
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Raw(Box<RawValue>);

impl Raw {
    /// This text, if it is one JSON value.
    ///
    /// # Errors
    ///
    /// It is not JSON.
    pub fn from_text(text: impl Into<String>) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text.into()).map(Self)
    }

    /// The JSON of anything that can be serialized; `null` for what cannot.
    pub fn of(value: &impl Serialize) -> Self {
        serde_json::value::to_raw_value(value).map_or_else(|_| Self::default(), Self)
    }

    /// The JSON as text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The JSON as a tree; `null` where it holds something that no tree can.
    pub fn to_value(&self) -> Value {
        serde_json::from_str(self.as_str()).unwrap_or_default()
    }
}

impl Default for Raw {
    /// `null`.
    fn default() -> Self {
        Self(RawValue::NULL.to_owned())
    }
}

impl From<&RawValue> for Raw {
    fn from(raw: &RawValue) -> Self {
        Self(raw.to_owned())
    }
}

impl From<Box<RawValue>> for Raw {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw)
    }
}

/// A [`Raw`] inside of something that serde has to look at twice, such as an enum with a tag: there
/// it is a string that holds the JSON, since JSON that is not a string would be taken apart.
pub(super) mod as_text {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Raw;

    pub(crate) fn serialize<S: Serializer>(raw: &Raw, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(raw.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        Raw::from_text(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Equal when the texts are, or else when both are trees and those are equal: however fields are
/// ordered and blanks are set, and numbers as far as a float tells them apart.
impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
            || matches!(
                (serde_json::from_str::<Value>(self.as_str()), serde_json::from_str::<Value>(other.as_str())),
                (Ok(mine), Ok(theirs)) if mine == theirs
            )
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_tree_can_hold_is_kept() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        for text in [r#""\ud800""#, "1e999", &deep] {
            let raw = Raw::from_text(text).expect("it is JSON");
            let stored = serde_json::to_string(&raw).expect("it can be written");
            assert_eq!(serde_json::from_str::<Raw>(&stored).expect("and read").as_str(), text);
        }
        assert!(Raw::from_text("{").is_err());
    }

    #[test]
    fn the_order_of_fields_does_not_matter() {
        let raw = |text: &str| Raw::from_text(text).expect("it is JSON");
        assert_eq!(raw(r#"{"a":1,"b":2}"#), raw(r#"{"b": 2, "a": 1}"#));
        assert_ne!(raw("1"), raw("2"));
    }
}
