//! Pages of chats, by number, by cursor, filtered and sorted.

use super::*;

/// Seven chats, `a` registered first.
async fn seven() -> Desk {
    let desk = Desk::open().await;
    for title in ["a", "b", "c", "d", "e", "f", "g"] {
        desk.registers(title).await;
    }
    desk
}

fn link(got: &Got, relation: &str) -> String {
    got.body["_links"][relation].as_str().expect("a link").to_owned()
}

#[tokio::test]
async fn the_newest_come_first_and_both_paths_are_the_same() {
    let desk = seven().await;
    let list = desk.gets_chats("").await;
    assert_eq!(list.titles(), ["g", "f", "e", "d", "c", "b", "a"]);
    let metadata = json!({"currentPage": 0, "totalPages": 1, "pageSize": 20, "totalRecords": 7});
    assert_eq!(list.body["_metadata"], metadata);
    assert_eq!(desk.gets_chats("/").await.text, list.text);
    assert_eq!(list.body.as_object().expect("an object").len(), 3);
}

#[tokio::test]
async fn links_lead_through_the_list_and_back() {
    let desk = seven().await;
    let first = desk.gets_chats("?size=3").await;
    assert_eq!(first.titles(), ["g", "f", "e"]);
    assert!(first.body["_links"].get("prev").is_none());
    assert_eq!(link(&first, "self"), format!("{CHATS}?page=0&size=3"));
    assert_eq!(link(&first, "last"), format!("{CHATS}?page=2&size=3"));

    let second = desk.gets(&link(&first, "next")).await;
    assert_eq!(second.titles(), ["d", "c", "b"]);
    assert_eq!(second.body["_metadata"]["currentPage"], 1);
    let third = desk.gets(&link(&second, "next")).await;
    assert_eq!(third.titles(), ["a"]);
    assert_eq!(third.body["_metadata"]["currentPage"], 2);
    assert!(third.body["_links"].get("next").is_none());

    let back = desk.gets(&link(&third, "prev")).await;
    assert_eq!(
        (back.titles(), &back.body["_metadata"]),
        (second.titles(), &second.body["_metadata"])
    );
    let back = desk.gets(&link(&back, "prev")).await;
    assert_eq!(
        (back.titles(), &back.body["_metadata"]),
        (first.titles(), &first.body["_metadata"])
    );
    assert!(back.body["_links"].get("prev").is_none());

    let last = desk.gets(&link(&first, "last")).await;
    assert_eq!(last.titles(), ["a"]);
    assert_eq!(desk.gets(&link(&second, "self")).await.titles(), second.titles());
}

#[tokio::test]
async fn the_links_are_in_a_header_too() {
    let desk = seven().await;
    let page = desk.gets_chats("?page=1&size=3").await;
    let relations = ["self", "first", "prev", "next", "last"];
    let expected = relations.map(|it| format!("<{}>; rel=\"{it}\"", link(&page, it))).join(", ");
    assert_eq!(page.header("link"), Some(expected.as_str()));
}

#[tokio::test]
async fn a_cursor_neither_misses_nor_repeats_while_chats_are_registered() {
    let desk = seven().await;
    let first = desk.gets_chats("?size=3").await;
    desk.registers("new").await;
    desk.registers("newer").await;
    let second = desk.gets(&link(&first, "next")).await;
    assert_eq!(second.titles(), ["d", "c", "b"]);
    let before = desk.gets(&link(&second, "prev")).await;
    assert_eq!(before.titles(), ["g", "f", "e"]);
    assert_eq!(desk.gets(&link(&before, "prev")).await.titles(), ["newer", "new"]);
}

#[tokio::test]
async fn beyond_the_end_there_is_a_way_back() {
    let desk = seven().await;
    let beyond = desk.gets_chats("?page=4294967295&size=200").await;
    assert_eq!(beyond.titles(), Vec::<&str>::new());
    assert_eq!(beyond.body["_metadata"]["currentPage"], u32::MAX);
    assert_eq!(link(&beyond, "prev"), format!("{CHATS}?page=0&size=200"));
    let nothing = Desk::open().await.gets_chats("?page=5").await;
    assert_eq!(
        nothing.body["_links"],
        json!({
            "self": format!("{CHATS}?page=5"),
            "first": format!("{CHATS}?page=0"),
            "last": format!("{CHATS}?page=0"),
        })
    );
}

