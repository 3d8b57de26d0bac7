//! Links between pages, and from pages to what else is in the repository.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::pages::{Page, house};

/// The targets of a page's links, without those to other hosts, and without what is in code.
fn targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        for rest in line.split("](").skip(1) {
            let target = rest.split(')').next().expect("the first of them");
            if !target.contains("://") {
                targets.push(target.to_owned());
            }
        }
    }
    targets
}

/// What a heading is called in a link.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut is_code = false;
    let mut anchors = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        let title = line.trim_start_matches('#');
        if is_code || title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let letters = title.trim().to_lowercase().replace(' ', "-");
        let is_kept = |it: &char| it.is_alphanumeric() || matches!(it, '-' | '_');
        anchors.insert(letters.chars().filter(is_kept).collect());
    }
    anchors
}

/// A path without `.` and `..`, as a link means it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    let mut count = 0;
    for page in Page::all() {
        let place = house().join(&page.name);
        for target in targets(&page.text) {
            count += 1;
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let folder = place.parent().expect("a folder");
            let path = if path.is_empty() { place.clone() } else { plain(&folder.join(path)) };
            let leads = path.starts_with(house()) && path.exists();
            let is_named = anchor.is_empty()
                || leads
                    && std::fs::read_to_string(&path).is_ok_and(|it| anchors(&it).contains(anchor));
            if !leads || !is_named {
                broken.push(format!("{}: {target}", page.name));
            }
        }
    }
    assert!(count > 100, "{count} links");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_book_has_every_page() {
    let told: BTreeSet<String> = targets(&Page::read("docs/SUMMARY.md").text).into_iter().collect();
    let pages = Page::all().into_iter();
    let pages = pages.filter_map(|it| Some(it.name.strip_prefix("docs/")?.to_owned()));
    let pages: BTreeSet<String> = pages.filter(|it| it != "SUMMARY.md").collect();
    assert_eq!(told, pages);
}

/// What holds a defence is named as code.
#[test]
fn what_security_names_is_there() {
    let page = Page::read("SECURITY.md");
    let mut last = PathBuf::new();
    let mut count = 0;
    for code in page.text.split('`').skip(1).step_by(2) {
        let is_file = [".rs", ".toml", ".service"].iter().any(|it| code.ends_with(it));
        if !is_file && !code.contains("/Containerfile") {
            continue;
        }
        count += 1;
        let whole = house().join(code);
        // The second of a folder is named by itself.
        let beside = last.parent().map(|it| it.join(code));
        let found = [Some(whole), beside].into_iter().flatten().find(|it| it.is_file());
        last = found.unwrap_or_else(|| panic!("SECURITY.md names {code}, which is not there"));
    }
    assert!(count > 10, "{count} files");
}
