//! The smallest bot: it says what it hears, with its formatting.
//!
//! Against the sandbox: `cargo run -- sandbox` in one terminal, and in another
//! `MAX_TOKEN=sandbox-max MAX_URL=http://127.0.0.1:7082 cargo run --example echo`.

use gateway::prelude::*;

pub(crate) fn bot() -> Router {
    Router::new().text(echo)
}

async fn echo(ctx: Context, said: Text) -> HandlerResult {
    ctx.reply(said).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), gateway::StartError> {
    Gateway::from_env().await?.with_bot(bot()).run().await
}
