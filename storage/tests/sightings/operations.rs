//! What messengers are asked for is asked for once, carried out once, and its end is kept.

use registry_api::RequestKey;
use registry_api::model::{OperationKind, OperationState, Participation};
use registry_api::store::{Requested, Task, TaskOutcome};
use registry_api::token::Token;
use tokio::task::JoinSet;

use super::*;

on_both! {
    what_cannot_be_asked_for_says_why
    a_removal_is_taken_on_by_one_and_ends_the_stay
    a_bot_that_was_put_out_is_in_the_chat_no_more
    the_messenger_may_tell_before_or_after_when_they_went
    the_same_is_asked_for_once
    a_key_asks_once
    a_key_is_not_used_up_by_what_cannot_be_asked_for
    what_failed_for_now_comes_again_when_it_is_due
    whoever_does_not_settle_has_lost_it
    what_failed_changes_nothing
    a_link_is_asked_for_once_an_hour
    a_link_that_is_known_is_asked_for_again_after_an_hour
    the_account_that_was_told_last_is_asked
    a_chat_that_moved_is_asked_for_at_its_new_address
    many_who_take_on_get_each_one_once
    operations_of_two_chats_that_become_one_are_those_of_one
}

const CHAT: &str = "group:5";

/// A chat with a bot and Anna in it: its id, and hers.
async fn furnished(bench: &Bench) -> (Uuid, Uuid) {
    sees(bench, CHAT, "a", 1).await;
    let id = bench.told().await[0].1;
    let (_, chat) = bench.chat(id).await;
    (id, anna_in(&chat))
}

fn anna_in(chat: &Kept) -> Uuid {
    let anna = |it: &&registry_api::model::Participant| {
        it.user_properties.firstname.as_deref() == Some("Anna")
    };
    chat.participants.iter().find(anna).expect("she was seen").id
}

async fn sees(bench: &Bench, chat: &str, bot: &str, second: i64) {
    let (account, chat) = (account(bot), Chat::new(chat, ChatKind::Group));
    let (me, anna) = (super::bot(), person("5", "Anna"));
    let seen = Sighting::new(&account, &chat, at(second)).with_people([&me, &anna]);
    bench.sees(&Sighting { is_present: Some(true), ..seen }).await;
}

impl Bench {
    async fn removes(&self, chat: Uuid, person: Uuid) -> Requested {
        self.registry.remove(chat, person, None).await.expect("an answer")
    }

    async fn takes_on(&self) -> Vec<Task> {
        let accounts = ["a".to_owned(), "b".to_owned()];
        self.registry.take_on(&accounts, 10).await.expect("an answer")
    }

    async fn settles(&self, task: Uuid, outcome: TaskOutcome) {
        self.registry.settle(task, &outcome).await.expect("it is kept");
    }

    async fn states(&self, chat: Uuid) -> Vec<(OperationState, u32, Option<String>)> {
        let operations = self.registry.operations(chat).await.expect("an answer");
        let operations = operations.expect("there is such a chat");
        operations.into_iter().map(|it| (it.state, it.tries, it.error)).collect()
    }

    async fn stays(&self, chat: Uuid, person: Uuid) -> Vec<Participation> {
        let (_, chat) = self.chat(chat).await;
        let person = chat.participants.into_iter().find(|it| it.id == person);
        person.expect("they were seen").participations
    }
}

fn accepted(requested: Requested) -> Uuid {
    let Requested::Accepted(id) = requested else { panic!("{requested:?}") };
    id
}

async fn what_cannot_be_asked_for_says_why(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let nobody = Uuid::from_u128(7);
    assert_eq!(bench.removes(nobody, anna).await, Requested::NoChat);
    assert_eq!(bench.removes(chat, nobody).await, Requested::NoParticipant);
    assert_eq!(bench.registry.operations(nobody).await.expect("an answer"), None);
    assert_eq!(bench.states(chat).await, []);
    let (account, group) = (account("a"), untitled());
    let away = Sighting::new(&account, &group, at(2));
    bench.sees(&Sighting { is_present: Some(false), ..away }).await;
    assert_eq!(bench.removes(chat, anna).await, Requested::NoAccount);
}

