//! An older gateway serves its reads while a newer one brings the schema up to date.
//!
//! What is read here is what the first version of the registry read, statement by statement, each
//! prepared once as its pool did it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;
use gateway_core::model::AccountId;
use gateway_core::testing::ManualClock;
use registry_api::Registry;
use registry_api::query::{ChatQuery, Sort, SortBy};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use storage::testing::TestDatabase;
use storage::{Database, OpenError};
use uuid::Uuid;

/// The schema of the first version that had the registry and its tokens.
const FIRST: i64 = 3;

/// The first version's reads; the places are as that version filled them.
mod first {
    pub(crate) const SNAPSHOT: &str = "begin isolation level repeatable read read only";
    pub(crate) const TOTAL: &str = "select count(*) from registry_chats";
    pub(crate) const PAGE: &str =
        "select id, is_active, service, registered_at, created_by, description
             from registry_chats order by registered_at desc, id limit $1 offset $2";
    pub(crate) const CHAT: &str =
        "select id, is_active, service, registered_at, created_by, description
             from registry_chats where id = $1";
    pub(crate) const TITLES: &str = "select chat_id, value, captured_at from registry_titles
         where chat_id = any($1) order by chat_id, seq";
    pub(crate) const STAYS: &str =
        "select stay.chat_id, person.id, person.firstname, person.lastname, person.username,
                stay.is_active, stay.joined_at
         from registry_participations stay
         join registry_participants person on person.id = stay.participant_id
         where stay.chat_id = any($1) order by stay.chat_id, stay.seq";
    pub(crate) const SCOPES: &str = "select scopes from registry_tokens where hash = $1";
}

const CHATS: i64 = 3000;

/// Chats with two titles and two people each, a token, and a journal that has worked.
const POSTGRES_DATA: &str = "
    insert into registry_chats (id, service, account, external_id, registered_at)
        select md5('chat' || it)::uuid, 'max', 'a', it::text, to_timestamp(it * 5000)
        from generate_series(1, 3000) it;
    insert into registry_titles (chat_id, value, captured_at)
        select md5('chat' || it)::uuid, 'Title ' || what || ' of ' || it, to_timestamp(it * 5000 + what)
        from generate_series(1, 3000) it, generate_series(1, 2) what order by it, what;
    insert into registry_participants (id, service, external_id, firstname)
        select md5('person' || it)::uuid, 'max', it::text, 'Person ' || it
        from generate_series(1, 3000) it;
    insert into registry_participations (chat_id, participant_id, joined_at)
        select md5('chat' || it)::uuid, md5('person' || (1 + (it + other) % 3000))::uuid, to_timestamp(it * 5000)
        from generate_series(1, 3000) it, generate_series(0, 1) other;
    insert into registry_tokens (id, name, hash, scopes, created_at)
        values (md5('token')::uuid, 'old', decode(repeat('ab', 32), 'hex'), 'read', 'epoch');
    insert into journal_updates (account, update_id, chat, received_at, body, state, settled_at)
        select 'a', it::text, it::text, to_timestamp(it),
            '{\"account\":\"a\",\"id\":\"' || it || '\",\"time\":null,\"kind\":{\"unknown\":{\"kind\":\"new\",\"chat\":\"' || it || '\"}},\"locale\":null,\"raw\":{}}',
            case when it % 3 = 0 then 'received' else 'done' end,
            case when it % 3 = 0 then null else to_timestamp(it) end
        from generate_series(1, 3000) it;
    insert into journal_effects
        select 'a', it::text, 0, 'send', 'done', '8', to_timestamp(it), to_timestamp(it)
        from generate_series(1, 3000) it where it % 3 > 0;
    insert into journal_cursors values ('a', '77')";

/// A chat as the first version saw it: its titles, and who is in it.
type Row = (Uuid, bool, String, DateTime<Utc>, Option<String>, Option<String>);

/// A stay: the chat, and the person.
type Stay = (Uuid, Uuid, Option<String>, Option<String>, Option<String>, bool, DateTime<Utc>);

/// A connection of the older gateway. No read of it may wait for longer than the newer one's may.
async fn older(database: &TestDatabase) -> PgConnection {
    let options: PgConnectOptions = database.url().parse().expect("a URL");
    let options = options.options([("lock_timeout", "3000"), ("statement_timeout", "5000")]);
    PgConnection::connect_with(&options).await.expect("it is there")
}

