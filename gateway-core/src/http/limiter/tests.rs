use std::time::Duration;

use tokio::time::Instant;

use super::{FORGET_EVERY, Lane, Limiter, TooLong};
use crate::http::{Rate, RateLimits};
use crate::messenger::LimitScope;

const SECOND: Duration = Duration::from_secs(1);
const NO_CHAT: Lane<'_> = Lane { chat: None, poll: false };

fn to(chat: &str) -> Lane<'_> {
    Lane { chat: Some(chat), poll: false }
}

fn limiter(limits: RateLimits) -> Limiter {
    Limiter::new(limits, Duration::from_mins(1))
}

/// How long a call waited, to the millisecond that tokio's timers round up to.
async fn wait(limiter: &Limiter, lane: Lane<'_>) -> u128 {
    let begun = Instant::now();
    limiter.admit(lane).await.expect("it is let through");
    begun.elapsed().as_millis()
}

/// A call that is let through, and refused.
async fn refused(limiter: &Limiter, lane: Lane<'_>, scope: LimitScope, asked: Option<Duration>) {
    let seen = limiter.admit(lane).await.expect("it is let through");
    limiter.refused(lane, seen, scope, asked);
}

#[tokio::test(start_paused = true)]
async fn what_is_beyond_the_rate_waits_and_is_not_dropped() {
    let rate = Rate::per_second(2).with_burst(3);
    let limiter = limiter(RateLimits { account: Some(rate), ..RateLimits::default() });
    let begun = Instant::now();
    let calls = (0..9).map(|_| limiter.admit(NO_CHAT));
    let mut ends = Vec::new();
    for call in calls {
        call.await.expect("it is let through");
        ends.push(begun.elapsed().as_millis());
    }
    assert_eq!(ends, [0, 0, 0, 500, 1000, 1500, 2000, 2500, 3000]);
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_share_the_rate() {
    let limits = RateLimits { account: Some(Rate::per_second(1)), ..RateLimits::default() };
    let limiter = limiter(limits);
    let begun = Instant::now();
    let call = || async { wait(&limiter, NO_CHAT).await };
    let (a, b, c) = tokio::join!(call(), call(), call());
    let mut waits = [a, b, c];
    waits.sort_unstable();
    assert_eq!((waits, begun.elapsed()), ([0, 1000, 2000], 2 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn chats_do_not_wait_for_each_other() {
    let limits = RateLimits { chat: Some(Rate::per_second(1)), ..RateLimits::default() };
    let limiter = limiter(limits);
    assert_eq!(wait(&limiter, to("anna")).await, 0);
    assert_eq!(wait(&limiter, to("boris")).await, 0);
    assert_eq!(wait(&limiter, NO_CHAT).await, 0);
    assert_eq!(wait(&limiter, to("anna")).await, 1000);
}

#[tokio::test(start_paused = true)]
async fn the_account_counts_what_goes_to_any_chat() {
    let limits = RateLimits { account: Some(Rate::per_second(1)), ..RateLimits::default() };
    let limiter = limiter(limits);
    assert_eq!(wait(&limiter, to("anna")).await, 0);
    assert_eq!(wait(&limiter, to("boris")).await, 1000);
}

#[tokio::test(start_paused = true)]
async fn polls_have_a_rate_of_their_own() {
    let limits = RateLimits { poll: Some(Rate::per_second(2)), ..RateLimits::default() };
    let limiter = limiter(limits);
    let poll = Lane { chat: None, poll: true };
    assert_eq!(wait(&limiter, poll).await, 0);
    assert_eq!(wait(&limiter, NO_CHAT).await, 0);
    assert_eq!(wait(&limiter, poll).await, 500);
}

#[tokio::test(start_paused = true)]
async fn a_refused_account_holds_back_every_call() {
    let limiter = limiter(RateLimits::default());
    refused(&limiter, to("anna"), LimitScope::Account, Some(7 * SECOND)).await;
    let waits = tokio::join!(
        wait(&limiter, to("anna")),
        wait(&limiter, to("boris")),
        wait(&limiter, NO_CHAT)
    );
    assert_eq!(waits, (7000, 7000, 7000));
}

#[tokio::test(start_paused = true)]
async fn a_refused_chat_holds_back_its_own_calls_only() {
    let limiter = limiter(RateLimits::default());
    refused(&limiter, to("anna"), LimitScope::Chat, Some(7 * SECOND)).await;
    assert_eq!(wait(&limiter, to("boris")).await, 0);
    assert_eq!(wait(&limiter, NO_CHAT).await, 0);
    assert_eq!(wait(&limiter, to("anna")).await, 7000);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_reaches_those_who_wait_already() {
    let limits = RateLimits { chat: Some(Rate::per_second(1)), ..RateLimits::default() };
    let limiter = limiter(limits);
    let seen = limiter.admit(to("anna")).await.expect("it is let through");
    let refuse = async {
        tokio::time::sleep(SECOND / 2).await;
        limiter.refused(to("anna"), seen, LimitScope::Chat, Some(3 * SECOND));
    };
    let (waited, ()) = tokio::join!(wait(&limiter, to("anna")), refuse);
    assert_eq!(waited, 3500);
}

#[tokio::test(start_paused = true)]
async fn without_a_word_of_the_server_pauses_double_until_a_success() {
    let limiter = limiter(RateLimits::default());
    let mut waits = Vec::new();
    for _ in 0..8 {
        let begun = Instant::now();
        refused(&limiter, NO_CHAT, LimitScope::Account, None).await;
        waits.push(begun.elapsed().as_secs());
    }
    assert_eq!(waits, [0, 1, 2, 4, 8, 16, 30, 30]);
    let seen = limiter.admit(NO_CHAT).await.expect("it is let through");
    limiter.succeeded(NO_CHAT, seen);
    refused(&limiter, NO_CHAT, LimitScope::Account, None).await;
    assert_eq!(wait(&limiter, NO_CHAT).await, 1000);
}

#[tokio::test(start_paused = true)]
async fn many_refusals_at_once_are_one() {
    let limiter = limiter(RateLimits::default());
    let mut under_way = Vec::new();
    for _ in 0..20 {
        under_way.push(limiter.admit(to("anna")).await.expect("it is let through"));
    }
    let late = under_way[0];
    for seen in under_way {
        limiter.refused(to("anna"), seen, LimitScope::Chat, None);
    }
    limiter.succeeded(to("anna"), late);
    assert_eq!(wait(&limiter, to("anna")).await, 1000, "a success from before ends nothing");
}

#[tokio::test(start_paused = true)]
async fn who_would_wait_too_long_is_told_at_once() {
    let limiter = limiter(RateLimits::default());
    refused(&limiter, to("anna"), LimitScope::Chat, Some(61 * SECOND)).await;
    let begun = Instant::now();
    let refused = limiter.admit(to("anna")).await.expect_err("a minute is the longest");
    assert_eq!(refused, TooLong { scope: LimitScope::Chat, wait: 61 * SECOND });
    assert_eq!(begun.elapsed(), Duration::ZERO);
    tokio::time::advance(SECOND).await;
    assert_eq!(wait(&limiter, to("anna")).await, 60_000);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever_behind_others() {
    let limits = RateLimits { account: Some(Rate::per_second(1)), ..RateLimits::default() };
    let limiter = Limiter::new(limits, 5 * SECOND);
    let begun = Instant::now();
    let calls = (0..20).map(|_| limiter.admit(NO_CHAT));
    let ends = futures_util::future::join_all(calls).await;
    assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 6);
    assert_eq!(begun.elapsed(), 5 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn chats_that_are_silent_are_forgotten() {
    for chat in [None, Some(Rate::per_second(1))] {
        let limiter = limiter(RateLimits { chat, ..RateLimits::default() });
        for chat in 0..10 * FORGET_EVERY {
            let chat = chat.to_string();
            refused(&limiter, to(&chat), LimitScope::Chat, None).await;
            tokio::time::advance(SECOND / 10).await;
        }
        let buckets = limiter.chat.as_ref().map_or(0, governor::RateLimiter::len);
        let holds = limiter.held().holds.chats();
        assert!(buckets.max(holds) < 2 * FORGET_EVERY as usize, "{buckets} buckets, {holds} holds");
    }
}

#[tokio::test(start_paused = true)]
async fn impossible_rates_are_survived() {
    for rate in [
        Rate::new(0, Duration::ZERO).with_burst(0),
        Rate::new(u32::MAX, Duration::from_nanos(1)).with_burst(u32::MAX),
        Rate::new(1, Duration::MAX).with_burst(u32::MAX),
    ] {
        let limits = RateLimits { account: Some(rate), chat: Some(rate), ..RateLimits::default() };
        assert_eq!(wait(&limiter(limits), to("anna")).await, 0);
    }
}
