//! What the messenger in memory can do beyond talking.

use async_trait::async_trait;
use tokio::io::AsyncReadExt as _;

use super::{MemoryMessenger, State};
use crate::messenger::{
    Activity, Bytes, Chats, Error, ErrorKind, Files, History, Members, Page, Pins, Result, Typing,
    Upload,
};
use crate::model::{
    AttachmentKind, Chat, ChatDetails, ChatId, ChatKind, ChatStatus, Cursor, FileId, Media, Member,
    Message, MessageId, Role, UpdateKind, User, UserId,
};

/// How many are on a page.
const PAGE: usize = 20;

fn missing(doing: &'static str, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::NotFound, doing).with_text(what)
}

/// A page of a list whose cursor is the place of its first item.
fn page<T>(doing: &'static str, items: Vec<T>, cursor: Option<&Cursor>) -> Result<Page<T>> {
    let start = match cursor {
        Some(cursor) => cursor
            .as_str()
            .parse()
            .map_err(|_| Error::invalid(doing, "page", format!("{cursor} is no number")))?,
        None => 0,
    };
    let end = start + PAGE;
    let next = (items.len() > end).then(|| Cursor::new(end.to_string()));
    Ok(Page { items: items.into_iter().skip(start).take(PAGE).collect(), next })
}

fn group<'a>(
    state: &'a mut State,
    doing: &'static str,
    chat: &ChatId,
) -> Result<&'a mut super::Room> {
    match state.chats.get_mut(chat) {
        Some(room) if room.details.chat.kind == ChatKind::Dialog => {
            Err(Error::invalid(doing, "chat", "it is a dialog"))
        }
        Some(room) => Ok(room),
        None => Err(missing(doing, chat.as_str())),
    }
}

#[async_trait]
impl Chats for MemoryMessenger {
    async fn describe(&self, chat: &ChatId) -> Result<ChatDetails> {
        let mut state = self.lock();
        let Some(room) = state.chats.get(chat).cloned() else {
            return Err(missing("asking about a chat", chat.as_str()));
        };
        let mut details = room.details;
        details.members = u64::try_from(room.members.len()).ok();
        if let Some(pinned) = room.pinned {
            details.pinned = state.message(chat, &pinned).map(|it| Box::new(it.message.clone()));
        }
        Ok(details)
    }

    async fn list(&self, cursor: Option<&Cursor>) -> Result<Page<Chat>> {
        let active = |room: &&super::Room| room.details.status == ChatStatus::Active;
        let state = self.lock();
        let chats = state.chats.values().filter(active).map(|it| it.details.chat.clone()).collect();
        page("listing chats", chats, cursor)
    }

    async fn rename(&self, chat: &ChatId, title: &str) -> Result<()> {
        let renamed = self.acts(|state| {
            let room = group(state, "renaming a chat", chat)?;
            room.details.chat.title = Some(title.to_owned());
            Ok((None, room.details.chat.clone()))
        })?;
        let by = Some(User::new("bot"));
        self.happens(&mut self.lock(), UpdateKind::TitleChanged { chat: renamed, by });
        Ok(())
    }

    async fn leave(&self, chat: &ChatId) -> Result<()> {
        self.acts(|state| {
            group(state, "leaving a chat", chat)?.details.status = ChatStatus::Left;
            Ok((None, ()))
        })
    }
}

#[async_trait]
impl Members for MemoryMessenger {
    async fn list(&self, chat: &ChatId, cursor: Option<&Cursor>) -> Result<Page<Member>> {
        const DOING: &str = "listing members";
        let mut state = self.lock();
        let members = group(&mut state, DOING, chat)?.members.values().cloned();
        page(DOING, members.filter(Member::is_present).collect(), cursor)
    }

    async fn administrators(&self, chat: &ChatId) -> Result<Vec<Member>> {
        let mut state = self.lock();
        let members = group(&mut state, "listing administrators", chat)?.members.values();
        Ok(members.filter(|it| it.role >= Role::Administrator).cloned().collect())
    }

    async fn find(&self, chat: &ChatId, user: &UserId) -> Result<Option<Member>> {
        let mut state = self.lock();
        let room = group(&mut state, "asking about a member", chat)?;
        Ok(room.members.get(user).filter(|it| it.is_present()).cloned())
    }

    async fn add(&self, chat: &ChatId, user: &UserId) -> Result<()> {
        const DOING: &str = "adding a member";
        let chat = self.acts(|state| {
            let room = group(state, DOING, chat)?;
            if room.members.get(user).is_some_and(|it| it.role == Role::Banned) {
                return Err(Error::new(ErrorKind::Forbidden, DOING).with_text("they are banned"));
            }
            let member = Member::new(User::new(user.clone()), Role::Member);
            room.members.insert(user.clone(), member);
            Ok((None, room.details.chat.clone()))
        })?;
        let (members, by) = (vec![User::new(user.clone())], Some(User::new("bot")));
        self.happens(&mut self.lock(), UpdateKind::MembersJoined { chat, members, by });
        Ok(())
    }

