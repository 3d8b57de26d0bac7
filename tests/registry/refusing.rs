//! Who is refused, and how.

use super::*;

on_both! {
    without_a_token_nothing_is_told
    a_token_without_the_scope_is_refused
    every_refusal_is_a_problem_with_a_name
}

async fn without_a_token_nothing_is_told(service: Service) {
    let asks = async |authorization: Option<&str>| {
        let headers: Vec<_> = authorization.map(|it| (AUTHORIZATION, it)).into_iter().collect();
        let stranger = &service.stranger;
        stranger.asks_for("www-authenticate", Method::GET, CHATS, &[], &headers, None).await.1
    };
    assert_eq!(asks(None).await.as_deref(), Some("Bearer realm=\"registry\""));
    let invalid = "Bearer realm=\"registry\", error=\"invalid_token\"";
    assert_eq!(asks(Some("Bearer nonsense")).await.as_deref(), Some(invalid));

    for path in [CHATS.to_owned(), format!("{CHATS}/"), format!("{CHATS}/x")] {
        let refused = service.stranger.gets(&path, &[]).await;
        assert_eq!(
            (refused.status, &refused.body["type"]),
            (401, &json!("/problems/unauthorized"))
        );
        let refused = service.stranger.gets_as("Bearer gwr_wrong", &path).await;
        assert_eq!(refused.status, 401);
    }
    let refused = service.stranger.posts(CHATS, &json!({"title": "x"})).await;
    assert_eq!(refused.status, 401);
}

async fn a_token_without_the_scope_is_refused(service: Service) {
    let scopes = Scopes { read: true, write: false };
    let token = service.registry.create_token("reader", scopes).await.expect("a token");
    let reader = format!("Bearer {}", token.expose());
    assert_eq!(service.stranger.gets_as(&reader, CHATS).await.status, 200);
    let headers = [(AUTHORIZATION, reader.as_str())];
    let body = json!({"title": "x"});
    let refused = service.stranger.asks(Method::POST, CHATS, &[], &headers, Some(&body)).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.body["type"], "/problems/insufficient-scope");
}

async fn every_refusal_is_a_problem_with_a_name(service: Service) {
    let unknown = format!("{CHATS}/9a983789-1709-4543-aa31-a02867680017");
    for (path, status, kind, words) in [
        (format!("{CHATS}?size=201"), 400, "invalid-parameter", "size: "),
        (format!("{CHATS}?size=0"), 400, "invalid-parameter", "size: "),
        (format!("{CHATS}?colour=red"), 400, "invalid-parameter", "colour: "),
        (format!("{CHATS}/x"), 400, "invalid-parameter", "chatId: "),
        (unknown, 404, "not-found", "there is no chat"),
        ("api/v2".to_owned(), 404, "not-found", "there is no such path"),
    ] {
        let refused = service.gets(&path).await;
        assert_eq!(refused.status, status, "{path}");
        assert_eq!(refused.body["type"], format!("/problems/{kind}"), "{path}");
        assert_eq!(refused.body["status"], status, "{path}");
        assert!(refused.body["detail"].as_str().expect("words").starts_with(words), "{path}");
        assert!(refused.body["requestId"].is_string(), "{path}");
    }
    let refused = service.registers(&json!({"createdBy": 5})).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["errors"][0]["pointer"], "#/createdBy");
    assert_eq!(refused.body["errors"][1]["pointer"], "#/title");
    let headers = [(AUTHORIZATION, service.bearer.as_str())];
    let stranger = &service.stranger;
    let (refused, allow) =
        stranger.asks_for("allow", Method::PUT, CHATS, &[], &headers, None).await;
    assert_eq!(allow.as_deref(), Some("GET,HEAD,POST"));
    assert_eq!(
        (refused.status, &refused.body["type"]),
        (405, &json!("/problems/method-not-allowed"))
    );
}
