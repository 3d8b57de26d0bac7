//! Reading what was said.

use std::collections::HashSet;

use async_trait::async_trait;
use gateway_core::messenger::{History, Result};
use gateway_core::model::{ChatId, Message, MessageId};

use super::TamTam;
use crate::client::MessagesQuery;
use crate::error::says_not_found;
use crate::{Dialect, inbound};

/// Most messages in one answer: schema `getMessages`, `count`.
const PAGE: usize = 100;

#[async_trait]
impl History for TamTam {
    /// TamTam is asked by `message_ids`, since its schema allows no dot in the path, and each `mid`
    /// has one.
    async fn message(&self, _: &ChatId, message: &MessageId) -> Result<Option<Message>> {
        let found = match self.dialect {
            Dialect::Max => self.client.message(message.as_str()).await.map(Some),
            Dialect::TamTam => {
                let message_ids = &[message.as_str()];
                let query = MessagesQuery { message_ids, ..MessagesQuery::default() };
                let list = self.client.messages(&query).await;
                list.map(|list| list.messages.into_iter().next())
            }
        };
        match found {
            Ok(found) => Ok(found.and_then(inbound::message)),
            Err(error) if says_not_found(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn recent(&self, chat: &ChatId, count: usize) -> Result<Vec<Message>> {
        let chat = self.chat_number("reading messages", chat)?;
        let (mut recent, mut seen, mut from) = (Vec::new(), HashSet::new(), None);
        while recent.len() < count {
            // A further page begins with what has the time of the last one's oldest, and that may be
            // any number of messages.
            let asked = if from.is_none() { count.min(PAGE) } else { PAGE };
            let query = MessagesQuery {
                chat_id: Some(chat),
                from,
                count: u32::try_from(asked).ok(),
                ..MessagesQuery::default()
            };
            let messages = self.client.messages(&query).await?.messages;
            let Some(oldest) = messages.iter().map(|it| it.timestamp).min() else { break };
            let is_last = messages.len() < asked;
            let before = seen.len();
            // What has no body cannot be told from others: see `inbound::message`.
            for message in messages.into_iter().filter_map(inbound::message) {
                if seen.insert(message.id.clone()) {
                    recent.push(message);
                }
            }
            if is_last {
                break;
            }
            let nothing_new = seen.len() == before;
            from = match from {
                // What lies after the time that was asked for, and is known: `from` is not heeded,
                // and the same page would come for ever.
                Some(from) if nothing_new && oldest > from => break,
                // A whole page of one millisecond would come again and again: pages are told by
                // time alone, so what that millisecond has beyond a page cannot be read.
                Some(from) if nothing_new && oldest == from => oldest.checked_sub(1),
                _ => Some(oldest),
            };
            if from.is_none() {
                break;
            }
        }
        recent.truncate(count);
        Ok(recent)
    }
}
