//! What messengers are asked for in the registry's name, carried out.
//!
//! Each process does so for its own accounts. What it has taken on is its own for a minute: when it
//! has not said by then what came of it, somebody else takes it on. Everything here may therefore
//! happen twice, and does no harm then: whoever is not there is removed already, and a link is only
//! read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use gateway_core::chance::Chance;
use gateway_core::messenger::{ErrorKind, Members};
use gateway_core::model::{Chat, ChatId, ChatKind, UserId};
use gateway_core::time::Clock;
use gateway_core::trouble::Trouble;
use gateway_core::{Error, Messenger};
use metrics::{Unit, counter, describe_counter};
use registry_api::Registry;
use registry_api::model::OperationKind;
use registry_api::store::{Task, TaskOutcome};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::describer::tell;

/// How often it is asked what there is to do.
const PERIOD: Duration = Duration::from_secs(1);

/// How many operations are carried out at once.
const AT_ONCE: usize = 16;

/// How long one may take: less than it is ours.
const DEADLINE: Duration = Duration::from_secs(50);

/// How long what was begun may go on after the stop.
const DRAIN: Duration = Duration::from_secs(5);

/// The pause after the first failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How long it is tried in all.
const PATIENCE: Duration = Duration::from_hours(24);

/// How much of an error is kept, in characters.
const WORDS: usize = 500;

const OPERATIONS: &str = "gateway_operations_total";

/// Tells the recorder what is counted here: each try, by `kind` and `outcome`.
pub(crate) fn describe_metrics() {
    describe_counter!(
        OPERATIONS,
        Unit::Count,
        "Tries of what the registry asks of messengers, by kind and outcome"
    );
}

fn count(kind: OperationKind, outcome: &TaskOutcome) {
    let kind = match kind {
        OperationKind::RemoveParticipant => "remove_participant",
        OperationKind::GetInvitation => "get_invitation",
    };
    let outcome = match outcome {
        TaskOutcome::Removed | TaskOutcome::Left(_) | TaskOutcome::Invited(_) => "done",
        TaskOutcome::Again { .. } => "again",
        TaskOutcome::Failed(_) => "failed",
    };
    counter!(OPERATIONS, "kind" => kind, "outcome" => outcome).increment(1);
}

/// Carries out what the accounts of this process are asked for.
pub(crate) struct Operator {
    registry: Registry,
    messengers: HashMap<String, Arc<dyn Messenger>>,
    /// Who the bots of accounts are, as far as that was asked.
    bots: Mutex<HashMap<String, UserId>>,
    clock: Arc<dyn Clock>,
    chance: Arc<Chance>,
}

impl Operator {
    pub(crate) fn new(
        registry: Registry,
        messengers: &[Arc<dyn Messenger>],
        clock: Arc<dyn Clock>,
        chance: Arc<Chance>,
    ) -> Self {
        let named = messengers.iter().map(|it| (it.account().id.to_string(), it.clone()));
        Self { registry, messengers: named.collect(), bots: Mutex::default(), clock, chance }
    }

