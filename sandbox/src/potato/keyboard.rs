//! Buttons, as bots give them.

use std::borrow::Cow;

use adapter_potato::wire;

use super::answer::Failure;
use crate::world::{Button, Content, Press, ReplyKeyboard, Screen};

/// Puts a keyboard on what is sent. Whatever was there is gone.
pub(super) fn put(
    content: &mut Content,
    markup: Option<wire::ReplyMarkup<'_>>,
) -> Result<(), Failure> {
    (content.buttons, content.reply_keyboard, content.screen) = (Vec::new(), None, None);
    match markup {
        None => {}
        Some(wire::ReplyMarkup::InlineKeyboard(markup)) => content.buttons = inline(markup)?,
        Some(wire::ReplyMarkup::ReplyKeyboard(markup)) => {
            content.reply_keyboard = Some(replies(markup));
        }
        Some(wire::ReplyMarkup::ForceReply(_)) => content.screen = Some(Screen::Reply),
        Some(wire::ReplyMarkup::Remove(_)) => content.screen = Some(Screen::NoKeyboard),
    }
    play(content)
}

/// Document, `sendGame`: the first button of a game starts it, and one is there when none is given.
fn play(content: &mut Content) -> Result<(), Failure> {
    let all = || content.buttons.iter().flatten();
    let is_first = all().next().is_some_and(|it| it.press == Press::Play);
    let plays = all().filter(|it| it.press == Press::Play).count();
    match content.game() {
        Some(game) if all().next().is_none() => {
            let label = format!("Play {}", game.title);
            content.buttons = vec![vec![Button { label, press: Press::Play }]];
            Ok(())
        }
        Some(_) if is_first && plays == 1 => Ok(()),
        None if plays == 0 => Ok(()),
        _ => Err(Failure::wrong("the first button of a game starts it, and no other one does")),
    }
}

fn inline(markup: wire::InlineKeyboardMarkup<'_>) -> Result<Vec<Vec<Button>>, Failure> {
    let row =
        |row: wire::InlineKeyboardButtonRow<'_>| row.buttons.into_iter().map(button).collect();
    markup.inline_keyboard.into_iter().map(row).collect()
}

/// Of a button's optional fields the first that is filled takes effect. An empty one is taken where
/// nothing else is filled: the example of `editMessageCaption` has an empty `callback_data`, and who
/// types nothing to a bot may be offered what it offers everybody.
fn button(given: wire::InlineKeyboardButton<'_>) -> Result<Button, Failure> {
    let press = press(&given, |it| !it.is_empty()).or_else(|| press(&given, |_| true));
    let press = press.ok_or_else(|| Failure::wrong("a button of an inline keyboard does nothing"));
    Ok(Button { label: given.text.into_owned(), press: press? })
}

fn press(given: &wire::InlineKeyboardButton<'_>, is_taken: fn(&str) -> bool) -> Option<Press> {
    let taken =
        |it: &Option<Cow<'_, str>>| it.as_deref().filter(|it| is_taken(it)).map(str::to_owned);
    let typed = |it, here| taken(it).map(|query| Press::Type { query, here });
    taken(&given.url)
        .filter(|it| !it.is_empty())
        .map(|url| Press::Link { url })
        .or_else(|| {
            let payload = taken(&given.callback_data)?;
            Some(Press::Callback { payload, intent: None })
        })
        .or_else(|| typed(&given.switch_inline_query, false))
        .or_else(|| typed(&given.switch_inline_query_current_chat, true))
        .or_else(|| given.callback_game.map(|_| Press::Play))
}

fn replies(markup: wire::ReplyKeyboardMarkup<'_>) -> ReplyKeyboard {
    let button = |it: wire::KeyboardButton<'_>| {
        let press = if it.request_contact == Some(true) {
            Press::RequestContact
        } else if it.request_location == Some(true) {
            Press::RequestLocation { quick: false }
        } else {
            Press::SendLabel { payload: None }
        };
        Button { label: it.text.into_owned(), press }
    };
    let row = |row: wire::KeyboardButtonRow<'_>| row.buttons.into_iter().map(button).collect();
    ReplyKeyboard {
        rows: markup.keyboard.into_iter().map(row).collect(),
        direct: markup.selective == Some(true),
        single_use: markup.single_use == Some(true),
        ..ReplyKeyboard::default()
    }
}
