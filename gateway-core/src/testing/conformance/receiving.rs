//! What arrives: ids, order, restarts, duplicates, what nobody knows.

use super::Outcome;
use super::bench::{Bench, expect, said};
use crate::model::{Button, ButtonPress, Keyboard, NewMessage, Raw, Update, UpdateKind};

pub(super) async fn ids(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    let me = bench.ok("asking who I am", messenger.me().await)?;
    expect(me.is_bot != Some(false), || "the bot says that it is none".to_owned())?;

    bench.hand.says("Anna", "remember me").await;
    let asked = |it: &Update| said(it) == Some("remember me");
    let (updates, _) = bench.receive(&*messenger, None, asked).await?;
    let update = updates.into_iter().find(asked).ok_or("the message is gone")?;
    expect(update.account == messenger.account().id, || "the account is another's".to_owned())?;
    let stored = serde_json::to_string(&update).map_err(|error| error.to_string())?;
    let update: Update = serde_json::from_str(&stored).map_err(|error| error.to_string())?;
    let chat = update.chat_id().ok_or("the message is in no chat")?;

    // A messenger as after a restart knows the ids that were stored before.
    let messenger = bench.connect();
    let sent = bench.ok("sending", messenger.send(chat, &"one".into()).await)?;
    let stored = serde_json::to_string(&sent).map_err(|error| error.to_string())?;
    let sent: crate::messenger::Receipt =
        serde_json::from_str(&stored).map_err(|error| error.to_string())?;
    if let Some(edits) = messenger.edits() {
        bench.ok("editing", edits.edit(chat, &sent.message, &"two".into()).await)?;
        let seen = bench.seen("Anna").await;
        expect(seen == ["two"], || format!("after an edit Anna sees {seen:?}"))?;
    }
    if let Some(history) = messenger.history() {
        let read = bench.ok("reading", history.message(chat, &sent.message).await)?;
        let read = read.ok_or("the message that was sent cannot be read back")?;
        expect(read.id == sent.message, || "another message was read back".to_owned())?;
    }
    if let Some(deletions) = messenger.deletions() {
        bench.ok("deleting", deletions.delete(chat, &sent.message).await)?;
        let seen = bench.seen("Anna").await;
        expect(seen.is_empty(), || format!("after deleting Anna sees {seen:?}"))?;
    }
    presses(bench).await
}

/// A press names the message with its button, and what the button carries.
async fn presses(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    let Some(callbacks) = messenger.callbacks() else { return Ok(()) };
    let (chat, cursor) = bench.chat(&*messenger, "Boris").await?;
    let keyboard = Keyboard::inline([[Button::callback("Vote", "vote:tea")]]);
    let message = NewMessage::new("?").with_keyboard(keyboard);
    let sent = bench.ok("sending a button", messenger.send(&chat, &message).await)?;
    expect(bench.hand.presses("Boris", "Vote").await, || "Boris sees no button".to_owned())?;

    let pressed = |it: &Update| matches!(it.kind, UpdateKind::ButtonPressed(_));
    let (updates, _) = bench.receive(&*messenger, cursor, pressed).await?;
    let press = updates.into_iter().find_map(|update| match update.kind {
        UpdateKind::ButtonPressed(press) => Some(press),
        _ => None,
    });
    let ButtonPress { id, chat: in_chat, message, payload, .. } =
        press.ok_or("the press is gone")?;
    expect(payload == "vote:tea", || format!("the button carries {payload:?}"))?;
    expect(in_chat.is_some_and(|it| it.id == chat), || "it was pressed elsewhere".to_owned())?;
    expect(message == Some(sent.message), || "another message's button was pressed".to_owned())?;
    bench.ok("answering", callbacks.answer(&id, "thanks").await)?;
    let notices = bench.hand.notices("Boris").await;
    expect(notices == ["thanks"], || format!("Boris is told {notices:?}"))
}

pub(super) async fn order(bench: &Bench) -> Outcome {
    let words: Vec<String> = (1..=15).map(|number| format!("number {number}")).collect();
    for word in &words {
        bench.hand.says("Anna", word).await;
    }
    let messenger = bench.connect();
    let last = |it: &Update| said(it) == Some("number 15");
    let (updates, _) = bench.receive(&*messenger, None, last).await?;
    let arrived: Vec<&str> = updates.iter().filter_map(said).collect();
    expect(arrived == words, || format!("what Anna said arrived as {arrived:?}"))?;

    let chat = updates.iter().find_map(Update::chat_id).ok_or("there is no chat")?;
    for word in &words[..5] {
        bench.ok("sending", messenger.send(chat, &word.as_str().into()).await)?;
    }
    let seen = bench.seen("Anna").await;
    expect(seen == words[..5], || format!("what the bot sent is seen as {seen:?}"))
}

pub(super) async fn restart(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    bench.hand.says("Anna", "one").await;
    bench.hand.says("Anna", "two").await;
    let two = |it: &Update| said(it) == Some("two");
    let (before, cursor) = bench.receive(&*messenger, None, two).await?;
    drop(messenger);

    // The process died before it could write down what it had received.
    if !bench.connect().capabilities().polling.consumes {
        let (again, _) = bench.receive(&*bench.connect(), None, two).await?;
        let ids = |updates: &[Update]| -> Vec<String> {
            updates.iter().map(|update| update.id.to_string()).collect()
        };
        expect(ids(&again) == ids(&before), || {
            format!("what was not given up came as {:?}, then as {:?}", ids(&before), ids(&again))
        })?;
    }

    // It had written it down.
    bench.hand.says("Anna", "three").await;
    let three = |it: &Update| said(it) == Some("three");
    let (after, _) = bench.receive(&*bench.connect(), cursor, three).await?;
    let arrived: Vec<&str> = after.iter().filter_map(said).collect();
    expect(arrived == ["three"], || format!("after the restart came {arrived:?}"))
}

pub(super) async fn duplicates(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    bench.hand.says("Anna", "once").await;
    let once = |it: &Update| said(it) == Some("once");
    let (mut updates, cursor) = bench.receive(&*messenger, None, once).await?;
    bench.hand.repeats_last().await;
    let (again, _) = bench.receive(&*messenger, cursor, once).await?;
    updates.extend(again);
    let ids: Vec<_> = updates.iter().filter(|it| once(it)).map(|it| &it.id).collect();
    expect(ids.len() == 2, || format!("it came {} times", ids.len()))?;
    expect(ids[0] == ids[1], || format!("delivered again, {} became {}", ids[0], ids[1]))
}

pub(super) async fn unknown_updates(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    let (_, cursor) = bench.chat(&*messenger, "Anna").await?;
    bench.hand.raises_unknown("Anna").await;
    bench.hand.says("Anna", "and on").await;
    let (updates, _) = bench.receive(&*messenger, cursor, |it| said(it) == Some("and on")).await?;
    let unknown = updates.iter().find(|it| matches!(it.kind, UpdateKind::Unknown { .. }));
    let unknown = unknown.ok_or("what the adapter does not know never arrives")?;
    expect(unknown.raw != Raw::default(), || "its JSON is lost".to_owned())
}
