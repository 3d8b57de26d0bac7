//! Pictures that a bot gives to a chat or to itself.

use adapter_tamtam::wire;

use super::refusal::Refusal;
use crate::world::{AccountKey, FileKey, FileKind, State};

/// The picture that a request names, by one of `photos`, `url` and `token`.
pub(super) fn named(
    state: &mut State,
    bot: AccountKey,
    photo: &wire::PhotoRequestPayload<'_>,
) -> Result<FileKey, Refusal> {
    let uploaded = photo.photos.as_ref().and_then(|it| it.values().next());
    let token = uploaded.map(|it| it.token.as_str()).or(photo.token.as_deref());
    if let Some(token) = token {
        let (key, may_use) =
            state.file_for(bot, token).ok_or_else(|| Refusal::unknown_token("image"))?;
        return match state.file(key) {
            file if file.kind != FileKind::Image => Err(Refusal::unknown_token("image")),
            _ if !may_use => Err(Refusal::not_owner("image")),
            file if file.complete.is_none() => Err(Refusal::not_processed("image")),
            _ => Ok(key),
        };
    }
    match photo.url.as_deref() {
        // Asserted by the official client's suite: blanks are refused.
        Some(url) if url::Url::parse(url.trim()).is_err() => {
            Err(Refusal::payload("url: must be the address of a picture"))
        }
        Some(url) => Ok(state.add_picture_at(bot, url.trim())),
        None => Err(Refusal::payload("No `photos`, `url` or `token` provided. Check payload.")),
    }
}
