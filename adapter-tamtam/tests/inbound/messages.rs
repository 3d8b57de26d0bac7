//! What is in a message.

use adapter_tamtam::{Dialect, encode_message};
use gateway_core::model::{
    Action, Attachment, Chat, ChatKind, KeyboardKind, Message, NewMessage, Source, Span, Style,
    Text, UpdateKind,
};
use serde_json::{Value, json};

use crate::corpus::{message, of_max, of_tamtam, updates};
use crate::decoded;

fn read(message: &Value) -> Message {
    let update = json!({"update_type": "message_created", "timestamp": 5, "message": message});
    match decoded(&update).kind {
        UpdateKind::MessageCreated { message } => *message,
        other => panic!("it is no message: {other:?}"),
    }
}

/// A message that carries this and nothing else.
fn carrying(attachments: &Value) -> Message {
    let body = json!({"mid": "m", "seq": 1, "text": null, "attachments": attachments});
    read(&message(&json!({"chat_id": 5, "chat_type": "dialog"}), &body, &of_max()))
}

fn from_corpus(number: usize) -> Message {
    read(&updates()[number].1["message"])
}

#[test]
fn formatting_is_counted_in_utf16() {
    let spans = [
        Span { start: 5, end: 8, style: Style::Bold },
        Span {
            start: 5,
            end: 8,
            style: Style::Mention { user: None, username: Some("oskar".to_owned()) },
        },
        Span { start: 9, end: 13, style: Style::Link { url: "https://e.example/".to_owned() } },
    ];
    assert_eq!(from_corpus(0).text, Text::from_parts("😀 see this", spans));
}

#[test]
fn people_of_both_dialects_have_names() {
    let vera = from_corpus(0).sender.expect("Vera");
    assert_eq!((vera.first_name.as_deref(), vera.last_name), (Some("Vera"), None));
    let oskar = from_corpus(1).sender.expect("Oskar");
    assert_eq!(oskar.display_name(), "Oskar Baum");
    assert_eq!(oskar.avatar_url.as_deref(), Some("https://i.example/l"));
    assert_eq!(oskar.username.as_deref(), Some("oskar"));
}

#[test]
fn what_is_forwarded_is_apart_from_what_is_said() {
    let message = from_corpus(1);
    assert!(message.text.is_empty());
    let forward = message.forward.expect("it passes on another");
    assert_eq!(forward.text.plain_text(), "😀 see this");
    assert_eq!(forward.chat.expect("from where").as_str(), "-7");
    assert!(message.reply_to.is_none());
    assert!(from_corpus(2).reply_to.is_some());
}

#[test]
fn a_post_in_the_name_of_a_channel_has_no_sender() {
    let post = from_corpus(3);
    assert_eq!((post.sender, post.views), (None, Some(12)));
    assert_eq!(post.chat.kind, ChatKind::Channel);
    assert_eq!(post.url.as_deref(), Some("https://max.example/c/1"));
}

#[test]
fn an_edit_tells_when_it_was() {
    let edit = updates().into_iter().find(|(kind, _)| *kind == "message_edited");
    let UpdateKind::MessageEdited { message } = decoded(&edit.expect("an edit").1).kind else {
        panic!("an edit")
    };
    assert_eq!(message.edited.expect("when").timestamp_millis(), 1_780_000_003_000);
    assert_eq!(message.time.timestamp_millis(), 1_780_000_002_345);
}

#[test]
fn every_attachment_is_typed_but_those_that_no_model_has() {
    let message = from_corpus(0);
    let kinds: Vec<_> = message.attachments.iter().map(Attachment::kind).collect();
    assert_eq!(
        format!("{kinds:?}"),
        "[Image, Video, Video, Audio, File, Sticker, Contact, Contact, Share, Location, Unknown, \
         Unknown]"
    );
    for attachment in &message.attachments {
        let Some(media) = attachment.media() else { continue };
        let is_sticker = matches!(attachment, Attachment::Sticker(_));
        let token = if is_sticker { "code-1" } else { "tok-1" };
        let id = format!("{token} https://f.example/1");
        assert_eq!(media.source, Source::Stored(id.into()));
        assert_eq!(media.link(), Some("https://f.example/1"));
    }
}

