//! Files: uploads whole and in parts, what goes wrong with them, and fetching them again.

use futures_util::stream;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_RANGE};
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Client, Response};
use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot, client};

async fn place(bot: &Bot, kind: &str) -> Value {
    let path = match bot.platform {
        Platform::Tamtam => format!("/uploads?type={kind}&access_token={}", bot.token),
        _ => format!("/uploads?type={kind}"),
    };
    let (status, answer) = bot.post(&path, json!({})).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn url(bot: &Bot, kind: &str) -> String {
    place(bot, kind).await["url"].as_str().expect("a URL").to_owned()
}

fn form(field: &str, content: &[u8]) -> Form {
    let part = Part::bytes(content.to_vec()).file_name("a b.txt");
    Form::new().part(field.to_owned(), part)
}

async fn read(response: Response) -> (u16, String) {
    (response.status().as_u16(), response.text().await.expect("a whole answer"))
}

async fn send_form(url: &str, field: &str, content: &[u8]) -> (u16, String) {
    let sent = client().post(url).multipart(form(field, content)).send().await;
    read(sent.expect("an answer")).await
}

fn part(client: &Client, url: &str, range: &str, content: &[u8]) -> reqwest::RequestBuilder {
    client
        .post(url)
        .header(CONTENT_RANGE, format!("bytes {range}"))
        .header(CONTENT_DISPOSITION, "attachment; filename=film.mp4")
        .body(content.to_vec())
}

async fn send_part(url: &str, range: &str, content: &[u8]) -> (u16, String) {
    read(part(&client(), url, range, content).send().await.expect("an answer")).await
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[tokio::test]
async fn the_url_begins_where_the_client_reached_the_api() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        assert!(url(&bot, "file").await.starts_with(&format!("{}/files/", bot.base)));
    }
}

#[tokio::test]
async fn only_max_gives_films_and_sounds_their_token_before_the_upload() {
    let bench = Bench::open().await;
    for (platform, kind, has_token) in [
        (Platform::Max, "video", true),
        (Platform::Max, "audio", true),
        (Platform::Max, "image", false),
        (Platform::Max, "file", false),
        (Platform::Tamtam, "video", false),
        (Platform::Tamtam, "audio", false),
    ] {
        let answer = place(&bench.on(platform), kind).await;
        assert_eq!(answer.get("token").is_some(), has_token, "{platform} {kind}");
    }
}

#[tokio::test]
async fn photo_is_an_image_on_tamtam_only() {
    let bench = Bench::open().await;
    assert!(place(&bench.tamtam(), "photo").await["url"].is_string());
    let (status, answer) = bench.max().post("/uploads?type=photo", json!({})).await;
    assert_eq!((status, &answer["code"]), (400, &json!("proto.payload")));
    let (status, _) = bench.max().post("/uploads", json!({})).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_form_may_call_its_file_as_it_likes() {
    let bench = Bench::open().await;
    for platform in BOTH {
        for field in ["data", "v1", "file"] {
            let (status, answer) =
                send_form(&url(&bench.on(platform), "file").await, field, b"content").await;
            assert_eq!(status, 200, "{answer}");
            assert!(json_of(&answer)["token"].is_string());
        }
    }
}

#[tokio::test]
async fn an_image_brings_photos_and_a_film_of_max_brings_retval() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (_, answer) = send_form(&url(&bench.on(platform), "image").await, "data", b"i").await;
        let photos = json_of(&answer)["photos"].as_object().expect("photos").clone();
        assert!(photos.values().all(|it| it["token"].is_string()) && photos.len() == 1);
    }
    let (_, answer) = send_form(&url(&bench.max(), "video").await, "data", b"v").await;
    assert_eq!(answer, "<retval>1</retval>");
    let (_, answer) = send_form(&url(&bench.tamtam(), "video").await, "data", b"v").await;
    assert!(json_of(&answer)["token"].is_string());
}

#[tokio::test]
async fn parts_in_order_make_a_file_and_the_last_answer_is_the_result() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let url = url(&bench.on(platform), "file").await;
        assert_eq!(send_part(&url, "0-3/8", b"abcd").await, (200, "0-3/8".to_owned()));
        let (status, answer) = send_part(&url, "4-7/8", b"efgh").await;
        assert_eq!(status, 200);
        assert!(json_of(&answer)["token"].is_string());

        let fetched = client().get(&url).send().await.expect("an answer");
        assert_eq!(fetched.headers()["content-type"], "video/mp4");
        assert_eq!(read(fetched).await, (200, "abcdefgh".to_owned()));
    }
}

#[tokio::test]
async fn a_part_that_is_sent_again_is_answered_as_done() {
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    send_part(&url, "0-3/8", b"abcd").await;
    assert_eq!(send_part(&url, "0-3/8", b"abcd").await, (200, "0-3/8".to_owned()));
    let first = send_part(&url, "4-7/8", b"efgh").await;
    assert_eq!(send_part(&url, "4-7/8", b"efgh").await, first);
}

