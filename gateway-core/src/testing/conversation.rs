//! Tests that read like talk.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::IntoFuture;
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Hand, Seen};
use crate::model::MessageId;

/// How long a person waits for the bot.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the bot must have done nothing to be called quiet.
const QUIET: Duration = Duration::from_millis(100);

/// A person who talks to the bot, and says what they expect of it.
///
/// ```
/// # use std::sync::Arc;
/// # use gateway_core::Messenger;
/// # use gateway_core::model::{Button, Keyboard, NewMessage};
/// # use gateway_core::testing::{MemoryMessenger, Person};
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # runtime.block_on(async {
/// let messenger = MemoryMessenger::new("test");
/// let anna = Person::new("Anna", Arc::new(messenger.clone()));
/// # let bot = async {
/// #     let batch = messenger.receive(None).await.unwrap();
/// #     let hello = NewMessage::new("Hello, Anna!")
/// #         .with_keyboard(Keyboard::inline([[Button::callback("Vote", "vote")]]));
/// #     messenger.send(batch.updates[0].chat_id().unwrap(), &hello).await.unwrap();
/// # };
/// // … and a bot on the messenger …
/// # tokio::join!(bot, async {
/// anna.says("/start").await;
/// anna.sees("Hello").with_button("Vote").await;
/// anna.presses("Vote").await;
/// # });
/// # });
/// ```
///
/// What a person expects and does not see within ten seconds fails the test, with what they saw.
/// Under tokio's paused clock these seconds take no time.
#[derive(Debug)]
pub struct Person {
    name: String,
    hand: Arc<dyn Hand>,
    /// Up to which edit they have read each message.
    read: Mutex<HashMap<MessageId, u64>>,
    notices_read: Mutex<usize>,
}

impl Person {
    /// Somebody on the messenger's other side.
    pub fn new(name: impl Into<String>, hand: Arc<dyn Hand>) -> Self {
        let (read, notices_read) = (Mutex::default(), Mutex::default());
        Self { name: name.into(), hand, read, notices_read }
    }

    /// Writes to the bot.
    pub async fn says(&self, text: &str) {
        self.hand.says(&self.name, text).await;
    }

    /// Presses a button of the last message that has one with this label.
    ///
    /// # Panics
    ///
    /// There is none.
    pub async fn presses(&self, label: &str) {
        let pressed = self.hand.presses(&self.name, label).await;
        assert!(pressed, "{} finds no button {label:?} in {}", self.name, self.transcript().await);
    }

    /// Expects a message, or an edit, that they have not read yet and that has these words. What
    /// came before it counts as read.
    #[track_caller]
    pub fn sees(&self, words: &str) -> Expectation<'_> {
        let (words, place) = (words.to_owned(), Location::caller());
        Expectation { person: self, words, buttons: Vec::new(), bare: false, place }
    }

    /// Expects a notice for the button that they pressed, with these words.
    ///
    /// # Panics
    ///
    /// None comes.
    pub async fn is_told(&self, words: &str) {
        let mut changes = self.hand.changes();
        let looking = async {
            loop {
                changes.mark_unchanged();
                let notices = self.hand.notices(&self.name).await;
                if self.reads_notice(&notices, words) {
                    return true;
                }
                if changes.changed().await.is_err() {
                    return false;
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await.unwrap_or_default();
        if !found {
            let notices = self.hand.notices(&self.name).await;
            panic!("{} expected a notice with {words:?}, and got {notices:?}", self.name);
        }
    }

    /// Expects that the bot is quiet: that for a moment nothing comes that they have not read. Under
    /// tokio's paused clock the moment takes no time.
    ///
    /// # Panics
    ///
    /// Something does.
    pub async fn sees_nothing_more(&self) {
        let mut changes = self.hand.changes();
        loop {
            changes.mark_unchanged();
            let seen = self.hand.sees(&self.name).await;
            let unread = seen.iter().find(|seen| self.is_unread(seen));
            assert!(unread.is_none(), "{} expected nothing more, and saw {unread:?}", self.name);
            if !matches!(tokio::time::timeout(QUIET, changes.changed()).await, Ok(Ok(()))) {
                return;
            }
        }
    }

    fn is_unread(&self, seen: &Seen) -> bool {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.get(&seen.id).is_none_or(|edits| *edits < seen.edits)
    }

    fn reads(&self, seen: &[Seen]) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.extend(seen.iter().map(|seen| (seen.id.clone(), seen.edits)));
    }

    fn reads_notice(&self, notices: &[String], words: &str) -> bool {
        let mut read = self.notices_read.lock().unwrap_or_else(PoisonError::into_inner);
        let place = notices.iter().skip(*read).position(|notice| notice.contains(words));
        *read += place.map_or(0, |place| place + 1);
        place.is_some()
    }

    async fn transcript(&self) -> String {
        let mut lines = String::from("what the bot sent:");
        for seen in self.hand.sees(&self.name).await {
            let unread = if self.is_unread(&seen) { "" } else { " (read)" };
            // Writing to a string cannot fail.
            let _ = write!(lines, "\n  {:?} {:?}{unread}", seen.text.plain_text(), seen.buttons);
        }
        lines
    }
}

/// What a person expects to see; await it.
#[derive(Debug)]
#[must_use = "an expectation does nothing until it is awaited"]
pub struct Expectation<'a> {
    person: &'a Person,
    words: String,
    buttons: Vec<String>,
    bare: bool,
    /// Where a test expects it.
    place: &'static Location<'static>,
}

impl Expectation<'_> {
    /// And a button with this label.
    pub fn with_button(mut self, label: &str) -> Self {
        self.buttons.push(label.to_owned());
        self
    }

    /// And no button at all.
    pub fn without_buttons(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The buttons, in words.
    fn with(&self) -> String {
        match (self.buttons.as_slice(), self.bare) {
            ([], false) => String::new(),
            ([], true) => " without buttons".to_owned(),
            (buttons, _) => format!(" with {buttons:?}"),
        }
    }

    fn is_met_by(&self, seen: &Seen) -> bool {
        let labels: Vec<&String> = seen.buttons.iter().flatten().collect();
        seen.text.plain_text().contains(&self.words)
            && self.buttons.iter().all(|button| labels.contains(&button))
            && (!self.bare || labels.is_empty())
    }
}

impl<'a> IntoFuture for Expectation<'a> {
    type Output = Seen;
    type IntoFuture = Pin<Box<dyn Future<Output = Seen> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let person = self.person;
            let mut changes = person.hand.changes();
            let looking = async {
                loop {
                    changes.mark_unchanged();
                    let all = person.hand.sees(&person.name).await;
                    let met = |seen: &Seen| person.is_unread(seen) && self.is_met_by(seen);
                    if let Some(place) = all.iter().position(met) {
                        person.reads(&all[..=place]);
                        return Some(all[place].clone());
                    }
                    // The hand is gone: nothing will change any more.
                    changes.changed().await.ok()?;
                }
            };
            let found = tokio::time::timeout(PATIENCE, looking).await.ok().flatten();
            match found {
                Some(seen) => seen,
                None => panic!(
                    "{}: {} expected {:?}{}, of {}",
                    self.place,
                    person.name,
                    self.words,
                    self.with(),
                    person.transcript().await
                ),
            }
        })
    }
}
