//! Formatting → the platform's markdown ("Rich Text Support"), where nothing can be misread.
//!
//! The grammar has no way to tell a character from a mark, and what it does with a mark that has no
//! other, with one inside of a word, with one inside of another, no document says. So nothing is
//! written whose reading depends on that:
//!
//! - What stands between marks holds no other marks. Of styles over one place the first of these
//!   counts: link, mention, command, address, code; then bold and italic, which go together.
//! - No text between marks begins or ends with a blank, or goes over a line.
//! - `*` marks bold and italic, and `_` where a `*` stands before it; but not inside of a word.
//! - A `*` or `_` of the text itself is let through when it is the only one, and then marks nothing.
//!   What is shown of a link, a mention or a command counts as such text: the document has
//!   `[/new_bot](cmd)`, and does not say what two would be. The same goes for `` ` ``; brackets are
//!   let through when no others can belong to them.
//! - Where that cannot be had, bold and italic go first, then all formatting.
//!
//! What is inside of angles, of code and of a link's target is taken as it is by whoever reads from
//! left to right.

use std::borrow::Cow;
use std::ops::Range;

use gateway_core::messenger::{Capabilities, Level, Levels, TextLimit, Writable};
use gateway_core::model::{Span, Style, StyleKind, Text};

use crate::peer::above_zero;

/// What the grammar has, for texts of any length.
pub(crate) fn formatting() -> Capabilities {
    let written = [StyleKind::Bold, StyleKind::Italic, StyleKind::Code, StyleKind::Link];
    let named = [StyleKind::Mention, StyleKind::Command, StyleKind::Email];
    Capabilities {
        // `Entity Type`: there is no underline, no strike, no block and no quote.
        styles: Levels::all(Level::Full, written.into_iter().chain(named))
            .with(StyleKind::Preformatted, Level::Fallback)
            .with(StyleKind::Heading, Level::Fallback)
            .with(StyleKind::Highlight, Level::Fallback)
            .with(StyleKind::Quote, Level::Fallback)
            .with(StyleKind::Underline, Level::Fallback),
        writable: Some(Writable::by(writable)),
        ..Capabilities::of_text(TextLimit::characters(usize::MAX))
    }
}

/// Which of a text's formatting can be written.
pub(crate) fn writable(text: &Text) -> Vec<Span> {
    settled(text).spans().to_vec()
}

/// The text as markdown, if all its formatting can be written.
pub(crate) fn written_whole(text: &Text) -> Option<String> {
    let plan = Plan::of(text);
    (!plan.pieces.is_empty() && plan.is_whole(text)).then(|| plan.markdown(text.plain_text()))
}

/// The text as markdown; `None` when there is no formatting that can be written.
pub(crate) fn written(text: &Text) -> Option<String> {
    let text = settled(text);
    let plan = Plan::of(&text);
    (!plan.pieces.is_empty()).then(|| plan.markdown(text.plain_text()))
}

/// The text with that of its formatting of which all can be written: what is left of some may be
/// written otherwise than the whole was.
fn settled(text: &Text) -> Cow<'_, Text> {
    let mut text = Cow::Borrowed(text);
    loop {
        let (plan, plain) = (Plan::of(&text), text.plain_text());
        let kept = text.spans().iter().flat_map(|span| plan.kept(plain, span));
        let kept = Text::from_parts(plain, kept);
        if kept == *text {
            return text;
        }
        text = Cow::Owned(kept);
    }
}

/// What is written around a piece of text.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Wrap<'a> {
    /// `[…](target)`.
    Brackets { at: &'static str, target: &'a str },
    /// `<…>`: an address of a page, or of a mailbox.
    Angles { mail: bool },
    /// `` `…` ``.
    Code,
    /// One to three of `*` or `_`.
    Emphasis { bold: bool, italic: bool, mark: char },
}

/// A piece of the text between marks.
#[derive(Clone, Debug)]
struct Piece<'a> {
    range: Range<usize>,
    wrap: Wrap<'a>,
}

/// What is written of a text's formatting.
struct Plan<'a> {
    pieces: Vec<Piece<'a>>,
}

impl<'a> Plan<'a> {
    /// The most that can be written without being misread.
    fn of(text: &'a Text) -> Self {
        if text.spans().is_empty() {
            return Self { pieces: Vec::new() };
        }
        let plain = text.plain_text();
        let fixed = fixed(text);
        let marks = Marks::of(plain, &fixed);
        let pieces = emphasised(text, &fixed, &marks);
        if !has_marks(plain) || is_safe(plain, &pieces) {
            return Self { pieces };
        }
        let chosen: Vec<_> = pieces.into_iter().filter(|piece| !piece.is_emphasis()).collect();
        if is_safe(plain, &chosen) {
            return Self { pieces: chosen };
        }
        let emphasis: Vec<_> = emphasised(text, &[], &Marks::of(plain, &[]));
        let pieces = if is_safe(plain, &emphasis) { emphasis } else { Vec::new() };
        Self { pieces }
    }