#[tokio::test]
async fn every_order_goes_both_ways() {
    let desk = seven().await;
    for (sort, first) in [
        ("registeredAt", "g"),
        ("registeredAt,asc", "a"),
        ("registeredAt,desc", "g"),
        ("title", "a"),
        ("title,desc", "g"),
    ] {
        let list = desk.gets_chats(&format!("?sort={sort}")).await;
        assert_eq!(list.titles()[0], first, "{sort}");
    }
    for by in ["createdBy", "service", "id"] {
        let list = desk.gets_chats(&format!("?sort={by},asc")).await;
        let mut reverse = desk.gets_chats(&format!("?sort={by},desc")).await;
        let mut titles = reverse.titles();
        titles.reverse();
        assert_eq!(list.titles(), titles, "{by}");
        reverse = desk.gets_chats(&format!("?sort={by}&size=2")).await;
        assert_eq!(desk.gets(&link(&reverse, "next")).await.titles(), list.titles()[2..4], "{by}");
    }
}

#[tokio::test]
async fn filters_are_kept_in_the_links() {
    let desk = seven().await;
    desk.store.state().chats[6].0.is_active = false;
    let page = desk.gets_chats("?isActive=true&size=2&toDate=2026-01-01").await;
    assert_eq!(page.titles(), ["f", "e"]);
    assert_eq!(page.body["_metadata"]["totalRecords"], 6);
    let next = link(&page, "next");
    assert!(next.ends_with("&isActive=true&size=2&toDate=2026-01-01"), "{next}");
    assert_eq!(desk.gets(&next).await.titles(), ["d", "c"]);
    assert_eq!(desk.gets_chats("?isActive=false").await.titles(), ["g"]);
    let id = page.body["records"][1]["id"].as_str().expect("an id").to_uppercase();
    assert_eq!(desk.gets_chats(&format!("?id={id}")).await.titles(), ["e"]);
}

#[tokio::test]
async fn dates_are_inclusive() {
    let desk = seven().await;
    for (query, titles) in [
        ("fromDate=2026-01-01T00:00:05Z", vec!["g", "f"]),
        ("fromDate=2026-01-01T00:00:05.0001Z", vec!["g"]),
        ("fromDate=2026-01-01T01:00:05%2B01:00", vec!["g", "f"]),
        ("toDate=2026-01-01T00:00:01.000Z", vec!["b", "a"]),
        ("fromDate=2026-01-01&toDate=2026-01-01T00:00:00Z", vec!["a"]),
        ("fromDate=2026-01-02", vec![]),
        ("toDate=2025-12-31", vec![]),
    ] {
        assert_eq!(desk.gets_chats(&format!("?{query}")).await.titles(), titles, "{query}");
    }
}

#[tokio::test]
async fn every_wrong_parameter_is_named_at_once() {
    let desk = seven().await;
    let refused = desk
        .gets_chats(
            "?page=-1&size=201&sort=colour&isActive=1&id=x&fromDate=y&toDate=&colour=red&size=1",
        )
        .await;
    assert_eq!(refused.problem().1, "invalid-parameter");
    assert_eq!(
        refused.places(),
        ["colour", "size", "page", "size", "sort", "isActive", "id", "fromDate", "toDate"]
    );
}

#[tokio::test]
async fn what_does_not_go_together_is_refused() {
    let desk = seven().await;
    let next = link(&desk.gets_chats("?size=3&sort=title").await, "next");
    let cursor = next.split(['=', '&']).nth(1).expect("a cursor");
    for (query, place) in [
        (format!("cursor={cursor}&page=0"), "cursor"),
        (format!("cursor={cursor}&sort=registeredAt"), "cursor"),
        (format!("cursor={cursor}&sort=title,desc"), "cursor"),
        (format!("cursor={}", &cursor[1..]), "cursor"),
        ("cursor=".to_owned(), "cursor"),
        ("fromDate=2026-01-02&toDate=2026-01-01".to_owned(), "fromDate"),
        ("fromDate=2026-01-01T01:00:05+01:00".to_owned(), "fromDate"),
        ("page=%FF".to_owned(), "page"),
        ("=".to_owned(), ""),
    ] {
        let refused = desk.gets_chats(&format!("?{query}")).await;
        assert_eq!(refused.problem().1, "invalid-parameter", "{query}");
        assert_eq!(refused.places(), [place], "{query}");
    }
    // Without a word on the order it is the cursor's own.
    assert_eq!(desk.gets_chats(&format!("?cursor={cursor}&size=2")).await.titles(), ["d", "e"]);
}
