//! Whatever is seen of a chat comes to the same, in whatever order it is told.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use registry_api::Move;
use registry_api::model::Participant;
use tokio::task::JoinSet;

use super::*;

on_both! {
    the_order_of_facts_does_not_matter
    what_is_known_is_not_written_again
    a_title_that_was_seen_late_goes_to_its_place
    who_brought_somebody_is_kept
    since_when_somebody_is_there_is_kept
    whoever_only_brings_somebody_may_be_anywhere
    a_chat_that_every_account_has_left_is_not_in_use
    names_that_nobody_tells_stay
    a_new_name_shows_here_at_once_and_elsewhere_soon
    a_registered_chat_becomes_a_messengers_once
    an_announced_chat_is_the_next_one_that_they_bring_the_bot_into
    an_announcement_ends
    two_chats_that_become_one_keep_what_was_seen_in_both
    what_is_seen_at_once_is_kept_once
}

/// What may be told of a chat.
#[derive(Clone, Debug)]
enum Told {
    Came(u8, Option<u8>),
    Went(u8),
    There(u8),
    Titled(String),
    Bot(&'static str, bool),
}

const BOTS: [&str; 2] = ["a", "b"];

/// What happens in a chat, and when: people and bots come and go in turns.
fn story() -> impl Strategy<Value = Vec<(i64, Told)>> {
    let step = prop_oneof![
        4 => (0..4_u8, proptest::option::of(0..4_u8)).prop_map(|(who, by)| Told::Came(who, by)),
        2 => (0..4_u8).prop_map(Told::There),
        1 => Just(Told::Titled(String::new())),
        2 => (0..2_usize).prop_map(|bot| Told::Bot(BOTS[bot], true)),
    ];
    prop::collection::vec(step, 1..14).prop_map(|steps| {
        let (mut inside, mut bots) = ([false; 4], [false; 2]);
        let told = (1..).zip(steps).filter_map(|(second, step)| {
            Some((
                second,
                match step {
                    Told::Came(who, by) => {
                        let is_in = &mut inside[usize::from(who)];
                        *is_in = !*is_in;
                        if *is_in {
                            Told::Came(who, by.filter(|by| *by != who))
                        } else {
                            Told::Went(who)
                        }
                    }
                    Told::There(who) if !inside[usize::from(who)] => return None,
                    Told::Titled(_) => Told::Titled(format!("title {second}")),
                    Told::Bot(name, _) => {
                        let is_in = &mut bots[usize::from(name == "b")];
                        *is_in = !*is_in;
                        Told::Bot(name, *is_in)
                    }
                    step => step,
                },
            ))
        });
        told.collect()
    })
}

impl Bench {
    async fn tells(&self, chat: &Chat, second: i64, told: &Told) {
        let people: Vec<User> =
            (0..4).map(|id| person(&format!("{}", 10 + id), &format!("Person {id}"))).collect();
        let me = bot();
        let of = |id: u8| &people[usize::from(id)];
        let (titled, account) = match told {
            Told::Titled(title) => {
                (Chat { title: Some(title.clone()), ..chat.clone() }, account("a"))
            }
            Told::Bot(name, _) => (chat.clone(), account(name)),
            _ => (chat.clone(), account("a")),
        };
        let sighting = Sighting::new(&account, &titled, at(second));
        let sighting = match told {
            Told::Came(who, by) => {
                let by = by.map(of);
                let sighting = sighting.with(of(*who), SeenPresence::Came(by.map(|by| &by.id)));
                by.into_iter().fold(sighting, |it, by| it.with(by, SeenPresence::Elsewhere))
            }
            Told::Went(who) => sighting.with(of(*who), SeenPresence::Went),
            Told::There(who) => sighting.with(of(*who), SeenPresence::There),
            Told::Titled(_) => sighting,
            Told::Bot("a", is_in) => {
                let fact = if *is_in { SeenPresence::Came(None) } else { SeenPresence::Went };
                Sighting { is_present: Some(*is_in), ..sighting }.with(&me, fact)
            }
            Told::Bot(_, is_in) => Sighting { is_present: Some(*is_in), ..sighting },
        };
        self.sees(&sighting).await;
    }
}

/// A chat without what depends on who told first, and with people by their names.
fn shown(chat: Kept) -> Kept {
    let mut people: Vec<Participant> = chat.participants;
    let name = |id: Uuid, people: &[Participant]| {
        let it = people.iter().find(|it| it.id == id);
        let name = it.and_then(|it| it.user_properties.firstname.clone());
        // Somebody who was never in it: by their name alone they are not told.
        Uuid::from_u128(name.map_or(1, |name| name.bytes().map(u128::from).sum()))
    };
    let known = people.clone();
    for it in &mut people {
        it.id = name(it.id, &known);
        for stay in &mut it.participations {
            stay.invited_by = stay.invited_by.map(|by| name(by, &known));
        }
    }
    people.sort_by_key(|it| it.id);
    Kept {
        id: Uuid::nil(),
        registered_at: DateTime::UNIX_EPOCH,
        created_by: None,
        participants: people,
        ..chat
    }
}

async fn the_order_of_facts_does_not_matter(bench: Bench) {
    let mut runner = TestRunner::deterministic();
    for number in 0..48 {
        let orders = story().prop_flat_map(|story| {
            let twice: Vec<_> = story.iter().chain(&story).cloned().collect();
            (Just(story), Just(twice).prop_shuffle())
        });
        let (story, order) = orders.new_tree(&mut runner).expect("a story").current();
        if story.is_empty() {
            continue;
        }
        let mut ends = Vec::new();
        for (name, told) in [("in order", &story), ("shuffled", &order)] {
            let chat = Chat::new(format!("{name} {number}"), ChatKind::Group);
            let before = bench.told().await.len();
            for (second, told) in told {
                bench.tells(&chat, *second, told).await;
            }
            let id = bench.told().await[before].1;
            let (version, chat) = bench.chat(id).await;
            let told = bench.told().await.len() - before;
            assert_eq!(i64::try_from(told).expect("a few"), version, "one event a version");
            ends.push(shown(chat));
        }
        assert_eq!(ends[0], ends[1], "{story:?}\n{order:?}");
        bench.checks().await;
    }
}

impl Bench {
    /// What must be so whatever happened.
    async fn checks(&self) {
        let audit = self.registry.audit().await.expect("they are counted");
        assert_eq!((audit.kept, audit.wrong), (audit.counted, 0));
    }
}

async fn what_is_known_is_not_written_again(bench: Bench) {
    let (account, chat, me, anna) = (account("a"), group("Lunch"), bot(), person("5", "Anna"));
    let seen = |second| Sighting {
        is_present: Some(true),
        ..Sighting::new(&account, &chat, at(second)).with_people([&me, &anna])
    };
    bench.sees(&seen(1)).await;
    let before = bench.the_one().await;
    assert_eq!(before.0, 1);
    for second in [1, 2, 1] {
        bench.sees(&seen(second)).await;
    }
    assert_eq!(bench.the_one().await, before);
    assert_eq!(bench.told().await.len(), 1);
    bench.sees(&seen(0)).await;
    let after = bench.the_one().await;
    assert_eq!((after.0, after.1.participants[0].participations[0].joined_at), (2, at(0)));
}

async fn titles(bench: &Bench, told: &[(&str, i64)]) -> Vec<(String, i64)> {
    let account = account("a");
    for (title, second) in told {
        bench.sees(&Sighting::new(&account, &group(title), at(*second))).await;
    }
    let second = |time: DateTime<Utc>| (time - at(0)).num_seconds();
    let (_, chat) = bench.the_one().await;
    chat.title.into_iter().map(|it| (it.value, second(it.captured_at))).collect()
}

async fn a_title_that_was_seen_late_goes_to_its_place(bench: Bench) {
    let own = |titles: &[(&str, i64)]| -> Vec<(String, i64)> {
        titles.iter().map(|(title, second)| ((*title).to_owned(), *second)).collect()
    };
    assert_eq!(titles(&bench, &[("a", 1), ("c", 9)]).await, own(&[("a", 1), ("c", 9)]));
    assert_eq!(titles(&bench, &[("a", 3)]).await, own(&[("a", 1), ("c", 9)]));
    assert_eq!(titles(&bench, &[("c", 7)]).await, own(&[("a", 1), ("c", 7)]));
    assert_eq!(titles(&bench, &[("b", 5)]).await, own(&[("a", 1), ("b", 5), ("c", 7)]));
}

/// As messengers tell of their members, whenever they are asked.
async fn since_when_somebody_is_there_is_kept(bench: Bench) {
    let (account, group, anna) = (account("a"), untitled(), person("5", "Anna"));
    let seen = |second| Sighting::new(&account, &group, at(second));
    bench.sees(&seen(7).with(&anna, SeenPresence::There)).await;
    for second in [9, 12] {
        bench.sees(&seen(second).with(&anna, SeenPresence::Since(at(5)))).await;
        let (version, chat) = bench.the_one().await;
        let stays = &chat.participants[0].participations;
        assert_eq!((version, stays.len(), stays[0].joined_at), (2, 1, at(5)));
    }
}

async fn who_brought_somebody_is_kept(bench: Bench) {
    let (account, chat) = (account("a"), untitled());
    let (anna, boris) = (person("5", "Anna"), person("6", "Boris"));
    let seen = Sighting::new(&account, &chat, at(1))
        .with(&boris, SeenPresence::Came(Some(&anna.id)))
        .with(&anna, SeenPresence::There);
    bench.sees(&seen).await;
    let (_, chat) = bench.the_one().await;
    assert_eq!(chat.participants[0].participations[0].invited_by, Some(chat.participants[1].id));
}

async fn whoever_only_brings_somebody_may_be_anywhere(bench: Bench) {
    let (account, chat) = (account("a"), untitled());
    let (anna, boris) = (person("5", "Anna"), person("6", "Boris"));
    let seen = Sighting::new(&account, &chat, at(1))
        .with(&boris, SeenPresence::Came(Some(&anna.id)))
        .with(&anna, SeenPresence::Elsewhere);
    bench.sees(&seen).await;
    let (_, kept) = bench.the_one().await;
    assert_eq!(kept.participants.len(), 1);
    let by = kept.participants[0].participations[0].invited_by;
    bench.sees(&Sighting::new(&account, &chat, at(2)).with_people([&anna])).await;
    assert_eq!(by, Some(bench.the_one().await.1.participants[1].id));
}

async fn a_chat_that_every_account_has_left_is_not_in_use(bench: Bench) {
    let chat = untitled();
    let is_active = async |name: &str, second, is_present: bool| {
        let account = account(name);
        let seen = Sighting::new(&account, &chat, at(second));
        bench.sees(&Sighting { is_present: Some(is_present), ..seen }).await;
        bench.the_one().await.1.is_active
    };
    assert!(is_active("a", 1, true).await);
    assert!(is_active("b", 2, true).await);
    assert!(is_active("a", 5, false).await, "the other is still there");
    assert!(!is_active("b", 6, false).await);
    assert!(!is_active("a", 4, true).await, "that was before it left");
    assert!(is_active("a", 7, true).await);
    bench.checks().await;
}

async fn names_that_nobody_tells_stay(bench: Bench) {
    let (account, chat) = (account("a"), untitled());
    for (user, second) in [(person("5", "Anna"), 1), (User::new("5"), 2)] {
        bench.sees(&Sighting::new(&account, &chat, at(second)).with_people([&user])).await;
    }
    let (version, chat) = bench.the_one().await;
    assert_eq!(chat.participants[0].user_properties.firstname.as_deref(), Some("Anna"));
    assert_eq!(version, 1);
}

async fn a_new_name_shows_here_at_once_and_elsewhere_soon(bench: Bench) {
    let account = account("a");
    let (here, there) = (untitled(), Chat::new("group:6", ChatKind::Group));
    for chat in [&here, &there] {
        let anna = person("5", "Anna");
        bench.sees(&Sighting::new(&account, chat, at(1)).with_people([&anna])).await;
    }
    let ids: Vec<Uuid> = bench.told().await.iter().map(|(_, id)| *id).collect();
    let anja = person("5", "Anja");
    bench.sees(&Sighting::new(&account, &here, at(2)).with_people([&anja])).await;
    assert_eq!((bench.chat(ids[0]).await.0, bench.chat(ids[1]).await.0), (2, 1));
    bench.registry.tidy().await.expect("it is tidied");
    let (version, there) = bench.chat(ids[1]).await;
    assert_eq!(version, 2);
    assert_eq!(there.participants[0].user_properties.firstname.as_deref(), Some("Anja"));
}

async fn a_registered_chat_becomes_a_messengers_once(bench: Bench) {
    let (account, chat) = (account("a"), group("Lunch"));
    let registered = bench.registers("Lunch, planned").await;
    let other = bench.registers("Dinner").await;
    let seen = |registered, chat| Sighting {
        registered: Some(registered),
        ..Sighting::new(&account, chat, at(10))
    };
    bench.sees(&seen(registered, &chat)).await;
    let (version, kept) = bench.chat(registered).await;
    assert_eq!((version, kept.service.as_str(), kept.created_by), (2, "potato", None));
    let titles: Vec<&str> = kept.title.iter().map(|it| it.value.as_str()).collect();
    assert_eq!(titles, ["Lunch, planned", "Lunch"]);
    // Told again, or of another: the address is taken.
    bench.sees(&seen(registered, &chat)).await;
    bench.sees(&seen(other, &chat)).await;
    assert_eq!(bench.chat(registered).await.0, 2);
    assert_eq!(bench.chat(other).await.1.service, "gateway");
    // And the chat is taken: what says so of another address is a chat of its own.
    let elsewhere = Chat::new("group:6", ChatKind::Group);
    bench.sees(&seen(registered, &elsewhere)).await;
    let told = bench.told().await;
    assert!(
        told.last().is_some_and(|(kind, id)| *kind == EventKind::Registered && *id != registered)
    );
    // What nobody registered is not there.
    let nowhere = Chat::new("group:7", ChatKind::Group);
    bench.sees(&seen(Uuid::from_u128(7), &nowhere)).await;
    assert_eq!(bench.told().await.len(), told.len() + 1);
    bench.checks().await;
}

async fn brought(bench: &Bench, chat: &Chat, by: &User, second: i64) {
    let (account, me) = (account("a"), bot());
    let seen = Sighting::new(&account, chat, at(second))
        .with(&me, SeenPresence::Came(Some(&by.id)))
        .with(by, SeenPresence::Elsewhere);
    bench.sees(&Sighting { is_present: Some(true), brought_by: Some(&by.id), ..seen }).await;
}

async fn an_announced_chat_is_the_next_one_that_they_bring_the_bot_into(bench: Bench) {
    let (anna, boris) = (person("5", "Anna"), person("6", "Boris"));
    let (account, registered) = (account("a"), bench.registers("Lunch").await);
    let announce = async |chat, second| {
        let announced = bench.registry.announce(&account, &anna.id, chat, at(second)).await;
        announced.expect("it is kept");
    };
    announce(Uuid::from_u128(7), 0).await;
    announce(registered, 1).await;
    announce(registered, 1).await;
    let group = |id: &str| Chat::new(id, ChatKind::Group);
    brought(&bench, &group("by Boris"), &boris, 2).await;
    assert_eq!(bench.chat(registered).await.1.service, "gateway");
    brought(&bench, &group("by Anna"), &anna, 3).await;
    let (_, kept) = bench.chat(registered).await;
    assert_eq!((kept.service.as_str(), kept.participants.len()), ("potato", 1));
    announce(registered, 1).await;
    brought(&bench, &group("by Anna, too"), &anna, 4).await;
    brought(&bench, &group("by Anna"), &anna, 3).await;
    let told = bench.told().await;
    let new = told.iter().filter(|(kind, _)| *kind == EventKind::Registered).count();
    assert_eq!(new, 3, "the registered one, that of Boris, and the second of Anna");
}

async fn an_announcement_ends(bench: Bench) {
    let anna = person("5", "Anna");
    let (account, registered) = (account("a"), bench.registers("Lunch").await);
    let announced = bench.registry.announce(&account, &anna.id, registered, at(10)).await;
    announced.expect("it is kept");
    for (chat, second) in [("before", 9), ("after", 10 + 3601)] {
        brought(&bench, &Chat::new(chat, ChatKind::Group), &anna, second).await;
    }
    assert_eq!(bench.chat(registered).await.1.service, "gateway");
    brought(&bench, &Chat::new("in time", ChatKind::Group), &anna, 10 + 3600).await;
    assert_eq!(bench.chat(registered).await.1.service, "potato");
}

async fn two_chats_that_become_one_keep_what_was_seen_in_both(bench: Bench) {
    let account = account("a");
    let chat = |id: &str, title: &str| Chat {
        title: Some(title.to_owned()),
        ..Chat::new(id, ChatKind::Group)
    };
    let anna = person("5", "Anna");
    let tell = async |chat: &Chat, second, presence, is_present| {
        let seen = Sighting::new(&account, chat, at(second)).with(&anna, presence);
        bench.sees(&Sighting { is_present: Some(is_present), ..seen }).await;
    };
    let (old, new) = (chat("old", "one"), chat("new", "two"));
    tell(&old, 1, SeenPresence::Came(None), true).await;
    tell(&old, 3, SeenPresence::Went, true).await;
    tell(&new, 5, SeenPresence::Came(None), true).await;
    tell(&new, 8, SeenPresence::Went, false).await;
    tell(&old, 9, SeenPresence::There, false).await;
    let gone =
        bench.told().await.iter().rev().find(|it| it.0 == EventKind::Registered).map(|it| it.1);
    let moved =
        Move { account: &account, kind: ChatKind::Group, from: &old.id, to: &new.id, at: at(10) };
    bench.registry.move_chat(moved).await.expect("it is kept");
    let (_, kept) = bench.the_one().await;
    let titles: Vec<&str> = kept.title.iter().map(|it| it.value.as_str()).collect();
    assert_eq!(titles, ["one", "two"]);
    let stays: Vec<_> =
        kept.participants[0].participations.iter().map(|it| (it.joined_at, it.left_at)).collect();
    assert_eq!(stays, [(at(1), Some(at(3))), (at(5), Some(at(8))), (at(9), None)]);
    assert!(!kept.is_active);
    let told = bench.told().await;
    assert_eq!(
        told[told.len() - 2..],
        [(EventKind::Joined, gone.expect("two were seen")), (EventKind::Changed, kept.id)]
    );
    bench.checks().await;
}

async fn what_is_seen_at_once_is_kept_once(bench: Bench) {
    let mut tasks = JoinSet::new();
    for number in 0..24_i64 {
        let (registry, at) = (bench.registry.clone(), at(number % 4));
        tasks.spawn(async move {
            let account = account(BOTS[usize::from(number % 3 == 0)]);
            let people: Vec<User> =
                (0..6).map(|id| person(&format!("{}", (id + number) % 6), "Anna")).collect();
            let chat = group("Lunch");
            let seen = Sighting::new(&account, &chat, at).with_people(&people);
            registry.see(&Sighting { is_present: Some(true), ..seen }).await
        });
    }
    for outcome in tasks.join_all().await {
        outcome.expect("nobody has to give up for another");
    }
    let (_, chat) = bench.the_one().await;
    assert_eq!((chat.title.len(), chat.participants.len()), (1, 6));
    for person in chat.participants {
        let stays: Vec<_> = person.participations.iter().map(|it| it.joined_at).collect();
        assert_eq!(stays, [at(0)]);
    }
    bench.checks().await;
}
