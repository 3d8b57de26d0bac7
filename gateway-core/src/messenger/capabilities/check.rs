//! Refusing what a messenger cannot carry.

use super::{Capabilities, Feature, SourceKind, TextLimit};
use crate::messenger::{Error, ErrorKind, Result};
use crate::model::{
    Action, Attachment, Button, Keyboard, KeyboardKind, KeyboardPlace, NewMessage, is_blank,
};

impl Capabilities {
    /// Refuses a message that is beyond a limit or holds what the messenger does not take, naming
    /// the field, the limit and what was given. Formatting is no reason: what is not carried of it
    /// is left out.
    pub fn check(&self, doing: &'static str, message: &NewMessage) -> Result<()> {
        self.check_text(doing, message)?;
        self.check_attachments(doing, &message.attachments)?;
        if let Some(keyboard) = &message.keyboard {
            self.check_keyboard(doing, keyboard)?;
        }
        let carried = |feature: Feature, wanted: bool| {
            if wanted && !self.features.carries(feature) {
                return Err(Error::unsupported(doing, feature.what()));
            }
            Ok(())
        };
        carried(Feature::Reply, message.reply_to.is_some())?;
        carried(Feature::Forward, message.forward.is_some())?;
        carried(Feature::Silent, message.silent)?;
        carried(Feature::NoPreview, message.no_preview)?;
        if self.forwards_alone && message.forward.is_some() {
            check_forward(doing, message)?;
        }
        Ok(())
    }

    /// Whether a message can be sent as it is, without anything being changed or left out: it
    /// passes [`check`](Self::check), and all its formatting is carried.
    pub fn fits(&self, message: &NewMessage) -> bool {
        let formatted = !message.text.spans().is_empty();
        let may_format = || {
            message.attachments.iter().all(|attachment| {
                let support = self.attachments.kinds.get(&attachment.kind());
                support.and_then(|it| it.caption).is_some_and(|caption| caption.formatted)
            })
        };
        message.text.spans().iter().all(|span| self.styles.carries(span.style.kind()))
            && self.writable.is_none_or(|writable| writable.is_all(&message.text))
            && (!formatted || may_format())
            && self.check("fitting", message).is_ok()
    }

    fn check_text(&self, doing: &'static str, message: &NewMessage) -> Result<()> {
        if message.text.is_blank() {
            if message.attachments.is_empty() && message.forward.is_none() {
                return Err(Error::invalid(doing, "text", "a message needs visible text"));
            }
            return Ok(());
        }
        if !self.allows_text(&message.text) {
            return Err(at_most(doing, "text", self.text.max, self.length(&message.text)));
        }
        for attachment in &message.attachments {
            let kind = attachment.kind();
            let Some(support) = self.attachments.kinds.get(&kind) else { continue };
            let Some(caption) = support.caption else {
                return Err(Error::unsupported(doing, format!("texts beside a {kind:?}")));
            };
            let text = message.text.plain_text();
            if !caption.limit.allows(text) {
                let given = caption.limit.unit.count(text);
                return Err(at_most(doing, "caption", caption.limit.max, given));
            }
        }
        Ok(())
    }

    fn check_attachments(&self, doing: &'static str, attachments: &[Attachment]) -> Result<()> {
        let limits = &self.attachments;
        for (number, attachment) in attachments.iter().enumerate() {
            if !self.takes(attachment) {
                let what = format!("attachments[{number}]: attachments of this kind and source");
                return Err(Error::unsupported(doing, what));
            }
            let alone = limits.kinds.get(&attachment.kind()).is_some_and(|support| support.alone);
            if alone && attachments.len() > 1 {
                return Err(at_most(doing, "attachments", 1, attachments.len()));
            }
        }
        if attachments.len() > limits.per_message {
            return Err(at_most(doing, "attachments", limits.per_message, attachments.len()));
        }
        Ok(())
    }

