//! Model → wire.
//!
//! The platform's markdown has no way to escape a character. So that nobody's text is ever read
//! as markup by accident, a text that holds one of the grammar's own characters is sent plain,
//! without its formatting.

use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Action, Button, Keyboard, NewMessage, Style, Text};

use crate::{Peer, wire};

/// The characters that mean something in the platform's markdown ("Rich Text Support").
const GRAMMAR: [char; 6] = ['*', '_', '`', '[', ']', '<'];

/// A message as the platform wants it.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`](gateway_core::ErrorKind::Unsupported) for a button of a kind that is
/// not carried, [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for an id of another
/// platform; limits are checked by [`Capabilities`](gateway_core::Capabilities).
pub fn message(doing: &'static str, peer: Peer, new: &NewMessage) -> Result<wire::SendTextMessage> {
    let (text, markdown) = text(&new.text);
    let keyboard = new.keyboard.as_ref();
    Ok(wire::SendTextMessage {
        chat_type: peer.kind,
        chat_id: peer.id,
        text,
        reply_to_message_id: reply_to(doing, new)?,
        markdown: Some(markdown),
        reply_markup: keyboard.map(|keyboard| self::keyboard(doing, keyboard)).transpose()?,
    })
}

/// The text, and whether it is markdown.
fn text(text: &Text) -> (String, bool) {
    match markdown(text) {
        Some(markdown) => (markdown, true),
        None => (text.plain_text().to_owned(), false),
    }
}

/// The text as markdown; `None` when it has no formatting, or when it cannot be written safely.
fn markdown(text: &Text) -> Option<String> {
    if text.spans().is_empty() || text.plain_text().contains(GRAMMAR) {
        return None;
    }
    let mut markdown = String::new();
    let mut marker = '*';
    for (piece, styles) in text.runs() {
        // A marker next to a space is undefined: the spaces go outside.
        let inner = piece.trim();
        let (before, after) = match piece.split_once(inner) {
            Some(around) if !inner.is_empty() => around,
            _ => (piece, ""),
        };
        markdown.push_str(before);
        if !inner.is_empty() {
            // Two runs that touch must not share a marker: `**a***b*` could be read in many ways.
            marker = if markdown.ends_with(marker) { other(marker) } else { marker };
            markdown.push_str(&run(inner, &styles, marker));
        }
        markdown.push_str(after);
    }
    Some(markdown)
}

fn other(marker: char) -> char {
    if marker == '*' { '_' } else { '*' }
}

/// One run with its styles. Of styles that the grammar cannot nest the first of these is kept:
/// link, mention, code, then bold and italic together.
fn run(text: &str, styles: &[&Style], marker: char) -> String {
    let target = styles.iter().find_map(|style| match style {
        Style::Link { url } if is_safe_target(url) => Some(url.clone()),
        Style::Mention { user: Some(user), .. } => Some(format!("@ {user}")),
        _ => None,
    });
    if let Some(target) = target {
        return if target == text { format!("<{target}>") } else { format!("[{text}]({target})") };
    }
    if styles.contains(&&Style::Code) && !text.contains('\n') {
        return format!("`{text}`");
    }
    let bold = if styles.contains(&&Style::Bold) { 2 } else { 0 };
    let italic = usize::from(styles.contains(&&Style::Italic));
    let around = marker.to_string().repeat(bold + italic);
    format!("{around}{text}{around}")
}

fn is_safe_target(url: &str) -> bool {
    let breaks = |character: char| character.is_whitespace() || "()<>".contains(character);
    (url.starts_with("http://") || url.starts_with("https://")) && !url.contains(breaks)
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
fn keyboard(doing: &'static str, keyboard: &Keyboard) -> Result<wire::InlineKeyboardMarkup> {
    let button = |button: &Button| self::button(doing, button);
    let row = |row: &Vec<Button>| {
        Ok(wire::ButtonRow { buttons: row.iter().map(button).collect::<Result<_>>()? })
    };
    Ok(wire::InlineKeyboardMarkup {
        kind: wire::MarkupType::InlineKeyboard,
        inline_keyboard: keyboard.rows.iter().map(row).collect::<Result<_>>()?,
    })
}

fn button(doing: &'static str, button: &Button) -> Result<wire::InlineKeyboardButton> {
    let label = wire::InlineKeyboardButton { text: button.label.clone(), ..Default::default() };
    match &button.action {
        Action::Callback { payload, .. } => {
            Ok(wire::InlineKeyboardButton { callback_data: Some(payload.clone()), ..label })
        }
        Action::Link { url } => Ok(wire::InlineKeyboardButton { url: Some(url.clone()), ..label }),
        other => Err(Error::unsupported(doing, format!("buttons of kind {:?}", other.kind()))),
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{Span, UserId};
    use proptest::prelude::*;

    use super::*;

    fn written(text: &Text) -> (String, bool) {
        super::text(text)
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
