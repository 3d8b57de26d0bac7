//! Bots whose servers speak TLS.

use gateway_tests::SelfSigned;
use reqwest::multipart::{Form, Part};
use sandbox::world::{Subscription, WebhookCertificates};
use serde_json::json;

use crate::harness::{Bench, answer, texts};
use crate::hook::{self, Hook, ok};

/// It listens; where, and by which certificate, in PEM and in DER.
async fn opened() -> (Hook, String, Vec<u8>) {
    let server = SelfSigned::open("somebody.example").await;
    let (router, calls, gate) = hook::router(vec![ok()]);
    let der = server.certificate().to_vec();
    (Hook::at(server.listens(router), calls, gate), pem(&der), der)
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
    let (mut hook, pem, der) = opened().await;
    for certificate in [pem.into_bytes(), der] {
        assert_eq!(set(&bench, &hook.url, certificate).await.0, 200);
        bench.says("one");
        assert_eq!(texts(&hook.hears().await.updates()), ["one"]);
    }
}

#[tokio::test]
async fn no_other_certificate_is_trusted_then() {
    let bench = Bench::open().await;
    let (mut hook, _, _) = opened().await;
    let (_, pem_of_another, _) = opened().await;
    assert_eq!(set(&bench, &hook.url, pem_of_another.into_bytes()).await.0, 200);
    bench.says("one");
    until_failing(&bench).await;
    hook.hears_nothing().await;
}

#[tokio::test]
async fn without_one_the_switch_says_which_are_trusted() {
    let bench = Bench::open().await;
    let (mut hook, _, _) = opened().await;
    hook.is_set(&bench).await;
    bench.says("one");
    assert_eq!(texts(&hook.hears().await.updates()), ["one"]);
    bench.switch(|it| it.webhook_certificates = WebhookCertificates::Trusted);
    bench.says("two");
    until_failing(&bench).await;
    hook.hears_nothing().await;
}

#[tokio::test]
async fn what_is_no_certificate_is_refused() {
    let bench = Bench::open().await;
    let (hook, pem, _) = opened().await;
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