    fn markdown(&self, plain: &str) -> String {
        let mut out = String::with_capacity(plain.len() + 24 * self.pieces.len());
        let mut at = 0;
        for Piece { range, wrap } in &self.pieces {
            out.push_str(&plain[at..range.start]);
            wrap.open(&mut out);
            out.push_str(&plain[range.clone()]);
            wrap.close(&mut out);
            at = range.end;
        }
        out.push_str(&plain[at..]);
        out
    }

    /// Whether all of a text's formatting is written.
    fn is_whole(&self, text: &Text) -> bool {
        let plain = text.plain_text();
        text.spans().iter().all(|span| {
            // Most often it is one piece.
            let is_it = |it: &Piece<'_>| it.range == span.range() && it.wrap.carries(&span.style);
            self.pieces.iter().any(is_it) || self.kept(plain, span) == [span.clone()]
        })
    }

    /// What is left of a span: all of it when all that can be seen of it is written.
    fn kept(&self, plain: &str, span: &Span) -> Vec<Span> {
        let pieces = self.pieces.iter().filter(|piece| piece.wrap.carries(&span.style));
        let covered: Vec<Range<usize>> = pieces
            .map(|it| it.range.start.max(span.start)..it.range.end.min(span.end))
            .filter(|it| it.start < it.end)
            .collect();
        let mut at = span.start;
        let mut gaps = covered.iter().map(|it| std::mem::replace(&mut at, it.end)..it.start);
        let is_seen = gaps.by_ref().any(|gap| !plain[gap].trim().is_empty());
        drop(gaps);
        let is_whole = !covered.is_empty() && !is_seen && plain[at..span.end].trim().is_empty();
        if is_whole {
            return vec![span.clone()];
        }
        let piece = |it: Range<usize>| Span { start: it.start, end: it.end, ..span.clone() };
        covered.into_iter().map(piece).collect()
    }
}

impl Piece<'_> {
    fn is_emphasis(&self) -> bool {
        matches!(self.wrap, Wrap::Emphasis { .. })
    }
}

impl Wrap<'_> {
    fn open(&self, out: &mut String) {
        match self {
            Self::Brackets { .. } => out.push('['),
            Self::Angles { .. } => out.push('<'),
            Self::Code => out.push('`'),
            Self::Emphasis { .. } => self.emphasis(out),
        }
    }

    fn close(&self, out: &mut String) {
        match self {
            Self::Brackets { at, target } => out.extend(["](", at, target, ")"]),
            Self::Angles { .. } => out.push('>'),
            Self::Code => out.push('`'),
            Self::Emphasis { .. } => self.emphasis(out),
        }
    }

    fn emphasis(&self, out: &mut String) {
        if let Self::Emphasis { bold, italic, mark } = self {
            let width = 2 * usize::from(*bold) + usize::from(*italic);
            out.extend(std::iter::repeat_n(*mark, width));
        }
    }

    /// Whether it is how this style is written.
    fn carries(&self, style: &Style) -> bool {
        match (self, style) {
            (Self::Emphasis { bold, .. }, Style::Bold) => *bold,
            (Self::Emphasis { italic, .. }, Style::Italic) => *italic,
            (Self::Angles { mail }, Style::Email) => *mail,
            (Self::Angles { mail }, Style::Link { .. }) => !mail,
            (Self::Brackets { at: "", target: "cmd" }, style) => *style == Style::Command,
            (Self::Brackets { at: "", target }, Style::Link { url }) => target == url,
            (Self::Brackets { at: "@ ", target }, Style::Mention { user: Some(user), .. }) => {
                *target == user.as_str()
            }
            (Self::Code, Style::Code)
            | (Self::Brackets { at: "@", .. }, Style::Mention { user: None, .. }) => true,
            _ => false,
        }
    }
}

/// The pieces whose marks stand for one style, none over another, in order.
fn fixed(text: &Text) -> Vec<Piece<'_>> {
    let plain = text.plain_text();
    let mut spans: Vec<(u8, &Span)> =
        text.spans().iter().filter_map(|span| Some((rank(&span.style)?, span))).collect();
    spans.sort_by_key(|(rank, span)| (*rank, span.start));
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for (_, span) in spans {
        let Some(range) = trimmed(plain, span.range()) else { continue };
        let overlaps = |it: &Piece<'_>| it.range.start < range.end && range.start < it.range.end;
        let Some(wrap) = wrap(&plain[range.clone()], &span.style) else { continue };
        if !pieces.iter().any(overlaps) {
            pieces.push(Piece { range, wrap });
        }
    }
    pieces.sort_by_key(|piece| piece.range.start);
    pieces
}

