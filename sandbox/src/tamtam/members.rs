//! Who is in a chat, and what they may do there.

use adapter_tamtam::wire;
use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade, access, failure, read, render, success};
use crate::Platform;
use crate::world::{AccountKey, Chat, ChatKey, ChatKind, Member, Permission, Role, State};

/// `getMembers`: how many come when nothing is said, and at most.
const COUNTS: (i64, i64) = (1, 100);
const DEFAULT_COUNT: i64 = 20;

/// The schema 0.0.32 of MAX.
const ADMINS_LIMIT: usize = 50;

impl Facade {
    pub(super) fn membership(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let key = access::chats::shared(view.state, call.bot, call.chat())?;
            let member = view.state.chat(key).member(call.bot);
            Ok(member.map(|it| render::json(&view.member(it))).unwrap_or_default())
        })
    }

    pub(super) fn leave(&self, call: &Call) -> Result<Value, Refusal> {
        self.world.act(|state| {
            let key = access::chats::shared(state, call.bot, call.chat())?;
            state.remove_member(key, call.bot, None, false);
            Ok(success())
        })
    }

    pub(super) fn admins(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let id = call.chat();
            // Asserted by the official client's suite: a number that nobody has is 400.
            if view.state.chat_on(self.platform, id).is_none() {
                return Err(Refusal::payload(&format!("chatId: there is no chat {id}")));
            }
            let key = access::chats::kept(view.state, call.bot, id)?;
            let admins = view.state.chat(key).members.iter().filter(|it| it.is_admin());
            let members = admins.map(|it| view.member(it)).collect();
            Ok(render::json(&wire::ChatMembersList { members, marker: None }))
        })
    }

    /// MAX: grants rights, or other ones than before.
    pub(super) fn add_admins(&self, call: &Call) -> Result<Value, Refusal> {
        let body: wire::ChatAdminsList = read::decoded(&call.body)?;
        if !(1..=ADMINS_LIMIT).contains(&body.admins.len()) {
            let message = format!("admins: size must be between 1 and {ADMINS_LIMIT}");
            return Err(Refusal::payload(&message));
        }
        let granted: Vec<Vec<Permission>> =
            body.admins.iter().map(|it| permissions(&it.permissions)).collect::<Result<_, _>>()?;
        self.world.act(|state| {
            let key = access::chats::granted(state, call.bot, call.chat(), Permission::AddAdmins)?;
            let mut raised: Vec<(AccountKey, Vec<Permission>, Option<String>)> = Vec::new();
            for (admin, granted) in body.admins.iter().zip(granted) {
                let chat = state.chat(key);
                let Some(member) = member_by_id(state, chat, admin.user_id) else {
                    return Ok(failure(&format!("user {} is not in the chat", admin.user_id)));
                };
                if member.role == Role::Owner {
                    return Err(Refusal::access("the rights of the owner cannot be changed"));
                }
                raised.push((member.account, fit(chat.kind, granted), admin.alias.clone()));
            }
            let is_raised = |account| raised.iter().any(|(it, _, _)| *it == account);
            let others = state.chat(key).members.iter();
            let others = others.filter(|it| it.is_admin() && !is_raised(it.account)).count();
            if others + raised.len() > ADMINS_LIMIT {
                let message = format!("a chat has at most {ADMINS_LIMIT} administrators");
                return Ok(failure(&message));
            }
            for (account, permissions, alias) in raised {
                state.promote(key, account, call.bot, permissions, alias);
            }
            Ok(success())
        })
    }

    /// MAX: takes rights.
    pub(super) fn remove_admin(&self, call: &Call) -> Result<Value, Refusal> {
        let user = call.places.user.unwrap_or_default();
        self.world.act(|state| {
            let key = access::chats::granted(state, call.bot, call.chat(), Permission::AddAdmins)?;
            let member = member_by_id(state, state.chat(key), user);
            match member.map(|it| (it.account, &it.role)) {
                Some((_, Role::Owner)) => {
                    Err(Refusal::access("the rights of the owner cannot be changed"))
                }
                Some((account, Role::Admin { .. })) => {
                    state.demote(key, account, call.bot);
                    Ok(success())
                }
                Some((_, Role::Plain)) | None => {
                    Ok(failure(&format!("user {user} is not an administrator of the chat")))
                }
            }
        })
    }

    /// From the greatest number downwards, as asserted by the official client's suite. No source
    /// says what a marker is: here it is the number of the next.
    pub(super) fn members(&self, call: &Call) -> Result<Value, Refusal> {
        let count = call.given.within("count", COUNTS, DEFAULT_COUNT)?;
        let marker: Option<i64> = call.given.get("marker")?;
        let wanted = call.given.list("user_ids").map(read_ids).transpose()?;
        self.view(call, |view| {
            let key = access::chats::shared(view.state, call.bot, call.chat())?;
            let chat = view.state.chat(key);
            if chat.kind == ChatKind::Channel && !chat.is_admin(call.bot) {
                return Err(Refusal::no_permission());
            }
            let id_of = |it: &Member| view.state.account(it.account).id;
            let mut members: Vec<&Member> = chat.members.iter().collect();
            members.sort_by_key(|it| std::cmp::Reverse(id_of(it)));
            let (page, marker) = if let Some(wanted) = wanted {
                members.retain(|it| wanted.contains(&id_of(it)));
                (members, None)
            } else {
                members.retain(|it| marker.is_none_or(|from| id_of(it) <= from));
                let next = members.get(count).map(|it| id_of(it));
                members.truncate(count);
                (members, next)
            };
            let members = page.into_iter().map(|it| view.member(it)).collect();
            Ok(render::json(&wire::ChatMembersList { members, marker }))
        })
    }

    pub(super) fn add_members(&self, call: &Call) -> Result<Value, Refusal> {
        self.refuse_removed("POST /chats/{chatId}/members")?;
        let body: wire::UserIdsList = read::decoded(&call.body)?;
        self.world.act(|state| {
            let key =
                access::chats::granted(state, call.bot, call.chat(), Permission::AddRemoveMembers)?;
            Ok(self.bring_in(state, key, call.bot, &body.user_ids))
        })
    }

    /// MAX tells who did not come, and why; TamTam only whether nobody did.
    fn bring_in(&self, state: &mut State, chat: ChatKey, by: AccountKey, ids: &[i64]) -> Value {
        let (mut is_anybody_new, mut private, mut unknown) = (false, Vec::new(), Vec::new());
        for id in ids {
            let found = state.by_id(self.platform, *id);
            match found.map(|key| (key, state.account(key))) {
                Some((_, account)) if account.is_deleted => unknown.push(*id),
                Some((_, account)) if account.refuses_invites => private.push(*id),
                Some((key, _)) => is_anybody_new |= state.add_member(chat, key, Some(by)),
                None => unknown.push(*id),
            }
        }
        let failed: Vec<i64> = private.iter().chain(&unknown).copied().collect();
        let message = match (is_anybody_new, failed.is_empty()) {
            (true, _) => None,
            (false, true) => Some("nobody is there to be added".to_owned()),
            (false, false) => Some(format!("users {failed:?} cannot be added")),
        };
        let reasons =
            [("add.participant.privacy", private), ("add.participant.not.found", unknown)];
        let details: Vec<wire::FailedUserDetails> = reasons
            .into_iter()
            .filter(|(_, user_ids)| !user_ids.is_empty())
            .map(|(code, user_ids)| wire::FailedUserDetails {
                error_code: code.to_owned(),
                user_ids,
            })
            .collect();
        let is_told = self.platform == Platform::Max && !failed.is_empty();
        render::json(&wire::ModifyMembersResult {
            success: is_anybody_new,
            message,
            failed_user_ids: is_told.then_some(failed),
            failed_user_details: is_told.then_some(details),
        })
    }

    pub(super) fn remove_member(&self, call: &Call) -> Result<Value, Refusal> {
        let user = call.given.get::<i64>("user_id")?;
        let user = user.ok_or_else(|| Refusal::payload("user_id: must not be empty"))?;
        let block = call.given.get("block")?.unwrap_or(false);
        self.world.act(|state| {
            let key =
                access::chats::granted(state, call.bot, call.chat(), Permission::AddRemoveMembers)?;
            let chat = state.chat(key);
            // Both schemas: only where there is a link by which they might come back.
            let is_banned = block && chat.link.is_some();
            match member_by_id(state, chat, user).map(|it| (it.account, &it.role)) {
                None => Ok(failure(&format!("user {user} is not in the chat"))),
                Some((account, _)) if account == call.bot => {
                    state.remove_member(key, account, None, false);
                    Ok(success())
                }
                Some((_, Role::Owner)) => Err(Refusal::access("the owner cannot be removed")),
                Some((account, _)) => {
                    state.remove_member(key, account, Some(call.bot), is_banned);
                    Ok(success())
                }
            }
        })
    }
}

