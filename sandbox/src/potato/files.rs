//! Files on their way out.

use adapter_potato::wire;
use axum::http::{Method, request};
use axum::response::{IntoResponse as _, Response};

use super::answer::{Answer, Failure};
use super::call::Call;
use super::form::MEGABYTE;
use super::{Facade, meet, render};
use crate::Platform;
use crate::fault::{self, Fault, Operation};
use crate::outgoing::{self, Unserved};
use crate::world::{StoredFile, potato_file_name};

/// The largest file that a bot may fetch: document, `getFile`.
const DOWNLOAD_BYTES: u64 = 100 * MEGABYTE;

impl Facade {
    /// The address has the bot's token in it, as in the document's example. What a bot offered inline
    /// by its address has that.
    pub(super) fn get_file(&self, call: &Call) -> Answer {
        let given: wire::GetFile<'_> = call.parameters()?;
        self.world.look(|state| {
            let key = state.file_by_token(Platform::Potato, &given.file_id);
            let file = key.map(|key| state.file(key)).filter(|it| it.complete.is_some());
            let file = file.ok_or(Failure::NoSuchFile)?;
            if file.bytes > DOWNLOAD_BYTES {
                return Err(Failure::FileTooLarge);
            }
            let bot = state.account(call.bot).bot.as_ref();
            let token = bot.map(|it| it.token.as_str()).unwrap_or_default();
            let here = || format!("{}/files/{token}/{}", call.base, name(file));
            let url = file.origin.clone().unwrap_or_else(here);
            Ok(Some(render::json(&wire::FileUrl { url })))
        })
    }

    pub(super) async fn download(
        &self,
        token: &str,
        name: &str,
        head: &request::Parts,
    ) -> Result<Response, Failure> {
        if !matches!(head.method, Method::GET | Method::HEAD) {
            return Err(Failure::UnknownMethod);
        }
        self.world.bot_by_token(Platform::Potato, token).ok_or(Failure::InvalidToken)?;
        let fault = self.world.fault(Platform::Potato, Operation::Download);
        meet(fault).await?;
        let file = self.world.look(|state| {
            let is_it = |it: &&StoredFile| {
                it.platform == Platform::Potato && it.complete.is_some() && self::name(it) == name
            };
            state.files().map(|(_, it)| it).find(is_it).cloned()
        });
        let file = file.ok_or(Failure::NoSuchFile)?;
        let response = match outgoing::serve(head, &file).await {
            Ok(response) => response,
            Err(Unserved::Range(_)) => return Err(Failure::wrong("there is no such range")),
            Err(Unserved::Elsewhere(_)) => return Err(Failure::NoSuchFile),
            Err(Unserved::Disk(_)) => return Err(Failure::Internal),
        };
        Ok(match fault {
            Some(Fault::LoseAnswer) => fault::broken_answer(),
            Some(Fault::Garble) => fault::garbled_answer(),
            Some(Fault::Empty) => fault::empty_answer(),
            Some(Fault::Cut { bytes }) => outgoing::cut(response, bytes).into_response(),
            _ => response,
        })
    }
}

/// What a file is called in its address.
fn name(file: &StoredFile) -> String {
    let by_name = file.name.as_deref().and_then(|name| {
        let (_, extension) = name.rsplit_once('.')?;
        let is_plain =
            !extension.is_empty() && extension.chars().all(|it| it.is_ascii_alphanumeric());
        is_plain.then(|| extension.to_lowercase())
    });
    let by_kind = || mime_guess::get_mime_extensions(&file.mime()).map(|them| them[0].to_owned());
    let stem = potato_file_name(&file.token);
    match by_name.or_else(by_kind) {
        Some(extension) => format!("{stem}.{extension}"),
        None => stem,
    }
}
