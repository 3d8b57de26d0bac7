//! `PostgreSQL`.

mod addresses;
mod chats;
mod inbox;
mod ledger;
mod tokens;

use std::str::FromStr as _;
use std::time::Duration;

use gateway_runtime::journal::JournalError;
use registry_api::store::StoreError;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::OpenError;

const CONNECTIONS: u32 = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The journal and the registry in one `PostgreSQL` database.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: PgPool,
}

impl Postgres {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        // A generic plan of a query with LIMIT $n guesses far too many rows, and just-in-time
        // compilation then takes a hundred times as long as the query.
        let options =
            PgConnectOptions::from_str(url).map_err(OpenError::Connect)?.options([("jit", "off")]);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(OpenError::Connect)?;
        sqlx::migrate!("../migrations/postgres").run(&pool).await.map_err(OpenError::Migrate)?;
        Ok(Self { pool })
    }
}

fn journal(doing: &'static str) -> impl Fn(sqlx::Error) -> JournalError {
    move |source| JournalError { doing, source: source.into() }
}

fn store(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| StoreError { doing, source: source.into() }
}
