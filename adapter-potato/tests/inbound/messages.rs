//! Messages, presses and queries.

use gateway_core::model::{Attachment, ChatId, ChatKind, Message, Text, UpdateKind, UserId};
use serde_json::{Value, json};

use crate::corpus::{self, bot, message, said};
use crate::decoded;

fn read(fields: &Value) -> Message {
    match decoded(&said(fields)).kind {
        UpdateKind::MessageCreated { message } => *message,
        other => panic!("a message, not {other:?}"),
    }
}

fn attached(fields: &Value) -> Attachment {
    let mut attachments = read(fields).attachments;
    assert_eq!(attachments.len(), 1, "{attachments:?}");
    attachments.remove(0)
}

#[test]
fn a_chat_is_its_kind_and_its_number() {
    for (kind, id) in [(1, "user:5"), (2, "group:5"), (3, "channel:5")] {
        let chat = json!({"chat": {"id": 5, "type": kind, "title": ""}, "text": "x"});
        let message = read(&chat);
        assert_eq!((message.chat.id, message.chat.title), (ChatId::new(id), None));
    }
    let dialog = read(&json!({"text": "x"}));
    assert_eq!(dialog.chat.kind, ChatKind::Dialog);
    assert_eq!(dialog.sender.expect("Anna").last_name, None);
}

#[test]
fn entities_count_an_emoji_as_two() {
    let message = read(&json!({
        "text": "😀 ok", "entities": [{"type": 1, "offset": 3, "length": 2}],
    }));
    assert_eq!(message.text, Text::new().plain("😀 ").bold("ok"));
}

#[test]
fn entities_beyond_the_text_cost_nothing_but_themselves() {
    let entities = json!([
        {"type": 1, "offset": -1, "length": 2}, {"type": 1, "offset": 9, "length": 2},
        {"type": 2, "offset": 0, "length": -3}, {"type": 5, "offset": 0, "length": 1, "url": null},
        {"type": 3, "offset": 0, "length": 99},
    ]);
    let message = read(&json!({"text": "ab", "entities": entities}));
    assert_eq!(message.text, Text::new().code("ab"));
}

#[test]
fn of_a_picture_the_largest_size_counts() {
    let sizes = json!([
        {"file_id": "s", "width": 90, "height": 90}, {"file_id": "l", "width": 1280, "height": 720},
    ]);
    let photo = json!({"photo": sizes, "caption": "look", "text": ""});
    let Attachment::Image(image) = attached(&photo) else { panic!("an image") };
    assert_eq!(
        (image.media.source, image.width),
        (gateway_core::model::Source::Stored("l".into()), Some(1280))
    );
    assert_eq!(read(&photo).text, "look".into());
}

#[test]
fn each_thing_that_a_message_carries_has_its_kind() {
    let kinds: Vec<String> = corpus::carried()
        .iter()
        .flat_map(|fields| read(fields).attachments)
        .map(|it| format!("{:?}", it.kind()))
        .collect();
    let wanted =
        ["Location", "Venue", "Image", "Audio", "File", "Video", "Voice", "Contact", "Unknown"];
    assert_eq!(kinds, wanted);
}

#[test]
fn mere_words_about_a_message_are_no_attachments() {
    let message = read(&json!({"text": "x", "signature": "A", "views": 5, "sticker": null}));
    assert_eq!(message.attachments, []);
}

#[test]
fn what_is_passed_on_is_not_what_is_said() {
    let message = read(&json!({"text": "/start", "forward_from": bot(), "forward_date": 5}));
    let forward = message.forward.expect("it passes something on");
    assert!(message.text.is_empty());
    assert_eq!(forward.text, "/start".into());
    assert_eq!(forward.sender.expect("the bot").id, UserId::of(crate::BOT));
}

#[test]
fn an_answer_holds_what_it_answers() {
    let original = message(&json!({"message_id": 3, "text": "tea?"}));
    let message = read(&json!({"text": "yes", "reply_to_message": original}));
    let original = message.reply_to.expect("it is an answer");
    assert_eq!((original.id, original.text), (Some("3".into()), "tea?".into()));
}

