//! Each switch in each of its positions, but for those of polls and webhooks.

use chrono::TimeDelta;
use reqwest::header::CONTENT_TYPE;
use sandbox::Platform;
use sandbox::world::switches::potato::{
    BareEntities, DefaultMarkdown, ErrorStatus, ErrorText, FieldNames, Forms, KeyboardRows,
    Setters, TokenStatus, UnknownFields,
};
use serde_json::{Value, json};

use crate::harness::{ANNA, Bench, answer, client, text};

#[tokio::test]
async fn the_text_of_an_error_stands_in_one_of_two_places() {
    let bench = Bench::open().await;
    for (place, name) in [(ErrorText::Result, "result"), (ErrorText::Description, "description")] {
        bench.switch(|it| it.potato_error_text = place);
        let refusal = json!({"ok": false, "error_code": 1003, name: "unknown command"});
        assert_eq!(bench.asks("sendMessage", json!({})).await, (400, refusal));
    }
}

#[tokio::test]
async fn an_error_has_one_of_two_statuses_and_one_of_a_token_may_have_a_third() {
    let bench = Bench::open().await;
    let nobody = bench.url("getMe").replace("sandbox", "nobody");
    let nowhere = bench.url("getMe/x");
    for (of_errors, of_tokens, errors, tokens) in [
        (ErrorStatus::BadRequest, TokenStatus::AsErrors, 400, 400),
        (ErrorStatus::BadRequest, TokenStatus::Unauthorized, 400, 401),
        (ErrorStatus::Ok, TokenStatus::AsErrors, 200, 200),
        (ErrorStatus::Ok, TokenStatus::Unauthorized, 200, 401),
    ] {
        bench.switch(|it| {
            (it.potato_error_status, it.potato_token_status) = (of_errors, of_tokens);
        });
        let (status, refusal) = answer(client().get(&nobody)).await;
        assert_eq!((status, &refusal["error_code"]), (tokens, &json!(1002)));
        for path in [&bench.url("sendMessage"), &nowhere] {
            let (status, refusal) = answer(client().get(path)).await;
            assert_eq!((status, &refusal["error_code"]), (errors, &json!(1003)));
        }
    }
}

#[tokio::test]
async fn some_answers_are_empty_and_what_they_answer_is_done() {
    let bench = Bench::open().await;
    let mut empty = 0;
    bench.switch(|it| it.potato_empty_answers = 30);
    for _ in 0..200 {
        let (status, answer) = bench.asks("sendTextMessage", text("x")).await;
        assert_eq!(status, 200);
        empty += usize::from(answer == json!(""));
    }
    assert!((30..90).contains(&empty), "{empty} of 200");
    assert_eq!(bench.written().len(), 200);
    bench.switch(|it| it.potato_empty_answers = 100);
    assert_eq!(bench.asks("getMe", json!({})).await, (200, json!("")));
    bench.switch(|it| it.potato_empty_answers = 0);
    assert_eq!(bench.does("getMe", json!({})).await["id"], 10_000_001);
}

#[tokio::test]
async fn a_setter_answers_as_the_examples_have_it_or_as_the_prose_promises() {
    let bench = Bench::open().await;
    let number = bench.does("sendTextMessage", text("x")).await["message_id"].clone();
    let mut edit = text("y");
    edit["message_id"] = number;
    for (how, result) in [(Setters::Documented, Value::Null), (Setters::True, json!(true))] {
        bench.switch(|it| it.potato_setters = how);
        let done = json!({"ok": true, "result": result});
        assert_eq!(bench.asks("editMessageText", edit.clone()).await, (200, done));
        let bare = match how {
            Setters::Documented => json!({"ok": true}),
            Setters::True => json!({"ok": true, "result": true}),
        };
        let action = json!({"chat_type": 1, "chat_id": ANNA, "action": "typing"});
        assert_eq!(bench.asks("sendChatAction", action).await, (200, bare));
        let sent = bench.does("sendTextMessage", text("x")).await;
        assert!(sent["message_id"].is_i64(), "what has a result has it: {sent}");
    }
}

