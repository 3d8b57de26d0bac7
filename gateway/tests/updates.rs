//! `gateway updates`, on a database in which one update is dead.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

use gateway_core::model::{
    AccountId, Chat, ChatKind, Message, Raw, Update, UpdateId, UpdateKind, User,
};
use gateway_core::time::{Clock as _, SystemClock};
use gateway_runtime::journal::{Append, Change, End, Ending, Seq, State, Write};
use serde_json::Value;
use storage::Database;
use tempfile::TempDir;

/// What a terminal would obey.
const ESCAPE: &str = "\u{1b}[2J";

struct Scene {
    folder: TempDir,
    database: Database,
}

impl Scene {
    /// Updates 1 to 3 of `max` are dead, done and waiting; update 4, of `potato`, is dead.
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("u.db").display());
        let scene = Self { folder, database: Database::open(&url).await.expect("it opens") };
        for (account, ids) in [("max", 1..=3), ("potato", 4..=4)] {
            let account = AccountId::new(account);
            let updates: Vec<Update> = ids.map(|id| update(&account, id)).collect();
            let append = Append { account: &account, updates: &updates, cursor: None, fence: None };
            scene.journal().append(append, SystemClock.now()).await.expect("it is written");
        }
        let error = format!("the tea\nis cold{ESCAPE}");
        scene.writes("max", Change::Fail { seq: 1, error: "the kettle".to_owned() }).await;
        for (seq, account, ending) in [
            (1, "max", Ending::Dead(error)),
            (2, "max", Ending::Done),
            (4, "potato", Ending::Dead("no cup".to_owned())),
        ] {
            let end = End { seq, ending, sessions: Vec::new(), moved: None };
            scene.writes(account, Change::End(end)).await;
        }
        scene
    }

    fn journal(&self) -> std::sync::Arc<dyn gateway_runtime::journal::Journal> {
        self.database.journal()
    }

    async fn writes(&self, account: &str, change: Change) {
        let write = Write { account: account.into(), fence: None, change };
        self.journal().commit(&[write], SystemClock.now()).await.expect("it is written");
    }

    /// Runs the command: its status, and what it says on stdout and stderr.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let url = format!("sqlite://{}", self.folder.path().join("u.db").display());
        let output: Output = Command::new(env!("CARGO_BIN_EXE_gateway"))
            .arg("updates")
            .args(arguments)
            .env("DATABASE_URL", url)
            .env_remove("RUST_LOG")
            .output()
            .expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let status = output.status.code().expect("a status");
        (status, text(&output.stdout), text(&output.stderr))
    }

    /// The numbers that a listing begins its lines with.
    fn listed(&self, arguments: &[&str]) -> Vec<Seq> {
        let (status, out, err) = self.run(&[&["list"], arguments].concat());
        assert_eq!(status, 0, "{err}");
        let number = |line: &str| line.split_whitespace().next().and_then(|it| it.parse().ok());
        out.lines().skip(1).map(|line| number(line).expect("a number")).collect()
    }

    async fn state(&self, seq: Seq) -> Option<State> {
        let record = self.journal().record(seq).await.expect("an answer");
        record.map(|(record, _)| record.state)
    }
}

fn update(account: &AccountId, id: i64) -> Update {
    let chat = Chat::new("5", ChatKind::Dialog);
    let message = Message {
        sender: Some(User::new("anna")),
        text: format!("tea {id}{ESCAPE}").into(),
        ..Message::new("7", chat, SystemClock.now())
    };
    Update {
        account: account.clone(),
        id: UpdateId::of(id),
        time: None,
        locale: None,
        kind: UpdateKind::MessageCreated { message: Box::new(message) },
        raw: Raw::default(),
    }
}

