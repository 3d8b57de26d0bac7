//! Who the bot is, and what no document knows.

use gateway_core::http::{ExposeSecret as _, Operation, Repeat};
use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Platform, Raw};
use reqwest::Method;
use serde::Serialize;

use super::Client;
use crate::error::{done, from_answer};
use crate::wire;

const ME: Operation = Operation::new("getMe", "asking who I am", Repeat::Safe);
const JOIN: Operation =
    Operation::new("setJoinGroups", "letting the bot into groups", Repeat::Safe);
/// Nobody knows what it does, so it is not done twice.
const RAW: Operation = Operation::new("raw", "calling a method by its name", Repeat::Unsafe);

impl Client {
    /// Who the bot is: `getMe`.
    pub async fn me(&self) -> Result<wire::User> {
        self.call(&ME, Method::GET).send(from_answer).await
    }

    /// Lets the bot be brought into groups, or no more: `setJoinGroups`.
    pub async fn set_join_groups(&self, enable: bool) -> Result<()> {
        let call = self.call(&JOIN, Method::POST);
        call.json(&wire::SetJoinGroups { enable }).send(done).await
    }

    /// Calls any method by its name, such as one that no document describes; what it brings comes
    /// as the platform writes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for a name that is no word.
    pub async fn raw(&self, method: &str, parameters: &impl Serialize) -> Result<Raw> {
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let why = format!("{method:?} is no name of a method");
            return Err(Error::invalid(RAW.doing, "method", why).on(Platform::POTATO));
        }
        let path = [self.token.expose_secret(), method];
        self.http.call(&RAW, Method::POST, &path).json(parameters).send(from_answer).await
    }
}
