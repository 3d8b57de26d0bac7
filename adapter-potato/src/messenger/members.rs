//! Who is in a chat, as far as the platform tells: who keeps order, and the two of a dialog.

use async_trait::async_trait;
use gateway_core::messenger::{Error, Members, Messenger as _, Page, Result};
use gateway_core::model::{ChatId, Cursor, Member, Role, User, UserId};

use super::{Potato, here, number, peer};
use crate::{Peer, inbound, wire};

/// What there is instead of a list of members.
const INSTEAD: &str = "the platform tells administrators, and how many there are in all";

impl Potato {
    /// The two of a dialog.
    async fn pair(&self, peer: Peer) -> Result<Vec<Member>> {
        let details = inbound::details(self.client.chat(peer.into()).await?);
        let person = details.peer.unwrap_or_else(|| User::new(UserId::of(peer.id)));
        let pair = [person, self.me().await?];
        Ok(pair.map(|user| Member::new(user, Role::Member)).into())
    }
}

#[async_trait]
impl Members for Potato {
    /// The two of a dialog. Of other chats the platform lists nobody but administrators.
    async fn list(&self, chat: &ChatId, _: Option<&Cursor>) -> Result<Page<Member>> {
        const DOING: &str = "listing members";
        let peer = peer(DOING, chat)?;
        if peer.kind != wire::ChatType::User {
            let error = Error::unsupported(DOING, "lists of members");
            return Err(here(error.with_text(INSTEAD)));
        }
        Ok(Page { items: self.pair(peer).await?, next: None })
    }

    async fn administrators(&self, chat: &ChatId) -> Result<Vec<Member>> {
        let target = peer("listing administrators", chat)?.into();
        let members = self.client.chat_administrators(target).await?;
        Ok(members.into_iter().map(inbound::member).collect())
    }

    /// Somebody who keeps order, or is one of the two of a dialog. Of others nobody can tell
    /// whether they are there.
    async fn find(&self, chat: &ChatId, user: &UserId) -> Result<Option<Member>> {
        const DOING: &str = "asking about a member";
        let peer = peer(DOING, chat)?;
        let is_it = |member: &Member| member.user.id == *user;
        if peer.kind == wire::ChatType::User {
            return Ok(self.pair(peer).await?.into_iter().find(is_it));
        }
        let found = self.administrators(chat).await?.into_iter().find(is_it);
        found.map(Some).ok_or_else(|| {
            let error = Error::unsupported(DOING, "questions about who keeps no order");
            here(error.with_text(INSTEAD))
        })
    }

    async fn add(&self, _: &ChatId, _: &UserId) -> Result<()> {
        let error = Error::unsupported("adding a member", "invitations by a bot");
        Err(here(error.with_text("people come by the chat's link")))
    }

    /// In a group nobody is banned: there the platform has nothing of the kind.
    async fn remove(&self, chat: &ChatId, user: &UserId, ban: bool) -> Result<()> {
        const DOING: &str = "removing a member";
        let member = wire::KickMember {
            target: peer(DOING, chat)?.into(),
            user_id: number(DOING, "user", user.as_str())?,
        };
        if ban {
            self.client.kick_chat_member(&member).await
        } else {
            self.client.kick_not_ban(&member).await
        }
    }
}
