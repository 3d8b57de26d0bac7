//! A sandbox of two messengers, and a bot that calls them over HTTP.

use std::sync::Arc;

use gateway_core::chance::Chance;
use gateway_core::testing::ManualClock;
use gateway_tests::Street;
use reqwest::{Client, Method};
use sandbox::world::{AccountKey, ChatKey};
use sandbox::{Platform, World};
use serde_json::Value;

/// The two messengers of this wire.
pub(crate) const BOTH: [Platform; 2] = [Platform::Tamtam, Platform::Max];

/// A running sandbox with one bot and Anna on each messenger. What it answers is held against the
/// platforms' schemas, where they are at hand.
pub(crate) struct Bench {
    pub(crate) world: World,
    street: Street,
}

impl Bench {
    pub(crate) async fn open() -> Self {
        Self::of(Street::open().await)
    }

    /// The same, where time passes only when the test says so.
    pub(crate) async fn open_without_time() -> Self {
        let world = World::with(Arc::new(ManualClock::default()), Chance::from_os());
        Self::of(Street::of(world.furnished()).await)
    }

    fn of(street: Street) -> Self {
        let street = street.with_wrong_requests();
        Self { world: street.world.clone(), street }
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
        let base = self.street.url(account.platform).to_string();
        let base = base.trim_end_matches('/').to_owned();
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

impl Bot {
    /// Sends to a chat; the message that comes back.
    pub(crate) async fn sends(&self, chat_id: i64, body: Value) -> Value {
        let (status, answer) = self.post(&format!("/messages?chat_id={chat_id}"), body).await;
        assert_eq!(status, 200, "{answer}");
        answer["message"].clone()
    }

    /// Sends to a chat what is refused; the status, the code and the words of that.
    pub(crate) async fn is_refused(&self, chat_id: i64, body: Value) -> (u16, String, String) {
        refusal(self.post(&format!("/messages?chat_id={chat_id}"), body).await)
    }

    /// Uploads a file; the token by which it is sent.
    pub(crate) async fn uploads(&self, kind: &str, name: &str, bytes: &[u8]) -> String {
        let (status, place) = self.post(&format!("/uploads?type={kind}"), Value::Null).await;
        assert_eq!(status, 200, "{place}");
        let url = place["url"].as_str().expect("an address");
        let named = format!("attachment; filename=\"{name}\"");
        let upload = self.client.post(url).header("Content-Disposition", named);
        let answer = upload.body(bytes.to_vec()).send().await.expect("an answer");
        let answer = answer.text().await.expect("a whole answer");
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        let in_photos = || answer["photos"].as_object()?.values().next()?["token"].as_str();
        let token = place["token"].as_str().or_else(|| answer["token"].as_str());
        token.or_else(in_photos).expect("a token").to_owned()
    }
}

/// The status of an error, its code and its words.
pub(crate) fn refusal((status, answer): (u16, Value)) -> (u16, String, String) {
    let word = |name: &str| answer[name].as_str().expect("an error's words").to_owned();
    (status, word("code"), word("message"))
}

/// The id of a message that was sent.
pub(crate) fn mid(message: &Value) -> String {
    message["body"]["mid"].as_str().expect("a mid").to_owned()
}

/// An inline keyboard of rows.
pub(crate) fn keyboard(rows: &Value) -> Value {
    serde_json::json!({"type": "inline_keyboard", "payload": {"buttons": rows}})
}

/// An inline keyboard of one callback button.
pub(crate) fn tea() -> Value {
    keyboard(&serde_json::json!([[{"type": "callback", "text": "Tea", "payload": "tea"}]]))
}

/// A client that speaks no TLS.
#[expect(clippy::disallowed_methods, reason = "a stranger's client")]
pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}