    /// Until the stop; what was begun is finished then, but for what takes too long.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let operator = Arc::new(self);
        let tidy = operator.registry.keep_tidy(stop.clone());
        tokio::join!(operator.clone().operate(&stop), tidy);
    }

    async fn operate(self: Arc<Self>, stop: &CancellationToken) {
        let accounts: Vec<String> = self.messengers.keys().cloned().collect();
        if accounts.is_empty() {
            return;
        }
        let mut running = JoinSet::new();
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let trouble = Trouble::default();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(_) = running.join_next() => continue,
                _ = ticks.tick() => {}
            }
            let room = u32::try_from(AT_ONCE.saturating_sub(running.len())).unwrap_or(0);
            if room == 0 {
                continue;
            }
            let tasks = self.registry.take_on(&accounts, room).await;
            for task in told(&trouble, tasks).unwrap_or_default() {
                running.spawn(self.clone().carry_out(task));
            }
        }
        let finished = async { while running.join_next().await.is_some() {} };
        if timeout(DRAIN, finished).await.is_err() {
            tracing::warn!("operations are left to whoever takes them on next");
        }
    }

    async fn carry_out(self: Arc<Self>, task: Task) {
        let began = Instant::now();
        let outcome = match timeout(DEADLINE, self.attempt(&task)).await {
            Ok(outcome) => outcome,
            Err(_) => self.again(&task, "no answer in time".to_owned(), None),
        };
        let (operation, account) = (task.id, &task.account);
        let duration_ms = began.elapsed().as_millis();
        count(task.kind, &outcome);
        match &outcome {
            TaskOutcome::Removed | TaskOutcome::Left(_) | TaskOutcome::Invited(_) => {
                tracing::info!(%operation, %account, duration_ms, "operation done");
            }
            TaskOutcome::Again { at, error } => {
                tracing::warn!(%operation, %account, duration_ms, error, %at, "operation failed for now");
            }
            TaskOutcome::Failed(error) => {
                tracing::warn!(%operation, %account, duration_ms, error, "operation failed");
            }
        }
        // It is not lost: it is taken on again when it is nobody's any more.
        if let Err(error) = self.registry.settle(task.id, &outcome).await {
            tracing::error!(%operation, %account, %error, "nobody knows what an operation came to");
        }
    }

    async fn attempt(&self, task: &Task) -> TaskOutcome {
        let Some(messenger) = self.messengers.get(&task.account) else {
            return TaskOutcome::Failed(format!("there is no account {}", task.account));
        };
        let chat = ChatId::from(task.external_chat.as_str());
        match (task.kind, &task.external_person) {
            (OperationKind::RemoveParticipant, Some(person)) => {
                self.remove(task, &**messenger, &chat, &UserId::from(person.as_str())).await
            }
            (OperationKind::RemoveParticipant, None) => {
                TaskOutcome::Failed("removing a participant: nobody is named".to_owned())
            }
            (OperationKind::GetInvitation, _) => self.invite(task, &**messenger, &chat).await,
        }
    }

    async fn remove(
        &self,
        task: &Task,
        messenger: &dyn Messenger,
        chat: &ChatId,
        person: &UserId,
    ) -> TaskOutcome {
        let Some(members) = messenger.members() else {
            return cannot("removing a participant", "removals");
        };
        // Before, since who is not in a chat may not be told any more.
        let account = match self.account_of(messenger, person).await {
            Ok(account) => account,
            Err(error) => return self.failed(task, &error),
        };
        let is_itself = account.as_ref() == Some(&task.account);
        let removal = match messenger.chats() {
            // Not every messenger lets a bot put itself out.
            Some(chats) if is_itself => chats.leave(chat).await,
            _ => members.remove(chat, person, false).await,
        };
        let removed = account.map_or(TaskOutcome::Removed, TaskOutcome::Left);
        let Err(error) = removal else {
            return removed;
        };
        // It may have happened all the same, now or before: who is not there is removed.
        let is_worth_a_look = error.may_have_happened() || !is_temporary(&error);
        if is_worth_a_look && is_gone(messenger, members, chat, person, &error).await {
            return removed;
        }
        self.failed(task, &error)
    }

    /// The account whose bot somebody is, if it is one of this process.
    async fn account_of(
        &self,
        messenger: &dyn Messenger,
        person: &UserId,
    ) -> Result<Option<String>, Error> {
        if self.me(messenger).await? == *person {
            return Ok(Some(messenger.account().id.to_string()));
        }
        let platform = &messenger.account().platform;
        for other in self.messengers.values().filter(|it| it.account().platform == *platform) {
            // Who cannot say who it is hears by itself that it was put out.
            if self.me(&**other).await.is_ok_and(|me| me == *person) {
                return Ok(Some(other.account().id.to_string()));
            }
        }
        Ok(None)
    }

    /// Who the bot of an account is: that does not change.
    async fn me(&self, messenger: &dyn Messenger) -> Result<UserId, Error> {
        let account = messenger.account().id.as_str();
        let known = || self.bots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(me) = known().get(account) {
            return Ok(me.clone());
        }
        let me = messenger.me().await?.id;
        known().insert(account.to_owned(), me.clone());
        Ok(me)
    }

    async fn invite(&self, task: &Task, messenger: &dyn Messenger, chat: &ChatId) -> TaskOutcome {
        let Some(chats) = messenger.chats() else {
            return cannot("asking for a link", "links");
        };
        let at = self.clock.now();
        let details = match chats.describe(chat).await {
            Ok(details) => details,
            Err(error) => return self.failed(task, &error),
        };
        // The title is in the same answer. What becomes of the link is for whoever asked for it.
        let kind = details.chat.kind;
        if kind != ChatKind::Dialog {
            let (account, chat) = (messenger.account(), Chat::new(chat.clone(), kind));
            if let Err(error) = tell(&self.registry, account, &chat, &details, at).await {
                tracing::warn!(operation = %task.id, %error, "the title of a chat is not kept");
            }
        }
        match details.link {
            Some(link) => TaskOutcome::Invited(link),
            None => TaskOutcome::Failed("asking for a link: the chat has none".to_owned()),
        }
    }

    fn failed(&self, task: &Task, error: &Error) -> TaskOutcome {
        let words = error.to_string().chars().take(WORDS).collect();
        if is_temporary(error) {
            self.again(task, words, error.retry_after())
        } else {
            TaskOutcome::Failed(words)
        }
    }

    /// Later, unless it was tried for long enough.
    fn again(&self, task: &Task, error: String, asked: Option<Duration>) -> TaskOutcome {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_jitter()
            .with_jitter_seed(u64::from_le_bytes(self.chance.bytes()))
            .without_max_times()
            .with_total_delay(Some(PATIENCE));
        let tries = usize::try_from(task.tries).unwrap_or(usize::MAX);
        match pauses.build().nth(tries) {
            Some(own) => {
                let pause = asked.map_or(own, |asked| asked.clamp(own, LONGEST_PAUSE.max(own)));
                TaskOutcome::Again { at: self.clock.now() + pause, error }
            }
            None => TaskOutcome::Failed(error),
        }
    }
}

