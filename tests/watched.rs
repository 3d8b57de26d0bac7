//! What is watched is the truth: what was sent, failed, waited and died.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gateway::CancellationToken;
use gateway::prelude::*;
use gateway::watching::{self, Listen, Watching};
use gateway_tests::watcher::{DEATH, Metrics, Watcher, bot, recorder};
use gateway_tests::{Street, during, soon};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::{Phone, Platform};
use serde_json::Value;
use storage::testing::TestDatabase;

/// Serves what is watched as long as `talk` lasts.
async fn watched<T>(watching: Watching, talk: impl AsyncFnOnce(&Watcher) -> T) -> T {
    let listen = Listen { address: (Ipv4Addr::LOCALHOST, 0).into(), anywhere: false };
    let listener = listen.bind().await.expect("a free port");
    let watcher = Watcher::at(listener.local_addr().expect("bound"));
    let stop = CancellationToken::new();
    let talk = async {
        let told = talk(&watcher).await;
        stop.cancel();
        told
    };
    let serving = watching::serve(listener, watching, stop.clone());
    let (served, told) = tokio::join!(serving, Box::pin(talk));
    served.expect("it has an address");
    told
}

/// The account's part of `/status`, once it has handled so many.
async fn handled(watcher: &Watcher, account: &str, count: u64) -> Value {
    soon(&format!("{account} has handled {count}"), async || {
        let (status, report) = watcher.json("status").await;
        assert_eq!(status, 200);
        let accounts = report["accounts"].as_array().expect("a list");
        let it = accounts.iter().find(|it| it["account"] == account).expect("it is there");
        let is_done = it["handled"] == count && it["waiting"] == 0;
        is_done.then(|| it.clone())
    })
    .await
}

/// Waits until something was counted so often.
async fn counted(watcher: &Watcher, name: &str, labels: &[&str], count: u64) {
    soon(&format!("{name} is {count}"), async || {
        let metrics = watcher.metrics().await;
        (metrics.count(name, labels) == count).then_some(())
    })
    .await;
}

/// How many messages of the bot the sandbox has in somebody's dialog.
fn sent(street: &Street, person: &Phone) -> u64 {
    street.world.look(|state| {
        let messages = &state.chat(person.chat()).messages;
        messages.iter().filter(|it| it.sender != person.person()).count() as u64
    })
}

fn plan(street: &Street, platform: Platform, operation: Operation, fault: Fault) {
    street.world.faults().plan(PlannedFault::next(platform, operation, fault));
}

