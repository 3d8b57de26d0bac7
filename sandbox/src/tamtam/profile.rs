//! Who the bot is, and what it says of itself.

use adapter_tamtam::wire;
use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade, photo, read, render};
use crate::Platform;
use crate::world::{AccountKey, Command, RemovedOperations, State};

/// `BotPatch` and `BotCommand` of both schemas.
const NAME_LIMIT: usize = 64;
const DESCRIPTION_LIMIT: usize = 16_000;
const COMMANDS_LIMIT: usize = 32;
const COMMAND_LIMIT: usize = 64;
const COMMAND_DESCRIPTION_LIMIT: usize = 128;

impl Facade {
    pub(super) fn me(&self, call: &Call) -> Value {
        self.view(call, |view| render::json(&view.bot_info(call.bot)))
    }

    /// `PATCH /me`, and on MAX `PATCH /me/commands`.
    pub(super) fn edit_me(&self, call: &Call) -> Result<Value, Refusal> {
        if call.places.name == "commands" {
            return self.edit_commands(call);
        }
        self.refuse_removed("PATCH /me")?;
        let patch: wire::BotPatch<'static> = read::decoded(&call.body)?;
        let name = self.new_name(&patch)?;
        if let Some(text) = patch.description.as_deref() {
            read::within("description", text, (1, DESCRIPTION_LIMIT))?;
        }
        let commands = patch.commands.as_deref().map(checked).transpose()?;
        self.world.act(|state| {
            let picture = match &patch.photo {
                Some(picture) => Some(photo::named(state, call.bot, picture)?),
                None => None,
            };
            let account = state.account_mut(call.bot);
            if let Some(name) = name {
                account.name = name;
            }
            if let Some(text) = patch.description {
                account.description = Some(text.into_owned());
            }
            account.avatar = picture.or(account.avatar);
            if let Some(commands) = commands {
                offer(state, call.bot, commands);
            }
            Ok::<(), Refusal>(())
        })?;
        Ok(self.me(call))
    }

    fn edit_commands(&self, call: &Call) -> Result<Value, Refusal> {
        let given: wire::BotCommands = read::decoded(&call.body)?;
        let commands = checked(&given.commands)?;
        self.world.act(|state| offer(state, call.bot, commands));
        Ok(self.view(call, |view| {
            render::json(&wire::BotCommands { commands: view.commands(call.bot) })
        }))
    }

    /// MAX has a first and a last name, of which bots show one.
    fn new_name(&self, patch: &wire::BotPatch<'_>) -> Result<Option<String>, Refusal> {
        let (first, last) = match self.platform {
            Platform::Max => {
                (patch.first_name.as_deref().or(patch.name.as_deref()), patch.last_name.as_deref())
            }
            Platform::Tamtam | Platform::Potato => (patch.name.as_deref(), None),
        };
        for (field, name) in [("name", first), ("last_name", last)] {
            if let Some(name) = name {
                read::within(field, name, (1, NAME_LIMIT))?;
            }
        }
        let whole: Vec<&str> = first.into_iter().chain(last).collect();
        Ok((!whole.is_empty()).then(|| whole.join(" ")))
    }

    /// What the schema 0.0.32 of MAX calls removed, as the switch has it.
    pub(super) fn refuse_removed(&self, what: &str) -> Result<(), Refusal> {
        let gone =
            self.world.look(|state| state.switches.removed_operations == RemovedOperations::Gone);
        if self.platform == Platform::Max && gone {
            return Err(Refusal::not_found(&format!("{what} is no longer supported")));
        }
        Ok(())
    }
}

fn offer(state: &mut State, bot: AccountKey, commands: Vec<Command>) {
    if let Some(bot) = state.bot_mut(bot) {
        bot.commands = commands;
    }
}

fn checked(given: &[wire::BotCommand]) -> Result<Vec<Command>, Refusal> {
    if given.len() > COMMANDS_LIMIT {
        let message = format!("commands: size must be between 0 and {COMMANDS_LIMIT}");
        return Err(Refusal::payload(&message));
    }
    let command = |it: &wire::BotCommand| {
        read::within("commands.name", &it.name, (1, COMMAND_LIMIT))?;
        if let Some(text) = it.description.as_deref() {
            read::within("commands.description", text, (1, COMMAND_DESCRIPTION_LIMIT))?;
        }
        Ok(Command { name: it.name.clone(), description: it.description.clone() })
    };
    given.iter().map(command).collect()
}
