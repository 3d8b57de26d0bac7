//! Methods in the answers of webhooks.

use std::time::Duration;

use gateway_tests::token;
use sandbox::Platform;
use sandbox::fault::{Fault, Operation};
use sandbox::world::ChatKind;
use sandbox::world::switches::potato::{CalledMethods, Forms, UnknownFields};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::harness::{ANNA, Bench, answer, client, text};
use crate::hook::{Hook, Said, ok};

fn json_of(said: &str) -> String {
    let mut body = text(said);
    body["method"] = json!("sendTextMessage");
    body.to_string()
}

/// The same in three content types.
fn sending() -> [(Said, &'static str); 3] {
    let form = format!("method=sendTextMessage&chat_type=1&chat_id={ANNA}&text=1%202");
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts = [
        part("method", "sendTextMessage"),
        part("chat_type", "1"),
        part("chat_id", &ANNA.to_string()),
        part("text", "in parts"),
        "--x--\r\n".to_owned(),
    ];
    [
        ((200, "application/json; charset=utf-8", json_of("in JSON")), "in JSON"),
        ((200, "application/x-www-form-urlencoded", form), "1 2"),
        ((200, "multipart/form-data; boundary=x", parts.concat()), "in parts"),
    ]
}

/// Calls the bot twice: what its first answer asks for is done before the second call.
async fn answers(bench: &Bench, said: Said) {
    let mut hook = Hook::that_says(vec![said, ok()]).await;
    hook.is_set(bench).await;
    bench.says("one");
    hook.hears().await;
    bench.says("two");
    hook.hears().await;
}

#[tokio::test]
async fn a_method_in_the_answer_is_carried_out() {
    for (said, written) in sending() {
        let bench = Bench::open().await;
        answers(&bench, said.clone()).await;
        bench.until_written(written).await;
        assert_eq!(bench.written(), [written], "{said:?}");
    }
}

#[tokio::test]
async fn it_is_carried_out_though_forms_and_unknown_fields_are_refused() {
    for (said, written) in sending() {
        let bench = Bench::open().await;
        bench.switch(|it| it.potato_unknown_fields = UnknownFields::Refused);
        bench.switch(|it| it.potato_forms = Forms::Refused);
        answers(&bench, said).await;
        bench.until_written(written).await;
    }
}

#[tokio::test]
async fn where_answers_are_not_read_nothing_is() {
    for (said, _) in sending() {
        let bench = Bench::open().await;
        bench.switch(|it| it.potato_webhook_replies = CalledMethods::Ignored);
        answers(&bench, said).await;
        assert_eq!(bench.written(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_cannot_be_carried_out_harms_nobody() {
    let unknown = json!({"method": "sendMessage", "chat_id": ANNA}).to_string();
    let without = text("x").to_string();
    for said in [
        (200, "application/json", "{".to_owned()),
        (200, "application/json", "[]".to_owned()),
        (200, "application/json", Value::Null.to_string()),
        (200, "application/json", unknown),
        (200, "application/json", without),
        (200, "text/plain", json_of("x")),
        (200, "multipart/form-data", json_of("x")),
    ] {
        let bench = Bench::open().await;
        answers(&bench, said.clone()).await;
        assert_eq!(bench.written(), Vec::<String>::new(), "{said:?}");
    }
}

#[tokio::test]
async fn nobody_is_told_what_came_of_it() {
    let bench = Bench::open().await;
    bench.plan(Operation::Send, Fault::Refuse);
    answers(&bench, (200, "application/json", json_of("x"))).await;
    assert_eq!(bench.written(), Vec::<String>::new());
    assert_eq!(bench.world.faults().still_planned(), [], "it was tried");
}

/// Each hears the other and answers: it goes on, and takes its time.
#[tokio::test]
async fn two_bots_that_answer_each_other_are_slowed_down() {
    let bench = Bench::open().await;
    let other = bench.world.add_bot(Platform::Potato, "Other", "10000002:other");
    let anna = bench.world.add_person(Platform::Potato, "Anna");
    let group = bench.world.act(|state| {
        let group = state.open_chat(ChatKind::Group, anna, "Tea");
        state.add_member(group, bench.bot, Some(anna));
        state.add_member(group, other, Some(anna));
        group
    });
    for bot in [bench.bot, other] {
        bench.world.take_updates(bot);
    }
    let id = bench.world.look(|state| state.chat(group).id);
    let said = json!({"method": "sendTextMessage", "chat_type": 2, "chat_id": id, "text": "ping"});
    let hook = Hook::that_says(vec![(200, "application/json", said.to_string())]).await;
    hook.is_set(&bench).await;
    let set = bench.url("setWebhook").replace(token(Platform::Potato), "10000002:other");
    assert_eq!(answer(client().post(set).json(&json!({"url": hook.url}))).await.0, 200);
    let begun = Instant::now();
    bench.world.say(group, anna, "go".into());
    // Thirty of each, and one more.
    bench.until(|state| state.chat(group).messages.len() > 3 + 61).await;
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}
