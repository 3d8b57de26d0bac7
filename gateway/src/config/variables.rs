//! The environment, as a configuration sees it.

use std::collections::BTreeMap;
use std::fmt;

/// Variables and what they hold. One that is empty counts as none: that is how some tools say so.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

/// Their names: any of them may hold a secret.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl Variables {
    /// Those of this process.
    pub fn of_process() -> Self {
        // What is no text is nothing that is known here.
        std::env::vars_os()
            .filter_map(|(key, it)| Some((key.into_string().ok()?, it.into_string().ok()?)))
            .collect()
    }

    /// Has a variable hold something, as far as a configuration sees.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(pairs.filter(|(_, value): &(String, String)| !value.is_empty()).collect())
    }
}
