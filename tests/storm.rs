//! A storm: thousands of updates from hundreds of chats, by polling and by webhook, while the
//! processes that run the bot are killed again and again.
//!
//! Half of the chats are on MAX, whose bot polls, and half on TamTam, which calls it. Where several
//! processes stand on one database, a delivery reaches any of them, and the one that dies is one that
//! runs an account.

use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use gateway_core::chance::Chance;
use sandbox::Platform;
use sandbox::world::{AccountKey, ChatKey};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::echo::{Process, answer};
use crate::{Street, free_port};

/// How violent it is.
#[derive(Clone, Debug)]
pub struct Storm {
    /// How many messages are said, by how many people, each in a chat of their own.
    pub updates: usize,
    /// See `updates`.
    pub chats: usize,
    /// How often a process is killed.
    pub kills: usize,
    /// How many processes stand on the database.
    pub processes: usize,
    /// The longest that a process is left alone.
    pub life: Duration,
    /// How long everything may take.
    pub patience: Duration,
    /// Decides when who is killed.
    pub seed: u64,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Toll {
    /// What was said.
    pub said: usize,
    /// Answers that arrived.
    pub answers: usize,
    /// Answers that never came.
    pub lost: usize,
    /// Answers that came more than once.
    pub doubled: usize,
    /// Chats in which an answer came before an earlier one.
    pub disordered: usize,
    /// How often a process was killed.
    pub kills: usize,
    /// For each account that lost its owner: how long it had none.
    pub without_owner: Vec<Duration>,
    /// How long it all took.
    pub took: Duration,
}

impl Toll {
    /// Whether every promise was kept: every chat's answers complete, in order, none doubled, and
    /// no account without an owner for five seconds.
    pub fn is_kept(&self) -> bool {
        let longest = self.without_owner.iter().max().copied().unwrap_or_default();
        (self.lost, self.doubled, self.disordered) == (0, 0, 0) && longest < Duration::from_secs(5)
    }
}

impl fmt::Display for Toll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { said, answers, lost, doubled, disordered, kills, without_owner, took } = self;
        let seconds = took.as_secs_f32();
        write!(
            f,
            "{said} updates, {kills} kills: {answers} answers, {lost} lost, {doubled} doubled, \
             {disordered} chats out of order, in {seconds:.0} s",
        )?;
        if !without_owner.is_empty() {
            let (longest, count) = (without_owner.iter().max(), without_owner.len());
            let sum: Duration = without_owner.iter().sum();
            let mean = sum.as_secs_f32() / without_owner.iter().map(|_| 1.0).sum::<f32>();
            let longest = longest.copied().unwrap_or_default().as_secs_f32();
            write!(
                f,
                "; {count} accounts lost their owner, for {mean:.1} s on average and {longest:.1} s at most"
            )?;
        }
        Ok(())
    }
}

const PLATFORMS: [Platform; 2] = [Platform::Tamtam, Platform::Max];

/// A process that runs the bot, and what it says of itself.
struct Bot {
    process: Process,
    port: u16,
    /// The accounts that it runs, and since when.
    runs: Arc<Mutex<HashMap<String, Instant>>>,
}

