//! Who may know whom.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// The whole rule: what is not here is forbidden. docs/ARCHITECTURE.md draws it.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    BTreeMap::from([
        ("gateway-core", BTreeSet::new()),
        ("adapter-tamtam", BTreeSet::from(["gateway-core"])),
        ("adapter-potato", BTreeSet::from(["gateway-core"])),
        ("gateway-runtime", BTreeSet::from(["gateway-core"])),
        ("registry-api", BTreeSet::from(["gateway-core"])),
        ("storage", BTreeSet::from(["gateway-core", "gateway-runtime", "registry-api"])),
        ("sandbox", BTreeSet::from(["gateway-core", "adapter-tamtam", "adapter-potato"])),
        (
            "gateway",
            BTreeSet::from([
                "gateway-core",
                "adapter-tamtam",
                "adapter-potato",
                "gateway-runtime",
                "registry-api",
                "storage",
                "sandbox",
            ]),
        ),
    ])
}

/// They may know everybody, and nobody may know them.
const ONLOOKERS: [&str; 2] = ["gateway-tests", "gateway-bench"];

#[test]
fn no_crate_knows_another_than_it_may() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata");
    let mut rule = allowed();
    let names: BTreeSet<String> = metadata.packages.iter().map(|it| it.name.to_string()).collect();
    let mut mistakes = Vec::new();
    for package in metadata.packages.iter().filter(|it| !ONLOOKERS.contains(&it.name.as_str())) {
        let Some(may) = rule.remove(package.name.as_str()) else {
            mistakes.push(format!("{} has no place in the rule", package.name));
            continue;
        };
        // What tests use of a crate that stands below is their own affair.
        let known = package.dependencies.iter().filter(|it| it.kind != DependencyKind::Development);
        for dependency in known.filter(|it| names.contains(&it.name)) {
            if !may.contains(dependency.name.as_str()) {
                mistakes.push(format!("{} must not know {}", package.name, dependency.name));
            }
        }
    }
    mistakes.extend(rule.keys().map(|name| format!("{name} is in the rule, but not in the house")));
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[test]
fn the_rule_has_no_circle() {
    let rule = allowed();
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    while placed.len() < rule.len() {
        let next: Vec<&str> = rule
            .iter()
            .filter(|(name, may)| !placed.contains(*name) && may.is_subset(&placed))
            .map(|(name, _)| *name)
            .collect();
        assert!(!next.is_empty(), "a circle among what is left of {rule:?}");
        placed.extend(next);
    }
}

/// What others may share with the database, the web and the messengers, by the names of crates.
#[test]
fn what_is_outside_is_known_in_one_room_each() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata");
    let rooms = [
        ("sqlx", vec!["storage"]),
        // In tests it serves what an adapter talks to: the judge before the sandbox, and for the
        // adapters' own tests a platform that does as it is told.
        (
            "axum",
            vec![
                "adapter-tamtam",
                "adapter-potato",
                "registry-api",
                "sandbox",
                "gateway",
                "gateway-tests",
            ],
        ),
        ("clap", vec!["gateway"]),
        ("anyhow", vec!["gateway"]),
    ];
    for (library, rooms) in rooms {
        let users: Vec<&str> = metadata
            .packages
            .iter()
            .filter(|it| it.dependencies.iter().any(|dependency| dependency.name == library))
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(users, rooms, "who uses {library}");
    }
}

/// A mistake in how the gateway reads a message must not be made twice.
#[test]
fn the_sandbox_shares_only_wire_types_time_and_chance() {
    let mut mistakes = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sandbox/src");
    for file in rust_files(&folder) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            let is_comment = line.trim_start().starts_with("//");
            let shares = |name: &str, may: &[&str]| {
                line.match_indices(name).any(|(at, _)| {
                    let rest = &line[at + name.len()..];
                    !may.iter().any(|it| rest.starts_with(it))
                })
            };
            let wrong = shares("gateway_core::", &["chance::", "time::"])
                || shares("adapter_tamtam::", &["wire"])
                || shares("adapter_potato::", &["wire"]);
            if wrong && !is_comment {
                mistakes.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[test]
fn the_page_links_every_decision() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = std::fs::read_to_string(docs.join("ARCHITECTURE.md")).expect("the page");
    for entry in std::fs::read_dir(docs.join("decisions")).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        // It lists them, too.
        if name == "README.md" {
            continue;
        }
        assert!(page.contains(&format!("](decisions/{name})")), "{name} is not linked");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect()
}
