//! Model → wire.
//!
//! The platform's markdown has no way to escape a character. So that nobody's text is ever read
//! as markup by accident, a text that holds one of the grammar's own characters is sent plain,
//! without its formatting.

use std::borrow::Cow;

use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Action, Button, Keyboard, NewMessage, Style, Text};

use crate::{Peer, wire};

/// A message as the platform wants it.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`](gateway_core::ErrorKind::Unsupported) for a button of a kind that is
/// not carried, [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for an id of another
/// platform; limits are checked by [`Capabilities`](gateway_core::Capabilities).
pub fn message<'a>(
    doing: &'static str,
    peer: Peer,
    new: &'a NewMessage,
) -> Result<wire::SendTextMessage<'a>> {
    let (text, markdown) = text(&new.text);
    let keyboard = new.keyboard.as_ref();
    Ok(wire::SendTextMessage {
        target: peer.into(),
        text,
        reply_to_message_id: reply_to(doing, new)?,
        markdown: Some(markdown),
        reply_markup: keyboard.map(|keyboard| self::keyboard(doing, keyboard)).transpose()?,
    })
}

/// The text, and whether it is markdown.
fn text(text: &Text) -> (Cow<'_, str>, bool) {
    match markdown(text) {
        Some(markdown) => (markdown.into(), true),
        None => (spelled(text), false),
    }
}

/// The plain text, with the addresses that its links would lead to: formatting may go, what it says
/// may not.
fn spelled(text: &Text) -> Cow<'_, str> {
    let plain = text.plain_text();
    let mut spelled = String::new();
    let mut written = 0;
    for span in text.spans() {
        if let Style::Link { url } = &span.style
            && plain[span.range()].trim() != url
        {
            spelled.extend([&plain[written..span.end], " (", url, ")"]);
            written = span.end;
        }
    }
    if written == 0 {
        return plain.into();
    }
    spelled.push_str(&plain[written..]);
    spelled.into()
}

/// The text as markdown; `None` when it has no formatting, or when it cannot be written safely.
fn markdown(text: &Text) -> Option<String> {
    if text.spans().is_empty() || holds_grammar(text.plain_text().as_bytes()) {
        return None;
    }
    let room = text.plain_text().len() + 32 * text.spans().len();
    let mut markdown = String::with_capacity(room);
    let mut marker = '*';
    text.each_run(|piece, styles| {
        // A marker next to a space is undefined: the spaces go outside.
        let inner = piece.trim();
        let before = piece.len() - piece.trim_start().len();
        markdown.push_str(&piece[..before]);
        if !inner.is_empty() {
            // Two runs that touch must not share a marker: `**a***b*` could be read in many ways.
            marker = if markdown.ends_with(marker) { other(marker) } else { marker };
            write_run(&mut markdown, inner, styles, marker);
            markdown.push_str(&piece[before + inner.len()..]);
        }
    });
    Some(markdown)
}

/// Whether a text has characters that mean something in the platform's markdown ("Rich Text
/// Support"): `*`, `_`, `` ` ``, `[`, `]`, `<`.
fn holds_grammar(text: &[u8]) -> bool {
    memchr::memchr3(b'*', b'_', b'`', text).is_some()
        || memchr::memchr3(b'[', b']', b'<', text).is_some()
}

fn other(marker: char) -> char {
    if marker == '*' { '_' } else { '*' }
}

/// One run with its styles. Of styles that the grammar cannot nest the first of these is kept:
/// link, mention, code, then bold and italic together.
fn write_run(out: &mut String, text: &str, styles: &[&Style], marker: char) {
    let unsafe_target = styles.iter().find_map(|style| match style {
        Style::Link { url } if !is_safe_target(url) && url != text => Some(url),
        _ => None,
    });
    if let Some(url) = unsafe_target {
        return out.extend([text, " (", url, ")"]);
    }
    let target = styles.iter().find_map(|style| match style {
        Style::Link { url } if is_safe_target(url) => Some(("", url.as_str())),
        Style::Mention { user: Some(user), .. } => Some(("@ ", user.as_str())),
        _ => None,
    });
    match target {
        Some(("", url)) if url == text => out.extend(["<", url, ">"]),
        Some((at, target)) => out.extend(["[", text, "](", at, target, ")"]),
        None if styles.contains(&&Style::Code) && !text.contains('\n') => {
            out.extend(["`", text, "`"]);
        }
        None => {
            let bold = if styles.contains(&&Style::Bold) { 2 } else { 0 };
            let around = bold + usize::from(styles.contains(&&Style::Italic));
            out.extend(std::iter::repeat_n(marker, around));
            out.push_str(text);
            out.extend(std::iter::repeat_n(marker, around));
        }
    }
}

