//! Bringing the schema up to date.

use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};

use super::rekeying;
use crate::OpenError;

/// Held by whoever migrates. The number means nothing; it must only be nobody else's.
const MIGRATING: i64 = 0x6761_7465_0004;

/// How long to wait before asking again whether somebody else is still migrating.
const PAUSE: Duration = Duration::from_millis(100);

/// Brings the schema up to date, while older programs go on working.
///
/// An index that is built while others write waits for everybody who has begun a statement. Waiting
/// for a lock is a statement, so two who migrate at once would wait for each other: therefore the lock
/// is asked for again and again instead.
pub(super) async fn migrate(pool: &PgPool) -> Result<(), OpenError> {
    let mut schema = sqlx::migrate!("../migrations/postgres");
    let mut db = pool.acquire().await.map_err(OpenError::Connect)?.detach();
    while !try_lock(&mut db).await.map_err(OpenError::Connect)? {
        tokio::time::sleep(PAUSE).await;
    }
    drop_unfinished(&mut db).await.map_err(OpenError::Connect)?;
    schema.set_locking(false);
    schema.run(&mut db).await.map_err(OpenError::Migrate)?;
    let rekeyed = rekeying::rekey(&mut db).await;
    rekeyed.map_err(|why| OpenError::Migrate(MigrateError::Execute(why)))?;
    // The lock goes with its connection.
    db.close().await.map_err(OpenError::Connect)
}

async fn try_lock(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(MIGRATING).fetch_one(db).await
}

/// An index whose building was cut off is there and of no use.
async fn drop_unfinished(db: &mut PgConnection) -> sqlx::Result<()> {
    let unfinished: Vec<String> = sqlx::query_scalar(
        "select indexrelid::regclass::text from pg_index
         where not indisvalid and indrelid::regclass::text like 'registry\\_%'",
    )
    .fetch_all(&mut *db)
    .await?;
    for index in unfinished {
        // The name comes from the server, quoted where that is needed.
        let statement = AssertSqlSafe(format!("drop index concurrently {index}"));
        sqlx::query(statement).execute(&mut *db).await?;
    }
    Ok(())
}
