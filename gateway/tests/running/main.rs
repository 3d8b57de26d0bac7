//! `gateway run`, by the program itself, against the emulated messengers.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod program;
#[cfg(target_os = "linux")]
mod supervised;

use std::net::SocketAddr;

use gateway_core::http::{HttpClient, HttpOptions, Operation, Repeat};
use sandbox::fault::{Fault, Operation as SandboxOperation, PlannedFault};
use sandbox::{Addresses, Phone, Platform, Server, World};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use program::{Door, Home, PATIENCE, address};

const TOKENS: [(Platform, &str); 3] = [
    (Platform::Tamtam, "hush-tamtam"),
    (Platform::Max, "hush-max"),
    (Platform::Potato, "10000001:hush-potato"),
];

/// On a free port: there may be other gateways.
const WATCHED: &str = "[watching]\nlisten = \"127.0.0.1:0\"\n";

/// The messengers, with a bot on each, and Anna.
async fn messengers() -> (World, Server) {
    let world = World::new();
    for (platform, token) in TOKENS {
        world.add_bot(platform, "Helper", token);
    }
    let server = Server::start(world.clone(), &Addresses::free_ports()).await.expect("free ports");
    (world, server)
}

/// A server on a free port, and an account on each messenger of the sandbox.
fn configuration(server: &Server, before: &str, of_each: &str) -> String {
    let mut text = format!("{WATCHED}[server]\nlisten = \"127.0.0.1:0\"\n{before}\n");
    for (platform, token) in TOKENS {
        let (name, url) = (platform.name(), server.url(platform));
        let account = format!(
            "[[accounts]]\nname = \"my-{name}\"\nmessenger = \"{name}\"\nbase_url = \"{url}\"\n\
             token = \"{token}\"\n{of_each}\n"
        );
        text.push_str(&account);
    }
    text
}

/// What an HTTP server answers, with its headers.
async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    answer
}

/// The same, by somebody who skips what was said before.
async fn echoes_last(world: &World, platform: Platform, words: &str) {
    let mut anna = Phone::of("Anna", platform, world).expect("she is there");
    anna.says(words);
    while anna.sees(PATIENCE).await.expect("an answer").text() != words {}
}

async fn echoes(world: &World, platform: Platform, words: &str) -> Phone {
    let mut anna = Phone::of("Anna", platform, world).expect("she is there");
    anna.says(words);
    let answer = anna.sees(PATIENCE).await.expect("an answer");
    assert_eq!(answer.text(), words, "{platform}");
    anna
}

