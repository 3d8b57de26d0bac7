//! `gateway webhook`: has messengers call, shows whom they call, and has them stop.

use std::io::Write as _;

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use gateway::config::{AccountConfig, Config, Receive, Source};
use gateway::webhooks::{Webhook, shown};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Has the messengers of accounts with receive = "webhook" call; gateway run does so, too
    Set(Of),
    /// Shows whom messengers call, without what is secret in an address
    Show(Of),
    /// Has messengers call no more, so that an account can be polled
    Remove(Of),
}

/// Whose.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// One account alone
    #[arg(value_name = "ACCOUNT")]
    account: Option<String>,
}

pub(crate) async fn run(command: Command, source: &Source) -> anyhow::Result<()> {
    let config = source.load()?;
    match command {
        Command::Set(Of { account }) => {
            for webhook in webhooks(&config, account.as_deref(), true)? {
                let name = webhook.account();
                let is_new = webhook.ensure().await.with_context(|| name.to_string())?;
                webhook.take_back_older().await.with_context(|| name.to_string())?;
                say(format_args!("{name}: {}", if is_new { "set" } else { "it was set already" }))?;
            }
        }
        Command::Show(Of { account }) => {
            for webhook in webhooks(&config, account.as_deref(), false)? {
                show(&webhook).await?;
            }
        }
        Command::Remove(Of { account }) => {
            for webhook in webhooks(&config, account.as_deref(), false)? {
                let name = webhook.account();
                match webhook.remove().await.with_context(|| name.to_string())? {
                    0 => say(format_args!("{name}: there was none of this account"))?,
                    _ => say(format_args!("{name}: removed"))?,
                }
            }
        }
    }
    Ok(())
}

async fn show(webhook: &Webhook) -> anyhow::Result<()> {
    let name = webhook.account();
    let Some(known) = webhook.list().await.with_context(|| name.to_string())? else {
        return say(format_args!("{name}: the messenger tells nobody whom it calls"));
    };
    if known.is_empty() {
        return say(format_args!("{name}: none"));
    }
    for url in &known {
        let whose = if webhook.is_ours(url) { "" } else { "  (of somebody else)" };
        say(format_args!("{name}: {}{whose}", shown(url)))?;
    }
    Ok(())
}

/// The webhooks of one account, or of all; where they are to be set, of those that want one.
fn webhooks(config: &Config, name: Option<&str>, to_set: bool) -> anyhow::Result<Vec<Webhook>> {
    let public_url = config.server.public_url.as_ref();
    let is_meant = |it: &AccountConfig| match name {
        Some(name) => it.name == name,
        None => !to_set || it.receive == Receive::Webhook,
    };
    let mut webhooks = Vec::new();
    for (account, messenger) in config.accounts.iter().zip(config.messengers()?) {
        if is_meant(account) {
            ensure!(
                !to_set || account.receive == Receive::Webhook,
                "{name}: it is polled (receive = \"polling\"), and a webhook would take its updates \
                 away: set receive = \"webhook\" for it, and server.public_url, first",
                name = account.name
            );
            webhooks.push(Webhook::new(messenger, public_url, account));
        }
    }
    if let (Some(name), true) = (name, webhooks.is_empty()) {
        let all: Vec<_> = config.accounts.iter().map(|it| it.name.as_str()).collect();
        bail!("there is no account {name:?}; there are: {}", all.join(", "));
    }
    ensure!(!webhooks.is_empty(), "there is no account with receive = \"webhook\"");
    Ok(webhooks)
}

fn say(what: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{what}").context("printing what was done")
}
