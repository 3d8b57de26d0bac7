//! Uploading in pieces: what the official client does, and what the schemas call resumable.

use std::time::Duration;

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::{Bytes, Error, Result, Upload};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;
use url::Url;

use super::{outcome, stored};
use crate::client::Client;
use crate::wire;

/// The same bytes at the same place change nothing.
const PIECE: Operation = Operation::new("uploadPiece", "uploading a file", Repeat::Safe);

/// How long one try of one piece may take.
const PIECE_DEADLINE: Duration = Duration::from_mins(2);

/// How long the content may take to give a piece.
const CONTENT_DEADLINE: Duration = Duration::from_mins(5);

/// What stands in a header as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Client {
    /// Uploads one piece after another; the answer to the last is the result. Asserted by the
    /// official client: the platform takes no two of a file at once.
    pub(super) async fn upload_pieces(
        &self,
        url: Url,
        endpoint: &wire::UploadEndpoint,
        file: Upload,
        total: u64,
    ) -> Result<String> {
        let name = self.value(&CONTENT_DISPOSITION, disposition(&file.name))?;
        let mut content = file.content;
        let mut begin = 0_u64;
        loop {
            let piece = self.next_piece(&mut content, begin, total).await?;
            let end = begin + piece.len() as u64;
            let range = format!("bytes {begin}-{}/{total}", end - 1);
            let call = self
                .http
                .call_at(&PIECE, Method::POST, url.clone())?
                .deadline(PIECE_DEADLINE)
                .header(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"))
                .header(CONTENT_RANGE, self.value(&CONTENT_RANGE, range)?)
                .header(CONTENT_DISPOSITION, name.clone())
                // The official client says so.
                .header(
                    HeaderName::from_static("x-requested-with"),
                    HeaderValue::from_static("XMLHttpRequest"),
                )
                .body(piece);
            // An answer that makes no sense is no reason to send the piece again.
            let said = call.send(|answer| {
                let answer = stored(answer)?;
                Ok((end == total).then(|| outcome::token(answer, endpoint)))
            });
            match said.await? {
                Some(token) => return token,
                None => begin = end,
            }
        }
    }

    /// The bytes from `begin` on: as many as a piece has, or as are left.
    async fn next_piece(&self, content: &mut Bytes, begin: u64, total: u64) -> Result<Vec<u8>> {
        let wrong =
            |why: String| Error::invalid(PIECE.doing, "content", why).on(self.dialect.platform());
        let size = (total - begin).min(self.upload_chunk_bytes as u64);
        let is_last = begin + size == total;
        // One byte too many shows content that is longer than was said.
        let wanted = if is_last { size + 1 } else { size };
        let mut piece = Vec::with_capacity(usize::try_from(wanted).unwrap_or_default());
        let mut reader = content.take(wanted);
        let got = timeout(CONTENT_DEADLINE, reader.read_to_end(&mut piece)).await;
        let got = got.map_err(|_| {
            wrong(format!("it gave no piece for {} ms", CONTENT_DEADLINE.as_millis()))
        })?;
        got.map_err(|why| wrong(format!("it cannot be read: {why}")))?;
        let got = piece.len() as u64;
        if got < size {
            return Err(wrong(format!("it ends after {} bytes of {total}", begin + got)));
        }
        if got > size {
            return Err(wrong(format!("it is longer than the {total} bytes that were said")));
        }
        Ok(piece)
    }

    fn value(&self, name: &HeaderName, value: String) -> Result<HeaderValue> {
        HeaderValue::try_from(value).map_err(|why| {
            Error::invalid(PIECE.doing, name.as_str(), why.to_string()).on(self.dialect.platform())
        })
    }
}

/// The header that names a file. A plain name stands there as the official client writes it; any
/// other is encoded, and given once more as RFC 8187 wants it.
fn disposition(name: &str) -> String {
    let name = if name.is_empty() { "file" } else { name };
    let encoded = utf8_percent_encode(name, PLAIN).to_string();
    if encoded == name {
        return format!("attachment; filename={name}");
    }
    format!("attachment; filename={encoded}; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_fits_into_a_header_and_comes_out_again(name in any::<String>()) {
            let header = HeaderValue::try_from(disposition(&name)).expect("it is plain");
            let shown = header.to_str().expect("it is ASCII");
            let shown = shown.strip_prefix("attachment; filename=").expect("it is named");
            let (encoded, _) = shown.split_once(';').unwrap_or((shown, ""));
            let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8();
            let expected = if name.is_empty() { "file" } else { &name };
            prop_assert_eq!(decoded.expect("UTF-8"), expected);
        }
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(disposition("report-7.pdf"), "attachment; filename=report-7.pdf");
        let encoded = disposition("a b\"\r\nX: ü");
        let name = "a%20b%22%0D%0AX%3A%20%C3%BC";
        assert_eq!(encoded, format!("attachment; filename={name}; filename*=UTF-8''{name}"));
        assert_eq!(disposition(""), "attachment; filename=file");
    }
}
