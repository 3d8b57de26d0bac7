//! Files: uploading them and fetching them.

use std::path::Path;

use async_trait::async_trait;
use gateway_core::messenger::{Bytes, Error, ErrorKind, Files, Result, Upload};
use gateway_core::model::{Attachment, AttachmentKind, FileId, Media, NewMessage, Source};

use super::TamTam;
use crate::file_id::FileRef;
use crate::wire::UploadType;

/// What is being done to files of a message.
const UPLOADING: &str = "uploading a file";

impl TamTam {
    /// The same message with all its files on the platform.
    ///
    /// # Errors
    ///
    /// None of them may mean that the message was sent.
    pub(super) async fn with_files(
        &self,
        doing: &'static str,
        new: &NewMessage,
    ) -> Result<NewMessage> {
        let mut new = new.clone();
        for (number, attachment) in new.attachments.iter_mut().enumerate() {
            let Some(path) = on_this_machine(attachment) else { continue };
            let field = format!("attachments[{number}].source");
            let file = opened(path, attachment.media()).await.map_err(|why| {
                let why = format!("{}: {why}", path.display());
                self.said(Error::invalid(doing, field, why))
            })?;
            let stored = self.store(attachment.kind(), file).await.map_err(nothing_sent)?;
            if let Some(media) = media_of(attachment) {
                media.source = stored.source;
            }
        }
        Ok(new)
    }

    async fn store(&self, kind: AttachmentKind, file: Upload) -> Result<Media> {
        let kind = match kind {
            AttachmentKind::Image => UploadType::Image,
            AttachmentKind::Video => UploadType::Video,
            AttachmentKind::Audio | AttachmentKind::Voice => UploadType::Audio,
            AttachmentKind::File => UploadType::File,
            other => {
                let what = format!("uploads of kind {other:?}");
                return Err(self.said(Error::unsupported(UPLOADING, what)));
            }
        };
        let (name, mime_type, bytes) =
            (Some(file.name.clone()), file.mime_type.clone(), file.bytes);
        let uploaded = self.client.upload(kind, file).await?;
        let id = FileRef::new(&uploaded.token, None).to_id();
        Ok(Media { name, mime_type, bytes, ..Media::stored(id) })
    }
}

#[async_trait]
impl Files for TamTam {
    async fn upload(&self, kind: AttachmentKind, file: Upload) -> Result<Media> {
        self.store(kind, file).await
    }

    /// A file that has arrived in a message: the platforms tell no address of one that was merely
    /// uploaded.
    async fn open(&self, file: &FileId) -> Result<Bytes> {
        let Some(url) = FileRef::of(file).url else {
            let why = "it was uploaded and has no address; one that arrives in a message has";
            return Err(self.said(Error::invalid("opening a file", "file", why)));
        };
        self.client.open(url).await
    }
}

/// The file of this machine that an attachment is.
pub(super) fn on_this_machine(attachment: &Attachment) -> Option<&Path> {
    match &attachment.media()?.source {
        Source::Path(path) => Some(path),
        Source::Stored(_) | Source::Url(_) => None,
    }
}

async fn opened(path: &Path, media: Option<&Media>) -> std::io::Result<Upload> {
    let file = tokio::fs::File::open(path).await?;
    let about = file.metadata().await?;
    if !about.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let own = || path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = media.and_then(|media| media.name.clone()).or_else(own);
    Ok(Upload {
        name: name.unwrap_or_else(|| "file".to_owned()),
        mime_type: media.and_then(|media| media.mime_type.clone()),
        bytes: Some(about.len()),
        content: Box::pin(file),
    })
}

fn media_of(attachment: &mut Attachment) -> Option<&mut Media> {
    match attachment {
        Attachment::Image(image) => Some(&mut image.media),
        Attachment::Video(video) => Some(&mut video.media),
        Attachment::Audio(audio) | Attachment::Voice(audio) => Some(&mut audio.media),
        Attachment::File(media) => Some(media),
        Attachment::Sticker(sticker) => Some(&mut sticker.media),
        _ => None,
    }
}

/// An upload may have happened, but the message whose file it is was not sent for sure.
fn nothing_sent(error: Error) -> Error {
    if !error.may_have_happened() {
        return error;
    }
    let kind = match error.kind() {
        ErrorKind::Timeout { .. } => ErrorKind::Timeout { may_have_happened: false },
        _ => ErrorKind::Unavailable { may_have_happened: false },
    };
    Error::new(kind, UPLOADING).with_text("the message was not sent").with_source(error)
}
