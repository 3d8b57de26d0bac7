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
        let (mut said, mut done) = (Vec::new(), HashSet::new());
        let polling = state.account(bot).bot.as_ref();
        for happening in polling.into_iter().flat_map(Bot::waiting_updates) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::world::Event;

    /// What a poll brings.
    fn told(world: &World, bot: AccountKey, ask: Ask) -> Vec<i64> {
        // Every third is told nobody.
        world.hand_out(bot, ask, |_, it| (it.number % 3 != 0).then_some(it.first))
    }

    fn happens(world: &World, bot: AccountKey, times: usize) {
        let chat = world.dialog(bot, world.add_person(Platform::Potato, "Anna"));
        for _ in 0..times {
            let event = Event::Undocumented { chat, kind: "tea".to_owned() };
            world.act(|state| state.tell(bot, event));
        }
    }

    /// All that is to be told, by what it is called.
    fn all(world: &World, bot: AccountKey) -> Vec<i64> {
        let waiting = world.look(|state| {
            let bot = state.account(bot).bot.as_ref();
            bot.map(|it| it.waiting_updates().cloned().collect::<Vec<_>>()).unwrap_or_default()
        });
        let told = waiting.into_iter().filter(|it| it.number % 3 != 0);
        told.map(|it| it.first).collect()
    }

    proptest! {
        #[test]
        fn who_reads_gets_each_once_and_in_order(times in prop::collection::vec(0_usize..5, 1..6)) {
            let world = World::new().furnished();
            let Some(bot) = world.bot(Platform::Potato) else { return Ok(()) };
            let (mut expected, mut got) = (Vec::new(), Vec::new());
            for times in times {
                happens(&world, bot, times);
                expected.extend(all(&world, bot));
                got.extend(told(&world, bot, Ask::Everything));
            }
            prop_assert_eq!(got, expected);
        }

        #[test]
        fn who_confirms_gets_each_once_and_in_order(times in 0_usize..20, limit in 1_usize..5) {
            let world = World::new().furnished();
            let Some(bot) = world.bot(Platform::Potato) else { return Ok(()) };
            happens(&world, bot, times);
            let (expected, mut got, mut offset) = (all(&world, bot), Vec::new(), None);
            loop {
                let page = told(&world, bot, Ask::Unconfirmed { offset, limit });
                prop_assert!(page.len() <= limit);
                let again = told(&world, bot, Ask::Unconfirmed { offset: None, limit });
                prop_assert_eq!(&page, &again);
                let Some(last) = page.last() else { break };
                offset = Some(last + 1);
                got.extend(page);
            }
            prop_assert_eq!(got, expected);
        }
    }
}
