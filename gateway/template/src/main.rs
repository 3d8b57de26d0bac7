//! A bot. It runs on the accounts of `gateway.toml`.

use gateway::prelude::*;

/// What it answers to. Tests have it from here, too.
fn bot() -> Router {
    Router::new()
        .started(hello)
        .command("start", hello)
        .command("price", price)
        .button("tea", tea)
        .text(echo)
}

async fn hello(ctx: Context) -> HandlerResult {
    let tea = Button::callback("Tea", "tea");
    ctx.reply(NewMessage::new("Hello!").with_keyboard(Keyboard::inline([[tea]]))).await?;
    Ok(())
}

/// `/price tea`: what follows the command is its argument. An error that is returned has the update tried
/// again, five times at most, and tells the person nothing: what they got wrong is for an answer.
async fn price(ctx: Context, Args(what): Args) -> HandlerResult {
    ctx.reply(format!("{what} is free")).await?;
    Ok(())
}

async fn tea(ctx: Context) -> HandlerResult {
    ctx.answer("It is on its way").await?;
    Ok(())
}

async fn echo(ctx: Context, said: Text) -> HandlerResult {
    ctx.reply(said).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), gateway::StartError> {
    gateway::run_configured([(env!("CARGO_PKG_NAME"), bot())]).await
}

#[cfg(test)]
mod tests;
