//! Tables of what is known of a messenger: each fact with its source and the test that holds it.

use std::collections::BTreeSet;
use std::path::Path;

/// A fact, where it is known from, and the test: its file, of the table's folder unless it is a path
/// from the root of the project, and its name.
pub type Fact = (&'static str, char, &'static str, &'static str);

/// The facts whose test is not there, in words.
pub fn untested(tables: &[&[Fact]], folder: &str) -> Vec<String> {
    let path = |file: &str| {
        if file.contains('/') { file.to_owned() } else { format!("{folder}/{file}.rs") }
    };
    let facts = tables.iter().copied().flatten();
    let missing = facts.filter(|(.., file, name)| !tests(&path(file)).contains(*name));
    missing
        .map(|(fact, _, file, name)| format!("{fact}: no test {name} in {}", path(file)))
        .collect()
}

/// Each fact is there once, and comes from one of these sources.
pub fn assert_each_once(tables: &[&[Fact]], sources: &[char]) {
    let mut facts = BTreeSet::new();
    for (fact, source, ..) in tables.iter().copied().flatten() {
        assert!(sources.contains(source), "{fact}: {source} is no source");
        assert!(facts.insert(*fact), "{fact} is there twice");
    }
}

/// The functions of a file that are tests.
fn tests(path: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the root");
    let source = std::fs::read_to_string(root.join(path)).expect(path);
    let mut found = BTreeSet::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        let name = line.trim_start_matches("async ").strip_prefix("fn ");
        match name.and_then(|it| it.split_once('(')) {
            Some((name, _)) if is_test => {
                found.insert(name.to_owned());
                is_test = false;
            }
            Some(_) => is_test = false,
            None => is_test |= matches!(line, "#[test]" | "#[tokio::test]"),
        }
    }
    found
}
