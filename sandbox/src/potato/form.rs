//! Forms: `multipart/form-data`, the way in which files come.
//!
//! The part of a file is named like its parameter, and has a file's name; all other parts are
//! parameters. Files go to disk piece by piece, wherever in the form they stand; those of a call that
//! is refused are gone with it.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, ready};

use axum::BoxError;
use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt as _, stream};
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

/// How long what stands before the content of a part may be: its name, its kind.
const HEADERS_BYTES: usize = 16 * 1024;

/// What came in a form.
#[derive(Default)]
pub(super) struct Form {
    pub(super) given: Map<String, Value>,
    pub(super) parts: Vec<Part>,
    pub(super) brought: Option<Brought>,
    /// The certificate of `setWebhook`, which is kept with the webhook.
    pub(super) certificate: Option<Bytes>,
}

/// A file that came along.
pub(super) struct Part {
    /// The parameter that it stands for.
    pub(super) name: String,
    pub(super) file: FileKey,
    /// Its first bytes.
    pub(super) head: Vec<u8>,
}

/// Files that came along, whole or not. They go with it, unless they are kept.
pub(super) struct Brought {
    world: World,
    files: Vec<FileKey>,
}

impl Brought {
    fn nothing(world: &World) -> Self {
        Self { world: world.clone(), files: Vec::new() }
    }

    /// They are part of what was done.
    pub(super) fn keep(mut self) {
        self.files.clear();
    }
}

impl Drop for Brought {
    fn drop(&mut self) {
        for file in self.files.drain(..) {
            self.world.act(|state| state.file_mut(file).discard());
        }
    }
}

/// How much was read of a form for the headers of a part, while they are read.
#[derive(Clone, Default)]
struct Headers(Arc<Mutex<Option<usize>>>);

/// The headers of a part have no end.
#[derive(Debug, thiserror::Error)]
#[error("the headers of a part are too long")]
struct EndlessHeaders;

impl Headers {
    fn set(&self, read: Option<usize>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = read;
    }

    /// Counts a piece, or says that there were too many.
    fn count(&self, bytes: usize) -> Result<(), EndlessHeaders> {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(read) = &mut *read else { return Ok(()) };
        // The last piece may hold much behind the headers.
        let is_too_much = *read > HEADERS_BYTES;
        *read += bytes;
        if is_too_much { Err(EndlessHeaders) } else { Ok(()) }
    }

    /// The pieces of a form, as long as they are no headers without end; one at a time, since whoever
    /// takes a form apart would read all that there is before looking at it.
    fn within(self, body: Body) -> impl Stream<Item = Result<Bytes, BoxError>> {
        let (mut pieces, mut is_to_pause) = (body.into_data_stream(), false);
        stream::poll_fn(move |context| {
            if std::mem::take(&mut is_to_pause) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let Some(piece) = ready!(pieces.poll_next_unpin(context)) else {
                return Poll::Ready(None);
            };
            is_to_pause = true;
            let piece = piece.map_err(BoxError::from);
            Poll::Ready(Some(piece.and_then(|it| Ok(self.count(it.len()).map(|()| it)?))))
        })
    }

    /// The next part of a form, if there is one.
    async fn next<'form>(
        &self,
        form: &mut Multipart<'form>,
    ) -> Result<Option<Field<'form>>, Failure> {
        self.set(Some(0));
        let next = soon(form.next_field()).await;
        self.set(None);
        next
    }
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

