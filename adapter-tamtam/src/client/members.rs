//! Who is in a chat.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::Result;
use reqwest::Method;

use super::{Client, accepted, csv, read, succeeded};
use crate::error::object;
use crate::{Dialect, wire};

const MEMBERSHIP: Operation =
    Operation::new("getMembership", "asking what I may do in a chat", Repeat::Safe);
/// A second time the bot is not there any more, which is an error.
const LEAVE: Operation = Operation::new("leaveChat", "leaving a chat", Repeat::Unsafe);
const ADMINS: Operation = Operation::new("getAdmins", "asking who keeps order", Repeat::Safe);
/// It says what they may do, and that they may do it twice changes nothing.
const ADD_ADMINS: Operation =
    Operation::new("postAdmins", "making somebody an admin", Repeat::Safe);
/// A second time they are none any more, which is an error.
const REMOVE_ADMIN: Operation =
    Operation::new("deleteAdmin", "taking an admin's rights", Repeat::Unsafe);
const LIST: Operation = Operation::new("getMembers", "asking who is in a chat", Repeat::Safe);
/// Who is there already is a refusal: asserted by the official client's suite.
const ADD: Operation = Operation::new("addMembers", "adding people to a chat", Repeat::Unsafe);
/// A second time they are not there any more, which is an error.
const REMOVE: Operation =
    Operation::new("removeMember", "removing somebody from a chat", Repeat::Unsafe);

impl Client {
    /// The bot itself as one in a chat: `getMembership`.
    pub async fn membership(&self, chat_id: i64) -> Result<wire::ChatMember> {
        let path = ["chats", &chat_id.to_string(), "members", "me"];
        self.call(&MEMBERSHIP, Method::GET, &path).send(read).await
    }

    /// The bot leaves a chat: `leaveChat`.
    pub async fn leave_chat(&self, chat_id: i64) -> Result<()> {
        let path = ["chats", &chat_id.to_string(), "members", "me"];
        self.call(&LEAVE, Method::DELETE, &path).send(succeeded).await
    }

    /// Who is an admin of a chat; only an admin is told: `getAdmins`.
    pub async fn admins(&self, chat_id: i64) -> Result<wire::ChatMembersList> {
        let path = ["chats", &chat_id.to_string(), "members", "admins"];
        self.call(&ADMINS, Method::GET, &path).send(read).await
    }

    /// MAX: makes people of a chat its admins, or changes what they may do: `postAdmins`.
    pub async fn add_admins(&self, chat_id: i64, admins: &wire::ChatAdminsList) -> Result<()> {
        self.only_on(Dialect::Max, &ADD_ADMINS, "there people have to do it themselves")?;
        let path = ["chats", &chat_id.to_string(), "members", "admins"];
        self.call(&ADD_ADMINS, Method::POST, &path).json(admins).send(succeeded).await
    }

    /// MAX: makes an admin of a chat one of the others: `deleteAdmin`.
    pub async fn remove_admin(&self, chat_id: i64, user_id: i64) -> Result<()> {
        self.only_on(Dialect::Max, &REMOVE_ADMIN, "there people have to do it themselves")?;
        let (chat_id, user_id) = (chat_id.to_string(), user_id.to_string());
        let path = ["chats", &chat_id, "members", "admins", &user_id];
        self.call(&REMOVE_ADMIN, Method::DELETE, &path).send(succeeded).await
    }

    /// Who is in a chat, a page of 1 to 100 (20) at a time: `getMembers`.
    pub async fn members(
        &self,
        chat_id: i64,
        marker: Option<i64>,
        count: Option<u32>,
    ) -> Result<wire::ChatMembersList> {
        let path = ["chats", &chat_id.to_string(), "members"];
        let call = self.call(&LIST, Method::GET, &path);
        call.query_some("marker", marker).query_some("count", count).send(read).await
    }

    /// Those of these people who are in a chat: `getMembers`, `user_ids`.
    pub async fn find_members(
        &self,
        chat_id: i64,
        user_ids: &[i64],
    ) -> Result<wire::ChatMembersList> {
        let Some(user_ids) = csv(user_ids) else { return Ok(wire::ChatMembersList::default()) };
        let path = ["chats", &chat_id.to_string(), "members"];
        self.call(&LIST, Method::GET, &path).query("user_ids", user_ids).send(read).await
    }

    /// Adds people to a chat: `addMembers`. That some or all could not be added is in the answer.
    ///
    /// MAX took it away on 2026-09-30 without a replacement, though its schema 0.0.32 has it, and
    /// answers with an error since.
    pub async fn add_members(
        &self,
        chat_id: i64,
        users: &wire::UserIdsList,
    ) -> Result<wire::ModifyMembersResult> {
        let path = ["chats", &chat_id.to_string(), "members"];
        // Whom it could not add is told beside the refusal.
        let call = self.call(&ADD, Method::POST, &path).json(users);
        call.send(|answer| object(accepted(answer)?)?.json()).await
    }

    /// Removes somebody from a chat: `removeMember`. With `block`, which only a chat with a link
    /// knows, they may not come back by it.
    pub async fn remove_member(&self, chat_id: i64, user_id: i64, block: bool) -> Result<()> {
        let path = ["chats", &chat_id.to_string(), "members"];
        let call = self.call(&REMOVE, Method::DELETE, &path).query("user_id", user_id);
        call.query_some("block", block.then_some(true)).send(succeeded).await
    }
}
