//! The platform's methods, typed.
//!
//! Each names the operation of the schema that documents it (TamTam 0.5.6, MAX 0.0.32).

use std::time::Duration;

use gateway_core::http::{
    Answer, Call, HttpClient, HttpOptions, Operation, RateLimits, Repeat, SecretString,
};
use gateway_core::messenger::{Error, Result};
use reqwest::Method;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::{done, from_answer};
use crate::{Dialect, wire};

/// How much longer than the messenger a poll waits before it gives the line up.
const POLL_GRACE: Duration = Duration::from_secs(10);

const ME: Operation = Operation::new("getMyInfo", "asking who I am", Repeat::Safe);
/// Polled in a loop, which knows best what to do about an error.
const UPDATES: Operation = Operation::new("getUpdates", "receiving updates", Repeat::Never);
/// Two calls are two messages: neither platform has a key to tell a repetition by.
const SEND: Operation = Operation::new("sendMessage", "sending a message", Repeat::Unsafe);
/// It says how the message shall be, and that it shall be so twice changes nothing.
const EDIT: Operation = Operation::new("editMessage", "editing a message", Repeat::Safe);
/// A notice that is seen twice harms nobody; one that is lost leaves a button that does nothing.
const ANSWER: Operation = Operation::new("answerOnCallback", "answering a button", Repeat::Safe);

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
    /// What is asked of the platform at most.
    pub limits: RateLimits,
    /// Roots, as PEM, that are trusted beside the system's own: MAX's are issued by one that few
    /// systems have.
    pub extra_root_certificates: Vec<Vec<u8>>,
}

impl Options {
    /// The platform's own host, polls of 30 seconds, the platform's limits.
    pub fn new(dialect: Dialect, token: impl Into<SecretString>) -> Self {
        Self {
            dialect,
            token: token.into(),
            base_url: None,
            poll_timeout: Duration::from_secs(30),
            limits: dialect.limits(),
            extra_root_certificates: Vec::new(),
        }
    }

    /// The same at another address.
    #[must_use]
    pub fn at(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// The same, and this root, as PEM, is trusted too.
    #[must_use]
    pub fn with_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.extra_root_certificates.push(pem.into());
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
        let http = HttpOptions {
            limits: options.limits,
            extra_root_certificates: options.extra_root_certificates.clone(),
            ..HttpOptions::new(base_url, options.dialect.platform())
        };
        let http = HttpClient::new(http.with_secret(options.token.clone()))?;
        Ok(Self { http, dialect: options.dialect, token: options.token.clone() })
    }

    /// Who the bot is: `getMyInfo`.
    pub async fn me(&self) -> Result<wire::BotInfo> {
        self.call(&ME, Method::GET, "me").send(read).await
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
            .call(&UPDATES, Method::GET, "updates")
            .poll()
            .query("limit", limit)
            .query("timeout", timeout.as_secs())
            .query_some("marker", marker)
            .deadline(timeout + POLL_GRACE);
        call.send(|answer| accepted(answer)?.lossy_json()).await
    }

    /// Sends a message to a chat: `sendMessage`.
    pub async fn send_message(
        &self,
        chat_id: i64,
        message: &wire::NewMessageBody<'_>,
    ) -> Result<wire::SendMessageResult> {
        let call = self.call(&SEND, Method::POST, "messages").chat(chat_id);
        call.query("chat_id", chat_id).json(message).send(read).await
    }

    /// Changes a message that the bot sent: `editMessage`.
    pub async fn edit_message(&self, mid: &str, message: &wire::NewMessageBody<'_>) -> Result<()> {
        let call = self.call(&EDIT, Method::PUT, "messages");
        let call = match chat_of(mid) {
            Some(chat) => call.chat(chat),
            None => call,
        };
        call.query("message_id", mid).json(message).send(succeeded).await
    }

    /// Answers the press of a button: `answerOnCallback`.
    pub async fn answer(&self, callback_id: &str, answer: &wire::CallbackAnswer<'_>) -> Result<()> {
        let call = self.call(&ANSWER, Method::POST, "answers");
        call.query("callback_id", callback_id).json(answer).send(succeeded).await
    }

    fn call(&self, operation: &Operation, method: Method, path: &str) -> Call<'_> {
        self.dialect.authorize(self.http.call(operation, method, &[path]), &self.token)
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    accepted(answer)?.json()
}

fn succeeded(answer: &Answer) -> Result<()> {
    done(accepted(answer)?)
}

/// The answer, if it is one of success.
fn accepted(answer: &Answer) -> Result<&Answer> {
    if answer.status() == 200 { Ok(answer) } else { Err(from_answer(answer)) }
}

/// The chat that a message is in. Seen on the wire of both: `mid.`, the chat's number in sixteen
/// hexadecimal digits, and as many for the message in it.
fn chat_of(mid: &str) -> Option<i64> {
    let digits = mid.strip_prefix("mid.")?.get(..16)?;
    u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_its_chat() {
        let mid = |chat: i64| format!("mid.{chat:016x}019a7f3b2c4d0001");
        assert_eq!(chat_of(&mid(376_690_654)), Some(376_690_654));
        assert_eq!(chat_of(&mid(-70_000_000_000_000)), Some(-70_000_000_000_000));
        for other in ["", "mid.", "mid.12", "mid.zzzzzzzzzzzzzzzz0000000000000000", "12"] {
            assert_eq!(chat_of(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_root_that_is_no_certificate_is_refused() {
        let options = Options::new(Dialect::Max, "token".to_owned()).with_root_certificate("no");
        let error = Client::new(&options).expect_err("it is no certificate");
        assert!(error.to_string().contains("extra_root_certificates"), "{error}");
    }
}
