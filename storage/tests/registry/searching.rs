//! Searches, against what looking at every chat gives.

use proptest::prelude::*;
use proptest::sample::select;
use registry_api::query::{Key, SortBy, title_key};
use registry_api::store::{Search, Wanted};
use uuid::Uuid;

use super::DateTime;
use super::laws::{Checked, chats};
use super::table::{Known, Table};

laws! {
    a_search_finds_what_looking_at_all_does: 48 of (
        super::chats(14), super::prefix(), super::any::<u16>(), super::wanted(), 1..4_u32);
    whoever_has_been_in_many_is_found: 1 of super::Just(());
}

const ANNA: Uuid = Uuid::from_u128(0xa);

/// Somebody else who has the same public name on another messenger.
const ANOTHER: Uuid = Uuid::from_u128(0xb);

fn prefix() -> impl Strategy<Value = Option<String>> {
    let prefixes = [
        "",
        "a",
        "apple",
        "ä",
        "z",
        "я",
        "\u{d7ff}",
        "\u{e000}",
        "\u{fffd}",
        "🍏",
        "\u{10ffff}",
        "a\u{10ffff}",
    ];
    proptest::option::of(select(prefixes.map(str::to_owned).to_vec()))
}

fn wanted() -> impl Strategy<Value = Option<Wanted>> {
    let anybody = [
        Wanted::Id(ANNA),
        Wanted::Id(Uuid::from_u128(0xc)),
        Wanted::Username("anna".to_owned()),
        Wanted::Username("nobody".to_owned()),
    ];
    proptest::option::of(select(anybody.to_vec()))
}

fn is_in(wanted: Option<&Wanted>, has_anna: bool, has_another: bool) -> bool {
    match wanted {
        None => true,
        Some(Wanted::Id(id)) => has_anna && *id == ANNA,
        Some(Wanted::Username(name)) => (has_anna || has_another) && name == "anna",
    }
}

impl Table {
    /// All that is found, so many at a time.
    async fn found(&self, search: &Search) -> Vec<Key> {
        let (mut found, mut search) = (Vec::new(), search.clone());
        loop {
            let page = self.store.search(&search).await.expect("an answer");
            let is_full = page.len() == search.size as usize;
            assert!(is_full || page.len() < search.size as usize);
            for listed in page {
                assert_eq!(listed.document.id, listed.key.id);
                search.after = Some(listed.key.clone());
                found.push(listed.key);
            }
            if !is_full {
                return found;
            }
        }
    }
}

async fn a_search_finds_what_looking_at_all_does(
    table: &mut Table,
    (mut chats, title, members, participant, size): (
        Vec<Known>,
        Option<String>,
        u16,
        Option<Wanted>,
        u32,
    ),
) -> Checked {
    table.clear().await;
    if let Some(first) = chats.first_mut() {
        "\u{10ffff}\u{10ffff}".clone_into(&mut first.title);
    }
    table.add(&chats).await;
    table.add_person(ANNA, "Anna").await;
    table.add_person(ANOTHER, "ANNA").await;
    let mut expected = Vec::new();
    for (place, chat) in chats.iter().enumerate() {
        let (has_anna, has_another) = (members >> place & 1 == 1, place % 5 == 0);
        // Twice: a chat is found once.
        for _ in 0..2 {
            if has_anna {
                table.add_stay(chat.id, ANNA, DateTime::UNIX_EPOCH).await;
            }
            if has_another {
                table.add_stay(chat.id, ANOTHER, DateTime::UNIX_EPOCH).await;
            }
        }
        let begins = title_key(&chat.title).starts_with(title.as_deref().unwrap_or_default());
        if begins && is_in(participant.as_ref(), has_anna, has_another) {
            expected.push(chat.key(SortBy::Title));
        }
    }
    expected.sort();
    let search = Search { title, participant, after: None, size };
    prop_assert_eq!(table.found(&search).await, expected);
    Ok(())
}

/// So many stays that they are not sorted.
async fn whoever_has_been_in_many_is_found(table: &mut Table, (): ()) -> Checked {
    let known = |number| Known {
        id: Uuid::from_u128(number),
        is_active: true,
        service: "max",
        at: DateTime::UNIX_EPOCH,
        created_by: None,
        title: format!("{} {number}", ["Apple", "Pear"][usize::from(number % 2 == 0)]),
    };
    let chats: Vec<Known> = (1..=12).map(known).collect();
    table.add(&chats).await;
    table.add_person(ANNA, "Anna").await;
    for chat in &chats[..8] {
        let (chat, person) = (table.literal(chat.id), table.literal(ANNA));
        let at = table.time(DateTime::UNIX_EPOCH);
        let stays = format!(
            "insert into registry_participations (chat_id, participant_id, is_active, joined_at)
             with recursive stay (number) as (
                 select 1 union all select number + 1 from stay where number < 700)
             select {chat}, {person}, false, {at} from stay"
        );
        table.run(stays).await;
    }
    let mut expected: Vec<Key> = chats[..8].iter().map(|it| it.key(SortBy::Title)).collect();
    expected.sort();
    for size in [1, 3, 20] {
        let participant = Some(Wanted::Id(ANNA));
        let mut search = Search { participant, size, ..Search::default() };
        prop_assert_eq!(table.found(&search).await, expected.clone());
        search.title = Some("pear".to_owned());
        prop_assert_eq!(table.found(&search).await, &expected[4..]);
    }
    Ok(())
}
