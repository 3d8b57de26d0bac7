//! `gateway updates`: looks at what came in, and repeats or drops what was given up.
//!
//! It works on the database, whether or not a gateway runs on it: one that does sees what is to be
//! handled again within a moment.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::{Context as _, bail};
use chrono::SecondsFormat;
use clap::{Args, Subcommand};
use comfy_table::{Table, presets};
use gateway::config::Source;
use gateway_core::model::AccountId;
use gateway_core::time::{Clock as _, SystemClock};
use gateway_runtime::journal::{Failure, Journal, Listing, Record, Seq, State};
use serde_json::{Value, json};
use storage::Database;

use super::{DatabaseUrl, is_migrated};

/// Updates that are asked for at once where all are wanted.
const PAGE: usize = 500;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists updates that are dead, or those in another state, the oldest first
    List {
        /// Those in this state: dead, received, done, or all
        #[arg(long, default_value = "dead", value_parser = which)]
        state: Which,
        /// Those of this account
        #[arg(long, value_name = "NAME")]
        account: Option<String>,
        /// So many at most
        #[arg(long, value_name = "NUMBER", default_value_t = 100)]
        limit: usize,
        /// Those behind this one
        #[arg(long, value_name = "ID", default_value_t = 0)]
        after: Seq,
        /// One line of JSON each
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Shows an update: what became of it, every failure of its handler, and its JSON
    Show {
        /// Its number in the list
        id: Seq,
        /// One line of JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Has dead updates handled again; they get new numbers
    Retry {
        #[command(flatten)]
        chosen: Chosen,
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Has dead updates count as done
    Drop {
        #[command(flatten)]
        chosen: Chosen,
        #[command(flatten)]
        database: DatabaseUrl,
    },
}

/// Which dead updates something is done with.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Their numbers in the list
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<Seq>,
    /// All that are dead of an account
    #[arg(long, requires = "account")]
    all: bool,
    /// Whose
    #[arg(long, value_name = "NAME", requires = "all")]
    account: Option<String>,
}

/// A state, or any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Which(Option<State>);

fn which(text: &str) -> Result<Which, String> {
    match text {
        "all" => Ok(Which(None)),
        state => state.parse().map(|state| Which(Some(state))),
    }
}

pub(crate) async fn run(command: Command, source: &Source) -> anyhow::Result<()> {
    match command {
        Command::List { state, account, limit, after, json, database } => {
            let account = account.map(AccountId::from);
            let listing = Listing { state: state.0, account, after, newest_first: false };
            list(&*open(database, source).await?, &listing, limit, json).await
        }
        Command::Show { id, json, database } => {
            show(&*open(database, source).await?, id, json).await
        }
        Command::Retry { chosen, database } => {
            let journal = open(database, source).await?;
            let mut done = Vec::new();
            for id in ids(&*journal, &chosen).await? {
                done.push((id, journal.revive(id, SystemClock.now()).await?));
            }
            tell(&*journal, &done, "is to be handled again, under a new number").await
        }
        Command::Drop { chosen, database } => {
            let journal = open(database, source).await?;
            let mut done = Vec::new();
            for id in ids(&*journal, &chosen).await? {
                done.push((id, journal.discard(id, SystemClock.now()).await?));
            }
            tell(&*journal, &done, "is dropped").await
        }
    }
}

async fn open(
    database: DatabaseUrl,
    source: &Source,
) -> anyhow::Result<std::sync::Arc<dyn Journal>> {
    let url = database.resolve(source)?;
    is_migrated(&url).await?;
    Ok(Database::open(&url).await?.journal())
}

async fn list(
    journal: &dyn Journal,
    listing: &Listing,
    limit: usize,
    json: bool,
) -> anyhow::Result<()> {
    // One more than is wanted tells whether there are more.
    let mut records = journal.list(listing, limit.saturating_add(1)).await?;
    let is_cut = records.len() > limit;
    records.truncate(limit);
    let mut out = String::new();
    if json {
        for record in &records {
            writeln!(out, "{}", as_json(record))?;
        }
    } else if !records.is_empty() {
        out = table(&records);
    }
    print(&out)?;
    let more = match (records.last(), listing.state) {
        (Some(last), _) if is_cut => format!("there are more: --after {}", last.seq),
        (Some(_), _) => return Ok(()),
        (None, Some(state)) => format!("none is {state}; --state all lists all"),
        (None, None) => "there are none".to_owned(),
    };
    // Where stderr is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{more}");
    Ok(())
}

fn table(records: &[Record]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["ID", "RECEIVED", "ACCOUNT", "CHAT", "STATE", "ERROR"]);
    for record in records {
        let chat = record.chat.as_ref().map_or("-", |chat| chat.as_str());
        let why = record.error.as_deref().unwrap_or_default();
        let cells = [
            &record.seq.to_string(),
            &record.received_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            record.account.as_str(),
            chat,
            record.state.as_str(),
            why.lines().next().unwrap_or_default(),
        ];
        table.add_row(cells.map(|cell| plain(cell).replace(['\n', '\t'], " ")));
    }
    table.trim_fmt() + "\n"
}

