//! How everything is doing, as a page for people.
//!
//! It is plain HTML that loads nothing and runs nothing. Everything that is written into it is escaped
//! where it is written.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::report::{AccountReport, DeadReport, Report};

/// How often a browser asks again, in seconds.
const AGAIN: u32 = 10;

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8884; padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
.good { color: #188038 } .bad { color: #c5221f; font-weight: 600 }
code { background: #8882; padding: 0 .3rem } td.words { overflow-wrap: anywhere }
";

pub(super) fn page(report: &Report) -> Markup {
    let Report { version, since, now, is_ready, database, accounts, dead } = report;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="refresh" content=(AGAIN);
                title { "gateway: " (if *is_ready { "ready" } else { "not ready" }) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Gateway " (version) }
                p {
                    @if *is_ready { span.good { "Ready" } } @else { span.bad { "Not ready" } }
                    ", since " (time(*since)) " (" (ago(*now, *since)) "). "
                    (database.name) " "
                    @match &database.error {
                        None => span.good { "answers" },
                        Some(error) => span.bad { "does not answer: " (error) },
                    }
                    ". Seen " (time(*now)) "."
                }
                h2 { "Accounts" }
                (accounts_of(accounts, *now))
                h2 { "Dead updates" }
                @match dead {
                    None => p { "Only the database knows." },
                    Some(dead) => (dead_of(dead)),
                }
                p { "The same as JSON: " code { "curl http://…/status" } ". Numbers: " code { "/metrics" } "." }
            }
        }
    }
}

fn accounts_of(accounts: &[AccountReport], now: DateTime<Utc>) -> Markup {
    html! {
        @if accounts.is_empty() {
            p { "This process has none." }
        } @else {
            table {
                tr {
                    th { "Account" } th { "State" } th.number { "Waiting" } th.number { "Lag" }
                    th.number { "Handled" } th.number { "Dead" } th { "Last heard" } th { "Last error" }
                }
                @for it in accounts {
                    tr {
                        td { (it.account) " (" (it.platform) ")" }
                        td { span.(if is_well(it) { "good" } else { "bad" }) { (words(it.state.name())) } }
                        td.number {
                            (it.waiting)
                            @if let Some(oldest) = it.oldest_waiting { ", oldest " (ago(now, oldest)) }
                        }
                        td.number { @match it.lag_ms { Some(lag) => { (lag) " ms" } None => "–" } }
                        td.number { (it.handled) }
                        td.number { (it.dead) }
                        td { @match it.last_success { Some(at) => (ago(now, at)), None => "never" } }
                        td.words {
                            @match &it.last_error {
                                Some(last) => { (ago(now, last.at)) ": " (last.error) }
                                None => "–",
                            }
                        }
                    }
                }
            }
        }
    }
}

fn dead_of(dead: &DeadReport) -> Markup {
    html! {
        @if dead.count == 0 {
            p { "None." }
        } @else {
            p {
                (dead.count) " kept. " code { "gateway updates show ID" } " tells more of one, "
                code { "gateway updates retry ID" } " has it handled again, and "
                code { "gateway updates drop ID" } " counts it as done."
            }
            table {
                tr { th { "ID" } th { "Account" } th { "Chat" } th { "Received" } th { "Why" } }
                @for it in &dead.newest {
                    tr {
                        td { (it.id) }
                        td { (it.account) }
                        td { (it.chat.as_deref().unwrap_or("–")) }
                        td { (time(it.received_at)) }
                        td.words { (it.error) }
                    }
                }
            }
        }
    }
}

fn is_well(account: &AccountReport) -> bool {
    use gateway_runtime::AccountState::{Running, StandingBy};
    matches!(account.state, Running | StandingBy)
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// How long ago something was, in the one unit that says most.
fn ago(now: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let passed: TimeDelta = now - at;
    let units =
        [(passed.num_days(), "d"), (passed.num_hours(), "h"), (passed.num_minutes(), "min")];
    let (count, unit) =
        units.into_iter().find(|(count, _)| *count > 0).unwrap_or((passed.num_seconds(), "s"));
    format!("{} {unit} ago", count.max(0))
}

#[cfg(test)]
mod tests {
    use gateway_runtime::AccountState;

    use super::super::report::{DatabaseReport, DeadUpdate, LastError};
    use super::*;

    #[test]
    fn what_people_wrote_is_text_and_no_markup() {
        let at = DateTime::UNIX_EPOCH;
        let evil = "<script>alert(\"1\")</script>".to_owned();
        let account = AccountReport {
            account: evil.clone(),
            platform: evil.clone(),
            state: AccountState::StandingBy,
            last_success: Some(at),
            last_update: None,
            last_error: Some(LastError { at, error: evil.clone() }),
            waiting: 1,
            oldest_waiting: Some(at),
            lag_ms: Some(7),
            handled: 3,
            dead: 1,
        };
        let update = DeadUpdate {
            id: 9,
            account: evil.clone(),
            chat: Some(evil.clone()),
            received_at: at,
            settled_at: None,
            error: evil.clone(),
        };
        let page = page(&Report {
            version: "1",
            since: at,
            now: at + TimeDelta::minutes(3),
            is_ready: false,
            database: DatabaseReport { name: "SQLite", is_ok: false, error: Some(evil.clone()) },
            accounts: vec![account],
            dead: Some(DeadReport { count: 1, newest: vec![update] }),
        });
        let page = page.into_string();
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 7);
        for words in ["standing by", "7 ms", "3 min ago", "retry ID"] {
            assert!(page.contains(words), "{words}");
        }
    }
}
