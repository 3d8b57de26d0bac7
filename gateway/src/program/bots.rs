//! The bots that are compiled in: those of `examples/` that need nothing but an account.

use gateway::prelude::Router;

#[path = "../../../examples/echo.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod echo;

/// The very file that a bot author reads first.
#[path = "../../../examples/menu.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
pub(crate) mod menu;

#[path = "../../../examples/reminder.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod reminder;

/// Each by the name that a configuration calls it; the first is the one of accounts that name none.
pub(crate) fn all() -> Vec<(String, Router)> {
    [("echo", echo::bot()), ("menu", menu::bot()), ("reminder", reminder::bot())]
        .map(|(name, bot)| (name.to_owned(), bot))
        .into()
}