    /// Whether an attachment is taken, from where it is.
    pub(crate) fn takes(&self, attachment: &Attachment) -> bool {
        let Some(support) = self.attachments.kinds.get(&attachment.kind()) else { return false };
        let from_there = attachment
            .media()
            .is_none_or(|media| support.sources.contains(&SourceKind::from(&media.source)));
        self.attachments.per_message > 0 && support.level >= super::Level::Partial && from_there
    }

    fn check_keyboard(&self, doing: &'static str, keyboard: &Keyboard) -> Result<()> {
        let limits = &self.keyboard;
        if !self.keyboards.carries(keyboard.kind.place()) {
            let what = match keyboard.kind {
                KeyboardKind::Inline => "inline keyboards",
                KeyboardKind::Reply(_) => "reply keyboards",
                KeyboardKind::Remove { .. } => "removals of keyboards",
                KeyboardKind::ForceReply { .. } => "forced replies",
            };
            return Err(Error::unsupported(doing, what));
        }
        check_kind(doing, keyboard)?;
        if !keyboard.kind.has_buttons() {
            return Ok(());
        }
        if keyboard.rows.is_empty() {
            return Err(Error::invalid(doing, "keyboard.rows", "there are none"));
        }
        let within = |field: &str, limit: Option<usize>, given: usize| match limit {
            Some(limit) if given > limit => Err(at_most(doing, field, limit, given)),
            _ => Ok(()),
        };
        within("keyboard.rows", limits.rows, keyboard.rows.len())?;
        let mut buttons = 0;
        for (number, row) in keyboard.rows.iter().enumerate() {
            if row.is_empty() {
                let field = format!("keyboard.rows[{number}]");
                return Err(Error::invalid(doing, field, "it is empty"));
            }
            buttons += row.len();
            let mixed = || row.iter().any(|it| !matches!(it.action, Action::Callback { .. }));
            if row.len() > limits.width(true) && row.len() > limits.width(mixed()) {
                let field = format!("keyboard.rows[{number}]");
                return Err(at_most(doing, &field, limits.width(mixed()), row.len()));
            }
            for (place, button) in row.iter().enumerate() {
                if let Err(wrong) = self.check_button(keyboard.kind.place(), button) {
                    return Err(wrong.of(doing, number, place, button));
                }
            }
        }
        within("keyboard buttons", limits.buttons, buttons)
    }

    /// What is wrong with a button, but for its label being too long.
    pub(crate) fn check_action(
        &self,
        place: KeyboardPlace,
        action: &Action,
    ) -> std::result::Result<(), Wrong> {
        let limits = &self.keyboard;
        if !self.buttons_on(place).carries(action.kind()) {
            return Err(Wrong::Kind);
        }
        let (part, limit, text) = match action {
            Action::Callback { payload, .. } => ("payload", limits.payload, payload),
            Action::Clipboard { text } => ("text", limits.payload, text),
            Action::Link { url } => ("url", limits.url, url),
            _ => return Ok(()),
        };
        limit.map_or(Ok(()), |limit| within(part, limit, text))
    }

    #[inline]
    fn check_button(
        &self,
        place: KeyboardPlace,
        button: &Button,
    ) -> std::result::Result<(), Wrong> {
        // Most labels begin with something that can be seen.
        let seen = button.label.as_bytes().first().is_some_and(u8::is_ascii_graphic);
        if !seen && button.label.chars().all(is_blank) {
            return Err(Wrong::NoLabel);
        }
        if let Some(limit) = self.keyboard.label {
            within("label", limit, &button.label)?;
        }
        self.check_action(place, &button.action)
    }
}

/// Refuses what stands beside a message that is passed on.
fn check_forward(doing: &'static str, message: &NewMessage) -> Result<()> {
    let beside = [
        ("text", !message.text.is_blank()),
        ("attachments", !message.attachments.is_empty()),
        ("keyboard", message.keyboard.is_some()),
        ("reply_to", message.reply_to.is_some()),
    ];
    match beside.into_iter().find(|(_, is_there)| *is_there) {
        Some((field, _)) => {
            let why = "a message that passes on another has nothing else on this messenger";
            Err(Error::invalid(doing, field, why))
        }
        None => Ok(()),
    }
}

