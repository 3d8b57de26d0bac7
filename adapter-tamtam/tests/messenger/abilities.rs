//! What a bot can do beside receiving and sending.

use adapter_tamtam::Dialect;
use gateway_core::ErrorKind;
use gateway_core::messenger::{
    Activity, Callbacks as _, Chats, Deletions as _, Files as _, History, Members, Pins as _,
    Typing as _,
};
use gateway_core::model::{CallbackId, ChatKind, FileId, MessageId, Permission, Role, UserId};
use serde_json::{Value, json};

use crate::server::{Act, Server, say};
use crate::{dialog, done, group, message, messenger, person};

fn chat(id: i64) -> Value {
    json!({"chat_id": id, "type": "chat", "status": "active", "title": "Tea", "is_public": true,
           "last_event_time": 7_000, "participants_count": 3, "link": "https://max.example/j/1",
           "owner_id": 9})
}

fn dialog_with(user: &Value) -> Value {
    json!({"chat_id": 4_096, "type": "dialog", "status": "active", "dialog_with_user": user,
           "last_event_time": 7_000, "participants_count": 2, "is_public": false})
}

#[tokio::test]
async fn a_chat_is_described() {
    let server = Server::saying(200, &chat(-5)).await;
    let details = messenger(Dialect::Max, &server).describe(&group()).await.expect("it is there");
    assert_eq!(server.lines(), ["GET /chats/-5"]);
    assert_eq!(details.chat.title.as_deref(), Some("Tea"));
    assert_eq!((details.chat.kind, details.members), (ChatKind::Group, Some(3)));
    assert_eq!(details.owner, Some(UserId::new("9")));
}

