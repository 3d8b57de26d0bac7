//! The wire of TamTam and MAX, as strange clients use it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use reqwest::{Client, Response};
use sandbox::world::WebhookHosts;
use sandbox::{Addresses, Platform, Server, World};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A sandbox, and a client of MAX.
struct Bench {
    world: World,
    server: Server,
    client: Client,
}

impl Bench {
    async fn open() -> Self {
        let world = World::new().furnished();
        let server = Server::start(world.clone(), &Addresses::free_ports()).await;
        Self { world, server: server.expect("free ports"), client: client() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url(Platform::Max))
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(self.url(path)).header("Authorization", "sandbox-max");
        read(request.body(body.to_string()).send().await.expect("an answer")).await
    }

    /// A place for a file.
    async fn place(&self) -> String {
        let (_, answer) = self.post("/uploads?type=file", &Value::Null).await;
        answer["url"].as_str().expect("an address").to_owned()
    }

    async fn send(&self, url: &str, range: Option<&str>, body: &'static str) -> u16 {
        let request = self.client.post(url).body(body);
        let request = match range {
            Some(range) => request.header("Content-Range", format!("bytes {range}")),
            None => request,
        };
        request.send().await.expect("an answer").status().as_u16()
    }

    async fn fetch(&self, url: &str) -> String {
        let fetched = self.client.get(url).send().await.expect("an answer");
        fetched.text().await.expect("a whole answer")
    }
}

#[expect(clippy::disallowed_methods, reason = "a stranger's client")]
fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}

async fn read(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a whole answer");
    (status, serde_json::from_str(&text).expect("JSON"))
}

