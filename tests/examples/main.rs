//! The bots of `examples/`, unchanged, on the emulated messengers: a conversation each.
//! More of `menu.rs` is in `tests/bot.rs`.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bridge;
mod echo;
mod menu;
mod reminder;
mod support;

use gateway_core::model::ChatRef;
use gateway_tests::{PATIENCE, Street};
use sandbox::world::{ChatKey, ChatKind, Content, Draft, Link, Message, Permission, RichText};
use sandbox::{Glimpse, Phone, Platform};
use storage::testing::TestDatabase;

/// What the person sees next, which is a new message.
async fn reads(phone: &mut Phone) -> Message {
    match phone.sees(PATIENCE).await {
        Ok(Glimpse::Message(message)) => message,
        other => panic!("a message, not {other:?}"),
    }
}

/// What the person reads next, without formatting.
async fn hears(phone: &mut Phone) -> String {
    reads(phone).await.content.text.plain
}

/// A group of Anna's, in which the bot may do everything.
fn group(street: &Street, platform: Platform) -> ChatKey {
    let bot = street.world.bot(platform).expect("a bot");
    let anna = street.world.add_person(platform, "Anna");
    street.world.act(|state| {
        let group = state.open_chat(ChatKind::Group, anna, "Tea");
        state.add_member(group, bot, Some(anna));
        let rights: &[Permission] = match platform {
            Platform::Tamtam => &Permission::TAMTAM,
            Platform::Max => &Permission::MAX,
            Platform::Potato => &[],
        };
        state.promote(group, bot, anna, rights.to_vec(), None);
        group
    })
}

/// The hand of somebody in a group, who is brought in by Anna.
fn member(street: &Street, platform: Platform, group: ChatKey, name: &str) -> Phone {
    let person = street.world.add_person(platform, name);
    street.world.act(|state| {
        let anna = state.person(platform, "Anna").expect("she is there");
        state.add_member(group, person, Some(anna));
    });
    Phone::in_chat(person, group, &street.world)
}

/// The address of a group.
fn address(street: &Street, platform: Platform, group: ChatKey) -> ChatRef {
    let id = street.world.look(|state| state.chat(group).id);
    match platform {
        Platform::Potato => ChatRef::new("potato", format!("group:{id}")),
        Platform::Tamtam | Platform::Max => ChatRef::new(platform.name(), id.to_string()),
    }
}

/// Somebody replies to a message.
fn replies(street: &Street, phone: &Phone, to: &Message, text: &str) -> Message {
    let link = Some(Link::Reply(Box::new(to.as_original(phone.chat()))));
    let draft = Draft { content: Content::of_text(text), link, ..Draft::default() };
    street.world.act(|state| state.post(phone.chat(), phone.person(), draft))
}

/// Whether every update was handled, and none is dead.
async fn nothing_is_dead(database: &TestDatabase) {
    let journal = database.open().await.journal();
    for platform in Platform::ALL {
        let depth = journal.depth(&platform.name().into()).await.expect("an answer");
        assert_eq!((depth.waiting, depth.dead), (0, 0), "{platform}");
    }
}

/// A text with its first word bold.
fn bold(word: &str, rest: &str) -> RichText {
    let mut text = RichText::default();
    text.push_marked(word, [sandbox::world::MarkKind::Bold]);
    text.push(rest);
    text
}
