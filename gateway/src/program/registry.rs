//! `gateway registry`: only the registry.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use clap::builder::RangedU64ValueParser;
use gateway::config::WrittenRate;
use gateway::serving::open_files;
use gateway::watching::{self, Listen, Metrics};
use gateway::{Gateway, signal};
use registry_api::http::{self, Origin, ServerOptions, tls};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::NO_DATABASE;

/// What an operator may set about the server.
#[derive(Debug, Args)]
pub(crate) struct Serving {
    /// So many connections at most; one more is closed at once
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = ServerOptions::default().max_connections,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..),
    )]
    max_connections: usize,
    /// So many requests a second at most for each token, and so many at once after a silence (as
    /// many as a second, when nothing is said); without it, any number
    #[arg(long, value_name = "NUMBER[:BURST]")]
    rate: Option<WrittenRate>,
    /// Lets pages of this origin (a scheme and a host, or * for all) read the answers in a browser;
    /// may be given several times
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    cors: Vec<Origin>,
    /// Speaks TLS, with the certificates in this PEM file, its own first
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key to them, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl Serving {
    fn options(self) -> anyhow::Result<ServerOptions> {
        let Self { max_connections, rate, cors, tls_cert, tls_key } = self;
        let tls = match (tls_cert, tls_key) {
            (Some(certificates), Some(key)) => Some(tls::from_files(&certificates, &key)?),
            _ => None,
        };
        let max_connections = open_files(max_connections);
        let rate = rate.map(|it| it.rate());
        Ok(ServerOptions { max_connections, rate, cors, tls, ..ServerOptions::default() })
    }
}

pub(crate) async fn run(
    listen: SocketAddr,
    serving: Serving,
    database_url: &str,
    replica_url: Option<&str>,
    watch: Option<Listen>,
) -> anyhow::Result<()> {
    let options = serving.options()?;
    let watch = match watch {
        Some(watch) => Some((Metrics::install()?, watch.bind().await?)),
        None => None,
    };
    let gateway = Gateway::open_with_replica(database_url, replica_url).await?;
    let watching = gateway.watching().context(NO_DATABASE)?;
    let registry = gateway.registry().context(NO_DATABASE)?;
    let listener = bind(listen).await?;
    let stop = signal::stop();
    let served = http::serve_with(listener, registry.clone(), &options, stop.clone());
    let ended = CancellationToken::new();
    let served = async {
        let served = served.await;
        // The listener may have failed by itself.
        stop.cancel();
        ended.cancel();
        served
    };
    let watched = async {
        match watch {
            Some((metrics, listener)) => {
                let watching = watching.with_metrics(metrics).with_stop(stop.clone());
                watching::serve(listener, watching, ended.clone()).await
            }
            None => Ok(()),
        }
    };
    let (served, (), watched) = tokio::join!(served, registry.keep_tidy(stop.clone()), watched);
    gateway.close().await;
    watched.context("serving what is watched")?;
    served.context("serving the registry")?;
    tracing::info!("stopped");
    Ok(())
}

/// Listens, or says where it could not.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("listening on {address}; --listen takes another address"))
}
