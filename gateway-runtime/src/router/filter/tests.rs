//! What each filter is for.

use gateway_core::model::{Attachment, Chat, Location};

use super::*;
use crate::Router;
use crate::sample::{Said, dialog, handled, message, presses, says, says_in, starts};

fn fits(filter: impl Into<Filter>, kind: UpdateKind) -> bool {
    handled(&Router::new().on(filter, || std::future::ready(())), kind).is_some()
}

#[test]
fn a_command_is_alone_or_with_more_or_with_the_bots_name() {
    for mine in ["/vote", "/vote tea", "/vote\ntea", "/vote@helper_bot", "/vote@HELPER_Bot tea"] {
        assert!(fits(Filter::command("vote"), says(mine)), "{mine}");
        assert!(fits(Filter::command("/vote"), says(mine)), "{mine}");
    }
    for other in ["vote", "/voted", "/vote@other_bot", "/Vote", "please /vote", "/", ""] {
        assert!(!fits(Filter::command("vote"), says(other)), "{other}");
    }
    let edited = UpdateKind::MessageEdited { message: message(dialog(), "/vote") };
    assert!(!fits(Filter::command("vote"), edited), "it was obeyed when it was written");
}

#[test]
fn a_button_is_named_by_what_stands_before_the_colon() {
    for mine in ["vote", "vote:", "vote:tea", "vote:tea:now"] {
        assert!(fits(Filter::button("vote"), presses(mine)), "{mine}");
    }
    for other in ["voter", "veto", "Vote", "poll:vote", ""] {
        assert!(!fits(Filter::button("vote"), presses(other)), "{other}");
    }
}

#[test]
fn a_link_is_known_by_its_beginning() {
    let filter = || Filter::started_with("invite-");
    assert!(fits(filter(), starts(Some("invite-5"))));
    assert!(fits(filter(), says("/start invite-5")));
    for other in [starts(Some("visit-5")), starts(None), says("/start"), says("invite-5")] {
        assert!(!fits(filter(), other.clone()), "{other:?}");
    }
}

#[test]
fn filters_look_at_the_text() {
    let said = |filter: Filter| fits(filter, says("green tea"));
    assert!(said(Filter::equals("green tea")) && !said(Filter::equals("green")));
    assert!(said(Filter::contains("n t")) && !said(Filter::contains("nt")));
    assert!(said(Filter::starts_with("green")) && !said(Filter::starts_with("tea")));
    assert!(said(Filter::ends_with("tea")) && !said(Filter::ends_with("green")));
    let regex = |pattern| Filter::regex(Regex::new(pattern).expect("a pattern"));
    assert!(said(regex("(?i)^GREEN")) && !said(regex("^tea")));
    assert!(!fits(Filter::contains(""), presses("green tea")), "a press says nothing");
}

#[test]
fn filters_look_at_attachments() {
    let mut located = message(dialog(), "");
    located.attachments.push(Attachment::Location(Location { latitude: 1.0, longitude: 2.0 }));
    let located = UpdateKind::MessageCreated { message: located };
    assert!(fits(Filter::attachment(AttachmentKind::Location), located.clone()));
    assert!(!fits(Filter::attachment(AttachmentKind::Image), located));
    assert!(!fits(Filter::attachment(AttachmentKind::Location), says("here")));
}

#[test]
fn filters_look_at_where_and_who() {
    let group = || says_in(Chat::new("tea", ChatKind::Group), "hi");
    assert!(fits(Filter::in_group(), group()) && !fits(Filter::in_group(), says("hi")));
    assert!(fits(Filter::in_dialog(), says("hi")) && !fits(Filter::in_dialog(), group()));
    let channel = says_in(Chat::new("news", ChatKind::Channel), "hi");
    assert!(fits(Filter::in_channel(), channel) && !fits(Filter::in_channel(), group()));
    assert!(fits(Filter::in_chat("tea"), group()) && !fits(Filter::in_chat("tea"), says("hi")));
    assert!(fits(Filter::by_user("anna"), group()) && !fits(Filter::by_user("boris"), group()));
    assert!(fits(Filter::on_platform(Platform::MEMORY), group()));
    assert!(!fits(Filter::on_platform(Platform::MAX), group()));
    assert!(fits(Filter::on_account("test"), group()) && !fits(Filter::on_account("t"), group()));
}

#[test]
fn a_closure_is_a_filter() {
    let german = |update: &Update| update.locale.as_deref() == Some("de");
    assert!(!fits(german, says("hallo")));
    assert!(fits(Filter::text().and(|update: &Update| update.locale.is_none()), says("hallo")));
    assert!(fits(Filter::not(german), says("hallo")));
    assert!(fits(Filter::inline_query() | |_: &Update| true, says("hallo")));
}

#[test]
fn captures_are_of_the_pattern_that_the_text_fits() {
    let found = |filter: Filter, text: &str| {
        let said = Said::default();
        let heard = said.clone();
        let router = Router::new().on(filter, move |found: Option<Captures>| {
            let found = found.map(|it| it.iter().map(|it| it.unwrap_or("-").to_owned()).collect());
            heard.say(found.map_or("none".to_owned(), |it: Vec<String>| it.join(",")));
            std::future::ready(())
        });
        handled(&router, says(text)).map(|_| said.all().concat())
    };
    let regex = |pattern| Filter::regex(Regex::new(pattern).expect("a pattern"));
    assert_eq!(found(regex(r"(\d+)(x)?"), "at 15 o'clock").as_deref(), Some("15,15,-"));
    assert_eq!(found(regex("a") & regex("b"), "ab").as_deref(), Some("b"), "the last");
    let failed = (regex("a") & Filter::edited()) | Filter::text();
    assert_eq!(found(failed, "a").as_deref(), Some("none"), "that part does not fit");
    assert_eq!(found(!regex("a"), "b").as_deref(), Some("none"));
    assert_eq!(found(!regex("a"), "a"), None);
}
