//! How much memory a bot's process holds: with nothing to do, after ten thousand chats, and with a
//! hundred thousand updates that wait in the journal.
//!
//! ```text
//! cargo run --release -p gateway-bench --bin memory
//! ```
//!
//! The bot is this program once more, with the argument `bot`: a whole gateway, with a journal and a
//! registry on SQLite and an account on every messenger.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints what it measured"
)]

use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use adapter_potato::Potato;
use adapter_tamtam::{Dialect, TamTam};
use gateway::prelude::{Context, Gateway, Router};
use gateway_bench::process::{self, Memory};
use gateway_bench::street::{self, Street, token};
use gateway_core::http::RateLimits;
use gateway_runtime::RuntimeOptions;
use sandbox::Platform;
use storage::testing::TestDatabase;
use tokio::time::{Instant, sleep};

/// With this argument the program is a bot that echoes; with the other one that begins with every
/// update and ends with none.
const BOT: &str = "bot";
const HELD_BOT: &str = "held-bot";

const CHATS: usize = 10_000;
const WAITING: usize = 100_000;
const PEOPLE_WAITING: usize = 1000;

/// How long a bot has to do what is asked of it, and how long it is left alone before it is measured.
const PATIENCE: Duration = Duration::from_mins(10);
const REST: Duration = Duration::from_secs(5);

/// A bot that runs; it is gone with this.
struct Running {
    process: Child,
    _database: TestDatabase,
}

impl Running {
    fn start(street: &Street, role: &str) -> Self {
        let database = TestDatabase::sqlite();
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.arg(role).env("DATABASE_URL", database.url()).stdin(Stdio::null());
        for platform in Platform::ALL {
            command.env(variable(platform), street.url(platform).as_str());
        }
        Self { process: command.spawn().expect("the bot starts"), _database: database }
    }

    /// What it holds after a rest.
    async fn rested(&self) -> Memory {
        sleep(REST).await;
        process::memory(self.process.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn variable(platform: Platform) -> String {
    format!("{}_URL", platform.name().to_uppercase())
}

async fn bot(router: Router, runtime: RuntimeOptions) {
    let needed = |name: &str| std::env::var(name).expect("it is set");
    let url = |platform| needed(&variable(platform)).parse().expect("a URL");
    let tamtam = |platform: Platform, dialect: Dialect| {
        // The account's own pace would make it hours; what is counted by chats stays.
        let limits = RateLimits { account: None, poll: None, ..dialect.limits() };
        let options = adapter_tamtam::Options::new(dialect, token(platform).to_owned());
        let options = adapter_tamtam::Options { limits, ..options.at(url(platform)) };
        TamTam::new(platform.name(), &options).expect("an account")
    };
    let options = adapter_potato::Options::new(token(Platform::Potato).to_owned());
    let potato = Potato::new("potato", &options.at(url(Platform::Potato))).expect("an account");
    let gateway = Gateway::open(&needed("DATABASE_URL")).await.expect("the database opens");
    gateway
        .with_options(runtime)
        .with_bot(router)
        .with_account(tamtam(Platform::Tamtam, Dialect::TamTam))
        .with_account(tamtam(Platform::Max, Dialect::Max))
        .with_account(potato)
        .run()
        .await
        .expect("each account has its name");
}

/// A bot to which so many people write on each messenger, and which answers them.
async fn answering(people: [usize; 3]) -> Memory {
    let mut street = Street::open();
    for (platform, people) in Platform::ALL.into_iter().zip(people) {
        street.say(platform, people, 1);
    }
    let running = Running::start(&street, BOT);
    let all: usize = people.iter().sum();
    until(|| Platform::ALL.into_iter().map(|it| street.answered(it)).sum::<usize>() == all).await;
    running.rested().await
}

/// A bot that has received everything, and finished nothing.
async fn waiting() -> Memory {
    let mut street = Street::open();
    street.say(Platform::Max, PEOPLE_WAITING, WAITING / PEOPLE_WAITING);
    let running = Running::start(&street, HELD_BOT);
    until(|| street.waiting(Platform::Max) == 0).await;
    running.rested().await
}

async fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it takes longer than {PATIENCE:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Prints what a bot holds; whether it is within its bound.
fn report(name: &str, bound_mib: f64, memory: Memory) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "it is no such number")]
    let mib = |kib: u64| kib as f64 / 1024.0;
    let resident = mib(memory.resident);
    let verdict = if resident <= bound_mib { "holds" } else { "MISSED" };
    println!(
        "{name:40}{resident:>8.1} MiB  ≤ {bound_mib:.0} {verdict:8}own {:>6.1}  peak {:>6.1}",
        mib(memory.own),
        mib(memory.peak),
    );
    resident <= bound_mib
}

#[tokio::main]
async fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some(street::SANDBOX) => {
            tokio::task::spawn_blocking(street::serve).await.expect("it serves");
            return ExitCode::SUCCESS;
        }
        Some(BOT) => {
            let echo = async |context: Context| {
                context.reply(context.text().cloned().unwrap_or_default()).await?;
                gateway_runtime::HandlerResult::Ok(())
            };
            bot(Router::new().text(echo), RuntimeOptions::default()).await;
            return ExitCode::SUCCESS;
        }
        Some(HELD_BOT) => {
            // It shall ask once more when it has received everything, and not be full by then.
            let options = RuntimeOptions { waiting: 2 * WAITING, ..RuntimeOptions::default() };
            bot(Router::new().fallback(|_: Context| std::future::pending::<()>()), options).await;
            return ExitCode::SUCCESS;
        }
        Some(other) => panic!("there is no role {other:?}"),
    }
    println!("resident memory of a bot's process, on {}\n", process::machine());
    let mut is_kept = report("idle, an account on each messenger", 20.0, answering([1; 3]).await);
    let chats = [CHATS.div_ceil(3), CHATS / 3, CHATS / 3];
    is_kept &= report("idle, after a message in 10,000 chats", 40.0, answering(chats).await);
    is_kept &= report("100,000 updates wait in the journal", 64.0, waiting().await);
    if is_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
