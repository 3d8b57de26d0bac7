//! The program: its command line, and what its commands do.

mod demo;
mod doctor;
mod registry;
mod sandbox;
mod sync;
mod token;
mod updates;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use ::sandbox::Addresses;
use clap::{Parser, Subcommand};
use gateway::logging;
use gateway::watching::Listen;

use demo::Refusal;

/// One bot on several messengers.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    /// How logs are written, to stderr: human or json
    #[arg(
        long,
        global = true,
        env = "GATEWAY_LOG_FORMAT",
        value_name = "FORMAT",
        default_value_t = logging::Format::Human
    )]
    log_format: logging::Format,
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
    /// Looks at the database, the registry's totals and the accounts of the environment, and says
    /// what is wrong
    Doctor {
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Fetches chats and members of the accounts of the environment into the registry, and goes on
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
    /// The database: postgres://… or sqlite://…
    #[arg(
        long = "database",
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "sqlite://gateway.db"
    )]
    url: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match logged(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where stderr is closed there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs what is asked for, with logs.
#[cfg(not(feature = "otel"))]
async fn logged(cli: Cli) -> anyhow::Result<()> {
    logging::start_as(cli.log_format, default_filter(&cli.command));
    run(cli.command).await
}

/// Runs what is asked for, with logs, and with traces where somebody collects them.
#[cfg(feature = "otel")]
async fn logged(cli: Cli) -> anyhow::Result<()> {
    let filter = default_filter(&cli.command);
    let Some(telemetry) = gateway::telemetry::Telemetry::from_env()? else {
        logging::start_as(cli.log_format, filter);
        return run(cli.command).await;
    };
    logging::start_traced(cli.log_format, filter, &telemetry);
    let ran = run(cli.command).await;
    telemetry.finish().await;
    ran
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo { once, data, listen, refuse, watch } => {
            Box::pin(demo::run(demo::Options { once, data, listen, refuse, watch })).await
        }
        Command::Sandbox { control, tamtam, max, potato, webhooks_anywhere } => {
            sandbox::run(Addresses { control, tamtam, max, potato }, webhooks_anywhere).await
        }
        Command::Registry { listen, serving, database, replica, watched } => {
            let watch = watched.listen();
            registry::run(listen, serving, &database.url, replica.as_deref(), watch).await
        }
        Command::Doctor { database } => doctor::run(&database.url).await,
        Command::Sync { state, database } => sync::run(&database.url, &state).await,
        Command::Token { command } => token::run(command).await,
        Command::Updates { command } => updates::run(command).await,
    }
}

/// Without `RUST_LOG` a server tells what it does, and the rest only what goes wrong.
fn default_filter(command: &Command) -> &'static str {
    match command {
        Command::Registry { .. } | Command::Sandbox { .. } => "info,sqlx=warn",
        Command::Demo { .. }
        | Command::Doctor { .. }
        | Command::Sync { .. }
        | Command::Token { .. }
        | Command::Updates { .. } => "warn",
    }
}
