//! A configuration file as it was written: its tables, and the line of everything in it.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Place};

/// What may stand behind a key, with where it stands.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// A file, read and taken apart as far as it goes.
#[derive(Debug)]
pub(super) struct Document<'t> {
    /// As the operator named it.
    pub(super) name: String,
    /// Its folder, from which paths in it begin.
    pub(super) folder: PathBuf,
    text: &'t str,
    pub(super) root: Spanned<DeTable<'t>>,
    /// Where it is no TOML any more: what is missing then says nothing, nor what comes after.
    pub(super) broken_from: Option<Place>,
}

impl<'t> Document<'t> {
    /// Takes a text apart, with what is wrong with its syntax.
    pub(super) fn parse(path: &Path, text: &'t str) -> (Self, Vec<Mistake>) {
        let (root, errors) = DeTable::parse_recoverable(text);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let name = path.display().to_string();
        let mut document = Self { name, folder, text, root, broken_from: None };
        let mut mistakes: Vec<Mistake> = Vec::new();
        for error in errors {
            let place = document.place(error.span().map(|it| it.start));
            // One slip of a pen makes several of them, and the first says it best.
            if mistakes.last().is_none_or(|it| it.place != place) {
                let what = format!("this is not TOML: {}", error.message());
                mistakes.push(Mistake { place, key: String::new(), what });
            }
        }
        document.broken_from = mistakes.iter().map(|it| it.place.clone()).min();
        (document, mistakes)
    }

    /// Where a byte of the text stands.
    pub(super) fn place(&self, byte: Option<usize>) -> Place {
        let before = byte.and_then(|byte| self.text.get(..byte));
        let line = before.map(|before| 1 + before.matches('\n').count());
        Place::File(self.name.clone(), line)
    }
}

/// What a value is, for people.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
