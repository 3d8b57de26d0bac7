//! Registering chats and putting people out.

use super::*;

const ANNA: Uuid = Uuid::from_u128(1);
const BODY: &str = r#"{"title": "a"}"#;

#[tokio::test]
async fn the_contracts_chat_is_registered() {
    let desk = Desk::open().await;
    let sample = include_str!("../openapi/examples/new_chat.json");
    let got = desk.posts(&[], sample).await;
    let id = got.body["id"].as_str().expect("an id");
    assert_eq!((got.status, &got.body), (202, &json!({"id": id})));
    assert_eq!(got.header("location"), Some(&*format!("{CHATS}/{id}")));
    let chat = desk.gets_chats(&format!("/{id}")).await.body;
    assert_eq!(chat["createdBy"], "example created by");
    assert_eq!(chat["description"], "example description");
    assert_eq!(chat["title"][0]["value"], "Title of the chat");
}

#[tokio::test]
async fn the_same_under_the_same_key_is_done_once() {
    let desk = Desk::open().await;
    let key = [("idempotency-key", "k1")];
    let first = desk.posts(&key, BODY).await;
    let again = desk.posts(&key, BODY).await;
    assert_eq!((again.status, &again.body), (202, &first.body));
    assert_eq!(again.header("location"), first.header("location"));
    let otherwise = desk.posts(&key, r#"{"title": "b"}"#).await;
    assert_eq!((otherwise.problem().0, otherwise.problem().1), (422, "idempotency-key-reused"));
    assert_ne!(desk.posts(&[("idempotency-key", "k2")], BODY).await.body, first.body);
    assert_ne!(desk.posts(&[], BODY).await.body, first.body);
    assert_eq!(desk.store.state().chats.len(), 3);
}

#[tokio::test]
async fn a_key_is_its_tokens_own() {
    let desk = Desk::open().await;
    let token = desk.registry.create_token("other", Scopes::ALL).await.expect("a token");
    let bearer = format!("Bearer {}", token.expose());
    let key = ("idempotency-key", "k1");
    let first = desk.posts(&[key], BODY).await;
    let other = desk.posts(&[key, ("authorization", &bearer)], BODY).await;
    assert_ne!(first.body, other.body);
}

#[tokio::test]
async fn a_wrong_key_is_named_beside_a_wrong_body() {
    let desk = Desk::open().await;
    let keys = [("idempotency-key", "a b"), ("idempotency-key", "c")];
    let refused = desk.posts(&keys[..1], r#"{"createdBy": 5}"#).await;
    assert_eq!(refused.problem().1, "invalid-parameter");
    assert_eq!(refused.places(), ["Idempotency-Key", "#/createdBy", "#/title"]);
    assert_eq!(desk.posts(&keys, BODY).await.body["errors"][0]["detail"], "it is given twice");
    let long = "x".repeat(256);
    assert_eq!(desk.posts(&[("idempotency-key", &long)], BODY).await.status, 400);
    assert!(desk.store.state().chats.is_empty());
}

#[tokio::test]
async fn every_mistake_of_a_body_has_its_place() {
    let desk = Desk::open().await;
    for (body, places) in [
        ("", vec!["#"]),
        ("[]", vec!["#"]),
        ("{} x", vec!["#"]),
        (r#"{"title": "a", "title": "a"}"#, vec!["#/title"]),
        (r#"{"title": "\ud800"}"#, vec!["#/title"]),
        (r#"{"title": "a\u0000"}"#, vec!["#/title"]),
        (r#"{"title": null}"#, vec!["#/title"]),
        (r#"{"title": "a", "x y/é": 1}"#, vec!["#/x%20y~1%C3%A9"]),
        (
            r#"{"title": ["a"], "description": {}, "createdBy": true}"#,
            vec!["#/title", "#/createdBy", "#/description"],
        ),
    ] {
        let refused = desk.posts(&[], body).await;
        assert_eq!((refused.problem().0, refused.problem().1), (400, "invalid-body"), "{body}");
        assert_eq!(refused.places(), places, "{body}");
    }
    let refused = desk.posts(&[], &b"{\"title\": \"\xff\"}"[..]).await;
    assert!(refused.problem().2.contains("not UTF-8"));
}

#[tokio::test]
async fn a_body_is_json_and_not_too_large() {
    let desk = Desk::open().await;
    for kind in ["text/plain", "application/json; charset=utf-16", ""] {
        let headers = [("content-type", kind)];
        let refused = desk.asks(Method::POST, CHATS, &headers, BODY).await;
        assert_eq!((refused.problem().0, refused.problem().1), (415, "unsupported-media-type"));
    }
    let headers = [("content-type", "application/json; charset=UTF-8")];
    assert_eq!(desk.asks(Method::POST, CHATS, &headers, BODY).await.status, 202);
    let large = format!("{{\"title\": \"{}\"}}", "x".repeat(16 * 1024));
    let refused = desk.posts(&[], large).await;
    assert_eq!((refused.problem().0, refused.problem().1), (413, "too-large"));
}

#[tokio::test]
async fn somebody_is_put_out() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    let path = format!("{CHATS}/{id}/participants/{ANNA}");
    let delete =
        async |headers: &[(&str, &str)]| desk.asks(Method::DELETE, &path, headers, "").await;

    let missing = delete(&[]).await;
    assert_eq!(missing.problem().0, 404);
    assert!(missing.problem().2.starts_with(&format!("there is no participant {ANNA}")));
    desk.joins(&id, ANNA, "anna", true);
    assert_eq!((delete(&[]).await.problem().0, delete(&[]).await.problem().1), (409, "no-account"));

    desk.store.state().reached.push(id.parse().expect("an id"));
    let key = [("idempotency-key", "k1")];
    let accepted = delete(&key).await;
    assert_eq!((accepted.status, &accepted.body), (202, &json!({"id": id})));
    let operations = format!("{CHATS}/{id}/operations");
    assert_eq!(accepted.header("location"), Some(operations.as_str()));
    assert_eq!(delete(&key).await.status, 202);
    let listed = desk.gets(&operations).await;
    assert_eq!(listed.body["records"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed.body["records"][0]["participantId"], json!(ANNA));
    let reused = desk.posts(&key, BODY).await;
    assert_eq!(reused.problem().1, "idempotency-key-reused");
}

#[tokio::test]
async fn who_has_left_need_not_be_put_out() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    desk.joins(&id, ANNA, "anna", false);
    let path = format!("{CHATS}/{id}/participants/{ANNA}");
    let got = desk.asks(Method::DELETE, &path, &[], "").await;
    assert_eq!((got.status, &got.body), (202, &json!({"id": id})));
    assert!(desk.store.state().operations.is_empty());
}

#[tokio::test]
async fn wrong_ids_are_named_together() {
    let desk = Desk::open().await;
    let path = format!("{CHATS}/x/participants/y?z=1");
    let headers = [("idempotency-key", "a b")];
    let refused = desk.asks(Method::DELETE, &path, &headers, "").await;
    assert_eq!(refused.places(), ["z", "chatId", "participantId", "Idempotency-Key"]);
}
