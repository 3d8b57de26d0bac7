//! The whole road on both databases: person → sandbox → adapter → journal → handler → back, and
//! what it does when something goes wrong on the way.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::DateTime;
use gateway::prelude::*;
use gateway_core::model::{AccountId, Chat, ChatKind, Raw, UpdateId};
use gateway_core::testing::MemoryMessenger;
use gateway_runtime::journal::{Append, Appended};
use gateway_tests::{PATIENCE, Street, during};
use registry_api::Registry;
use registry_api::model::Chat as Kept;
use registry_api::query::ChatQuery;
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::world::{ChatKind as Kind, MarkKind, RichText};
use sandbox::{Glimpse, Phone, Platform};
use storage::testing::TestDatabase;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// All chats that a registry holds.
async fn all(registry: &Registry) -> Vec<Kept> {
    let everything = ChatQuery { size: 200, ..ChatQuery::default() };
    let list = registry.list(&everything).await.expect("a page");
    let chat = |json: &str| serde_json::from_str(json).expect("a chat");
    list.records.iter().map(|it| chat(&it.document.json)).collect()
}

macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(super::TestDatabase::sqlite()).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(super::TestDatabase::postgres().await).await;
            }
        )*}
    };
}

on_both! {
    formatting_survives_the_way_there_and_back
    every_chat_is_in_the_registry_with_both_sides
    a_group_that_gets_another_id_is_one_chat_in_the_registry
    a_group_of_potato_that_grows_stays_one_chat
    one_chat_is_answered_in_order
    what_was_not_handled_comes_again_at_the_next_start
    a_refusal_costs_one_answer_and_no_more
    too_many_requests_are_waited_out
    a_lost_answer_costs_at_most_a_second_one
}

async fn echo(ctx: Context) -> HandlerResult {
    let text = ctx.text().cloned().unwrap_or_default();
    ctx.reply(text).await?;
    Ok(())
}

fn echoing() -> Router {
    Router::new().text(echo)
}

fn said(glimpse: &Glimpse) -> &RichText {
    match glimpse {
        Glimpse::Message(message) | Glimpse::Edited(message) => &message.content.text,
        Glimpse::Notice(_) | Glimpse::Deleted(_) => panic!("no message: {glimpse:?}"),
    }
}

async fn formatting_survives_the_way_there_and_back(database: TestDatabase) {
    let street = Street::open().await;
    let mut text = RichText::from("😀 ");
    text.push_marked("bold", [MarkKind::Bold]);
    text.push(" and ");
    text.push_marked("both", [MarkKind::Bold, MarkKind::Italic]);
    text.push(", ");
    text.push_marked("let x = 1 > 0;", [MarkKind::Code]);
    text.push(" – ");
    let url = "https://example.org/?a=1&b=2".to_owned();
    text.push_marked("漢字", [MarkKind::Link { url }]);

    during(street.gateway(&database, echoing()).await, async {
        for platform in Platform::ALL {
            let mut anna = street.anna(platform);
            anna.says(text.clone());
            let echo = anna.sees(PATIENCE).await.expect("an echo");
            assert_eq!(said(&echo), &text, "{platform}");
        }
    })
    .await;
}

async fn every_chat_is_in_the_registry_with_both_sides(database: TestDatabase) {
    let street = Street::open().await;
    let gateway = street.gateway(&database, echoing()).await;
    let registry = gateway.registry().expect("a database");
    during(gateway, async {
        for platform in Platform::ALL {
            let mut anna = street.anna(platform);
            anna.says("one");
            anna.says("two");
            anna.sees(PATIENCE).await.expect("an echo");
            anna.sees(PATIENCE).await.expect("another");
        }
    })
    .await;
    let chats = all(&registry).await;
    let mut services: Vec<&str> = chats.iter().map(|chat| chat.service.as_str()).collect();
    services.sort_unstable();
    assert_eq!(services, ["max", "potato", "tamtam"]);
    for chat in &chats {
        let names: Vec<_> =
            chat.participants.iter().map(|it| it.user_properties.firstname.as_deref()).collect();
        assert_eq!(names, [Some("Helper"), Some("Anna")], "{}", chat.service);
        assert_eq!(chat.title[0].value, "Anna");
    }
}

