//! Messages.

use adapter_tamtam::wire;

use super::View;
use crate::world::{ChatKey, Content, Message, mid};

impl View<'_> {
    pub(in crate::tamtam) fn message(&self, chat: ChatKey, message: &Message) -> wire::Message {
        let state = self.state;
        let found = state.chat(chat);
        wire::Message {
            sender: Some(self.user(message.sender)),
            recipient: wire::Recipient {
                chat_id: Some(found.id),
                chat_type: Some(wire::ChatType::Dialog),
                user_id: found.peer(message.sender).map(|peer| state.account(peer).id),
                post_id: None,
            },
            timestamp: message.at.timestamp_millis(),
            link: None,
            body: Some(self.body(found.id, message.number, &message.content)),
            stat: None,
            url: None,
            constructor: None,
        }
    }

    fn body(&self, chat: i64, number: i64, content: &Content) -> wire::MessageBody {
        let keyboard = wire::KnownAttachment::InlineKeyboard {
            payload: wire::Keyboard {
                buttons: content
                    .buttons
                    .iter()
                    .map(|row| row.iter().map(super::keyboard::button).collect())
                    .collect(),
            },
            callback_id: None,
        };
        let markup: Vec<wire::MarkupElement> = content
            .text
            .marks
            .iter()
            .filter_map(|it| super::markup::element(self.platform, it))
            .collect();
        wire::MessageBody {
            mid: mid(chat, number),
            seq: number,
            text: Some(content.text.plain.clone()),
            attachments: (!content.buttons.is_empty())
                .then(|| vec![wire::Attachment::Known(keyboard)]),
            markup: (!markup.is_empty()).then_some(markup),
        }
    }
}