/// Everything that the first version reads, once; how many chats it found.
async fn read(db: &mut PgConnection, page: i64) -> sqlx::Result<i64> {
    let hash = vec![0xab_u8; 32];
    let scopes: Option<String> =
        sqlx::query_scalar(first::SCOPES).bind(hash).fetch_optional(&mut *db).await?;
    assert_eq!(scopes.as_deref(), Some("read"));

    let mut snapshot = db.begin_with(first::SNAPSHOT).await?;
    let total: i64 = sqlx::query_scalar(first::TOTAL).fetch_one(&mut *snapshot).await?;
    let rows: Vec<Row> =
        sqlx::query_as(first::PAGE).bind(20_i64).bind(page * 20).fetch_all(&mut *snapshot).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let titles: Vec<(Uuid, String, DateTime<Utc>)> =
        sqlx::query_as(first::TITLES).bind(&ids).fetch_all(&mut *snapshot).await?;
    let stays: Vec<Stay> =
        sqlx::query_as(first::STAYS).bind(&ids).fetch_all(&mut *snapshot).await?;
    assert_eq!((rows.len(), titles.len(), stays.len()), (20, 40, 40), "page {page}");
    drop(snapshot);

    let mut snapshot = db.begin_with(first::SNAPSHOT).await?;
    let one: Option<Row> =
        sqlx::query_as(first::CHAT).bind(ids[0]).fetch_optional(&mut *snapshot).await?;
    assert_eq!(one.map(|it| it.0), Some(ids[0]));
    Ok(total)
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_the_first_version_serves_its_reads_while_the_newest_migrates() {
    let database = TestDatabase::postgres().await;
    let mut db = PgConnection::connect(database.url()).await.expect("it is there");
    let schema = sqlx::migrate!("../migrations/postgres");
    schema.run_to(FIRST, &mut db).await.expect("the old schema");
    sqlx::raw_sql(POSTGRES_DATA).execute(&mut db).await.expect("what was before");
    db.close().await.expect("it is closed");

    let is_over = Arc::new(AtomicBool::new(false));
    let reads = Arc::new(AtomicI64::new(0));
    let mut readers = Vec::new();
    for place in 0..3 {
        let mut db = older(&database).await;
        // Its statements are prepared before the schema changes.
        read(&mut db, place).await.expect("the older schema");
        let (is_over, reads) = (is_over.clone(), reads.clone());
        readers.push(tokio::spawn(async move {
            loop {
                // Once more when all is done.
                let is_last = is_over.load(Ordering::SeqCst);
                let page = (place + reads.load(Ordering::SeqCst)) % 150;
                assert_eq!(read(&mut db, page).await.expect("a read"), CHATS);
                reads.fetch_add(1, Ordering::SeqCst);
                if is_last {
                    return;
                }
            }
        }));
    }
    let before = reads.load(Ordering::SeqCst);
    let opened = database.open().await;
    let meanwhile = reads.load(Ordering::SeqCst) - before;
    assert!(meanwhile > 0, "nobody has read while it migrated");
    is_over.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.expect("no read fails");
    }
    // One that connects now prepares its statements anew.
    assert_eq!(read(&mut older(&database).await, 7).await.expect("a read"), CHATS);

    let clock = Arc::new(ManualClock::default());
    let registry = Registry::new(opened.registry(), clock, Arc::new(Chance::seeded(7)));
    let page = registry.list(&ChatQuery { size: 200, ..ChatQuery::default() }).await;
    let page = page.expect("a page");
    assert_eq!((page.total, page.records.len()), (CHATS.unsigned_abs(), 200));
    let audit = registry.audit().await.expect("totals");
    assert_eq!((audit.kept, audit.counted, audit.wrong), (page.total, page.total, 0));
    let depth = opened.journal().depth(&AccountId::new("a")).await.expect("a count");
    assert_eq!(depth.waiting, 1000);
}

/// What the older texts of steps 7 and 12 made otherwise, and their checksums.
const ONCE_OTHERWISE: &str = "
    alter table registry_chats alter column service type text collate \"C\";
    drop index registry_chats_by_service;
    create index registry_chats_by_service
        on registry_chats (service, id) include (registered_at, is_active);
    update _sqlx_migrations set checksum = decode('2e93e4250b14a46954fa1bdbe55e9fa379075fce4fd832ae76d05125cf028db0b95cd1d910caddacfb3d292361a3b806', 'hex')
        where version = 7;
    update _sqlx_migrations set checksum = decode('ebbb67ff3f8eab096bd2859a7199785f4b87a2ced939da7ef766f8f38910dbf79035355f29b6f6af89c1fbd26255c226', 'hex')
        where version = 12;";

#[tokio::test]
async fn postgres_a_database_of_the_older_steps_opens() {
    let database = TestDatabase::postgres().await;
    let mut db = PgConnection::connect(database.url()).await.expect("it is there");
    let schema = sqlx::migrate!("../migrations/postgres");
    schema.run_to(FIRST, &mut db).await.expect("the old schema");
    sqlx::raw_sql(POSTGRES_DATA).execute(&mut db).await.expect("what was before");
    schema.run_to(16, &mut db).await.expect("the schema that had the older steps");
    sqlx::raw_sql(ONCE_OTHERWISE).execute(&mut db).await.expect("the older steps");

    let opened = database.open().await;
    let clock = Arc::new(ManualClock::default());
    let registry = Registry::new(opened.registry(), clock, Arc::new(Chance::seeded(7)));
    let by_service = ChatQuery {
        size: 20,
        sort: Sort { by: SortBy::Service, descending: false },
        ..ChatQuery::default()
    };
    let page = registry.list(&by_service).await.expect("a page");
    assert_eq!((page.total, page.records.len()), (CHATS.unsigned_abs(), 20));
    // The next time there is nothing left to do.
    drop(opened);
    drop(database.open().await);
}

#[tokio::test]
async fn postgres_a_server_that_is_not_there_is_named_with_the_cause() {
    // Nobody listens on that port.
    let refused = Database::open("postgres://gateway:hush@127.0.0.1:1/gateway").await;
    let words = refused.expect_err("nobody is there").to_string();
    assert!(words.contains("127.0.0.1:1") && words.contains("refused"), "{words}");
    assert!(!words.contains("hush"), "{words}");
}

#[tokio::test]
async fn postgres_an_older_version_does_not_start_on_a_newer_schema() {
    let database = TestDatabase::postgres().await;
    drop(database.open().await);
    let mut db = PgConnection::connect(database.url()).await.expect("it is there");
    // A step that this version does not know.
    let newer =
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'newer', true, '', 0)";
    sqlx::query(newer).execute(&mut db).await.expect("a newer schema");
    let refused = Database::open(database.url()).await.expect_err("it is newer");
    assert!(matches!(refused, OpenError::Migrate(_)), "{refused:?}");
    assert!(refused.to_string().contains("9999"), "{refused}");
}
