//! The spans of an update: when it is written down, and each time that it is handled.
//!
//! Between the two lies the journal, and perhaps a restart. What they have in common is the account
//! and the update's id, so whoever collects traces can make one of them ([`link_spans`]). Where nobody
//! listens to spans they cost nothing.

use std::sync::OnceLock;

use gateway_core::model::{AccountId, Update, UpdateId};
use tracing::Span;

use crate::journal::Entry;

/// Tells a span of which update it is.
pub type SpanLink = fn(&Span, &AccountId, &UpdateId);

static LINK: OnceLock<SpanLink> = OnceLock::new();

/// Has every span of an update handed to `link` when it is made, before anything happens in it: it
/// can then become part of a trace that follows from the account and the id. Once in a process, as
/// that has one place where spans are collected; `false` when it was done before.
pub fn link_spans(link: SpanLink) -> bool {
    LINK.set(link).is_ok()
}

/// The update is written down.
pub(crate) fn received(update: &Update) -> Span {
    let span = tracing::debug_span!("receive", account = %update.account, update = %update.id);
    linked(span, update)
}

/// It is handled, for the `attempt`th time since this process runs its account.
pub(crate) fn handled(entry: &Entry, attempt: usize) -> Span {
    let update = &entry.update;
    let span = tracing::debug_span!(
        "handle",
        account = %update.account,
        update = %update.id,
        place = entry.seq,
        attempt,
    );
    linked(span, update)
}

fn linked(span: Span, update: &Update) -> Span {
    if let (false, Some(link)) = (span.is_disabled(), LINK.get()) {
        link(&span, &update.account, &update.id);
    }
    span
}
