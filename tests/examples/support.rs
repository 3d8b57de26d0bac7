//! The support desk.

#[path = "../../examples/support.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod bot;

use gateway_tests::{PATIENCE, Street, during};
use sandbox::world::{Content, Message};
use sandbox::{Glimpse, Phone, Platform};
use storage::testing::TestDatabase;

use super::{address, group, hears, member, nothing_is_dead, reads, replies};

/// The desk is a group on MAX.
struct Desk {
    street: Street,
    database: TestDatabase,
    boris: Phone,
    chat: gateway_core::model::ChatRef,
}

impl Desk {
    async fn open() -> Self {
        let street = Street::open().await;
        let group = group(&street, Platform::Max);
        let boris = member(&street, Platform::Max, group, "Boris");
        let chat = address(&street, Platform::Max, group);
        Self { street, database: TestDatabase::sqlite(), boris, chat }
    }

    /// Runs the bot as long as somebody talks with it, on one platform.
    async fn during<T>(&self, talk: impl Future<Output = T>) -> T {
        let bot = bot::bot(self.chat.clone());
        during(self.street.gateway(&self.database, bot).await, talk).await
    }

    /// Boris replies to a message at the desk.
    fn replies(&self, to: &Message, text: &str) {
        replies(&self.street, &self.boris, to, text);
    }
}

#[tokio::test]
async fn a_ticket_goes_to_the_desk_over_a_restart_and_the_answer_comes_back() {
    let mut scene = Desk::open().await;
    let mut desk = scene.boris.clone();
    let mut anna = scene.street.anna(Platform::Potato);
    scene
        .during(async {
            anna.says("/start");
            assert!(hears(&mut anna).await.starts_with("Hello! What is your name?"));
        })
        .await;
    // The bot is gone: she does not know.
    anna.says("Anna");
    scene
        .during(async {
            assert_eq!(hears(&mut anna).await, "Anna, what can we do for you?");
            anna.says("My tea is cold");
            assert!(hears(&mut anna).await.ends_with("Anna: My tea is cold"));
        })
        .await;
    anna.presses("Send it").expect("a button");
    let ticket = scene
        .during(async {
            let ticket = reads(&mut desk).await;
            assert_eq!(ticket.content.text.plain, "Anna: My tea is cold");
            let Ok(Glimpse::Edited(summary)) = anna.sees(PATIENCE).await else { panic!("an edit") };
            assert_eq!(summary.content.text.plain, "It was sent. We answer here.");
            assert!(summary.content.buttons.is_empty());
            let notice = anna.sees(PATIENCE).await.expect("a notice");
            assert_eq!(notice, Glimpse::Notice("Sent".to_owned()));
            ticket
        })
        .await;
    // Somebody at the desk talks to somebody else.
    scene.boris.says("Who takes this?");
    scene.replies(&ticket, "Pour it out");
    scene
        .during(async {
            assert_eq!(hears(&mut anna).await, "Support: Pour it out");
            assert_eq!(hears(&mut desk).await, "It was passed on.");
        })
        .await;
    nothing_is_dead(&scene.database).await;
}

#[tokio::test]
async fn it_can_be_cancelled_at_any_time() {
    let scene = Desk::open().await;
    let mut desk = scene.boris.clone();
    let mut anna = scene.street.anna(Platform::Tamtam);
    scene
        .during(async {
            // On TamTam she has started the bot.
            assert!(hears(&mut anna).await.starts_with("Hello!"));
            anna.says("/cancel");
            assert!(hears(&mut anna).await.starts_with("Nothing was sent"));
            // That is no name now.
            anna.says("Anna");
            assert!(hears(&mut anna).await.starts_with("/start"));

            for text in ["/start", "Anna", "/cancel"] {
                anna.says(text);
                hears(&mut anna).await;
            }
            anna.says("My tea is cold");
            assert!(hears(&mut anna).await.starts_with("/start"));

            for text in ["/start", "Anna", "My tea is cold"] {
                anna.says(text);
                hears(&mut anna).await;
            }
            anna.presses("Cancel").expect("a button");
            let edited = anna.sees(PATIENCE).await.expect("an edit");
            assert_eq!(edited.text(), "Nothing was sent.");
            let notice = anna.sees(PATIENCE).await.expect("a notice");
            assert_eq!(notice.text(), "Cancelled");

            // The next ticket is the first that the desk sees.
            for text in ["/start", "Anna", "My cup is broken"] {
                anna.says(text);
                hears(&mut anna).await;
            }
            anna.presses("Send it").expect("a button");
            assert_eq!(hears(&mut desk).await, "Anna: My cup is broken");
        })
        .await;
    nothing_is_dead(&scene.database).await;
}

#[tokio::test]
async fn an_answer_without_words_is_asked_for_again() {
    let scene = Desk::open().await;
    let mut anna = scene.street.anna(Platform::Potato);
    scene
        .during(async {
            anna.says("/start");
            hears(&mut anna).await;
            let place = sandbox::world::Attachment::Location { latitude: 1.0, longitude: 2.0 };
            anna.sends(Content { attachments: vec![place], ..Content::default() });
            assert!(hears(&mut anna).await.starts_with("In words, please"));
            anna.says("Anna");
            assert_eq!(hears(&mut anna).await, "Anna, what can we do for you?");
        })
        .await;
}
