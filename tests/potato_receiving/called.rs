//! Webhooks: setting them, and what comes.

use chrono::TimeDelta;
use reqwest::multipart::Form;
use sandbox::fault::{Fault, Operation};
use sandbox::world::WebhookHosts;
use sandbox::world::switches::potato::WebhookBody;
use serde_json::{Value, json};

use crate::harness::{Bench, answer, ids, texts};
use crate::hook::{Hook, ok, status};

/// What a body is like.
type IsSo = fn(&str) -> bool;

/// Of each webhook of the bot, whether it fails, and how much waits for it.
fn webhooks(bench: &Bench) -> Vec<(bool, usize)> {
    bench.world.look(|state| {
        let bot = state.account(bench.bot).bot.as_ref().expect("a bot");
        bot.subscriptions.iter().map(|it| (it.is_failing(), it.depth())).collect()
    })
}

/// Waits until what waits was tried in vain.
async fn until_failing(bench: &Bench, is_so: bool) {
    let bot = bench.bot;
    bench
        .until(|state| {
            let bot = state.account(bot).bot.as_ref().expect("a bot");
            bot.subscriptions.iter().any(|it| it.is_failing() == is_so)
        })
        .await;
}

#[tokio::test]
async fn a_webhook_is_set_in_json_in_the_url_and_in_a_form() {
    let bench = Bench::open().await;
    for place in ["json", "url", "form"] {
        let mut hook = Hook::open().await;
        let address = hook.url.clone();
        let request = match place {
            "json" => bench.post("setWebhook").json(&json!({"url": address, "certificate": null})),
            "url" => bench.get("setWebhook").query(&[("url", &address)]),
            _ => bench.post("setWebhook").multipart(Form::new().text("url", address)),
        };
        assert_eq!(answer(request).await, (200, json!({"ok": true, "result": true})), "{place}");
        bench.says(place);
        assert_eq!(texts(&hook.hears().await.updates()), [place]);
    }
}

#[tokio::test]
async fn a_webhook_is_of_this_machine_unless_the_switch_says_otherwise() {
    let bench = Bench::open().await;
    for wrong in ["example.org", "ftp://127.0.0.1/", "https://", "", "mailto:a@b", "http://a b/"] {
        assert_eq!(bench.fails("setWebhook", json!({"url": wrong})).await, 1004, "{wrong:?}");
    }
    assert_eq!(bench.fails("setWebhook", json!({})).await, 1004);
    let elsewhere = || json!({"url": "http://example.org:8088/a.php"});
    let (status, refusal) = bench.asks("setWebhook", elsewhere()).await;
    assert_eq!((status, &refusal["error_code"]), (400, &json!(1004)));
    assert!(refusal["result"].as_str().expect("words").contains("webhook_hosts"), "{refusal}");
    bench.switch(|it| it.webhook_hosts = WebhookHosts::Any);
    assert_eq!(bench.does("setWebhook", elsewhere()).await, true);
}

#[tokio::test]
async fn all_that_waits_comes_in_one_envelope() {
    let bench = Bench::open().await;
    let mut hook = Hook::that_waits().await;
    bench.says("before");
    hook.is_set(&bench).await;
    let first = hook.hears().await;
    assert_eq!((first.method.as_str(), first.content_type.as_str()), ("POST", "application/json"));
    assert_eq!(texts(&first.updates()), ["before"], "what waited for a poll");
    for said in ["one", "two", "three"] {
        bench.says(said);
    }
    hook.gate.add_permits(2);
    let second = hook.hears().await.updates();
    assert_eq!(texts(&second), ["one", "two", "three"], "one call at a time, and then all");
    let first = ids(&first.updates())[0];
    assert_eq!(ids(&second), [first + 1, first + 2, first + 3]);
    let told = json!({"ok": true, "result": second});
    assert_eq!(told["result"][0]["inline_query"], Value::Null);
}

#[tokio::test]
async fn a_call_says_what_the_switch_says() {
    let bench = Bench::open().await;
    bench.says("one");
    bench.says("two");
    bench.switch(|it| it.potato_webhook_body = WebhookBody::Array);
    let mut hook = Hook::open().await;
    hook.is_set(&bench).await;
    let list = hook.hears().await.json();
    assert_eq!(texts(list.as_array().expect("a list")), ["one", "two"]);

    bench.switch(|it| it.potato_webhook_body = WebhookBody::Single);
    bench.world.hold_updates(bench.bot);
    bench.says("three");
    bench.says("four");
    bench.world.release_updates(bench.bot);
    assert_eq!(hook.hears().await.json()["message"]["text"], "three");
    assert_eq!(hook.hears().await.json()["message"]["text"], "four");
}

