//! What is held back after a refusal, and for how long.

use std::collections::HashMap;
use std::time::Duration;

use crate::http::options::RateLimits;
use crate::http::retry_after::LONGEST;
use crate::messenger::LimitScope;

/// The account's hold, and those of its chats. Times are since the limiter was made.
pub(super) struct Holds {
    limits: RateLimits,
    account: Hold,
    chats: HashMap<String, Hold>,
}

#[derive(Clone, Copy, Default)]
struct Hold {
    until: Duration,
    /// The last pause that was ours to choose.
    own: Duration,
    /// How many refusals it has grown by.
    refusals: u32,
}

/// Which refusals were known when a call was sent: what came of it tells nothing of later ones.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Seen {
    account: u32,
    chat: u32,
}

impl Holds {
    pub(super) fn new(limits: RateLimits) -> Self {
        Self { limits, account: Hold::default(), chats: HashMap::new() }
    }

    pub(super) fn seen(&self, chat: Option<&str>) -> Seen {
        let chat = chat.and_then(|chat| self.chats.get(chat));
        Seen { account: self.account.refusals, chat: chat.map_or(0, |hold| hold.refusals) }
    }

    /// The hold that a call meets, and its end.
    pub(super) fn over(&self, chat: Option<&str>, now: Duration) -> Option<(LimitScope, Duration)> {
        let chat = chat.and_then(|chat| self.chats.get(chat));
        let holds = [(LimitScope::Account, Some(&self.account)), (LimitScope::Chat, chat)];
        let holds = holds.into_iter().filter_map(|(scope, hold)| Some((scope, hold?.until)));
        holds.filter(|(_, until)| *until > now).max_by_key(|(_, until)| *until)
    }

    /// Until when the scope is held back now. A refusal of one chat tells nothing when the call
    /// named none.
    pub(super) fn refused(
        &mut self,
        chat: Option<&str>,
        seen: Seen,
        scope: LimitScope,
        asked: Option<Duration>,
        now: Duration,
    ) -> Option<Duration> {
        let (hold, seen) = match scope {
            LimitScope::Account => (&mut self.account, seen.account),
            LimitScope::Chat => (self.chats.entry(chat?.to_owned()).or_default(), seen.chat),
        };
        let pause = match asked {
            Some(asked) => asked.min(LONGEST),
            // It was under way when another was refused: the same news again.
            None if seen != hold.refusals => return Some(hold.until),
            None => {
                let doubled = hold.own.saturating_mul(2).max(self.limits.first_hold);
                hold.own = doubled.min(self.limits.longest_hold);
                hold.own
            }
        };
        hold.refusals = hold.refusals.wrapping_add(1);
        hold.until = hold.until.max(now.saturating_add(pause));
        Some(hold.until)
    }

    /// The pauses begin from the first again.
    pub(super) fn succeeded(&mut self, chat: Option<&str>, seen: Seen) {
        if self.account.refusals == seen.account {
            self.account.own = Duration::ZERO;
        }
        if let Some(chat) = chat
            && self.chats.get(chat).is_some_and(|hold| hold.refusals == seen.chat)
        {
            self.chats.remove(chat);
        }
    }

    #[cfg(test)]
    pub(super) fn chats(&self) -> usize {
        self.chats.len()
    }

    pub(super) fn forget_the_old(&mut self, now: Duration) {
        let longest = self.limits.longest_hold;
        self.chats.retain(|_, hold| hold.until.saturating_add(longest) > now);
    }
}
