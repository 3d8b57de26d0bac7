//! What handlers get, and what becomes of updates that have nothing for them.

use std::fmt::Debug;

use futures_util::FutureExt as _;
use gateway_core::model::{
    Account, ButtonPress, Callback, Chat, InlineQuery, Platform, Text, Update, UpdateKind, User,
};
use gateway_core::testing::Logs;
use serde::{Deserialize, Serialize};

use super::*;
use crate::sample::{Said, context, handled, many, presses, says, starts};
use crate::{HandlerResult, Router};

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Vote(u32);

impl Callback for Vote {
    const NAME: &'static str = "vote";
}

fn extract<T: FromContext<()>>(kind: UpdateKind) -> Result<T, Rejection> {
    T::from_context(&context(kind), &()).now_or_never().expect("nothing waits")
}

/// The kinds of update that have it.
fn having<T: FromContext<()>>() -> Vec<&'static str> {
    let found = many().into_iter().filter(|(_, kind)| extract::<T>(kind.clone()).is_ok());
    found.map(|(name, _)| name).collect()
}

fn is_missing<T: Debug>(found: &Result<T, Rejection>) -> bool {
    matches!(found, Err(Rejection::Missing(_)))
}

fn is_unreadable<T: Debug>(found: &Result<T, Rejection>) -> bool {
    matches!(found, Err(Rejection::Unreadable { .. }))
}

#[test]
fn each_update_has_what_it_has() {
    let all: Vec<&str> = many().iter().map(|(name, _)| *name).collect();
    assert_eq!(having::<Context>(), all);
    assert_eq!(having::<Update>(), all);
    assert_eq!(having::<Account>(), all);
    assert_eq!(having::<Option<InlineQuery>>(), all);
    assert_eq!(having::<Result<Captures, Rejection>>(), all);

    assert_eq!(having::<ReceivedMessage>(), ["text", "wordless", "command", "edited"]);
    assert_eq!(having::<Text>(), ["text", "command", "edited"]);
    assert_eq!(having::<PlainText>(), ["text", "command", "edited"]);
    assert_eq!(having::<ButtonPress>(), ["press"]);
    assert_eq!(having::<Args>(), ["command", "press"]);
    assert_eq!(having::<StartPayload>(), ["linked"]);
    assert_eq!(having::<InlineQuery>(), ["query"]);
    assert_eq!(having::<Captures>(), [""; 0]);

    let without = |names: &[&str]| -> Vec<&str> {
        all.iter().copied().filter(|name| !names.contains(name)).collect()
    };
    assert_eq!(having::<User>(), without(&["deleted", "unknown"]));
    assert_eq!(having::<Chat>(), without(&["query", "unknown"]));
}

#[test]
fn what_is_taken_is_what_was_told() {
    let ctx = context(says("/vote tea"));
    let PlainText(plain) = extract(says("/vote tea")).expect("a text");
    assert_eq!(plain, "/vote tea");
    assert_eq!(extract::<Text>(says("hi")).expect("a text"), Text::from("hi"));
    assert_eq!(Some(&extract::<ReceivedMessage>(says("/vote tea")).expect("one").0), ctx.message());
    assert_eq!(extract::<User>(says("hi")).expect("a user").display_name(), "Anna");
    assert_eq!(extract::<Account>(says("hi")).expect("one").platform, Platform::MEMORY);
    assert_eq!(&extract::<Update>(says("/vote tea")).expect("one"), ctx.update());
}

#[test]
fn arguments_are_a_string_or_are_parsed() {
    let string = |kind| extract::<Args>(kind).map(|it| it.0).ok();
    assert_eq!(string(says("/vote tea and cake")).as_deref(), Some("tea and cake"));
    assert_eq!(string(says("/vote")).as_deref(), Some(""));
    assert_eq!(string(presses("vote: tea:now")).as_deref(), Some("tea:now"));
    assert_eq!(string(presses("vote")).as_deref(), Some(""));
    assert_eq!(string(says("/vote@other_bot tea")), None);

    assert_eq!(extract::<Args<i32>>(says("/add -5")).expect("a number"), Args(-5));
    assert!(is_missing(&extract::<Args<i32>>(says("/add"))));
    assert!(is_missing(&extract::<Args<i32>>(says("5"))));
    assert!(is_unreadable(&extract::<Args<i32>>(says("/add five"))));
}

#[test]
fn a_payload_is_of_its_button_of_another_or_unreadable() {
    assert_eq!(extract::<Data<Vote>>(presses("vote:7")).expect("a vote"), Data(Vote(7)));
    for other in ["veto:7", "voter:7", "", "poll"] {
        assert!(is_missing(&extract::<Data<Vote>>(presses(other))), "{other}");
    }
    for old in ["vote:tea", "vote", "vote:"] {
        assert!(is_unreadable(&extract::<Data<Vote>>(presses(old))), "{old}");
    }
    assert!(is_missing(&extract::<Data<Vote>>(says("vote:7"))));
}

