//! A text with the formatting that a messenger carries.

use std::ops::Range;

use super::{Change, Report};
use crate::messenger::{Capabilities, Level, Result};
use crate::model::{Span, Style, Text};

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

impl Draft {
    /// The text with what is carried of its formatting; the addresses of links that are not
    /// carried are written out.
    pub(super) fn of(
        capabilities: &Capabilities,
        text: &Text,
        report: &mut Report,
    ) -> Result<Self> {
        let mut insertions: Vec<(usize, String)> = Vec::new();
        let mut spans = Vec::with_capacity(text.spans().len());
        for span in text.spans() {
            let (kind, range) = (span.style.kind(), span.range());
            let level = capabilities.styles.of(kind);
            if level >= Level::Partial && has_room(capabilities, &span.style) {
                report.weaken(level, || Change::StyleWeakened { style: kind, range });
                spans.push(span.clone());
                continue;
            }
            if let Style::Link { url } = &span.style
                && level != Level::Rejected
                && text.plain_text()[range.clone()].trim() != url
            {
                report.add(Change::LinkSpelled { url: url.clone(), range });
                insertions.push((span.end, format!(" ({url})")));
                continue;
            }
            let substitute = (level == Level::Fallback)
                .then(|| {
                    kind.substitutes().iter().find(|it| capabilities.styles.carries(it.kind()))
                })
                .flatten();
            if let Some(style) = substitute {
                report.add(Change::StyleReplaced { style: kind, by: style.kind(), range });
                spans.push(Span { style: style.clone(), ..span.clone() });
            } else {
                report.add_unless_rejected(level, Change::StyleDropped { style: kind, range })?;
            }
        }
        Ok(Self::with_insertions(text.plain_text(), spans, insertions))
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