async fn on_max(street: &Street, watcher: &Watcher) -> Metrics {
    use Operation::{Send, Updates};
    let mut anna = street.anna(Platform::Max);
    let said = [
        ("hello", None),
        ("refused", Some((Send, Fault::Refuse))),
        ("die", None),
        ("panic", None),
        ("lost", Some((Send, Fault::LoseAnswer))),
    ];
    // The dialog's beginning is an update, too.
    let mut all = 1;
    for (text, fault) in said {
        if let Some((operation, fault)) = fault {
            plan(street, Platform::Max, operation, fault);
        }
        anna.says(text);
        all += 1;
        handled(watcher, "max", all).await;
    }

    // While Anna's answer is held back, that of Boris has to wait.
    let limit = Fault::RateLimit { retry_after: Some(5) };
    plan(street, Platform::Max, Send, limit);
    anna.says("limited");
    counted(watcher, "gateway_http_errors_total", &["kind=\"rate_limited\""], 1).await;
    street.world.add_person(Platform::Max, "Boris");
    let mut boris = Phone::of("Boris", Platform::Max, &street.world).expect("there is a bot");
    boris.says("hurried");
    all += 3;
    handled(watcher, "max", all).await;

    plan(street, Platform::Max, Updates, Fault::Refuse);
    anna.says("deaf");
    counted(watcher, "gateway_receive_errors_total", &["account=\"max\""], 1).await;
    anna.says("back");
    all += 2;
    assert_eq!(street.world.faults().still_planned(), []);

    let account = handled(watcher, "max", all).await;
    let metrics = watcher.metrics().await;
    let max =
        |name: &str, labels: &[&str]| metrics.count(name, &[&["account=\"max\""], labels].concat());
    assert_eq!(max("gateway_updates_received_total", &[]), all);
    assert_eq!(max("gateway_updates_handled_total", &[]), all);
    assert_eq!(max("gateway_updates_dead_total", &[]), 3, "refused, died, panicked");
    assert_eq!(max("gateway_updates_retried_total", &[]), 3, "died, panicked, lost");
    assert_eq!(max("gateway_update_lag_seconds_count", &[]), all);
    assert_eq!(max("gateway_attempt_seconds_count", &[]), all + 3);
    assert_eq!(max("gateway_updates_waiting", &[]), 0);
    assert_eq!(max("gateway_receive_errors_total", &[]), 1);
    assert_eq!(max("gateway_account_state", &["state=\"running\""]), 1);
    assert_eq!(max("gateway_account_state", &[]), 1, "one state at a time");

    let effects = |outcome: &str| max("gateway_effects_total", &["kind=\"send\"", outcome]);
    let (done, settled) = (effects("outcome=\"done\""), effects("outcome=\"settled\""));
    assert_eq!((done, settled), (5, 1));
    let arrived = sent(street, &anna) + sent(street, &boris);
    assert_eq!(done + settled, arrived, "each once");
    assert_eq!(effects("outcome=\"refused\""), 1);
    assert_eq!(effects("outcome=\"unknown\""), 1);

    let http = |name: &str, labels: &[&str]| {
        metrics.count(name, &[&["platform=\"max\""], labels].concat())
    };
    assert_eq!(http("gateway_http_errors_total", &["kind=\"rate_limited\""]), 1);
    assert_eq!(http("gateway_http_errors_total", &["kind=\"unavailable\""]), 1, "lost");
    assert_eq!(http("gateway_http_retries_total", &[]), 1, "limited");
    assert!(http("gateway_http_wait_seconds_count", &[]) >= 1, "hurried");

    assert_eq!((&account["state"], &account["dead"]), (&"running".into(), &3.into()));
    assert!(account["last_error"]["error"].is_string(), "{account}");
    metrics
}

/// Nobody can look whether it arrived, so it is sent again.
async fn on_potato(street: &Street, watcher: &Watcher) {
    let mut anna = street.anna(Platform::Potato);
    plan(street, Platform::Potato, Operation::Send, Fault::LoseAnswer);
    anna.says("lost");
    handled(watcher, "potato", 1).await;
    let metrics = watcher.metrics().await;
    let of = |outcome: &str| {
        metrics.count("gateway_effects_total", &["account=\"potato\"", "kind=\"send\"", outcome])
    };
    assert_eq!((of("outcome=\"done\""), of("outcome=\"unknown\"")), (1, 1));
    assert_eq!(sent(street, &anna), 2);
}

async fn what_is_shown_of_the_dead(watcher: &Watcher) {
    let (_, report) = watcher.json("status").await;
    assert_eq!(report["database"]["is_ok"], true, "{report}");
    assert_eq!(report["is_ready"], true, "{report}");
    assert_eq!(report["dead"]["count"], 3, "{report}");
    let newest = report["dead"]["newest"].as_array().expect("a list");
    let errors: Vec<&str> = newest.iter().filter_map(|it| it["error"].as_str()).collect();
    let panicked = format!("the handler panicked: {DEATH}\nnot at all");
    assert_eq!(errors[..2], [panicked.as_str(), DEATH], "the newest first");
    let (status, page) = watcher.get("status", "text/html,application/xhtml+xml").await;
    assert_eq!(status, 200);
    let id = newest[0]["id"].as_i64().expect("a number").to_string();
    for words in ["<!DOCTYPE html>", "max", "running", DEATH, "gateway updates retry", &id] {
        assert!(page.contains(words), "{words} is not on {page}");
    }
}