#[test]
fn what_is_null_absent_or_empty_is_not_there() {
    let names = [
        "entities",
        "reply_to_message",
        "location",
        "venue",
        "photo",
        "audio",
        "document",
        "video",
        "voice",
        "contact",
        "action",
        "forward_from",
        "forward_date",
        "edit_date",
        "caption",
    ];
    let bare = read(&json!({"text": "x"}));
    for name in names {
        for nothing in [Value::Null, json!({}), json!([]), json!("")] {
            let message = read(&json!({"text": "x", name: nothing}));
            assert_eq!(message, bare, "{name}: {nothing}");
        }
    }
}

#[test]
fn what_is_not_told_of_a_thing_costs_neither_the_thing_nor_the_message() {
    let things: [(&str, &[&str]); 6] = [
        ("contact", &["phone_number", "first_name", "last_name", "user_id"]),
        ("venue", &["title", "address", "foursquare_id"]),
        ("audio", &["duration", "performer", "title", "mime_type", "file_size"]),
        ("document", &["file_name", "mime_type", "file_size", "thumb"]),
        ("video", &["width", "height", "duration", "thumb", "mime_type", "file_size"]),
        ("voice", &["duration", "mime_type", "file_size"]),
    ];
    for (thing, names) in things {
        let carried = corpus::carried();
        let whole = carried.iter().find(|it| it.get(thing).is_some()).expect(thing);
        for name in names {
            for nothing in [Value::Null, json!("")] {
                let mut poor = whole.clone();
                poor[thing][name] = nothing;
                assert_eq!(attached(&poor).kind(), attached(whole).kind(), "{poor}");
            }
        }
    }
}

#[test]
fn what_is_not_told_of_a_press_or_a_query_does_not_cost_it() {
    for (part, name) in [
        ("callback_query", "data"),
        ("callback_query", "date"),
        ("inline_query", "query"),
        ("inline_query", "offset"),
        ("inline_query", "location"),
    ] {
        let updates = corpus::updates();
        let whole = updates.iter().find(|it| it[part].is_object()).expect(part);
        for nothing in [Value::Null, json!("")] {
            let mut poor = whole.clone();
            poor[part][name] = nothing;
            let (read, wanted) = (decoded(&poor).kind, decoded(whole).kind);
            assert!(!matches!(read, UpdateKind::Unknown { .. }), "{poor}");
            assert_eq!(std::mem::discriminant(&read), std::mem::discriminant(&wanted), "{poor}");
        }
    }
}

#[test]
fn a_press_is_answered_by_a_number_that_no_integer_holds() {
    let press = corpus::updates().into_iter().find(|it| it.get("callback_query").is_some());
    let update = decoded(&press.expect("a press"));
    let UpdateKind::ButtonPressed(press) = update.kind else { panic!("a press") };
    assert_eq!(press.id.as_str(), "521521325217527362323");
    assert_eq!((press.payload.as_str(), press.game), ("tea", None));
    assert_eq!(update.locale.as_deref(), Some("zh"));
}

#[test]
fn a_game_is_named_by_the_press() {
    let mut press = corpus::updates().into_iter().find(|it| it.get("callback_query").is_some());
    let press = press.as_mut().expect("a press");
    press["callback_query"]["game_short_name"] = json!("chess");
    press["callback_query"]["data"] = Value::Null;
    let UpdateKind::ButtonPressed(press) = decoded(press).kind else { panic!("a press") };
    assert_eq!((press.payload.as_str(), press.game.as_deref()), ("", Some("chess")));
}

#[test]
fn a_query_is_read_in_both_spellings() {
    let queries: Vec<UpdateKind> = corpus::updates()
        .iter()
        .filter(|it| [10, 11].map(Value::from).contains(&it["update_id"]))
        .map(|it| decoded(it).kind)
        .collect();
    assert_eq!(queries[0], queries[1]);
    let UpdateKind::InlineQuery(query) = &queries[0] else { panic!("a query") };
    assert_eq!((query.id.as_str(), query.query.as_str()), ("q1", "te"));
}

#[test]
fn an_update_is_known_again_and_not_taken_for_another() {
    let of = |id: i64, date: i64| {
        let message = message(&json!({"text": "x", "date": date}));
        decoded(&json!({"update_id": id, "message": message})).id
    };
    assert_eq!(of(1, 5), of(1, 5));
    // Numbers begin anew after a quiet week.
    assert_ne!(of(1, 5), of(1, 700_000));
    assert_ne!(of(1, 5), of(2, 5));
}
