//! The listening sockets.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::serve::IncomingStream;
use axum::{Extension, Router, middleware};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::service_fn;

use crate::{Platform, World, body, control, potato, tamtam};

/// Where each part listens; port 0 takes a free one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Addresses {
    /// The control API.
    pub control: SocketAddr,
    /// TamTam.
    pub tamtam: SocketAddr,
    /// MAX.
    pub max: SocketAddr,
    /// Potato.
    pub potato: SocketAddr,
}

impl Addresses {
    /// Control on 127.0.0.1:7080, TamTam on 7081, MAX on 7082, Potato on 7083.
    pub fn well_known() -> Self {
        Self::from(|place| 7080 + place)
    }

    /// Free ports of 127.0.0.1.
    pub fn free_ports() -> Self {
        Self::from(|_| 0)
    }

    fn from(port: impl Fn(u16) -> u16) -> Self {
        let at = |place| SocketAddr::from((Ipv4Addr::LOCALHOST, port(place)));
        Self { control: at(0), tamtam: at(1), max: at(2), potato: at(3) }
    }
}

/// Each connection holds more of it as long as it is open.
type Connections = Arc<()>;

/// A running sandbox. It stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    addresses: Addresses,
    connections: HashMap<Platform, Connections>,
    _tasks: JoinSet<io::Result<()>>,
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// An address that is taken, with the address in the message.
    pub async fn start(world: World, addresses: &Addresses) -> io::Result<Self> {
        let mut tasks = JoinSet::new();
        let (control, control_at) = listen(addresses.control).await?;
        let (tamtam, tamtam_at) = listen(addresses.tamtam).await?;
        let (max, max_at) = listen(addresses.max).await?;
        let (potato, potato_at) = listen(addresses.potato).await?;
        let mut connections = HashMap::new();
        serve(&mut tasks, control, control::router(world.clone()));
        let base = format!("http://{potato_at}");
        let router = potato::router(world.clone(), base.clone());
        connections.insert(Platform::Potato, serve(&mut tasks, potato, router));
        tasks.spawn(potato::caller(world.clone(), base)?.run());
        for (platform, listener, address) in
            [(Platform::Tamtam, tamtam, tamtam_at), (Platform::Max, max, max_at)]
        {
            let base = format!("http://{address}");
            let router = tamtam::router(world.clone(), platform, base.clone());
            connections.insert(platform, serve(&mut tasks, listener, router));
            tasks.spawn(tamtam::caller(world.clone(), platform, base)?.run());
        }
        let addresses =
            Addresses { control: control_at, tamtam: tamtam_at, max: max_at, potato: potato_at };
        Ok(Self { addresses, connections, _tasks: tasks })
    }

    /// Where each part really listens.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The base URL of a messenger's API.
    pub fn url(&self, platform: Platform) -> String {
        let address = match platform {
            Platform::Tamtam => self.addresses.tamtam,
            Platform::Max => self.addresses.max,
            Platform::Potato => self.addresses.potato,
        };
        format!("http://{address}")
    }

    /// Whether nobody is connected to a messenger: what clients that have ended had sent is dealt with
    /// then.
    pub fn is_left(&self, platform: Platform) -> bool {
        // One is here, and one with who lets them in.
        self.connections.get(&platform).is_none_or(|open| Arc::strong_count(open) == 2)
    }

    /// The base URL of the control API.
    pub fn control_url(&self) -> String {
        format!("http://{}", self.addresses.control)
    }
}

async fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|why| io::Error::new(why.kind(), format!("listening on {address}: {why}")))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn serve(
    tasks: &mut JoinSet<io::Result<()>>,
    listener: TcpListener,
    router: Router,
) -> Connections {
    let connections = Connections::default();
    let open = Arc::clone(&connections);
    let router = router.layer(middleware::from_fn(body::read_on));
    let connect = service_fn(move |_: IncomingStream<'_, TcpListener>| {
        ready(Ok::<_, Infallible>(router.clone().layer(Extension(Arc::clone(&open)))))
    });
    tasks.spawn(async { axum::serve(listener, connect).await });
    connections
}
