//! A sandbox of Potato, and a bot that calls it over HTTP.

use gateway_tests::{Got, Stranger, Street};
use reqwest::Client;
use reqwest::multipart::{Form, Part};
use sandbox::world::{
    AccountKey, Attachment, ChatKey, ChatKind, Content, Draft, FileKind, Game, Message, Permission,
};
use sandbox::{Platform, World};
use serde_json::{Value, json};

/// The first bytes of a picture and of a film.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
pub(crate) const MP4: &[u8] = b"\0\0\0\x18ftypmp42 and so on";

/// A running sandbox with one bot, and Anna.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) street: Street,
}

impl Bench {
    pub(crate) async fn open() -> Self {
        let street = Street::open().await;
        Self { world: street.world.clone(), street }
    }

    /// The furnished bot.
    pub(crate) fn bot(&self) -> Bot {
        self.acts_as(self.world.bot(Platform::Potato).expect("a furnished bot"))
    }

    /// One more bot.
    pub(crate) fn another(&self, name: &str) -> Bot {
        self.acts_as(self.world.add_bot(Platform::Potato, name, "10000002:another"))
    }

    fn acts_as(&self, key: AccountKey) -> Bot {
        let account = self.world.look(|state| state.account(key).clone());
        let (token, id) = (account.bot.expect("an account of a bot").token, account.id);
        let base = self.street.url(Platform::Potato).to_string();
        let base = base.trim_end_matches('/').to_owned();
        Bot { key, id, stranger: Stranger::at(&base), base, token, client: client() }
    }

    /// Somebody on Potato.
    pub(crate) fn person(&self, name: &str) -> AccountKey {
        self.world.add_person(Platform::Potato, name)
    }

    pub(crate) fn anna(&self) -> AccountKey {
        self.person("Anna")
    }

    /// The dialog of a bot with Anna, which she opened.
    pub(crate) fn dialog(&self, bot: &Bot) -> ChatKey {
        self.world.dialog(bot.key, self.anna())
    }

    /// A chat of Anna's, where the bot is.
    pub(crate) fn chat(&self, kind: ChatKind, bot: &Bot) -> ChatKey {
        let anna = self.anna();
        let chat = self.world.act(|state| {
            let chat = state.open_chat(kind, anna, "Tea");
            state.add_member(chat, bot.key, Some(anna));
            chat
        });
        self.world.take_updates(bot.key);
        chat
    }

    /// The same, where the bot has rights.
    pub(crate) fn kept(&self, kind: ChatKind, bot: &Bot, rights: &[Permission]) -> ChatKey {
        let (anna, chat) = (self.anna(), self.chat(kind, bot));
        self.world.act(|state| state.promote(chat, bot.key, anna, rights.to_vec(), None));
        chat
    }

    /// Somebody is brought into a chat by Anna.
    pub(crate) fn brings(&self, who: AccountKey, chat: ChatKey) {
        let anna = self.anna();
        self.world.act(|state| state.add_member(chat, who, Some(anna)));
    }

    /// Somebody writes.
    pub(crate) fn says(&self, who: AccountKey, chat: ChatKey, text: &str) -> Message {
        self.world.say(chat, who, text.into())
    }

    /// Somebody sends what a message can carry.
    pub(crate) fn shows(&self, who: AccountKey, chat: ChatKey, shown: Attachment) -> Message {
        let content = Content { attachments: vec![shown], ..Content::default() };
        self.world.act(|state| state.post(chat, who, Draft { content, ..Draft::default() }))
    }

    /// A bot has a game.
    pub(crate) fn offers_2048(&self, bot: &Bot) {
        let game = Game { short_name: "2048".to_owned(), title: "Two".to_owned() };
        self.world.act(|state| state.add_game(bot.key, game));
    }

    /// A file of Anna's, by its id; it says its kind.
    pub(crate) async fn uploads(&self, kind: FileKind, name: &str) -> String {
        self.uploads_bytes(kind, name, kind.name().as_bytes().to_vec()).await
    }

