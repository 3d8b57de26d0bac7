//! What a failure means to whoever asked.

use registry_api::store::StoreErrorKind;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use super::*;

on_both! {
    a_table_that_is_gone_is_no_outage
}

impl Bench {
    async fn executes(&self, statement: &'static str) {
        let url = self.database.url();
        if url.starts_with("sqlite:") {
            let mut db = SqliteConnection::connect(url).await.expect("it is open");
            sqlx::query(statement).execute(&mut db).await.expect("it is done");
        } else {
            let mut db = PgConnection::connect(url).await.expect("it is open");
            sqlx::query(statement).execute(&mut db).await.expect("it is done");
        }
    }

    async fn tries(&self) -> Result<(), StoreErrorKind> {
        let chat = NewChat { title: "Tea".to_owned(), ..NewChat::default() };
        self.registry.register(chat).await.map(drop).map_err(|error| error.kind)
    }
}

async fn a_table_that_is_gone_is_no_outage(bench: Bench) {
    assert_eq!(bench.tries().await, Ok(()));
    bench.executes("alter table registry_titles rename to registry_others").await;
    assert_eq!(bench.tries().await, Err(StoreErrorKind::Internal));
}

/// Somebody else who writes is waited for; then it is said that nothing was done.
#[tokio::test]
async fn a_file_in_which_another_writes_is_an_outage() {
    let bench = Bench::on(TestDatabase::sqlite()).await;
    let mut other = SqliteConnection::connect(bench.database.url()).await.expect("it is open");
    let mut writing = other.begin_with("begin immediate").await.expect("it is begun");
    sqlx::query("delete from registry_titles").execute(&mut *writing).await.expect("it is done");
    // The store gives up for itself, or is given up: whichever comes first.
    let told = bench.tries().await.expect_err("it is not kept");
    assert!(matches!(told, StoreErrorKind::Unreachable | StoreErrorKind::Unfinished), "{told:?}");
    writing.rollback().await.expect("it is undone");
}

#[tokio::test]
async fn a_session_that_was_ended_is_an_outage() {
    let bench = Bench::on(TestDatabase::postgres().await).await;
    assert_eq!(bench.tries().await, Ok(()));
    bench
        .executes(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await;
    // Those that are found to be gone are replaced.
    while let Err(kind) = bench.tries().await {
        assert_ne!(kind, StoreErrorKind::Internal);
    }
}
