//! What the registry asks messengers for happens there, and what they say to it is kept; and chats
//! that clients register become chats of the messengers.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use gateway::prelude::*;
use gateway_tests::{PATIENCE, Street, during, soon};
use registry_api::model::{Chat as Kept, Operation as Asked, OperationState, Participant};
use registry_api::query::ChatQuery;
use registry_api::store::Requested;
use registry_api::{NewChat, Registry};
use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::world::{AccountKey, ChatKey, ChatKind as Kind, Permission, Press};
use storage::testing::TestDatabase;
use uuid::Uuid;

macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(super::TestDatabase::sqlite()).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(super::TestDatabase::postgres().await).await;
            }
        )*}
    };
}

on_both! {
    whoever_is_removed_is_gone_on_the_messenger
    a_bot_that_is_removed_is_in_the_chat_no_more
    what_the_messenger_refuses_changes_nothing
    a_removal_whose_answer_was_lost_is_done
    whoever_had_gone_already_is_removed
    a_link_is_found_for_whoever_asks_again
    a_chat_without_a_link_says_so
    a_chat_is_described_when_the_bot_comes
    a_chat_that_is_met_by_a_message_is_described
    a_registered_chat_is_opened_by_a_button
    a_registered_chat_is_announced_by_a_link
}

/// All chats that the registry has.
async fn chats(registry: &Registry) -> Vec<Kept> {
    let page = registry.list(&ChatQuery { size: 200, ..ChatQuery::default() }).await;
    let records = page.expect("a page").records.into_iter();
    records.map(|it| serde_json::from_str(&it.document.json).expect("it is a chat")).collect()
}

fn boris_in(chat: &Kept) -> Option<&Participant> {
    chat.participants.iter().find(|it| it.user_properties.firstname.as_deref() == Some("Boris"))
}

/// A group of Anna's, with the bot and Boris in it.
struct Group<'a> {
    street: &'a Street,
    key: ChatKey,
    anna: AccountKey,
    boris: AccountKey,
    /// Its id in the registry, and that of Boris.
    chat: Uuid,
    participant: Uuid,
}

impl<'a> Group<'a> {
    /// They meet, and the registry hears of it; the bot keeps order there.
    async fn meets(
        street: &'a Street,
        registry: &Registry,
        platform: Platform,
        kind: Kind,
    ) -> Self {
        let world = &street.world;
        let (anna, boris) =
            (world.add_person(platform, "Anna"), world.add_person(platform, "Boris"));
        let bot = world.bot(platform).expect("there is one");
        let key = world.act(|state| {
            let chat = state.open_chat(kind, anna, "Tea");
            state.add_member(chat, bot, Some(anna));
            let permissions = match platform {
                Platform::Tamtam => Permission::TAMTAM.to_vec(),
                Platform::Max => Permission::MAX.to_vec(),
                Platform::Potato => Permission::POTATO.to_vec(),
            };
            state.promote(chat, bot, anna, permissions, None);
            state.add_member(chat, boris, Some(anna));
            chat
        });
        let (chat, participant) = soon("Boris came", async || {
            let chats = chats(registry).await;
            let chat = chats.iter().find(|it| it.service == platform.name())?;
            let boris = boris_in(chat)?;
            boris.participations[0].is_active.then_some((chat.id, boris.id))
        })
        .await;
        Self { street, key, anna, boris, chat, participant }
    }

    fn has_boris(&self) -> bool {
        self.street.world.look(|state| state.chat(self.key).member(self.boris).is_some())
    }

    async fn is_left_by_boris(&self, registry: &Registry) -> bool {
        let document = registry.chat(self.chat).await.expect("an answer").expect("it is there");
        let chat: Kept = serde_json::from_str(&document.json).expect("it is a chat");
        let stays = &boris_in(&chat).expect("he is or was in it").participations;
        assert_eq!(stays.len(), 1, "{stays:?}");
        assert_eq!(stays[0].is_active, stays[0].left_at.is_none());
        !stays[0].is_active
    }

