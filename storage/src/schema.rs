//! How far the schema of a database is, without changing it.

#[cfg(feature = "sqlite")]
use std::path::Path;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use std::str::FromStr as _;

use sqlx::migrate::Migrator;
#[cfg(feature = "sqlite")]
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};
#[cfg(feature = "postgres")]
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};

#[cfg(feature = "postgres")]
use crate::postgres::address;
use crate::{OpenError, kind};

/// The steps that this program knows, for each database.
#[cfg(feature = "postgres")]
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");
#[cfg(feature = "sqlite")]
static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");

/// How far the schema of a database is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Schema {
    /// The last step that was taken; 0 of an empty database.
    pub taken: i64,
    /// The last step that this program knows. One that is behind takes the rest when it is opened;
    /// one that is ahead belongs to a newer program.
    pub known: i64,
}

impl Schema {
    /// Looks, and changes nothing.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached, or a `SQLite` file is not there.
    pub async fn of(url: &str) -> Result<Self, OpenError> {
        match kind(url)? {
            #[cfg(feature = "postgres")]
            crate::Kind::Postgres => of_postgres(url).await,
            #[cfg(feature = "sqlite")]
            crate::Kind::Sqlite => of_sqlite(url).await,
            #[cfg(not(feature = "postgres"))]
            crate::Kind::Postgres => Err(OpenError::NotCompiled("postgres")),
            #[cfg(not(feature = "sqlite"))]
            crate::Kind::Sqlite => Err(OpenError::NotCompiled("sqlite")),
        }
    }
}

#[cfg(feature = "postgres")]
async fn of_postgres(url: &str) -> Result<Schema, OpenError> {
    let options = PgConnectOptions::from_str(url).map_err(OpenError::Connect)?;
    let unreachable = |why| OpenError::Unreachable { address: address(&options), why };
    let mut db = PgConnection::connect_with(&options).await.map_err(unreachable)?;
    let is_there: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut db)
        .await
        .map_err(OpenError::Connect)?;
    let taken = if is_there {
        sqlx::query_scalar(LAST).fetch_one(&mut db).await.map_err(OpenError::Connect)?
    } else {
        0
    };
    Ok(Schema { taken, known: newest(&POSTGRES) })
}

#[cfg(feature = "sqlite")]
async fn of_sqlite(url: &str) -> Result<Schema, OpenError> {
    let options = SqliteConnectOptions::from_str(url).map_err(OpenError::Connect)?.read_only(true);
    let file = options.get_filename().to_owned();
    let mut db = options.connect().await.map_err(|why| {
        let address = file.display().to_string();
        // Folders are not made.
        let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
        let is_folder_there = folder.is_none_or(Path::is_dir);
        match file.try_exists() {
            Ok(false) if is_folder_there => OpenError::Missing(address),
            _ => OpenError::Unreachable { address, why },
        }
    })?;
    let is_there: bool = sqlx::query_scalar(
        "select count(*) > 0 from sqlite_master where name = '_sqlx_migrations'",
    )
    .fetch_one(&mut db)
    .await
    .map_err(OpenError::Connect)?;
    let taken = if is_there {
        sqlx::query_scalar(LAST).fetch_one(&mut db).await.map_err(OpenError::Connect)?
    } else {
        0
    };
    Ok(Schema { taken, known: newest(&SQLITE) })
}

fn newest(steps: &Migrator) -> i64 {
    steps.iter().map(|step| step.version).max().unwrap_or(0)
}

/// The last step that was taken: the same question to both.
const LAST: &str = "select coalesce(max(version), 0) from _sqlx_migrations where success";