/// Says all of a request before it reads the answer, as simple clients do.
async fn write_then_read(address: &str, head: &str, body: &[u8]) -> String {
    let address = address.trim_start_matches("http://");
    let mut line = TcpStream::connect(address).await.expect("a line");
    let length = body.len();
    let head = format!(
        "{head} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.expect("the head is taken");
    line.write_all(body).await.expect("the body is taken");
    let mut answer = String::new();
    let reading = line.read_to_string(&mut answer);
    let came = tokio::time::timeout(Duration::from_secs(30), reading).await.expect("an end");
    came.expect("a whole answer");
    answer
}

#[tokio::test]
async fn a_refusal_arrives_though_the_body_is_long() {
    let bench = Bench::open().await;
    let body = vec![b' '; 12 * 1024 * 1024];
    let (max, control) = (bench.server.url(Platform::Max), bench.server.control_url());
    let potato = bench.server.url(Platform::Potato);
    for (address, head, status) in [
        (&max, "POST /messages", 401),
        (&max, "POST /files/unknown", 404),
        (&max, "POST /thumbnails/unknown", 405),
        (&control, "POST /nowhere", 404),
        (&control, "DELETE /say", 405),
        (&control, "POST /say", 413),
        (&potato, "POST /wrong/getMe", 400),
    ] {
        let answer = write_then_read(address, head, &body).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {answer:.60}");
    }
}

#[tokio::test]
async fn update_hours_that_make_no_sense_are_refused_and_break_no_poll() {
    let bench = Bench::open().await;
    let url = format!("{}/switches", bench.server.control_url());
    let (status, answer) = {
        let request = bench.client.put(url).body(r#"{"update_hours":4294967295}"#);
        read(request.send().await.expect("an answer")).await
    };
    assert_eq!(status, 400);
    assert_eq!(answer["error"], "update_hours: may be at most 87600; given 4294967295");

    bench.world.act(|state| state.switches.update_hours = u32::MAX);
    let poll = bench.client.get(bench.url("/updates?timeout=0"));
    let poll = poll.header("Authorization", "sandbox-max").send().await.expect("an answer");
    assert_eq!(poll.status(), 200);
}

#[tokio::test]
async fn a_bot_does_not_write_to_who_closed_their_account() {
    let bench = Bench::open().await;
    for platform in [Platform::Max, Platform::Potato] {
        let anna = bench.world.add_person(platform, "Anna");
        let bot = bench.world.bot(platform).expect("a bot");
        bench.world.dialog(bot, anna);
        bench.world.act(|state| state.close_account(anna));
    }
    let (status, answer) =
        bench.post("/messages?user_id=100000001", &json!({"text": "hello"})).await;
    assert_eq!((status, &answer["code"]), (403, &json!("chat.denied")));

    let url = format!("{}/10000001:sandbox/sendTextMessage", bench.server.url(Platform::Potato));
    let said = json!({"chat_type": 1, "chat_id": 20_000_001, "text": "hello"});
    let request = bench.client.post(url).header("Content-Type", "application/json");
    let (_, answer) = read(request.body(said.to_string()).send().await.expect("an answer")).await;
    assert_eq!(answer["error_code"], 1008, "{answer}");
}

#[tokio::test]
async fn webhooks_are_on_this_machine_unless_the_switch_says_otherwise() {
    let bench = Bench::open().await;
    let request = json!({"url": "https://example.org/hook"});
    let (status, answer) = bench.post("/subscriptions", &request).await;
    assert_eq!((status, &answer["code"]), (400, &json!("proto.payload")));
    assert!(answer["message"].as_str().expect("words").contains("--webhooks-anywhere"), "{answer}");

    bench.world.act(|state| state.switches.webhook_hosts = WebhookHosts::Any);
    assert_eq!(bench.post("/subscriptions", &request).await.0, 200);
}

#[tokio::test]
async fn an_address_of_files_is_not_made_of_whatever_the_host_says() {
    let bench = Bench::open().await;
    let at = bench.url("");
    let mut line = TcpStream::connect(at.trim_start_matches("http://")).await.expect("a line");
    let request = "POST /uploads?type=image HTTP/1.1\r\nAuthorization: sandbox-max\r\n\
                   Host: a@b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    line.write_all(request.as_bytes()).await.expect("it is taken");
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.contains(&format!("{at}/files/")), "{answer}");
}

#[tokio::test]
async fn other_bytes_of_the_same_length_are_not_taken_for_the_same() {
    let bench = Bench::open().await;
    let url = bench.place().await;
    assert_eq!(bench.send(&url, None, "content").await, 200);
    assert_eq!(bench.send(&url, None, "content").await, 200);
    assert_eq!(bench.send(&url, None, "CONTENT").await, 409);
    assert_eq!(bench.fetch(&url).await, "content");

    let url = bench.place().await;
    assert_eq!(bench.send(&url, Some("0-3/8"), "abcd").await, 200);
    assert_eq!(bench.send(&url, Some("0-3/8"), "ABCD").await, 409);
    assert_eq!(bench.send(&url, Some("0-3/8"), "abc").await, 400);
}

#[tokio::test]
async fn a_first_part_with_another_total_begins_anew() {
    let bench = Bench::open().await;
    let url = bench.place().await;
    assert_eq!(bench.send(&url, Some("0-3/9"), "abcd").await, 200);
    assert_eq!(bench.send(&url, Some("4-7/8"), "efgh").await, 409);
    assert_eq!(bench.send(&url, Some("0-5/8"), "ABCDEF").await, 200);
    assert_eq!(bench.send(&url, Some("6-7/8"), "gh").await, 200);
    assert_eq!(bench.fetch(&url).await, "ABCDEFgh");
    // What is whole stays.
    assert_eq!(bench.send(&url, Some("0-3/9"), "abcd").await, 409);
}

#[tokio::test]
async fn a_range_that_the_file_has_not_is_refused_in_json() {
    let bench = Bench::open().await;
    let url = bench.place().await;
    bench.send(&url, None, "content").await;
    let asked = bench.client.get(&url).header("Range", "bytes=9-").send().await;
    let (status, answer) = read(asked.expect("an answer")).await;
    assert_eq!((status, &answer["message"]), (416, &json!("Range: the file has 7 bytes")));
    let picture = bench.client.post(bench.url("/thumbnails/x")).send().await;
    assert_eq!(read(picture.expect("an answer")).await.0, 405);
}

#[tokio::test]
async fn a_picture_that_is_named_by_its_address_is_shown_with_that() {
    let bench = Bench::open().await;
    let (bot, anna) = (
        bench.world.bot(Platform::Max).expect("a bot"),
        bench.world.add_person(Platform::Max, "Anna"),
    );
    bench.world.dialog(bot, anna);
    let picture = json!({"type": "image", "payload": {"url": "https://example.org/a.png"}});
    let said = json!({"attachments": [picture]});
    assert_eq!(bench.post("/messages?user_id=100000001", &said).await.0, 200);

    let get = async |path: String| {
        let url = format!("{}{path}", bench.server.control_url());
        read(bench.client.get(url).send().await.expect("an answer")).await
    };
    let (_, files) = get("/files".to_owned()).await;
    let id = files["files"][0]["file_id"].clone();
    let (status, file) = get(format!("/files/{id}")).await;
    assert_eq!((status, &file["origin"]), (200, &json!("https://example.org/a.png")));
    assert!(file.get("sha256").is_none() && file.get("url").is_none(), "{file}");
    let (status, why) = get(format!("/files/{id}/content")).await;
    assert_eq!(status, 404, "{why}");
}
