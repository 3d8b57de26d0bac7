//! Registering chats and putting people out.

use super::*;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

on_both! {
    a_chat_is_registered_listed_and_shown
    the_same_under_the_same_key_is_done_once
    somebody_is_put_out
    whoever_is_not_there_cannot_be_put_out
}

async fn a_chat_is_registered_listed_and_shown(service: Service) {
    let body = json!({
        "title": "Title of the chat",
        "createdBy": "example created by",
        "description": "example description",
    });
    let headers = [(AUTHORIZATION, service.bearer.as_str())];
    let stranger = &service.stranger;
    let registered =
        stranger.asks_for("location", Method::POST, CHATS, &[], &headers, Some(&body)).await;
    let (registered, location) = registered;
    assert_eq!(registered.status, 202);
    let id = registered.body["id"].as_str().expect("an id");
    assert_eq!(location, Some(format!("/{CHATS}/{id}")));

    let expected = json!({
        "id": id,
        "isActive": true,
        "service": "gateway",
        "registeredAt": "2026-01-01T00:00:00.000Z",
        "createdBy": "example created by",
        "description": "example description",
        "title": [{
            "value": "Title of the chat",
            "contentType": "text/plain",
            "capturedAt": "2026-01-01T00:00:00.000Z",
        }],
        "participants": [],
    });
    let detail = service.gets(&format!("{CHATS}/{id}")).await;
    assert_eq!(detail, Got { status: 200, body: expected.clone() });
    let list = service.gets(CHATS).await;
    assert_eq!(list.body["records"], json!([expected]));
}

async fn the_same_under_the_same_key_is_done_once(service: Service) {
    let body = json!({"title": "a"});
    let register = async |key: &str, body: &Value| {
        service.asks_for("location", Method::POST, CHATS, &[(KEY, key)], Some(body)).await
    };
    let first = register("k1", &body).await;
    assert_eq!(register("k1", &body).await, first);
    assert_ne!(register("k2", &body).await, first);
    let refused = register("k1", &json!({"title": "b"})).await.0;
    assert_eq!(
        (refused.status, &refused.body["type"]),
        (422, &json!("/problems/idempotency-key-reused"))
    );
    assert_eq!(service.gets(CHATS).await.body["_metadata"]["totalRecords"], 2);
}

async fn somebody_is_put_out(service: Service) {
    let chat = service.sees("Lunch", &[&person("anna")]).await;
    let shown = service.gets(&format!("{CHATS}/{chat}")).await;
    let anna = shown.body["participants"][0]["id"].as_str().expect("an id");
    let path = format!("{CHATS}/{chat}/participants/{anna}");
    let operations = format!("/{CHATS}/{chat}/operations");
    for key in ["k1", "k1", "k2"] {
        let headers = [(KEY, key)];
        let asked = service.asks_for("location", Method::DELETE, &path, &headers, None);
        let (accepted, location) = asked.await;
        assert_eq!(accepted, Got { status: 202, body: json!({"id": chat}) });
        assert_eq!(location.as_ref(), Some(&operations));
    }
    let listed = service.gets(&operations).await.body;
    let waiting = listed["records"].as_array().expect("records");
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["kind"], "removeParticipant");
    assert_eq!(waiting[0]["participantId"], anna);
    assert_eq!((&waiting[0]["state"], &waiting[0]["tries"]), (&json!("pending"), &json!(0)));
    let body = json!({"title": "a"});
    let headers = [(KEY, "k1")];
    let reused = service.asks_for("location", Method::POST, CHATS, &headers, Some(&body)).await;
    assert_eq!(reused.0.status, 422);
}

async fn whoever_is_not_there_cannot_be_put_out(service: Service) {
    let (registered, nobody) = (service.has("a").await, uuid::Uuid::nil());
    for (chat, words) in
        [(nobody.to_string(), "there is no chat"), (registered, "there is no participant")]
    {
        let path = format!("{CHATS}/{chat}/participants/{nobody}");
        let missing = service.asks(Method::DELETE, &path, None).await;
        assert_eq!((missing.status, &missing.body["type"]), (404, &json!("/problems/not-found")));
        assert!(missing.body["detail"].as_str().expect("words").starts_with(words));
    }
}
