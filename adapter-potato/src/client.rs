//! The platform's methods, typed.
//!
//! Each names the heading of the English document that describes it.

use std::time::Duration;

use gateway_core::http::{
    Call, ExposeSecret as _, HttpClient, HttpOptions, Operation, Rate, RateLimits, Repeat,
    SecretString,
};
use gateway_core::messenger::{Error, Result};
use gateway_core::model::Raw;
use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::error::from_answer;
use crate::wire;

/// Where the API has been since 2020; before that it was elsewhere twice, and the document still
/// names one of those hosts.
const BASE_URL: &str = "https://api.rct2008.com:8443";

/// The document gives no numbers. One message a second is what a client in production keeps to; a
/// few at once are a conversation.
const MESSAGES: Rate = Rate::per_second(1).with_burst(5);

const ME: Operation = Operation::new("getMe", "asking who I am", Repeat::Safe);
/// What the answer holds is forgotten with it: a second try would hide that the first was lost.
const UPDATES: Operation = Operation::new("getUpdates", "receiving updates", Repeat::Never);
/// Two calls are two messages: the platform has no key to tell a repetition by.
const SEND: Operation = Operation::new("sendTextMessage", "sending a message", Repeat::Unsafe);
/// It says how the message shall be, and that it shall be so twice changes nothing.
const EDIT: Operation = Operation::new("editMessageText", "editing a message", Repeat::Safe);
/// A notice that is seen twice harms nobody; one that is lost leaves a button that does nothing.
const ANSWER: Operation = Operation::new("answerCallbackQuery", "answering a button", Repeat::Safe);

/// How an account is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The bot's token: its number, a colon, and a secret.
    pub token: SecretString,
    /// Where the API is, instead of the platform's own host.
    pub base_url: Option<Url>,
    /// How long to pause after a poll that brought nothing: the platform answers at once.
    pub idle_pause: Duration,
    /// What is asked of the platform at most.
    pub limits: RateLimits,
}

impl Options {
    /// The platform's own host, a second between polls, a message a second in each chat.
    pub fn new(token: impl Into<SecretString>) -> Self {
        let limits = RateLimits { chat: Some(MESSAGES), ..RateLimits::LEARNED };
        let idle_pause = Duration::from_secs(1);
        Self { token: token.into(), base_url: None, idle_pause, limits }
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
        let http = HttpOptions {
            limits: options.limits,
            ..HttpOptions::new(base_url, gateway_core::model::Platform::POTATO)
        };
        let http = HttpClient::new(http.with_secret(options.token.clone()))?;
        Ok(Self { http, token: options.token.clone() })
    }

    /// Who the bot is: `getMe`.
    pub async fn me(&self) -> Result<wire::User> {
        self.call(&ME, Method::GET).send(from_answer).await
    }

    /// What happened since the last call, each as it came; the platform forgets it with this
    /// answer: `getUpdates`.
    pub async fn updates(&self) -> Result<Vec<Raw>> {
        let call = self.call(&UPDATES, Method::GET).poll();
        let updates: Option<Vec<Raw>> = call.send(from_answer).await?;
        Ok(updates.unwrap_or_default())
    }

    /// Sends a text: `sendTextMessage`.
    pub async fn send_text_message(
        &self,
        message: &wire::SendTextMessage<'_>,
    ) -> Result<wire::SentMessage> {
        let call = self.call(&SEND, Method::POST).chat(chat(message.target));
        call.json(message).send(from_answer).await
    }

    /// Changes a text that the bot sent: `editMessageText`.
    pub async fn edit_message_text(&self, edit: &wire::EditMessageText<'_>) -> Result<()> {
        let call = self.call(&EDIT, Method::POST).chat(chat(edit.target));
        call.json(edit).send(from_answer::<Value>).await.map(drop)
    }

    /// Answers the press of a button: `answerCallbackQuery`.
    pub async fn answer_callback_query(
        &self,
        answer: &wire::AnswerCallbackQuery<'_>,
    ) -> Result<()> {
        let call = self.call(&ANSWER, Method::POST).json(answer);
        call.send(from_answer::<Value>).await.map(drop)
    }

    /// Every method's path is the token and the method's name.
    fn call(&self, operation: &Operation, method: Method) -> Call<'_> {
        self.http.call(operation, method, &[self.token.expose_secret(), operation.name])
    }
}

/// A number names a chat among those of its kind only.
fn chat(target: wire::Target) -> String {
    format!("{}:{}", target.chat_type, target.chat_id)
}
