use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use gateway_core::testing::ManualClock;
use tokio::sync::Semaphore;
use tokio::time::advance;

use super::*;
use crate::store::{NewToken, StoreError, TokenRecord};
use crate::token::Scopes;

/// Knows one token, and counts what it is asked.
#[derive(Debug)]
struct Fake {
    grant: Mutex<Option<Grant>>,
    asked: AtomicUsize,
    fails: AtomicUsize,
    /// An answer takes one of these.
    answers: Semaphore,
    written: Mutex<Vec<(Uuid, DateTime<Utc>)>>,
    told: Notify,
}

const KNOWN: TokenHash = TokenHash([1; 32]);

/// A token that nobody was given, as anybody can make them up.
fn made_up(number: usize) -> TokenHash {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&number.to_be_bytes());
    TokenHash(hash)
}

fn grant() -> Grant {
    Grant { id: Uuid::from_u128(7), scopes: Scopes::ALL, expires_at: None }
}

#[derive(Debug, thiserror::Error)]
#[error("out of order")]
struct OutOfOrder;

#[async_trait]
impl TokenStore for Fake {
    async fn add_token(&self, _: &NewToken<'_>) -> Result<()> {
        Ok(())
    }

    async fn grant(&self, token: &TokenHash) -> Result<Option<Grant>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let _permit = self.answers.acquire().await.expect("it is open");
        if self.fails.load(Ordering::SeqCst) > 0 {
            self.fails.fetch_sub(1, Ordering::SeqCst);
            return Err(StoreError::new("looking up a token", OutOfOrder));
        }
        Ok(self.grant.lock().expect("whole").filter(|_| *token == KNOWN))
    }

    async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        Ok(Vec::new())
    }

    async fn revoke(&self, _: Uuid, _: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        Ok(None)
    }

    async fn used(&self, uses: &[(Uuid, DateTime<Utc>)]) -> Result<()> {
        self.written.lock().expect("whole").extend(uses);
        self.told.notify_one();
        Ok(())
    }
}

fn bench() -> (Arc<Fake>, Arc<ManualClock>, Arc<Grants>) {
    let fake = Arc::new(Fake {
        grant: Mutex::new(Some(grant())),
        asked: AtomicUsize::new(0),
        fails: AtomicUsize::new(0),
        answers: Semaphore::new(1000),
        written: Mutex::default(),
        told: Notify::new(),
    });
    let clock = Arc::new(ManualClock::default());
    let grants = Arc::new(Grants::over(fake.clone(), clock.clone()));
    (fake, clock, grants)
}

impl Fake {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn revoke(&self) {
        *self.grant.lock().expect("whole") = None;
    }
}

#[tokio::test(start_paused = true)]
async fn the_store_is_asked_once_in_half_a_second() {
    let (fake, _, grants) = bench();
    for _ in 0..5 {
        assert_eq!(grants.of(KNOWN).await.expect("an answer"), Some(grant()));
        assert_eq!(grants.of(made_up(1)).await.expect("an answer"), None);
    }
    assert_eq!(fake.asked(), 2);
    advance(LIFE).await;
    assert_eq!(grants.of(KNOWN).await.expect("an answer"), Some(grant()));
    assert_eq!(fake.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_taken_back_counts_for_half_a_second_at_most() {
    let (fake, _, grants) = bench();
    grants.of(KNOWN).await.expect("an answer");
    fake.revoke();
    advance(Duration::from_millis(499)).await;
    assert_eq!(grants.of(KNOWN).await.expect("an answer"), Some(grant()));
    advance(Duration::from_millis(1)).await;
    assert_eq!(grants.of(KNOWN).await.expect("an answer"), None);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_not_believed_for_longer() {
    let (fake, _, grants) = bench();
    let all = fake.answers.acquire_many(1000).await.expect("it is open");
    let asking = tokio::spawn({
        let grants = grants.clone();
        async move { grants.of(KNOWN).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(fake.asked(), 1);
    advance(LIFE).await;
    drop(all);
    asking.await.expect("it ends").expect("an answer");
    grants.of(KNOWN).await.expect("an answer");
    assert_eq!(fake.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_does_not_count_at_once() {
    let (fake, clock, grants) = bench();
    let end = clock.now() + TimeDelta::milliseconds(10);
    let ends = Grant { expires_at: Some(end), ..grant() };
    *fake.grant.lock().expect("whole") = Some(ends);
    clock.advance(9);
    assert_eq!(grants.of(KNOWN).await.expect("an answer"), Some(ends));
    clock.advance(1);
    assert_eq!(grants.of(KNOWN).await.expect("an answer"), None);
    assert_eq!(fake.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_comes_at_once_waits_for_one_answer() {
    let (fake, _, grants) = bench();
    let all = fake.answers.acquire_many(1000).await.expect("it is open");
    let asks: Vec<_> = (0..20)
        .map(|_| {
            let grants = grants.clone();
            tokio::spawn(async move { grants.of(KNOWN).await })
        })
        .collect();
    tokio::task::yield_now().await;
    drop(all);
    for asked in asks {
        assert_eq!(asked.await.expect("it ends").expect("an answer"), Some(grant()));
    }
    assert_eq!(fake.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_not_kept() {
    let (fake, _, grants) = bench();
    fake.fails.store(1, Ordering::SeqCst);
    grants.of(KNOWN).await.expect_err("out of order");
    assert_eq!(grants.of(KNOWN).await.expect("an answer"), Some(grant()));
}

#[tokio::test(start_paused = true)]
async fn made_up_tokens_do_not_fill_the_memory_nor_push_out_the_others() {
    let (fake, _, grants) = bench();
    advance(SWEEP).await;
    grants.of(KNOWN).await.expect("an answer");
    for number in 0..ANSWERS * 2 {
        grants.of(made_up(number)).await.expect("an answer");
    }
    assert!(grants.lock().kept.len() <= ANSWERS);
    let asked = fake.asked();
    grants.of(KNOWN).await.expect("an answer");
    assert_eq!(fake.asked(), asked);
    // The next sweep makes room.
    advance(SWEEP).await;
    grants.of(made_up(ANSWERS * 3)).await.expect("an answer");
    assert_eq!(grants.lock().kept.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_use_is_written_once_a_minute() {
    let (fake, clock, grants) = bench();
    let (id, stop) = (Uuid::from_u128(7), CancellationToken::new());
    let start = clock.now();
    let written = || fake.written.lock().expect("whole").clone();
    let writing = grants.write_uses(stop.clone());
    let using = async {
        grants.note_use(id);
        fake.told.notified().await;
        assert_eq!(written(), [(id, start)]);
        clock.advance(59_000);
        advance(Duration::from_secs(59)).await;
        grants.note_use(id);
        clock.advance(1000);
        advance(Duration::from_secs(1)).await;
        grants.note_use(id);
        fake.told.notified().await;
        assert_eq!(written(), [(id, start), (id, start + TimeDelta::minutes(1))]);
        stop.cancel();
    };
    tokio::join!(writing, using);
}

#[tokio::test(start_paused = true)]
async fn what_is_noted_before_the_stop_is_written() {
    let (fake, clock, grants) = bench();
    let stop = CancellationToken::new();
    stop.cancel();
    grants.note_use(Uuid::from_u128(7));
    grants.write_uses(stop).await;
    assert_eq!(*fake.written.lock().expect("whole"), [(Uuid::from_u128(7), clock.now())]);
}
