//! How fast the house is.
//!
//! Machines are noisy and differ, so what counts is a ratio: two ways of doing the same, measured
//! in one run. Each benchmark prints its ratios at its end, with the bound that it keeps to. Memory
//! is as good as the same everywhere, and has bounds of its own.
//!
//! | command | measures |
//! |---|---|
//! | `cargo bench -p gateway-bench --bench translation` | raw JSON → `Update`, `NewMessage` → wire JSON, and `fit` |
//! | `cargo run --release -p gateway-bench --bin echo` | updates a second from end to end, against a bare loop; the gateway's own time for one |
//! | `cargo run --release -p gateway-bench --bin memory` | what a bot's process holds in memory |
//! | `cargo run --release -p gateway-bench --bin program` | the program's size, its start, and its memory when idle |
//! | `scripts/with-postgres --durable cargo run --release -p gateway-bench --bin registry` | pages of a million chats, against `pgbench` |
//!
//! `docs/performance.md` says how to read what they print.

pub mod process;
pub mod street;

use std::path::Path;

use criterion::Criterion;
use serde_json::Value;

/// One thing measured against another.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// What is done, which is the name of the group of both.
    pub group: &'static str,
    /// What it is measured against.
    pub plain: &'static str,
    /// What is measured.
    pub ours: &'static str,
    /// How much longer it may take; `None` for a ratio that is good to know.
    pub bound: Option<f64>,
}

/// The measuring instrument.
pub fn criterion() -> Criterion {
    Criterion::default().without_plots().configure_from_args()
}

/// Prints each ratio of what the last run measured; whether all keep to their bounds.
#[expect(clippy::print_stdout, reason = "this is what a benchmark is for")]
pub fn report(ratios: &[Ratio]) -> bool {
    println!("\nratios, on {}:", process::machine());
    let mut all_kept = true;
    for Ratio { group, plain, ours, bound } in ratios {
        let times = (median(group, plain), median(group, ours));
        let (Some(plain_ns), Some(ours_ns)) = times else {
            println!("  {group}: not measured");
            continue;
        };
        let ratio = ours_ns / plain_ns;
        let verdict = match bound {
            Some(bound) if ratio <= *bound => format!("within {bound}"),
            Some(bound) => {
                all_kept = false;
                format!("NOT WITHIN {bound}")
            }
            None => "to know".to_owned(),
        };
        println!(
            "  {group}: {ours} takes {ratio:.2} of {plain} ({ours_ns:.0} ns / {plain_ns:.0} ns), \
             {verdict}"
        );
    }
    all_kept
}

/// The median of the last run, in nanoseconds.
fn median(group: &str, function: &str) -> Option<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), Into::into);
    let file = target.join("criterion").join(group).join(function).join("new/estimates.json");
    let estimates: Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}
