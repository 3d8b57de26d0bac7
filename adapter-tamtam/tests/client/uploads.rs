//! Files go where the platform says, whole, and without the token.

use std::io::Cursor;

use adapter_tamtam::Dialect::{self, Max, TamTam};
use adapter_tamtam::client::{Client, Options, Uploaded};
use adapter_tamtam::wire::UploadType::{self, Audio, File, Image, Video};
use gateway_core::messenger::{ErrorKind, Result, Upload};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt as _;

use crate::server::{Act, Request, Server, say};
use crate::{TOKEN, options};

/// The length of a piece in these tests.
const PIECE: usize = 1000;

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from(place * 7 % 251).expect("it is small")).collect()
}

fn file(content: Vec<u8>, bytes: Option<u64>) -> Upload {
    let name = "a b.bin".to_owned();
    Upload { name, mime_type: None, bytes, content: Box::pin(Cursor::new(content)) }
}

/// An API, and the host that it sends files to.
struct Place {
    api: Server,
    host: Server,
    client: Client,
}

impl Place {
    /// The API names the host, and adds this to its answer.
    async fn start(dialect: Dialect, named: Value, host: &[Act]) -> Self {
        let host = Server::start(host).await;
        // Without a scheme, as it may come.
        let url = format!("{}/up?sig=a%2Fb", host.url.trim_start_matches("http:"));
        let mut endpoint = json!({"url": url});
        if let (Value::Object(endpoint), Value::Object(named)) = (&mut endpoint, named) {
            endpoint.extend(named);
        }
        let api = Server::saying(200, &endpoint).await;
        let options = Options { upload_chunk_bytes: PIECE, ..options(dialect, &api.url) };
        let client = Client::new(&options).expect("a client");
        Self { api, host, client }
    }

    async fn upload(&self, kind: UploadType, file: Upload) -> Result<Uploaded> {
        let uploaded = self.client.upload(kind, file).await;
        assert!(self.host.requests().iter().all(|it| !it.mentions(TOKEN)), "the token stays home");
        uploaded
    }
}

/// What has arrived in pieces, each at its place.
fn put_together(requests: &[Request], total: usize) -> Vec<u8> {
    let mut whole = vec![0; total];
    for request in requests {
        let range = request.header("content-range").expect("a piece has its place");
        let (place, of) = range.strip_prefix("bytes ").expect("bytes").split_once('/').expect("of");
        assert_eq!(of, total.to_string());
        let (from, to) = place.split_once('-').expect("from and to");
        let from: usize = from.parse().expect("a number");
        assert_eq!(to.parse::<usize>().expect("a number") + 1 - from, request.body.len());
        whole[from..from + request.body.len()].copy_from_slice(&request.body);
    }
    whole
}

#[tokio::test]
async fn a_file_goes_in_pieces_and_the_last_answer_counts() {
    let host = [
        Act::Say(201, "0-999/2500".to_owned()),
        say(201, &json!({})),
        say(200, &json!({"token": "t"})),
    ];
    let place = Place::start(TamTam, json!({}), &host).await;
    let uploaded = place.upload(File, file(content(2500), Some(2500))).await.expect("it arrives");
    assert_eq!(uploaded, Uploaded { kind: File, token: "t".to_owned() });
    let requests = place.host.requests();
    let ranges: Vec<_> = requests.iter().filter_map(|it| it.header("content-range")).collect();
    assert_eq!(ranges, ["bytes 0-999/2500", "bytes 1000-1999/2500", "bytes 2000-2499/2500"]);
    assert_eq!(put_together(&requests, 2500), content(2500));
    assert_eq!(requests[0].uri.to_string(), "/up?sig=a%2Fb");
    let named = "attachment; filename=a%20b.bin; filename*=UTF-8''a%20b.bin";
    assert_eq!(requests[0].header("content-disposition"), Some(named));
    assert!(place.api.requests()[0].uri.query().is_some_and(|it| it.contains("type=file")));
}

#[tokio::test]
async fn a_piece_whose_line_breaks_is_sent_again() {
    let busy = Act::Say(502, "<html>".to_owned());
    let host = [
        say(200, &json!({})),
        Act::Break,
        busy,
        say(200, &json!({})),
        say(200, &json!({"token": "t"})),
    ];
    let place = Place::start(TamTam, json!({}), &host).await;
    place.upload(File, file(content(3000), Some(3000))).await.expect("it arrives");
    let requests = place.host.requests();
    assert_eq!(requests.len(), 5, "the second went three times");
    let arrived = put_together(&requests, 3000);
    assert_eq!(Sha256::digest(arrived), Sha256::digest(content(3000)));
}

#[tokio::test]
async fn a_film_of_max_is_known_before_it_arrives() {
    for kind in [Video, Audio] {
        for said in ["<retval>1</retval>", "<?xml version=\"1.0\"?>\n<retval>1</retval>\n", ""] {
            let host = [Act::Say(200, said.to_owned())];
            let place = Place::start(Max, json!({"token": "before"}), &host).await;
            let uploaded =
                place.upload(kind, file(content(10), Some(10))).await.expect("it arrives");
            assert_eq!(uploaded.token, "before");
        }
    }
}

