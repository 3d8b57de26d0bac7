//! `gateway init` and `gateway config`: a configuration written, checked, shown.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use gateway::config::{Config, Receive, Source, TEMPLATE};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints everything that is wrong, with the line and key of each mistake; or that all is well
    Check {
        /// A bot of a program of your own, instead of those of this one
        #[arg(long = "bot", value_name = "NAME")]
        bots: Vec<String>,
    },
    /// Prints what holds, and from where each value comes, without secrets
    Show,
}

pub(crate) fn run(command: &Command, source: &Source) -> anyhow::Result<()> {
    let config = source.load()?;
    match command {
        Command::Check { .. } => print(&summary(&config, &source.path().0)),
        Command::Show => print(&config.to_toml()),
    }
}

fn summary(config: &Config, path: &Path) -> String {
    let mut lines = match &config.file {
        Some(file) => vec![format!("{}: ok", file.display())],
        None => vec![format!("{}: not there; the environment: ok", path.display())],
    };
    if config.accounts.is_empty() {
        lines.push("  no account yet: gateway run needs one".to_owned());
    }
    for account in &config.accounts {
        let receive = match account.receive {
            Receive::Polling => "polling",
            Receive::Webhook => "webhook",
        };
        let (name, messenger) = (&account.name, account.messenger);
        let bot = account.bot.as_deref().unwrap_or("first");
        lines.push(format!("  account {name}: the bot {bot} on {messenger}, by {receive}"));
    }
    lines.join("\n") + "\n"
}

/// Writes a configuration of which every key is a comment, for its owner's eyes only.
pub(crate) fn init(path: &Path, is_forced: bool) -> anyhow::Result<()> {
    write(path, TEMPLATE, is_forced)?;
    print(&format!("{}: written; gateway config check looks for mistakes\n", path.display()))
}

/// The same for a bot that is called so, with the page that explains each key where that is.
pub(crate) fn for_bot(name: &str, page: &str) -> String {
    TEMPLATE
        .replace("docs/configuration.md", page)
        .replace("#bot = \"echo\"", &format!("#bot = \"{name}\""))
        .replace("`gateway config check`", &format!("`gateway config check --bot {name}`"))
}

/// Writes a configuration for its owner's eyes only.
pub(crate) fn write(path: &Path, text: &str, is_forced: bool) -> anyhow::Result<()> {
    let shown = path.display();
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || -> std::io::Result<_> {
        // It comes into the world with mode 0600, and whole.
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(text.as_bytes())?;
        if is_forced { Ok(new.persist(path)?) } else { Ok(new.persist_noclobber(path)?) }
    };
    match written() {
        Ok(_) => Ok(()),
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            bail!("{shown} is there already; --force writes over it")
        }
        Err(why) => Err(why).with_context(|| format!("writing {shown}")),
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes()).context("printing the configuration")
}
