//! Who is refused, and how.

use super::*;

#[tokio::test]
async fn nothing_is_told_without_a_token() {
    let desk = Desk::open().await;
    let id = Uuid::nil();
    let reads =
        ["", "/", "/x", "/search", &format!("/{id}/invitation"), &format!("/{id}/operations")];
    for path in
        reads.map(|it| format!("{CHATS}{it}")).iter().chain([&"/api/v1/private/events".into()])
    {
        for (authorization, challenge) in [
            ("", "Bearer realm=\"registry\""),
            ("Bearer gwr_x", "Bearer realm=\"registry\", error=\"invalid_token\""),
        ] {
            let refused =
                desk.asks(Method::GET, path, &[("authorization", authorization)], "").await;
            assert_eq!(refused.problem().1, "unauthorized", "{path}");
            assert_eq!(refused.header("www-authenticate"), Some(challenge), "{path}");
        }
    }
}

#[tokio::test]
async fn a_token_does_what_its_scope_says() {
    let desk = Desk::open().await;
    let scopes = Scopes { read: true, write: false };
    let token = desk.registry.create_token("reader", scopes).await.expect("a token");
    let reader = format!("Bearer {}", token.expose());
    let headers = [("authorization", reader.as_str()), ("content-type", "application/json")];
    assert_eq!(desk.asks(Method::GET, CHATS, &headers, "").await.status, 200);
    let path = format!("{CHATS}/x/participants/y");
    for (method, path) in [(Method::POST, CHATS), (Method::DELETE, &path)] {
        let refused = desk.asks(method, path, &headers, "{}").await;
        assert_eq!((refused.problem().0, refused.problem().1), (403, "insufficient-scope"));
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_head_is_get() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    let detail = format!("{CHATS}/{id}");
    for (path, allow) in [(CHATS, "GET,HEAD,POST"), (&detail, "GET,HEAD")] {
        for method in [Method::PUT, Method::PATCH, Method::OPTIONS, Method::TRACE] {
            let refused = desk.asks(method, path, &[], "").await;
            assert_eq!((refused.problem().0, refused.problem().1), (405, "method-not-allowed"));
            assert_eq!(refused.header("allow"), Some(allow), "{path}");
        }
        let head = desk.asks(Method::HEAD, path, &[], "").await;
        let get = desk.gets(path).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        for header in ["content-type", "etag", "link", "content-length"] {
            assert_eq!(head.header(header), get.header(header), "{path} {header}");
        }
    }
}

#[tokio::test]
async fn what_the_store_says_stays_inside() {
    let desk = Desk::open().await;
    desk.store.state().is_down = true;
    let refused = desk.gets_chats("").await;
    assert_eq!(refused.problem(), (503, "unavailable", "the registry cannot reach its store"));
    assert!(!refused.text.contains("10.0.0.7"));
    assert_eq!(refused.header("retry-after"), Some("2"));
    desk.store.state().is_broken = true;
    let refused = desk.gets_chats("").await;
    let words = "an error of the registry itself; its log has more";
    assert_eq!(refused.problem(), (500, "internal", words));
    assert!(!refused.text.contains("10.0.0.7"));
    assert_eq!(refused.header("retry-after"), None);
}

/// What is read was not read; what is written may be written yet.
#[tokio::test(start_paused = true)]
async fn who_is_not_answered_in_time_is_told_what_that_means() {
    let desk = Desk::open().await;
    desk.store.state().is_silent = true;
    let read = desk.gets_chats("/9a983789-1709-4543-aa31-a02867680017").await;
    assert_eq!(read.problem(), (503, "unavailable", "the registry cannot reach its store"));
    let written = desk.posts(&[], r#"{"title": "Tea"}"#).await;
    let words = "the registry's store has not said in time what came of it: it may have been done, \
        or may yet be";
    assert_eq!(written.problem(), (503, "timeout", words));
    assert_eq!(written.header("retry-after"), Some("2"));
}

#[tokio::test]
async fn a_refusal_says_which_request_it_was() {
    let desk = Desk::open().await;
    let refused = desk.gets("/nowhere").await;
    assert_eq!(refused.problem(), (404, "not-found", "there is no such path"));
    assert_eq!(refused.header("x-request-id"), refused.body["requestId"].as_str());
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn whoever_shows_two_tokens_is_refused() {
    let desk = Desk::open().await;
    let bearer = desk.bearer.clone();
    let twice = [("authorization", bearer.as_str()), ("authorization", bearer.as_str())];
    let refused = desk.asks(Method::GET, CHATS, &twice, "").await;
    assert_eq!(refused.problem().1, "invalid-parameter");
    assert_eq!(refused.places(), ["Authorization"]);
}

#[tokio::test]
async fn the_documents_are_for_everybody() {
    let desk = Desk::open().await;
    let nobody = [("authorization", "")];
    let document = desk.asks(Method::GET, "/api/v1/private/openapi.json", &nobody, "").await;
    assert_eq!(document.body, crate::http::openapi::document());
    let page = desk.asks(Method::GET, "/api/v1/private/docs", &nobody, "").await;
    assert!(page.text.starts_with("<!DOCTYPE html>"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}
