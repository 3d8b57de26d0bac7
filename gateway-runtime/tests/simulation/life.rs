//! One life: people talk, processes die and come again, and in the end all comes to rest.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gateway_core::model::{AccountId, ChatId, ChatRef, UserId};
use gateway_core::time::Clock;
use gateway_runtime::journal::{Inbox as _, Ledger as _, Listing, Scope, SessionKey, State};
use gateway_runtime::{Context, HandlerResult, Policy, Router, Runtime, RuntimeOptions};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::dice::{Dice, SimulatedClock};
use crate::journal::{Shared, SimulatedJournal};
use crate::messenger::SimulatedMessenger;

/// How long things go wrong, and how long everything may take afterwards.
const STORM: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_hours(2);

/// How the gateway learns what became of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Knowledge {
    ReadsBack,
    Told(Policy),
}

/// What one life came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History {
    pub(crate) knowledge: Knowledge,
    /// What was said in each chat.
    pub(crate) said: BTreeMap<String, Vec<String>>,
    /// What the bot sent there, in the order of arrival.
    pub(crate) arrived: BTreeMap<String, Vec<String>>,
    /// What the session of each chat has counted.
    pub(crate) counted: BTreeMap<String, usize>,
    /// The updates that were given up, by what they said, and why.
    pub(crate) dead: BTreeMap<String, String>,
    /// Messages that were scheduled from outside, to the chat `later`.
    pub(crate) scheduled: usize,
    pub(crate) kills: usize,
    pub(crate) takeovers: usize,
    pub(crate) faults: usize,
}

fn account() -> AccountId {
    AccountId::new("bot")
}

fn count_of(chat: &str) -> SessionKey {
    let scope = Scope::Member(ChatId::new(chat), UserId::new("somebody"));
    SessionKey { account: account(), scope, name: "count".to_owned() }
}

/// Two answers and a count; sometimes it fails, before, between or after.
async fn handler(ctx: Context, dice: Arc<Dice>) -> HandlerResult {
    let said = ctx.text().expect("a text").plain_text().to_owned();
    let weather = |percent| if dice.percent(percent) { Err("the weather") } else { Ok(()) };
    weather(3)?;
    let session = ctx.session("count")?;
    session.set(&(session.get_or_default::<usize>().await? + 1)).await?;
    ctx.reply(format!("{said} a")).await?;
    weather(3)?;
    if dice.percent(2) {
        // A panic, without the noise.
        std::panic::resume_unwind(Box::new("a bug"));
    }
    ctx.reply(format!("{said} b")).await?;
    weather(3)?;
    Ok(())
}

/// What is there as long as the life lasts.
struct Street {
    dice: Arc<Dice>,
    clock: Arc<dyn Clock>,
    messenger: Arc<SimulatedMessenger>,
    shared: Arc<Shared>,
    policy: Policy,
    processes: AtomicU64,
}

impl Street {
    fn runtime(&self) -> Runtime {
        let process = self.processes.fetch_add(1, Ordering::Relaxed);
        let dice = self.dice.clone();
        let journal = SimulatedJournal { shared: self.shared.clone(), process, dice: dice.clone() };
        let options = RuntimeOptions {
            concurrency: 3,
            held: 2,
            waiting: 12,
            tries: 1_000,
            drain: Duration::from_secs(5),
            deadline: Duration::from_secs(20),
            policy: self.policy,
            ..RuntimeOptions::default()
        };
        let seed = dice.below(u64::MAX);
        let chance = Arc::new(gateway_core::chance::Chance::seeded(seed));
        let router = Router::new().text(move |ctx: Context| handler(ctx, dice.clone()));
        Runtime::new(Arc::new(journal), self.clock.clone())
            .with_chance(chance)
            .with_account(self.messenger.clone())
            .with_options(options)
            .with_router(router)
    }

    /// A process; dropping it is a kill.
    fn start(&self) -> Process {
        let stop = CancellationToken::new();
        let running = self.runtime().run(stop.clone());
        let task = tokio::spawn(async move { running.await.expect("one account") });
        Process { stop, task }
    }

    async fn is_at_rest(&self) -> bool {
        let journal = &self.shared.journal;
        let received = journal.list(&Listing::default(), usize::MAX).await.expect("a list").len();
        received == self.messenger.count()
            && journal.depth(&account()).await.expect("a depth").waiting == 0
            && journal.next_due(&account()).await.expect("an answer").is_none()
    }
}

