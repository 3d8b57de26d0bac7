//! Offsets in UTF-16 code units, as both wires count them.

use std::cell::OnceCell;
use std::ops::Range;

/// Converts between byte offsets into a string and offsets in UTF-16 code units.
///
/// However long the string, each conversion is quick: what comes before the first character that is
/// not ASCII counts alike in both, and for the rest the string is looked through once.
///
/// ```
/// use gateway_core::model::Utf16Offsets;
///
/// let offsets = Utf16Offsets::new("😀 hi");
/// assert_eq!(offsets.to_bytes(3, 2), 5..7); // "hi"
/// assert_eq!(offsets.from_bytes(5..7), (3, 2));
/// ```
#[derive(Clone, Debug)]
pub struct Utf16Offsets<'a> {
    text: &'a str,
    /// Up to here bytes and units count alike.
    ascii: usize,
    /// Where they part company: the byte and the unit behind each character that is not ASCII.
    /// Between two of them both count alike.
    marks: OnceCell<Vec<Mark>>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    byte: usize,
    unit: usize,
    /// How long the character before this mark is, in each.
    bytes: usize,
    units: usize,
}

impl<'a> Utf16Offsets<'a> {
    /// Offsets into `text`.
    pub fn new(text: &'a str) -> Self {
        let ascii = text.bytes().position(|byte| !byte.is_ascii()).unwrap_or(text.len());
        Self { text, ascii, marks: OnceCell::new() }
    }

    fn marks(&self) -> &[Mark] {
        self.marks.get_or_init(|| {
            let mut marks = Vec::new();
            let mut ahead = 0;
            for (at, character) in self.text[self.ascii..].char_indices() {
                let (bytes, units) = (character.len_utf8(), character.len_utf16());
                if bytes > 1 {
                    ahead += bytes - units;
                    let byte = self.ascii + at + bytes;
                    marks.push(Mark { byte, unit: byte - ahead, bytes, units });
                }
            }
            marks
        })
    }

    /// The bytes that `length` units from the unit `offset` stand for. What lies beyond the text
    /// is cut; a boundary inside a surrogate pair moves outwards.
    pub fn to_bytes(&self, offset: usize, length: usize) -> Range<usize> {
        let end = self.byte_at(offset.saturating_add(length), Outwards::Right);
        self.byte_at(offset, Outwards::Left).min(end)..end
    }

    /// Offset and length in UTF-16 code units of a range of bytes on character boundaries.
    pub fn from_bytes(&self, range: Range<usize>) -> (usize, usize) {
        let start = self.unit_at(range.start);
        (start, self.unit_at(range.end).saturating_sub(start))
    }

    fn byte_at(&self, unit: usize, outwards: Outwards) -> usize {
        if unit <= self.ascii {
            return unit;
        }
        let marks = self.marks();
        let next = marks.partition_point(|mark| mark.unit <= unit);
        if let Some(mark) = marks.get(next) {
            let begins = mark.unit - mark.units;
            if unit > begins {
                return match outwards {
                    Outwards::Left => mark.byte - mark.bytes,
                    Outwards::Right => mark.byte,
                };
            }
        }
        let base = next.checked_sub(1).map_or((0, 0), |last| (marks[last].byte, marks[last].unit));
        base.0.saturating_add(unit - base.1).min(self.text.len())
    }

    fn unit_at(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        if byte <= self.ascii {
            return byte;
        }
        let marks = self.marks();
        let next = marks.partition_point(|mark| mark.byte <= byte);
        let base = next.checked_sub(1).map_or((0, 0), |last| (marks[last].byte, marks[last].unit));
        base.1 + (byte - base.0)
    }
}

/// Which way a boundary inside a character moves.
#[derive(Clone, Copy)]
enum Outwards {
    Left,
    Right,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_middle_of_a_surrogate_pair_moves_outwards() {
        let offsets = Utf16Offsets::new("a😀b");
        assert_eq!(offsets.to_bytes(2, 1), 1..5);
        assert_eq!(offsets.to_bytes(1, 1), 1..5);
    }

    #[test]
    fn what_lies_beyond_the_text_is_cut() {
        assert_eq!(Utf16Offsets::new("ab").to_bytes(1, 99), 1..2);
        assert_eq!(Utf16Offsets::new("ab").to_bytes(7, usize::MAX), 2..2);
        assert_eq!(Utf16Offsets::new("ü").to_bytes(7, usize::MAX), 2..2);
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a-zä漢😀👩‍👩‍👦]{0,12}", cuts in (0..99_usize, 0..99_usize)) {
            let first = text.floor_char_boundary(cuts.0.min(cuts.1));
            let last = text.floor_char_boundary(cuts.0.max(cuts.1));
            let offsets = Utf16Offsets::new(&text);
            let (offset, length) = offsets.from_bytes(first..last);
            let units = |text: &str| text.encode_utf16().count();
            prop_assert_eq!((offset, length), (units(&text[..first]), units(&text[first..last])));
            prop_assert_eq!(offsets.to_bytes(offset, length), first..last);
        }

        #[test]
        fn any_numbers_give_character_boundaries(
            text in "[a-zä漢😀]{0,8}",
            offset in 0..30_usize,
            length in 0..30_usize,
        ) {
            let range = Utf16Offsets::new(&text).to_bytes(offset, length);
            prop_assert!(text.get(range).is_some());
        }
    }
}
