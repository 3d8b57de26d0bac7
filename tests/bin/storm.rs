//! A storm over PostgreSQL, and what came of it: see [`gateway_tests::storm`].
//!
//! ```text
//! TEST_POSTGRES_URL=postgres://… cargo run --release -p gateway-tests --bin storm
//! STORM_UPDATES=50000 STORM_CHATS=1000 STORM_KILLS=20 STORM_PROCESSES=2 STORM_SEED=7 …
//! ```
#![expect(clippy::print_stdout, reason = "it says what came of it")]

use std::process::ExitCode;
use std::time::Duration;

use gateway_tests::storm::Storm;
use storage::testing::TestDatabase;

fn number<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |it| it.parse().unwrap_or_else(|_| panic!("{name}: {it} is no number")))
}

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("bot") {
        gateway_tests::echo::run().await;
        return ExitCode::SUCCESS;
    }
    let storm = Storm {
        updates: number("STORM_UPDATES", 50_000),
        chats: number("STORM_CHATS", 1_000),
        kills: number("STORM_KILLS", 20),
        processes: number("STORM_PROCESSES", 1),
        life: Duration::from_millis(number("STORM_LIFE_MS", 3_000)),
        patience: Duration::from_secs(number("STORM_PATIENCE_S", 900)),
        seed: number("STORM_SEED", 1),
    };
    println!("{storm:?}");
    let database = TestDatabase::postgres().await;
    let program = std::env::current_exe().unwrap_or_else(|why| panic!("this program: {why}"));
    let toll = storm.rage(&program, database.url()).await;
    println!("{toll}");
    if toll.is_kept() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