fn member_by_id<'a>(state: &State, chat: &'a Chat, id: i64) -> Option<&'a Member> {
    chat.members.iter().find(|it| state.account(it.account).id == id)
}

fn read_ids(given: Vec<&str>) -> Result<Vec<i64>, Refusal> {
    let wrong = |it: &str| Refusal::payload(&format!("user_ids: {it:?} is not what it should be"));
    given.into_iter().map(|it| it.parse().map_err(|_| wrong(it))).collect()
}

/// What may be granted: the schema 0.0.32 of MAX says which rights need which.
fn permissions(words: &[wire::ChatAdminPermission]) -> Result<Vec<Permission>, Refusal> {
    let read = |word: &wire::ChatAdminPermission| serde_json::from_value(word.as_str().into()).ok();
    let granted = words.iter().map(|it| read(it).filter(|it: &Permission| it.is_of(Platform::Max)));
    let granted: Option<Vec<Permission>> = granted.collect();
    let mut granted = granted.ok_or_else(Refusal::body)?;
    let needs_reading = |it: &Permission| {
        matches!(
            it,
            Permission::PinMessage
                | Permission::Write
                | Permission::Edit
                | Permission::Delete
                | Permission::EditMessage
                | Permission::DeleteMessage
                | Permission::PostEditDeleteMessage
        )
    };
    if granted.iter().any(needs_reading) && !granted.contains(&Permission::ReadAllMessages) {
        let message = "permissions: read_all_messages is required for the others";
        return Err(Refusal::payload(message));
    }
    granted.sort_unstable();
    granted.dedup();
    Ok(granted)
}

/// Leaves out what there is not in such a chat, and adds what comes by itself: the schema 0.0.32.
fn fit(kind: ChatKind, mut granted: Vec<Permission>) -> Vec<Permission> {
    let is_channel = kind == ChatKind::Channel;
    granted.retain(|it| match it {
        Permission::EditLink | Permission::CanCall => !is_channel,
        Permission::Edit
        | Permission::Delete
        | Permission::EditMessage
        | Permission::DeleteMessage => is_channel,
        Permission::ViewStats => false,
        _ => true,
    });
    if !is_channel && !granted.contains(&Permission::CanCall) {
        granted.push(Permission::CanCall);
    }
    granted
}
