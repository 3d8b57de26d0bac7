//! Numbers as each platform gives them.

use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;
use sha2::{Digest as _, Sha512};

use super::{Bot, Platform};

/// How long a callback id of TamTam and MAX is, and a token there.
const TOKEN_LENGTH: usize = 120;

/// How long a callback id of Potato is.
const POTATO_CALLBACK_LENGTH: usize = 21;

/// How many letters the tokens of one file have in common: asserted by the official client's suite.
const TOKEN_STEM: usize = 21;

/// How many letters of a token that is handed out again are random.
const TOKEN_NONCE: usize = 35;

/// How all tokens begin that were seen.
const TOKEN_START: &str = "f9LHodD0cO";

/// What letters there are in base64url.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// By how much the numbers of bots differ, as a power of two: more than the people that there are.
/// Whose numbers differ in the same bits would have one dialog's number ([`dialog`]).
const BOT_STEP_BITS: u32 = 20;

/// The number of the `count`-th further bot or person.
pub(super) fn account(platform: Platform, bot: Option<&Bot>, count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let named_in_token = |bot: &Bot| bot.token.split_once(':')?.0.parse().ok();
    match (platform, bot) {
        // Potato: the left part of a token is the bot's number.
        (Platform::Potato, Some(bot)) => named_in_token(bot).unwrap_or(10_000_001 + count),
        (Platform::Potato, None) => 20_000_001 + count,
        (_, Some(_)) => 200_000_001 + (count << BOT_STEP_BITS),
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
/// negative, and of the size of those that were seen. On Potato groups are counted apart from
/// supergroups and channels: the kind is half of what names a chat, and numbers of two kinds were
/// seen to overlap. What a group becomes has another number than the group.
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
    format!("{TOKEN_START}{}", opaque(chance, TOKEN_LENGTH - TOKEN_START.len()))
}

/// So many random letters of base64url, at most 120.
pub(super) fn opaque(chance: &Chance, length: usize) -> String {
    letters(&chance.bytes::<TOKEN_LENGTH>()[..length.min(TOKEN_LENGTH)])
}

/// A letter for each byte.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect()
}

/// A file's token as it is shown to a reader, who alone may use it.
pub(super) fn reissued(chance: &Chance, token: &str, reader: i64) -> String {
    sealed(token, reader, &opaque(chance, TOKEN_NONCE))
}

fn sealed(token: &str, reader: i64, nonce: &str) -> String {
    let stem = token.get(..TOKEN_STEM).unwrap_or(token);
    let seal = Sha512::digest(format!("{token} {reader} {nonce}"));
    format!("{stem}{nonce}{}", letters(&seal))
}

/// Whether the second token could be one of the file that the first was given to.
pub(super) fn is_of_one_file(token: &str, given: &str) -> bool {
    token.get(..TOKEN_STEM).is_some_and(|stem| given.starts_with(stem))
}

/// Whether a token was shown to this reader.
pub(super) fn is_reissued(token: &str, reader: i64, given: &str) -> bool {
    let nonce = given.get(TOKEN_STEM..TOKEN_STEM + TOKEN_NONCE);
    nonce.is_some_and(|nonce| sealed(token, reader, nonce) == given)
}

/// The token of a page that is shared: it holds the address, and letters that show that nobody made
/// it up.
pub(crate) fn share_token(url: &str) -> String {
    let seal = letters(&Sha512::digest(url)[..TOKEN_STEM - TOKEN_START.len()]);
    format!("{TOKEN_START}{seal}{}", hexadecimal(url.as_bytes()))
}

/// Two digits for each byte.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The address of the page whose token this is.
pub(crate) fn shared_url(token: &str) -> Option<String> {
    let digits = token.get(TOKEN_STEM..).filter(|it| it.is_ascii() && it.len() % 2 == 0)?;
    let byte = |place| u8::from_str_radix(digits.get(place..place + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    let url = String::from_utf8(bytes?).ok()?;
    (share_token(&url) == token).then_some(url)
}

/// The id of a file on Potato: 32 digits in hexadecimal that begin with zeros, as those that were
/// seen.
pub(super) fn potato_file_id(chance: &Chance) -> String {
    format!("0000{}", hexadecimal(&chance.bytes::<14>()))
}

/// The name of a Potato file in its address: that of the document's example, `getFile`, has the id's
/// digits but for the fifth to the twelfth.
pub(crate) fn potato_file_name(id: &str) -> String {
    format!("{}{}", id.get(..4).unwrap_or(id), id.get(12..).unwrap_or_default())
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
    fn no_two_chats_have_one_number() {
        let bot = Bot::new("token", 0);
        let mut numbers = std::collections::HashSet::new();
        for platform in [Platform::Tamtam, Platform::Max] {
            numbers.clear();
            for one in 0..300 {
                assert!(numbers.insert(chat(platform, one)), "group {one}");
                for other in 0..300 {
                    let bot = account(platform, Some(&bot), one);
                    let number = dialog(platform, bot, account(platform, None, other));
                    assert!(numbers.insert(number), "bot {one}, person {other}");
                }
            }
        }
    }

    #[test]
    fn a_message_is_its_time_and_a_counter() {
        let at = DateTime::from_timestamp_millis(1_775_026_671_403).expect("a time");
        assert_eq!(message(Platform::Max, at, 0x3d9e) >> 16, 1_775_026_671_403);
        assert_eq!(message(Platform::Max, at, 0x1_3d9e) & 0xffff, 0x3d9e);
    }

    #[test]
    fn a_file_of_potato_is_named_as_in_the_documents_example() {
        let name = potato_file_name("000001009814fcd09659fdcd80bf5224");
        assert_eq!(name, "0000fcd09659fdcd80bf5224");
        assert_eq!(potato_file_id(&Chance::seeded(1)).len(), 32);
    }

    #[test]
    fn a_token_is_shown_anew_to_each_reader_and_begins_alike() {
        let chance = Chance::seeded(1);
        let token = token(&chance);
        let shown = reissued(&chance, &token, 5);
        assert_eq!((shown.len(), &shown[..21]), (TOKEN_LENGTH, &token[..21]));
        assert_ne!(shown, reissued(&chance, &token, 5));
        assert!(is_of_one_file(&token, &shown) && is_reissued(&token, 5, &shown));
        assert!(!is_reissued(&token, 6, &shown) && !is_reissued(&token, 5, &token));
    }

    #[test]
    fn the_token_of_a_page_leads_back_to_it_and_cannot_be_made_up() {
        let token = share_token("https://example.org/ä");
        assert_eq!(shared_url(&token).as_deref(), Some("https://example.org/ä"));
        assert_eq!(shared_url(&format!("{token}61")), None);
        assert_eq!(shared_url("f9LHodD0cOäää"), None);
    }
}
