//! What the platform says is read and written without a loss.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use adapter_tamtam::wire::{
    Attachment, AttachmentRequest, BotInfo, Button, Chat, ChatAdminPermission, ChatList,
    ChatMember, ChatMembersList, CommentList, ConstructorAnswer, GetSubscriptionsResult, Message,
    MessageList, ModifyMembersResult, ReplyButton, Update, UpdateList, UploadEndpoint,
    VideoAttachmentDetails,
};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Without what is `null`, which reads like what is not there.
fn without_null(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.retain(|_, it| !it.is_null());
            fields.values_mut().for_each(|it| *it = without_null(it.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|it| *it = without_null(it.take())),
        _ => {}
    }
    value
}

/// Reads it and writes it, and both are the same.
fn stays<T: DeserializeOwned + Serialize>(json: &Value) -> T {
    let text = json.to_string();
    let read: T = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why} in {text}"));
    let written = serde_json::to_value(&read).expect("it is JSON");
    assert_eq!(without_null(written), without_null(json.clone()));
    read
}

fn person() -> Value {
    json!({"user_id": 4_096, "first_name": "Vera", "last_name": "", "name": "Vera", "is_bot": false,
           "last_activity_time": 1_780_000_001_000_i64, "avatar_url": "https://i.example/s"})
}

fn message() -> Value {
    json!({
        "recipient": {"chat_id": -71_000_000_000_001_i64, "chat_type": "channel"},
        "timestamp": 1_780_000_002_345_i64,
        "link": {"type": "reply", "sender": person(),
                 "message": {"mid": "mid.a", "seq": 116_654_080_153_600_002_i64, "text": "a?"}},
        "body": {"mid": "mid.b", "seq": 116_654_080_153_600_003_i64, "text": "b c",
                 "markup": [{"type": "link", "from": 2, "length": 1, "url": "https://e.example"}],
                 "attachments": [{"type": "data", "data": "x"}]},
        "stat": {"views": 12}, "url": "https://max.example/c/1",
    })
}

#[test]
fn every_update_stays_what_it_is() {
    let chat = json!({"chat_id": -5, "type": "chat", "status": "active", "last_event_time": 7,
                      "participants_count": 1, "is_public": false, "participants": {"4096": 9}});
    let in_chat = json!({"chat_id": -5, "user": person(), "is_channel": true, "user_id": 4_096});
    let in_dialog = json!({"chat_id": 5, "user": person(), "user_locale": "ru"});
    let comment = json!({"message": {
        "sender": person(), "timestamp": 1, "body": {"mid": "c", "seq": 2, "text": "yes"},
        "recipient": {"chat_id": -5, "chat_type": "channel", "post_id": "mid.p"}}});
    let input = json!({"input_type": "message", "messages": [{"text": "x", "attachments": [
        {"type": "image", "payload": {"token": "t"}}]}]});
    let updates = [
        ("message_created", json!({"message": message(), "user_locale": "de"})),
        ("message_edited", json!({"message": message()})),
        ("message_removed", json!({"message_id": "mid.b", "chat_id": 5, "user_id": 4_096})),
        (
            "message_callback",
            json!({"message": message(), "user_locale": "ru", "callback": {
            "timestamp": 3, "callback_id": "c", "payload": "p", "user": person()}}),
        ),
        (
            "message_callback",
            json!({"message": null, "callback": {
            "timestamp": 3, "callback_id": "c", "user": person()}}),
        ),
        ("bot_started", json!({"chat_id": 5, "user": person(), "payload": "p", "user_id": 4_096})),
        ("bot_stopped", in_dialog.clone()),
        ("dialog_cleared", in_dialog.clone()),
        (
            "dialog_muted",
            json!({"chat_id": 5, "user": person(), "muted_until": 1_780_009_999_999_i64}),
        ),
        ("dialog_unmuted", in_dialog.clone()),
        ("dialog_removed", in_dialog),
        ("bot_added", in_chat.clone()),
        ("bot_removed", in_chat.clone()),
        (
            "user_added",
            json!({"chat_id": -5, "user": person(), "is_channel": false, "inviter_id": 6}),
        ),
        (
            "user_removed",
            json!({"chat_id": -5, "user": person(), "is_channel": false, "admin_id": 6}),
        ),
        (
            "chat_title_changed",
            json!({"chat_id": -5, "user": person(), "title": "New", "user_id": 1}),
        ),
        (
            "message_construction_request",
            json!({
            "user": person(), "user_locale": "en", "session_id": "s", "data": "d", "input": input}),
        ),
        (
            "message_construction_request",
            json!({"user": person(), "session_id": "s",
            "input": {"input_type": "callback", "payload": "p"}}),
        ),
        (
            "message_constructed",
            json!({"session_id": "s", "message": {
            "timestamp": 5, "body": {"mid": "m", "seq": 1, "text": "x"}}}),
        ),
        ("message_chat_created", json!({"chat": chat, "message_id": "m", "start_payload": "p"})),
        ("comment_created", comment.clone()),
        ("comment_edited", comment),
        (
            "comment_removed",
            json!({"message_id": "c", "user_id": 1, "chat_id": -5, "post_id": "p"}),
        ),
        (
            "bot_admin_permissions_changed",
            json!({"chat_id": -5, "user_id": 1, "bot_id": 2,
            "is_channel": true, "is_admin": true, "permissions": ["write", "dance"]}),
        ),
    ];
    for (kind, mut update) in updates {
        update["update_type"] = kind.into();
        update["timestamp"] = 1_780_000_003_456_i64.into();
        stays::<Update>(&update);
    }
}

