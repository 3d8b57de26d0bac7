//! The sandbox's wire, as a client of somebody else's sees it.

use gateway_tests::{Got, Stranger, Street, token};
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use sandbox::Platform;
use serde_json::{Value, json};

/// TamTam and MAX, each asked in its own way.
struct Api<'a> {
    street: &'a Street,
    platform: Platform,
    stranger: Stranger,
}

impl<'a> Api<'a> {
    fn of(street: &'a Street, platform: Platform) -> Self {
        Self { street, platform, stranger: Stranger::at(street.url(platform).as_str()) }
    }

    async fn asks(&self, method: Method, path: &str, query: &[(&str, &str)], body: Value) -> Got {
        let body = (!body.is_null()).then_some(&body);
        let token = token(self.platform);
        if self.platform == Platform::Max {
            return self.stranger.asks(method, path, query, &[(AUTHORIZATION, token)], body).await;
        }
        let query = [query, &[("access_token", token)]].concat();
        self.stranger.asks(method, path, &query, &[], body).await
    }

    async fn updates(&self, query: &[(&str, &str)]) -> Value {
        let query = [query, &[("timeout", "0")]].concat();
        self.asks(Method::GET, "updates", &query, Value::Null).await.body
    }

    /// Anna writes; the dialog and her message are returned.
    fn anna_says(&self, text: &str) -> (String, String) {
        let message = self.street.anna(self.platform).says(text);
        let [annas, bots] = [100_000_001_i64, 200_000_001];
        let chat = annas ^ bots;
        (chat.to_string(), format!("mid.{chat:016x}{:016x}", message.number))
    }
}

const BOTH: [Platform; 2] = [Platform::Tamtam, Platform::Max];

fn refusal(status: u16, code: &str, message: &str) -> Got {
    Got { status, body: json!({"code": code, "message": message}) }
}

#[tokio::test]
async fn each_messenger_tells_a_bot_who_it_is() {
    let street = Street::open().await;
    for platform in BOTH {
        let me = Api::of(&street, platform).asks(Method::GET, "me", &[], Value::Null).await;
        assert_eq!((me.status, &me.body["user_id"]), (200, &json!(200_000_001)));
        assert_eq!(me.body["is_bot"], true);
        assert_eq!(me.body.get("first_name").is_some(), platform == Platform::Max);
    }
    let potato = Stranger::at(street.url(Platform::Potato).as_str());
    let me = potato.gets("10000001:sandbox/getMe", &[]).await;
    assert_eq!((me.status, &me.body["ok"]), (200, &json!(true)));
    assert_eq!(me.body["result"]["id"], 10_000_001);
}

#[tokio::test]
async fn a_wrong_token_gets_each_platforms_own_error() {
    let street = Street::open().await.with_wrong_requests();
    let tamtam = Stranger::at(street.url(Platform::Tamtam).as_str());
    let wrong = tamtam.gets("me", &[("access_token", "wrong")]).await;
    assert_eq!(wrong, refusal(401, "verify.token", "Invalid access_token"));

    let max = Stranger::at(street.url(Platform::Max).as_str());
    let refused = |message| refusal(401, "verify.token", message);
    assert_eq!(max.gets_as("wrong", "me").await, refused("Invalid access_token"));
    assert_eq!(max.gets_as("Bearer sandbox-max", "me").await, refused("Malformed access token"));
    assert_eq!(max.gets("me", &[]).await, refused("No access token"));
    assert_eq!(
        max.gets("me", &[("access_token", "sandbox-max")]).await,
        refused("Query parameter access_token is deprecated, use Authorization header")
    );

    let potato = Stranger::at(street.url(Platform::Potato).as_str());
    let wrong = potato.gets("10000001:wrong/getMe", &[]).await;
    let body = json!({"ok": false, "error_code": 1002, "result": "invalid token"});
    assert_eq!(wrong, Got { status: 400, body });
}

#[tokio::test]
async fn a_first_contact_starts_the_bot_and_then_writes() {
    let street = Street::open().await;
    for platform in BOTH {
        let api = Api::of(&street, platform);
        let (chat, mid) = api.anna_says("hi");
        let list = api.updates(&[]).await;
        let [started, created] = list["updates"].as_array().map(Vec::as_slice).unwrap_or_default()
        else {
            panic!("two updates: {list}")
        };
        assert_eq!(started["update_type"], "bot_started");
        assert_eq!(started["chat_id"].to_string(), chat);
        assert_eq!(created["update_type"], "message_created");
        assert_eq!(created["message"]["body"]["mid"], mid);
        assert_eq!(created["timestamp"], created["message"]["timestamp"]);
    }
}

#[tokio::test]
async fn a_marker_commits_and_without_one_everything_comes_again() {
    let street = Street::open().await;
    let api = Api::of(&street, Platform::Max);
    api.anna_says("one");
    let first = api.updates(&[]).await;
    assert_eq!(api.updates(&[]).await, first);

    let marker = first["marker"].to_string();
    let empty = api.updates(&[("marker", &marker)]).await;
    assert_eq!(empty, json!({"updates": [], "marker": first["marker"]}));
    api.anna_says("two");
    let second = api.updates(&[]).await;
    assert_eq!(second["updates"][0]["message"]["body"]["text"], "two");
}

