//! The line between the registry and its database is cut, slowed, or goes silent, and comes back:
//! whoever asks is told soon, nothing is half done, and the service returns by itself.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gateway_core::chance::Chance;
use gateway_core::time::SystemClock;
use gateway_tests::line::{Line, Proxy};
use gateway_tests::{Got, Stranger, soon};
use registry_api::store::EventCursor;
use registry_api::token::Scopes;
use registry_api::{Registry, http};
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use storage::Database;
use storage::testing::TestDatabase;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

const CHATS: &str = "api/v1/private/chats";

/// Within this an answer comes whatever the line does: the registry's own deadline is five seconds.
const SOON: Duration = Duration::from_secs(10);

/// Within this the service is back.
const PATIENCE: Duration = Duration::from_mins(1);

struct Service {
    stranger: Stranger,
    bearer: String,
    proxy: Proxy,
    direct: Database,
    _task: JoinSet<std::io::Result<()>>,
    _database: TestDatabase,
}

impl Service {
    async fn open() -> Self {
        let database = TestDatabase::postgres().await;
        let proxy = Proxy::before(database.url()).await;
        let store = Database::open(proxy.url()).await.expect("it opens").registry();
        let registry = Registry::new(store, Arc::new(SystemClock), Arc::new(Chance::from_os()));
        let token = registry.create_token("test", Scopes::ALL).await.expect("a token");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let stranger = Stranger::at(&format!("http://{}", listener.local_addr().expect("bound")));
        let mut task = JoinSet::new();
        task.spawn(http::serve(listener, registry, CancellationToken::new()));
        let bearer = format!("Bearer {}", token.expose());
        let direct = database.open().await;
        Self { stranger, bearer, proxy, direct, _task: task, _database: database }
    }

    async fn asks(&self, method: Method, body: Option<&Value>) -> Got {
        let headers = [(AUTHORIZATION, self.bearer.as_str())];
        let asked = self.stranger.asks(method, CHATS, &[], &headers, body);
        timeout(SOON, asked).await.expect("an answer comes soon")
    }

    async fn registers(&self, title: &str) -> Got {
        self.asks(Method::POST, Some(&json!({"title": title}))).await
    }

    /// Registers until it is done.
    async fn is_back(&self) {
        let begun = Instant::now();
        while self.registers("back").await.status != 202 {
            assert!(begun.elapsed() < PATIENCE, "it does not come back");
            sleep(Duration::from_millis(50)).await;
        }
        let list = self.asks(Method::GET, None).await;
        assert_eq!(list.status, 200, "{}", list.body);
    }

    /// Every chat that is kept is there with all that belongs to it, and counted.
    async fn is_whole(&self) -> usize {
        let begun = Instant::now();
        loop {
            if let Some(count) = self.looks_whole(begun).await {
                return count;
            }
            assert!(begun.elapsed() < PATIENCE, "more are told than are there");
        }
    }

