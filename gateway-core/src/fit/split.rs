//! Cutting a text into parts.
//!
//! As few parts as possible; and of the cuts that allow this, those that hurt least. Both ends of
//! each cut are found by looking ahead and back: how far a part can reach at most, and how far it
//! must reach so that the rest still has room.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::text::Draft;
use super::{Change, Report};
use crate::messenger::Capabilities;
use crate::model::{Text, is_blank};

/// A character as people see it that has no more bytes than this is never longer than a part.
const SURELY_SHORT: usize = 8;

/// The text as parts that are all short enough, without the blanks around each.
pub(super) fn split(capabilities: &Capabilities, draft: Draft, report: &mut Report) -> Vec<Text> {
    if capabilities.allows_text(&draft.text) {
        return vec![draft.text];
    }
    let (mut parts, long) = Splitter::new(capabilities, &draft.text, &draft.whole).parts();
    for range in long {
        report.add(Change::Cut { text: draft.text.plain_text()[range].into() });
    }
    if parts.is_none() {
        // The marks of all styles together leave no room for a single character.
        report.add(Change::FormattingDropped);
        let plain = draft.text.plain_text().into();
        parts = Splitter::new(capabilities, &plain, &[]).parts().0;
    }
    let mut parts = parts.unwrap_or_default();
    if let Some(writable) = capabilities.writable
        && parts.iter().any(|part| !writable.is_all(part))
    {
        // Half of what could be written whole cannot.
        report.add(Change::FormattingDropped);
        for part in &mut parts {
            let spans = writable.spans(part);
            *part = Text::from_parts(std::mem::take(part).into_plain(), spans);
        }
    }
    if parts.len() == 1 {
        report.add(Change::Trimmed);
    }
    parts
}

struct Splitter<'a> {
    capabilities: &'a Capabilities,
    text: &'a Text,
    /// Where the text may be cut, its two ends among them.
    cuts: Vec<usize>,
    /// What should stay whole and cannot.
    long: Vec<Range<usize>>,
}

impl<'a> Splitter<'a> {
    fn new(capabilities: &'a Capabilities, text: &'a Text, whole: &[Range<usize>]) -> Self {
        let mut splitter = Self { capabilities, text, cuts: Vec::new(), long: Vec::new() };
        splitter.cuts = splitter.cuts(whole);
        splitter
    }

    /// Every place where a character as people see it ends, but for those inside of what stays
    /// whole; inside of what is too long to stay whole, every place.
    fn cuts(&mut self, whole: &[Range<usize>]) -> Vec<usize> {
        let plain = self.text.plain_text();
        let mut graphemes: Vec<usize> = plain.grapheme_indices(true).map(|(at, _)| at).collect();
        graphemes.push(plain.len());
        let mut cuts = Vec::with_capacity(graphemes.len());
        let mut whole = whole.iter().peekable();
        let mut next = 0;
        while next + 1 < graphemes.len() {
            let start = graphemes[next];
            cuts.push(start);
            next += 1;
            while whole.next_if(|range| range.end <= start).is_some() {}
            let Some(range) = whole.next_if(|range| range.start < graphemes[next]) else {
                let end = graphemes[next];
                if end - start > SURELY_SHORT && !self.allows(start..end) {
                    cuts.extend((start + 1..end).filter(|at| plain.is_char_boundary(*at)));
                }
                continue;
            };
            // It may end inside of a character; then the rest of that stays with it.
            let behind = next + graphemes[next..].partition_point(|at| *at < range.end);
            if self.allows(start..graphemes[behind]) {
                next = behind;
            } else {
                self.long.push(range.clone());
            }
        }
        cuts.push(plain.len());
        cuts
    }

    /// The parts, and what should have stayed whole and could not; no parts when there is a piece
    /// that cannot be cut and has no room.
    fn parts(self) -> (Option<Vec<Text>>, Vec<Range<usize>>) {
        (self.cut(), self.long)
    }

    fn cut(&self) -> Option<Vec<Text>> {
        let last = self.cuts.len() - 1;
        let mut count = 0;
        let mut from = 0;
        while from < last {
            from = self.furthest(from)?;
            count += 1;
        }
        // Behind each of these, from the end, the rest has room in one part more.
        let mut earliest = vec![last];
        for _ in 1..count {
            earliest.push(self.earliest(*earliest.last()?)?);
        }
        let mut parts = Vec::with_capacity(count);
        let mut from = 0;
        for left in (0..count).rev() {
            let to = match left {
                0 => last,
                left => self.best(earliest[left].max(from + 1)..=self.furthest(from)?),
            };
            parts.push(self.text.slice(self.without_blanks(self.cuts[from]..self.cuts[to])));
            from = to;
        }
        Some(parts)
    }