async fn a_removal_is_taken_on_by_one_and_ends_the_stay(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    bench.clock.advance(5000);
    let id = accepted(bench.removes(chat, anna).await);
    assert_eq!(
        bench.takes_on().await,
        [Task {
            id,
            chat,
            kind: OperationKind::RemoveParticipant,
            account: "a".to_owned(),
            external_chat: CHAT.to_owned(),
            external_person: Some("5".to_owned()),
            tries: 0,
        }]
    );
    assert_eq!(bench.takes_on().await, []);
    bench.clock.advance(1000);
    bench.settles(id, TaskOutcome::Removed).await;
    assert_eq!(bench.states(chat).await, [(OperationState::Done, 1, None)]);
    let stays = bench.stays(chat, anna).await;
    assert_eq!((stays.len(), stays[0].is_active, stays[0].left_at), (1, false, Some(bench.now())));
    assert_eq!(bench.chat(chat).await.0, 2);
    assert_eq!(bench.told().await.len(), 2);
    assert_eq!(bench.removes(chat, anna).await, Requested::Needless);
    // Late news of what is over changes nothing.
    bench.settles(id, TaskOutcome::Failed("too late".to_owned())).await;
    assert_eq!(bench.states(chat).await, [(OperationState::Done, 1, None)]);
}

async fn a_bot_that_was_put_out_is_in_the_chat_no_more(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    sees(&bench, CHAT, "b", 1).await;
    let is_bot = |it: &&registry_api::model::Participant| it.id != anna;
    let bot = bench.chat(chat).await.1.participants.iter().find(is_bot).expect("it is there").id;
    for (account, is_active) in [("b", true), ("a", false)] {
        bench.clock.advance(5000);
        let id = accepted(bench.removes(chat, bot).await);
        assert_eq!(bench.takes_on().await.len(), 1);
        bench.settles(id, TaskOutcome::Left(account.to_owned())).await;
        let (_, kept) = bench.chat(chat).await;
        assert_eq!(kept.is_active, is_active, "{account}");
        assert!(bench.stays(chat, bot).await.iter().all(|it| !it.is_active), "{account}");
        // It comes again, as far as people see.
        let (by, group) = (super::account("a"), untitled());
        let user = super::bot();
        let came = Sighting::new(&by, &group, bench.now()).with(&user, SeenPresence::There);
        if is_active {
            bench.sees(&came).await;
        }
    }
    assert_eq!(bench.removes(chat, anna).await, Requested::NoAccount);
}

async fn the_messenger_may_tell_before_or_after_when_they_went(bench: Bench) {
    for (number, is_before) in [(0, true), (1, false)] {
        let group = Chat::new(format!("group:{number}"), ChatKind::Group);
        sees(&bench, group.id.as_str(), "a", 1).await;
        let (chat, told) = (bench.told().await, at(3));
        let chat = chat.last().expect("it was seen").1;
        let anna = anna_in(&bench.chat(chat).await.1);
        let id = accepted(bench.removes(chat, anna).await);
        let (account, user) = (account("a"), person("5", "Anna"));
        let went = Sighting::new(&account, &group, told).with(&user, SeenPresence::Went);
        if is_before {
            bench.sees(&went).await;
        }
        bench.clock.advance(2000);
        bench.settles(id, TaskOutcome::Removed).await;
        bench.sees(&went).await;
        let stays = bench.stays(chat, anna).await;
        assert_eq!((stays.len(), stays[0].left_at), (1, Some(told)));
    }
}

async fn the_same_is_asked_for_once(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let first = accepted(bench.removes(chat, anna).await);
    assert_eq!(accepted(bench.removes(chat, anna).await), first);
    assert_eq!(bench.states(chat).await.len(), 1);
    bench.settles(first, TaskOutcome::Failed("no".to_owned())).await;
    assert_ne!(accepted(bench.removes(chat, anna).await), first);
    assert_eq!(bench.states(chat).await.len(), 2);
}

