//! The platform's methods, typed.
//!
//! Each names the operation of the schema that documents it (TamTam 0.5.6, MAX 0.0.32).

use std::time::Duration;

use gateway_core::http::{Answer, Call, HttpClient, HttpOptions, SecretString};
use gateway_core::messenger::{Error, Result};
use reqwest::Method;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::{done, from_answer};
use crate::{Dialect, wire};

/// How much longer than the messenger a poll waits before it gives the line up.
const POLL_GRACE: Duration = Duration::from_secs(10);

/// How an account is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// TamTam or MAX.
    pub dialect: Dialect,
    /// The bot's token.
    pub token: SecretString,
    /// Where the API is, instead of the platform's own host.
    pub base_url: Option<Url>,
    /// How long the messenger holds a poll open, in whole seconds: TamTam up to 90, MAX up to 30.
    pub poll_timeout: Duration,
}

impl Options {
    /// The platform's own host, polls of 30 seconds.
    pub fn new(dialect: Dialect, token: impl Into<SecretString>) -> Self {
        let (token, poll_timeout) = (token.into(), Duration::from_secs(30));
        Self { dialect, token, base_url: None, poll_timeout }
    }

    /// The same at another address.
    #[must_use]
    pub fn at(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }
}

/// Calls the platform's methods.
#[derive(Debug)]
pub struct Client {
    http: HttpClient,
    dialect: Dialect,
    token: SecretString,
}

impl Client {
    /// A client for one bot.
    ///
    /// # Errors
    ///
    /// As [`HttpClient::new`].
    pub fn new(options: &Options) -> Result<Self> {
        let base_url = match &options.base_url {
            Some(url) => url.clone(),
            None => Url::parse(options.dialect.default_base_url()).map_err(|why| {
                Error::invalid("setting up the client", "base_url", why.to_string())
            })?,
        };
        let http = HttpOptions::new(base_url, options.dialect.platform());
        let http = HttpClient::new(http.with_secret(options.token.clone()))?;
        Ok(Self { http, dialect: options.dialect, token: options.token.clone() })
    }

    /// Who the bot is: `getMyInfo`.
    pub async fn me(&self) -> Result<wire::User> {
        self.read(self.call("asking who I am", Method::GET, "me")).await
    }

    /// What happened since `marker`, at most `limit` updates; waits up to `timeout` for the first:
    /// `getUpdates`.
    pub async fn updates(
        &self,
        marker: Option<i64>,
        limit: u16,
        timeout: Duration,
    ) -> Result<wire::UpdateList> {
        let call = self
            .call("receiving updates", Method::GET, "updates")
            .query("limit", limit)
            .query("timeout", timeout.as_secs())
            .query_some("marker", marker)
            .deadline(timeout + POLL_GRACE);
        self.read(call).await
    }

    /// Sends a message to a chat: `sendMessage`.
    pub async fn send_message(
        &self,
        chat_id: i64,
        message: &wire::NewMessageBody,
    ) -> Result<wire::SendMessageResult> {
        let call = self.call("sending a message", Method::POST, "messages");
        self.read(call.query("chat_id", chat_id).json(message)).await
    }

    /// Changes a message that the bot sent: `editMessage`.
    pub async fn edit_message(&self, mid: &str, message: &wire::NewMessageBody) -> Result<()> {
        let call = self.call("editing a message", Method::PUT, "messages");
        done(&self.answered(call.query("message_id", mid).json(message)).await?)
    }

    /// Answers the press of a button: `answerOnCallback`.
    pub async fn answer(&self, callback_id: &str, answer: &wire::CallbackAnswer) -> Result<()> {
        let call = self.call("answering a button", Method::POST, "answers");
        done(&self.answered(call.query("callback_id", callback_id).json(answer)).await?)
    }

    fn call(&self, doing: &'static str, method: Method, path: &str) -> Call<'_> {
        self.dialect.authorize(self.http.call(doing, method, &[path]), &self.token)
    }

    async fn read<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T> {
        self.answered(call).await?.json()
    }

    /// The answer, if it is one of success.
    async fn answered(&self, call: Call<'_>) -> Result<Answer> {
        let answer = call.send().await?;
        if answer.status() == 200 { Ok(answer) } else { Err(from_answer(&answer)) }
    }
}