fn is_safe_target(url: &str) -> bool {
    let breaks = |byte: u8| byte.is_ascii_whitespace() || b"()<>".contains(&byte);
    (url.starts_with("http://") || url.starts_with("https://")) && !url.bytes().any(breaks)
}

/// The message that is answered, as the platform's number.
fn reply_to(doing: &'static str, new: &NewMessage) -> Result<Option<i64>> {
    new.reply_to.as_ref().map(|id| number(doing, "reply_to", id.as_str())).transpose()
}

/// An id that is not one of this platform's is a mistake of the caller.
pub(crate) fn number(doing: &'static str, field: &str, id: &str) -> Result<i64> {
    id.parse().map_err(|_| Error::invalid(doing, field, format!("{id:?} is no number")))
}

/// Rows of objects, never bare arrays.
fn keyboard<'a>(doing: &'static str, keyboard: &'a Keyboard) -> Result<wire::ReplyMarkup<'a>> {
    let button = |button: &'a Button| self::button(doing, button);
    let row = |row: &'a Vec<Button>| {
        Ok(wire::InlineKeyboardButtonRow {
            buttons: row.iter().map(button).collect::<Result<_>>()?,
        })
    };
    let inline_keyboard = keyboard.rows.iter().map(row).collect::<Result<_>>()?;
    Ok(wire::ReplyMarkup::InlineKeyboard(wire::InlineKeyboardMarkup { inline_keyboard }))
}

fn button<'a>(doing: &'static str, button: &'a Button) -> Result<wire::InlineKeyboardButton<'a>> {
    let label =
        wire::InlineKeyboardButton { text: button.label.as_str().into(), ..Default::default() };
    match &button.action {
        Action::Callback { payload, .. } => {
            Ok(wire::InlineKeyboardButton { callback_data: Some(payload.as_str().into()), ..label })
        }
        Action::Link { url } => {
            Ok(wire::InlineKeyboardButton { url: Some(url.as_str().into()), ..label })
        }
        other => Err(Error::unsupported(doing, format!("buttons of kind {:?}", other.kind()))),
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{Span, UserId};
    use proptest::prelude::*;

    use super::*;

    fn written(text: &Text) -> (String, bool) {
        let (written, is_markdown) = super::text(text);
        (written.into_owned(), is_markdown)
    }

    #[test]
    fn each_style_has_its_marker() {
        let text = Text::new().bold("b").plain(" ").italic("i").plain(" ").code("c").plain(" ");
        let text = text.link("here", "https://e.org/a_b");
        assert_eq!(written(&text), ("**b** *i* `c` [here](https://e.org/a_b)".to_owned(), true));
    }

    #[test]
    fn bold_and_italic_together_are_three_markers() {
        let both = [Style::Bold, Style::Italic].map(|style| Span { start: 0, end: 2, style });
        assert_eq!(written(&Text::from_parts("hi", both)).0, "***hi***");
    }

    #[test]
    fn runs_that_touch_take_turns() {
        let text = Text::new().bold("a").italic("b").bold("c");
        assert_eq!(written(&text).0, "**a**_b_**c**");
    }

    #[test]
    fn spaces_go_outside_of_the_markers() {
        assert_eq!(written(&Text::new().bold(" a ").plain("b")).0, " **a** b");
    }

    #[test]
    fn a_mention_names_the_user() {
        let mention = Style::Mention { user: Some(UserId::new("100500")), username: None };
        assert_eq!(written(&Text::new().styled("Li", mention)).0, "[Li](@ 100500)");
    }

    #[test]
    fn an_address_that_cannot_be_a_link_is_written_out() {
        let own = Text::new().plain("snake_case: ").link("menu", "https://e.org/menu").plain("!");
        assert_eq!(written(&own).0, "snake_case: menu (https://e.org/menu)!");
        let odd = Text::new().link("tea", "https://e.org/Tea_(drink)");
        assert_eq!(written(&odd).0, "tea (https://e.org/Tea_(drink))");
    }

    #[test]
    fn text_with_the_grammars_own_characters_goes_out_plain() {
        let text = Text::new().bold("snake_case").plain(" 2*2");
        assert_eq!(written(&text), ("snake_case 2*2".to_owned(), false));
    }

    proptest! {
        #[test]
        fn nothing_but_markers_is_added(words in prop::collection::vec("[a-z ü😀]{1,6}", 1..6)) {
            let text = words.iter().enumerate().fold(Text::new(), |text, (place, word)| {
                match place % 3 {
                    0 => text.bold(word),
                    1 => text.plain(word),
                    _ => text.italic(word),
                }
            });
            let bare = written(&text).0.replace(['*', '_'], "");
            prop_assert_eq!(bare, text.plain_text());
        }
    }
}
