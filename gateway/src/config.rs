//! What an operator says: one file of TOML, and the environment over it.
//!
//! | room | what is in it |
//! |---|---|
//! | `document` | the file as it was written, with the line of everything |
//! | `variables` | the environment |
//! | `reading` | a key: its variable, the file, its default; and all that is wrong |
//! | `kinds`, `rate` | what a key may hold |
//! | `sections`, `serving`, `account`, `limits` | which keys there are, and what they mean |
//! | `secret` | tokens, and whether others can read the files that hold them |
//! | `mistake` | what is wrong, with its place |
//! | `shown` | what holds, without secrets |
//!
//! It opens and serves nothing: databases, servers and messengers are set up from what it says.
//!
//! `docs/configuration.md` has every key.

mod account;
mod document;
mod kinds;
mod limits;
mod mistake;
mod rate;
mod reading;
mod secret;
mod sections;
#[cfg(feature = "server")]
mod serving;
mod shown;
mod variables;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use gateway_runtime::RuntimeOptions;

pub use account::{AccountConfig, MessengerKind, Receive};
pub use limits::{Limit, Limits};
pub use mistake::{Mistake, Mistakes, Place};
pub use rate::{NoRate, WrittenRate};
pub use sections::{DatabaseConfig, LogConfig};
#[cfg(feature = "server")]
pub use serving::{RegistryConfig, ServerConfig, TlsFiles, WatchingConfig};
pub use variables::Variables;

use document::Document;
use reading::{Reader, Seen};

/// Where the configuration is when nothing is said.
pub const FILE: &str = "gateway.toml";

/// The variable that names another file.
pub const FILE_VARIABLE: &str = "GATEWAY_CONFIG";

/// What `gateway init` writes: every key with its default.
pub const TEMPLATE: &str = include_str!("config/gateway.toml");

/// A whole configuration, in which nothing is wrong. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file that was read, if there is one.
    pub file: Option<PathBuf>,
    /// `[database]`
    pub database: DatabaseConfig,
    /// `[log]`
    pub log: LogConfig,
    /// `[server]`
    #[cfg(feature = "server")]
    pub server: ServerConfig,
    /// `[registry]`
    #[cfg(feature = "server")]
    pub registry: RegistryConfig,
    /// `[watching]`
    #[cfg(feature = "server")]
    pub watching: WatchingConfig,
    /// `[runtime]`
    pub runtime: RuntimeOptions,
    /// `[[accounts]]`
    pub accounts: Vec<AccountConfig>,
    seen: Vec<Seen>,
}

/// Where a configuration comes from: it can be read again.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// A file that must be there. Without it, what `GATEWAY_CONFIG` names must be there, and without
    /// that, `gateway.toml` in the working directory may.
    pub file: Option<PathBuf>,
    /// The environment.
    pub variables: Variables,
    /// Which bots an account may have.
    pub bots: Bots,
}

/// Which bots an account may have.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Bots {
    /// Any: whoever reads the configuration does not run them.
    #[default]
    Any,
    /// These, by name; the first is the one of accounts that name none.
    These(Vec<String>),
}

impl Source {
    /// The environment of this process, and the file that it names.
    pub fn of_process(file: Option<PathBuf>, bots: Bots) -> Self {
        Self { file, variables: Variables::of_process(), bots }
    }

    /// The file that is read, and whether it must be there.
    pub fn path(&self) -> (PathBuf, bool) {
        match (&self.file, self.variables.get(FILE_VARIABLE)) {
            (Some(file), _) => (file.clone(), true),
            (None, Some(file)) => (file.into(), true),
            (None, None) => (FILE.into(), false),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn load(&self) -> Result<Config, Mistakes> {
        let (path, is_wanted) = self.path();
        match std::fs::read(&path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => self.read(Some((&path, &text))),
                Err(_) => Err(no_file(&path, "it is not text in UTF-8".to_owned())),
            },
            Err(why) if why.kind() == ErrorKind::NotFound && !is_wanted => self.read(None),
            Err(why) if why.kind() == ErrorKind::NotFound => {
                Err(no_file(&path, "there is no such file; gateway init writes one".to_owned()))
            }
            Err(why) => Err(no_file(&path, format!("it cannot be read: {why}"))),
        }
    }

    /// Reads a text as if it stood in a file.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn parse(&self, path: &Path, text: &str) -> Result<Config, Mistakes> {
        self.read(Some((path, text)))
    }

    /// What the environment alone says.
    pub(crate) fn read_environment(&self) -> Result<Config, Mistakes> {
        self.read(None)
    }

    fn read(&self, file: Option<(&Path, &str)>) -> Result<Config, Mistakes> {
        let (document, syntax) = match file.map(|(path, text)| Document::parse(path, text)) {
            Some((document, syntax)) => (Some(document), syntax),
            None => (None, Vec::new()),
        };
        let mut reader = Reader::new(document.as_ref(), &self.variables);
        let mut root = reader.root();
        let database = sections::database(&mut root);
        let log = sections::log(&mut root);
        #[cfg(feature = "server")]
        let server = serving::server(&mut root);
        #[cfg(feature = "server")]
        let registry = serving::registry(&mut root);
        #[cfg(feature = "server")]
        let watching = serving::watching(&mut root);
        let runtime = sections::runtime(&mut root);
        #[cfg(feature = "server")]
        let public_url = server.public_url.as_ref();
        #[cfg(not(feature = "server"))]
        let public_url = None;
        let accounts = account::accounts(&mut root, &self.bots, public_url);
        root.end();
        if let Some((path, _)) = file {
            secret::file_is_private(&mut reader, path);
        }
        let seen = reader.end(syntax)?;
        let file = file.map(|(path, _)| path.to_owned());
        Ok(Config {
            file,
            database,
            log,
            #[cfg(feature = "server")]
            server,
            #[cfg(feature = "server")]
            registry,
            #[cfg(feature = "server")]
            watching,
            runtime,
            accounts,
            seen,
        })
    }
}

fn no_file(path: &Path, what: String) -> Mistakes {
    let place = Place::File(path.display().to_string(), None);
    Mistakes::new(vec![Mistake { place, key: String::new(), what }])
}

#[cfg(test)]
#[cfg(feature = "server")]
mod tests;