#[test]
fn every_attachment_that_is_read_is_typed_and_stays_what_it_is() {
    let media = json!({"url": "https://u.example", "token": "t"});
    for attachment in [
        json!({"type": "image", "payload": {"photo_id": 9_007_199_254_740_993_i64, "token": "t", "url": "u"}}),
        json!({"type": "video", "payload": media, "thumbnail": {"url": "u"}, "width": 1, "height": 2, "duration": 3}),
        json!({"type": "video", "payload": media, "thumbnail": {"url": "u", "photo_id": 1, "token": "t"}}),
        json!({"type": "audio", "payload": media, "transcription": "hello"}),
        json!({"type": "file", "payload": media, "filename": "a.pdf", "size": 4_294_967_296_i64}),
        json!({"type": "sticker", "payload": {"url": "u", "code": "c"}, "width": 5, "height": 6}),
        json!({"type": "contact", "payload": {"vcf_info": "BEGIN:VCARD\r\n", "max_info": person(), "hash": "ab"}}),
        json!({"type": "contact", "payload": {"tam_info": person()}}),
        json!({"type": "inline_keyboard", "callback_id": "f9", "payload": {"buttons": [[
            {"type": "callback", "text": "a", "payload": "b", "intent": "default"}]]}}),
        json!({"type": "reply_keyboard", "buttons": [[{"type": "user_contact", "text": "me"}]]}),
        json!({"type": "share", "payload": {"url": "u", "token": "t"}, "title": "x", "image_url": "i"}),
        json!({"type": "location", "latitude": 55.5, "longitude": -37.25}),
        json!({"type": "data", "data": "d"}),
    ] {
        assert!(matches!(stays(&attachment), Attachment::Known(_)), "{attachment}");
    }
}

#[test]
fn every_attachment_that_is_sent_is_typed_and_stays_what_it_is() {
    for attachment in [
        json!({"type": "image", "payload": {"url": "u"}}),
        json!({"type": "image", "payload": {"photos": {"k==": {"token": "t"}}}}),
        json!({"type": "video", "payload": {"token": "t"}}),
        json!({"type": "audio", "payload": {"token": "t"}}),
        json!({"type": "file", "payload": {"token": "t"}}),
        json!({"type": "sticker", "payload": {"code": "c"}}),
        json!({"type": "contact", "payload": {"name": "N", "contact_id": 1, "vcf_info": "v", "vcf_phone": "+7"}}),
        json!({"type": "inline_keyboard", "payload": {"buttons": []}}),
        json!({"type": "reply_keyboard", "direct": true, "direct_user_id": 1, "buttons": [[]]}),
        json!({"type": "location", "latitude": 0.0, "longitude": 1.5}),
        json!({"type": "share", "payload": {"url": "u"}}),
    ] {
        let read: AttachmentRequest<'_> = stays(&attachment);
        assert!(matches!(read, AttachmentRequest::Known(_)), "{attachment}");
    }
}

#[test]
fn every_button_is_typed_and_stays_what_it_is() {
    for button in [
        json!({"type": "callback", "text": "a", "payload": "b", "intent": "negative"}),
        json!({"type": "link", "text": "a", "url": "u"}),
        json!({"type": "request_contact", "text": "a"}),
        json!({"type": "request_geo_location", "text": "a", "quick": false}),
        json!({"type": "chat", "text": "a", "chat_title": "t", "chat_description": "d",
               "start_payload": "p", "uuid": 7}),
        json!({"type": "open_app", "text": "a", "web_app": "bot", "contact_id": 1, "payload": "p"}),
        json!({"type": "message", "text": "a"}),
        json!({"type": "clipboard", "text": "a", "payload": "p"}),
    ] {
        let read: Button<'_> = stays(&button);
        assert!(matches!(read, Button::Known(_)), "{button}");
    }
    for button in [
        json!({"type": "message", "text": "a", "payload": "p"}),
        json!({"type": "user_geo_location", "text": "a", "quick": true}),
        json!({"type": "user_contact", "text": "a"}),
    ] {
        let read: ReplyButton<'_> = stays(&button);
        assert!(matches!(read, ReplyButton::Known(_)), "{button}");
    }
}

