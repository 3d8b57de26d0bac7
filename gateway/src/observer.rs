//! What the bots see, told to the registry.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{Account, Update, UpdateKind, User, UserId};
use gateway_runtime::{HandlerResult, Observed, Observer};
use registry_api::{Move, Registry, SeenPresence, Sighting};
use uuid::Uuid;

use crate::describer::Describer;

/// Tells the registry of every chat that an update comes from, before its handler runs.
pub(crate) struct RegistryObserver {
    registry: Registry,
    describer: Arc<Describer>,
}

impl RegistryObserver {
    pub(crate) fn new(registry: Registry, describer: Arc<Describer>) -> Self {
        Self { registry, describer }
    }
}

#[async_trait]
impl Observer for RegistryObserver {
    async fn observe(&self, observed: Observed<'_>) -> HandlerResult {
        let update = &observed.entry.update;
        let account = observed.account;
        let at = update.time.unwrap_or(observed.entry.received_at);
        let Some(sighting) = sighting(account, observed.me, update, at) else { return Ok(()) };
        match &update.kind {
            // First, or the new id would be a chat of its own for a moment.
            UpdateKind::ChatMigrated { from, to, .. } => {
                let kind = sighting.chat.kind;
                self.registry.move_chat(Move { account, kind, from, to, at }).await?;
            }
            // A link leads to a dialog; from there they will bring the bot into their chat.
            UpdateKind::BotStarted { user, payload, .. } => {
                if let Some(registered) = registered(payload.as_deref()) {
                    self.registry.announce(account, &user.id, registered, at).await?;
                }
            }
            _ => {}
        }
        self.registry.see(&sighting).await?;
        if sighting.is_present == Some(true) {
            let came = comes(observed.me, &update.kind).then_some(at);
            self.describer.note(account, sighting.chat, came);
        }
        Ok(())
    }
}

/// Whether the bot comes into a chat with this, or the chat to where it is now: what is known of it
/// may be of another time, or what a client has called it.
fn comes(me: &User, kind: &UpdateKind) -> bool {
    match kind {
        UpdateKind::BotAdded { .. }
        | UpdateKind::ChatCreated { .. }
        | UpdateKind::ChatMigrated { .. } => true,
        UpdateKind::MembersJoined { members, .. } => members.iter().any(|it| it.id == me.id),
        _ => false,
    }
}

/// The registered chat whose id a button or a link carries.
fn registered(payload: Option<&str>) -> Option<Uuid> {
    payload.and_then(|payload| Uuid::parse_str(payload).ok())
}

/// What an update tells of its chat.
fn sighting<'a>(
    account: &'a Account,
    me: &'a User,
    update: &'a Update,
    at: DateTime<Utc>,
) -> Option<Sighting<'a>> {
    let seen = Sighting::new(account, update.chat()?, at);
    let seen = match &update.kind {
        UpdateKind::MembersJoined { members, by, .. } => {
            let by = by.as_ref();
            let is_me = members.iter().any(|it| it.id == me.id);
            let brought = SeenPresence::Came(by.map(|by| &by.id));
            let seen = if is_me { seen } else { present(seen, me) };
            let seen = members.iter().fold(seen, |it, member| it.with(member, brought));
            let brought_by = by.filter(|_| is_me).map(|by| &by.id);
            let is_present = Some(true);
            Sighting { is_present, brought_by, ..elsewhere(seen, by) }
        }
        UpdateKind::MemberLeft { member, by, .. } => {
            let seen = if member.id == me.id { absent(seen) } else { present(seen, me) };
            elsewhere_but(seen.with(member, SeenPresence::Went), by.as_ref(), &member.id)
        }
        UpdateKind::BotAdded { by, .. } => {
            let by_id = by.as_ref().map(|by| &by.id);
            let seen = seen.with(me, SeenPresence::Came(by_id));
            let (is_present, brought_by) = (Some(true), by_id);
            Sighting { is_present, brought_by, ..elsewhere(seen, by.as_ref()) }
        }
        UpdateKind::BotRemoved { by, .. } => {
            let seen = absent(seen).with(me, SeenPresence::Went);
            elsewhere_but(seen, by.as_ref(), &me.id)
        }
        UpdateKind::BotStopped { user, .. } | UpdateKind::DialogRemoved { user, .. } => {
            // The person may come back to it at any time: it is theirs.
            absent(seen).with(me, SeenPresence::Went).with(user, SeenPresence::There)
        }
        UpdateKind::ChatCreated { payload, .. } => {
            Sighting { registered: registered(payload.as_deref()), ..present(seen, me) }
        }
        // What is built with the bot's help goes to any chat.
        UpdateKind::MessageConstructed { message, .. } => seen.with_people(message.sender.as_ref()),
        _ => present(seen, me).with_people(update.user()),
    };
    Some(seen)
}

/// The bot is there.
fn present<'a>(seen: Sighting<'a>, me: &'a User) -> Sighting<'a> {
    Sighting { is_present: Some(true), ..seen.with(me, SeenPresence::There) }
}