#[tokio::test]
async fn dead_updates_are_listed_and_others_when_they_are_asked_for() {
    let scene = Scene::open().await;
    assert_eq!(scene.listed(&[]), [1, 4]);
    assert_eq!(scene.listed(&["--account", "max"]), [1]);
    assert_eq!(scene.listed(&["--state", "received"]), [3]);
    assert_eq!(scene.listed(&["--state", "all"]), [1, 2, 3, 4]);
    assert_eq!(scene.listed(&["--state", "all", "--after", "2", "--limit", "1"]), [3]);
    let (_, _, err) = scene.run(&["list", "--limit", "1"]);
    assert_eq!(err, "there are more: --after 1\n");
    let (_, out, err) = scene.run(&["list", "--account", "tamtam"]);
    assert_eq!((out.as_str(), err.as_str()), ("", "none is dead; --state all lists all\n"));
    let (_, out, _) = scene.run(&["list", "--account", "max"]);
    let words: Vec<&str> = out.split_whitespace().collect();
    assert_eq!(words[..6], ["ID", "RECEIVED", "ACCOUNT", "CHAT", "STATE", "ERROR"], "{out}");
    assert_eq!(words[8..], ["max", "5", "dead", "the", "tea"], "{out}");
    let (status, _, err) = scene.run(&["list", "--state", "asleep"]);
    assert_eq!(status, 2);
    assert!(err.contains("received, done and dead"), "{err}");

    let (_, out, _) = scene.run(&["list", "--json"]);
    let lines: Vec<Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[1]["id"], &lines[1]["error"]), (&4.into(), &"no cup".into()));
    assert_eq!(lines[1]["account"], "potato");
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("slip.db");
    let output = Command::new(env!("CARGO_BIN_EXE_gateway"))
        .args(["updates", "list", "--database", &format!("sqlite://{}", file.display())])
        .output()
        .expect("the program runs");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && err.contains("opening the database"), "{err}");
    assert!(!file.exists());
}

#[tokio::test]
async fn an_update_is_shown_with_every_failure_and_what_it_says() {
    let scene = Scene::open().await;
    let (status, out, err) = scene.run(&["show", "1"]);
    assert_eq!((status, err.as_str()), (0, ""));
    for words in ["state     dead", "error     the tea\nis cold", "the kettle", "\"tea 1"] {
        assert!(out.contains(words), "no {words:?} in {out}");
    }
    // What somebody wrote does not reach the terminal as a command.
    assert!(!out.contains('\u{1b}'), "{out:?}");

    let (_, out, _) = scene.run(&["show", "1", "--json"]);
    let shown: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(shown["failures"][0]["error"], "the kettle");
    assert_eq!(shown["body"]["kind"]["message"]["id"], "7");

    let (status, _, err) = scene.run(&["show", "9"]);
    assert_eq!(status, 1);
    assert!(err.contains("there is none with the number 9"), "{err}");
}

#[tokio::test]
async fn a_dead_update_is_handled_again() {
    let scene = Scene::open().await;
    let (status, out, _) = scene.run(&["retry", "1"]);
    assert_eq!((status, out.as_str()), (0, "1 is to be handled again, under a new number\n"));
    let waiting = scene.journal().pending(&"max".into(), 0, 10).await.expect("an answer");
    let ids: Vec<&str> = waiting.iter().map(|it| it.update.id.as_str()).collect();
    assert_eq!(ids, ["3", "1"]);
    assert_eq!(scene.listed(&[]), [4]);
}

#[tokio::test]
async fn all_that_are_dead_of_an_account_are_dropped_and_no_others() {
    let scene = Scene::open().await;
    let (status, out, _) = scene.run(&["drop", "--all", "--account", "potato"]);
    assert_eq!((status, out.as_str()), (0, "4 is dropped\n"));
    assert_eq!(scene.state(4).await, Some(State::Done));
    assert_eq!(scene.listed(&[]), [1]);
    let (status, out, _) = scene.run(&["drop", "--all", "--account", "potato"]);
    assert_eq!((status, out.as_str()), (0, ""));
}

#[tokio::test]
async fn what_is_not_there_or_not_dead_is_named_and_the_others_are_done() {
    let scene = Scene::open().await;
    let (status, out, err) = scene.run(&["drop", "2", "4", "9"]);
    assert_eq!((status, out.as_str()), (1, "4 is dropped\n"));
    assert_eq!(err, "error: update 2 is done, not dead; there is no update 9\n");
    let (status, _, err) = scene.run(&["retry", "3"]);
    assert_eq!((status, err.as_str()), (1, "error: update 3 is received, not dead\n"));
    assert_eq!(scene.state(3).await, Some(State::Received));
    // All, of nobody knows whom; none at all; and both.
    for wrong in [&["retry", "--all"][..], &["retry"], &["drop", "1", "--all", "--account", "max"]]
    {
        assert_eq!(scene.run(wrong).0, 2, "{wrong:?}");
    }
    assert_eq!(scene.listed(&[]), [1]);
}
