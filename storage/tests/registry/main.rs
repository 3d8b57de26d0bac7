//! What the registry's store promises, held against both databases.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;
use gateway_core::model::{Account, Chat, ChatKind, Platform, User};
use gateway_core::testing::ManualClock;
use gateway_core::time::Clock as _;
use registry_api::query::{ChatQuery, Document, Place};
use registry_api::token::{Scope, Scopes, Token};
use registry_api::{NewChat, Registry, Seen, SeenPresence, Sighting};
use storage::testing::TestDatabase;

/// A registry with a clock to move.
struct Bench {
    registry: Registry,
    clock: Arc<ManualClock>,
    database: TestDatabase,
}

impl Bench {
    async fn on(database: TestDatabase) -> Self {
        let clock = Arc::new(ManualClock::default());
        let chance = Arc::new(Chance::seeded(7));
        let store = database.open().await.registry();
        let registry = Registry::new(store, clock.clone(), chance);
        Self { registry, clock, database }
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    async fn see(&self, account: &Account, chat: &Chat, people: &[&User]) {
        let people =
            people.iter().map(|user| Seen { user, presence: SeenPresence::There }).collect();
        let sighting = Sighting { people, ..Sighting::new(account, chat, self.now()) };
        self.registry.see(&sighting).await.expect("it is kept");
    }

    async fn all(&self) -> Vec<registry_api::model::Chat> {
        let query = ChatQuery { size: 200, ..ChatQuery::default() };
        let page = self.registry.list(&query).await.expect("a page");
        page.records.iter().map(|it| shown(&it.document)).collect()
    }
}

/// What a document shows.
fn shown(document: &Document) -> registry_api::model::Chat {
    serde_json::from_str(&document.json).expect("a chat")
}

macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(super::Bench::on(super::TestDatabase::sqlite()).await).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::postgres().await;
                super::$fact(super::Bench::on(database).await).await;
            }
        )*}
    };
}

/// The same for facts that are told of rows.
macro_rules! on_both_tables {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(crate::table::Table::sqlite().await).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(crate::table::Table::postgres().await).await;
            }
        )*}
    };
}

mod documents;
mod failing;
#[macro_use]
mod laws;
mod listing;
mod moving;
mod participants;
mod registering;
mod searching;
mod table;
mod tokens;

on_both! {
    a_registered_chat_is_found_again
    a_chat_that_is_not_there_is_none
    the_last_registered_comes_first_on_every_page
    a_dialog_is_kept_with_both_sides_under_the_persons_name
    seeing_the_same_again_changes_nothing
    a_new_title_is_added_to_the_old_one
    names_are_those_last_seen
    one_person_has_one_id_in_every_chat
    the_same_dialog_number_of_two_bots_is_two_chats
    a_group_seen_by_two_bots_is_one_chat
    a_nul_in_a_name_is_left_out
    a_token_allows_what_it_was_given_for
}

fn account(name: &str) -> Account {
    Account::new(name, Platform::POTATO)
}

fn person(id: &str, name: &str) -> User {
    User { first_name: Some(name.to_owned()), is_bot: Some(false), ..User::new(id) }
}

fn bot() -> User {
    User { is_bot: Some(true), ..person("1", "Helper") }
}

fn dialog() -> Chat {
    Chat::new("user:5", ChatKind::Dialog)
}

fn group(title: &str) -> Chat {
    Chat { title: Some(title.to_owned()), ..Chat::new("group:5", ChatKind::Group) }
}

async fn a_registered_chat_is_found_again(bench: Bench) {
    let new = NewChat {
        title: "Chat día 11".to_owned(),
        created_by: Some("somebody".to_owned()),
        description: Some("for testing".to_owned()),
    };
    let id = bench.registry.register(new).await.expect("it is kept");
    let chat = shown(&bench.registry.chat(id).await.expect("an answer").expect("it is there"));
    assert_eq!((chat.id, chat.is_active, chat.service.as_str()), (id, true, "gateway"));
    assert_eq!(chat.registered_at, bench.now());
    assert_eq!(chat.created_by.as_deref(), Some("somebody"));
    assert_eq!(chat.description.as_deref(), Some("for testing"));
    assert_eq!(chat.title[0].value, "Chat día 11");
    assert!(chat.participants.is_empty());
}

async fn a_chat_that_is_not_there_is_none(bench: Bench) {
    let id = Chance::seeded(1).uuid();
    assert_eq!(bench.registry.chat(id).await.expect("an answer"), None);
}

