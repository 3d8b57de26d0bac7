//! Messages that a person builds with a bot's help, before they are posted anywhere.

use super::event::Input;
use super::{AccountKey, Button, ChatKey, Content, Draft, Event, Message, Press, State, ids};

/// A constructor that a person has opened.
#[derive(Clone, Debug)]
pub struct Constructor {
    /// By which the bot answers.
    pub session: String,
    /// The bot that helps.
    pub bot: AccountKey,
    /// Who builds.
    pub person: AccountKey,
    /// Where the messages will be posted.
    pub chat: ChatKey,
    /// What the bot wants to be reminded of.
    pub data: Option<String>,
    /// What would be posted at present.
    pub messages: Vec<Content>,
    /// Whether the person may write while the constructor is open.
    pub allows_user_input: bool,
    /// What the person is told.
    pub hint: Option<String>,
    /// The text that stands in the person's line of input.
    pub placeholder: Option<String>,
    /// Rows of buttons in the constructor.
    pub buttons: Vec<Vec<Button>>,
    /// Whether it was posted.
    pub is_over: bool,
}

impl Constructor {
    fn has_button(&self, payload: &str) -> bool {
        let is_it =
            |it: &Press| matches!(it, Press::Callback { payload: its, .. } if its == payload);
        self.buttons.iter().flatten().any(|button| is_it(&button.press))
    }
}

impl State {
    /// A person opens a bot's constructor, to post in a chat of theirs.
    pub fn open_constructor(
        &mut self,
        bot: AccountKey,
        person: AccountKey,
        chat: ChatKey,
    ) -> String {
        let session = ids::opaque(&self.chance, 32);
        self.constructors.push(Constructor {
            session: session.clone(),
            bot,
            person,
            chat,
            data: None,
            messages: Vec::new(),
            allows_user_input: false,
            hint: None,
            placeholder: None,
            buttons: Vec::new(),
            is_over: false,
        });
        self.construct(&session, Input::Wrote { messages: Vec::new() });
        session
    }

    /// A constructor that is open.
    pub fn constructor(&self, session: &str) -> Option<&Constructor> {
        self.constructors.iter().find(|it| it.session == session && !it.is_over)
    }

    pub(crate) fn constructor_mut(&mut self, session: &str) -> Option<&mut Constructor> {
        self.constructors.iter_mut().find(|it| it.session == session && !it.is_over)
    }

    /// The person does something in an open constructor. `false` when there is none, or it lacks
    /// what they would press, or they may not write in it.
    ///
    /// Schema 0.5.6, `ConstructorAnswer.allow_user_input`: unless the bot allows it, there is only
    /// its keyboard. Nothing that is written tells that the constructor was opened.
    pub fn construct(&mut self, session: &str, input: Input) -> bool {
        let Some(open) = self.constructor(session) else { return false };
        let can = match &input {
            Input::Pressed { payload } => open.has_button(payload),
            Input::Wrote { messages } => messages.is_empty() || open.allows_user_input,
        };
        if !can {
            return false;
        }
        let (bot, person, data) = (open.bot, open.person, open.data.clone());
        let session = open.session.clone();
        self.mark_activity(person, None);
        self.tell(bot, Event::ConstructionAsked { session, person, data, input });
        true
    }

    /// The person posts what was built, which ends the constructor. `None` when nothing was.
    pub fn post_constructed(&mut self, session: &str) -> Option<Vec<Message>> {
        let open = self.constructor_mut(session).filter(|it| !it.messages.is_empty())?;
        open.is_over = true;
        let built = open.clone();
        let post = |state: &mut Self, content: Content| {
            let draft = Draft { content, link: None, constructed_by: Some(built.bot) };
            let message = state.post(built.chat, built.person, draft);
            let session = built.session.clone();
            let event = Event::Constructed { session, chat: built.chat, message: message.clone() };
            state.tell(built.bot, event);
            message
        };
        Some(built.messages.iter().map(|content| post(self, content.clone())).collect())
    }
}
