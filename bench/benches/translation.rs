//! What the gateway's own model costs on the way in and on the way out.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::process::ExitCode;

use adapter_tamtam::{Dialect, decode_update, encode_message};
use criterion::Criterion;
use gateway_bench::{Ratio, criterion, report};
use gateway_core::Messenger as _;
use gateway_core::fit::fit;
use gateway_core::messenger::Capabilities;
use gateway_core::model::{AccountId, Button, Keyboard, NewMessage, Raw, Text};
use serde::Deserialize;

const IN_MAX: &str = "MAX, raw JSON to Update";
const IN_POTATO: &str = "Potato, raw JSON to Update";
/// Keeping each update's own JSON is a promise of the gateway; this is what it costs.
const BARE: &str = "serde_json without raw";
const OUT_MAX: &str = "MAX, NewMessage to wire JSON";
const OUT_POTATO: &str = "Potato, NewMessage to wire JSON";
const FIT: &str = "MAX, all that send does before it sends, with fit";

const RATIOS: [Ratio; 7] = [
    Ratio { group: IN_MAX, plain: "serde_json", ours: "gateway", bound: Some(1.5) },
    Ratio { group: IN_POTATO, plain: "serde_json", ours: "gateway", bound: Some(1.5) },
    Ratio { group: OUT_MAX, plain: "serde_json", ours: "gateway", bound: Some(1.5) },
    Ratio { group: OUT_POTATO, plain: "serde_json", ours: "gateway", bound: Some(1.5) },
    Ratio { group: FIT, plain: "without", ours: "with", bound: Some(1.05) },
    Ratio { group: IN_MAX, plain: BARE, ours: "gateway", bound: None },
    Ratio { group: IN_POTATO, plain: BARE, ours: "gateway", bound: None },
];

