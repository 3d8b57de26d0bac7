//! `gateway token`: gives out tokens of the registry.

use std::io::Write as _;

use anyhow::Context as _;
use gateway::Gateway;
use registry_api::token::Scopes;

/// Prints a new token, and nothing else: so it can be taken into a variable.
pub(crate) async fn create(scopes: Scopes, name: &str, database_url: &str) -> anyhow::Result<()> {
    let registry = Gateway::open(database_url).await?.registry();
    let token = registry.create_token(name, scopes).await?;
    writeln!(std::io::stdout(), "{}", token.expose()).context("printing the token")
}
