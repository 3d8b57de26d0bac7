//! What the registry offers beyond the contract.

use std::time::Duration;

use gateway_tests::PATIENCE;
use reqwest::header::IF_NONE_MATCH;
use tokio::time::{Instant, sleep};

use super::*;

on_both! {
    a_chat_that_has_not_changed_is_not_sent_again
    participants_come_in_pages
    chats_are_found_by_title_and_by_who_is_in_them
    what_happens_is_told_once
    whoever_asks_for_a_link_has_it_asked_for
}

async fn a_chat_that_has_not_changed_is_not_sent_again(service: Service) {
    let id = service.sees("Lunch", &[&person("anna")]).await;
    let path = format!("{CHATS}/{id}");
    let known = async |tag: &str| {
        service.asks_for("etag", Method::GET, &path, &[(IF_NONE_MATCH, tag)], None).await
    };
    let (shown, tag) = known("\"another\"").await;
    let tag = tag.expect("a tag");
    assert_eq!((shown.status, &shown.body["id"]), (200, &json!(id)));
    assert!(tag.starts_with(&format!("W/\"{id}-")), "{tag}");
    let unchanged = known(&format!("\"another\", {tag}")).await;
    assert_eq!(unchanged, (Got { status: 304, body: Value::Null }, Some(tag.clone())));
    service.sees("Lunch", &[&person("anna")]).await;
    assert_eq!(known(&tag).await.0.status, 304);
    service.sees("Lunch", &[&person("bert")]).await;
    let (changed, other) = known(&tag).await;
    assert_eq!(changed.body["participants"].as_array().map(Vec::len), Some(2));
    assert_ne!(other, Some(tag));
}

async fn participants_come_in_pages(service: Service) {
    let people = ["anna", "bert", "carol"].map(person);
    let id = service.sees("Lunch", &people.each_ref()).await;
    let mut page = service.gets(&format!("{CHATS}/{id}/participants?size=1")).await;
    let mut ids = Vec::new();
    loop {
        assert_eq!(page.body["_metadata"], json!({"pageSize": 1, "totalRecords": 3}));
        ids.push(page.body["records"][0]["id"].as_str().expect("an id").to_owned());
        let Some(next) = page.body["_links"]["next"].as_str().map(str::to_owned) else { break };
        page = service.gets(&next).await;
    }
    assert_eq!(ids.len(), 3);
    assert!(ids.is_sorted(), "{ids:?}");
    let missing = format!("{CHATS}/{}/participants", uuid::Uuid::nil());
    assert_eq!(service.gets(&missing).await.status, 404);
}

async fn chats_are_found_by_title_and_by_who_is_in_them(service: Service) {
    let (anna, bert) = (person("Anna"), person("bert"));
    service.has("lunch 1").await;
    let second = service.sees("Lunch 2", &[&anna, &bert]).await;
    service.sees("Dinner", &[&anna]).await;
    let search = async |query: &str| service.gets(&format!("{CHATS}/search?{query}")).await;
    assert_eq!(titles(&search("title=LUN").await), ["lunch 1", "Lunch 2"]);
    assert_eq!(titles(&search("username=@aNNa").await), ["Dinner", "Lunch 2"]);
    assert_eq!(titles(&search("username=anna&title=l").await), ["Lunch 2"]);
    assert_eq!(titles(&search("title=%25").await), Vec::<&str>::new());
    let shown = service.gets(&format!("{CHATS}/{second}")).await.body;
    let people = shown["participants"].as_array().expect("people");
    let found = people.iter().find(|it| it["userProperties"]["username"] == "bert");
    let bert = found.expect("somebody")["id"].as_str().expect("an id");
    let found = search(&format!("participant={bert}")).await;
    assert_eq!(found.body["records"], json!([shown]));

    let first = search("title=lunch&size=1").await;
    assert_eq!(titles(&first), ["lunch 1"]);
    let next = service.gets(&link(&first, "next")).await;
    assert_eq!(titles(&next), ["Lunch 2"]);
    assert!(next.body["_links"].get("next").is_none());
}

async fn what_happens_is_told_once(service: Service) {
    let registered = service.has("a").await;
    let seen = service.sees("Lunch", &[&person("anna")]).await;
    let events = "api/v1/private/events";
    let (mut told, mut path) = (Vec::new(), format!("{events}?size=1"));
    let begun = Instant::now();
    // Whatever is on its way anywhere on the server holds them back, also in other tests.
    while told.len() < 2 {
        assert!(begun.elapsed() < PATIENCE, "only {told:?} is told");
        let page = service.gets(&path).await;
        if let Some(event) = page.body["records"].get(0) {
            told.push((event["kind"].clone(), event["chatId"].clone()));
            let next = page.body["next"].as_str().expect("a place");
            path = format!("{events}?size=1&after={next}");
        } else {
            sleep(Duration::from_millis(10)).await;
        }
    }
    let expected = [(json!("registered"), json!(registered)), (json!("registered"), json!(seen))];
    assert_eq!(told, expected);
    let page = service.gets(&path).await;
    assert_eq!(page.body["records"], json!([]));
}

async fn whoever_asks_for_a_link_has_it_asked_for(service: Service) {
    let id = service.sees("Lunch", &[&person("anna")]).await;
    let path = format!("{CHATS}/{id}/invitation");
    let (missing, wait) = service.asks_for("retry-after", Method::GET, &path, &[], None).await;
    assert_eq!((missing.status, &missing.body["type"]), (404, &json!("/problems/no-invitation")));
    assert_eq!(wait.as_deref(), Some("5"));
    let operations = service.gets(&format!("{CHATS}/{id}/operations")).await;
    assert_eq!(operations.body["records"][0]["kind"], "getInvitation");

    let account = Account::new("max", Platform::MAX);
    let chat = Chat::new("Lunch", ChatKind::Group);
    let invitation = Some("https://max.ru/join/xxxxxxxx");
    let sighting = Sighting { invitation, ..Sighting::new(&account, &chat, service.clock.now()) };
    service.registry.see(&sighting).await.expect("it is kept");
    let found = service.gets(&path).await;
    let body = json!({"service": "max", "invitation": "https://max.ru/join/xxxxxxxx"});
    assert_eq!(found, Got { status: 200, body });
}
