//! `gateway sandbox`: only the emulated messengers.

use std::io::Write as _;

use anyhow::Context as _;
use gateway::signal;
use sandbox::world::WebhookHosts;
use sandbox::{Addresses, Platform, Server, World};

pub(crate) async fn run(addresses: Addresses, webhooks_anywhere: bool) -> anyhow::Result<()> {
    let world = World::new().furnished();
    if webhooks_anywhere {
        world.act(|state| state.switches.webhook_hosts = WebhookHosts::Any);
    }
    let server = Server::start(world, &addresses).await.context(
        "starting the sandbox; --control, --tamtam, --max and --potato take other addresses",
    )?;
    let (tamtam, max, potato) =
        (server.url(Platform::Tamtam), server.url(Platform::Max), server.url(Platform::Potato));
    let control = server.control_url();
    write!(
        std::io::stdout(),
        "TamTam   {tamtam}   curl '{tamtam}/me?access_token=sandbox-tamtam'
MAX      {max}   curl -H 'Authorization: sandbox-max' {max}/me
Potato   {potato}   curl {potato}/10000001:sandbox/getMe
Control  {control}   curl -d '{{\"platform\":\"max\",\"person\":\"Anna\",\"text\":\"hi\"}}' {control}/say
                                  all that it can do: curl {control}/

Ctrl-C ends.
"
    )
    .context("printing the addresses")?;
    signal::stop().cancelled().await;
    Ok(())
}
