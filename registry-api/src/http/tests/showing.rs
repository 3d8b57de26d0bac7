//! What is shown of one chat, and what is found.

use super::*;
use crate::model::OperationState;

const ANNA: Uuid = Uuid::from_u128(1);
const BERT: Uuid = Uuid::from_u128(2);
const CAROL: Uuid = Uuid::from_u128(3);

#[tokio::test]
async fn a_chat_that_has_not_changed_is_not_sent_again() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    let path = format!("{CHATS}/{id}");
    let chat = desk.gets(&path).await;
    let tag = chat.header("etag").expect("a tag").to_owned();
    assert_eq!(tag, format!("W/\"{id}-1\""));
    for known in [tag.as_str(), &tag[2..], "*", &format!("\"x\", {tag}")] {
        let unchanged = desk.asks(Method::GET, &path, &[("if-none-match", known)], "").await;
        assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""), "{known}");
        assert_eq!(unchanged.header("etag"), Some(tag.as_str()));
    }
    desk.joins(&id, ANNA, "anna", true);
    let changed = desk.asks(Method::GET, &path, &[("if-none-match", &tag)], "").await;
    assert_eq!((changed.status, &changed.body["participants"][0]["id"]), (200, &json!(ANNA)));
}

#[tokio::test]
async fn ids_are_read_in_any_case_and_in_one_form() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    assert_eq!(desk.gets_chats(&format!("/{}", id.to_uppercase())).await.status, 200);
    for other in [id.replace('-', ""), format!("%7B{id}%7D"), "x".to_owned(), "%FF".to_owned()] {
        let refused = desk.gets_chats(&format!("/{other}")).await;
        assert_eq!(refused.problem().1, "invalid-parameter", "{other}");
        assert_eq!(refused.places(), ["chatId"], "{other}");
    }
    let refused = desk.gets_chats(&format!("/{id}?colour=red")).await;
    assert_eq!(refused.places(), ["colour"]);
}

#[tokio::test]
async fn whoever_asks_for_a_link_that_is_not_known_has_it_asked_for() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    desk.store.state().reached.push(id.parse().expect("an id"));
    let path = format!("{CHATS}/{id}/invitation");
    let missing = desk.gets(&path).await;
    assert_eq!((missing.problem().0, missing.problem().1), (404, "no-invitation"));
    assert_eq!(missing.header("retry-after"), Some("5"));
    let operations = desk.gets_chats(&format!("/{id}/operations")).await;
    assert_eq!(operations.body["records"][0]["kind"], "getInvitation");

    // For an hour nobody is asked again.
    let fail = |desk: &Desk| {
        let operation = &mut desk.store.state().operations[0].1;
        operation.state = OperationState::Failed;
        operation.error = Some("asking for a link: the chat has none".to_owned());
    };
    fail(&desk);
    desk.clock.advance(60_000);
    let missing = desk.gets(&path).await;
    let words = format!(
        "the link of the chat {id} is not known: its messenger was asked: asking for a link: the \
         chat has none"
    );
    assert_eq!(missing.problem(), (404, "no-invitation", words.as_str()));
    assert_eq!(missing.header("retry-after"), Some("3540"));

    let link = "https://t.me/xxxxxxxx".to_owned();
    desk.store.state().links.insert(id.parse().expect("an id"), link);
    let found = desk.gets(&path).await;
    assert_eq!(found.body, json!({"service": "gateway", "invitation": "https://t.me/xxxxxxxx"}));
}

#[tokio::test]
async fn where_nobody_can_ask_for_a_link_nobody_is_told_to_wait_for_it() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    let missing = desk.gets_chats(&format!("/{id}/invitation")).await;
    let words = format!(
        "the link of the chat {id} is not known: no account of the gateway is in the chat to ask \
         for it"
    );
    assert_eq!(missing.problem(), (404, "no-invitation", words.as_str()));
    assert_eq!(missing.header("retry-after"), None);
}

#[tokio::test]
async fn participants_come_in_pages() {
    let desk = Desk::open().await;
    let id = desk.registers("a").await;
    for (person, name) in [(CAROL, "carol"), (ANNA, "anna"), (BERT, "bert")] {
        desk.joins(&id, person, name, true);
    }
    let first = desk.gets_chats(&format!("/{id}/participants?size=2")).await;
    let ids = |got: &Got| {
        let records = got.body["records"].as_array().expect("records").iter();
        records.map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&first), [json!(ANNA), json!(BERT)]);
    assert_eq!(first.body["_metadata"], json!({"pageSize": 2, "totalRecords": 3}));
    let next = first.body["_links"]["next"].as_str().expect("a link");
    let second = desk.gets(next).await;
    assert_eq!(ids(&second), [json!(CAROL)]);
    assert!(second.body["_links"].get("next").is_none());
    assert_eq!(second.body["_links"]["self"], next);
    assert!(second.header("link").expect("links").contains("rel=\"first\""));
}

