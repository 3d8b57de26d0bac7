//! Files, in and out.

use gateway_tests::Got;
use sandbox::world::{Attachment, ChatKey, FileKind, StoredFile};
use serde_json::{Value, json};

use crate::harness::{Bench, Bot, File, MP4, PNG, read, refusal};

/// The file of the last message of a chat.
fn carried(bench: &Bench, chat: ChatKey) -> StoredFile {
    let message = bench.last(chat);
    let [Attachment::File(key)] = message.content.attachments[..] else { panic!("a file") };
    bench.world.look(|state| state.file(key).clone())
}

fn sent(got: &Got) -> Value {
    assert_eq!(got.status, 200, "{}", got.body);
    got.body["result"].clone()
}

/// The address of a file.
async fn url(bot: &Bot, file_id: &Value) -> String {
    let found = bot.does("getFile", json!({"file_id": file_id})).await;
    found["url"].as_str().expect("an address").to_owned()
}

#[tokio::test]
async fn a_photo_comes_along_and_is_sent_again_by_its_id() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let fields = bench.at(chat, json!({"caption": "2048"}));
    let got = bot.fills("sendPhoto", fields, &[File("photo", "tea.png", PNG)]).await;
    let first = sent(&got);
    let file = carried(&bench, chat);
    assert_eq!(first, json!({"message_id": bench.last(chat).number, "file_id": file.token}));
    assert_eq!((file.kind, file.name.as_deref()), (FileKind::Image, Some("tea.png")));
    assert_eq!(bench.last(chat).content.text.plain, "2048");

    let again = bot.does("sendPhoto", bench.at(chat, json!({"photo": file.token}))).await;
    assert_eq!(again["file_id"], first["file_id"]);
    assert_ne!(again["message_id"], first["message_id"]);
}

#[tokio::test]
async fn an_id_is_32_digits_that_begin_with_zeros() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let got = bot
        .fills("sendDocument", bench.at(chat, json!({})), &[File("document", "a.txt", b"a")])
        .await;
    let id = sent(&got)["file_id"].as_str().expect("an id").to_owned();
    let is_digit = |it: char| it.is_ascii_hexdigit() && !it.is_ascii_uppercase();
    assert!(id.len() == 32 && id.starts_with("0000") && id.chars().all(is_digit), "{id}");
}

#[tokio::test]
async fn a_photo_is_a_picture_and_has_2_mb() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let send = async |bytes: &[u8]| {
        bot.fills("sendPhoto", bench.at(chat, json!({})), &[File("photo", "a.png", bytes)]).await
    };
    for picture in [b"\xff\xd8\xff...", &b"BM...."[..], b"RIFF....WEBP", PNG] {
        assert_eq!(send(picture).await.status, 200);
    }
    for other in [&b"GIF89a"[..], b"text", b""] {
        assert_eq!(refusal(&send(other).await), 3011);
    }
    let mut large = PNG.to_vec();
    large.resize(2 * 1024 * 1024, 0);
    assert_eq!(send(&large).await.status, 200);
    large.push(0);
    assert_eq!(refusal(&send(&large).await), 1009);
}

#[tokio::test]
async fn a_document_is_anything_of_50_mb() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let mut bytes = vec![0; 50 * 1024 * 1024];
    let send = async |bytes: &[u8]| {
        let file = [File("document", "a.bin", bytes)];
        bot.fills("sendDocument", bench.at(chat, json!({})), &file).await
    };
    assert_eq!(send(&bytes).await.status, 200);
    assert_eq!(carried(&bench, chat).bytes, 50 * 1024 * 1024);
    bytes.push(0);
    assert_eq!(refusal(&send(&bytes).await), 1009);
}

#[tokio::test]
async fn a_film_is_an_mp4_with_its_measures_and_a_picture() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let said = json!({"width": 640, "height": 360, "duration": 5, "caption": "A film"});
    let files = [File("thumb", "a.png", PNG), File("video", "a.mp4", MP4)];
    sent(&bot.fills("sendVideo", bench.at(chat, said), &files).await);
    let film = carried(&bench, chat);
    assert_eq!((film.kind, film.measures.width), (FileKind::Video, Some(640)));
    assert_eq!((film.measures.duration, film.thumb.is_some()), (Some(5), true));

    let other = [File("video", "a.avi", b"RIFF....AVI LIST")];
    assert_eq!(refusal(&bot.fills("sendVideo", bench.at(chat, json!({})), &other).await), 3011);
    let mut large = PNG.to_vec();
    large.resize(3 * 1024 * 1024 + 1, 0);
    let files = [File("video", "a.mp4", MP4), File("thumb", "a.png", &large)];
    assert_eq!(refusal(&bot.fills("sendVideo", bench.at(chat, json!({})), &files).await), 1009);
}

#[tokio::test]
async fn a_film_on_the_messenger_is_sent_by_its_id() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let film = bench.uploads(FileKind::Video, "a.mp4").await;
    let sent = bot.does("sendVideo", bench.at(chat, json!({"video": film}))).await;
    assert_eq!(sent["file_id"], *film);
}

