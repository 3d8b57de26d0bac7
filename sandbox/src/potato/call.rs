//! What a request says.
//!
//! Its parameters come in the URL, as JSON and as a form, and are taken together. Their names are
//! matched whatever their case, as the real server seems to do: a client in production capitalizes
//! them. What no method knows is passed over, since clients send such things.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use adapter_potato::wire;

use super::answer::Failure;
use super::form::{self, Part};
use crate::body::{self, Unread};
use crate::fault::Fault;
use crate::world::{AccountKey, World};

/// How long all parameters together may be.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// The parameters that are text, and stay so where everything is written as text.
const TEXTS: [&str; 22] = [
    "action",
    "address",
    "caption",
    "description",
    "document",
    "file_id",
    "first_name",
    "foursquare_id",
    "game_short_name",
    "inline_message_id",
    "inline_query_id",
    "last_name",
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

/// A request, taken apart.
pub(super) struct Call {
    pub(super) bot: AccountKey,
    given: Map<String, Value>,
    /// The files that came along.
    pub(super) parts: Vec<Part>,
    /// The fault that an upload met.
    pub(super) fault: Option<Fault>,
    /// Where the client reached the API.
    pub(super) base: String,
}

impl Call {
    pub(super) async fn read(
        world: &World,
        bot: AccountKey,
        base: String,
        request: Request,
    ) -> Result<Self, Failure> {
        let (head, body) = request.into_parts();
        let mut given = url_parameters(&head.uri);
        let kind = head.headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let kind = kind.unwrap_or_default();
        if kind.starts_with("multipart/") {
            let form = form::read(world, bot, kind, body).await?;
            given.extend(form.given);
            return Ok(Self { bot, given, parts: form.parts, fault: form.fault, base });
        }
        let body = body::read(body, MAX_BYTES).await.map_err(|why| match why {
            Unread::TooLarge(_) => Failure::BodyTooLong,
            Unread::Silent | Unread::Client(_) => Failure::WrongFormat,
        })?;
        // Forms of this kind the real server seems not to read: a client in production went over to
        // JSON method by method.
        if !body.is_empty() && kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::WrongFormat);
        }
        if !body.is_empty() {
            let read = serde_json::from_slice(&body).map_err(|_| Failure::WrongFormat)?;
            let Value::Object(fields) = lower_case_names(read) else {
                return Err(Failure::WrongFormat);
            };
            given.extend(fields);
        }
        Ok(Self { bot, given, parts: Vec::new(), fault: None, base })
    }

    /// The parameters of a method. What should be a keyboard and is none is a wrong format.
    pub(super) fn parameters<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        if let Some(markup) = self.given.get("reply_markup").filter(|it| !it.is_null()) {
            let read = serde_json::from_value::<wire::ReplyMarkup<'_>>(markup.clone());
            read.map_err(|_| Failure::WrongFormat)?;
        }
        serde_json::from_value(Value::Object(self.given.clone()))
            .map_err(|why| Failure::wrong(why.to_string()))
    }
}

fn url_parameters(uri: &Uri) -> Map<String, Value> {
    let decoded = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = decoded.map(|query| query.0).unwrap_or_default();
    pairs.into_iter().map(|(name, text)| written(&name, text)).collect()
}

/// A parameter that was written as text: what is no text itself reads as JSON, where it can.
pub(super) fn written(name: &str, text: String) -> (String, Value) {
    let name = name.to_lowercase();
    if TEXTS.contains(&name.as_str()) {
        return (name, Value::String(text));
    }
    let value = serde_json::from_str(&text).map(lower_case_names);
    (name, value.unwrap_or(Value::String(text)))
}

fn lower_case_names(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), lower_case_names(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(lower_case_names).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_text_stays_text_and_all_else_reads_as_json() {
        assert_eq!(written("Text", "123".to_owned()), ("text".to_owned(), json!("123")));
        assert_eq!(written("chat_id", "123".to_owned()), ("chat_id".to_owned(), json!(123)));
        let markup = written("reply_markup", r#"{"Type":3}"#.to_owned());
        assert_eq!(markup, ("reply_markup".to_owned(), json!({"type": 3})));
        assert_eq!(written("score", "many".to_owned()).1, json!("many"));
    }
}
