//! The poll.

#[path = "../../examples/menu.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod bot;

use gateway_tests::{PATIENCE, Street, during};
use sandbox::{Phone, Platform};
use storage::testing::TestDatabase;

use super::{hears, nothing_is_dead};

/// Asks for the ballot: what it counts.
async fn asks(phone: &mut Phone) -> String {
    phone.presses("Poll").expect("a button");
    let ballot = hears(phone).await;
    phone.sees(PATIENCE).await.expect("a notice");
    ballot
}

/// Votes, and reads the ballot that has changed.
async fn votes(phone: &mut Phone, choice: &str) -> String {
    phone.presses(choice).expect("a button");
    let ballot = phone.sees(PATIENCE).await.expect("an edit").text().to_owned();
    phone.sees(PATIENCE).await.expect("a notice");
    ballot
}

#[tokio::test]
async fn a_restart_keeps_the_votes_of_all_messengers() {
    let (street, database) = (Street::open().await, TestDatabase::sqlite());
    let [mut anna, mut mei] = [Platform::Max, Platform::Potato].map(|it| street.anna(it));
    during(street.gateway(&database, bot::bot()).await, async {
        hears(&mut anna).await;
        assert_eq!(asks(&mut anna).await, "Tea or coffee?\nTea 0 – coffee 0");
        assert_eq!(votes(&mut anna, "Tea").await, "Tea or coffee?\nTea 1 – coffee 0");
    })
    .await;
    // Another bot, which knows nothing but what is in the database.
    during(street.gateway(&database, bot::bot()).await, async {
        mei.says("/start");
        hears(&mut mei).await;
        assert_eq!(asks(&mut mei).await, "Tea or coffee?\nTea 1 – coffee 0");
        assert_eq!(votes(&mut mei, "Coffee").await, "Tea or coffee?\nTea 1 – coffee 1");
    })
    .await;
    // Who votes again has one vote still.
    during(street.gateway(&database, bot::bot()).await, async {
        assert_eq!(votes(&mut anna, "Coffee").await, "Tea or coffee?\nTea 0 – coffee 2");
    })
    .await;
    nothing_is_dead(&database).await;
}
