//! Planned mishaps, on every method.

use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use serde_json::json;

use crate::harness::{Bench, File, MP4, PNG, read, refusal};

/// The methods, and what they are to whoever plans a mishap.
const METHODS: [(&str, Operation); 30] = [
    ("getMe", Operation::Me),
    ("getUpdates", Operation::Updates),
    ("getFile", Operation::File),
    ("sendTextMessage", Operation::Send),
    ("forwardMessage", Operation::Send),
    ("answerCallbackQuery", Operation::Answer),
    ("sendLocation", Operation::Send),
    ("sendVenue", Operation::Send),
    ("sendPhoto", Operation::Send),
    ("sendDocument", Operation::Send),
    ("sendVideo", Operation::Send),
    ("editMessageText", Operation::Edit),
    ("editMessageCaption", Operation::Edit),
    ("deleteMessage", Operation::Delete),
    ("leaveChat", Operation::Leave),
    ("getChat", Operation::Chat),
    ("getChatMembersCount", Operation::Members),
    ("getChatAdministrators", Operation::Admins),
    ("setChatTitle", Operation::EditChat),
    ("setChatDescription", Operation::EditChat),
    ("setJoinGroups", Operation::EditMe),
    ("pinChatMessage", Operation::Pin),
    ("unpinChatMessage", Operation::Unpin),
    ("kickChatMember", Operation::RemoveMember),
    ("kickNotBan", Operation::RemoveMember),
    ("sendChatAction", Operation::Action),
    ("sendContact", Operation::Send),
    ("sendGame", Operation::Send),
    ("setGameScore", Operation::SetScore),
    ("getGameHighScores", Operation::Scores),
];

#[tokio::test]
async fn every_method_meets_what_is_planned_for_it() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let more = [("answerInlineQuery", Operation::AnswerInline), ("getGroups", Operation::Chats)];
    for (method, operation) in METHODS.into_iter().chain(more) {
        for (fault, code) in [(Fault::Refuse, 1006), (Fault::RateLimit { retry_after: None }, 1007)]
        {
            let planned = PlannedFault::next(Platform::Potato, operation, fault);
            assert_eq!(planned.mistake(), None, "{operation:?}");
            bench.world.faults().plan(planned);
            assert_eq!(bot.is_refused(method, json!({})).await, code, "{method}");
        }
        let fault = Fault::Unavailable;
        bench.world.faults().plan(PlannedFault::next(Platform::Potato, operation, fault));
        assert_eq!(bot.asks(method, json!({})).await.status, 503, "{method}");
        assert!(bench.world.faults().still_planned().is_empty(), "{method}");
    }
}

#[tokio::test]
async fn what_is_garbled_is_done() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let fault = PlannedFault::next(Platform::Potato, Operation::Send, Fault::Garble);
    bench.world.faults().plan(fault);
    let got = bot.asks("sendTextMessage", bench.at(chat, json!({"text": "Tea"}))).await;
    assert_eq!((got.status, got.body), (200, json!(null)));
    assert_eq!(bench.last(chat).content.text.plain, "Tea");
}

#[tokio::test]
async fn whoever_asks_too_often_may_be_told_when_to_come_again() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let fault = Fault::RateLimit { retry_after: Some(3) };
    bench.world.faults().plan(PlannedFault::next(Platform::Potato, Operation::Me, fault));
    let url = format!("{}/{}/getMe", bot.base, bot.token);
    let answer = bot.client.get(url).send().await.expect("an answer");
    assert_eq!(answer.headers()["retry-after"], "3");
    assert_eq!(refusal(&read(answer).await), 1007);
}

#[tokio::test]
async fn no_mishap_is_spent_without_being_felt() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let send = async || {
        let files = [File("video", "a.mp4", MP4), File("thumb", "a.png", PNG)];
        bot.fills("sendVideo", bench.at(chat, json!({})), &files).await
    };
    let plan = |operation, fault| {
        bench.world.faults().plan(PlannedFault::next(Platform::Potato, operation, fault));
    };
    let left = || bench.world.faults().still_planned().len();

    plan(Operation::Send, Fault::Delay { ms: 0 });
    plan(Operation::Upload, Fault::Garble);
    assert_eq!((send().await.body, left()), (json!(null), 0), "a delay hides nothing");

    plan(Operation::Send, Fault::Empty);
    plan(Operation::Upload, Fault::Garble);
    assert_eq!((send().await.body, left()), (json!(null), 1), "an answer goes wrong once");
    assert_eq!((send().await.body, left()), (json!(null), 0));

    plan(Operation::Send, Fault::Garble);
    plan(Operation::Upload, Fault::Refuse);
    assert_eq!((send().await.body, left()), (json!(null), 0), "a refusal is an answer");
    assert_eq!(send().await.status, 200);
}

#[tokio::test]
async fn a_file_that_comes_along_is_an_upload_beside_its_message() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let fault = PlannedFault::next(Platform::Potato, Operation::Upload, Fault::Refuse);
    bench.world.faults().plan(fault);
    bot.does("sendTextMessage", bench.at(chat, json!({"text": "no file"}))).await;
    let got =
        bot.fills("sendPhoto", bench.at(chat, json!({})), &[File("photo", "a.png", PNG)]).await;
    assert_eq!(refusal(&got), 1006);
}