/// Whether somebody is not in a chat any more, after removing them failed.
async fn is_gone(
    messenger: &dyn Messenger,
    members: &dyn Members,
    chat: &ChatId,
    person: &UserId,
    error: &Error,
) -> bool {
    match members.find(chat, person).await {
        Ok(found) => found.is_none_or(|member| !member.is_present()),
        // Where nobody can look it may be the person who was not found, or the chat.
        Err(_) if *error.kind() == ErrorKind::NotFound => match messenger.chats() {
            Some(chats) => chats.describe(chat).await.is_ok(),
            None => false,
        },
        Err(_) => false,
    }
}

/// Whether it may go better later: the messenger is out of order or busy, or the account's token is
/// to be replaced.
fn is_temporary(error: &Error) -> bool {
    error.is_retryable() || *error.kind() == ErrorKind::Unauthorized
}

fn cannot(doing: &'static str, what: &str) -> TaskOutcome {
    TaskOutcome::Failed(Error::unsupported(doing, what).to_string())
}

/// What was asked of the store. That it is out of order is told when that begins, and when it is over.
fn told<T>(trouble: &Trouble, outcome: registry_api::store::Result<T>) -> Option<T> {
    let words = "the registry's operations wait";
    match &outcome {
        Err(error) if trouble.is_news(words) => tracing::warn!(%error, "{words}"),
        Err(error) => tracing::debug!(%error, "{words}"),
        Ok(_) => {
            if let Some(over) = trouble.is_over() {
                let lasted_ms = over.lasted.as_millis();
                tracing::info!(lasted_ms, "the registry's operations go on");
            }
        }
    }
    outcome.ok()
}
