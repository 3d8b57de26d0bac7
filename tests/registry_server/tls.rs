//! TLS: a certificate and a key from files.

use std::sync::Arc;

use registry_api::http::{ServerOptions, tls};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{MOMENT, PATIENCE, Running, patient, rest, until};

/// A server with a certificate of its own, from files, and a client that trusts it.
async fn with_tls(options: ServerOptions) -> (Running, TlsConnector) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("its own");
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, own.cert.pem()).expect("it is written");
    std::fs::write(&key, own.signing_key.serialize_pem()).expect("it is written");
    let tls = tls::from_files(&certificate, &key).expect("a certificate and its key");
    let mut trusted = RootCertStore::empty();
    trusted.add(own.cert.der().clone()).expect("a certificate");
    let server = Running::hello(ServerOptions { tls: Some(tls), ..options }).await;
    (server, trusting(trusted))
}

/// A client that trusts these.
fn trusting(trusted: RootCertStore) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the versions of the provider")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(client))
}

#[tokio::test]
async fn with_a_certificate_it_speaks_tls_and_nothing_else() {
    let (server, client) = with_tls(patient()).await;
    let name = ServerName::try_from("localhost").expect("a name");
    let mut stream = client.connect(name, server.connects().await).await.expect("TLS");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it is sent");
    until(&mut stream, "hello").await;

    let plain = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut alert = Vec::new();
    // An alert, or nothing.
    let _ = timeout(PATIENCE, { plain }.read_to_end(&mut alert)).await.expect("it is closed");
    assert!(!String::from_utf8_lossy(&alert).contains("HTTP"));
}

#[tokio::test]
async fn a_certificate_is_renewed_while_it_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let write = || {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("its own");
        std::fs::write(&certificate, own.cert.pem()).expect("it is written");
        std::fs::write(&key, own.signing_key.serialize_pem()).expect("it is written");
        let mut trusted = RootCertStore::empty();
        trusted.add(own.cert.der().clone()).expect("a certificate");
        trusting(trusted)
    };
    let before = write();
    let served = tls::Certificate::from_files(&certificate, &key).expect("a certificate");
    let options = ServerOptions { tls: Some(served.config().expect("TLS")), ..patient() };
    let server = Running::hello(options).await;
    let is_trusted = async |client: &TlsConnector| {
        let name = ServerName::try_from("localhost").expect("a name");
        client.connect(name, server.connects().await).await.is_ok()
    };
    assert!(is_trusted(&before).await);

    let after = write();
    assert!(!is_trusted(&after).await);
    served.renew().expect("the files are right");
    assert!(is_trusted(&after).await && !is_trusted(&before).await);

    std::fs::write(&key, "nothing").expect("it is written");
    served.renew().expect_err("no key");
    assert!(is_trusted(&after).await);
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_closed() {
    let options = ServerOptions { handshake_timeout: MOMENT, ..patient() };
    let (server, _) = with_tls(options).await;
    assert_eq!(rest(server.connects().await).await, "");
    // The beginning of a greeting, of 512 bytes.
    let mut stream = server.connects().await;
    stream.write_all(&[22, 3, 1, 2, 0, 1]).await.expect("it is sent");
    assert_eq!(rest(stream).await, "");
}

#[test]
fn a_key_that_is_spoilt_is_not_shown() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("its own");
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, own.cert.pem()).expect("it is written");
    // As it comes out of an environment variable that lost its line ends.
    let spoilt = own.signing_key.serialize_pem().replace('\n', "");
    std::fs::write(&key, &spoilt).expect("it is written");
    let error = tls::from_files(&certificate, &key).expect_err("no key").to_string();
    assert!(error.contains("key.pem"), "{error}");
    let secret = &spoilt["-----BEGIN PRIVATE KEY-----".len()..][..20];
    assert!(!error.contains(secret), "{error}");
    let missing = tls::from_files(&folder.path().join("none.pem"), &key).expect_err("no file");
    assert!(missing.to_string().contains("none.pem"), "{missing}");
}
