//! Limits and levels, each with its source.

use std::collections::BTreeSet;

use gateway_core::messenger::{
    AttachmentLimits, AttachmentSupport, Capabilities, Caption, Feature, Level, Levels, Polling,
    SourceKind, TextLimit,
};
use gateway_core::model::{
    ActionKind, AttachmentKind, Escape, KeyboardPlace, Mark, Markup, StyleKind,
};

use crate::Options;
use crate::client::CAPTION_CHARACTERS;
use crate::outbound::markdown;

/// How long the marks are: "Rich Text Support". What is really written is in `outbound::markdown`.
const MARKS: Markup = Markup {
    marks: &[
        Mark { style: StyleKind::Bold, open: "**", close: "**" },
        Mark { style: StyleKind::Italic, open: "*", close: "*" },
        Mark { style: StyleKind::Code, open: "`", close: "`" },
        Mark { style: StyleKind::Link, open: "[", close: "]({})" },
        Mark { style: StyleKind::Mention, open: "[", close: "](@ {})" },
        Mark { style: StyleKind::Command, open: "[", close: "](cmd)" },
        Mark { style: StyleKind::Email, open: "<", close: ">" },
    ],
    escape: Escape::Impossible(""),
};

pub(crate) fn capabilities(options: &Options) -> Capabilities {
    Capabilities {
        // No document says whether marks count: where they do not, a text may be longer than is
        // thought here.
        counted_markup: Some(MARKS),
        keyboards: Levels::all(
            Level::Full,
            [KeyboardPlace::Inline, KeyboardPlace::Reply, KeyboardPlace::Remove],
        )
        // Its table is a copy of another one: only its number is known.
        .with(KeyboardPlace::ForceReply, Level::Partial),
        // `InlineKeyboardButton`; `callback_game` is in Game › Description. Errors know of a
        // keyboard that is too large (1012), no document knows from which size on.
        buttons: Levels::all(
            Level::Full,
            [ActionKind::Callback, ActionKind::Link, ActionKind::SwitchInline, ActionKind::Game],
        ),
        // `KeyboardButton`.
        reply_buttons: Levels::all(
            Level::Full,
            [ActionKind::Message, ActionKind::RequestContact, ActionKind::RequestLocation],
        ),
        attachments: attachments(),
        // `reply_to_message_id`, `forwardMessage`. Only games and cards go without a sound.
        features: Levels::all(Level::Full, [Feature::Reply, Feature::Forward]),
        forwards_alone: true,
        polling: Polling {
            idle_pause: options.idle_pause,
            longest_idle_pause: options.longest_idle_pause,
            consumes: true,
        },
        text: options.text,
        ..markdown::formatting()
    }
}

/// Each goes by a method of its own, so each is alone in its message. None is fetched from the web.
fn attachments() -> AttachmentLimits {
    let caption = Caption { limit: TextLimit::characters(CAPTION_CHARACTERS), formatted: false };
    let of = |level, caption, sources: &[SourceKind]| {
        let sources: BTreeSet<_> = sources.iter().copied().collect();
        AttachmentSupport { level, alone: true, caption, sources }
    };
    let file = |level| of(level, Some(caption), &[SourceKind::Stored, SourceKind::Path]);
    let kinds = [
        (AttachmentKind::Image, file(Level::Full)),
        (AttachmentKind::Video, file(Level::Full)),
        (AttachmentKind::File, file(Level::Full)),
        // There is no method for them: they arrive as files.
        (AttachmentKind::Audio, file(Level::Partial)),
        (AttachmentKind::Voice, file(Level::Partial)),
        (AttachmentKind::Location, of(Level::Full, None, &[])),
        (AttachmentKind::Venue, of(Level::Full, None, &[])),
        (AttachmentKind::Game, of(Level::Full, None, &[])),
        // `sendContact` tells no number of what it sent, and a message without one could be neither
        // edited nor answered: it becomes text. The client sends cards.
        (AttachmentKind::Contact, of(Level::Fallback, None, &[])),
        (AttachmentKind::Share, of(Level::Fallback, None, &[])),
    ];
    AttachmentLimits { kinds: kinds.into(), per_message: 1 }
}

