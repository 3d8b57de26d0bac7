//! The bridge between two messengers.

#[path = "../../examples/bridge.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod bot;

use gateway_tests::{PATIENCE, Street, during};
use sandbox::world::{Draft, Link, Message};
use sandbox::{Glimpse, Phone, Platform};
use storage::testing::TestDatabase;

use super::{address, bold, group, hears, member, nothing_is_dead, reads, replies};

/// A group on MAX with Boris, one on Potato with Mei, and the bridge between them.
struct Scene {
    street: Street,
    database: TestDatabase,
    boris: Phone,
    mei: Phone,
}

impl Scene {
    async fn open() -> Self {
        let street = Street::open().await;
        let hand = |platform, name| member(&street, platform, group(&street, platform), name);
        let (boris, mei) = (hand(Platform::Max, "Boris"), hand(Platform::Potato, "Mei"));
        Self { street, database: TestDatabase::sqlite(), boris, mei }
    }

    async fn during<T>(&self, talk: impl Future<Output = T>) -> T {
        let left = address(&self.street, Platform::Max, self.boris.chat());
        let right = address(&self.street, Platform::Potato, self.mei.chat());
        let gateway = self.street.gateway(&self.database, bot::bot(left, right)).await;
        during(gateway, talk).await
    }

    /// Somebody replies to a message.
    fn replies(&self, phone: &Phone, to: &Message, text: &str) -> Message {
        replies(&self.street, phone, to, text)
    }

    /// How many messages are in each chat.
    fn counts(&self) -> [usize; 2] {
        let count = |phone: &Phone| {
            self.street.world.look(|state| {
                let texts = state.chat(phone.chat()).messages.iter();
                texts.filter(|it| !it.content.text.plain.is_empty()).count()
            })
        };
        [count(&self.boris), count(&self.mei)]
    }
}

/// What a message answers.
fn answered(message: &Message) -> Option<i64> {
    match &message.link {
        Some(Link::Reply(original)) => Some(original.number),
        _ => None,
    }
}

#[tokio::test]
async fn what_is_said_on_one_side_is_said_on_the_other_and_goes_no_further() {
    let mut scene = Scene::open().await;
    let (mut boris, mut mei) = (scene.boris.clone(), scene.mei.clone());
    boris.says(bold("Tea", " for everybody"));
    scene
        .during(async {
            let copy = reads(&mut mei).await.content.text;
            assert_eq!(copy.plain, "Boris: Tea for everybody");
            let marked: Vec<String> = copy.marks.iter().map(|mark| copy.covered(mark)).collect();
            assert_eq!(marked, ["Boris", "Tea"]);
            mei.says("Coffee for me");
            assert_eq!(hears(&mut boris).await, "Mei: Coffee for me");
            boris.says("There is none");
            assert_eq!(hears(&mut mei).await, "Boris: There is none");
        })
        .await;
    // Nothing came back.
    assert_eq!(scene.counts(), [3, 3]);
    // Another bot is not listened to: it may be a bridge, too.
    let other = scene.street.world.add_bot(Platform::Max, "Other", "other-max");
    let chat = scene.boris.chat();
    scene.street.world.act(|state| {
        state.add_member(chat, other, None);
        state.post(chat, other, Draft::of_text("Boris: There is none"));
    });
    scene.boris.says("None at all");
    scene.during(async { assert_eq!(hears(&mut mei).await, "Boris: None at all") }).await;
    nothing_is_dead(&scene.database).await;
}

#[tokio::test]
async fn replies_edits_and_deletions_are_carried_over() {
    let scene = Scene::open().await;
    let (mut boris, mut mei) = (scene.boris.clone(), scene.mei.clone());
    let tea = boris.says("Tea?");
    let copy = scene.during(async { reads(&mut mei).await }).await;
    // The bridge knows which message is whose after a restart.
    let yes = scene.replies(&mei, &copy, "Yes");
    // A reply to the copy is one to the original,
    let yes_copy = scene.during(async { reads(&mut boris).await }).await;
    assert_eq!(answered(&yes_copy), Some(tea.number));
    scene
        .during(async {
            // and one to that is one to the reply.
            scene.replies(&boris, &yes_copy, "Good");
            let good = reads(&mut mei).await;
            assert_eq!(answered(&good), Some(yes.number));

            boris.edits(tea.number, "Green tea?").expect("it is his");
            let Ok(Glimpse::Edited(edited)) = mei.sees(PATIENCE).await else { panic!("an edit") };
            assert_eq!(edited.number, copy.number);
            assert_eq!(edited.content.text.plain, "Boris: Green tea?");
            mei.edits(yes.number, "Yes, please").expect("it is hers");
            let Ok(Glimpse::Edited(edited)) = boris.sees(PATIENCE).await else { panic!("an edit") };
            assert_eq!(edited.number, yes_copy.number);
            assert_eq!(edited.content.text.plain, "Mei: Yes, please");

            assert!(boris.deletes(tea.number));
            let deleted = mei.sees(PATIENCE).await.expect("a deletion");
            assert_eq!(deleted, Glimpse::Deleted(copy.number));
            // What was never carried over is deleted by itself.
            boris.says("bye");
            assert_eq!(hears(&mut mei).await, "Boris: bye");
        })
        .await;
    nothing_is_dead(&scene.database).await;
}