    /// The same, with content of its own.
    pub(crate) async fn uploads_bytes(&self, kind: FileKind, name: &str, bytes: Vec<u8>) -> String {
        let url = format!("{}/files", self.street.server.control_url());
        let named = [("platform", "potato"), ("person", "Anna"), ("kind", kind.name())];
        let upload = client().post(url).query(&named).query(&[("name", name)]);
        let answer = upload.body(bytes).send().await.expect("an answer");
        let text = answer.text().await.expect("a whole answer");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let id = file["file_id"].as_i64().expect("a number");
        self.world.look(|state| state.file(state.file_by_id(id).expect("a file")).token.clone())
    }

    /// The number of an account.
    pub(crate) fn id(&self, key: AccountKey) -> i64 {
        self.world.look(|state| state.account(key).id)
    }

    /// What names a chat, with what is said beside it.
    pub(crate) fn at(&self, chat: ChatKey, more: Value) -> Value {
        let (kind, id) = self.world.look(|state| (state.chat(chat).kind, state.chat(chat).id));
        let kind = match kind {
            ChatKind::Dialog => 1,
            ChatKind::Group => 2,
            ChatKind::Supergroup | ChatKind::Channel => 3,
        };
        with(json!({"chat_type": kind, "chat_id": id}), more)
    }

    /// The last message of a chat.
    pub(crate) fn last(&self, chat: ChatKey) -> Message {
        self.world.look(|state| state.chat(chat).messages.last().cloned()).expect("a message")
    }
}

/// Two objects as one.
#[expect(clippy::needless_pass_by_value, reason = "as `json!` gives it")]
pub(crate) fn with(mut one: Value, more: Value) -> Value {
    let fields = one.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    one
}

/// A bot that calls Potato.
pub(crate) struct Bot {
    pub(crate) key: AccountKey,
    pub(crate) id: i64,
    pub(crate) stranger: Stranger,
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) client: Client,
}

impl Bot {
    /// Calls a method with JSON.
    pub(crate) async fn asks(&self, method: &str, body: Value) -> Got {
        self.stranger.posts(&format!("{}/{method}", self.token), &body).await
    }

    /// The same, which works; the result.
    pub(crate) async fn does(&self, method: &str, body: Value) -> Value {
        let got = self.asks(method, body).await;
        assert_eq!((got.status, &got.body["ok"]), (200, &json!(true)), "{method}: {}", got.body);
        got.body["result"].clone()
    }

    /// The same, which is refused; the number of the error.
    pub(crate) async fn is_refused(&self, method: &str, body: Value) -> i64 {
        refusal(&self.asks(method, body).await)
    }

    /// Calls a method with a form.
    pub(crate) async fn fills(&self, method: &str, fields: Value, files: &[File<'_>]) -> Got {
        let mut form = Form::new();
        for (name, value) in fields.as_object().expect("an object") {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            form = form.text(name.clone(), text);
        }
        for File(parameter, name, bytes) in files {
            let part = Part::bytes(bytes.to_vec()).file_name((*name).to_owned());
            form = form.part((*parameter).to_owned(), part);
        }
        let url = format!("{}/{}/{method}", self.base, self.token);
        read(self.client.post(url).multipart(form).send().await.expect("an answer")).await
    }

    /// What happened, and nothing more of it.
    pub(crate) async fn updates(&self) -> Vec<Value> {
        let got = self.stranger.gets(&format!("{}/getUpdates", self.token), &[]).await;
        got.body["result"].as_array().expect("updates").clone()
    }

    /// The one thing that happened.
    pub(crate) async fn update(&self) -> Value {
        let updates = self.updates().await;
        let [update] = &updates[..] else { panic!("one update: {updates:?}") };
        update.clone()
    }
}

/// A file in a form: the parameter, its name, its content.
pub(crate) struct File<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a [u8]);

/// The number of an error, in the form of errors.
pub(crate) fn refusal(got: &Got) -> i64 {
    assert_eq!((got.status, &got.body["ok"]), (400, &json!(false)), "{}", got.body);
    assert!(got.body["result"].is_string(), "{}", got.body);
    got.body["error_code"].as_i64().expect("a number")
}

pub(crate) async fn read(answer: reqwest::Response) -> Got {
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a whole answer");
    Got { status, body: serde_json::from_str(&text).unwrap_or_default() }
}

/// A client that speaks no TLS.
#[expect(clippy::disallowed_methods, reason = "a stranger's client")]
pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}
