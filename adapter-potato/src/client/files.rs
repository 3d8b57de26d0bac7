//! Files on their way back.

use std::fmt;

use gateway_core::http::{ExposeSecret as _, Operation, Repeat, SecretString};
use gateway_core::messenger::{Bytes, Error, ErrorKind, Result};
use gateway_core::model::Platform;
use reqwest::Method;
use url::Url;

use super::{Client, FileHost, not_empty};
use crate::error::from_file_host;
use crate::wire;

const FILE: Operation = Operation::new("getFile", "opening a file", Repeat::Safe);
const OPEN: Operation = Operation::new("download", "opening a file", Repeat::Safe);

/// Where a file can be fetched. The bot's token is in the address, so it is never shown.
#[derive(Clone)]
pub struct FileAddress(SecretString);

impl FileAddress {
    /// The address. Whoever has it has the bot.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for FileAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileAddress")
    }
}

impl Client {
    /// Where a file can be fetched: `getFile`; up to 100 MB, says the document. On the host that
    /// [`FileHost`] says.
    pub async fn file(&self, file_id: &str) -> Result<FileAddress> {
        not_empty(&FILE, "file_id", file_id)?;
        let told: wire::FileUrl =
            self.post(&FILE, &wire::GetFile { file_id: file_id.into() }).await?;
        let url = Url::parse(&told.url).map_err(|why| {
            // What was told may be half an address, with the token in it.
            let text = format!("the file's address is none: {why}");
            Error::new(ErrorKind::Protocol, FILE.doing).on(Platform::POTATO).with_text(text)
        })?;
        let url = match self.file_host {
            FileHost::AsTold => url,
            FileHost::Api => self.on_api_host(&url),
        };
        Ok(FileAddress(url.to_string().into()))
    }

    /// Opens a file. It comes as it is read.
    pub async fn open_file(&self, file_id: &str) -> Result<Bytes> {
        let address = self.file(file_id).await?;
        let url = Url::parse(address.expose()).map_err(|why| {
            Error::new(ErrorKind::Protocol, FILE.doing)
                .on(Platform::POTATO)
                .with_text(format!("the file's address is none: {why}"))
        })?;
        self.http.call_at(&OPEN, Method::GET, url)?.open(from_file_host).await
    }

    /// The same path on the API's host, and there where the API is: it may be reached by a path of
    /// its own, of which the platform knows nothing.
    fn on_api_host(&self, url: &Url) -> Url {
        let mut here = self.base_url.clone();
        let base = here.path().trim_end_matches('/');
        let is_told = url.path().strip_prefix(base).is_some_and(|rest| rest.starts_with('/'));
        let path = if is_told { url.path().to_owned() } else { format!("{base}{}", url.path()) };
        here.set_path(&path);
        here.set_query(url.query());
        here
    }
}
