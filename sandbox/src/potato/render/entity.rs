//! Formatting.

use adapter_potato::wire;

use crate::world::{Mark, MarkKind};

/// The entity that a mark becomes; `None` for marks that this wire does not have.
pub(super) fn entity(mark: &Mark, covered: &str) -> Option<wire::Entity> {
    let (mut url, mut user_id) = (None, None);
    let kind = match &mark.kind {
        MarkKind::Bold => wire::EntityType::Bold,
        MarkKind::Italic => wire::EntityType::Italic,
        MarkKind::Code => wire::EntityType::Code,
        MarkKind::Link { url: target } if target == covered => wire::EntityType::Url,
        MarkKind::Link { url: target } => {
            url = Some(target.clone());
            wire::EntityType::TextUrl
        }
        MarkKind::Mention { user_id: None, .. } => wire::EntityType::Mention,
        MarkKind::Mention { user_id: id, .. } => {
            user_id = *id;
            wire::EntityType::MentionName
        }
        MarkKind::Email => wire::EntityType::Email,
        MarkKind::Command => wire::EntityType::BotCommand,
        MarkKind::Underline
        | MarkKind::Strikethrough
        | MarkKind::Preformatted
        | MarkKind::Heading
        | MarkKind::Highlight
        | MarkKind::Quote => return None,
    };
    // No text is as long as that.
    let number = |units: usize| i64::try_from(units).unwrap_or(i64::MAX);
    let (offset, length) = (number(mark.from), number(mark.length));
    Some(wire::Entity { kind, offset, length, url, user_id })
}