#[tokio::test]
async fn a_part_that_leaves_a_gap_is_refused() {
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    let (status, answer) = send_part(&url, "4-7/8", b"efgh").await;
    assert_eq!(status, 416);
    let message = json_of(&answer)["message"].clone();
    assert!(message.as_str().expect("a message").contains("byte 0 is the next"), "{message}");
}

#[tokio::test]
async fn a_part_of_another_length_than_announced_is_refused() {
    let bench = Bench::open().await;
    for content in [b"abc".as_slice(), b"abcde"] {
        let (status, answer) = send_part(&url(&bench.max(), "file").await, "0-3/8", content).await;
        assert_eq!(status, 400, "{answer}");
    }
}

#[tokio::test]
async fn of_a_part_that_is_cut_what_came_is_kept() {
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    bench.world.faults().plan(PlannedFault::next(
        Platform::Max,
        Operation::Upload,
        Fault::Cut { bytes: 3 },
    ));
    let cut = part(&client(), &url, "0-7/8", b"abcdefgh").send().await;
    assert!(match cut {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    });
    // Whether it begins anew or goes on, the file is the same.
    let (status, _) = send_part(&url, "3-7/8", b"defgh").await;
    assert_eq!(status, 200);
    let fetched = client().get(&url).send().await.expect("an answer");
    assert_eq!(read(fetched).await.1, "abcdefgh");
}

#[tokio::test]
async fn of_a_form_that_is_cut_nothing_is_kept() {
    let bench = Bench::open().await;
    let url = url(&bench.tamtam(), "file").await;
    bench.world.faults().plan(PlannedFault::next(
        Platform::Tamtam,
        Operation::Upload,
        Fault::Cut { bytes: 3 },
    ));
    let cut = client().post(&url).multipart(form("data", b"abcdefgh")).send().await;
    assert!(match cut {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    });
    assert!(bench.world.look(|it| it.files().all(|(_, file)| file.bytes == 0)));
    assert_eq!(send_form(&url, "data", b"abcdefgh").await.0, 200);
}

#[tokio::test]
async fn a_part_that_fails_can_be_sent_again() {
    let bench = Bench::open().await;
    for fault in [Fault::Fail, Fault::Unavailable] {
        let url = url(&bench.max(), "file").await;
        bench
            .world
            .faults()
            .plan(PlannedFault::next(Platform::Max, Operation::Upload, fault).after(1));
        send_part(&url, "0-3/8", b"abcd").await;
        assert!(send_part(&url, "4-7/8", b"efgh").await.0 >= 500);
        assert_eq!(send_part(&url, "4-7/8", b"efgh").await.0, 200);
    }
}

#[tokio::test]
async fn one_url_takes_one_file() {
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    assert_eq!(send_form(&url, "data", b"one").await.0, 200);
    assert_eq!(send_form(&url, "data", b"two").await.0, 409);
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_its_total() {
    let bench = Bench::open().await;
    let megabytes = 51 * 1024 * 1024;
    let url = url(&bench.max(), "image").await;
    let (status, answer) = send_part(&url, &format!("0-0/{megabytes}"), b"a").await;
    assert_eq!(status, 413);
    assert!(json_of(&answer)["message"].is_string());
}

#[tokio::test]
async fn an_empty_file_and_a_form_without_one_are_refused() {
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    assert_eq!(send_form(&url, "data", b"").await.0, 400);
    let nothing = client().post(&url).body("").send().await.expect("an answer");
    assert_eq!(nothing.status(), 400);
}

#[tokio::test]
async fn a_file_is_fetched_whole_or_in_ranges_and_by_nobody_without_its_key() {
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    let early = client().get(&url).send().await.expect("an answer");
    assert_eq!(early.status(), 404);
    send_form(&url, "data", b"content").await;

    let head = client().head(&url).send().await.expect("an answer");
    assert_eq!(head.headers()["content-length"], "7");
    assert_eq!(head.headers()["content-type"], "text/plain");
    let range = client().get(&url).header("range", "bytes=3-").send().await.expect("an answer");
    assert_eq!(read(range).await, (206, "tent".to_owned()));
    let other = client().get(format!("{}/files/x", bench.max().base)).send().await;
    assert_eq!(other.expect("an answer").status(), 404);
}

#[tokio::test]
async fn a_download_can_be_cut() {
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    send_form(&url, "data", b"content").await;
    bench.world.faults().plan(PlannedFault::next(
        Platform::Max,
        Operation::Download,
        Fault::Cut { bytes: 3 },
    ));
    let cut = client().get(&url).send().await;
    assert!(match cut {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    });
}

#[tokio::test]
async fn a_large_file_passes_piece_by_piece() {
    const PIECES: usize = 64;
    let bench = Bench::open().await;
    let url = url(&bench.max(), "file").await;
    let piece = bytes_of(1024 * 1024);
    let pieces = stream::iter((0..PIECES).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
    let sent = client().post(&url).body(Body::wrap_stream(pieces)).send().await;
    assert_eq!(sent.expect("an answer").status(), 200);
    let head = client().head(&url).send().await.expect("an answer");
    assert_eq!(head.headers()["content-length"], (PIECES * 1024 * 1024).to_string().as_str());
}

fn bytes_of(length: usize) -> Vec<u8> {
    vec![7; length]
}
