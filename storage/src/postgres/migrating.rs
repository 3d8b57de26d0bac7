//! Bringing the schema up to date.

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};

use super::rekeying;
use crate::OpenError;

/// Held by whoever migrates. The number means nothing; it must only be nobody else's.
const MIGRATING: i64 = 0x6761_7465_0004;

/// How long to wait before asking again whether somebody else is still migrating.
const PAUSE: Duration = Duration::from_millis(100);

/// Steps that had another text once, and the checksum of that. What the older text made serves as well:
/// there the column `service` has the order of bytes, and its index therefore.
const ONCE_OTHERWISE: [(i64, &str); 2] = [
    (
        7,
        "2e93e4250b14a46954fa1bdbe55e9fa379075fce4fd832ae76d05125cf028db0\
         b95cd1d910caddacfb3d292361a3b806",
    ),
    (
        12,
        "ebbb67ff3f8eab096bd2859a7199785f4b87a2ced939da7ef766f8f38910dbf7\
         9035355f29b6f6af89c1fbd26255c226",
    ),
];

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
    accept_older_texts(&mut db, &schema).await.map_err(OpenError::Connect)?;
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

/// Lets a step count as done that was done when its text was another.
async fn accept_older_texts(db: &mut PgConnection, schema: &Migrator) -> sqlx::Result<()> {
    let has_steps = "select to_regclass('_sqlx_migrations') is not null";
    if !sqlx::query_scalar::<_, bool>(has_steps).fetch_one(&mut *db).await? {
        return Ok(());
    }
    for (version, older) in ONCE_OTHERWISE {
        for step in schema.iter().filter(|step| step.version == version) {
            sqlx::query(
                "update _sqlx_migrations set checksum = $1
                 where version = $2 and checksum = decode($3, 'hex')",
            )
            .bind(&*step.checksum)
            .bind(version)
            .bind(older)
            .execute(&mut *db)
            .await?;
        }
    }
    Ok(())
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