#[tokio::test]
async fn potato_forgets_what_it_has_handed_out() {
    let street = Street::open().await;
    street.anna(Platform::Potato).says("hi");
    let potato = Stranger::at(street.url(Platform::Potato).as_str());
    let first = potato.gets("10000001:sandbox/getUpdates", &[("offset", "1")]).await.body;
    assert_eq!(first["result"][0]["message"]["text"], "hi");
    assert_eq!(first["result"][0]["inline_query"], Value::Null);
    let second = potato.gets("10000001:sandbox/getUpdates", &[]).await.body;
    assert_eq!(second, json!({"ok": true, "result": []}));
}

/// Section 3 of the collected facts: what the official client's suite asserted of sending.
#[tokio::test]
async fn a_message_is_checked_before_its_recipient_is_looked_up() {
    let street = Street::open().await.with_wrong_requests();
    for platform in BOTH {
        let api = Api::of(&street, platform);
        let (chat, _) = api.anna_says("hi");
        let send = async |chat: &str, body: Value| {
            api.asks(Method::POST, "messages", &[("chat_id", chat)], body).await
        };
        let payload = |message| refusal(400, "proto.payload", message);
        let text = |length| json!({"text": "x".repeat(length)});
        let too_long = payload("text: size must be between 0 and 4000");
        assert_eq!(send("1", text(4001)).await, too_long);
        assert_eq!(send("1", text(4000)).await, refusal(404, "chat.not.found", "Chat 1 not found"));
        assert_eq!(send(&chat, text(4000)).await.status, 200);
        assert_eq!(send(&chat, json!({"text": 5})).await, payload("Can't deserialize body"));
        assert_eq!(send(&chat, json!({"text": null, "attachments": null})).await.status, 400);
        let keyboard = json!([{"type": "inline_keyboard", "payload": {"buttons": [[
            {"type": "callback", "text": "a", "payload": "b"}
        ]]}}]);
        assert_eq!(send(&chat, json!({"attachments": keyboard})).await.status, 400);
        let two = json!([keyboard[0], keyboard[0]]);
        assert_eq!(send(&chat, json!({"text": "x", "attachments": two})).await.status, 400);
        let sent =
            send(&chat, json!({"text": "<b>x</b>", "format": "HTML", "attachments": keyboard}));
        let sent = sent.await.body;
        let body = &sent["message"]["body"];
        assert_eq!(body["markup"], json!([{"type": "strong", "from": 0, "length": 1}]));
        let intent = &body["attachments"][0]["payload"]["buttons"][0][0]["intent"];
        let is_told = platform == Platform::Tamtam;
        assert_eq!(*intent, if is_told { json!("default") } else { Value::Null });
        assert_eq!(send(&chat, json!({"text": "<br>", "format": "html"})).await.status, 400);
    }
    let api = Api::of(&street, Platform::Max);
    let nowhere = api.asks(Method::POST, "messages", &[], json!({"text": "x"})).await;
    assert_eq!(nowhere, refusal(400, "proto.payload", "Unknown recipient"));
}

#[tokio::test]
async fn an_edit_keeps_what_is_null_and_drops_what_is_empty() {
    let street = Street::open().await;
    let api = Api::of(&street, Platform::Tamtam);
    let (chat, annas) = api.anna_says("hi");
    let keyboard = json!([{"type": "inline_keyboard", "payload": {"buttons": [[
        {"type": "callback", "text": "a", "payload": "b"}
    ]]}}]);
    let body = json!({"text": "x", "attachments": keyboard});
    let sent = api.asks(Method::POST, "messages", &[("chat_id", &chat)], body).await.body;
    let mid = sent["message"]["body"]["mid"].as_str().unwrap_or_default();
    let edit = async |mid: &str, body| {
        api.asks(Method::PUT, "messages", &[("message_id", mid)], body).await.body
    };
    let control = Stranger::at(&street.server.control_url());
    let shown = async || {
        let chat = control.gets(&format!("chats/tamtam/{chat}/messages"), &[]).await.body;
        chat["messages"][1].clone()
    };

    assert_eq!(edit(mid, json!({"text": "y", "attachments": null})).await["success"], true);
    let message = shown().await;
    assert_eq!((&message["text"], &message["buttons"][0][0]["label"]), (&json!("y"), &json!("a")));
    assert_eq!(edit(mid, json!({"text": null, "attachments": []})).await["success"], true);
    let message = shown().await;
    assert_eq!((&message["text"], &message["buttons"]), (&json!("y"), &json!([])));
    assert_eq!(edit(&annas, json!({"text": "z"})).await["success"], false, "it is Anna's");
    assert_eq!(edit("mid.0", json!({"text": "z"})).await["code"], "not.found");
}

