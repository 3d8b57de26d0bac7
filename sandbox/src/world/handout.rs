//! What Potato hands out to a bot that polls, and how it counts.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{AccountKey, Bot, Happening, Platform, State, World};

/// For how long an update waits for its bot, whether that polls or is called: "Getting updates".
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(24);

/// After how long without an update the next one's id is chosen by chance: "Update", `update_id`.
const SILENCE: TimeDelta = TimeDelta::weeks(1);

/// What a poll of Potato asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    /// All there is; it is forgotten at once.
    Everything,
    /// What was not confirmed, at most so much; it stays until it is.
    Unconfirmed {
        /// Confirms all that is called by less.
        offset: Option<i64>,
        limit: usize,
    },
}

impl World {
    /// What a bot gets that polls Potato, as `say` puts it; of what that does not put, nobody hears.
    pub(crate) fn hand_out<T>(
        &self,
        bot: AccountKey,
        ask: Ask,
        say: impl Fn(&State, &Happening) -> Option<T>,
    ) -> Vec<T> {
        let now = self.now();
        let mut state = self.lock();
        let Some(polling) = state.bot_mut(bot) else { return Vec::new() };
        polling.forget_updates(|it| it.at + KEPT <= now);
        let limit = match ask {
            Ask::Everything => usize::MAX,
            Ask::Unconfirmed { offset, limit } => {
                polling.forget_updates(|it| offset.is_some_and(|offset| it.first < offset));
                limit
            }
        };
        let waiting: Vec<Happening> = polling.waiting_updates().cloned().collect();
        let (mut said, mut done) = (Vec::new(), HashSet::new());
        for happening in &waiting {
            if said.len() == limit {
                break;
            }
            let told = say(&state, happening);
            if told.is_none() || matches!(ask, Ask::Everything) {
                done.insert(happening.number);
            }
            said.extend(told);
        }
        if let Some(bot) = state.bot_mut(bot) {
            bot.forget_updates(|it| done.contains(&it.number));
        }
        said
    }

    /// Whether a message of a bot to a chat of Potato is within `most` a second; it counts when it
    /// is.
    pub(crate) fn admits_message(&self, bot: AccountKey, chat: (i64, i64), most: u32) -> bool {
        let now = self.now();
        let admits = |it: &mut Bot| it.messages.entry(chat).or_default().admits(now, most);
        most == 0 || self.lock().bot_mut(bot).is_none_or(admits)
    }

    /// Whether something befalls that comes so often in a hundred.
    pub(crate) fn befalls(&self, percent: u8) -> bool {
        // Less than a hundred thousandth is lost to what does not divide evenly.
        let drawn = || self.look(|state| u32::from_le_bytes(state.chance.bytes())) % 100;
        percent > 0 && drawn() < u32::from(percent)
    }
}

impl State {
    /// A bot of Potato that was told nothing for long is told next what is called by any number.
    pub(super) fn renumber_after_silence(&mut self, account: AccountKey) {
        if self.account(account).platform != Platform::Potato {
            return;
        }
        let is_long_ago = |at: DateTime<Utc>| self.now - at >= SILENCE;
        let last = self.account(account).bot.as_ref().and_then(Bot::last_update);
        if !last.is_some_and(is_long_ago) {
            return;
        }
        let number = i64::from(u32::from_le_bytes(self.chance.bytes())) + 1;
        if let Some(bot) = self.bot_mut(account) {
            bot.call_next_update_by(number);
        }
    }
}
