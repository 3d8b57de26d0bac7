//! Each promise of `docs/GUARANTEES.md` names a test that is there.

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
    assert!(count > 25, "{count} promises are not all");
}

#[test]
fn every_promise_has_a_test() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = std::fs::read_to_string(docs.join("GUARANTEES.md")).expect("the page");
    let page = page.replace("\n  ", " ");
    let promises: Vec<&str> = page.lines().filter(|line| line.starts_with("- ")).collect();
    assert!(promises.len() > 20, "they are lists");
    for promise in promises {
        assert!(promise.contains("[`"), "no test is named: {promise}");
    }
}