/// Which of two styles over one place counts; bold and italic come last, and together.
fn rank(style: &Style) -> Option<u8> {
    Some(match style {
        Style::Link { .. } => 0,
        Style::Mention { .. } => 1,
        Style::Command => 2,
        Style::Email => 3,
        Style::Code => 4,
        _ => return None,
    })
}

/// How a style is written around this text, if it can be.
fn wrap<'a>(covered: &str, style: &'a Style) -> Option<Wrap<'a>> {
    if covered.contains('\n') {
        return None;
    }
    let has = |marks: &[char]| covered.contains(marks);
    let brackets =
        |at, target| (!has(&['[', ']', '`', '<', '>'])).then_some(Wrap::Brackets { at, target });
    match style {
        Style::Link { url } if url == covered => {
            is_address(url).then_some(Wrap::Angles { mail: false })
        }
        Style::Link { url } => is_address(url).then(|| brackets("", url)).flatten(),
        Style::Mention { user: Some(user), .. } => {
            above_zero(user.as_str())?;
            brackets("@ ", user.as_str())
        }
        Style::Mention { user: None, username } => {
            let name = covered.strip_prefix('@').filter(|name| !name.is_empty())?;
            let is_word = name.chars().all(|it| it.is_alphanumeric() || it == '_');
            let is_theirs = username.as_ref().is_none_or(|username| username == name);
            (is_word && is_theirs).then(|| brackets("@", "")).flatten()
        }
        Style::Command => brackets("", "cmd"),
        Style::Email => {
            let (name, host) = covered.split_once('@')?;
            let is_part = |part: &str| {
                let is_odd =
                    |it: char| it.is_whitespace() || it.is_control() || "<>@`[]()\\:/".contains(it);
                !part.is_empty() && !part.contains(is_odd)
            };
            (is_part(name) && is_part(host) && !is_address(covered))
                .then_some(Wrap::Angles { mail: true })
        }
        Style::Code => (!has(&['`'])).then_some(Wrap::Code),
        _ => None,
    }
}

/// Whether an address can stand in brackets or angles.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_odd = |it: char| it.is_whitespace() || it.is_control() || "()<>`\\".contains(it);
    rest.is_some_and(|rest| !rest.is_empty()) && !url.contains(is_odd)
}

/// Which marks bold and italic may have.
struct Marks {
    star: bool,
    line: bool,
}

