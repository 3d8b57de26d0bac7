//! How long the gateway itself takes for an update: without a network, and without a database.
//!
//! A messenger that answers at once hands out pages of MAX's JSON, and the messages that go back are
//! checked and written as JSON; the journal is in memory. All of it runs on one thread, and what is
//! counted is that thread's processor time. Where it goes is told by leaving parts out. What the HTTP
//! client adds to the bare one is measured beside it, and added.

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use adapter_tamtam::{Dialect, Options, TamTam, decode_update, encode_message, wire};
use async_trait::async_trait;
use gateway_bench::process::{median, own_processor_time};
use gateway_core::Messenger;
use gateway_core::messenger::{Batch, Capabilities, Receipt, Result};
use gateway_core::model::{
    Account, AccountId, ChatId, Cursor, MessageId, NewMessage, Update, User,
};
use gateway_core::time::{Clock as _, SystemClock};
use gateway_runtime::journal::{
    Append, Change, End, Ending, Inbox as _, Ledger as _, MemoryJournal, Write,
};
use gateway_runtime::{Context, HandlerResult, Observed, Observer, Router, Runtime};
use tokio_util::sync::CancellationToken;

use crate::line;

/// How long the gateway may take, in microseconds.
const BOUND_US: f64 = 50.0;

const ROUNDS: usize = 11;
const CHATS: usize = 1000;
const UPDATES: usize = 20_000;

/// How many updates a poll of MAX brings.
const PAGE: usize = 100;

/// How many updates are read from the journal at once, when the lanes are empty.
const READ: usize = 4096;

/// What a messenger hands out.
#[derive(Clone, Debug)]
enum Page {
    /// JSON, that is to be read.
    Wire(String),
    /// Updates, that are there already.
    Read(Vec<Update>),
}

/// A messenger that answers at once.
#[derive(Debug)]
struct Prompt {
    account: Account,
    capabilities: Capabilities,
    pages: Mutex<VecDeque<Page>>,
    /// Whether it checks and writes what is sent.
    writes: bool,
}

impl Prompt {
    fn new(pages: impl IntoIterator<Item = Page>, writes: bool) -> Self {
        let max = TamTam::new("max", &Options::new(Dialect::Max, "token".to_owned()));
        let max = max.expect("an account");
        let (account, capabilities) = (max.account().clone(), max.capabilities().clone());
        Self { account, capabilities, pages: Mutex::new(pages.into_iter().collect()), writes }
    }
}

fn read(account: &AccountId, json: &str) -> Vec<Update> {
    let list: wire::UpdateList = serde_json::from_str(json).expect("updates");
    list.updates.into_iter().map(|raw| decode_update(account, raw)).collect()
}

fn written(capabilities: &Capabilities, message: &NewMessage) -> Vec<u8> {
    const DOING: &str = "sending a message";
    capabilities.check(DOING, message).expect("it fits");
    let wire = encode_message(Dialect::Max, DOING, message).expect("it can be written");
    serde_json::to_vec(&wire).expect("it is JSON")
}

#[async_trait]
impl Messenger for Prompt {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        Ok(User::new("1"))
    }

    async fn receive(&self, _: Option<&Cursor>) -> Result<Batch> {
        // As a network would: others go on meanwhile.
        tokio::task::yield_now().await;
        let page = self.pages.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let updates = match page {
            Some(Page::Wire(json)) => read(&self.account.id, &json),
            Some(Page::Read(updates)) => updates,
            None => std::future::pending().await,
        };
        Ok(Batch { updates, cursor: Some(Cursor::new("1")) })
    }

    async fn send(&self, _: &ChatId, message: &NewMessage) -> Result<Receipt> {
        if self.writes {
            black_box(written(&self.capabilities, message));
        }
        Ok(Receipt { message: MessageId::new("mid.0000000000000001019d4d2f8c390001") })
    }
}

/// Counts updates, and stops the bot at the last.
struct Counting {
    left: AtomicUsize,
    stop: CancellationToken,
}

#[async_trait]
impl Observer for Counting {
    async fn observe(&self, _: Observed<'_>) -> HandlerResult {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop.cancel();
        }
        Ok(())
    }
}

