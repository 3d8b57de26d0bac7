//! Pages of chats.

use super::*;

on_both! {
    an_empty_list_has_the_contracts_shape
    pages_follow_the_contract
    links_lead_through_every_order_and_back
    a_cursor_misses_nothing_while_chats_are_registered
    filters_hold_together
    dates_are_inclusive
}

async fn an_empty_list_has_the_contracts_shape(service: Service) {
    for path in [CHATS.to_owned(), format!("{CHATS}/")] {
        let list = service.gets(&path).await;
        let metadata =
            json!({"currentPage": 0, "totalPages": 0, "pageSize": 20, "totalRecords": 0});
        let page = format!("/{CHATS}?page=0");
        let links = json!({"self": page, "first": page, "last": page});
        let body = json!({"records": [], "_metadata": metadata, "_links": links});
        assert_eq!(list, Got { status: 200, body });
    }
}

async fn pages_follow_the_contract(service: Service) {
    for number in 0..7 {
        service.registers(&json!({"title": number.to_string()})).await;
        service.clock.advance(1);
    }
    let page = service.gets(&format!("{CHATS}?page=1&size=3")).await.body;
    let titles: Vec<&Value> = (0..3).map(|it| &page["records"][it]["title"][0]["value"]).collect();
    assert_eq!(titles, ["3", "2", "1"]);
    let metadata = json!({"currentPage": 1, "totalPages": 3, "pageSize": 3, "totalRecords": 7});
    assert_eq!(page["_metadata"], metadata);
    let beyond = service.gets(&format!("{CHATS}?page=4294967295&size=200")).await;
    assert_eq!((beyond.status, &beyond.body["records"]), (200, &json!([])));
}

async fn links_lead_through_every_order_and_back(service: Service) {
    for number in 0..7 {
        let title = ["b", "A", "c"][number % 3];
        let created_by = ["x", "y"][number % 2];
        service.registers(&json!({"title": title, "createdBy": created_by})).await;
        service.clock.advance(1000);
    }
    let ids = |page: &Got| {
        let records = page.body["records"].as_array().expect("records").iter();
        records.map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    for by in ["registeredAt", "createdBy", "service", "title", "id"] {
        let mut ways = Vec::new();
        for way in ["asc", "desc"] {
            let sorted = format!("{CHATS}?sort={by},{way}");
            let all = ids(&service.gets(&sorted).await);
            assert_eq!(all.len(), 7, "{by}");
            let mut page = service.gets(&format!("{sorted}&size=3")).await;
            for (number, wanted) in all.chunks(3).enumerate() {
                assert_eq!(ids(&page), wanted, "{by},{way} {number}");
                assert_eq!(page.body["_metadata"]["currentPage"], number);
                let by_number = service.gets(&format!("{sorted}&size=3&page={number}")).await;
                assert_eq!(ids(&by_number), wanted, "{by},{way} {number}");
                if number < 2 {
                    page = service.gets(&link(&page, "next")).await;
                }
            }
            assert!(page.body["_links"].get("next").is_none());
            for wanted in [&all[3..6], &all[..3]] {
                page = service.gets(&link(&page, "prev")).await;
                assert_eq!(ids(&page), wanted, "{by},{way}");
            }
            assert!(page.body["_links"].get("prev").is_none());
            ways.push(all);
        }
        ways[1].reverse();
        assert_eq!(ways[0], ways[1], "{by}");
    }
}

async fn a_cursor_misses_nothing_while_chats_are_registered(service: Service) {
    for title in ["a", "b", "c", "d"] {
        service.has(title).await;
    }
    let first = service.gets(&format!("{CHATS}?size=2")).await;
    assert_eq!(titles(&first), ["d", "c"]);
    service.has("e").await;
    let second = service.gets(&link(&first, "next")).await;
    assert_eq!(titles(&second), ["b", "a"]);
    let before = service.gets(&link(&second, "prev")).await;
    assert_eq!(titles(&before), ["d", "c"]);
    assert_eq!(titles(&service.gets(&link(&before, "prev")).await), ["e"]);
}

async fn filters_hold_together(service: Service) {
    for title in ["a", "b", "c"] {
        service.has(title).await;
    }
    let id = service.sees("Lunch", &[&person("anna")]).await;
    for (query, wanted) in [
        (format!("id={id}"), vec!["Lunch"]),
        (format!("id={}", id.to_uppercase()), vec!["Lunch"]),
        (format!("id={id}&isActive=false"), vec![]),
        (format!("id={id}&toDate=2026-01-01T00:00:02Z"), vec![]),
        ("isActive=true&size=2".to_owned(), vec!["Lunch", "c"]),
        ("isActive=false".to_owned(), vec![]),
        (format!("id={}", uuid::Uuid::nil()), vec![]),
    ] {
        let page = service.gets(&format!("{CHATS}?{query}")).await;
        assert_eq!(titles(&page), wanted, "{query}");
        assert_eq!(titles(&service.gets(&link(&page, "self")).await), wanted, "{query}");
    }
}

async fn dates_are_inclusive(service: Service) {
    for title in ["a", "b", "c"] {
        service.has(title).await;
    }
    for (query, wanted) in [
        ("fromDate=2026-01-01T00:00:01Z", vec!["c", "b"]),
        ("fromDate=2026-01-01T00:00:01.001Z", vec!["c"]),
        ("fromDate=2026-01-01T01:00:01%2B01:00", vec!["c", "b"]),
        ("toDate=2026-01-01T00:00:01.000Z", vec!["b", "a"]),
        ("fromDate=2026-01-01&toDate=2026-01-01", vec!["c", "b", "a"]),
        ("fromDate=2026-01-02", vec![]),
        ("toDate=2025-12-31", vec![]),
        ("fromDate=0000-01-01&toDate=9999-12-31T23:59:59-12:00", vec!["c", "b", "a"]),
    ] {
        let page = service.gets(&format!("{CHATS}?{query}")).await;
        assert_eq!(titles(&page), wanted, "{query}");
        assert_eq!(page.body["_metadata"]["totalRecords"], wanted.len(), "{query}");
    }
}
