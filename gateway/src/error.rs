//! Why a gateway cannot start.

use std::fmt;

use gateway_runtime::DuplicateAccount;

use crate::config::Mistakes;
use crate::logging::LogsError;

/// Why a gateway cannot start. Its `Debug` is its `Display`: what `main` returns is shown so.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No account is named.
    #[error(
        "there is no account: no configuration names one (gateway.toml in this folder, or the file that \
         --config or GATEWAY_CONFIG names; gateway init writes it), and none of TAMTAM_TOKEN, MAX_TOKEN \
         and POTATO_TOKEN is set"
    )]
    NoAccount,
    /// The program was started with arguments, and takes none.
    #[error(
        "{0:?}: this program takes no arguments: it runs its bot, and GATEWAY_CONFIG names its \
         configuration if it is not gateway.toml; the program gateway has what else can be done with that"
    )]
    Argument(std::ffi::OsString),
    /// Something is wrong with the configuration.
    #[error(transparent)]
    Config(#[from] Mistakes),
    /// An account cannot be set up.
    #[error(transparent)]
    Account(#[from] gateway_core::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    #[cfg(feature = "database")]
    Database(#[from] storage::OpenError),
    /// Two accounts have the same name.
    #[error(transparent)]
    DuplicateAccount(#[from] DuplicateAccount),
    /// The server cannot listen.
    #[cfg(feature = "server")]
    #[error("listening on {address}: {why}; server.listen takes another address")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why not.
        why: std::io::Error,
    },
    /// Nothing can be logged, or no traces can be sent.
    #[error(transparent)]
    Logs(#[from] LogsError),
    /// What is watched cannot be served.
    #[cfg(feature = "server")]
    #[error("serving what is watched: {why}; watching.listen takes another address")]
    Watching {
        /// Why not.
        why: crate::watching::ListenError,
    },
    /// There is no TLS with the files that are named.
    #[cfg(feature = "server")]
    #[error(transparent)]
    Tls(#[from] registry_api::http::tls::TlsError),
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
