//! Lists, against what filtering, sorting and cutting the same chats gives.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use registry_api::query::{ChatQuery, Filter, Key, ListPage, Place, Sort, SortBy};
use uuid::Uuid;

use super::laws::{Checked, chats, moments};
use super::table::{Known, SERVICES, Table};
use super::{DateTime, shown};

impl Known {
    fn fits(&self, filter: &Filter) -> bool {
        filter.is_active.is_none_or(|it| it == self.is_active)
            && filter.id.is_none_or(|it| it == self.id)
            && filter.from.is_none_or(|it| it <= self.at)
            && filter.to.is_none_or(|it| it >= self.at)
    }
}

/// The keys of a list, in its order.
fn expected(chats: &[Known], filter: &Filter, sort: Sort) -> Vec<Key> {
    let fitting = chats.iter().filter(|it| it.fits(filter));
    let mut keys: Vec<Key> = fitting.map(|it| it.key(sort.by)).collect();
    keys.sort();
    if sort.descending {
        keys.reverse();
    }
    keys
}

impl Table {
    async fn list(&self, query: &ChatQuery) -> ListPage {
        self.store.list(query).await.expect("a page")
    }

    /// A page is what stands there in the list that is expected.
    async fn is_as_expected(&self, all: &[Key], query: &ChatQuery) -> Checked {
        let page = self.list(query).await;
        let size = query.size as usize;
        let is_before = |key: &Key, of: &Key| (key < of) != query.sort.descending && key != of;
        let (part, more) = match &query.place {
            Place::Page(number) => {
                let begin = (*number as usize * size).min(all.len());
                let end = (begin + size).min(all.len());
                (&all[begin..end], end < all.len())
            }
            Place::After(key) => {
                let begin = all.partition_point(|it| it == key || is_before(it, key));
                let end = (begin + size).min(all.len());
                (&all[begin..end], end < all.len())
            }
            Place::Before(key) => {
                let end = all.partition_point(|it| is_before(it, key));
                let begin = end.saturating_sub(size);
                (&all[begin..end], begin > 0)
            }
        };
        let keys: Vec<&Key> = page.records.iter().map(|it| &it.key).collect();
        prop_assert_eq!(keys, part.iter().collect::<Vec<_>>(), "{:?}", query);
        prop_assert_eq!((page.total, page.more), (all.len() as u64, more), "{:?}", query);
        for listed in &page.records {
            prop_assert_eq!(listed.document.id, listed.key.id);
            prop_assert_eq!(shown(&listed.document).id, listed.key.id);
        }
        Ok(())
    }

    /// Pages from the first to the one behind the last, and cursors from end to end.
    async fn is_walked(&self, chats: &[Known], query: &ChatQuery) -> Checked {
        let all = expected(chats, &query.filter, query.sort);
        let at = |place| ChatQuery { place, ..query.clone() };
        let pages = u32::try_from(all.len()).expect("a few").div_ceil(query.size);
        for page in (0..=pages).chain([u32::MAX]) {
            self.is_as_expected(&all, &at(Place::Page(page))).await?;
        }
        for key in &all {
            self.is_as_expected(&all, &at(Place::After(key.clone()))).await?;
            self.is_as_expected(&all, &at(Place::Before(key.clone()))).await?;
        }
        Ok(())
    }
}

fn sort() -> impl Strategy<Value = Sort> {
    (select(&SortBy::ALL), any::<bool>()).prop_map(|(by, descending)| Sort { by, descending })
}

fn filter() -> impl Strategy<Value = Filter> {
    let moment = || proptest::option::of(select(moments()));
    (proptest::option::of(any::<bool>()), moment(), moment())
        .prop_map(|(is_active, from, to)| Filter { is_active, id: None, from, to })
}

fn query() -> impl Strategy<Value = ChatQuery> {
    (filter(), sort(), 1..5_u32).prop_map(|(filter, sort, size)| {
        let place = Place::default();
        ChatQuery { filter, sort, place, size }
    })
}

laws! {
    every_list_is_what_sorting_gives: 48 of (super::chats(14), super::query());
    one_chat_is_a_list: 32 of (super::chats(6), super::query(), super::any::<super::Index>());
    whoever_walks_while_chats_come_misses_none_and_meets_none_twice:
        24 of (super::chats(14), super::chats(8), super::query(), super::any::<bool>());
    many_are_read_by_index: 1 of ::proptest::collection::vec(
        (super::query(), super::any::<super::Index>()), 60);
}

