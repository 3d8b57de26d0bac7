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

/// An object or a text; `null`, and what is empty, is read like a field that is not there.
pub(super) fn filled<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Filled(PhantomData))
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
        f.write_str("an object or a text, or nothing")
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

    #[derive(Debug, Deserialize, PartialEq)]
    struct Sample {
        #[serde(default, deserialize_with = "filled")]
        location: Option<Location>,
        #[serde(default, deserialize_with = "filled_list")]
        photo: Option<Vec<PhotoSize>>,
        #[serde(default, deserialize_with = "filled")]
        caption: Option<String>,
    }

    #[test]
    fn null_absent_and_empty_read_alike() {
        let none = Sample { location: None, photo: None, caption: None };
        for json in [
            "{}",
            r#"{"location":null,"photo":null,"caption":null}"#,
            r#"{"location":{},"photo":[],"caption":""}"#,
        ] {
            assert_eq!(serde_json::from_str::<Sample>(json).expect(json), none, "{json}");
        }
    }

    #[test]
    fn what_is_there_is_read_and_what_is_wrong_is_not() {
        let given = r#"{"location":{"latitude":1.5,"longitude":-2},"caption":"c"}"#;
        let read: Sample = serde_json::from_str(given).expect("a sample");
        assert_eq!(read.location, Some(Location { latitude: 1.5, longitude: -2.0 }));
        assert_eq!(read.caption.as_deref(), Some("c"));
        assert!(serde_json::from_str::<Sample>(r#"{"location":{"latitude":1.5}}"#).is_err());
    }

    #[test]
    fn what_is_of_another_kind_is_not_taken_for_nothing() {
        for wrong in [r#"{"location":[1]}"#, r#"{"location":5}"#, r#"{"photo":{"a":1}}"#] {
            assert!(serde_json::from_str::<Sample>(wrong).is_err(), "{wrong}");
        }
        let number = serde_json::from_str::<Sample>(r#"{"caption":5}"#);
        assert!(number.is_err());
    }
}
