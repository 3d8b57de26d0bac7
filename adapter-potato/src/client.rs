//! The platform's methods, typed.
//!
//! Each names the heading of the English document that describes it.

use std::time::Duration;

use gateway_core::http::{ExposeSecret as _, HttpClient, HttpOptions, SecretString};
use gateway_core::messenger::{Error, Result};
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::error::from_answer;
use crate::wire;

/// Where the API has been since 2020; before that it was elsewhere twice, and the document still
/// names one of those hosts.
const BASE_URL: &str = "https://api.rct2008.com:8443";

/// How an account is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The bot's token: its number, a colon, and a secret.
    pub token: SecretString,
    /// Where the API is, instead of the platform's own host.
    pub base_url: Option<Url>,
    /// How long to pause after a poll that brought nothing: the platform answers at once.
    pub idle_pause: Duration,
}

impl Options {
    /// The platform's own host, a second between polls.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self { token: token.into(), base_url: None, idle_pause: Duration::from_secs(1) }
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
            None => Url::parse(BASE_URL).map_err(|why| {
                Error::invalid("setting up the client", "base_url", why.to_string())
            })?,
        };
        let http = HttpOptions::new(base_url, gateway_core::model::Platform::POTATO);
        let http = HttpClient::new(http.with_secret(options.token.clone()))?;
        Ok(Self { http, token: options.token.clone() })
    }

    /// Who the bot is: `getMe`.
    pub async fn me(&self) -> Result<wire::User> {
        self.get("asking who I am", "getMe").await
    }

    /// What happened since the last call, each as it came; the platform forgets it with this
    /// answer: `getUpdates`.
    pub async fn updates(&self) -> Result<Vec<Value>> {
        let updates: Option<Vec<Value>> = self.get("receiving updates", "getUpdates").await?;
        Ok(updates.unwrap_or_default())
    }

    /// Sends a text: `sendTextMessage`.
    pub async fn send_text_message(
        &self,
        message: &wire::SendTextMessage,
    ) -> Result<wire::SentMessage> {
        self.post("sending a message", "sendTextMessage", message).await
    }

    /// Changes a text that the bot sent: `editMessageText`.
    pub async fn edit_message_text(&self, edit: &wire::EditMessageText) -> Result<()> {
        self.post::<Value>("editing a message", "editMessageText", edit).await.map(drop)
    }

    /// Answers the press of a button: `answerCallbackQuery`.
    pub async fn answer_callback_query(&self, answer: &wire::AnswerCallbackQuery) -> Result<()> {
        self.post::<Value>("answering a button", "answerCallbackQuery", answer).await.map(drop)
    }

    async fn get<T: DeserializeOwned>(&self, doing: &'static str, method: &str) -> Result<T> {
        let path = [self.token.expose_secret(), method];
        from_answer(&self.http.call(doing, Method::GET, &path).send().await?)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        doing: &'static str,
        method: &str,
        parameters: &impl Serialize,
    ) -> Result<T> {
        let path = [self.token.expose_secret(), method];
        from_answer(&self.http.call(doing, Method::POST, &path).json(parameters).send().await?)
    }
}