async fn the_last_registered_comes_first_on_every_page(bench: Bench) {
    for number in 0..5 {
        let new = NewChat { title: number.to_string(), ..NewChat::default() };
        bench.registry.register(new).await.expect("it is kept");
        bench.clock.advance(1);
    }
    let mut titles = Vec::new();
    for page in 0..3 {
        let query = ChatQuery { place: Place::Page(page), size: 2, ..ChatQuery::default() };
        let page = bench.registry.list(&query).await.expect("a page");
        assert_eq!(page.total, 5);
        titles.extend(page.records.iter().map(|it| shown(&it.document).title[0].value.clone()));
    }
    assert_eq!(titles, ["4", "3", "2", "1", "0"]);
}

async fn a_dialog_is_kept_with_both_sides_under_the_persons_name(bench: Bench) {
    bench.see(&account("a"), &dialog(), &[&bot(), &person("5", "Anna")]).await;
    let chat = bench.all().await.remove(0);
    assert_eq!((chat.service.as_str(), chat.created_by.as_deref()), ("potato", Some("a")));
    assert_eq!(chat.title[0].value, "Anna");
    let names: Vec<_> =
        chat.participants.iter().map(|it| it.user_properties.firstname.as_deref()).collect();
    assert_eq!(names, [Some("Helper"), Some("Anna")]);
    assert!(chat.participants.iter().all(|it| it.participations[0].is_active));
}

async fn seeing_the_same_again_changes_nothing(bench: Bench) {
    bench.see(&account("a"), &dialog(), &[&bot(), &person("5", "Anna")]).await;
    let before = bench.all().await;
    bench.clock.advance(1000);
    bench.see(&account("a"), &dialog(), &[&bot(), &person("5", "Anna")]).await;
    bench.see(&account("a"), &dialog(), &[&bot()]).await;
    assert_eq!(bench.all().await, before);
}

async fn a_new_title_is_added_to_the_old_one(bench: Bench) {
    for title in ["one", "two", "two", "one"] {
        bench.see(&account("a"), &group(title), &[]).await;
    }
    let chat = bench.all().await.remove(0);
    let titles: Vec<_> = chat.title.iter().map(|title| title.value.as_str()).collect();
    assert_eq!(titles, ["one", "two", "one"]);
}

async fn names_are_those_last_seen(bench: Bench) {
    bench.see(&account("a"), &group("g"), &[&person("5", "Anna")]).await;
    bench.see(&account("a"), &group("g"), &[&person("5", "Anja")]).await;
    let chat = bench.all().await.remove(0);
    assert_eq!(chat.participants.len(), 1);
    assert_eq!(chat.participants[0].user_properties.firstname.as_deref(), Some("Anja"));
}

async fn one_person_has_one_id_in_every_chat(bench: Bench) {
    bench.see(&account("a"), &group("g"), &[&person("5", "Anna")]).await;
    bench.see(&account("a"), &dialog(), &[&person("5", "Anna")]).await;
    let chats = bench.all().await;
    assert_eq!(chats.len(), 2);
    assert_eq!(chats[0].participants[0].id, chats[1].participants[0].id);
}

async fn the_same_dialog_number_of_two_bots_is_two_chats(bench: Bench) {
    bench.see(&account("a"), &dialog(), &[]).await;
    bench.see(&account("b"), &dialog(), &[]).await;
    assert_eq!(bench.all().await.len(), 2);
}

async fn a_group_seen_by_two_bots_is_one_chat(bench: Bench) {
    bench.see(&account("a"), &group("g"), &[]).await;
    bench.see(&account("b"), &group("g"), &[]).await;
    assert_eq!(bench.all().await.len(), 1);
}

async fn a_nul_in_a_name_is_left_out(bench: Bench) {
    bench.see(&account("a"), &group("g\0g"), &[&person("5", "An\0na")]).await;
    let chat = bench.all().await.remove(0);
    assert_eq!(chat.title[0].value, "gg");
    assert_eq!(chat.participants[0].user_properties.firstname.as_deref(), Some("Anna"));
}

async fn a_token_allows_what_it_was_given_for(bench: Bench) {
    let scopes = Scopes { read: true, write: false };
    let token = bench.registry.create_token("reader", scopes).await.expect("it is kept");
    let allows = async |token, scope| bench.registry.allows(token, scope).await.expect("an answer");
    assert_eq!(allows(&token, Scope::Read).await, Some(true));
    assert_eq!(allows(&token, Scope::Write).await, Some(false));
    assert_eq!(allows(&Token::mint(&Chance::seeded(1)), Scope::Read).await, None);
}
