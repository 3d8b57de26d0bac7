//! Logs, on stderr.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use tracing_subscriber::EnvFilter;

/// Exchanges the filter of the logs that were begun here.
type Exchange = Box<dyn Fn(EnvFilter) -> bool + Send + Sync>;

static EXCHANGE: OnceLock<Exchange> = OnceLock::new();

/// Begins to log to stderr what `RUST_LOG` says, or what `filter` says when it says nothing. A
/// subscriber that is already there stays.
pub fn start(filter: &str) {
    let said = EnvFilter::try_from_default_env();
    start_with(said.unwrap_or_else(|_| EnvFilter::new(filter)));
}

/// Begins to log to stderr what `filter` says, whatever `RUST_LOG` does. A subscriber that is already
/// there stays.
pub fn start_exactly(filter: &str) {
    start_with(EnvFilter::new(filter));
}

fn start_with(filter: EnvFilter) {
    let logs = tracing_subscriber::fmt()
        // Where stderr is closed, to say so on stderr would be a panic.
        .log_internal_errors(false)
        .with_env_filter(careful(filter))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_filter_reloading();
    let handle = logs.reload_handle();
    // Whoever has set up logs before wants them so.
    if logs.try_init().is_ok() {
        let _ = EXCHANGE.set(Box::new(move |filter| handle.reload(filter).is_ok()));
    }
}

/// Logs something else from now on; whether that is done. Logs that were not begun here stay.
pub fn change(filter: &str) -> bool {
    let Ok(filter) = EnvFilter::try_new(filter) else { return false };
    EXCHANGE.get().is_some_and(|exchange| exchange(careful(filter)))
}

/// What it warns of are parameters of the database's URL, with their values.
fn careful(filter: EnvFilter) -> EnvFilter {
    match "sqlx_postgres::options=off".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    }
}
