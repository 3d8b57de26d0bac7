//! Files, in and out.
//!
//! | room | what is in it |
//! |---|---|
//! | `parts` | what the headers of an upload say |
//! | `download` | files on their way out |
//!
//! How a file comes in follows MAX's schema 0.0.32, `POST /uploads`: as a form it comes whole, and
//! what was cut starts anew; otherwise it may come in parts, and goes on behind the last byte that
//! is here. Parts are `Content-Range: bytes a-b/total`, in order, as the official Java client sends
//! them.

mod download;
mod parts;

use axum::Json;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode, request};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use adapter_tamtam::wire;

use super::refusal::Refusal;
use super::{Call, Facade, meet, render};
use crate::Platform;
use crate::fault::{self, Fault, Operation};
use crate::incoming::{self, Bounds, Broken, Compared, End, Incoming, Kept};
use crate::world::{FileKey, FileKind, StoredFile, UploadUrls};
use parts::Part;

/// Where files are, on the same server; what follows gives access to one.
pub(super) const PATH: &str = "/files/";

impl Facade {
    /// `POST /uploads`: a place for one file.
    pub(super) fn upload_url(&self, call: &Call) -> Result<Value, Refusal> {
        let kind = match (call.given.text("type"), self.platform) {
            // `photo` is of before TamTam's 0.1.10; MAX's schema says that it takes it no more.
            (Some("image"), _) | (Some("photo"), Platform::Tamtam) => FileKind::Image,
            (Some("video"), _) => FileKind::Video,
            (Some("audio"), _) => FileKind::Audio,
            (Some("file"), _) => FileKind::File,
            (Some(other), _) => {
                let known = "must be one of image, video, audio, file";
                return Err(Refusal::payload(&format!("type: {known}; given {other:?}")));
            }
            (None, _) => return Err(Refusal::payload("Missing required parameter: type")),
        };
        let folder = self.world.folder().map_err(|_| Refusal::internal())?.to_owned();
        let (key, token) = self.world.act(|state| {
            let key = state.add_file(call.bot, kind, &folder);
            let file = state.file(key);
            (file.upload_key.clone(), file.token.clone())
        });
        let comes_first = self.platform == Platform::Max && is_film_or_sound(kind);
        let url = format!("{}{PATH}{key}", call.base);
        let url = match self.world.look(|state| state.switches.upload_urls) {
            UploadUrls::WithScheme => url,
            UploadUrls::WithoutScheme => {
                url.split_once(':').map_or_else(|| url.clone(), |(_, rest)| rest.to_owned())
            }
        };
        let token = comes_first.then_some(token);
        Ok(render::json(&wire::UploadEndpoint { url, token }))
    }

    /// A file on its way in, by POST, or out, by GET: who knows its key may.
    pub(super) async fn file(
        &self,
        head: &request::Parts,
        key: &str,
        body: Body,
    ) -> Result<Response, Refusal> {
        let found = self.world.look(|it| it.file_by_upload_key(self.platform, key));
        let file = found.ok_or_else(|| Refusal::not_found("There is no such file"))?;
        match head.method {
            Method::POST | Method::PUT => self.upload(head, file, body).await,
            Method::GET | Method::HEAD => self.download(head, file).await,
            _ => Err(Refusal::not_allowed("Files come by POST and go by GET")),
        }
    }

    async fn upload(
        &self,
        head: &request::Parts,
        key: FileKey,
        body: Body,
    ) -> Result<Response, Refusal> {
        let fault = self.world.fault(self.platform, Operation::Upload);
        if let Some(answer) = meet(fault).await? {
            return Ok(answer);
        }
        let cut = match fault {
            Some(Fault::Cut { bytes }) => Some(bytes),
            _ => None,
        };
        let answer = self.receive(head, key, body, cut).await?;
        Ok(match fault {
            Some(Fault::LoseAnswer) => fault::broken_answer(),
            Some(Fault::Garble) => fault::garbled_answer(),
            Some(Fault::Empty) => fault::empty_answer(),
            _ => answer,
        })
    }

