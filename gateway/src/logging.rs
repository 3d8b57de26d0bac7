//! Logs, on stderr.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Begins to log to stderr what `RUST_LOG` says, or what `filter` says when it says nothing. A
/// subscriber that is already there stays.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    // What it warns of are parameters of the database's URL, with their values.
    let filter = match "sqlx_postgres::options=off".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    };
    let logs = tracing_subscriber::fmt()
        // Where stderr is closed, to say so on stderr would be a panic.
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Whoever has set up logs before wants them so.
    let _ = logs.try_init();
}
