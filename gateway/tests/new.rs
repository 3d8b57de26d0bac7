//! `gateway new`: a project that its author can begin with.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output};
use std::time::Duration;

use sandbox::{Addresses, Phone, Platform, Server, World};
use tempfile::TempDir;

fn gateway(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.args(arguments).current_dir(folder).output().expect("the program runs")
}

/// Cargo in a project. What it builds stays for the next run of this test.
fn cargo(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).arg("--offline").current_dir(folder);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new");
    command.env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A process that runs until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then the test has failed already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_name_that_is_none_and_a_folder_that_is_full_are_refused() {
    let folder = TempDir::new().expect("a folder");
    for name in ["2shop", "shop bot", "tokio"] {
        let output = gateway(&["new", name], folder.path());
        let err = text(&output.stderr);
        assert!(!output.status.success() && err.contains("no name of a package"), "{err}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);

    std::fs::create_dir(folder.path().join("shop")).expect("a folder");
    std::fs::write(folder.path().join("shop/notes"), "mine").expect("a file");
    let output = gateway(&["new", "shop"], folder.path());
    assert!(text(&output.stderr).contains("shop is not empty"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(folder.path().join("shop")).expect("a folder").count(), 1);
}

#[tokio::test]
async fn its_test_passes_and_it_answers_in_the_sandbox() {
    let folder = TempDir::new().expect("a folder");
    let made = gateway(&["new", "shop", "--path", "a bot"], folder.path());
    assert!(made.status.success(), "{}", text(&made.stderr));
    let project = folder.path().join("a bot");
    let check = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "src/main.rs"])
        .arg("--config-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../rustfmt.toml"))
        .current_dir(&project)
        .output()
        .expect("rustfmt runs");
    assert!(check.status.success(), "{}", text(&check.stdout));

    let tested = cargo(&["test"], &project).output().expect("cargo runs");
    let (out, err) = (text(&tested.stdout), text(&tested.stderr));
    assert!(tested.status.success() && out.contains("1 passed"), "{out}\n{err}");
    assert!(!err.contains("warning"), "{err}");

    let built = cargo(&["build"], &project).output().expect("cargo runs");
    assert!(built.status.success(), "{}", text(&built.stderr));
    let world = World::new();
    world.add_bot(Platform::Max, "Shop", "a-token");
    let server = Server::start(world.clone(), &Addresses::free_ports()).await.expect("free ports");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new/debug/shop");
    let bot = Command::new(program)
        .current_dir(&project)
        .env_remove("DATABASE_URL")
        .env("MAX_TOKEN", "a-token")
        .env("MAX_URL", server.url(Platform::Max))
        .env("GATEWAY_SERVER__LISTEN", "127.0.0.1:0")
        .env("GATEWAY_WATCHING__ENABLED", "false")
        .spawn();
    let _bot = Running(bot.expect("the bot starts"));
    let patience = Duration::from_secs(30);
    let mut anna = Phone::of("Anna", Platform::Max, &world).expect("there is a bot");
    // Her first word starts the bot.
    anna.says("Good morning");
    assert_eq!(anna.sees(patience).await.expect("a greeting").text(), "Hello!");
    assert_eq!(anna.sees(patience).await.expect("an answer").text(), "Good morning");
    assert!(project.join("gateway.db").exists());

    // Whoever looks for help does not start a bot.
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new/debug/shop");
    let help = Command::new(program).arg("--help").current_dir(&project).output();
    let help = help.expect("it ends");
    let err = text(&help.stderr);
    assert!(!help.status.success() && err.contains("takes no arguments"), "{err}");
}

/// The account that the project's README has its author write.
fn account(project: &Path) -> String {
    let readme = std::fs::read_to_string(project.join("README.md")).expect("it is there");
    let (_, block) = readme.split_once("```toml\n").expect("an account");
    block.split("```").next().expect("its end").to_owned()
}

#[test]
fn the_program_works_with_the_configuration_of_a_bot_that_is_not_its_own() {
    let folder = TempDir::new().expect("a folder");
    let made = gateway(&["new", "shop"], folder.path());
    assert!(made.status.success(), "{}", text(&made.stderr));
    let project = folder.path().join("shop");
    let file = project.join("gateway.toml");
    let configuration = std::fs::read_to_string(&file).expect("it is there");
    std::fs::write(&file, configuration + &account(&project)).expect("it is written");
    let token = project.join("shop.token");
    std::fs::write(&token, "a-token").expect("it is written");
    std::fs::set_permissions(&token, Permissions::from_mode(0o600)).expect("our file");

    for arguments in [
        &["config", "check", "--bot", "shop"][..],
        &["config", "show"],
        &["token", "create", "--scope", "read"],
        &["token", "list"],
        &["updates", "list"],
    ] {
        let output = gateway(arguments, &project);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    }
    for arguments in [&["config", "check"][..], &["run"]] {
        let output = gateway(arguments, &project);
        let err = text(&output.stderr);
        assert!(!output.status.success() && err.contains("there is no such bot"), "{err}");
    }
}
