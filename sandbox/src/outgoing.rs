//! Files on their way out, whole or in ranges.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Request, StatusCode, Uri, request};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower_http::services::ServeFile;

use crate::world::StoredFile;

/// Why the content of a file is not served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unserved {
    /// A bot named its address instead of sending it.
    #[error("its content is at {0}, and nobody fetched it")]
    Elsewhere(String),
    /// The range that is asked for is none of the file.
    #[error("Range: the file has {0} bytes")]
    Range(u64),
    /// This machine fails.
    #[error("reading a file: {0}")]
    Disk(#[from] io::Error),
}

/// The content of a file, as a request asks for it: GET or HEAD, with or without a range.
pub(crate) async fn serve(head: &request::Parts, file: &StoredFile) -> Result<Response, Unserved> {
    if let Some(origin) = &file.origin {
        return Err(Unserved::Elsewhere(origin.clone()));
    }
    let mut request = Request::new(Body::empty());
    *request.method_mut() = if head.method == Method::HEAD { Method::HEAD } else { Method::GET };
    *request.uri_mut() = Uri::from_static("/");
    *request.headers_mut() = head.headers.clone();
    let mime = file.mime();
    let mut served = ServeFile::new_with_mime(&file.path, &mime);
    let mut response = served.try_call(request).await?.map(Body::new);
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        return Err(Unserved::Range(file.bytes));
    }
    if let Ok(mime) = HeaderValue::from_str(mime.as_ref()) {
        response.headers_mut().insert(CONTENT_TYPE, mime);
    }
    if let Some(name) = &file.name {
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
        // RFC 6266: percent-encoded, so that any name passes.
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
            response.headers_mut().insert(CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}

/// The connection breaks after so many bytes of the content.
pub(crate) fn cut(response: Response, bytes: u64) -> Response {
    let (head, body) = response.into_parts();
    let mut left = bytes;
    let lost = || Err(io::Error::other("the line is cut"));
    let kept = body.into_data_stream().map(move |piece| {
        let mut piece: Bytes = piece.map_err(io::Error::other)?;
        if left == 0 {
            return lost();
        }
        piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left -= u64::try_from(piece.len()).unwrap_or(left);
        Ok(piece)
    });
    // The file may be shorter than what is let through.
    let body = Body::from_stream(kept.chain(stream::once(async move { lost() })));
    (head, body).into_response()
}
