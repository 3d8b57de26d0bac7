//! A bridge: what is written in a chat on one messenger is written in a chat on another, both ways,
//! with edits, replies and deletions.
//!
//! Against the sandbox: `cargo run -- sandbox` in one terminal, and in another
//!
//! ```console
//! $ export MAX_TOKEN=sandbox-max MAX_URL=http://127.0.0.1:7082
//! $ export POTATO_TOKEN=10000001:sandbox POTATO_URL=http://127.0.0.1:7083
//! $ BRIDGE_LEFT=max/-70000000008199 BRIDGE_RIGHT=potato/group:11000001 cargo run --example bridge
//! ```
//!
//! A chat is an account, a slash, and the chat's id there; `docs/sandbox.md` shows how groups are
//! made in the sandbox. The bot must be in both chats, and hear what is said in them: on TamTam and
//! MAX as an administrator.

use gateway::prelude::*;

pub(crate) fn bot(left: ChatRef, right: ChatRef) -> Router {
    one_way(left.clone(), right.clone()).merge(one_way(right, left))
}

/// One direction of the bridge.
#[derive(Clone)]
struct Way {
    here: ChatRef,
    there: ChatRef,
}

fn one_way(here: ChatRef, there: ChatRef) -> Router {
    let is_here = Filter::on_account(here.account.clone()) & Filter::in_chat(here.chat.clone());
    let routes = Router::new().message(written).edited(edited).deleted(deleted);
    Router::new().nest(is_here, routes.with_state(Way { here, there }))
}

async fn written(
    ctx: Context,
    ReceivedMessage(message): ReceivedMessage,
    State(Way { here, there }): State<Way>,
) -> HandlerResult {
    let Some(mut copy) = copy(&ctx, &message) else { return Ok(()) };
    if let Some(answered) = message.reply_to.as_ref().and_then(|it| it.id.as_ref()) {
        let session = counterparts(&ctx, &here, answered);
        copy.reply_to = session.get_or_default::<Vec<MessageId>>().await?.pop();
    }
    let sent = ctx.on(&there.account)?.send(&there.chat, copy).await?;
    // From either side: somebody there may reply to the copy.
    for part in &sent.parts {
        counterparts(&ctx, &there, part).set(&[&message.id]).await?;
    }
    counterparts(&ctx, &here, &message.id).set(&sent.parts).await?;
    Ok(())
}

async fn edited(
    ctx: Context,
    ReceivedMessage(message): ReceivedMessage,
    State(Way { here, there }): State<Way>,
) -> HandlerResult {
    let Some(copy) = copy(&ctx, &message) else { return Ok(()) };
    let copies: Vec<MessageId> = counterparts(&ctx, &here, &message.id).get_or_default().await?;
    // A copy that went in several parts is left as it is: the new words may take more or fewer.
    if let [only] = copies.as_slice() {
        ctx.on(&there.account)?.edit(&there.chat, only, copy).await?;
    }
    Ok(())
}

async fn deleted(
    ctx: Context,
    update: Update,
    State(Way { here, there }): State<Way>,
) -> HandlerResult {
    let UpdateKind::MessageDeleted { message, by, .. } = update.kind else { return Ok(()) };
    if by.is_some_and(|by| is_a_bot(&ctx, &by)) {
        return Ok(());
    }
    let session = counterparts(&ctx, &here, &message);
    for other in session.get_or_default::<Vec<MessageId>>().await? {
        counterparts(&ctx, &there, &other).end().await?;
        match ctx.on(&there.account)?.delete(&there.chat, &other).await {
            // It may be gone, or not the bot's to delete.
            Err(EffectError::Messenger(error))
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden) => {}
            deleted => deleted?,
        }
    }
    session.end().await?;
    Ok(())
}

/// A message as it is said on the other side. Not one of a bot: this one's copies would go back and
/// forth for ever, and so would those of another bridge.
fn copy(ctx: &Context, message: &Message) -> Option<NewMessage> {
    let sender = message.sender.as_ref()?;
    if is_a_bot(ctx, sender) {
        return None;
    }
    let mut text = Text::new().bold(sender.display_name()).plain(": ").text(&message.text);
    if let Some(forward) = &message.forward {
        text = text.plain("» ").text(&forward.text);
    }
    // A file of one messenger is nothing to another.
    for attachment in &message.attachments {
        text = text.italic(format!(" [{:?}]", attachment.kind()));
    }
    Some(NewMessage::new(text))
}

fn is_a_bot(ctx: &Context, user: &User) -> bool {
    user.id == ctx.me().id || user.is_bot == Some(true)
}

/// What a message is on the other side: its copies, or the one that it is a copy of. Handlers on
/// both accounts look there, so it is kept for all of them, under the message's own address.
fn counterparts(ctx: &Context, chat: &ChatRef, message: &MessageId) -> Session {
    ctx.shared_session(&format!("bridge {chat} {message}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let chat = |name: &str| -> Result<ChatRef, Box<dyn std::error::Error>> {
        Ok(std::env::var(name).map_err(|_| format!("{name} is not set"))?.parse()?)
    };
    let bot = bot(chat("BRIDGE_LEFT")?, chat("BRIDGE_RIGHT")?);
    Ok(Gateway::from_env().await?.with_bot(bot).run().await?)
}
