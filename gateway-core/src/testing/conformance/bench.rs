//! A messenger under test, and everything that it shows.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Outcome;
use crate::messenger::{Error, ErrorKind, Messenger, Result as Answer};
use crate::model::{ChatId, Cursor, Text, Update, UpdateKind};
use crate::testing::{Hand, Seen};

/// How often the messenger is asked for what must be there.
const POLLS: usize = 50;

/// A messenger, the hand on its other side, and what it has shown of itself.
#[derive(Debug)]
pub(super) struct Bench {
    pub(super) hand: Arc<dyn Hand>,
    shown: Mutex<Vec<String>>,
}

impl Bench {
    pub(super) fn new(hand: Arc<dyn Hand>) -> Self {
        Self { hand, shown: Mutex::default() }
    }

    /// A messenger as after a start.
    pub(super) fn connect(&self) -> Arc<dyn Messenger> {
        let messenger = self.hand.connect();
        self.show(&messenger);
        self.show(&messenger.account());
        messenger
    }

    fn show(&self, shown: &impl Debug) {
        let shown = format!("{shown:?}");
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).push(shown);
    }

    /// What failed, in words; the error is looked through for secrets.
    pub(super) fn failed(&self, doing: &str, error: &Error) -> String {
        self.show(error);
        let words = format!("{doing}: {error}");
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).push(words.clone());
        words
    }

    /// An error that was expected.
    pub(super) fn error<T: Debug>(&self, doing: &str, answer: Answer<T>) -> Result<Error, String> {
        match answer {
            Ok(done) => Err(format!("{doing}: it was not refused, but brought {done:?}")),
            Err(error) => {
                self.failed(doing, &error);
                Ok(error)
            }
        }
    }

    /// A success that was expected.
    pub(super) fn ok<T>(&self, doing: &str, answer: Answer<T>) -> Result<T, String> {
        answer.map_err(|error| self.failed(doing, &error))
    }

    /// That something is refused as unsupported, and that the person sees nothing new of it.
    pub(super) async fn is_unsupported<T: Debug>(
        &self,
        what: &str,
        person: &str,
        before: usize,
        answer: Answer<T>,
    ) -> Outcome {
        let error = self.error(what, answer)?;
        if !matches!(error.kind(), ErrorKind::Unsupported { .. }) {
            return Err(format!("{what}: it must be refused as unsupported, not so: {error}"));
        }
        let seen = self.hand.sees(person).await.len();
        expect(seen == before, || format!("{what}: it is refused and was sent all the same"))
    }

    /// The chat of a person who has begun to talk, and the cursor behind that.
    pub(super) async fn chat(
        &self,
        messenger: &dyn Messenger,
        person: &str,
    ) -> Result<(ChatId, Option<Cursor>), String> {
        self.hand.says(person, "hello").await;
        let (updates, cursor) =
            self.receive(messenger, None, |it| said(it) == Some("hello")).await?;
        let chat = updates.last().and_then(Update::chat_id).cloned();
        Ok((chat.ok_or("an update of a message has no chat")?, cursor))
    }

    /// Polls until an update comes that is looked for: everything up to the batch that holds it.
    pub(super) async fn receive(
        &self,
        messenger: &dyn Messenger,
        cursor: Option<Cursor>,
        is_last: impl Fn(&Update) -> bool,
    ) -> Result<(Vec<Update>, Option<Cursor>), String> {
        let (mut all, mut cursor) = (Vec::new(), cursor);
        for _ in 0..POLLS {
            let batch = self.ok("receiving", messenger.receive(cursor.as_ref()).await)?;
            cursor = batch.cursor.or(cursor);
            let found = batch.updates.iter().any(&is_last);
            all.extend(batch.updates);
            if found {
                return Ok((all, cursor));
            }
            tokio::time::sleep(
                messenger.capabilities().polling.idle_pause.min(Duration::from_millis(20)),
            )
            .await;
        }
        Err(format!("what was waited for did not come, but {} others did", all.len()))
    }

    /// Everything that the bot has sent to a person, in words.
    pub(super) async fn seen(&self, person: &str) -> Vec<String> {
        let seen = self.hand.sees(person).await;
        seen.into_iter().map(|Seen { text, .. }| Text::into_plain(text)).collect()
    }

    /// Where a secret was shown, if one was.
    pub(super) fn leak(&self, logs: &str) -> Option<&'static str> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in self.hand.secrets() {
            let spellings = crate::http::spellings(&secret);
            let leaks = |text: &str| spellings.iter().any(|form| text.contains(form));
            if leaks(logs) {
                return Some("a log line");
            }
            if shown.iter().any(|text| leaks(text)) {
                return Some("an error or a Debug");
            }
        }
        None
    }
}

/// The words of a message that somebody wrote.
pub(super) fn said(update: &Update) -> Option<&str> {
    match &update.kind {
        UpdateKind::MessageCreated { message } => Some(message.text.plain_text()),
        _ => None,
    }
}

/// Fails unless it holds.
pub(super) fn expect(holds: bool, why: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(why()) }
}
