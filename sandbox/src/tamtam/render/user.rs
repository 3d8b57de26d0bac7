//! People and bots.

use adapter_tamtam::wire;

use super::View;
use crate::Platform;
use crate::world::AccountKey;

impl View<'_> {
    pub(in crate::tamtam) fn user(&self, key: AccountKey) -> wire::User {
        let account = self.state.account(key);
        let is_bot = account.bot.is_some();
        let at = account.last_activity;
        let user = wire::User {
            user_id: account.id,
            name: Some(account.name.clone()),
            username: account.username.clone(),
            is_bot,
            // Seen on MAX: whole seconds for people, milliseconds for bots.
            last_activity_time: if is_bot { at.timestamp_millis() } else { at.timestamp() * 1000 },
            ..wire::User::default()
        };
        match account.platform {
            Platform::Max => wire::User {
                first_name: user.name.clone(),
                // Seen on MAX: people without a last name have an empty one, bots have none.
                last_name: (!is_bot).then(String::new),
                ..user
            },
            Platform::Tamtam | Platform::Potato => user,
        }
    }
}
