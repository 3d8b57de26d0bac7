//! Each promise of `docs/GUARANTEES.md`, in a list, a step or a table, names a test that is there.

use std::path::Path;

#[test]
fn every_promise_names_a_test_that_is_there() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = std::fs::read_to_string(docs.join("GUARANTEES.md")).expect("the page");
    let links = page.split("[`").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("`](")?;
        Some((name, rest.split_once(')')?.0))
    });
    let mut count = 0;
    for (name, path) in links {
        let file = std::fs::read_to_string(docs.join(path));
        let file = file.unwrap_or_else(|why| panic!("{path}, named with {name}: {why}"));
        // On each database by a macro, or by itself.
        let (by_itself, by_macro) = (format!("fn {name}("), format!("    {name}\n"));
        let is_there = file.contains(&by_itself) || file.contains(&by_macro);
        assert!(is_there, "{name} is not in {path}");
        count += 1;
    }
    assert!(count > 45, "{count} promises are not all");
}

/// Whether a line begins a promise: one of a list, or a numbered step.
fn is_promise(line: &str) -> bool {
    let numbered = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    line.starts_with("- ") || numbered
}

#[test]
fn every_promise_has_a_test() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = std::fs::read_to_string(docs.join("GUARANTEES.md")).expect("the page");
    let page = page.replace("\n  ", " ");
    let promises: Vec<&str> = page.lines().filter(|line| is_promise(line)).collect();
    assert!(promises.len() > 25, "they are lists and steps");
    for promise in promises {
        assert!(promise.contains("[`"), "no test is named: {promise}");
    }
}

/// Each row names one, or the paragraph before the table names those that see every cell of it.
#[test]
fn every_table_has_a_test() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = std::fs::read_to_string(docs.join("GUARANTEES.md")).expect("the page");
    let blocks: Vec<&str> = page.split("\n\n").collect();
    let mut count = 0;
    for (before, table) in blocks.iter().zip(&blocks[1..]).filter(|(_, it)| it.starts_with('|')) {
        count += 1;
        let sees_every_cell = before.contains("[`") && before.contains("see each cell");
        let rows = table.lines().skip(2);
        for row in rows {
            assert!(sees_every_cell || row.contains("[`"), "no test is named: {row}");
        }
    }
    assert_eq!(count, 2, "there are two tables");
}
