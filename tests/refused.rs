//! What the database refuses is the affair of the update that asked for it, though many are written
//! in one commit.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::testing::{Done, MemoryMessenger};
use gateway_runtime::{Context, HandlerResult, Router, Runtime, RuntimeOptions};
use gateway_tests::PATIENCE;
use storage::testing::TestDatabase;
use tokio_util::sync::CancellationToken;

/// Longer than a key in an index of PostgreSQL may be, and in no way compressible.
fn endless(seed: &str) -> String {
    let parts = (0..2_000).map(|number| format!("{number:x}{seed}{:x}", number * 7_919));
    parts.collect::<Vec<_>>().concat()
}

async fn answers(ctx: Context) -> HandlerResult {
    let said = ctx.text().map(|it| it.plain_text().to_owned()).unwrap_or_default();
    if said == "too long" {
        ctx.named(&endless("key")).reply("it does not come to this").await?;
    }
    ctx.reply(said).await?;
    Ok(())
}

#[tokio::test]
async fn postgres_refuses_one_and_takes_the_others() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let messenger = Arc::new(MemoryMessenger::new("test"));
    messenger.says("Mallory", "too long");
    for number in 0..50 {
        messenger.says(&format!("P{number}"), "hello");
    }
    let stop = CancellationToken::new();
    let retry_pause = Duration::from_millis(10);
    let options = RuntimeOptions { tries: 2, retry_pause, ..RuntimeOptions::default() };
    let runtime = Runtime::new(journal.clone(), messenger.clock())
        .with_account(messenger.clone())
        .with_options(options)
        .with_router(Router::new().text(answers));
    let talk = async {
        for _ in 0..50 {
            let done = tokio::time::timeout(PATIENCE, messenger.next()).await;
            let Done::Sent { message, .. } = done.expect("an answer") else { panic!("a message") };
            assert_eq!(message.text.plain_text(), "hello");
        }
        let account = "test".into();
        while journal.depth(&account).await.expect("a depth").waiting > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(journal.depth(&account).await.expect("a depth").dead, 1);
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
}
