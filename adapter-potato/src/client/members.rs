//! Who is in a chat. The platform tells who keeps order and how many there are, and nothing else.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::Result;

use super::Client;
use crate::wire;

const COUNT: Operation =
    Operation::new("getChatMembersCount", "counting the members of a chat", Repeat::Safe);
const ADMINISTRATORS: Operation =
    Operation::new("getChatAdministrators", "listing administrators", Repeat::Safe);
const BAN: Operation = Operation::new("kickChatMember", "banning a member", Repeat::Safe);
const KICK: Operation = Operation::new("kickNotBan", "removing a member", Repeat::Safe);

impl Client {
    /// How many are in a chat: `getChatMembersCount`.
    pub async fn chat_members_count(&self, target: wire::Target) -> Result<u64> {
        self.post::<wire::MembersCount>(&COUNT, &target).await.map(|it| it.count)
    }

    /// Who keeps order in a chat: `getChatAdministrators`.
    pub async fn chat_administrators(&self, target: wire::Target) -> Result<Vec<wire::ChatMember>> {
        let found: Option<Vec<wire::ChatMember>> = self.post(&ADMINISTRATORS, &target).await?;
        Ok(found.unwrap_or_default())
    }

    /// Puts somebody out; in a supergroup or channel they may not come back: `kickChatMember`. No
    /// method lets them in again.
    pub async fn kick_chat_member(&self, member: &wire::KickMember) -> Result<()> {
        self.act(&BAN, member).await
    }

    /// Puts somebody out, who may come back: `kickNotBan`.
    pub async fn kick_not_ban(&self, member: &wire::KickMember) -> Result<()> {
        self.act(&KICK, member).await
    }
}
