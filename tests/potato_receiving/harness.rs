//! A sandbox of Potato whose time stands still, and a bot that calls it over HTTP.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::chance::Chance;
use gateway_core::testing::ManualClock;
use gateway_tests::token;
use reqwest::{Client, RequestBuilder};
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::world::{AccountKey, ChatKey, State, Switches};
use sandbox::{Addresses, Platform, Server, World};
use serde_json::{Value, json};

/// How long a test waits for what shall come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Anna's number, which is that of her dialog.
pub(crate) const ANNA: i64 = 20_000_001;

/// More calls than any test counts.
const COUNTED: usize = 1000;

/// A running sandbox with Anna and one bot, who have met.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) bot: AccountKey,
    pub(crate) dialog: ChatKey,
    server: Server,
    client: Client,
}

impl Bench {
    pub(crate) async fn open() -> Self {
        Self::of(7).await
    }

    /// One in which chance does what a seed says.
    pub(crate) async fn of(seed: u64) -> Self {
        let world = World::with(Arc::new(ManualClock::default()), Chance::seeded(seed));
        let world = world.furnished();
        let server = Server::start(world.clone(), &Addresses::free_ports()).await;
        let bot = world.bot(Platform::Potato).expect("a bot");
        let dialog = world.dialog(bot, world.add_person(Platform::Potato, "Anna"));
        Self { world, bot, dialog, server: server.expect("free ports"), client: client() }
    }

    pub(crate) fn switch(&self, turn: impl FnOnce(&mut Switches)) {
        self.world.act(|state| turn(&mut state.switches));
    }

    /// The next call of an operation goes wrong like this.
    pub(crate) fn plan(&self, operation: Operation, fault: Fault) {
        let planned = PlannedFault::next(Platform::Potato, operation, fault);
        assert_eq!(planned.mistake(), None);
        self.world.faults().plan(planned);
    }

    /// Waits until an operation, of which the calls to come are counted from now on, was called.
    pub(crate) async fn until_called(&self, operation: Operation, times: usize) {
        let counts = || self.world.faults().still_planned();
        let wait = async {
            let left = |it: &PlannedFault| it.operation == operation && it.skip > COUNTED - times;
            while counts().iter().any(left) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("a call in time");
    }

    /// Counts the calls of an operation.
    pub(crate) fn counts(&self, operation: Operation) {
        let fault = PlannedFault::next(Platform::Potato, operation, Fault::Refuse);
        self.world.faults().plan(fault.after(COUNTED));
    }

    /// Anna writes to the bot.
    pub(crate) fn says(&self, text: &str) {
        let anna = self.world.add_person(Platform::Potato, "Anna");
        self.world.say(self.dialog, anna, text.into());
    }

    /// Where a method is.
    pub(crate) fn url(&self, method: &str) -> String {
        format!("{}/{}/{method}", self.server.url(Platform::Potato), token(Platform::Potato))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path))
    }

    /// A method with parameters in JSON.
    pub(crate) async fn asks(&self, method: &str, body: Value) -> (u16, Value) {
        answer(self.post(method).json(&body)).await
    }

    /// The result of a method that works.
    pub(crate) async fn does(&self, method: &str, body: Value) -> Value {
        let (status, answer) = self.asks(method, body).await;
        assert_eq!((status, &answer["ok"]), (200, &json!(true)), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The number of the error of a method that does not.
    pub(crate) async fn fails(&self, method: &str, body: Value) -> i64 {
        let (_, answer) = self.asks(method, body).await;
        assert_eq!(answer["ok"], false, "{method}: {answer}");
        answer["error_code"].as_i64().expect("a number")
    }

    /// What a poll brings.
    pub(crate) async fn polls(&self, query: &str) -> Vec<Value> {
        let (status, answer) = answer(self.get(&format!("getUpdates{query}"))).await;
        assert_eq!((status, &answer["ok"]), (200, &json!(true)), "{answer}");
        answer["result"].as_array().expect("a list").clone()
    }

    /// What the bot wrote to Anna.
    pub(crate) fn written(&self) -> Vec<String> {
        self.world.look(|state| {
            let messages = state.chat(self.dialog).messages.iter();
            let of_bot = messages.filter(|it| it.sender == self.bot);
            of_bot.map(|it| it.content.text.plain.clone()).collect()
        })
    }

    /// Waits until something of the world is so.
    pub(crate) async fn until(&self, is_so: impl Fn(&State) -> bool) {
        let mut changes = self.world.changes();
        let wait = async {
            while !self.world.look(&is_so) {
                changes.changed().await.expect("a world");
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it to be so in time");
    }

    /// Waits until what waits for the webhook was tried so often in vain.
    pub(crate) async fn until_tried(&self, times: u32) {
        let url = format!("{}/bots", self.server.control_url());
        let mut changes = self.world.changes();
        let wait = async {
            loop {
                let (_, shown) = answer(self.client.get(&url)).await;
                let bots = shown["bots"].as_array().expect("a list");
                let mut tries = bots.iter().map(|it| &it["subscriptions"][0]["tries"]);
                if tries.any(|it| *it == times) {
                    return;
                }
                changes.changed().await.expect("a world");
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it to be tried in time");
    }

    /// Waits until the bot wrote this.
    pub(crate) async fn until_written(&self, text: &str) {
        let (bot, dialog) = (self.bot, self.dialog);
        let is_it =
            |it: &sandbox::world::Message| it.sender == bot && it.content.text.plain == text;
        self.until(|state| state.chat(dialog).messages.iter().any(is_it)).await;
    }
}

/// A text to Anna.
pub(crate) fn text(text: &str) -> Value {
    json!({"chat_type": 1, "chat_id": ANNA, "text": text})
}

/// The status and the JSON of an answer; its text, where it is none.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a whole answer");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// What updates say, and by which ids.
pub(crate) fn texts(updates: &[Value]) -> Vec<&str> {
    updates.iter().map(|it| it["message"]["text"].as_str().expect("a text")).collect()
}

pub(crate) fn ids(updates: &[Value]) -> Vec<i64> {
    updates.iter().map(|it| it["update_id"].as_i64().expect("an id")).collect()
}

/// A client that speaks no TLS.
#[expect(clippy::disallowed_methods, reason = "a stranger's client")]
pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}
