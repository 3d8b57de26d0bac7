//! Files: along with messages, and back.

use std::path::Path;

use async_trait::async_trait;
use gateway_core::messenger::{Bytes, Error, Files, Result, Upload};
use gateway_core::model::{AttachmentKind, FileId, Media, Source};

use super::{Potato, here};

impl Potato {
    /// The file that comes along with a message, opened; `None` when it is on the platform. `field`
    /// is what the message has it in.
    pub(super) async fn along(
        &self,
        doing: &'static str,
        field: &str,
        media: Option<&Media>,
    ) -> Result<Option<Upload>> {
        let Some(Media { source: Source::Path(path), name, mime_type, .. }) = media else {
            return Ok(None);
        };
        let (file, bytes) = opened(path).await.map_err(|why| {
            let why = format!("{}: {why}", path.display());
            here(Error::invalid(doing, format!("{field}.source"), why))
        })?;
        let own = || path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.clone().or_else(own).unwrap_or_else(|| "file".to_owned());
        let (mime_type, bytes) = (mime_type.clone(), Some(bytes));
        Ok(Some(Upload { name, mime_type, bytes, content: Box::pin(file) }))
    }
}

/// A file and its length. What is no file is not opened: a pipe would have everybody wait for
/// whoever writes into it.
async fn opened(path: &Path) -> std::io::Result<(tokio::fs::File, u64)> {
    if !tokio::fs::metadata(path).await?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let file = tokio::fs::File::open(path).await?;
    let bytes = file.metadata().await?.len();
    Ok((file, bytes))
}

#[async_trait]
impl Files for Potato {
    /// There is no upload without a message.
    async fn upload(&self, _: AttachmentKind, _: Upload) -> Result<Media> {
        let error = Error::unsupported("uploading a file", "uploads without a message");
        let instead = "send it with a message: by its path, or by the client's send_document";
        Err(here(error.with_text(instead)))
    }

    async fn open(&self, file: &FileId) -> Result<Bytes> {
        self.client.open_file(file.as_str()).await
    }
}
