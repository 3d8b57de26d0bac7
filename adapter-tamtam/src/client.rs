//! The platform's methods, typed: all of them.
//!
//! Each names the operation of the schema that documents it (TamTam 0.5.6, MAX 0.0.32; where both
//! have it, by the same name). One that the account's dialect does not have answers
//! [`ErrorKind::Unsupported`](gateway_core::ErrorKind::Unsupported) and says what there is instead,
//! before anything is sent. What MAX has taken away in the course of 2026 can still be asked for
//! where its schema has it: MAX itself says no.
//!
//! | room | what is in it |
//! |---|---|
//! | `me` | who the bot is |
//! | `messages` | messages, presses of buttons, constructors |
//! | `comments` | MAX: comments under posts |
//! | `chats` | chats and what is pinned in them |
//! | `members` | who is in a chat |
//! | `updates` | polling and webhooks |
//! | `files` | uploads, films, downloads |

mod chats;
mod comments;
mod files;
mod me;
mod members;
mod messages;
mod options;
mod updates;

use gateway_core::http::{
    Answer, Call, ExposeSecret as _, HttpClient, HttpOptions, Operation, SecretString,
};
use gateway_core::messenger::{Error, Result};
use reqwest::Method;
use serde::de::DeserializeOwned;
use url::Url;

pub use comments::CommentsQuery;
pub use files::Uploaded;
pub use messages::{MessagesQuery, To};
pub use options::{NotReady, Options, WebhookConflict};
pub(crate) use updates::BESIDE_A_WEBHOOK;

use crate::Dialect;
use crate::error::{done, from_answer, object, refused};

/// Calls the platform's methods.
#[derive(Debug)]
pub struct Client {
    http: HttpClient,
    dialect: Dialect,
    token: SecretString,
    api_version: Option<String>,
    /// With which scheme an address is meant that has none.
    scheme: String,
    upload_chunk_bytes: usize,
    not_ready: NotReady,
}

impl Client {
    /// A client for one bot.
    ///
    /// # Errors
    ///
    /// As [`HttpClient::new`], and [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for a token that no platform can have
    /// given out: one that is empty, or has anything but the visible characters of ASCII.
    pub fn new(options: &Options) -> Result<Self> {
        if let Some(why) = flaw_of(options.token.expose_secret()) {
            let error = Error::invalid("setting up the client", "token", why);
            return Err(error.on(options.dialect.platform()));
        }
        let base_url = match &options.base_url {
            Some(url) => url.clone(),
            None => Url::parse(options.dialect.default_base_url()).map_err(|why| {
                Error::invalid("setting up the client", "base_url", why.to_string())
            })?,
        };
        let scheme = base_url.scheme().to_owned();
        let http = HttpOptions {
            limits: options.limits,
            extra_root_certificates: options.extra_root_certificates.clone(),
            proxy: options.proxy.clone(),
            ..HttpOptions::new(base_url, options.dialect.platform())
        };
        let http = http.with_secret(options.token.clone());
        let http = match &options.webhook_secret {
            Some(secret) => http.with_secret(secret.clone()),
            None => http,
        };
        let http = HttpClient::new(http)?;
        Ok(Self {
            http,
            dialect: options.dialect,
            token: options.token.clone(),
            api_version: options.api_version.clone(),
            scheme,
            upload_chunk_bytes: options.upload_chunk_bytes.max(1),
            not_ready: options.not_ready,
        })
    }

    /// Begins a call by the path made of these parts, each encoded for itself.
    fn call(&self, operation: &Operation, method: Method, path: &[&str]) -> Call<'_> {
        let call = self.http.call(operation, method, path);
        let call = self.dialect.authorize(call, &self.token);
        match self.dialect {
            Dialect::TamTam => call.query_some("v", self.api_version.as_deref()),
            Dialect::Max => call,
        }
    }

    /// That the other dialect has this operation, and what there is instead.
    fn only_on(&self, dialect: Dialect, operation: &Operation, instead: &str) -> Result<()> {
        if self.dialect == dialect {
            return Ok(());
        }
        let (name, platform) = (operation.name, self.dialect.platform());
        let error = Error::unsupported(operation.doing, format!("calls of {name}"));
        Err(error.on(platform).with_text(format!("only {} has it; {instead}", dialect.platform())))
    }

    /// Something that names one thing in a path or in a query. None may be blank, and none may lead
    /// to another place.
    fn part<'a>(&self, operation: &Operation, field: &str, part: &'a str) -> Result<&'a str> {
        match part.trim() {
            "" | "." | ".." => {
                let why = format!("{part:?} names nothing");
                let error = Error::invalid(operation.doing, field, why);
                Err(error.on(self.dialect.platform()))
            }
            _ => Ok(part),
        }
    }

    /// Several of them in one parameter, where a comma parts them.
    fn parts(&self, operation: &Operation, field: &str, parts: &[&str]) -> Result<Option<String>> {
        for part in parts {
            self.part(operation, field, part)?;
            if part.contains(',') {
                let why = format!("{part:?} holds a comma, which would part it");
                let error = Error::invalid(operation.doing, field, why);
                return Err(error.on(self.dialect.platform()));
            }
        }
        Ok(csv(parts))
    }
}