    async fn removes_boris(&self, registry: &Registry) -> Uuid {
        match registry.remove(self.chat, self.participant, None).await.expect("an answer") {
            Requested::Accepted(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// The last operation in the chat, when it has ended.
    async fn ended(&self, registry: &Registry) -> Asked {
        soon("the operation ends", async || {
            let asked = registry.operations(self.chat).await.expect("an answer");
            let last = asked.expect("there is such a chat").into_iter().next()?;
            (last.state != OperationState::Pending).then_some(last)
        })
        .await
    }
}

fn plan(street: &Street, platform: Platform, operation: Operation, fault: Fault) {
    street.world.faults().plan(PlannedFault::next(platform, operation, fault));
}

/// Runs a bot that only looks on.
async fn looking_on(street: &Street, database: &TestDatabase, talk: impl AsyncFnOnce(&Registry)) {
    let gateway = street.gateway(database, Router::new()).await;
    let registry = gateway.registry().expect("a database");
    during(gateway, talk(&registry)).await;
}

async fn whoever_is_removed_is_gone_on_the_messenger(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in Platform::ALL {
            let group = Group::meets(&street, registry, platform, Kind::Group).await;
            let id = group.removes_boris(registry).await;
            let asked = group.ended(registry).await;
            assert_eq!((asked.id, asked.state, asked.error), (id, OperationState::Done, None));
            assert!(!group.has_boris(), "{platform}");
            assert!(group.is_left_by_boris(registry).await, "{platform}");
        }
    })
    .await;
}

/// Whether or not it hears of it by itself.
async fn a_bot_that_is_removed_is_in_the_chat_no_more(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in Platform::ALL {
            let group = Group::meets(&street, registry, platform, Kind::Group).await;
            let bot = street.world.bot(platform).expect("there is one");
            let name = street.world.look(|state| state.account(bot).name.clone());
            street.world.hold_updates(bot);
            let chat = chats(registry).await.into_iter().find(|it| it.id == group.chat);
            let chat = chat.expect("it is there");
            let named = |it: &&Participant| it.user_properties.firstname.as_ref() == Some(&name);
            let participant = chat.participants.iter().find(named).expect("it was seen").id;
            registry.remove(group.chat, participant, None).await.expect("an answer");
            let asked = group.ended(registry).await;
            assert_eq!((asked.state, asked.error), (OperationState::Done, None), "{platform}");
            let chat = chats(registry).await.into_iter().find(|it| it.id == group.chat);
            assert!(!chat.expect("it is there").is_active, "{platform}");
            let again = registry.remove(group.chat, group.participant, None).await;
            assert_eq!(again.expect("an answer"), Requested::NoAccount, "{platform}");
            street.world.release_updates(bot);
        }
    })
    .await;
}

async fn what_the_messenger_refuses_changes_nothing(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in Platform::ALL {
            let group = Group::meets(&street, registry, platform, Kind::Group).await;
            // The bot keeps no order any more; and once the messenger just will not.
            if platform == Platform::Max {
                plan(&street, platform, Operation::RemoveMember, Fault::Refuse);
            } else {
                let bot = street.world.bot(platform).expect("there is one");
                street.world.act(|state| state.demote(group.key, bot, group.anna));
            }
            group.removes_boris(registry).await;
            let asked = group.ended(registry).await;
            assert_eq!(asked.state, OperationState::Failed, "{platform}");
            let error = asked.error.expect("it says why");
            assert!(error.starts_with("removing "), "{platform}: {error}");
            assert!(group.has_boris(), "{platform}");
            assert!(!group.is_left_by_boris(registry).await, "{platform}");
        }
    })
    .await;
}