    async fn receive(
        &self,
        head: &request::Parts,
        key: FileKey,
        body: Body,
        cut: Option<u64>,
    ) -> Result<Response, Refusal> {
        let limit = self.world.look(|it| it.file(key).kind.limit(self.platform));
        match Part::of(&head.headers)? {
            Part::Form { boundary } => {
                self.receive_form(key, body, &boundary, Bounds { skip: 0, limit, cut }).await
            }
            Part::Whole { name } => {
                let mut incoming = self.open_whole(key).await?;
                let stream = body.into_data_stream();
                let end = incoming.take(stream, Bounds { skip: 0, limit, cut }).await?;
                self.received_whole(key, incoming, end, Named { name, mime_type: None })
            }
            Part::Range { first, last, total, name } => {
                if total > limit {
                    return Err(Broken::TooLarge(limit).into());
                }
                let part = Range { first, last, total };
                self.receive_range(key, body, part, name, cut).await
            }
        }
    }

    /// The first part of the form is the file, whatever the form calls it: the page says `data`,
    /// the official Java client `v1`.
    async fn receive_form(
        &self,
        key: FileKey,
        body: Body,
        boundary: &str,
        bounds: Bounds,
    ) -> Result<Response, Refusal> {
        let mut incoming = self.open_whole(key).await?;
        let stream = body.into_data_stream();
        let mut form = multer::Multipart::new(stream, boundary);
        let wrong = |why: multer::Error| Refusal::from(Broken::Client(why.to_string()));
        let field = form.next_field().await.map_err(wrong)?;
        let field = field.ok_or_else(|| Refusal::payload("The form has no file in it"))?;
        let name = field.file_name().map(str::to_owned);
        let mime_type = field.content_type().map(ToString::to_string);
        let end = incoming.take(field, bounds).await?;
        if end != End::Cut {
            // What is not closed was cut on its way.
            while form.next_field().await.map_err(wrong)?.is_some() {}
        }
        self.received_whole(key, incoming, end, Named { name, mime_type })
    }

    /// One URL takes one file: MAX's schema 0.0.32, `POST /uploads`.
    async fn open_whole(&self, key: FileKey) -> Result<Incoming, Refusal> {
        Incoming::open(&self.world, key, false, || {
            let is_complete = self.world.look(|it| it.file(key).complete.is_some());
            let taken = "This URL has its file; ask for another one";
            if is_complete { Err(Refusal::upload(StatusCode::CONFLICT, taken)) } else { Ok(0) }
        })
        .await
    }

    fn received_whole(
        &self,
        key: FileKey,
        incoming: Incoming,
        end: End,
        named: Named,
    ) -> Result<Response, Refusal> {
        match end {
            End::Cut => Ok(fault::broken_answer()),
            End::Whole(0) => Err(Refusal::payload("The file is empty")),
            End::Whole(_) => {
                let total = incoming.keep();
                Ok(self.completed(key, total, named))
            }
        }
    }

    async fn receive_range(
        &self,
        key: FileKey,
        body: Body,
        Range { first, last, total }: Range,
        name: Option<String>,
        cut: Option<u64>,
    ) -> Result<Response, Refusal> {
        let part = Range { first, last, total };
        let opened = Incoming::open(&self.world, key, true, || {
            self.world.look(|state| place(state.file(key), part))
        })
        .await;
        let stream = body.into_data_stream();
        let mut incoming = match opened {
            Ok(incoming) => incoming,
            Err(InPlace::Refused(refusal)) => return Err(refusal),
            Err(InPlace::Here(here)) => {
                let path = self.world.look(|it| it.file(key).path.clone());
                let kept = Kept { first, expected: part.length() };
                return match incoming::compare(&path, kept, stream, cut).await? {
                    Compared::Same => Ok(self.part_kept(key, here, total)),
                    Compared::Other => Err(Refusal::upload(
                        StatusCode::CONFLICT,
                        "These bytes came before, and were others; ask for another URL",
                    )),
                    Compared::Cut => Ok(fault::broken_answer()),
                    Compared::Length(came) => Err(part.wrong_length(&came)),
                };
            }
        };
        self.world.act(|state| {
            let file = state.file_mut(key);
            file.total = Some(total);
            if name.is_some() {
                file.name = name;
            }
        });
        let bounds = Bounds { skip: incoming.at() - first, limit: last + 1, cut };
        match incoming.take(stream, bounds).await {
            Ok(End::Cut) => Ok(fault::broken_answer()),
            Ok(End::Whole(came)) if came == part.length() => {
                let kept = incoming.keep();
                Ok(self.part_kept(key, kept, total))
            }
            Ok(End::Whole(came)) => Err(part.wrong_length(&came.to_string())),
            Err(Broken::TooLarge(_)) => Err(part.wrong_length("more")),
            Err(broken) => Err(broken.into()),
        }
    }

