//! Answers that go wrong.

use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use serde_json::{Value, json};

use crate::harness::{Bench, answer, client, text};

/// Every number of the document's table "Error Code", and the two that clients met beside it.
const CODES: [u16; 34] = [
    1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016,
    1017, 3002, 3003, 3004, 3005, 3006, 3007, 3008, 3009, 3010, 3011, 3012, 3013, 3014, 3015, 3016,
    3023, 4048,
];

/// The methods by their operations.
const METHODS: [(Operation, &str); 34] = [
    (Operation::Me, "getMe"),
    (Operation::Updates, "getUpdates"),
    (Operation::Subscribe, "setWebhook"),
    (Operation::Unsubscribe, "delWebhook"),
    (Operation::File, "getFile"),
    (Operation::Send, "sendTextMessage"),
    (Operation::Send, "forwardMessage"),
    (Operation::Answer, "answerCallbackQuery"),
    (Operation::Send, "sendLocation"),
    (Operation::Send, "sendVenue"),
    (Operation::Send, "sendPhoto"),
    (Operation::Send, "sendDocument"),
    (Operation::Send, "sendVideo"),
    (Operation::Edit, "editMessageText"),
    (Operation::Edit, "editMessageCaption"),
    (Operation::Delete, "deleteMessage"),
    (Operation::Leave, "leaveChat"),
    (Operation::Chat, "getChat"),
    (Operation::Members, "getChatMembersCount"),
    (Operation::Admins, "getChatAdministrators"),
    (Operation::EditChat, "setChatTitle"),
    (Operation::EditChat, "setChatDescription"),
    (Operation::EditMe, "setJoinGroups"),
    (Operation::Pin, "pinChatMessage"),
    (Operation::Unpin, "unpinChatMessage"),
    (Operation::RemoveMember, "kickChatMember"),
    (Operation::RemoveMember, "kickNotBan"),
    (Operation::Action, "sendChatAction"),
    (Operation::Send, "sendContact"),
    (Operation::Chats, "getGroups"),
    (Operation::Send, "sendGame"),
    (Operation::SetScore, "setGameScore"),
    (Operation::Scores, "getGameHighScores"),
    (Operation::AnswerInline, "answerInlineQuery"),
];

/// Those that the empty answers are tried on.
const TRIED: [(Operation, &str); 7] = [
    (Operation::Me, "getMe"),
    (Operation::Updates, "getUpdates"),
    (Operation::Send, "sendTextMessage"),
    (Operation::Edit, "editMessageText"),
    (Operation::Answer, "answerCallbackQuery"),
    (Operation::Subscribe, "setWebhook"),
    (Operation::Unsubscribe, "delWebhook"),
];

#[tokio::test]
async fn every_number_of_the_table_can_be_had_on_every_method() {
    let bench = Bench::open().await;
    for (operation, method) in METHODS {
        for code in CODES {
            bench.plan(operation, Fault::Code { code });
            let (status, refusal) = bench.asks(method, json!({})).await;
            assert_eq!((status, &refusal["ok"]), (400, &json!(false)), "{method}");
            assert_eq!(refusal["error_code"], code, "{method}");
            // The one that came without words.
            assert_eq!(refusal["result"].is_string(), code != 3023, "{refusal}");
        }
    }
}

#[tokio::test]
async fn an_empty_answer_comes_though_it_is_done() {
    let bench = Bench::open().await;
    for (operation, method) in TRIED {
        bench.plan(operation, Fault::Empty);
        let body = match method {
            "sendTextMessage" => text("x"),
            "setWebhook" => json!({"url": "http://127.0.0.1:9/"}),
            "editMessageText" => {
                let mut edit = text("y");
                edit["message_id"] =
                    bench.does("sendTextMessage", text("x")).await["message_id"].take();
                // The fault waits for the edit.
                edit
            }
            "answerCallbackQuery" => press(&bench).await,
            _ => json!({}),
        };
        assert_eq!(bench.asks(method, body).await, (200, json!("")), "{method}");
    }
    assert_eq!(bench.written(), ["x", "y", "Tea?"]);
    assert_eq!(bench.world.faults().still_planned(), []);
}

/// An answer to a press of Anna's.
async fn press(bench: &Bench) -> Value {
    let mut asked = text("Tea?");
    let row = json!({"buttons": [{"text": "Yes", "callback_data": "tea"}]});
    asked["reply_markup"] = json!({"type": 4, "inline_keyboard": [row]});
    let sent = bench.does("sendTextMessage", asked).await;
    let number = sent["message_id"].as_i64().expect("a number");
    let anna = bench.world.add_person(Platform::Potato, "Anna");
    let id = bench.world.press(bench.dialog, anna, number, "tea").expect("a button");
    json!({"inline_message_id": id, "text": "Counted"})
}

#[tokio::test]
async fn tamtam_and_max_answer_with_nothing_as_well() {
    let bench = Bench::open().await;
    let street = gateway_tests::Street::of(bench.world.clone()).await;
    for (platform, header) in
        [(Platform::Tamtam, None), (Platform::Max, Some(("Authorization", "sandbox-max")))]
    {
        let planned = PlannedFault::next(platform, Operation::Me, Fault::Empty);
        assert_eq!(planned.mistake(), None);
        bench.world.faults().plan(planned);
        let url = format!("{}me?access_token=sandbox-tamtam", street.server.url(platform) + "/");
        let request = client().get(url);
        let request = match header {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        assert_eq!(answer(request).await, (200, json!("")), "{platform}");
    }
}

#[tokio::test]
async fn what_fails_says_1001_and_what_is_down_speaks_no_json() {
    let bench = Bench::open().await;
    for (operation, method) in METHODS {
        bench.plan(operation, Fault::Fail);
        let failed = json!({"ok": false, "error_code": 1001, "result": "internal server error"});
        assert_eq!(bench.asks(method, json!({})).await, (500, failed));
        bench.plan(operation, Fault::Unavailable);
        let (status, page) = bench.asks(method, json!({})).await;
        assert_eq!((status, page.is_string()), (503, true), "{page}");
    }
    assert_eq!(bench.written(), Vec::<String>::new());
}

#[tokio::test]
async fn a_fault_that_can_do_nothing_is_not_planned() {
    let cut = Fault::Cut { bytes: 1 };
    let code = Fault::Code { code: 3023 };
    for (platform, operation, fault, word) in [
        (Platform::Potato, Operation::Send, Fault::NotReady, "no file waits"),
        (Platform::Potato, Operation::Send, cut, "cut is for"),
        (Platform::Potato, Operation::Construct, cut, "no such operation on potato"),
        (Platform::Potato, Operation::Deliver, code, "for what a bot asks"),
        (Platform::Potato, Operation::Me, Fault::Code { code: 0 }, "at least 1"),
        (Platform::Max, Operation::Send, code, "potato's table"),
        (Platform::Tamtam, Operation::Me, code, "potato's table"),
    ] {
        let why = PlannedFault::next(platform, operation, fault).mistake();
        let why = why.expect("a mistake");
        assert!(why.contains(word), "{why}");
    }
}
