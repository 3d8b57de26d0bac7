//! How quickly the registry answers with a million chats, wherever in them a page lies, against
//! `pgbench` that runs statements alone.
//!
//! ```text
//! scripts/with-postgres --durable cargo run --release -p gateway-bench --bin registry [chats [seconds]]
//! ```
//!
//! The service is this program once more, with the argument `serve`; it, its clients and the database
//! share the processor, as `pgbench` and the database do. `psql` and `pgbench` must be at hand. With
//! more than two million chats each has one title and one stay, else three titles and six stays for
//! every two.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints what it measured"
)]

mod load;
mod postgres;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use gateway_bench::process;
use gateway_core::chance::Chance;
use gateway_core::time::SystemClock;
use registry_api::token::Scopes;
use registry_api::{Registry, http};
use serde_json::Value;
use storage::Database;
use storage::testing::TestDatabase;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use load::Service;

/// With this argument the program is the service.
const SERVE: &str = "serve";

const CHATS: u64 = 1_000_000;
const SECONDS: u64 = 5;

/// How many ask at once, when it is not one alone.
const CLIENTS: usize = 16;

/// With more chats than this each has less.
const WHOLE: u64 = 2_000_000;

/// How many chats the contract's page has.
const PAGE: u32 = 20;

/// How much longer the last page of a list may take than the first.
const DEPTH: f64 = 1.5;

/// How many lists a second there are at least for one of `pgbench`, and how many registrations.
const LISTS: f64 = 0.5;
const REGISTRATIONS: f64 = 0.7;

/// What a client registers.
const NEW_CHAT: &str =
    r#"{"title":"Title of the chat","createdBy":"example","description":"example description"}"#;

async fn serve() {
    let url = std::env::var("DATABASE_URL").expect("it is set");
    let store = Database::open(&url).await.expect("it opens").registry();
    let registry = Registry::new(store, Arc::new(SystemClock), Arc::new(Chance::from_os()));
    let token = registry.create_token("bench", Scopes::ALL).await.expect("a token");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("{} {}", listener.local_addr().expect("an address"), token.expose());
    std::io::stdout().flush().expect("somebody reads it");
    let stop = CancellationToken::new();
    let served = http::serve(listener, registry.clone(), stop.clone());
    tokio::join!(served, registry.keep_tidy(stop)).0.expect("it serves");
}

/// The service, running. It does not outlive the benchmark.
struct Running {
    process: Child,
    service: Service,
}

