//! What is wrong with a configuration: all of it, each with its place.

use std::fmt;

/// One mistake: where it is, which key, and what is wrong with it. It holds no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// The file or variable.
    pub place: Place,
    /// The key, such as `accounts[1].token`; empty where it is about the whole place.
    pub key: String,
    /// What was given, and what is allowed.
    pub what: String,
}

/// Where something stands.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// In a file, and in which line, from 1, where there is one.
    File(String, Option<usize>),
    /// In a variable of the environment.
    Variable(String),
    /// Nowhere: it is what holds when nothing is said.
    Default,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name, Some(line)) => write!(f, "{name}:{line}"),
            Self::File(name, None) | Self::Variable(name) => f.write_str(name),
            Self::Default => f.write_str("default"),
        }
    }
}

/// `gateway.toml:12: accounts[1].tokne: there is no such key; did you mean token?`
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, key, what } = self;
        // Where nothing is said there is no place to name.
        if *place != Place::Default {
            write!(f, "{place}: ")?;
        }
        if !key.is_empty() && !matches!(place, Place::Variable(_)) {
            write!(f, "{key}: ")?;
        }
        f.write_str(what)
    }
}

/// Everything that is wrong with a configuration, in the order of its lines.
#[derive(Clone, Debug, Default, Eq, PartialEq, thiserror::Error)]
pub struct Mistakes(Vec<Mistake>);

/// A line for each.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, mistake) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl Mistakes {
    pub(super) fn new(mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by(|one, other| one.place.cmp(&other.place));
        mistakes.dedup();
        Self(mistakes)
    }

    /// Each of them.
    pub fn all(&self) -> &[Mistake] {
        &self.0
    }
}

/// The nearest of the words that are allowed, if any is near enough to have been meant.
pub(super) fn nearest<'a>(
    word: &str,
    allowed: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let small = word.to_lowercase();
    let near = |it: &&str| (strsim::jaro_winkler(&small, &it.to_lowercase()) * 1000.0).round();
    let best = allowed.into_iter().max_by(|one, other| near(one).total_cmp(&near(other)))?;
    let typos = strsim::damerau_levenshtein(&small, &best.to_lowercase());
    (near(&best) >= 850.0 || typos <= 2 && best.len() > 3).then_some(best)
}

/// `there is no such key; did you mean token?`
pub(super) fn unknown<'a>(
    what: &str,
    word: &str,
    allowed: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    if let Some(meant) = nearest(word, allowed.clone()) {
        return format!("there is no such {what}; did you mean {meant}?");
    }
    let all: Vec<&str> = allowed.into_iter().collect();
    match all.as_slice() {
        [] => format!("there is no such {what}"),
        all => format!("there is no such {what}; there are {}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_was_nearly_written_is_meant() {
        let keys = ["token", "token_file", "name", "bot", "receive"];
        assert_eq!(nearest("tokne", keys), Some("token"));
        assert_eq!(nearest("tokenfile", keys), Some("token_file"));
        assert_eq!(nearest("Name", keys), Some("name"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("x", []), None);
    }
}
