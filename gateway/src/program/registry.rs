//! `gateway registry`: only the registry.

use std::net::SocketAddr;

use anyhow::Context as _;
use gateway::{Gateway, signal};
use registry_api::http;
use tokio::net::TcpListener;

pub(crate) async fn run(listen: SocketAddr, database_url: &str) -> anyhow::Result<()> {
    let registry = Gateway::open(database_url).await?.registry();
    let listener = bind(listen).await?;
    tracing::info!(address = %listener.local_addr()?, "the registry listens");
    http::serve(listener, registry, signal::stop()).await.context("serving the registry")
}

/// Listens, or says where it could not.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("listening on {address}; --listen takes another address"))
}
