//! A bot's server with a certificate that nobody signed but itself.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A listener that speaks TLS.
pub struct SelfSigned {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    certificate: Vec<u8>,
}

impl fmt::Debug for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SelfSigned").field("listener", &self.listener).finish_non_exhaustive()
    }
}

impl SelfSigned {
    /// It listens on this machine; its certificate is for this name.
    pub async fn open(name: &str) -> Self {
        let own = rcgen::generate_simple_self_signed([name.to_owned()]).expect("its own");
        let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the versions of the provider")
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key.into())
            .expect("a certificate and its key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let (acceptor, certificate) =
            (TlsAcceptor::from(Arc::new(config)), own.cert.der().to_vec());
        Self { listener, acceptor, certificate }
    }

    /// Its certificate, in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Serves, and says where.
    pub fn listens(self, router: Router) -> String {
        let port = self.listener.local_addr().expect("an address").port();
        tokio::spawn(async move { axum::serve(self, router).await });
        format!("https://localhost:{port}/hook")
    }
}

impl Listener for SelfSigned {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    /// Who does not trust the certificate hangs up, and is no caller.
    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, from) = self.listener.accept().await.expect("a connection");
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