/// The messenger tells it in both chats. What is in the journal is as if it had come from there.
async fn a_group_that_gets_another_id_is_one_chat_in_the_registry(database: TestDatabase) {
    let group = |id: &str, title: &str| Chat {
        title: Some(title.to_owned()),
        ..Chat::new(id, ChatKind::Group)
    };
    let (old, new) = (group("old", "Lunch"), group("new", "Lunch"));
    let migrated = |chat: &Chat| {
        let (chat, from, to) = (chat.clone(), old.id.clone(), new.id.clone());
        UpdateKind::ChatMigrated { chat, from, to }
    };
    let account = AccountId::new("test");
    let kinds = [
        UpdateKind::BotAdded { chat: old.clone(), by: None },
        migrated(&new),
        migrated(&old),
        UpdateKind::TitleChanged { chat: group("new", "Lunch for all"), by: None },
    ];
    let updates: Vec<Update> = (1..)
        .zip(kinds)
        .map(|(number, kind)| Update {
            account: account.clone(),
            id: UpdateId::of(number),
            time: None,
            locale: None,
            kind,
            raw: Raw::default(),
        })
        .collect();
    let journal = database.open().await.journal();
    let at = DateTime::UNIX_EPOCH;
    let batch = Append { account: &account, updates: &updates, cursor: None, fence: None };
    let appended = journal.append(batch, at).await.expect("written");
    assert_eq!(appended, Appended::New(4));

    let renamed = Arc::new(Notify::new());
    let handled = renamed.clone();
    let bot = Router::new().fallback(move |ctx: Context| {
        if matches!(ctx.update().kind, UpdateKind::TitleChanged { .. }) {
            handled.notify_one();
        }
        std::future::ready(())
    });
    let gateway = Gateway::open(database.url()).await.expect("it is there");
    let registry = gateway.registry().expect("a database");
    let gateway = gateway.with_account(MemoryMessenger::new("test")).with_bot(bot);
    during(gateway, renamed.notified()).await;
    let chats = all(&registry).await;
    assert_eq!(chats.len(), 1, "{chats:?}");
    let chat = &chats[0];
    let titles: Vec<&str> = chat.title.iter().map(|title| title.value.as_str()).collect();
    assert_eq!(titles, ["Lunch", "Lunch for all"]);
    assert_eq!((chat.registered_at, chat.participants.len()), (at, 1));
}

async fn a_group_of_potato_that_grows_stays_one_chat(database: TestDatabase) {
    let street = Street::open().await;
    let world = street.world.clone();
    let bot = world.bot(Platform::Potato).expect("a bot");
    let anna = world.add_person(Platform::Potato, "Anna");
    let group = world.act(|state| {
        let group = state.open_chat(Kind::Group, anna, "Tea");
        state.add_member(group, bot, Some(anna));
        group
    });
    world.say(group, anna, "before".into());
    let new = world.act(|state| state.upgrade(group, anna)).expect("it is a group");
    world.say(new, anna, "after".into());

    let gateway = street.gateway(&database, echoing()).await;
    let registry = gateway.registry().expect("a database");
    let mut phone = Phone::in_chat(anna, new, &world);
    during(gateway, async {
        for text in ["before", "after"] {
            let echo = phone.sees(PATIENCE).await.expect("an echo");
            assert_eq!(echo.text(), text, "also of what was said before it grew");
        }
    })
    .await;
    let chats = all(&registry).await;
    assert_eq!(chats.len(), 1, "{chats:?}");
    let id = world.look(|state| state.chat(new).id);
    assert_eq!(chats[0].title[0].value, "Tea", "of channel:{id}");
}

