//! Bots whose servers speak TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::multipart::{Form, Part};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use sandbox::world::{Subscription, WebhookCertificates};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::harness::{Bench, answer, texts};
use crate::hook::{self, Hook, ok};

/// A listener with a certificate that nobody signed but itself.
struct SelfSigned {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl SelfSigned {
    /// It listens; where, and by which certificate, in PEM and in DER.
    async fn open() -> (Hook, String, Vec<u8>) {
        let own = rcgen::generate_simple_self_signed(["somebody.example".to_owned()]);
        let own = own.expect("its own");
        let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the versions of the provider")
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key.into())
            .expect("a certificate and its key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let served = Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)) };
        let (router, calls, gate) = hook::router(vec![ok()]);
        tokio::spawn(async move { axum::serve(served, router).await });
        let hook = Hook::at(format!("https://localhost:{port}/hook"), calls, gate);
        (hook, pem(own.cert.der()), own.cert.der().to_vec())
    }
}

impl axum::serve::Listener for SelfSigned {
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

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A certificate as files mostly hold it: base64 between two lines.
fn pem(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[usize::try_from(bits & 63).expect("six bits")]);
    let mut lines = "-----BEGIN CERTIFICATE-----".to_owned();
    for (place, three) in der.chunks(3).enumerate() {
        if place % 16 == 0 {
            lines.push('\n');
        }
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let digits = [18, 12, 6, 0].map(|shift| digit(bits >> shift));
        lines.extend(digits.iter().take(three.len() + 1));
        lines.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    lines + "\n-----END CERTIFICATE-----\n"
}

/// A form with an address and a certificate.
async fn set(bench: &Bench, url: &str, certificate: Vec<u8>) -> (u16, serde_json::Value) {
    let part = Part::bytes(certificate).file_name("public.pem");
    let form = Form::new().text("url", url.to_owned()).part("certificate", part);
    answer(bench.post("setWebhook").multipart(form)).await
}

async fn until_failing(bench: &Bench) {
    let bot = bench.bot;
    let is_failing =
        |it: &sandbox::world::Bot| it.subscriptions.iter().any(Subscription::is_failing);
    bench.until(|state| state.account(bot).bot.as_ref().is_some_and(is_failing)).await;
}

#[tokio::test]
async fn a_server_is_trusted_by_the_certificate_that_was_uploaded() {
    let bench = Bench::open().await;
    bench.switch(|it| it.webhook_certificates = WebhookCertificates::Trusted);
    let (mut hook, pem, der) = SelfSigned::open().await;
    for certificate in [pem.into_bytes(), der] {
        assert_eq!(set(&bench, &hook.url, certificate).await.0, 200);
        bench.says("one");
        assert_eq!(texts(&hook.hears().await.updates()), ["one"]);
    }
}

#[tokio::test]
async fn no_other_certificate_is_trusted_then() {
    let bench = Bench::open().await;
    let (hook, _, _) = SelfSigned::open().await;
    let (_, pem_of_another, _) = SelfSigned::open().await;
    assert_eq!(set(&bench, &hook.url, pem_of_another.into_bytes()).await.0, 200);
    bench.says("one");
    until_failing(&bench).await;
    assert!(hook.has_heard_nothing());
}

#[tokio::test]
async fn without_one_the_switch_says_which_are_trusted() {
    let bench = Bench::open().await;
    let (mut hook, _, _) = SelfSigned::open().await;
    hook.is_set(&bench).await;
    bench.says("one");
    assert_eq!(texts(&hook.hears().await.updates()), ["one"]);
    bench.switch(|it| it.webhook_certificates = WebhookCertificates::Trusted);
    bench.says("two");
    until_failing(&bench).await;
    assert!(hook.has_heard_nothing());
}

#[tokio::test]
async fn what_is_no_certificate_is_refused() {
    let bench = Bench::open().await;
    let (hook, pem, _) = SelfSigned::open().await;
    for wrong in [&b"-----BEGIN CERTIFICATE-----"[..], b"", b"a certificate"] {
        let (status, refusal) = set(&bench, &hook.url, wrong.to_vec()).await;
        assert_eq!((status, &refusal["error_code"]), (400, &json!(1004)), "{refusal}");
    }
    for string in [pem.as_str(), "00050000321djau921030213"] {
        let given = json!({"url": hook.url, "certificate": string});
        assert_eq!(bench.fails("setWebhook", given).await, 1004, "a string will not work");
    }
    let form = Form::new().text("url", hook.url.clone()).text("certificate", pem);
    let (_, refusal) = answer(bench.post("setWebhook").multipart(form)).await;
    assert_eq!(refusal["error_code"], 1004);
}
