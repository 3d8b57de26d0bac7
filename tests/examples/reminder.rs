//! The bot that reminds.

#[path = "../../examples/reminder.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod bot;

use std::sync::Arc;

use gateway_core::testing::ManualClock;
use gateway_tests::{PATIENCE, Street, during};
use sandbox::{Glimpse, Phone, Platform};
use storage::testing::TestDatabase;

use super::{hears, nothing_is_dead};

const MINUTE: i64 = 60_000;

struct Scene {
    street: Street,
    database: TestDatabase,
    clock: Arc<ManualClock>,
}

impl Scene {
    async fn open() -> Self {
        let street = Street::open().await;
        Self { street, database: TestDatabase::sqlite(), clock: Arc::default() }
    }

    async fn during<T>(&self, talk: impl Future<Output = T>) -> T {
        let (street, clock) = (&self.street, self.clock.clone());
        let gateway = street.gateway_with_clock(&self.database, bot::bot(), clock).await;
        during(gateway, talk).await
    }
}

/// Somebody asks to be reminded. The clock begins with the year 2026.
async fn asks(anna: &mut Phone, wish: &str, at: &str) {
    anna.says(format!("/remind {wish}").as_str());
    assert_eq!(hears(anna).await, format!("I will remind you at {at} on 1 January (UTC)."));
}

#[tokio::test]
async fn a_reminder_comes_in_time_over_a_restart() {
    let scene = Scene::open().await;
    let mut anna = scene.street.anna(Platform::Potato);
    scene
        .during(async {
            asks(&mut anna, "2h supper", "02:00").await;
            asks(&mut anna, "10m tea", "00:10").await;
            scene.clock.advance(9 * MINUTE);
            asks(&mut anna, "1m milk", "00:10").await;
        })
        .await;
    // While the bot is away.
    scene.clock.advance(2 * MINUTE);
    scene
        .during(async {
            let mut both = [hears(&mut anna).await, hears(&mut anna).await];
            both.sort();
            assert_eq!(both, ["Remember: milk", "Remember: tea"]);
            anna.says("/reminders");
            assert_eq!(hears(&mut anna).await, "To come:\n02:00 on 1 January (UTC) – supper");
            // While it waits.
            scene.clock.advance(120 * MINUTE);
            assert_eq!(hears(&mut anna).await, "Remember: supper");
            anna.says("/reminders");
            assert_eq!(hears(&mut anna).await, "There is nothing to remind you of.");
        })
        .await;
    nothing_is_dead(&scene.database).await;
}

#[tokio::test]
async fn a_reminder_can_be_taken_back() {
    let scene = Scene::open().await;
    let mut anna = scene.street.anna(Platform::Max);
    scene
        .during(async {
            // She has started the bot.
            assert!(hears(&mut anna).await.starts_with("/remind 10m tea"));
            asks(&mut anna, "10m tea", "00:10").await;
            asks(&mut anna, "20m milk", "00:20").await;
            anna.says("/reminders");
            hears(&mut anna).await;
        })
        .await;
    scene
        .during(async {
            anna.presses("Forget tea").expect("a button");
            let edited = anna.sees(PATIENCE).await.expect("an edit");
            assert_eq!(edited.text(), "To come:\n00:20 on 1 January (UTC) – milk");
            let notice = anna.sees(PATIENCE).await.expect("a notice");
            assert_eq!(notice, Glimpse::Notice("I will not remind you of tea".to_owned()));
            scene.clock.advance(30 * MINUTE);
            assert_eq!(hears(&mut anna).await, "Remember: milk");
        })
        .await;
    nothing_is_dead(&scene.database).await;
}

#[tokio::test]
async fn what_cannot_be_understood_is_explained() {
    let scene = Scene::open().await;
    let mut anna = scene.street.anna(Platform::Potato);
    scene
        .during(async {
            for wish in ["", "10m", "tea", "soon tea", "10 tea", "10y tea", "4000000000h tea"] {
                anna.says(format!("/remind {wish}").as_str());
                assert!(hears(&mut anna).await.starts_with("/remind 10m tea"), "{wish}");
            }
        })
        .await;
}
