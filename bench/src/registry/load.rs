//! Clients that ask as fast as they are answered.
//!
//! They speak HTTP by hand: the processor is shared with what is measured, and a whole client takes
//! as much of it as the service does.

use std::net::SocketAddr;
use std::time::Duration;

use gateway_bench::process::median;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// A service, and who asks it.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
}

impl Service {
    pub(crate) fn get(&self, path: &str) -> String {
        format!(
            "GET /api/v1/private/chats{path} HTTP/1.1\r\nHost: bench\r\n\
             Authorization: Bearer {}\r\n\r\n",
            self.token
        )
    }

    pub(crate) fn post(&self, body: &str) -> String {
        format!(
            "POST /api/v1/private/chats HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
    }

    /// Asks once; the body.
    pub(crate) async fn ask(&self, request: &str) -> String {
        let mut client = Client::to(self).await;
        let bytes = client.ask(request).await;
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// Has one client ask for each in turn, so long for each altogether; the medians, in microseconds.
    /// What slows the machine for a while slows all of them.
    pub(crate) async fn in_turn(&self, requests: &[String], time: Duration) -> Vec<f64> {
        let mut client = Client::to(self).await;
        let mut took = vec![Vec::new(); requests.len()];
        let begun = Instant::now();
        while begun.elapsed() < time * u32::try_from(requests.len()).expect("a few") {
            for (request, took) in requests.iter().zip(&mut took) {
                let asked = Instant::now();
                client.ask(request).await;
                took.push(asked.elapsed().as_secs_f64() * 1e6);
            }
        }
        took.into_iter().map(median).collect()
    }

    /// Has so many clients ask for so long; how many answers they got a second.
    pub(crate) async fn load(&self, request: &str, clients: usize, time: Duration) -> f64 {
        let mut tasks = JoinSet::new();
        let begun = Instant::now();
        for _ in 0..clients {
            let (service, request) = (self.clone(), request.to_owned());
            tasks.spawn(async move {
                let (mut client, mut answers) = (Client::to(&service).await, 0);
                while begun.elapsed() < time {
                    client.ask(&request).await;
                    answers += 1;
                }
                answers
            });
        }
        let answers: u32 = tasks.join_all().await.into_iter().sum();
        f64::from(answers) / begun.elapsed().as_secs_f64()
    }
}

/// One connection.
struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    async fn to(service: &Service) -> Self {
        let stream = TcpStream::connect(service.address).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, answer: Vec::new() }
    }

    /// The body of the answer, which must be a good one.
    async fn ask(&mut self, request: &str) -> &[u8] {
        self.stream.write_all(request.as_bytes()).await.expect("it is sent");
        self.answer.clear();
        let (body, end) = loop {
            let read = self.stream.read_buf(&mut self.answer).await.expect("it answers");
            assert!(read > 0, "it hung up: {}", String::from_utf8_lossy(&self.answer));
            if let Some(extent) = extent(&self.answer)
                && self.answer.len() >= extent.1
            {
                break extent;
            }
        };
        &self.answer[body..end]
    }
}

/// Where the body of an answer begins and ends, once its head is there.
fn extent(answer: &[u8]) -> Option<(usize, usize)> {
    let head = answer.windows(4).position(|it| it == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&answer[..head]).expect("a head");
    let status = text.get(9..12).expect("a status");
    assert!(status.starts_with('2'), "{text}");
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
    });
    let length = length.expect("a length").expect("a number");
    Some((head + 4, head + 4 + length))
}