#[tokio::test]
async fn potato_refuses_by_number() {
    let street = Street::open().await;
    street.anna(Platform::Potato).says("hi");
    let potato = Stranger::at(street.url(Platform::Potato).as_str());
    let asks = async |method: &str, body: Value| {
        let got = potato.posts(&format!("10000001:sandbox/{method}"), &body).await;
        got.body["error_code"].clone()
    };
    let send = |chat: i64, text: &str| json!({"chat_type": 1, "chat_id": chat, "text": text});
    assert_eq!(asks("sendMessage", send(20_000_001, "x")).await, 1003);
    assert_eq!(asks("sendTextMessage", json!({"chat_id": 20_000_001, "text": "x"})).await, 1004);
    assert_eq!(asks("sendTextMessage", send(5, "x")).await, 1008);
    assert_eq!(asks("sendTextMessage", send(20_000_001, &"x".repeat(4097))).await, 3014);
    let rows = json!({"type": 4, "inline_keyboard": [[{"text": "a", "callback_data": "b"}]]});
    let mut bare = send(20_000_001, "x");
    bare["reply_markup"] = rows;
    assert_eq!(asks("sendTextMessage", bare).await, 1005, "rows are objects");
    let mut edit = send(20_000_001, "x");
    edit["message_id"] = json!(999);
    assert_eq!(asks("editMessageText", edit).await, 3012);
    assert_eq!(asks("sendTextMessage", json!("x")).await, 1005);
}

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let street = Street::open().await;
    let potato = Stranger::at(street.url(Platform::Potato).as_str());
    let sent = potato.posts("10000001:sandbox/sendPhoneMessage", &json!({})).await;
    assert_eq!(sent.status, 501);
    assert_eq!(sent.body["result"], "the sandbox does not emulate sendPhoneMessage");
}

#[tokio::test]
async fn people_are_driven_over_http() {
    let street = Street::open().await;
    let control = Stranger::at(&street.server.control_url());
    for platform in Platform::ALL {
        let say = json!({"platform": platform, "person": "Anna", "text": "hi"});
        let said = control.posts("say", &say).await;
        assert_eq!(said.status, 200, "{said:?}");
        let chat = &said.body["chat_id"];
        let path = format!("chats/{platform}/{chat}/messages");
        let shown = control.gets(&path, &[]).await.body;
        assert_eq!(shown["messages"][0]["text"], "hi");
        assert_eq!(shown["messages"][0]["message_id"], said.body["message_id"]);

        let press = json!({"platform": platform, "person": "Anna", "chat_id": chat,
                           "message_id": said.body["message_id"], "payload": "x"});
        let pressed = control.posts("press", &press).await;
        assert_eq!(pressed.status, 404);
        assert_eq!(pressed.body["error"], "payload: the message has no button with \"x\"");
    }
    let zoe = json!({"platform": "max", "person": "Zoe", "text": "hi"});
    assert_eq!(control.posts("say", &zoe).await.status, 404);
    control.posts("people", &json!({"platform": "max", "name": "Zoe"})).await;
    assert_eq!(control.posts("say", &zoe).await.status, 200);
}

#[tokio::test]
async fn a_button_is_pressed_and_answered_over_http() {
    let street = Street::open().await;
    let control = Stranger::at(&street.server.control_url());
    let api = Api::of(&street, Platform::Max);
    let (chat, _) = api.anna_says("hi");
    let keyboard = json!([{"type": "inline_keyboard", "payload": {"buttons": [[
        {"type": "callback", "text": "Tea", "payload": "vote:tea"}
    ]]}}]);
    let body = json!({"text": "Tea?", "attachments": keyboard});
    let sent = api.asks(Method::POST, "messages", &[("chat_id", &chat)], body).await.body;
    let mid = &sent["message"]["body"]["mid"];

    let press = json!({"platform": "max", "person": "Anna", "chat_id": chat, "message_id": mid,
                       "payload": "vote:tea"});
    let pressed = control.posts("press", &press).await;
    assert_eq!(pressed.status, 200, "{pressed:?}");
    let updates = api.updates(&[]).await["updates"].take();
    let update = updates.as_array().and_then(|it| it.last()).cloned().unwrap_or_default();
    assert_eq!(update["update_type"], "message_callback");
    assert_eq!(update["callback"]["callback_id"], pressed.body["callback_id"]);
    assert_eq!(update["message"]["body"]["mid"], *mid);

    let callback = pressed.body["callback_id"].as_str().unwrap_or_default();
    let answer = json!({"notification": "Counted"});
    let query = [("callback_id", callback)];
    assert_eq!(api.asks(Method::POST, "answers", &query, answer).await.body["success"], true);
    let shown = control.gets(&format!("chats/max/{chat}/messages"), &[]).await.body;
    assert_eq!(shown["notices"][0]["person"], "Anna");
    assert_eq!(shown["notices"][0]["text"], "Counted");

    control.posts("people", &json!({"platform": "max", "name": "Zoe"})).await;
    let mut zoes = press;
    zoes["person"] = json!("Zoe");
    assert_eq!(control.posts("press", &zoes).await.status, 404, "it is not her chat");
}
