//! A person or a bot.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::UserId;

/// A person or a bot, as far as the messenger tells. What is missing or empty is `None`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct User {
    /// Unique within the platform.
    pub id: UserId,
    /// Whether it is a bot; `None` where the messenger does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_bot: Option<bool>,
    /// The first name, or the whole of it where the messenger has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The public name, without `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What they say about themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The URL of their picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// When they were last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<DateTime<Utc>>,
}

impl User {
    /// A user of whom only the id is known.
    pub fn new(id: impl Into<UserId>) -> Self {
        Self {
            id: id.into(),
            is_bot: None,
            first_name: None,
            last_name: None,
            username: None,
            description: None,
            avatar_url: None,
            last_activity: None,
        }
    }

    /// The name a person would call them by: both names, or the username, or the id.
    pub fn display_name(&self) -> String {
        match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => format!("{first} {last}"),
            (Some(name), None) | (None, Some(name)) => name.clone(),
            (None, None) => self
                .username
                .as_ref()
                .map_or_else(|| self.id.to_string(), |name| format!("@{name}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_called_by_the_best_name_there_is() {
        let mut user = User::new("5");
        assert_eq!(user.display_name(), "5");
        user.username = Some("anna".into());
        assert_eq!(user.display_name(), "@anna");
        user.first_name = Some("Anna".into());
        assert_eq!(user.display_name(), "Anna");
        user.last_name = Some("Weiss".into());
        assert_eq!(user.display_name(), "Anna Weiss");
    }
}
