//! What is not proven of the messengers, in the positions that are not the usual ones.

use chrono::TimeDelta;
use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::world::{
    ChatKind, EmptyMarker, GroupUpdates, PollCaps, QueryToken, RemovedOperations, SecondWebhook,
    Switches, UploadUrls,
};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, client, refusal};

fn switch(bench: &Bench, set: impl FnOnce(&mut Switches)) {
    bench.world.act(|state| set(&mut state.switches));
}

async fn kinds(bot: &Bot, query: &str) -> Vec<Value> {
    let (status, list) = bot.get(&format!("/updates?timeout=0{query}")).await;
    assert_eq!(status, 200, "{list}");
    let updates = list["updates"].as_array().expect("a list").iter();
    updates.map(|it| it["update_type"].clone()).collect()
}

#[tokio::test]
async fn by_the_notice_max_answers_two_polls_a_second() {
    let bench = Bench::open_without_time().await;
    switch(&bench, |it| it.poll_caps = PollCaps::Notice);
    let bot = bench.max();
    for _ in 0..2 {
        kinds(&bot, "").await;
    }
    let (status, code, _) = refusal(bot.get("/updates?timeout=0").await);
    assert_eq!((status, code.as_str()), (429, "too.many.requests"));
    assert_eq!(bot.get("/me").await.0, 200, "only polls count");
    bench.world.advance(TimeDelta::seconds(1));
    kinds(&bot, "").await;
    for _ in 0..5 {
        kinds(&bench.tamtam(), "").await;
    }
}

#[tokio::test]
async fn by_the_notice_max_hands_out_a_hundred_updates_at_once() {
    let bench = Bench::open().await;
    for (caps, most) in [(PollCaps::Schema, 150), (PollCaps::Notice, 100)] {
        switch(&bench, |it| it.poll_caps = caps);
        let bot = bench.another(Platform::Max, &format!("Helper{most}"));
        let (chat, anna) = (bench.dialog(&bot), bench.anna(Platform::Max));
        for _ in 1..150 {
            bench.world.say(chat, anna, "x".into());
        }
        assert_eq!(kinds(&bot, "&limit=1000").await.len(), most);
    }
}

#[tokio::test]
async fn calls_beyond_the_limit_of_a_second_are_too_many() {
    let bench = Bench::open_without_time().await;
    switch(&bench, |it| it.calls_per_second = 30);
    for platform in BOTH {
        let (bot, other) = (bench.on(platform), bench.another(platform, "Other"));
        for _ in 0..30 {
            assert_eq!(bot.get("/me").await.0, 200);
        }
        let (status, code, _) = refusal(bot.get("/me").await);
        assert_eq!((status, code.as_str()), (429, "too.many.requests"));
        assert_eq!(other.get("/me").await.0, 200, "each bot has its own");
    }
    bench.world.advance(TimeDelta::seconds(1));
    assert_eq!(bench.max().get("/me").await.0, 200);
}

#[tokio::test]
async fn a_poll_that_brings_nothing_has_a_marker_or_none() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (_, list) = bot.get("/updates?timeout=0").await;
        assert_eq!((&list["updates"], list["marker"].is_i64()), (&json!([]), true));
        switch(&bench, |it| it.empty_marker = EmptyMarker::Null);
        let (_, list) = bot.get("/updates?timeout=0").await;
        assert_eq!((&list["updates"], &list["marker"]), (&json!([]), &Value::Null));
        bench.dialog(&bot);
        let (_, list) = bot.get("/updates?timeout=0").await;
        assert!(list["marker"].is_i64(), "{list}");
        switch(&bench, |it| it.empty_marker = EmptyMarker::Given);
    }
}

#[tokio::test]
async fn an_address_for_an_upload_may_lack_its_scheme() {
    let bench = Bench::open().await;
    switch(&bench, |it| it.upload_urls = UploadUrls::WithoutScheme);
    for platform in BOTH {
        let (_, place) = bench.on(platform).post("/uploads?type=file", Value::Null).await;
        let url = place["url"].as_str().expect("an address");
        assert!(url.starts_with("//127.0.0.1:"), "{url}");
        let sent = client().post(format!("http:{url}")).body("four").send().await;
        assert_eq!(sent.expect("an answer").status().as_u16(), 200);
    }
}

