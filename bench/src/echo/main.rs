//! How many updates a second an echo bot handles, from the messenger and back, and how long the
//! gateway itself takes for one.
//!
//! ```text
//! cargo run --release -p gateway-bench --bin echo [rounds [messages of each [people [bot]]]]
//! ```
//!
//! The bot is `memory`, `sqlite` or `postgres`; without one all take part.
//!
//! The bots take turns, and each turn begins with fresh messengers and an empty journal. The
//! messengers are a process of their own; the bots live in this one.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints what it measured"
)]

mod bare;
mod line;
mod own;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use adapter_tamtam::{Dialect, Options, TamTam};
use gateway_bench::process::{self, median};
use gateway_bench::street::{self, Street, token};
use gateway_core::http::RateLimits;
use gateway_core::time::SystemClock;
use gateway_runtime::journal::{Journal, MemoryJournal};
use gateway_runtime::{Context, HandlerResult, Router, Runtime};
use sandbox::Platform;
use storage::testing::TestDatabase;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

/// How many messages are on their way at once: what the gateway does when nothing is said.
const CONCURRENCY: usize = 64;

/// How many people talk to the bot.
const PEOPLE: usize = 1000;

const ROUNDS: usize = 5;
const MESSAGES_EACH: usize = 10;

/// How long a turn may take before it is given up.
const PATIENCE: Duration = Duration::from_mins(10);

/// How a bot remembers what it was told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Bot {
    Bare,
    Memory,
    Sqlite,
    Postgres,
}

impl Bot {
    const ALL: [Self; 4] = [Self::Bare, Self::Memory, Self::Sqlite, Self::Postgres];

    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare loop",
            Self::Memory => "gateway, journal in memory",
            Self::Sqlite => "gateway, SQLite",
            Self::Postgres => "gateway, PostgreSQL",
        }
    }

    /// How fast it is at least, as a part of the bare loop.
    fn bound(self) -> Option<f64> {
        match self {
            Self::Bare => None,
            Self::Memory => Some(0.8),
            Self::Sqlite => Some(0.5),
            Self::Postgres => Some(0.4),
        }
    }

    /// Its word on the command line.
    fn word(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    fn is_here(self) -> bool {
        self != Self::Postgres || std::env::var_os("TEST_POSTGRES_URL").is_some()
    }
}

/// What one turn brought.
#[derive(Clone, Copy, Debug)]
struct Turn {
    updates_a_second: f64,
    /// Processor time for an update, in microseconds: of the bot, and of the messengers.
    bot_us: f64,
    messengers_us: f64,
}

/// Lets a bot answer what waits for it.
async fn turn(bot: Bot, people: usize, each: usize) -> Turn {
    let mut street = Street::open();
    street.say(Platform::Max, people, each);
    let (url, updates) = (street.url(Platform::Max), people * each);
    let database = match bot {
        Bot::Bare | Bot::Memory => None,
        Bot::Sqlite => Some(TestDatabase::sqlite()),
        Bot::Postgres => Some(TestDatabase::postgres().await),
    };
    let journal: Arc<dyn Journal> = match &database {
        Some(database) => database.open().await.journal(),
        None => Arc::new(MemoryJournal::default()),
    };
    // It outlives the turn: freeing all that one in memory keeps is no update's work.
    let kept = journal.clone();
    let before = (process::processor_time(std::process::id()), street.processor_time());
    let begun = Instant::now();
    let done = async {
        match bot {
            Bot::Bare => bare::echo(&url, updates).await,
            _ => echo(&url, journal, updates).await,
        }
    };
    timeout(PATIENCE, done).await.expect("it ends");
    let took = begun.elapsed();
    let ours = process::processor_time(std::process::id()).saturating_sub(before.0);
    let theirs = street.processor_time().saturating_sub(before.1);
    drop(kept);
    assert_eq!(street.answered(Platform::Max), updates, "{}: each is answered once", bot.name());
    #[expect(clippy::cast_precision_loss, reason = "it is no such number")]
    let updates = updates as f64;
    Turn {
        updates_a_second: updates / took.as_secs_f64(),
        bot_us: ours.as_secs_f64() * 1e6 / updates,
        messengers_us: theirs.as_secs_f64() * 1e6 / updates,
    }
}

