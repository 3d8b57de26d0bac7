//! The program, run as its users run it.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use gateway_core::http::{HttpClient, HttpOptions, Operation, Repeat, SecretString};
use gateway_core::model::Platform;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;

fn gateway(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.args(arguments).env_remove("DATABASE_URL").env_remove("RUST_LOG");
    command
}

fn run(arguments: &[&str]) -> Output {
    gateway(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A program that serves until it is dropped.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself; then the test has failed already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program, and reads its lines from stdout or stderr until one holds `words`.
fn start(mut command: Command, from_stderr: bool, words: &str) -> (Serving, Vec<String>) {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let serving = Serving(child);
    let mut lines = Vec::new();
    let mut read = |line: std::io::Result<String>| {
        lines.push(line.expect("a line of text"));
        lines.last().is_some_and(|line| line.contains(words))
    };
    let found = if from_stderr {
        BufReader::new(err.expect("it is piped")).lines().any(&mut read)
    } else {
        BufReader::new(out.expect("it is piped")).lines().any(&mut read)
    };
    assert!(found, "no line with {words:?} in {lines:#?}");
    (serving, lines)
}

async fn get(url: &str, authorization: Option<&str>) -> (u16, Value) {
    let url: url::Url = url.parse().expect("a URL");
    let options = HttpOptions::new(url.clone(), Platform::new("test"));
    let client = HttpClient::new(options).expect("a client");
    let operation = Operation::new("get", "asking", Repeat::Safe);
    let mut call = client.call(&operation, Method::GET, &[]);
    if let Some(header) = authorization {
        call = call.secret_header(AUTHORIZATION, &SecretString::from(header.to_owned()));
    }
    let answer = call.answer().await.expect("an answer");
    (answer.status(), answer.json().unwrap_or_default())
}

/// The first word of a line that begins with `http`.
fn url_in(lines: &[String], beginning: &str) -> String {
    let line = lines.iter().find(|line| line.starts_with(beginning)).expect("such a line");
    line.split_whitespace().find(|it| it.starts_with("http")).expect("a URL").to_owned()
}

#[test]
fn the_demo_ends_well() {
    let output = run(&["demo", "--once", "--listen", "127.0.0.1:0"]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    for messenger in ["TamTam", "MAX", "Potato"] {
        assert!(out.lines().any(|line| line.starts_with(messenger)), "{messenger}: {out}");
    }
    assert!(out.contains("The registry holds 3 chats"), "{out}");
    assert_eq!(err, "");
}

#[test]
fn the_demo_can_be_held_twice_in_the_same_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path");
    for _ in 0..2 {
        let output = run(&["demo", "--once", "--listen", "127.0.0.1:0", "--data", data]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("The registry holds 3 chats"));
    }
    assert!(Path::new(data).join("gateway.db").exists());
}

#[test]
fn a_refused_answer_is_named_and_fails_the_demo() {
    let output = run(&["demo", "--once", "--listen", "127.0.0.1:0", "--refuse", "max:2"]);
    assert_eq!(output.status.code(), Some(1));
    let err = text(&output.stderr);
    assert!(err.contains("max: Boris, pressing \"Poll\", expected a message with"), "{err}");
    assert!(err.contains("chat.denied"), "{err}");
}

#[test]
fn a_closed_stdout_ends_the_demo() {
    let mut command = gateway(&["demo", "--listen", "127.0.0.1:0"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    // As whom SIGPIPE ends; and head has not made a mistake.
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), String::new()));
}

#[cfg(unix)]
#[test]
fn a_closed_stderr_does_not_keep_a_program_from_stopping() {
    let free = "127.0.0.1:0";
    let mut command =
        gateway(&["sandbox", "--control", free, "--tamtam", free, "--max", free, "--potato", free]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    drop(child.stderr.take());
    let out = child.stdout.take().expect("it is piped");
    let listens =
        BufReader::new(out).lines().any(|line| line.is_ok_and(|it| it.contains("Ctrl-C")));
    assert!(listens);
    // The signal is listened for right after that line; until then it would end the program too.
    Command::new("kill").arg(child.id().to_string()).status().expect("it is asked to stop");
    child.wait().expect("it ends");
}

#[test]
fn nonsense_on_the_command_line_is_refused() {
    for arguments in [
        &["demo", "--refuse", "viber"][..],
        &["demo", "--refuse", "max:0"],
        &["token", "create", "--scope", "all"],
        &["registry", "--listen", "here"],
        &["registry", "--watch-anywhere"],
        &["registry", "--log-format", "xml"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    let output =
        gateway(&["token", "create", "--scope", "read"]).env("DATABASE_URL", "sqlite://").output();
    assert!(text(&output.expect("the program runs").stderr).contains("names no file"));
    let output = gateway(&["registry"]).env("DATABASE_URL", "mysql://u:secret@h/d").output();
    let err = text(&output.expect("the program runs").stderr);
    assert!(err.contains("postgres:// or sqlite://") && !err.contains("secret"), "{err}");
}

#[test]
fn what_is_watched_is_not_for_other_machines_unless_that_is_said() {
    let output = run(&["registry", "--listen", "127.0.0.1:0", "--watch", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(1));
    let err = text(&output.stderr);
    assert!(err.contains("watching on 0.0.0.0:0") && err.contains("anywhere"), "{err}");
}

#[tokio::test]
async fn the_demo_is_watched() {
    let command = gateway(&["demo", "--listen", "127.0.0.1:0"]);
    let (_demo, lines) = start(command, false, "Ctrl-C");
    let status = url_in(&lines, "Status");
    let (code, report) = get(&status, None).await;
    assert_eq!((code, &report["is_ready"]), (200, &true.into()), "{report}");
    let accounts = report["accounts"].as_array().expect("a list");
    assert_eq!(accounts.len(), 3);
    assert!(accounts.iter().all(|it| it["dead"] == 0), "{report}");
}

#[tokio::test]
async fn the_sandbox_serves_each_messenger() {
    let free = "127.0.0.1:0";
    let command =
        gateway(&["sandbox", "--control", free, "--tamtam", free, "--max", free, "--potato", free]);
    let (_serving, lines) = start(command, false, "Ctrl-C");
    let tamtam = url_in(&lines, "TamTam");
    let (status, me) = get(&format!("{tamtam}/me?access_token=sandbox-tamtam"), None).await;
    assert_eq!((status, &me["is_bot"]), (200, &Value::Bool(true)));
    let (status, _) = get(&format!("{}/me", url_in(&lines, "MAX")), Some("sandbox-max")).await;
    assert_eq!(status, 200);
    let potato = url_in(&lines, "Potato");
    let (status, me) = get(&format!("{potato}/10000001:sandbox/getMe"), None).await;
    assert_eq!((status, &me["ok"]), (200, &Value::Bool(true)));
}

#[tokio::test]
async fn the_registry_lets_in_who_has_a_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite://{}", folder.path().join("r.db").display());
    let mut create = gateway(&["token", "create", "--scope", "read,write", "--name", "test"]);
    let created = create.env("DATABASE_URL", &database).output().expect("the program runs");
    let token = text(&created.stdout);
    assert!(token.starts_with("gwr_") && token.lines().count() == 1, "{token:?}");
    assert_eq!(text(&created.stderr), "");

    let mut serve = gateway(&["registry", "--listen", "127.0.0.1:0"]);
    serve.env("DATABASE_URL", &database).env("NO_COLOR", "1");
    let (_serving, lines) = start(serve, true, "the registry listens");
    let address = lines.last().and_then(|line| line.split("address=").nth(1));
    let address = address.and_then(|it| it.split_whitespace().next()).expect("an address");
    let list = format!("http://{address}/api/v1/private/chats/");
    assert_eq!(get(&list, None).await.0, 401);
    let (status, body) = get(&list, Some(&format!("Bearer {}", token.trim()))).await;
    assert_eq!((status, &body["_metadata"]["totalRecords"]), (200, &Value::from(0)));
}