/// On Potato nobody can look, so there it is tried again after a while.
async fn a_removal_whose_answer_was_lost_is_done(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in Platform::ALL {
            let group = Group::meets(&street, registry, platform, Kind::Group).await;
            plan(&street, platform, Operation::RemoveMember, Fault::LoseAnswer);
            group.removes_boris(registry).await;
            let asked = group.ended(registry).await;
            assert_eq!((asked.state, asked.error), (OperationState::Done, None), "{platform}");
            assert!(!group.has_boris(), "{platform}");
            assert!(group.is_left_by_boris(registry).await, "{platform}");
        }
    })
    .await;
}

/// Of what happens in a chat the bot may hear late, or never.
async fn whoever_had_gone_already_is_removed(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in Platform::ALL {
            let group = Group::meets(&street, registry, platform, Kind::Group).await;
            let bot = street.world.bot(platform).expect("there is one");
            street.world.hold_updates(bot);
            street.world.act(|state| state.remove_member(group.key, group.boris, None, false));
            group.removes_boris(registry).await;
            let asked = group.ended(registry).await;
            assert_eq!((asked.state, asked.error), (OperationState::Done, None), "{platform}");
            assert!(group.is_left_by_boris(registry).await, "{platform}");
            street.world.release_updates(bot);
        }
    })
    .await;
}

async fn a_link_is_found_for_whoever_asks_again(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in Platform::ALL {
            // Groups of Potato have no link before they grow.
            let is_potato = platform == Platform::Potato;
            let kind = if is_potato { Kind::Supergroup } else { Kind::Group };
            let group = Group::meets(&street, registry, platform, kind).await;
            street.world.act(|state| state.publish(group.key, "tea-with-anna", false));
            let what = format!("a link on {platform}");
            let link = soon(&what, async || {
                let invitation = registry.invitation(group.chat).await.expect("an answer");
                invitation.expect("there is such a chat").link
            })
            .await;
            assert!(link.contains("tea-with-anna"), "{platform}: {link}");
        }
    })
    .await;
}

async fn a_chat_without_a_link_says_so(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        let group = Group::meets(&street, registry, Platform::Max, Kind::Group).await;
        let invitation = registry.invitation(group.chat).await.expect("an answer");
        assert_eq!(invitation.expect("there is such a chat").link, None);
        let asked = group.ended(registry).await;
        let error = Some("asking for a link: the chat has none");
        assert_eq!((asked.state, asked.error.as_deref()), (OperationState::Failed, error));
        assert_eq!(asked.participant_id, None);
    })
    .await;
}

/// The chat, when this title and this link are known of it.
async fn described(registry: &Registry, platform: Platform, title: &str, link: &str) -> Kept {
    soon(&format!("{title} on {platform}"), async || {
        for chat in chats(registry).await {
            let is_it = chat.title.last().is_some_and(|it| it.value == title);
            if chat.service == platform.name() && is_it {
                let invitation = registry.invitation(chat.id).await.expect("an answer")?;
                assert!(registry.operations(chat.id).await.expect("an answer")?.is_empty());
                assert!(invitation.link.expect("it comes with the title").contains(link));
                return Some(chat);
            }
        }
        None
    })
    .await
}

async fn a_chat_is_described_when_the_bot_comes(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in [Platform::Tamtam, Platform::Max] {
            let world = &street.world;
            let anna = world.add_person(platform, "Anna");
            let bot = world.bot(platform).expect("there is one");
            world.act(|state| {
                let chat = state.open_chat(Kind::Group, anna, "Tea");
                state.publish(chat, "tea-with-anna", false);
                state.add_member(chat, bot, Some(anna));
            });
            described(registry, platform, "Tea", "tea-with-anna").await;
        }
    })
    .await;
}

