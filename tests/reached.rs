//! What the adapter can ask of TamTam and MAX, the sandbox can be asked; and what the one can be told,
//! the other tells.

use std::collections::BTreeSet;
use std::time::Duration;

use adapter_tamtam::client::{Client, CommentsQuery, MessagesQuery};
use adapter_tamtam::coverage::{Here, OPERATIONS, UPDATES};
use adapter_tamtam::{Dialect, wire};
use gateway_core::messenger::{Error, ErrorKind, Result, Upload};
use gateway_tests::Street;
use sandbox::Platform;
use sandbox::world::Event;

const DIALECTS: [(Dialect, Platform); 2] =
    [(Dialect::TamTam, Platform::Tamtam), (Dialect::Max, Platform::Max)];

/// A chat and a message that are nowhere: what is asked is that there is somebody to ask.
const CHAT: i64 = -7;
const MID: &str = "mid.fffffffffffffff90000000000000001";

/// Nobody calls there.
const HOOK: &str = "http://127.0.0.1:9/hook";

fn text() -> wire::NewMessageBody<'static> {
    wire::NewMessageBody { text: Some("x".into()), ..wire::NewMessageBody::default() }
}

/// Calls the method of this name.
async fn call(client: &Client, method: &str) -> Result<()> {
    match method {
        "Client::me" => client.me().await.map(drop),
        "Client::edit_me" => client.edit_me(&wire::BotPatch::default()).await.map(drop),
        "Client::edit_commands" => {
            client.edit_commands(&wire::BotCommands::default()).await.map(drop)
        }
        "Client::subscriptions" => client.subscriptions().await.map(drop),
        "Client::subscribe" => {
            let url = HOOK.into();
            let hook = wire::SubscriptionRequestBody { url, ..<_>::default() };
            client.subscribe(&hook).await
        }
        "Client::unsubscribe" => client.unsubscribe(HOOK).await,
        "Client::updates" => client.updates(None, 1, Duration::ZERO).await.map(drop),
        "Client::upload" => {
            let upload = Upload {
                name: "a.bin".to_owned(),
                mime_type: None,
                bytes: Some(1),
                content: Box::pin(std::io::Cursor::new(b"x".to_vec())),
            };
            client.upload(wire::UploadType::File, upload).await.map(drop)
        }
        "Client::video" => client.video("token").await.map(drop),
        "Client::answer" => {
            let notification = Some("x".into());
            let answer = wire::CallbackAnswer { notification, ..<_>::default() };
            client.answer("callback", &answer).await
        }
        "Client::construct" => client.construct("session", &<_>::default()).await,
        of_chat if of_chat.contains("chat") || of_chat.contains("pin") => {
            call_chat(client, of_chat).await
        }
        of_members if of_members.contains("admin") || of_members.contains("member") => {
            call_members(client, of_members).await
        }
        of_comments if of_comments.contains("comment") => call_comments(client, of_comments).await,
        other => call_messages(client, other).await,
    }
}

async fn call_chat(client: &Client, method: &str) -> Result<()> {
    match method {
        "Client::chats" => client.chats(None, None).await.map(drop),
        "Client::chat" => client.chat(CHAT).await.map(drop),
        "Client::chat_by_link" => client.chat_by_link("nowhere").await.map(drop),
        "Client::edit_chat" => client.edit_chat(CHAT, &wire::ChatPatch::default()).await.map(drop),
        "Client::delete_chat" => client.delete_chat(CHAT).await,
        "Client::leave_chat" => client.leave_chat(CHAT).await,
        "Client::pinned_message" => client.pinned_message(CHAT).await.map(drop),
        "Client::pin_message" => {
            let pin = wire::PinMessageBody { message_id: MID.into(), notify: None };
            client.pin_message(CHAT, &pin).await
        }
        "Client::unpin_message" => client.unpin_message(CHAT).await,
        other => panic!("this test does not call {other}"),
    }
}

