//! The emulated messengers in a process of their own.
//!
//! What measures starts its own program once more with the argument [`SANDBOX`], and says through
//! its pipes what shall happen there: a line for each wish, and a number in answer.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a benchmark fails by panicking"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use sandbox::world::{AccountKey, Bot, State};
use sandbox::{Addresses, Platform, Server, World};
use tokio::runtime::Runtime;
use url::Url;

/// With this argument the program is the emulated messengers.
pub const SANDBOX: &str = "sandbox";

/// The tokens of the bots there.
pub fn token(platform: Platform) -> &'static str {
    match platform {
        Platform::Tamtam => "sandbox-tamtam",
        Platform::Max => "sandbox-max",
        Platform::Potato => "10000001:sandbox",
    }
}

/// The emulated messengers. They are gone with this.
#[derive(Debug)]
pub struct Street {
    process: Child,
    wishes: ChildStdin,
    answers: BufReader<ChildStdout>,
    urls: Vec<Url>,
}

impl Street {
    /// Starts them on free ports, each with a bot.
    pub fn open() -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.arg(SANDBOX).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the sandbox starts");
        let wishes = process.stdin.take().expect("its input");
        let answers = BufReader::new(process.stdout.take().expect("its output"));
        let mut street = Self { process, wishes, answers, urls: Vec::new() };
        let urls = street.line();
        street.urls = urls.split_whitespace().map(|it| it.parse().expect("a URL")).collect();
        street
    }

    /// Where a messenger's API is.
    pub fn url(&self, platform: Platform) -> Url {
        let place = Platform::ALL.into_iter().position(|it| it == platform);
        self.urls[place.expect("one of all")].clone()
    }

    /// So many people say so many things to the bot, in turns. That they started it before, it is
    /// not told.
    pub fn say(&mut self, platform: Platform, people: usize, each: usize) {
        self.wish(&format!("say {platform} {people} {each}"));
    }

    /// How many updates wait for the bot.
    pub fn waiting(&mut self, platform: Platform) -> usize {
        self.wish(&format!("waiting {platform}"))
    }

    /// How many messages people have got.
    pub fn answered(&mut self, platform: Platform) -> usize {
        self.wish(&format!("answered {platform}"))
    }

    /// The processor time that the messengers have used.
    pub fn processor_time(&self) -> Duration {
        crate::process::processor_time(self.process.id())
    }

    fn wish(&mut self, wish: &str) -> usize {
        writeln!(self.wishes, "{wish}").expect("the sandbox listens");
        self.line().trim().parse().expect("a number")
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the sandbox answers");
        line
    }
}

impl Drop for Street {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Is the emulated messengers, until whoever started it is gone.
#[expect(clippy::print_stdout, reason = "the other process reads it")]
pub fn serve() {
    let runtime = Runtime::new().expect("a runtime");
    let world = World::new().furnished();
    let server = runtime.block_on(Server::start(world.clone(), &Addresses::free_ports()));
    let server = server.expect("there are free ports");
    println!("{}", Platform::ALL.map(|it| server.url(it)).join(" "));
    for line in std::io::stdin().lines() {
        println!("{}", answer(&world, &line.expect("a wish")));
    }
}

fn answer(world: &World, wish: &str) -> usize {
    let words: Vec<&str> = wish.split_whitespace().collect();
    let platform = words[1].parse().expect("a messenger");
    let bot = world.bot(platform).expect("a bot");
    let number = |place: usize| words[place].parse().expect("a number");
    match words[0] {
        "say" => say(world, platform, bot, number(2), number(3)),
        "waiting" => world.look(|state| state.account(bot).bot.as_ref().map_or(0, Bot::depth)),
        "answered" => world.look(|state| answered(state, platform)),
        other => panic!("nobody can {other}"),
    }
}

fn say(world: &World, platform: Platform, bot: AccountKey, people: usize, each: usize) -> usize {
    let person = |number| world.add_person(platform, &format!("P{number}"));
    let people: Vec<_> = (0..people).map(person).collect();
    let dialogs: Vec<_> = people.iter().map(|person| world.dialog(bot, *person)).collect();
    world.take_updates(bot);
    for number in 0..each {
        for (person, dialog) in people.iter().zip(&dialogs) {
            let text = format!("Message {number}: we meet at eleven, at the usual place.");
            world.say(*dialog, *person, text.as_str().into());
        }
    }
    people.len() * each
}

fn answered(state: &State, platform: Platform) -> usize {
    let chats = state.chats().filter(|(_, chat)| chat.platform == platform);
    chats.map(|(_, chat)| chat.seen.len()).sum()
}
