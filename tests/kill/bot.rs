//! A bot on Potato that writes down what it handles, a line an update, until it is killed.
//!
//! What it needs is in its environment: `DATABASE_URL`, `POTATO_URL`, `HANDLED` (the file), and where
//! it is called, `LISTEN` (an address).
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use adapter_potato::{Options, Potato};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use gateway_core::messenger::Delivery;
use gateway_core::time::SystemClock;
use gateway_runtime::{Context, HandlerResult, Hook, Router, Runtime};
use gateway_tests::{POTATO_SECRET, token};
use sandbox::Platform;
use storage::Database;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

fn needed(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// Writes what was said to a file: with one call a line, so that a kill leaves no half of one.
fn record(mut file: &File, context: &Context) -> HandlerResult {
    let text = context.text().map(|text| text.plain_text().to_owned()).unwrap_or_default();
    file.write_all(format!("{text}\n").as_bytes())?;
    Ok(())
}

#[tokio::main]
async fn main() {
    let options = Options {
        idle_pause: Duration::from_millis(2),
        longest_idle_pause: Duration::from_millis(10),
        ..Options::new(token(Platform::Potato).to_owned())
    };
    let options = options.at(needed("POTATO_URL").parse().expect("a URL"));
    let options = options.with_webhook_secret(POTATO_SECRET.to_owned());
    let potato = Arc::new(Potato::new("potato", &options).expect("an account"));
    let handled = OpenOptions::new().create(true).append(true).open(needed("HANDLED"));
    let database = Database::open(&needed("DATABASE_URL")).await.expect("the database opens");
    let handled = Arc::new(handled.expect("the file opens"));
    let router = Router::new().fallback(move |context: Context| {
        let handled = handled.clone();
        async move { record(&handled, &context) }
    });
    let runtime = Runtime::new(database.journal(), Arc::new(SystemClock)).with_router(router);
    let runtime = match std::env::var("LISTEN") {
        Ok(address) => called(runtime, potato, &address).await,
        Err(_) => runtime.with_account(potato),
    };
    runtime.run(CancellationToken::new()).await.expect("one account");
}

/// The same, and the messenger calls it.
async fn called(mut runtime: Runtime, potato: Arc<Potato>, address: &str) -> Runtime {
    let hook = runtime.add_called_account(potato);
    let limit = DefaultBodyLimit::max(hook.most_bytes());
    let address: SocketAddr = address.parse().expect("an address");
    let listener = TcpListener::bind(address).await.expect("the port is free");
    let app = axum::Router::new().route("/hook/{secret}", post(deliver)).with_state(hook);
    let app = app.layer(limit);
    tokio::spawn(async move { axum::serve(listener, app).await });
    runtime
}

async fn deliver(
    State(hook): State<Hook>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let delivery = Delivery { headers: &headers, body: &body, path: uri.path(), peer: None };
    match hook.deliver(&delivery).await {
        Ok(_) => StatusCode::OK,
        Err(error) => StatusCode::from_u16(error.status()).expect("a status"),
    }
}
