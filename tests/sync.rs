//! Chats that a bot was in before it had a registry are fetched, with their people.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use chrono::{DateTime, Utc};
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
            if platform == Platform::Tamtam {
                state.publish(chat, &format!("tea-{number}"), false);
            }
        });
    }
}

/// When chats are fetched: long after they were made.
const LATER: DateTime<Utc> = DateTime::from_timestamp_nanos(4_000_000_000_000_000_000);

async fn fetches(street: &Street, registry: &Registry, platform: Platform) -> usize {
    let messenger = street.messenger(platform);
    let me = messenger.me().await.expect("the token is good");
    let (mut cursor, mut count, at) = (None, 0, LATER);
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
            // TamTam tells since when its members are there.
            let is_told = platform == Platform::Tamtam;
            let stays = chat.participants.iter().flat_map(|it| &it.participations);
            let began = stays.map(|it| it.joined_at);
            assert!(began.into_iter().all(|it| (it < LATER) == is_told), "{platform}: {chat:?}");
            let link = registry.invitation(chat.id).await.expect("an answer");
            let link = link.expect("it is there").link;
            assert_eq!(link.is_some(), platform == Platform::Tamtam, "{platform}");
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
