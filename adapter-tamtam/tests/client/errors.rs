//! What the platform refuses, and how.

use std::time::Duration;

use adapter_tamtam::Dialect::{Max, TamTam};
use adapter_tamtam::client::{Client, MessagesQuery, Options};
use adapter_tamtam::wire;
use gateway_core::messenger::{Error, ErrorKind, LimitScope};
use serde_json::{Value, json};

use crate::server::{Act, Server, say};
use crate::{TOKEN, client, options};

fn text() -> wire::NewMessageBody<'static> {
    wire::NewMessageBody { text: Some("x".into()), ..wire::NewMessageBody::default() }
}

/// A message with a file that was uploaded.
fn with_file() -> wire::NewMessageBody<'static> {
    let payload = wire::UploadedInfo { token: Some("t".into()) };
    let file = wire::AttachmentRequest::Known(wire::KnownAttachmentRequest::File { payload });
    wire::NewMessageBody { attachments: Some(vec![file]), ..text() }
}

fn not_ready() -> Act {
    say(400, &json!({"code": "attachment.not.ready", "message": ""}))
}

fn sent() -> Act {
    let body = json!({"mid": "mid.1", "seq": 1, "text": "x"});
    let message = json!({"recipient": {"chat_id": 7}, "timestamp": 1, "body": body});
    say(200, &json!({"message": message}))
}

async fn sending(answer: Act) -> (Error, usize) {
    let server = Server::start(&[answer]).await;
    let error = client(Max, &server.url).send_message(7, &text()).await.expect_err("refused");
    (error, server.requests().len())
}

#[tokio::test]
async fn every_code_that_was_seen_is_an_error_to_act_on() {
    let invalid = |field: Option<&str>| ErrorKind::Invalid { field: field.map(str::to_owned) };
    let suspended = "Key: error.dialog.suspended, args: [5].";
    let lost = "Key: errors.process.attachment.video.not.processed";
    for (status, code, message, kind) in [
        (401, "verify.token", "Invalid access_token", ErrorKind::Unauthorized),
        (403, "verify.token", "No access token", ErrorKind::Unauthorized),
        (403, "deprecated.token", "use the header", ErrorKind::Unauthorized),
        (400, "proto.payload", "text: size must be between 0 and 4000", invalid(Some("text"))),
        (400, "proto.payload", "Unknown recipient", invalid(None)),
        (400, "proto.payload", "errors.maxRows", invalid(Some("keyboard"))),
        (400, "attachment.not.ready", "", ErrorKind::NotReady),
        (400, "proto.payload", lost, ErrorKind::NotReady),
        (403, "access.denied", "not yours", ErrorKind::Forbidden),
        (403, "chat.denied", "chat.send.msg.no.permission", ErrorKind::Forbidden),
        (403, "chat.denied", suspended, ErrorKind::Blocked),
        (404, "dialog.not.found", "", ErrorKind::Blocked),
        (404, "chat.not.found", "Chat 5 not found", ErrorKind::NotFound),
        (404, "not.found", "", ErrorKind::NotFound),
        (500, "internal.error", "id 7", ErrorKind::Unavailable { may_have_happened: true }),
        (418, "never.seen", "", invalid(None)),
    ] {
        let (error, _) = sending(say(status, &json!({"code": code, "message": message}))).await;
        assert_eq!(*error.kind(), kind, "{code}: {message}");
        assert_eq!(error.code(), Some(code));
    }
}

#[tokio::test]
async fn a_status_without_json_is_understood_too() {
    let (error, _) = sending(Act::Say(401, "Invalid access_token".to_owned())).await;
    assert_eq!(*error.kind(), ErrorKind::Unauthorized);
    let server = Server::start(&[Act::Say(429, "slow".to_owned())]).await;
    let mut options = options(TamTam, &server.url);
    options.limits.first_hold = Duration::from_millis(1);
    options.limits.longest_hold = Duration::from_millis(1);
    let client = Client::new(&options).expect("a client");
    let error = client.updates(None, 1, Duration::ZERO).await.expect_err("refused");
    let kind = ErrorKind::RateLimited { scope: LimitScope::Account, retry_after: None };
    assert_eq!(*error.kind(), kind);
}

#[tokio::test]
async fn a_success_that_says_it_is_none_is_a_refusal() {
    let refused = json!({"success": false, "message": "Nothing is pinned"});
    let (error, requests) = sending(say(200, &refused)).await;
    assert_eq!(*error.kind(), ErrorKind::Invalid { field: None });
    assert_eq!((error.text(), requests), (Some("Nothing is pinned"), 1));
    let server = Server::saying(200, &refused).await;
    let error = client(TamTam, &server.url).unpin_message(-7).await.expect_err("refused");
    assert_eq!(error.text(), Some("Nothing is pinned"));
}

#[tokio::test]
async fn a_success_that_says_it_is_none_is_no_empty_list() {
    let refused = json!({"success": false, "message": "chat_id: Chat 7 not found"});
    let server = Server::saying(200, &refused).await;
    let client = client(TamTam, &server.url);
    let query = MessagesQuery::default();
    for error in [
        client.messages(&query).await.err(),
        client.chats(None, None).await.err(),
        client.members(-7, None, None).await.err(),
        client.admins(-7).await.err(),
        client.find_members(-7, &[5]).await.err(),
        client.pinned_message(-7).await.err(),
        client.subscriptions().await.err(),
        client.updates(None, 1, Duration::ZERO).await.err(),
        self::client(Max, &server.url).comments("mid.1", &<_>::default()).await.err(),
    ] {
        let error = error.expect("it is refused");
        assert_eq!(*error.kind(), ErrorKind::Invalid { field: Some("chat_id".to_owned()) });
        assert_eq!(error.text(), Some("chat_id: Chat 7 not found"));
    }
}

