//! A text with the formatting that a messenger carries.

use std::ops::Range;

use super::{Change, Report};
use crate::messenger::{Capabilities, Level, Result, Writable};
use crate::model::{Span, Style, StyleKind, Text};

/// What of a text's limit the marks of one span may use up: beyond that there is no room left for
/// the text. Three kinds of style carry a value, which may be long, and at most twelve do not; so
/// all together leave a sixteenth.
const SHARE_WITH_VALUE: usize = 4;
const SHARE_WITHOUT: usize = 64;

/// A text on its way to becoming parts.
pub(super) struct Draft {
    pub(super) text: Text,
    /// What must not be cut, in order and apart from each other: bytes of the text.
    pub(super) whole: Vec<Range<usize>>,
}

/// A span of the original, as it would be sent.
struct Candidate {
    /// The style that is sent, over the bytes of the original.
    span: Span,
    /// The style that was asked for, when another one stands for it.
    instead_of: Option<StyleKind>,
}

impl Draft {
    /// The text with what is carried of its formatting; the addresses of links that are not
    /// carried are written out.
    pub(super) fn of(
        capabilities: &Capabilities,
        text: &Text,
        report: &mut Report,
    ) -> Result<Self> {
        let plain = text.plain_text();
        let mut candidates = Vec::with_capacity(text.spans().len());
        let mut spelled = Vec::new();
        for span in text.spans() {
            let kind = span.style.kind();
            let level = capabilities.styles.of(kind);
            if level >= Level::Partial && has_room(capabilities, &span.style) {
                candidates.push(Candidate { span: span.clone(), instead_of: None });
            } else if level != Level::Rejected && needs_address(plain, span) {
                spelled.push(span.clone());
            } else if let Some(style) = substitute(capabilities, kind, level) {
                let span = Span { style: style.clone(), ..span.clone() };
                candidates.push(Candidate { span, instead_of: Some(kind) });
            } else {
                let range = span.range();
                report.add_unless_rejected(level, Change::StyleDropped { style: kind, range })?;
            }
        }
        let mut kept = vec![true; candidates.len()];
        if let Some(writable) = capabilities.writable {
            kept = written(writable, plain, &candidates);
            let draft = Self::made_of(plain, &candidates, &kept, &spelled);
            // What is written out may stand in the way of what was good before.
            if !writable.is_all(&draft.text) {
                kept.fill(false);
            }
        }
        let draft = Self::made_of(plain, &candidates, &kept, &spelled);
        for span in spelled {
            report.spell(&span);
        }
        for (candidate, is_kept) in candidates.into_iter().zip(kept) {
            candidate.tell(capabilities, plain, is_kept, report);
        }
        Ok(draft)
    }

    /// The text with those of the spans that are kept; the addresses of links that are not, and of
    /// those that are `spelled`, are written out.
    fn made_of(plain: &str, candidates: &[Candidate], kept: &[bool], spelled: &[Span]) -> Self {
        let (mut spans, mut insertions) = (Vec::new(), Vec::new());
        for (Candidate { span, .. }, is_kept) in candidates.iter().zip(kept) {
            if *is_kept {
                spans.push(span.clone());
            } else if needs_address(plain, span) {
                insertions.extend(address_of(span));
            }
        }
        insertions.extend(spelled.iter().filter_map(address_of));
        Self::with_insertions(plain, spans, insertions)
    }

    /// The same without any formatting; the addresses of links are written out.
    pub(super) fn unformatted(self) -> Self {
        let plain = self.text.plain_text();
        let links = self.text.spans().iter().filter(|span| needs_address(plain, span));
        let mut bare =
            Self::with_insertions(plain, Vec::new(), links.filter_map(address_of).collect());
        bare.whole = merged([bare.whole, self.whole].concat());
        bare
    }

    fn with_insertions(
        plain: &str,
        spans: Vec<Span>,
        mut insertions: Vec<(usize, String)>,
    ) -> Self {
        insertions.sort_by_key(|(at, _)| *at);
        // How much longer the text is behind so many insertions.
        let mut longer = vec![0];
        longer.extend(insertions.iter().scan(0, |sum, (_, it)| {
            *sum += it.len();
            Some(*sum)
        }));
        let before = |is_before: &dyn Fn(usize) -> bool| {
            longer[insertions.partition_point(|(at, _)| is_before(*at))]
        };
        // What is written behind a link stands inside of what goes on behind it.
        let spans: Vec<Span> = spans
            .into_iter()
            .map(|span| Span {
                start: span.start + before(&|at| at <= span.start),
                end: span.end + before(&|at| at < span.end),
                style: span.style,
            })
            .collect();
        let (mut long, mut written, mut whole) = (String::new(), 0, Vec::new());
        for (at, insertion) in &insertions {
            long.push_str(&plain[written..*at]);
            whole.push(long.len()..long.len() + insertion.len());
            long.push_str(insertion);
            written = *at;
        }
        long.push_str(&plain[written..]);
        let text = Text::from_parts(long, spans);
        whole.extend(text.spans().iter().filter(|span| is_whole(&text, span)).map(Span::range));
        Self { text, whole: merged(whole) }
    }

    /// Adds what has become text, after an empty line; and of that, what must not be cut.
    pub(super) fn append(&mut self, addition: &Text, whole: Vec<Range<usize>>) {
        if addition.is_empty() {
            return;
        }
        let mut text = std::mem::take(&mut self.text);
        if !text.is_blank() {
            text = text.plain("\n\n");
        }
        let shift = text.plain_text().len();
        self.whole.extend(whole.into_iter().map(|it| it.start + shift..it.end + shift));
        self.text = text.text(addition);
    }
}

