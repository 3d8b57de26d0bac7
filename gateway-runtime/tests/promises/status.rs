//! How the accounts fare, and how much may wait.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use gateway_core::Messenger;
use gateway_core::messenger::{Batch, Capabilities, Error, ErrorKind, Receipt, Result};
use gateway_core::model::{Account, AccountId, ChatId, Cursor, NewMessage, Platform, User};
use gateway_runtime::journal::Inbox as _;
use gateway_runtime::{AccountState, AccountStatus, Context, HandlerResult, Router};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Bench, account};

/// A messenger that refuses the token, or never answers a poll, or cannot be reached for some polls
/// before.
#[derive(Debug)]
struct Mute {
    account: Account,
    capabilities: Capabilities,
    refuses: bool,
    away: AtomicUsize,
    /// How long a poll takes that fails.
    fails_after: Duration,
}

impl Mute {
    fn new(name: &str, refuses: bool) -> Arc<Self> {
        let capabilities = Bench::new().messenger.capabilities().clone();
        let (account, away) = (Account::new(name, Platform::MEMORY), AtomicUsize::new(0));
        Arc::new(Self { account, capabilities, refuses, away, fails_after: Duration::ZERO })
    }

    fn away(name: &str, polls: usize, fails_after: Duration) -> Arc<Self> {
        let mute = Arc::into_inner(Self::new(name, false)).expect("nobody else has it");
        Arc::new(Self { away: AtomicUsize::new(polls), fails_after, ..mute })
    }
}

#[async_trait]
impl Messenger for Mute {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        if self.refuses {
            return Err(Error::new(ErrorKind::Unauthorized, "introducing itself"));
        }
        Ok(User::new("me"))
    }

    async fn receive(&self, _: Option<&Cursor>) -> Result<Batch> {
        let fewer = |polls: usize| polls.checked_sub(1);
        if self.away.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer).is_ok() {
            tokio::time::sleep(self.fails_after).await;
            let kind = ErrorKind::Unavailable { may_have_happened: false };
            return Err(Error::new(kind, "receiving updates"));
        }
        std::future::pending().await
    }

    async fn send(&self, _: &ChatId, _: &NewMessage) -> Result<Receipt> {
        panic!("it is not asked to")
    }
}

fn of<'a>(statuses: &'a [AccountStatus], name: &str) -> &'a AccountStatus {
    statuses.iter().find(|it| it.account.id == AccountId::new(name)).expect("it is there")
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_deaf_or_refused_is_shown_and_does_not_stop_the_others() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let bot: Router = Router::new().text(|ctx: Context| async move {
        ctx.reply("hello").await?;
        HandlerResult::Ok(())
    });
    let runtime = bench
        .runtime(&bot)
        .with_account(Mute::new("deaf", false))
        .with_account(Mute::new("refused", true));
    let (status, stop) = (runtime.status(), CancellationToken::new());
    let talk = async {
        assert_eq!(bench.next().await, "hello");
        bench.rests().await;
        let before = status.accounts();
        assert_eq!(of(&before, "test").state, AccountState::Running);
        assert_eq!((of(&before, "test").handled, of(&before, "test").waiting), (1, 0));
        assert!(of(&before, "test").last_update.is_some());
        assert_eq!(of(&before, "deaf").state, AccountState::Running);
        assert_eq!(of(&before, "refused").state, AccountState::Unauthorized);
        assert!(of(&before, "refused").last_error.is_some());
        bench.messenger.clock().advance(TimeDelta::minutes(5).num_milliseconds());
        bench.messenger.says("Anna", "hi");
        assert_eq!(bench.next().await, "hello");
        let after = status.accounts();
        assert_eq!(of(&after, "test").state, AccountState::Running);
        assert_eq!(of(&after, "deaf").state, AccountState::Deaf);
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("three accounts");
    let ended = status.accounts();
    assert!(ended.iter().all(|it| it.state == AccountState::Stopped), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_back_is_shown_as_such_although_its_poll_is_held() {
    let bench = Bench::new();
    let bot: Router = Router::new().text(async |_: Context| HandlerResult::Ok(()));
    let runtime = bench.runtime(&bot).with_account(Mute::away("away", 3, Duration::ZERO));
    let (status, stop) = (runtime.status(), CancellationToken::new());
    let talk = async {
        while of(&status.accounts(), "away").last_error.is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(of(&status.accounts(), "away").state, AccountState::Failing);
        tokio::time::sleep(Duration::from_secs(20)).await;
        let back = status.accounts();
        let back = of(&back, "away");
        assert_eq!(back.state, AccountState::Running);
        let (_, error) = back.last_error.clone().expect("it is kept");
        assert!(error.contains("receiving updates"), "{error}");
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("two accounts");
}

#[tokio::test(start_paused = true)]
async fn a_messenger_that_answers_and_holds_no_poll_to_its_end_is_not_taken_for_well() {
    let bench = Bench::new();
    let bot: Router = Router::new().text(async |_: Context| HandlerResult::Ok(()));
    let account = Mute::away("away", usize::MAX, Duration::from_secs(40));
    let runtime = bench.runtime(&bot).with_account(account);
    let (status, stop) = (runtime.status(), CancellationToken::new());
    let talk = async {
        // Once it is believed.
        tokio::time::sleep(Duration::from_mins(3)).await;
        let mut states = HashSet::new();
        for _ in 0..600 {
            states.insert(of(&status.accounts(), "away").state);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        assert_eq!(states, HashSet::from([AccountState::Failing]));
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("two accounts");
}

#[tokio::test(start_paused = true)]
async fn when_too_much_waits_nothing_more_is_asked_for_and_nothing_is_dropped() {
    let mut bench = Bench::new();
    bench.options.waiting = 10;
    bench.options.held = 2;
    let open = Arc::new(Notify::new());
    let gate = open.clone();
    let bot: Router = Router::new().text(move |ctx: Context| {
        let gate = gate.clone();
        async move {
            gate.notified().await;
            gate.notify_one();
            ctx.reply(ctx.text().cloned().unwrap_or_default()).await?;
            HandlerResult::Ok(())
        }
    });
    for number in 0..10 {
        bench.messenger.says("Anna", number.to_string());
    }
    let runtime = bench.runtime(&bot);
    let (status, stop) = (runtime.status(), CancellationToken::new());
    let talk = async {
        while status.accounts()[0].state != AccountState::Full {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        // The poll that is on its way brings what it brings.
        bench.messenger.says("Anna", "10");
        tokio::time::sleep(Duration::from_secs(1)).await;
        for number in 11..30 {
            bench.messenger.says("Anna", number.to_string());
        }
        tokio::time::sleep(Duration::from_mins(2)).await;
        let waiting = bench.journal.depth(&account()).await.expect("a depth").waiting;
        open.notify_one();
        let mut said = Vec::new();
        for _ in 0..30 {
            said.push(bench.next().await);
        }
        stop.cancel();
        (waiting, said)
    };
    let (ran, (waiting, said)) = tokio::join!(runtime.run(stop.clone()), talk);
    ran.expect("one account");
    assert_eq!(waiting, 11, "no more was asked for");
    assert_eq!(said, (0..30).map(|number| number.to_string()).collect::<Vec<_>>());
}
