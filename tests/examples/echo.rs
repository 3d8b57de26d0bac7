//! The bot that says what it hears.

#[path = "../../examples/echo.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod bot;

use gateway_tests::{Street, during};
use sandbox::Platform;
use storage::testing::TestDatabase;

use super::{bold, reads};

#[tokio::test]
async fn it_keeps_the_formatting_on_every_messenger() {
    let street = Street::open().await;
    let database = TestDatabase::sqlite();
    let gateway = street.gateway(&database, bot::bot()).await;
    during(gateway, async {
        for platform in Platform::ALL {
            let mut anna = street.anna(platform);
            let said = anna.says(bold("Tea", ", please"));
            let heard = reads(&mut anna).await;
            assert_eq!(heard.content.text, said.content.text, "{platform}");
        }
    })
    .await;
}
