//! Entities → formatting.

use gateway_core::model::{Span, Style, Text, UserId, Utf16Offsets};

use crate::wire;

/// A text with the formatting of its entities, whose places count UTF-16 code units. One that lies
/// outside of the text, or that is not known, is left out; the text itself counts all the same.
pub(super) fn text(plain: String, entities: Vec<wire::Entity>) -> Text {
    if entities.is_empty() {
        return plain.into();
    }
    let offsets = Utf16Offsets::new(&plain);
    let spans: Vec<Span> = entities
        .into_iter()
        .filter_map(|entity| {
            let offset = usize::try_from(entity.offset).ok()?;
            let length = usize::try_from(entity.length).ok()?;
            let range = offsets.to_bytes(offset, length);
            let style = style(&plain[range.clone()], entity)?;
            Some(Span { start: range.start, end: range.end, style })
        })
        .collect();
    Text::from_parts(plain, spans)
}

fn style(covered: &str, entity: wire::Entity) -> Option<Style> {
    Some(match entity.kind {
        wire::EntityType::Bold => Style::Bold,
        wire::EntityType::Italic => Style::Italic,
        wire::EntityType::Code => Style::Code,
        wire::EntityType::Url => Style::Link { url: covered.to_owned() },
        wire::EntityType::TextUrl => Style::Link { url: entity.url? },
        wire::EntityType::Mention => {
            let username = covered.strip_prefix('@').map(str::to_owned);
            Style::Mention { user: None, username }
        }
        wire::EntityType::MentionName => {
            let user = entity.user_id.map(UserId::of);
            Style::Mention { user, username: None }
        }
        wire::EntityType::Email => Style::Email,
        wire::EntityType::BotCommand => Style::Command,
        wire::EntityType::Other(_) => return None,
    })
}