#[tokio::test]
async fn chats_are_listed_page_by_page_on_tamtam_only() {
    let server = Server::saying(200, &json!({"chats": [chat(-5)], "marker": 77})).await;
    let tamtam = messenger(Dialect::TamTam, &server);
    let page = Chats::list(&tamtam, None).await.expect("a page");
    assert_eq!(page.items[0].id, group());
    Chats::list(&tamtam, page.next.as_ref()).await.expect("the next page");
    assert_eq!(server.lines()[1], "GET /chats?count=100&marker=77");

    let error = Chats::list(&messenger(Dialect::Max, &server), None).await.expect_err("it is gone");
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_chat_gets_another_title() {
    let server = Server::saying(200, &chat(-5)).await;
    let max = messenger(Dialect::Max, &server);
    max.rename(&group(), "Coffee").await.expect("it is renamed");
    assert_eq!(server.last().line(), "PATCH /chats/-5");
    assert_eq!(server.last().json(), json!({"title": "Coffee"}));
    let error = max.rename(&group(), &"x".repeat(201)).await.expect_err("too long");
    assert_eq!(error.to_string(), "renaming a chat: title is too large: 201, at most 200 (max)");
    assert!(max.rename(&group(), "  ").await.is_err());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn members_have_roles_and_permissions() {
    let mut owner = person();
    owner["is_owner"] = json!(true);
    owner["is_admin"] = json!(true);
    owner["permissions"] = json!(["pin_message"]);
    owner["join_time"] = json!(5_000);
    let server = Server::saying(200, &json!({"members": [owner], "marker": 5})).await;
    let max = messenger(Dialect::Max, &server);
    let page = Members::list(&max, &group(), None).await.expect("a page");
    assert_eq!(page.items[0].role, Role::Owner);
    let permissions = page.items[0].permissions.clone().expect("they are told");
    assert_eq!(permissions.into_iter().collect::<Vec<_>>(), [Permission::PinMessages]);
    assert_eq!(page.next.expect("there is more").as_str(), "5");
    max.administrators(&group()).await.expect("they are told");
    max.find(&group(), &UserId::new("9")).await.expect("asked").expect("found");
    assert!(max.find(&group(), &UserId::new("8")).await.expect("asked").is_none());
    assert_eq!(
        server.lines(),
        [
            "GET /chats/-5/members?count=100",
            "GET /chats/-5/members/admins",
            "GET /chats/-5/members?user_ids=9",
            "GET /chats/-5/members?user_ids=8",
        ]
    );
}

#[tokio::test]
async fn a_dialog_has_one_on_its_other_side() {
    let server = Server::saying(200, &dialog_with(&person())).await;
    let max = messenger(Dialect::Max, &server);
    assert!(max.find(&dialog(), &UserId::new("9")).await.expect("asked").is_some());
    assert!(max.find(&dialog(), &UserId::new("8")).await.expect("asked").is_none());
    let all = Members::list(&max, &dialog(), None).await.expect("asked");
    assert_eq!((all.items.len(), all.next), (1, None));
    assert!(max.administrators(&dialog()).await.expect("nobody").is_empty());
    assert!(server.lines().iter().all(|line| line == "GET /chats/4096"));
}

#[tokio::test]
async fn somebody_is_added_on_tamtam_only_and_removed_on_both() {
    let user = UserId::new("9");
    let refused = json!({"success": false, "message": "already there"});
    let server = Server::start(&[say(200, &done()), say(200, &refused), say(200, &done())]).await;
    let tamtam = messenger(Dialect::TamTam, &server);
    tamtam.add(&group(), &user).await.expect("they are added");
    assert_eq!(server.last().json(), json!({"user_ids": [9]}));
    let error = tamtam.add(&group(), &user).await.expect_err("they are there");
    assert!(error.to_string().contains("already there"), "{error}");

    let max = messenger(Dialect::Max, &server);
    let error = max.add(&group(), &user).await.expect_err("it is gone");
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
    max.remove(&group(), &user, true).await.expect("they are put out");
    assert_eq!(server.last().line(), "DELETE /chats/-5/members?user_id=9&block=true");
}

#[tokio::test]
async fn a_message_is_pinned_shown_and_unpinned() {
    let pinned = json!({"message": message("mid.1", 5)});
    let server = Server::start(&[say(200, &done()), say(200, &pinned), say(200, &done())]).await;
    let max = messenger(Dialect::Max, &server);
    max.pin(&group(), &MessageId::new("mid.1"), false).await.expect("it is pinned");
    assert_eq!(server.last().json(), json!({"message_id": "mid.1", "notify": false}));
    let shown = max.pinned(&group()).await.expect("asked").expect("there is one");
    assert_eq!(shown.id, MessageId::new("mid.1"));
    max.unpin(&group()).await.expect("it is unpinned");
    let path = "/chats/-5/pin";
    assert_eq!(
        server.lines(),
        [format!("PUT {path}"), format!("GET {path}"), format!("DELETE {path}")]
    );
}

#[tokio::test]
async fn an_activity_is_shown_where_there_is_a_word_for_it() {
    let server = Server::saying(200, &done()).await;
    let max = messenger(Dialect::Max, &server);
    max.show(&group(), Activity::SendingImage).await.expect("it is shown");
    assert_eq!(server.last().json(), json!({"action": "sending_photo"}));
    let error = max.show(&group(), Activity::ChoosingContact).await.expect_err("no word");
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
}

#[tokio::test]
async fn a_message_is_found_or_is_not_there() {
    let none = json!({"code": "not.found", "message": "no"});
    let server = Server::start(&[say(200, &message("mid.1", 5)), say(404, &none)]).await;
    let max = messenger(Dialect::Max, &server);
    let id = MessageId::new("mid.1");
    let chat = History::message(&max, &group(), &id).await;
    assert_eq!(chat.expect("asked").expect("found").id, id);
    let gone = History::message(&max, &group(), &id).await;
    assert!(gone.expect("asked").is_none());
    assert_eq!(server.last().line(), "GET /messages/mid.1");

    let server = Server::saying(200, &json!({"messages": []})).await;
    let tamtam = messenger(Dialect::TamTam, &server);
    let gone = History::message(&tamtam, &group(), &id).await;
    assert!(gone.expect("asked").is_none());
    assert_eq!(server.last().line(), "GET /messages?message_ids=mid.1");
}

#[tokio::test]
async fn more_than_a_page_of_history_is_read_without_repetition() {
    let page = |newest: i64, count: i64| {
        let messages = (0..count).map(|it| message(&format!("mid.{}", newest - it), newest - it));
        say(200, &json!({"messages": messages.collect::<Vec<_>>()}))
    };
    let server = Server::start(&[page(1_000, 100), page(901, 51)]).await;
    let recent = messenger(Dialect::Max, &server).recent(&group(), 150).await.expect("read");
    let ids: Vec<_> = recent.iter().map(|it| it.id.to_string()).collect();
    let expected: Vec<_> = (851..=1_000).rev().map(|it| format!("mid.{it}")).collect();
    assert_eq!(ids, expected);
    assert_eq!(
        server.lines(),
        ["GET /messages?chat_id=-5&count=100", "GET /messages?chat_id=-5&from=901&count=100"]
    );
}

#[tokio::test]
async fn a_404_that_is_not_the_platforms_says_nothing_of_a_message() {
    let gateway = Act::Say(404, "<html>nginx</html>".to_owned());
    let route = say(404, &json!({"code": "no.such.route", "message": ""}));
    for answer in [gateway, route] {
        for dialect in [Dialect::TamTam, Dialect::Max] {
            let server = Server::start(std::slice::from_ref(&answer)).await;
            let messenger = messenger(dialect, &server);
            let found = History::message(&messenger, &group(), &MessageId::new("mid.1")).await;
            assert_eq!(*found.expect_err("nobody knows").kind(), ErrorKind::NotFound);
        }
    }
}

#[tokio::test]
async fn history_ends_where_a_server_says_the_same_for_ever() {
    for first in [1_000, i64::MIN] {
        let messages: Vec<_> =
            (0..100).map(|it| message(&format!("mid.{it}"), first + it)).collect();
        let server = Server::saying(200, &json!({"messages": messages})).await;
        let recent = messenger(Dialect::Max, &server).recent(&group(), 150).await.expect("read");
        assert_eq!(recent.len(), 100);
        assert!(server.requests().len() <= 3, "{:?}", server.lines());
    }
}

#[tokio::test]
async fn history_goes_on_behind_a_page_of_one_moment() {
    let page = |ids: std::ops::Range<i64>, time: i64| {
        let messages: Vec<_> = ids.map(|id| message(&format!("mid.{id}"), time)).collect();
        say(200, &json!({"messages": messages}))
    };
    let server =
        Server::start(&[page(0..100, 1_000), page(0..100, 1_000), page(100..120, 900)]).await;
    let recent = messenger(Dialect::Max, &server).recent(&group(), 150).await.expect("read");
    assert_eq!(recent.len(), 120);
    assert_eq!(server.last().line(), "GET /messages?chat_id=-5&from=999&count=100");
}

#[tokio::test]
async fn a_press_is_answered_and_a_message_deleted() {
    let server = Server::saying(200, &done()).await;
    let max = messenger(Dialect::Max, &server);
    max.answer(&CallbackId::new("c-1"), "Thanks").await.expect("answered");
    assert_eq!(server.last().line(), "POST /answers?callback_id=c-1");
    assert_eq!(server.last().json(), json!({"notification": "Thanks"}));
    max.delete(&group(), &MessageId::new("mid.1")).await.expect("deleted");
    assert_eq!(server.last().line(), "DELETE /messages?message_id=mid.1");
}

#[tokio::test]
async fn a_file_that_arrived_is_opened_at_its_address() {
    let server = Server::saying(200, &json!("content")).await;
    let max = messenger(Dialect::Max, &server);
    let id = FileId::new(format!("tok {}/file", server.url));
    let mut content = String::new();
    let mut file = max.open(&id).await.expect("it is there");
    tokio::io::AsyncReadExt::read_to_string(&mut file, &mut content).await.expect("it is read");
    assert_eq!(content, "\"content\"");
    assert!(!server.last().mentions("secret-token"));
    let error = max.open(&FileId::new("tok")).await.err().expect("it has no address");
    assert!(error.to_string().contains("has no address"), "{error}");
}

#[tokio::test]
async fn an_id_of_another_messenger_is_a_mistake() {
    let server = Server::saying(200, &done()).await;
    let max = messenger(Dialect::Max, &server);
    let error = max.unpin(&"group:5".into()).await.expect_err("it is no number");
    assert_eq!(
        error.to_string(),
        "unpinning a message: chat is not accepted (max: \"group:5\" is no number)"
    );
    assert!(server.requests().is_empty());
}
