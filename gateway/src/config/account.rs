//! `[[accounts]]`: each a bot on a messenger, by the operator's name for it.

use std::fmt;

use gateway_core::http::SecretString;
use gateway_core::messenger::{Error, ErrorKind};
use ipnet::IpNet;
use toml::de::DeTable;
use url::Url;

use super::Bots;
use super::kinds::{NETWORKS, PROXY, TEXT, URL};
use super::limits::{Limits, limits};
use super::mistake::{Place, unknown};
use super::reading::{Found, Section, variable_part};
use super::secret::token;
use super::sections::path_as;

/// An account.
#[derive(Clone, Debug)]
pub struct AccountConfig {
    /// `name`: what it is called in logs, in the database and in the paths of its webhook.
    pub name: String,
    /// `messenger`
    pub messenger: MessengerKind,
    /// `bot`: by its name. `None` when none is named, and any may be.
    pub bot: Option<String>,
    /// `token`, or what `token_file` or `token_variable` holds.
    pub token: SecretString,
    /// `receive`
    pub receive: Receive,
    /// `base_url`
    pub base_url: Option<Url>,
    /// `proxy`: it may hold a password.
    pub proxy: Option<SecretString>,
    /// What `ca_file` holds, as PEM.
    pub ca: Option<Vec<u8>>,
    /// `webhook_networks`: from where deliveries are taken, in place of the messenger's own.
    pub webhook_networks: Option<Vec<IpNet>>,
    /// `[accounts.limits]`
    pub limits: Limits,
}

/// Which messenger.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MessengerKind {
    /// `TamTam`
    TamTam,
    /// MAX
    Max,
    /// Potato
    Potato,
}

impl MessengerKind {
    const WORDS: [(&'static str, Self); 3] =
        [("tamtam", Self::TamTam), ("max", Self::Max), ("potato", Self::Potato)];
}

impl fmt::Display for MessengerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(_, it)| it == self);
        f.write_str(word.map_or("", |(word, _)| *word))
    }
}

/// How an account comes by its updates.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Receive {
    /// It asks.
    #[default]
    Polling,
    /// The messenger calls.
    Webhook,
}

/// How long a name may be.
const LONGEST_NAME: usize = 64;

/// All accounts of the file; where it has none, those of which the environment has a token.
pub(super) fn accounts(
    root: &mut Section<'_, '_>,
    bots: &Bots,
    public_url: Option<&Url>,
) -> Vec<AccountConfig> {
    let tables = root.list("accounts");
    let mut taken: Vec<String> = Vec::new();
    let mut accounts = Vec::new();
    for (number, (table, place)) in tables.iter().enumerate() {
        let name = table.get("name").and_then(|it| it.get_ref().as_str()).unwrap_or_default();
        let mut section = root.item("accounts", number, name, Some(*table), place.clone());
        let of = Of { bots, public_url, alone: None };
        name_is_good(&mut section, name, table, &mut taken);
        accounts.extend(account(section, name, &of));
    }
    if !tables.is_empty() {
        return accounts;
    }
    for (messenger, kind) in MessengerKind::WORDS {
        if root.says(&format!("{}_TOKEN", messenger.to_uppercase())) {
            let number = accounts.len();
            let mut section = root.item("accounts", number, messenger, None, Place::Default);
            section.holds("name", &TEXT, Some(&messenger.to_owned()), Place::Default);
            accounts.extend(account(
                section,
                messenger,
                &Of { bots, public_url, alone: Some(kind) },
            ));
        }
    }
    accounts
}

/// What an account's table does not say itself.
struct Of<'a> {
    bots: &'a Bots,
    public_url: Option<&'a Url>,
    /// The messenger of an account that only the environment knows.
    alone: Option<MessengerKind>,
}

/// A name must be there, fit into a path and a variable, and be nobody else's.
fn name_is_good(
    section: &mut Section<'_, '_>,
    name: &str,
    table: &DeTable<'_>,
    taken: &mut Vec<String>,
) {
    // Its own variable would bear the name.
    let Found { value, place, is_given } = section.written("name", &TEXT);
    let path = section.path_of("name");
    section.holds("name", &TEXT, value.as_ref(), place.clone());
    if !is_given {
        let place = section.place.clone();
        section.reader.missing(place, path, "it is missing: each account has a name of its own");
    } else if table.get("name").is_some_and(|it| it.get_ref().is_str()) {
        let allowed = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(allowed) {
            let what =
                format!("{name:?} is not a name of up to {LONGEST_NAME} letters, digits, - and _");
            section.reader.wrong(place, path, what);
            return;
        }
        let part = variable_part(name);
        match taken.iter().find(|it| variable_part(it) == part) {
            Some(other) if other == name => {
                section.reader.wrong(
                    place,
                    path,
                    format!("another account is called {name:?}, too"),
                );
            }
            Some(other) => {
                let what = format!(
                    "{name:?} is too much like {other:?}: both would have the variables \
                     GATEWAY_ACCOUNTS__{part}__…"
                );
                section.reader.wrong(place, path, what);
            }
            None => taken.push(name.to_owned()),
        }
    }
}

