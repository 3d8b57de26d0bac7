//! What becomes of an answer, whatever it is.

use adapter_potato::{ErrorCode, wire};
use gateway_core::messenger::{Activity, ErrorKind, Messenger as _};
use gateway_core::model::{ChatId, UserId};
use serde_json::{Value, json};

use crate::server::{Act, Server, say};
use crate::{TOKEN, client, potato, target};

fn text() -> wire::SendTextMessage<'static> {
    wire::SendTextMessage {
        target: target(),
        text: "hello".into(),
        reply_to_message_id: None,
        markdown: Some(false),
        reply_markup: None,
    }
}

#[tokio::test]
async fn an_error_is_told_at_any_status_and_under_two_names() {
    for status in [200, 400, 401, 403, 500] {
        for name in ["result", "description"] {
            let body = json!({"ok": false, "error_code": 3012, name: "message not found"});
            let server = Server::saying(status, &body).await;
            let error = client(&server.url).send_text_message(&text()).await.expect_err("an error");
            assert_eq!(*error.kind(), ErrorKind::NotFound, "{status}, {name}");
            assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NoSuchMessage));
            assert_eq!(error.text(), Some("message not found"));
            assert_eq!(server.requests().len(), 1);
        }
    }
}

/// Polling consumes: what is too large to be read is lost.
#[tokio::test]
async fn what_waited_for_long_comes_at_once() {
    let words = "x".repeat(20_000);
    let update = |id| json!({"update_id": id, "new_kind": words});
    let updates: Vec<Value> = (1..=1000).map(update).collect();
    let server = Server::saying(200, &json!({"ok": true, "result": updates})).await;
    let batch = potato(&server.url).receive(None).await.expect("20 MB");
    assert_eq!(batch.updates.len(), 1000);
}

#[tokio::test]
async fn every_code_comes_as_what_it_is() {
    for code in ErrorCode::all() {
        let body = json!({"ok": false, "error_code": i64::from(code), "result": "words"});
        let server = Server::saying(400, &body).await;
        let kick = wire::KickMember { target: target(), user_id: 6 };
        let error = client(&server.url).kick_not_ban(&kick).await.expect_err("an error");
        assert_eq!(ErrorCode::of(&error), Some(code));
        assert_eq!(error.kind().name(), code.kind(None).name());
    }
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_an_error_with_its_number() {
    let server = Server::saying(400, &json!({"ok": false, "error_code": 5005})).await;
    let error = client(&server.url).send_text_message(&text()).await.expect_err("an error");
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::Other(5005)));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn done_is_said_in_several_ways() {
    let acts = [
        say(200, &json!({"ok": true})),
        say(200, &json!({"ok": true, "result": null})),
        say(200, &json!({"ok": true, "result": true})),
        say(200, &json!({"ok": true, "result": {}})),
        Act::Say(204, String::new()),
    ];
    for act in acts {
        let server = Server::start(std::slice::from_ref(&act)).await;
        client(&server.url)
            .leave_chat(target())
            .await
            .unwrap_or_else(|why| panic!("{act:?}: {why}"));
    }
    let server = Server::saying(200, &json!({"ok": true, "result": false})).await;
    client(&server.url).leave_chat(target()).await.expect_err("it was not done");
}

#[tokio::test]
async fn an_empty_answer_is_asked_for_again_where_that_is_safe() {
    let me = json!({"ok": true, "result": {"id": 10_000_001, "username": "b"}});
    let server = Server::start(&[Act::Say(200, String::new()), say(200, &me)]).await;
    assert_eq!(client(&server.url).me().await.expect("the bot").id, 10_000_001);

    let server = Server::start(&[Act::Say(200, String::new())]).await;
    let error = client(&server.url).send_text_message(&text()).await.expect_err("nothing came");
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(server.requests().len(), 1);
    let error = client(&server.url).updates(None).await.expect_err("nothing came");
    assert_eq!((error.kind(), server.requests().len()), (&ErrorKind::Protocol, 2));
}

