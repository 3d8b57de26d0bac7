//! What the documentation tells somebody to type is typed here, page by page, in a shell; what is not
//! says who does it instead, or why nobody can. And every link of it leads somewhere.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "who runs it sees what was not")]

mod links;
mod pages;
mod shell;

use std::collections::BTreeSet;
use std::fs;

use sandbox::{Addresses, Platform, Server, World};

use pages::{Page, house};
use shell::Shell;

/// Who runs a command that is not run here.
enum By {
    /// A test: its file, and its name.
    Test(&'static str, &'static str),
    /// Nobody but people: what it takes.
    Hand(&'static str),
}

use By::{Hand, Test};

const RUNNING: &str = "gateway/tests/running/main.rs";
const NEW: By = Test("gateway/tests/new.rs", "its_test_passes_and_it_answers_in_the_sandbox");
const SYSTEMD: By = Hand("systemd as the first process, and root's rights");
const CONTAINERS: By = Hand("a daemon for containers");
const SERVER: By = Hand("the programs of a PostgreSQL server, and a server that may be filled");

/// By page and the beginning of a command.
const ELSEWHERE: &[(&str, &str, By)] = &[
    ("README.md", "cargo run -- demo", Test("gateway/tests/cli.rs", "the_demo_ends_well")),
    (
        "README.md",
        "cargo run -- run",
        Test(RUNNING, "each_account_has_its_bot_and_a_stop_is_clean"),
    ),
    (
        "README.md",
        "cargo run -- sandbox",
        Test("gateway/tests/cli.rs", "the_sandbox_serves_each_messenger"),
    ),
    (
        "README.md",
        "MAX_TOKEN=sandbox-max",
        Test("tests/examples/menu.rs", "a_restart_keeps_the_votes_of_all_messengers"),
    ),
    ("README.md", "cargo run -- new", NEW),
    ("README.md", "cd ../shop", NEW),
    ("README.md", "cargo test", NEW),
    (
        "docs/GUARANTEES.md",
        "TEST_POSTGRES_URL=",
        Test("tests/storms.rs", "postgres_loses_nothing_and_doubles_nothing"),
    ),
    (
        "docs/GUARANTEES.md",
        "STORM_PROCESSES=2",
        Test("tests/storms.rs", "postgres_loses_nothing_and_doubles_nothing"),
    ),
    (
        "docs/configuration.md",
        "gateway run",
        Test(RUNNING, "each_account_has_its_bot_and_a_stop_is_clean"),
    ),
    (
        "docs/configuration.md",
        "gateway webhook ",
        Test(RUNNING, "messengers_call_where_nobody_else_can"),
    ),
    (
        "docs/sandbox.md",
        "",
        Test("sandbox/tests/page.rs", "every_example_of_the_page_does_what_the_page_says"),
    ),
    (
        "docs/watching.md",
        "OTEL_EXPORTER_OTLP_ENDPOINT=",
        Test("gateway/tests/traces.rs", "one_update_is_one_trace_from_the_webhook_to_the_send"),
    ),
    (
        "docs/messengers/max.md",
        "gateway sandbox &",
        Test("gateway/tests/cli.rs", "the_sandbox_serves_each_messenger"),
    ),
    (
        "docs/messengers/tamtam.md",
        "gateway sandbox &",
        Test("gateway/tests/cli.rs", "the_sandbox_serves_each_messenger"),
    ),
    (
        "docs/messengers/potato.md",
        "POTATO_TOKEN=",
        Test("tests/examples/menu.rs", "a_restart_keeps_the_votes_of_all_messengers"),
    ),
    ("docs/running.md", "install ", SYSTEMD),
    ("docs/running.md", "systemctl ", SYSTEMD),
    ("docs/running.md", "journalctl ", SYSTEMD),
    ("docs/running.md", "docker ", CONTAINERS),
    ("docs/running.md", "pg_dump ", SERVER),
    ("docs/running.md", "createdb ", SERVER),
    ("docs/running.md", "pg_restore ", SERVER),
    ("docs/running.md", "psql ", SERVER),
];

/// Commands that are answered so, and not with success: the page shows them for something that is not
/// the case here.
const REFUSED: &[(&str, u16)] = &[
    // Nobody has told its link.
    ("ask $CHATS/$ID/invitation", 404),
];

/// Anna makes a group with the bot.
const GROUP: &str = r#"curl -d '{"platform":"tamtam","kind":"group","owner":"Anna","title":"Tea","members":["@helper_bot"]}' http://127.0.0.1:7080/chats"#;

fn elsewhere(page: &str, command: &str) -> Option<&'static By> {
    let found = ELSEWHERE.iter().find(|it| it.0 == page && command.starts_with(it.1));
    found.map(|(_, _, by)| by)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_does_what_it_is_there_for() {
    let server = Server::start(World::new().furnished(), &Addresses::free_ports()).await;
    let server = server.expect("free ports");
    // What the pages name stands for what there is.
    let places = [
        ("http://127.0.0.1:7080".to_owned(), server.control_url()),
        ("http://127.0.0.1:7081".to_owned(), server.url(Platform::Tamtam)),
        ("http://127.0.0.1:7082".to_owned(), server.url(Platform::Max)),
        ("http://127.0.0.1:7083".to_owned(), server.url(Platform::Potato)),
    ];
    let mut count = 0;
    for page in Page::all() {
        let commands = page.commands();
        let here: Vec<&String> =
            commands.iter().filter(|it| elsewhere(&page.name, it).is_none()).collect();
        if here.is_empty() {
            continue;
        }
        let mut shell = Shell::open(&places);
        if page.name == "docs/running.md" {
            // It is there when it is backed up.
            shell.runs("gateway migrate");
        }
        if page.name == "docs/registry.md" {
            // What one command prints, the next takes by this.
            if !shell.has("jq") {
                println!("{}: NOT RUN, there is no jq", page.name);
                continue;
            }
            // A chat that a bot has met.
            shell.runs(GROUP);
            shell.runs("DATABASE_URL=sqlite://gateway.db gateway sync");
        }
        if page.name == "docs/messengers/potato.md" {
            shell.runs("export POTATO_TOKEN=10000001:sandbox POTATO_URL=http://127.0.0.1:7083");
        }
        for command in here {
            count += 1;
            let status = REFUSED.iter().find(|it| it.0 == command).map(|it| it.1);
            tokio::task::block_in_place(|| shell.types(&page.name, command, status));
        }
    }
    assert!(count > 30, "{count} commands");
}

#[test]
fn whoever_is_said_to_run_a_command_does_and_no_command_is_forgotten_there() {
    let house = house();
    for (page, beginning, by) in ELSEWHERE {
        let commands = Page::read(page).commands();
        let is_there = commands.iter().any(|it| it.starts_with(beginning));
        assert!(is_there, "{page} has no command that begins with {beginning:?}");
        match by {
            Test(file, name) => {
                let text = fs::read_to_string(house.join(file)).expect("the file is there");
                assert!(text.contains(&format!("fn {name}(")), "{file} has no test {name}");
            }
            Hand(what) => assert!(!what.is_empty()),
        }
    }
}

/// Where the samples in Rust of a page are compiled.
const SAMPLES: &[(&str, &str)] = &[
    ("README.md", "gateway/src/lib.rs"),
    ("docs/configuration.md", "gateway/src/lib.rs"),
    ("docs/testing-a-bot.md", "gateway/tests/testing_a_bot.rs"),
];

#[test]
fn every_sample_is_compiled() {
    let found: BTreeSet<String> = Page::all()
        .into_iter()
        .filter(|it| it.text.contains("```rust"))
        .map(|it| it.name)
        .collect();
    let known: BTreeSet<String> = SAMPLES.iter().map(|it| it.0.to_owned()).collect();
    assert_eq!(found, known);
    for (page, file) in SAMPLES {
        let text = fs::read_to_string(house().join(file)).expect("it is there");
        let includes = format!("include_str!(\"../../{page}\")");
        assert!(text.contains(&includes), "{file} does not include {page}");
    }
}

/// Commands in the tables take minutes, or write into the repository: that what they name is there is
/// all that is held of them.
#[test]
fn commands_in_tables_name_what_there_is() {
    let manifests: String =
        ["Cargo.toml", "tests/Cargo.toml", "bench/Cargo.toml", "gateway/Cargo.toml"]
            .map(|it| fs::read_to_string(house().join(it)).expect("a manifest"))
            .concat();
    let mut count = 0;
    for page in Page::all() {
        let rows = page.text.lines().filter(|it| it.starts_with("| "));
        for code in rows.flat_map(|row| row.split('`').skip(1).step_by(2)) {
            let words: Vec<&str> = code.split_whitespace().collect();
            let Some(tool) = words.first() else { continue };
            if ["scripts/", ".ci/", "tests/interop/"].iter().any(|it| tool.starts_with(it)) {
                count += 1;
                assert!(house().join(tool).is_file(), "{}: {code}", page.name);
            }
            if !words.contains(&"cargo") {
                continue;
            }
            count += 1;
            for pair in words.windows(2) {
                let is_there = match pair[0] {
                    "-p" if pair[1].starts_with("gateway-bench") => {
                        manifests.contains("gateway-bench")
                    }
                    "-p" => house().join(pair[1]).join("Cargo.toml").is_file(),
                    "--bin" | "--bench" => manifests.contains(&format!("name = \"{}\"", pair[1])),
                    "--test" => has_test(pair[1]),
                    _ => true,
                };
                assert!(is_there, "{}: {code}: {}", page.name, pair[1]);
            }
        }
    }
    assert!(count > 10, "{count} commands");
}

/// Whether one of the crates has a test of this name.
fn has_test(name: &str) -> bool {
    let crates = fs::read_dir(house()).expect("the house").map(|it| it.expect("an entry").path());
    let mut tests = crates.map(|it| it.join("tests"));
    tests.any(|it| {
        it.join(format!("{name}.rs")).is_file() || it.join(name).join("main.rs").is_file()
    })
}
