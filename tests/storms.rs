//! Smaller storms than `cargo run -p gateway-tests --bin storm` lets rage, on each database.
#![expect(clippy::print_stdout, reason = "it says what came of it")]

use std::path::Path;
use std::time::Duration;

use gateway_tests::storm::Storm;
use storage::testing::TestDatabase;

fn storm(processes: usize, seed: u64) -> Storm {
    Storm {
        updates: 3_000,
        chats: 100,
        kills: 6,
        processes,
        life: Duration::from_secs(2),
        patience: Duration::from_mins(5),
        seed,
    }
}

async fn rages(storm: Storm, database: TestDatabase) {
    let program = Path::new(env!("CARGO_BIN_EXE_echo-bot"));
    let toll = storm.rage(program, database.url()).await;
    println!("{toll}");
    assert!(toll.is_kept(), "{toll}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_loses_nothing_and_doubles_nothing() {
    rages(storm(1, 1), TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_loses_nothing_and_doubles_nothing() {
    rages(storm(1, 2), TestDatabase::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_hands_accounts_over_within_five_seconds() {
    rages(storm(2, 3), TestDatabase::postgres().await).await;
}
