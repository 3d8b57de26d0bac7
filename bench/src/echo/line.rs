//! What the gateway's HTTP client costs beside the bare one, for a message.
//!
//! Both send to a messenger that answers every request the same, on a thread of its own; what is
//! counted is the processor time of the thread that sends, one message after another.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use adapter_tamtam::{Dialect, Options, TamTam};
use gateway_bench::street::token;
use gateway_core::Messenger as _;
use gateway_core::http::RateLimits;
use gateway_core::model::{ChatId, NewMessage};
use sandbox::Platform;
use serde_json::json;
use url::Url;

use crate::bare;
use crate::own::timed;

const MESSAGES: usize = 5000;
const CHAT: i64 = 1;
const TEXT: &str = "Message 1: we meet at eleven, at the usual place.";
const ANSWER: &str = r#"{"message":{"recipient":{"chat_id":1,"chat_type":"dialog","user_id":2},"timestamp":1775053255737,"body":{"mid":"mid.0000000000000001019d4d2f8c390001","seq":116327994376978687,"text":"Message 1: we meet at eleven, at the usual place."},"sender":{"user_id":3,"first_name":"Helper","is_bot":true,"last_activity_time":1775053249000,"name":"Helper"}}}"#;

/// How much longer the gateway takes than the bare client to send a message, in microseconds.
pub(crate) fn beside_the_bare_one() -> f64 {
    let url = messenger();
    let alone = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let alone = alone.expect("a runtime");
    let options = Options {
        limits: RateLimits::LEARNED,
        ..Options::new(Dialect::Max, token(Platform::Max).to_owned())
    };
    let max = TamTam::new("max", &options.at(url.clone())).expect("an account");
    let (chat, message) = (ChatId::new(CHAT.to_string()), NewMessage::new(TEXT));
    let ours = timed(MESSAGES, || {
        alone.block_on(async {
            for _ in 0..MESSAGES {
                max.send(&chat, &message).await.expect("it is sent");
            }
        });
    });
    let (client, body) = (bare::client(), json!({"text": TEXT}));
    let bare = timed(MESSAGES, || {
        alone.block_on(async {
            for _ in 0..MESSAGES {
                bare::send(&client, &url, CHAT, &body).await;
            }
        });
    });
    ours - bare
}

/// Where a messenger is that answers everything.
fn messenger() -> Url {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for line in listener.incoming() {
            std::thread::spawn(move || answer(&line.expect("a connection")));
        }
    });
    format!("http://{address}").parse().expect("a URL")
}

/// Answers until the client hangs up.
fn answer(mut line: &TcpStream) {
    line.set_nodelay(true).expect("a socket");
    let mut requests = BufReader::new(line);
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{ANSWER}",
        ANSWER.len()
    );
    while let Some(length) = head(&mut requests) {
        requests.read_exact(&mut vec![0; length]).expect("a body");
        line.write_all(answer.as_bytes()).expect("it listens");
    }
}

/// How long the body is that follows; `None` when there is no more.
fn head(requests: &mut BufReader<&TcpStream>) -> Option<usize> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        requests.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?;
            }
            None if line.trim_end().is_empty() => return Some(length),
            Some(_) | None => {}
        }
    }
}
