//! Files, there and back.

use adapter_potato::{Client, FileHost, Options, wire};
use gateway_core::messenger::{ErrorKind, Messenger as _, Upload};
use gateway_core::model::{Attachment, ChatId, Media, NewMessage, Video};
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::server::{Act, Server, say};
use crate::{TOKEN, client, options, potato, target};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand more";

fn upload(content: &'static [u8], bytes: Option<u64>) -> Upload {
    Upload {
        name: "a.bin".to_owned(),
        mime_type: None,
        bytes,
        content: Box::pin(std::io::Cursor::new(content)),
    }
}

fn photo() -> wire::SendPhoto<'static> {
    wire::SendPhoto {
        target: target(),
        photo: None,
        caption: Some("look".into()),
        reply_to_message_id: Some(3),
        reply_markup: None,
    }
}

async fn sent() -> Server {
    let sent = json!({"ok": true, "result": {"message_id": 7, "file_id": "f1"}});
    Server::saying(200, &sent).await
}

#[tokio::test]
async fn a_file_comes_along_as_a_part_of_its_own() {
    let server = sent().await;
    let file = upload(PNG, Some(16));
    let brought = client(&server.url).send_photo(&photo(), Some(file)).await.expect("it is sent");
    assert_eq!(brought.file_id.as_deref(), Some("f1"));
    let request = &server.requests()[0];
    assert!(request.header("content-type").expect("one").starts_with("multipart/form-data"));
    for part in
        ["name=\"photo\"; filename=\"a.bin\"", "name=\"chat_type\"", "name=\"caption\"", "and more"]
    {
        assert!(request.mentions(part), "{part}");
    }
}

