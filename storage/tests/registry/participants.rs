//! The people of a chat, a part at a time.

use registry_api::store::Participants;
use uuid::Uuid;

use super::table::{Known, Table};
use super::{DateTime, shown};

on_both_tables! {
    the_parts_of_a_chat_are_all_of_it
    of_a_chat_with_nobody_the_total_is_told
    of_a_chat_that_is_not_there_nothing_is_told
}

const CHAT: Uuid = Uuid::from_u128(1);

fn known(id: Uuid) -> Known {
    let (service, at, title) = ("max", DateTime::UNIX_EPOCH, String::new());
    Known { id, is_active: true, service, at, created_by: None, title }
}

impl Table {
    async fn part(&self, chat: Uuid, after: Option<Uuid>, size: u32) -> Option<Participants> {
        self.store.participants(chat, after, size).await.expect("an answer")
    }
}

async fn the_parts_of_a_chat_are_all_of_it(mut table: Table) {
    let another = Uuid::from_u128(2);
    table.add(&[known(CHAT), known(another)]).await;
    for number in 1..=25_u128 {
        let person = Uuid::from_u128(number * 7 % 31);
        table.add_person(person, &number.to_string()).await;
        for stay in 0..=(number % 3) {
            let second = i64::try_from(100 - stay).expect("it is small");
            let at = DateTime::from_timestamp(second, 0).expect("a moment");
            table.add_stay(CHAT, person, at).await;
        }
    }
    table.add_stay(another, Uuid::from_u128(7), DateTime::UNIX_EPOCH).await;
    let whole = table.store.chat(CHAT).await.expect("an answer").expect("it is there");
    let mut expected = shown(&whole).participants;
    expected.sort_by_key(|it| it.id);
    assert_eq!(expected.len(), 25);
    for size in [1, 5, 10, 24, 25, 26] {
        let (mut met, mut after) = (Vec::new(), None);
        loop {
            let part = table.part(CHAT, after, size).await.expect("it is there");
            assert_eq!(part.total, 25);
            assert!(part.records.len() <= size as usize);
            met.extend(part.records);
            assert_eq!(part.more, met.len() < 25);
            if !part.more {
                break;
            }
            after = met.last().map(|it| it.id);
        }
        assert_eq!(met, expected);
    }
}

async fn of_a_chat_with_nobody_the_total_is_told(mut table: Table) {
    table.add(&[known(CHAT)]).await;
    let nobody = Participants { records: Vec::new(), total: 0, more: false };
    assert_eq!(table.part(CHAT, None, 5).await, Some(nobody.clone()));
    table.add_person(CHAT, "anna").await;
    table.add_stay(CHAT, CHAT, DateTime::UNIX_EPOCH).await;
    let behind = table.part(CHAT, Some(CHAT), 5).await;
    assert_eq!(behind, Some(Participants { total: 1, ..nobody }));
}

async fn of_a_chat_that_is_not_there_nothing_is_told(table: Table) {
    assert_eq!(table.part(CHAT, None, 5).await, None);
    assert_eq!(table.store.invitation(CHAT).await.expect("an answer"), None);
}