async fn every_list_is_what_sorting_gives(
    table: &mut Table,
    (chats, query): (Vec<Known>, ChatQuery),
) -> Checked {
    table.clear().await;
    table.add(&chats).await;
    for query in [query.clone(), ChatQuery { size: 200, ..query }] {
        table.is_walked(&chats, &query).await?;
    }
    Ok(())
}

async fn one_chat_is_a_list(
    table: &mut Table,
    (chats, query, which): (Vec<Known>, ChatQuery, Index),
) -> Checked {
    table.clear().await;
    table.add(&chats).await;
    let one = chats.get(which.index(chats.len() + 1)).map_or(Uuid::max(), |it| it.id);
    let query = ChatQuery { filter: Filter { id: Some(one), ..query.filter }, ..query };
    table.is_walked(&chats, &query).await?;
    let all = expected(&chats, &query.filter, query.sort);
    for chat in &chats {
        for place in [Place::After, Place::Before] {
            let place = place(chat.key(query.sort.by));
            table.is_as_expected(&all, &ChatQuery { place, ..query.clone() }).await?;
        }
    }
    Ok(())
}

async fn whoever_walks_while_chats_come_misses_none_and_meets_none_twice(
    table: &mut Table,
    (chats, coming, query, backwards): (Vec<Known>, Vec<Known>, ChatQuery, bool),
) -> Checked {
    table.clear().await;
    table.add(&chats).await;
    let mut coming = coming.chunks(2);
    let (mut met, mut query) = (BTreeSet::new(), query);
    let always = expected(&chats, &query.filter, query.sort);
    if backwards {
        // From behind all that may come.
        let Some(last) = always.last() else { return Ok(()) };
        query.place = Place::Before(last.clone());
        met.insert(last.id);
    }
    loop {
        let page = table.list(&query).await;
        for listed in &page.records {
            prop_assert!(met.insert(listed.key.id), "{:?} comes twice", listed.key);
        }
        let end = if backwards { page.records.first() } else { page.records.last() };
        let Some(end) = end else { break };
        let end = end.key.clone();
        query.place = if backwards { Place::Before(end) } else { Place::After(end) };
        if let Some(coming) = coming.next() {
            table.add(coming).await;
        }
    }
    for key in always {
        prop_assert!(met.contains(&key.id), "{key:?} is missed");
    }
    Ok(())
}

/// So many that lists are read by the index of their order, and not by time.
const MANY: u32 = 5_600;

async fn many_are_read_by_index(table: &mut Table, queries: Vec<(ChatQuery, Index)>) -> Checked {
    let chats: Vec<Known> = (0..MANY).map(one_of_many).collect();
    for chats in chats.chunks(500) {
        table.add(chats).await;
    }
    for (query, which) in queries {
        let filter = Filter { is_active: query.filter.is_active.filter(|it| *it), ..query.filter };
        for filter in [filter, Filter { from: None, to: None, ..filter }, Filter::default()] {
            let all = expected(&chats, &filter, query.sort);
            let query = ChatQuery { filter, ..query.clone() };
            let place = which.index(all.len() + 1);
            let page = u32::try_from(place).expect("it is few") / query.size;
            let last = u32::try_from(all.len()).expect("it is few") / query.size;
            for page in [0, page, last.saturating_sub(1), last] {
                let query = ChatQuery { place: Place::Page(page), ..query.clone() };
                table.is_as_expected(&all, &query).await?;
            }
            // In the very middle, where it is.
            let middle = Place::Page(u32::try_from(all.len() / 4).expect("it is few"));
            let two = ChatQuery { place: middle, size: 2, ..query.clone() };
            table.is_as_expected(&all, &two).await?;
            let Some(key) = all.get(place) else { continue };
            for place in [Place::After(key.clone()), Place::Before(key.clone())] {
                table.is_as_expected(&all, &ChatQuery { place, ..query.clone() }).await?;
            }
        }
    }
    Ok(())
}

/// Over three months, nearly all in use.
fn one_of_many(number: u32) -> Known {
    let seconds = i64::from(number) * 1_400;
    let begin = DateTime::from_timestamp(1_733_000_000, 0).expect("a moment");
    Known {
        id: Uuid::from_u128(
            u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        ),
        is_active: !number.is_multiple_of(23),
        service: SERVICES[number as usize % 3],
        at: begin + TimeDelta::seconds(seconds),
        created_by: [None, Some("a"), Some("B"), Some("ä")][number as usize % 4],
        title: format!("{} {}", ["Apple", "apple", "Äpfel"][number as usize % 3], number % 700),
    }
}