impl Bot {
    fn start(program: &Path, database: &str, street: &Street, port: u16) -> Self {
        let url = |platform| street.server.url(platform);
        let environment = [
            ("DATABASE_URL", database.to_owned()),
            ("TAMTAM_URL", url(Platform::Tamtam)),
            ("TAMTAM_LISTEN", port.to_string()),
            ("MAX_URL", url(Platform::Max)),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value));
        let mut process = Process::start(program, &environment);
        let runs: Arc<Mutex<HashMap<String, Instant>>> = Arc::default();
        let (out, told) = (process.stdout(), runs.clone());
        // It ends with the process.
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let Some((account, state)) = line.split_once(' ') else { continue };
                let mut runs = told.lock().unwrap_or_else(PoisonError::into_inner);
                match state {
                    "running" => {
                        runs.entry(account.to_owned()).or_insert_with(Instant::now);
                    }
                    "standing_by" | "starting" => {
                        runs.remove(account);
                    }
                    _ => {}
                }
            }
        });
        Self { process, port, runs }
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands what a messenger calls on to one of the processes that are alive.
async fn balance(ports: Arc<Mutex<Vec<u16>>>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let mut turn = 0_usize;
        while let Ok((mut caller, _)) = listener.accept().await {
            let ports = ports.lock().unwrap_or_else(PoisonError::into_inner).clone();
            turn += 1;
            tokio::spawn(async move {
                for number in 0..ports.len() {
                    let port = ports[(turn + number) % ports.len()];
                    if let Ok(mut bot) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
                        // Whoever hangs up first ends it.
                        let _ = tokio::io::copy_bidirectional(&mut caller, &mut bot).await;
                        return;
                    }
                }
            });
        }
    });
    port
}

/// Everybody, and what they have said.
struct Crowd {
    people: Vec<(AccountKey, ChatKey)>,
    said: usize,
}

impl Crowd {
    fn of(street: &Street, chats: usize) -> Self {
        let world = &street.world;
        let people = (0..chats).map(|number| {
            let platform = PLATFORMS[number % PLATFORMS.len()];
            let bot = world.bot(platform).expect("a bot");
            let person = world.add_person(platform, &format!("P{number}"));
            (person, world.dialog(bot, person))
        });
        Self { people: people.collect(), said: 0 }
    }

    /// So many more messages, in turns.
    fn says(&mut self, street: &Street, count: usize) {
        for _ in 0..count {
            let (person, chat) = self.people[self.said % self.people.len()];
            let text = format!("m{}", self.said / self.people.len());
            street.world.say(chat, person, text.as_str().into());
            self.said += 1;
        }
    }

    fn answers(&self, street: &Street) -> usize {
        street.world.look(|state| {
            let messages = |chat: ChatKey| state.chat(chat).messages.len();
            self.people.iter().map(|(_, chat)| messages(*chat)).sum::<usize>() - self.said
        })
    }

    fn count(&self, street: &Street, toll: &mut Toll) {
        street.world.look(|state| {
            for (number, (person, chat)) in self.people.iter().enumerate() {
                let chat = state.chat(*chat);
                let by_bot = chat.messages.iter().filter(|message| message.sender != *person);
                let answers: Vec<&str> =
                    by_bot.map(|message| message.content.text.plain.as_str()).collect();
                let said = self.said / self.people.len()
                    + usize::from(number < self.said % self.people.len());
                let expected: Vec<String> =
                    (0..said).map(|number| answer(&format!("m{number}"))).collect();
                toll.answers += answers.len();
                let mut firsts: Vec<&str> = Vec::new();
                let mut seen = std::collections::HashSet::new();
                for answer in answers {
                    if seen.insert(answer) {
                        firsts.push(answer);
                    } else {
                        toll.doubled += 1;
                    }
                }
                let there: Vec<&String> =
                    expected.iter().filter(|it| seen.contains(it.as_str())).collect();
                toll.lost += expected.len() - there.len();
                toll.disordered += usize::from(there != firsts);
            }
        });
        toll.said = self.said;
    }
}

impl Storm {
    /// Lets it rage over a database. `program` is one whose `main` is [`run`](crate::echo::run) when
    /// its argument is `bot`.
    pub async fn rage(&self, program: &Path, database: &str) -> Toll {
        let street = Street::open().await;
        let ports: Arc<Mutex<Vec<u16>>> = Arc::default();
        let hook = format!("http://127.0.0.1:{}/hook", balance(ports.clone()).await);
        let tamtam = street.tamtam(Platform::Tamtam);
        let webhooks = gateway_core::Messenger::webhooks(&tamtam).expect("it calls");
        webhooks.set(&hook.parse().expect("a URL")).await.expect("the webhook is set");
        let chance = Chance::seeded(self.seed);
        let mut raging = Raging {
            storm: self,
            program: program.to_owned(),
            database: database.to_owned(),
            crowd: Crowd::of(&street, self.chats),
            street,
            ports,
            bots: Vec::new(),
            toll: Toll::default(),
            begun: Instant::now(),
            chance,
        };
        raging.rage().await
    }
}

