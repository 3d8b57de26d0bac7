//! Uploads, films, downloads.
//!
//! An upload is two steps: the API names an address, mostly on another host, and the file goes
//! there. Whoever knows the address may upload to it, so neither it nor the bot's token is shown
//! to the other side of either.

mod outcome;
mod pieces;

use gateway_core::http::{Answer, Operation, Repeat};
use gateway_core::messenger::{Bytes, Error, ErrorKind, Result, Upload};
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};
use std::time::Duration;
use tokio_util::io::ReaderStream;
use url::Url;

use super::{Client, read};
use crate::error::from_file_host;
use crate::{Dialect, wire};

/// Another address harms nobody.
const ENDPOINT: Operation = Operation::new("getUploadUrl", "uploading a file", Repeat::Safe);
/// A stream can be read once.
const WHOLE: Operation = Operation::new("upload", "uploading a file", Repeat::Never);
const VIDEO: Operation =
    Operation::new("getVideoAttachmentDetails", "asking about a film", Repeat::Safe);
const OPEN: Operation = Operation::new("download", "opening a file", Repeat::Never);

/// How long a file of unknown length, or a picture, may take.
const WHOLE_DEADLINE: Duration = Duration::from_hours(1);

/// How much of a file that goes at once is held in memory, in bytes.
const BUFFER: usize = 64 * 1024;

/// A file that is on the platform and can be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Uploaded {
    /// As what.
    pub kind: wire::UploadType,
    /// By which it is sent.
    pub token: String,
}

impl Uploaded {
    /// What a message carries to send it.
    pub fn attachment(&self) -> wire::AttachmentRequest<'_> {
        let token = Some(self.token.as_str().into());
        let payload = wire::UploadedInfo { token: token.clone() };
        wire::AttachmentRequest::Known(match self.kind {
            wire::UploadType::Image => {
                let payload =
                    wire::PhotoRequestPayload { token, ..wire::PhotoRequestPayload::default() };
                wire::KnownAttachmentRequest::Image { payload }
            }
            wire::UploadType::Video => wire::KnownAttachmentRequest::Video { payload },
            wire::UploadType::Audio => wire::KnownAttachmentRequest::Audio { payload },
            wire::UploadType::File => wire::KnownAttachmentRequest::File { payload },
        })
    }
}

impl Client {
    /// Where one file can be uploaded: `getUploadUrl`.
    pub async fn upload_endpoint(&self, kind: wire::UploadType) -> Result<wire::UploadEndpoint> {
        let call = self.call(&ENDPOINT, Method::POST, &["uploads"]);
        call.query("type", kind.as_str()).send(read).await
    }

    /// Uploads a file: `getUploadUrl`, and what the schemas say under "upload".
    ///
    /// A film, a sound or a file whose length is known goes in pieces, of which each is sent again
    /// where its line broke. A picture, and whatever has no known length, goes as one form, which
    /// cannot be taken up again. No more than a piece is held in memory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] before anything is sent, where the length is known;
    /// [`ErrorKind::Invalid`] for content that is empty, shorter or longer than was said, or cannot
    /// be read; [`ErrorKind::Protocol`] for an answer that names no token.
    pub async fn upload(&self, kind: wire::UploadType, file: Upload) -> Result<Uploaded> {
        self.check_size(kind, file.bytes)?;
        let endpoint = self.upload_endpoint(kind).await?;
        let url = self.absolute(&endpoint.url)?;
        let token = match (kind, file.bytes) {
            (wire::UploadType::Image, _) | (_, None) => {
                self.upload_whole(url, &endpoint, file).await?
            }
            (_, Some(bytes)) => self.upload_pieces(url, &endpoint, file, bytes).await?,
        };
        Ok(Uploaded { kind, token })
    }

    /// MAX: where a film can be seen, and how large it is: `getVideoAttachmentDetails`.
    pub async fn video(&self, token: &str) -> Result<wire::VideoAttachmentDetails> {
        self.only_on(Dialect::Max, &VIDEO, "there the attachment says where the film is")?;
        let token = self.part(&VIDEO, "token", token)?;
        self.call(&VIDEO, Method::GET, &["videos", token]).send(read).await
    }

    /// Opens a file at an address that an attachment names. It comes as it is read; the bot's
    /// token does not go there.
    pub async fn open(&self, url: &str) -> Result<Bytes> {
        let url = Url::parse(url).map_err(|why| {
            Error::invalid(OPEN.doing, "url", why.to_string()).on(self.dialect.platform())
        })?;
        self.http.call_at(&OPEN, Method::GET, url)?.open(from_file_host).await
    }

    fn check_size(&self, kind: wire::UploadType, bytes: Option<u64>) -> Result<()> {
        let Some(given) = bytes else { return Ok(()) };
        let platform = self.dialect.platform();
        if given == 0 {
            return Err(Error::invalid(WHOLE.doing, "content", "it is empty").on(platform));
        }
        let limit = self.dialect.largest_upload(kind);
        if given <= limit {
            return Ok(());
        }
        let number = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
        let (field, limit, given) = ("content".to_owned(), number(limit), number(given));
        Err(Error::new(ErrorKind::TooLarge { field, limit, given }, WHOLE.doing).on(platform))
    }

    /// The address; one without a scheme has the API's. Asserted by the official client's suite
    /// that there are such.
    fn absolute(&self, url: &str) -> Result<Url> {
        let whole = match url.strip_prefix("//") {
            Some(rest) => format!("{}://{rest}", self.scheme),
            None if url.contains("://") => url.to_owned(),
            None => format!("{}://{url}", self.scheme),
        };
        Url::parse(&whole).map_err(|why| {
            let error = Error::new(ErrorKind::Protocol, ENDPOINT.doing);
            error.on(self.dialect.platform()).with_text(format!("the upload address: {why}"))
        })
    }

    /// Uploads everything at once. The field is named as both schemas' examples name it.
    async fn upload_whole(
        &self,
        url: Url,
        endpoint: &wire::UploadEndpoint,
        file: Upload,
    ) -> Result<String> {
        let body = Body::wrap_stream(ReaderStream::with_capacity(file.content, BUFFER));
        let part = match file.bytes {
            Some(bytes) => Part::stream_with_length(body, bytes),
            None => Part::stream(body),
        };
        let part = part.file_name(file.name);
        let part = match &file.mime_type {
            Some(mime_type) => part.mime_str(mime_type).map_err(|why| {
                let why = format!("{mime_type:?}: {why}");
                Error::invalid(WHOLE.doing, "mime_type", why).on(self.dialect.platform())
            })?,
            None => part,
        };
        let call = self.http.call_at(&WHOLE, Method::POST, url)?.deadline(WHOLE_DEADLINE);
        let call = call.multipart(Form::new().part("data", part));
        call.send(|answer| outcome::token(stored(answer)?, endpoint)).await
    }
}

/// The answer, if the host has taken what it was given.
fn stored(answer: &Answer) -> Result<&Answer> {
    if answer.is_success() { Ok(answer) } else { Err(from_file_host(answer)) }
}
