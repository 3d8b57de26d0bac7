//! A certificate and its key from files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why there is no TLS with these files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificates cannot be read.
    #[error("reading the certificates in {path}: {why}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: pem::Error,
    },
    /// The key cannot be read.
    #[error("reading the private key in {path}: {why}")]
    Key {
        /// The file.
        path: PathBuf,
        /// Why not, without anything that stands in the file.
        why: String,
    },
    /// They are no pair, or of a kind that is not known.
    #[error("using the certificates in {certificates} with the key in {key}: {why}")]
    Pair {
        /// The file of the certificates.
        certificates: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// Why not.
        why: rustls::Error,
    },
}

/// TLS with the certificates in one PEM file, the server's own first, and the key in another (or in
/// the same): for [`ServerOptions::tls`](super::ServerOptions::tls).
pub fn from_files(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let unread = |why| TlsError::Certificate { path: certificates.to_owned(), why };
    let chain = CertificateDer::pem_file_iter(certificates).map_err(unread)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(unread)?;
    if chain.is_empty() {
        return Err(unread(pem::Error::NoItemsFound));
    }
    let own = PrivateKeyDer::from_pem_file(key);
    let own = own.map_err(|why| TlsError::Key { path: key.to_owned(), why: unsaid(why) })?;
    let pair =
        |why| TlsError::Pair { certificates: certificates.to_owned(), key: key.to_owned(), why };
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(pair)?
        .with_no_client_auth()
        .with_single_cert(chain, own)
        .map_err(pair)?;
    Ok(Arc::new(config))
}

/// What is wrong with a key's file. The library's own words may show a line of it.
fn unsaid(why: pem::Error) -> String {
    match why {
        pem::Error::Io(why) => why.to_string(),
        pem::Error::NoItemsFound => "there is none in it".to_owned(),
        _ => "it is not well-formed PEM".to_owned(),
    }
}
