//! Who is in a chat.
//!
//! Neither platform lists the members of a dialog (asserted by the official TamTam client's suite
//! of the bot's own membership): there the chat itself says who is on its other side.

use async_trait::async_trait;
use gateway_core::messenger::{Error, ErrorKind, Members, Page, Result};
use gateway_core::model::{ChatId, Cursor, Member, Role, UserId};

use super::TamTam;
use crate::outbound::number;
use crate::{Dialect, inbound, wire};

/// Most members in one answer: schema `getMembers`, `count`.
const MEMBERS: u32 = 100;

impl TamTam {
    /// Who is on the other side of a dialog.
    async fn peer(&self, chat: i64) -> Result<Option<Member>> {
        let peer = self.client.chat(chat).await?.dialog_with_user;
        Ok(peer.map(|peer| Member::new(inbound::user(peer), Role::Member)))
    }

    fn user_number(&self, doing: &'static str, user: &UserId) -> Result<i64> {
        number(doing, "user", user.as_str()).map_err(|error| self.said(error))
    }
}

/// The numbers of dialogs are positive: see `inbound`.
fn is_dialog(chat: i64) -> bool {
    chat >= 0
}

#[async_trait]
impl Members for TamTam {
    async fn list(&self, chat: &ChatId, page: Option<&Cursor>) -> Result<Page<Member>> {
        const DOING: &str = "listing members";
        let chat = self.chat_number(DOING, chat)?;
        if is_dialog(chat) {
            return Ok(Page { items: self.peer(chat).await?.into_iter().collect(), next: None });
        }
        let marker = page.map(|page| number(DOING, "page", page.as_str())).transpose();
        let marker = marker.map_err(|error| self.said(error))?;
        let list = self.client.members(chat, marker, Some(MEMBERS)).await?;
        let items = list.members.into_iter().map(inbound::member).collect();
        Ok(Page { items, next: list.marker.map(Cursor::of) })
    }

    /// Only an administrator is told. Nobody keeps order in a dialog.
    async fn administrators(&self, chat: &ChatId) -> Result<Vec<Member>> {
        let chat = self.chat_number("listing administrators", chat)?;
        if is_dialog(chat) {
            return Ok(Vec::new());
        }
        let list = self.client.admins(chat).await?;
        Ok(list.members.into_iter().map(inbound::member).collect())
    }

    async fn find(&self, chat: &ChatId, user: &UserId) -> Result<Option<Member>> {
        const DOING: &str = "looking for a member";
        let chat = self.chat_number(DOING, chat)?;
        let number = self.user_number(DOING, user)?;
        if is_dialog(chat) {
            return Ok(self.peer(chat).await?.filter(|peer| peer.user.id == *user));
        }
        let list = self.client.find_members(chat, &[number]).await?;
        let found = list.members.into_iter().find(|member| member.user.user_id == number);
        Ok(found.map(inbound::member))
    }

    /// MAX took it away in September 2026; its client still asks.
    async fn add(&self, chat: &ChatId, user: &UserId) -> Result<()> {
        const DOING: &str = "adding a member";
        let chat = self.chat_number(DOING, chat)?;
        let user = self.user_number(DOING, user)?;
        if self.dialect == Dialect::Max {
            let instead = "MAX took it away in September 2026: send the chat's link instead";
            return Err(self.unsupported(DOING, "additions of members", instead));
        }
        let users = wire::UserIdsList { user_ids: vec![user] };
        let result = self.client.add_members(chat, &users).await?;
        if result.success {
            return Ok(());
        }
        let why = result.message.unwrap_or_else(|| "the messenger gave no reason".to_owned());
        let error = Error::new(ErrorKind::Invalid { field: Some("user".to_owned()) }, DOING);
        Err(self.said(error.with_text(why)))
    }

    async fn remove(&self, chat: &ChatId, user: &UserId, ban: bool) -> Result<()> {
        const DOING: &str = "removing a member";
        let chat = self.chat_number(DOING, chat)?;
        let user = self.user_number(DOING, user)?;
        self.client.remove_member(chat, user, ban).await
    }
}
