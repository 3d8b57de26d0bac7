//! How large the program is, how long `gateway run` takes from its start until it is ready, and how
//! much memory it holds with nothing to do.
//!
//! ```text
//! cargo build --release -p gateway
//! cargo run --release -p gateway-bench --bin program [starts]
//! ```
//!
//! It has an account on each messenger, by polling, and a database on SQLite, with the registry and
//! what watches, as `gateway.toml` has them when nothing is said. Ready is what `/health/ready` says:
//! the database answers, and each account has reached its messenger.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints what it measured"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use gateway_bench::process::{self, median};
use gateway_bench::street::{self, Street, token};
use sandbox::Platform;
use tokio::time::{Instant, sleep};

const STARTS: usize = 11;

/// How long a start may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is asked whether it is ready.
const PAUSE: Duration = Duration::from_micros(500);

/// How long it is left alone before its memory is measured.
const REST: Duration = Duration::from_secs(5);

/// The program, which lies beside this one.
fn program() -> PathBuf {
    let beside = std::env::current_exe().expect("this program").with_file_name("gateway");
    assert!(beside.exists(), "{} is not there: cargo build --release -p gateway", beside.display());
    beside
}

/// A port that nobody has; the program takes it a moment later.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

/// Writes the configuration into a folder; where it will say how it is.
fn configure(folder: &Path, street: &Street) -> SocketAddr {
    let watching = free_address();
    let mut text = format!(
        "[database]\nurl = \"sqlite://{}\"\n\
         [server]\nlisten = \"{}\"\n\
         [watching]\nlisten = \"{watching}\"\n",
        folder.join("gateway.db").display(),
        free_address(),
    );
    for platform in Platform::ALL {
        let (name, token, url) = (platform.name(), token(platform), street.url(platform));
        let account =
            [("name", name), ("messenger", name), ("token", token), ("base_url", url.as_str())];
        text.push_str("[[accounts]]\n");
        text.extend(account.map(|(key, value)| format!("{key} = \"{value}\"\n")));
    }
    let file = folder.join("gateway.toml");
    std::fs::write(&file, text).expect("it is written");
    // There are tokens in it.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("our file");
    watching
}

/// The program, running. It does not outlive the benchmark.
struct Running {
    process: Child,
    /// From its start until it was ready.
    took: Duration,
}

impl Running {
    async fn start(folder: &Path, watching: SocketAddr) -> Self {
        let begun = Instant::now();
        let mut command = Command::new(program());
        command.args(["run", "--config"]).arg(folder.join("gateway.toml"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("it starts");
        let mut running = Self { process, took: Duration::ZERO };
        while !is_ready(watching) {
            let ended = running.process.try_wait().expect("its state");
            assert!(ended.is_none(), "it ended: {ended:?}");
            assert!(begun.elapsed() < PATIENCE, "it is not ready after {PATIENCE:?}");
            sleep(PAUSE).await;
        }
        running.took = begun.elapsed();
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_ready(watching: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(watching) else { return false };
    let request = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200 ")
}

async fn measure(starts: usize) {
    #[expect(clippy::cast_precision_loss, reason = "it is no such number")]
    let mib = |bytes: u64| bytes as f64 / 1024.0 / 1024.0;
    let size = std::fs::metadata(program()).expect("it is there").len();
    println!("the program, on {}\n", process::machine());
    println!("size                                        {:>8.1} MiB", mib(size));

    let street = Street::open();
    let folder = tempfile::tempdir().expect("a folder");
    let watching = configure(folder.path(), &street);
    let first = Running::start(folder.path(), watching).await.took;
    println!("ready, with a new database                  {:>8.0} ms", first.as_secs_f64() * 1e3);
    let mut took = Vec::new();
    for _ in 0..starts {
        took.push(Running::start(folder.path(), watching).await.took.as_secs_f64() * 1e3);
    }
    let again = median(took);
    println!("ready, with one that is there               {again:>8.0} ms  (median of {starts})");

    let running = Running::start(folder.path(), watching).await;
    sleep(REST).await;
    let memory = process::memory(running.process.id());
    let [resident, own, peak] = [memory.resident, memory.own, memory.peak].map(|it| mib(it * 1024));
    println!(
        "resident, idle, an account on each messenger {resident:>7.1} MiB  own {own:.1}  peak {peak:.1}"
    );
}

#[tokio::main]
async fn main() -> ExitCode {
    match std::env::args().nth(1) {
        Some(role) if role == street::SANDBOX => {
            tokio::task::spawn_blocking(street::serve).await.expect("it serves");
        }
        starts => measure(starts.map_or(STARTS, |it| it.parse().expect("a number"))).await,
    }
    ExitCode::SUCCESS
}
