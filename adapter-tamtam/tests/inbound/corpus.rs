//! One update of every kind of both dialects, and of every attachment, with values of our own.

use serde_json::{Value, json};

/// As TamTam writes a person.
pub(crate) fn of_tamtam() -> Value {
    json!({"user_id": 4_097, "name": "Oskar Baum", "username": "oskar", "is_bot": false,
           "last_activity_time": 1_610_000_000_000_i64, "avatar_url": "https://i.example/s",
           "full_avatar_url": "https://i.example/l", "description": "A gardener"})
}

/// As MAX writes a person.
pub(crate) fn of_max() -> Value {
    json!({"user_id": 4_096, "first_name": "Vera", "last_name": "", "name": "Vera", "is_bot": false,
           "last_activity_time": 1_780_000_001_000_i64})
}

/// One of each attachment that is read.
pub(crate) fn attachments() -> Vec<Value> {
    let file = || json!({"url": "https://f.example/1", "token": "tok-1"});
    let photo = || json!({"photo_id": 7, "token": "tok-1", "url": "https://f.example/1"});
    vec![
        json!({"type": "image", "payload": photo()}),
        json!({"type": "video", "payload": file(), "thumbnail": {"url": "https://f.example/2"},
               "width": 1280, "height": 720, "duration": 12}),
        json!({"type": "video", "payload": file(), "thumbnail": photo()}),
        json!({"type": "audio", "payload": file(), "transcription": "hello"}),
        json!({"type": "file", "payload": file(), "filename": "a.pdf", "size": 12_345}),
        json!({"type": "sticker", "payload": {"url": "https://f.example/1", "code": "code-1"},
               "width": 120, "height": 130}),
        json!({"type": "contact", "payload": {"vcf_info":
               "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Vera Stern\r\nTEL;TYPE=cell:49301234\r\nEND:VCARD",
               "max_info": of_max(), "hash": "ab12"}}),
        json!({"type": "contact", "payload": {"tam_info": of_tamtam()}}),
        json!({"type": "share", "payload": {"url": "https://e.example/", "token": "tok-1"},
               "title": "A page", "description": "About it", "image_url": "https://e.example/i"}),
        json!({"type": "location", "latitude": 52.5, "longitude": 13.4}),
        json!({"type": "data", "data": "chosen"}),
        json!({"type": "hologram", "payload": {"depth": 3}}),
        json!({"type": "inline_keyboard", "callback_id": "f9c", "payload": {"buttons": [[
            {"type": "callback", "text": "Yes", "payload": "y", "intent": "positive"},
            {"type": "link", "text": "Site", "url": "https://e.example/"}], [
            {"type": "chat", "text": "Talk", "chat_title": "Us", "uuid": 5},
            {"type": "request_geo_location", "text": "Here", "quick": false},
            {"type": "dance", "text": "Dance"}]]}}),
        json!({"type": "reply_keyboard", "buttons": [[{"type": "message", "text": "Yes"}]]}),
    ]
}

pub(crate) fn message(recipient: &Value, body: &Value, sender: &Value) -> Value {
    json!({"recipient": recipient, "timestamp": 1_780_000_002_345_i64, "body": body,
           "sender": sender})
}

fn body() -> Value {
    json!({"mid": "mid.0000000000001000019a7f3b2c4d0001", "seq": 116_654_080_153_600_001_i64,
           "text": "😀 see this", "attachments": attachments(), "markup": [
               {"type": "strong", "from": 3, "length": 3}, {"type": "sparkling", "from": 0, "length": 2},
               {"type": "link", "from": 7, "length": 4, "url": "https://e.example/"},
               {"type": "user_mention", "from": 3, "length": 3, "user_link": "@oskar"}]})
}

