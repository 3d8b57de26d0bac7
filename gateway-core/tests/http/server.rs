//! A server on loopback that does as it is told, and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

/// What it does with a connection.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Reads the request, and answers with these bytes.
    Say(Vec<u8>),
    /// The same, and then neither says more nor closes.
    SayAndHang(Vec<u8>),
    /// The same, and then resets the connection.
    SayAndReset(Vec<u8>),
    /// Accepts, and does nothing.
    Ignore,
}

pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Server {
    /// One that does these things with one connection after the other, the last with all others.
    pub(crate) async fn start(acts: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, acts) = (requests.clone(), acts.to_vec());
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            for number in 0.. {
                let (stream, _) = listener.accept().await.expect("a client");
                let act = acts.get(number).or(acts.last()).cloned();
                connections.spawn(serve(stream, act.expect("it is told"), seen.clone()));
            }
        });
        Self { url, requests, serving }
    }

    /// Waits until so many requests came: a client may have given up one that is not read yet.
    pub(crate) async fn is_asked(&self, count: usize) {
        let asked = async {
            while self.requests().len() < count {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, asked).await.expect("it is asked in time");
    }

    /// The requests that came, as far as they were read.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("nobody panicked").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<String>>>) {
    let request = match act {
        Act::Ignore => String::new(),
        _ => read(&mut stream).await,
    };
    seen.lock().expect("nobody panicked").push(request);
    match act {
        Act::Say(bytes) => {
            // A client that has read enough goes away.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Act::SayAndHang(bytes) => {
            stream.write_all(&bytes).await.expect("it listens");
            std::future::pending::<()>().await;
        }
        Act::SayAndReset(bytes) => {
            stream.write_all(&bytes).await.expect("it listens");
            stream.set_zero_linger().expect("a socket");
        }
        Act::Ignore => std::future::pending::<()>().await,
    }
}

/// The head of a request, when its body has come too.
async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        assert_ne!(stream.read_buf(&mut bytes).await.expect("a request"), 0, "it is whole");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(0, |length| length.parse().expect("a number"));
        let ends = !head.contains("transfer-encoding: chunked") || body.ends_with("0\r\n\r\n");
        if body.len() >= length && ends {
            return head.to_owned();
        }
    }
}

/// A whole answer, after which the connection is closed.
pub(crate) fn answer(head: &str, body: impl AsRef<[u8]>) -> Act {
    Act::Say(answered(head, body))
}

pub(crate) fn answered(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head =
        format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