#[cfg(test)]
mod tests {
    use gateway_core::fit::{Change, fit};
    use gateway_core::model::{
        Attachment, Button, ChatId, Contact, Forward, Keyboard, Location, Media, MessageId,
        NewMessage, ReplyOptions, Span, Style, Text,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::Peer;

    fn can() -> Capabilities {
        capabilities(&Options::new("1:x".to_owned()))
    }

    #[test]
    fn a_poll_of_potato_is_never_given_up_midway() {
        assert!(can().polling.consumes);
    }

    #[test]
    fn formatting_that_cannot_be_written_is_reported() {
        let text = Text::new().bold("a").plain(" 2*3*4_5_6 ").link("b", "https://e.org/");
        let new = NewMessage::new(text);
        let fitted = fit(&can(), &new).expect("it fits");
        assert_eq!(fitted.parts[0].text, "a 2*3*4_5_6 b (https://e.org/)".into());
        let changes = fitted.report.changes();
        assert!(changes.iter().any(|it| matches!(it, Change::LinkSpelled { .. })), "{changes:?}");
        assert!(changes.iter().any(|it| matches!(it, Change::StyleDropped { .. })), "{changes:?}");
    }

    #[test]
    fn a_card_becomes_text() {
        let contact = Contact {
            first_name: Some("James".to_owned()),
            phone: Some("10102020".to_owned()),
            ..Contact::default()
        };
        let new = NewMessage::default().with_attachment(Attachment::Contact(contact));
        let fitted = fit(&can(), &new).expect("it fits");
        assert_eq!(fitted.parts[0].text, "James 10102020".into());
    }

    #[test]
    fn what_is_passed_on_goes_by_itself() {
        let forward = Forward { chat: ChatId::new("user:5"), message: MessageId::new("7") };
        let new = NewMessage { forward: Some(forward), ..NewMessage::new("look") };
        let error = can().check("sending", &new).expect_err("two methods");
        assert!(error.to_string().starts_with("sending: text is not accepted"), "{error}");
        assert_eq!(fit(&can(), &new).expect("it fits").parts.len(), 2);
    }

    fn attached() -> impl Strategy<Value = Attachment> {
        prop_oneof![
            Just(Attachment::Image(Media::stored("t").into())),
            Just(Attachment::Image(Media::at_url("https://e.org/a.png").into())),
            Just(Attachment::Video(Media::at_path("a.mp4").into())),
            Just(Attachment::Voice(Media::stored("t").into())),
            Just(Attachment::Location(Location { latitude: 52.5, longitude: 13.4 })),
            Just(Attachment::Contact(Contact {
                phone: Some("1".to_owned()),
                ..Contact::default()
            })),
        ]
    }

    fn keyboards() -> impl Strategy<Value = Option<Keyboard>> {
        prop_oneof![
            Just(None),
            Just(Some(Keyboard::inline([[Button::callback("x", "x"), Button::message("y")]]))),
            Just(Some(Keyboard::reply(ReplyOptions::default(), [[Button::message("y")]]))),
            Just(Some(Keyboard::remove())),
        ]
    }

    proptest! {
        /// Whatever a bot says, its parts are taken and can be written down.
        #[test]
        fn what_fits_can_be_sent(
            text in "[a-z<*_ü😀\n ]{0,60}",
            bold in (0..60_usize, 0..60_usize),
            attachments in prop::collection::vec(attached(), 0..4),
            keyboard in keyboards(),
            forwards in any::<bool>(),
        ) {
            let can = can();
            let bold = Span { start: bold.0, end: bold.1, style: Style::Bold };
            let forward = Forward { chat: ChatId::new("user:5"), message: MessageId::new("7") };
            let new = NewMessage {
                attachments,
                keyboard,
                forward: forwards.then_some(forward),
                ..NewMessage::new(Text::from_parts(text, [bold]))
            };
            let Ok(fitted) = fit(&can, &new) else {
                // Only what says nothing at all is refused.
                prop_assert!(new.text.is_blank() && new.attachments.is_empty() && !forwards);
                return Ok(());
            };
            let peer: Peer = "user:5".parse().expect("a peer");
            for part in fitted.parts.iter() {
                prop_assert!(can.check("sending", part).is_ok());
                prop_assert!(crate::encode_message("sending", peer, part).is_ok());
            }
        }
    }
}
