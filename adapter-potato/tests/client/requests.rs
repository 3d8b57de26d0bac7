//! What is sent, held against the document's own requests where it is at hand.

use adapter_potato::Client;
use gateway_core::messenger::{Messenger as _, Result};
use gateway_core::model::{Button, ChatId, Keyboard, NewMessage, ReplyOptions};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::examples::{Example, examples};
use crate::server::{Server, say};
use crate::{TOKEN, client, potato};

fn read<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_value(json.clone()).expect("a request")
}

/// Asks what an example asks; what in it is a mistake of the document.
async fn asks(
    client: &Client,
    Example { of, json, .. }: &Example,
) -> (Result<()>, &'static [&'static str]) {
    let asked = match of.as_str() {
        "setWebhook" => {
            let url = json["url"].as_str().expect("an address").parse().expect("a URL");
            return (client.set_webhook(&url, None).await, &["certificate"]);
        }
        "editMessageCaption" => {
            return (client.edit_message_caption(&read(json)).await, &["text"]);
        }
        "setGameScore" => {
            return (client.set_game_score(&read(json)).await.map(drop), &["bot_id"]);
        }
        "getGameHighScores" => {
            let asked = client.game_high_scores(&read(json)).await.map(drop);
            return (asked, &["bot_id", "score"]);
        }
        "getFile" => client.file(json["file_id"].as_str().expect("an id")).await.map(drop),
        "sendTextMessage" => client.send_text_message(&read(json)).await.map(drop),
        "forwardMessage" => client.forward_message(&read(json)).await.map(drop),
        "answerCallbackQuery" => client.answer_callback_query(&read(json)).await,
        "sendLocation" => client.send_location(&read(json)).await.map(drop),
        "sendVenue" => client.send_venue(&read(json)).await.map(drop),
        "sendPhoto" => client.send_photo(&read(json), None).await.map(drop),
        "sendDocument" => client.send_document(&read(json), None).await.map(drop),
        "sendVideo" => client.send_video(&read(json), None, None).await.map(drop),
        "editMessageText" => client.edit_message_text(&read(json)).await,
        "deleteMessage" => client.delete_message(&read(json)).await,
        "leaveChat" => client.leave_chat(read(json)).await,
        "getChat" => client.chat(read(json)).await.map(drop),
        "getChatMembersCount" => client.chat_members_count(read(json)).await.map(drop),
        "getChatAdministrators" => client.chat_administrators(read(json)).await.map(drop),
        "setChatTitle" => client.set_chat_title(&read(json)).await,
        "setChatDescription" => client.set_chat_description(&read(json)).await,
        "setJoinGroups" => client.set_join_groups(json["enable"] == true).await,
        "pinChatMessage" => client.pin_chat_message(&read(json)).await,
        "unpinChatMessage" => client.unpin_chat_message(read(json)).await,
        "kickChatMember" => client.kick_chat_member(&read(json)).await,
        "kickNotBan" => client.kick_not_ban(&read(json)).await,
        "sendChatAction" => client.send_chat_action(&read(json)).await,
        "sendContact" => client.send_contact(&read(json)).await,
        "sendGame" => client.send_game(&read(json)).await.map(drop),
        other => panic!("a request of {other}, which nobody knows"),
    };
    (asked, &[])
}

