//! What the methods do.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use adapter_potato::wire;

use super::answer::{Answer, Failure};
use super::{Facade, markdown, render};
use crate::world::switches::potato::DefaultMarkdown;
use crate::world::{AccountKey, Button, ChatKey, Content, Draft, Link, Press, RichText, Switches};

/// Longest notice of a button: `answerCallbackQuery`, `text`.
const NOTICE_LIMIT: usize = 200;

impl Facade {
    pub(super) fn me(&self, bot: AccountKey) -> Value {
        render::json(&render::user(&self.world.look(|it| it.account(bot).clone())))
    }

    pub(super) fn send_text_message(&self, bot: AccountKey, given: Map<String, Value>) -> Answer {
        let given: wire::SendTextMessage<'_> = decoded(given)?;
        let text = text(&given.text, given.markdown, &self.switches())?;
        let buttons = buttons(given.reply_markup)?.unwrap_or_default();
        let chat = self.chat(bot, given.target.chat_type, given.target.chat_id)?;
        let content = Content { text, buttons, ..Content::default() };
        let original = |number: i64| {
            let original = self
                .world
                .look(|it| it.chat(chat).message(number).map(|message| message.as_original(chat)));
            original.map(|it| Link::Reply(Box::new(it))).ok_or(Failure::MessageNotFound)
        };
        let link = given.reply_to_message_id.map(original).transpose()?;
        let draft = Draft { content, link, constructed_by: None };
        let message = self.world.act(|state| state.post(chat, bot, draft));
        Ok(Some(json!({"message_id": message.number})))
    }

    /// A keyboard that is not given again is gone.
    pub(super) fn edit_message_text(&self, bot: AccountKey, given: Map<String, Value>) -> Answer {
        let given: wire::EditMessageText<'_> = decoded(given)?;
        let text = text(&given.text, given.markdown, &self.switches())?;
        let buttons = buttons(given.reply_markup)?.unwrap_or_default();
        let chat = self.chat(bot, given.target.chat_type, given.target.chat_id)?;
        let edited = self.world.act(|state| {
            state.chat(chat).message(given.message_id).filter(|it| it.sender == bot)?;
            state.edit(chat, given.message_id, bot, |content| {
                (content.text, content.buttons) = (text, buttons);
            })
        });
        if edited.is_some() { Ok(Some(Value::Null)) } else { Err(Failure::MessageNotFound) }
    }

    pub(super) fn answer_callback_query(
        &self,
        bot: AccountKey,
        given: Map<String, Value>,
    ) -> Answer {
        let given: wire::AnswerCallbackQuery<'_> = decoded(given)?;
        if given.text.chars().count() > NOTICE_LIMIT {
            return Err(Failure::WrongParameters("text is longer than 200 characters".to_owned()));
        }
        if self.world.act(|it| it.answer(bot, &given.inline_message_id, &given.text)) {
            return Ok(Some(Value::Null));
        }
        Err(Failure::WrongParameters("inline_message_id is not known".to_owned()))
    }

    fn chat(&self, bot: AccountKey, kind: wire::ChatType, id: i64) -> Result<ChatKey, Failure> {
        match kind {
            wire::ChatType::User => {
                let found = self.world.look(|state| {
                    let is_gone = |it: AccountKey| state.account(it).is_deleted;
                    let chat = state.chat_of(bot, id)?;
                    (!state.chat(chat).peer(bot).is_some_and(is_gone)).then_some(chat)
                });
                found.ok_or(Failure::CannotReach)
            }
            wire::ChatType::Group | wire::ChatType::Channel => {
                Err(Failure::NotEmulated("groups and channels".to_owned()))
            }
        }
    }
}

fn decoded<T: DeserializeOwned>(given: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(given))
        .map_err(|why| Failure::WrongParameters(why.to_string()))
}

/// The document leaves open whether a text is markdown without the flag, and how long it may be: it
/// has an error for that (3014), and no number.
fn text(text: &str, is_markdown: Option<bool>, switches: &Switches) -> Result<RichText, Failure> {
    let limit = usize::try_from(switches.potato_text_units).unwrap_or(usize::MAX);
    // Markup is longer than what it stands for, but not without end.
    if text.len() > limit.saturating_mul(8) {
        return Err(Failure::MessageTooLong);
    }
    let is_markdown =
        is_markdown.unwrap_or(switches.potato_default_markdown == DefaultMarkdown::On);
    let text = if is_markdown { markdown::parse(text) } else { text.into() };
    if text.units() > limit {
        return Err(Failure::MessageTooLong);
    }
    if text.plain.trim().is_empty() {
        return Err(Failure::WrongParameters("text is empty".to_owned()));
    }
    Ok(text)
}

fn buttons(markup: Option<wire::ReplyMarkup<'_>>) -> Result<Option<Vec<Vec<Button>>>, Failure> {
    let markup = match markup {
        None => return Ok(None),
        Some(wire::ReplyMarkup::InlineKeyboard(markup)) => markup,
        Some(_) => return Err(Failure::NotEmulated("other keyboards than inline ones".to_owned())),
    };
    let row =
        |row: wire::InlineKeyboardButtonRow<'_>| row.buttons.into_iter().map(button).collect();
    markup.inline_keyboard.into_iter().map(row).collect::<Result<_, _>>().map(Some)
}

/// Of a button's optional fields the first that is filled takes effect.
fn button(button: wire::InlineKeyboardButton<'_>) -> Result<Button, Failure> {
    let press = match (button.url, button.callback_data) {
        (Some(url), _) if !url.is_empty() => Press::Link { url: url.into_owned() },
        (_, Some(payload)) => Press::Callback { payload: payload.into_owned(), intent: None },
        _ => return Err(Failure::NotEmulated("buttons without url and callback_data".to_owned())),
    };
    Ok(Button { label: button.text.into_owned(), press })
}
