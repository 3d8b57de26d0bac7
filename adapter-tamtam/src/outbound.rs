//! Model → wire.

use gateway_core::messenger::{Error, ErrorKind, Result};
use gateway_core::model::{Action, Button, Keyboard, NewMessage, Style, Text};

use crate::capabilities::TEXT;
use crate::{Dialect, wire};

/// A message as the platform wants it. A keyboard is stated even when there is none, so that an
/// edit takes the old one away.
pub(crate) fn message(
    dialect: Dialect,
    doing: &'static str,
    new: &NewMessage,
) -> Result<wire::NewMessageBody> {
    let (text, format) = if new.text.spans().is_empty() {
        (new.text.plain_text().to_owned(), None)
    } else {
        (html(dialect, &new.text), Some("html".to_owned()))
    };
    let given = TEXT.unit.count(&text);
    if given > TEXT.max {
        let field = "text with its markup".to_owned();
        return Err(Error::new(ErrorKind::TooLarge { field, limit: TEXT.max, given }, doing));
    }
    let attachments = match &new.keyboard {
        Some(keyboard) => vec![self::keyboard(doing, keyboard)?],
        None => Vec::new(),
    };
    let link = new.reply_to.as_ref().map(|message| wire::NewMessageLink {
        kind: wire::LinkKind::Reply,
        mid: message.as_str().to_owned(),
    });
    Ok(wire::NewMessageBody { text: Some(text), attachments: Some(attachments), link, format })
}

fn keyboard(doing: &'static str, keyboard: &Keyboard) -> Result<wire::Attachment> {
    let row = |row: &Vec<Button>| row.iter().map(|button| self::button(doing, button)).collect();
    let buttons = keyboard.rows.iter().map(row).collect::<Result<_>>()?;
    let payload = wire::Keyboard { buttons };
    Ok(wire::Attachment::Known(wire::KnownAttachment::InlineKeyboard { payload }))
}

fn button(doing: &'static str, button: &Button) -> Result<wire::Button> {
    let text = button.label.clone();
    Ok(wire::Button::Known(match &button.action {
        Action::Callback { payload } => {
            wire::KnownButton::Callback { text, payload: payload.clone(), intent: None }
        }
        Action::Link { url } => wire::KnownButton::Link { text, url: url.clone() },
        Action::Other { kind, .. } => {
            return Err(Error::unsupported(doing, format!("buttons of kind {kind}")));
        }
        _ => return Err(Error::unsupported(doing, "buttons of this kind")),
    }))
}

/// The text as the platform's HTML: unlike its markdown, that has a way to escape every character.
fn html(dialect: Dialect, text: &Text) -> String {
    let mut html = String::new();
    for (piece, styles) in text.runs() {
        let tags: Vec<(String, &str)> =
            styles.into_iter().filter_map(|style| tag(dialect, style)).collect();
        html.extend(tags.iter().map(|(opening, _)| opening.as_str()));
        html.push_str(&escaped(piece));
        html.extend(tags.iter().rev().map(|(_, closing)| *closing));
    }
    html
}

/// The opening and the closing tag of a style; `None` for one that the platform finds by itself
/// or cannot show.
fn tag(dialect: Dialect, style: &Style) -> Option<(String, &'static str)> {
    let simple = |opening: &str, closing| Some((opening.to_owned(), closing));
    match style {
        Style::Bold => simple("<b>", "</b>"),
        Style::Italic => simple("<i>", "</i>"),
        Style::Underline => simple("<u>", "</u>"),
        Style::Strikethrough => simple("<s>", "</s>"),
        Style::Code => simple("<code>", "</code>"),
        Style::Preformatted => simple("<pre>", "</pre>"),
        Style::Heading => simple("<h1>", "</h1>"),
        Style::Highlight => simple("<mark>", "</mark>"),
        Style::Link { url } => Some((format!("<a href=\"{}\">", escaped(url)), "</a>")),
        Style::Mention { user: Some(user) } => {
            Some((format!("<a href=\"{}://user/{user}\">", dialect.mention_scheme()), "</a>"))
        }
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn markup_counts_towards_the_limit() {
        let text = Text::new().bold(&"x".repeat(3999));
        let error = message(Dialect::Max, "sending", &NewMessage::new(text)).expect_err("too long");
        assert_eq!(
            error.to_string(),
            "sending: text with its markup is too large: 4006, at most 4000"
        );
    }
}