    /// The answer to a part: to the last one it is the result; to any other, what is here, as
    /// servers for uploads in parts say it.
    fn part_kept(&self, key: FileKey, kept: u64, total: u64) -> Response {
        if kept < total {
            return format!("0-{}/{total}", kept.saturating_sub(1)).into_response();
        }
        self.completed(key, total, Named::default())
    }

    fn completed(&self, key: FileKey, total: u64, Named { name, mime_type }: Named) -> Response {
        let file = self.world.act(|state| {
            let now = state.now();
            let file = state.file_mut(key);
            file.total = Some(total);
            file.complete.get_or_insert(now);
            file.name = name.or(file.name.take());
            file.mime_type = mime_type.or(file.mime_type.take());
            file.clone()
        });
        let token = file.token;
        match file.kind {
            FileKind::Image => {
                let photos = [(file.id.to_string(), wire::PhotoToken { token })];
                Json(wire::PhotoTokens { photos: photos.into() }).into_response()
            }
            kind if self.platform == Platform::Max && is_film_or_sound(kind) => {
                ([(CONTENT_TYPE, "application/xml")], "<retval>1</retval>").into_response()
            }
            _ => Json(json!({"token": token})).into_response(),
        }
    }
}

/// A part of a file, with the number of bytes of the whole.
#[derive(Clone, Copy)]
struct Range {
    first: u64,
    last: u64,
    total: u64,
}

impl Range {
    fn length(self) -> u64 {
        self.last - self.first + 1
    }

    fn wrong_length(self, came: &str) -> Refusal {
        let announced = self.length();
        Refusal::payload(&format!(
            "Content-Range: {announced} bytes were announced, and {came} came"
        ))
    }
}

/// From where on a part of a file is written.
fn place(file: &StoredFile, Range { first, last, total }: Range) -> Result<u64, InPlace> {
    let here = file.bytes;
    let refused = |status, why: &str| {
        Err(InPlace::Refused(Refusal::upload(status, &format!("Content-Range: {why}"))))
    };
    match file.total {
        // Who announced another length by mistake begins anew.
        Some(known) if known != total && first == 0 && file.complete.is_none() => Ok(0),
        Some(known) if known != total => {
            refused(StatusCode::CONFLICT, &format!("the file has {known} bytes, and now {total}"))
        }
        // The answer to it was lost, and it is sent again.
        _ if last < here => Err(InPlace::Here(here)),
        _ if first > here => refused(
            StatusCode::RANGE_NOT_SATISFIABLE,
            &format!(
                "bytes {first}-{last} came, and byte {here} is the next; this server does not \
                 support parallel upload"
            ),
        ),
        _ => Ok(here),
    }
}

/// What an upload says of its file.
#[derive(Default)]
struct Named {
    name: Option<String>,
    mime_type: Option<String>,
}

/// Why a part is not written.
enum InPlace {
    /// So many bytes are here, it among them.
    Here(u64),
    Refused(Refusal),
}

impl From<Broken> for InPlace {
    fn from(broken: Broken) -> Self {
        Self::Refused(broken.into())
    }
}

impl From<Broken> for Refusal {
    fn from(broken: Broken) -> Self {
        let status = match broken {
            Broken::Busy => StatusCode::CONFLICT,
            Broken::Silent => StatusCode::REQUEST_TIMEOUT,
            Broken::Client(_) => StatusCode::BAD_REQUEST,
            Broken::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Broken::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::upload(status, &broken.to_string())
    }
}

fn is_film_or_sound(kind: FileKind) -> bool {
    matches!(kind, FileKind::Video | FileKind::Audio)
}
