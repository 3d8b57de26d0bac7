//! Messengers as the configuration wants them.

use std::sync::Arc;

use adapter_potato::Potato;
use adapter_tamtam::{Dialect, TamTam};
use gateway_core::Messenger;
use gateway_core::messenger::Result;
use url::Url;

use crate::config::{AccountConfig, Config, MessengerKind, Receive, Source, Variables};
use crate::error::StartError;
use crate::webhooks;

/// An account's side of its messenger, which would call it where it is to be called.
pub(crate) fn messenger(
    account: &AccountConfig,
    public_url: Option<&Url>,
) -> Result<Arc<dyn Messenger>> {
    let (name, token) = (account.name.as_str(), account.token.clone());
    match account.messenger {
        MessengerKind::TamTam | MessengerKind::Max => {
            let dialect = match account.messenger {
                MessengerKind::Max => Dialect::Max,
                MessengerKind::TamTam | MessengerKind::Potato => Dialect::TamTam,
            };
            let usual = adapter_tamtam::Options::new(dialect, token);
            let options = adapter_tamtam::Options {
                base_url: account.base_url.clone(),
                limits: account.limits.over(usual.limits),
                extra_root_certificates: account.ca.iter().cloned().collect(),
                proxy: account.proxy.clone(),
                webhook_secret: Some(webhooks::secret(&account.token)),
                webhook_networks: (account.webhook_networks.clone())
                    .unwrap_or_else(|| usual.webhook_networks.clone()),
                ..usual
            };
            let tamtam = TamTam::new(name, &options)?;
            if let (Receive::Webhook, Some(public_url)) = (account.receive, public_url) {
                tamtam.check_webhook(&webhooks::address(public_url, account))?;
            }
            Ok(Arc::new(tamtam))
        }
        MessengerKind::Potato => {
            let usual = adapter_potato::Options::new(token);
            let options = adapter_potato::Options {
                base_url: account.base_url.clone(),
                limits: account.limits.over(usual.limits),
                extra_root_certificates: account.ca.iter().cloned().collect(),
                proxy: account.proxy.clone(),
                // Potato proves itself by the path alone.
                webhook_secret: Some(webhooks::path_secret(&account.token)),
                ..usual
            };
            Ok(Arc::new(Potato::new(name, &options)?))
        }
    }
}

impl Config {
    /// Each account's side of its messenger.
    ///
    /// # Errors
    ///
    /// When one cannot be set up.
    pub fn messengers(&self) -> Result<Vec<Arc<dyn Messenger>>> {
        let public_url = self.server.public_url.as_ref();
        self.accounts.iter().map(|account| messenger(account, public_url)).collect()
    }
}

/// What the environment alone says, without any file.
pub(crate) fn config_from_env() -> std::result::Result<Config, StartError> {
    let source = Source {
        file: None,
        variables: Variables::of_process(),
        // Whoever is asked for has one bot, whatever it is called.
        bots: vec!["bot".to_owned()],
    };
    let config = source.read_environment()?;
    if config.accounts.is_empty() { Err(StartError::NoAccount) } else { Ok(config) }
}

/// The accounts that the environment names, as [`Gateway::from_env`](crate::Gateway::from_env)
/// takes them.
///
/// # Errors
///
/// When no token is there, a URL is none, or a file cannot be read.
pub fn accounts_from_env() -> std::result::Result<Vec<Arc<dyn Messenger>>, StartError> {
    Ok(config_from_env()?.messengers()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> std::result::Result<Vec<String>, String> {
        let bots = vec!["bot".to_owned()];
        let source = Source { file: None, variables: pairs.iter().copied().collect(), bots };
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
