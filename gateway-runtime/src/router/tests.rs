//! One rule of routing a test.

use futures_util::future::BoxFuture;
use gateway_core::model::{Callback, Chat, ChatKind, Text, Update, UpdateKind};
use gateway_core::testing::{Done, MemoryMessenger};
use proptest::prelude::*;
use regex::Regex;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::extract::{Args, Captures, FromContext, PlainText, Rejection, State};
use crate::journal::{Inbox as _, MemoryJournal};
use crate::sample::{Said, handled, many, presses, says, says_in, starts};
use crate::{HandlerError, Runtime};

async fn nothing() {}

/// The updates that a router takes, of all that there are.
fn taken(router: &Router) -> Vec<&'static str> {
    let taken = many().into_iter().filter(|(_, kind)| handled(router, kind.clone()).is_some());
    taken.map(|(name, _)| name).collect()
}

/// A handler that says a word.
fn saying(said: &Said, word: &'static str) -> impl Handler<(), ()> + use<> {
    let said = said.clone();
    move || {
        said.say(word);
        std::future::ready(())
    }
}

/// A layer that says a word before and after.
fn around(
    said: &Said,
    word: &'static str,
) -> impl Fn(Context, Next) -> BoxFuture<'static, HandlerResult> + use<> {
    let said = said.clone();
    move |_, next| {
        let said = said.clone();
        Box::pin(async move {
            said.say(format!("{word} begins"));
            let handled = next.run().await;
            said.say(format!("{word} ends"));
            handled
        })
    }
}

#[derive(Debug, Deserialize, Serialize)]
enum Choice {
    Tea,
}

impl Callback for Choice {
    const NAME: &'static str = "choice";
}

#[test]
fn each_route_takes_its_kind_and_no_other() {
    let bot = Router::new;
    assert_eq!(taken(&bot().started(nothing)), ["started", "linked"]);
    assert_eq!(taken(&bot().started_with("invite-", nothing)), ["linked"]);
    assert_eq!(taken(&bot().stopped(nothing)), ["stopped"]);
    assert_eq!(taken(&bot().command("vote", nothing)), ["command"]);
    assert_eq!(taken(&bot().button("vote", nothing)), ["press"]);
    assert_eq!(taken(&bot().data::<Choice, _>(nothing)), [""; 0]);
    assert_eq!(taken(&bot().message(nothing)), ["text", "wordless", "command"]);
    assert_eq!(taken(&bot().text(nothing)), ["text", "command"]);
    assert_eq!(taken(&bot().text_where(Filter::contains("hello"), nothing)), ["text"]);
    assert_eq!(taken(&bot().edited(nothing)), ["edited"]);
    assert_eq!(taken(&bot().deleted(nothing)), ["deleted"]);
    assert_eq!(taken(&bot().joined(nothing)), ["joined"]);
    assert_eq!(taken(&bot().left(nothing)), ["left"]);
    assert_eq!(taken(&bot().added(nothing)), ["added"]);
    assert_eq!(taken(&bot().removed(nothing)), ["removed"]);
    assert_eq!(taken(&bot().title_changed(nothing)), ["title"]);
    assert_eq!(taken(&bot().inline_query(nothing)), ["query"]);
    let unknown = |kind: &UpdateKind| matches!(kind, UpdateKind::Unknown { .. });
    assert_eq!(taken(&bot().kind(unknown, nothing)), ["unknown"]);
    assert_eq!(taken(&bot().fallback(nothing)).len(), many().len());
    assert_eq!(taken(&bot()), [""; 0]);
}

#[test]
fn typed_data_goes_on_when_it_cannot_be_read_even_if_nobody_asks_for_it() {
    let said = Said::default();
    let tea = Choice::Tea.to_payload().expect("it is short");
    let router = Router::new()
        .data::<Choice, _>(saying(&said, "read"))
        .button("choice", saying(&said, "old"));
    for payload in [tea.as_str(), r#"choice:"Milk""#, "choices"] {
        if let Some(ended) = handled(&router, presses(payload)) {
            ended.expect("it went well");
        }
    }
    assert_eq!(said.all(), ["read", "old"]);
}

