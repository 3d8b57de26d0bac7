//! What is in `deploy/` names what there is.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use gateway::config::Source;
use serde_json::Value;

fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

fn read(name: &str) -> String {
    fs::read_to_string(house().join(name)).expect("it is there")
}

fn compose() -> Value {
    serde_saphyr::from_str(&read("deploy/compose.yaml")).expect("it is YAML")
}

/// The configuration of variables alone, and what it says in the end.
fn configured(variables: Vec<(String, String)>) -> String {
    let source = Source {
        file: None,
        variables: variables.into_iter().collect(),
        bots: gateway::config::Bots::Any,
    };
    let config = source.parse(Path::new("gateway.toml"), "");
    config.unwrap_or_else(|why| panic!("{why}")).to_toml()
}

#[test]
fn the_containers_are_made_of_what_there_is() {
    let compose = compose();
    let gateway = &compose["services"]["gateway"];
    let build = &gateway["build"];
    let context = house().join("deploy").join(build["context"].as_str().expect("a folder"));
    let context = context.canonicalize().expect("it is there");
    assert_eq!(context, house().canonicalize().expect("it is there"));
    assert!(context.join(build["dockerfile"].as_str().expect("a file")).is_file());

    // Each secret that a service wants is one that is declared, and the page says what is in it.
    let page = read("docs/running.md");
    for (name, service) in compose["services"].as_object().expect("services") {
        for secret in service["secrets"].as_array().expect("a list") {
            let secret = secret.as_str().expect("a name");
            let file = compose["secrets"][secret]["file"].as_str().expect("it is declared");
            assert_eq!(file, format!("secrets/{secret}"), "{name}");
            assert!(page.contains(&format!("\n| `{secret}` | ")), "{secret}");
        }
    }
    let named = compose["volumes"].as_object().expect("volumes");
    let used = compose["services"]["postgres"]["volumes"][0].as_str().expect("a volume");
    assert!(named.contains_key(used.split(':').next().expect("its name")));
    let other = gateway["depends_on"].as_object().expect("others").keys().next().expect("one");
    assert!(compose["services"][other]["healthcheck"].is_object());
}

#[test]
fn the_variables_of_the_containers_are_keys() {
    let compose = compose();
    let variables = compose["services"]["gateway"]["environment"].as_object().expect("variables");
    let text = |it: &Value| it.as_str().expect("text").to_owned();
    let variables = variables.iter().map(|(name, value)| (name.clone(), text(value)));
    let told = configured(variables.collect());
    assert!(told.contains("listen = \"0.0.0.0:8080\""), "{told}");

    let image = read("deploy/Containerfile").replace("\\\n", " ");
    let set = image.lines().find_map(|it| it.strip_prefix("ENV ")).expect("variables");
    let pairs = set.split_whitespace().filter_map(|it| it.split_once('='));
    let told = configured(pairs.map(|(name, it)| (name.to_owned(), it.to_owned())).collect());
    assert!(told.contains("format = \"json\""), "{told}");
}

#[test]
fn the_image_is_built_from_what_is_copied() {
    let image = read("deploy/Containerfile");
    for (words, manifest) in
        [("--package gateway", "gateway/Cargo.toml"), ("--bin gateway", "gateway/Cargo.toml")]
    {
        assert!(image.contains(words), "{words}");
        assert!(read(manifest).contains("name = \"gateway\""));
    }
    // A number, by which an orchestrator sees that it is not root.
    assert!(image.contains("\nUSER 65532:65532\n"));
    // Nothing that the workspace needs is kept from the builder.
    let kept_out = read(".dockerignore");
    let members: Vec<String> = read("Cargo.toml")
        .split("members = [")
        .nth(1)
        .and_then(|it| it.split(']').next())
        .expect("members")
        .split(',')
        .map(|it| it.trim().trim_matches('"').to_owned())
        .filter(|it| !it.is_empty())
        .collect();
    let needed = ["Cargo.lock", "Cargo.toml", "docs", "examples", "migrations", "README.md"];
    for name in needed.into_iter().chain(members.iter().map(String::as_str)) {
        assert!(house().join(name).exists(), "{name}");
        let is_kept_out = kept_out.lines().any(|it| it.trim_end_matches('/') == name);
        assert!(!is_kept_out, "{name} is not there when the image is built");
    }
}

#[test]
fn the_unit_gives_what_the_program_knows() {
    let unit = read("deploy/gateway.service");
    let variables = unit.lines().filter_map(|it| it.strip_prefix("Environment="));
    let pairs = variables.filter_map(|it| it.split_once('='));
    let told = configured(pairs.map(|(name, it)| (name.to_owned(), it.to_owned())).collect());
    assert!(told.contains("format = \"json\""), "{told}");
    for line in ["Type=notify", "WatchdogSec=30s", "ExecStart=/usr/local/bin/gateway run"] {
        assert!(unit.lines().any(|it| it == line), "{line}");
    }
    // The unit waits longer for the end than the program takes.
    assert!(unit.contains("TimeoutStopSec=60s") && told.contains("drain = \"30s\""), "{told}");
}
