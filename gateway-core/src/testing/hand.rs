//! The other side of a messenger.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::messenger::Messenger;
use crate::model::{MessageId, Text};

/// The other side of a messenger: the people on it, and what can go wrong there.
///
/// A sandbox has one, so that [`conformance`](super::conformance) and a [`Person`](super::Person)
/// can play with any adapter. Every method has done its work when it returns.
#[async_trait]
pub trait Hand: fmt::Debug + Send + Sync + 'static {
    /// The bot's messenger as it is after a start of the process. Two of them share the account,
    /// and nothing but what is on the other side.
    fn connect(&self) -> Arc<dyn Messenger>;

    /// What must never be shown: the token, and whatever else gives access.
    fn secrets(&self) -> Vec<String>;

    /// A person writes to the bot in their dialog. The dialog begins with the first word, or with
    /// whatever the messenger asks for before it.
    async fn says(&self, person: &str, text: &str);

    /// A person presses a button with this label: of the last message in their dialog that has
    /// one. Whether there was one.
    async fn presses(&self, person: &str, label: &str) -> bool;

    /// What the bot has sent to a person, in order, as it is now; without what it deleted.
    async fn sees(&self, person: &str) -> Vec<Seen>;

    /// The notices that a person was shown for pressing buttons, in order.
    async fn notices(&self, person: &str) -> Vec<String>;

    /// Something happens in a person's dialog that no adapter can know.
    async fn raises_unknown(&self, person: &str);

    /// The last update is delivered once more.
    async fn repeats_last(&self);

    /// The next message that the bot sends meets this.
    async fn next_send_meets(&self, fault: Fault);

    /// Counts what people see: it changes whenever the bot did something.
    fn changes(&self) -> watch::Receiver<u64>;
}

/// What a message that the bot sends may meet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The messenger says that there were too many; nothing is done.
    RateLimited {
        /// How long it asks to wait, in whole seconds, if it says.
        retry_after: Option<Duration>,
    },
    /// The message arrives, the answer does not.
    AnswerLost,
}

/// A message of the bot, as a person sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seen {
    /// Tells it from others.
    pub id: MessageId,
    /// What it says.
    pub text: Text,
    /// The labels of its buttons, row by row.
    pub buttons: Vec<Vec<String>>,
    /// How often it was edited.
    pub edits: u64,
}
