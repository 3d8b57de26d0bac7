//! What bots send, but for files, games and what they offer inline.

use adapter_potato::wire;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::call::Call;
use super::{Facade, keyboard, markdown, place};
use crate::world::switches::potato::DefaultMarkdown;
use crate::world::{
    AccountKey, Attachment, Contact, Content, Draft, Link, RichText, Switches, Venue,
};

/// Where a message goes, and what it answers.
pub(super) struct Destination<'a> {
    pub(super) target: wire::Target,
    pub(super) reply_to: Option<i64>,
    pub(super) markup: Option<wire::ReplyMarkup<'a>>,
}

impl Facade {
    pub(super) fn send_text_message(&self, call: &Call) -> Answer {
        let given: wire::SendTextMessage<'_> = call.parameters()?;
        let text = text(&given.text, given.markdown, &self.switches())?;
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        let content = Content { text, ..Content::default() };
        self.send(call.bot, Destination { target, reply_to, markup: given.reply_markup }, content)
    }

    /// Degrees are taken as they come: the document's own example has a latitude of 212.03.
    pub(super) fn send_location(&self, call: &Call) -> Answer {
        let given: wire::SendLocation<'_> = call.parameters()?;
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        let (latitude, longitude) = (given.latitude, given.longitude);
        let content = carrying(Attachment::Location { latitude, longitude });
        self.send(call.bot, Destination { target, reply_to, markup: given.reply_markup }, content)
    }

    pub(super) fn send_venue(&self, call: &Call) -> Answer {
        let given: wire::SendVenue<'_> = call.parameters()?;
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        let content = carrying(Attachment::Venue(Venue {
            latitude: given.latitude,
            longitude: given.longitude,
            title: given.title.into_owned(),
            address: given.address.into_owned(),
            foursquare_id: given.foursquare_id.map(std::borrow::Cow::into_owned),
        }));
        self.send(call.bot, Destination { target, reply_to, markup: given.reply_markup }, content)
    }

    /// The one method of those that send that does not say the number of the message.
    pub(super) fn send_contact(&self, call: &Call) -> Answer {
        let given: wire::SendContact<'_> = call.parameters()?;
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        let content = carrying(Attachment::Contact(Contact {
            name: Some(given.first_name.into_owned()),
            last_name: given.last_name.map(std::borrow::Cow::into_owned),
            phone: Some(given.phone_number.into_owned()),
            ..Contact::default()
        }));
        let destination = Destination { target, reply_to, markup: given.reply_markup };
        self.post(call.bot, destination, content)?;
        Ok(None)
    }

    /// From any chat that the bot is in. What is passed on once more keeps its first sender.
    pub(super) fn forward_message(&self, call: &Call) -> Answer {
        let given: wire::ForwardMessage = call.parameters()?;
        let from = wire::Target { chat_type: given.from_chat_type, chat_id: given.from_chat_id };
        let number = self.world.act(|state| {
            let chat = place::reach(state, call.bot, given.target)?;
            let from = place::find(state, call.bot, from)?;
            let message = state.chat(from).message(given.message_id);
            let message = message.ok_or(Failure::MessageNotFound)?;
            if message.content.action.is_some() {
                return Err(Failure::WrongObject);
            }
            let link = Some(Link::Forward(Box::new(message.as_original(from))));
            Ok(state.post(chat, call.bot, Draft { link, ..Draft::default() }).number)
        })?;
        Ok(Some(json!({"message_id": number})))
    }

    /// Sends; what comes back is the number of the message.
    pub(super) fn send(&self, bot: AccountKey, to: Destination<'_>, content: Content) -> Answer {
        self.post(bot, to, content).map(|number| Some(json!({"message_id": number})))
    }

    /// Puts a message of the bot's into a chat that it may write to.
    pub(super) fn post(
        &self,
        bot: AccountKey,
        to: Destination<'_>,
        mut content: Content,
    ) -> Result<i64, Failure> {
        keyboard::put(&mut content, to.markup)?;
        self.world.act(|state| {
            let chat = place::reach(state, bot, to.target)?;
            let answered = |number: i64| {
                let original = state.chat(chat).message(number).map(|it| it.as_answered(chat));
                original.map(|it| Link::Reply(Box::new(it))).ok_or(Failure::MessageNotFound)
            };
            let link = to.reply_to.map(answered).transpose()?;
            Ok(state.post(chat, bot, Draft { content, link, constructed_by: None }).number)
        })
    }
}

fn carrying(attachment: Attachment) -> Content {
    Content { attachments: vec![attachment], ..Content::default() }
}

/// The document leaves open whether a text is markdown without the flag, and how long it may be: it
/// has an error for that (3014), and no number.
pub(super) fn text(
    text: &str,
    is_markdown: Option<bool>,
    switches: &Switches,
) -> Result<RichText, Failure> {
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
        return Err(Failure::wrong("text is empty"));
    }
    Ok(text)
}
