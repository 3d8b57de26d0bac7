//! Messages with what they carry.

use std::io::Write as _;

use adapter_tamtam::Dialect;
use gateway_core::messenger::Edits as _;
use gateway_core::model::{Attachment, Media, MessageId, NewMessage};
use gateway_core::{ErrorKind, Messenger as _};
use serde_json::json;

use crate::server::{Act, Server, say};
use crate::{done, group, message, messenger};

fn sent() -> Act {
    say(200, &json!({"message": message("mid.1", 5)}))
}

/// A picture in a folder that goes away with the test.
fn picture() -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"a picture").expect("it is written");
    file
}

#[tokio::test]
async fn a_file_of_this_machine_is_uploaded_and_sent_by_its_token() {
    let elsewhere = Server::saying(200, &json!({"photos": {"7": {"token": "photo-token"}}})).await;
    let endpoint = say(200, &json!({"url": elsewhere.url}));
    let server = Server::start(&[endpoint, sent()]).await;
    let file = picture();
    let image = Attachment::Image(Media::at_path(file.path()).into());
    let new = NewMessage::new("look").with_attachment(image);
    let receipt = messenger(Dialect::Max, &server).send(&group(), &new).await.expect("it is sent");
    assert_eq!(receipt.message, MessageId::new("mid.1"));
    assert_eq!(server.lines(), ["POST /uploads?type=image", "POST /messages?chat_id=-5"]);
    assert_eq!(
        server.last().json()["attachments"],
        json!([{"type": "image", "payload": {"token": "photo-token"}}])
    );
    assert!(elsewhere.last().mentions("a picture"));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_by_its_place() {
    let server = Server::saying(200, &done()).await;
    let file = Attachment::File(Media::at_path("/nowhere/a.pdf"));
    let new = NewMessage::default().with_attachment(file);
    let error = messenger(Dialect::Max, &server).send(&group(), &new).await.expect_err("no file");
    assert!(error.to_string().contains("attachments[0].source is not accepted"), "{error}");
    assert!(error.to_string().contains("/nowhere/a.pdf"), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_failed_upload_means_that_nothing_was_sent() {
    let elsewhere = Server::start(&[Act::Break]).await;
    let server = Server::saying(200, &json!({"url": elsewhere.url})).await;
    let file = picture();
    let image = Attachment::Image(Media::at_path(file.path()).into());
    let new = NewMessage::default().with_attachment(image);
    let error = messenger(Dialect::Max, &server).send(&group(), &new).await.expect_err("it broke");
    assert!(!error.may_have_happened() && error.is_retryable(), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_message_without_previews_says_so_in_its_query() {
    let server = Server::start(&[sent()]).await;
    let new = NewMessage::new("https://e.example/").without_preview();
    messenger(Dialect::TamTam, &server).send(&group(), &new).await.expect("it is sent");
    assert!(server.lines()[0].ends_with("disable_link_preview=true"), "{:?}", server.lines());
}

#[tokio::test]
async fn an_edit_says_all_that_the_message_shall_be() {
    let server = Server::saying(200, &done()).await;
    let image = Attachment::Image(Media::stored("tok").into());
    let new = NewMessage::default().with_attachment(image);
    let max = messenger(Dialect::Max, &server);
    max.edit(&group(), &MessageId::new("mid.1"), &new).await.expect("it is edited");
    assert_eq!(server.last().line(), "PUT /messages?message_id=mid.1");
    let body = server.last().json();
    assert_eq!(body["text"], "");
    assert_eq!(body["attachments"], json!([{"type": "image", "payload": {"token": "tok"}}]));
}

#[tokio::test]
async fn what_is_beyond_a_limit_is_not_even_uploaded() {
    let server = Server::saying(200, &done()).await;
    let file = || Attachment::File(Media::at_path("/nowhere/a.pdf"));
    let new = NewMessage::default().with_attachment(file()).with_attachment(file());
    let error = messenger(Dialect::Max, &server).send(&group(), &new).await.expect_err("two files");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { limit: 1, .. }), "{error}");
    assert!(server.requests().is_empty());
}