async fn one_chat_is_answered_in_order(database: TestDatabase) {
    let street = Street::open().await;
    during(street.gateway(&database, echoing()).await, async {
        let mut phones = Platform::ALL.map(|platform| street.anna(platform));
        for number in 0..20 {
            for anna in &mut phones {
                anna.says(number.to_string().as_str());
            }
        }
        for anna in &mut phones {
            for number in 0..20 {
                let echo = anna.sees(PATIENCE).await.expect("an echo");
                assert_eq!(echo.text(), number.to_string());
            }
        }
    })
    .await;
}

/// A handler that never ends stands for a process that is killed in the middle of one.
async fn what_was_not_handled_comes_again_at_the_next_start(database: TestDatabase) {
    let street = Street::open().await;
    let begun = Arc::new(Notify::new());
    let handlers = begun.clone();
    let stuck = Router::new().text(move |_: Context| {
        handlers.notify_one();
        std::future::pending::<()>()
    });
    let mut phones = Platform::ALL.map(|platform| street.anna(platform));
    let gateway = street.gateway(&database, stuck).await;
    tokio::select! {
        _ = gateway.run_until(CancellationToken::new()) => panic!("nobody stopped it"),
        () = async {
            for anna in &mut phones {
                anna.says("hello?");
                begun.notified().await;
            }
        } => {}
    }
    during(street.gateway(&database, echoing()).await, async {
        for anna in &mut phones {
            assert_eq!(anna.sees(PATIENCE).await.expect("an echo").text(), "hello?");
        }
    })
    .await;
}

fn plan(street: &Street, platform: Platform, operation: Operation, fault: Fault) {
    street.world.faults().plan(PlannedFault::next(platform, operation, fault));
}

async fn a_refusal_costs_one_answer_and_no_more(database: TestDatabase) {
    let street = Street::open().await;
    for platform in Platform::ALL {
        plan(&street, platform, Operation::Send, Fault::Refuse);
    }
    during(street.gateway(&database, echoing()).await, async {
        for platform in Platform::ALL {
            let mut anna = street.anna(platform);
            anna.says("refused");
            anna.says("answered");
            let echo = anna.sees(PATIENCE).await.expect("an echo");
            assert_eq!(echo.text(), "answered", "{platform}");
        }
    })
    .await;
}

async fn too_many_requests_are_waited_out(database: TestDatabase) {
    let street = Street::open().await;
    for platform in Platform::ALL {
        let fault = Fault::RateLimit { retry_after: Some(0) };
        plan(&street, platform, Operation::Send, fault);
        plan(&street, platform, Operation::Updates, fault);
    }
    during(street.gateway(&database, echoing()).await, async {
        for platform in Platform::ALL {
            let mut anna = street.anna(platform);
            anna.says("patience");
            assert_eq!(anna.sees(PATIENCE).await.expect("an echo").text(), "patience");
        }
    })
    .await;
}

async fn a_lost_answer_costs_at_most_a_second_one(database: TestDatabase) {
    let street = Street::open().await;
    for platform in Platform::ALL {
        plan(&street, platform, Operation::Send, Fault::LoseAnswer);
    }
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let bot = Router::new().text(move |ctx: Context| {
        counted.fetch_add(1, Ordering::SeqCst);
        echo(ctx)
    });
    during(street.gateway(&database, bot).await, async {
        for platform in Platform::ALL {
            let mut anna = street.anna(platform);
            anna.says("hello");
            // Where the chat can be read, the gateway finds out that it has arrived.
            let copies = if platform == Platform::Potato { 2 } else { 1 };
            for _ in 0..copies {
                let echo = anna.sees(PATIENCE).await.expect("an echo");
                assert_eq!(echo.text(), "hello", "{platform}: the first is seen, its answer lost");
            }
            anna.says("bye");
            let echo = anna.sees(PATIENCE).await.expect("an echo");
            assert_eq!(echo.text(), "bye", "{platform}: and nothing else");
        }
    })
    .await;
    assert_eq!(runs.load(Ordering::SeqCst), 9, "each handler ran again, but for the last");
}