    /// The furthest cut to which a part that begins at the cut `from` can reach.
    fn furthest(&self, from: usize) -> Option<usize> {
        let reaches = |to: usize| self.allows(self.cuts[from]..self.cuts[to]);
        let last = self.cuts.len() - 1;
        let mut reached = (from < last && reaches(from + 1)).then_some(from + 1)?;
        let mut step = 1;
        while reached < last && reaches((reached + step).min(last)) {
            reached = (reached + step).min(last);
            step *= 2;
        }
        while step > 0 {
            if reached + step <= last && reaches(reached + step) {
                reached += step;
            }
            step /= 2;
        }
        Some(reached)
    }

    /// The earliest cut from which a part can reach the cut `to`.
    fn earliest(&self, to: usize) -> Option<usize> {
        let reaches = |from: usize| self.allows(self.cuts[from]..self.cuts[to]);
        let mut reached = to.checked_sub(1).filter(|from| reaches(*from))?;
        let mut step = 1;
        while reached > 0 && reaches(reached.saturating_sub(step)) {
            reached = reached.saturating_sub(step);
            step *= 2;
        }
        while step > 0 {
            if step <= reached && reaches(reached - step) {
                reached -= step;
            }
            step /= 2;
        }
        Some(reached)
    }

    /// The cut that hurts least; of several the last.
    fn best(&self, cuts: std::ops::RangeInclusive<usize>) -> usize {
        let last = *cuts.end();
        cuts.max_by_key(|cut| ease(&self.text.plain_text()[..self.cuts[*cut]])).unwrap_or(last)
    }

    fn allows(&self, range: Range<usize>) -> bool {
        let range = self.without_blanks(range);
        if self.text.spans().is_empty() {
            return self.capabilities.text.allows(&self.text.plain_text()[range]);
        }
        self.capabilities.allows_text(&self.text.slice(range))
    }

    fn without_blanks(&self, range: Range<usize>) -> Range<usize> {
        let piece = &self.text.plain_text()[range.clone()];
        let start = range.start + piece.len() - piece.trim_start_matches(is_blank).len();
        let end = range.end - (piece.len() - piece.trim_end_matches(is_blank).len());
        start..end.max(start)
    }
}

/// How little it hurts to cut behind this: at the end of a paragraph least.
fn ease(before: &str) -> u8 {
    /// A longer gap is a gap all the same.
    const LOOK_BACK: usize = 64;
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(LOOK_BACK))..];
    let trimmed = before.trim_end_matches(char::is_whitespace);
    let gap = &before[trimmed.len()..];
    match gap.matches('\n').count() {
        0 if gap.is_empty() => 0,
        0 if trimmed.ends_with(['.', '!', '?', '…', ':', ';']) => 2,
        0 => 1,
        1 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messenger::TextLimit;

    fn parts(max: usize, text: impl Into<Text>) -> Vec<String> {
        let capabilities = Capabilities::of_text(TextLimit::characters(max));
        let mut report = Report::default();
        let styled = Capabilities {
            styles: crate::messenger::Levels::all(
                crate::messenger::Level::Full,
                crate::model::StyleKind::ALL,
            ),
            ..capabilities
        };
        let draft = Draft::of(&styled, &text.into(), &mut report).expect("nothing is rejected");
        let parts = split(&styled, draft, &mut report);
        parts.into_iter().map(Text::into_plain).collect()
    }

    #[test]
    fn a_text_is_cut_where_it_hurts_least() {
        assert_eq!(parts(10, "one two three four"), ["one two", "three four"]);
        assert_eq!(parts(12, "a b\n\nc d e f g"), ["a b", "c d e f g"]);
        assert_eq!(parts(10, "Oh no. Yes yes"), ["Oh no.", "Yes yes"]);
    }

    #[test]
    fn there_are_as_few_parts_as_possible() {
        assert_eq!(parts(5, "a b\n\nc d e f g h").len(), 3);
        assert_eq!(parts(10, "x".repeat(95)).len(), 10);
    }

    #[test]
    fn what_people_see_as_one_character_stays_whole() {
        assert_eq!(parts(6, "abc👩‍👩‍👦de"), ["abc", "👩‍👩‍👦d", "e"].map(str::to_owned));
    }

    #[test]
    fn a_mention_stays_whole() {
        let text = Text::new().plain("aaaa ").mention("@anna", "5").plain(" bb");
        assert_eq!(parts(8, text), ["aaaa", "@anna bb"]);
    }

    #[test]
    fn blanks_around_a_cut_go() {
        assert_eq!(parts(3, format!("abc{}def", " ".repeat(50))), ["abc", "def"]);
    }
}