/// Reads a form. A file that no method knows is passed over. `fault` is what the call has met: what
/// befalls an answer befalls it once.
pub(super) async fn read(
    world: &World,
    bot: AccountKey,
    content_type: &str,
    names: FieldNames,
    body: Body,
    fault: &mut Option<Fault>,
) -> Result<Form, Failure> {
    let boundary = multer::parse_boundary(content_type).map_err(|why| failure(&why))?;
    let limits = SizeLimit::new().whole_stream(FORM_BYTES);
    let limits = Constraints::new().size_limit(limits);
    let headers = Headers::default();
    let body = headers.clone().within(body);
    let mut form = Multipart::with_constraints(body, boundary, limits);
    let (mut read, mut texts) = (Form::default(), 0);
    let mut brought = Brought::nothing(world);
    let mut named = HashSet::new();
    while let Some(mut field) = headers.next(&mut form).await? {
        let name = name_of(field.name().unwrap_or_default(), names);
        if !named.insert(name.clone()) {
            return Err(Failure::wrong(format!("{name} is there twice")));
        }
        if field.file_name().is_none() {
            let text = String::from_utf8(taken(field, &mut texts).await?);
            let text = text.map_err(|_| Failure::WrongFormat)?;
            read.given.extend([written(&name, text, names)]);
        } else if name == "certificate" {
            read.certificate = Some(taken(field, &mut texts).await?.into());
        } else if let Some((kind, limit)) = expected(&name) {
            let met = world.fault_beside(*fault, Platform::Potato, Operation::Upload);
            meet(met).await?;
            let cut = match met {
                Some(Fault::Cut { bytes }) => Some(bytes),
                _ => None,
            };
            *fault = met.filter(|it| it.is_of_answer()).or(*fault);
            let file = new_file(world, bot, kind)?;
            brought.files.push(file);
            let head = store(world, file, field, Bounds { skip: 0, limit, cut }).await?;
            read.parts.push(Part { name, file, head });
        } else {
            while soon(field.chunk()).await?.is_some() {}
        }
    }
    read.brought = Some(brought);
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

fn new_file(world: &World, bot: AccountKey, kind: FileKind) -> Result<FileKey, Failure> {
    let folder = world.folder().map_err(|_| Failure::Internal)?.to_owned();
    Ok(world.act(|state| state.add_file(bot, kind, &folder)))
}

/// Takes the content of a file in; its first bytes.
async fn store(
    world: &World,
    key: FileKey,
    field: Field<'_>,
    bounds: Bounds,
) -> Result<Vec<u8>, Failure> {
    let path = world.look(|state| state.file(key).path.clone());
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
    Ok(head)
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
        multer::Error::StreamReadFailed(why) if why.is::<EndlessHeaders>() => Failure::BodyTooLong,
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
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Reads a form of this content, whose pieces are counted.
    async fn form(world: &World, pieces: impl Iterator<Item = String> + Send + 'static) -> Read {
        let counted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&counted);
        let pieces = pieces.inspect(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let body = Body::from_stream(stream::iter(pieces.map(Ok::<_, std::io::Error>)));
        let bot = world.bot(Platform::Potato).expect("a bot");
        let kind = "multipart/form-data; boundary=B";
        let form = read(world, bot, kind, FieldNames::Exact, body, &mut None).await;
        (form, counted.load(Ordering::Relaxed))
    }

    type Read = (Result<Form, Failure>, usize);

    /// The files that there are, and those that lie on this machine.
    fn files(world: &World) -> (usize, usize) {
        let whole = world.look(|it| it.files().filter(|(_, it)| it.complete.is_some()).count());
        let folder = world.folder().expect("a folder");
        (whole, std::fs::read_dir(folder).expect("a folder").count())
    }

    fn part(name: &str, content: &str) -> String {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"a\"");
        format!("--B\r\n{head}\r\n\r\n{content}\r\n")
    }

    #[tokio::test]
    async fn a_form_that_is_refused_leaves_no_file() {
        let world = World::new().furnished();
        let broken = [part("photo", "a"), part("thumb", "")];
        assert!(form(&world, broken.into_iter()).await.0.is_err(), "it is empty");
        let cut = [part("photo", "a"), part("document", "b").trim_end().to_owned()];
        assert!(form(&world, cut.into_iter()).await.0.is_err(), "it has no end");
        assert_eq!(files(&world), (0, 0));

        let whole = || [part("photo", "a"), part("thumb", "b"), "--B--\r\n".to_owned()].into_iter();
        let read = form(&world, whole()).await.0.expect("a form");
        assert_eq!((read.parts.len(), files(&world)), (2, (2, 2)));
        drop(read);
        assert_eq!(files(&world), (0, 0), "nothing was done with it");
        form(&world, whole()).await.0.expect("a form").brought.expect("files").keep();
        assert_eq!(files(&world), (2, 2));
    }

    #[tokio::test]
    async fn a_part_comes_once() {
        let world = World::new().furnished();
        for name in ["photo", "other"] {
            let twice = [part(name, "a"), part(name, "b"), "--B--\r\n".to_owned()];
            let Err(Failure::WrongParameters(why)) = form(&world, twice.into_iter()).await.0 else {
                panic!("{name} is taken twice")
            };
            assert_eq!(why, format!("{name} is there twice"));
        }
        assert_eq!(files(&world), (0, 0));
    }

    #[tokio::test]
    async fn headers_without_end_are_not_read_to_their_end() {
        let world = World::new().furnished();
        let head = "--B\r\nContent-Disposition: form-data; name=\"".to_owned();
        let endless = std::iter::once(head).chain(std::iter::repeat("x".repeat(1024)));
        let (read, pieces) = form(&world, endless.take(4096)).await;
        assert!(matches!(read, Err(Failure::BodyTooLong)));
        assert!(pieces < 32, "{pieces}");

        // What a part holds is no header, however long and whoever it is for.
        for name in ["document", "other"] {
            let long = "x".repeat(1024);
            let content = std::iter::once(part(name, "").trim_end().to_owned() + "\r\n\r\n");
            let content = content.chain(std::iter::repeat_n(long, 64));
            let read = form(&world, content.chain(["\r\n--B--\r\n".to_owned()])).await.0;
            assert!(read.is_ok(), "{name}");
        }
    }

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
