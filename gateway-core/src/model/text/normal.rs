//! The one normal form of overlapping and nested spans.

use std::cmp::Ordering;

use super::Span;

/// Spans in normal form: see [`Text`](super::Text).
pub(super) fn form(plain: &str, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans
        .into_iter()
        .map(|span| Span {
            start: plain.floor_char_boundary(span.start),
            end: plain.ceil_char_boundary(span.end),
            style: span.style,
        })
        .filter(|span| span.start < span.end)
        .collect();
    // Most texts come so: one span behind the other.
    let apart = |pair: &[Span]| pair[0].end < pair[1].start;
    if !spans.windows(2).all(apart) {
        // Kind by kind, from left to right; of two that begin together the longer one counts.
        spans.sort_by(|a, b| {
            (a.style.kind(), a.start, b.end, &a.style).cmp(&(
                b.style.kind(),
                b.start,
                a.end,
                &b.style,
            ))
        });
        spans = without_overlaps(spans);
        spans.sort_by(order);
    }
    spans
}

/// Adds spans in normal form of a text that was appended at `seam`: nothing overlaps, so all that
/// can happen is that two of the same style touch there.
pub(super) fn append(spans: &mut Vec<Span>, seam: usize, added: impl IntoIterator<Item = Span>) {
    let before = spans.len();
    let mut grown = false;
    for span in added {
        let touched = (span.start == seam)
            .then(|| spans[..before].iter_mut().find(|it| it.end == seam && it.style == span.style))
            .flatten();
        if let Some(touched) = touched {
            touched.end = span.end;
            grown = true;
        } else {
            spans.push(span);
        }
    }
    if grown {
        spans.sort_by(order);
    }
}

/// In order of their start, the longer one first.
pub(super) fn order(a: &Span, b: &Span) -> Ordering {
    (a.start, b.end, &a.style).cmp(&(b.start, a.end, &b.style))
}

fn without_overlaps(sorted: Vec<Span>) -> Vec<Span> {
    let mut kept: Vec<Span> = Vec::with_capacity(sorted.len());
    for mut span in sorted {
        match kept.last_mut() {
            Some(last) if last.style == span.style && span.start <= last.end => {
                last.end = last.end.max(span.end);
            }
            Some(last) if last.style.kind() == span.style.kind() && span.start < last.end => {
                span.start = last.end;
                if span.start < span.end {
                    kept.push(span);
                }
            }
            _ => kept.push(span),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Style, Text};

    fn span(start: usize, end: usize, style: Style) -> Span {
        Span { start, end, style }
    }

    fn link(host: &str) -> Style {
        Style::Link { url: format!("https://{host}.example/") }
    }

    #[test]
    fn spans_of_one_style_that_touch_become_one() {
        let text = Text::new().bold("to").bold("gether").italic("!");
        assert_eq!(text.spans(), [span(0, 8, Style::Bold), span(8, 9, Style::Italic)]);
    }

    #[test]
    fn a_span_beyond_the_text_is_cut_and_an_empty_one_goes() {
        let text = Text::from_parts("ab", [span(1, 9, Style::Bold), span(1, 1, Style::Italic)]);
        assert_eq!(text.spans(), [span(1, 2, Style::Bold)]);
    }

    #[test]
    fn a_boundary_inside_a_character_moves_outwards() {
        let text = Text::from_parts("aüb", [span(2, 4, Style::Code)]);
        assert_eq!(&text.plain_text()[text.spans()[0].range()], "üb");
    }

    #[test]
    fn of_two_links_over_one_place_the_first_holds() {
        let text = Text::from_parts("abcdef", [span(2, 6, link("b")), span(0, 4, link("a"))]);
        assert_eq!(text.spans(), [span(0, 4, link("a")), span(4, 6, link("b"))]);
        let inside = Text::from_parts("abcdef", [span(0, 6, link("a")), span(2, 3, link("b"))]);
        assert_eq!(inside.spans(), [span(0, 6, link("a"))]);
    }

    fn styles() -> impl Strategy<Value = Style> {
        prop_oneof![
            Just(Style::Bold),
            Just(Style::Italic),
            Just(Style::Code),
            "[a-c]".prop_map(|host| link(&host)),
        ]
    }

    proptest! {
        #[test]
        fn the_normal_form_is_one(
            plain in "[a-zäöü😀 ]{0,12}",
            spans in prop::collection::vec((0..40_usize, 0..40_usize, styles()), 0..8),
        ) {
            let spans: Vec<Span> =
                spans.into_iter().map(|(start, end, style)| span(start, end, style)).collect();
            let text = Text::from_parts(plain.clone(), spans.clone());
            let again = form(&plain, text.spans().to_vec());
            prop_assert_eq!(&again, text.spans());
            let reversed = Text::from_parts(plain.clone(), spans.into_iter().rev());
            prop_assert_eq!(&reversed, &text);

            // Put together from any two halves it is the same.
            let halves = plain.floor_char_boundary(plain.len() / 2);
            let (first, second) = (text.slice(0..halves), text.slice(halves..plain.len()));
            prop_assert_eq!(&first.text(&second), &text);

            let runs = text.runs();
            prop_assert_eq!(runs.iter().map(|(piece, _)| *piece).collect::<String>(), plain);
            for (_, styles) in runs {
                let mut kinds: Vec<_> = styles.iter().map(|style| style.kind()).collect();
                kinds.sort();
                kinds.dedup();
                prop_assert_eq!(kinds.len(), styles.len(), "one of each kind at any place");
            }
        }
    }
}
