//! Somebody who watches a gateway, and a bot that there is something to see of.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::OnceLock;

use gateway::prelude::{Context, HandlerResult, Router, Text};
use gateway_core::http::{Answer, HttpClient, HttpOptions, Operation, Repeat};
use gateway_core::model::Platform;
use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderValue};
use serde_json::Value;

const LOOK: Operation = Operation::new("look", "looking", Repeat::Never);

/// What its handler dies of, beside what was said to it.
pub const DEATH: &str = "the word cannot be borne";

/// Repeats what is said, but for the word that it fails at.
pub fn bot() -> Router {
    Router::new().text(echo)
}

async fn echo(ctx: Context, said: Text) -> HandlerResult {
    match said.plain_text() {
        "die" => Err(DEATH.into()),
        "panic" => panic!("{DEATH}\nnot at all"),
        _ => {
            ctx.reply(said).await?;
            Ok(())
        }
    }
}

/// The recorder of this process: there can be one.
pub fn recorder() -> gateway::watching::Metrics {
    static RECORDER: OnceLock<gateway::watching::Metrics> = OnceLock::new();
    let install = || gateway::watching::Metrics::install().expect("there is none yet");
    RECORDER.get_or_init(install).clone()
}

/// Whoever watches a gateway.
#[derive(Debug)]
pub struct Watcher(HttpClient);

impl Watcher {
    /// One who asks at this address.
    pub fn at(address: SocketAddr) -> Self {
        let url = format!("http://{address}").parse().expect("a URL");
        let options = HttpOptions::new(url, Platform::new("watcher"));
        Self(HttpClient::new(options).expect("a client"))
    }

    /// The status and body of an answer, wanted as this.
    pub async fn get(&self, path: &str, accept: &'static str) -> (u16, String) {
        let segments: Vec<&str> = path.split('/').collect();
        let call = self.0.call(&LOOK, Method::GET, &segments);
        let call = call.header(ACCEPT, HeaderValue::from_static(accept));
        let answer: Answer = call.answer().await.expect("an answer");
        (answer.status(), String::from_utf8_lossy(answer.body()).into_owned())
    }

    /// The status and the JSON of an answer.
    pub async fn json(&self, path: &str) -> (u16, Value) {
        let (status, text) = self.get(path, "*/*").await;
        (status, serde_json::from_str(&text).expect("it is JSON"))
    }

    /// What was counted.
    pub async fn metrics(&self) -> Metrics {
        let (status, text) = self.get("metrics", "*/*").await;
        assert_eq!(status, 200, "{text}");
        Metrics::read(&text)
    }
}

/// Each line of `/metrics`, by its name and labels.
#[derive(Debug)]
pub struct Metrics {
    /// All of it, as it came.
    pub text: String,
    values: BTreeMap<String, f64>,
}

impl Metrics {
    fn read(text: &str) -> Self {
        let lines = text.lines().filter(|it| !it.starts_with('#') && !it.is_empty());
        let value = |line: &str| {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            (name.to_owned(), value.parse().expect("a number"))
        };
        Self { text: text.to_owned(), values: lines.map(value).collect() }
    }

    /// The value of a metric whose labels include these, spelled `name="value"`, as a whole number;
    /// added up where more than one does, and 0 where none does.
    pub fn count(&self, name: &str, labels: &[&str]) -> u64 {
        let is_it = |spelled: &str| {
            let (bare, rest) = spelled.split_once('{').unwrap_or((spelled, ""));
            bare == name && labels.iter().all(|it| rest.contains(it))
        };
        let found = self.values.iter().filter(|(spelled, _)| is_it(spelled));
        let sum: f64 = found.map(|(_, value)| value).sum();
        format!("{:.0}", sum.abs()).parse().expect("a whole number")
    }

    /// The names of all that is there, without the ends that histograms add.
    pub fn families(&self) -> Vec<String> {
        let types = self.text.lines().filter_map(|it| it.strip_prefix("# TYPE "));
        let names = types.filter_map(|it| it.split(' ').next());
        names.map(str::to_owned).collect()
    }
}
