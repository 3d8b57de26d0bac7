//! The chats of an account and who is in them, fetched into the registry: what a bot met before it
//! had one.

use chrono::{DateTime, Utc};
use gateway_core::messenger::{ErrorKind, Page};
use gateway_core::model::{Chat, ChatDetails, ChatKind, Cursor, Member, User};
use gateway_core::{Error, Messenger};
use registry_api::store::StoreError;
use registry_api::{Registry, SeenPresence, Sighting};

/// Why chats could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The messenger does not tell.
    #[error(transparent)]
    Messenger(#[from] Error),
    /// They could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fetches a page of the chats that the account takes part in, with their members as far as the
/// messenger tells of them, and says of each; begin without a cursor. Where the next page begins comes
/// back, and `None` from the last. What is fetched again changes nothing.
///
/// # Errors
///
/// When the messenger does not tell its chats ([`ErrorKind::Unsupported`] where it never does), or they
/// could not be kept: the same page may be fetched again later.
pub async fn sync_page(
    messenger: &dyn Messenger,
    me: &User,
    registry: &Registry,
    at: DateTime<Utc>,
    page: Option<&Cursor>,
    mut told: impl FnMut(&Chat),
) -> Result<Option<Cursor>, SyncError> {
    let Some(chats) = messenger.chats() else {
        return Err(Error::unsupported("listing chats", "lists of chats").into());
    };
    let page = chats.list(page).await?;
    for chat in &page.items {
        sync_chat(messenger, me, registry, at, chat).await?;
        told(chat);
    }
    Ok(page.next)
}

async fn sync_chat(
    messenger: &dyn Messenger,
    me: &User,
    registry: &Registry,
    at: DateTime<Utc>,
    chat: &Chat,
) -> Result<(), SyncError> {
    let account = messenger.account();
    let details = details(messenger, chat).await?;
    let invitation = details.as_ref().and_then(|it| it.link.as_deref());
    let mut cursor = None;
    loop {
        let members = members(messenger, chat, cursor.as_ref()).await?;
        let there = members.items.iter().filter(|it| it.is_present());
        let met = Sighting::new(account, chat, at).with_people([me]);
        let sighting = there.fold(met, |it, member| it.with(&member.user, since(member)));
        registry.see(&Sighting { is_present: Some(true), invitation, ..sighting }).await?;
        match members.next {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}

/// That somebody is there, and since when, where the messenger tells.
fn since(member: &Member) -> SeenPresence<'static> {
    member.joined.map_or(SeenPresence::There, SeenPresence::Since)
}

/// How the messenger describes a chat, where it has more to tell than its lists do.
async fn details(messenger: &dyn Messenger, chat: &Chat) -> Result<Option<ChatDetails>, Error> {
    let Some(chats) = messenger.chats().filter(|_| chat.kind != ChatKind::Dialog) else {
        return Ok(None);
    };
    match chats.describe(&chat.id).await {
        Err(error) if is_final(&error) => {
            tracing::info!(account = %messenger.account().id, chat = %chat.id, %error, "link");
            Ok(None)
        }
        described => described.map(Some),
    }
}

/// Whether asking again comes to the same.
fn is_final(error: &Error) -> bool {
    !error.is_retryable() && *error.kind() != ErrorKind::Unauthorized
}

/// A page of who is in a chat; those who keep order where the messenger names no others, and nobody
/// where the bot may not ask.
async fn members(
    messenger: &dyn Messenger,
    chat: &Chat,
    page: Option<&Cursor>,
) -> Result<Page<Member>, Error> {
    let nobody = Page { items: Vec::new(), next: None };
    let Some(members) = messenger.members() else { return Ok(nobody) };
    let listed = match members.list(&chat.id, page).await {
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported { .. }) => {
            let administrators = members.administrators(&chat.id).await;
            administrators.map(|items| Page { items, next: None })
        }
        listed => listed,
    };
    match listed {
        Err(error) if is_final(&error) => {
            tracing::info!(account = %messenger.account().id, chat = %chat.id, %error, "members");
            Ok(nobody)
        }
        listed => listed,
    }
}
