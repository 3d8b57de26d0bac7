//! Reading a configuration key by key: a variable before the file, the file before the default.
//!
//! Whoever reads says which keys there are by asking for them: what nobody has asked for is a
//! mistake, and what was asked for is what `gateway config show` shows. So neither needs a list.

use std::collections::BTreeSet;

use gateway_core::http::{ExposeSecret as _, SecretString};
use toml::Spanned;
use toml::de::DeTable;

use super::document::{Document, Value, kind};
use super::kinds::{Given, Kind};
use super::mistake::{Mistake, Mistakes, Place, unknown};
use super::variables::Variables;

/// How the variables begin that stand for keys: `GATEWAY_SERVER__LISTEN` for `server.listen`.
const PREFIX: &str = "GATEWAY_";

/// A key that was asked for, and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The table, such as `server`, or `accounts[0].limits`.
    pub(crate) table: String,
    pub(crate) key: &'static str,
    /// As it is written in TOML, without secrets; `None` where nothing holds.
    pub(crate) shown: Option<String>,
    /// The same with secrets, to tell whether it has changed.
    exact: SecretString,
    /// Whether `shown` is not all that stands there.
    hides: bool,
    pub(crate) place: Place,
}

impl Seen {
    /// `server.listen`
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.table, self.key)
    }

    pub(crate) fn holds_the_same(&self, other: &Self) -> bool {
        self.exact.expose_secret() == other.exact.expose_secret()
    }
}

/// What has been read so far, and what was wrong with it.
#[derive(Debug)]
pub(super) struct Reader<'d> {
    pub(super) document: Option<&'d Document<'d>>,
    variables: &'d Variables,
    mistakes: Vec<Mistake>,
    seen: Vec<Seen>,
    asked: BTreeSet<String>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: Option<&'d Document<'d>>, variables: &'d Variables) -> Self {
        let (mistakes, seen, asked) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { document, variables, mistakes, seen, asked }
    }

    /// The table that holds all others.
    pub(super) fn root(&mut self) -> Section<'_, 'd> {
        let table = self.document.map(|it| it.root.get_ref());
        let place = self.document.map_or(Place::Default, |it| it.place(None));
        Section {
            reader: self,
            path: String::new(),
            variable: PREFIX.to_owned(),
            table,
            place,
            asked: Vec::new(),
        }
    }

    pub(super) fn wrong(&mut self, place: Place, key: impl Into<String>, what: impl Into<String>) {
        self.mistakes.push(Mistake { place, key: key.into(), what: what.into() });
    }

    /// Something is missing. A file that breaks off says nothing of that.
    pub(super) fn missing(&mut self, place: Place, key: impl Into<String>, what: &str) {
        if self.broken_from().is_none() {
            self.wrong(place, key, what);
        }
    }

    fn broken_from(&self) -> Option<&Place> {
        self.document.and_then(|it| it.broken_from.as_ref())
    }

    /// How many mistakes there are so far.
    pub(super) fn count(&self) -> usize {
        self.mistakes.len()
    }

    /// What a variable holds, by its name.
    pub(super) fn variable(&self, name: &str) -> Option<&'d str> {
        self.variables.get(name)
    }

    /// The first key of the file that holds a secret, and where.
    pub(super) fn secret_in_the_file(&self) -> Option<(String, Place)> {
        let is_secret = |seen: &&Seen| matches!(seen.place, Place::File(..)) && seen.hides;
        self.seen.iter().find(is_secret).map(|seen| (seen.path(), seen.place.clone()))
    }

    /// What was seen, or all that is wrong.
    pub(super) fn end(mut self, syntax: Vec<Mistake>) -> Result<Vec<Seen>, Mistakes> {
        // What follows a slip of the pen may stand elsewhere than it was meant to.
        let broken_from = self.broken_from().cloned();
        if let Some(from) = &broken_from {
            self.mistakes.retain(|it| it.place < *from || matches!(it.place, Place::Variable(_)));
        }
        let ours =
            |name: &&str| broken_from.is_none() && name.starts_with(PREFIX) && name.contains("__");
        let strange: Vec<&str> = self.variables.names().filter(ours).collect();
        for name in strange.into_iter().filter(|it| !self.asked.contains(*it)) {
            let asked = self.asked.iter().map(String::as_str).filter(|it| it.starts_with(PREFIX));
            let what = match super::mistake::nearest(name, asked) {
                Some(meant) => format!("there is no such variable; did you mean {meant}?"),
                None => "there is no such variable".to_owned(),
            };
            let place = Place::Variable(name.to_owned());
            self.mistakes.push(Mistake { place, key: String::new(), what });
        }
        self.mistakes.extend(syntax);
        if self.mistakes.is_empty() { Ok(self.seen) } else { Err(Mistakes::new(self.mistakes)) }
    }
}

/// A table while it is read.
#[derive(Debug)]
pub(super) struct Section<'r, 'd> {
    pub(super) reader: &'r mut Reader<'d>,
    /// `server`, `accounts[0]`
    pub(super) path: String,
    /// How the variables of its keys begin.
    variable: String,
    table: Option<&'d DeTable<'d>>,
    /// Where it begins.
    pub(super) place: Place,
    asked: Vec<&'static str>,
}

