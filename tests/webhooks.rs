//! A bot that is called: from a person's word through the webhook, the journal and the handler back.

use std::sync::Arc;

use gateway_core::time::SystemClock;
use gateway_runtime::journal::MemoryJournal;
use gateway_runtime::{Context, HandlerResult, Router, Runtime};
use gateway_tests::called::{Door, Porch};
use gateway_tests::{PATIENCE, Street};
use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use tokio_util::sync::CancellationToken;

async fn echo(ctx: Context) -> HandlerResult {
    if let Some(text) = ctx.text() {
        ctx.reply(text.clone()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_delivery_is_answered_once_even_when_it_comes_again() {
    for platform in Platform::ALL {
        let street = Arc::new(Street::open().await);
        let messenger = street.messenger(platform);
        let journal = Arc::new(MemoryJournal::default());
        let mut runtime = Runtime::new(journal, Arc::new(SystemClock));
        let hook = runtime.add_called_account(messenger.clone());
        let porch = Porch::open(&street, platform, Door::Hook(hook)).await;
        let webhooks = messenger.webhooks().expect("it calls");
        webhooks.set(&porch.url(platform)).await.expect("it is set");

        // The acknowledgement of the first word is lost, so that it is delivered again. Where a dialog's
        // beginning is told, that comes before.
        let before = usize::from(platform != Platform::Potato);
        let lost = PlannedFault::next(platform, Operation::Deliver, Fault::LoseAnswer);
        street.world.faults().plan(lost.after(before));
        let mut anna = street.anna(platform);
        let stop = CancellationToken::new();
        let talk = async {
            anna.says("one");
            assert_eq!(anna.sees(PATIENCE).await.expect("an answer").text(), "one");
            street.world.advance(chrono::TimeDelta::hours(1));
            anna.says("two");
            assert_eq!(anna.sees(PATIENCE).await.expect("an answer").text(), "two");
            stop.cancel();
        };
        let run = runtime.with_router(Router::new().text(echo)).run(stop.clone());
        tokio::join!(run, talk).0.expect("one account");
        assert_eq!(street.world.faults().still_planned(), [], "one came again");
    }
}