async fn show(journal: &dyn Journal, id: Seq, json: bool) -> anyhow::Result<()> {
    let Some((record, failures)) = journal.record(id).await? else {
        bail!("showing an update: there is none with the number {id}");
    };
    let body: Option<Value> = serde_json::from_str(&record.body).ok();
    let mut out = String::new();
    if json {
        let mut all = as_json(&record);
        all["failures"] =
            failures.iter().map(|it| json!({ "at": it.at, "error": it.error })).collect();
        all["body"] = body.unwrap_or_else(|| record.body.clone().into());
        writeln!(out, "{all}")?;
        return print(&out);
    }
    let chat = record.chat.as_ref().map_or("-", |chat| chat.as_str());
    writeln!(out, "id        {}", record.seq)?;
    writeln!(out, "account   {}", record.account)?;
    writeln!(out, "update    {}", record.update)?;
    writeln!(out, "chat      {chat}")?;
    writeln!(out, "received  {}", record.received_at)?;
    writeln!(out, "state     {}", record.state)?;
    if let Some(at) = record.settled_at {
        writeln!(out, "settled   {at}")?;
    }
    if let Some(error) = &record.error {
        writeln!(out, "error     {error}")?;
    }
    for Failure { at, error } in &failures {
        writeln!(out, "failed    {at}  {error}")?;
    }
    match body {
        Some(body) => writeln!(out, "\n{body:#}")?,
        // That of an update that is done is not kept.
        None if record.body.is_empty() => {}
        None => writeln!(out, "\n{}", record.body)?,
    }
    print(&plain(&out))
}

/// The updates that were chosen. All are looked up before anything is done: one that is handled
/// again may be dead again soon.
async fn ids(journal: &dyn Journal, chosen: &Chosen) -> anyhow::Result<Vec<Seq>> {
    if !chosen.all {
        return Ok(chosen.ids.clone());
    }
    let account = chosen.account.clone().map(AccountId::from);
    let mut listing = Listing { state: Some(State::Dead), account, ..Listing::default() };
    let mut ids = Vec::new();
    loop {
        let page = journal.list(&listing, PAGE).await?;
        let Some(last) = page.last() else { return Ok(ids) };
        listing.after = last.seq;
        ids.extend(page.iter().map(|record| record.seq));
    }
}

/// Says what was done with each, and fails if there was one with which it could not be done.
async fn tell(journal: &dyn Journal, done: &[(Seq, bool)], what: &str) -> anyhow::Result<()> {
    let mut out = String::new();
    let mut wrong = Vec::new();
    for (id, is_done) in done {
        if *is_done {
            writeln!(out, "{id} {what}")?;
            continue;
        }
        wrong.push(match journal.record(*id).await? {
            None => format!("there is no update {id}"),
            Some((record, _)) => format!("update {id} is {}, not dead", record.state),
        });
    }
    print(&out)?;
    if wrong.is_empty() { Ok(()) } else { bail!(wrong.join("; ")) }
}

fn as_json(record: &Record) -> Value {
    json!({
        "id": record.seq,
        "account": record.account,
        "update": record.update,
        "chat": record.chat,
        "received_at": record.received_at,
        "state": record.state.as_str(),
        "error": record.error,
        "settled_at": record.settled_at,
    })
}

/// What people have written may hold what a terminal obeys.
pub(super) fn plain(text: &str) -> String {
    let is_harmless = |it: char| it == '\n' || it == '\t' || !it.is_control();
    text.chars().map(|it| if is_harmless(it) { it } else { char::REPLACEMENT_CHARACTER }).collect()
}

fn print(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes()).context("printing updates")
}
