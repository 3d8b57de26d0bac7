//! Fields of an event for people, on its one line: what was said by somebody else, a panic or a
//! messenger, may have more of them, and what a terminal obeys.

use std::fmt::{self, Write};

use tracing::field::Field;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

pub(super) fn fields() -> impl for<'w> FormatFields<'w> + Send + Sync + 'static {
    let written = |writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug| {
        let mut line = OneLine(writer);
        match field.name() {
            "message" => write!(line, "{value:?}"),
            name => write!(line, "{name}={value:?}"),
        }
    };
    debug_fn(written).delimited(" ")
}

/// Writes what would begin another line, or move the cursor, as it is spelled.
struct OneLine<'a, W>(&'a mut W);

impl<W: Write> Write for OneLine<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for piece in text.split_inclusive(char::is_control) {
            match piece.char_indices().next_back() {
                Some((at, last)) if last.is_control() => {
                    self.0.write_str(&piece[..at])?;
                    write!(self.0, "{}", last.escape_debug())?;
                }
                _ => self.0.write_str(piece)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one() {
        let mut out = String::new();
        write!(OneLine(&mut out), "left: 1\nright: 2\r\u{1b}[31m, ünd so\n").expect("a string");
        assert_eq!(out, "left: 1\\nright: 2\\r\\u{1b}[31m, ünd so\\n");
    }
}
