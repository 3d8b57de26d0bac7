//! The links by which people join chats: known, looked for, or not to be had.

use std::time::Duration;

use crate::Registry;
use crate::model::{Operation, OperationKind, OperationState};
use crate::store::{Invitation, LINK_PAUSE, Requested, Result};
use uuid::Uuid;

/// The link by which people join a chat, or why it is not there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Invited {
    /// The chat's messenger.
    pub service: String,
    /// The link, where it is known.
    pub link: Option<String>,
    /// Why it is not known.
    pub missing: Option<Missing>,
}

/// Why a link is not known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Missing {
    /// The messenger is being asked for it.
    Asked,
    /// No account of the gateway is in the chat: nobody can ask.
    NoAccount,
    /// The messenger was asked.
    Failed {
        /// Why that failed.
        error: String,
        /// How long it is not asked again.
        wait: Duration,
    },
}

impl Registry {
    /// The link by which people join a chat; `None` when there is no such chat. Where it is not
    /// known the messenger is asked for it, and whoever asks again later finds it. One that was seen
    /// more than an hour ago is told, and asked for again meanwhile.
    pub async fn invitation(&self, chat: Uuid) -> Result<Option<Invited>> {
        let Some(invitation) = self.known_invitation(chat).await? else { return Ok(None) };
        let Invitation { service, link, seen_at } = invitation;
        if link.is_some() {
            if seen_at.is_some_and(|seen_at| seen_at <= self.now() - LINK_PAUSE) {
                self.look_again(chat);
            }
            return Ok(Some(Invited { service, link, missing: None }));
        }
        let missing = match self.request_link(chat).await? {
            Requested::NoChat => return Ok(None),
            Requested::NoAccount => Missing::NoAccount,
            Requested::Needless => self.last_failure(chat).await?,
            _ => Missing::Asked,
        };
        Ok(Some(Invited { service, link, missing: Some(missing) }))
    }

    /// What came of asking for a link, as nobody is asked for it now.
    async fn last_failure(&self, chat: Uuid) -> Result<Missing> {
        Ok(match self.last_look(chat).await? {
            Some(Operation { state: OperationState::Failed, error, requested_at, .. }) => {
                let wait = (requested_at + LINK_PAUSE - self.now()).to_std().unwrap_or_default();
                Missing::Failed { error: error.unwrap_or_default(), wait }
            }
            // It has come just now.
            _ => Missing::Asked,
        })
    }

    /// The last time that the messenger was asked for the link of a chat.
    async fn last_look(&self, chat: Uuid) -> Result<Option<Operation>> {
        let operations = self.operations(chat).await?.unwrap_or_default();
        Ok(operations.into_iter().find(|it| it.kind == OperationKind::GetInvitation))
    }

    /// Has the messenger asked again for a link that is known: nobody waits for that, and it is not
    /// done for more than one at a time. Whoever asks for the link next tries again.
    fn look_again(&self, chat: Uuid) {
        let Ok(turn) = self.looking.clone().try_acquire_owned() else { return };
        let registry = self.clone();
        tokio::spawn(async move {
            let looked = async {
                // To look does not hold up those who write.
                let last = registry.last_look(chat).await?;
                if last.is_none_or(|it| it.requested_at <= registry.now() - LINK_PAUSE) {
                    registry.request_link(chat).await?;
                }
                Ok::<_, crate::store::StoreError>(())
            };
            if let Err(error) = looked.await {
                tracing::warn!(%chat, %error, "asking for a known link again");
            }
            drop(turn);
        });
    }
}
