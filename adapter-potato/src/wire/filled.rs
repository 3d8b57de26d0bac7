//! Fields that may be there, and count as missing when they are empty.
//!
//! What is there is read as it comes, without a copy: messages hold messages, and a copy at each
//! depth would be many.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};

/// An object, a text, a number or a truth value; `null`, and what is empty, is read like a field
/// that is not there. A number that is not there comes as `""`, too.
pub(super) fn filled<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Filled(PhantomData))
}

/// The same for what is as good when it is empty.
pub(super) fn filled_or_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    filled(deserializer).map(Option::unwrap_or_default)
}

/// The same for a list.
pub(super) fn filled_list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(FilledList(PhantomData))
}

struct Filled<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Filled<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a text, a number or a truth value, or nothing")
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, it: bool) -> Result<Option<T>, E> {
        T::deserialize(it.into_deserializer()).map(Some)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<T>, E> {
        T::deserialize(number.into_deserializer()).map(Some)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<T>, E> {
        T::deserialize(number.into_deserializer()).map(Some)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<T>, E> {
        T::deserialize(number.into_deserializer()).map(Some)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        if text.is_empty() {
            return Ok(None);
        }
        let text: StrDeserializer<'_, E> = text.into_deserializer();
        T::deserialize(text).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Option<T>, A::Error> {
        empty(items)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Option<T>, A::Error> {
        match fields.next_key()? {
            None => Ok(None),
            Some(first) => {
                let fields = Begun { first: Some(first), rest: fields };
                T::deserialize(MapAccessDeserializer::new(fields)).map(Some)
            }
        }
    }
}

struct FilledList<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FilledList<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or nothing")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() { Ok(None) } else { Err(E::custom("a text where a list is expected")) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok((!list.is_empty()).then_some(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        match fields.next_key::<String>()? {
            None => Ok(None),
            Some(_) => Err(A::Error::custom("an object where a list is expected")),
        }
    }
}

/// That there is nothing in a list.
fn empty<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
    match items.next_element::<serde::de::IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(A::Error::custom("a list where an object is expected")),
    }
}

/// An object of which the first name was read.
struct Begun<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Begun<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(first.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Location, PhotoSize};

    #[derive(Debug, Default, Deserialize, PartialEq)]
    struct Sample {
        #[serde(default, deserialize_with = "filled")]
        location: Option<Location>,
        #[serde(default, deserialize_with = "filled_list")]
        photo: Option<Vec<PhotoSize>>,
        #[serde(default, deserialize_with = "filled")]
        caption: Option<String>,
        #[serde(default, deserialize_with = "filled")]
        date: Option<i64>,
        #[serde(default, deserialize_with = "filled")]
        is_all: Option<bool>,
        #[serde(default, deserialize_with = "filled_or_empty")]
        query: String,
    }

    #[test]
    fn null_absent_and_empty_read_alike() {
        assert_eq!(serde_json::from_str::<Sample>("{}").expect("a sample"), Sample::default());
        let names = ["location", "photo", "caption", "date", "is_all", "query"];
        for nothing in ["null", "{}", "[]", "\"\""] {
            let fields = names.map(|name| format!("\"{name}\":{nothing}")).join(",");
            let json = format!("{{{fields}}}");
            assert_eq!(serde_json::from_str::<Sample>(&json).expect(&json), Sample::default());
        }
    }

    #[test]
    fn what_is_there_is_read_and_what_is_wrong_is_not() {
        let given = r#"{"location":{"latitude":1.5,"longitude":-2},"caption":"c"}"#;
        let read: Sample = serde_json::from_str(given).expect("a sample");
        assert_eq!(read.location, Some(Location { latitude: 1.5, longitude: -2.0 }));
        assert_eq!(read.caption.as_deref(), Some("c"));
        let given = r#"{"date":-5,"is_all":false,"query":"q"}"#;
        let read: Sample = serde_json::from_str(given).expect("a sample");
        assert_eq!((read.date, read.is_all, &*read.query), (Some(-5), Some(false), "q"));
        assert!(serde_json::from_str::<Sample>(r#"{"location":{"latitude":1.5}}"#).is_err());
    }

    #[test]
    fn what_is_of_another_kind_is_not_taken_for_nothing() {
        for wrong in [
            r#"{"location":[1]}"#,
            r#"{"location":5}"#,
            r#"{"photo":{"a":1}}"#,
            r#"{"photo":5}"#,
            r#"{"caption":5}"#,
            r#"{"caption":true}"#,
            r#"{"date":"5"}"#,
            r#"{"date":5.5}"#,
            r#"{"date":18446744073709551615}"#,
            r#"{"date":false}"#,
            r#"{"is_all":1}"#,
            r#"{"query":5}"#,
        ] {
            assert!(serde_json::from_str::<Sample>(wrong).is_err(), "{wrong}");
        }
    }
}
