//! Numbers as each platform gives them.

use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;

use super::{Bot, Platform};

/// How long a callback id of TamTam and MAX is, and a token there.
const TOKEN_LENGTH: usize = 120;

/// How long a callback id of Potato is.
const POTATO_CALLBACK_LENGTH: usize = 21;

/// The number of the `count`-th further bot or person.
pub(super) fn account(platform: Platform, bot: Option<&Bot>, count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let named_in_token = |bot: &Bot| bot.token.split_once(':')?.0.parse().ok();
    match (platform, bot) {
        // Potato: the left part of a token is the bot's number.
        (Platform::Potato, Some(bot)) => named_in_token(bot).unwrap_or(10_000_001 + count),
        (Platform::Potato, None) => 20_000_001 + count,
        (_, Some(_)) => 200_000_001 + count,
        (_, None) => 100_000_001 + count,
    }
}

/// The number of the dialog of a bot and a person.
pub(super) fn dialog(platform: Platform, bot: i64, person: i64) -> i64 {
    match platform {
        // TamTam and MAX: asserted by the official client's suite, and found in real payloads.
        Platform::Tamtam | Platform::Max => bot ^ person,
        // Potato: a dialog is called by the other side.
        Platform::Potato => person,
    }
}

/// The number of a message.
pub(super) fn message(platform: Platform, at: DateTime<Utc>, sent_before: i64) -> i64 {
    match platform {
        // TamTam and MAX: milliseconds and a counter of 16 bits, found in real payloads.
        Platform::Tamtam | Platform::Max => at.timestamp_millis() << 16 | sent_before & 0xffff,
        Platform::Potato => sent_before,
    }
}

/// The id of a message on TamTam and MAX: two 64-bit numbers in hexadecimal, found in real
/// payloads of both.
pub fn mid(chat: i64, number: i64) -> String {
    format!("mid.{chat:016x}{number:016x}")
}

/// The number of the `count`-th chat, if it is a group or a channel. On TamTam and MAX it is
/// negative, and of the size of those that were seen.
pub(super) fn chat(platform: Platform, count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    match platform {
        Platform::Tamtam | Platform::Max => -(70_000_000_000_001 + count * 4099),
        Platform::Potato => 11_000_001 + count,
    }
}

/// The number of the `count`-th file.
pub(super) fn file(count: usize) -> i64 {
    1_300_000_001 + i64::try_from(count).unwrap_or(i64::MAX)
}

/// What gives access on TamTam and MAX, to a press as well as to a file: base64url, with the
/// beginning that all seen ones have.
pub(super) fn token(chance: &Chance) -> String {
    format!("f9LHodD0cO{}", opaque(chance, TOKEN_LENGTH - 10))
}

/// So many random letters of base64url, at most 120.
pub(super) fn opaque(chance: &Chance, length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let letters = chance.bytes::<TOKEN_LENGTH>();
    letters.iter().take(length).map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect()
}

/// The id of a press on Potato: 21 digits, more than 64 bits hold.
pub(super) fn potato_callback_id(chance: &Chance) -> String {
    let random = chance.bytes::<POTATO_CALLBACK_LENGTH>();
    "5".chars()
        .chain(random.map(|byte| char::from(b'0' + byte % 10)))
        .take(POTATO_CALLBACK_LENGTH)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_is_the_bot_xor_the_person() {
        assert_eq!(dialog(Platform::Max, 514_924_285, 146_983_203), 376_690_654);
    }

    #[test]
    fn a_message_is_its_time_and_a_counter() {
        let at = DateTime::from_timestamp_millis(1_775_026_671_403).expect("a time");
        assert_eq!(message(Platform::Max, at, 0x3d9e) >> 16, 1_775_026_671_403);
        assert_eq!(message(Platform::Max, at, 0x1_3d9e) & 0xffff, 0x3d9e);
    }
}
