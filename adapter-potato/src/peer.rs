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

/// It is not `user:…`, `group:…` or `channel:…` and a number; numbers are never negative, as on
/// similar platforms.
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
        let id: i64 = id.parse().map_err(|_| NotAPeer)?;
        if id > 0 { Ok(Self { kind, id }) } else { Err(NotAPeer) }
    }
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
        for wrong in ["room:1", "group:-5", "user:0", "user:"] {
            assert_eq!(wrong.parse::<Peer>(), Err(NotAPeer), "{wrong}");
        }
    }
}