impl Candidate {
    /// Says what became of it.
    fn tell(self, capabilities: &Capabilities, plain: &str, is_kept: bool, report: &mut Report) {
        let Self { span, instead_of } = self;
        let (style, range) = (span.style.kind(), span.range());
        match (is_kept, instead_of) {
            (true, None) => {
                report.weaken(capabilities.styles.of(style), || Change::StyleWeakened {
                    style,
                    range,
                });
            }
            (true, Some(asked)) => {
                report.add(Change::StyleReplaced { style: asked, by: style, range });
            }
            (false, _) if needs_address(plain, &span) => report.spell(&span),
            (false, asked) => {
                report.add(Change::StyleDropped { style: asked.unwrap_or(style), range });
            }
        }
    }
}

/// Which of the spans can be written whole.
fn written(writable: Writable, plain: &str, candidates: &[Candidate]) -> Vec<bool> {
    let mut kept = vec![true; candidates.len()];
    loop {
        let chosen = candidates.iter().zip(&kept).filter(|(_, kept)| **kept);
        let text = Text::from_parts(plain, chosen.map(|(it, _)| it.span.clone()));
        let spans = writable.spans(&text);
        let is_whole = |span: &Span| {
            let covers =
                |it: &Span| it.style == span.style && it.start <= span.start && it.end >= span.end;
            spans.iter().any(covers)
        };
        let before = kept.clone();
        for (candidate, kept) in candidates.iter().zip(&mut kept) {
            *kept = *kept && is_whole(&candidate.span);
        }
        // With less in it, the rest may still be good or not.
        if kept == before {
            return kept;
        }
    }
}

/// The style that stands for one that is not carried.
fn substitute(
    capabilities: &Capabilities,
    kind: StyleKind,
    level: Level,
) -> Option<&'static Style> {
    let carried = |it: &&Style| capabilities.styles.carries(it.kind());
    (level == Level::Fallback).then(|| kind.substitutes().iter().find(carried)).flatten()
}

/// Whether the address of a link would be lost with it.
fn needs_address(plain: &str, span: &Span) -> bool {
    matches!(&span.style, Style::Link { url } if plain[span.range()].trim() != url)
}

/// What is written behind a link for its address.
fn address_of(span: &Span) -> Option<(usize, String)> {
    match &span.style {
        Style::Link { url } => Some((span.end, format!(" ({url})"))),
        _ => None,
    }
}

/// Whether the marks of a style leave room for the text under it.
pub(super) fn has_room(capabilities: &Capabilities, style: &Style) -> bool {
    if capabilities.counted_markup.is_none() {
        return true;
    }
    let marks = capabilities.length(&Text::new().styled("x", style.clone())) - 1;
    let share = if style.value().is_some() { SHARE_WITH_VALUE } else { SHARE_WITHOUT };
    marks <= capabilities.text.max / share
}

/// Whether half of a span would mean nothing: a mention, a command, an address.
fn is_whole(text: &Text, span: &Span) -> bool {
    match &span.style {
        Style::Link { url } => text.plain_text()[span.range()].trim() == url,
        style => style.kind().is_semantic(),
    }
}

/// Ranges in order, those that overlap as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messenger::{Levels, TextLimit};
    use crate::model::StyleKind;

    fn fitted(levels: Levels<StyleKind>, text: &Text) -> (Text, Report) {
        let capabilities =
            Capabilities { styles: levels, ..Capabilities::of_text(TextLimit::characters(100)) };
        let mut report = Report::default();
        let draft = Draft::of(&capabilities, text, &mut report).expect("nothing is rejected");
        (draft.text, report)
    }

    #[test]
    fn the_address_of_a_link_is_written_behind_it() {
        let text = Text::new().plain("a ").link("menu", "https://e.org/").plain(" b").bold(" c");
        let (text, report) = fitted(Levels::all(Level::Full, [StyleKind::Bold]), &text);
        assert_eq!(text, Text::new().plain("a menu (https://e.org/) b").bold(" c"));
        assert!(matches!(report.changes(), [Change::LinkSpelled { .. }]));
    }

    #[test]
    fn an_address_that_is_its_own_text_is_not_written_twice() {
        let (text, report) =
            fitted(Levels::none(), &Text::new().link("https://e.org/", "https://e.org/"));
        assert_eq!(text, "https://e.org/".into());
        assert!(matches!(report.changes(), [Change::StyleDropped { .. }]));
    }

    #[test]
    fn a_style_falls_back_to_its_substitute() {
        let levels =
            Levels::all(Level::Full, [StyleKind::Bold]).with(StyleKind::Heading, Level::Fallback);
        let (text, report) = fitted(levels, &Text::new().heading("Menu").spoiler("secret"));
        assert_eq!(text, Text::new().bold("Menu").plain("secret"));
        assert_eq!(report.changes().len(), 2);
    }

    #[test]
    fn a_span_around_a_link_covers_its_address_too() {
        let link = Style::Link { url: "https://e.org/".to_owned() };
        let spans =
            [Span { start: 0, end: 6, style: Style::Bold }, Span { start: 2, end: 4, style: link }];
        let (text, _) =
            fitted(Levels::all(Level::Full, [StyleKind::Bold]), &Text::from_parts("abcdef", spans));
        assert_eq!(text, Text::new().bold("abcd (https://e.org/)ef"));
    }
}
