//! What a bot sends to TamTam and MAX arrives, and can be read, fetched and sent again.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use gateway_core::Messenger;
use gateway_core::messenger::Upload;
use gateway_core::model::{
    Attachment, AttachmentKind, ChatId, Contact, Location, Message, NewMessage, Share,
};
use gateway_tests::Street;
use sandbox::Platform;
use sandbox::world::UploadUrls;
use tokio::io::AsyncReadExt as _;

const PLATFORMS: [Platform; 2] = [Platform::Tamtam, Platform::Max];

/// The dialog in which Anna has said something.
async fn dialog(street: &Street, platform: Platform, messenger: &dyn Messenger) -> ChatId {
    street.anna(platform).says("hello");
    let batch = messenger.receive(None).await.expect("a batch");
    batch.updates.iter().find_map(|it| it.chat_id()).expect("it is in a chat").clone()
}

/// Sends it, and reads it back.
async fn sent(messenger: &dyn Messenger, chat: &ChatId, new: &NewMessage) -> Message {
    let receipt = messenger.send(chat, new).await.expect("it is sent");
    let history = messenger.history().expect("it reads");
    let read = history.message(chat, &receipt.message).await.expect("it is asked");
    read.expect("it is there")
}

fn carrying(attachment: Attachment) -> NewMessage {
    NewMessage::new("look").with_attachment(attachment)
}

#[tokio::test]
async fn a_file_is_uploaded_sent_read_fetched_and_sent_again() {
    let street = Street::open().await;
    let kinds =
        [AttachmentKind::Image, AttachmentKind::Video, AttachmentKind::Audio, AttachmentKind::File];
    for platform in PLATFORMS {
        let messenger = street.tamtam(platform);
        let chat = dialog(&street, platform, &messenger).await;
        let files = messenger.files().expect("it takes files");
        for kind in kinds {
            let content = format!("what a {kind:?} is made of").into_bytes();
            let upload = Upload {
                name: "a.bin".to_owned(),
                mime_type: None,
                bytes: Some(content.len() as u64),
                content: Box::pin(std::io::Cursor::new(content.clone())),
            };
            let media = files.upload(kind, upload).await.expect("it is uploaded");
            let attachment = match kind {
                AttachmentKind::Image => Attachment::Image(media.into()),
                AttachmentKind::Video => Attachment::Video(media.into()),
                AttachmentKind::Audio => Attachment::Audio(media.into()),
                _ => Attachment::File(media),
            };
            let read = sent(&messenger, &chat, &carrying(attachment)).await;
            assert_eq!(read.attachments.len(), 1, "{platform:?}: {read:?}");
            assert_eq!(read.attachments[0].kind(), kind);
            let stored = match &read.attachments[0].media().expect("a file").source {
                gateway_core::model::Source::Stored(id) => id.clone(),
                other => panic!("it is on the messenger: {other:?}"),
            };
            let mut fetched = Vec::new();
            let mut open = files.open(&stored).await.expect("it is opened");
            open.read_to_end(&mut fetched).await.expect("it is read");
            assert_eq!(fetched, content, "{platform:?}: {kind:?}");
            let again = sent(&messenger, &chat, &carrying(read.attachments[0].clone())).await;
            assert_eq!(again.attachments[0].kind(), kind);
        }
    }
}

#[tokio::test]
async fn a_file_is_uploaded_where_the_address_lacks_its_scheme() {
    let street = Street::open().await;
    street.world.act(|state| state.switches.upload_urls = UploadUrls::WithoutScheme);
    for platform in PLATFORMS {
        let messenger = street.tamtam(platform);
        let chat = dialog(&street, platform, &messenger).await;
        let files = messenger.files().expect("it takes files");
        // One goes as a form, the other in pieces.
        for kind in [AttachmentKind::Image, AttachmentKind::File] {
            let upload = Upload {
                name: "a.bin".to_owned(),
                mime_type: None,
                bytes: Some(4),
                content: Box::pin(std::io::Cursor::new(b"four".to_vec())),
            };
            let media = files.upload(kind, upload).await.expect("it is uploaded");
            let attachment = match kind {
                AttachmentKind::Image => Attachment::Image(media.into()),
                _ => Attachment::File(media),
            };
            let read = sent(&messenger, &chat, &carrying(attachment)).await;
            assert_eq!(read.attachments[0].kind(), kind, "{platform}");
        }
    }
}

#[tokio::test]
async fn places_people_and_links_arrive() {
    let street = Street::open().await;
    for platform in PLATFORMS {
        let messenger = street.tamtam(platform);
        let chat = dialog(&street, platform, &messenger).await;
        let contact = Contact {
            first_name: Some("Vera".to_owned()),
            phone: Some("+49301234".to_owned()),
            ..Contact::default()
        };
        let url = Some("https://example.org/".to_owned());
        let all = [
            Attachment::Location(Location { latitude: 52.5, longitude: 13.4 }),
            Attachment::Contact(contact),
            Attachment::Share(Share { url, ..Share::default() }),
        ];
        for attachment in all {
            let read = sent(&messenger, &chat, &carrying(attachment.clone())).await;
            assert_eq!(read.text.plain_text(), "look");
            assert_eq!(read.attachments[0].kind(), attachment.kind(), "{platform:?}");
            if let Attachment::Contact(contact) = &read.attachments[0] {
                assert_eq!(contact.first_name.as_deref(), Some("Vera"));
                assert!(contact.phone.as_deref().is_some_and(|it| it.contains("49301234")));
            }
        }
    }
}

#[tokio::test]
async fn an_edit_takes_away_what_the_message_carried() {
    let street = Street::open().await;
    for platform in PLATFORMS {
        let messenger = street.tamtam(platform);
        let chat = dialog(&street, platform, &messenger).await;
        let place = Attachment::Location(Location { latitude: 52.5, longitude: 13.4 });
        let read = sent(&messenger, &chat, &carrying(place)).await;
        let edits = messenger.edits().expect("it edits");
        edits.edit(&chat, &read.id, &"only words".into()).await.expect("it is edited");
        let history = messenger.history().expect("it reads");
        let read = history.message(&chat, &read.id).await.expect("asked").expect("it is there");
        assert_eq!((read.text.plain_text(), read.attachments.len()), ("only words", 0));
    }
}

#[tokio::test]
async fn the_last_messages_are_read_over_pages() {
    let street = Street::open().await;
    for platform in PLATFORMS {
        let messenger = street.tamtam(platform);
        let chat = dialog(&street, platform, &messenger).await;
        for number in 0..130 {
            let new = format!("number {number}").into();
            messenger.send(&chat, &new).await.expect("it is sent");
        }
        let history = messenger.history().expect("it reads");
        let recent = history.recent(&chat, 120).await.expect("they are read");
        let texts: Vec<_> = recent.iter().map(|it| it.text.plain_text().to_owned()).collect();
        let expected: Vec<_> = (10..130).rev().map(|number| format!("number {number}")).collect();
        assert_eq!(texts, expected, "{platform:?}");
        let nobody = "mid.000000000000000000000000000000ff".into();
        assert!(history.message(&chat, &nobody).await.expect("asked").is_none(), "{platform:?}");
    }
}