#[tokio::test]
async fn an_id_of_another_kind_or_of_nothing_sends_nothing() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let photo = bench.uploads(FileKind::Image, "a.png").await;
    let said = |parameter: &str, id: &str| bench.at(chat, json!({parameter: id}));
    assert_eq!(bot.is_refused("sendVideo", said("video", &photo)).await, 3007);
    assert_eq!(bot.is_refused("sendDocument", said("document", &photo)).await, 3007);
    assert_eq!(bot.is_refused("sendPhoto", said("photo", "0000000000")).await, 1013);
    assert_eq!(bot.is_refused("sendPhoto", bench.at(chat, json!({}))).await, 1004);
}

#[tokio::test]
async fn a_caption_has_200_characters() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let photo = bench.uploads(FileKind::Image, "a.png").await;
    let said = |length| bench.at(chat, json!({"photo": photo, "caption": "ä".repeat(length)}));
    bot.does("sendPhoto", said(200)).await;
    assert_eq!(bot.is_refused("sendPhoto", said(201)).await, 1004);
}

#[tokio::test]
async fn a_caption_is_no_markdown_and_the_flag_is_passed_over() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let photo = bench.uploads(FileKind::Image, "a.png").await;
    let said = json!({"photo": photo, "caption": "**x**", "markdown": true});
    bot.does("sendPhoto", bench.at(chat, said)).await;
    assert_eq!(bench.last(chat).content.text, "**x**".into());
}

#[tokio::test]
async fn a_file_is_fetched_where_get_file_says() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let files = [File("document", "Tea.TXT", b"green")];
    let id = sent(&bot.fills("sendDocument", bench.at(chat, json!({})), &files).await);
    let id = &id["file_id"];
    let url = url(&bot, id).await;
    let text = id.as_str().expect("an id");
    let name = format!("{}{}", &text[..4], &text[12..]);
    assert_eq!(url, format!("{}/files/{}/{name}.txt", bot.base, bot.token));
    let fetched = bot.client.get(url).send().await.expect("an answer");
    assert_eq!(fetched.text().await.expect("the content"), "green");
}

#[tokio::test]
async fn an_address_has_the_host_by_which_the_client_came() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let photo = bench.uploads(FileKind::Image, "a.png").await;
    let ask = async |host: &str| {
        let url = format!("{}/{}/getFile?file_id={photo}", bot.base, bot.token);
        let asked = bot.client.get(url).header("Host", host).send().await;
        read(asked.expect("an answer")).await.body["result"]["url"].to_string()
    };
    assert!(ask("potato.test:8443").await.starts_with("\"http://potato.test:8443/files/"));
    assert!(ask("a@b").await.starts_with(&format!("\"{}/files/", bot.base)));
}

#[tokio::test]
async fn a_file_that_nobody_has_is_not_fetched() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let photo = bench.uploads(FileKind::Image, "a.png").await;
    assert_eq!(bot.is_refused("getFile", json!({"file_id": "0000"})).await, 1013);
    assert_eq!(bot.is_refused("getFile", json!({})).await, 1004);
    let url = url(&bot, &json!(photo)).await;
    for (wrong, code) in
        [(url.replace(".png", ".jpg"), 1013), (url.replace(&bot.token, "10000009:nobody"), 1002)]
    {
        let got = read(bot.client.get(wrong).send().await.expect("an answer")).await;
        assert_eq!(refusal(&got), code);
    }
}

#[tokio::test]
async fn a_file_of_more_than_100_mb_is_not_fetched() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let bytes = vec![0; 100 * 1024 * 1024 + 1];
    let id = bench.uploads_bytes(FileKind::Video, "a.mp4", bytes).await;
    assert_eq!(bot.is_refused("getFile", json!({"file_id": id})).await, 1009);
}

#[tokio::test]
async fn a_cut_form_sends_nothing() {
    use sandbox::fault::{Fault, Operation, PlannedFault};

    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let platform = sandbox::Platform::Potato;
    let cut = |operation| PlannedFault::next(platform, operation, Fault::Cut { bytes: 3 });
    bench.world.faults().plan(cut(Operation::Upload));
    let url = format!("{}/{}/sendPhoto", bot.base, bot.token);
    let part = reqwest::multipart::Part::bytes(PNG.to_vec()).file_name("a.png");
    let form = reqwest::multipart::Form::new().part("photo", part);
    assert!(is_lost(bot.client.post(&url).multipart(form).send().await).await);
    assert!(bench.world.look(|state| state.chat(chat).messages.is_empty()));

    let photo = bench.uploads(FileKind::Image, "a.png").await;
    bench.world.faults().plan(cut(Operation::Download));
    let url = self::url(&bot, &json!(photo)).await;
    assert!(is_lost(bot.client.get(url).send().await).await);
}

/// Whether the line broke before the answer was whole.
async fn is_lost(answer: reqwest::Result<reqwest::Response>) -> bool {
    match answer {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    }
}
