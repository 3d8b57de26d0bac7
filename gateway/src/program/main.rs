//! The program: its command line, and what its commands do.

mod bots;
mod config;
mod demo;
mod doctor;
mod migrate;
mod new;
mod registry;
mod sandbox;
mod sync;
mod token;
mod updates;
mod webhook;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use ::sandbox::Addresses;
use anyhow::ensure;
use clap::{Parser, Subcommand};
use gateway::config::{Bots, Mistakes, Source};
use gateway::logging::{self, Logs};
use gateway::watching::Listen;
use gateway::{StartError, signal};
use gateway_core::http::ExposeSecret;
use storage::Schema;

use demo::Refusal;

/// What says in a configuration how logs are written.
const LOG_FORMAT: &str = "GATEWAY_LOG__FORMAT";

/// What would be wrong with a gateway that was opened, and has neither a registry nor anything to watch.
const NO_DATABASE: &str = "the gateway is in memory";

/// One bot on several messengers.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        help = "The configuration; without it, the file that GATEWAY_CONFIG names, or gateway.toml"
    )]
    config: Option<PathBuf>,
    /// How logs are written, to stderr: human or json; without it, as the configuration says
    #[arg(long, global = true, env = "GATEWAY_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Option<logging::Format>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows everything on this machine, without any account: the sandbox, a bot on three
    /// messengers, and the registry
    Demo {
        /// End after the conversation; exit 0 only if every expected answer came
        #[arg(long)]
        once: bool,
        /// Where the database lives; without it, in a folder that goes away
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// Where the registry listens
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Have a messenger refuse one message of the bot: the first, or the one of this number
        #[arg(long, value_name = "MESSENGER[:NUMBER]")]
        refuse: Option<Refusal>,
        /// Where metrics and the accounts' state are served, of this machine; on a free port, when
        /// nothing is said
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
        watch: SocketAddr,
    },
    /// Runs the accounts of the configuration, each with its bot, until Ctrl-C or SIGTERM; SIGHUP has
    /// the configuration read again
    Run,
    /// Writes a configuration of which every key is a comment, with what holds without it
    Init {
        /// Write over one that is there
        #[arg(long)]
        force: bool,
    },
    /// Makes a project of a bot of your own, with a test that passes
    New {
        /// What it is called: the name of its package
        name: String,
        /// In which folder, empty or not there yet; without it, one of its name
        #[arg(long, value_name = "DIR")]
        path: Option<PathBuf>,
    },
    /// Looks at the configuration
    Config {
        #[command(subcommand)]
        command: config::Command,
    },
    /// Brings the schema of the database up to date; gateway run does so, too
    Migrate {
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Has messengers call, shows whom they call, and has them stop
    Webhook {
        #[command(subcommand)]
        command: webhook::Command,
    },
    /// Serves the emulated messengers, each with one bot and one person, Anna
    Sandbox {
        /// Where the control API listens
        #[arg(long, value_name = "ADDR", default_value_t = Addresses::well_known().control)]
        control: SocketAddr,
        /// Where TamTam listens
        #[arg(long, value_name = "ADDR", default_value_t = Addresses::well_known().tamtam)]
        tamtam: SocketAddr,
        /// Where MAX listens
        #[arg(long, value_name = "ADDR", default_value_t = Addresses::well_known().max)]
        max: SocketAddr,
        /// Where Potato listens
        #[arg(long, value_name = "ADDR", default_value_t = Addresses::well_known().potato)]
        potato: SocketAddr,
        /// Let webhooks be on other machines than this one: they are really called
        #[arg(long)]
        webhooks_anywhere: bool,
    },
    /// Serves the chat registry alone
    Registry {
        /// Where it listens
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        #[command(flatten)]
        serving: registry::Serving,
        #[command(flatten)]
        database: DatabaseUrl,
        /// A replica of it, from which is read; for PostgreSQL
        #[arg(
            long,
            env = "DATABASE_REPLICA_URL",
            hide_env_values = true,
            value_name = "URL",
            value_parser = clap::builder::NonEmptyStringValueParser::new()
        )]
        replica: Option<String>,
        #[command(flatten)]
        watched: Watched,
    },
    /// Looks at the database, the registry's totals and the accounts of the configuration, and says
    /// what is wrong
    Doctor {
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Fetches chats and members of the accounts of the configuration into the registry, and goes on
    /// where it was cut off
    Sync {
        /// Where it is written down how far it is
        #[arg(long, value_name = "FILE", default_value = "gateway-sync.json")]
        state: PathBuf,
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Gives out tokens of the registry, shows them and takes them back
    Token {
        #[command(subcommand)]
        command: token::Command,
    },
    /// Looks at updates that came in, and repeats or drops those that are dead
    Updates {
        #[command(subcommand)]
        command: updates::Command,
    },
}

/// Where a server is watched.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Watched {
    /// Serves metrics and status here, without a token, for this machine alone: 127.0.0.1:9464
    #[arg(long, value_name = "ADDR")]
    watch: Option<SocketAddr>,
    /// Lets that be an address that other machines reach
    #[arg(long, requires = "watch")]
    watch_anywhere: bool,
}

