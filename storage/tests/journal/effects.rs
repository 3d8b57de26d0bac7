//! An effect is intended, and then done or refused.

use gateway_core::model::AccountId;
use gateway_runtime::journal::{Begun, Change, EffectKey, Journal, Origin, Outcome, Settled};
use gateway_runtime::journal::{Write, Written};
use serde_json::{Value, json};

use super::{account, after, anybody, commit_at, effect, now, write};

on_every_journal! {
    an_effect_is_new_once
    a_done_effect_hands_back_its_receipt
    a_refused_effect_may_be_asked_for_again
    another_effect_under_the_same_key_is_found_out
    an_effect_of_a_key_is_none_of_an_update
    what_an_effect_came_to_can_be_asked
    an_effect_that_nobody_began_does_not_end
    receipts_are_found_by_what_was_done
    a_receipt_of_what_took_long_is_found
    texts_may_hold_what_databases_do_not
    one_batch_asks_for_new_known_and_refused_ones
}

async fn begin(journal: &dyn Journal, place: &str, fingerprint: &str) -> Begun {
    begin_at(journal, effect(place), fingerprint, 0).await
}

async fn begin_at(journal: &dyn Journal, effect: EffectKey, asked: &str, seconds: i64) -> Begun {
    let change = Change::Begin { effect, fingerprint: asked.to_owned() };
    match commit_at(journal, &[anybody(change)], after(seconds)).await.remove(0) {
        Written::Begun(begun) => begun,
        other => panic!("{other:?} is no answer to a beginning"),
    }
}

async fn settle(journal: &dyn Journal, place: &str, outcome: Outcome) {
    write(journal, Change::Settle { effect: effect(place), outcome }).await;
}

async fn an_effect_is_new_once(journal: &dyn Journal) {
    assert_eq!(begin(journal, "0", "send").await, Begun::New);
    let again = begin_at(journal, effect("0"), "send", 9).await;
    assert_eq!(again, Begun::Unsettled { since: now() });
    assert_eq!(begin(journal, "1", "send").await, Begun::New);
    assert_eq!(begin(journal, "left.1", "send").await, Begun::New);
}

async fn a_done_effect_hands_back_its_receipt(journal: &dyn Journal) {
    begin(journal, "0", "send").await;
    settle(journal, "0", Outcome::Done(json!({"message": "5 \0"}))).await;
    assert_eq!(begin(journal, "0", "send").await, Begun::Done(json!({"message": "5 \0"})));
}

async fn a_refused_effect_may_be_asked_for_again(journal: &dyn Journal) {
    begin(journal, "0", "send").await;
    settle(journal, "0", Outcome::Refused("no \0".to_owned())).await;
    let other = begin_at(journal, effect("0"), "send something else", 5).await;
    assert_eq!(other, Begun::New);
    let again = begin_at(journal, effect("0"), "send something else", 9).await;
    assert_eq!(again, Begun::Unsettled { since: after(5) });
}

async fn another_effect_under_the_same_key_is_found_out(journal: &dyn Journal) {
    begin(journal, "0", "send").await;
    let mismatch = Begun::Mismatch { recorded: "send".to_owned() };
    assert_eq!(begin(journal, "0", "edit").await, mismatch);
    settle(journal, "0", Outcome::Done(json!(null))).await;
    assert_eq!(begin(journal, "0", "edit").await, mismatch);
}

async fn an_effect_of_a_key_is_none_of_an_update(journal: &dyn Journal) {
    let of_key = EffectKey { origin: Origin::Key("1".to_owned()), ..effect("0") };
    let of_other = EffectKey { account: AccountId::new("other"), ..effect("0") };
    assert_eq!(begin(journal, "0", "send").await, Begun::New);
    assert_eq!(begin_at(journal, of_key.clone(), "edit", 0).await, Begun::New);
    assert_eq!(begin_at(journal, of_other, "edit", 0).await, Begun::New);
    let outcome = Outcome::Done(json!(1));
    write(journal, Change::Settle { effect: of_key.clone(), outcome }).await;
    assert_eq!(begin_at(journal, of_key, "edit", 0).await, Begun::Done(json!(1)));
    let known = journal.effect(&effect("0")).await.expect("an answer");
    assert_eq!(known, Some(Settled::Intended));
}

async fn what_an_effect_came_to_can_be_asked(journal: &dyn Journal) {
    let ask = async |place| journal.effect(&effect(place)).await.expect("an answer");
    assert_eq!(ask("0").await, None);
    begin(journal, "0", "send").await;
    assert_eq!(ask("0").await, Some(Settled::Intended));
    for outcome in [Outcome::Refused("no".to_owned()), Outcome::Done(json!({"message": "5"}))] {
        settle(journal, "0", outcome.clone()).await;
        assert_eq!(ask("0").await, Some(Settled::Ended(outcome)));
    }
}

async fn an_effect_that_nobody_began_does_not_end(journal: &dyn Journal) {
    settle(journal, "0", Outcome::Done(json!(1))).await;
    assert_eq!(journal.effect(&effect("0")).await.expect("an answer"), None);
}

