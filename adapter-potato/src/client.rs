//! The platform's methods, typed: all of them, and a way to call others.
//!
//! Each names the heading of the English document that describes it.
//!
//! | room | what is in it |
//! |---|---|
//! | `me` | who the bot is, and [`Client::raw`] |
//! | `messages` | sending, passing on, changing and deleting messages; presses of buttons |
//! | `media` | pictures, films and other files on their way to the platform |
//! | `files` | files on their way back |
//! | `chats` | chats, their titles, and what is pinned in them |
//! | `members` | who is in a chat |
//! | `inline` | inline mode and games |
//! | `updates` | polling and webhooks |

mod chats;
mod files;
mod inline;
mod me;
mod media;
mod members;
mod messages;
mod options;
mod updates;

use std::sync::Arc;

use gateway_core::http::{
    Call, ExposeSecret as _, HttpClient, HttpOptions, Operation, SecretString,
};
use gateway_core::messenger::{Error, Result};
use gateway_core::model::Platform;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

pub use files::FileAddress;
pub(crate) use messages::CAPTION_CHARACTERS;
pub use options::{FileHost, Options};
pub(crate) use updates::MOST_UPDATES_BYTES;

use crate::error::{done, from_answer};
use crate::peer::above_zero;
use crate::wire::Target;

/// Where the API has been since 2020; before that it was elsewhere twice, and the document still
/// names one of those hosts.
const BASE_URL: &str = "https://api.rct2008.com:8443";

/// From which length on the second half of a token is a secret by itself: real ones have 24 letters,
/// and a short word would be cut from texts that have nothing to do with it.
const LONG_SECRET: usize = 12;

const SETTING_UP: &str = "setting up the client";

/// Calls the platform's methods.
#[derive(Debug)]
pub struct Client {
    http: HttpClient,
    token: SecretString,
    bot: i64,
    base_url: Url,
    file_host: FileHost,
}

impl Client {
    /// A client for one bot.
    ///
    /// # Errors
    ///
    /// As [`HttpClient::new`], and [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for a
    /// token that the platform cannot have given out.
    pub fn new(options: &Options) -> Result<Self> {
        let wrong =
            |field: &str, why: String| Error::invalid(SETTING_UP, field, why).on(Platform::POTATO);
        let bot = bot_of(options.token.expose_secret());
        let bot = bot.map_err(|why| wrong("token", why.to_owned()))?;
        let base_url = match &options.base_url {
            Some(url) => url.clone(),
            None => Url::parse(BASE_URL).map_err(|why| wrong("base_url", why.to_string()))?,
        };
        let http = HttpOptions {
            limits: options.limits,
            extra_root_certificates: options.extra_root_certificates.clone(),
            proxy: options.proxy.clone(),
            clock: Arc::clone(&options.clock),
            ..HttpOptions::new(base_url.clone(), Platform::POTATO)
        };
        let http = http.with_secret(options.token.clone());
        // The platform may repeat the half that is secret.
        let secret = options.token.expose_secret().split_once(':').map(|(_, secret)| secret);
        let http = match secret.filter(|secret| secret.len() >= LONG_SECRET) {
            Some(secret) => http.with_secret(secret.to_owned().into()),
            None => http,
        };
        let http = match &options.webhook_secret {
            Some(secret) => http.with_secret(secret.clone()),
            None => http,
        };
        let (token, file_host) = (options.token.clone(), options.file_host);
        Ok(Self { http: HttpClient::new(http)?, token, bot, base_url, file_host })
    }

    /// The bot's own number: the first part of its token.
    pub fn bot(&self) -> i64 {
        self.bot
    }

    /// Every method's path is the token and the method's name.
    fn call(&self, operation: &Operation, method: Method) -> Call<'_> {
        self.http.call(operation, method, &[self.token.expose_secret(), operation.name])
    }

    /// Asks with parameters, for something.
    async fn post<T: DeserializeOwned>(
        &self,
        operation: &Operation,
        parameters: &impl Serialize,
    ) -> Result<T> {
        self.call(operation, Method::POST).json(parameters).send(from_answer).await
    }

    /// The same of a chat, for the limits of one chat.
    async fn post_to<T: DeserializeOwned>(
        &self,
        target: Target,
        operation: &Operation,
        parameters: &impl Serialize,
    ) -> Result<T> {
        let call = self.call(operation, Method::POST).chat(lane(target));
        call.json(parameters).send(from_answer).await
    }

    /// Asks with parameters, for something to be done.
    async fn act(&self, operation: &Operation, parameters: &impl Serialize) -> Result<()> {
        self.call(operation, Method::POST).json(parameters).send(done).await
    }

    /// The same in a chat, for the limits of one chat.
    async fn act_in(
        &self,
        target: Target,
        operation: &Operation,
        parameters: &impl Serialize,
    ) -> Result<()> {
        let call = self.call(operation, Method::POST).chat(lane(target));
        call.json(parameters).send(done).await
    }
}

/// A number names a chat among those of its kind only.
fn lane(target: Target) -> String {
    format!("{}:{}", target.chat_type, target.chat_id)
}

/// The bot's number in a token; else what is wrong with that, without a word of it. Seen: digits, a
/// colon, and letters, digits, `_` and `-`.
fn bot_of(token: &str) -> std::result::Result<i64, &'static str> {
    if token.is_empty() {
        return Err("it is empty");
    }
    let (bot, secret) = token.split_once(':').ok_or("there is no colon in it")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if secret.is_empty() || !secret.bytes().all(is_plain) {
        return Err("behind the colon there must be letters, digits, _ and -, and nothing else");
    }
    above_zero(bot).ok_or("before the colon there must be the bot's number, which is above 0")
}

/// Refuses what is longer than the document allows, before anything is sent.
fn at_most(operation: &Operation, field: &str, limit: usize, given: usize) -> Result<()> {
    if given <= limit {
        return Ok(());
    }
    let kind = gateway_core::ErrorKind::TooLarge { field: field.to_owned(), limit, given };
    Err(Error::new(kind, operation.doing).on(Platform::POTATO))
}

/// Refuses what is empty and must not be.
fn not_empty(operation: &Operation, field: &str, text: &str) -> Result<()> {
    if text.is_empty() {
        let error = Error::invalid(operation.doing, field, "it is empty");
        return Err(error.on(Platform::POTATO));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_bot() {
        assert_eq!(bot_of("10000001:a-b_C9"), Ok(10_000_001));
    }

    #[test]
    fn a_token_that_cannot_be_one_is_refused_and_not_shown() {
        for token in [
            "", "half", ":half", "1:", "x1:half", "1:ha lf", "1:half\n", "+1:half", "0:half",
            "-1:half", "01:half",
        ] {
            let error = Client::new(&Options::new(token.to_owned())).expect_err("it is no token");
            let field = Some("token".to_owned());
            assert_eq!(*error.kind(), gateway_core::ErrorKind::Invalid { field }, "{token:?}");
            assert!(!format!("{error} {error:?}").contains("half"), "{error:?}");
        }
    }
}