#[tokio::test]
async fn a_list_in_the_place_of_an_object_makes_no_sense() {
    for answer in [json!([]), json!([[]]), json!([true])] {
        let server = Server::saying(200, &answer).await;
        let client = client(Max, &server.url);
        let polled = client.updates(None, 1, Duration::ZERO).await.err();
        let unpinned = client.unpin_message(-7).await.err();
        for error in [polled, unpinned] {
            assert_eq!(*error.expect("it is no answer").kind(), ErrorKind::Protocol, "{answer}");
        }
    }
}

#[tokio::test]
async fn a_refusal_that_names_the_token_as_a_field_does_not_show_it() {
    let why = format!("{TOKEN}: is unknown").replace('-', "_");
    let token = TOKEN.replace('-', "_");
    let server = Server::saying(400, &json!({"code": "proto.payload", "message": why})).await;
    let options = Options { token: token.clone().into(), ..options(Max, &server.url) };
    let error = Client::new(&options).expect("a client").me().await.expect_err("it is refused");
    assert!(!format!("{error} {error:?}").contains(&token), "{error:?}");
}

#[tokio::test]
async fn a_message_that_was_sent_but_is_not_in_the_answer_is_not_sent_again() {
    let message = json!({"recipient": {"chat_id": 7}, "timestamp": 1});
    for answer in [json!({"message": message}), json!({}), json!("sent")] {
        let (error, requests) = sending(say(200, &answer)).await;
        assert_eq!((error.kind(), requests), (&ErrorKind::Protocol, 1), "{answer}");
        assert!(error.may_have_happened(), "nobody knows");
    }
}

#[tokio::test]
async fn an_upload_that_is_not_ready_is_waited_for() {
    let server = Server::start(&[not_ready(), not_ready(), sent()]).await;
    client(Max, &server.url).send_message(7, &with_file()).await.expect("it is sent");
    assert_eq!(server.requests().len(), 3);
    let well = say(200, &json!({"success": true}));
    let server = Server::start(&[not_ready(), well]).await;
    client(Max, &server.url).edit_message("mid.1", &with_file()).await.expect("it is edited");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_upload_that_never_gets_ready_is_given_up() {
    let server = Server::start(&[not_ready()]).await;
    let client = client(Max, &server.url);
    let error = client.send_message(7, &with_file()).await.expect_err("it never is");
    assert_eq!(*error.kind(), ErrorKind::NotReady);
    let asked = server.requests().len();
    assert!((2..20).contains(&asked), "{asked}");
    // What carries nothing has nothing to wait for.
    client.send_message(7, &text()).await.expect_err("it is refused");
    assert_eq!(server.requests().len(), asked + 1);
}

#[tokio::test]
async fn a_poll_beside_a_webhook_is_told_from_other_refusals() {
    let body: Value = json!({"code": "method.not.allowed", "message": "a webhook is set"});
    for answer in [say(405, &body), Act::Say(405, String::new())] {
        let server = Server::start(&[answer]).await;
        let error = client(Max, &server.url).updates(None, 1, Duration::ZERO).await;
        let error = error.expect_err("it is refused");
        assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
    }
}

#[tokio::test]
async fn the_secret_of_a_webhook_is_not_shown() {
    let why = "secret: `the-secret-word` is too short";
    let server = Server::saying(400, &json!({"code": "proto.payload", "message": why})).await;
    let webhook = wire::SubscriptionRequestBody {
        url: "https://e.example/".into(),
        secret: Some("the-secret-word".into()),
        ..wire::SubscriptionRequestBody::default()
    };
    let error = client(Max, &server.url).subscribe(&webhook).await.expect_err("it is refused");
    assert_eq!(*error.kind(), ErrorKind::Invalid { field: Some("secret".to_owned()) });
    let shown = format!("{error} {error:?} {webhook:?}");
    assert!(!shown.contains("the-secret-word"), "{shown}");
}

#[tokio::test]
async fn the_address_of_a_webhook_is_not_shown() {
    let url = "https://e.example/hooks/a-long-word?key=of-mine";
    for said in [url, "/hooks/a-long-word?key=of-mine", "/hooks/a-long-word", "key=of-mine"] {
        let why = format!("url: {said} is taken");
        let server = Server::saying(400, &json!({"code": "proto.payload", "message": why})).await;
        let client = client(Max, &server.url);
        let webhook = wire::SubscriptionRequestBody { url: url.into(), ..<_>::default() };
        let set = client.subscribe(&webhook).await.expect_err("it is refused");
        let removed = client.unsubscribe(url).await.expect_err("it is refused");
        for error in [set, removed] {
            assert_eq!(error.text(), Some("url: [secret] is taken"));
        }
    }
}

#[tokio::test]
async fn a_poll_may_be_given_all_the_time_there_is() {
    let server = Server::saying(200, &json!({"updates": [], "marker": 1})).await;
    let list = client(Max, &server.url).updates(None, 1, Duration::MAX).await;
    assert_eq!(list.expect("a list").marker, Some(1));
}
