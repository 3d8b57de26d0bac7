//! Which operation a request is for.

use axum::http::Method;

use crate::Platform;
use crate::fault::Operation;

/// What a path names, beside the operation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Places {
    /// `chatId`.
    pub(super) chat: Option<i64>,
    /// What stands where an id or a link would: `chatLink`, `messageId`, `videoToken`.
    pub(super) name: String,
    /// `userId`.
    pub(super) user: Option<i64>,
    /// `commentId`.
    pub(super) comment: String,
}

/// The operation of a method and a path of the API, with what the path names. `None` when there is
/// none.
pub(super) fn find(platform: Platform, method: &Method, path: &str) -> Option<(Operation, Places)> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let is_max = platform == Platform::Max;
    let mut places = Places::default();
    let operation = match (method.as_str(), parts.as_slice()) {
        ("GET", ["me"]) => Operation::Me,
        ("PATCH", ["me"]) => Operation::EditMe,
        ("PATCH", ["me", "commands"]) if is_max => {
            "commands".clone_into(&mut places.name);
            Operation::EditMe
        }
        ("GET", ["chats"]) => Operation::Chats,
        (method, ["chats", chat, rest @ ..]) => {
            return in_chat(is_max, method, chat, rest, places);
        }
        ("GET", ["messages"]) => Operation::Messages,
        ("POST", ["messages"]) => Operation::Send,
        ("PUT", ["messages"]) => Operation::Edit,
        ("DELETE", ["messages"]) => Operation::Delete,
        ("GET", ["messages", mid]) => {
            places.name = decoded(mid);
            Operation::Message
        }
        (method, ["messages", mid, "comments", rest @ ..]) if is_max => {
            places.name = decoded(mid);
            match (method, rest) {
                ("GET", []) => Operation::Comments,
                ("POST", []) => Operation::SendComment,
                ("PUT", []) => Operation::EditComment,
                ("DELETE", []) => Operation::DeleteComment,
                ("GET", [comment]) => {
                    places.comment = decoded(comment);
                    Operation::Comment
                }
                ("PUT", [comment]) => {
                    places.comment = decoded(comment);
                    Operation::EditComment
                }
                ("DELETE", [comment]) => {
                    places.comment = decoded(comment);
                    Operation::DeleteComment
                }
                _ => return None,
            }
        }
        ("GET", ["videos", token]) if is_max => {
            places.name = decoded(token);
            Operation::Video
        }
        ("POST", ["answers"]) => Operation::Answer,
        ("POST", ["answers", "constructor"]) if !is_max => Operation::Construct,
        ("GET", ["subscriptions"]) => Operation::Subscriptions,
        ("POST", ["subscriptions"]) => Operation::Subscribe,
        ("DELETE", ["subscriptions"]) => Operation::Unsubscribe,
        ("GET", ["updates"]) => Operation::Updates,
        ("POST", ["uploads"]) => Operation::UploadUrl,
        _ => return None,
    };
    Some((operation, places))
}

fn in_chat(
    is_max: bool,
    method: &str,
    chat: &str,
    rest: &[&str],
    mut places: Places,
) -> Option<(Operation, Places)> {
    let Ok(id) = chat.parse() else {
        places.name = decoded(chat);
        return (method == "GET" && rest.is_empty()).then_some((Operation::ChatByLink, places));
    };
    places.chat = Some(id);
    let operation = match (method, rest) {
        ("GET", []) => Operation::Chat,
        ("PATCH", []) => Operation::EditChat,
        ("DELETE", []) if is_max => Operation::DeleteChat,
        ("POST", ["actions"]) => Operation::Action,
        ("GET", ["pin"]) => Operation::Pinned,
        ("PUT", ["pin"]) => Operation::Pin,
        ("DELETE", ["pin"]) => Operation::Unpin,
        ("GET", ["members", "me"]) => Operation::Membership,
        ("DELETE", ["members", "me"]) => Operation::Leave,
        ("GET", ["members", "admins"]) => Operation::Admins,
        ("POST", ["members", "admins"]) if is_max => Operation::AddAdmins,
        ("DELETE", ["members", "admins", user]) if is_max => {
            places.user = Some(user.parse().ok()?);
            Operation::RemoveAdmin
        }
        ("GET", ["members"]) => Operation::Members,
        ("POST", ["members"]) => Operation::AddMembers,
        ("DELETE", ["members"]) => Operation::RemoveMember,
        _ => return None,
    };
    Some((operation, places))
}

/// A part of a path, without the percents that stand for other characters.
fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(platform: Platform, method: &Method, path: &str) -> Option<Operation> {
        find(platform, method, path).map(|(operation, _)| operation)
    }

    #[test]
    fn a_chat_is_named_by_its_number_or_by_its_link() {
        let by_id = find(Platform::Tamtam, &Method::GET, "/chats/-72").expect("a path");
        assert_eq!((by_id.0, by_id.1.chat), (Operation::Chat, Some(-72)));
        let by_link = find(Platform::Tamtam, &Method::GET, "/chats/%40helpchat").expect("a path");
        assert_eq!((by_link.0, by_link.1.name.as_str()), (Operation::ChatByLink, "@helpchat"));
    }

    #[test]
    fn each_messenger_has_its_own_operations() {
        let admins = "/chats/-72/members/admins";
        assert_eq!(operation(Platform::Tamtam, &Method::POST, admins), None);
        assert_eq!(operation(Platform::Max, &Method::POST, admins), Some(Operation::AddAdmins));
        assert_eq!(operation(Platform::Max, &Method::POST, "/answers/constructor"), None);
    }
}
