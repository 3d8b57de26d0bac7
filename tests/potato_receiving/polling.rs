//! Polls.

use chrono::TimeDelta;
use sandbox::fault::{Fault, Operation};
use sandbox::world::switches::potato::{BesideWebhook, Confirmation};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{Bench, PATIENCE, answer, ids, text, texts};
use crate::hook::Hook;

#[tokio::test]
async fn what_a_poll_got_does_not_come_again() {
    let bench = Bench::open().await;
    bench.says("one");
    bench.says("two");
    let first = bench.polls("").await;
    assert_eq!(texts(&first), ["one", "two"]);
    let [one, two] = ids(&first)[..] else { panic!("two of them") };
    assert_eq!(two, one + 1);
    assert_eq!(bench.polls("").await, Vec::<Value>::new());
    bench.says("three");
    assert_eq!(ids(&bench.polls("").await), [two + 1]);
}

#[tokio::test]
async fn an_answer_that_is_lost_takes_its_updates_along() {
    let bench = Bench::open().await;
    for fault in [Fault::LoseAnswer, Fault::Garble, Fault::Empty] {
        bench.says("one");
        bench.plan(Operation::Updates, fault);
        let answer = bench.get("getUpdates").send().await;
        let text = match answer {
            Ok(answer) => answer.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        };
        assert!(!text.contains("one"), "{text}");
        assert_eq!(bench.polls("").await, Vec::<Value>::new(), "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_refused_takes_nothing_along() {
    let bench = Bench::open().await;
    bench.says("one");
    for fault in [Fault::Refuse, Fault::Unavailable, Fault::Fail, Fault::Code { code: 4048 }] {
        bench.plan(Operation::Updates, fault);
        assert_ne!(answer(bench.get("getUpdates")).await.0, 200);
    }
    assert_eq!(texts(&bench.polls("").await), ["one"]);
}

#[tokio::test]
async fn an_update_waits_for_a_day() {
    let bench = Bench::open().await;
    bench.says("one");
    bench.world.advance(TimeDelta::hours(12));
    bench.says("two");
    bench.world.advance(TimeDelta::hours(12));
    assert_eq!(texts(&bench.polls("").await), ["two"]);
}

#[tokio::test]
async fn after_a_week_of_silence_the_next_id_is_chosen_by_chance() {
    let mut chosen = Vec::new();
    for seed in [7, 7, 8] {
        let bench = Bench::of(seed).await;
        bench.says("one");
        let first = ids(&bench.polls("").await)[0];
        bench.world.advance(TimeDelta::weeks(1) - TimeDelta::milliseconds(1));
        bench.says("two");
        assert_eq!(ids(&bench.polls("").await), [first + 1]);
        bench.world.advance(TimeDelta::weeks(1));
        bench.says("three");
        bench.says("four");
        let [third, fourth] = ids(&bench.polls("").await)[..] else { panic!("two of them") };
        assert_ne!(third, first + 2);
        assert!(third > 0 && fourth == third + 1, "{third}, {fourth}");
        chosen.push(third);
    }
    assert_eq!(chosen[0], chosen[1]);
    assert_ne!(chosen[0], chosen[2]);
}

#[tokio::test]
async fn all_that_waits_comes_at_once_whatever_is_asked_for() {
    let bench = Bench::open().await;
    for _ in 0..250 {
        bench.says("x");
    }
    let query = "?offset=9999999999999999&limit=1&timeout=soon&allowed_updates=%5B%5D";
    assert_eq!(bench.polls(query).await.len(), 250);
}

#[tokio::test]
async fn two_who_poll_share_what_there_is() {
    let bench = Bench::open().await;
    for _ in 0..20 {
        bench.says("x");
        let (one, two) = tokio::join!(bench.polls(""), bench.polls(""));
        assert_eq!(one.len() + two.len(), 1);
    }
}

#[tokio::test]
async fn a_poll_waits_where_it_may() {
    let bench = Bench::open().await;
    bench.switch(|it| it.potato_poll_seconds = 3600);
    assert_eq!(bench.polls("").await.len(), 0, "it does not ask to wait");
    assert_eq!(bench.polls("?timeout=0").await.len(), 0);
    bench.counts(Operation::Updates);
    let speak = async {
        bench.until_called(Operation::Updates, 1).await;
        // What concerns nobody ends no poll.
        bench.world.act(|_| ());
        bench.says("one");
    };
    let (told, ()) = tokio::join!(bench.polls("?timeout=3600"), speak);
    assert_eq!(texts(&told), ["one"]);
}

#[tokio::test]
async fn of_two_who_wait_each_gets_what_the_other_does_not() {
    let bench = Bench::open().await;
    bench.switch(|it| it.potato_poll_seconds = 3600);
    bench.counts(Operation::Updates);
    let mut one = std::pin::pin!(bench.polls("?timeout=3600"));
    let mut two = std::pin::pin!(bench.polls("?timeout=3600"));
    let speak = async {
        bench.until_called(Operation::Updates, 2).await;
        bench.says("one");
        std::future::pending::<()>().await;
    };
    let (first, is_one) = tokio::select! {
        told = &mut one => (told, true),
        told = &mut two => (told, false),
        () = speak => unreachable!("it never ends"),
    };
    assert_eq!(texts(&first), ["one"]);
    bench.says("two");
    let second = if is_one { two.await } else { one.await };
    assert_eq!(texts(&second), ["two"]);
}

#[tokio::test]
async fn a_poll_waits_no_longer_than_it_may() {
    let bench = Bench::open().await;
    bench.switch(|it| it.potato_poll_seconds = 1);
    assert_eq!(bench.polls("?timeout=86400").await.len(), 0);
    let wrong = answer(bench.get("getUpdates?timeout=soon")).await;
    assert_eq!(wrong.1["error_code"], 1004);
}

#[tokio::test]
async fn who_hangs_up_takes_nothing_along() {
    let bench = Bench::open().await;
    bench.switch(|it| it.potato_poll_seconds = 3600);
    bench.counts(Operation::Updates);
    let url: url::Url = bench.url("getUpdates?timeout=3600").parse().expect("a URL");
    let address = format!("127.0.0.1:{}", url.port().expect("a port"));
    let mut line = TcpStream::connect(address).await.expect("a line");
    let asked = format!("GET {}?timeout=3600 HTTP/1.1\r\nHost: localhost\r\n\r\n", url.path());
    line.write_all(asked.as_bytes()).await.expect("it is taken");
    bench.until_called(Operation::Updates, 1).await;
    line.shutdown().await.expect("it hangs up");
    let mut answer = String::new();
    let end = tokio::time::timeout(PATIENCE, line.read_to_string(&mut answer)).await;
    assert_eq!(end.expect("an end in time").expect("an end"), 0, "{answer}");
    bench.says("one");
    assert_eq!(texts(&bench.polls("").await), ["one"]);
}

#[tokio::test]
async fn where_an_offset_confirms_what_is_not_confirmed_comes_again() {
    let bench = Bench::open().await;
    bench.switch(|it| it.potato_confirmation = Confirmation::ByOffset);
    for said in ["one", "two", "three"] {
        bench.says(said);
    }
    let all = bench.polls("").await;
    assert_eq!(texts(&all), ["one", "two", "three"]);
    assert_eq!(bench.polls("").await, all);
    assert_eq!(texts(&bench.polls("?limit=1").await), ["one"]);
    let second = ids(&all)[1];
    let asked = bench.does("getUpdates", json!({"offset": second, "limit": 1})).await;
    assert_eq!(texts(asked.as_array().expect("a list")), ["two"]);
    assert_eq!(texts(&bench.polls("").await), ["two", "three"], "the first is confirmed");
    assert_eq!(bench.fails("getUpdates", json!({"offset": "two"})).await, 1004);
    assert_eq!(bench.polls(&format!("?offset={}", second + 2)).await.len(), 0);
    assert_eq!(bench.polls("").await.len(), 0);
}

#[tokio::test]
async fn beside_a_webhook_a_poll_gets_nothing_in_one_of_three_ways() {
    let bench = Bench::open().await;
    let hook = Hook::that_waits().await;
    hook.is_set(&bench).await;
    bench.says("one");
    for (how, code) in [(BesideWebhook::NoPermission, 1006), (BesideWebhook::WrongParameters, 1004)]
    {
        bench.switch(|it| it.potato_poll_beside_webhook = how);
        assert_eq!(bench.fails("getUpdates", json!({})).await, code);
    }
    bench.switch(|it| it.potato_poll_beside_webhook = BesideWebhook::Empty);
    assert_eq!(bench.polls("").await, Vec::<Value>::new());
    bench.does("delWebhook", json!({})).await;
    assert_eq!(texts(&bench.polls("").await), ["one"], "what waits is polled for again");
}

#[tokio::test]
async fn a_press_is_told_and_answered() {
    let bench = Bench::open().await;
    let mut asked = text("Tea?");
    asked["reply_markup"] = json!({"type": 4, "inline_keyboard": [
        {"buttons": [{"text": "Yes", "callback_data": "tea"}]}
    ]});
    let sent = bench.does("sendTextMessage", asked).await;
    let number = sent["message_id"].as_i64().expect("a number");
    let anna = bench.world.add_person(sandbox::Platform::Potato, "Anna");
    bench.world.press(bench.dialog, anna, number, "tea").expect("a button");
    let [update] = &bench.polls("").await[..] else { panic!("one of them") };
    let press = &update["callback_query"];
    assert_eq!((&press["data"], &press["message_id"]), (&json!("tea"), &json!(number)));
    let id = press["inline_message_id"].as_str().expect("an id");
    let notice = json!({"inline_message_id": id, "text": "Counted"});
    assert_eq!(bench.does("answerCallbackQuery", notice).await, Value::Null);
}
