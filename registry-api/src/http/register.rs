//! `POST /chats`: registers a chat.

use std::ops::RangeInclusive;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde_json::json;
use unicode_general_category::{GeneralCategory, get_general_category};

use super::asked::Asked;
use super::fields::{Fields, must_be_json};
use super::once;
use super::problem::{Fault, Kind, Problem};
use crate::store::Answered;
use crate::token::Token;
use crate::{NewChat, Registry};

/// Longest values, in characters. The contract bounds the last two; of titles the longest that any
/// messenger takes has 255 (Potato, `setChatTitle`).
pub(super) const TITLE_LIMIT: usize = 255;
pub(super) const CREATED_BY_LIMIT: usize = 50;
pub(super) const DESCRIPTION_LIMIT: usize = 255;

/// A body cannot be larger than its three values, even if every character is escaped.
pub(super) const BODY_LIMIT: usize = 16 * 1024;

const FIELDS: [&str; 3] = ["title", "createdBy", "description"];

pub(super) async fn register(
    State(registry): State<Registry>,
    Extension(token): Extension<Token>,
    mut asked: Asked,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    must_be_json(asked.headers())?;
    let body = body.map_err(|why| Problem::new(Kind::TooLarge, why.body_text()))?;
    if body.len() > BODY_LIMIT {
        let detail = format!("the body has {} bytes, at most {BODY_LIMIT}", body.len());
        return Err(Problem::new(Kind::TooLarge, detail));
    }
    asked.only(&[]);
    let key = once::key(&mut asked);
    let chat = match read(&body) {
        Ok(chat) => chat,
        Err(faults) => {
            asked.refuse_body(faults);
            NewChat::default()
        }
    };
    asked.done()?;
    let asked: [&[u8]; 3] = [b"POST", b"/chats", &body];
    let id = match once::request_key(&token, key.as_deref(), &asked) {
        None => registry.register(chat).await?,
        Some(key) => match registry.register_once(chat, key).await? {
            Answered::Now(id) | Answered::Before(id) => id,
            Answered::Otherwise => return Err(once::used_otherwise()),
        },
    };
    let location = format!("{}/chats/{id}", super::BASE);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(json!({"id": id}))))
}

/// Every mistake is named, not only the first.
fn read(body: &[u8]) -> Result<NewChat, Vec<Fault>> {
    let fields = Fields::read(body).map_err(|fault| vec![fault])?;
    let mut faults = fields.strangers(&FIELDS);
    let mut text = |name: &str, limit| {
        fields.text(name, limit).unwrap_or_else(|fault| {
            faults.push(fault);
            // Whatever it is, it is there.
            Some("?".to_owned())
        })
    };
    let title = text("title", TITLE_LIMIT);
    let created_by = text("createdBy", CREATED_BY_LIMIT);
    let description = text("description", DESCRIPTION_LIMIT);
    match &title {
        None => faults.push(Fault::field("title", "it is mandatory")),
        Some(title) if is_blank(title) => {
            faults.push(Fault::field("title", "nothing in it can be seen"));
        }
        Some(_) => {}
    }
    if faults.is_empty() {
        return Ok(NewChat { title: title.unwrap_or_default(), created_by, description });
    }
    Err(faults)
}

/// Whether people see nothing of a text: it is spaces, controls and the like, if anything.
fn is_blank(text: &str) -> bool {
    text.chars().all(|it| {
        is_unseen(get_general_category(it)) || BLANKS.iter().any(|blank| blank.contains(&it))
    })
}

/// Not those that nobody has assigned yet: the next Unicode may show them.
fn is_unseen(category: GeneralCategory) -> bool {
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
    )
}

/// Letters, marks and symbols that nothing is seen of: the grapheme joiner, fillers of Hangul, inherent
/// vowels of Khmer, selectors of variants, and the empty pattern of Braille.
const BLANKS: [RangeInclusive<char>; 9] = [
    '\u{34f}'..='\u{34f}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{e0100}'..='\u{e01ef}',
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn checked(body: &Value) -> Result<NewChat, Vec<Fault>> {
        read(body.to_string().as_bytes())
    }

    #[test]
    fn the_contracts_sample_is_accepted() {
        let chat = checked(&json!({
            "title": "Title of the chat",
            "createdBy": "example created by",
            "description": "example description",
        }));
        assert_eq!(chat.expect("a chat").created_by.as_deref(), Some("example created by"));
    }

    #[test]
    fn every_mistake_is_named() {
        let faults = checked(&json!({"createdBy": "x".repeat(51), "description": 5, "a/b": 1}));
        assert_eq!(
            faults.expect_err("four mistakes"),
            [
                Fault::field("a/b", "there is no such field: title, createdBy, description"),
                Fault::field("createdBy", "it has 51 characters, at most 50"),
                Fault::field("description", "it must be a string"),
                Fault::field("title", "it is mandatory"),
            ]
        );
    }

    #[test]
    fn nothing_is_given_twice() {
        let faults = read(br#"{"title": "a", "title": "b"}"#).expect_err("a mistake");
        assert_eq!(faults, [Fault::field("title", "it is given twice")]);
    }

    #[test]
    fn lengths_count_characters() {
        assert!(checked(&json!({"title": "x", "createdBy": "漢".repeat(50)})).is_ok());
        assert!(checked(&json!({"title": "\u{1f600}".repeat(255)})).is_ok());
        assert!(checked(&json!({"title": "\u{1f600}".repeat(256)})).is_err());
    }

    #[test]
    fn a_title_can_be_seen() {
        for title in [
            "",
            " ",
            "\t\n",
            "\u{3000}",
            "\u{1f}",
            "\u{85}",
            "\u{200b}",
            "\u{7f}",
            "\u{202e}\u{2066}",
            "\u{feff}",
            "\u{ad}",
            "\u{2028}",
            "\u{3164}\u{fe0f}",
            "\u{2800}",
            "\u{e0041}",
        ] {
            let faults = checked(&json!({"title": title})).expect_err("a mistake");
            let why = "nothing in it can be seen";
            assert_eq!(faults, [Fault::field("title", why)], "{title:?}");
        }
        for title in
            ["\u{200b}a", "\u{1f469}\u{200d}\u{1f680}", "\u{301}", "\u{e000}", "\u{97d68}", "."]
        {
            assert!(checked(&json!({"title": title})).is_ok(), "{title:?}");
        }
        let faults = checked(&json!({"title": "a\u{0}"})).expect_err("a mistake");
        assert_eq!(faults, [Fault::field("title", "it contains the character NUL")]);
    }
}
