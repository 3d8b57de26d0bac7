//! Pictures that the messenger has by itself: of stickers, and of films. What is in a film nobody
//! looks at, so each is drawn as its name on a plain ground.

use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::refusal::Refusal;

const STICKERS: &str = "/stickers/";
const THUMBNAILS: &str = "/thumbnails/";

/// Where the picture of a sticker is.
pub(super) fn sticker_path(code: &str) -> String {
    format!("{STICKERS}{}", utf8_percent_encode(code, NON_ALPHANUMERIC))
}

/// Where the picture of a film is.
pub(super) fn thumbnail_path(upload_key: &str) -> String {
    format!("{THUMBNAILS}{upload_key}")
}

/// The picture at a path; `None` when the path is for something else.
pub(super) fn at(method: &Method, path: &str) -> Option<Result<Response, Refusal>> {
    let (words, width, height) = match (path.strip_prefix(STICKERS), path.strip_prefix(THUMBNAILS))
    {
        (Some(code), _) => (percent_decode_str(code).decode_utf8_lossy().into_owned(), 256, 256),
        // The key gives access to the film: it does not show.
        (_, Some(_)) => ("film".to_owned(), 640, 360),
        _ => return None,
    };
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Some(Err(Refusal::not_allowed("Pictures go by GET")));
    }
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#ddd\"/>\
         <text x=\"50%\" y=\"50%\" text-anchor=\"middle\">{words}</text></svg>"
    );
    Some(Ok(([(CONTENT_TYPE, "image/svg+xml")], drawing).into_response()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sticker_and_a_film_have_pictures() {
        let path = sticker_path("a/<b>");
        assert_eq!(path, "/stickers/a%2F%3Cb%3E");
        let status =
            |method, path: &str| at(&method, path).map(|it| it.into_response().status().as_u16());
        assert_eq!(status(Method::GET, &path), Some(200));
        let film = thumbnail_path("key");
        assert_eq!(status(Method::GET, &film), Some(200));
        assert_eq!(status(Method::POST, &film), Some(405));
        assert!(at(&Method::GET, "/messages").is_none());
    }
}
