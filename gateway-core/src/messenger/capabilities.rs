//! What a messenger can carry, as data.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Error, ErrorKind, Result};
use crate::model::{Action, Keyboard, KeyboardKind, NewMessage, StyleKind};

/// How well a messenger carries something.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// The message is refused.
    Rejected,
    /// It is left out, the text under it stays.
    Dropped,
    /// It is shown as something else.
    Fallback,
    /// It arrives, with less than was asked for.
    Partial,
    /// It arrives as it was sent.
    Full,
}

/// In what a messenger counts the length of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TextUnit {
    /// Unicode scalar values.
    Characters,
    /// UTF-16 code units.
    Utf16,
}

impl TextUnit {
    /// The length of `text` in this unit.
    pub fn count(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }
}

/// How long a text may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TextLimit {
    /// The longest text that is accepted.
    pub max: usize,
    /// In what it is counted.
    pub unit: TextUnit,
}

impl TextLimit {
    fn check(self, doing: &'static str, field: &str, text: &str) -> Result<()> {
        at_most(doing, field, self.max, self.unit.count(text))
    }
}

/// How large a keyboard may be; `None` where no limit is known.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct KeyboardLimits {
    /// Rows of a keyboard.
    pub rows: Option<usize>,
    /// Buttons in a row.
    pub row: Option<usize>,
    /// Buttons in a row that holds any button but callbacks.
    pub mixed_row: Option<usize>,
    /// Buttons in all.
    pub buttons: Option<usize>,
    /// Length of a label.
    pub label: Option<TextLimit>,
    /// Length of a callback's payload.
    pub payload: Option<TextLimit>,
}

/// How updates are fetched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Polling {
    /// How long to pause after a poll that brought nothing: zero where the messenger itself
    /// holds the line until something happens.
    pub idle_pause: Duration,
    /// Whether the messenger forgets what it has handed out: a poll that is given up midway may
    /// then lose what was on its way.
    pub consumes: bool,
}

/// What a messenger can carry, and its limits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Capabilities {
    /// How long a text may be.
    pub text: TextLimit,
    /// How well each style is carried; one that is not listed is [`Level::Dropped`].
    pub styles: BTreeMap<StyleKind, Level>,
    /// Inline keyboards.
    pub keyboard: KeyboardLimits,
    /// How updates are fetched.
    pub polling: Polling,
}

impl Capabilities {
    /// How well a style is carried.
    pub fn style(&self, style: StyleKind) -> Level {
        self.styles.get(&style).copied().unwrap_or(Level::Dropped)
    }

    /// Refuses a message that is beyond a limit, naming the field, the limit and what was given.
    pub fn check(&self, doing: &'static str, message: &NewMessage) -> Result<()> {
        self.text.check(doing, "text", message.text.plain_text())?;
        if message.text.is_empty() {
            return Err(Error::invalid(doing, "text", "a message needs visible text"));
        }
        message.keyboard.as_ref().map_or(Ok(()), |keyboard| self.check_keyboard(doing, keyboard))
    }

    fn check_keyboard(&self, doing: &'static str, keyboard: &Keyboard) -> Result<()> {
        let limits = self.keyboard;
        if keyboard.kind == KeyboardKind::Reply {
            return Err(Error::unsupported(doing, "reply keyboards"));
        }
        let max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        at_most(doing, "keyboard.rows", max(limits.rows), keyboard.rows.len())?;
        at_most(doing, "keyboard buttons", max(limits.buttons), keyboard.buttons().count())?;
        for (number, row) in keyboard.rows.iter().enumerate() {
            let field = format!("keyboard.rows[{number}]");
            let callbacks = row.iter().all(|it| matches!(it.action, Action::Callback { .. }));
            let limit = if callbacks { limits.row } else { limits.mixed_row.or(limits.row) };
            at_most(doing, &field, max(limit), row.len())?;
            for (place, button) in row.iter().enumerate() {
                let field = format!("{field}[{place}]");
                if button.label.is_empty() {
                    return Err(Error::invalid(doing, format!("{field}.label"), "it is empty"));
                }
                if let Some(limit) = limits.label {
                    limit.check(doing, &format!("{field}.label"), &button.label)?;
                }
                match &button.action {
                    Action::Callback { payload } => {
                        if let Some(limit) = limits.payload {
                            limit.check(doing, &format!("{field}.payload"), payload)?;
                        }
                    }
                    Action::Link { .. } => {}
                    Action::Other { kind, .. } => {
                        return Err(Error::unsupported(doing, format!("buttons of kind {kind}")));
                    }
                }
            }
        }
        Ok(())
    }
}

fn at_most(doing: &'static str, field: &str, limit: usize, given: usize) -> Result<()> {
    if given <= limit {
        return Ok(());
    }
    Err(Error::new(ErrorKind::TooLarge { field: field.to_owned(), limit, given }, doing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Button, Keyboard};

    fn small() -> Capabilities {
        let four = TextLimit { max: 4, unit: TextUnit::Utf16 };
        Capabilities {
            text: four,
            styles: BTreeMap::new(),
            keyboard: KeyboardLimits {
                rows: Some(2),
                row: Some(3),
                mixed_row: Some(1),
                buttons: Some(4),
                label: Some(four),
                payload: Some(four),
            },
            polling: Polling { idle_pause: Duration::ZERO, consumes: false },
        }
    }

    fn refusal(message: &NewMessage) -> String {
        small().check("sending", message).expect_err("it is too large").to_string()
    }

    #[test]
    fn what_fits_passes() {
        let keyboard = Keyboard::inline([[Button::callback("Yes", "yes")]]);
        assert!(small().check("sending", &NewMessage::new("😀ab").with_keyboard(keyboard)).is_ok());
    }

    #[test]
    fn a_refusal_names_the_field_the_limit_and_what_was_given() {
        assert_eq!(refusal(&"😀abc".into()), "sending: text is too large: 5, at most 4");
        let payload = Keyboard::inline([[Button::callback("Yes", "too long")]]);
        assert_eq!(
            refusal(&NewMessage::new("x").with_keyboard(payload)),
            "sending: keyboard.rows[0][0].payload is too large: 8, at most 4"
        );
    }

    #[test]
    fn a_row_with_a_link_has_its_own_limit() {
        let link = || Button::link("b", "https://example.org/");
        let row = Keyboard::inline([[Button::callback("a", "a"), link()]]);
        assert_eq!(
            refusal(&NewMessage::new("x").with_keyboard(row)),
            "sending: keyboard.rows[0] is too large: 2, at most 1"
        );
    }
}
