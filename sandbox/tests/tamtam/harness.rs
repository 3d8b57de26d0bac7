//! A sandbox of two messengers, and a bot that calls them over HTTP.

use reqwest::{Client, Method};
use sandbox::world::{AccountKey, ChatKey};
use sandbox::{Addresses, Platform, Server, World};
use serde_json::Value;

/// The two messengers of this wire.
pub(crate) const BOTH: [Platform; 2] = [Platform::Tamtam, Platform::Max];

/// A running sandbox with one bot and Anna on each messenger.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) server: Server,
}

impl Bench {
    pub(crate) async fn open() -> Self {
        let world = World::new().furnished();
        let server = Server::start(world.clone(), &Addresses::free_ports()).await;
        Self { world, server: server.expect("free ports") }
    }

    /// The furnished bot of TamTam.
    pub(crate) fn tamtam(&self) -> Bot {
        self.on(Platform::Tamtam)
    }

    /// The furnished bot of MAX.
    pub(crate) fn max(&self) -> Bot {
        self.on(Platform::Max)
    }

    /// The furnished bot of a messenger.
    pub(crate) fn on(&self, platform: Platform) -> Bot {
        let key = self.world.bot(platform).expect("a furnished bot");
        self.acts_as(key)
    }

    /// One more bot on a messenger.
    pub(crate) fn another(&self, platform: Platform, name: &str) -> Bot {
        let key = self.world.add_bot(platform, name, &format!("token-of-{name}-{platform}"));
        self.acts_as(key)
    }

    fn acts_as(&self, key: AccountKey) -> Bot {
        let account = self.world.look(|state| state.account(key).clone());
        let token = account.bot.expect("an account of a bot").token;
        let base = self.server.url(account.platform);
        Bot { key, platform: account.platform, base, token, client: client() }
    }

    /// Anna, on a messenger.
    pub(crate) fn anna(&self, platform: Platform) -> AccountKey {
        self.world.add_person(platform, "Anna")
    }

    /// The dialog of a bot with Anna, which she opened.
    pub(crate) fn dialog(&self, bot: &Bot) -> ChatKey {
        self.world.dialog(bot.key, self.anna(bot.platform))
    }

    /// The number of an account on its messenger.
    pub(crate) fn user_id(&self, key: AccountKey) -> i64 {
        self.world.look(|state| state.account(key).id)
    }

    /// The number of a chat on its messenger.
    pub(crate) fn chat_id(&self, key: ChatKey) -> i64 {
        self.world.look(|state| state.chat(key).id)
    }
}

/// A bot that calls its messenger.
pub(crate) struct Bot {
    pub(crate) key: AccountKey,
    pub(crate) platform: Platform,
    pub(crate) base: String,
    pub(crate) token: String,
    client: Client,
}

impl Bot {
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.call(Method::DELETE, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// The status and the JSON of the answer; its text, where it is none.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = match self.platform {
            Platform::Max => request.header("Authorization", &self.token),
            _ => request.query(&[("access_token", &self.token)]),
        };
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a whole answer");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// A client that speaks no TLS.
#[expect(clippy::disallowed_methods, reason = "a stranger's client")]
pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}
