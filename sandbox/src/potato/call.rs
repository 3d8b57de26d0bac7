//! What a request says.
//!
//! Its parameters come in the URL, as JSON and as a form, and are taken together. How their names are
//! matched, and which forms are read, the switches say.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use adapter_potato::wire;

use super::answer::Failure;
use super::form::{self, Brought, Part};
use super::parameter::{MAX_BYTES, name_of, named, written};
use crate::body::{self, Unread};
use crate::fault::Fault;
use crate::world::switches::potato::{FieldNames, Forms, KeyboardRows};
use crate::world::{AccountKey, World};

/// Marks a request that is the answer of a webhook: it may be any form, and names its method.
#[derive(Clone, Copy, Debug)]
pub(super) struct InAnswer;

/// A request, taken apart.
pub(super) struct Call {
    pub(super) bot: AccountKey,
    pub(super) given: Map<String, Value>,
    /// The files that came along.
    pub(super) parts: Vec<Part>,
    /// They go with the call, unless it keeps them.
    pub(super) brought: Option<Brought>,
    /// The certificate that came along.
    pub(super) certificate: Option<Bytes>,

    /// Where the client reached the API.
    pub(super) base: String,
}

impl Call {
    pub(super) async fn read(
        world: &World,
        bot: AccountKey,
        base: String,
        request: Request,
        fault: &mut Option<Fault>,
    ) -> Result<Self, Failure> {
        let (names, forms, rows) = world.look(|state| {
            let it = &state.switches;
            (it.potato_field_names, it.potato_forms, it.potato_keyboard_rows)
        });
        let (head, body) = request.into_parts();
        let is_answer = head.extensions.get::<InAnswer>().is_some();
        let given = texts(head.uri.query().unwrap_or_default().as_bytes(), names);
        let kind = head.headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let kind = kind.unwrap_or_default();
        let (parts, brought, certificate) = (Vec::new(), None, None);
        let mut call = Self { bot, given, parts, brought, certificate, base };
        if Kind::of(kind) == Kind::Parts {
            let form = form::read(world, bot, kind, names, body, fault).await?;
            call.given.extend(form.given);
            (call.parts, call.brought) = (form.parts, form.brought);
            call.certificate = form.certificate;
        } else {
            let body = body::read(body, MAX_BYTES).await.map_err(|why| match why {
                Unread::TooLarge(_) => Failure::BodyTooLong,
                Unread::Silent | Unread::Client(_) => Failure::WrongFormat,
            })?;
            let is_form = Kind::of(kind) == Kind::Form;
            if is_form && !body.is_empty() && !is_answer && forms == Forms::Refused {
                return Err(Failure::UnreadForm);
            }
            call.given.extend(fields(&body, is_form, names)?);
        }
        if is_answer {
            call.given.remove("method");
        }
        self::rows(&mut call.given, rows)?;
        Ok(call)
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

/// How a body is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Parts,
    Form,
    Json,
}

impl Kind {
    /// What does not say that it is a form is JSON.
    fn of(content_type: &str) -> Self {
        let begins = |with: &str| {
            content_type.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with))
        };
        if begins("multipart/") {
            return Self::Parts;
        }
        if begins("application/x-www-form-urlencoded") { Self::Form } else { Self::Json }
    }
}

/// The method that the answer of a webhook asks for; `None` when it asks for none.
pub(super) async fn method_in(kind: &str, body: &Bytes, names: FieldNames) -> Option<String> {
    if Kind::of(kind) == Kind::Parts {
        let boundary = multer::parse_boundary(kind).ok()?;
        let mut form =
            multer::Multipart::new(Body::from(body.clone()).into_data_stream(), boundary);
        while let Some(part) = form.next_field().await.ok()? {
            if part.name().is_some_and(|it| name_of(it, names) == "method") {
                return part.text().await.ok();
            }
        }
        return None;
    }
    let fields = fields(body, Kind::of(kind) == Kind::Form, names).ok()?;
    fields.get("method").and_then(Value::as_str).map(str::to_owned)
}

/// The parameters of a body that has no parts.
fn fields(body: &[u8], is_form: bool, names: FieldNames) -> Result<Map<String, Value>, Failure> {
    if body.is_empty() || is_form {
        return Ok(texts(body, names));
    }
    match named(serde_json::from_slice(body).map_err(|_| Failure::WrongFormat)?, names) {
        Value::Object(fields) => Ok(fields),
        _ => Err(Failure::WrongFormat),
    }
}

/// The parameters of a URL or of a form.
fn texts(encoded: &[u8], names: FieldNames) -> Map<String, Value> {
    let pairs = url::form_urlencoded::parse(encoded);
    pairs.map(|(name, text)| written(&name, text.into_owned(), names)).collect()
}

/// Rows of keyboards as the document has them: objects with `buttons`.
fn rows(fields: &mut Map<String, Value>, how: KeyboardRows) -> Result<(), Failure> {
    if let Some(Value::Array(results)) = fields.get_mut("results") {
        results.iter_mut().filter_map(Value::as_object_mut).try_for_each(|it| rows(it, how))?;
    }
    let Some(Value::Object(markup)) = fields.get_mut("reply_markup") else { return Ok(()) };
    for name in ["inline_keyboard", "keyboard"] {
        let Some(Value::Array(rows)) = markup.get_mut(name) else { continue };
        for row in rows.iter_mut().filter(|it| it.is_array()) {
            match how {
                KeyboardRows::Objects => return Err(Failure::WrongFormat),
                KeyboardRows::ArraysToo => *row = json!({"buttons": row.take()}),
            }
        }
    }
    Ok(())
}
