//! Messages.

use adapter_tamtam::wire;

use super::View;
use crate::Platform;
use crate::world::{
    AccountKey, ChatKey, ChatKind, Comment, Content, Link, Mark, MarkupUnit, Message, Original,
    RichText, mid,
};

impl View<'_> {
    /// A message as it goes over the wire, in an update or as the answer to its sending.
    pub(in crate::tamtam) fn message(&self, chat: ChatKey, message: &Message) -> wire::Message {
        let state = self.state;
        let found = state.chat(chat);
        wire::Message {
            sender: self.author(chat, message.sender),
            recipient: self.recipient(chat, message.sender),
            timestamp: message.at.timestamp_millis(),
            link: message.link.as_ref().map(|it| self.link(it)),
            body: Some(self.body(found.id, message.number, &message.content)),
            stat: None,
            url: self.url(chat, message.number),
            constructor: message.constructed_by.map(|bot| self.user(bot)),
        }
    }

    /// A message as it is told to who asks for it: asserted by the official client's suite is that
    /// only then, and only in channels, it is said how many saw it.
    pub(in crate::tamtam) fn read_message(
        &self,
        chat: ChatKey,
        message: &Message,
    ) -> wire::Message {
        let is_channel = self.state.chat(chat).kind == ChatKind::Channel;
        let views = i64::try_from(message.views).unwrap_or(i64::MAX);
        wire::Message {
            stat: is_channel.then_some(wire::MessageStat { views }),
            ..self.message(chat, message)
        }
    }

    /// A comment as it goes over the wire: a message whose recipient names the post.
    pub(in crate::tamtam) fn comment(
        &self,
        chat: ChatKey,
        post: i64,
        comment: &Comment,
    ) -> wire::Message {
        let id = self.state.chat(chat).id;
        let recipient = self.recipient(chat, comment.sender);
        let found = self.state.chat(chat).message(post);
        let answered = |number: i64| found?.comments.iter().find(|it| it.number == number);
        wire::Message {
            sender: Some(self.user(comment.sender)),
            recipient: wire::Recipient { post_id: Some(mid(id, post)), ..recipient },
            timestamp: comment.at.timestamp_millis(),
            link: comment.reply_to.map(|number| {
                let answered = answered(number);
                wire::LinkedMessage {
                    kind: wire::LinkKind::Reply,
                    sender: answered.map(|it| self.user(it.sender)),
                    chat_id: None,
                    message: answered.map(|it| self.body(id, it.number, &it.content)),
                }
            }),
            body: Some(self.body(id, comment.number, &comment.content)),
            stat: None,
            url: None,
            constructor: None,
        }
    }

    /// Asserted by the official client's suite: a post of a channel names nobody, unless the
    /// channel signs its posts.
    fn author(&self, chat: ChatKey, sender: AccountKey) -> Option<wire::User> {
        let chat = self.state.chat(chat);
        let is_named = chat.kind != ChatKind::Channel || chat.is_signed;
        is_named.then(|| self.user(sender))
    }

    /// Asserted by the official client's suite: the other side is named in dialogs only.
    fn recipient(&self, chat: ChatKey, sender: AccountKey) -> wire::Recipient {
        let found = self.state.chat(chat);
        wire::Recipient {
            chat_id: Some(found.id),
            chat_type: Some(match found.kind {
                ChatKind::Dialog => wire::ChatType::Dialog,
                ChatKind::Group | ChatKind::Supergroup => wire::ChatType::Chat,
                ChatKind::Channel => wire::ChatType::Channel,
            }),
            user_id: found.peer(sender).map(|peer| self.state.account(peer).id),
            post_id: None,
        }
    }

    fn link(&self, link: &Link) -> wire::LinkedMessage {
        let original = link.original();
        let (kind, chat_id) = match link {
            Link::Reply(_) => (wire::LinkKind::Reply, None),
            // Schema 0.5.6, `LinkedMessage.chat_id`: for forwarded messages only.
            Link::Forward(it) => (wire::LinkKind::Forward, Some(self.state.chat(it.chat).id)),
        };
        wire::LinkedMessage {
            kind,
            sender: self.author(original.chat, original.sender),
            chat_id,
            message: Some(self.original(original)),
        }
    }

    fn original(&self, it: &Original) -> wire::MessageBody {
        self.body(self.state.chat(it.chat).id, it.number, &it.content)
    }

    /// Where anybody can read it: asserted by the official client's suite to be there in public
    /// chats only. The form was seen on MAX; TamTam's is taken to be the same.
    fn url(&self, chat: ChatKey, number: i64) -> Option<String> {
        let chat = self.state.chat(chat);
        let host = match self.platform {
            Platform::Max => "max.ru",
            Platform::Tamtam | Platform::Potato => "tt.me",
        };
        let url = || format!("https://{host}/c/{}/{}", chat.id, base64url(number.cast_unsigned()));
        chat.is_public.then(url)
    }

    /// What a message says and carries.
    pub(in crate::tamtam) fn body(
        &self,
        chat: i64,
        number: i64,
        content: &Content,
    ) -> wire::MessageBody {
        wire::MessageBody {
            mid: mid(chat, number),
            seq: number,
            // Seen on MAX: who says nothing says "", not null.
            text: Some(content.text.plain.clone()),
            attachments: self.attachments(content),
            markup: self.markup(&content.text),
        }
    }

    /// The formatting of a text; `None` when there is none.
    pub(in crate::tamtam) fn markup(&self, text: &RichText) -> Option<Vec<wire::MarkupElement>> {
        let counted = |mark: &Mark| match self.state.switches.markup_unit {
            MarkupUnit::Utf16 => mark.clone(),
            MarkupUnit::CodePoints => in_code_points(text, mark),
        };
        let element = |mark: &Mark| super::markup::element(self.platform, &counted(mark));
        let markup: Vec<_> = text.marks.iter().filter_map(element).collect();
        (!markup.is_empty()).then_some(markup)
    }
}

fn in_code_points(text: &RichText, mark: &Mark) -> Mark {
    let before = Mark { from: 0, length: mark.from, kind: mark.kind.clone() };
    let count = |mark: &Mark| text.covered(mark).chars().count();
    Mark { from: count(&before), length: count(mark), kind: mark.kind.clone() }
}

/// Eight bytes, the greatest first, in base64url without padding.
fn base64url(number: u64) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // 64 bits are ten letters of six bits, and an eleventh that holds the last four.
    let letter = |place: u32| match place {
        10 => (number << 2) & 63,
        _ => (number >> (58 - 6 * place)) & 63,
    };
    let letters = (0..11).map(letter);
    letters
        .filter_map(|it| ALPHABET.get(usize::try_from(it).ok()?))
        .map(|it| char::from(*it))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_spelled_in_eleven_letters() {
        assert_eq!(base64url(0), "AAAAAAAAAAA");
        assert_eq!(base64url(u64::MAX), "__________8");
        assert_eq!(base64url(0x019d_47d5_8f2b_3d9e), "AZ1H1Y8rPZ4");
    }
}