/// What is wrong with a token, without a word of it.
fn flaw_of(token: &str) -> Option<&'static str> {
    if token.is_empty() {
        return Some("it is empty");
    }
    if token.trim_end_matches(['\r', '\n']).len() < token.len() {
        return Some("it ends with the end of a line: leave that away");
    }
    let is_visible = |byte: u8| byte.is_ascii_graphic();
    (!token.bytes().all(is_visible))
        .then_some("it holds a blank or another character that is none of visible ASCII")
}

/// Several values in one parameter, with commas between them.
fn csv<T: ToString>(values: &[T]) -> Option<String> {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    (!values.is_empty()).then(|| values.join(","))
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    granted(answer)?.json()
}

/// The answer, if it is one of success and does not say that it is none.
fn granted(answer: &Answer) -> Result<&Answer> {
    let answer = object(accepted(answer)?)?;
    refused(answer).map_or(Ok(answer), Err)
}

fn succeeded(answer: &Answer) -> Result<()> {
    done(accepted(answer)?)
}

/// The answer, if it is one of success.
fn accepted(answer: &Answer) -> Result<&Answer> {
    if answer.status() == 200 { Ok(answer) } else { Err(from_answer(answer)) }
}

/// The call, counted among those to the chat that a message is in.
fn in_chat_of<'a>(call: Call<'a>, mid: &str) -> Call<'a> {
    match chat_of(mid) {
        Some(chat) => call.chat(chat),
        None => call,
    }
}

/// The chat that a message is in. Seen on the wire of both: `mid.`, the chat's number in sixteen
/// hexadecimal digits, and as many for the message in it.
pub(crate) fn chat_of(mid: &str) -> Option<i64> {
    let digits = mid.strip_prefix("mid.")?.get(..16)?;
    // A sign is none of them, and would be taken for one.
    let digits = Some(digits).filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
}

#[cfg(test)]
mod tests {
    use gateway_core::messenger::ErrorKind;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_tells_its_chat() {
        let mid = |chat: i64| format!("mid.{chat:016x}019a7f3b2c4d0001");
        assert_eq!(chat_of(&mid(376_690_654)), Some(376_690_654));
        assert_eq!(chat_of(&mid(-70_000_000_000_000)), Some(-70_000_000_000_000));
        for other in [
            "",
            "mid.",
            "mid.12",
            "mid.zzzzzzzzzzzzzzzz0000000000000000",
            "mid.+0000000000000010000000000000000",
            "12",
        ] {
            assert_eq!(chat_of(other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn every_message_tells_its_chat(chat in any::<i64>(), seq in any::<i64>()) {
            prop_assert_eq!(chat_of(&format!("mid.{chat:016x}{seq:016x}")), Some(chat));
        }

        #[test]
        fn no_other_id_is_taken_for_one(rest in "[0-9a-f+x\u{e9}]{0,20}") {
            let is_one = rest.chars().take(16).filter(char::is_ascii_hexdigit).count() == 16;
            prop_assert_eq!(chat_of(&format!("mid.{rest}")).is_some(), is_one);
        }
    }

    #[test]
    fn a_token_that_cannot_be_one_is_refused_and_not_shown() {
        for (token, why) in [
            ("", "it is empty"),
            (" ", "holds a blank"),
            ("half other", "holds a blank"),
            ("half\u{7}other", "holds a blank"),
            ("h\u{e9}lf", "visible ASCII"),
            ("half\n", "ends with the end of a line"),
            ("half\r\n", "ends with the end of a line"),
        ] {
            let error = Client::new(&Options::new(Dialect::TamTam, token.to_owned()));
            let error = error.expect_err("it is no token");
            assert_eq!(*error.kind(), ErrorKind::Invalid { field: Some("token".to_owned()) });
            assert!(error.to_string().contains(why), "{error}");
            assert!(!format!("{error} {error:?}").contains("lf"), "{error:?}");
        }
    }

    #[test]
    fn a_root_that_is_no_certificate_is_refused() {
        let options = Options::new(Dialect::Max, "token".to_owned()).with_root_certificate("no");
        let error = Client::new(&options).expect_err("it is no certificate");
        assert!(error.to_string().contains("extra_root_certificates"), "{error}");
    }
}
