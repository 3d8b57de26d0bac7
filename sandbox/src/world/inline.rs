//! What people type to bots wherever they are, and what bots offer them for it: Potato only.

use super::{AccountKey, ChatKey, Content, Draft, Event, Message, State, ids};

/// What somebody typed to a bot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed {
    /// The words behind the bot's name.
    pub query: String,
    /// From where on they want to see what is offered, as the bot named it before.
    pub offset: String,
    /// Where they are, in degrees north and east, if they let the bot know.
    pub location: Option<(f64, f64)>,
}

impl Typed {
    /// Words, and nothing else.
    pub fn of(query: &str) -> Self {
        Self { query: query.to_owned(), ..Self::default() }
    }
}

/// Somebody typed to a bot.
#[derive(Clone, Debug, PartialEq)]
pub struct InlineQuery {
    /// By which it is answered.
    pub id: String,
    /// The bot.
    pub bot: AccountKey,
    /// Who.
    pub person: AccountKey,
    /// Where; the bot need not be there, and is not told.
    pub chat: ChatKey,
    /// What.
    pub typed: Typed,
    /// What the bot offers, once it does.
    pub offered: Option<Offered>,
}

/// What a bot offers somebody who typed to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offered {
    /// To choose from.
    pub results: Vec<Offer>,
    /// From where on there is more.
    pub next_offset: Option<String>,
    /// Whether it is for this person alone.
    pub is_personal: bool,
    /// A button that leads to the dialog with the bot.
    pub switch: Option<SwitchButton>,
}

/// A button that leads to the dialog with the bot.
#[derive(Clone, Debug, PartialEq)]
pub struct SwitchButton {
    /// What is written on it.
    pub label: String,
    /// What `/start` carries then.
    pub parameter: Option<String>,
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// By which it is chosen.
    pub id: String,
    /// What the messenger calls its kind.
    pub kind: String,
    /// What it is called.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// What is posted by choosing it.
    pub content: Content,
}

impl State {
    /// Somebody types to a bot in a chat; what comes back is the id by which the bot answers.
    pub fn type_to(
        &mut self,
        bot: AccountKey,
        person: AccountKey,
        chat: ChatKey,
        typed: Typed,
    ) -> String {
        let id = ids::potato_callback_id(&self.chance);
        let (given, offered) = (typed.clone(), None);
        self.inline_queries.push(InlineQuery { id: id.clone(), bot, person, chat, typed, offered });
        self.mark_activity(person, None);
        self.tell(bot, Event::Typed { id: id.clone(), person, typed: given });
        id
    }

    /// What somebody typed.
    pub fn inline_query(&self, id: &str) -> Option<&InlineQuery> {
        self.inline_queries.iter().find(|it| it.id == id)
    }

    /// A bot offers something; what it offered before is gone. `false` when the bot knows no such
    /// query.
    pub fn offer(&mut self, bot: AccountKey, id: &str, offered: Offered) -> bool {
        let query = self.inline_queries.iter_mut().find(|it| it.id == id && it.bot == bot);
        query.is_some_and(|query| {
            query.offered = Some(offered);
            true
        })
    }

    /// Somebody chooses what a bot offered, which posts it as theirs. `None` when there is no such
    /// thing.
    pub fn choose(&mut self, id: &str, result: &str) -> Option<Message> {
        let query = self.inline_query(id)?;
        let (bot, person, chat) = (query.bot, query.person, query.chat);
        let mut results = query.offered.iter().flat_map(|it| &it.results);
        let content = results.find(|it| it.id == result)?.content.clone();
        let draft = Draft { content, constructed_by: Some(bot), ..Draft::default() };
        Some(self.post(chat, person, draft))
    }
}
