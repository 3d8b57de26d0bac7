//! What is asked of the database beside the service: by `psql` and `pgbench`.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A page of the last registered chats as the service has them stored, and nothing else.
pub(crate) const PAGE_OF_DOCUMENTS: &str = "
    select document.body
    from (select id, version from registry_chats order by registered_at desc, id desc limit 20) chat
    join registry_documents document on document.chat_id = chat.id
        and document.version = chat.version;
";

/// What a registration writes.
const REGISTRATION: &str = "
    with chat as (
        insert into registry_chats
            (id, service, registered_at, created_by, description, title_key)
        values (gen_random_uuid(), 'gateway', now(), 'example', 'example description',
            'title of the chat')
        returning id, registered_at
    ), title as (
        insert into registry_titles (chat_id, value, captured_at)
        select id, 'Title of the chat', registered_at from chat
    )
    insert into registry_events (kind, chat_id, at) select 'registered', id, registered_at from chat;
";

/// Chats with all that belongs to them.
pub(crate) fn seed(url: &str, chats: u64, whole: bool) {
    let (titles, stays) = if whole { (3, 6) } else { (2, 2) };
    let mut command = Command::new("psql");
    command.args(["--quiet", "--no-psqlrc", "--file", "-"]).arg(url);
    for (name, value) in [("chats", chats), ("titles", titles), ("stays", stays)] {
        command.args(["--set", &format!("{name}={value}")]);
    }
    run(&mut command, include_str!("seed.sql"));
}

/// Waits until the service has added up what changed totals, and leaves the database as it is when nobody
/// has written for a while: without that, the first list that is measured pays for the seed.
pub(crate) async fn settle(url: &str) {
    while ask(url, "select exists(select from registry_count_changes)") == "t" {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    ask(url, "vacuum analyze");
    ask(url, "checkpoint");
}

pub(crate) fn version(url: &str) -> String {
    ask(url, "select 'PostgreSQL ' || current_setting('server_version')")
}

pub(crate) fn count(url: &str) -> u64 {
    ask(url, "select count(*) from registry_chats").parse().expect("a number")
}

fn ask(url: &str, statement: &str) -> String {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--tuples-only", "--no-align", "--file", "-"]).arg(url);
    run(&mut command, statement).trim().to_owned()
}

/// `pgbench` on a database.
pub(crate) struct Pgbench<'a> {
    pub(crate) url: &'a str,
    pub(crate) clients: usize,
    pub(crate) seconds: u64,
}

impl Pgbench<'_> {
    /// How many times a second it runs a script.
    pub(crate) fn run(&self, script: &str) -> f64 {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), script).expect("it is written");
        let mut command = Command::new("pgbench");
        // As the service has it.
        command.env("PGOPTIONS", "-c jit=off");
        command.args(["--no-vacuum", "--protocol", "prepared", "--jobs", "2"]);
        command.args(["--client", &self.clients.to_string(), "--time", &self.seconds.to_string()]);
        command.arg("--file").arg(file.path()).arg(self.url);
        let told = run(&mut command, "");
        let pace = told.lines().find_map(|line| line.strip_prefix("tps = "));
        let pace = pace.and_then(|it| it.split_whitespace().next()).expect("it tells");
        pace.parse().expect("a number")
    }

    /// The same for registrations, while nobody counts them. The totals are wrong from then on.
    pub(crate) fn inserts_without_totals(&self) -> f64 {
        ask(self.url, "alter table registry_chats disable trigger registry_count_new");
        self.run(REGISTRATION)
    }
}

fn run(command: &mut Command, input: &str) -> String {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().unwrap_or_else(|why| panic!("{name}: {why}"));
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{name} failed");
    String::from_utf8(output.stdout).expect("text")
}