/// The bot was in it before it had a registry, and hears only of what is said there.
async fn a_chat_that_is_met_by_a_message_is_described(database: TestDatabase) {
    let street = Street::open().await;
    let groups = [Platform::Tamtam, Platform::Max].map(|platform| {
        let world = &street.world;
        let anna = world.add_person(platform, "Anna");
        let bot = world.bot(platform).expect("there is one");
        let chat = world.act(|state| {
            let chat = state.open_chat(Kind::Group, anna, "Tea");
            state.publish(chat, "tea-with-anna", false);
            state.add_member(chat, bot, Some(anna));
            // Else it would not hear what is said.
            state.promote(chat, bot, anna, Permission::TAMTAM.to_vec(), None);
            chat
        });
        world.take_updates(bot);
        (platform, chat, anna)
    });
    looking_on(&street, &database, async |registry| {
        for (platform, chat, anna) in groups {
            street.world.say(chat, anna, "hello".into());
            described(registry, platform, "Tea", "tea-with-anna").await;
        }
    })
    .await;
}

async fn registered(registry: &Registry) -> Uuid {
    let chat = NewChat { title: "Tea, planned".to_owned(), ..NewChat::default() };
    registry.register(chat).await.expect("it is kept")
}

/// The chat, when a messenger has it.
async fn bound(registry: &Registry, id: Uuid) -> Kept {
    soon("a messenger has it", async || {
        let document = registry.chat(id).await.expect("an answer").expect("it is there");
        let chat: Kept = serde_json::from_str(&document.json).expect("it is a chat");
        (chat.service != "gateway").then_some(chat)
    })
    .await
}

async fn a_registered_chat_is_opened_by_a_button(database: TestDatabase) {
    async fn offer(ctx: Context, said: Text) -> HandlerResult {
        let title = "Tea".to_owned();
        let payload = Some(said.plain_text().to_owned());
        let action = Action::OpenChat { title, description: None, payload, uuid: None };
        let button = Button::new("Talk", action);
        ctx.reply(NewMessage::new("Press").with_keyboard(Keyboard::inline([[button]]))).await?;
        Ok(())
    }
    let street = Street::open().await;
    let gateway = street.gateway(&database, Router::new().text(offer)).await;
    let registry = gateway.registry().expect("a database");
    during(gateway, async {
        let id = registered(&registry).await;
        let mut anna = street.anna(Platform::Tamtam);
        anna.says(id.to_string().as_str());
        anna.sees(PATIENCE).await.expect("a button");
        let (dialog, person) = (anna.chat(), anna.person());
        let number = street.world.look(|state| {
            let messages = &state.chat(dialog).messages;
            let opens = |press: &Press| matches!(press, Press::OpenChat { .. });
            let has_button =
                messages.iter().find(|it| it.content.button(|it| opens(&it.press)).is_some());
            has_button.map(|it| it.number)
        });
        let number = number.expect("it has the button");
        let opened = street.world.act(|state| state.press_chat(dialog, person, number, "Talk"));
        opened.expect("it is opened");
        let chat = bound(&registry, id).await;
        assert_eq!(chat.service, "tamtam");
        let titles: Vec<&str> = chat.title.iter().map(|it| it.value.as_str()).collect();
        assert_eq!(titles, ["Tea, planned", "Tea"]);
        assert!(chat.is_active);
    })
    .await;
}

async fn a_registered_chat_is_announced_by_a_link(database: TestDatabase) {
    let street = Street::open().await;
    looking_on(&street, &database, async |registry| {
        for platform in [Platform::Tamtam, Platform::Max] {
            let id = registered(registry).await;
            let world = &street.world;
            let bot = world.bot(platform).expect("there is one");
            let anna = world.add_person(platform, "Anna");
            world.act(|state| state.start(bot, anna, Some(id.to_string())));
            soon("the dialog is seen", async || {
                let chats = chats(registry).await;
                chats.into_iter().find(|it| it.service == platform.name())
            })
            .await;
            world.act(|state| {
                let chat = state.open_chat(Kind::Group, anna, "Tea");
                state.add_member(chat, bot, Some(anna));
            });
            let chat = bound(registry, id).await;
            assert_eq!(chat.service, platform.name());
            assert_eq!(chat.title[0].value, "Tea, planned");
        }
    })
    .await;
}
