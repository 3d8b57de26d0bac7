//! What a callback button carries, typed.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest payload, in characters: what TamTam and MAX accept (schema
/// `CallbackButton.payload`); Potato gives no number.
const LONGEST: usize = 1024;

/// A value that a callback button carries to the bot.
///
/// It is written as its name, a colon, and its compact JSON: readable in a log, and an old button
/// still means the same after a field was added. The name alone stands for a value without fields.
///
/// ```
/// use gateway_core::model::{Button, Callback};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Deserialize, PartialEq, Serialize)]
/// struct Vote(u32, String);
///
/// impl Callback for Vote {
///     const NAME: &'static str = "vote";
/// }
///
/// let vote = Vote(7, "tea".to_owned());
/// assert_eq!(vote.to_payload().unwrap(), r#"vote:[7,"tea"]"#);
/// assert_eq!(Vote::from_payload(r#"vote:[7,"tea"]"#), Some(vote));
/// assert_eq!(Vote::from_payload("veto:[7]"), None);
///
/// let button = Button::data("Tea", &Vote(7, "tea".to_owned())).unwrap();
/// # assert_eq!(button.label, "Tea");
/// ```
pub trait Callback: Serialize + DeserializeOwned {
    /// Tells these buttons from the bot's other buttons. It holds no colon.
    const NAME: &'static str;

    /// The value as a button carries it.
    ///
    /// # Errors
    ///
    /// It is longer than 1024 characters, or cannot be written as JSON.
    fn to_payload(&self) -> Result<String, PayloadError> {
        debug_assert!(!Self::NAME.contains(':'), "the name of a callback holds a colon");
        let json = serde_json::to_string(self)
            .map_err(|source| PayloadError::Unwritable { name: Self::NAME, source })?;
        let payload = match json.as_str() {
            "null" => Self::NAME.to_owned(),
            json => format!("{}:{json}", Self::NAME),
        };
        let given = payload.chars().count();
        if given > LONGEST {
            return Err(PayloadError::TooLong { name: Self::NAME, limit: LONGEST, given });
        }
        Ok(payload)
    }

    /// The value that a button carried; `None` for another button's.
    fn from_payload(payload: &str) -> Option<Self> {
        let json = match payload.strip_prefix(Self::NAME)? {
            "" => "null",
            rest => rest.strip_prefix(':')?,
        };
        serde_json::from_str(json).ok()
    }
}

/// Why a value cannot be carried by a button.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// It is too long.
    #[error("the payload of a {name} button is too long: {given} characters, at most {limit}")]
    TooLong {
        /// Which buttons.
        name: &'static str,
        /// The most that is accepted, in characters.
        limit: usize,
        /// What was given, in characters.
        given: usize,
    },
    /// It has no form as JSON.
    #[error("the payload of a {name} button cannot be written: {source}")]
    Unwritable {
        /// Which buttons.
        name: &'static str,
        /// Why not.
        source: serde_json::Error,
    },
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    enum Page {
        First,
        At(u32),
    }

    impl Callback for Page {
        const NAME: &'static str = "page";
    }

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Menu;

    impl Callback for Menu {
        const NAME: &'static str = "menu";
    }

    #[test]
    fn there_and_back() {
        for page in [Page::First, Page::At(12)] {
            let payload = page.to_payload().expect("it is short");
            assert_eq!(Page::from_payload(&payload), Some(page));
        }
        assert_eq!(Menu.to_payload().expect("it is short"), "menu");
        assert_eq!(Menu::from_payload("menu"), Some(Menu));
    }

    #[test]
    fn another_buttons_payload_is_none() {
        for other in ["pager:\"First\"", "page:", "page", "page:{}", "pag", ""] {
            assert_eq!(Page::from_payload(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_too_long_is_said_where_it_is_built() {
        #[derive(Deserialize, Serialize)]
        struct Note(String);
        impl Callback for Note {
            const NAME: &'static str = "note";
        }
        // `note:"…"` adds seven characters; a character counts once, however many bytes it has.
        assert!(Note("ü".repeat(LONGEST - 7)).to_payload().is_ok());
        let error = Note("ü".repeat(LONGEST - 6)).to_payload().expect_err("one too many");
        assert_eq!(
            error.to_string(),
            "the payload of a note button is too long: 1025 characters, at most 1024"
        );
    }
}
