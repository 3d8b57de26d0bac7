//! The name and the number in a vCard: all that the model wants of one. The whole of it stays
//! beside them.

/// What is read from a vCard.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Read {
    /// `FN`.
    pub(super) name: Option<String>,
    /// The first `TEL`.
    pub(super) phone: Option<String>,
}

/// Reads a vCard (RFC 2426; seen on MAX's wire: version 3.0, lines that end in CRLF).
pub(super) fn read(vcard: &str) -> Read {
    let mut read = Read::default();
    // A line that begins with white space goes on with the one before it.
    let unfolded = vcard.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    for line in unfolded.lines() {
        let Some((field, value)) = line.split_once(':') else { continue };
        // `item1.TEL;TYPE=cell` is a `TEL`.
        let field = field.split(';').next().unwrap_or_default();
        let field = field.rsplit('.').next().unwrap_or_default();
        let value = Some(unescaped(value.trim())).filter(|value| !value.is_empty());
        if field.eq_ignore_ascii_case("FN") {
            read.name = read.name.or(value);
        } else if field.eq_ignore_ascii_case("TEL") {
            read.phone = read.phone.or(value);
        }
    }
    read
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next().map(|it| if it == 'n' { ' ' } else { it })),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_number_are_found() {
        let vcard = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:someone\r\nFN:Vera\\, the\r\n  Baker\r\n\
                     item1.TEL;TYPE=cell:49301234\r\nTEL:1\r\nEND:VCARD\r\n";
        let (name, phone) = (Some("Vera, the Baker".into()), Some("49301234".into()));
        assert_eq!(read(vcard), Read { name, phone });
    }

    #[test]
    fn what_is_no_vcard_has_neither() {
        for text in ["", "TEL", "FN:", "\\", "TEL:\r\n \r\n", "::;;.."] {
            assert_eq!(read(text), Read::default(), "{text:?}");
        }
    }
}