#[tokio::test]
async fn chats_are_found_by_title_and_by_who_is_in_them() {
    let desk = Desk::open().await;
    let mut ids = Vec::new();
    for title in ["Lunch 2", "lunch 1", "Dinner", "LUNCH 3"] {
        ids.push(desk.registers(title).await);
    }
    desk.joins(&ids[0], ANNA, "Anna", false);
    desk.joins(&ids[2], ANNA, "Anna", true);
    let search = async |query: &str| desk.gets_chats(&format!("/search?{query}")).await;
    assert_eq!(search("title=lUn").await.titles(), ["lunch 1", "Lunch 2", "LUNCH 3"]);
    assert_eq!(search(&format!("participant={ANNA}")).await.titles(), ["Dinner", "Lunch 2"]);
    assert_eq!(search("username=@aNNa&title=lunch").await.titles(), ["Lunch 2"]);
    assert_eq!(search("username=nobody").await.titles(), Vec::<&str>::new());

    let first = search("title=lunch&size=2").await;
    assert_eq!(first.titles(), ["lunch 1", "Lunch 2"]);
    let next = first.body["_links"]["next"].as_str().expect("a link");
    let second = desk.gets(next).await;
    assert_eq!(second.titles(), ["LUNCH 3"]);
    assert!(second.body["_links"].get("next").is_none());
}

#[tokio::test]
async fn a_search_says_what_is_wanted() {
    let desk = Desk::open().await;
    let both = format!("participant={ANNA}&username=anna");
    let other_list = desk.gets_chats("?sort=title,desc").await;
    assert_eq!(other_list.status, 200);
    for (query, places) in [
        ("", vec!["title"]),
        ("title=", vec!["title"]),
        ("title=a%00", vec!["title"]),
        ("username=@", vec!["username"]),
        (&both, vec!["username"]),
        ("title=a&cursor=x&size=0&colour=red", vec!["colour", "cursor", "size"]),
    ] {
        assert_eq!(desk.gets_chats(&format!("/search?{query}")).await.places(), places, "{query}");
    }
    let long = "x".repeat(256);
    assert_eq!(desk.gets_chats(&format!("/search?title={long}")).await.places(), ["title"]);
}

#[tokio::test]
async fn a_cursor_of_the_list_is_none_of_a_search() {
    let desk = Desk::open().await;
    desk.registers("a").await;
    desk.registers("b").await;
    let list = desk.gets_chats("?size=1").await;
    let next = list.body["_links"]["next"].as_str().expect("a link");
    let cursor = next.split(['=', '&']).nth(1).expect("a cursor");
    let refused = desk.gets_chats(&format!("/search?title=a&cursor={cursor}")).await;
    assert_eq!(refused.places(), ["cursor"]);
}

#[tokio::test]
async fn what_happens_is_told_once() {
    let desk = Desk::open().await;
    for title in ["a", "b", "c"] {
        desk.registers(title).await;
    }
    let events = "/api/v1/private/events";
    let first = desk.gets(&format!("{events}?size=2")).await;
    assert_eq!(first.body["records"].as_array().map(Vec::len), Some(2));
    let after =
        |got: &Got| format!("{events}?after={}", got.body["next"].as_str().expect("a place"));
    let second = desk.gets(&after(&first)).await;
    assert_eq!(second.body["records"].as_array().map(Vec::len), Some(1));
    assert_eq!(second.body["records"][0]["at"], "2026-01-01T00:00:02.000Z");
    let nothing = desk.gets(&after(&second)).await;
    assert_eq!(nothing.body["records"], json!([]));
    assert_eq!(after(&nothing), after(&second));
    assert_eq!(desk.gets(&format!("{events}?after=x&size=x")).await.places(), ["after", "size"]);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let desk = Desk::open().await;
    for path in ["", "/invitation", "/operations", "/participants"] {
        let missing = desk.gets_chats(&format!("/{ANNA}{path}")).await;
        assert_eq!(missing.problem(), (404, "not-found", &*format!("there is no chat {ANNA}")));
    }
}
