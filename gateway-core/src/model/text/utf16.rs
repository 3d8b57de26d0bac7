//! Offsets in UTF-16 code units, as both wires count them.

use std::ops::Range;

/// Converts between byte offsets into a string and offsets in UTF-16 code units.
///
/// ```
/// use gateway_core::model::Utf16Offsets;
///
/// let offsets = Utf16Offsets::new("😀 hi");
/// assert_eq!(offsets.to_bytes(3, 2), 5..7); // "hi"
/// assert_eq!(offsets.from_bytes(5..7), (3, 2));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Utf16Offsets<'a> {
    text: &'a str,
}

impl<'a> Utf16Offsets<'a> {
    /// Offsets into `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The bytes that `length` units from the unit `offset` stand for. What lies beyond the text
    /// is cut; a boundary inside a surrogate pair moves outwards.
    pub fn to_bytes(self, offset: usize, length: usize) -> Range<usize> {
        let last = offset.saturating_add(length);
        let mut units = 0;
        let (mut start, mut end) = (None, None);
        for (at, character) in self.text.char_indices() {
            if units <= offset && offset < units + character.len_utf16() {
                start = Some(at);
            }
            if end.is_none() && last <= units {
                end = Some(at);
            }
            units += character.len_utf16();
        }
        let end = end.unwrap_or(self.text.len());
        start.unwrap_or(self.text.len()).min(end)..end
    }

    /// Offset and length in UTF-16 code units of a range of bytes on character boundaries.
    pub fn from_bytes(self, range: Range<usize>) -> (usize, usize) {
        let units = |text: &str| text.encode_utf16().count();
        (units(&self.text[..range.start]), units(&self.text[range]))
    }
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
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a-zä漢😀👩‍👩‍👦]{0,12}", cuts in (0..99_usize, 0..99_usize)) {
            let first = text.floor_char_boundary(cuts.0.min(cuts.1));
            let last = text.floor_char_boundary(cuts.0.max(cuts.1));
            let offsets = Utf16Offsets::new(&text);
            let (offset, length) = offsets.from_bytes(first..last);
            prop_assert_eq!(offsets.to_bytes(offset, length), first..last);
        }
    }
}
