//! A gateway as its configuration wants it: accounts with their bots, polled or called, and one
//! listener.

pub(crate) mod supervisor;

use std::sync::Arc;

use gateway_core::chance::Chance;
use gateway_core::time::SystemClock;
use gateway_runtime::Router;
use registry_api::Registry;
use registry_api::http::server;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{Bots, Config, Receive, Source, WatchingConfig};
use crate::error::StartError;
use crate::logging::{Filter, Logs};
use crate::reload::{self, Hangups};
use crate::serving::{self, Hooks, Served};
use crate::watching::{self, Metrics, Watching};
use crate::webhooks::{self, Webhook};
use crate::wiring::fold;
use crate::{Gateway, accounts, signal};

/// Runs bots on the accounts of the configuration, until Ctrl-C or SIGTERM: of `gateway.toml`, or the
/// file that `GATEWAY_CONFIG` names, with the environment over it. An account names its bot; one that
/// names none has the first.
///
/// # Example
///
/// ```no_run
/// use gateway::prelude::*;
///
/// async fn greet(ctx: Context) -> HandlerResult {
///     ctx.reply("Welcome to the shop!").await?;
///     Ok(())
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), gateway::StartError> {
///     gateway::run_configured([("shop", Router::new().started(greet))]).await
/// }
/// ```
///
/// # Errors
///
/// At once: everything that is wrong with the configuration, when there is no account, and when the
/// database cannot be opened or the address is taken. So that nobody who looks for help starts a bot, it
/// takes no arguments; a program that has its own uses [`run_until`].
pub async fn run_configured<N: Into<String>>(
    bots: impl IntoIterator<Item = (N, Router)>,
) -> Result<(), StartError> {
    let bots = bots.into_iter().map(|(name, bot)| (name.into(), bot));
    if let Some(argument) = std::env::args_os().nth(1) {
        return Err(StartError::Argument(argument));
    }
    run_until(&Source::of_process(None, Bots::Any), bots, signal::stop()).await
}

/// The same with a configuration from elsewhere, until another stop; an account may have the bots that
/// are given here, whatever the source says of that. SIGHUP has the configuration read again.
///
/// # Errors
///
/// As [`run_configured`].
pub async fn run_until(
    source: &Source,
    bots: impl IntoIterator<Item = (String, Router)>,
    stop: CancellationToken,
) -> Result<(), StartError> {
    let bots: Vec<(String, Router)> = bots.into_iter().collect();
    let names = bots.iter().map(|(name, _)| name.clone()).collect();
    let source = &Source { bots: Bots::These(names), ..source.clone() };
    let config = source.load()?;
    let logs = Logs::begin(config.log.format, &config.log.filter)?;
    let ran = Box::pin(run(source, config, &bots, logs.filter(), stop)).await;
    logs.end().await;
    ran
}

async fn run(
    source: &Source,
    config: Config,
    bots: &[(String, Router)],
    logs: &Filter,
    stop: CancellationToken,
) -> Result<(), StartError> {
    if config.accounts.is_empty() {
        return Err(StartError::NoAccount);
    }
    let hangups = Hangups::listen();
    // The recorder comes first: what was looked up before it is not counted.
    let watcher = Watcher::of(config.watching).await?;
    let certificate = serving::certificate(&config)?;
    let options = serving::options(&config, certificate.as_ref())?;
    let listener = serving::listen(config.server.listen).await?;
    let database = Gateway::open_database(&config.database).await?;
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(Chance::from_os()));
    let registry = Registry::new(database.registry(), clock.clone(), chance.clone());
    let mut gateway = Gateway::on(database.clone()).with_options(config.runtime);
    for (account, bot) in bots_of(&config, bots) {
        gateway = gateway.with_bot_of(account, bot);
    }
    let (gateway, hooks, webhooks) = with_accounts(gateway, &config)?;
    let watching = Watching::new(gateway.status(), database.clone(), clock);
    let enabled = config.registry.enabled.then(|| registry.clone());
    let served = Served { registry: enabled, hooks: Arc::new(hooks), chance };
    let (exchange, routes) = watch::channel(serving::routes(&served, &options));
    let mut words = format!("accounts: {}", config.accounts.len());
    if let Ok(address) = listener.local_addr() {
        words = format!("{words}; listening on {address}");
        let (registry, tls) = (config.registry.enabled, options.tls.is_some());
        tracing::info!(%address, tls, registry, accounts = config.accounts.len(), "listening");
    }

    // Deliveries and requests end first, then what they have begun; whoever watches sees all of it.
    let (over, ended) = (CancellationToken::new(), CancellationToken::new());
    let reload = reload::on_hangup(
        hangups,
        source,
        config,
        certificate.as_deref(),
        logs,
        |new: &Config| match serving::options(new, None) {
            Ok(options) => {
                drop(exchange.send_replace(serving::routes(&served, &options)));
            }
            Err(error) => tracing::error!(%error, "the routes stay as they were"),
        },
        stop.clone(),
    );
    let serve = async {
        server::serve(listener, serving::exchangeable(routes), &options, stop.clone()).await;
        over.cancel();
    };
    let watch = watcher.serve(watching.with_stop(stop.clone()), ended.clone());
    let run = async {
        let ran = gateway.run_until(stop.clone()).await;
        // It may have ended by itself.
        stop.cancel();
        ran
    };
    // The gateway itself keeps the registry tidy.
    let tidy = registry.write_uses(over.clone());
    let keep = webhooks.keep(&stop);
    let work = async {
        let (ran, ()) = tokio::join!(run, serve);
        ended.cancel();
        ran
    };
    let all = Box::pin(async { tokio::join!(work, tidy, keep, reload, watch).0 });
    let ran = supervisor::supervised(&words, &stop, all).await;
    // What was delivered and used until the last moment, too.
    fold(&database).await;
    ran?;
    tracing::info!("stopped");
    Ok(())
}

