//! What bots ask of chats, and change in them.

use adapter_potato::wire;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::call::Call;
use super::{Facade, place, render};
use crate::Platform;
use crate::world::{Activity, Chat, ChatKind, Permission};

/// Longest title and description: document, `setChatTitle` and `setChatDescription`.
const WORDS_LIMIT: usize = 255;

impl Facade {
    pub(super) fn get_chat(&self, call: &Call) -> Answer {
        let target: wire::Target = call.parameters()?;
        self.world.look(|state| {
            let key = place::find(state, call.bot, target)?;
            Ok(Some(render::json(&render::whole_chat(state, key))))
        })
    }

    /// Document, `leaveChat`: a group, a supergroup or a channel.
    pub(super) fn leave_chat(&self, call: &Call) -> Answer {
        let target: wire::Target = call.parameters()?;
        place::only(target, place::OF_MANY)?;
        self.world.act(|state| {
            let key = place::find(state, call.bot, target)?;
            state.remove_member(key, call.bot, None, false);
            Ok(None)
        })
    }

    /// In a group that all keep, no bot changes the title.
    pub(super) fn set_title(&self, call: &Call) -> Answer {
        let given: wire::SetChatTitle<'_> = call.parameters()?;
        place::only(given.target, place::OF_MANY)?;
        let title = given.title.trim();
        if title.is_empty() || title.chars().count() > WORDS_LIMIT {
            return Err(Failure::wrong("title must have 1 to 255 characters"));
        }
        self.world.act(|state| {
            let key = place::granted(state, call.bot, given.target, Permission::CanChangeInfo)?;
            state.rename(key, call.bot, title);
            Ok(None)
        })
    }

    /// For supergroups and channels alone, though the document's example is a group.
    pub(super) fn set_description(&self, call: &Call) -> Answer {
        let given: wire::SetChatDescription<'_> = call.parameters()?;
        place::only(given.target, &[wire::ChatType::Channel])?;
        if given.description.chars().count() > WORDS_LIMIT {
            return Err(Failure::wrong("description may have 255 characters"));
        }
        self.world.act(|state| {
            let key = place::granted(state, call.bot, given.target, Permission::CanChangeInfo)?;
            state.chat_mut(key).description =
                Some(given.description.into_owned()).filter(|it| !it.is_empty());
            Ok(None)
        })
    }

    pub(super) fn send_action(&self, call: &Call) -> Answer {
        let given: wire::SendChatAction = call.parameters()?;
        // Of the document's two lists, the one that is written out.
        if let wire::ChatAction::Other(action) = &given.action {
            return Err(Failure::wrong(format!("action: there is no {action:?}")));
        }
        let word = render::json(&given.action);
        self.world.act(|state| {
            let key = place::reach(state, call.bot, given.target)?;
            let (bot, at) = (call.bot, state.now());
            let action = word.as_str().unwrap_or_default().to_owned();
            let ends = given.action == wire::ChatAction::Cancel;
            state.chat_mut(key).activity = (!ends).then_some(Activity { bot, at, action });
            Ok(None)
        })
    }

    /// The one method that tells supergroups and channels apart.
    #[expect(clippy::unnecessary_wraps, reason = "as all methods")]
    pub(super) fn groups(&self, call: &Call) -> Answer {
        let groups = self.world.look(|state| {
            let is_its = |it: &&Chat| {
                it.platform == Platform::Potato && !it.is_closed && it.member(call.bot).is_some()
            };
            let of = |kind| {
                let chats = state.chats().map(|(_, it)| it).filter(is_its);
                let chats = chats.filter(|it| it.kind == kind);
                Some(
                    chats
                        .map(|it| wire::GroupEntry { id: it.id, name: it.title.clone() })
                        .collect(),
                )
            };
            wire::Groups {
                groups: of(ChatKind::Group),
                super_groups: of(ChatKind::Supergroup),
                channels: of(ChatKind::Channel),
            }
        });
        Ok(Some(render::json(&groups)))
    }

    pub(super) fn members_count(&self, call: &Call) -> Answer {
        let target: wire::Target = call.parameters()?;
        place::only(target, place::OF_MANY)?;
        self.world.look(|state| {
            let key = place::find(state, call.bot, target)?;
            Ok(Some(json!({"count": state.chat(key).members.len()})))
        })
    }
}
