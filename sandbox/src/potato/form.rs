//! Forms: `multipart/form-data`, the way in which files come.
//!
//! The part of a file is named like its parameter, and has a file's name; all other parts are
//! parameters. Files go to disk piece by piece, wherever in the form they stand.

use std::path::Path;

use axum::body::{Body, Bytes};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

use super::answer::Failure;
use super::meet;
use super::parameter::{MAX_BYTES, name_of, written};
use crate::Platform;
use crate::body::SILENCE;
use crate::fault::{Fault, Operation};
use crate::incoming::{Bounds, End, Incoming};
use crate::world::switches::potato::FieldNames;
use crate::world::{AccountKey, FileKey, FileKind, World};

/// The documents' megabytes: whether one is 1000² or 1024² bytes they do not say, and the greater is
/// taken.
pub(super) const MEGABYTE: u64 = 1024 * 1024;

/// How long a form may be: a film with its picture, and the parameters.
const FORM_BYTES: u64 = 64 * MEGABYTE;

/// How much of a file tells what it is.
const HEAD_BYTES: u64 = 16;

/// What came in a form.
#[derive(Default)]
pub(super) struct Form {
    pub(super) given: Map<String, Value>,
    pub(super) parts: Vec<Part>,
    /// The certificate of `setWebhook`, which is kept with the webhook.
    pub(super) certificate: Option<Bytes>,
    pub(super) fault: Option<Fault>,
}

/// A file that came along.
pub(super) struct Part {
    /// The parameter that it stands for.
    pub(super) name: String,
    pub(super) file: FileKey,
    /// Its first bytes.
    pub(super) head: Vec<u8>,
}

/// What a file is by its parameter, and how many bytes it may have: document, `sendPhoto`,
/// `sendDocument`, `sendVideo`.
fn expected(parameter: &str) -> Option<(FileKind, u64)> {
    match parameter {
        "photo" => Some((FileKind::Image, 2 * MEGABYTE)),
        "thumb" => Some((FileKind::Image, 3 * MEGABYTE)),
        "document" => Some((FileKind::File, 50 * MEGABYTE)),
        "video" => Some((FileKind::Video, 50 * MEGABYTE)),
        _ => None,
    }
}

/// Reads a form. A file that no method knows is passed over.
pub(super) async fn read(
    world: &World,
    bot: AccountKey,
    content_type: &str,
    names: FieldNames,
    body: Body,
) -> Result<Form, Failure> {
    let boundary = multer::parse_boundary(content_type).map_err(|why| failure(&why))?;
    let limits = SizeLimit::new().whole_stream(FORM_BYTES);
    let limits = Constraints::new().size_limit(limits);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let (mut read, mut texts) = (Form::default(), 0);
    while let Some(field) = soon(form.next_field()).await? {
        let name = name_of(field.name().unwrap_or_default(), names);
        if field.file_name().is_none() {
            let text = String::from_utf8(taken(field, &mut texts).await?);
            let text = text.map_err(|_| Failure::WrongFormat)?;
            read.given.extend([written(&name, text, names)]);
        } else if name == "certificate" {
            read.certificate = Some(taken(field, &mut texts).await?.into());
        } else if let Some((kind, limit)) = expected(&name) {
            let fault = world.fault(Platform::Potato, Operation::Upload);
            meet(fault).await?;
            let cut = match fault {
                Some(Fault::Cut { bytes }) => Some(bytes),
                _ => None,
            };
            read.fault = read.fault.or(fault);
            let (file, head) =
                store(world, bot, kind, field, Bounds { skip: 0, limit, cut }).await?;
            read.parts.push(Part { name, file, head });
        }
    }
    Ok(read)
}

/// A parameter of a form, or its certificate, which has all bytes that are left for parameters.
async fn taken(mut field: Field<'_>, taken: &mut usize) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    while let Some(piece) = soon(field.chunk()).await? {
        *taken += piece.len();
        if *taken > MAX_BYTES {
            return Err(Failure::BodyTooLong);
        }
        content.extend_from_slice(&piece);
    }
    Ok(content)
}

async fn store(
    world: &World,
    bot: AccountKey,
    kind: FileKind,
    field: Field<'_>,
    bounds: Bounds,
) -> Result<(FileKey, Vec<u8>), Failure> {
    let folder = world.folder().map_err(|_| Failure::Internal)?.to_owned();
    let (key, path) = world.act(|state| {
        let key = state.add_file(bot, kind, &folder);
        (key, state.file(key).path.clone())
    });
    let name = field.file_name().filter(|it| !it.is_empty()).map(str::to_owned);
    let mime_type = field.content_type().map(ToString::to_string);
    let mut incoming = Incoming::open(world, key, false, || Ok::<u64, Failure>(0)).await?;
    match incoming.take(field, bounds).await? {
        End::Cut => return Err(Failure::LineCut),
        End::Whole(0) => return Err(Failure::WrongMedia),
        End::Whole(_) => {}
    }
    let total = incoming.keep();
    let head = first_bytes(&path).await.map_err(|_| Failure::Internal)?;
    world.act(|state| {
        let now = state.now();
        let file = state.file_mut(key);
        (file.total, file.complete) = (Some(total), Some(now));
        (file.name, file.mime_type) = (name, mime_type);
    });
    Ok((key, head))
}

async fn first_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    tokio::fs::File::open(path).await?.take(HEAD_BYTES).read_to_end(&mut head).await?;
    Ok(head)
}

/// The next piece of a form, unless nothing comes.
async fn soon<T>(next: impl Future<Output = multer::Result<T>>) -> Result<T, Failure> {
    let next = timeout(SILENCE, next).await.map_err(|_| Failure::WrongFormat)?;
    next.map_err(|why| failure(&why))
}

fn failure(why: &multer::Error) -> Failure {
    match why {
        multer::Error::StreamSizeExceeded { .. } => Failure::BodyTooLong,
        _ => Failure::WrongFormat,
    }
}

/// What a file is by its first bytes.
pub(super) fn is_picture(head: &[u8]) -> bool {
    // Document, `sendPhoto`: JPEG, PNG, BMP, WEBP.
    let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    is_webp
        || [&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"BM"].iter().any(|it| head.starts_with(it))
}

/// Whether it is a film that the clients show: document, `sendVideo`, has MP4 alone.
pub(super) fn is_film(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"ftyp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_and_a_film_are_known_by_their_first_bytes() {
        for picture in
            [&b"\xff\xd8\xff\xe0"[..], b"\x89PNG\r\n\x1a\n...", b"BM....", b"RIFF....WEBPVP8 "]
        {
            assert!(is_picture(picture) && !is_film(picture), "{picture:?}");
        }
        assert!(is_film(b"\0\0\0\x18ftypmp42"));
        for other in [&b""[..], b"GIF89a", b"RIFF....WAVE", b"%PDF-1.7"] {
            assert!(!is_picture(other) && !is_film(other), "{other:?}");
        }
    }
}
