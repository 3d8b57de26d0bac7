//! `gateway doctor`: looks whether everything is as it should be, and changes nothing.

use std::fmt::Display;
use std::io::Write as _;
use std::time::Duration;

use anyhow::{Context as _, bail};
use gateway::StartError;
use gateway::config::{Receive, Source};
use gateway::webhooks::Webhook;
use gateway_core::model::AccountId;
use gateway_runtime::journal::Listing;
use storage::{Database, OpenError, Schema};
use tokio::time::timeout;

/// How long a messenger has to say who its bot is.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a messenger gets to know a webhook.
const SETTING: &str = "gateway run sets it, and gateway webhook set does so at once";

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

/// Neither good nor wrong, and worth to be known.
fn note(what: impl Display, how: impl Display) -> anyhow::Result<()> {
    say("note ", what, how)
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
    let database = database(&mut found, database_url).await?;
    accounts(&mut found, source, database.as_ref()).await?;
    match found.wrong {
        0 => Ok(()),
        1 => bail!("one thing is wrong"),
        many => bail!("{many} things are wrong"),
    }
}

/// Looks at the database, and gives it back where it is up to date.
async fn database(found: &mut Findings, url: &str) -> anyhow::Result<Option<Database>> {
    let Schema { taken, known } = match Schema::of(url).await {
        Ok(schema) => schema,
        Err(why @ OpenError::Missing(_)) => return note("database", why).map(|()| None),
        Err(why) => return found.bad("database", why).map(|()| None),
    };
    if taken > known {
        let why = format!("is at step {taken}, and this program knows {known}: it is too old");
        return found.bad("schema", why).map(|()| None);
    }
    if taken < known {
        let how =
            format!("at step {taken} of {known}; the next start of the gateway takes the rest");
        return note("schema", how).map(|()| None);
    }
    // It is up to date, so that opening it changes nothing.
    let database = match Database::open(url).await {
        Ok(database) => database,
        Err(why) => return found.bad("database", why).map(|()| None),
    };
    good("database", format!("{}, at step {taken} of {known}", database.name()))?;
    match database.registry().audit().await {
        Ok(audit) if audit.wrong == 0 => {
            good("totals", format!("{} chats, counted one by one", audit.counted))?;
        }
        Ok(audit) => {
            let (kept, counted, days) = (audit.kept, audit.counted, audit.wrong);
            let why = format!("{kept} chats are kept and {counted} counted, {days} counts differ");
            found.bad("totals", why)?;
        }
        Err(why) => found.bad("totals", why)?,
    }
    Ok(Some(database))
}

async fn accounts(
    found: &mut Findings,
    source: &Source,
    database: Option<&Database>,
) -> anyhow::Result<()> {
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
        return note("accounts", StartError::NoAccount);
    }
    let messengers = match config.messengers() {
        Ok(messengers) => messengers,
        Err(why) => return found.bad("accounts", why),
    };
    for (account, messenger) in config.accounts.iter().zip(messengers) {
        let name = format!("account {}", account.name);
        match timeout(PATIENCE, messenger.me()).await {
            Ok(Ok(me)) => {
                let username = me.username.as_deref().unwrap_or("no public name");
                good(name, format!("{} ({username})", me.display_name()))?;
            }
            Ok(Err(why)) => {
                found.bad(name, why)?;
                continue;
            }
            Err(_) => {
                found.bad(name, format!("no answer within {PATIENCE:?}"))?;
                continue;
            }
        }
        if account.receive == Receive::Webhook {
            let has_received = match database {
                Some(database) => has_received(database, messenger.account().id.clone()).await,
                None => false,
            };
            let webhook = Webhook::new(messenger, config.server.public_url.as_ref(), account);
            called(found, &webhook, has_received).await?;
        }
    }
    Ok(())
}

/// Looks whether a messenger calls. One that was never called is only about to be.
async fn called(found: &mut Findings, webhook: &Webhook, has_received: bool) -> anyhow::Result<()> {
    let name = format!("webhook of {}", webhook.account());
    match timeout(PATIENCE, webhook.is_known()).await {
        Ok(Ok(Some(true))) => good(name, "the messenger calls it"),
        Ok(Ok(Some(false))) if has_received => {
            found.bad(name, format!("the messenger does not know it: {SETTING}"))
        }
        Ok(Ok(Some(false))) => note(name, format!("the messenger does not know it yet: {SETTING}")),
        Ok(Ok(None)) => note(name, format!("the messenger tells nobody whom it calls; {SETTING}")),
        Ok(Err(why)) => found.bad(name, why),
        Err(_) => found.bad(name, format!("no answer within {PATIENCE:?}")),
    }
}

/// Whether something of an account ever came.
async fn has_received(database: &Database, account: AccountId) -> bool {
    let any = Listing { account: Some(account), ..Listing::default() };
    database.journal().list(&any, 1).await.is_ok_and(|records| !records.is_empty())
}
