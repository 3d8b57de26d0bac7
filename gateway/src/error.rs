//! Why a gateway cannot start.

use std::net::SocketAddr;
use std::{fmt, io};

use gateway_runtime::DuplicateAccount;
use registry_api::http::tls::TlsError;
use storage::OpenError;

use crate::config::Mistakes;
use crate::logging::LogsError;
use crate::watching::ListenError;

/// Why a gateway cannot start. Its `Debug` is its `Display`: what `main` returns is shown so.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No account is named.
    #[error(
        "there is no account: write one into gateway.toml (gateway init makes the file), or set \
         TAMTAM_TOKEN, MAX_TOKEN or POTATO_TOKEN"
    )]
    NoAccount,
    /// Something is wrong with the configuration.
    #[error(transparent)]
    Config(#[from] Mistakes),
    /// An account cannot be set up.
    #[error(transparent)]
    Account(#[from] gateway_core::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// Two accounts have the same name.
    #[error(transparent)]
    DuplicateAccount(#[from] DuplicateAccount),
    /// The server cannot listen.
    #[error("listening on {address} (server.listen): {why}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        why: io::Error,
    },
    /// Nothing can be logged, or no traces can be sent.
    #[error(transparent)]
    Logs(#[from] LogsError),
    /// What is watched cannot be served.
    #[error("serving what is watched (watching.listen): {0}")]
    Watching(#[from] ListenError),
    /// There is no TLS with the files that are named.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
