//! The control API: refusals that say what is wrong, and situations that it builds.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use reqwest::{Client, Method};
use sandbox::world::Event;
use sandbox::{Addresses, Platform, Server, World};
use serde_json::{Value, json};

struct Hand {
    world: World,
    server: Server,
    client: Client,
}

impl Hand {
    async fn open() -> Self {
        let world = World::new().furnished();
        let server = Server::start(world.clone(), &Addresses::free_ports()).await;
        Self { world, server: server.expect("free ports"), client: client() }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map(|it| it.to_string()).unwrap_or_default();
        self.raw(method, path, body).await
    }

    async fn raw(&self, method: &str, path: &str, body: String) -> (u16, Value) {
        let method: Method = method.parse().expect("a method");
        let url = format!("{}{path}", self.server.control_url());
        let answer = self.client.request(method, url).body(body).send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a whole answer");
        (status, serde_json::from_str(&text).expect("JSON"))
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask("POST", path, Some(body)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn refused(&self, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.ask("POST", path, Some(body)).await;
        (status, answer["error"].as_str().expect("an error").to_owned())
    }

    fn told(&self) -> Vec<Event> {
        let bot = self.world.bot(Platform::Max).expect("a bot");
        self.world.take_updates(bot).into_iter().map(|it| it.event).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "a stranger's client")]
fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}

#[expect(clippy::needless_pass_by_value, reason = "as `json!` gives it")]
fn anna(more: Value) -> Value {
    let mut body = json!({"platform": "max", "person": "Anna"});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

#[tokio::test]
async fn what_nobody_knows_is_refused_everywhere() {
    let hand = Hand::open().await;
    let fault = |fault| json!({"platform": "max", "operation": "send", "fault": fault});
    for (path, body) in [
        ("/say", anna(json!({"text": "a", "x": 1}))),
        ("/say", anna(json!({"text": "a", "marks": [{"from":0,"length":1,"kind":"bold","x":1}]}))),
        ("/say", anna(json!({"attachments": [{"kind":"sticker","code":"a","x":1}]}))),
        ("/faults", fault(json!({"type": "refuse", "x": 1}))),
        ("/faults", fault(json!({"type": "delay", "ms": 1, "x": 1}))),
    ] {
        let (status, why) = hand.refused(path, body.clone()).await;
        assert_eq!(status, 400, "{body}: {why}");
        assert!(why.contains('x'), "{why}");
    }
    assert_eq!(hand.ask("GET", "/people?x=1", None).await.0, 400);
    assert_eq!(hand.ask("PUT", "/switches", Some(json!({"x": 1}))).await.0, 400);
}

#[tokio::test]
async fn every_refusal_is_json() {
    let hand = Hand::open().await;
    assert_eq!(hand.ask("GET", "/nowhere", None).await.0, 404);
    assert_eq!(hand.ask("GET", "/chats/max/%ff", None).await.0, 400);
    assert_eq!(hand.ask("DELETE", "/say", None).await.0, 405);
    assert_eq!(hand.raw("POST", "/say", "[]".to_owned()).await.0, 400);
    assert_eq!(hand.raw("POST", "/say", " ".repeat(2 * 1024 * 1024)).await.0, 413);
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let hand = Hand::open().await;
    let url = format!("{}/people", hand.server.control_url());
    let answer = hand.client.delete(url).send().await.expect("an answer");
    let allowed = answer.headers()["allow"].to_str().expect("text");
    assert!(["GET", "POST", "PATCH"].iter().all(|it| allowed.contains(it)), "{allowed}");
}

#[tokio::test]
async fn refusals_begin_with_the_field() {
    let hand = Hand::open().await;
    for (path, body, field) in [
        ("/say", anna(json!({"text": ""})), "text"),
        ("/say", json!({"platform": "max", "person": "Nobody", "text": "a"}), "person:"),
        ("/say", anna(json!({"text": "a", "bot": "Anna"})), "bot:"),
        ("/say", anna(json!({"text": "a", "chat_id": 5})), "chat_id:"),
        (
            "/say",
            anna(json!({"attachments": [{"kind": "file", "file_id": 5}]})),
            "attachments[0].file_id:",
        ),
        (
            "/say",
            anna(
                json!({"attachments": [{"kind": "location", "latitude": 91.0, "longitude": 0.0}]}),
            ),
            "attachments[0].latitude:",
        ),
        (
            "/chats",
            json!({"platform": "max", "kind": "group", "owner": "Anna", "title": " "}),
            "title:",
        ),
        (
            "/faults",
            json!({"platform": "potato", "operation": "upload_url", "fault": {"type": "refuse"}}),
            "operation:",
        ),
        (
            "/faults",
            json!({"platform": "max", "operation": "send", "fault": {"type": "cut", "bytes": 1}}),
            "fault:",
        ),
        ("/clock", json!({"advance_ms": u64::MAX}), "advance_ms:"),
        ("/bots", json!({"platform": "max", "name": "B", "token": "sandbox-max"}), "token:"),
        (
            "/comments",
            json!({"platform": "tamtam", "person": "Anna", "chat_id": 1, "message_id": "", "text": "a"}),
            "platform:",
        ),
    ] {
        let (status, why) = hand.refused(path, body).await;
        assert!(status < 500 && why.starts_with(field), "{why}");
    }
    let (_, answer) = hand.ask("PUT", "/switches", Some(json!({"markup_unit": "bytes"}))).await;
    assert!(answer["error"].as_str().expect("an error").starts_with("markup_unit:"), "{answer}");
}

#[tokio::test]
async fn a_bot_that_keeps_order_hears_what_is_said_in_its_group() {
    let hand = Hand::open().await;
    hand.post("/people", json!({"platform": "max", "name": "Boris"})).await;
    let members = json!(["Boris", "@helper_bot"]);
    let group = json!({"platform": "max", "kind": "group", "owner": "Anna", "title": "Tea", "members": members});
    let chat = hand.post("/chats", group).await["chat_id"].clone();
    let path = format!("/chats/max/{chat}");
    hand.post(&format!("{path}/promote"), json!({"who": "@helper_bot"})).await;
    hand.told();

    let said = json!({"platform": "max", "person": "Boris", "chat_id": chat, "text": "hello"});
    hand.post("/say", said).await;
    hand.post(&format!("{path}/remove"), json!({"who": "Boris", "ban": true})).await;

    let told = hand.told();
    assert!(matches!(told.as_slice(), [Event::Wrote { .. }, Event::Left { .. }]), "{told:?}");
    let (status, _) = hand.refused(&format!("{path}/join"), json!({"who": "Boris"})).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn people_change_and_delete_only_their_own_messages() {
    let hand = Hand::open().await;
    hand.post("/people", json!({"platform": "max", "name": "Boris"})).await;
    let group = json!({"platform": "max", "kind": "group", "owner": "Anna", "title": "Tea", "members": ["Boris"]});
    let chat = hand.post("/chats", group).await["chat_id"].clone();
    let said = hand.post("/say", anna(json!({"chat_id": chat, "text": "one"}))).await;

    let at = json!({"platform": "max", "person": "Boris", "chat_id": chat, "message_id": said["message_id"]});
    assert_eq!(hand.refused("/delete", at).await.0, 403);
    let at = json!({"chat_id": chat, "message_id": said["message_id"]});
    let mut edit = anna(at.clone());
    edit["text"] = json!("two");
    hand.post("/edit", edit).await;
    let path = format!("/chats/max/{chat}/messages");
    let (_, seen) = hand.ask("GET", &path, None).await;
    assert_eq!(seen["messages"][0]["text"], "two");
    hand.post("/delete", anna(at)).await;
    let (_, seen) = hand.ask("GET", &path, None).await;
    assert_eq!(seen["messages"], json!([]));
}

#[tokio::test]
async fn who_stopped_a_bot_starts_it_before_they_write() {
    let hand = Hand::open().await;
    hand.post("/dialogs/start", anna(json!({"payload": "p"}))).await;
    hand.post("/dialogs/stop", anna(json!({}))).await;
    assert_eq!(hand.refused("/say", anna(json!({"text": "a"}))).await.0, 403);
    hand.post("/dialogs/start", anna(json!({}))).await;
    hand.post("/say", anna(json!({"text": "a"}))).await;
}

#[tokio::test]
async fn a_file_of_a_person_is_seen_with_its_size_and_sum() {
    let hand = Hand::open().await;
    let sent = hand.post(
        "/say",
        anna(json!({"attachments": [{"kind": "file", "name": "a.txt", "text": "abc"}]})),
    );
    let chat = sent.await["chat_id"].clone();
    let (_, seen) = hand.ask("GET", &format!("/chats/max/{chat}/messages"), None).await;
    let file = &seen["messages"][0]["attachments"][0];
    assert_eq!((&file["kind"], &file["size"]), (&json!("file"), &json!(3)));
    let (_, file) = hand.ask("GET", &format!("/files/{}", file["file_id"]), None).await;
    let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(file["sha256"], sum);
}

#[tokio::test]
async fn no_token_is_in_what_is_shown() {
    let hand = Hand::open().await;
    for path in ["/state", "/bots", "/people", "/files"] {
        let (_, shown) = hand.ask("GET", path, None).await;
        assert!(!shown.to_string().contains("sandbox-max"), "{path}");
    }
}

#[tokio::test]
async fn switches_that_are_not_given_stay() {
    let hand = Hand::open().await;
    hand.ask("PUT", "/switches", Some(json!({"update_hours": 1}))).await;
    let (_, all) = hand.ask("PUT", "/switches", Some(json!({"processing_ms": 5}))).await;
    assert_eq!((&all["update_hours"], &all["processing_ms"]), (&json!(1), &json!(5)));
}

#[tokio::test]
async fn the_payload_of_a_start_has_the_length_of_its_platform() {
    let hand = Hand::open().await;
    for (platform, most) in [("tamtam", 128), ("max", 512)] {
        let start = |length: usize| json!({"platform": platform, "person": "Anna", "payload": "я".repeat(length)});
        assert_eq!(hand.ask("POST", "/dialogs/start", Some(start(most))).await.0, 200);
        let (status, error) = hand.ask("POST", "/dialogs/start", Some(start(most + 1))).await;
        let words =
            format!("payload: may have {most} characters on {platform}; given {}", most + 1);
        assert_eq!((status, &error["error"]), (400, &json!(words)));
    }
}

#[tokio::test]
async fn an_array_is_no_object() {
    let hand = Hand::open().await;
    let fault = json!({"platform": "max", "operation": "send", "fault": ["delay", 5]});
    let (status, why) = hand.refused("/faults", fault).await;
    assert_eq!((status, why.split(':').next()), (400, Some("fault")));
    let said = anna(json!({"text": "a", "marks": [[0, 1, "bold", null, null, null]]}));
    let (status, why) = hand.refused("/say", said).await;
    assert_eq!((status, why.split(':').next()), (400, Some("marks[0]")));
}

#[tokio::test]
async fn a_text_is_refused_that_the_messenger_would_refuse() {
    let hand = Hand::open().await;
    for (platform, limit) in [("tamtam", 4000), ("max", 4000), ("potato", 4096)] {
        let say = |text: String| json!({"platform": platform, "person": "Anna", "text": text});
        hand.post("/say", say("ä".repeat(limit))).await;
        let (status, why) = hand.refused("/say", say("ä".repeat(limit + 1))).await;
        assert_eq!(status, 400);
        assert!(why.starts_with(&format!("text: may have {limit} ")), "{why}");
        assert!(why.ends_with(&format!("given {}", limit + 1)), "{why}");
        let (status, why) = hand.refused("/say", say(" \n ".to_owned())).await;
        assert_eq!(status, 400);
        assert!(why.starts_with("text: ") && why.ends_with("given 3 characters"), "{why}");
    }
}

#[tokio::test]
async fn who_closed_their_account_does_nothing_until_it_is_open_again() {
    let hand = Hand::open().await;
    let group = json!({"platform": "max", "kind": "group", "owner": "@helper_bot", "title": "Tea", "link": "tea"});
    let chat = hand.post("/chats", group).await["chat_id"].clone();
    let close = |is_deleted| Some(anna(json!({"is_deleted": is_deleted})));
    assert_eq!(hand.ask("PATCH", "/people", close(true)).await.0, 200);
    for (path, body, field) in [
        ("/say".to_owned(), anna(json!({"text": "a"})), "person"),
        ("/dialogs/start".to_owned(), anna(json!({})), "person"),
        (format!("/chats/max/{chat}/join"), json!({"who": "Anna"}), "who"),
        (format!("/chats/max/{chat}/add"), json!({"who": "Anna"}), "who"),
    ] {
        let (status, why) = hand.refused(&path, body).await;
        assert_eq!((status, why), (403, format!("{field}: they closed their account")), "{path}");
    }
    assert_eq!(hand.ask("PATCH", "/people", close(false)).await.0, 200);
    hand.post("/say", anna(json!({"text": "a"}))).await;
}

#[tokio::test]
async fn nobody_joins_a_private_chat_that_has_no_link() {
    let hand = Hand::open().await;
    for (more, status) in
        [(json!({}), 403), (json!({"link": "tea"}), 200), (json!({"is_public": true}), 200)]
    {
        let mut group =
            json!({"platform": "max", "kind": "group", "owner": "@helper_bot", "title": "Tea"});
        let more = more.as_object().expect("an object").clone();
        group.as_object_mut().expect("an object").extend(more);
        let chat = hand.post("/chats", group.clone()).await["chat_id"].clone();
        let path = format!("/chats/max/{chat}/join");
        let (given, answer) = hand.ask("POST", &path, Some(json!({"who": "Anna"}))).await;
        assert_eq!(given, status, "{group}: {answer}");
    }
}

#[tokio::test]
async fn somebody_lets_nobody_add_them_to_chats() {
    let hand = Hand::open().await;
    let vera = json!({"platform": "max", "name": "Vera", "refuses_invites": true});
    assert_eq!(hand.post("/people", vera).await["refuses_invites"], true);
    let vera = hand.world.look(|state| state.person(Platform::Max, "Vera")).expect("a person");
    let refuses = || hand.world.look(|state| state.account(vera).refuses_invites);
    assert!(refuses());
    let change = json!({"platform": "max", "person": "Vera", "locale": "ru"});
    hand.ask("PATCH", "/people", Some(change)).await;
    assert!(refuses(), "what is not given stays");
    let change = json!({"platform": "max", "person": "Vera", "refuses_invites": false});
    let (status, told) = hand.ask("PATCH", "/people", Some(change)).await;
    assert_eq!((status, &told["refuses_invites"]), (200, &json!(false)));
    assert!(!refuses());
}

#[tokio::test]
async fn a_fault_of_files_is_planned_only_where_files_are_sent() {
    let hand = Hand::open().await;
    let fault = |operation: &str| json!({"platform": "max", "operation": operation, "fault": {"type": "not_ready"}});
    let (status, why) = hand.refused("/faults", fault("me")).await;
    assert_eq!((status, why.starts_with("fault:")), (400, true), "{why}");
    hand.post("/faults", fault("send")).await;
}

#[tokio::test]
async fn a_number_of_potatos_errors_is_planned_on_potato_alone() {
    let hand = Hand::open().await;
    let fault = |platform: &str, code: Value| json!({"platform": platform, "operation": "send", "fault": {"type": "code", "code": code}});
    let planned = hand.post("/faults", fault("potato", json!(3023))).await;
    assert_eq!(planned["fault"], json!({"type": "code", "code": 3023}));
    for (platform, code) in [("max", json!(3023)), ("potato", json!(0)), ("potato", json!("x"))] {
        assert_eq!(hand.refused("/faults", fault(platform, code)).await.0, 400);
    }
    let (status, why) = hand
        .refused(
            "/faults",
            json!({"platform": "potato", "operation": "send", "fault": {"type": "not_ready"}}),
        )
        .await;
    assert_eq!((status, why.starts_with("fault:")), (400, true), "{why}");
}

#[tokio::test]
async fn a_switch_that_is_a_number_has_a_most() {
    let hand = Hand::open().await;
    for (name, most) in [
        ("potato_empty_answers", 100),
        ("potato_poll_seconds", 3600),
        ("potato_text_units", 1024 * 1024),
    ] {
        assert_eq!(hand.ask("PUT", "/switches", Some(json!({name: most}))).await.0, 200);
        let (status, answer) = hand.ask("PUT", "/switches", Some(json!({name: most + 1}))).await;
        let why = format!("{name}: may be at most {most}; given {}", most + 1);
        assert_eq!((status, &answer["error"]), (400, &json!(why)));
    }
}
