//! Model → wire.

mod attachment;
mod keyboard;

use gateway_core::messenger::{Error, ErrorKind, Result, TextLimit};
use gateway_core::model::NewMessage;

use crate::{Dialect, wire};

/// A message as the platform wants it.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] for a button or an attachment of a kind that is not carried,
/// [`ErrorKind::Invalid`] for a file of this machine, which must be uploaded first, and for what
/// names nothing; limits that [`Capabilities`](gateway_core::Capabilities) state are checked by
/// them.
///
/// ```
/// use adapter_tamtam::{Dialect, encode_message};
/// use gateway_core::model::{NewMessage, Text};
///
/// let new = NewMessage::new(Text::new().plain("a < ").bold("b")).silently();
/// let body = encode_message(Dialect::Max, "sending", &new)?;
/// assert_eq!(body.text.as_deref(), Some("a &lt; <b>b</b>"));
/// assert_eq!(body.notify, Some(false));
/// # Ok::<(), gateway_core::Error>(())
/// ```
pub fn message<'a>(
    dialect: Dialect,
    doing: &'static str,
    new: &'a NewMessage,
) -> Result<wire::NewMessageBody<'a>> {
    let body = edit(dialect, doing, new)?;
    // Where there is nothing to say, nothing is sent: a text that cannot be seen is refused.
    if new.text.is_blank() {
        return Ok(wire::NewMessageBody { text: None, format: None, ..body });
    }
    Ok(body)
}

/// What a message shall be. Text and attachments are stated even where there are none, so that an
/// edit takes the old ones away: `null` would keep them (schema 0.5.6, `NewMessageBody`).
///
/// # Errors
///
/// As [`message`].
pub(crate) fn edit<'a>(
    dialect: Dialect,
    doing: &'static str,
    new: &'a NewMessage,
) -> Result<wire::NewMessageBody<'a>> {
    let written = dialect.html().write(&new.text);
    let format = written.formatted.then_some("html".into());
    let attached = new.attachments.iter().enumerate().map(|(number, attachment)| {
        attachment::attachment(doing, &format!("attachments[{number}]"), attachment)
    });
    let keyboard = new.keyboard.iter().map(|it| keyboard::keyboard(dialect, doing, it));
    let attachments = attached.chain(keyboard).collect::<Result<Vec<_>>>()?;
    let link = match (&new.reply_to, &new.forward) {
        (Some(_), Some(_)) => {
            let why = "a message answers another or passes it on, not both";
            return Err(Error::invalid(doing, "forward", why));
        }
        (Some(answered), None) => Some((wire::LinkKind::Reply, answered)),
        (None, Some(forward)) => Some((wire::LinkKind::Forward, &forward.message)),
        (None, None) => None,
    };
    let link = link.map(|(kind, mid)| wire::NewMessageLink { kind, mid: mid.as_str().into() });
    let notify = new.silent.then_some(false);
    let (text, attachments) = (Some(written.text), Some(attachments));
    Ok(wire::NewMessageBody { text, attachments, link, notify, format })
}

/// An id that is not one of this platform's is a mistake of the caller.
pub(crate) fn number(doing: &'static str, field: &str, id: &str) -> Result<i64> {
    id.parse().map_err(|_| Error::invalid(doing, field, format!("{id:?} is no number")))
}

/// Refuses a text that is too long.
pub(crate) fn within(
    doing: &'static str,
    field: impl Into<String>,
    limit: TextLimit,
    text: &str,
) -> Result<()> {
    if limit.allows(text) {
        return Ok(());
    }
    let (limit, given) = (limit.max, limit.unit.count(text));
    Err(Error::new(ErrorKind::TooLarge { field: field.into(), limit, given }, doing))
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{ChatId, MessageId, Text};
    use serde_json::{Value, json};

    use super::*;

    fn sent(new: &NewMessage) -> Value {
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
        assert_eq!(sent(&"x".into())["attachments"], json!([]));
    }

    #[test]
    fn an_edit_states_that_there_is_no_text() {
        let new = NewMessage::default();
        assert_eq!(edit(Dialect::Max, "editing", &new).expect("it fits").text.as_deref(), Some(""));
        assert_eq!(sent(&new)["text"], Value::Null);
    }

    #[test]
    fn an_answer_and_a_forwarded_message_are_links() {
        let reply = sent(&NewMessage::new("x").in_reply_to(MessageId::new("mid.1")));
        assert_eq!(reply["link"], json!({"type": "reply", "mid": "mid.1"}));
        let forward = NewMessage::forwarding(ChatId::new("5"), MessageId::new("mid.1"));
        assert_eq!(sent(&forward)["link"], json!({"type": "forward", "mid": "mid.1"}));
        let both = forward.in_reply_to(MessageId::new("mid.2"));
        let error = message(Dialect::Max, "sending", &both).expect_err("which one?");
        assert!(error.to_string().starts_with("sending: forward is not accepted"), "{error}");
    }

    #[test]
    fn a_silent_message_notifies_nobody() {
        assert_eq!(sent(&NewMessage::new("x").silently())["notify"], false);
        assert!(sent(&"x".into()).get("notify").is_none());
    }
}
