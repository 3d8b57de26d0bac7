//! What the environment says.

use std::sync::Arc;
use std::{fmt, io};

use adapter_potato::Potato;
use adapter_tamtam::{Dialect, TamTam};
use gateway_core::Messenger;
use gateway_runtime::DuplicateAccount;
use storage::OpenError;
use url::Url;

/// Where the data is when nothing is said.
const DATABASE_URL: &str = "sqlite://gateway.db";

/// Why a gateway cannot start. Its `Debug` is its `Display`: what `main` returns is shown so.
#[derive(thiserror::Error)]
pub enum StartError {
    /// No account is named.
    #[error("there is no account: set TAMTAM_TOKEN, MAX_TOKEN or POTATO_TOKEN")]
    NoAccount,
    /// A variable holds something else than a URL.
    #[error("{variable}: {why}")]
    Url {
        /// Which variable.
        variable: &'static str,
        /// What is wrong with it.
        why: url::ParseError,
    },
    /// A file that a variable names cannot be read.
    #[error("{variable}: {path}: {why}")]
    File {
        /// Which variable.
        variable: &'static str,
        /// The file.
        path: String,
        /// Why it cannot be read.
        why: io::Error,
    },
    /// An account cannot be set up.
    #[error(transparent)]
    Account(#[from] gateway_core::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// Two accounts have the same name.
    #[error(transparent)]
    DuplicateAccount(#[from] DuplicateAccount),
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The database that the environment names.
pub(crate) fn database_url() -> String {
    std::env::var("DATABASE_URL").unwrap_or_else(|_| DATABASE_URL.to_owned())
}

/// The replica of the database from which the registry is read, if the environment names one.
pub(crate) fn replica_url() -> Option<String> {
    std::env::var("DATABASE_REPLICA_URL").ok().filter(|url| !url.is_empty())
}

/// The accounts that the environment names, as [`Gateway::from_env`](crate::Gateway::from_env)
/// takes them.
///
/// # Errors
///
/// When no token is there, a URL is none, or a file cannot be read.
pub fn accounts_from_env() -> Result<Vec<Arc<dyn Messenger>>, StartError> {
    accounts(|name| std::env::var(name).ok())
}

/// The accounts that have a token, each named after its messenger.
pub(crate) fn accounts(
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Arc<dyn Messenger>>, StartError> {
    let url = |name: &'static str| {
        let url = variable(name).filter(|url| !url.is_empty());
        let url = url.map(|url| Url::parse(&url)).transpose();
        url.map_err(|why| StartError::Url { variable: name, why })
    };
    // An empty variable is how some tools say that there is none.
    let given = |name: &str| variable(name).filter(|token| !token.is_empty());
    let mut accounts: Vec<Arc<dyn Messenger>> = Vec::new();
    for (dialect, token, address, roots) in [
        (Dialect::TamTam, "TAMTAM_TOKEN", "TAMTAM_URL", "TAMTAM_CA_FILE"),
        (Dialect::Max, "MAX_TOKEN", "MAX_URL", "MAX_CA_FILE"),
    ] {
        let base_url = url(address)?;
        if let Some(token) = given(token) {
            let mut options = adapter_tamtam::Options {
                base_url,
                ..adapter_tamtam::Options::new(dialect, token)
            };
            if let Some(path) = given(roots) {
                let pem = std::fs::read(&path).map_err(|why| StartError::File {
                    variable: roots,
                    path,
                    why,
                })?;
                options = options.with_root_certificate(pem);
            }
            accounts.push(Arc::new(TamTam::new(dialect.platform().as_str(), &options)?));
        }
    }
    let base_url = url("POTATO_URL")?;
    if let Some(token) = given("POTATO_TOKEN") {
        let options = adapter_potato::Options { base_url, ..adapter_potato::Options::new(token) };
        accounts.push(Arc::new(Potato::new("potato", &options)?));
    }
    if accounts.is_empty() { Err(StartError::NoAccount) } else { Ok(accounts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Vec<String>, StartError> {
        let find = |name: &str| {
            pairs.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
        };
        let names = |accounts: Vec<Arc<dyn Messenger>>| {
            accounts.iter().map(|it| it.account().id.to_string()).collect()
        };
        accounts(find).map(names)
    }

    #[test]
    fn every_token_is_an_account() {
        let names =
            from(&[("MAX_TOKEN", "x"), ("MAX_URL", "http://127.0.0.1:1"), ("POTATO_TOKEN", "1:x")]);
        assert_eq!(names.expect("two accounts"), ["max", "potato"]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = from(&[]).expect_err("no account");
        assert!(error.to_string().contains("POTATO_TOKEN"));
        let error = from(&[("MAX_TOKEN", "x"), ("MAX_URL", "here")]).expect_err("no URL");
        assert!(error.to_string().starts_with("MAX_URL: "));
        let error = from(&[("MAX_TOKEN", "x"), ("MAX_CA_FILE", "nowhere.pem")]);
        let error = error.expect_err("no such file").to_string();
        assert!(error.starts_with("MAX_CA_FILE: nowhere.pem: "), "{error}");
    }
}
