//! Chats that a bot was in before it had a registry are fetched, with their people.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use chrono::DateTime;
use gateway::{Gateway, Registry, SyncError, sync_page};
use gateway_core::messenger::ErrorKind;
use gateway_tests::Street;
use registry_api::model::Chat as Kept;
use registry_api::query::ChatQuery;
use sandbox::Platform;
use sandbox::world::ChatKind;
use storage::testing::TestDatabase;

async fn all(registry: &Registry) -> Vec<(i64, Kept)> {
    let page = registry.list(&ChatQuery { size: 200, ..ChatQuery::default() }).await;
    let records = page.expect("a page").records.into_iter().map(|it| it.document);
    records.map(|it| (it.version, serde_json::from_str(&it.json).expect("a chat"))).collect()
}

/// Groups with a bot, Anna and Boris in each.
fn furnish(street: &Street, platform: Platform, groups: usize) {
    let world = &street.world;
    let bot = world.bot(platform).expect("there is one");
    let people = ["Anna", "Boris"].map(|name| world.add_person(platform, name));
    for number in 0..groups {
        world.act(|state| {
            let chat = state.open_chat(ChatKind::Group, people[0], &format!("Tea {number}"));
            state.add_member(chat, bot, Some(people[0]));
            state.promote(chat, bot, people[0], sandbox::world::Permission::TAMTAM.to_vec(), None);
            state.add_member(chat, people[1], Some(people[0]));
        });
    }
}

async fn fetches(street: &Street, registry: &Registry, platform: Platform) -> usize {
    let messenger = street.messenger(platform);
    let me = messenger.me().await.expect("the token is good");
    let (mut cursor, mut count, at) = (None, 0, DateTime::UNIX_EPOCH);
    loop {
        let told = |_: &_| count += 1;
        let next = sync_page(&*messenger, &me, registry, at, cursor.as_ref(), told).await;
        cursor = next.expect("they are told");
        if cursor.is_none() {
            return count;
        }
    }
}

#[tokio::test]
async fn all_chats_are_fetched_with_their_people_and_once() {
    let (street, database) = (Street::open().await, TestDatabase::sqlite());
    let registry =
        Gateway::open(database.url()).await.expect("it opens").registry().expect("a database");
    for (platform, groups, people) in [(Platform::Tamtam, 120, 3), (Platform::Potato, 3, 1)] {
        furnish(&street, platform, groups);
        let fetched = fetches(&street, &registry, platform).await;
        assert!(fetched >= groups, "{platform}: {fetched}");
        let kept = all(&registry).await;
        let of_it: Vec<_> = kept.iter().filter(|it| it.1.service == platform.name()).collect();
        assert_eq!(of_it.len(), fetched, "{platform}");
        let tea = of_it.iter().filter(|it| it.1.title.iter().any(|it| it.value.starts_with("Tea")));
        for (_, chat) in tea {
            assert!(chat.participants.len() >= people, "{platform}: {chat:?}");
        }
        fetches(&street, &registry, platform).await;
        assert_eq!(all(&registry).await, kept, "{platform}: again, it is the same");
    }
}

/// MAX tells its bots no more in which chats they are.
#[tokio::test]
async fn where_a_messenger_lists_no_chats_it_says_so() {
    let (street, database) = (Street::open().await, TestDatabase::sqlite());
    let registry =
        Gateway::open(database.url()).await.expect("it opens").registry().expect("a database");
    let messenger = street.messenger(Platform::Max);
    let me = messenger.me().await.expect("the token is good");
    let told = sync_page(&*messenger, &me, &registry, DateTime::UNIX_EPOCH, None, |_| ()).await;
    let Err(SyncError::Messenger(error)) = told else { panic!("{told:?}") };
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
}
