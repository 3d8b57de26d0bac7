//! What is done about an update is one trace, from the webhook to what is sent.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adapter_tamtam::{Dialect, Options, TamTam};
use gateway::logging::{self, Format};
use gateway::prelude::*;
use gateway::telemetry::Telemetry;
use gateway::{CancellationToken, Delivery, MemoryJournal, Runtime, SystemClock};
use gateway_core::model::UpdateId;
use opentelemetry::trace::TraceId;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use reqwest::header::{HeaderMap, HeaderValue};
use sandbox::{Addresses, Phone, Platform, Server, World};
use tracing_subscriber::layer::SubscriberExt as _;

const PATIENCE: Duration = Duration::from_secs(20);
const TOKEN: &str = "Zq7ToKeNoFtRaCeS";
const SECRET: &str = "Zq7SeCrEtOfTrAcEs";

/// Keeps every span that has ended.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl Kept {
    fn spans(&self) -> Vec<SpanData> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The traces in which there is such a span.
    fn traces(&self, name: &str) -> Vec<TraceId> {
        let spans = self.spans().into_iter().filter(|it| it.name == name);
        spans.map(|it| it.span_context.trace_id()).collect()
    }
}

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(batch);
        Ok(())
    }
}

async fn echo(ctx: Context, said: Text) -> HandlerResult {
    ctx.reply(said).await?;
    Ok(())
}

/// What the messenger would deliver: everything that has happened and is not fetched yet.
async fn deliveries(messenger: &TamTam) -> Vec<(UpdateId, Vec<u8>)> {
    let batch = messenger.receive(None).await.expect("what was said");
    let body = |it: &Update| serde_json::to_vec(&it.raw).expect("it is JSON");
    batch.updates.iter().map(|it| (it.id.clone(), body(it))).collect()
}

#[tokio::test]
async fn one_update_is_one_trace_from_the_webhook_to_the_send() {
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build();
    let telemetry = Telemetry::of(provider);
    let (logs, _filter) =
        logging::subscriber(Format::Human, "off", std::io::sink).expect("a filter");
    let collected = logs.with(logging::traces(&telemetry));
    tracing::subscriber::set_global_default(collected).expect("there is none yet");

    let world = World::new();
    world.add_bot(Platform::Max, "Helper", TOKEN);
    world.add_person(Platform::Max, "Anna");
    let server = Server::start(world.clone(), &Addresses::free_ports()).await.expect("ports");
    let url = server.url(Platform::Max).parse().expect("a URL");
    let options =
        Options { webhook_networks: Vec::new(), ..Options::new(Dialect::Max, TOKEN.to_owned()) };
    let options = options.at(url).with_webhook_secret(SECRET.to_owned());
    let messenger = TamTam::new("max", &options).expect("an account");

    let mut runtime = Runtime::new(Arc::new(MemoryJournal::default()), Arc::new(SystemClock));
    let hook = runtime.add_called_account(Arc::new(messenger));
    let runtime = runtime.with_router(Router::new().text(echo));
    let stop = CancellationToken::new();
    let talk = async {
        let mut anna = Phone::of("Anna", Platform::Max, &world).expect("there is a bot");
        anna.says("hello");
        let poller = TamTam::new("max", &options).expect("an account");
        let mut headers = HeaderMap::new();
        headers.insert("X-Max-Bot-Api-Secret", HeaderValue::from_static(SECRET));
        for (_, body) in deliveries(&poller).await {
            let delivery = Delivery { headers: &headers, body: &body, path: "/hook", peer: None };
            hook.deliver(&delivery).await.expect("it is taken");
        }
        anna.sees(PATIENCE).await.expect("an answer");
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");

    let received = kept.traces("receive");
    assert_eq!(received.len(), 2, "the dialog began, and she said something");
    assert_ne!(received[0], received[1], "each update has its own");
    let (handled, effects) = (kept.traces("handle"), kept.traces("effect"));
    assert_eq!(handled, received);
    assert_eq!(effects, received[1..]);
    let sent = kept
        .spans()
        .into_iter()
        .filter(|it| it.name == "http" && it.span_context.trace_id() == received[1]);
    let sent: Vec<SpanData> = sent.collect();
    assert_eq!(sent.len(), 1, "{:#?}", kept.spans());
    // It is the effect's, and nothing is said of who said what to whom.
    let effect = kept.spans().into_iter().find(|it| it.name == "effect").expect("one");
    assert_eq!(sent[0].parent_span_id, effect.span_context.span_id());
    let all = format!("{:?}", kept.spans());
    for word in [TOKEN, SECRET, "hello", "Anna"] {
        assert!(!all.contains(word), "{word}");
    }
    telemetry.finish().await;
}