/// Updates of one batch, as the platforms send them: what somebody wrote, with formatting and as
/// an answer, and presses of buttons.
fn max_updates() -> String {
    let sender = r#""sender":{"user_id":123456789,"first_name":"Anna","last_name":"Weiss","is_bot":false,"last_activity_time":1775053249000,"name":"Anna Weiss"}"#;
    let recipient = r#""recipient":{"chat_id":-70801090403050,"chat_type":"chat"}"#;
    let text = "Tomorrow at eleven we meet at the usual place, and whoever comes late brings the \
                cake. Завтра в одиннадцать, как всегда. 😀";
    let created = format!(
        r#"{{"message":{{{recipient},"timestamp":1775053255737,"body":{{"mid":"mid.ffffbf9b5f8c7d16019d4d2f8c390001","seq":116327994376978687,"text":"{text}","markup":[{{"from":0,"length":8,"type":"strong"}},{{"from":12,"length":6,"type":"link","url":"https://example.org/when"}}]}},{sender}}},"timestamp":1775053255737,"update_type":"message_created"}}"#
    );
    let reply = format!(
        r#"{{"message":{{{recipient},"timestamp":1775053255738,"body":{{"mid":"mid.ffffbf9b5f8c7d16019d4d2f8c390002","seq":116327994376978688,"text":"{text}"}},"link":{{"type":"reply",{sender},"chat_id":-70801090403050,"message":{{"mid":"mid.1","seq":1,"text":"{text}"}}}},{sender}}},"timestamp":1775053255738,"update_type":"message_created"}}"#
    );
    let callback = format!(
        r#"{{"callback":{{"timestamp":1775053255739,"callback_id":"f9LHodD0cOJ5BfLGZ5uXPq4iYFv0s5hNk6nD0jcEZ3o4qJ1mPZQeI2lPzQ4n8k2x0d5d8G7Y1cR9w3","payload":"vote:tea","user":{{"user_id":123456789,"first_name":"Anna","last_name":"Weiss","is_bot":false,"last_activity_time":1775053249000,"name":"Anna Weiss"}}}},"message":{{{recipient},"timestamp":1775053255730,"body":{{"mid":"mid.ffffbf9b5f8c7d16019d4d2f8c390003","seq":116327994376978689,"text":"Tea or coffee?","attachments":[{{"payload":{{"buttons":[[{{"text":"Tea","payload":"vote:tea","intent":"default","type":"callback"}},{{"text":"Coffee","payload":"vote:coffee","intent":"default","type":"callback"}}]]}},"type":"inline_keyboard"}}]}},{sender}}},"timestamp":1775053255739,"update_type":"message_callback"}}"#
    );
    let updates: Vec<&str> =
        (0..30).map(|place| [&*created, &*reply, &*callback][place % 3]).collect();
    format!(r#"{{"updates":[{}],"marker":25493970}}"#, updates.join(","))
}

fn potato_updates() -> String {
    let text = "Tomorrow at eleven we meet at the usual place, and whoever comes late brings the \
                cake. 明天十一点老地方见。 😀";
    let updates: Vec<String> = (1..=30)
        .map(|id| {
            format!(
                r#"{{"update_id":{id},"message":{{"message_id":57,"chat":{{"id":11370003,"type":2,"title":"group1"}},"from":{{"id":22800001,"first_name":"David","last_name":"Smith","username":""}},"text":"{text}","entities":[{{"type":1,"offset":0,"length":8}},{{"type":5,"offset":12,"length":6,"url":"https://example.org/when"}}],"date":1544440630}},"inline_query":null,"lang":"en"}}"#
            )
        })
        .collect();
    format!(r#"{{"ok":true,"result":[{}]}}"#, updates.join(","))
}

#[derive(Deserialize)]
struct MaxList {
    updates: Vec<adapter_tamtam::wire::Update>,
}

#[derive(Deserialize)]
struct PotatoList<T> {
    result: Vec<T>,
}

/// What plain `serde_json` does with the wire types: the list, with each update's JSON, and then
/// each update.
fn read<T: serde::de::DeserializeOwned>(raws: &[Raw]) -> Vec<T> {
    raws.iter().map(|raw| serde_json::from_str(raw.as_str()).expect("an update")).collect()
}

fn inbound(criterion: &mut Criterion) {
    let account = AccountId::new("bench");
    let json = max_updates();
    let list = |json: &str| -> Vec<Raw> {
        serde_json::from_str::<adapter_tamtam::wire::UpdateList>(json).expect("updates").updates
    };
    let mut group = criterion.benchmark_group(IN_MAX);
    group.bench_function(BARE, |bench| {
        bench.iter(|| serde_json::from_str::<MaxList>(black_box(&json)).expect("updates").updates);
    });
    group.bench_function("serde_json", |bench| {
        bench.iter(|| {
            let raws = list(black_box(&json));
            (read::<adapter_tamtam::wire::Update>(&raws), raws)
        });
    });
    group.bench_function("gateway", |bench| {
        bench.iter(|| {
            let raws = list(black_box(&json)).into_iter();
            raws.map(|raw| decode_update(&account, raw)).collect::<Vec<_>>()
        });
    });
    group.finish();

    let json = potato_updates();
    let list = |json: &str| -> Vec<Raw> {
        serde_json::from_str::<PotatoList<Raw>>(json).expect("updates").result
    };
    let mut group = criterion.benchmark_group(IN_POTATO);
    group.bench_function(BARE, |bench| {
        bench.iter(|| {
            serde_json::from_str::<PotatoList<adapter_potato::wire::Update>>(black_box(&json))
                .expect("updates")
                .result
        });
    });
    group.bench_function("serde_json", |bench| {
        bench.iter(|| {
            let raws = list(black_box(&json));
            (read::<adapter_potato::wire::Update>(&raws), raws)
        });
    });
    group.bench_function("gateway", |bench| {
        bench.iter(|| {
            let raws = list(black_box(&json)).into_iter();
            raws.flat_map(|raw| adapter_potato::decode_updates(&account, 10_000_001, raw))
                .collect::<Vec<_>>()
        });
    });
    group.finish();
}

/// An answer as bots give them: two paragraphs, two words of them bold, and six buttons.
fn answer() -> NewMessage {
    let text = Text::new()
        .bold("Lunch at eleven")
        .plain(
            ", at the usual place. Whoever comes late brings the cake, and whoever cannot come \
             says so until ten, so that the table is not too large.\n\nWe have eight seats, three \
             of them by the window, and the kitchen asks for the orders in one go: tell me below \
             what you would like, and change your mind as often as you want. See ",
        )
        .link("the menu", "https://example.org/menu")
        .plain(" for what there is today.");
    let keyboard = Keyboard::inline([
        ["Soup", "Salad", "Pasta"].map(|dish| Button::callback(dish, format!("order:{dish}"))),
        ["Fish", "Curry", "Nothing"].map(|dish| Button::callback(dish, format!("order:{dish}"))),
    ]);
    NewMessage::new(text).with_keyboard(keyboard)
}

fn outbound(criterion: &mut Criterion) {
    const DOING: &str = "sending a message";
    let answer = answer();
    let mut group = criterion.benchmark_group(OUT_MAX);
    let wire = encode_message(Dialect::Max, DOING, &answer).expect("it can be written");
    group.bench_function("serde_json", |bench| {
        bench.iter(|| serde_json::to_vec(black_box(&wire)));
    });
    group.bench_function("gateway", |bench| {
        bench.iter(|| {
            let wire = encode_message(Dialect::Max, DOING, black_box(&answer));
            serde_json::to_vec(&wire.expect("it can be written"))
        });
    });
    group.finish();

    let peer = "group:11370003".parse().expect("a group");
    let mut group = criterion.benchmark_group(OUT_POTATO);
    let wire = adapter_potato::encode_message(DOING, peer, &answer).expect("it can be written");
    group.bench_function("serde_json", |bench| {
        bench.iter(|| serde_json::to_vec(black_box(&wire)));
    });
    group.bench_function("gateway", |bench| {
        bench.iter(|| {
            let wire = adapter_potato::encode_message(DOING, peer, black_box(&answer));
            serde_json::to_vec(&wire.expect("it can be written"))
        });
    });
    group.finish();
}

/// What sending does before anything goes out: the message is checked, encoded and written.
#[inline(never)]
fn prepared(can: &Capabilities, message: &NewMessage) -> Vec<u8> {
    const DOING: &str = "sending a message";
    can.check(DOING, message).expect("it fits");
    let wire = encode_message(Dialect::Max, DOING, message);
    serde_json::to_vec(&wire.expect("it can be written")).expect("it is JSON")
}

fn fitting(criterion: &mut Criterion) {
    let options = adapter_tamtam::Options::new(Dialect::Max, "token".to_owned());
    let max = adapter_tamtam::TamTam::new("bench", &options).expect("a messenger");
    let (can, answer) = (max.capabilities(), answer());
    let mut group = criterion.benchmark_group(FIT);
    group.bench_function("without", |bench| bench.iter(|| prepared(can, black_box(&answer))));
    group.bench_function("with", |bench| {
        bench.iter(|| {
            let fitted = fit(can, black_box(&answer)).expect("it fits");
            prepared(can, &fitted.parts[0])
        });
    });
    group.finish();
}

fn main() -> ExitCode {
    let mut criterion = criterion();
    inbound(&mut criterion);
    outbound(&mut criterion);
    fitting(&mut criterion);
    criterion.final_summary();
    if report(&RATIOS) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
