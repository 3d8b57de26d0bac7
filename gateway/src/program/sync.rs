//! `gateway sync`: fetches the chats of all accounts into the registry, and goes on where it was cut
//! off.

use std::collections::BTreeMap;
use std::io::{ErrorKind as IoErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use gateway::config::Source;
use gateway::prelude::{ErrorKind, Messenger};
use gateway::{Clock as _, Gateway, Registry, StartError, SyncError, SystemClock, sync_page};
use gateway_core::model::Cursor;
use indicatif::{ProgressBar, ProgressStyle};

use super::NO_DATABASE;

/// Where the next page of an account begins, by its name.
type Places = BTreeMap<String, String>;

pub(crate) async fn run(database_url: &str, source: &Source, state: &Path) -> anyhow::Result<()> {
    let config = source.load()?;
    if config.accounts.is_empty() {
        return Err(StartError::NoAccount.into());
    }
    let registry = Gateway::open(database_url).await?.registry().context(NO_DATABASE)?;
    let mut places = read(state)?;
    for messenger in config.messengers()? {
        account(&*messenger, &registry, &mut places, state).await?;
    }
    Ok(())
}

/// All chats of an account, with a bar for whoever looks on.
async fn account(
    messenger: &dyn Messenger,
    registry: &Registry,
    places: &mut Places,
    state: &Path,
) -> anyhow::Result<()> {
    let name = messenger.account().id.to_string();
    let me = messenger.me().await.with_context(|| format!("asking {name} who the bot is"))?;
    // How many there are no messenger says. Where stderr is no terminal nothing is drawn.
    let bar = ProgressBar::new_spinner().with_message(name.clone());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {pos} chats, {per_sec}") {
        bar.set_style(style);
    }
    let mut place = places.get(&name).map(|place| Cursor::new(place.clone()));
    loop {
        let at = SystemClock.now();
        let told = |_: &_| bar.inc(1);
        let next = match sync_page(messenger, &me, registry, at, place.as_ref(), told).await {
            Ok(next) => next,
            Err(SyncError::Messenger(error))
                if matches!(error.kind(), ErrorKind::Unsupported { .. }) =>
            {
                bar.finish_and_clear();
                let why =
                    error.text().unwrap_or("the messenger tells nobody which chats there are");
                return say(format_args!("{name}: nothing is fetched: {why}"));
            }
            Err(error) => {
                return Err(error).with_context(|| format!("fetching the chats of {name}"));
            }
        };
        match &next {
            Some(next) => places.insert(name.clone(), next.to_string()),
            None => places.remove(&name),
        };
        write(state, places)?;
        place = next;
        if place.is_none() {
            let count = bar.position();
            bar.finish_and_clear();
            let chats = if count == 1 { "chat" } else { "chats" };
            return say(format_args!("{name}: {count} {chats}"));
        }
    }
}

fn say(what: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{what}").context("printing what was fetched")
}

fn read(state: &Path) -> anyhow::Result<Places> {
    let doing = || format!("reading {}", state.display());
    match std::fs::read(state) {
        Ok(json) => serde_json::from_slice(&json).with_context(doing),
        Err(why) if why.kind() == IoErrorKind::NotFound => Ok(Places::new()),
        Err(why) => Err(why).with_context(doing),
    }
}

/// Whole or not at all; nothing when nothing is left to be done.
fn write(state: &Path, places: &Places) -> anyhow::Result<()> {
    let doing = || format!("writing {}", state.display());
    if places.is_empty() {
        return match std::fs::remove_file(state) {
            Err(why) if why.kind() != IoErrorKind::NotFound => Err(why).with_context(doing),
            _ => Ok(()),
        };
    }
    let new = state.with_extension("new");
    std::fs::write(&new, serde_json::to_vec(places)?).with_context(doing)?;
    std::fs::rename(&new, state).with_context(doing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again_until_all_is_done() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("sync.json");
        let places = Places::from([("tamtam".to_owned(), "7".to_owned())]);
        write(&state, &places).expect("written");
        assert_eq!(read(&state).expect("read"), places);
        for _ in 0..2 {
            write(&state, &Places::new()).expect("removed");
        }
        assert!(!state.exists() && read(&state).expect("read").is_empty());
    }
}