/// It is told at once, and asked for behind whoever is told.
async fn a_link_that_is_known_is_asked_for_again_after_an_hour(bench: Bench) {
    let (chat, _) = furnished(&bench).await;
    let link = async || {
        let invitation = bench.registry.invitation(chat).await.expect("an answer");
        invitation.expect("there is such a chat").link
    };
    assert_eq!(link().await, None);
    let invited = |name: &str| TaskOutcome::Invited(format!("https://example.org/{name}"));
    bench.settles(bench.takes_on().await[0].id, invited("a")).await;
    bench.clock.advance(3_600_000);
    assert_eq!(link().await.as_deref(), Some("https://example.org/a"));
    let taken = async {
        loop {
            if let [task] = &bench.takes_on().await[..] {
                return task.id;
            }
            tokio::task::yield_now().await;
        }
    };
    let task = tokio::time::timeout(std::time::Duration::from_secs(20), taken).await;
    bench.settles(task.expect("it is asked for"), invited("b")).await;
    assert_eq!(link().await.as_deref(), Some("https://example.org/b"));
}

async fn a_key_asks_once(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let token = Token::mint(&Chance::seeded(1));
    let asks = async |key, asked: &[u8]| {
        let key = RequestKey { token: &token, key, asked: &[asked] };
        bench.registry.remove(chat, anna, Some(key)).await.expect("an answer")
    };
    let first = accepted(asks("one", b"remove").await);
    assert_eq!(asks("one", b"something else").await, Requested::Otherwise);
    assert_eq!(accepted(asks("two", b"remove").await), first);
    bench.settles(first, TaskOutcome::Removed).await;
    assert_eq!(asks("three", b"remove").await, Requested::Needless);
    // She is back, and what was asked before is not asked again.
    sees(&bench, CHAT, "a", 20).await;
    for (key, answer) in [
        ("one", Requested::Accepted(first)),
        ("two", Requested::Accepted(first)),
        ("three", Requested::Needless),
    ] {
        assert_eq!(asks(key, b"remove").await, answer, "{key}");
    }
    assert_ne!(accepted(asks("four", b"remove").await), first);
}

async fn a_key_is_not_used_up_by_what_cannot_be_asked_for(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let token = Token::mint(&Chance::seeded(1));
    let asks = async |person| {
        let key = RequestKey { token: &token, key: "key", asked: &[b"remove"] };
        bench.registry.remove(chat, person, Some(key)).await.expect("an answer")
    };
    assert_eq!(asks(Uuid::from_u128(7)).await, Requested::NoParticipant);
    accepted(asks(anna).await);
}

async fn what_failed_for_now_comes_again_when_it_is_due(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let id = accepted(bench.removes(chat, anna).await);
    bench.takes_on().await;
    let (at, error) = (bench.now() + TimeDelta::seconds(10), "out of order".to_owned());
    bench.settles(id, TaskOutcome::Again { at, error: error.clone() }).await;
    assert_eq!(bench.states(chat).await, [(OperationState::Pending, 1, Some(error))]);
    bench.clock.advance(9999);
    assert_eq!(bench.takes_on().await, []);
    bench.clock.advance(1);
    assert_eq!(bench.takes_on().await[0].tries, 1);
}

async fn whoever_does_not_settle_has_lost_it(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let id = accepted(bench.removes(chat, anna).await);
    assert_eq!(bench.takes_on().await.len(), 1);
    bench.clock.advance(59_999);
    assert_eq!(bench.takes_on().await, []);
    bench.clock.advance(1);
    let again = bench.takes_on().await;
    assert_eq!((again[0].id, again[0].tries), (id, 1));
}

async fn what_failed_changes_nothing(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let before = bench.chat(chat).await;
    let id = accepted(bench.removes(chat, anna).await);
    bench.settles(id, TaskOutcome::Failed("the bot may not do this".to_owned())).await;
    assert_eq!(bench.chat(chat).await, before);
    let error = Some("the bot may not do this".to_owned());
    assert_eq!(bench.states(chat).await, [(OperationState::Failed, 0, error)]);
    assert_eq!(bench.takes_on().await, []);
}