impl Running {
    fn start(url: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(SERVE).env("DATABASE_URL", url).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("it starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let (address, token) = line.trim().split_once(' ').expect("an address and a token");
        let address = address.parse().expect("an address");
        Self { process, service: Service { address, token: token.to_owned() } }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A part of the list, and what is asked for.
struct Part {
    name: &'static str,
    path: String,
}

/// How many chats a list has.
async fn total(service: &Service, filter: &str) -> u64 {
    let list = service.ask(&service.get(&format!("?size=1{filter}"))).await;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    list["_metadata"]["totalRecords"].as_u64().expect("a total")
}

/// Beginning, middle and end of the lists.
async fn parts(service: &Service) -> Vec<Vec<Part>> {
    const RANGE: &str = "&fromDate=2024-06-01&toDate=2025-12-31";
    let mut lists = Vec::new();
    for (size, filter, names) in [
        (20, "", ["20, first", "20, middle", "20, last"]),
        (200, "", ["200, first", "200, middle", "200, last"]),
        (20, "&isActive=true", ["20 in use, first", "20 in use, middle", "20 in use, last"]),
        (20, RANGE, ["20 of a range, first", "20 of a range, middle", "20 of a range, last"]),
    ] {
        let last = total(service, filter).await.div_ceil(size).saturating_sub(1);
        let pages = names.into_iter().zip([0, last / 2, last]);
        let part = |(name, page)| Part { name, path: format!("?page={page}&size={size}{filter}") };
        lists.push(pages.map(part).collect());
    }
    lists
}

/// Prints a ratio with its bound; whether it keeps to it.
fn verdict(name: &str, ratio: f64, bound: f64, at_most: bool) -> bool {
    let holds = if at_most { ratio <= bound } else { ratio >= bound };
    let (sign, word) = (if at_most { '≤' } else { '≥' }, if holds { "holds" } else { "MISSED" });
    println!("  {name:<58} {ratio:>6.2}  {sign} {bound}  {word}");
    holds
}

async fn measure(chats: u64, time: Duration) -> bool {
    let database = TestDatabase::postgres().await;
    let url = database.url();
    Database::open(url).await.expect("it opens");
    println!("on {}", process::machine());
    println!("{chats} chats on {}", postgres::version(url));
    postgres::seed(url, chats, chats <= WHOLE);
    let running = Running::start(url);
    postgres::settle(url).await;
    let service = &running.service;
    let mut holds = true;

    let lists = parts(service).await;
    println!("\nlists              one client, median µs    {CLIENTS} clients, lists a second");
    let mut depths = Vec::new();
    let mut first: Option<f64> = None;
    for list in &lists {
        let requests: Vec<String> = list.iter().map(|part| service.get(&part.path)).collect();
        for request in &requests {
            // Documents that nobody has asked for are not there yet.
            service.ask(request).await;
        }
        let alone = service.in_turn(&requests, time).await;
        for ((part, request), median_us) in list.iter().zip(&requests).zip(&alone) {
            let together = service.load(request, CLIENTS, time).await;
            println!("  {:<24} {median_us:>16.0} {:>28.0}", part.name, together);
            first = first.or(Some(together));
        }
        depths.push((list[1].name, alone[1] / alone[0]));
        depths.push((list[2].name, alone[2] / alone[0]));
    }
    let pgbench = postgres::Pgbench { url, clients: CLIENTS, seconds: time.as_secs() };
    let same = pgbench.run(&format!("{};", storage::testing::first_page(PAGE)));
    let documents = pgbench.run(postgres::PAGE_OF_DOCUMENTS);
    let list = service.ask(&service.get("?size=1")).await;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let id = list["records"][0]["id"].as_str().expect("an id");
    let detail = service.load(&service.get(&format!("/{id}")), CLIENTS, time).await;
    println!("  {:<24} {:>16} {:>28.0}", "detail", "", detail);
    let registered = service.load(&service.post(NEW_CHAT), CLIENTS, time).await;
    println!("  {:<24} {:>16} {:>28.0}", "registrations", "", registered);
    let memory = process::memory(running.process.id());
    println!("  peak memory of the service: {} MiB", memory.peak / 1024);

    let counted = postgres::count(url);
    let told = total(service, "").await;
    println!("\ntotals: {told} told, {counted} counted");
    holds &= told == counted;
    drop(running);

    let inserts = pgbench.inserts_without_totals();
    println!("\npgbench, {CLIENTS} clients, a second:");
    println!("  the statement of the first page of {PAGE} {same:>27.0}");
    println!("  page of {PAGE} stored documents, without a total {documents:>20.0}");
    println!("  the same inserts, no totals kept {inserts:>32.0}");

    println!("\nratios:");
    for (name, depth) in depths {
        holds &= verdict(&format!("{name} / first, time"), depth, DEPTH, true);
    }
    let first = first.expect("a list");
    holds &= verdict("lists of 20 / pgbench, the same statement", first / same, LISTS, false);
    holds &= verdict("lists of 20 / pgbench, documents alone", first / documents, LISTS, false);
    let registered = registered / inserts;
    holds & verdict("registrations / pgbench, a second", registered, REGISTRATIONS, false)
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|it| it == SERVE).is_some() {
        serve().await;
        return ExitCode::SUCCESS;
    }
    let mut number = |default| arguments.next().map_or(default, |it| it.parse().expect("a number"));
    let (chats, seconds) = (number(CHATS), number(SECONDS));
    if measure(chats, Duration::from_secs(seconds)).await {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