/// The gateway, with the same bot.
async fn echo(url: &Url, journal: Arc<dyn Journal>, times: usize) {
    let options = Options {
        limits: RateLimits::LEARNED,
        ..Options::new(Dialect::Max, token(Platform::Max).to_owned())
    };
    let max = TamTam::new("max", &options.at(url.clone())).expect("an account");
    let (stop, left) = (CancellationToken::new(), Arc::new(AtomicUsize::new(times)));
    let stopping = stop.clone();
    let router = Router::new().text(move |context: Context| {
        let (stop, left) = (stopping.clone(), left.clone());
        async move {
            context.reply(context.text().cloned().unwrap_or_default()).await?;
            if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                stop.cancel();
            }
            HandlerResult::Ok(())
        }
    });
    let runtime = Runtime::new(journal, Arc::new(SystemClock));
    let runtime = runtime.with_account(Arc::new(max)).with_router(router);
    // What was being handled at the stop is written down before it ends.
    runtime.run(stop).await.expect("one account");
}

/// Prints what the turns of a bot brought; whether it is as fast as it should be.
fn report(bot: Bot, turns: &[Turn], bare: &[Turn]) -> bool {
    let middle = |of: fn(&Turn) -> f64| median(turns.iter().map(of).collect());
    // Of each round for itself: a machine that others use is slow for all bots of a round.
    let ratios =
        turns.iter().zip(bare).map(|(it, bare)| it.updates_a_second / bare.updates_a_second);
    let ratio = median(ratios.collect());
    let verdict = match bot.bound() {
        None => "",
        Some(bound) if ratio >= bound => "holds",
        Some(_) => "MISSED",
    };
    let bound = bot.bound().map_or(String::new(), |bound| format!("≥ {bound:.1}"));
    println!(
        "{:28}{:>12.0}{ratio:>10.2}  {bound:7}{verdict:8}{:>8.0}{:>12.0}",
        bot.name(),
        middle(|it| it.updates_a_second),
        middle(|it| it.bot_us),
        middle(|it| it.messengers_us),
    );
    verdict != "MISSED"
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == street::SANDBOX) {
        street::serve();
        return ExitCode::SUCCESS;
    }
    let number = |place: usize| arguments.get(place).map(|it| it.parse().expect("a number"));
    let (rounds, each) = (number(0).unwrap_or(ROUNDS), number(1).unwrap_or(MESSAGES_EACH));
    let people = number(2).unwrap_or(PEOPLE);
    println!("on {}", process::machine());
    let is_own_kept = own::report();
    let is_asked = |bot: Bot| match arguments.get(3) {
        Some(word) => bot == Bot::Bare || bot.word() == word,
        None => true,
    };
    let bots: Vec<Bot> = Bot::ALL.into_iter().filter(|it| it.is_here() && is_asked(*it)).collect();
    let mut turns = vec![Vec::new(); bots.len()];
    for _ in 0..rounds {
        for (bot, turns) in bots.iter().zip(&mut turns) {
            // A runtime of its own: nothing of one bot is left when the next begins.
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            turns.push(runtime.block_on(turn(*bot, people, each)));
        }
    }
    println!(
        "\necho on MAX: {people} people, {each} messages each, {CONCURRENCY} at once; medians of \
         {rounds} rounds\n"
    );
    println!("{:76}processor µs an update", "");
    println!(
        "{:28}{:>12}{:>10}{:17}{:>8}{:>12}",
        "", "updates/s", "of bare", "", "bot", "messengers"
    );
    let mut is_kept = is_own_kept;
    for (bot, its) in bots.iter().zip(&turns) {
        is_kept &= report(*bot, its, &turns[0]);
    }
    if !Bot::Postgres.is_here() {
        println!("PostgreSQL was LEFT OUT: TEST_POSTGRES_URL names no server");
    }
    if is_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
