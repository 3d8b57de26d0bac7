//! Formatting that can be written or not, depending on the text that it stands in.

use std::fmt;

use crate::model::{Span, Text};

/// Says which formatting of a text can be written, where a messenger's markup has no way to tell a
/// character from a mark: in one text an asterisk does no harm, in another it would be read as one.
///
/// What it says is a part of the text's spans, in normal form. Of a text that has only that part it
/// says the same part again, and of a text without formatting that there is none.
#[derive(Clone, Copy)]
pub struct Writable(fn(&Text) -> Vec<Span>);

impl Writable {
    /// Formatting as this function says.
    pub const fn by(spans: fn(&Text) -> Vec<Span>) -> Self {
        Self(spans)
    }

    /// What of the text's formatting can be written.
    pub fn spans(self, text: &Text) -> Vec<Span> {
        if text.spans().is_empty() { Vec::new() } else { (self.0)(text) }
    }

    /// Whether all of it can.
    pub fn is_all(self, text: &Text) -> bool {
        text.spans().is_empty() || (self.0)(text) == text.spans()
    }
}

impl fmt::Debug for Writable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writable")
    }
}

impl PartialEq for Writable {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Writable {}