#[tokio::test]
async fn each_account_has_its_bot_and_a_stop_is_clean() {
    let (world, server) = messengers().await;
    let text = configuration(&server, "", "");
    // The bot of MAX's account is another than the first.
    let text = text.replace("messenger = \"max\"", "messenger = \"max\"\nbot = \"menu\"");
    let home = Home::new(&text);
    let (status, said) = home.prints(&["config", "check"]).await;
    assert!(status.success() && said.contains("account my-max: the bot menu on max, by polling"));

    let running = home.run().await;
    echoes(&world, Platform::Tamtam, "one").await;
    echoes(&world, Platform::Potato, "two").await;
    let mut anna = Phone::of("Anna", Platform::Max, &world).expect("she is there");
    anna.says("three");
    let mut seen = Vec::new();
    while !seen.iter().any(|it| it == "You said: three") {
        seen.push(anna.sees(PATIENCE).await.expect("an answer").text().to_owned());
    }
    // The registry is on the same listener.
    let answer = ask(running.address(), "GET /api/v1/private/chats HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    running.stop().await;
}

#[tokio::test]
async fn messengers_call_where_nobody_else_can() {
    let (world, server) = messengers().await;
    let door = Door::open().await;
    let before = format!("public_url = \"http://{}\"", door.address);
    let text = configuration(&server, &before, "receive = \"webhook\"");
    // The sandbox does not call from TamTam's networks.
    let from_here = "messenger = \"tamtam\"\nwebhook_networks = [\"127.0.0.0/8\"]";
    let text = text.replace("messenger = \"tamtam\"", from_here);
    let home = Home::new(&text);
    let mut running = home.run().await;
    door.leads_to(running.address());
    for _ in TOKENS {
        running.tells("the webhook is set").await;
    }
    echoes(&world, Platform::Tamtam, "called").await;
    echoes(&world, Platform::Potato, "called").await;
    let mut anna = echoes(&world, Platform::Max, "called").await;
    let (_, said) = home.prints(&["webhook", "show"]).await;
    let max = format!("my-max: http://{}/hooks/my-max/***\n", door.address);
    assert!(said.contains(&max), "{said}");
    assert!(said.contains("my-potato: the messenger tells nobody whom it calls"), "{said}");

    // Strangers are told nothing, whatever they know.
    let wrong = "0".repeat(64);
    for path in ["my-max", &format!("my-max/{wrong}"), &format!("other/{wrong}")] {
        for method in ["GET", "POST"] {
            let answer = ask(running.address(), &format!("{method} /hooks/{path} HTTP/1.1")).await;
            assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        }
    }
    let told = running.stop().await;
    assert!(!told.contains("/hooks/"), "{told}");

    // What comes while nobody is there waits, and the next start gets it.
    anna.says("meanwhile");
    let running = home.run().await;
    door.leads_to(running.address());
    let mut seen = None;
    // A try that was under way when the hour went by is followed by another pause.
    for _ in 0..5 {
        world.advance(chrono::TimeDelta::hours(1));
        seen = anna.sees(PATIENCE / 5).await.ok();
        if seen.is_some() {
            break;
        }
    }
    assert_eq!(seen.expect("an answer").text(), "meanwhile");
    running.stop().await;

    // Who polls again takes its own webhook away, where the messenger tells of it.
    home.write("gateway.toml", &configuration(&server, "", ""));
    let (status, said) = home.prints(&["webhook", "remove", "my-potato"]).await;
    assert!(status.success() && said == "my-potato: removed\n", "{said}");
    let mut running = home.run().await;
    running.tells("its webhook is removed").await;
    running.tells("its webhook is removed").await;
    for (platform, _) in TOKENS {
        echoes_last(&world, platform, "polled").await;
    }
    running.stop().await;

    home.write("gateway.toml", &text);
    let (status, said) = home.prints(&["webhook", "set", "my-max"]).await;
    assert!(status.success() && said == "my-max: set\n", "{said}");
    let (status, said) = home.prints(&["webhook", "remove", "my-max"]).await;
    assert!(status.success() && said == "my-max: removed\n", "{said}");
    let (_, said) = home.prints(&["webhook", "show", "my-max"]).await;
    assert_eq!(said, "my-max: none\n");
    let (status, said) = home.prints(&["webhook", "set", "my-max"]).await;
    assert!(status.success() && said == "my-max: set\n", "{said}");
    let (_, said) = home.prints(&["webhook", "set", "my-max"]).await;
    assert_eq!(said, "my-max: it was set already\n");
    let (status, said) = home.prints(&["webhook", "show", "nobody"]).await;
    assert!(!status.success() && said.contains("there is no account \"nobody\""), "{said}");
}

#[tokio::test]
async fn the_doctor_sees_that_a_messenger_does_not_call() {
    let (world, server) = messengers().await;
    let door = Door::open().await;
    let before = format!("public_url = \"http://{}\"", door.address);
    let home = Home::new(&configuration(&server, &before, "receive = \"webhook\""));
    let finds = async |is_well: bool, line: &str| {
        let (status, said) = home.prints(&["doctor"]).await;
        assert_eq!(status.success(), is_well, "{said}");
        assert!(said.lines().any(|it| it.starts_with(line)), "{line:?} is not in\n{said}");
    };
    // Before the first start nothing is wrong, and nothing is made.
    finds(true, "note   database: opening the database: there is no gateway.db yet").await;
    finds(true, "note   webhook of my-max: the messenger does not know it yet").await;
    assert!(!home.path().join("gateway.db").exists());
    let (status, said) = home.prints(&["updates", "list"]).await;
    assert!(!status.success() && said.contains("there is no gateway.db yet"), "{said}");

    let mut running = home.run().await;
    door.leads_to(running.address());
    for _ in TOKENS {
        running.tells("the webhook is set").await;
    }
    echoes(&world, Platform::Max, "called").await;
    running.stop().await;
    finds(true, "ok     webhook of my-max: the messenger calls it").await;
    finds(true, "note   webhook of my-potato: the messenger tells nobody whom it calls").await;

    let (status, said) = home.prints(&["webhook", "remove", "my-max"]).await;
    assert!(status.success(), "{said}");
    finds(false, "WRONG  webhook of my-max: the messenger does not know it: gateway run sets")
        .await;
    finds(false, "ok     webhook of my-tamtam: the messenger calls it").await;
}

/// The configuration of the page, with other ports, since those may be taken.
#[tokio::test]
async fn the_sandbox_calls_as_the_page_says() {
    let world = World::new().furnished();
    let server = Server::start(world.clone(), &Addresses::free_ports()).await.expect("free ports");
    let door = Door::open().await;
    let page = include_str!("../../../docs/configuration.md");
    let (_, section) = page.split_once("### Against the sandbox").expect("it is there");
    let (_, block) = section.split_once("```toml\n").expect("a configuration");
    let mut text = block.split("```").next().expect("its end").to_owned();
    text = text.replace("http://127.0.0.1:8080", &format!("http://{}", door.address));
    text = text.replace("127.0.0.1:8080", "127.0.0.1:0");
    for (port, platform) in (7081..).zip(Platform::ALL) {
        text = text.replace(&format!("http://127.0.0.1:{port}"), &server.url(platform));
    }
    let home = Home::new(&format!("{WATCHED}{text}"));
    let mut running = home.run().await;
    door.leads_to(running.address());
    for _ in Platform::ALL {
        running.tells("the webhook is set").await;
    }
    for platform in Platform::ALL {
        echoes(&world, platform, "called").await;
    }
    running.stop().await;
}

#[tokio::test]
async fn a_delivery_that_is_refused_is_seen_by_who_watches() {
    let (world, server) = messengers().await;
    let door = Door::open().await;
    let before = format!("public_url = \"http://{}\"", door.address);
    let home = Home::new(&configuration(&server, &before, "receive = \"webhook\""));
    let mut running = home.run().await;
    door.leads_to(running.address());
    let is_set = "the webhook is set";
    let is_served = "metrics, status and health are served";
    let [watch, ..] = running.tells_each([is_served, is_set, is_set, is_set]).await;
    let watch = address(&watch);
    let mut anna = Phone::of("Anna", Platform::Tamtam, &world).expect("she is there");
    anna.says("from another network");
    running.tells("a delivery is not taken").await;
    let status = ask(watch, "GET /status HTTP/1.1").await;
    let why = "the delivery comes from 127.0.0.1, which is in none of webhook_networks";
    assert!(status.contains(why) && !status.contains("the token"), "{status}");
    let metrics = ask(watch, "GET /metrics HTTP/1.1").await;
    let of = |name: &str| format!("gateway_receive_errors_total{{account=\"my-{name}\"}} 0\n");
    assert!(metrics.contains(&of("max")) && !metrics.contains(&of("tamtam")), "{metrics}");
    running.stop().await;
}

#[tokio::test]
async fn a_webhook_of_a_polled_account_is_not_set() {
    let (_world, server) = messengers().await;
    for before in ["", "public_url = \"http://127.0.0.1:8080\""] {
        let home = Home::new(&configuration(&server, before, ""));
        let (status, said) = home.prints(&["webhook", "set", "my-potato"]).await;
        let why = "my-potato: it is polled (receive = \"polling\")";
        assert!(!status.success() && said.contains(why), "{said}");
    }
}

#[tokio::test]
async fn who_watches_sees_what_happens() {
    let (world, server) = messengers().await;
    let home = Home::new(&configuration(&server, "", ""));
    let mut running = home.run().await;
    let watch = address(&running.tells("metrics, status and health are served").await);
    for (platform, _) in TOKENS {
        echoes(&world, platform, "watched").await;
    }
    // An echo is seen before its update has ended.
    let handled = async {
        loop {
            let metrics = ask(watch, "GET /metrics HTTP/1.1").await;
            let count = metrics.lines().find_map(|it| {
                it.strip_prefix("gateway_updates_handled_total{account=\"my-max\"} ")
            });
            if count.is_some_and(|it| it != "0") {
                return metrics;
            }
        }
    };
    let metrics = tokio::time::timeout(PATIENCE, handled).await.expect("it is counted");
    assert!(metrics.contains("gateway_effects_total{account=\"my-max\""), "{metrics}");
    let status = ask(watch, "GET /status HTTP/1.1").await;
    for account in ["my-tamtam", "my-max", "my-potato"] {
        assert!(status.contains(account), "{status}");
    }
    let ready = ask(watch, "GET /health/ready HTTP/1.1").await;
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    running.stop().await;
}

#[tokio::test]
async fn while_it_finishes_what_it_has_begun_it_is_watched_and_not_ready() {
    let (world, server) = messengers().await;
    let home = Home::new(&configuration(&server, "", ""));
    let mut running = home.run().await;
    let watch = address(&running.tells("metrics, status and health are served").await);
    // Longer than the test takes, and shorter than a stop may.
    let slow = Fault::Delay { ms: 25_000 };
    world.faults().plan(PlannedFault::next(Platform::Max, SandboxOperation::Send, slow));
    Phone::of("Anna", Platform::Max, &world).expect("she is there").says("slowly");
    let begun = async {
        while !ask(watch, "GET /metrics HTTP/1.1").await.contains("waiting{account=\"my-max\"} 1") {
        }
    };
    tokio::time::timeout(PATIENCE, begun).await.expect("it comes");
    running.signal("TERM").await;
    running.tells("stopping; asked once more").await;
    let ready = ask(watch, "GET /health/ready HTTP/1.1").await;
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("it is stopping"), "{ready}");
    let live = ask(watch, "GET /health/live HTTP/1.1").await;
    assert!(live.starts_with("HTTP/1.1 200"), "{live}");
    running.signal("TERM").await;
    running.tells("ended at once").await;
    assert_eq!(running.ends().await.code(), Some(143));
}