/// The bot is not there any more.
fn absent(seen: Sighting<'_>) -> Sighting<'_> {
    Sighting { is_present: Some(false), ..seen }
}

/// Whoever brings somebody, or puts them out, need not be there.
fn elsewhere<'a>(seen: Sighting<'a>, user: Option<&'a User>) -> Sighting<'a> {
    user.into_iter().fold(seen, |it, user| it.with(user, SeenPresence::Elsewhere))
}

/// The same of somebody who is not the one who went.
fn elsewhere_but<'a>(seen: Sighting<'a>, user: Option<&'a User>, gone: &UserId) -> Sighting<'a> {
    elsewhere(seen, user.filter(|user| user.id != *gone))
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{Chat, ChatKind, Message, Platform, Raw, UpdateId};

    use super::*;

    /// Those who were seen, what they did, and whether the bot takes part.
    fn told(kind: UpdateKind) -> (String, Option<bool>) {
        let account = Account::new("a", Platform::MAX);
        let (id, time, locale, raw) = (UpdateId::new("1"), None, None, Raw::default());
        let update = Update { account: account.id.clone(), id, time, locale, kind, raw };
        let me = User::new("me");
        let seen = sighting(&account, &me, &update, DateTime::UNIX_EPOCH).expect("of a chat");
        let did = |presence: SeenPresence<'_>| match presence {
            SeenPresence::There => "there".to_owned(),
            SeenPresence::Since(joined) => format!("there since {joined}"),
            SeenPresence::Came(None) => "came".to_owned(),
            SeenPresence::Came(Some(by)) => format!("came by {by}"),
            SeenPresence::Went => "went".to_owned(),
            SeenPresence::Elsewhere => "elsewhere".to_owned(),
        };
        let people = seen.people.iter().map(|it| format!("{} {}", it.user.id, did(it.presence)));
        let mut people: Vec<String> = people.collect();
        people.extend(seen.registered.map(|it| format!("is {}", it.as_u128())));
        people.extend(seen.brought_by.map(|it| format!("brought by {it}")));
        (people.join(", "), seen.is_present)
    }

    fn chat() -> Chat {
        Chat::new("5", ChatKind::Group)
    }

    fn user(id: &str) -> User {
        User::new(id)
    }

    #[test]
    fn who_comes_and_goes_is_told_apart_from_who_brings_and_puts_out() {
        let (chat, anna, boris) = (chat(), user("anna"), Some(user("boris")));
        let joined = |members, by| UpdateKind::MembersJoined { chat: self::chat(), members, by };
        let left = |member, by| UpdateKind::MemberLeft { chat: self::chat(), member, by };
        for (kind, people, is_present) in [
            (
                joined(vec![anna.clone()], boris.clone()),
                "me there, anna came by boris, boris elsewhere",
                true,
            ),
            (joined(vec![anna.clone()], None), "me there, anna came", true),
            (
                joined(vec![user("me")], boris.clone()),
                "me came by boris, boris elsewhere, brought by boris",
                true,
            ),
            (left(anna.clone(), boris.clone()), "me there, anna went, boris elsewhere", true),
            (left(anna.clone(), Some(anna.clone())), "me there, anna went", true),
            (left(user("me"), None), "me went", false),
            (
                UpdateKind::BotAdded { chat: chat.clone(), by: boris.clone() },
                "me came by boris, boris elsewhere, brought by boris",
                true,
            ),
            (UpdateKind::BotRemoved { chat, by: boris }, "me went, boris elsewhere", false),
        ] {
            assert_eq!(told(kind), (people.to_owned(), Some(is_present)));
        }
    }

    #[test]
    fn whoever_does_something_is_there_and_the_bot_with_them() {
        let sent = Message {
            sender: Some(user("anna")),
            ..Message::new("1", chat(), DateTime::UNIX_EPOCH)
        };
        let message = Box::new(sent);
        let there = ("me there, anna there".to_owned(), Some(true));
        assert_eq!(told(UpdateKind::MessageCreated { message: message.clone() }), there);
        let titled = UpdateKind::TitleChanged { chat: chat(), by: Some(user("anna")) };
        assert_eq!(told(titled), there);
        let session = gateway_core::model::QueryId::new("1");
        let constructed = UpdateKind::MessageConstructed { session, message };
        assert_eq!(told(constructed), ("anna there".to_owned(), None));
    }

    #[test]
    fn a_dialog_that_a_person_leaves_is_without_the_bot() {
        let (chat, user) = (Chat::new("5", ChatKind::Dialog), user("anna"));
        let gone = ("me went, anna there".to_owned(), Some(false));
        let (here, person) = (chat.clone(), user.clone());
        assert_eq!(told(UpdateKind::BotStopped { chat: here, user: person }), gone);
        assert_eq!(told(UpdateKind::DialogRemoved { chat, user }), gone);
    }

    #[test]
    fn a_button_may_carry_a_registered_chat() {
        let created = |payload: Option<&str>| UpdateKind::ChatCreated {
            chat: chat(),
            message: "1".into(),
            payload: payload.map(str::to_owned),
        };
        let id = Uuid::from_u128(7).to_string();
        assert_eq!(told(created(Some(&id))).0, "me there, is 7");
        assert_eq!(told(created(Some("lunch"))).0, "me there");
        assert_eq!(told(created(None)).0, "me there");
    }
}
