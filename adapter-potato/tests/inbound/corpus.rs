//! One update of every kind, and of everything that a message carries, with values of our own.

use serde_json::{Value, json};

use crate::BOT;

pub(crate) fn anna() -> Value {
    json!({"id": 22_800_001, "first_name": "Anna", "last_name": "", "username": "anna"})
}

pub(crate) fn bot() -> Value {
    json!({"id": BOT, "first_name": "Helper", "last_name": "", "username": "helper_bot"})
}

pub(crate) fn group() -> Value {
    json!({"id": 11_370_003, "type": 2, "title": "Tea"})
}

pub(crate) fn supergroup() -> Value {
    json!({"id": 11_705_614, "type": 3, "title": "Tea", "invite_link": "https://pt.im/tea"})
}

/// A message by Anna in her dialog with these fields beside.
pub(crate) fn message(fields: &Value) -> Value {
    let mut message = json!({
        "message_id": 57, "chat": {"id": 22_800_001, "type": 1}, "from": anna(),
        "date": 1_790_000_000,
    });
    let fields = fields.as_object().expect("an object").clone();
    message.as_object_mut().expect("an object").extend(fields);
    message
}

/// The update of a message.
pub(crate) fn said(fields: &Value) -> Value {
    json!({"update_id": 7, "message": message(fields), "inline_query": null, "lang": "en"})
}

/// The update of something that happened to a chat.
pub(crate) fn happened(chat: &Value, action: &Value) -> Value {
    json!({"update_id": 7, "message": message(&json!({"chat": chat, "action": action}))})
}

/// All that a message may carry.
pub(crate) fn carried() -> Vec<Value> {
    let photo = |id: &str, width: i64| json!({"file_id": id, "width": width, "height": width});
    vec![
        json!({"text": "😀 see this", "entities": [
            {"type": 1, "offset": 3, "length": 3},
            {"type": 5, "offset": 7, "length": 4, "url": "https://e.example/"},
            {"type": 7, "offset": 0, "length": 2, "user_id": 5},
            {"type": 99, "offset": 0, "length": 2},
        ]}),
        json!({"location": {"longitude": 13.4, "latitude": 52.5}}),
        json!({"venue": {"longitude": 13.4, "latitude": 52.5, "title": "Café",
               "address": "Main street 1", "foursquare_id": "4b"}}),
        json!({"photo": [photo("small", 90), photo("large", 1280)], "caption": "look"}),
        json!({"audio": {"file_id": "a", "duration": 12, "performer": "P", "title": "T",
               "mime_type": "audio/mpeg", "file_size": 1234}}),
        json!({"document": {"file_id": "d", "file_name": "a.pdf", "mime_type": "application/pdf",
               "file_size": 1234, "thumb": photo("t", 90)}, "caption": "read"}),
        json!({"video": {"file_id": "v", "width": 640, "height": 360, "duration": 10,
               "thumb": photo("t", 90), "mime_type": "video/mp4", "file_size": 1234}}),
        json!({"voice": {"file_id": "w", "duration": 3, "mime_type": "audio/ogg", "file_size": 9}}),
        json!({"contact": {"phone_number": "10102020", "first_name": "James", "last_name": "Bond",
               "user_id": 7}}),
        json!({"sticker": {"file_id": "s", "emoji": "😀"}, "mood": "good"}),
        json!({"text": "passed on", "forward_from": bot(), "forward_date": 1_780_000_000}),
        json!({"text": "yes", "reply_to_message": message(&json!({"text": "tea?"}))}),
    ]
}

/// All that may happen to a chat.
pub(crate) fn actions() -> Vec<Value> {
    let both = json!([anna(), bot()]);
    vec![
        happened(&group(), &json!({"new_group_members": [anna()]})),
        happened(&group(), &json!({"new_group_members": both})),
        happened(&group(), &json!({"left_group_member": anna()})),
        happened(&group(), &json!({"left_group_member": bot()})),
        happened(&group(), &json!({"new_group_title": "Coffee"})),
        happened(&group(), &json!({"migrate_to_chat_id": 11_705_614})),
        happened(&supergroup(), &json!({"migrate_from_chat_id": 11_370_003})),
        happened(&supergroup(), &json!({"weather": "sunny"})),
    ]
}

/// All updates.
pub(crate) fn updates() -> Vec<Value> {
    let press = json!({
        "inline_message_id": "521521325217527362323", "message_id": 57,
        "chat": {"id": 22_800_001, "type": 1}, "from": anna(), "data": "tea",
        "date": 1_790_000_001,
    });
    let query = json!({"id": "q1", "from": anna(), "query": "te", "offset": "",
                       "location": {"longitude": 13.4, "latitude": 52.5}});
    let edited = message(&json!({"text": "tea!", "edit_date": 1_790_000_009}));
    let mut updates: Vec<Value> = carried().iter().map(said).collect();
    updates.extend(actions());
    updates.extend([
        json!({"update_id": 8, "edited_message": edited, "lang": "zh", "os_type": "pc"}),
        json!({"update_id": 9, "callback_query": press, "lang": "zh"}),
        json!({"update_id": 10, "inline_query": query}),
        json!({"update_id": 11, "Inline_query": query, "inline_query": null}),
        json!({"update_id": 12, "waved": {"chat": group()}}),
    ]);
    updates
}
