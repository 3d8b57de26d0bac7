//! A chat is shown as it was last rendered, and never as it was before it changed.

use registry_api::model::{Chat, Participant, Participation, Title, UserProperties};
use registry_api::query::ChatQuery;
use uuid::Uuid;

use super::table::{Known, Table};
use super::{DateTime, shown};

on_both_tables! {
    a_chat_shows_its_titles_and_people_oldest_first
    a_document_is_made_once_for_a_version
    a_change_is_shown_at_once
    a_document_of_another_version_is_never_shown
    all_who_ask_at_once_get_the_same
}

const CHAT: Uuid = Uuid::from_u128(1);
const ANNA: Uuid = Uuid::from_u128(0xa);
const BORIS: Uuid = Uuid::from_u128(0xb);

fn known(id: Uuid, title: &str) -> Known {
    let (service, at, title) = ("max", DateTime::UNIX_EPOCH, title.to_owned());
    Known { id, is_active: true, service, at, created_by: None, title }
}

impl Table {
    async fn shows(&self) -> Chat {
        shown(&self.store.chat(CHAT).await.expect("an answer").expect("it is there"))
    }

    async fn lists(&self) -> Chat {
        let query = ChatQuery { size: 1, ..ChatQuery::default() };
        shown(&self.store.list(&query).await.expect("a page").records[0].document)
    }

    /// Until a document of the chat's version is there: whoever renders one may fail to keep it.
    async fn is_kept(&mut self) {
        let documents = "registry_documents as document join registry_chats as chat
             on chat.id = document.chat_id and chat.version = document.version";
        while self.count(documents).await == 0 {
            self.lists().await;
        }
    }

    async fn retitle(&mut self, title: &str) {
        self.run(format!("update registry_titles set value = '{title}'")).await;
    }

    async fn grow_version(&mut self) {
        self.run("update registry_chats set version = version + 1".to_owned()).await;
    }
}

fn title_of(chat: &Chat) -> &str {
    &chat.title[0].value
}

async fn a_chat_shows_its_titles_and_people_oldest_first(mut table: Table) {
    let at = |second| DateTime::from_timestamp(second, 0).expect("a moment");
    table.add(&[known(CHAT, "second"), known(Uuid::from_u128(2), "another")]).await;
    let (chat, first) = (table.literal(CHAT), table.time(at(-5)));
    let title = format!(
        "insert into registry_titles (chat_id, value, captured_at)
         values ({chat}, 'first', {first})"
    );
    table.run(title).await;
    table.add_person(ANNA, "anna").await;
    table.add_person(BORIS, "boris").await;
    for (person, second) in [(ANNA, 30), (BORIS, 20), (ANNA, 10)] {
        table.add_stay(CHAT, person, at(second)).await;
    }
    let person = |id, name: &str, stays: &[i64]| Participant {
        id,
        user_properties: UserProperties {
            username: Some(name.to_owned()),
            ..UserProperties::default()
        },
        participations: stays
            .iter()
            .map(|second| Participation {
                is_active: false,
                joined_at: at(*second),
                left_at: Some(at(*second)),
                invited_by: None,
            })
            .collect(),
    };
    let expected = Chat {
        id: CHAT,
        is_active: true,
        service: "max".to_owned(),
        registered_at: at(0),
        created_by: None,
        description: None,
        title: vec![Title::plain("first", at(-5)), Title::plain("second", at(0))],
        participants: vec![person(ANNA, "anna", &[10, 30]), person(BORIS, "boris", &[20])],
    };
    assert_eq!(table.shows().await, expected);
}

async fn a_document_is_made_once_for_a_version(mut table: Table) {
    table.add(&[known(CHAT, "one")]).await;
    assert_eq!(title_of(&table.lists().await), "one");
    table.is_kept().await;
    // Behind the registry's back: nobody looks at the rows again.
    table.retitle("two").await;
    assert_eq!(title_of(&table.lists().await), "one");
    assert_eq!(title_of(&table.shows().await), "one");
}

async fn a_change_is_shown_at_once(mut table: Table) {
    table.add(&[known(CHAT, "one")]).await;
    for title in ["two", "three"] {
        table.is_kept().await;
        table.retitle(title).await;
        table.grow_version().await;
        assert_eq!(title_of(&table.lists().await), title);
        assert_eq!(title_of(&table.shows().await), title);
        table.retitle("four").await;
        table.grow_version().await;
        assert_eq!(title_of(&table.shows().await), "four");
        assert_eq!(title_of(&table.lists().await), "four");
    }
}

async fn a_document_of_another_version_is_never_shown(mut table: Table) {
    table.add(&[known(CHAT, "one")]).await;
    let chat = table.literal(CHAT);
    for version in [0, 2] {
        table.run("delete from registry_documents".to_owned()).await;
        let wrong = format!("insert into registry_documents values ({chat}, {version}, 'wrong')");
        table.run(wrong).await;
        assert_eq!(title_of(&table.shows().await), "one");
        assert_eq!(title_of(&table.lists().await), "one");
    }
    // Whoever has seen less does not take the place of what is later.
    assert_eq!(table.count("registry_documents where version = 2 and body = 'wrong'").await, 1);
}

async fn all_who_ask_at_once_get_the_same(mut table: Table) {
    table.add(&[known(CHAT, "one")]).await;
    let (shown, listed, again) = tokio::join!(table.shows(), table.lists(), table.shows());
    assert_eq!((&shown, &shown), (&listed, &again));
    table.is_kept().await;
    assert_eq!(table.lists().await, shown);
}
