//! What is too large.

use super::Outcome;
use super::bench::{Bench, expect};
use crate::fit::fit;
use crate::messenger::{Capabilities, ErrorKind, TextLimit};
use crate::model::{ActionKind, Button, Keyboard, KeyboardPlace, NewMessage};

pub(super) async fn long_text(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    let (chat, _) = bench.chat(&*messenger, "Anna").await?;
    let limit = messenger.capabilities().text;
    let longest = "x".repeat(limit.max);
    bench.ok("a text at the limit", messenger.send(&chat, &longest.as_str().into()).await)?;
    let seen = bench.seen("Anna").await;
    expect(seen == [longest.clone()], || "a text at the limit does not arrive whole".to_owned())?;

    let longer = NewMessage::new(format!("{longest}x"));
    too_large(bench, "a text beyond the limit", messenger.send(&chat, &longer).await, 1).await?;
    // What two UTF-16 units or four bytes stand for counts as the limit says.
    let wide = "😀".repeat(limit.max / limit.unit.count("😀") + 1);
    let answer = messenger.send(&chat, &wide.as_str().into()).await;
    too_large(bench, "emoji beyond the limit", answer, 1).await?;

    let fitted = bench.ok("fitting", fit(messenger.capabilities(), &longer))?;
    for part in fitted.parts.iter() {
        bench.ok("sending a part", messenger.send(&chat, part).await)?;
    }
    let arrived: String = bench.seen("Anna").await[1..].concat();
    expect(arrived == longer.text.plain_text(), || "the parts do not arrive whole".to_owned())
}

pub(super) async fn large_keyboard(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    if !messenger.capabilities().keyboards.carries(KeyboardPlace::Inline) {
        return Ok(());
    }
    let (chat, _) = bench.chat(&*messenger, "Anna").await?;
    let can = messenger.capabilities();
    let mut sent = 0;
    for (what, at_limit, beyond) in keyboards(can) {
        let message = NewMessage::new("choose").with_keyboard(at_limit);
        // Where another limit is reached before, this one cannot be tried.
        if can.check("trying", &message).is_err() {
            continue;
        }
        bench.ok(&format!("{what} at the limit"), messenger.send(&chat, &message).await)?;
        sent += 1;
        let message = NewMessage::new("choose").with_keyboard(beyond);
        let what = format!("{what} beyond the limit");
        too_large(bench, &what, messenger.send(&chat, &message).await, sent).await?;
    }
    Ok(())
}

/// For each limit that is declared a keyboard that keeps to it, and one that does not.
fn keyboards(can: &Capabilities) -> Vec<(&'static str, Keyboard, Keyboard)> {
    let limits = can.keyboard;
    let link = |length: usize| {
        let path = "x".repeat(length.saturating_sub("https://e.org/".len()));
        Button::link("x", format!("https://e.org/{path}"))
    };
    let callbacks = can.buttons.carries(ActionKind::Callback);
    let press = || if callbacks { Button::callback("x", "x") } else { link(0) };
    let row = |width: usize| -> Vec<Button> { (0..width).map(|_| press()).collect() };
    let mut keyboards = Vec::new();
    let mut add = |what, limit: Option<usize>, of: &dyn Fn(usize) -> Keyboard| {
        if let Some(limit) = limit {
            keyboards.push((what, of(limit), of(limit.saturating_add(1))));
        }
    };
    add("a row", limits.row, &|width| Keyboard::inline([row(width)]));
    add("a row with a link", limits.mixed_row, &|width| {
        let mut row = row(width.saturating_sub(1));
        row.push(link(0));
        Keyboard::inline([row])
    });
    add("a number of rows", limits.rows, &|rows| Keyboard::inline((0..rows).map(|_| [press()])));
    let width = if callbacks { limits.row } else { limits.mixed_row.or(limits.row) };
    let width = width.unwrap_or(8).max(1);
    add("a number of buttons", limits.buttons, &|buttons| {
        let rows = (0..buttons).step_by(width).map(|at| row(width.min(buttons - at)));
        Keyboard::inline(rows)
    });
    let long = |limit: Option<TextLimit>| limit.map(|limit| limit.max);
    add("a label", long(limits.label), &|length| {
        let Button { action, .. } = press();
        Keyboard::inline([[Button::new("x".repeat(length), action)]])
    });
    add("a payload", long(limits.payload).filter(|_| callbacks), &|length| {
        Keyboard::inline([[Button::callback("x", "x".repeat(length))]])
    });
    let links = can.buttons.carries(ActionKind::Link);
    add("an address", long(limits.url).filter(|_| links), &|length| {
        Keyboard::inline([[link(length)]])
    });
    keyboards
}

async fn too_large<T: std::fmt::Debug>(
    bench: &Bench,
    what: &str,
    answer: crate::messenger::Result<T>,
    seen_before: usize,
) -> Outcome {
    let error = bench.error(what, answer)?;
    expect(matches!(error.kind(), ErrorKind::TooLarge { .. }), || {
        format!("{what}: it must be refused as too large, not so: {error}")
    })?;
    let seen = bench.hand.sees("Anna").await.len();
    expect(seen == seen_before, || format!("{what}: it is refused, and was sent all the same"))
}
