//! What a bot may do, and where: of chats and of what is said in them.

pub(super) mod chats;
pub(super) mod messages;
