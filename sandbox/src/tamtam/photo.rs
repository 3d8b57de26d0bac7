//! Pictures that a bot gives to a chat or to itself.

use std::path::Path;

use adapter_tamtam::wire;

use super::refusal::Refusal;
use crate::world::{AccountKey, FileKey, FileKind, State};

/// The picture that a request names, by one of `photos`, `url` and `token`.
pub(super) fn named(
    state: &mut State,
    bot: AccountKey,
    photo: &wire::PhotoRequestPayload<'_>,
) -> Result<FileKey, Refusal> {
    let platform = state.account(bot).platform;
    let uploaded = photo.photos.as_ref().and_then(|it| it.values().next());
    let token = uploaded.map(|it| it.token.as_ref()).or(photo.token.as_deref());
    if let Some(token) = token {
        let file = state.file_by_token(platform, token);
        return file
            .filter(|key| state.file(*key).kind == FileKind::Image)
            .ok_or_else(|| Refusal::payload("token: there is no such picture"));
    }
    match photo.url.as_deref() {
        // Asserted by the official client's suite: blanks are refused.
        Some(url) if url::Url::parse(url.trim()).is_err() => {
            Err(Refusal::payload("url: must be the address of a picture"))
        }
        Some(url) => {
            let key = state.add_file(bot, FileKind::Image, Path::new(""));
            let now = state.now();
            let file = state.file_mut(key);
            (file.origin, file.complete) = (Some(url.trim().to_owned()), Some(now));
            Ok(key)
        }
        None => Err(Refusal::payload("No `photos`, `url` or `token` provided. Check payload.")),
    }
}