impl Marks {
    /// One that the text itself does not hold.
    fn of(plain: &str, fixed: &[Piece<'_>]) -> Self {
        if !has_marks(plain) {
            return Self { star: true, line: true };
        }
        let own = outside(plain, fixed);
        Self { star: !own.contains('*'), line: !own.contains('_') }
    }
}

/// The text without what stands in angles and in code.
fn outside(plain: &str, pieces: &[Piece<'_>]) -> String {
    let mut out = String::with_capacity(plain.len());
    let mut at = 0;
    let is_apart = |it: &&Piece<'_>| matches!(it.wrap, Wrap::Angles { .. } | Wrap::Code);
    for piece in pieces.iter().filter(is_apart) {
        out.push_str(&plain[at..piece.range.start]);
        at = piece.range.end;
    }
    out.push_str(&plain[at..]);
    out
}

/// The fixed pieces, and between them those that are bold or italic, in order.
fn emphasised<'a>(text: &'a Text, fixed: &[Piece<'a>], marks: &Marks) -> Vec<Piece<'a>> {
    let plain = text.plain_text();
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let mut waiting = fixed.iter().peekable();
    let mut at = 0;
    text.each_run(|run, styles| {
        let end = at + run.len();
        let (bold, italic) = (styles.contains(&&Style::Bold), styles.contains(&&Style::Italic));
        while at < end {
            // What is fixed goes first; between that, line by line.
            while let Some(piece) = waiting.next_if(|it| it.range.start <= at) {
                if pieces.last().is_none_or(|last| last.range.start < piece.range.start) {
                    pieces.push(piece.clone());
                }
            }
            let inside = pieces.last().filter(|it| !it.is_emphasis() && it.range.end > at);
            if let Some(piece) = inside {
                at = piece.range.end.min(end);
                continue;
            }
            let next = waiting.peek().map_or(end, |it| it.range.start.min(end));
            if !(bold || italic) {
                at = next;
                continue;
            }
            let next = plain[at..next].find('\n').map_or(next, |line| at + line + 1);
            if let Some(range) = trimmed(plain, at..next) {
                let before = pieces.last().filter(|it| it.range.end == range.start);
                let goes_on = is_marked_at(text, fixed, range.end);
                if let Some(mark) = mark(plain, &range, before, goes_on, marks) {
                    pieces.push(Piece { range, wrap: Wrap::Emphasis { bold, italic, mark } });
                }
            }
            at = next;
        }
    });
    pieces.extend(waiting.cloned());
    pieces
}

/// Whether something between marks begins here.
fn is_marked_at(text: &Text, fixed: &[Piece<'_>], at: usize) -> bool {
    let is_emphasis = |span: &Span| matches!(span.style, Style::Bold | Style::Italic);
    fixed.iter().any(|piece| piece.range.start == at)
        || text.spans().iter().any(|it| is_emphasis(it) && it.range().contains(&at))
}

/// The mark that bold or italic over a piece of text has, if there is one. What goes on behind it
/// with marks of its own has a `*`, where there is one to have.
fn mark(
    plain: &str,
    range: &Range<usize>,
    before: Option<&Piece<'_>>,
    goes_on: bool,
    marks: &Marks,
) -> Option<char> {
    let touching = match before.map(|piece| &piece.wrap) {
        Some(Wrap::Emphasis { mark, .. }) => Some(*mark),
        _ => None,
    };
    if marks.star && touching != Some('*') {
        return Some('*');
    }
    // Inside of a word an underscore may be one.
    let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let begins_inside = before.is_none() && is_word(plain[..range.start].chars().next_back());
    let ends_inside = !(goes_on && marks.star) && is_word(plain[range.end..].chars().next());
    (marks.line && touching != Some('_') && !begins_inside && !ends_inside).then_some('_')
}

/// Whether a text has characters of the grammar: most have none.
fn has_marks(plain: &str) -> bool {
    let plain = plain.as_bytes();
    memchr::memchr3(b'*', b'_', b'`', plain).is_some()
        || memchr::memchr3(b'[', b']', b'<', plain).is_some()
        || memchr::memchr(b'\\', plain).is_some()
}

/// Whether these marks, and no others, will be read.
fn is_safe(plain: &str, pieces: &[Piece<'_>]) -> bool {
    let own = outside(plain, pieces);
    let uses = |is: fn(&Wrap<'_>) -> bool| pieces.iter().any(|piece| is(&piece.wrap));
    let brackets = uses(|wrap| matches!(wrap, Wrap::Brackets { .. }));
    let angles = uses(|wrap| matches!(wrap, Wrap::Angles { .. }));
    let code = uses(|wrap| matches!(wrap, Wrap::Code));
    for mark in ['*', '_'] {
        let inside = || pieces.iter().any(|piece| piece.holds(plain, mark));
        match own.matches(mark).count() {
            0 => {}
            1 if !inside() => {}
            _ => return false,
        }
    }
    let ticks = own.matches('`').count();
    let ticks_pair = ticks > 1 || ticks == 1 && code;
    // What opens in the text itself must not close in code or in an address.
    let closes = |mark| pieces.iter().any(|piece| piece.holds(plain, mark));
    let brackets_pair = own.contains("](")
        || brackets && own.contains(['[', ']'])
        || own.contains('[') && closes(']');
    let angles_pair = match own.find('<') {
        Some(at) => angles || own[at..].contains('>') || closes('>'),
        None => false,
    };
    !(ticks_pair || brackets_pair || angles_pair || escapes(plain, pieces))
}

impl Piece<'_> {
    /// Whether there is a mark in what is not read for marks: in angles, in code, in a target.
    fn holds(&self, plain: &str, mark: char) -> bool {
        match self.wrap {
            Wrap::Brackets { target, .. } => target.contains(mark),
            Wrap::Angles { .. } | Wrap::Code => plain[self.range.clone()].contains(mark),
            Wrap::Emphasis { .. } => false,
        }
    }
}

/// Whether a backslash stands where it may say that a mark is none.
fn escapes(plain: &str, pieces: &[Piece<'_>]) -> bool {
    let is_mark = |it: char| "*_`[]<>()\\".contains(it);
    let mut edges = pieces.iter().flat_map(|piece| [piece.range.start, piece.range.end]);
    plain.match_indices('\\').any(|(at, _)| {
        let behind = at + 1;
        plain[behind..].starts_with(is_mark) || edges.clone().any(|edge| edge == behind)
    }) && edges.next().is_some()
}

/// Without the blanks at its ends; nothing of what is blank.
fn trimmed(plain: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &plain[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    let end = start + piece.trim().len();
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests;