#[tokio::test]
async fn a_keyboard_beside_a_file_is_json_in_a_part() {
    let server = sent().await;
    let markup = wire::ReplyMarkup::Remove(wire::ReplyKeyboardRemove::default());
    let message = wire::SendPhoto { reply_markup: Some(markup), ..photo() };
    client(&server.url).send_photo(&message, Some(upload(PNG, None))).await.expect("it is sent");
    assert!(server.requests()[0].mentions(r#"{"type":3}"#));
}

#[tokio::test]
async fn what_is_too_large_is_not_sent() {
    let server = sent().await;
    let client = client(&server.url);
    let photo_error = client.send_photo(&photo(), Some(upload(PNG, Some(2_097_153)))).await;
    let document = wire::SendDocument {
        target: target(),
        document: None,
        caption: Some("x".repeat(201).into()),
        reply_to_message_id: None,
        reply_markup: None,
    };
    let long = client.send_document(&document, Some(upload(PNG, None))).await;
    let film = wire::SendVideo {
        target: target(),
        video: Some("f1".into()),
        duration: None,
        thumb: None,
        width: None,
        height: None,
        caption: None,
        reply_to_message_id: None,
        reply_markup: None,
    };
    let thumb = client.send_video(&film, None, Some(upload(PNG, Some(3_145_729)))).await;
    for (field, refused) in [("photo", photo_error), ("caption", long), ("thumb", thumb)] {
        let error = refused.expect_err("it is too large");
        let is_it =
            |it: &ErrorKind| matches!(it, ErrorKind::TooLarge { field: it, .. } if it == field);
        assert!(is_it(error.kind()), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn what_is_no_picture_or_empty_or_missing_is_not_sent() {
    let server = sent().await;
    let client = client(&server.url);
    let named = wire::SendPhoto { photo: Some("f1".into()), ..photo() };
    let refusals = [
        client.send_photo(&photo(), Some(upload(b"GIF89a and more", Some(15)))).await,
        client.send_photo(&photo(), Some(upload(b"", None))).await,
        client.send_photo(&photo(), None).await,
        client.send_photo(&named, Some(upload(PNG, None))).await,
    ];
    for refused in refusals {
        let error = refused.expect_err("it is refused");
        assert_eq!(
            *error.kind(),
            ErrorKind::Invalid { field: Some("photo".to_owned()) },
            "{error}"
        );
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_file_on_this_machine_goes_with_its_message() {
    let server = sent().await;
    let file = tempfile::NamedTempFile::with_suffix(".txt").expect("a file");
    std::fs::write(file.path(), "four words of text").expect("it is written");
    let media = Media { name: Some("words.txt".to_owned()), ..Media::at_path(file.path()) };
    let new = NewMessage::new("read").with_attachment(Attachment::File(media));
    potato(&server.url).send(&ChatId::new("user:5"), &new).await.expect("it is sent");
    let request = &server.requests()[0];
    assert!(request.uri.path().ends_with("/sendDocument"));
    assert!(request.mentions("filename=\"words.txt\"") && request.mentions("four words of text"));

    let gone = NewMessage::default().with_attachment(Attachment::File(Media::at_path("/no/such")));
    let error = potato(&server.url).send(&ChatId::new("user:5"), &gone).await.expect_err("no file");
    assert!(error.to_string().contains("attachments[0].source"), "{error}");
}

#[tokio::test]
async fn what_cannot_come_along_is_named_by_its_field() {
    let still = Some(Box::new(Media::at_path("/no/such")));
    let film = Video { thumbnail: still, ..Media::stored("f1").into() };
    let potato = potato("http://127.0.0.1:1");
    for (attachment, named) in [
        (
            Attachment::Video(film),
            "attachments[0].thumbnail.source is not accepted (potato: /no/such: ",
        ),
        (
            Attachment::File(Media::at_path("/")),
            "attachments[0].source is not accepted (potato: /: it is no file)",
        ),
    ] {
        let new = NewMessage::default().with_attachment(attachment);
        let error = potato.send(&ChatId::new("user:5"), &new).await.expect_err("no file");
        assert!(error.to_string().contains(named), "{error}");
    }
}

/// Opening it would wait for whoever writes into it.
#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let new = NewMessage::default().with_attachment(Attachment::File(Media::at_path(&pipe)));
    let sent = potato("http://127.0.0.1:1").send(&ChatId::new("user:5"), &new).await;
    let error = sent.expect_err("it is no file");
    assert!(error.to_string().contains("pipe: it is no file"), "{error}");
}

#[tokio::test]
async fn a_file_is_fetched_from_the_apis_own_host_and_its_address_is_not_shown() {
    let told = format!("https://files.example:8443/files/{TOKEN}/0000fcd0.mp3");
    let told = say(200, &json!({"ok": true, "result": {"url": told}}));
    let server = Server::start(&[told, Act::Say(200, "music".to_owned())]).await;
    let potato = potato(&server.url);
    let mut music = potato.files().expect("files").open(&"f1".into()).await.expect("it opens");
    let mut content = String::new();
    music.read_to_string(&mut content).await.expect("it is read");
    assert_eq!(content, "music");
    let path = server.requests()[1].uri.path().to_owned();
    assert_eq!(path, format!("/files/{TOKEN}/0000fcd0.mp3"));
}

#[tokio::test]
async fn a_file_is_fetched_by_the_path_by_which_the_api_is_reached() {
    for (base, told) in [
        ("/proxy/", format!("/files/{TOKEN}/0000fcd0.mp3")),
        ("/proxy", format!("/files/{TOKEN}/0000fcd0.mp3")),
        ("/proxy/", format!("/proxy/files/{TOKEN}/0000fcd0.mp3")),
    ] {
        let url = format!("https://files.example:8443{told}");
        let server = Server::saying(200, &json!({"ok": true, "result": {"url": url}})).await;
        let client = client(&format!("{}{base}", server.url.trim_end_matches('/')));
        let address = client.file("f1").await.expect("an address");
        let path = address.expose().parse::<url::Url>().expect("a URL").path().to_owned();
        assert_eq!(path, format!("/proxy/files/{TOKEN}/0000fcd0.mp3"), "{base} {told}");
        assert_eq!(server.requests()[0].uri.path(), format!("/proxy/{TOKEN}/getFile"));
    }
}

#[tokio::test]
async fn a_file_can_be_fetched_from_where_it_is_said_to_be() {
    let told = format!("https://files.example:8443/files/{TOKEN}/0000fcd0.mp3");
    let server = Server::saying(200, &json!({"ok": true, "result": {"url": told}})).await;
    let options = Options { file_host: FileHost::AsTold, ..options(&server.url) };
    let address = Client::new(&options).expect("a client").file("f1").await.expect("an address");
    assert_eq!(address.expose(), told);
    assert!(!format!("{address:?}").contains("secret"));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_an_error_without_the_address() {
    let told = format!("https://files.example/files/{TOKEN}/1.mp3");
    let told = say(200, &json!({"ok": true, "result": {"url": told}}));
    let server = Server::start(&[told, Act::Say(404, format!("no /files/{TOKEN}/1.mp3"))]).await;
    let opened = potato(&server.url).files().expect("files").open(&"f1".into()).await;
    let error = opened.err().expect("it is not there");
    assert_eq!(*error.kind(), ErrorKind::NotFound);
    assert!(!format!("{error} {error:?}").contains("1.mp3"), "{error}");
}