    async fn remove(&self, chat: &ChatId, user: &UserId, ban: bool) -> Result<()> {
        const DOING: &str = "removing a member";
        let (chat, member) = self.acts(|state| {
            let room = group(state, DOING, chat)?;
            let present = room.members.get_mut(user).filter(|it| it.is_present());
            let member = present.ok_or_else(|| missing(DOING, user.as_str()))?;
            member.role = if ban { Role::Banned } else { Role::Left };
            let member = member.user.clone();
            Ok((None, (room.details.chat.clone(), member)))
        })?;
        let by = Some(User::new("bot"));
        self.happens(&mut self.lock(), UpdateKind::MemberLeft { chat, member, by });
        Ok(())
    }
}

#[async_trait]
impl Pins for MemoryMessenger {
    async fn pin(&self, chat: &ChatId, message: &MessageId, _notify: bool) -> Result<()> {
        self.acts(|state| {
            if state.message(chat, message).is_none() {
                return Err(missing("pinning a message", message.as_str()));
            }
            state.room(chat).pinned = Some(message.clone());
            Ok((None, ()))
        })
    }

    async fn unpin(&self, chat: &ChatId) -> Result<()> {
        self.acts(|state| match state.room(chat).pinned.take() {
            Some(_) => Ok((None, ())),
            None => Err(missing("unpinning a message", "nothing is pinned")),
        })
    }

    async fn pinned(&self, chat: &ChatId) -> Result<Option<Message>> {
        let mut state = self.lock();
        let Some(pinned) = state.room(chat).pinned.clone() else { return Ok(None) };
        Ok(state.message(chat, &pinned).map(|it| it.message.clone()))
    }
}

#[async_trait]
impl Files for MemoryMessenger {
    async fn upload(&self, _: AttachmentKind, mut file: Upload) -> Result<Media> {
        let mut content = Vec::new();
        file.content.read_to_end(&mut content).await.map_err(|error| {
            Error::invalid("uploading a file", "content", "it cannot be read").with_source(error)
        })?;
        self.acts(|state| {
            let id = FileId::new(format!("file-{}", state.files.len() + 1));
            let bytes = u64::try_from(content.len()).ok();
            state.files.insert(id.clone(), content);
            let media = Media {
                name: Some(file.name),
                mime_type: file.mime_type,
                bytes,
                ..Media::stored(id)
            };
            Ok((None, media))
        })
    }

    async fn open(&self, file: &FileId) -> Result<Bytes> {
        let content = self.lock().files.get(file).cloned();
        let content = content.ok_or_else(|| missing("opening a file", file.as_str()))?;
        Ok(Box::pin(std::io::Cursor::new(content)))
    }
}

#[async_trait]
impl Typing for MemoryMessenger {
    async fn show(&self, _: &ChatId, _: Activity) -> Result<()> {
        self.acts(|_| Ok((None, ())))
    }
}

#[async_trait]
impl History for MemoryMessenger {
    async fn message(&self, chat: &ChatId, message: &MessageId) -> Result<Option<Message>> {
        Ok(self.lock().message(chat, message).map(|it| it.message.clone()))
    }

    async fn recent(&self, chat: &ChatId, count: usize) -> Result<Vec<Message>> {
        let state = self.lock();
        let here = state.messages.iter().rev().filter(|it| &it.message.chat.id == chat);
        Ok(here.take(count).map(|it| it.message.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messenger::Messenger as _;

    #[tokio::test]
    async fn who_is_put_out_of_a_group_is_gone_and_the_bot_is_told() {
        let messenger = MemoryMessenger::new("test");
        let chat = messenger.group("Tea", &["Anna", "Boris"]);
        let members = messenger.members().expect("it has members");
        members.remove(&chat.id, &UserId::new("boris"), false).await.expect("he is there");

        let rest = members.list(&chat.id, None).await.expect("Anna").items;
        assert_eq!(rest.len(), 1);
        let told = messenger.receive(None).await.expect("two updates").updates;
        assert!(
            matches!(&told[1].kind, UpdateKind::MemberLeft { member, .. } if member.id == UserId::new("boris"))
        );
        let again = members.remove(&chat.id, &UserId::new("boris"), false).await;
        assert_eq!(again.expect_err("he is gone").kind(), &ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn long_lists_come_in_pages() {
        let messenger = MemoryMessenger::new("test");
        for number in 0..45 {
            messenger.says(&format!("person{number}"), "hi");
        }
        let (chats, mut cursor, mut seen) = (messenger.chats().expect("chats"), None, 0);
        loop {
            let page = chats.list(cursor.as_ref()).await.expect("a page");
            seen += page.items.len();
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, 45);
    }

    #[tokio::test]
    async fn a_file_comes_back_as_it_went() {
        let messenger = MemoryMessenger::new("test");
        let files = messenger.files().expect("it takes files");
        let upload = Upload {
            name: "a.txt".to_owned(),
            mime_type: None,
            bytes: Some(3),
            content: Box::pin(&b"tea"[..]),
        };
        let media = files.upload(AttachmentKind::File, upload).await.expect("it is there");
        let crate::model::Source::Stored(id) = media.source else { panic!("stored") };
        let mut content = String::new();
        let mut file = files.open(&id).await.expect("it is there");
        file.read_to_string(&mut content).await.expect("it is text");
        assert_eq!(content, "tea");
    }
}
