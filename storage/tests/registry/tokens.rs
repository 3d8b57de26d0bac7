//! Tokens: what they allow, until when, when they were last used, and taking them back.

use std::sync::Arc;

use chrono::TimeDelta;
use gateway_core::chance::Chance;
use gateway_core::testing::ManualClock;
use gateway_core::time::Clock as _;
use registry_api::Registry;
use registry_api::store::{NewToken, Store, TokenRecord};
use registry_api::token::{Scope, Scopes, Token, TokenHash};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use storage::testing::TestDatabase;
use uuid::Uuid;

/// The store itself, without the half second for which the registry believes it.
struct Tokens {
    store: Arc<dyn Store>,
    clock: ManualClock,
}

const READ: Scopes = Scopes { read: true, write: false };

impl Tokens {
    async fn on(database: &TestDatabase) -> Self {
        Self { store: database.open().await.registry(), clock: ManualClock::default() }
    }

    /// Gives out the token of a number, which is in its id and its hash.
    async fn add(&self, number: u8, name: &str, expires_in: Option<TimeDelta>) -> Uuid {
        let (id, at) = (Uuid::from_u128(number.into()), self.clock.now());
        let hash = &TokenHash([number; 32]);
        let expires_at = expires_in.map(|it| at + it);
        let token = NewToken { id, name, hash, scopes: READ, at, expires_at };
        self.store.add_token(&token).await.expect("it is kept");
        id
    }

    async fn allows(&self, number: u8) -> Option<Scopes> {
        let grant = self.store.grant(&TokenHash([number; 32])).await.expect("an answer");
        grant.map(|grant| grant.scopes)
    }

    async fn all(&self) -> Vec<TokenRecord> {
        self.store.tokens().await.expect("they are listed")
    }
}

macro_rules! tokens_on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::sqlite();
                super::$fact(super::Tokens::on(&database).await).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::postgres().await;
                super::$fact(super::Tokens::on(&database).await).await;
            }
        )*}
    };
}

tokens_on_both! {
    a_token_is_granted_and_listed
    a_token_that_was_never_given_out_is_none
    tokens_are_listed_in_their_order
    a_revoked_token_is_listed_and_allows_nothing
    what_is_revoked_once_is_so_since_then
    the_last_use_never_goes_back
    a_nul_in_a_name_is_replaced
}

async fn a_token_is_granted_and_listed(tokens: Tokens) {
    let id = tokens.add(1, "reader", Some(TimeDelta::days(30))).await;
    let at = tokens.clock.now();
    let grant = tokens.store.grant(&TokenHash([1; 32])).await.expect("an answer").expect("one");
    let expires_at = Some(at + TimeDelta::days(30));
    assert_eq!((grant.id, grant.scopes, grant.expires_at), (id, READ, expires_at));
    let record = TokenRecord {
        id,
        name: "reader".to_owned(),
        scopes: READ,
        created_at: at,
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    assert_eq!(tokens.all().await, [record]);
}

async fn a_token_that_was_never_given_out_is_none(tokens: Tokens) {
    tokens.add(1, "one", None).await;
    assert_eq!(tokens.allows(2).await, None);
    let revoked = tokens.store.revoke(Uuid::from_u128(2), tokens.clock.now()).await;
    assert_eq!(revoked.expect("an answer"), None);
}

async fn tokens_are_listed_in_their_order(tokens: Tokens) {
    for number in [3, 1, 2] {
        tokens.add(number, &number.to_string(), None).await;
        tokens.clock.advance(1);
    }
    let names: Vec<String> = tokens.all().await.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["3", "1", "2"]);
}

async fn a_revoked_token_is_listed_and_allows_nothing(tokens: Tokens) {
    let id = tokens.add(1, "one", None).await;
    tokens.add(2, "two", None).await;
    let at = tokens.clock.now();
    assert_eq!(tokens.store.revoke(id, at).await.expect("an answer"), Some(at));
    assert_eq!(tokens.allows(1).await, None);
    assert_eq!(tokens.allows(2).await, Some(READ));
    let revoked: Vec<_> = tokens.all().await.into_iter().map(|it| it.revoked_at).collect();
    assert_eq!(revoked, [Some(at), None]);
}