/// What MAX says of messages, as it was seen on its wire.
fn pages() -> Vec<String> {
    let update = |number: usize| {
        let (person, chat) = (100_000 + number % CHATS, 500_000 + number % CHATS);
        let at = 1_775_053_255_000 + number;
        format!(
            r#"{{"message":{{"recipient":{{"chat_id":{chat},"chat_type":"dialog","user_id":1}},"timestamp":{at},"body":{{"mid":"mid.{chat:016x}{number:016x}","seq":{number},"text":"Message {number}: we meet at eleven, at the usual place."}},"sender":{{"user_id":{person},"first_name":"Anna","last_name":"Weiss","is_bot":false,"last_activity_time":{at},"name":"Anna Weiss"}}}},"timestamp":{at},"user_locale":"en","update_type":"message_created"}}"#
        )
    };
    let updates: Vec<String> = (0..UPDATES).map(update).collect();
    let page = |updates: &[String]| format!(r#"{{"updates":[{}],"marker":1}}"#, updates.join(","));
    updates.chunks(PAGE).map(page).collect()
}

/// The processor time of a task for each of so many, in microseconds.
pub(crate) fn timed<T>(of: usize, task: impl FnOnce() -> T) -> f64 {
    let begun = own_processor_time();
    black_box(task());
    let took = own_processor_time().saturating_sub(begun);
    #[expect(clippy::cast_precision_loss, reason = "it is no such number")]
    let of = of as f64;
    took.as_secs_f64() * 1e6 / of
}

/// How long a bot takes for an update.
fn run(pages: impl IntoIterator<Item = Page>, writes: bool, router: Router) -> f64 {
    let stop = CancellationToken::new();
    let counting = Counting { left: AtomicUsize::new(UPDATES), stop: stop.clone() };
    let runtime = Runtime::new(Arc::new(MemoryJournal::default()), Arc::new(SystemClock))
        .with_account(Arc::new(Prompt::new(pages, writes)))
        .with_observer(Arc::new(counting))
        .with_router(router);
    let alone = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let alone = alone.expect("a runtime");
    timed(UPDATES, || alone.block_on(runtime.run(stop)).expect("one account"))
}

async fn echo(context: Context) -> HandlerResult {
    context.reply(context.text().cloned().unwrap_or_default()).await?;
    Ok(())
}

async fn leave(_: Context) -> HandlerResult {
    Ok(())
}

/// How long the journal in memory takes: to write, to read, and to hear what is done.
fn journal(account: &AccountId, pages: &[Vec<Update>]) -> [f64; 3] {
    let (journal, now) = (MemoryJournal::default(), SystemClock.now());
    let alone = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let write = timed(UPDATES, || {
        alone.block_on(async {
            for page in pages {
                let batch = Append { account, updates: page, cursor: None, fence: None };
                journal.append(batch, now).await.expect("it is written");
            }
        });
    });
    let mut places = Vec::new();
    let read = timed(UPDATES, || {
        alone.block_on(async {
            loop {
                let after = places.last().copied().unwrap_or(0);
                let page = journal.pending(account, after, READ).await.expect("it is read");
                if page.is_empty() {
                    return;
                }
                places.extend(page.iter().map(|it| it.seq));
            }
        });
    });
    let done = timed(UPDATES, || {
        alone.block_on(async {
            for place in &places {
                let (seq, sessions) = (*place, Vec::new());
                let end = End { seq, ending: Ending::Done, sessions, moved: None };
                let change = Change::End(end);
                let write = Write { account: account.clone(), fence: None, change };
                journal.commit(&[write], now).await.expect("it is heard");
            }
        });
    });
    [write, read, done]
}

/// One round of all that is measured.
struct Round {
    /// All but the HTTP client.
    inner: f64,
    client: f64,
    decoding: f64,
    journal: [f64; 3],
    lanes: f64,
    router: f64,
    effect: f64,
    encoding: f64,
}

fn round(wire: &[String]) -> Round {
    let account = AccountId::new("max");
    let inner = {
        let pages: Vec<Page> = wire.iter().cloned().map(Page::Wire).collect();
        run(pages, true, Router::new().text(echo))
    };
    let mut read_pages = Vec::new();
    let decoding =
        timed(UPDATES, || read_pages.extend(wire.iter().map(|json| read(&account, json))));
    let pages = || read_pages.iter().cloned().map(Page::Read).collect::<Vec<Page>>();
    let unrouted = run(pages(), false, Router::new());
    let routed = run(pages(), false, Router::new().text(leave));
    let echoed = run(pages(), false, Router::new().text(echo));
    let journal = journal(&account, &read_pages);
    let prompt = Prompt::new([], true);
    let texts = read_pages.iter().flatten().filter_map(|update| match &update.kind {
        gateway_core::model::UpdateKind::MessageCreated { message } => Some(message.text.clone()),
        _ => None,
    });
    let answers: Vec<NewMessage> = texts.map(NewMessage::new).collect();
    let encoding = timed(UPDATES, || {
        for answer in &answers {
            black_box(written(&prompt.capabilities, answer));
        }
    });
    Round {
        inner,
        // It writes the message too, which is counted already.
        client: line::beside_the_bare_one() - encoding,
        decoding,
        lanes: unrouted - journal.iter().sum::<f64>(),
        journal,
        router: routed - unrouted,
        effect: echoed - routed,
        encoding,
    }
}

/// One of the times of a round.
type Part = fn(&Round) -> f64;

/// Prints how long the gateway takes for an update, and where it goes; whether it is within its
/// bound.
pub(crate) fn report() -> bool {
    let wire = pages();
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| round(&wire)).collect();
    let middle = |of: Part| median(rounds.iter().map(of).collect());
    let whole = middle(|it| it.inner + it.client);
    let is_kept = whole < BOUND_US;
    let verdict = if is_kept { "holds" } else { "MISSED" };
    println!(
        "\nthe gateway's own time for an update: {whole:.1} µs, < {BOUND_US:.0} {verdict} (median of \
         {ROUNDS} rounds of {UPDATES} updates)"
    );
    let parts: [(&str, Part); 9] = [
        ("MAX's JSON to an update", |it| it.decoding),
        ("journal: written", |it| it.journal[0]),
        ("journal: read", |it| it.journal[1]),
        ("journal: done", |it| it.journal[2]),
        ("intake, lanes, a task", |it| it.lanes),
        ("router, context, handler", |it| it.router),
        ("effect: before, after, receipt", |it| it.effect),
        ("message checked, to MAX's JSON", |it| it.encoding),
        ("HTTP client, beside the bare one", |it| it.client),
    ];
    for (name, of) in parts {
        println!("  {name:34}{:>6.1}", middle(of));
    }
    is_kept
}