#[test]
fn a_file_has_its_name_and_size() {
    let files = from_corpus(0).attachments;
    let file = files.iter().find_map(|it| match it {
        Attachment::File(media) => Some(media),
        _ => None,
    });
    let file = file.expect("a file");
    assert_eq!((file.name.as_deref(), file.bytes), (Some("a.pdf"), Some(12_345)));
}

#[test]
fn a_contact_is_read_from_its_vcard_and_from_its_profile() {
    let contacts: Vec<_> = from_corpus(0)
        .attachments
        .into_iter()
        .filter_map(|it| match it {
            Attachment::Contact(contact) => Some(contact),
            _ => None,
        })
        .collect();
    assert_eq!(contacts[0].phone.as_deref(), Some("49301234"));
    assert_eq!(contacts[0].proof.as_deref(), Some("ab12"));
    assert_eq!(contacts[0].first_name.as_deref(), Some("Vera"));
    assert_eq!(contacts[1].user.as_ref().expect("who").as_str(), "4097");
    assert_eq!((&contacts[1].phone, &contacts[1].vcard), (&None, &None));
}

#[test]
fn an_inline_keyboard_goes_before_a_reply_keyboard() {
    let keyboard = from_corpus(0).keyboard.expect("a keyboard");
    assert_eq!(keyboard.kind, KeyboardKind::Inline);
    assert_eq!(keyboard.buttons().count(), 5);
    let last = keyboard.buttons().last().expect("a button");
    assert!(matches!(&last.action, Action::Other { kind, .. } if kind == "dance"));
    let reply =
        json!([{"type": "reply_keyboard", "buttons": [[{"type": "message", "text": "Yes"}]]}]);
    let keyboard = carrying(&reply).keyboard.expect("a keyboard");
    assert!(matches!(keyboard.kind, KeyboardKind::Reply(_)));
}

#[test]
fn an_attachment_that_lacks_what_it_needs_is_kept_and_costs_nothing_else() {
    let broken = json!([{"type": "image", "payload": {"photo_id": "seven"}},
                        {"type": "location", "latitude": 1.0, "longitude": 2.0}]);
    let message = carrying(&broken);
    assert!(matches!(&message.attachments[0], Attachment::Unknown { kind, .. } if kind == "image"));
    assert!(matches!(&message.attachments[1], Attachment::Location(_)));
}

#[test]
fn a_message_survives_fields_that_are_null_or_missing() {
    let mut sender = of_tamtam();
    sender["is_bot"] = Value::Null;
    sender["last_activity_time"] = Value::Null;
    let body = json!({"mid": "m", "text": "x", "attachments": null, "markup": null});
    let message = read(&message(&json!({"chat_id": -7}), &body, &sender));
    assert_eq!(message.chat, Chat::new("-7", ChatKind::Group));
    assert_eq!(message.sender.expect("Oskar").last_activity, None);
}

#[test]
fn what_arrived_can_be_sent_again_by_its_token() {
    for attachment in from_corpus(0).attachments {
        let new = NewMessage::default().with_attachment(attachment.clone());
        let written = encode_message(Dialect::Max, "sending", &new);
        if matches!(attachment, Attachment::Unknown { .. }) {
            assert!(written.is_err(), "{attachment:?}");
            continue;
        }
        let written = serde_json::to_value(written.expect("it can be sent")).expect("JSON");
        let payload = &written["attachments"][0]["payload"];
        let by = payload.get("token").or_else(|| payload.get("code"));
        match attachment.media() {
            Some(_) => assert!(by == Some(&json!("tok-1")) || by == Some(&json!("code-1"))),
            None => assert!(!matches!(attachment, Attachment::Share(_)) || by.is_some()),
        }
    }
}