/// Each with the name that the model has for its kind.
pub(crate) fn updates() -> Vec<(&'static str, Value)> {
    let dialog = json!({"chat_id": 4_096, "chat_type": "dialog", "user_id": 9});
    let group = json!({"chat_id": -71_000_000_000_001_i64, "chat_type": "chat"});
    let channel = json!({"chat_id": -71_000_000_000_002_i64, "chat_type": "channel"});
    let post = json!({"chat_id": -71_000_000_000_002_i64, "chat_type": "channel",
                      "post_id": "mid.post"});
    let plain = json!({"mid": "mid.plain", "seq": 5, "text": "hi"});
    let linked = |kind: &str| {
        let mut message =
            message(&group, &json!({"mid": "mid.link", "seq": 6, "text": null}), &of_tamtam());
        message["link"] =
            json!({"type": kind, "sender": of_max(), "chat_id": -7, "message": body()});
        message
    };
    let mut bare = message(&channel, &plain, &Value::Null);
    bare["stat"] = json!({"views": 12});
    bare["url"] = json!("https://max.example/c/1");
    let callback = json!({"timestamp": 3, "callback_id": "f9LHodD0cO", "payload": "vote:tea",
                          "user": of_max()});
    let in_chat = json!({"chat_id": -5, "user": of_max(), "is_channel": false, "user_id": 4_096});
    let in_dialog = json!({"chat_id": 5, "user": of_max(), "user_locale": "ru"});
    let muted = json!({"chat_id": 5, "user": of_max(), "muted_until": 1_780_000_100_000_i64});
    let comment = json!({"message": message(&post, &json!({"mid": "mid.c", "seq": 2, "text": "yes"}), &of_max())});
    let written = json!({"input_type": "message", "messages": [{"text": "x", "attachments": [
        {"type": "image", "payload": {"token": "t"}}, {"type": "location", "latitude": 1.0, "longitude": 2.0},
        {"type": "contact", "payload": {"name": "Vera", "vcf_phone": "49"}}]}]});
    let session = |input: &Value| {
        json!({"user": of_tamtam(), "user_locale": "de",
                                         "session_id": "s-1", "data": "d", "input": input})
    };
    let made = json!({"chat_id": -8, "type": "chat", "status": "active", "title": "Us",
                      "last_event_time": 7, "participants_count": 2, "is_public": false});
    let changes = json!({"chat_id": -5, "user_id": 4_096, "bot_id": 9, "is_channel": true,
                         "is_admin": true, "permissions": ["write", "add_remove_members", "fly"]});
    let of = |update_type: &str, fields: &Value| {
        let mut update = fields.clone();
        update["update_type"] = json!(update_type);
        update["timestamp"] = json!(1_780_000_003_000_i64);
        update
    };
    let said = |message: &Value| json!({"message": message});
    vec![
        (
            "message_created",
            of(
                "message_created",
                &json!({"message": message(&dialog, &body(), &of_max()), "user_locale": "de"}),
            ),
        ),
        ("message_created", of("message_created", &said(&linked("forward")))),
        (
            "message_created",
            of(
                "message_created",
                &said(&{
                    let mut it = linked("reply");
                    it["body"]["mid"] = json!("mid.reply");
                    it
                }),
            ),
        ),
        ("message_created", of("message_created", &said(&bare))),
        ("message_edited", of("message_edited", &said(&message(&group, &body(), &of_tamtam())))),
        (
            "message_deleted",
            of(
                "message_removed",
                &json!({"message_id": "mid.gone", "chat_id": 5, "user_id": 4_096}),
            ),
        ),
        (
            "message_deleted",
            of("message_removed", &json!({"message_id": "mid.0000000000001000019a7f3b2c4d0009"})),
        ),
        (
            "button_pressed",
            of(
                "message_callback",
                &json!({"callback": callback, "message": message(&dialog, &plain, &of_max())}),
            ),
        ),
        (
            "button_pressed",
            of(
                "message_callback",
                &json!({"message": null, "callback": {"timestamp": 3, "callback_id": "other", "user": of_tamtam()}}),
            ),
        ),
        (
            "bot_started",
            of(
                "bot_started",
                &json!({"chat_id": 5, "user": of_max(), "payload": "from-site", "user_locale": "de"}),
            ),
        ),
        ("bot_stopped", of("bot_stopped", &in_dialog)),
        ("dialog_cleared", of("dialog_cleared", &in_dialog)),
        ("dialog_muted", of("dialog_muted", &muted)),
        ("dialog_unmuted", of("dialog_unmuted", &in_dialog)),
        ("dialog_removed", of("dialog_removed", &in_dialog)),
        ("bot_added", of("bot_added", &in_chat)),
        ("bot_removed", of("bot_removed", &in_chat)),
        ("bot_permissions_changed", of("bot_admin_permissions_changed", &changes)),
        (
            "members_joined",
            of("user_added", &json!({"chat_id": -5, "user": of_max(), "inviter_id": 4_097})),
        ),
        (
            "members_joined",
            of(
                "user_added",
                &json!({"chat_id": -5, "user": of_tamtam(), "inviter_id": null, "is_channel": true}),
            ),
        ),
        (
            "member_left",
            of("user_removed", &json!({"chat_id": -5, "user": of_max(), "admin_id": 4_097})),
        ),
        (
            "member_left",
            of("user_removed", &json!({"chat_id": -6, "user": of_tamtam(), "admin_id": null})),
        ),
        (
            "title_changed",
            of("chat_title_changed", &json!({"chat_id": -5, "user": of_max(), "title": "Tea"})),
        ),
        ("construction_requested", of("message_construction_request", &session(&written))),
        (
            "construction_requested",
            of(
                "message_construction_request",
                &session(&json!({"input_type": "callback", "payload": "p"})),
            ),
        ),
        (
            "message_constructed",
            of(
                "message_constructed",
                &json!({"session_id": "s-1", "message": {
            "sender": of_tamtam(), "timestamp": 1, "body": {"mid": "mid.ffffbf6d06388fff019a7f3b2c4d0001", "seq": 1, "text": "made"}}}),
            ),
        ),
        (
            "chat_created",
            of(
                "message_chat_created",
                &json!({"chat": made, "message_id": "mid.b", "start_payload": "p"}),
            ),
        ),
        ("comment_created", of("comment_created", &comment)),
        ("comment_edited", of("comment_edited", &comment)),
        (
            "comment_deleted",
            of(
                "comment_removed",
                &json!({"message_id": "mid.c", "chat_id": -5, "user_id": 4_096, "post_id": "mid.post"}),
            ),
        ),
        ("unknown", of("message_read", &json!({"chat_id": 5}))),
    ]
}
