//! The line between a database and whoever uses it, which is cut, slowed, or goes silent.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use url::Url;

/// What the line to the database does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// It carries everything.
    Up,
    /// It carries everything, late.
    Slow,
    /// It carries nothing, and nobody is told.
    Silent,
    /// It is cut: who is on it is put off, and nobody gets on it.
    Cut,
}

/// Stands between a database and whoever uses it.
#[derive(Debug)]
pub struct Proxy {
    url: Url,
    line: watch::Sender<Line>,
    _task: JoinSet<()>,
}

impl Proxy {
    /// Before the `PostgreSQL` database at this URL.
    pub async fn before(database: &str) -> Self {
        let mut url: Url = database.parse().expect("a URL");
        let host = (url.host_str().expect("a host").to_owned(), url.port().expect("a port"));
        let host = tokio::net::lookup_host(host).await.expect("a known host").next();
        let database = host.expect("an address");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(listener.local_addr().expect("an address").port())).expect("a port");
        let (line, state) = watch::channel(Line::Up);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.expect("it accepts");
                connections.spawn(carry(client, database, state.clone()));
            }
        });
        Self { url, line, _task: task }
    }

    /// The database's URL by way of this one.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// From now on the line does this.
    pub fn is(&self, line: Line) {
        self.line.send_replace(line);
    }
}

/// Carries what both say, as the line lets it.
async fn carry(client: TcpStream, database: SocketAddr, mut line: watch::Receiver<Line>) {
    if *line.borrow() == Line::Cut {
        return;
    }
    let server = TcpStream::connect(database).await.expect("the database is there");
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut there = line.clone();
    let mut back = line.clone();
    let is_cut = async {
        // Whoever watches lives as long as the proxy.
        let _ = line.wait_for(|it| *it == Line::Cut).await;
    };
    tokio::select! {
        () = pass(&mut from_client, &mut to_server, &mut there) => {}
        () = pass(&mut from_server, &mut to_client, &mut back) => {}
        () = is_cut => {}
    }
}

async fn pass(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    line: &mut watch::Receiver<Line>,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count) = from.read(&mut bytes).await {
        if line.wait_for(|it| *it != Line::Silent).await.is_err() || count == 0 {
            return;
        }
        if *line.borrow() == Line::Slow {
            sleep(Duration::from_millis(10)).await;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