#[tokio::test]
async fn a_picture_goes_as_a_form() {
    let photos = say(200, &json!({"photos": {"k==": {"token": "picture"}}}));
    for dialect in [TamTam, Max] {
        let place = Place::start(dialect, json!({}), std::slice::from_ref(&photos)).await;
        let picture =
            Upload { mime_type: Some("image/png".to_owned()), ..file(content(1500), Some(1500)) };
        let uploaded = place.upload(Image, picture).await.expect("it arrives");
        assert_eq!(uploaded.token, "picture");
        let sent = serde_json::to_value(uploaded.attachment()).expect("JSON");
        assert_eq!(sent, json!({"type": "image", "payload": {"token": "picture"}}));
        let requests = place.host.requests();
        let [request] = requests.as_slice() else { panic!("it goes at once") };
        assert!(
            request.header("content-type").is_some_and(|it| it.starts_with("multipart/form-data"))
        );
        assert!(request.mentions("name=\"data\"") && request.mentions("Content-Type: image/png"));
        assert!(request.body.windows(1500).any(|part| part == content(1500)));
    }
}

#[tokio::test]
async fn what_has_no_known_length_goes_as_a_form() {
    let place = Place::start(Max, json!({}), &[say(200, &json!({"token": "t"}))]).await;
    place.upload(File, file(content(5000), None)).await.expect("it arrives");
    let requests = place.host.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].body.windows(5000).any(|part| part == content(5000)));
}

#[tokio::test]
async fn content_that_is_not_as_long_as_was_said_is_refused() {
    let place = Place::start(Max, json!({}), &[say(200, &json!({"token": "t"}))]).await;
    for (length, said, why) in
        [(1500, 2500, "ends after 1500"), (2500, 2000, "longer than the 2000"), (0, 0, "empty")]
    {
        let error = place.upload(File, file(content(length), Some(said))).await.expect_err("no");
        assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_even_announced() {
    for (dialect, kind, megabytes) in [
        (TamTam, File, 2048),
        (Max, Image, 50),
        (Max, Video, 250),
        (Max, Audio, 256),
        (Max, File, 4096),
    ] {
        let place = Place::start(dialect, json!({}), &[say(200, &json!({}))]).await;
        let bytes = megabytes * 1024 * 1024 + 1;
        let error = place.upload(kind, file(Vec::new(), Some(bytes))).await.expect_err("too large");
        assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
        assert!(place.api.requests().is_empty());
    }
}

#[tokio::test]
async fn an_answer_without_a_token_makes_no_sense() {
    for said in [
        "{}",
        "<retval>0</retval>",
        "{\"error_code\": 4, \"error_data\": \"BAD_REQUEST\"}",
        "<html>",
    ] {
        let place = Place::start(TamTam, json!({}), &[Act::Say(200, said.to_owned())]).await;
        let error = place.upload(File, file(content(10), Some(10))).await.expect_err("no token");
        assert_eq!(*error.kind(), ErrorKind::Protocol, "{error}");
        assert_eq!(place.host.requests().len(), 1, "it is not sent again");
    }
    // An error is one, though a token was named before.
    let failed = Act::Say(200, "{\"error_code\": 4}".to_owned());
    let place = Place::start(Max, json!({"token": "before"}), &[failed]).await;
    place.upload(Video, file(content(10), Some(10))).await.expect_err("an error");
}

#[tokio::test]
async fn a_host_that_refuses_does_not_make_the_token_wrong_and_is_not_shown() {
    let place = Place::start(Max, json!({}), &[Act::Say(401, "no".to_owned())]).await;
    let error = place.upload(File, file(content(10), Some(10))).await.expect_err("refused");
    assert_eq!(*error.kind(), ErrorKind::Forbidden);
    assert!(!format!("{error} {error:?}").contains("sig="), "{error:?}");
}

#[tokio::test]
async fn the_address_of_an_upload_is_not_shown_where_the_host_repeats_it() {
    for said in ["Cannot POST /up?sig=a%2Fb", "Cannot POST /up?sig=a/b", "Cannot POST /up"] {
        for (kind, bytes) in [(File, Some(10)), (Image, Some(10))] {
            let host = [Act::Say(404, said.to_owned())];
            let place = Place::start(Max, json!({}), &host).await;
            let error = place.upload(kind, file(content(10), bytes)).await.expect_err("refused");
            assert_eq!(error.text(), Some("Cannot POST [secret]"));
        }
    }
}

#[tokio::test]
async fn a_file_is_opened_without_the_token() {
    let host =
        Server::start(&[Act::Say(200, "hello".to_owned()), Act::Say(404, String::new())]).await;
    let client = crate::client(Max, "http://127.0.0.1:1");
    let url = format!("{}/f?id=7", host.url);
    let mut text = String::new();
    client.open(&url).await.expect("it opens").read_to_string(&mut text).await.expect("it is read");
    assert_eq!(text, "hello");
    assert!(!host.requests()[0].mentions(TOKEN));
    let error = client.open(&url).await.err().expect("it is gone");
    assert_eq!(*error.kind(), ErrorKind::NotFound);
    let error = client.open("file:///etc/passwd").await.err().expect("no address");
    assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
}