#[tokio::test]
async fn a_token_in_the_query_is_refused_by_max_in_one_of_two_ways() {
    let bench = Bench::open().await;
    let bot = bench.max();
    for (how, status, code) in [
        (QueryToken::Unverified, 401, "verify.token"),
        (QueryToken::Deprecated, 403, "deprecated.token"),
    ] {
        switch(&bench, |it| it.query_token = how);
        let url = format!("{}/me?access_token={}", bot.base, bot.token);
        let answer = client().get(url).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status);
        let error: Value = serde_json::from_str(&answer.text().await.expect("it")).expect("JSON");
        assert_eq!(error["code"], code);
        let words = "Query parameter access_token is deprecated, use Authorization header";
        assert_eq!(error["message"], words);
    }
}

#[tokio::test]
async fn a_second_webhook_comes_beside_the_first_or_in_its_place() {
    let bench = Bench::open().await;
    for (second, left) in [(SecondWebhook::Added, 2), (SecondWebhook::Replaces, 1)] {
        switch(&bench, |it| it.second_webhook = second);
        let bot = bench.another(Platform::Max, &format!("Helper{left}"));
        for place in ["a", "b"] {
            let url = format!("https://127.0.0.1/{left}/{place}");
            assert_eq!(bot.post("/subscriptions", json!({"url": url})).await.0, 200);
        }
        let (_, list) = bot.get("/subscriptions").await;
        assert_eq!(list["subscriptions"].as_array().map(Vec::len), Some(left));
    }
}

#[tokio::test]
async fn what_max_removed_is_answered_or_gone() {
    let bench = Bench::open().await;
    let (bot, anna) = (bench.max(), bench.anna(Platform::Max));
    let group = bench.world.act(|state| {
        let group = state.open_chat(ChatKind::Group, anna, "Tea");
        state.add_member(group, bot.key, Some(anna));
        group
    });
    let members = format!("/chats/{}/members", bench.chat_id(group));
    for (switched, gone) in [(RemovedOperations::Answered, false), (RemovedOperations::Gone, true)]
    {
        switch(&bench, |it| it.removed_operations = switched);
        for answer in [
            bot.get("/chats").await,
            bot.patch("/me", json!({"description": "Brews"})).await,
            bot.post(&members, json!({"user_ids": [5]})).await,
        ] {
            assert_eq!(answer.0 == 404, gone, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_bot_hears_a_group_when_it_keeps_order_there_or_when_it_is_in_it() {
    let bench = Bench::open().await;
    for platform in BOTH {
        for (who, hears) in [(GroupUpdates::Administrators, false), (GroupUpdates::Members, true)] {
            switch(&bench, |it| it.group_updates = who);
            let bot = bench.another(platform, &format!("Helper{hears}"));
            let anna = bench.anna(platform);
            let group = bench.world.act(|state| {
                let group = state.open_chat(ChatKind::Group, anna, "Tea");
                state.add_member(group, bot.key, Some(anna));
                group
            });
            bench.world.say(group, anna, "x".into());
            let told = kinds(&bot, "").await.contains(&json!("message_created"));
            assert_eq!(told, hears, "{platform}");
        }
    }
}

#[tokio::test]
async fn what_fails_says_internal_error_and_what_is_down_speaks_no_json() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        bench.world.faults().plan(PlannedFault::next(platform, Operation::Me, Fault::Fail));
        let (status, code, message) = refusal(bot.get("/me").await);
        assert_eq!((status, code.as_str()), (500, "internal.error"));
        let last = message.rsplit(' ').next().expect("a word");
        assert!(last.bytes().all(|it| it.is_ascii_hexdigit()), "{message}");
        bench.world.faults().plan(PlannedFault::next(platform, Operation::Me, Fault::Unavailable));
        let (status, page) = bot.get("/me").await;
        assert_eq!((status, page.is_string()), (503, true), "{page}");
    }
}
