//! Every operation asks what its schema says.

use std::time::Duration;

use adapter_tamtam::Dialect::{self, Max, TamTam};
use adapter_tamtam::client::{Client, CommentsQuery, MessagesQuery, Options, To};
use adapter_tamtam::wire;
use gateway_core::messenger::{Error, ErrorKind, Result};
use serde_json::{Value, json};

use crate::server::Server;
use crate::{TOKEN, client, options};

/// What is asked of a server that answers so: the method, the path, and the body if there is one.
async fn asked<T>(
    dialect: Dialect,
    answer: Value,
    ask: impl AsyncFnOnce(&Client) -> Result<T>,
) -> String {
    let server = Server::saying(200, &answer).await;
    ask(&client(dialect, &server.url)).await.expect("it is understood");
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "it asks once");
    let (request, body) = (&requests[0], String::from_utf8_lossy(&requests[0].body));
    let uri = request.uri.to_string();
    let uri = match dialect {
        TamTam => {
            assert!(request.header("authorization").is_none(), "the token is in the query");
            let bare = uri.replace(&format!("access_token={TOKEN}"), "");
            assert_ne!(uri, bare, "the token is there");
            bare.replace("?&", "?").trim_end_matches(['?', '&']).to_owned()
        }
        Max => {
            assert_eq!(request.header("authorization"), Some(TOKEN));
            uri
        }
    };
    let asked = format!("{} {uri}", request.method);
    if body.is_empty() { asked } else { format!("{asked} {body}") }
}

fn well() -> Value {
    json!({"success": true})
}

fn message() -> Value {
    json!({"recipient": {"chat_id": 7}, "timestamp": 1, "body": {"mid": "mid.1", "text": "x"}})
}

fn sent() -> Value {
    json!({"message": message()})
}

fn chat() -> Value {
    json!({"chat_id": -7, "type": "chat", "status": "active"})
}

fn me() -> Value {
    json!({"user_id": 5, "name": "bot", "is_bot": true, "last_activity_time": 0})
}

fn text(text: &str) -> wire::NewMessageBody<'_> {
    wire::NewMessageBody { text: Some(text.into()), ..wire::NewMessageBody::default() }
}

