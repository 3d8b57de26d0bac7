//! A group that becomes a supergroup has another id, and is the same chat.

use gateway_core::model::ChatId;
use registry_api::Move;
use registry_api::model::{Chat as Kept, Title};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tokio::task::JoinSet;

use super::{
    Account, Bench, Chat, ChatKind, DateTime, Seen, SeenPresence, Sighting, TestDatabase, User,
    Utc, account, bot, person, shown,
};

on_both! {
    a_chat_that_moves_keeps_its_record
    an_old_id_leads_to_the_chat_after_its_move
    a_move_may_be_the_first_that_is_heard_of_a_chat
    a_new_id_may_be_known_alone_before_the_move
    the_new_ids_record_is_joined_to_the_old_ids
    the_old_ids_record_is_joined_to_a_new_ids_that_was_registered_first
    of_two_records_of_one_time_that_of_the_old_id_stays
    a_title_that_both_had_is_there_once
    whoever_was_in_both_is_there_since_the_first
    the_order_in_which_things_are_seen_does_not_matter
    only_the_last_id_is_not_a_former_one
    what_is_seen_and_moved_at_once_is_one_chat
}

fn group(id: &str, title: &str) -> Chat {
    Chat { title: Some(title.to_owned()), ..Chat::new(id, ChatKind::Group) }
}

/// A chat of which an update tells no title.
fn untitled(id: &str) -> Chat {
    Chat::new(id, ChatKind::Group)
}

impl Bench {
    async fn moves(&self, from: &str, to: &str) {
        let (account, at) = (&account("a"), self.now());
        self.registry.move_chat(a_move(account, &from.into(), &to.into(), at)).await.expect("kept");
    }

    async fn sees(&self, chat: &Chat, people: &[&User]) {
        self.see(&account("a"), chat, people).await;
    }

    /// The only chat that is left.
    async fn the_one(&self) -> Kept {
        let mut all = self.all().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }
}

fn a_move<'a>(
    account: &'a Account,
    from: &'a ChatId,
    to: &'a ChatId,
    at: DateTime<Utc>,
) -> Move<'a> {
    Move { account, kind: ChatKind::Group, from, to, at }
}

fn titles(chat: &Kept) -> Vec<&str> {
    chat.title.iter().map(|Title { value, .. }| value.as_str()).collect()
}

fn names(chat: &Kept) -> Vec<&str> {
    let names = chat.participants.iter().map(|it| it.user_properties.firstname.as_deref());
    names.map(|name| name.expect("everybody has one")).collect()
}

async fn a_chat_that_moves_keeps_its_record(bench: Bench) {
    bench.sees(&group("old", "Lunch"), &[&bot(), &person("5", "Anna")]).await;
    let before = bench.the_one().await;
    bench.clock.advance(1000);
    bench.moves("old", "new").await;
    assert_eq!(bench.the_one().await, before);
    bench.sees(&group("new", "Lunch, all of us"), &[&bot(), &person("6", "Boris")]).await;
    let after = bench.the_one().await;
    assert_eq!((after.id, after.registered_at), (before.id, before.registered_at));
    assert_eq!(titles(&after), ["Lunch", "Lunch, all of us"]);
    assert_eq!(names(&after), ["Helper", "Anna", "Boris"]);
}

async fn an_old_id_leads_to_the_chat_after_its_move(bench: Bench) {
    bench.sees(&group("old", "Lunch"), &[&bot()]).await;
    bench.moves("old", "new").await;
    let before = bench.the_one().await;
    bench.sees(&group("old", "Lunch"), &[&bot()]).await;
    bench.moves("old", "new").await;
    bench.sees(&group("new", "Lunch"), &[&bot()]).await;
    assert_eq!(bench.the_one().await, before);
}

async fn a_move_may_be_the_first_that_is_heard_of_a_chat(bench: Bench) {
    bench.moves("old", "new").await;
    let told = bench.the_one().await;
    assert_eq!((told.service.as_str(), told.created_by.as_deref()), ("potato", Some("a")));
    assert_eq!(told.registered_at, bench.now());
    bench.sees(&untitled("new"), &[]).await;
    bench.sees(&untitled("old"), &[]).await;
    assert_eq!(bench.the_one().await, told);
}

