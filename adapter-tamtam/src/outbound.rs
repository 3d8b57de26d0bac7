//! Model → wire.

use std::borrow::Cow;

use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Action, Button, Intent, Keyboard, NewMessage};

use crate::{Dialect, wire};

/// A message as the platform wants it. A keyboard is stated even when there is none, so that an
/// edit takes the old one away.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`](gateway_core::ErrorKind::Unsupported) for a button of a kind that is
/// not carried; limits are checked by [`Capabilities`](gateway_core::Capabilities).
pub fn message<'a>(
    dialect: Dialect,
    doing: &'static str,
    new: &'a NewMessage,
) -> Result<wire::NewMessageBody<'a>> {
    let written = dialect.html().write(&new.text);
    let (text, format) = (written.text, written.formatted.then_some("html".into()));
    let attachments = match &new.keyboard {
        Some(keyboard) => vec![self::keyboard(doing, keyboard)?],
        None => Vec::new(),
    };
    let link = new.reply_to.as_ref().map(|message| wire::NewMessageLink {
        kind: wire::LinkKind::Reply,
        mid: message.as_str().into(),
    });
    let (text, attachments) = (Some(text), Some(attachments));
    Ok(wire::NewMessageBody { text, attachments, link, notify: None, format })
}

fn keyboard<'a>(
    doing: &'static str,
    keyboard: &'a Keyboard,
) -> Result<wire::AttachmentRequest<'a>> {
    let row = |row: &'a Vec<Button>| row.iter().map(|button| self::button(doing, button)).collect();
    let buttons = keyboard.rows.iter().map(row).collect::<Result<_>>()?;
    let payload = wire::Keyboard { buttons };
    let keyboard = wire::KnownAttachmentRequest::InlineKeyboard { payload };
    Ok(wire::AttachmentRequest::Known(keyboard))
}

fn button<'a>(doing: &'static str, button: &'a Button) -> Result<wire::Button<'a>> {
    let text = button.label.as_str().into();
    Ok(wire::Button::Known(match &button.action {
        Action::Callback { payload, intent } => {
            let (payload, intent) = (payload.as_str().into(), self::intent(*intent));
            wire::KnownButton::Callback { text, payload, intent }
        }
        Action::Link { url } => wire::KnownButton::Link { text, url: url.as_str().into() },
        other => {
            let what = format!("buttons of kind {:?}", other.kind());
            return Err(Error::unsupported(doing, what));
        }
    }))
}

/// How the button is drawn; nothing is said about one without a meaning.
fn intent(intent: Intent) -> Option<Cow<'static, str>> {
    match intent {
        Intent::Default => None,
        Intent::Positive => Some("positive".into()),
        Intent::Negative => Some("negative".into()),
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::Text;

    use super::*;

    fn sent(new: &NewMessage) -> serde_json::Value {
        let body = message(Dialect::Max, "sending", new).expect("it fits");
        serde_json::to_value(body).expect("it is JSON")
    }

    #[test]
    fn plain_text_is_sent_as_it_is() {
        let body = sent(&"2 < 3 & *so*".into());
        assert_eq!(body["text"], "2 < 3 & *so*");
        assert!(body.get("format").is_none());
    }

    #[test]
    fn formatting_becomes_html_and_the_text_is_escaped() {
        let text = Text::new().plain("a<b ").bold("&").link("x", "https://e.org/?a=1&b=\"2\"");
        let body = sent(&NewMessage::new(text));
        assert_eq!(body["format"], "html");
        assert_eq!(
            body["text"],
            "a&lt;b <b>&amp;</b><a href=\"https://e.org/?a=1&amp;b=&quot;2&quot;\">x</a>"
        );
    }

    #[test]
    fn no_keyboard_is_stated_so_that_an_edit_removes_the_old_one() {
        assert_eq!(sent(&"x".into())["attachments"], serde_json::json!([]));
    }
}
