//! Messengers as the configuration wants them.

use std::sync::Arc;

use gateway_core::Messenger;
use gateway_core::messenger::Result;
use url::Url;

use crate::config::{AccountConfig, Bots, Config, MessengerKind, Source, Variables};
use crate::error::StartError;

/// An account's side of its messenger, which would call it where it is to be called.
pub(crate) fn messenger(
    account: &AccountConfig,
    public_url: Option<&Url>,
) -> Result<Arc<dyn Messenger>> {
    match account.messenger {
        MessengerKind::TamTam | MessengerKind::Max => tamtam(account, public_url),
        MessengerKind::Potato => potato(account),
    }
}

#[cfg(feature = "tamtam")]
#[cfg_attr(not(feature = "server"), expect(unused_variables, reason = "it is never called"))]
fn tamtam(account: &AccountConfig, public_url: Option<&Url>) -> Result<Arc<dyn Messenger>> {
    use adapter_tamtam::{Dialect, Options, TamTam};

    let dialect = match account.messenger {
        MessengerKind::Max => Dialect::Max,
        MessengerKind::TamTam | MessengerKind::Potato => Dialect::TamTam,
    };
    let usual = Options::new(dialect, account.token.clone());
    let options = Options {
        base_url: account.base_url.clone(),
        limits: account.limits.over(usual.limits),
        extra_root_certificates: account.ca.iter().cloned().collect(),
        proxy: account.proxy.clone(),
        #[cfg(feature = "server")]
        webhook_secret: Some(crate::webhooks::secret(&account.token)),
        webhook_networks: (account.webhook_networks.clone())
            .unwrap_or_else(|| usual.webhook_networks.clone()),
        ..usual
    };
    let tamtam = TamTam::new(account.name.as_str(), &options)?;
    #[cfg(feature = "server")]
    if let (crate::config::Receive::Webhook, Some(public_url)) = (account.receive, public_url) {
        tamtam.check_webhook(&crate::webhooks::address(public_url, account))?;
    }
    Ok(Arc::new(tamtam))
}

#[cfg(not(feature = "tamtam"))]
fn tamtam(_: &AccountConfig, _: Option<&Url>) -> Result<Arc<dyn Messenger>> {
    Err(left_out("TamTam and MAX", "tamtam"))
}

#[cfg(feature = "potato")]
fn potato(account: &AccountConfig) -> Result<Arc<dyn Messenger>> {
    use adapter_potato::{Options, Potato};

    let usual = Options::new(account.token.clone());
    let options = Options {
        base_url: account.base_url.clone(),
        limits: account.limits.over(usual.limits),
        extra_root_certificates: account.ca.iter().cloned().collect(),
        proxy: account.proxy.clone(),
        // Potato proves itself by the path alone.
        #[cfg(feature = "server")]
        webhook_secret: Some(crate::webhooks::path_secret(&account.token)),
        ..usual
    };
    Ok(Arc::new(Potato::new(account.name.as_str(), &options)?))
}

#[cfg(not(feature = "potato"))]
fn potato(_: &AccountConfig) -> Result<Arc<dyn Messenger>> {
    Err(left_out("Potato", "potato"))
}

/// Why there is no account on a messenger that was left out when the program was compiled.
#[cfg(not(all(feature = "tamtam", feature = "potato")))]
fn left_out(messengers: &str, feature: &str) -> gateway_core::Error {
    let why = format!(
        "this program was compiled without {messengers}: the feature {feature:?} of the crate \
         \"gateway\" puts them in"
    );
    gateway_core::Error::invalid("setting up an account", "messenger", why)
}

impl Config {
    /// Each account's side of its messenger.
    ///
    /// # Errors
    ///
    /// When one cannot be set up.
    pub fn messengers(&self) -> Result<Vec<Arc<dyn Messenger>>> {
        #[cfg(feature = "server")]
        let public_url = self.server.public_url.as_ref();
        #[cfg(not(feature = "server"))]
        let public_url = None;
        self.accounts.iter().map(|account| messenger(account, public_url)).collect()
    }
}

/// What the environment alone says, without any file.
pub(crate) fn config_from_env() -> std::result::Result<Config, StartError> {
    let source = Source {
        file: None,
        variables: Variables::of_process(),
        // Whoever is asked for has one bot, whatever it is called.
        bots: Bots::Any,
    };
    let config = source.read_environment()?;
    if config.accounts.is_empty() { Err(StartError::NoAccount) } else { Ok(config) }
}

/// The accounts that the environment names, as `Gateway::from_env` takes them.
///
/// # Errors
///
/// When no token is there, a URL is none, or a file cannot be read.
pub fn accounts_from_env() -> std::result::Result<Vec<Arc<dyn Messenger>>, StartError> {
    Ok(config_from_env()?.messengers()?)
}

#[cfg(test)]
#[cfg(all(feature = "tamtam", feature = "potato"))]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> std::result::Result<Vec<String>, String> {
        let variables = pairs.iter().copied().collect();
        let source = Source { variables, ..Source::default() };
        let config = source.read_environment().map_err(|mistakes| mistakes.to_string())?;
        Ok(config.accounts.into_iter().map(|it| it.name).collect())
    }

    #[test]
    fn every_token_is_an_account() {
        let names =
            from(&[("MAX_TOKEN", "x"), ("MAX_URL", "http://127.0.0.1:1"), ("POTATO_TOKEN", "1:x")]);
        assert_eq!(names.expect("two accounts"), ["max", "potato"]);
        assert_eq!(from(&[("MAX_TOKEN", "")]), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = from(&[("MAX_TOKEN", "x"), ("MAX_URL", "here")]).expect_err("no URL");
        assert!(error.starts_with("MAX_URL: "), "{error}");
        let error = from(&[("MAX_TOKEN", "x"), ("MAX_CA_FILE", "nowhere.pem")]);
        let error = error.expect_err("no such file");
        assert!(error.starts_with("MAX_CA_FILE: nowhere.pem "), "{error}");
    }
}
