//! Model → wire.
//!
//! Which method sends a message is decided by what it carries. How a text is written, and what is
//! not, is in `markdown`; what is not is left out here as `fit` would leave it out, so that nobody's
//! text is read as markup, and no address is lost.

mod attachment;
mod given;
pub(crate) mod keyboard;
pub(crate) mod markdown;

use std::borrow::Cow;

use gateway_core::fit::fit;
use gateway_core::messenger::{Capabilities, Error, Result, TextLimit};
use gateway_core::model::{Attachment, Media, MessageId, NewMessage, Source, Text};
use serde::Serialize;

use crate::peer::above_zero;
use crate::{Peer, wire};

/// A message as the platform wants it: the parameters of the method that sends it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Sending<'a> {
    /// By `sendTextMessage`.
    Text(wire::SendTextMessage<'a>),
    /// By `forwardMessage`.
    Forward(wire::ForwardMessage),
    /// By `sendPhoto`; the picture comes along unless it is named.
    Photo(wire::SendPhoto<'a>),
    /// By `sendDocument`; the file comes along unless it is named.
    Document(wire::SendDocument<'a>),
    /// By `sendVideo`; the film comes along unless it is named.
    Video(wire::SendVideo<'a>),
    /// By `sendLocation`.
    Location(wire::SendLocation<'a>),
    /// By `sendVenue`.
    Venue(wire::SendVenue<'a>),
    /// By `sendGame`.
    Game(wire::SendGame<'a>),
}

impl Sending<'_> {
    /// The method that sends it.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Text(_) => "sendTextMessage",
            Self::Forward(_) => "forwardMessage",
            Self::Photo(_) => "sendPhoto",
            Self::Document(_) => "sendDocument",
            Self::Video(_) => "sendVideo",
            Self::Location(_) => "sendLocation",
            Self::Venue(_) => "sendVenue",
            Self::Game(_) => "sendGame",
        }
    }
}

/// Whether a file must come along with a message, be it its own or a picture of that.
pub(crate) fn brings_files(new: &NewMessage) -> bool {
    let own = new.attachments.iter().filter_map(Attachment::media);
    own.chain(thumbnail(new)).any(|media| matches!(media.source, Source::Path(_)))
}

/// The picture of the film that a message carries.
pub(crate) fn thumbnail(new: &NewMessage) -> Option<&Media> {
    match new.attachments.first() {
        Some(Attachment::Video(film)) => film.thumbnail.as_deref(),
        _ => None,
    }
}

/// A message as the platform wants it.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`](gateway_core::ErrorKind::Unsupported) for a button or an attachment of
/// a kind that is not carried, and for several attachments;
/// [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for an id of another platform, and for
/// what no call can say: a place that is none, a file without an id, a link that is none of the web,
/// a NUL in a text. Limits are checked by [`Capabilities`].
///
/// # Example
///
/// ```
/// use adapter_potato::{Peer, encode_message};
/// use gateway_core::model::{NewMessage, Text};
///
/// let peer: Peer = "group:11370003".parse().unwrap();
/// let new = NewMessage::new(Text::new().bold("Tea").plain(" is ready"));
/// let sending = encode_message("sending", peer, &new)?;
/// assert_eq!(
///     serde_json::to_string(&sending).unwrap(),
///     r#"{"chat_type":2,"chat_id":11370003,"text":"**Tea** is ready","markdown":true}"#
/// );
/// # Ok::<(), gateway_core::Error>(())
/// ```
pub fn message<'a>(doing: &'static str, peer: Peer, new: &'a NewMessage) -> Result<Sending<'a>> {
    check_text(doing, new.text.plain_text())?;
    let target = wire::Target::from(peer);
    if let Some(forward) = &new.forward {
        let from = wire::Target::from(Peer::of(doing, &forward.chat)?);
        return Ok(Sending::Forward(wire::ForwardMessage {
            target,
            from_chat_type: from.chat_type,
            from_chat_id: from.chat_id,
            message_id: number(doing, "forward.message", forward.message.as_str())?,
        }));
    }
    let shared = Shared {
        target,
        reply_to_message_id: reply_to(doing, new.reply_to.as_ref())?,
        reply_markup: new.keyboard.as_ref().map(|it| keyboard::markup(doing, it)).transpose()?,
    };
    match &new.attachments[..] {
        [] => {
            let Shared { target, reply_to_message_id, reply_markup } = shared;
            let (text, markdown) = text(&new.text);
            let markdown = Some(markdown);
            Ok(Sending::Text(wire::SendTextMessage {
                target,
                text,
                reply_to_message_id,
                markdown,
                reply_markup,
            }))
        }
        [attachment] => attachment::sending(doing, shared, attachment, caption(&new.text)),
        several => {
            let what = format!("{} attachments in one message", several.len());
            Err(Error::unsupported(doing, what))
        }
    }
}

/// Refuses a text that is none.
pub(crate) fn check_text(doing: &'static str, text: &str) -> Result<()> {
    given::text(text).map_err(|why| Error::invalid(doing, "text", why))
}

/// What every method takes that sends something.
struct Shared<'a> {
    target: wire::Target,
    reply_to_message_id: Option<i64>,
    reply_markup: Option<wire::ReplyMarkup<'a>>,
}

/// The text, and whether it is markdown.
fn text(text: &Text) -> (Cow<'_, str>, bool) {
    if text.spans().is_empty() {
        return (text.plain_text().into(), false);
    }
    if let Some(markdown) = markdown::written_whole(text) {
        return (markdown.into(), true);
    }
    let carried = carried(&markdown::formatting(), text);
    match markdown::written(&carried) {
        Some(markdown) => (markdown.into(), true),
        None => (carried.into_plain().into(), false),
    }
}

/// What goes beside a file: without formatting, since no method reads captions as markdown.
pub(crate) fn caption(text: &Text) -> Option<Cow<'_, str>> {
    if text.is_blank() {
        return None;
    }
    if text.spans().is_empty() {
        return Some(text.plain_text().into());
    }
    let plain = Capabilities::of_text(TextLimit::characters(usize::MAX));
    Some(carried(&plain, text).into_plain().into())
}

/// What of a text is carried; the addresses of links that are not are written out.
fn carried(capabilities: &Capabilities, text: &Text) -> Text {
    let message = NewMessage::new(text.clone());
    // It is refused only when there is nothing to see in it, and then there is nothing to carry.
    let fitted = fit(capabilities, &message).ok();
    let part = fitted.and_then(|fitted| fitted.parts.into_owned().into_iter().next());
    part.map_or_else(|| text.plain_text().into(), |part| part.text)
}

/// The message that is answered, as the platform's number.
fn reply_to(doing: &'static str, id: Option<&MessageId>) -> Result<Option<i64>> {
    id.map(|id| number(doing, "reply_to", id.as_str())).transpose()
}

/// An id that is not one of this platform's is a mistake of the caller.
pub(crate) fn number(doing: &'static str, field: &str, id: &str) -> Result<i64> {
    let why = || format!("{id:?} is no number above 0");
    above_zero(id).ok_or_else(|| Error::invalid(doing, field, why()))
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{Button, Forward, Keyboard, Location, Span, Style, Venue, Video};
    use serde_json::{Value, json};

    use super::*;

    fn sent(new: &NewMessage) -> (&'static str, Value) {
        let peer: Peer = "user:5".parse().expect("a peer");
        let sending = message("sending", peer, new).expect("it can be sent");
        (sending.method(), serde_json::to_value(&sending).expect("JSON"))
    }

    fn said(text: &Text) -> (String, bool) {
        let (text, is_markdown) = super::text(text);
        (text.into_owned(), is_markdown)
    }

    #[test]
    fn a_text_without_formatting_is_said_to_be_none() {
        let (method, json) = sent(&NewMessage::new("2*2*2"));
        let wanted = json!({"chat_type": 1, "chat_id": 5, "text": "2*2*2", "markdown": false});
        assert_eq!((method, json), ("sendTextMessage", wanted));
    }

    #[test]
    fn an_address_that_cannot_be_a_link_is_written_out() {
        let own = Text::new().plain("a_snake_case: ").link("menu", "https://e.org/menu").plain("!");
        assert_eq!(said(&own), ("a_snake_case: menu (https://e.org/menu)!".to_owned(), false));
        let odd = Text::new().bold("x ").link("tea", "https://e.org/Tea_(drink)");
        assert_eq!(said(&odd), ("**x** tea (https://e.org/Tea_(drink))".to_owned(), true));
    }

    #[test]
    fn a_style_that_the_platform_lacks_becomes_another() {
        let text = Text::new().heading("Menu").plain(" ").underline("today");
        assert_eq!(said(&text), ("**Menu** *today*".to_owned(), true));
        let block = Text::new().preformatted("a\nb", None);
        assert_eq!(said(&block), ("a\nb".to_owned(), false));
    }

    #[test]
    fn a_caption_has_no_formatting_and_loses_no_address() {
        let image = Attachment::Image(Media::stored("id").into());
        let text = Text::new().bold("Menu").plain(" ").link("here", "https://e.org/");
        let (method, json) = sent(&NewMessage::new(text).with_attachment(image));
        assert_eq!(method, "sendPhoto");
        assert_eq!(json["caption"], "Menu here (https://e.org/)");
    }

    #[test]
    fn what_is_given_by_mistake_is_named_and_not_sent() {
        let attached = |it| NewMessage::default().with_attachment(it);
        let at = |latitude, longitude| Location { latitude, longitude };
        let (nan, far) = (at(f64::NAN, 13.4), at(52.5, f64::NEG_INFINITY));
        let (title, address) = ("Tea\0".to_owned(), String::new());
        let venue = Venue { location: at(0.0, 0.0), title, address, foursquare_id: None };
        let still = Some(Box::new(Media::stored("")));
        let film = Video { thumbnail: still, ..Media::stored("f1").into() };
        let answers = |id: &str| NewMessage { reply_to: Some(id.into()), ..NewMessage::new("x") };
        let button = |it| NewMessage::new("x").with_keyboard(Keyboard::inline([[it]]));
        for (new, wanted) in [
            (attached(Attachment::Location(nan)), "attachments[0].latitude: NaN"),
            (attached(Attachment::Location(far)), "attachments[0].longitude: -inf"),
            (attached(Attachment::Venue(venue)), "attachments[0].title: its byte 3 is a NUL"),
            (attached(Attachment::File(Media::stored(""))), "attachments[0].source: the id"),
            (attached(Attachment::Video(film)), "attachments[0].thumbnail.source: the id"),
            (answers("-5"), "reply_to: \"-5\" is no number above 0"),
            (answers("0"), "reply_to: \"0\""),
            (NewMessage::new("a\0b"), "text: its byte 1 is a NUL"),
            (
                button(Button::link("x", "javascript:alert(1)")),
                "keyboard.rows[0][0].url: \"javascript:alert(1)\": its scheme is javascript",
            ),
            (button(Button::link("x", "e.org")), "keyboard.rows[0][0].url: \"e.org\" is no"),
            (button(Button::link("x\0", "https://e.org")), "keyboard.rows[0][0].label: its byte"),
            (button(Button::callback("x", "\0")), "keyboard.rows[0][0].payload: its byte 0"),
        ] {
            let peer: Peer = "user:5".parse().expect("a peer");
            let error = message("sending", peer, &new).expect_err(wanted);
            let gateway_core::ErrorKind::Invalid { field: Some(field) } = error.kind() else {
                panic!("{wanted}: {error}")
            };
            let said = format!("{field}: {}", error.text().unwrap_or_default());
            assert!(said.starts_with(wanted), "{said}");
        }
        // The document's own example.
        sent(&attached(Attachment::Location(at(212.03, 5.0))));
    }

    #[test]
    fn what_is_passed_on_names_both_chats() {
        let chat = gateway_core::model::ChatId::new("channel:7");
        let forward = Forward { chat, message: MessageId::new("9") };
        let (method, json) = sent(&NewMessage { forward: Some(forward), ..NewMessage::default() });
        assert_eq!(method, "forwardMessage");
        let wanted = json!({
            "chat_type": 1, "chat_id": 5, "from_chat_type": 3, "from_chat_id": 7, "message_id": 9,
        });
        assert_eq!(json, wanted);
    }

    #[test]
    fn formatting_that_overlaps_is_written_as_far_as_it_can_be() {
        let spans = [
            Span { start: 0, end: 4, style: Style::Bold },
            Span { start: 2, end: 6, style: Style::Italic },
        ];
        assert_eq!(
            said(&Text::from_parts("abcdef", spans)),
            ("**ab**___cd___*ef*".to_owned(), true)
        );
    }
}
