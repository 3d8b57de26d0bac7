//! Reading a configuration key by key: a variable before the file, the file before the default.
//!
//! Whoever reads says which keys there are by asking for them: what nobody has asked for is a
//! mistake, and what was asked for is what `gateway config show` shows. So neither needs a list.

use std::collections::BTreeSet;

use gateway_core::http::SecretString;

use super::document::Document;
use super::mistake::{Mistake, Mistakes, Place, nearest};
use super::variables::Variables;

mod section;

pub(super) use section::{Found, Section, variable_part};

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

    #[cfg(feature = "server")]
    pub(crate) fn holds_the_same(&self, other: &Self) -> bool {
        use gateway_core::http::ExposeSecret as _;

        self.exact.expose_secret() == other.exact.expose_secret()
    }
}

/// What has been read so far, and what was wrong with it.
#[derive(Debug)]
pub(super) struct Reader<'d> {
    pub(super) document: Option<&'d Document<'d>>,
    variables: &'d Variables,
    mistakes: Vec<Mistake>,
    /// The keys that are missing. Each is a mistake, unless it is there and misspelt.
    absent: Vec<Mistake>,
    seen: Vec<Seen>,
    asked: BTreeSet<String>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: Option<&'d Document<'d>>, variables: &'d Variables) -> Self {
        let (mistakes, absent) = (Vec::new(), Vec::new());
        let (seen, asked) = (Vec::new(), BTreeSet::new());
        Self { document, variables, mistakes, absent, seen, asked }
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
            self.absent.push(Mistake { place, key: key.into(), what: what.into() });
        }
    }

    /// A key that is unknown was meant to be this one: one mistake is not told as two. With `token`,
    /// `token_file` is not missing either.
    fn is_misspelt(&mut self, meant: &str) {
        let is_meant = |it: &Mistake| {
            let rest = meant.strip_prefix(it.key.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        self.absent.retain(|it| !is_meant(it));
    }

    fn broken_from(&self) -> Option<&Place> {
        self.document.and_then(|it| it.broken_from.as_ref())
    }

    /// How many mistakes there are so far.
    pub(super) fn count(&self) -> usize {
        self.mistakes.len() + self.absent.len()
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
        self.mistakes.append(&mut self.absent);
        // What follows a slip of the pen may stand elsewhere than it was meant to.
        let broken_from = self.broken_from().cloned();
        if let Some(from) = &broken_from {
            self.mistakes.retain(|it| it.place < *from || matches!(it.place, Place::Variable(_)));
        }
        let ours =
            |name: &&str| broken_from.is_none() && name.starts_with(PREFIX) && name.contains("__");
        let strange: Vec<&str> = self.variables.names().filter(ours).collect();
        for name in strange.into_iter().filter(|it| !self.asked.contains(*it)) {
            // What they all begin with makes none of them nearer.
            let asked = self.asked.iter().filter_map(|it| it.strip_prefix(PREFIX));
            let what = match nearest(name.trim_start_matches(PREFIX), asked) {
                Some(meant) => format!("there is no such variable; did you mean {PREFIX}{meant}?"),
                None => "there is no such variable".to_owned(),
            };
            let place = Place::Variable(name.to_owned());
            self.mistakes.push(Mistake { place, key: String::new(), what });
        }
        self.mistakes.extend(syntax);
        if self.mistakes.is_empty() { Ok(self.seen) } else { Err(Mistakes::new(self.mistakes)) }
    }
}
