//! Messages that a person builds with a bot's help; TamTam only.

use sandbox::Platform;
use sandbox::world::{Content, Input};
use serde_json::{Value, json};

use crate::harness::{Bench, Bot, refusal};

fn opened(bench: &Bench, bot: &Bot) -> String {
    let (anna, other) = (bench.anna(Platform::Tamtam), bench.another(Platform::Tamtam, "Other"));
    let chat = bench.world.dialog(other.key, anna);
    bench.world.act(|state| state.open_constructor(bot.key, anna, chat))
}

async fn answers(bot: &Bot, session: &str, body: Value) -> (u16, Value) {
    bot.post(&format!("/answers/constructor?session_id={session}"), body).await
}

#[tokio::test]
async fn an_answer_is_what_the_person_sees_and_posts() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let session = opened(&bench, &bot);
    let markup = json!([{"type": "strong", "from": 0, "length": 3}]);
    let answer = json!({
        "messages": [{"text": "Tea", "markup": markup}, {"text": "**!**", "format": "markdown"}],
        "allow_user_input": true, "hint": "Choose", "data": "step 1", "placeholder": "Here",
        "keyboard": {"buttons": [[{"type": "callback", "text": "More", "payload": "more"}]]},
    });
    assert_eq!(answers(&bot, &session, answer).await, (200, json!({"success": true})));
    let open = bench.world.look(|state| state.constructor(&session).cloned()).expect("is open");
    assert!(open.allows_user_input);
    assert_eq!((open.hint.as_deref(), open.data.as_deref()), (Some("Choose"), Some("step 1")));
    assert_eq!((open.placeholder.as_deref(), open.buttons.len()), (Some("Here"), 1));
    let posted = bench.world.act(|state| state.post_constructed(&session)).expect("two messages");
    assert_eq!(posted.len(), 2);
    assert!(posted.iter().all(|it| it.content.text.marks.len() == 1));
}

#[tokio::test]
async fn a_message_names_the_bot_that_made_it() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let anna = bench.anna(Platform::Tamtam);
    let dialog = bench.dialog(&bot);
    let session = bench.world.act(|state| state.open_constructor(bot.key, anna, dialog));
    answers(&bot, &session, json!({"messages": [{"text": "Tea"}]})).await;
    let posted = bench.world.act(|state| state.post_constructed(&session)).expect("a message");
    let mid = sandbox::world::mid(bench.chat_id(dialog), posted[0].number);
    let (_, message) = bot.get(&format!("/messages/{mid}")).await;
    assert_eq!(message["constructor"]["user_id"], bench.user_id(bot.key));
    assert_eq!(message["sender"]["user_id"], bench.user_id(anna));
}

#[tokio::test]
async fn only_an_open_constructor_of_the_bot_is_answered() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let session = opened(&bench, &bot);
    let other = bench.another(Platform::Tamtam, "Third");
    assert_eq!(answers(&other, &session, json!({})).await.0, 405);
    assert_eq!(answers(&bot, "none", json!({})).await.0, 405);
    assert_eq!(refusal(answers(&bot, "", json!({})).await).0, 400);
}

#[tokio::test]
async fn an_answer_is_checked() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let session = opened(&bench, &bot);
    for wrong in [
        json!({"data": "x".repeat(8193)}),
        json!({"messages": [{"text": "x".repeat(4001)}]}),
        json!({"messages": [{}]}),
        json!({"messages": [{"text": "Tea", "markup": [{"type": "strong", "from": 2, "length": 2}]}]}),
        json!({"messages": [{"text": "Tea", "markup": [{"type": "loud", "from": 0, "length": 2}]}]}),
        json!({"messages": "Tea"}),
    ] {
        let (status, code, _) = refusal(answers(&bot, &session, wrong.clone()).await);
        assert_eq!((status, code.as_str()), (400, "proto.payload"), "{wrong}");
    }
    assert_eq!(answers(&bot, &session, json!({"data": "x".repeat(8192)})).await.0, 200);
}

#[tokio::test]
async fn max_has_no_constructors() {
    let bench = Bench::open().await;
    assert_eq!(answers(&bench.max(), "any", json!({})).await.0, 404);
}

#[tokio::test]
async fn a_person_presses_the_buttons_and_writes_when_the_bot_lets_them() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let session = opened(&bench, &bot);
    let presses = || Input::Pressed { payload: "more".to_owned() };
    let writes = || Input::Wrote { messages: vec![Content::of_text("x")] };
    let does = |input: Input| bench.world.act(|state| state.construct(&session, input));
    assert!(!does(presses()) && !does(writes()), "the bot has not answered yet");
    let answer = json!({
        "allow_user_input": true,
        "keyboard": {"buttons": [[{"type": "callback", "text": "More", "payload": "more"}]]},
    });
    answers(&bot, &session, answer).await;
    assert!(does(presses()) && does(writes()));
    assert!(!does(Input::Pressed { payload: "less".to_owned() }));
}
