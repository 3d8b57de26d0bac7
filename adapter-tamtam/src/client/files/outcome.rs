//! What an upload host says of a file that it has taken.

use std::collections::BTreeMap;

use gateway_core::http::Answer;
use gateway_core::messenger::{ErrorKind, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::wire;

/// Everything that is known to come back as JSON.
#[derive(Deserialize)]
struct Said {
    /// Of a film, a sound or a file on TamTam, of a file on MAX.
    token: Option<String>,
    /// Of a picture.
    photos: Option<BTreeMap<String, wire::PhotoToken>>,
    /// Anything else: an upload host tells of errors in a way that is not documented.
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// The token of what was uploaded, whatever form the answer has. Where the API named one together
/// with the address, as MAX does for films and sounds, the host only has to say that all is well:
/// by the XML `<retval>1</retval>`, seen on the wire, or by nothing at all.
///
/// # Errors
///
/// [`ErrorKind::Protocol`] for an answer that names none where one is needed, or tells of an error.
pub(super) fn token(answer: &Answer, endpoint: &wire::UploadEndpoint) -> Result<String> {
    let named_before = || endpoint.token.clone();
    let body = answer.body().trim_ascii();
    let token = match serde_json::from_slice::<Said>(body) {
        Ok(Said { photos: Some(photos), .. }) if !photos.is_empty() => {
            photos.into_values().next().map(|photo| photo.token)
        }
        Ok(Said { token: Some(token), .. }) => Some(token),
        Ok(Said { rest, .. }) if rest.keys().any(|name| name.starts_with("error")) => None,
        Ok(_) => named_before(),
        Err(_) if body.is_empty() || is_well(body) => named_before(),
        Err(_) => None,
    };
    token.filter(|token| !token.is_empty()).ok_or_else(|| {
        let shown = String::from_utf8_lossy(body);
        let text = format!("the upload host names no token; it says: {shown}");
        answer.refusal(ErrorKind::Protocol, None, Some(&text))
    })
}

fn is_well(body: &[u8]) -> bool {
    const WELL: &[u8] = b"<retval>1</retval>";
    body.windows(WELL.len()).any(|part| part == WELL)
}
