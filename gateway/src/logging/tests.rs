use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::*;

#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged so by something.
fn logged(format: Format, filter: &str, act: impl FnOnce(&Filter)) -> String {
    let kept = Kept::default();
    let writer = kept.clone();
    let (logs, filter) = subscriber(format, filter, move || writer.clone()).expect("a filter");
    tracing::subscriber::with_default(logs, || act(&filter));
    kept.text()
}

#[test]
fn a_failure_is_one_line_with_its_fields() {
    let text = logged(Format::Human, "info", |_| {
        tracing::warn!(account = "max", retry_in_ms = 500_u128, error = "a\nb", "it failed");
    });
    assert_eq!(text.lines().count(), 1, "{text}");
    for words in ["WARN", "it failed", "account=\"max\"", "retry_in_ms=500", r#"error="a\nb""#] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn json_is_one_object_a_line() {
    let text = logged(Format::Json, "info", |_| {
        let _span = tracing::info_span!("handle", update = "7").entered();
        tracing::error!(error = %"a\nb", tries = 5, "the update is dead");
    });
    assert_eq!(text.lines().count(), 1, "{text}");
    let event: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(event["level"], "ERROR");
    assert_eq!(event["message"], "the update is dead");
    assert_eq!((&event["error"], &event["tries"]), (&"a\nb".into(), &5.into()));
    assert_eq!(event["span"]["update"], "7");
}

#[test]
fn what_is_logged_changes_while_the_process_runs() {
    let text = logged(Format::Human, "warn", |filter| {
        tracing::info!("too early");
        filter.reload("info").expect("a filter");
        tracing::info!("in time");
        let error = filter.reload("gateway=loudly").expect_err("no level");
        assert!(error.to_string().starts_with("changing what is logged: "), "{error}");
        tracing::info!("as before");
    });
    assert!(!text.contains("too early"), "{text}");
    assert!(text.contains("in time") && text.contains("as before"), "{text}");
}

#[test]
fn requests_of_libraries_are_not_logged_whatever_is_asked_for() {
    let filter = "trace,hyper_util::client=trace,sqlx_postgres::options=trace,reqwest=trace";
    let text = logged(Format::Human, filter, |_| {
        tracing::trace!(target: "hyper_util::client::legacy", "a secret");
        tracing::debug!(target: "reqwest::connect", "a secret");
        tracing::trace!(target: "hyper::proto", "a secret");
        tracing::warn!(target: "sqlx_postgres::options::parse", "a secret");
        tracing::trace!(target: "gateway_core", "none");
    });
    assert!(text.contains("none"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn a_format_is_named() {
    for format in [Format::Human, Format::Json] {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    assert!("xml".parse::<Format>().is_err());
}