async fn a_new_id_may_be_known_alone_before_the_move(bench: Bench) {
    bench.clock.advance(1000);
    bench.sees(&untitled("new"), &[&bot()]).await;
    let before = bench.the_one().await;
    bench.clock.advance(-1000);
    bench.moves("old", "new").await;
    bench.sees(&untitled("old"), &[]).await;
    assert_eq!(bench.the_one().await, before);
}

async fn the_new_ids_record_is_joined_to_the_old_ids(bench: Bench) {
    joined_to_the_first(&bench, "old", "new").await;
}

async fn the_old_ids_record_is_joined_to_a_new_ids_that_was_registered_first(bench: Bench) {
    joined_to_the_first(&bench, "new", "old").await;
}

async fn joined_to_the_first(bench: &Bench, first: &str, second: &str) {
    bench.sees(&group(first, "the first"), &[&person("5", "Anna")]).await;
    let kept = bench.the_one().await;
    bench.clock.advance(1);
    bench.sees(&group(second, "the second"), &[&person("6", "Boris")]).await;
    assert_eq!(bench.all().await.len(), 2);
    bench.moves("old", "new").await;
    let both = bench.the_one().await;
    assert_eq!((both.id, both.registered_at), (kept.id, kept.registered_at));
    assert_eq!(titles(&both), ["the first", "the second"]);
    assert_eq!(names(&both), ["Anna", "Boris"]);
}

async fn of_two_records_of_one_time_that_of_the_old_id_stays(bench: Bench) {
    for number in 0..8 {
        let (old, new) = (format!("old {number}"), format!("new {number}"));
        bench.sees(&group(&new, &new), &[]).await;
        bench.sees(&group(&old, &old), &[]).await;
        let of_old = bench.all().await.into_iter().find(|chat| titles(chat) == [old.as_str()]);
        bench.moves(&old, &new).await;
        let left = bench.registry.chat(of_old.expect("it was seen").id).await.expect("an answer");
        assert_eq!(titles(&shown(&left.expect("it stays"))), [new, old]);
    }
}

async fn a_title_that_both_had_is_there_once(bench: Bench) {
    bench.sees(&group("old", "Lunch"), &[]).await;
    bench.clock.advance(1);
    for title in ["Lunch", "Dinner", "Lunch"] {
        bench.sees(&group("new", title), &[]).await;
    }
    bench.moves("old", "new").await;
    assert_eq!(titles(&bench.the_one().await), ["Lunch", "Dinner", "Lunch"]);
}

async fn whoever_was_in_both_is_there_since_the_first(bench: Bench) {
    let start = bench.now();
    bench.sees(&untitled("old"), &[&bot()]).await;
    bench.sees(&untitled("new"), &[&person("5", "Anna")]).await;
    bench.clock.advance(1000);
    bench.sees(&untitled("old"), &[&person("5", "Anna")]).await;
    bench.sees(&untitled("new"), &[&bot()]).await;
    bench.moves("old", "new").await;
    let chat = bench.the_one().await;
    assert_eq!(names(&chat), ["Helper", "Anna"]);
    for participant in chat.participants {
        let joined: Vec<_> = participant.participations.iter().map(|it| it.joined_at).collect();
        assert_eq!(joined, [start]);
    }
}

