//! `Idempotency-Key`: a request that may be repeated without its being done twice.

use super::asked::Asked;
use super::problem::{Kind, Problem};
use crate::RequestKey;
use crate::token::Token;

/// The header.
pub(super) const HEADER: &str = "Idempotency-Key";

/// The longest key.
pub(super) const LIMIT: usize = 255;

/// The key, where the client gave one.
pub(super) fn key(asked: &mut Asked) -> Option<String> {
    asked.header(HEADER, read)
}

fn read(value: &[u8]) -> Result<String, String> {
    match std::str::from_utf8(value) {
        Ok(key) if key.bytes().all(|it| it.is_ascii_graphic()) => match key.len() {
            0 => Err("it is empty".to_owned()),
            1..=LIMIT => Ok(key.to_owned()),
            given => Err(format!("it has {given} characters, at most {LIMIT}")),
        },
        _ => Err("it has characters other than visible ASCII ones".to_owned()),
    }
}

/// The key with all that is asked.
pub(super) fn request_key<'a>(
    token: &'a Token,
    key: Option<&'a str>,
    asked: &'a [&'a [u8]],
) -> Option<RequestKey<'a>> {
    key.map(|key| RequestKey { token, key, asked })
}

/// The key was used for something else.
pub(super) fn used_otherwise() -> Problem {
    let detail = format!("{HEADER}: the same key came with another request within the last day");
    Problem::new(Kind::IdempotencyKeyReused, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_and_not_too_long() {
        assert_eq!(read(b"8e03978e!~"), Ok("8e03978e!~".to_owned()));
        assert!(read(&[b'x'; LIMIT]).is_ok());
        for wrong in [&b""[..], b"a b", b"\x7f", "í".as_bytes(), b"\xff", &[b'x'; LIMIT + 1]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
