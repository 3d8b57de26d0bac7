//! Pictures, films and other files on their way to the platform.
//!
//! There is no upload without a message: the file comes along as a part of the request that sends
//! it, as it is read, and the answer names the id by which it is sent again.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::{Error, Result, Upload};
use gateway_core::model::Platform;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::messages::CAPTION_CHARACTERS;
use super::{Client, at_most, lane};
use crate::error::from_answer;
use crate::wire::{self, Target};

const PHOTO: Operation = Operation::new("sendPhoto", "sending a picture", Repeat::Unsafe);
const DOCUMENT: Operation = Operation::new("sendDocument", "sending a file", Repeat::Unsafe);
const VIDEO: Operation = Operation::new("sendVideo", "sending a film", Repeat::Unsafe);

/// How much a file may have: `sendPhoto`, `sendDocument`, `sendVideo` with its `thumb`. Whether a
/// megabyte is 1000² or 1024² bytes, no document says: the greater is let through.
const MEGABYTE: u64 = 1024 * 1024;
const PHOTO_BYTES: u64 = 2 * MEGABYTE;
const DOCUMENT_BYTES: u64 = 50 * MEGABYTE;
const VIDEO_BYTES: u64 = 50 * MEGABYTE;
const THUMB_BYTES: u64 = 3 * MEGABYTE;

/// How long 50 MB may take on a slow line.
const DEADLINE: Duration = Duration::from_mins(10);

/// How much of a file is held in memory.
const BUFFER: usize = 64 * 1024;

/// A file that comes along, and the parameter that it is.
struct Along {
    name: &'static str,
    limit: u64,
    upload: Upload,
}

impl Client {
    /// Sends a picture: `sendPhoto`. With `upload` it comes along, otherwise `photo` names it.
    ///
    /// # Errors
    ///
    /// Before anything is sent, [`ErrorKind::TooLarge`](gateway_core::ErrorKind::TooLarge) for more
    /// than 2 MB and for a caption of more than 200 characters, and
    /// [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for what is no JPEG, PNG, BMP or
    /// WEBP, for an empty file, and when there is no picture or there are two.
    pub async fn send_photo(
        &self,
        message: &wire::SendPhoto<'_>,
        upload: Option<Upload>,
    ) -> Result<wire::SentFile> {
        is_one(&PHOTO, "photo", message.photo.is_some(), upload.is_some())?;
        let upload = match upload {
            Some(upload) => Some(picture(&PHOTO, upload).await?),
            None => None,
        };
        let along = upload.map(|upload| Along { name: "photo", limit: PHOTO_BYTES, upload });
        let caption = message.caption.as_deref();
        self.send_media(&PHOTO, message.target, caption, message, along.into_iter()).await
    }

    /// Sends any file: `sendDocument`. With `upload` it comes along, otherwise `document` names it.
    ///
    /// # Errors
    ///
    /// As [`Self::send_photo`], for more than 50 MB.
    pub async fn send_document(
        &self,
        message: &wire::SendDocument<'_>,
        upload: Option<Upload>,
    ) -> Result<wire::SentFile> {
        is_one(&DOCUMENT, "document", message.document.is_some(), upload.is_some())?;
        let along = upload.map(|upload| Along { name: "document", limit: DOCUMENT_BYTES, upload });
        let caption = message.caption.as_deref();
        self.send_media(&DOCUMENT, message.target, caption, message, along.into_iter()).await
    }

    /// Sends a film: `sendVideo`, an MP4. With `upload` it comes along, otherwise `video` names it;
    /// the same goes for `thumb`.
    ///
    /// # Errors
    ///
    /// As [`Self::send_photo`], for more than 50 MB, and for a `thumb` of more than 3 MB.
    pub async fn send_video(
        &self,
        message: &wire::SendVideo<'_>,
        upload: Option<Upload>,
        thumb: Option<Upload>,
    ) -> Result<wire::SentFile> {
        is_one(&VIDEO, "video", message.video.is_some(), upload.is_some())?;
        if message.thumb.is_some() && thumb.is_some() {
            is_one(&VIDEO, "thumb", true, true)?;
        }
        let film = upload.map(|upload| Along { name: "video", limit: VIDEO_BYTES, upload });
        let thumb = thumb.map(|upload| Along { name: "thumb", limit: THUMB_BYTES, upload });
        let (caption, along) = (message.caption.as_deref(), film.into_iter().chain(thumb));
        self.send_media(&VIDEO, message.target, caption, message, along).await
    }

