//! Markdown as the platform reads it: the list of the schema 0.5.6, "Text formatting", with the
//! rules of `CommonMark` 0.29, to which the schema points.
//!
//! The text keeps its lines, and what is not in the list is text: tags, pictures, lists, entities,
//! bare addresses in `<>`. Asserted by the official client's suite are nesting, code between one,
//! two and three backticks, fences, titles of links, brackets in their addresses, and links
//! without an address. What no source says is decided so:
//!
//! - A marker that finds no partner in its paragraph is text; a heading is a paragraph of its own.
//! - `_` within a word is text; `*`, `~~`, `++` and `^^` work there. A lone `~`, `+` or `^` is
//!   text.
//! - A backslash takes the meaning from the ASCII punctuation after it, but not within code.
//! - A heading has one to six `#` and a space before it, at the very start of a line.
//! - A quote is `>` at the very start of lines that follow each other; the space after it is no
//!   part of it. There are none within quotes. It is read on both platforms, as MAX has it in
//!   `MarkupElement` (schema 0.0.32); neither schema lists its markdown.
//! - Between three backticks and more, line endings stay, but for one at each end. On lines of
//!   their own, the first may name a language, which is dropped. A fence that is never closed is
//!   text.
//! - A heading, quote or link without text leaves no mark.
//!
//! Each character is looked at a bounded number of times, whatever the text: a search that found
//! nothing is not made again (`hopeless`, and `bottoms` in `pairs`), and the brackets within an
//! address are counted up to a limit, as `CommonMark` allows.

mod inline;
mod pairs;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::world::{MarkKind, RichText};

/// The text of some markdown, with its formatting.
pub(super) fn parse(markdown: &str) -> RichText {
    let mut written = Written::default();
    blocks(markdown, Quotes::Read, &mut written);
    RichText::spanned(written.plain, written.spans)
}

/// What was read so far; places are in bytes of the plain text.
#[derive(Default)]
struct Written {
    plain: String,
    spans: Vec<(Range<usize>, MarkKind)>,
}

impl Written {
    fn mark(&mut self, from: usize, kind: MarkKind) {
        self.spans.push((from..self.plain.len(), kind));
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    Read,
    /// It is the inside of a quote.
    Text,
}

/// What takes whole lines.
enum Block<'a> {
    Heading(&'a str),
    Fence(&'a str),
    Quote(String),
}

fn blocks(text: &str, quotes: Quotes, written: &mut Written) {
    // Where the line that is looked at begins, and the paragraph that was not written yet.
    let (mut at, mut paragraph) = (0, 0);
    let mut hopeless = None;
    while at < text.len() {
        let rest = &text[at..];
        let line = first_line(rest);
        if let Some((block, taken)) = block(rest, line, quotes, &mut hopeless) {
            inline::write(&text[paragraph..at], written);
            let from = written.plain.len();
            match block {
                Block::Heading(inner) => {
                    inline::write(inner, written);
                    written.mark(from, MarkKind::Heading);
                }
                Block::Fence(inner) => {
                    written.plain.push_str(inner);
                    written.mark(from, MarkKind::Preformatted);
                }
                Block::Quote(inner) => {
                    blocks(&inner, Quotes::Text, written);
                    written.mark(from, MarkKind::Quote);
                }
            }
            // The line ending after it goes with what follows.
            paragraph = at + taken;
            at = paragraph + after_line(&text[paragraph..]);
        } else {
            at += after_line(rest);
            if line.trim().is_empty() {
                inline::write(&text[paragraph..at], written);
                paragraph = at;
            }
        }
    }
    inline::write(&text[paragraph..], written);
}

/// The block that begins here, and how many bytes it takes, without its last line ending.
fn block<'a>(
    rest: &'a str,
    line: &'a str,
    quotes: Quotes,
    hopeless: &mut Option<usize>,
) -> Option<(Block<'a>, usize)> {
    match line.as_bytes().first()? {
        b'#' => heading(line).map(|inner| (Block::Heading(inner), line.len())),
        b'`' => fence(rest, line, hopeless).map(|(inner, taken)| (Block::Fence(inner), taken)),
        b'>' if quotes == Quotes::Read => {
            quote(rest).map(|(inner, taken)| (Block::Quote(inner), taken))
        }
        _ => None,
    }
}

fn heading(line: &str) -> Option<&str> {
    let inner = &line[run_of(line, '#')..];
    let blank = inner.starts_with([' ', '\t']) && line.len() - inner.len() <= 6;
    Some(inner.trim_start()).filter(|inner| blank && !inner.is_empty())
}

/// The inside of a fence. `hopeless` is the shortest one that is known not to be closed below.
fn fence<'a>(rest: &'a str, line: &str, hopeless: &mut Option<usize>) -> Option<(&'a str, usize)> {
    let width = run_of(line, '`');
    let language = line[width..].trim();
    let names = !language.contains(|it: char| it == '`' || it.is_whitespace());
    if width < 3 || !names || hopeless.is_some_and(|shortest| width >= shortest) {
        return None;
    }
    let first = after_line(rest);
    let mut at = first;
    while at < rest.len() {
        let line = first_line(&rest[at..]);
        let closing = run_of(line, '`');
        if closing >= width && line[closing..].trim().is_empty() {
            let inner = &rest[first..at];
            let inner = inner.strip_suffix('\n').unwrap_or(inner);
            let inner = inner.strip_suffix('\r').unwrap_or(inner);
            return Some((inner, at + line.len()));
        }
        at += after_line(&rest[at..]);
    }
    *hopeless = Some(width);
    None
}

fn quote(rest: &str) -> Option<(String, usize)> {
    let mut inner = String::new();
    let (mut at, mut end) = (0, 0);
    while let Some(line) = first_line(&rest[at..]).strip_prefix('>') {
        if at > 0 {
            inner.push('\n');
        }
        inner.push_str(line.strip_prefix(' ').unwrap_or(line));
        end = at + 1 + line.len();
        at += after_line(&rest[at..]);
    }
    (!inner.trim().is_empty()).then_some((inner, end))
}

/// Without its ending.
fn first_line(text: &str) -> &str {
    let line = text.find('\n').map_or(text, |end| &text[..end]);
    line.strip_suffix('\r').unwrap_or(line)
}

/// How long it is with its ending.
fn after_line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |end| end + 1)
}

/// How many bytes of this ASCII character a text begins with.
fn run_of(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}
