//! What identifies a chat.

use std::fmt;
use std::str::FromStr;

use gateway_core::messenger::Error;
use gateway_core::model::ChatId;

use crate::wire::{ChatType, Target};

/// The pair that identifies a chat: the same number may be a person, a group and a channel.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Peer {
    /// Which kind of chat.
    pub kind: ChatType,
    /// Its number among that kind, always positive.
    pub id: i64,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl From<Peer> for Target {
    fn from(peer: Peer) -> Self {
        Self { chat_type: peer.kind, chat_id: peer.id }
    }
}

impl From<Peer> for ChatId {
    fn from(peer: Peer) -> Self {
        Self::of(peer)
    }
}

/// It is not `user:…`, `group:…` or `channel:…` and a number as [`Peer`] writes it: without a sign
/// and without zeros before it, so that one chat has one name. Numbers are never negative, as they
/// are on similar platforms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotAPeer;

impl fmt::Display for NotAPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is not user:, group: or channel: and a number above 0")
    }
}

impl std::error::Error for NotAPeer {}

impl FromStr for Peer {
    type Err = NotAPeer;

    fn from_str(text: &str) -> Result<Self, NotAPeer> {
        let (kind, id) = text.split_once(':').ok_or(NotAPeer)?;
        let kind = match kind {
            "user" => ChatType::User,
            "group" => ChatType::Group,
            "channel" => ChatType::Channel,
            _ => return Err(NotAPeer),
        };
        Ok(Self { kind, id: above_zero(id).ok_or(NotAPeer)? })
    }
}

/// The number that the platform writes so: a number above 0, in its one form.
pub(crate) fn above_zero(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain)
}

impl Peer {
    /// The peer that a chat id of this platform stands for.
    pub(crate) fn of(doing: &'static str, chat: &ChatId) -> Result<Self, Error> {
        chat.as_str().parse().map_err(|NotAPeer| {
            let why = format!("{:?}: {NotAPeer}", chat.as_str());
            Error::invalid(doing, "chat", why)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for text in ["user:20216742", "group:11370003", "channel:1"] {
            assert_eq!(text.parse::<Peer>().expect("a peer").to_string(), text);
        }
        assert_eq!("20216742".parse::<Peer>(), Err(NotAPeer));
        for wrong in ["room:1", "group:-5", "user:0", "user:", "user:9223372036854775808"] {
            assert_eq!(wrong.parse::<Peer>(), Err(NotAPeer), "{wrong}");
        }
    }

    #[test]
    fn a_chat_has_one_name() {
        for other in ["user:+5", "user:05", "user:5 ", " user:5", "User:5", "user:００5"] {
            assert_eq!(other.parse::<Peer>(), Err(NotAPeer), "{other:?}");
        }
    }
}