#[tokio::test]
async fn that_nothing_happened_is_said_in_several_ways() {
    for act in [
        say(200, &json!({"ok": true, "result": []})),
        say(200, &json!({"ok": true, "result": null})),
        say(200, &json!({"ok": true})),
        Act::Say(204, String::new()),
    ] {
        let server = Server::start(std::slice::from_ref(&act)).await;
        let updates = client(&server.url).updates(None).await.expect("no error");
        assert!(updates.is_empty(), "{act:?}");
        let batch = potato(&server.url).receive(None).await.expect("no error");
        assert!(batch.updates.is_empty() && batch.cursor.is_none(), "{act:?}");
    }
}

#[tokio::test]
async fn a_poll_that_is_refused_says_what_may_be_in_its_way() {
    for code in [1006, 1004] {
        let body = json!({"ok": false, "error_code": code, "result": "no"});
        let server = Server::saying(400, &body).await;
        let error = potato(&server.url).receive(None).await.expect_err("it is refused");
        let hint = "no; a bot with a webhook cannot poll: \"gateway webhook remove test\" removes \
                    it, by delWebhook";
        assert_eq!(error.text(), Some(hint));
    }
    let body = json!({"ok": false, "error_code": 1002, "result": "no"});
    let server = Server::saying(400, &body).await;
    let error = potato(&server.url).receive(None).await.expect_err("it is refused");
    assert_eq!(error.text(), Some("no"));
}

#[tokio::test]
async fn a_page_for_people_counts_by_its_status() {
    let page = "<html><body><h1>502 Bad Gateway</h1></body></html>".to_owned();
    let server = Server::start(&[Act::Say(502, page.clone())]).await;
    let error = client(&server.url).send_text_message(&text()).await.expect_err("a page");
    assert_eq!(*error.kind(), ErrorKind::Unavailable { may_have_happened: true });
    let server = Server::start(&[Act::Say(200, page)]).await;
    let error = client(&server.url).send_text_message(&text()).await.expect_err("a page");
    assert_eq!(*error.kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn what_is_too_much_is_waited_out() {
    let refused = say(400, &json!({"ok": false, "error_code": 1007}));
    let done = say(200, &json!({"ok": true, "result": {"message_id": 7}}));
    let server = Server::start(&[refused.clone(), refused, done]).await;
    let sent = client(&server.url).send_text_message(&text()).await.expect("it is sent");
    assert_eq!((sent.message_id, server.requests().len()), (7, 3));
}

#[tokio::test]
async fn the_token_is_in_no_error() {
    let echo = json!({"ok": false, "error_code": 1002, "result": format!("bad {TOKEN}")});
    let half = TOKEN.split_once(':').expect("a token").1;
    let half = json!({"ok": false, "error_code": 1002, "result": format!("bad {half}")});
    let page = Act::Say(500, format!("at /{TOKEN}/getMe"));
    for act in [say(400, &echo), say(400, &half), page, Act::Break] {
        let server = Server::start(std::slice::from_ref(&act)).await;
        let error = client(&server.url).me().await.expect_err("an error");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("top-secret"), "{shown}");
    }
}

#[tokio::test]
async fn what_the_platform_lacks_is_said_before_anything_is_asked() {
    let server = Server::saying(200, &Value::Null).await;
    let potato = potato(&server.url);
    let (group, anna) = (ChatId::new("group:5"), UserId::new("6"));
    let members = potato.members().expect("members");
    let mut errors = vec![
        members.list(&group, None).await.expect_err("a list"),
        members.add(&group, &anna).await.expect_err("an invitation"),
        potato.webhooks().expect("webhooks").list().await.expect_err("a list"),
    ];
    let typing = potato.typing().expect("typing");
    let wrong = typing.show(&ChatId::new("5"), Activity::Typing).await.expect_err("no chat");
    assert_eq!(*wrong.kind(), ErrorKind::Invalid { field: Some("chat".to_owned()) });
    for error in errors.drain(..) {
        assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
        assert!(error.text().is_some(), "it says what there is instead: {error}");
    }
    assert!(server.requests().is_empty());
    assert!(potato.history().is_none());
}