impl Watched {
    fn listen(self) -> Option<Listen> {
        let Self { watch, watch_anywhere: anywhere } = self;
        watch.map(|address| Listen { address, anywhere })
    }
}

#[derive(Debug, clap::Args)]
struct DatabaseUrl {
    /// The database: postgres://… or sqlite://…; without it, the one of the configuration
    #[arg(long = "database", env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    url: Option<String>,
}

impl DatabaseUrl {
    /// The one that is named, or the one of the configuration.
    fn resolve(self, source: &Source) -> anyhow::Result<String> {
        match self.url {
            Some(url) => Ok(url),
            None => Ok(source.load()?.database.url.expose_secret().to_owned()),
        }
    }
}

/// Looks whether a database has its schema, before it is opened: who only looks makes no tables, nor a
/// file.
async fn is_migrated(url: &str) -> anyhow::Result<()> {
    let Schema { taken, known } = Schema::of(url).await?;
    ensure!(
        taken >= known,
        "the database is at step {taken} of {known}: gateway migrate takes the rest, and so does the next \
         start of the gateway"
    );
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match Box::pin(logged(cli)).await {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads what is printed has seen enough: head, or a pager that was left. A shell is told
        // what it is told of whoever ends by that.
        Err(error) if is_broken_pipe(&error) => ExitCode::from(128 + 13),
        Err(error) => {
            // Where stderr is closed there is nobody to tell.
            let _ = match mistakes(&error) {
                // Each names its place, so that an editor finds it.
                Some(mistakes) => writeln!(std::io::stderr(), "{mistakes}"),
                None => writeln!(std::io::stderr(), "error: {error:#}"),
            };
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let printed = error.downcast_ref::<std::io::Error>();
    printed.is_some_and(|why| why.kind() == std::io::ErrorKind::BrokenPipe)
}

fn mistakes(error: &anyhow::Error) -> Option<&Mistakes> {
    match error.downcast_ref() {
        Some(StartError::Config(mistakes)) => Some(mistakes),
        _ => error.downcast_ref(),
    }
}

/// Runs what is asked for, with logs, and with traces where somebody collects them.
async fn logged(cli: Cli) -> anyhow::Result<()> {
    let mut source = Source::of_process(cli.config, Bots::Any);
    // It looks at what `gateway run` would run, or another program.
    if let Command::Config { command: config::Command::Check { bots } } = &cli.command {
        let own = || bots::all().into_iter().map(|(name, _)| name).collect();
        source.bots = Bots::These(if bots.is_empty() { own() } else { bots.clone() });
    }
    let Some(filter) = default_filter(&cli.command) else {
        if let Some(format) = cli.log_format {
            source.variables.set(LOG_FORMAT, &format.to_string());
        }
        return run(cli.command, &source).await;
    };
    let logs = Logs::begin(cli.log_format.unwrap_or_default(), &logging::usual(filter))?;
    let ran = run(cli.command, &source).await;
    logs.end().await;
    ran
}

async fn run(command: Command, source: &Source) -> anyhow::Result<()> {
    match command {
        Command::Demo { once, data, listen, refuse, watch } => {
            Box::pin(demo::run(demo::Options { once, data, listen, refuse, watch })).await
        }
        Command::Run => Ok(gateway::run_until(source, bots::all(), signal::stop()).await?),
        Command::Init { force } => config::init(&source.path().0, force),
        Command::New { name, path } => new::run(&name, path),
        Command::Config { command } => config::run(&command, source),
        Command::Migrate { database } => migrate::run(&database.resolve(source)?).await,
        Command::Webhook { command } => webhook::run(command, source).await,
        Command::Sandbox { control, tamtam, max, potato, webhooks_anywhere } => {
            sandbox::run(Addresses { control, tamtam, max, potato }, webhooks_anywhere).await
        }
        Command::Registry { listen, serving, database, replica, watched } => {
            // A replica belongs to its database.
            let replica = match (&database.url, replica) {
                (None, None) => source.load()?.database.replica_url,
                (_, replica) => replica.map(Into::into),
            };
            let replica = replica.as_ref().map(ExposeSecret::expose_secret);
            let database = database.resolve(source)?;
            registry::run(listen, serving, &database, replica, watched.listen()).await
        }
        Command::Doctor { database } => doctor::run(&database.resolve(source)?, source).await,
        Command::Sync { state, database } => {
            sync::run(&database.resolve(source)?, source, &state).await
        }
        Command::Token { command } => token::run(command, source).await,
        Command::Updates { command } => updates::run(command, source).await,
    }
}

/// Without `RUST_LOG` a server tells what it does, and the rest only what goes wrong, but not that a disk
/// is slow. What runs logs as its configuration says.
fn default_filter(command: &Command) -> Option<&'static str> {
    match command {
        Command::Run => None,
        Command::Registry { .. } | Command::Sandbox { .. } => Some(logging::USUAL),
        Command::Demo { .. }
        | Command::Init { .. }
        | Command::New { .. }
        | Command::Config { .. }
        | Command::Migrate { .. }
        | Command::Webhook { .. }
        | Command::Doctor { .. }
        | Command::Sync { .. }
        | Command::Token { .. }
        | Command::Updates { .. } => Some("warn,sqlx=error"),
    }
}
