//! The platform's markdown: "Rich Text Support" of the document.
//!
//! What the document leaves undefined is decided so:
//!
//! - There is no escaping.
//! - A marker counts when it is followed by text, not by a space, and when the same marker, alone
//!   and not after a space, follows later. Otherwise it is text.
//! - Nothing nests, but for the triple marker, which is bold and italic at once: what stands
//!   between markers is text.
//! - Code, links and addresses stay within their line.
//! - A link is one to `http://` or `https://`; a target of another kind leaves it text.

use crate::world::{MarkKind, RichText};

/// The text of some markdown, with its formatting.
pub(super) fn parse(markdown: &str) -> RichText {
    let mut text = RichText::default();
    let mut rest = markdown;
    while let Some(first) = rest.chars().next() {
        let marked = match first {
            '*' | '_' => emphasis(rest, first),
            '`' => code(rest),
            '<' => address(rest),
            '[' => link(rest),
            _ => None,
        };
        if let Some(Marked { inner, kinds, taken }) = marked {
            text.push_marked(inner, kinds);
            rest = &rest[taken..];
        } else {
            let plain = match first {
                // All of a run of markers that opens nothing is text.
                '*' | '_' => run_of(rest, first),
                _ => first.len_utf8(),
            };
            text.push(&rest[..plain]);
            rest = &rest[plain..];
        }
    }
    text
}

/// A piece with formatting, and how many bytes of markdown it took.
struct Marked<'a> {
    inner: &'a str,
    kinds: Vec<MarkKind>,
    taken: usize,
}

fn emphasis(rest: &str, marker: char) -> Option<Marked<'_>> {
    let width = run_of(rest, marker);
    let kinds = match width {
        1 => vec![MarkKind::Italic],
        2 => vec![MarkKind::Bold],
        3 => vec![MarkKind::Bold, MarkKind::Italic],
        _ => return None,
    };
    let after = &rest[width..];
    if after.starts_with(char::is_whitespace) {
        return None;
    }
    let mut from = 0;
    while let Some(at) = after[from..].find(marker).map(|at| at + from) {
        let closing = run_of(&after[at..], marker);
        let inner = &after[..at];
        if closing == width && !inner.is_empty() && !inner.ends_with(char::is_whitespace) {
            return Some(Marked { inner, kinds, taken: width + at + closing });
        }
        from = at + closing;
    }
    None
}

fn code(rest: &str) -> Option<Marked<'_>> {
    let inner = between(rest, "`", "`")?;
    Some(Marked { inner, kinds: vec![MarkKind::Code], taken: inner.len() + 2 })
}

fn address(rest: &str) -> Option<Marked<'_>> {
    let inner = between(rest, "<", ">").filter(|it| !it.contains(char::is_whitespace))?;
    let kind = if is_url(inner) {
        MarkKind::Link { url: inner.to_owned() }
    } else if inner.contains('@') {
        MarkKind::Email
    } else {
        return None;
    };
    Some(Marked { inner, kinds: vec![kind], taken: inner.len() + 2 })
}

fn link(rest: &str) -> Option<Marked<'_>> {
    let inner = between(rest, "[", "](")?;
    let target = between(&rest[inner.len() + 2..], "(", ")")?;
    let kind = match target.strip_prefix("@ ").or(target.strip_prefix("mention_name ")) {
        // Prose and example differ on how a user is named: both are read.
        Some(user) => {
            let user_id = Some(user.trim_start_matches('@').parse().ok()?);
            MarkKind::Mention { user_id, username: None }
        }
        None if target == "@" => MarkKind::Mention { user_id: None, username: None },
        None if target == "cmd" => MarkKind::Command,
        None if is_url(target) => MarkKind::Link { url: target.to_owned() },
        None => return None,
    };
    Some(Marked { inner, kinds: vec![kind], taken: inner.len() + target.len() + 4 })
}

fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// What stands between an opening at the very start and the next closing in the same line, if
/// anything does.
fn between<'a>(rest: &'a str, opening: &str, closing: &str) -> Option<&'a str> {
    let inner = rest.strip_prefix(opening)?;
    let inner = &inner[..inner.find(closing)?];
    (!inner.is_empty() && !inner.contains('\n')).then_some(inner)
}

/// How many of this character the text begins with.
fn run_of(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is marked in a text, and how.
    fn marks(markdown: &str) -> Vec<(String, MarkKind)> {
        let text = parse(markdown);
        text.marks.iter().map(|mark| (text.covered(mark), mark.kind.clone())).collect()
    }

    fn one(covered: &str, kind: MarkKind) -> Vec<(String, MarkKind)> {
        vec![(covered.to_owned(), kind)]
    }

    #[test]
    fn the_documents_own_examples() {
        let url = || MarkKind::Link { url: "https://www.google.com/".to_owned() };
        assert_eq!(marks("*this is italics*"), one("this is italics", MarkKind::Italic));
        assert_eq!(marks("_this is italics_"), one("this is italics", MarkKind::Italic));
        assert_eq!(marks("**This is bold font**"), one("This is bold font", MarkKind::Bold));
        assert_eq!(marks("__This is bold__"), one("This is bold", MarkKind::Bold));
        assert_eq!(marks("***both***").len(), 2);
        assert_eq!(marks("`printf(\"Hi\");`"), one("printf(\"Hi\");", MarkKind::Code));
        assert_eq!(marks("<https://www.google.com/>"), one("https://www.google.com/", url()));
        assert_eq!(marks("<username@mail.com>"), one("username@mail.com", MarkKind::Email));
        assert_eq!(marks("[Tap here](https://www.google.com/)"), one("Tap here", url()));
        assert_eq!(marks("[/new_bot](cmd)"), one("/new_bot", MarkKind::Command));
        let mention = |user_id| MarkKind::Mention { user_id, username: None };
        assert_eq!(marks("[@username](@)"), one("@username", mention(None)));
        assert_eq!(marks("[@username](@ 100500)"), one("@username", mention(Some(100_500))));
    }

    #[test]
    fn a_user_is_named_as_the_prose_and_as_the_example_say() {
        let anna = MarkKind::Mention { user_id: Some(100_500), username: None };
        for target in ["@ 100500", "@ @100500", "mention_name 100500", "mention_name @100500"] {
            assert_eq!(marks(&format!("[Anna]({target})")), one("Anna", anna.clone()));
        }
        for target in ["@ anna", "mention_name", "@100500"] {
            assert_eq!(marks(&format!("[Anna]({target})")), []);
        }
    }

    #[test]
    fn code_stays_within_its_line() {
        assert_eq!(marks("`one`"), one("one", MarkKind::Code));
        assert_eq!(marks("`one\ntwo`"), []);
        assert_eq!(marks("```\none\n```"), []);
    }

    #[test]
    fn nothing_nests() {
        assert_eq!(marks("**a *b* c**"), one("a *b* c", MarkKind::Bold));
        assert_eq!(marks("`**a**`"), one("**a**", MarkKind::Code));
        let url = MarkKind::Link { url: "https://example.org/".to_owned() };
        assert_eq!(marks("[**a**](https://example.org/)"), one("**a**", url));
        assert_eq!(
            marks("___a___"),
            [("a".to_owned(), MarkKind::Bold), ("a".to_owned(), MarkKind::Italic)]
        );
    }

    #[test]
    fn what_is_no_markup_is_text() {
        for text in ["2 * 3 * 4", "**open", "a ** b **", "[x](y)", "<b>", "``", "****"] {
            assert_eq!(parse(text), RichText::from(text));
        }
    }

    #[test]
    fn offsets_count_an_emoji_as_two() {
        let text = parse("😀 **b**");
        assert_eq!((text.marks[0].from, text.marks[0].length), (3, 1));
    }
}
