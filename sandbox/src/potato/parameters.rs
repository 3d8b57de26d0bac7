//! What a request gives: in the URL, in JSON, in a form.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};

use super::answer::Failure;
use super::fields;
use crate::body::{self, Unread};
use crate::world::Switches;
use crate::world::switches::potato::{FieldNames, Forms, KeyboardRows};

/// The largest body that makes sense before files are uploaded.
const MAX_BYTES: usize = 1024 * 1024;

/// Marks a request that is the answer of a webhook: it may be any form, and names its method.
#[derive(Clone, Copy, Debug)]
pub(super) struct InAnswer;

/// The parameters of a request, and the files that came along.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// What the answer of a webhook asks for.
    pub(super) method: Option<String>,
    pub(super) fields: Map<String, Value>,
    pub(super) files: Vec<(String, Bytes)>,
}

impl Given {
    /// The content of the file part of this name.
    pub(super) fn file(&self, name: &str) -> Option<&Bytes> {
        self.files.iter().find(|(given, _)| given == name).map(|(_, content)| content)
    }
}

/// What the URL and the body give together; what both give, the body gives.
pub(super) async fn read(switches: &Switches, request: Request) -> Result<Given, Failure> {
    let is_answer = request.extensions().get::<InAnswer>().is_some();
    let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let boundary = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let boundary = boundary.and_then(|it| multer::parse_boundary(it).ok());
    let names = switches.potato_field_names;
    let fields = texts(request.uri().query().unwrap_or_default(), names);
    let mut given = Given { fields, ..Given::default() };
    let body = body::read(request.into_body(), MAX_BYTES).await.map_err(|why| match why {
        Unread::TooLarge(_) => Failure::BodyTooLong,
        Unread::Silent | Unread::Client(_) => Failure::WrongFormat,
    })?;
    if kind.starts_with("multipart/") {
        let boundary = boundary.ok_or(Failure::WrongFormat)?;
        form(body, boundary, names, &mut given).await?;
    } else if kind.starts_with("application/x-www-form-urlencoded") && !body.is_empty() {
        if !is_answer && switches.potato_forms == Forms::Refused {
            return Err(Failure::WrongFormat);
        }
        let text = std::str::from_utf8(&body).map_err(|_| Failure::WrongFormat)?;
        given.fields.extend(texts(text, names));
    } else if !body.is_empty() {
        match named(serde_json::from_slice(&body).map_err(|_| Failure::WrongFormat)?, names) {
            Value::Object(fields) => given.fields.extend(fields),
            _ => return Err(Failure::WrongFormat),
        }
    }
    rows(&mut given.fields, switches.potato_keyboard_rows)?;
    if is_answer {
        let method = given.fields.remove("method");
        given.method = method.and_then(|it| it.as_str().map(str::to_owned));
    }
    Ok(given)
}

/// The parts of a form: those with a file's name are files, the others parameters.
async fn form(
    body: Bytes,
    boundary: String,
    names: FieldNames,
    given: &mut Given,
) -> Result<(), Failure> {
    let mut parts = multer::Multipart::new(Body::from(body).into_data_stream(), boundary);
    while let Some(part) = parts.next_field().await.map_err(|_| Failure::WrongFormat)? {
        let name = part.name().ok_or(Failure::WrongFormat)?;
        let name = name_of(name, names);
        let is_file = part.file_name().is_some();
        let content = part.bytes().await.map_err(|_| Failure::WrongFormat)?;
        if is_file {
            given.files.push((name, content));
        } else {
            let text = String::from_utf8(content.into()).map_err(|_| Failure::WrongFormat)?;
            let value = fields::read(&name, text);
            given.fields.insert(name, value);
        }
    }
    Ok(())
}

/// The parameters of a query string or of a form: all of them are texts, and some stand for more.
fn texts(encoded: &str, names: FieldNames) -> Map<String, Value> {
    url::form_urlencoded::parse(encoded.as_bytes())
        .map(|(name, text)| {
            let name = name_of(&name, names);
            let value = fields::read(&name, text.into_owned());
            (name, value)
        })
        .collect()
}

fn name_of(name: &str, names: FieldNames) -> String {
    match names {
        FieldNames::AnyCase => name.to_lowercase(),
        FieldNames::Exact => name.to_owned(),
    }
}

fn named(value: Value, names: FieldNames) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name_of(&name, names), named(value, names)))
            .collect(),
        Value::Array(items) => items.into_iter().map(|it| named(it, names)).collect(),
        other => other,
    }
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
