//! `gateway token`: gives out tokens of the registry, shows them and takes them back.

use std::io::Write as _;

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};
use clap::Subcommand;
use comfy_table::{Table, presets};
use gateway::config::Source;
use gateway::{Gateway, Registry};
use gateway_core::time::{Clock as _, SystemClock};
use registry_api::store::TokenRecord;
use registry_api::token::Scopes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::updates::plain;
use super::{DatabaseUrl, NO_DATABASE, is_migrated};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints a new token, and nothing else
    Create {
        /// What it allows: read, write, or both with a comma between them
        #[arg(long, value_name = "SCOPES")]
        scope: Scopes,
        /// What it is for
        #[arg(long, default_value = "unnamed")]
        name: String,
        /// When it ends: after a time (30d, 12h), with a day (2026-12-31, in UTC), or at a moment
        /// (2026-12-31T12:00:00Z); without it, never
        #[arg(long, value_name = "WHEN", value_parser = end)]
        expires: Option<End>,
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Lists all that were ever given out, the oldest first, and nothing secret
    List {
        /// One line of JSON each
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Takes a token back for good; within a second nobody can use it any more
    Revoke {
        /// Its id in the list
        id: Uuid,
        #[command(flatten)]
        database: DatabaseUrl,
    },
}

/// When a token ends, as it is said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    After(TimeDelta),
    At(DateTime<Utc>),
}

fn end(text: &str) -> Result<End, String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(End::At(moment.to_utc()));
    }
    let refused = || format!("{text:?} is no time (30d), day (2026-12-31) or moment (RFC 3339)");
    if let Ok(day) = text.parse::<NaiveDate>() {
        // That day still counts.
        let next = day.checked_add_days(Days::new(1)).ok_or_else(refused)?;
        return Ok(End::At(next.and_time(NaiveTime::MIN).and_utc()));
    }
    let time = humantime::parse_duration(text).map_err(|_| refused())?;
    TimeDelta::from_std(time).map(End::After).map_err(|_| refused())
}

impl End {
    /// When that is, which is still to come.
    fn from(self, now: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        let end = match self {
            Self::After(time) => now.checked_add_signed(time),
            Self::At(moment) => Some(moment),
        };
        let end = end.context("making a token: it would end beyond the calendar")?;
        ensure!(end > now, "making a token: it would have ended at {}", shown(end));
        Ok(end)
    }
}

pub(crate) async fn run(command: Command, source: &Source) -> anyhow::Result<()> {
    let (gateway, text) = match command {
        Command::Create { scope, name, expires, database } => {
            let end = expires.map(|end| end.from(SystemClock.now())).transpose()?;
            // A registry that is only about to begin may have its tokens first.
            let (gateway, registry) = open(&database.resolve(source)?).await?;
            let token = registry.create_token_until(&name, scope, end).await?;
            // Nothing else, so that it can be taken into a variable.
            (gateway, format!("{}\n", token.expose()))
        }
        Command::List { json, database } => {
            let (gateway, registry) = open_migrated(database, source).await?;
            let tokens = registry.tokens().await?;
            (gateway, if json { lines(&tokens) } else { table(&tokens) })
        }
        Command::Revoke { id, database } => {
            let (gateway, registry) = open_migrated(database, source).await?;
            let Some(since) = registry.revoke_token(id).await? else {
                bail!("taking a token back: there is none with the id {id}; `list` shows them");
            };
            (gateway, format!("{id} is revoked since {}\n", shown(since)))
        }
    };
    print(&text)?;
    gateway.close().await;
    Ok(())
}

async fn open_migrated(
    database: DatabaseUrl,
    source: &Source,
) -> anyhow::Result<(Gateway, Registry)> {
    let url = database.resolve(source)?;
    is_migrated(&url).await?;
    open(&url).await
}

async fn open(url: &str) -> anyhow::Result<(Gateway, Registry)> {
    let gateway = Gateway::open(url).await?;
    let registry = gateway.registry().context(NO_DATABASE)?;
    Ok((gateway, registry))
}

fn table(tokens: &[TokenRecord]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["ID", "NAME", "SCOPES", "CREATED", "EXPIRES", "LAST USED", "REVOKED"]);
    for token in tokens {
        let moment = |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".to_owned(), shown);
        table.add_row([
            token.id.to_string(),
            plain(&token.name).replace(['\n', '\t'], " "),
            token.scopes.to_string(),
            shown(token.created_at),
            moment(token.expires_at),
            moment(token.last_used_at),
            moment(token.revoked_at),
        ]);
    }
    table.trim_fmt() + "\n"
}

fn lines(tokens: &[TokenRecord]) -> String {
    let line = |token: &TokenRecord| {
        let token: Value = json!({
            "id": token.id,
            "name": token.name,
            "scopes": token.scopes.to_string(),
            "created_at": token.created_at,
            "expires_at": token.expires_at,
            "last_used_at": token.last_used_at,
            "revoked_at": token.revoked_at,
        });
        format!("{token}\n")
    };
    tokens.iter().map(line).collect()
}

fn shown(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn print(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes()).context("printing tokens")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn an_end_is_a_time_a_day_or_a_moment() {
        assert_eq!(end("30d"), Ok(End::After(TimeDelta::days(30))));
        assert_eq!(end("12h 30m"), Ok(End::After(TimeDelta::minutes(750))));
        assert_eq!(end("2026-12-31"), Ok(End::At(moment("2027-01-01T00:00:00Z"))));
        let noon = Ok(End::At(moment("2026-12-31T10:00:00Z")));
        assert_eq!(end("2026-12-31T12:00:00+02:00"), noon);
        for text in ["", "30", "soon", "2026-02-30", "99999999999999y", "-1d"] {
            assert!(end(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_end_is_still_to_come() {
        let now = moment("2026-06-01T00:00:00Z");
        let tomorrow = End::After(TimeDelta::days(1)).from(now).expect("it is to come");
        assert_eq!(tomorrow, moment("2026-06-02T00:00:00Z"));
        for gone in [End::At(now), End::After(TimeDelta::zero()), End::After(TimeDelta::MAX)] {
            assert!(gone.from(now).is_err(), "{gone:?}");
        }
    }

    #[test]
    fn the_table_has_a_line_a_token_whatever_its_name() {
        let token = TokenRecord {
            id: Uuid::from_u128(7),
            name: "漢字 \u{1b}[31m\nred".to_owned(),
            scopes: Scopes::ALL,
            created_at: moment("2026-06-01T12:00:00Z"),
            expires_at: Some(moment("2026-07-01T12:00:00Z")),
            last_used_at: None,
            revoked_at: None,
        };
        let table = table(&[token]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 2, "{table}");
        assert!(lines[0].trim().starts_with("ID "), "{table}");
        for part in ["00000000-0000-0000-0000-000000000007", "read,write", "2026-07-01T12:00:00Z"] {
            assert!(lines[1].contains(part), "{table}");
        }
        assert!(!table.contains('\u{1b}'), "{table:?}");
    }
}
