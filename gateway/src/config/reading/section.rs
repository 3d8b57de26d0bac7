//! A table while it is read.

use gateway_core::http::{ExposeSecret as _, SecretString};
use toml::Spanned;
use toml::de::{DeString, DeTable};

use super::{Reader, Seen};
use crate::config::document::{Value, kind};
use crate::config::kinds::{Given, Kind, TEXT};
use crate::config::mistake::{Place, nearest, unknown};

/// A table while it is read.
#[derive(Debug)]
pub(in crate::config) struct Section<'r, 'd> {
    pub(in crate::config) reader: &'r mut Reader<'d>,
    /// `server`, `accounts[0]`
    pub(in crate::config) path: String,
    /// How the variables of its keys begin.
    pub(super) variable: String,
    pub(super) table: Option<&'d DeTable<'d>>,
    /// Where it begins.
    pub(in crate::config) place: Place,
    pub(super) asked: Vec<&'static str>,
}

/// What was found for a key.
#[derive(Debug)]
pub(in crate::config) struct Found<T> {
    /// `None` also where what was given is wrong.
    pub(in crate::config) value: Option<T>,
    pub(in crate::config) place: Place,
    /// Where nothing is given, it is missing; where something wrong is given, it is not.
    pub(in crate::config) is_given: bool,
}