/// What was found for a key.
#[derive(Debug)]
pub(super) struct Found<T> {
    /// `None` also where what was given is wrong.
    pub(super) value: Option<T>,
    pub(super) place: Place,
    /// Where nothing is given, it is missing; where something wrong is given, it is not.
    pub(super) is_given: bool,
}

impl<'d> Section<'_, 'd> {
    fn entry(&self, key: &str) -> Option<(&'d Spanned<std::borrow::Cow<'d, str>>, &'d Value<'d>)> {
        self.table?.iter().find(|(name, _)| name.get_ref() == key)
    }

    fn place_of(&self, span: std::ops::Range<usize>) -> Place {
        self.reader.document.map_or(Place::Default, |it| it.place(Some(span.start)))
    }

    /// `accounts[0].token`
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// A key that may be absent. Variables of other names that stand for it come after its own.
    pub(super) fn find<T>(
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
    pub(super) fn holds<T>(
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
    pub(super) fn holds_secretly(&mut self, key: &str, secret: &SecretString) {
        let of_key = |seen: &&mut Seen| seen.table == self.path && seen.key == key;
        if let Some(seen) = self.reader.seen.iter_mut().find(of_key) {
            seen.exact =
                format!("{} {}", seen.exact.expose_secret(), secret.expose_secret()).into();
        }
    }

    /// Where a key stands that was given.
    pub(super) fn seen_at(&self, key: &str) -> Option<Place> {
        let mut seen = self.reader.seen.iter();
        let of_key = seen.find(|seen| seen.table == self.path && seen.key == key);
        of_key.map(|seen| seen.place.clone()).filter(|place| *place != Place::Default)
    }

    /// A key of the file alone, for which no variable stands.
    pub(super) fn written<T>(&mut self, key: &'static str, kind: &Kind<T>) -> Found<T> {
        self.asked.push(key);
        let Some((name, value)) = self.entry(key) else {
            return Found { value: None, place: Place::Default, is_given: false };
        };
        let place = self.place_of(name.span());
        let read = self.judge(key, kind, Given::Written(value.get_ref()), &place);
        Found { value: read, place, is_given: true }
    }

    /// Whether a variable holds something.
    pub(super) fn says(&mut self, variable: &str) -> bool {
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
    pub(super) fn or<T>(&mut self, key: &'static str, kind: &Kind<T>, default: T) -> T {
        self.or_as(key, &[], kind, default)
    }

    /// The same, with variables of other names that stand for it.
    pub(super) fn or_as<T>(
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
    pub(super) fn maybe<T>(
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
    pub(super) fn choice<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        noun: &str,
        words: &[(&'static str, T)],
        default: Option<T>,
    ) -> Found<T> {
        let Found { value, place, is_given } = self.find(key, &[], &super::kinds::TEXT);
        let all = words.iter().map(|(word, _)| *word);
        let chosen = value.as_ref().map(|word| words.iter().find(|(it, _)| it == word));
        if let (Some(None), Some(word)) = (chosen, &value) {
            let what = format!("{word:?}: {}", unknown(noun, word, all));
            self.reader.wrong(place.clone(), self.path_of(key), what);
        }
        let value = chosen.flatten().map(|(_, it)| *it).or(default);
        let shown = value.and_then(|it| words.iter().find(|(_, word)| *word == it));
        let shown = shown.map(|(word, _)| (*word).to_owned());
        self.holds(key, &super::kinds::TEXT, shown.as_ref(), place.clone());
        Found { value, place, is_given }
    }

    /// A table in this one.
    pub(super) fn section(&mut self, key: &'static str) -> Section<'_, 'd> {
        self.asked.push(key);
        let entry = self.entry(key);
        let place = entry.map_or(self.place.clone(), |(name, _)| self.place_of(name.span()));
        let path = self.path_of(key);
        let table = entry.and_then(|(_, value)| value.get_ref().as_table());
        if let (Some((_, value)), None) = (entry, table) {
            let is = kind(value.get_ref());
            let what = format!("it is {is}, and must be a table: [{path}]");
            self.reader.wrong(place.clone(), &path, what);
        }
        let variable = format!("{}{}__", self.variable, key.to_uppercase());
        Section { reader: self.reader, path, variable, table, place, asked: Vec::new() }
    }

    /// The tables of a list, each with its place in it; their variables have no names yet.
    pub(super) fn list(&mut self, key: &'static str) -> Vec<(&'d DeTable<'d>, Place)> {
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
    pub(super) fn item<'s>(
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
    pub(super) fn end(self) {
        let Some(table) = self.table else { return };
        for name in table.keys().filter(|it| !self.asked.contains(&it.get_ref().as_ref())) {
            let word = name.get_ref();
            let path = self.path_of(&printable(word));
            let noun = if self.path.is_empty() { "table" } else { "key" };
            let what = unknown(noun, word, self.asked.iter().copied());
            let place = self.place_of(name.span());
            self.reader.wrong(place, path, what);
        }
    }
}

/// A name as a part of a variable's: `shop-max` is `SHOP_MAX`.
pub(super) fn variable_part(name: &str) -> String {
    name.to_uppercase().replace(|it: char| !it.is_ascii_alphanumeric(), "_")
}

/// A key may hold anything, and a terminal obeys some of it.
fn printable(key: &str) -> String {
    key.chars().map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }).collect()
}