async fn call_members(client: &Client, method: &str) -> Result<()> {
    match method {
        "Client::membership" => client.membership(CHAT).await.map(drop),
        "Client::admins" => client.admins(CHAT).await.map(drop),
        "Client::add_admins" => client.add_admins(CHAT, &wire::ChatAdminsList::default()).await,
        "Client::remove_admin" => client.remove_admin(CHAT, 1).await,
        "Client::members" => client.members(CHAT, None, None).await.map(drop),
        "Client::add_members" => {
            client.add_members(CHAT, &wire::UserIdsList { user_ids: vec![1] }).await.map(drop)
        }
        "Client::remove_member" => client.remove_member(CHAT, 1, false).await,
        other => panic!("this test does not call {other}"),
    }
}

async fn call_comments(client: &Client, method: &str) -> Result<()> {
    let new = wire::NewComment { text: Some("x".into()), ..wire::NewComment::default() };
    match method {
        "Client::comments" => client.comments(MID, &CommentsQuery::default()).await.map(drop),
        "Client::comment" => client.comment(MID, MID).await.map(drop),
        "Client::create_comment" => client.create_comment(MID, &new).await.map(drop),
        "Client::edit_comment" => client.edit_comment(MID, MID, &new).await,
        "Client::delete_comment" => client.delete_comment(MID, MID).await,
        other => panic!("this test does not call {other}"),
    }
}

async fn call_messages(client: &Client, method: &str) -> Result<()> {
    match method {
        "Client::messages" => {
            let query = MessagesQuery { chat_id: Some(CHAT), ..MessagesQuery::default() };
            client.messages(&query).await.map(drop)
        }
        "Client::message" => client.message(MID).await.map(drop),
        "Client::send_message" => client.send_message(CHAT, &text()).await.map(drop),
        "Client::edit_message" => client.edit_message(MID, &text()).await,
        "Client::delete_message" => client.delete_message(MID).await,
        "Client::send_action" => client.send_action(CHAT, wire::SenderAction::TypingOn).await,
        other => panic!("this test does not call {other}"),
    }
}

/// Whether the sandbox knows what was asked for. It may well refuse it: nothing that is named is
/// there.
fn is_known(answer: &std::result::Result<(), Error>) -> bool {
    let Err(error) = answer else { return true };
    let never_asked = matches!(error.kind(), ErrorKind::Unsupported { .. });
    let is_unknown = error.text().is_some_and(|text| text.contains("is not recognized"));
    !never_asked && !is_unknown && error.code() != Some("not.emulated")
}

#[tokio::test]
async fn the_sandbox_has_every_operation_of_the_adapter() {
    let street = Street::open().await;
    for (dialect, platform) in DIALECTS {
        let messenger = street.tamtam(platform);
        for row in OPERATIONS.iter().filter(|row| row.is_in(dialect)) {
            let Here::By(method) = row.here else { continue };
            let answer = call(messenger.client(), method).await;
            assert!(is_known(&answer), "{dialect:?}: {}: {answer:?}", row.name);
        }
    }
}

#[tokio::test]
async fn the_sandbox_has_every_kind_of_update_of_the_adapter_and_no_other() {
    let street = Street::open().await;
    for (dialect, platform) in DIALECTS {
        let read = UPDATES.iter().filter(|row| row.is_in(dialect));
        let read = read.filter(|row| matches!(row.here, Here::By(_))).map(|row| row.name);
        let read: BTreeSet<&str> = read.collect();
        assert_eq!(Event::kinds_of(platform).collect::<BTreeSet<_>>(), read, "{dialect:?}");

        let client = street.tamtam(platform);
        let update_types = Some(read.into_iter().map(Into::into).collect());
        let hook =
            wire::SubscriptionRequestBody { url: HOOK.into(), update_types, ..<_>::default() };
        client.client().subscribe(&hook).await.expect("all of them are known");
    }
}
