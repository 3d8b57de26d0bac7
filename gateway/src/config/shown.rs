//! What holds, as TOML without secrets, and from where each value comes; and what has changed since.

use std::fmt::Write as _;

use super::Config;
use super::reading::Seen;

impl Config {
    /// Everything that holds, as TOML that could be a configuration file, but for its secrets: they
    /// are `"***"`.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        let mut table = None;
        for Seen { table: of, key, shown, place, .. } in &self.seen {
            if table != Some(of) {
                let header = header(of);
                let gap = if table.is_some() { "\n" } else { "" };
                // Writing into a text does not fail.
                let _ = writeln!(out, "{gap}{header}");
                table = Some(of);
            }
            let _ = match shown {
                Some(shown) => writeln!(out, "{key} = {shown}  # {place}"),
                None if *key == "bot" => {
                    writeln!(out, "# {key} is not set: the program's first bot")
                }
                None => writeln!(out, "# {key} is not set"),
            };
        }
        out
    }

    /// Every key, and what holds for it where anything does.
    pub fn keys(&self) -> impl Iterator<Item = (String, Option<&str>)> {
        self.seen.iter().map(|seen| (seen.path(), seen.shown.as_deref()))
    }
}

/// What a reload has to know.
#[cfg(feature = "server")]
impl Config {
    /// Which keys hold something else than in another configuration, an account's by its name.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let (ours, theirs) = (self.named(), other.named());
        let mut changed: Vec<String> = Vec::new();
        for (path, seen) in &ours {
            let same = theirs.iter().find(|(it, _)| it == path);
            if same.is_none_or(|(_, it)| !it.holds_the_same(seen)) {
                changed.push(path.clone());
            }
        }
        let gone = theirs.into_iter().map(|(path, _)| path);
        changed.extend(gone.filter(|path| ours.iter().all(|(it, _)| it != path)));
        changed
    }

    /// Has keys hold what they hold in another configuration.
    pub(crate) fn adopt(&mut self, other: &Self, keys: &[&str]) {
        for seen in &mut self.seen {
            let path = seen.path();
            let there = other.seen.iter().find(|it| it.path() == path);
            if let (true, Some(there)) = (keys.contains(&path.as_str()), there) {
                *seen = there.clone();
            }
        }
    }

    /// What was seen, each by a path that stays the same when accounts change their order.
    fn named(&self) -> Vec<(String, &Seen)> {
        let name = |table: &str| -> Option<String> {
            let number = table.strip_prefix("accounts[")?.split(']').next()?;
            let account: &str = &self.accounts.get(number.parse::<usize>().ok()?)?.name;
            let rest = table.split_once(']').map_or("", |(_, rest)| rest);
            Some(format!("accounts.{account}{rest}"))
        };
        let all = self.seen.iter();
        all.map(|seen| {
            let table = name(&seen.table).unwrap_or_else(|| seen.table.clone());
            (format!("{table}.{}", seen.key), seen)
        })
        .collect()
    }
}

/// `accounts[0].limits` is `[accounts.limits]`.
fn header(table: &str) -> String {
    match table.strip_prefix("accounts[").and_then(|rest| rest.split_once(']')) {
        Some((_, "")) => "[[accounts]]".to_owned(),
        Some((_, inner)) => format!("[accounts{inner}]"),
        None => format!("[{table}]"),
    }
}