#[test]
fn captures_have_names_and_come_through_nested_routers() {
    let said = Said::default();
    let heard = said.clone();
    let inner = Router::new().text(move |found: Captures| {
        heard.say(format!("{:?} {:?} {:?}", found.name("what"), found.name("how"), found.get(9)));
        std::future::ready(())
    });
    let pattern = Regex::new("^in a minute: (?<what>.+)$").expect("a pattern");
    let router = Router::new().nest(Filter::regex(pattern), inner);
    handled(&router, says("in a minute: tea")).expect("a route").expect("it went well");
    assert_eq!(said.all(), [r#"Some("tea") None None"#]);
}

#[test]
fn a_router_that_does_not_take_an_update_passes_it_on() {
    let said = Said::default();
    let group = || Chat::new("tea", ChatKind::Group);
    let router = Router::new()
        .nest(Filter::in_group(), Router::new().command("here", saying(&said, "inner")))
        .text(saying(&said, "outer"));
    for update in [says_in(group(), "/here"), says_in(group(), "hi"), says("/here")] {
        handled(&router, update).expect("a route").expect("it went well");
    }
    assert_eq!(said.all(), ["inner", "outer", "outer"]);
    assert!(handled(&router, starts(None)).is_none());
}

#[test]
fn merged_routes_come_after_those_that_are_there() {
    let said = Said::default();
    let other = Router::new().text(saying(&said, "other")).started(saying(&said, "other"));
    let router =
        Router::new().text(saying(&said, "own")).merge(other).fallback(saying(&said, "last"));
    for update in [says("hi"), starts(None), presses("x")] {
        handled(&router, update).expect("a route").expect("it went well");
    }
    assert_eq!(said.all(), ["own", "other", "last"]);
}

#[test]
fn a_layer_lies_around_what_was_added_before_it() {
    let said = Said::default();
    let inner = Router::new().command("in", saying(&said, "inner")).layer(around(&said, "1"));
    let router = Router::new()
        .nest(Filter::any(), inner)
        .command("before", saying(&said, "before"))
        .layer(around(&said, "2"))
        .layer(around(&said, "3"))
        .command("after", saying(&said, "after"));
    let heard = |text| {
        handled(&router, says(text)).expect("a route").expect("it went well");
        said.all().join(", ")
    };
    assert_eq!(heard("/in"), "3 begins, 2 begins, 1 begins, inner, 1 ends, 2 ends, 3 ends");
    assert_eq!(heard("/before"), "3 begins, 2 begins, before, 2 ends, 3 ends");
    assert_eq!(heard("/after"), "after");
}

#[test]
fn a_layer_sees_only_what_one_of_its_routes_takes() {
    async fn number(_: Args<u32>) {}
    let said = Said::default();
    let router = Router::new()
        .command("add", number)
        .layer(around(&said, "layer"))
        .fallback(saying(&said, "fallback"));
    handled(&router, says("/add many")).expect("a route").expect("it went well");
    assert_eq!(said.all(), ["fallback"]);
}

#[test]
fn a_layer_may_stop_an_update_and_change_how_it_ended() {
    async fn fails() -> HandlerResult {
        Err("it went wrong".into())
    }
    async fn guard(ctx: Context, next: Next) -> HandlerResult {
        match ctx.text() {
            Some(text) if text.plain_text() == "stop" => Ok(()),
            _ => next.run().await.map_err(|error| format!("guarded: {error}").into()),
        }
    }
    let said = Said::default();
    let called = said.clone();
    let inner = move |_, next: Next| {
        called.say("called");
        next.run()
    };
    let router = Router::new().text(fails).layer(inner).layer(guard);
    assert!(handled(&router, says("stop")).expect("a route").is_ok());
    assert!(said.all().is_empty(), "what lies in it is not even called");
    let error = handled(&router, says("go")).expect("a route").expect_err("it fails");
    assert_eq!(error.to_string(), "guarded: it went wrong");
}

#[test]
fn a_state_reaches_nested_and_merged_routers_and_no_later_route() {
    let said = Said::default();
    let telling = |said: &Said| {
        let said = said.clone();
        move |State(word): State<&'static str>, PlainText(text): PlainText| {
            said.say(format!("{text} {word}"));
            std::future::ready(())
        }
    };
    let router: Router<u8> = Router::new()
        .nest(Filter::any(), Router::new().command("nested", telling(&said)))
        .merge(Router::new().command("merged", telling(&said)))
        .with_state("tea");
    let counted = said.clone();
    let router = router
        .text(move |State(number): State<u8>| {
            counted.say(number.to_string());
            std::future::ready(())
        })
        .with_state(7);
    for text in ["/nested", "/merged", "hi"] {
        handled(&router, says(text)).expect("a route").expect("it went well");
    }
    assert_eq!(said.all(), ["/nested tea", "/merged tea", "7"]);
}

#[test]
fn handlers_come_in_many_forms() {
    #[derive(Debug, thiserror::Error)]
    #[error("of its own")]
    struct Own;
    async fn owned(ctx: Context, said: Said) -> HandlerResult {
        said.say("with a closure");
        ctx.reply("hi").await?;
        Ok(())
    }
    #[expect(clippy::too_many_arguments, reason = "as many as there may be")]
    async fn eight(
        _: Context,
        _: Context,
        _: Context,
        _: Context,
        _: Context,
        _: Context,
        _: Context,
        State(said): State<Said>,
    ) -> Result<(), Own> {
        said.say("with eight");
        Err(Own)
    }
    async fn words(State(said): State<Said>) -> Result<(), String> {
        said.say("with a string");
        Err("words".to_owned())
    }
    let said = Said::default();
    let cloned = said.clone();
    let router = Router::new()
        .command("closure", move |ctx| owned(ctx, cloned.clone()))
        .command("eight", eight)
        .command("words", words)
        .command("block", |ctx: Context| async move {
            if ctx.argument().is_empty() {
                Err("an argument")?;
            }
            HandlerResult::Ok(())
        })
        .with_state(said.clone());
    let end = |text| -> Result<(), String> {
        let ended: Result<(), HandlerError> = handled(&router, says(text)).expect("a route");
        ended.map_err(|error| error.to_string())
    };
    assert_eq!(end("/closure"), Ok(()));
    assert_eq!(end("/eight"), Err("of its own".to_owned()));
    assert_eq!(end("/words"), Err("words".to_owned()));
    assert_eq!(end("/block"), Err("an argument".to_owned()));
    assert_eq!(said.all(), ["with a closure", "with eight", "with a string"]);
}

#[test]
fn nothing_of_a_handler_happens_before_it_is_polled() {
    let said = Said::default();
    let router = Router::new().text(saying(&said, "ran")).layer(around(&said, "layer"));
    drop(router.handle(crate::sample::context(says("hi"))).expect("a route"));
    assert!(said.all().is_empty());
}

#[test]
fn a_router_lists_its_routes() {
    async fn menu() {}
    let groups = Router::new().joined(menu);
    let router: Router = Router::new()
        .started(menu)
        .command("/start", menu)
        .data::<Choice, _>(menu)
        .text_where(Filter::equals("hi") | Filter::in_dialog(), menu)
        .nest(!Filter::in_dialog(), groups)
        .fallback(menu);
    let menu = std::any::type_name_of_val(&menu);
    let listed = r#"[started -> M, command /start -> M, data choice -> M, text and (is "hi" or in a dialog) -> M, not in a dialog -> [joined -> M], anything -> M]"#;
    assert_eq!(format!("{router:?}").replace(menu, "M"), listed);
}

#[test]
fn a_router_is_shared_among_threads_and_cloned() {
    fn is_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let router: Router = Router::new().text(nothing);
    is_shared(&router);
    is_shared(&Filter::text());
    let longer = router.clone().started(nothing);
    assert_eq!(taken(&router), ["text", "command"]);
    assert_eq!(taken(&longer), ["text", "command", "started", "linked"]);
}

/// A router, as its author wrote it. A digit stands for what is written to the bot.
#[derive(Clone, Debug)]
enum Written {
    /// A route for these digits, whose handler can read those.
    Route {
        fits: Vec<u8>,
        reads: Vec<u8>,
    },
    /// A router for these digits.
    Nest(Vec<u8>, Vec<Written>),
    Merge(Vec<Written>),
}

fn digits() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0_u8..4, 0..4)
}

