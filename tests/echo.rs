//! An echo bot as a process of its own, to be killed.
//!
//! What it needs is in its environment:
//!
//! | variable | what it holds |
//! |---|---|
//! | `DATABASE_URL` | the database |
//! | `TAMTAM_URL`, `MAX_URL`, `POTATO_URL` | a messenger; one at least |
//! | `TAMTAM_LISTEN`, `MAX_LISTEN`, `POTATO_LISTEN` | the port on which it is called by that messenger, instead of polling |
//! | `CRASH_AT`, `CRASH_AFTER` | the point at which it aborts, and how often it passes by it before |
//! | `DRAINING` | it stops itself when its handler begins for the first time |
//! | `POLICY` | `at_most_once`, or else at least once |
//!
//! It says on its stdout when an account begins to run or to stand by: `max running`.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use adapter_potato::Potato;
use adapter_tamtam::{Dialect, TamTam};
use axum::Router as Routes;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use gateway_core::Messenger;
use gateway_core::messenger::Delivery;
use gateway_core::time::SystemClock;
use gateway_runtime::testing::Crash;
use gateway_runtime::{
    Context, HandlerResult, Hook, Policy, Router, Runtime, RuntimeOptions, Status,
};
use sandbox::Platform;
use storage::Database;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{POTATO_SECRET, WEBHOOK_SECRET, token};

const PLATFORMS: [Platform; 3] = [Platform::Tamtam, Platform::Max, Platform::Potato];

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn of(platform: Platform, what: &str) -> Option<String> {
    given(&format!("{}_{what}", platform.name().to_uppercase()))
}

/// What it answers to a text.
pub fn answer(text: &str) -> String {
    format!("re: {text}")
}

async fn echo(ctx: Context, draining: Option<CancellationToken>) -> HandlerResult {
    if let Some(stop) = draining {
        stop.cancel();
    }
    let text = ctx.text().map(|text| text.plain_text().to_owned()).unwrap_or_default();
    ctx.reply(answer(&text)).await?;
    Ok(())
}

fn messenger(platform: Platform, url: &str) -> Arc<dyn Messenger> {
    let (url, token) = (url.parse().expect("a URL"), token(platform).to_owned());
    match platform {
        Platform::Tamtam | Platform::Max => {
            let dialect = if platform == Platform::Max { Dialect::Max } else { Dialect::TamTam };
            let options = adapter_tamtam::Options {
                webhook_networks: Vec::new(),
                limits: crate::IMPATIENT,
                ..adapter_tamtam::Options::new(dialect, token)
            };
            let options = options.at(url).with_webhook_secret(WEBHOOK_SECRET.to_owned());
            Arc::new(TamTam::new(platform.name(), &options).expect("an account"))
        }
        Platform::Potato => {
            let options = adapter_potato::Options {
                idle_pause: Duration::from_millis(5),
                longest_idle_pause: Duration::from_millis(20),
                limits: crate::IMPATIENT,
                ..adapter_potato::Options::new(token)
            };
            let options = options.at(url).with_webhook_secret(POTATO_SECRET.to_owned());
            Arc::new(Potato::new(platform.name(), &options).expect("an account"))
        }
    }
}

/// Runs the bot until SIGTERM, or for ever.
pub async fn run() {
    let database = given("DATABASE_URL").expect("DATABASE_URL is not set");
    let database = Database::open(&database).await.expect("the database opens");
    let mut journal = database.journal();
    if let Some(point) = given("CRASH_AT") {
        let after = given("CRASH_AFTER").map_or(0, |it| it.parse().expect("a number"));
        let crash = Crash::at(point.parse().expect("a point")).after(after);
        journal = crash.by(|| std::process::abort()).journal(journal);
    }
    let policy = match given("POLICY").as_deref() {
        Some("at_most_once") => Policy::AtMostOnce,
        _ => Policy::AtLeastOnce,
    };
    let stop = CancellationToken::new();
    let draining = given("DRAINING").map(|_| stop.clone());
    let router = Router::new().text(move |ctx: Context| echo(ctx, draining.clone()));
    let options = RuntimeOptions { policy, ..RuntimeOptions::default() };
    let mut runtime =
        Runtime::new(journal, Arc::new(SystemClock)).with_options(options).with_router(router);
    for platform in PLATFORMS {
        let Some(url) = of(platform, "URL") else { continue };
        let messenger = messenger(platform, &url);
        match of(platform, "LISTEN") {
            Some(port) => {
                let hook = runtime.add_called_account(messenger);
                listen(hook, port.parse().expect("a port")).await;
            }
            None => runtime = runtime.with_account(messenger),
        }
    }
    let tell = tell(runtime.status());
    let running = runtime.run(stop.clone());
    tokio::select! {
        ran = running => ran.expect("each account has its name"),
        () = tell => {}
    }
}

/// Says what the accounts are about, whenever that changes.
async fn tell(status: Status) {
    let mut told = HashMap::new();
    loop {
        for account in status.accounts() {
            let (name, state) = (account.account.id, account.state);
            if told.insert(name.clone(), state) != Some(state) {
                let state = serde_json::to_value(state).expect("a word");
                let mut out = std::io::stdout();
                let line = format!("{name} {}\n", state.as_str().expect("a word"));
                // Who does not listen does not want to know.
                let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn listen(hook: Hook, port: u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    let app = Routes::new().fallback(post(deliver)).with_state(hook);
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
}

async fn deliver(
    State(hook): State<Hook>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let (path, peer) = (uri.path(), Some(peer.ip()));
    match hook.deliver(&Delivery { headers: &headers, body: &body, path, peer }).await {
        Ok(_) => StatusCode::OK,
        Err(error) => StatusCode::from_u16(error.status()).expect("a status"),
    }
}

/// The bot's process. It does not outlive who started it.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts the bot with this environment. The program is one whose `main` is [`run`], with the
    /// argument `bot`.
    pub fn start(program: &Path, environment: &[(String, String)]) -> Self {
        let mut command = Command::new(program);
        command.arg("bot").envs(environment.iter().cloned()).stdin(Stdio::null());
        Self(command.stdout(Stdio::piped()).spawn().expect("the bot starts"))
    }

    /// What it says from now on.
    pub fn stdout(&mut self) -> std::process::ChildStdout {
        self.0.stdout.take().expect("it is asked for once")
    }

    /// Kills it, with SIGKILL.
    pub fn kill(&mut self) {
        self.0.kill().expect("it is killed");
        self.0.wait().expect("it is gone");
    }

    /// Waits until it has ended by itself; whether that was well.
    pub fn ended(&mut self) -> bool {
        self.0.wait().expect("it ends").success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