/// One account; `None` where something is wrong with it, which is said then.
fn account(mut section: Section<'_, '_>, name: &str, of: &Of<'_>) -> Option<AccountConfig> {
    let before = section.reader.count();
    // What stands in for a variable of an account that has no table.
    let short = |what: &str| match of.alone {
        Some(messenger) => vec![format!("{}_{what}", messenger.to_string().to_uppercase())],
        None => Vec::new(),
    };
    let (urls, tokens, roots) = (short("URL"), short("TOKEN"), short("CA_FILE"));
    let messenger = section.choice("messenger", "messenger", &MessengerKind::WORDS, of.alone);
    if !messenger.is_given && of.alone.is_none() {
        let (place, path) = (section.place.clone(), section.path_of("messenger"));
        section.reader.missing(place, path, "it is missing: tamtam, max or potato");
    }
    let bot = bot(&mut section, of.bots);
    let token = token(&mut section, &tokens);
    let receive = receive(&mut section, of.public_url.is_some());
    let base_url = section.maybe("base_url", &urls, &URL).value;
    let proxy = section.maybe("proxy", &[], &PROXY).value;
    let ca = ca(&mut section, &roots);
    let webhook_networks = networks(&mut section, messenger.value);
    let limits = limits(&mut section);
    let account = Some(()).filter(|()| section.reader.count() == before).and_then(|()| {
        Some(AccountConfig {
            name: name.to_owned(),
            messenger: messenger.value?,
            bot,
            token: token?,
            receive,
            base_url,
            proxy,
            ca,
            webhook_networks,
            limits,
        })
    });
    // What the adapter would say at the start is said now.
    if let Some(Err(error)) =
        account.as_ref().map(|it| crate::accounts::messenger(it, of.public_url))
    {
        refused(&mut section, &error);
    }
    section.end();
    account
}

/// Says at which key the messenger's adapter takes offence.
fn refused(section: &mut Section<'_, '_>, error: &Error) {
    let key = match error.kind() {
        ErrorKind::Invalid { field: Some(field) } => match field.as_str() {
            "token" => Some("token"),
            // It was left out when the program was compiled.
            "messenger" => Some("messenger"),
            "base_url" => Some("base_url"),
            "proxy" => Some("proxy"),
            // The address of its webhook.
            "url" => Some("receive"),
            "extra_root_certificates" => Some("ca_file"),
            _ => None,
        },
        _ => None,
    };
    let place = key.and_then(|key| section.seen_at(key));
    let (place, path, what) = match (key, place, error.text()) {
        (Some(key), Some(place), Some(text)) => (place, section.path_of(key), text.to_owned()),
        _ => (section.place.clone(), section.path.clone(), error.to_string()),
    };
    section.reader.wrong(place, path, what);
}

/// Which bot it has: the first one that is known, when nothing is said.
fn bot(section: &mut Section<'_, '_>, bots: &Bots) -> Option<String> {
    let Found { value, place, .. } = section.find("bot", &[], &TEXT);
    let mut bot = value;
    if let Bots::These(bots) = bots {
        if let Some(bot) = bot.as_ref().filter(|it| !bots.contains(it)) {
            let path = section.path_of("bot");
            let what = unknown("bot", bot, bots.iter().map(String::as_str));
            let own = if what.ends_with('?') {
                String::new()
            } else {
                format!(" (in a program of your own? gateway config check --bot {bot})")
            };
            section.reader.wrong(place.clone(), path, format!("{bot:?}: {what}{own}"));
        } else if bots.is_empty() {
            let path = section.path_of("bot");
            section.reader.wrong(place.clone(), path, "this program has no bot");
        }
        bot = bot.or_else(|| bots.first().cloned());
    }
    section.holds("bot", &TEXT, bot.as_ref(), place);
    bot
}

fn receive(section: &mut Section<'_, '_>, is_public: bool) -> Receive {
    let words = [("polling", Receive::Polling), ("webhook", Receive::Webhook)];
    let Found { value, place, .. } =
        section.choice("receive", "way", &words, Some(Receive::Polling));
    let receive = value.unwrap_or_default();
    if receive == Receive::Webhook && !is_public {
        let path = section.path_of("receive");
        let what = "\"webhook\" needs server.public_url: the address where the messenger calls";
        section.reader.missing(place, path, what);
    }
    receive
}

/// From where deliveries are taken, where the messenger's adapter looks at that.
fn networks(section: &mut Section<'_, '_>, messenger: Option<MessengerKind>) -> Option<Vec<IpNet>> {
    let Found { value, place, .. } = section.maybe("webhook_networks", &[], &NETWORKS);
    if value.is_some() && messenger == Some(MessengerKind::Potato) {
        let path = section.path_of("webhook_networks");
        let what = "nobody says from where Potato calls: it is known by the path alone";
        section.reader.wrong(place, path, what);
    }
    value
}

/// What the file of roots holds.
fn ca(section: &mut Section<'_, '_>, others: &[String]) -> Option<Vec<u8>> {
    let Found { value, place, .. } = path_as(section, "ca_file", others);
    let path = value?;
    match std::fs::read(&path) {
        Ok(pem) => Some(pem),
        Err(why) => {
            let key = section.path_of("ca_file");
            let what = format!("{} cannot be read: {why}", path.display());
            section.reader.wrong(place, key, what);
            None
        }
    }
}