/// A storm while it lasts.
struct Raging<'a> {
    storm: &'a Storm,
    program: PathBuf,
    database: String,
    crowd: Crowd,
    street: Street,
    ports: Arc<Mutex<Vec<u16>>>,
    bots: Vec<Bot>,
    toll: Toll,
    begun: Instant,
    chance: Chance,
}

impl Raging<'_> {
    async fn rage(&mut self) -> Toll {
        for _ in 0..self.storm.processes {
            self.start();
        }
        self.until_owned(Instant::now(), &PLATFORMS.map(Platform::name)).await;
        for kill in 1..=self.storm.kills {
            let life = self.storm.life.mul_f64(self.share());
            let dies = Instant::now() + life;
            let goal = self.storm.updates * kill / self.storm.kills;
            // Somebody always writes, and never so much that the bots have nothing to do but wait.
            while Instant::now() < dies {
                let backlog =
                    self.crowd.said - self.crowd.answers(&self.street).min(self.crowd.said);
                if self.crowd.said < goal && backlog < 5_000 {
                    self.crowd.says(&self.street, (goal - self.crowd.said).min(100));
                }
                self.moment().await;
            }
            self.crowd.says(&self.street, goal - self.crowd.said);
            self.kill().await;
        }
        self.crowd.says(&self.street, self.storm.updates - self.crowd.said);
        while self.crowd.answers(&self.street) < self.crowd.said {
            if self.begun.elapsed() > self.storm.patience {
                break;
            }
            self.moment().await;
        }
        // What comes twice comes a moment later.
        let rest = Instant::now() + Duration::from_secs(3);
        while Instant::now() < rest {
            self.moment().await;
        }
        self.toll.took = self.begun.elapsed();
        self.crowd.count(&self.street, &mut self.toll);
        self.toll.clone()
    }

    /// From 0 to 1.
    fn share(&self) -> f64 {
        f64::from(u32::from_le_bytes(self.chance.bytes())) / f64::from(u32::MAX)
    }

    async fn moment(&self) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        // A messenger that could not call waits before it calls again: a second passes as a minute.
        self.street.world.advance(TimeDelta::milliseconds(600));
    }

    fn ports(&self) -> MutexGuard<'_, Vec<u16>> {
        self.ports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&mut self) {
        let port = free_port();
        self.bots.push(Bot::start(&self.program, &self.database, &self.street, port));
        self.ports().push(port);
    }

    /// Kills a process that runs an account, and starts another.
    async fn kill(&mut self) {
        let owner = self.bots.iter().position(|bot| !bot.runs().is_empty()).unwrap_or(0);
        let mut bot = self.bots.remove(owner);
        let lost: Vec<String> = bot.runs().keys().cloned().collect();
        let died = Instant::now();
        bot.process.kill();
        self.ports().retain(|port| *port != bot.port);
        self.toll.kills += 1;
        if self.bots.is_empty() {
            return self.start();
        }
        // Another one takes over that was there before; only then does a new one come.
        let lost: Vec<&str> = lost.iter().map(String::as_str).collect();
        let without = self.until_owned(died, &lost).await;
        self.toll.without_owner.extend(without);
        self.start();
    }

    /// Waits until each of these accounts has an owner; how long that was for each since then.
    async fn until_owned(&self, since: Instant, accounts: &[&str]) -> Vec<Duration> {
        let mut without = Vec::new();
        for account in accounts {
            loop {
                let owned = self.bots.iter().find_map(|bot| bot.runs().get(*account).copied());
                if let Some(owned) = owned {
                    without.push(owned.saturating_duration_since(since));
                    break;
                }
                assert!(self.begun.elapsed() < self.storm.patience, "nobody runs {account}");
                self.moment().await;
            }
        }
        without
    }
}