struct Process {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Process {
    async fn kill(self) {
        self.task.abort();
        // It was aborted, or had ended: both are the end of it.
        let _ = self.task.await;
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.expect("it ends by itself");
    }
}

pub(crate) async fn live(seed: u64) -> History {
    let dice = Arc::new(Dice::of(seed));
    let clock: Arc<dyn Clock> = Arc::new(SimulatedClock::start());
    let knowledge = match dice.below(4) {
        0 => Knowledge::Told(Policy::AtLeastOnce),
        1 => Knowledge::Told(Policy::AtMostOnce),
        _ => Knowledge::ReadsBack,
    };
    let reads_back = knowledge == Knowledge::ReadsBack;
    let messenger = SimulatedMessenger::new(dice.clone(), clock.clone(), reads_back);
    let street = Street {
        dice: dice.clone(),
        clock: clock.clone(),
        messenger: Arc::new(messenger),
        shared: Arc::default(),
        policy: match knowledge {
            Knowledge::Told(policy) => policy,
            Knowledge::ReadsBack => Policy::AtLeastOnce,
        },
        processes: AtomicU64::new(0),
    };
    let (said, scheduled, kills) = storm(&street).await;
    let arrived = street.messenger.arrived();
    let mut counted = BTreeMap::new();
    for chat in said.keys() {
        let stored = street.shared.journal.session(&count_of(chat)).await.expect("an answer");
        let value = stored.and_then(|it| it.value).and_then(|it| it.as_u64()).unwrap_or_default();
        counted.insert(chat.clone(), usize::try_from(value).expect("a few"));
    }
    let listing = Listing { state: Some(State::Dead), ..Listing::default() };
    let dead = street.shared.journal.list(&listing, usize::MAX).await.expect("a list");
    let text = |body: &str| {
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        body["kind"]["message"]["text"]["plain"].as_str().expect("a text").to_owned()
    };
    let dead = dead.into_iter().map(|it| (text(&it.body), it.error.unwrap_or_default())).collect();
    let (takeovers, faults) =
        (street.shared.takeovers(), street.shared.faults() + street.messenger.faults());
    History { knowledge, said, arrived, counted, dead, scheduled, kills, takeovers, faults }
}

/// Lets everything go wrong, and then come to rest.
async fn storm(street: &Street) -> (BTreeMap<String, Vec<String>>, usize, usize) {
    let (dice, begun) = (&street.dice, Instant::now());
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut scheduled, mut kills) = (0, 0);
    let mut processes = vec![street.start(), street.start()];
    let sender = Runtime::new(
        Arc::new(SimulatedJournal {
            shared: street.shared.clone(),
            process: u64::MAX,
            dice: dice.clone(),
        }),
        street.clock.clone(),
    )
    .sender();
    let later = ChatRef::new("bot", "later");
    while begun.elapsed() < STORM {
        sleep(dice.millis(600)).await;
        match dice.below(10) {
            0..=5 => {
                let chat = format!("chat {}", dice.below(4));
                let texts = said.entry(chat.clone()).or_default();
                let text = format!("{chat} {}", texts.len());
                street.messenger.says(&chat, &text);
                texts.push(text);
            }
            6 => {
                let key = format!("key {scheduled}");
                // Who gets no answer asks again, with the same key.
                while sender.send(&later, key.as_str(), &key).await.is_err() {}
                scheduled += 1;
            }
            7 => {
                kills += 1;
                processes.remove(0).kill().await;
                if dice.percent(70) {
                    // The database notices that its owner is gone.
                    street.shared.forgets_its_owner();
                }
                processes.push(street.start());
            }
            8 => processes.remove(0).stop().await,
            _ => street.shared.forgets_its_owner(),
        }
        if processes.len() < 2 {
            processes.push(street.start());
        }
    }
    street.messenger.calms_down();
    street.shared.calms_down();
    street.shared.forgets_its_owner();
    while !street.is_at_rest().await {
        assert!(begun.elapsed() < PATIENCE, "it does not come to rest");
        sleep(Duration::from_secs(1)).await;
    }
    for process in processes {
        process.stop().await;
    }
    // What is still on its way arrives.
    sleep(Duration::from_secs(5)).await;
    (said, scheduled, kills)
}