#[tokio::test]
async fn who_the_bot_is() {
    assert_eq!(asked(TamTam, me(), async |it| it.me().await).await, "GET /me");
    let patch = wire::BotPatch { commands: Some(Vec::new()), ..wire::BotPatch::default() };
    let asked_to = asked(TamTam, me(), async |it| it.edit_me(&patch).await).await;
    assert_eq!(asked_to, r#"PATCH /me {"commands":[]}"#);
    let command = wire::BotCommand { name: "help".to_owned(), description: None };
    let commands = wire::BotCommands { commands: vec![command] };
    let body = json!(commands);
    let asked_to = asked(Max, body, async |it| it.edit_commands(&commands).await).await;
    assert_eq!(asked_to, r#"PATCH /me/commands {"commands":[{"name":"help"}]}"#);
}

#[tokio::test]
async fn messages() {
    let list = || json!({"messages": [message()]});
    let query = MessagesQuery {
        chat_id: Some(-7),
        from: Some(9),
        to: Some(3),
        count: Some(2),
        ..MessagesQuery::default()
    };
    let asked_for = asked(TamTam, list(), async |it| it.messages(&query).await).await;
    assert_eq!(asked_for, "GET /messages?chat_id=-7&from=9&to=3&count=2");
    let query = MessagesQuery { message_ids: &["mid.1", "mid.2"], ..MessagesQuery::default() };
    let asked_for = asked(Max, list(), async |it| it.messages(&query).await).await;
    assert_eq!(asked_for, "GET /messages?message_ids=mid.1%2Cmid.2");
    let asked_for = asked(Max, message(), async |it| it.message("mid.1").await).await;
    assert_eq!(asked_for, "GET /messages/mid.1");
    let new = text("x");
    let body = r#"{"text":"x","attachments":null,"link":null}"#;
    let asked_to = asked(Max, sent(), async |it| it.send_message(7, &new).await).await;
    assert_eq!(asked_to, format!("POST /messages?chat_id=7 {body}"));
    let to = To::User(5);
    let asked_to =
        asked(TamTam, sent(), async |it| it.send_message_without_preview(to, &new).await).await;
    assert_eq!(asked_to, format!("POST /messages?user_id=5&disable_link_preview=true {body}"));
    let asked_to = asked(Max, well(), async |it| it.edit_message("mid.1", &new).await).await;
    assert_eq!(asked_to, format!("PUT /messages?message_id=mid.1 {body}"));
    let asked_to = asked(Max, well(), async |it| it.delete_message("mid.1").await).await;
    assert_eq!(asked_to, "DELETE /messages?message_id=mid.1");
    let answer = wire::CallbackAnswer { message: None, notification: Some("!".into()) };
    let asked_to = asked(TamTam, well(), async |it| it.answer("c", &answer).await).await;
    assert_eq!(asked_to, r#"POST /answers?callback_id=c {"notification":"!"}"#);
    let answer = wire::ConstructorAnswer {
        allow_user_input: Some(true),
        ..wire::ConstructorAnswer::default()
    };
    let asked_to = asked(TamTam, well(), async |it| it.construct("s", &answer).await).await;
    assert_eq!(asked_to, r#"POST /answers/constructor?session_id=s {"allow_user_input":true}"#);
}

#[tokio::test]
async fn comments() {
    let query = CommentsQuery { comment_ids: &["a", "b"], count: Some(3), ..<_>::default() };
    let list = json!({"messages": [message()], "marker": 4});
    let asked_for = asked(Max, list, async |it| it.comments("mid.1", &query).await).await;
    assert_eq!(asked_for, "GET /messages/mid.1/comments?comment_ids=a%2Cb&count=3");
    let asked_for = asked(Max, message(), async |it| it.comment("mid.1", "c/1").await).await;
    assert_eq!(asked_for, "GET /messages/mid.1/comments/c%2F1");
    let new = wire::NewComment { text: Some("x".into()), ..wire::NewComment::default() };
    for answer in [message(), sent()] {
        let asked_to = asked(Max, answer, async |it| it.create_comment("mid.1", &new).await).await;
        assert_eq!(asked_to, r#"POST /messages/mid.1/comments {"text":"x"}"#);
    }
    let asked_to = asked(Max, well(), async |it| it.edit_comment("mid.1", "c", &new).await).await;
    assert_eq!(asked_to, r#"PUT /messages/mid.1/comments?comment_id=c {"text":"x"}"#);
    let asked_to = asked(Max, well(), async |it| it.delete_comment("mid.1", "c").await).await;
    assert_eq!(asked_to, "DELETE /messages/mid.1/comments?comment_id=c");
}

#[tokio::test]
async fn chats() {
    let list = json!({"chats": [chat()], "marker": null});
    let asked_for = asked(TamTam, list, async |it| it.chats(Some(4), Some(9)).await).await;
    assert_eq!(asked_for, "GET /chats?count=9&marker=4");
    assert_eq!(asked(Max, chat(), async |it| it.chat(-7).await).await, "GET /chats/-7");
    let asked_for = asked(TamTam, chat(), async |it| it.chat_by_link("@a/b").await).await;
    assert_eq!(asked_for, "GET /chats/@a%2Fb");
    let patch = wire::ChatPatch { title: Some("T".into()), ..wire::ChatPatch::default() };
    let asked_to = asked(Max, chat(), async |it| it.edit_chat(-7, &patch).await).await;
    assert_eq!(asked_to, r#"PATCH /chats/-7 {"title":"T"}"#);
    let asked_to = asked(Max, well(), async |it| it.delete_chat(-7).await).await;
    assert_eq!(asked_to, "DELETE /chats/-7");
    let typing = wire::SenderAction::TypingOn;
    let asked_to = asked(Max, well(), async |it| it.send_action(7, typing).await).await;
    assert_eq!(asked_to, r#"POST /chats/7/actions {"action":"typing_on"}"#);
    let asked_for = asked(Max, sent(), async |it| it.pinned_message(-7).await).await;
    assert_eq!(asked_for, "GET /chats/-7/pin");
    let pin = wire::PinMessageBody { message_id: "mid.1".into(), notify: Some(false) };
    let asked_to = asked(Max, well(), async |it| it.pin_message(-7, &pin).await).await;
    assert_eq!(asked_to, r#"PUT /chats/-7/pin {"message_id":"mid.1","notify":false}"#);
    let asked_to = asked(Max, well(), async |it| it.unpin_message(-7).await).await;
    assert_eq!(asked_to, "DELETE /chats/-7/pin");
}

#[tokio::test]
async fn members() {
    let list = || json!({"members": [me()]});
    let asked_for = asked(Max, me(), async |it| it.membership(-7).await).await;
    assert_eq!(asked_for, "GET /chats/-7/members/me");
    let asked_to = asked(Max, well(), async |it| it.leave_chat(-7).await).await;
    assert_eq!(asked_to, "DELETE /chats/-7/members/me");
    let asked_for = asked(Max, list(), async |it| it.admins(-7).await).await;
    assert_eq!(asked_for, "GET /chats/-7/members/admins");
    let admin = wire::ChatAdmin {
        user_id: 5,
        permissions: vec![wire::ChatAdminPermission::PinMessage],
        alias: None,
    };
    let admins = wire::ChatAdminsList { admins: vec![admin], marker: None };
    let asked_to = asked(Max, well(), async |it| it.add_admins(-7, &admins).await).await;
    let body = r#"{"admins":[{"user_id":5,"permissions":["pin_message"]}]}"#;
    assert_eq!(asked_to, format!("POST /chats/-7/members/admins {body}"));
    let asked_to = asked(Max, well(), async |it| it.remove_admin(-7, 5).await).await;
    assert_eq!(asked_to, "DELETE /chats/-7/members/admins/5");
    let asked_for = asked(TamTam, list(), async |it| it.members(-7, Some(4), Some(9)).await).await;
    assert_eq!(asked_for, "GET /chats/-7/members?marker=4&count=9");
    let asked_for = asked(TamTam, list(), async |it| it.find_members(-7, &[5, 6]).await).await;
    assert_eq!(asked_for, "GET /chats/-7/members?user_ids=5%2C6");
    let users = wire::UserIdsList { user_ids: vec![5] };
    let refused = json!({"success": false, "message": "no", "failed_user_ids": [5]});
    let asked_to = asked(Max, refused, async |it| it.add_members(-7, &users).await).await;
    assert_eq!(asked_to, r#"POST /chats/-7/members {"user_ids":[5]}"#);
    let asked_to = asked(TamTam, well(), async |it| it.remove_member(-7, 5, true).await).await;
    assert_eq!(asked_to, "DELETE /chats/-7/members?user_id=5&block=true");
}

#[tokio::test]
async fn updates_and_webhooks() {
    let second = Duration::from_secs(1);
    let list = json!({"updates": [{"update_type": "new"}], "marker": 9});
    let asked_for = asked(Max, list, async |it| {
        it.updates_of(&["bot_added", "bot_removed"], Some(8), 5, second).await
    });
    let types = "types=bot_added%2Cbot_removed";
    assert_eq!(asked_for.await, format!("GET /updates?limit=5&timeout=1&marker=8&{types}"));
    let list = json!({"subscriptions": [{"url": "u", "time": 1, "update_types": null}]});
    let asked_for = asked(Max, list, async |it| it.subscriptions().await).await;
    assert_eq!(asked_for, "GET /subscriptions");
    let new = wire::SubscriptionRequestBody {
        url: "https://e.example/h".into(),
        update_types: Some(vec!["bot_added".into()]),
        secret: Some("s3cret".into()),
        version: None,
    };
    let asked_to = asked(Max, well(), async |it| it.subscribe(&new).await).await;
    let body = r#"{"url":"https://e.example/h","update_types":["bot_added"],"secret":"s3cret"}"#;
    assert_eq!(asked_to, format!("POST /subscriptions {body}"));
    let asked_to = asked(Max, well(), async |it| it.unsubscribe("https://e.example/h").await).await;
    assert_eq!(asked_to, "DELETE /subscriptions?url=https%3A%2F%2Fe.example%2Fh");
}

#[tokio::test]
async fn files() {
    let asked_for = asked(TamTam, json!({"url": "//h/u"}), async |it| {
        it.upload_endpoint(wire::UploadType::Audio).await
    });
    assert_eq!(asked_for.await, "POST /uploads?type=audio");
    let film = json!({"token": "t", "width": 1, "height": 2, "duration": 3});
    let asked_for = asked(Max, film, async |it| it.video("t-1").await).await;
    assert_eq!(asked_for, "GET /videos/t-1");
}

#[tokio::test]
async fn a_version_is_asked_for_where_there_are_versions() {
    for (dialect, expected) in [(TamTam, true), (Max, false)] {
        let server = Server::saying(200, &me()).await;
        let version = Some("0.5.6".to_owned());
        let options = Options { api_version: version, ..options(dialect, &server.url) };
        Client::new(&options).expect("a client").me().await.expect("me");
        assert_eq!(server.requests()[0].uri.to_string().contains("v=0.5.6"), expected);
    }
}

/// What is refused before anything is sent.
async fn refused<T: std::fmt::Debug>(
    dialect: Dialect,
    ask: impl AsyncFnOnce(&Client) -> Result<T>,
) -> Error {
    let server = Server::saying(200, &well()).await;
    let error = ask(&client(dialect, &server.url)).await.expect_err("it is refused");
    assert!(server.requests().is_empty(), "nothing is sent");
    error
}

#[tokio::test]
async fn what_a_dialect_does_not_have_is_not_asked_for() {
    let constructor = wire::ConstructorAnswer::default();
    let comment = wire::NewComment::default();
    let errors = [
        refused(Max, async |it| it.construct("s", &constructor).await).await,
        refused(Max, async |it| it.edit_me(&wire::BotPatch::default()).await).await,
        refused(TamTam, async |it| it.edit_commands(&wire::BotCommands::default()).await).await,
        refused(TamTam, async |it| it.delete_chat(1).await).await,
        refused(TamTam, async |it| it.video("t").await).await,
        refused(TamTam, async |it| it.add_admins(1, &wire::ChatAdminsList::default()).await).await,
        refused(TamTam, async |it| it.remove_admin(1, 2).await).await,
        refused(TamTam, async |it| it.comments("m", &CommentsQuery::default()).await).await,
        refused(TamTam, async |it| it.comment("m", "c").await).await,
        refused(TamTam, async |it| it.create_comment("m", &comment).await).await,
        refused(TamTam, async |it| it.edit_comment("m", "c", &comment).await).await,
        refused(TamTam, async |it| it.delete_comment("m", "c").await).await,
    ];
    for error in errors {
        assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
        assert!(error.text().is_some_and(|text| text.contains("there")), "{error}");
    }
}

#[tokio::test]
async fn no_id_leads_to_another_path() {
    for id in ["", ".", ".."] {
        let error = refused(Max, async |it| it.message(id).await).await;
        assert!(matches!(error.kind(), ErrorKind::Invalid { field: Some(_) }), "{error}");
    }
    let asked_for = asked(Max, message(), async |it| it.message("../me?x#y%").await).await;
    assert_eq!(asked_for, "GET /messages/..%2Fme%3Fx%23y%25");
}

#[tokio::test]
async fn what_names_nothing_is_not_asked_for() {
    let (new, notice) = (text("x"), wire::CallbackAnswer::default());
    let comment = wire::NewComment::default();
    for id in ["", " ", "\n"] {
        let pin = wire::PinMessageBody { message_id: id.into(), notify: None };
        let ids = &[id];
        let query = MessagesQuery { message_ids: ids, ..MessagesQuery::default() };
        let constructor = wire::ConstructorAnswer::default();
        let errors = [
            refused(Max, async |it| it.edit_message(id, &new).await).await,
            refused(Max, async |it| it.delete_message(id).await).await,
            refused(Max, async |it| it.answer(id, &notice).await).await,
            refused(Max, async |it| it.messages(&query).await).await,
            refused(Max, async |it| it.message(id).await).await,
            refused(Max, async |it| it.pin_message(-7, &pin).await).await,
            refused(Max, async |it| it.edit_comment("mid.1", id, &comment).await).await,
            refused(Max, async |it| it.delete_comment("mid.1", id).await).await,
            refused(TamTam, async |it| it.construct(id, &constructor).await).await,
        ];
        for error in errors {
            assert!(matches!(error.kind(), ErrorKind::Invalid { field: Some(_) }), "{error}");
        }
    }
}

#[tokio::test]
async fn an_id_with_a_comma_is_not_taken_for_two() {
    let query = MessagesQuery { message_ids: &["mid.1,mid.2"], ..MessagesQuery::default() };
    let error = refused(TamTam, async |it| it.messages(&query).await).await;
    assert_eq!(*error.kind(), ErrorKind::Invalid { field: Some("message_ids".to_owned()) });
}