#[tokio::test]
async fn what_is_sent_is_what_the_document_shows() {
    let examples = examples();
    for request in examples.iter().filter(|it| it.is_request) {
        let mut answers = examples.iter().filter(|it| it.of == request.of && !it.is_request);
        let answer = answers.next().map_or_else(|| json!({"ok": true}), |it| it.json.clone());
        let server = Server::saying(200, &answer).await;
        let (asked, mistakes) = asks(&client(&server.url), request).await;
        asked.unwrap_or_else(|why| panic!("{}: {why}", request.of));
        let [sent] = &server.requests()[..] else { panic!("one request of {}", request.of) };
        assert_eq!(sent.method, Method::POST, "{}", request.of);
        assert_eq!(sent.uri.path(), format!("/{TOKEN}/{}", request.of));
        let mut wanted = request.json.clone();
        for mistake in mistakes {
            wanted.as_object_mut().expect("an object").remove(*mistake).expect("it is there");
        }
        let body: Value = serde_json::from_slice(&sent.body).expect("JSON");
        assert_eq!(body, wanted, "{}", request.of);
        assert_eq!(sent.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn what_has_no_parameters_is_asked_for_by_get() {
    let groups = json!({"ok": true, "result": {"Groups": null, "SuperGroups": []}});
    let server = Server::start(&[
        say(200, &json!({"ok": true, "result": {"id": 10_000_001, "username": "b"}})),
        say(200, &groups),
        say(200, &json!({"ok": true, "result": true})),
        say(200, &json!({"ok": true, "result": []})),
    ])
    .await;
    let client = client(&server.url);
    client.me().await.expect("a user");
    assert_eq!(client.groups().await.expect("groups"), adapter_potato::wire::Groups::default());
    client.del_webhook().await.expect("it is done");
    client.updates(Some(58)).await.expect("updates");
    let asked: Vec<String> = server.requests().iter().map(|it| it.uri.to_string()).collect();
    let of = |method: &str| format!("/{TOKEN}/{method}");
    assert_eq!(asked, [of("getMe"), of("getGroups"), of("delWebhook"), of("getUpdates?offset=58")]);
    assert!(server.requests().iter().all(|it| it.method == Method::GET));
}

#[tokio::test]
async fn a_message_of_the_gateway_becomes_the_documents_requests() {
    let server = Server::saying(200, &json!({"ok": true, "result": {"message_id": 7}})).await;
    let potato = potato(&server.url);
    let row = |names: [(&str, &str); 2]| names.map(|(label, data)| Button::callback(label, data));
    let keyboard = Keyboard::inline([
        row([("Button1", "123"), ("Button2", "abcde")]),
        row([("Button3", "22222"), ("Button4", "333")]),
    ]);
    let chat = ChatId::new("user:20216742");
    let new = NewMessage::new("aaqwerw").with_keyboard(keyboard);
    potato.send(&chat, &new).await.expect("it is sent");
    let options = ReplyOptions { resize: true, ..ReplyOptions::default() };
    let keyboard = Keyboard::reply(options, [[Button::message("new Button1")]]);
    let edit = NewMessage::new("abcde").with_keyboard(keyboard);
    potato.edits().expect("it edits").edit(&chat, &"16".into(), &edit).await.expect("it is edited");
    let bodies: Vec<Value> = server
        .requests()
        .iter()
        .map(|it| serde_json::from_slice(&it.body).expect("JSON"))
        .collect();
    let buttons = |names: [(&str, &str); 2]| json!({"buttons": names.map(|(text, data)| json!({"text": text, "callback_data": data}))});
    let inline = json!({"type": 4, "inline_keyboard": [
        buttons([("Button1", "123"), ("Button2", "abcde")]),
        buttons([("Button3", "22222"), ("Button4", "333")]),
    ]});
    let reply = json!({
        "type": 2, "resize_keyboard": true, "single_use": false, "selective": false,
        "keyboard": [{"buttons": [{"text": "new Button1"}]}],
    });
    let sent = json!({
        "chat_type": 1, "chat_id": 20_216_742, "text": "aaqwerw", "markdown": false,
        "reply_markup": inline,
    });
    let edited = json!({
        "chat_type": 1, "chat_id": 20_216_742, "message_id": 16, "text": "abcde",
        "markdown": false, "reply_markup": reply,
    });
    assert_eq!(bodies, [sent, edited]);
}

#[tokio::test]
async fn what_nobody_documents_can_be_called_by_its_name() {
    let server = Server::saying(200, &json!({"ok": true, "result": {"odd": 1}})).await;
    let client = client(&server.url);
    let brought = client.raw("sendPhoneMessage", &json!({"phone": "1"})).await.expect("JSON");
    assert_eq!(brought.as_str(), r#"{"odd":1}"#);
    assert_eq!(server.requests()[0].uri.path(), format!("/{TOKEN}/sendPhoneMessage"));
    for name in ["", "../getMe", "get/Me", "getMe?x"] {
        client.raw(name, &json!({})).await.expect_err("it is no name");
    }
}
