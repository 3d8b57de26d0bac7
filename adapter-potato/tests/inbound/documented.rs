//! The document's own examples, where it is at hand: it is not part of this repository.

use adapter_potato::wire;
use gateway_core::model::ChatId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::decoded;
use crate::examples::{Example, examples};

/// It is read, and written again as it was; but for what is said to be a mistake.
fn comes_back<T: DeserializeOwned + Serialize>(json: &Value, mistakes: &[&str]) {
    let read: T = serde_json::from_value(json.clone()).expect("it is read");
    let mut wanted = json.clone();
    for mistake in mistakes {
        wanted.as_object_mut().expect("an object").remove(*mistake).expect("the mistake is there");
    }
    assert_eq!(serde_json::to_value(read).expect("it is written"), wanted);
}

#[test]
fn every_request_of_the_document_is_one_of_ours() {
    let examples = examples();
    for Example { of, json, .. } in examples.iter().filter(|it| it.is_request) {
        match of.as_str() {
            // The certificate is a file: note 2 of the same page.
            "setWebhook" => comes_back::<wire::SetWebhook<'_>>(json, &["certificate"]),
            "getFile" => comes_back::<wire::GetFile<'_>>(json, &[]),
            "sendTextMessage" => comes_back::<wire::SendTextMessage<'_>>(json, &[]),
            "forwardMessage" => comes_back::<wire::ForwardMessage>(json, &[]),
            "answerCallbackQuery" => comes_back::<wire::AnswerCallbackQuery<'_>>(json, &[]),
            "sendLocation" => comes_back::<wire::SendLocation<'_>>(json, &[]),
            "sendVenue" => comes_back::<wire::SendVenue<'_>>(json, &[]),
            "sendPhoto" => comes_back::<wire::SendPhoto<'_>>(json, &[]),
            "sendDocument" => comes_back::<wire::SendDocument<'_>>(json, &[]),
            "sendVideo" => comes_back::<wire::SendVideo<'_>>(json, &[]),
            "editMessageText" => comes_back::<wire::EditMessageText<'_>>(json, &[]),
            // A caption has no text beside it: copied from the method before.
            "editMessageCaption" => comes_back::<wire::EditMessageCaption<'_>>(json, &["text"]),
            "deleteMessage" => comes_back::<wire::MessageIn>(json, &[]),
            "leaveChat"
            | "getChat"
            | "getChatMembersCount"
            | "getChatAdministrators"
            | "unpinChatMessage" => comes_back::<wire::Target>(json, &[]),
            "setChatTitle" => comes_back::<wire::SetChatTitle<'_>>(json, &[]),
            "setChatDescription" => comes_back::<wire::SetChatDescription<'_>>(json, &[]),
            "setJoinGroups" => comes_back::<wire::SetJoinGroups>(json, &[]),
            "pinChatMessage" => comes_back::<wire::PinChatMessage>(json, &[]),
            "kickChatMember" | "kickNotBan" => comes_back::<wire::KickMember>(json, &[]),
            "sendChatAction" => comes_back::<wire::SendChatAction>(json, &[]),
            "sendContact" => comes_back::<wire::SendContact<'_>>(json, &[]),
            "sendGame" => comes_back::<wire::SendGame<'_>>(json, &[]),
            // No table knows a `bot_id`.
            "setGameScore" => comes_back::<wire::SetGameScore>(json, &["bot_id"]),
            // Copied from the method before.
            "getGameHighScores" => comes_back::<wire::GameScores>(json, &["bot_id", "score"]),
            other => panic!("a request of {other}, which nobody knows"),
        }
    }
    assert!(examples.is_empty() || examples.iter().filter(|it| it.is_request).count() == 29);
}

#[test]
fn every_answer_of_the_document_is_read() {
    let examples = examples();
    for Example { of, json, .. } in examples.iter().filter(|it| !it.is_request) {
        let result = || json["result"].clone();
        let is_done = || json["ok"] == true && result().is_null();
        match of.as_str() {
            "getUpdates" => {
                let update = decoded(&result()[0]);
                assert_eq!(update.chat_id().map(ChatId::as_str), Some("group:11370003"));
                comes_back::<wire::Update>(&result()[0], &[]);
            }
            "getMe" => comes_back::<wire::User>(&result(), &[]),
            "getFile" => comes_back::<wire::FileUrl>(&result(), &[]),
            "sendPhoto" | "sendDocument" | "sendVideo" => {
                comes_back::<wire::SentFile>(&result(), &[]);
            }
            "sendTextMessage" | "forwardMessage" | "sendLocation" | "sendVenue" | "sendGame"
            | "setGameScore" | "getGameHighScores" => {
                comes_back::<wire::SentMessage>(&result(), &[]);
            }
            "getChat" => comes_back::<wire::Chat>(&result(), &[]),
            "getChatMembersCount" => comes_back::<wire::MembersCount>(&result(), &[]),
            "getChatAdministrators" => comes_back::<Vec<wire::ChatMember>>(&result(), &[]),
            "getGroups" => comes_back::<wire::Groups>(&result(), &[]),
            "User" => comes_back::<wire::User>(json, &[]),
            "Chat" => comes_back::<wire::Chat>(json, &[]),
            _ => assert!(is_done(), "{of}: {json}"),
        }
        if json.get("ok").is_some() {
            let envelope: wire::Envelope = serde_json::from_value(json.clone()).expect("one");
            assert!(envelope.ok);
        }
    }
    assert!(examples.is_empty() || examples.len() == 62, "{} examples", examples.len());
}