#[tokio::test]
async fn names_of_fields_are_matched_in_any_case_or_exactly() {
    let bench = Bench::open().await;
    let body = || {
        json!({"Chat_type": 1, "Chat_ID": ANNA, "TEXT": "x", "Reply_Markup":
            {"Type": 4, "Inline_Keyboard": [{"Buttons": [{"Text": "a", "Callback_Data": "B"}]}]}})
    };
    bench.does("sendTextMessage", body()).await;
    let in_url = [("Chat_Type", "1"), ("CHAT_ID", &ANNA.to_string()), ("Text", "y")];
    assert_eq!(answer(bench.get("sendTextMessage").query(&in_url)).await.0, 200);
    bench.switch(|it| it.potato_field_names = FieldNames::Exact);
    assert_eq!(bench.fails("sendTextMessage", body()).await, 1004);
    let (_, refusal) = answer(bench.get("sendTextMessage").query(&in_url)).await;
    assert_eq!(refusal["error_code"], 1004);
    bench.does("sendTextMessage", text("z")).await;
    assert_eq!(bench.written(), ["x", "y", "z"]);
}

#[tokio::test]
async fn a_field_that_the_document_does_not_have_is_passed_over_or_refused() {
    let bench = Bench::open().await;
    let with = |name: &str| {
        let mut body = text("x");
        body[name] = json!("y");
        body
    };
    bench.does("sendTextMessage", with("parse_mode")).await;
    bench.switch(|it| it.potato_unknown_fields = UnknownFields::Refused);
    let (status, refusal) = bench.asks("sendTextMessage", with("parse_mode")).await;
    assert_eq!((status, &refusal["error_code"]), (400, &json!(1004)));
    assert_eq!(refusal["result"], "wrong parameters: there is no parse_mode");
    assert_eq!(bench.fails("sendTextMessage", with("method")).await, 1004);
    assert_eq!(bench.fails("getMe", json!({"chat_id": 5})).await, 1004);
    assert_eq!(bench.fails("getUpdates", json!({"offset": 5})).await, 1004);
    assert_eq!(bench.fails("getUpdates", json!({"timeout": 5})).await, 1004);
    bench.does("sendTextMessage", text("x")).await;
    bench.does("getMe", json!({})).await;
    // What the switches give a poll it has.
    bench.switch(|it| {
        it.potato_poll_seconds = 1;
        it.potato_confirmation = sandbox::world::switches::potato::Confirmation::ByOffset;
    });
    bench.does("getUpdates", json!({"offset": 5, "limit": 5, "timeout": 0})).await;
}

#[tokio::test]
async fn a_form_is_refused_or_read() {
    let bench = Bench::open().await;
    let form = || {
        let fields = format!("chat_type=1&chat_id={ANNA}&text=12&markdown=false&reply_markup=");
        let markup = "%7B%22type%22%3A4%2C%22inline_keyboard%22%3A%5B%5D%7D";
        let kind = "application/x-www-form-urlencoded";
        bench.post("sendTextMessage").header(CONTENT_TYPE, kind).body(fields + markup)
    };
    let (status, refusal) = answer(form()).await;
    assert_eq!((status, &refusal["error_code"]), (400, &json!(1005)));
    bench.switch(|it| it.potato_forms = Forms::Accepted);
    assert_eq!(answer(form()).await.0, 200);
    assert_eq!(bench.written(), ["12"], "a text stays one");
}

#[tokio::test]
async fn rows_of_a_keyboard_are_objects_and_may_be_arrays_too() {
    let bench = Bench::open().await;
    let button = json!({"text": "a", "callback_data": "b"});
    let with = |row: Value| {
        let mut body = text("x");
        body["reply_markup"] = json!({"type": 4, "inline_keyboard": [row]});
        body
    };
    let (object, array) = (json!({"buttons": [button]}), json!([button]));
    bench.does("sendTextMessage", with(object.clone())).await;
    assert_eq!(bench.fails("sendTextMessage", with(array.clone())).await, 1005);
    bench.switch(|it| it.potato_keyboard_rows = KeyboardRows::ArraysToo);
    bench.does("sendTextMessage", with(object)).await;
    bench.does("sendTextMessage", with(array)).await;
    bench.world.look(|state| {
        let messages = &state.chat(bench.dialog).messages;
        let rows: Vec<usize> = messages.iter().map(|it| it.content.buttons[0].len()).collect();
        assert_eq!(rows, [1, 1, 1]);
    });
}

