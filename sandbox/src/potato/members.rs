//! Who is in a chat, and who is put out.

use adapter_potato::wire;

use super::answer::{Answer, Failure};
use super::call::Call;
use super::{Facade, place, render};
use crate::Platform;
use crate::world::{AccountKey, Chat, ChatKind, Permission, State};

impl Facade {
    /// Those who were given rights, and the creator: they alone where all in a group keep order.
    pub(super) fn administrators(&self, call: &Call) -> Answer {
        let target: wire::Target = call.parameters()?;
        place::only(target, place::OF_MANY)?;
        self.world.look(|state| {
            let key = place::find(state, call.bot, target)?;
            let chat = state.chat(key);
            let admins = chat.members.iter().filter(|it| it.is_admin());
            let shown: Vec<wire::ChatMember> = admins.map(|it| render::member(state, it)).collect();
            Ok(Some(render::json(&shown)))
        })
    }

    /// Who is kicked out of a supergroup or a channel does not come back by a link; of a group they
    /// do.
    pub(super) fn kick_and_ban(&self, call: &Call) -> Answer {
        self.put_out(call, |chat| chat.kind != ChatKind::Group)
    }

    pub(super) fn kick(&self, call: &Call) -> Answer {
        self.put_out(call, |_| false)
    }

    fn put_out(&self, call: &Call, is_banned: fn(&Chat) -> bool) -> Answer {
        let given: wire::KickMember = call.parameters()?;
        place::only(given.target, place::OF_MANY)?;
        self.world.act(|state| {
            let key = place::find(state, call.bot, given.target)?;
            let chat = state.chat(key);
            let who = account(state, given.user_id)?;
            let member = chat.member(who).ok_or(Failure::NoMember)?;
            // In a group that all keep, whoever brought somebody in may put them out.
            let is_own_guest = chat.potato.all_keep_order && member.inviter == Some(call.bot);
            if !is_own_guest {
                place::granted(state, call.bot, given.target, Permission::CanRestrictMembers)?;
            }
            if who == call.bot {
                return Err(Failure::wrong("user_id: a bot leaves by leaveChat"));
            }
            // Nobody puts out those who keep order.
            if member.is_admin() {
                return Err(Failure::PermissionDenied);
            }
            let is_banned = is_banned(chat);
            state.remove_member(key, who, Some(call.bot), is_banned);
            Ok(None)
        })
    }
}

/// Somebody, by their number.
pub(super) fn account(state: &State, id: i64) -> Result<AccountKey, Failure> {
    state.by_id(Platform::Potato, id).ok_or(Failure::UnknownUser)
}