#[tokio::test]
async fn logs_are_json_where_that_is_wanted() {
    let (_world, server) = messengers().await;
    let home = Home::new(&format!("[log]\nformat = \"json\"\n{}", configuration(&server, "", "")));
    let told = home.run().await.stop().await;
    for line in told.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("an object a line");
        assert!(line["message"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn a_messenger_is_reached_through_a_proxy() {
    let (world, server) = messengers().await;
    let proxy = Door::open().await;
    proxy.leads_to(server.addresses().max);
    // No other way leads there.
    let home = Home::new(&format!(
        "{WATCHED}[server]\nlisten = \"127.0.0.1:0\"\n[[accounts]]\nname = \"shop\"\n\
         messenger = \"max\"\nbase_url = \"http://max.invalid\"\nproxy = \"http://me:hush-proxy@{}\"\n\
         token_file = \"shop.token\"\n",
        proxy.address
    ));
    home.write("shop.token", "hush-max\n");
    let running = home.run().await;
    echoes(&world, Platform::Max, "through it").await;
    running.stop().await;
}

#[tokio::test]
async fn a_bot_of_ones_own_is_configured_by_the_same_file() {
    use gateway::config::Source;
    use gateway::prelude::*;

    async fn shout(ctx: Context, PlainText(said): PlainText) -> HandlerResult {
        ctx.reply(said.to_uppercase()).await?;
        Ok(())
    }

    let (world, server) = messengers().await;
    let home = Home::new(&configuration(&server, "", "bot = \"loud\""));
    let database = home.path().join("gateway.db");
    let database = ("DATABASE_URL", format!("sqlite://{}", database.display()));
    let source = Source {
        file: Some(home.path().join("gateway.toml")),
        variables: [database].into_iter().collect(),
        bots: gateway::config::Bots::Any,
    };
    let stop = gateway::CancellationToken::new();
    let talk = async {
        let mut anna = Phone::of("Anna", sandbox::Platform::Max, &world).expect("she is there");
        anna.says("hello");
        assert_eq!(anna.sees(PATIENCE).await.expect("an answer").text(), "HELLO");
        stop.cancel();
    };
    let bots = [("loud".to_owned(), Router::new().text(shout))];
    tokio::join!(gateway::run_until(&source, bots, stop.clone()), talk).0.expect("it runs");
}

#[tokio::test]
async fn with_a_certificate_it_speaks_tls_and_a_new_one_is_read() {
    let (_world, server) = messengers().await;
    let tls = "tls_certificate = \"cert.pem\"\ntls_key = \"key.pem\"";
    let home = Home::new(&configuration(&server, tls, ""));
    let certify = || {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("its own");
        home.write("cert.pem", &own.cert.pem());
        home.write("key.pem", &own.signing_key.serialize_pem());
        own.cert.pem()
    };
    let first = certify();
    let mut running = home.run().await;
    assert_eq!(asks_by_tls(running.address(), &first).await, Some(200));

    let second = certify();
    assert_eq!(asks_by_tls(running.address(), &second).await, None);
    running.signal("HUP").await;
    running.tells("the certificate was read again").await;
    assert_eq!(asks_by_tls(running.address(), &second).await, Some(200));
    running.stop().await;
}

/// Whether it lives, asked by who trusts nobody but the owner of a certificate.
async fn asks_by_tls(address: SocketAddr, certificate: &str) -> Option<u16> {
    const LIVE: Operation = Operation::new("live", "asking whether it lives", Repeat::Never);
    let url = format!("https://localhost:{}", address.port()).parse().expect("an address");
    let options = HttpOptions {
        extra_root_certificates: vec![certificate.into()],
        ..HttpOptions::new(url, gateway_core::model::Platform::new("test"))
    };
    let client = HttpClient::new(options).expect("a client");
    let answer = client.call(&LIVE, reqwest::Method::GET, &["health", "live"]).answer().await;
    answer.ok().map(|answer| answer.status())
}

#[tokio::test]
async fn a_hangup_changes_what_can_change() {
    let (world, server) = messengers().await;
    let text = configuration(&server, "", "");
    let home = Home::new(&text);
    let mut running = home.run().await;
    let asked = "GET /api/v1/private/chats HTTP/1.1\r\nOrigin: https://a.example";
    let allowed = "access-control-allow-origin: https://a.example";
    assert!(!ask(running.address(), asked).await.contains(allowed));

    // With a mistake: nothing changes.
    let with_cors = text.replace("[server]", "[server]\ncors = [\"https://a.example\"]");
    home.write("gateway.toml", &with_cors.replace("my-max", "my max"));
    running.signal("HUP").await;
    let told = running.tells("is not a name").await;
    assert!(told.contains("accounts[1].name"), "{told}");
    running.tells("the configuration is not read again").await;
    assert!(!ask(running.address(), asked).await.contains(allowed));

    // Without one: what can change does, and what cannot is named.
    let other = with_cors.replace("hush-max", "hush-other");
    home.write("gateway.toml", &format!("[runtime]\ntries = 3\n\n{other}"));
    running.signal("HUP").await;
    let told = running.tells("at the next start only").await;
    assert!(told.contains("runtime.tries, accounts.my-max.token"), "{told}");
    let told = running.tells("the configuration was read again").await;
    assert!(told.contains("server.cors"), "{told}");
    assert!(ask(running.address(), asked).await.contains(allowed));
    echoes(&world, Platform::Max, "as before").await;

    // Nothing else has changed since.
    running.signal("HUP").await;
    let told = running.tells("the configuration was read again").await;
    assert!(!told.contains("changed"), "{told}");

    // And so do the logs.
    home.write("gateway.toml", &format!("[log]\nfilter = \"debug\"\n\n{text}"));
    running.signal("HUP").await;
    running.tells("DEBUG").await;
    running.stop().await;
}

#[tokio::test]
async fn a_configuration_is_made_checked_and_shown() {
    let home = Home::new("");
    let (status, said) = home.prints(&["init"]).await;
    assert!(!status.success() && said.contains("gateway.toml is there already"), "{said}");
    let (status, _) = home.prints(&["init", "--force"]).await;
    assert!(status.success());
    let (status, said) = home.prints(&["config", "check"]).await;
    assert!(status.success() && said.starts_with("gateway.toml: ok\n"), "{said}");
    let (_, shown) = home.prints(&["config", "show"]).await;
    home.write("shown.toml", &shown);
    let (status, again) = home.prints(&["config", "show", "--config", "shown.toml"]).await;
    assert!(status.success(), "{again}");
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|it| it.split("  # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(values(&again), values(&shown));

    let (status, said) = home.prints(&["run"]).await;
    assert!(!status.success() && said.contains("there is no account"), "{said}");
    let (status, said) = home.prints(&["run", "--config", "other.toml"]).await;
    assert!(!status.success(), "{said}");
    assert_eq!(said, "other.toml: there is no such file; gateway init writes one\n");
}

#[tokio::test]
async fn what_init_writes_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = Home::new("");
    let (status, _) = home.prints(&["init", "--config", "new.toml"]).await;
    assert!(status.success());
    let about = std::fs::metadata(home.path().join("new.toml")).expect("it is there");
    assert_eq!(about.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_database_is_migrated_once() {
    let home = Home::new("");
    let (status, said) = home.prints(&["migrate"]).await;
    assert!(status.success() && said.starts_with("SQLite: from step 0 to step "), "{said}");
    let (status, said) = home.prints(&["migrate"]).await;
    assert!(status.success() && said.contains("nothing to do"), "{said}");
}
