//! `gateway demo`: everything on this machine, without any account.
//!
//! The sandbox, the bot of `examples/menu.rs` on three messengers, and the registry, all over real
//! HTTP and a real database file. Three people talk with the bot; what they say and see is printed.

mod conversation;
mod registry;
mod transcript;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use adapter_potato::Potato;
use adapter_tamtam::{Dialect, TamTam};
use anyhow::{Context as _, anyhow, ensure};
use gateway::watching::{self, Listen, Metrics};
use gateway::{Gateway, signal};
use gateway_core::http::RateLimits;
use registry_api::http;
use registry_api::token::Scopes;
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::{Addresses, Platform, Server, World};
use url::Url;

use super::NO_DATABASE;
use super::bots::menu;
use super::registry::bind;
use transcript::Transcript;

/// The bot's name and its tokens, one a messenger.
const BOT: &str = "Helper";
const TOKENS: [(Platform, &str); 3] = [
    (Platform::Tamtam, "demo-tamtam"),
    (Platform::Max, "demo-max"),
    (Platform::Potato, "10000001:demo"),
];

/// Potato answers polls at once; the demo need not spare it.
const POTATO_PAUSE: Duration = Duration::from_millis(50);

/// Neither has the sandbox limits that a conversation must keep to.
const NO_LIMITS: RateLimits = RateLimits::LEARNED;

/// What the command line says.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) once: bool,
    pub(crate) data: Option<PathBuf>,
    pub(crate) listen: SocketAddr,
    pub(crate) refuse: Option<Refusal>,
    pub(crate) watch: SocketAddr,
}

/// A message of the bot that a messenger shall refuse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    platform: Platform,
    /// From 1.
    number: usize,
}

impl FromStr for Refusal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (platform, number) = text.split_once(':').unwrap_or((text, "1"));
        let platform = platform.parse()?;
        match number.parse() {
            Ok(number) if number > 0 => Ok(Self { platform, number }),
            _ => Err(format!("{number:?} is not a number from 1 on")),
        }
    }
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    // It goes away with the demo, unless a folder is named.
    let temporary = tempfile::tempdir().context("making a folder for the database")?;
    let folder = options.data.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let database = folder.join("gateway.db");
    let is_first = !database.exists();

    let metrics = Metrics::install()?;
    let watcher = Listen { address: options.watch, anywhere: false }.bind().await?;
    let watch = watcher.local_addr()?;

    let world = World::new();
    for (platform, token) in TOKENS {
        world.add_bot(platform, BOT, token);
    }
    if let Some(Refusal { platform, number }) = options.refuse {
        let (operation, skip, fault) = (Operation::Send, number - 1, Fault::Refuse);
        world.faults().plan(PlannedFault::next(platform, operation, fault).after(skip));
    }
    let server = Server::start(world.clone(), &Addresses::free_ports()).await?;
    let gateway = gateway(&format!("sqlite://{}", database.display()), &server).await?;

    let registry = gateway.registry().context(NO_DATABASE)?;
    let token = registry.create_token("demo", Scopes::ALL).await?;
    let listener = bind(options.listen).await?;
    let address = listener.local_addr()?;

    let stop = signal::stop();
    let talk = async {
        talk(&world, address, token.expose(), options.once, is_first).await?;
        if !options.once {
            invite(address, token.expose(), watch, &server.control_url(), &database)?;
            stop.cancelled().await;
        }
        Ok(())
    };
    let show = async {
        // Whatever ends the talk ends the rest: its end, a stdout that is closed, or Ctrl-C.
        let shown = tokio::select! {
            shown = talk => shown,
            () = stop.cancelled() => if options.once { Err(anyhow!("stopped midway")) } else { Ok(()) },
        };
        stop.cancel();
        shown
    };
    let watching = gateway.watching().context(NO_DATABASE)?.with_metrics(metrics);
    let (served, watched, ran, shown) = tokio::join!(
        http::serve(listener, registry, stop.clone()),
        watching::serve(watcher, watching, stop.clone()),
        gateway.run_until(stop.clone()),
        show,
    );
    served.context("serving the registry")?;
    watched.context("serving what is watched")?;
    ran?;
    shown
}

/// Prints the conversation and what the registry holds of it. What is not as expected is an error
/// if the demo is to end with the conversation, and a line if it goes on.
async fn talk(
    world: &World,
    address: SocketAddr,
    token: &str,
    once: bool,
    is_first: bool,
) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    let told = conversation::hold(world, &mut Transcript::new(&mut out), is_first).await;
    let held = registry::check(address, token).await;
    match &held {
        Ok(summary) => writeln!(out, "\n{summary}")?,
        Err(error) => writeln!(out, "\nThe registry: {error:#}")?,
    }
    if once {
        let waiting = world.faults().still_planned();
        ensure!(waiting.is_empty(), "the refusal met no message: the bot sends fewer");
        return told.and(held.map(drop));
    }
    if let Err(error) = told {
        writeln!(out, "The conversation broke off: {error:#}")?;
    }
    Ok(())
}

/// Says where everything is, for whoever wants to look around.
fn invite(
    address: SocketAddr,
    token: &str,
    watch: SocketAddr,
    control: &str,
    database: &Path,
) -> anyhow::Result<()> {
    let list = format!("http://{address}/api/v1/private/chats/");
    writeln!(
        std::io::stdout(),
        "
Registry  {list}
Token     {token}
Try       curl -H 'Authorization: Bearer {token}' {list}
Status    http://{watch}/status in a browser, http://{watch}/metrics for Prometheus
Sandbox   {control} (control), database {}

Ctrl-C ends.",
        database.display(),
    )
    .context("printing where everything is")
}

/// The bot on one account of each messenger of the sandbox.
async fn gateway(database_url: &str, server: &Server) -> anyhow::Result<Gateway> {
    let mut gateway = Gateway::open(database_url).await?.with_bot(menu::bot());
    for (platform, token) in TOKENS {
        let url = Url::parse(&server.url(platform))?;
        let name = format!("demo-{platform}");
        gateway = match platform {
            Platform::Tamtam | Platform::Max => {
                let dialect =
                    if platform == Platform::Max { Dialect::Max } else { Dialect::TamTam };
                let options = adapter_tamtam::Options::new(dialect, token.to_owned()).at(url);
                let options = adapter_tamtam::Options { limits: NO_LIMITS, ..options };
                gateway.with_account(TamTam::new(name, &options)?)
            }
            Platform::Potato => {
                let options = adapter_potato::Options::new(token.to_owned()).at(url);
                let options = adapter_potato::Options {
                    idle_pause: POTATO_PAUSE,
                    limits: NO_LIMITS,
                    ..options
                };
                gateway.with_account(Potato::new(name, &options)?)
            }
        };
    }
    Ok(gateway)
}
