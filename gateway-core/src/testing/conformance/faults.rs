//! What goes wrong on the way.

use std::time::Duration;

use super::Outcome;
use super::bench::{Bench, expect};
use crate::messenger::ErrorKind;
use crate::testing::Fault;

pub(super) async fn rate_limit(bench: &Bench) -> Outcome {
    limited(bench, Some(Duration::from_secs(1))).await
}

pub(super) async fn rate_limit_without_time(bench: &Bench) -> Outcome {
    limited(bench, None).await
}

/// Too many: the messenger waits and sends it once, or says so and sends nothing.
async fn limited(bench: &Bench, retry_after: Option<Duration>) -> Outcome {
    let messenger = bench.connect();
    let (chat, _) = bench.chat(&*messenger, "Anna").await?;
    bench.hand.next_send_meets(Fault::RateLimited { retry_after }).await;
    let answer = messenger.send(&chat, &"slowly".into()).await;
    let seen = bench.seen("Anna").await;
    let Err(error) = answer else {
        return expect(seen == ["slowly"], || format!("it was sent, and Anna sees {seen:?}"));
    };
    bench.failed("sending", &error);
    let ErrorKind::RateLimited { retry_after: told, .. } = error.kind() else {
        return Err(format!("too many requests are no rate limit: {error}"));
    };
    expect(*told == retry_after, || {
        format!("the messenger asked to wait {retry_after:?}, the error says {told:?}")
    })?;
    expect(error.is_retryable() && !error.may_have_happened(), || {
        "trying again is safe, and the error does not say so".to_owned()
    })?;
    expect(seen.is_empty(), || format!("it was refused, and Anna sees {seen:?}"))
}

pub(super) async fn lost_answer(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    let (chat, _) = bench.chat(&*messenger, "Anna").await?;
    bench.hand.next_send_meets(Fault::AnswerLost).await;
    let error =
        bench.error("an answer that is lost", messenger.send(&chat, &"once".into()).await)?;
    expect(error.may_have_happened(), || {
        format!("the message has arrived, and the error says that it cannot have: {error}")
    })?;
    let seen = bench.seen("Anna").await;
    expect(seen == ["once"], || format!("Anna sees {seen:?}"))
}
