//! Tokens over HTTP, on both databases: their end, their use, and taking them back.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use gateway_core::time::Clock as _;
use registry_api::store::TokenRecord;
use registry_api::token::{Scopes, Token};
use tokio::time::timeout;
use uuid::Uuid;

use super::{Answer, CHATS, PATIENCE, Service, TestDatabase, answer, patient};

macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::sqlite();
                super::$fact(super::Service::on(database, super::patient()).await).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::postgres().await;
                super::$fact(super::Service::on(database, super::patient()).await).await;
            }
        )*}
    };
}

on_both! {
    a_token_counts_until_its_end
    a_token_that_is_taken_back_counts_no_more
    the_last_use_of_a_token_is_known
    uses_are_known_after_the_stop
}

impl Service {
    /// A chat that is not there: who gets as far as a 404 has a token that counts.
    async fn shows(&self, token: &Token) -> Answer {
        let path = format!("{CHATS}/9a983789-1709-4543-aa31-a02867680017");
        let asks = self.running.asks(Method::GET, &path);
        let asks = asks.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        answer(asks, Body::empty()).await
    }

    async fn record(&self, name: &str) -> TokenRecord {
        let tokens = self.registry.tokens().await.expect("they are listed");
        tokens.into_iter().find(|it| it.name == name).expect("it is there")
    }
}

fn assert_refused(answer: &Answer) {
    assert_eq!((answer.status, &*answer.problem()), (StatusCode::UNAUTHORIZED, "unauthorized"));
    let invalid = "Bearer realm=\"registry\", error=\"invalid_token\"";
    assert_eq!(answer.header(WWW_AUTHENTICATE), Some(invalid));
}

async fn a_token_counts_until_its_end(service: Service) {
    let end = service.clock.now() + TimeDelta::days(30);
    let token = service.registry.create_token_until("guest", Scopes::ALL, Some(end)).await;
    let token = token.expect("a token");
    service.clock.advance(TimeDelta::days(30).num_milliseconds() - 1);
    assert_eq!(service.shows(&token).await.status, StatusCode::NOT_FOUND);
    service.clock.advance(1);
    assert_refused(&service.shows(&token).await);
}

async fn a_token_that_is_taken_back_counts_no_more(service: Service) {
    let token = service.registry.create_token("guest", Scopes::ALL).await.expect("a token");
    assert_eq!(service.shows(&token).await.status, StatusCode::NOT_FOUND);
    let id = service.record("guest").await.id;
    let now = service.clock.now();
    let revoked = service.registry.revoke_token(id).await.expect("an answer");
    assert_eq!(revoked, Some(now));
    assert_refused(&service.shows(&token).await);
    assert_eq!(service.record("guest").await.revoked_at, Some(now));

    let unknown = service.registry.revoke_token(Uuid::from_u128(1)).await.expect("an answer");
    assert_eq!(unknown, None);
}

async fn the_last_use_of_a_token_is_known(service: Service) {
    let token = service.registry.create_token("guest", Scopes::ALL).await.expect("a token");
    assert_eq!(service.record("guest").await.last_used_at, None);
    service.clock.advance(1000);
    service.shows(&token).await;
    let known = async {
        // It is written behind the request.
        while service.record("guest").await.last_used_at != Some(service.clock.now()) {}
    };
    timeout(PATIENCE, known).await.expect("it is written");
    assert_eq!(service.record("test").await.last_used_at, None);
}

async fn uses_are_known_after_the_stop(mut service: Service) {
    let token = service.registry.create_token("guest", Scopes::ALL).await.expect("a token");
    service.shows(&token).await;
    service.running.stop.cancel();
    service.running.ends().await;
    assert_eq!(service.record("guest").await.last_used_at, Some(service.clock.now()));
}