async fn a_link_is_asked_for_once_an_hour(bench: Bench) {
    let (chat, _) = furnished(&bench).await;
    let link = async || bench.registry.invitation(chat).await.expect("an answer");
    for _ in 0..2 {
        assert_eq!(link().await.expect("there is such a chat").link, None);
    }
    let tasks = bench.takes_on().await;
    assert_eq!(tasks.len(), 1);
    assert_eq!((tasks[0].kind, &tasks[0].external_person), (OperationKind::GetInvitation, &None));
    bench.settles(tasks[0].id, TaskOutcome::Failed("it has none".to_owned())).await;
    bench.clock.advance(3_599_999);
    link().await;
    assert_eq!(bench.takes_on().await, []);
    bench.clock.advance(1);
    link().await;
    let tasks = bench.takes_on().await;
    bench.settles(tasks[0].id, TaskOutcome::Invited("https://example.org/a".to_owned())).await;
    let found = link().await.expect("there is such a chat");
    assert_eq!(found.link.as_deref(), Some("https://example.org/a"));
    assert_eq!(bench.states(chat).await.len(), 2);
}

async fn the_account_that_was_told_last_is_asked(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    sees(&bench, CHAT, "b", 2).await;
    accepted(bench.removes(chat, anna).await);
    let only = async |account: &str| {
        bench.registry.take_on(&[account.to_owned()], 10).await.expect("an answer")
    };
    assert_eq!(only("a").await, []);
    assert_eq!(only("b").await[0].account, "b");
}

async fn a_chat_that_moved_is_asked_for_at_its_new_address(bench: Bench) {
    let (chat, anna) = furnished(&bench).await;
    let (account, from, to) = (account("a"), CHAT.into(), "channel:5".into());
    let moved = registry_api::Move {
        account: &account,
        kind: ChatKind::Group,
        from: &from,
        to: &to,
        at: at(2),
    };
    bench.registry.move_chat(moved).await.expect("it is kept");
    accepted(bench.removes(chat, anna).await);
    assert_eq!(bench.takes_on().await[0].external_chat, "channel:5");
}

async fn many_who_take_on_get_each_one_once(bench: Bench) {
    let mut asked = Vec::new();
    for number in 0..20 {
        sees(&bench, &format!("group:{number}"), "a", 1).await;
        let chat = bench.told().await.last().expect("it was seen").1;
        let anna = anna_in(&bench.chat(chat).await.1);
        asked.push(accepted(bench.removes(chat, anna).await));
    }
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let registry = bench.registry.clone();
        tasks.spawn(async move { registry.take_on(&["a".to_owned()], 3).await });
    }
    let taken = tasks.join_all().await.into_iter().flat_map(|it| it.expect("an answer"));
    let mut taken: Vec<Uuid> = taken.map(|it| it.id).collect();
    taken.extend(bench.takes_on().await.iter().map(|it| it.id));
    taken.sort_unstable();
    asked.sort_unstable();
    assert_eq!(taken, asked);
}

async fn operations_of_two_chats_that_become_one_are_those_of_one(bench: Bench) {
    let mut chats = Vec::new();
    for id in ["old", "new"] {
        sees(&bench, id, "a", 1).await;
        let chat = bench.told().await.last().expect("it was seen").1;
        let anna = anna_in(&bench.chat(chat).await.1);
        chats.push((chat, accepted(bench.removes(chat, anna).await)));
    }
    let (account, from, to) = (account("a"), "old".into(), "new".into());
    let moved = registry_api::Move {
        account: &account,
        kind: ChatKind::Group,
        from: &from,
        to: &to,
        at: at(2),
    };
    bench.registry.move_chat(moved).await.expect("it is kept");
    let (kept, pending) = chats[0];
    let states: Vec<OperationState> =
        bench.states(kept).await.into_iter().map(|(state, ..)| state).collect();
    assert_eq!(states.len(), 2);
    assert!(states.contains(&OperationState::Failed), "{states:?}");
    let tasks = bench.takes_on().await;
    assert_eq!(tasks.iter().map(|it| (it.id, it.chat)).collect::<Vec<_>>(), [(pending, kept)]);
}