async fn what_is_revoked_once_is_so_since_then(tokens: Tokens) {
    let id = tokens.add(1, "one", None).await;
    let first = tokens.clock.now();
    tokens.store.revoke(id, first).await.expect("an answer");
    tokens.clock.advance(1000);
    let again = tokens.store.revoke(id, tokens.clock.now()).await.expect("an answer");
    assert_eq!(again, Some(first));
}

async fn the_last_use_never_goes_back(tokens: Tokens) {
    let (one, two) = (tokens.add(1, "one", None).await, tokens.add(2, "two", None).await);
    let at = |minutes| tokens.clock.now() + TimeDelta::minutes(minutes);
    let unknown = Uuid::from_u128(9);
    tokens.store.used(&[(two, at(5)), (one, at(5)), (unknown, at(5))]).await.expect("it is kept");
    tokens.store.used(&[(one, at(7)), (two, at(3))]).await.expect("it is kept");
    tokens.store.used(&[]).await.expect("nothing is to be kept");
    let used: Vec<_> = tokens.all().await.into_iter().map(|it| it.last_used_at).collect();
    assert_eq!(used, [Some(at(7)), Some(at(5))]);
}

async fn a_nul_in_a_name_is_replaced(tokens: Tokens) {
    tokens.add(1, "o\0ne", None).await;
    assert_eq!(tokens.all().await[0].name, "o\u{fffd}ne");
}

/// Two processes on one database: what one takes back, the other notices by itself.
#[tokio::test]
async fn another_process_notices_that_a_token_was_taken_back() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let process = async |seed| {
            let store = database.open().await.registry();
            let chance = Arc::new(Chance::seeded(seed));
            Registry::new(store, Arc::new(ManualClock::default()), chance)
        };
        let (one, other) = (process(1).await, process(2).await);
        let token = one.create_token("shared", READ).await.expect("a token");
        let allows = async || other.allows(&token, Scope::Read).await.expect("an answer");
        assert_eq!(allows().await, Some(true));
        let id = one.tokens().await.expect("they are listed")[0].id;
        one.revoke_token(id).await.expect("an answer");
        assert_eq!(one.allows(&token, Scope::Read).await.expect("an answer"), None);
        let noticed = async {
            while allows().await.is_some() {
                tokio::task::yield_now().await;
            }
        };
        let in_time = std::time::Duration::from_secs(20);
        tokio::time::timeout(in_time, noticed).await.expect("it is noticed");
    }
}

/// The last schema whose tokens counted for ever.
const FOR_EVER: i64 = 5;

#[tokio::test]
async fn sqlite_a_token_of_an_older_gateway_counts() {
    let database = TestDatabase::sqlite();
    let url = format!("{}?mode=rwc", database.url());
    let mut db = SqliteConnection::connect(&url).await.expect("it is made");
    let schema = sqlx::migrate!("../migrations/sqlite");
    schema.run_to(FOR_EVER, &mut db).await.expect("the old schema");
    let token = Token::mint(&Chance::seeded(1));
    sqlx::query(
        "insert into registry_tokens (id, name, hash, scopes, created_at)
         values (zeroblob(16), 'old', $1, 'read', 0)",
    )
    .bind(&token.hash().0[..])
    .execute(&mut db)
    .await
    .expect("a token");
    db.close().await.expect("it is closed");
    counts(database, &token).await;
}

#[tokio::test]
async fn postgres_a_token_of_an_older_gateway_counts() {
    let database = TestDatabase::postgres().await;
    let mut db = PgConnection::connect(database.url()).await.expect("it is there");
    let schema = sqlx::migrate!("../migrations/postgres");
    schema.run_to(FOR_EVER, &mut db).await.expect("the old schema");
    let token = Token::mint(&Chance::seeded(1));
    sqlx::query(
        "insert into registry_tokens (id, name, hash, scopes, created_at)
         values ('00000000-0000-0000-0000-000000000000', 'old', $1, 'read', 'epoch')",
    )
    .bind(&token.hash().0[..])
    .execute(&mut db)
    .await
    .expect("a token");
    db.close().await.expect("it is closed");
    counts(database, &token).await;
}

async fn counts(database: TestDatabase, token: &Token) {
    let tokens = Tokens::on(&database).await;
    let grant = tokens.store.grant(&token.hash()).await.expect("an answer").expect("it counts");
    assert_eq!((grant.scopes, grant.expires_at), (READ, None));
    assert_eq!(tokens.all().await[0].last_used_at, None);
}
