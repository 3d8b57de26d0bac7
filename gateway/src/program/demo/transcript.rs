//! What people say and see, line by line, each with its messenger.

use std::io::{self, Write};

use sandbox::world::{MarkKind, Message, RichText};
use sandbox::{Glimpse, Platform};

/// Prints a conversation.
pub(super) struct Transcript<W> {
    out: W,
}

impl<W: Write> Transcript<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }

    /// A person does something.
    pub(super) fn acts(&mut self, platform: Platform, who: &str, what: &str) -> io::Result<()> {
        self.line(platform, who, &format!("({what})"))
    }

    /// A person says something.
    pub(super) fn says(
        &mut self,
        platform: Platform,
        who: &str,
        text: &RichText,
    ) -> io::Result<()> {
        self.line(platform, who, &marked(text))
    }

    /// A person sees the bot do something.
    pub(super) fn sees(&mut self, platform: Platform, bot: &str, seen: &Glimpse) -> io::Result<()> {
        match seen {
            Glimpse::Message(message) => self.line(platform, bot, &written(message)),
            Glimpse::Edited(message) => {
                self.line(platform, bot, &format!("(edits) {}", written(message)))
            }
            Glimpse::Deleted(_) => self.line(platform, bot, "(deleted a message)"),
            Glimpse::Notice(text) => self.line(platform, bot, &format!("(notice) {text}")),
        }
    }

    fn line(&mut self, platform: Platform, who: &str, what: &str) -> io::Result<()> {
        let messenger = match platform {
            Platform::Tamtam => "TamTam",
            Platform::Max => "MAX",
            Platform::Potato => "Potato",
        };
        let mut lines = what.lines();
        writeln!(self.out, "{messenger:<7} {who:>7}: {}", lines.next().unwrap_or_default())?;
        lines.try_for_each(|line| writeln!(self.out, "{:<7} {:>7}  {line}", "", ""))?;
        self.out.flush()
    }
}

/// A message, with its buttons behind it.
fn written(message: &Message) -> String {
    let buttons: Vec<String> = message
        .content
        .buttons
        .iter()
        .flatten()
        .map(|button| format!("[{}]", button.label))
        .collect();
    let gap = if buttons.is_empty() { "" } else { "  " };
    format!("{}{gap}{}", marked(&message.content.text), buttons.join(" "))
}

/// A text with its formatting as people write it by hand.
fn marked(text: &RichText) -> String {
    let mut signs: Vec<(usize, String)> = Vec::new();
    for mark in &text.marks {
        let (opening, closing) = match &mark.kind {
            MarkKind::Bold => ("**".to_owned(), "**".to_owned()),
            MarkKind::Italic => ("_".to_owned(), "_".to_owned()),
            MarkKind::Code => ("`".to_owned(), "`".to_owned()),
            MarkKind::Link { url } => ("[".to_owned(), format!("]({url})")),
            _ => continue,
        };
        signs.push((mark.from, opening));
        signs.insert(0, (mark.from + mark.length, closing));
    }
    let mut out = String::new();
    let mut unit = 0;
    let at = |unit: usize| signs.iter().filter(move |(place, _)| *place == unit);
    for character in text.plain.chars() {
        out.extend(at(unit).map(|(_, sign)| sign.as_str()));
        out.push(character);
        unit += character.len_utf16();
    }
    out.extend(at(unit).map(|(_, sign)| sign.as_str()));
    out
}

#[cfg(test)]
mod tests {
    use sandbox::world::Mark;

    use super::*;

    #[test]
    fn formatting_is_shown_as_people_write_it() {
        let mark = |from, length, kind| Mark { from, length, kind };
        let link = MarkKind::Link { url: "https://e.org/".to_owned() };
        let text = RichText {
            plain: "😀 bold and a link".to_owned(),
            marks: vec![mark(3, 4, MarkKind::Bold), mark(14, 4, link)],
        };
        assert_eq!(marked(&text), "😀 **bold** and a [link](https://e.org/)");
    }
}