fn written() -> impl Strategy<Value = Vec<Written>> {
    let route = (digits(), digits()).prop_map(|(fits, reads)| Written::Route { fits, reads });
    let node = route.prop_recursive(3, 24, 4, |inner| {
        let inner = prop::collection::vec(inner, 0..4);
        prop_oneof![
            (digits(), inner.clone()).prop_map(|(fits, inner)| Written::Nest(fits, inner)),
            inner.prop_map(Written::Merge),
        ]
    });
    prop::collection::vec(node, 0..5)
}

/// A digit that is among those of the state.
struct Readable;

impl FromContext<Vec<u8>> for Readable {
    async fn from_context(ctx: &Context, state: &Vec<u8>) -> Result<Self, Rejection> {
        let digit = digit(ctx.update()).ok_or(Rejection::Missing("digit"))?;
        let unreadable = || Rejection::unreadable("digit", "it is another");
        state.contains(&digit).then_some(Self).ok_or_else(unreadable)
    }
}

fn digit(update: &Update) -> Option<u8> {
    let UpdateKind::MessageCreated { message } = &update.kind else { return None };
    message.text.plain_text().parse().ok()
}

fn built(written: &[Written], next: &mut usize, said: &Said) -> Router {
    written.iter().fold(Router::new(), |router, it| match it {
        Written::Route { fits, reads } => {
            let (number, said, fits) = (*next, said.clone(), fits.clone());
            *next += 1;
            let filter = move |update: &Update| digit(update).is_some_and(|it| fits.contains(&it));
            let reading = move |_: Readable| {
                said.say(number.to_string());
                std::future::ready(())
            };
            router.merge(Router::new().on(filter, reading).with_state(reads.clone()))
        }
        Written::Nest(fits, inner) => {
            let (fits, inner) = (fits.clone(), built(inner, next, said));
            router.nest(
                move |update: &Update| digit(update).is_some_and(|it| fits.contains(&it)),
                inner,
            )
        }
        Written::Merge(inner) => router.merge(built(inner, next, said)),
    })
}

