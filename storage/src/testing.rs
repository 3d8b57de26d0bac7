//! Databases that tests make and throw away.

#[cfg(feature = "postgres")]
use gateway_core::chance::Chance;
#[cfg(feature = "postgres")]
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use crate::Database;

/// Names the `PostgreSQL` server that tests may make databases on.
#[cfg(feature = "postgres")]
const SERVER: &str = "TEST_POSTGRES_URL";

/// The statement by which `PostgreSQL` is asked for the first page of all chats, the last registered
/// first, so many at most: for whoever measures it beside the service.
#[cfg(feature = "postgres")]
pub fn first_page(size: u32) -> String {
    let statement = crate::postgres::first_page();
    let values = [("$1", "null::boolean"), ("$2", "timestamptz '0001-01-01Z'")];
    let values = values.into_iter().chain([("$3", "timestamptz '10000-01-01Z'"), ("$5", "0")]);
    let statement = values.fold(statement.to_owned(), |it, (name, value)| it.replace(name, value));
    // One more is read, which tells whether there are more.
    statement.replace("$4", &(size + 1).to_string())
}

/// An empty database of its own.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// A `SQLite` file in a folder that goes away with this.
    ///
    /// # Panics
    ///
    /// When no folder can be made.
    #[cfg(feature = "sqlite")]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|why| panic!("making a folder: {why}"));
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self { url, _folder: Some(folder) }
    }

    /// A database on the `PostgreSQL` server that the environment names; it goes away with the
    /// server.
    ///
    /// # Panics
    ///
    /// When the environment names none: a test that needs one must not pass without it.
    #[cfg(feature = "postgres")]
    pub async fn postgres() -> Self {
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} is not set: run scripts/test, which starts a PostgreSQL for the tests")
        });
        let name = format!("test_{}", Chance::from_os().uuid().simple());
        // The name is made here, of hexadecimal digits.
        let statement = sqlx::AssertSqlSafe(format!("create database {name}"));
        let make = async {
            let mut connection = PgConnection::connect(&server).await?;
            sqlx::query(statement).execute(&mut connection).await
        };
        if let Err(why) = make.await {
            panic!("making the database {name} on the server of {SERVER}: {why}");
        }
        let (base, parameters) = server.split_once('?').unwrap_or((&server, ""));
        let base = base.rsplit_once('/').map_or(base, |(base, _)| base);
        Self { url: format!("{base}/{name}?{parameters}"), _folder: None }
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it.
    ///
    /// # Panics
    ///
    /// When it cannot be opened.
    pub async fn open(&self) -> Database {
        Database::open(&self.url).await.unwrap_or_else(|why| panic!("{why}"))
    }
}
