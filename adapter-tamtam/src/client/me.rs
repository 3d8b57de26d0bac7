//! Who the bot is.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::Result;
use reqwest::Method;

use super::{Client, read};
use crate::{Dialect, wire};

const ME: Operation = Operation::new("getMyInfo", "asking who I am", Repeat::Safe);
const EDIT_ME: Operation = Operation::new("editMyInfo", "changing who I am", Repeat::Safe);
const COMMANDS: Operation =
    Operation::new("editMyCommands", "changing the bot's commands", Repeat::Safe);

impl Client {
    /// Who the bot is: `getMyInfo`.
    pub async fn me(&self) -> Result<wire::BotInfo> {
        self.call(&ME, Method::GET, &["me"]).send(read).await
    }

    /// Changes who the bot is: `editMyInfo`. MAX's schema 0.0.32 has it no more.
    pub async fn edit_me(&self, patch: &wire::BotPatch<'_>) -> Result<wire::BotInfo> {
        let instead = "there is edit_commands, and MAX's own site for the rest";
        self.only_on(Dialect::TamTam, &EDIT_ME, instead)?;
        self.call(&EDIT_ME, Method::PATCH, &["me"]).json(patch).send(read).await
    }

    /// MAX: replaces the bot's commands, at most 32: `PATCH /me/commands`, documented by MAX since
    /// July 2026 and in no schema that is at hand.
    pub async fn edit_commands(&self, commands: &wire::BotCommands) -> Result<wire::BotCommands> {
        self.only_on(Dialect::Max, &COMMANDS, "there is edit_me, with commands")?;
        let call = self.call(&COMMANDS, Method::PATCH, &["me", "commands"]);
        call.json(commands).send(read).await
    }
}