/// What bots see and are told of a chat that moves twice.
#[derive(Clone, Copy, Debug)]
enum Event {
    Seen(&'static str),
    Moved(&'static str, &'static str),
}

const EVENTS: [Event; 5] = [
    Event::Seen("a"),
    Event::Moved("a", "b"),
    Event::Seen("b"),
    Event::Moved("b", "c"),
    Event::Seen("c"),
];

/// Every order of some things.
fn orders<T: Copy>(of: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = of.split_first() else { return vec![Vec::new()] };
    let with_first = |order: Vec<T>| {
        (0..=order.len()).map(move |place| {
            let mut order = order.clone();
            order.insert(place, *first);
            order
        })
    };
    orders(rest).into_iter().flat_map(with_first).collect()
}

async fn the_order_in_which_things_are_seen_does_not_matter(bench: Bench) {
    for (number, order) in orders(&EVENTS).into_iter().enumerate() {
        let id = |letter: &str| format!("{letter}{number}");
        for event in &order {
            bench.clock.advance(1);
            match event {
                Event::Seen(letter) => {
                    let chat = group(&id(letter), letter);
                    bench.sees(&chat, &[&bot(), &person(letter, letter)]).await;
                }
                Event::Moved(from, to) => bench.moves(&id(from), &id(to)).await,
            }
        }
        let chats = bench.all().await;
        assert_eq!(chats.len(), number + 1, "{order:?}");
        let chat = &chats[0];
        let sorted = |mut names: Vec<&str>| {
            names.sort_unstable();
            names.join(" ")
        };
        assert_eq!(sorted(titles(chat)), "a b c", "{order:?}");
        assert_eq!(sorted(names(chat)), "Helper a b c", "{order:?}");
        assert!(chat.participants.iter().all(|it| it.participations.len() == 1), "{order:?}");
        for event in order {
            match event {
                Event::Seen(letter) => bench.sees(&untitled(&id(letter)), &[&bot()]).await,
                Event::Moved(from, to) => bench.moves(&id(from), &id(to)).await,
            }
        }
        assert_eq!(bench.all().await, chats, "told again, it is the same");
    }
}

/// The addresses at which chats live now. Nothing that is built asks for them yet, so the table is
/// looked into.
async fn present_ids(database: &TestDatabase) -> Vec<String> {
    let question =
        "select external_id from registry_addresses where not is_former order by external_id";
    if database.url().starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(database.url()).await.expect("it is open");
        sqlx::query_scalar(question).fetch_all(&mut db).await.expect("an answer")
    } else {
        let mut db = PgConnection::connect(database.url()).await.expect("it is open");
        sqlx::query_scalar(question).fetch_all(&mut db).await.expect("an answer")
    }
}

async fn only_the_last_id_is_not_a_former_one(bench: Bench) {
    for id in ["a", "b", "c", "elsewhere"] {
        bench.sees(&untitled(id), &[]).await;
    }
    bench.moves("b", "c").await;
    bench.moves("a", "b").await;
    bench.moves("b", "c").await;
    assert_eq!(present_ids(&bench.database).await, ["c", "elsewhere"]);
}

async fn what_is_seen_and_moved_at_once_is_one_chat(bench: Bench) {
    const CHATS: usize = 20;
    let mut tasks = JoinSet::new();
    for number in 0..CHATS {
        for (bot, letter) in [("a", "a"), ("b", "a"), ("a", "b"), ("b", "b"), ("a", "c")] {
            let (registry, at) = (bench.registry.clone(), bench.now());
            tasks.spawn(async move {
                let chat = group(&format!("{letter}{number}"), letter);
                let (account, person) = (account(bot), person(letter, letter));
                let people = vec![Seen { user: &person, presence: SeenPresence::There }];
                let sighting = Sighting { people, ..Sighting::new(&account, &chat, at) };
                registry.see(&sighting).await
            });
        }
        for (bot, from, to) in [("a", "a", "b"), ("b", "a", "b"), ("a", "b", "c"), ("b", "b", "c")]
        {
            let (registry, at) = (bench.registry.clone(), bench.now());
            tasks.spawn(async move {
                let (from, to) = (format!("{from}{number}"), format!("{to}{number}"));
                registry.move_chat(a_move(&account(bot), &from.into(), &to.into(), at)).await
            });
        }
    }
    for outcome in tasks.join_all().await {
        outcome.expect("nobody has to give up for another");
    }
    let chats = bench.all().await;
    assert_eq!(chats.len(), CHATS);
    for chat in chats {
        assert_eq!(chat.participants.len(), 3, "{chat:?}");
    }
}
