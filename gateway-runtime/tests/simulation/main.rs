//! Thousands of short lives of a gateway, each from a seed: two processes on one journal, a messenger
//! and a database that fail in every way they can, kills, and accounts that are taken over from
//! owners who do not know it yet. Clock and scheduler are the simulation's, so that a seed repeats
//! what it did.
//!
//! ```text
//! cargo test -p gateway-runtime --test simulation
//! SIMULATION_SEEDS=100000 cargo test -p gateway-runtime --test simulation
//! SIMULATION_SEED=1234 cargo test -p gateway-runtime --test simulation -- --nocapture
//! ```
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows what a seed did"
)]

mod dice;
mod journal;
mod life;
mod messenger;

use std::sync::atomic::{AtomicU64, Ordering};

use gateway_runtime::Policy;
use life::{History, Knowledge};

/// How many seeds are tried when nothing else is said.
const SEEDS: u64 = 2_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

/// What one seed did.
fn live(seed: u64) -> History {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(life::live(seed))
}

/// What must be true however it went.
fn judge(history: &History) {
    for (chat, said) in &history.said {
        let arrived = history.arrived.get(chat).cloned().unwrap_or_default();
        let expected: Vec<String> = said
            .iter()
            .filter(|update| !history.dead.contains_key(*update))
            .flat_map(|update| [format!("{update} a"), format!("{update} b")])
            .collect();
        let mut once: Vec<String> = Vec::new();
        for text in &arrived {
            if !once.contains(text) {
                once.push(text.clone());
            }
        }
        let of_the_dead =
            |text: &String| history.dead.keys().any(|it| text.starts_with(&format!("{it} ")));
        let of_the_living: Vec<String> =
            once.iter().filter(|it| !of_the_dead(it)).cloned().collect();
        assert_eq!(of_the_living, expected, "every answer, in order, in {chat}");
        let is_doubled = once.len() != arrived.len();
        match history.knowledge {
            Knowledge::ReadsBack => assert!(!is_doubled, "doubled in {chat}: {arrived:?}"),
            Knowledge::Told(Policy::AtMostOnce) => {
                assert!(!is_doubled, "doubled in {chat}: {arrived:?}");
            }
            Knowledge::Told(Policy::AtLeastOnce) => {}
        }
        let done = said.iter().filter(|update| !history.dead.contains_key(*update)).count();
        let counted = history.counted.get(chat).copied().unwrap_or_default();
        assert_eq!(counted, done, "the session of {chat} counts each update once");
    }
    for (update, error) in &history.dead {
        let by_policy = history.knowledge == Knowledge::Told(Policy::AtMostOnce)
            && error.contains("nobody knows whether it happened");
        assert!(by_policy, "{update} is dead: {error}");
    }
    let later: Vec<&String> = history.arrived.get("later").into_iter().flatten().collect();
    let mut once = later.clone();
    once.sort();
    once.dedup();
    let (all, doubled) = (once.len() == history.scheduled, once.len() < later.len());
    match history.knowledge {
        Knowledge::ReadsBack => assert!(all && !doubled, "from outside: {later:?}"),
        Knowledge::Told(Policy::AtLeastOnce) => assert!(all, "from outside: {later:?}"),
        Knowledge::Told(Policy::AtMostOnce) => assert!(!doubled, "from outside: {later:?}"),
    }
}

#[test]
fn whatever_happens_nothing_is_lost_or_done_twice_or_out_of_order() {
    if let Some(seed) = number("SIMULATION_SEED") {
        let history = live(seed);
        println!("{history:#?}");
        return judge(&history);
    }
    let seeds = number("SIMULATION_SEEDS").unwrap_or(SEEDS);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(0);
    let work = || {
        let mut sum = Sum::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return sum;
            }
            sum.add(seed);
        }
    };
    let sum = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let sums = workers.into_iter().map(|it| it.join().expect("every seed holds"));
        sums.fold(Sum::default(), Sum::and)
    });
    println!("{seeds} seeds: {sum:?}");
    let Sum { kills, takeovers, faults } = sum;
    assert!(kills > 0 && takeovers > 0 && faults > 0, "it was too quiet");
}

/// What many seeds came to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    kills: usize,
    takeovers: usize,
    faults: usize,
}

impl Sum {
    fn add(&mut self, seed: u64) {
        let judged = std::panic::catch_unwind(|| {
            let history = live(seed);
            judge(&history);
            history
        });
        let Ok(history) = judged else {
            panic!("seed {seed}: repeat it with SIMULATION_SEED={seed}");
        };
        self.kills += history.kills;
        self.takeovers += history.takeovers;
        self.faults += history.faults;
    }

    fn and(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            takeovers: self.takeovers + other.takeovers,
            faults: self.faults + other.faults,
        }
    }
}

#[test]
fn a_seed_repeats_itself() {
    for seed in 0..20 {
        let (first, second) = (live(seed), live(seed));
        assert_eq!(first, second, "seed {seed}");
    }
}
