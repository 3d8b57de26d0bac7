//! A certificate and its key from files.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

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
    Certificate::from_files(certificates, key)?.config()
}

/// A certificate that can be renewed while it is served.
pub struct Certificate {
    certificates: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("certificates", &self.certificates)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// The certificates in one PEM file, the server's own first, and the key in another (or in the
    /// same).
    pub fn from_files(certificates: &Path, key: &Path) -> Result<Arc<Self>, TlsError> {
        let current = RwLock::new(Arc::new(read(certificates, key)?));
        Ok(Arc::new(Self { certificates: certificates.to_owned(), key: key.to_owned(), current }))
    }

    /// Reads the files again: connections that begin from now on see what is in them. When something
    /// is wrong with them, what was served is served on.
    pub fn renew(&self) -> Result<(), TlsError> {
        let new = Arc::new(read(&self.certificates, &self.key)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// TLS with it: for [`ServerOptions::tls`](super::ServerOptions::tls).
    pub fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, TlsError> {
        let versions = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions();
        let versions = versions.map_err(|why| TlsError::Pair {
            certificates: self.certificates.clone(),
            key: self.key.clone(),
            why,
        })?;
        Ok(Arc::new(versions.with_no_client_auth().with_cert_resolver(self.clone())))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(certificates: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
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
    CertifiedKey::from_der(chain, own, &ring::default_provider()).map_err(pair)
}

/// What is wrong with a key's file. The library's own words may show a line of it.
fn unsaid(why: pem::Error) -> String {
    match why {
        pem::Error::Io(why) => why.to_string(),
        pem::Error::NoItemsFound => "there is none in it".to_owned(),
        _ => "it is not well-formed PEM".to_owned(),
    }
}