#[tokio::test]
async fn a_text_may_be_as_long_as_the_switch_says() {
    let bench = Bench::open().await;
    for limit in [4096, 100, 5000] {
        bench.switch(|it| it.potato_text_units = limit);
        let limit = usize::try_from(limit).expect("a length");
        bench.does("sendTextMessage", text(&"😀".repeat(limit / 2))).await;
        let longer = "x".repeat(limit + 1);
        assert_eq!(bench.fails("sendTextMessage", text(&longer)).await, 3014);
    }
}

#[tokio::test]
async fn a_chat_takes_so_many_messages_a_second() {
    let bench = Bench::open().await;
    for _ in 0..50 {
        bench.does("sendTextMessage", text("x")).await;
    }
    bench.switch(|it| it.potato_chat_messages_per_second = 2);
    let bob = bench.world.add_person(Platform::Potato, "Bob");
    bench.world.dialog(bench.bot, bob);
    for _ in 0..2 {
        bench.does("sendTextMessage", text("x")).await;
    }
    assert_eq!(bench.fails("sendTextMessage", text("x")).await, 3008);
    let mut to_bob = text("x");
    to_bob["chat_id"] = json!(bench.world.look(|state| state.account(bob).id));
    bench.does("sendTextMessage", to_bob).await;
    bench.does("getMe", json!({})).await;
    bench.world.advance(TimeDelta::seconds(1));
    bench.does("sendTextMessage", text("x")).await;
    let place = json!({"chat_type": 1, "chat_id": ANNA, "latitude": 1.5, "longitude": 2.5});
    bench.does("sendLocation", place.clone()).await;
    assert_eq!(bench.fails("sendLocation", place).await, 3008, "whatever it is");
    let action = json!({"chat_type": 1, "chat_id": ANNA, "action": "typing"});
    bench.does("sendChatAction", action).await;
}

#[tokio::test]
async fn a_bot_may_call_so_often_a_second() {
    let bench = Bench::open().await;
    bench.switch(|it| it.calls_per_second = 3);
    for method in ["getMe", "getUpdates", "getMe"] {
        bench.does(method, json!({})).await;
    }
    for method in ["getMe", "getUpdates", "sendTextMessage"] {
        assert_eq!(bench.fails(method, json!({})).await, 1007);
    }
    bench.world.advance(TimeDelta::seconds(1));
    bench.does("getMe", json!({})).await;
}

#[tokio::test]
async fn a_text_without_the_flag_is_markdown_or_not() {
    let bench = Bench::open().await;
    bench.does("sendTextMessage", text("**a**")).await;
    bench.switch(|it| it.potato_default_markdown = DefaultMarkdown::On);
    let number = bench.does("sendTextMessage", text("**b**")).await["message_id"].clone();
    let mut plain = text("**c**");
    plain["markdown"] = json!(false);
    bench.does("sendTextMessage", plain).await;
    assert_eq!(bench.written(), ["**a**", "b", "**c**"]);
    let mut edit = text("*d*");
    edit["message_id"] = number;
    bench.does("editMessageText", edit).await;
    assert_eq!(bench.written(), ["**a**", "d", "**c**"]);
}

#[tokio::test]
async fn what_stands_bare_in_a_text_is_an_entity_or_not() {
    let bench = Bench::open().await;
    let said = "/start @helper_bot https://example.org a@example.org";
    bench.says(said);
    assert_eq!(bench.polls("").await[0]["message"].get("entities"), None);
    bench.switch(|it| it.potato_bare_entities = BareEntities::Made);
    bench.says(said);
    let told = bench.polls("").await[0]["message"]["entities"].take();
    let entity = |kind, offset, length| json!({"type": kind, "offset": offset, "length": length});
    let entities = json!([entity(9, 0, 6), entity(6, 7, 11), entity(4, 19, 19), entity(8, 39, 13)]);
    assert_eq!(told, entities);
}