#[test]
fn the_payload_of_a_link_comes_with_a_start_of_either_kind() {
    let payload = |kind| extract::<StartPayload>(kind).map(|it| it.0).ok();
    assert_eq!(payload(starts(Some("invite-5"))).as_deref(), Some("invite-5"));
    assert_eq!(payload(says("/start invite-5")).as_deref(), Some("invite-5"));
    for none in [starts(None), starts(Some("")), says("/start"), says("/stop invite-5")] {
        assert_eq!(payload(none.clone()), None, "{none:?}");
    }
}

#[test]
fn optional_is_what_may_be_missing_and_not_what_cannot_be_read() {
    type Sides = Option<Args<u32>>;
    assert_eq!(extract::<Sides>(says("/roll 6")).expect("some"), Some(Args(6)));
    assert_eq!(extract::<Sides>(says("/roll")).expect("none"), None);
    assert!(is_unreadable(&extract::<Sides>(says("/roll many"))));
    let told = extract::<Result<Args<u32>, Rejection>>(says("/roll many")).expect("always");
    assert_eq!(
        told.expect_err("no number").to_string(),
        "reading the argument: invalid digit found in string"
    );
}

#[test]
fn a_state_gives_its_parts() {
    #[derive(Clone)]
    struct App {
        limit: u32,
    }
    impl FromRef<App> for u32 {
        fn from_ref(app: &App) -> Self {
            app.limit
        }
    }
    let said = Said::default();
    let heard = said.clone();
    let router: Router = Router::new()
        .text(move |State(app): State<App>, State(limit): State<u32>| {
            heard.say(format!("{} {limit}", app.limit));
            std::future::ready(())
        })
        .with_state(App { limit: 3 });
    handled(&router, says("hi")).expect("a route").expect("it went well");
    assert_eq!(said.all(), ["3 3"]);
}

/// Fails as a database does.
struct OutOfOrder;

impl<S: Sync> FromContext<S> for OutOfOrder {
    async fn from_context(_: &Context, _: &S) -> Result<Self, Rejection> {
        Err(Rejection::failed("the database is away"))
    }
}

#[test]
fn what_cannot_be_looked_up_fails_the_handler_and_goes_to_no_other() {
    let said = Said::default();
    let (layer, next) = (said.clone(), said.clone());
    let router: Router = Router::new()
        .text(|_: OutOfOrder| async {})
        .layer(move |_, next| {
            let said = layer.clone();
            async move {
                let handled = next.run().await;
                said.say(format!("{handled:?}"));
                handled
            }
        })
        .fallback(move || {
            next.say("fallback");
            std::future::ready(())
        });
    let error = handled(&router, says("hi")).expect("a route").expect_err("it fails");
    assert_eq!(error.to_string(), "the database is away");
    assert_eq!(said.all(), [r#"Err("the database is away")"#], "and layers see it");
}

#[test]
fn an_update_that_a_handler_cannot_read_goes_to_the_next_route() {
    async fn roll(_: Args<u32>) -> HandlerResult {
        Err("it was rolled".into())
    }
    async fn usage() -> HandlerResult {
        Err("how it is used".into())
    }
    let router: Router = Router::new().command("roll", roll).command("roll", usage);
    let end =
        |text| handled(&router, says(text)).expect("a route").expect_err("both do").to_string();
    assert_eq!(end("/roll 6"), "it was rolled");
    assert_eq!(end("/roll"), "how it is used");
    assert_eq!(end("/roll many"), "how it is used");
}

#[test]
fn a_warning_tells_of_an_update_that_nobody_can_read() {
    async fn roll(_: Args<u32>) {}
    async fn vote() {}
    let router: Router = Router::new().command("roll", roll).data::<Vote, _>(vote);
    let logged = |kind| {
        let (logs, _guard) = Logs::capture();
        (handled(&router, kind).map(|it| it.is_ok()), logs.text())
    };
    let (ended, log) = logged(says("/roll many"));
    assert_eq!(ended, Some(true));
    assert!(log.contains("WARN") && log.contains("no handler takes the update"), "{log}");
    assert!(log.contains("command /roll -> "), "{log}");
    assert!(log.contains("::roll: reading the argument: invalid digit"), "{log}");

    let (_, log) = logged(presses("vote:old"));
    assert!(log.contains("::vote: reading the payload of the button"), "{log}");

    assert_eq!(logged(says("/roll 6")), (Some(true), String::new()), "taken");
    assert_eq!(logged(says("hello")), (None, String::new()), "of no route's concern");
}