impl<'d> Section<'_, 'd> {
    fn entry(&self, key: &str) -> Option<(&'d Spanned<DeString<'d>>, &'d Value<'d>)> {
        self.table?.iter().find(|(name, _)| name.get_ref() == key)
    }

    fn place_of(&self, span: std::ops::Range<usize>) -> Place {
        self.reader.document.map_or(Place::Default, |it| it.place(Some(span.start)))
    }

    /// `accounts[0].token`
    pub(in crate::config) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// A key that may be absent. Variables of other names that stand for it come after its own.
    pub(in crate::config) fn find<T>(
        &mut self,
        key: &'static str,
        others: &[String],
        kind: &Kind<T>,
    ) -> Found<T> {
        self.asked.push(key);
        let own = format!("{}{}", self.variable, key.to_uppercase());
        let variables = self.reader.variables;
        let mut said = std::iter::once(own.as_str()).chain(others.iter().map(String::as_str));
        let said: Option<(String, &str)> =
            said.find_map(|name| Some((name.to_owned(), variables.get(name)?)));
        self.reader.asked.extend(others.iter().cloned());
        self.reader.asked.insert(own);
        let (given, place) = match (said, self.entry(key)) {
            (Some((name, value)), _) => (Given::Said(value), Place::Variable(name)),
            (None, Some((name, value))) => {
                (Given::Written(value.get_ref()), self.place_of(name.span()))
            }
            (None, None) => return Found { value: None, place: Place::Default, is_given: false },
        };
        let value = self.judge(key, kind, given, &place);
        Found { value, place, is_given: true }
    }

    /// Writes down what holds for a key.
    pub(in crate::config) fn holds<T>(
        &mut self,
        key: &'static str,
        kind: &Kind<T>,
        value: Option<&T>,
        place: Place,
    ) {
        let written = value.map(|value| kind.write(value));
        let shown = value.map(|value| kind.show(value));
        let hides = shown != written;
        let exact = written.unwrap_or_default().into();
        self.reader.seen.push(Seen { table: self.path.clone(), key, shown, exact, hides, place });
    }

    /// Writes down what a secret is that was seen by its place, so that it is known to have changed.
    pub(in crate::config) fn holds_secretly(&mut self, key: &str, secret: &SecretString) {
        let of_key = |seen: &&mut Seen| seen.table == self.path && seen.key == key;
        if let Some(seen) = self.reader.seen.iter_mut().find(of_key) {
            seen.exact =
                format!("{} {}", seen.exact.expose_secret(), secret.expose_secret()).into();
        }
    }

    /// Where a key stands that was given.
    pub(in crate::config) fn seen_at(&self, key: &str) -> Option<Place> {
        let mut seen = self.reader.seen.iter();
        let of_key = seen.find(|seen| seen.table == self.path && seen.key == key);
        of_key.map(|seen| seen.place.clone()).filter(|place| *place != Place::Default)
    }

    /// A key of the file alone, for which no variable stands.
    pub(in crate::config) fn written<T>(&mut self, key: &'static str, kind: &Kind<T>) -> Found<T> {
        self.asked.push(key);
        let Some((name, value)) = self.entry(key) else {
            return Found { value: None, place: Place::Default, is_given: false };
        };
        let place = self.place_of(name.span());
        let read = self.judge(key, kind, Given::Written(value.get_ref()), &place);
        Found { value: read, place, is_given: true }
    }

    /// Whether a variable holds something.
    pub(in crate::config) fn says(&mut self, variable: &str) -> bool {
        self.reader.variable(variable).is_some()
    }

    fn judge<T>(
        &mut self,
        key: &str,
        kind: &Kind<T>,
        given: Given<'_>,
        place: &Place,
    ) -> Option<T> {
        let value = kind.read(given);
        if value.is_none() {
            let what = kind.refusal(given);
            self.reader.wrong(place.clone(), self.path_of(key), what);
        }
        value
    }

    /// A key with a default.
    pub(in crate::config) fn or<T>(&mut self, key: &'static str, kind: &Kind<T>, default: T) -> T {
        self.or_as(key, &[], kind, default)
    }

    /// The same, with variables of other names that stand for it.
    pub(in crate::config) fn or_as<T>(
        &mut self,
        key: &'static str,
        others: &[String],
        kind: &Kind<T>,
        default: T,
    ) -> T {
        let Found { value, place, .. } = self.find(key, others, kind);
        let value = value.unwrap_or(default);
        self.holds(key, kind, Some(&value), place);
        value
    }

    /// A key without a default, and where it stands.
    pub(in crate::config) fn maybe<T>(
        &mut self,
        key: &'static str,
        others: &[String],
        kind: &Kind<T>,
    ) -> Found<T> {
        let found = self.find(key, others, kind);
        self.holds(key, kind, found.value.as_ref(), found.place.clone());
        found
    }

    /// One of several words.
    pub(in crate::config) fn choice<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        noun: &str,
        words: &[(&'static str, T)],
        default: Option<T>,
    ) -> Found<T> {
        let Found { value, place, is_given } = self.find(key, &[], &TEXT);
        let all = words.iter().map(|(word, _)| *word);
        let chosen = value.as_ref().map(|word| words.iter().find(|(it, _)| it == word));
        if let (Some(None), Some(word)) = (chosen, &value) {
            let what = format!("{word:?}: {}", unknown(noun, word, all));
            self.reader.wrong(place.clone(), self.path_of(key), what);
        }
        let value = chosen.flatten().map(|(_, it)| *it).or(default);
        let shown = value.and_then(|it| words.iter().find(|(_, word)| *word == it));
        let shown = shown.map(|(word, _)| (*word).to_owned());
        self.holds(key, &TEXT, shown.as_ref(), place.clone());
        Found { value, place, is_given }
    }

    /// A table in this one.
    pub(in crate::config) fn section(&mut self, key: &'static str) -> Section<'_, 'd> {
        self.asked.push(key);
        let entry = self.entry(key);
        let place = entry.map_or(self.place.clone(), |(name, _)| self.place_of(name.span()));
        let path = self.path_of(key);
        let table = entry.and_then(|(_, value)| value.get_ref().as_table());
        if let (Some((_, value)), None) = (entry, table) {
            let is = kind(value.get_ref());
            // A header names no places in lists.
            let header: String = path.split(['[', ']']).step_by(2).collect();
            let what = format!("it is {is}, and must be a table: [{header}]");
            self.reader.wrong(place.clone(), &path, what);
        }
        let variable = format!("{}{}__", self.variable, key.to_uppercase());
        Section { reader: self.reader, path, variable, table, place, asked: Vec::new() }
    }

    /// The tables of a list, each with its place in it; their variables have no names yet.
    pub(in crate::config) fn list(&mut self, key: &'static str) -> Vec<(&'d DeTable<'d>, Place)> {
        self.asked.push(key);
        let Some((name, value)) = self.entry(key) else { return Vec::new() };
        let path = self.path_of(key);
        let place = self.place_of(name.span());
        let Some(items) = value.get_ref().as_array() else {
            let is = kind(value.get_ref());
            let what = format!("it is {is}, and must be a list of tables: [[{path}]]");
            self.reader.wrong(place, path, what);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let place = self.place_of(item.span());
            if let Some(table) = item.get_ref().as_table() {
                tables.push((table, place));
            } else {
                let what = format!("it is {}, and must be a table", kind(item.get_ref()));
                self.reader.wrong(place, format!("{path}[{number}]"), what);
            }
        }
        tables
    }

    /// One table of such a list. The variables of its keys bear its name.
    pub(in crate::config) fn item<'s>(
        &'s mut self,
        list: &str,
        number: usize,
        name: &str,
        table: Option<&'d DeTable<'d>>,
        place: Place,
    ) -> Section<'s, 'd> {
        let path = format!("{}[{number}]", self.path_of(list));
        let variable =
            format!("{}{}__{}__", self.variable, list.to_uppercase(), variable_part(name));
        Section { reader: self.reader, path, variable, table, place, asked: Vec::new() }
    }

    /// Whoever reads a table says when it has all: what is left there is unknown.
    pub(in crate::config) fn end(self) {
        let Some(table) = self.table else { return };
        for name in table.keys().filter(|it| !self.asked.contains(&it.get_ref().as_ref())) {
            let word = name.get_ref();
            let path = self.path_of(&printable(word));
            let noun = if self.path.is_empty() { "table" } else { "key" };
            let what = unknown(noun, word, self.asked.iter().copied());
            let place = self.place_of(name.span());
            if let Some(meant) = nearest(word, self.asked.iter().copied()) {
                let meant = self.path_of(meant);
                self.reader.is_misspelt(&meant);
            }
            self.reader.wrong(place, path, what);
        }
    }
}

/// A name as a part of a variable's: `shop-max` is `SHOP_MAX`.
pub(in crate::config) fn variable_part(name: &str) -> String {
    name.to_uppercase().replace(|it: char| !it.is_ascii_alphanumeric(), "_")
}

/// A key may hold anything, and a terminal obeys some of it.
fn printable(key: &str) -> String {
    key.chars().map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }).collect()
}
