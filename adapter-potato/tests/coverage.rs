//! What of the document is here is told by tables, and these are true.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use adapter_potato::ErrorCode;
use adapter_potato::coverage::{Covered, METHODS, OBJECTS, markdown};

/// The document, where it is at hand: it is not part of this repository.
fn document() -> Option<String> {
    let folder = std::env::var_os("GATEWAY_REFERENCE")?;
    let path = Path::new(&folder).join("potato-bot-api.txt");
    let read = std::fs::read_to_string(&path);
    Some(read.unwrap_or_else(|why| panic!("GATEWAY_REFERENCE: {}: {why}", path.display())))
}

fn names(rows: &[Covered]) -> BTreeSet<&str> {
    rows.iter().map(|row| row.name).collect()
}

/// The lines that say something.
fn lines(document: &str) -> Vec<&str> {
    document.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// A heading of a method is followed by its address.
fn methods(document: &str) -> BTreeSet<&str> {
    let lines = lines(document);
    let pairs = lines.windows(2).filter(|pair| pair[1] == "Request URL");
    pairs.map(|pair| pair[0]).collect()
}

/// A heading of an object is followed by a table, or by a list of kinds, soon and without another
/// heading in between.
fn objects(document: &str) -> BTreeSet<&str> {
    let is_heading = |line: &str| {
        let is_word = |word: &str| {
            word.starts_with(|it: char| it.is_ascii_uppercase())
                && word.chars().all(|it| it.is_ascii_alphanumeric())
        };
        let words: Vec<&str> = line.split(' ').collect();
        words.iter().all(|word| is_word(word))
            && (words.len() == 1 || words.len() == 2 && words[1] == "Type")
            && !line.starts_with("Field")
    };
    let is_table = |line: &str| {
        let starts = [
            "Field Type",
            "Field Required Type",
            "Parameter Required Type",
            "Parameter Type",
            "Value Enumeration value",
        ];
        starts.iter().any(|start| line.starts_with(start))
    };
    let lines = lines(document);
    let headings = lines.iter().enumerate().filter(|(_, line)| is_heading(line));
    headings
        .filter(|(place, _)| {
            let next = lines[place + 1..].iter().take(6);
            let mut next = next.take_while(|line| !is_heading(line));
            let says_kinds = |line: &&str| {
                line.contains("ReplyMarkup: ") || line.starts_with("This object represents")
            };
            next.any(|line| is_table(line) || says_kinds(line))
        })
        .map(|(_, line)| *line)
        .collect()
}

/// A line of the last table: four digits, and words.
fn errors(document: &str) -> BTreeSet<i64> {
    let (_, table) =
        document.rsplit_once("Error Code").expect("the document has a table of errors");
    lines(table).iter().filter_map(|line| line.split(' ').next()?.parse().ok()).collect()
}

#[test]
fn the_tables_have_every_method_of_the_document_and_no_other() {
    let Some(document) = document() else { return };
    assert_eq!(methods(&document), names(METHODS));
}

#[test]
fn the_tables_have_every_object_of_the_document_and_no_other() {
    let Some(document) = document() else { return };
    assert_eq!(objects(&document), names(OBJECTS));
}

#[test]
fn every_error_of_the_document_is_known_and_two_more() {
    let Some(document) = document() else { return };
    let mut known: BTreeSet<i64> = ErrorCode::all().map(i64::from).collect();
    for only_seen in [3023, 4048] {
        assert!(known.remove(&only_seen));
    }
    assert_eq!(errors(&document), known);
}

#[test]
fn nothing_is_listed_twice() {
    assert_eq!(names(METHODS).len(), METHODS.len());
    assert_eq!(names(OBJECTS).len(), OBJECTS.len());
}

#[test]
fn the_page_shows_the_tables() {
    let page = include_str!("../../docs/messengers/potato.md");
    let tables = markdown();
    assert!(page.contains(&tables), "docs/messengers/potato.md needs these tables:\n{tables}");
}