/// Every route in the order in which it stands, with what it takes.
fn flat(written: &[Written], takes: &dyn Fn(u8) -> bool, all: &mut Vec<Vec<u8>>) {
    for it in written {
        match it {
            Written::Route { fits, reads } => {
                let all_of = |it: &u8| takes(*it) && fits.contains(it) && reads.contains(it);
                all.push((0..4).filter(all_of).collect());
            }
            Written::Nest(fits, inner) => flat(inner, &|it| takes(it) && fits.contains(&it), all),
            Written::Merge(inner) => flat(inner, takes, all),
        }
    }
}

proptest! {
    /// However routers lie in each other, an update goes to the first route, as they are written,
    /// that takes it.
    #[test]
    fn the_first_route_that_takes_an_update_gets_it(written in written(), digit in 0_u8..4) {
        let said = Said::default();
        let router = built(&written, &mut 0, &said);
        let mut all = Vec::new();
        flat(&written, &|_| true, &mut all);
        let first = all.iter().position(|takes| takes.contains(&digit));
        if let Some(ended) = handled(&router, says(&digit.to_string())) {
            ended.expect("it went well");
        }
        prop_assert_eq!(said.all(), Vec::from_iter(first.map(|it| it.to_string())));
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_filter_or_a_layer_is_a_failure_of_that_update_alone() {
    async fn echo(ctx: Context, said: Text) -> HandlerResult {
        ctx.reply(said).await?;
        Ok(())
    }
    let boom = |update: &Update| {
        assert_eq!(digit(update), None, "as it was meant to");
        false
    };
    let router: Router = Router::new().on(boom, nothing).text(echo).layer(|ctx, next| {
        assert_ne!(ctx.argument(), "boom", "as it was meant to");
        next.run()
    });
    let (messenger, journal) = (Arc::new(MemoryMessenger::new("test")), Arc::default());
    let runtime = Runtime::new(Arc::<MemoryJournal>::clone(&journal), messenger.clock())
        .with_account(messenger.clone())
        .with_router(router);
    for text in ["7", "layer boom", "after"] {
        messenger.says("Anna", text);
    }
    let stop = CancellationToken::new();
    let talk = async {
        let Done::Sent { message, .. } = messenger.next().await else { panic!("a message") };
        assert_eq!(message.text.plain_text(), "after");
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
    assert_eq!(journal.depth(&"test".into()).await.expect("a depth").dead, 2);
}