async fn receipts(journal: &dyn Journal, fingerprint: &str, seconds: i64) -> Vec<Value> {
    let receipts = journal.receipts(&account(), fingerprint, after(seconds)).await;
    let mut receipts = receipts.expect("an answer");
    receipts.sort_by_key(Value::as_i64);
    receipts
}

/// An effect that was done so many seconds after it was intended.
async fn did(journal: &dyn Journal, effect: EffectKey, fingerprint: &str, seconds: (i64, i64)) {
    begin_at(journal, effect.clone(), fingerprint, seconds.0).await;
    let outcome = Outcome::Done(json!(seconds.1));
    let settle = anybody(Change::Settle { effect, outcome });
    commit_at(journal, &[settle], after(seconds.1)).await;
}

async fn receipts_are_found_by_what_was_done(journal: &dyn Journal) {
    for (place, end) in [("0", 10), ("1", 20), ("2", 30)] {
        did(journal, effect(place), "send", (0, end)).await;
    }
    did(journal, effect("3"), "edit", (0, 20)).await;
    let other = EffectKey { account: AccountId::new("other"), ..effect("4") };
    did(journal, other, "send", (0, 20)).await;
    begin(journal, "5", "send").await;
    begin(journal, "6", "send").await;
    settle(journal, "6", Outcome::Refused("no".to_owned())).await;
    assert_eq!(receipts(journal, "send", 20).await, [json!(20), json!(30)]);
    assert!(receipts(journal, "send", 31).await.is_empty());
    assert_eq!(receipts(journal, "send", 0).await, [json!(10), json!(20), json!(30)]);
}

/// A crash lies between intending it and doing it.
async fn a_receipt_of_what_took_long_is_found(journal: &dyn Journal) {
    did(journal, effect("0"), "send", (0, 90_000)).await;
    did(journal, effect("1"), "send", (0, 3_600)).await;
    did(journal, effect("2"), "send", (0, 3_601)).await;
    did(journal, effect("3"), "send", (89_000, 90_001)).await;
    assert_eq!(receipts(journal, "send", 90_000).await, [json!(90_000), json!(90_001)]);
    assert_eq!(receipts(journal, "send", 3_601).await.len(), 3);
    assert_eq!(receipts(journal, "send", 3_600).await.len(), 4);
    let refused = Outcome::Refused("no".to_owned());
    let again = Change::Settle { effect: effect("0"), outcome: refused };
    commit_at(journal, &[anybody(again)], after(90_002)).await;
    did(journal, effect("0"), "send", (180_000, 180_001)).await;
    assert_eq!(receipts(journal, "send", 180_000).await, [json!(180_001)], "an old place");
}

async fn texts_may_hold_what_databases_do_not(journal: &dyn Journal) {
    let of_key = EffectKey {
        origin: Origin::Key("a key \0 😀".to_owned()),
        place: "left \0.0".to_owned(),
        ..effect("0")
    };
    assert_eq!(begin_at(journal, of_key.clone(), "send \0", 0).await, Begun::New);
    let again = begin_at(journal, of_key.clone(), "send \0", 0).await;
    assert_eq!(again, Begun::Unsettled { since: now() });
    did(journal, of_key.clone(), "send \0", (0, 5)).await;
    assert_eq!(begin_at(journal, of_key, "send \0", 0).await, Begun::Done(json!(5)));
    assert_eq!(receipts(journal, "send \0", 0).await, [json!(5)]);
}

async fn one_batch_asks_for_new_known_and_refused_ones(journal: &dyn Journal) {
    let begin =
        |place| anybody(Change::Begin { effect: effect(place), fingerprint: "send".to_owned() });
    let settle = |place, outcome| anybody(Change::Settle { effect: effect(place), outcome });
    let known: Vec<Write> = ["z", "c", "y", "b", "x"].map(begin).to_vec();
    commit_at(journal, &known, now()).await;
    let ended =
        [settle("c", Outcome::Refused("no".to_owned())), settle("y", Outcome::Done(json!(7)))];
    commit_at(journal, &ended, now()).await;
    let asked = [
        begin("new"),
        settle("x", Outcome::Done(json!(8))),
        begin("z"),
        begin("y"),
        begin("c"),
        anybody(Change::Begin { effect: effect("b"), fingerprint: "edit".to_owned() }),
        begin("a new one"),
    ];
    let answers = commit_at(journal, &asked, after(1)).await;
    let expected = [
        Written::Begun(Begun::New),
        Written::Done,
        Written::Begun(Begun::Unsettled { since: now() }),
        Written::Begun(Begun::Done(json!(7))),
        Written::Begun(Begun::New),
        Written::Begun(Begun::Mismatch { recorded: "send".to_owned() }),
        Written::Begun(Begun::New),
    ];
    assert_eq!(answers, expected);
    let x = journal.effect(&effect("x")).await.expect("an answer");
    assert_eq!(x, Some(Settled::Ended(Outcome::Done(json!(8)))));
    let c = journal.effect(&effect("c")).await.expect("an answer");
    assert_eq!(c, Some(Settled::Intended));
}