#[tokio::test]
async fn another_webhook_replaces_the_first() {
    let bench = Bench::open().await;
    let (mut first, mut second) = (Hook::open().await, Hook::open().await);
    first.is_set(&bench).await;
    second.is_set(&bench).await;
    bench.says("one");
    assert_eq!(texts(&second.hears().await.updates()), ["one"]);
    first.hears_nothing().await;
    assert_eq!(webhooks(&bench).len(), 1);
}

#[tokio::test]
async fn any_answer_of_200_to_299_takes_it() {
    let bench = Bench::open().await;
    let mut hook = Hook::that_says(vec![status(201), status(204), status(299), ok()]).await;
    hook.is_set(&bench).await;
    for said in ["one", "two", "three", "four"] {
        bench.says(said);
        assert_eq!(texts(&hook.hears().await.updates()), [said]);
        let bot = bench.bot;
        bench
            .until(|state| {
                let bot = state.account(bot).bot.as_ref().expect("a bot");
                bot.subscriptions.iter().all(|it| it.depth() == 0)
            })
            .await;
    }
}

#[tokio::test]
async fn what_is_not_taken_comes_again_with_what_came_since_after_growing_pauses() {
    let bench = Bench::open().await;
    let says = vec![status(500), status(302), status(404), ok()];
    let mut hook = Hook::that_says(says).await;
    hook.is_set(&bench).await;
    bench.says("one");
    let first = hook.hears().await.updates();
    until_failing(&bench, true).await;
    bench.says("two");
    bench.world.advance(TimeDelta::seconds(9));
    hook.hears_nothing().await;
    bench.world.advance(TimeDelta::seconds(1));
    let second = hook.hears().await.updates();
    assert_eq!(texts(&second), ["one", "two"]);
    assert_eq!(ids(&second)[0], ids(&first)[0], "it is the same update");
    bench.until_tried(2).await;
    bench.world.advance(TimeDelta::seconds(19));
    hook.hears_nothing().await;
    bench.world.advance(TimeDelta::seconds(1));
    hook.hears().await;
    bench.until_tried(3).await;
    bench.world.advance(TimeDelta::seconds(39));
    hook.hears_nothing().await;
    bench.world.advance(TimeDelta::seconds(1));
    assert_eq!(hook.hears().await.updates().len(), 2);
    until_failing(&bench, false).await;
}

#[tokio::test]
async fn what_is_a_day_old_is_given_up_and_the_webhook_stays() {
    let bench = Bench::open().await;
    let mut hook = Hook::that_says(vec![status(500), ok()]).await;
    hook.is_set(&bench).await;
    bench.says("one");
    hook.hears().await;
    until_failing(&bench, true).await;
    bench.world.advance(TimeDelta::hours(24));
    until_failing(&bench, false).await;
    assert_eq!(webhooks(&bench), [(false, 0)]);
    bench.says("two");
    assert_eq!(texts(&hook.hears().await.updates()), ["two"]);
}

#[tokio::test]
async fn a_call_goes_wrong_as_it_is_planned() {
    let bench = Bench::open().await;
    let mut hook = Hook::open().await;
    hook.is_set(&bench).await;
    let turns: [(Fault, IsSo); 3] = [
        (Fault::LoseAnswer, |body| body.ends_with("]}")),
        (Fault::Garble, |body| !body.ends_with("]}") && body.starts_with('{')),
        (Fault::Empty, str::is_empty),
    ];
    for (fault, is_so) in turns {
        bench.plan(Operation::Deliver, fault);
        bench.says("one");
        let call = hook.hears().await;
        assert!(is_so(&call.body), "{fault:?}: {}", call.body);
        if fault == Fault::LoseAnswer {
            until_failing(&bench, true).await;
            bench.world.advance(TimeDelta::seconds(10));
            assert_eq!(hook.hears().await.body, call.body, "it is told once more");
        }
        until_failing(&bench, false).await;
    }
    bench.plan(Operation::Deliver, Fault::Unavailable);
    bench.says("two");
    until_failing(&bench, true).await;
    hook.hears_nothing().await;
    bench.world.advance(TimeDelta::seconds(10));
    assert_eq!(texts(&hook.hears().await.updates()), ["two"]);
}

#[tokio::test]
async fn setting_and_removing_go_wrong_as_planned() {
    let bench = Bench::open().await;
    let hook = Hook::open().await;
    bench.plan(Operation::Subscribe, Fault::Code { code: 1006 });
    assert_eq!(bench.fails("setWebhook", json!({"url": hook.url})).await, 1006);
    assert_eq!(webhooks(&bench), []);
    hook.is_set(&bench).await;
    bench.plan(Operation::Unsubscribe, Fault::Fail);
    assert_eq!(bench.fails("delWebhook", json!({})).await, 1001);
    assert_eq!(webhooks(&bench).len(), 1);
    assert_eq!(bench.does("delWebhook", json!({})).await, true);
    assert_eq!(bench.does("delWebhook", json!({})).await, true, "there is none any more");
}