/// The same gateway with the accounts of the configuration, and what is called for them.
fn with_accounts(
    mut gateway: Gateway,
    config: &Config,
) -> Result<(Gateway, Hooks, Webhooks), StartError> {
    let mut hooks = Hooks::new(config.server.trusted_proxies.clone());
    let mut webhooks = Webhooks::default();
    let public_url = config.server.public_url.as_ref();
    for account in &config.accounts {
        let messenger = accounts::messenger(account, public_url)?;
        match account.receive {
            Receive::Polling => {
                gateway = gateway.with(messenger.clone());
                webhooks.polled.push(Webhook::new(messenger, None, account));
            }
            Receive::Webhook => {
                let hook = gateway.add_called_account(messenger.clone());
                hooks.add(&account.name, webhooks::path_secret(&account.token), hook);
                webhooks.called.push(Webhook::new(messenger, public_url, account));
            }
        }
    }
    Ok((gateway, hooks, webhooks))
}

/// What the messengers are told of webhooks.
#[derive(Default)]
struct Webhooks {
    /// Of accounts that are called.
    called: Vec<Webhook>,
    /// Of accounts that are polled, which a messenger may still call.
    polled: Vec<Webhook>,
}

impl Webhooks {
    async fn keep(self, stop: &CancellationToken) {
        let mut keeping = JoinSet::new();
        for webhook in self.called {
            keeping.spawn(webhook.keep(stop.child_token()));
        }
        for webhook in self.polled {
            keeping.spawn(webhook.give_way(stop.child_token()));
        }
        while keeping.join_next().await.is_some() {}
    }
}

/// Whoever watches, where that is enabled.
struct Watcher(Option<(TcpListener, Option<Metrics>)>);

impl Watcher {
    async fn of(config: WatchingConfig) -> Result<Self, StartError> {
        if !config.enabled {
            return Ok(Self(None));
        }
        let listener = config.listen.bind().await.map_err(|why| StartError::Watching { why })?;
        let metrics = Metrics::install();
        if let Err(error) = &metrics {
            tracing::warn!(%error, "/metrics is not served");
        }
        Ok(Self(Some((listener, metrics.ok()))))
    }

    async fn serve(self, watching: Watching, stop: CancellationToken) {
        let Some((listener, metrics)) = self.0 else { return };
        let watching = match metrics {
            Some(metrics) => watching.with_metrics(metrics),
            None => watching,
        };
        if let Err(error) = watching::serve(listener, watching, stop).await {
            tracing::error!(%error, "what is watched is not served");
        }
    }
}

/// The bot of each account. The configuration names only those that are there.
fn bots_of(config: &Config, bots: &[(String, Router)]) -> Vec<(String, Router)> {
    let mut of_accounts = Vec::new();
    for account in &config.accounts {
        if let Some((_, bot)) = bots.iter().find(|(name, _)| Some(name) == account.bot.as_ref()) {
            of_accounts.push((account.name.clone(), bot.clone()));
        }
    }
    of_accounts
}