#[test]
fn what_is_new_or_broken_is_kept_whole() {
    for attachment in [
        json!({"type": "hologram", "depth": [1, {"x": null}]}),
        json!({"type": "image", "payload": "none"}),
        json!("not even an object"),
    ] {
        let read: Attachment = serde_json::from_value(attachment.clone()).expect("it is kept");
        assert_eq!(serde_json::to_value(&read).expect("it is JSON"), attachment);
        let read: AttachmentRequest<'_> = serde_json::from_value(attachment.clone()).expect("kept");
        assert_eq!(serde_json::to_value(&read).expect("it is JSON"), attachment);
    }
    let button = json!({"type": "call", "text": "a", "number": 112});
    assert!(matches!(stays(&button), Button::Other(_)));
    let permission: ChatAdminPermission = stays(&json!("dance"));
    assert_eq!(permission, ChatAdminPermission::Other("dance".to_owned()));
}

proptest! {
    #[test]
    fn every_word_stays_what_it_is(word in any::<String>()) {
        let permission: ChatAdminPermission = stays(&json!(word));
        prop_assert_eq!(permission.as_str(), &word);
    }

    #[test]
    fn no_button_is_lost(kind in "callback|link|chat|new_[a-z_]{0,8}", text in any::<String>()) {
        // Whether its fields are those of its kind or not.
        stays::<Button<'_>>(&json!({"type": kind, "text": text, "payload": "p"}));
    }
}

#[test]
fn chats_and_members_stay_what_they_are() {
    stays::<Chat>(&json!({
        "chat_id": -5, "type": "channel", "status": "left", "title": "T", "icon": {"url": "u"},
        "last_event_time": 1, "participants_count": 2, "owner_id": 3, "participants": {"3": 4},
        "is_public": true, "link": "l", "description": "d", "messages_count": 8,
        "pinned_message": message(),
    }));
    let mut member = person();
    member["permissions"] = json!(["pin_message", "view_stats"]);
    (member["last_access_time"], member["join_time"]) = (1.into(), 2.into());
    (member["is_owner"], member["is_admin"]) = (true.into(), true.into());
    assert_eq!(stays::<ChatMember>(&member).user.user_id, 4_096);
    let mut me = person();
    me["commands"] = json!([{"name": "help"}, {"name": "start", "description": "begins"}]);
    assert_eq!(stays::<BotInfo>(&me).commands.expect("two").len(), 2);
}

#[test]
fn answers_of_one_dialect_stay_what_they_are() {
    stays::<ModifyMembersResult>(&json!({"success": false, "message": "m", "failed_user_ids": [1],
        "failed_user_details": [{"error_code": "add.participant.privacy", "user_ids": [1]}]}));
    stays::<VideoAttachmentDetails>(&json!({"token": "t", "urls": {"mp4_720": "u", "hls": "h"},
        "thumbnail": {"url": "u", "photo_id": 1, "token": "t"}, "width": 1, "height": 2, "duration": 3}));
    stays::<ConstructorAnswer<'_>>(&json!({"messages": [{"text": "a"}], "allow_user_input": true,
        "hint": "h", "data": "d", "placeholder": "p",
        "keyboard": {"buttons": [[{"type": "callback", "text": "a", "payload": "b"}]]}}));
}

#[test]
fn a_message_survives_what_is_null_or_missing() {
    let bare = json!({"recipient": {"chat_type": "planet"}, "timestamp": 1,
                      "body": {"mid": "m", "text": null, "attachments": null, "seq": null},
                      "sender": {"user_id": 1, "is_bot": null, "last_activity_time": null}});
    let message: Message = serde_json::from_value(bare).expect("it is read");
    assert_eq!(message.body.expect("it has one").attachments, None);
}

#[test]
fn an_upload_url_is_not_shown() {
    let endpoint = UploadEndpoint { url: "https://up.example/?sig=abc".to_owned(), token: None };
    assert!(!format!("{endpoint:?}").contains("abc"));
}

/// `GATEWAY_REFERENCE` names a folder with the recorded payloads in `max-updates`.
#[test]
#[expect(clippy::print_stderr, reason = "whoever runs it shall know that nothing was compared")]
fn recorded_updates_of_max_stay_what_they_are() {
    let Some(folder) = std::env::var_os("GATEWAY_REFERENCE") else {
        eprintln!("GATEWAY_REFERENCE is not set: no recorded payload was compared");
        return;
    };
    let folder = std::path::Path::new(&folder).join("max-updates");
    let mut files = 0;
    for file in std::fs::read_dir(&folder).expect("the folder is there") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
        let list: UpdateList = serde_json::from_str(&text).expect("a list");
        let whole: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(serde_json::to_value(&list).expect("JSON"), whole);
        for update in list.updates {
            stays::<Update>(&update.to_value());
        }
        files += 1;
    }
    assert!(files > 0, "there is nothing in {}", folder.display());
}

#[test]
fn an_answer_without_its_list_is_no_empty_list() {
    fn check<T: DeserializeOwned>(list: &str) {
        for body in ["{}", r#"{"success": true}"#, "[]"] {
            assert!(serde_json::from_str::<T>(body).is_err(), "{list}: {body}");
        }
        let null = format!(r#"{{"{list}": null}}"#);
        assert!(serde_json::from_str::<T>(&null).is_ok(), "{null}");
    }
    check::<MessageList>("messages");
    check::<CommentList>("messages");
    check::<ChatList>("chats");
    check::<ChatMembersList>("members");
    check::<GetSubscriptionsResult>("subscriptions");
}
