//! `gateway doctor`: looks whether everything is as it should be, and changes nothing.

use std::fmt::Display;
use std::io::Write as _;
use std::time::Duration;

use anyhow::{Context as _, bail};
use gateway::StartError;
use gateway::config::Source;
use storage::{Database, Schema};
use tokio::time::timeout;

/// How long a messenger has to say who its bot is.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was looked at, and how it is.
#[derive(Debug, Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn bad(&mut self, what: impl Display, how: impl Display) -> anyhow::Result<()> {
        self.wrong += 1;
        say("WRONG", what, how)
    }
}

fn good(what: impl Display, how: impl Display) -> anyhow::Result<()> {
    say("ok   ", what, how)
}

fn say(verdict: &str, what: impl Display, how: impl Display) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{verdict}  {what}: {how}").context("printing what was found")
}

/// Prints a line for each thing that is looked at; an error if one is wrong.
pub(crate) async fn run(database_url: &str, source: &Source) -> anyhow::Result<()> {
    let mut found = Findings::default();
    database(&mut found, database_url).await?;
    accounts(&mut found, source).await?;
    match found.wrong {
        0 => Ok(()),
        1 => bail!("one thing is wrong"),
        many => bail!("{many} things are wrong"),
    }
}

async fn database(found: &mut Findings, url: &str) -> anyhow::Result<()> {
    let schema = match Schema::of(url).await {
        Ok(schema) => schema,
        Err(why) => return found.bad("database", why),
    };
    let Schema { taken, known } = schema;
    if taken > known {
        let why = format!("is at step {taken}, and this program knows {known}: it is too old");
        return found.bad("schema", why);
    }
    if taken < known {
        let how =
            format!("at step {taken} of {known}; the next start of the gateway takes the rest");
        return good("schema", how);
    }
    // It is up to date, so that opening it changes nothing.
    let database = match Database::open(url).await {
        Ok(database) => database,
        Err(why) => return found.bad("database", why),
    };
    good("database", format!("{}, at step {taken} of {known}", database.name()))?;
    match database.registry().audit().await {
        Ok(audit) if audit.wrong == 0 => {
            good("totals", format!("{} chats, counted one by one", audit.counted))
        }
        Ok(audit) => {
            let (kept, counted, days) = (audit.kept, audit.counted, audit.wrong);
            let why = format!("{kept} chats are kept and {counted} counted, {days} counts differ");
            found.bad("totals", why)
        }
        Err(why) => found.bad("totals", why),
    }
}

async fn accounts(found: &mut Findings, source: &Source) -> anyhow::Result<()> {
    let config = match source.load() {
        Ok(config) => config,
        Err(why) => {
            for mistake in why.all() {
                found.bad("configuration", mistake)?;
            }
            return Ok(());
        }
    };
    // A registry can stand alone.
    if config.accounts.is_empty() {
        return good("accounts", StartError::NoAccount);
    }
    let accounts = match config.messengers() {
        Ok(accounts) => accounts,
        Err(why) => return found.bad("accounts", why),
    };
    for messenger in accounts {
        let name = format!("account {}", messenger.account().id);
        match timeout(PATIENCE, messenger.me()).await {
            Ok(Ok(me)) => {
                let username = me.username.as_deref().unwrap_or("no public name");
                good(name, format!("{} ({username})", me.display_name()))?;
            }
            Ok(Err(why)) => found.bad(name, why)?,
            Err(_) => found.bad(name, format!("no answer within {PATIENCE:?}"))?,
        }
    }
    Ok(())
}