/// Refuses buttons on a keyboard that has none, or none of that kind: an author's mistake, on
/// whichever messenger.
pub(crate) fn check_kind(doing: &'static str, keyboard: &Keyboard) -> Result<()> {
    let belongs = |button: &Button| match keyboard.kind {
        KeyboardKind::Inline => true,
        KeyboardKind::Reply(_) => button.action.kind().is_for_reply(),
        KeyboardKind::Remove { .. } | KeyboardKind::ForceReply { .. } => false,
    };
    // Nearly all are inline.
    if keyboard.kind == KeyboardKind::Inline {
        return Ok(());
    }
    match keyboard.buttons().find(|button| !belongs(button)) {
        Some(button) => {
            let (place, kind) = (keyboard.kind.place(), button.action.kind());
            let why = format!("a keyboard of kind {place:?} has no buttons of kind {kind:?}");
            Err(Error::invalid(doing, "keyboard.rows", why))
        }
        None => Ok(()),
    }
}

/// What is wrong with a button.
pub(crate) enum Wrong {
    NoLabel,
    TooLong(&'static str, TextLimit, usize),
    Kind,
}

impl Wrong {
    #[cold]
    fn of(self, doing: &'static str, row: usize, place: usize, button: &Button) -> Error {
        let field = format!("keyboard.rows[{row}][{place}]");
        match self {
            Self::NoLabel => Error::invalid(doing, format!("{field}.label"), "it is empty"),
            Self::TooLong(part, limit, given) => {
                at_most(doing, &format!("{field}.{part}"), limit.max, given)
            }
            Self::Kind => {
                let kind = button.action.kind();
                Error::unsupported(doing, format!("{field}: buttons of kind {kind:?}"))
            }
        }
    }
}

fn within(part: &'static str, limit: TextLimit, text: &str) -> std::result::Result<(), Wrong> {
    if limit.allows(text) {
        return Ok(());
    }
    Err(Wrong::TooLong(part, limit, limit.unit.count(text)))
}

#[cold]
fn at_most(doing: &'static str, field: &str, limit: usize, given: usize) -> Error {
    Error::new(ErrorKind::TooLarge { field: field.to_owned(), limit, given }, doing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messenger::{KeyboardLimits, Level, Levels};
    use crate::model::{ActionKind, KeyboardPlace};

    fn small() -> Capabilities {
        let four = TextLimit::utf16(4);
        Capabilities {
            keyboards: Levels::all(Level::Full, [KeyboardPlace::Inline]),
            buttons: Levels::all(Level::Full, [ActionKind::Callback, ActionKind::Link]),
            keyboard: KeyboardLimits {
                rows: Some(2),
                row: Some(3),
                mixed_row: Some(1),
                buttons: Some(4),
                label: Some(four),
                payload: Some(four),
                url: None,
            },
            ..Capabilities::of_text(four)
        }
    }

    fn refusal(message: &NewMessage) -> String {
        small().check("sending", message).expect_err("it is too large").to_string()
    }

    #[test]
    fn what_fits_passes() {
        let keyboard = Keyboard::inline([[Button::callback("Yes", "yes")]]);
        let message = NewMessage::new("😀ab").with_keyboard(keyboard);
        assert!(small().check("sending", &message).is_ok() && small().fits(&message));
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

    #[test]
    fn what_is_not_declared_is_not_supported() {
        let clipboard = Keyboard::inline([[Button::clipboard("Copy", "x")]]);
        assert_eq!(
            refusal(&NewMessage::new("x").with_keyboard(clipboard)),
            "sending: keyboard.rows[0][0]: buttons of kind Clipboard are not supported"
        );
        let removal = NewMessage::new("x").with_keyboard(Keyboard::remove());
        assert_eq!(refusal(&removal), "sending: removals of keyboards are not supported");
        assert_eq!(
            refusal(&NewMessage::new("x").silently()),
            "sending: silent messages are not supported"
        );
    }
}
