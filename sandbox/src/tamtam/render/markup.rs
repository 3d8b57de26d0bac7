//! Formatting.

use adapter_tamtam::wire;

use crate::Platform;
use crate::world::{Mark, MarkKind};

/// A place in a text, which is never as long as that.
fn number(units: usize) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// The element that a mark becomes; `None` for marks that this wire does not have.
pub(super) fn element(platform: Platform, mark: &Mark) -> Option<wire::MarkupElement> {
    let element = wire::MarkupElement {
        from: number(mark.from),
        length: number(mark.length),
        ..wire::MarkupElement::default()
    };
    let kind = match &mark.kind {
        MarkKind::Bold => "strong",
        MarkKind::Italic => "emphasized",
        MarkKind::Underline => "underline",
        MarkKind::Strikethrough => "strikethrough",
        MarkKind::Code | MarkKind::Preformatted => "monospaced",
        MarkKind::Heading => "heading",
        MarkKind::Highlight => "highlighted",
        MarkKind::Link { .. } => "link",
        MarkKind::Mention { .. } => "user_mention",
        // MAX's schema 0.0.32 adds it, TamTam's 0.5.6 has nothing of the kind.
        MarkKind::Quote if platform == Platform::Max => "quote",
        MarkKind::Quote | MarkKind::Email | MarkKind::Command => return None,
    };
    let kind = kind.to_owned();
    Some(match &mark.kind {
        MarkKind::Link { url } => wire::MarkupElement { kind, url: Some(url.clone()), ..element },
        MarkKind::Mention { user_id, username } => wire::MarkupElement {
            kind,
            user_id: *user_id,
            user_link: username.as_ref().map(|name| format!("@{name}")),
            ..element
        },
        _ => wire::MarkupElement { kind, ..element },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_as_the_schema_has_it() {
        let kind = MarkKind::Mention { user_id: None, username: Some("anna".to_owned()) };
        let mention = element(Platform::Tamtam, &Mark { from: 0, length: 5, kind });
        let mention = mention.expect("both platforms have mentions");
        assert_eq!(mention.kind, "user_mention");
        assert_eq!((mention.user_link.as_deref(), mention.user_id), (Some("@anna"), None));
    }

    #[test]
    fn quotes_are_for_max() {
        let quote = Mark { from: 0, length: 1, kind: MarkKind::Quote };
        assert_eq!(element(Platform::Max, &quote).map(|it| it.kind).as_deref(), Some("quote"));
        assert_eq!(element(Platform::Tamtam, &quote), None);
    }
}