    async fn send_media(
        &self,
        operation: &Operation,
        target: Target,
        caption: Option<&str>,
        parameters: &impl Serialize,
        along: impl Iterator<Item = Along>,
    ) -> Result<wire::SentFile> {
        let caption = caption.unwrap_or_default().chars().count();
        at_most(operation, "caption", CAPTION_CHARACTERS, caption)?;
        let call = self.call(operation, Method::POST).chat(lane(target));
        let mut along = along.peekable();
        if along.peek().is_none() {
            return call.json(parameters).send(from_answer).await;
        }
        let mut form = fields(operation, parameters)?;
        for Along { name, limit, upload } in along {
            form = form.part(name, part(operation, name, limit, upload)?);
        }
        call.deadline(DEADLINE).multipart(form).send(from_answer).await
    }
}

/// The parameters as parts of a form: what is no text is written as JSON, as clients do.
fn fields(operation: &Operation, parameters: &impl Serialize) -> Result<Form> {
    let parameters = serde_json::to_value(parameters).map_err(|why| {
        let kind = gateway_core::ErrorKind::Invalid { field: None };
        Error::new(kind, operation.doing).on(Platform::POTATO).with_source(why)
    })?;
    let Value::Object(parameters) = parameters else { return Ok(Form::new()) };
    Ok(parameters.into_iter().fold(Form::new(), |form, (name, value)| match value {
        Value::String(text) => form.text(name, text),
        other => form.text(name, other.to_string()),
    }))
}

fn part(operation: &Operation, name: &'static str, limit: u64, upload: Upload) -> Result<Part> {
    let wrong = |field: &str, why: &str| {
        Error::invalid(operation.doing, format!("{name}.{field}"), why).on(Platform::POTATO)
    };
    if upload.bytes == Some(0) {
        return Err(wrong("content", "it is empty"));
    }
    let number = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    at_most(operation, name, number(limit), number(upload.bytes.unwrap_or_default()))?;
    let body = Body::wrap_stream(ReaderStream::with_capacity(upload.content, BUFFER));
    let part = match upload.bytes {
        Some(bytes) => Part::stream_with_length(body, bytes),
        None => Part::stream(body),
    };
    let part = part.file_name(upload.name);
    match &upload.mime_type {
        Some(kind) => {
            part.mime_str(kind).map_err(|why| wrong("mime_type", &format!("{kind:?}: {why}")))
        }
        None => Ok(part),
    }
}

/// Refuses a file that is named and comes along, and one that does neither.
fn is_one(operation: &Operation, field: &str, named: bool, along: bool) -> Result<()> {
    if named != along {
        return Ok(());
    }
    let why = if named { "it is named by its id, and comes along" } else { "there is none" };
    Err(Error::invalid(operation.doing, field, why).on(Platform::POTATO))
}

/// The same picture, after a look at its first bytes.
async fn picture(operation: &Operation, mut upload: Upload) -> Result<Upload> {
    const HEAD: u64 = 12;
    let mut head = Vec::new();
    let read = (&mut upload.content).take(HEAD).read_to_end(&mut head).await;
    read.map_err(|why| {
        let error = Error::invalid(operation.doing, "photo", format!("reading it: {why}"));
        error.on(Platform::POTATO)
    })?;
    if !is_picture(&head) {
        let why = if head.is_empty() { "it is empty" } else { "it is no JPEG, PNG, BMP or WEBP" };
        return Err(Error::invalid(operation.doing, "photo", why).on(Platform::POTATO));
    }
    upload.content = Box::pin(std::io::Cursor::new(head).chain(upload.content));
    Ok(upload)
}

/// Whether a file begins like one of the four kinds that `sendPhoto` takes.
fn is_picture(head: &[u8]) -> bool {
    let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    let is_png = head.starts_with(b"\x89PNG\r\n\x1a\n");
    is_webp || is_png || head.starts_with(b"\xff\xd8\xff") || head.starts_with(b"BM")
}