#[tokio::test]
async fn what_is_watched_is_what_happened() {
    let recorder = recorder();
    let (street, database) = (Street::open().await, TestDatabase::sqlite());
    let retry_pause = Duration::from_millis(10);
    let options = RuntimeOptions { tries: 2, retry_pause, ..RuntimeOptions::default() };
    let gateway = street.gateway(&database, bot()).await.with_options(options);
    let watching = gateway.watching().expect("a database").with_metrics(recorder);
    let story = watched(watching.clone(), async |watcher| {
        assert_eq!(watcher.json("health/live").await.0, 200);
        let (status, why) = watcher.json("health/ready").await;
        assert_eq!((status, why["reasons"].as_array().map(Vec::len)), (503, Some(3)), "{why}");
        let run = during(gateway, async {
            let metrics = on_max(&street, watcher).await;
            on_potato(&street, watcher).await;
            what_is_shown_of_the_dead(watcher).await;
            assert_eq!(watcher.json("health/ready").await.0, 200);
            the_database_and_the_process_are_seen(&metrics);
            everything_is_on_the_page(&metrics);
        });
        Box::pin(run).await;
        assert_eq!(watcher.json("health/ready").await.0, 503, "it was stopped");
    });
    Box::pin(story).await;
}

fn the_database_and_the_process_are_seen(metrics: &Metrics) {
    assert_eq!(metrics.count("gateway_database_connections_limit", &["pool=\"writer\""]), 1);
    assert!(metrics.count("gateway_database_connections", &[]) >= 2);
    assert!(metrics.count("gateway_journal_commit_seconds_count", &["what=\"ledger\""]) >= 7);
    assert!(metrics.count("gateway_journal_writes_total", &[]) >= 7);
    assert!(metrics.count("process_resident_memory_bytes", &[]) > 1_000_000);
    assert!(metrics.count("process_start_time_seconds", &[]) > 1_000_000_000);
}

fn everything_is_on_the_page(metrics: &Metrics) {
    let listed = listed();
    let missing: Vec<String> =
        metrics.families().into_iter().filter(|it| !listed.contains(it)).collect();
    assert!(missing.is_empty(), "docs/watching.md does not list {missing:?}");
}

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::read_to_string(path).expect("the file")
}

/// The metrics of docs/watching.md: the first cells of its tables that name one.
fn listed() -> BTreeSet<String> {
    let page = file("docs/watching.md");
    let rows = page.lines().filter_map(|it| it.strip_prefix("| `"));
    let names = rows.filter_map(|it| it.split_once('`')).map(|(name, _)| name.to_owned());
    names.filter(|it| it.contains('_') && !it.contains('/')).collect()
}

/// Hears which metrics are described.
#[derive(Clone, Default)]
struct Described(Arc<Mutex<BTreeSet<String>>>);

impl Described {
    fn hear(&self, name: &KeyName) {
        self.0.lock().expect("nobody panicked").insert(name.as_str().to_owned());
    }
}

impl Recorder for Described {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.hear(&name);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.hear(&name);
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.hear(&name);
    }

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

fn described() -> BTreeSet<String> {
    let described = Described::default();
    metrics::with_local_recorder(&described, watching::describe_metrics);
    let names = described.0.lock().expect("nobody panicked");
    names.clone()
}

#[test]
fn the_page_lists_every_metric_and_no_other() {
    assert_eq!(listed(), described());
}

#[test]
fn the_dashboard_shows_metrics_that_there_are() {
    let dashboard: Value = serde_json::from_str(&file("deploy/grafana.json")).expect("JSON");
    let known = described();
    let mut shown = BTreeSet::new();
    let mut expressions = Vec::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().into_iter().flatten() {
            expressions.push(target["expr"].as_str().expect("an expression").to_owned());
        }
    }
    assert!(expressions.len() > 10, "{expressions:?}");
    for expression in &expressions {
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let words = expression.split(|it| !is_part(it));
        let prefixes = ["gateway_", "registry_http_", "process_"];
        for word in words.filter(|word| prefixes.iter().any(|it| word.starts_with(it))) {
            let ends = ["", "_bucket", "_sum", "_count"];
            let bare = ends.iter().filter_map(|it| word.strip_suffix(it));
            let family = bare.into_iter().find(|it| known.contains(*it));
            shown.insert(family.unwrap_or_else(|| panic!("there is no {word}")).to_owned());
        }
    }
    for name in
        ["gateway_updates_dead_total", "gateway_update_lag_seconds", "gateway_effects_total"]
    {
        assert!(shown.contains(name), "{name} is on no panel");
    }
}