    /// How many there are; `None` when more are told of than were there.
    async fn looks_whole(&self, begun: Instant) -> Option<usize> {
        let registry = self.direct.registry();
        let audit = registry.audit().await.expect("it is counted");
        assert_eq!((audit.kept, audit.wrong), (audit.counted, 0));
        let headers = [(AUTHORIZATION, self.bearer.as_str())];
        // A connection that was just cut may be the one that is asked.
        let list = loop {
            let list =
                self.stranger.asks(Method::GET, CHATS, &[("size", "200")], &headers, None).await;
            if list.status == 200 {
                break list.body;
            }
            assert!(begun.elapsed() < PATIENCE, "{}: {}", list.status, list.body);
            sleep(Duration::from_millis(50)).await;
        };
        let records = list["records"].as_array().expect("records");
        assert_eq!(list["_metadata"]["totalRecords"], records.len());
        for chat in records {
            assert_eq!(chat["title"].as_array().map(Vec::len), Some(1), "{chat}");
        }
        // Whatever is on its way anywhere on the server holds them back, also in other tests.
        loop {
            let events = registry.events(EventCursor::default(), 1000).await;
            let told = events.expect("they are read").records.len();
            if told == records.len() {
                return Some(told);
            }
            if told > records.len() {
                // One whose client was told nothing has come since.
                return None;
            }
            assert!(begun.elapsed() < PATIENCE, "only {told} are told");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// What is registered while the line does this is kept or refused, and what was kept is there.
async fn registers_meanwhile(line: Line) {
    let service = Service::open().await;
    assert_eq!(service.registers("before").await.status, 202);
    let mut kept = 1;
    service.proxy.is(line);
    let asked = (0..8).map(|number| service.registers_number(number));
    for got in futures_util::future::join_all(asked).await {
        match got.status {
            202 => kept += 1,
            503 => {
                let told = got.body["type"].as_str().unwrap_or_default();
                // Whoever was on the line when it broke cannot be told more than that.
                assert!(["/problems/unavailable", "/problems/timeout"].contains(&told), "{told}");
            }
            other => panic!("{other}: {}", got.body),
        }
    }
    if line == Line::Slow {
        assert_eq!(kept, 9, "a slow line carries everything");
    }
    service.proxy.is(Line::Up);
    service.is_back().await;
    // One that was refused may have been kept all the same: that is why there are keys.
    let found = service.is_whole().await;
    assert!(found > kept, "{found} are there, {kept} were kept and one is the last");
}

impl Service {
    async fn registers_number(&self, number: usize) -> Got {
        self.registers(&number.to_string()).await
    }
}

#[tokio::test]
async fn postgres_whoever_asks_on_a_cut_line_is_told_soon() {
    registers_meanwhile(Line::Cut).await;
}

#[tokio::test]
async fn postgres_whoever_asks_on_a_silent_line_is_told_soon() {
    registers_meanwhile(Line::Silent).await;
}

#[tokio::test]
async fn postgres_whoever_asks_on_a_slow_line_is_answered() {
    registers_meanwhile(Line::Slow).await;
}

#[tokio::test]
async fn postgres_a_registry_whose_line_is_cut_is_alive_and_not_ready() {
    let service = Service::open().await;
    for line in [Line::Cut, Line::Silent] {
        service.is_ready(200).await;
        service.proxy.is(line);
        let told = service.is_ready(503).await;
        assert_eq!(told["type"], "/problems/unavailable", "{told}");
        assert_eq!(service.stranger.gets("health/live", &[]).await.status, 200);
        service.proxy.is(Line::Up);
    }
    service.is_ready(200).await;
}

impl Service {
    /// Asks whether it is ready until the answer has this status; each answer comes soon.
    async fn is_ready(&self, status: u16) -> Value {
        let begun = Instant::now();
        loop {
            let asked = timeout(SOON, self.stranger.gets("health/ready", &[]));
            let got = asked.await.expect("an answer comes soon");
            if got.status == status {
                return got.body;
            }
            assert!(begun.elapsed() < PATIENCE, "{}: {}", got.status, got.body);
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A line that is cut again and again while many register under keys: each asks until it is told,
/// and is registered once.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_key_registers_once_however_often_the_line_is_cut() {
    let service = Arc::new(Service::open().await);
    let registered = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let (service, registered) = (service.clone(), registered.clone());
        tasks.spawn(async move { service.insists(number, &registered).await });
    }
    // While they register, however quick they are.
    for cut in 0..10 {
        soon("they register", async || {
            (registered.load(Ordering::SeqCst) >= 8 * cut).then_some(())
        })
        .await;
        service.proxy.is(Line::Cut);
        sleep(Duration::from_millis(20)).await;
        service.proxy.is(Line::Up);
    }
    tasks.join_all().await;
    assert_eq!(service.is_whole().await, registered.load(Ordering::SeqCst));
}

impl Service {
    /// Registers some chats, each until it is told that it is there, and counts them.
    async fn insists(&self, client: usize, registered: &AtomicUsize) {
        const CHATS_EACH: usize = 10;
        let headers = |key| [(AUTHORIZATION, self.bearer.as_str().to_owned()), key];
        for number in 0..CHATS_EACH {
            let title = format!("{client}/{number}");
            let begun = Instant::now();
            loop {
                let key =
                    (reqwest::header::HeaderName::from_static("idempotency-key"), title.clone());
                let headers = headers(key);
                let headers: Vec<_> =
                    headers.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
                let body = json!({"title": title});
                let asked = self.stranger.asks(Method::POST, CHATS, &[], &headers, Some(&body));
                let got = timeout(SOON, asked).await.expect("an answer comes soon");
                if got.status == 202 {
                    registered.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                assert_eq!(got.status, 503, "{}", got.body);
                assert!(begun.elapsed() < PATIENCE, "it does not come back");
                sleep(Duration::from_millis(10)).await;
            }
        }
    }
}
