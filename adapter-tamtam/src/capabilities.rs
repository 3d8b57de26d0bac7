//! Limits and levels, each with its source.

use std::collections::BTreeSet;

use gateway_core::messenger::{
    AttachmentLimits, AttachmentSupport, Capabilities, Caption, Feature, KeyboardLimits, Level,
    Levels, SourceKind, TextLimit,
};
use gateway_core::model::{ActionKind, AttachmentKind, KeyboardPlace, StyleKind};

use crate::Dialect;

/// Longest text, in characters as it is sent, markup included: schema `NewMessageBody.text`; that
/// characters are counted and not bytes was found by probing MAX.
pub(crate) const TEXT: TextLimit = TextLimit::characters(4000);

/// Longest label: schema `Button.text`.
const LABEL: TextLimit = TextLimit::characters(128);

/// Longest payload: schema `CallbackButton.payload`, and MAX's `ClipboardButton.payload`.
const PAYLOAD: TextLimit = TextLimit::characters(1024);

/// Longest address: schema `LinkButton.url`.
const URL: TextLimit = TextLimit::characters(2048);

/// How many attachments one message has at most, where several may stand together. No document of
/// either platform says: this is a cautious choice, and `fit` puts more into further messages.
const TOGETHER: usize = 10;

pub(crate) fn capabilities(dialect: Dialect) -> Capabilities {
    // Schema 0.5.6, "Text formatting": what HTML can carry.
    let styles = dialect.html().marks.iter().map(|mark| mark.style);
    // Found by the platform itself in what is sent.
    let found = [StyleKind::Command, StyleKind::Email, StyleKind::Hashtag];
    let known = KeyboardLimits {
        label: Some(LABEL),
        payload: Some(PAYLOAD),
        url: Some(URL),
        ..KeyboardLimits::default()
    };
    Capabilities {
        counted_markup: Some(dialect.html()),
        // MAX's markup has `quote`, and its HTML has no mark for it.
        styles: Levels::all(Level::Full, styles.chain(found))
            .with(StyleKind::Quote, Level::Fallback),
        // MAX's schema has `reply_keyboard`, and nobody has seen one: `fit` shows it as buttons
        // under the message that say their label.
        keyboards: Levels::all(Level::Full, [KeyboardPlace::Inline]),
        buttons: buttons(dialect),
        keyboard: match dialect {
            // The 0.5.6 schema sets no bounds for rows.
            Dialect::TamTam => known,
            // Seen on the wire: 30 rows, 7 in a row, 3 if it holds a link, 210 in all.
            Dialect::Max => KeyboardLimits {
                rows: Some(30),
                row: Some(7),
                mixed_row: Some(3),
                buttons: Some(210),
                ..known
            },
        },
        attachments: attachments(),
        // Schema: `NewMessageBody.link`, `NewMessageBody.notify`, `sendMessage`,
        // `disable_link_preview`.
        features: Levels::all(Level::Full, Feature::ALL),
        ..Capabilities::of_text(TEXT)
    }
}

/// Schema 0.5.6 and schema 0.0.32, `Button`. What `chat` is for TamTam, MAX refuses: seen on its
/// wire.
fn buttons(dialect: Dialect) -> Levels<ActionKind> {
    let both = [
        ActionKind::Callback,
        ActionKind::Link,
        ActionKind::RequestContact,
        ActionKind::RequestLocation,
    ];
    let more: &[ActionKind] = match dialect {
        Dialect::TamTam => &[ActionKind::OpenChat],
        Dialect::Max => &[ActionKind::App, ActionKind::Clipboard, ActionKind::Message],
    };
    Levels::all(Level::Full, both.iter().chain(more).copied())
}

/// Schema 0.5.6 and schema 0.0.32, `AttachmentRequest`. "MUST be the only attachment in message"
/// is said there of audio, file, contact and sticker; the official client's suite asserts that a
/// keyboard beside a file is no other attachment.
fn attachments() -> AttachmentLimits {
    let caption = Some(Caption { limit: TEXT, formatted: true });
    let of = |level, alone, sources: &[SourceKind]| {
        let sources: BTreeSet<_> = sources.iter().copied().collect();
        AttachmentSupport { level, alone, caption, sources }
    };
    let uploaded = [SourceKind::Stored, SourceKind::Path];
    let anywhere = [SourceKind::Stored, SourceKind::Path, SourceKind::Url];
    let kinds = [
        // Schema `PhotoAttachmentRequestPayload`: by its address as well.
        (AttachmentKind::Image, of(Level::Full, false, &anywhere)),
        (AttachmentKind::Video, of(Level::Full, false, &uploaded)),
        (AttachmentKind::Audio, of(Level::Full, true, &uploaded)),
        // There is no kind of its own for recordings: they arrive as music does.
        (AttachmentKind::Voice, of(Level::Partial, true, &uploaded)),
        (AttachmentKind::File, of(Level::Full, true, &uploaded)),
        // Stickers are sent by their code and cannot be uploaded.
        (AttachmentKind::Sticker, of(Level::Full, true, &[SourceKind::Stored])),
        (AttachmentKind::Contact, of(Level::Full, true, &[])),
        (AttachmentKind::Location, of(Level::Full, false, &[])),
        // A name and an address are in neither schema: they become text.
        (AttachmentKind::Venue, of(Level::Fallback, false, &[])),
        (AttachmentKind::Share, of(Level::Full, false, &[])),
    ];
    AttachmentLimits { kinds: kinds.into(), per_message: TOGETHER }
}

#[cfg(test)]
mod tests {
    use gateway_core::fit::fit;
    use gateway_core::model::{
        Attachment, Button, Keyboard, Location, Media, NewMessage, ReplyOptions, Text, Venue,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::outbound;

    #[test]
    fn markup_counts_towards_the_limit() {
        let message = NewMessage::new(Text::new().bold("x".repeat(3999)));
        let error = capabilities(Dialect::Max).check("sending", &message).expect_err("too long");
        assert_eq!(error.to_string(), "sending: text is too large: 4006, at most 4000");
    }

    #[test]
    fn a_file_is_alone_but_for_buttons() {
        let file = || Attachment::File(Media::stored("token"));
        let can = capabilities(Dialect::TamTam);
        let keyboard = Keyboard::inline([[Button::callback("x", "x")]]);
        let one = NewMessage::new("x").with_attachment(file()).with_keyboard(keyboard);
        can.check("sending", &one).expect("a keyboard is no other attachment");
        let two = one.with_attachment(file());
        let error = can.check("sending", &two).expect_err("two files");
        assert_eq!(error.to_string(), "sending: attachments is too large: 2, at most 1");
    }

    #[test]
    fn a_reply_keyboard_becomes_buttons_that_say_their_label() {
        let keyboard = Keyboard::reply(ReplyOptions::default(), [[Button::message("Yes")]]);
        let message = NewMessage::new("Lunch?").with_keyboard(keyboard);
        let fitted = fit(&capabilities(Dialect::Max), &message).expect("it fits");
        let inline = Keyboard::inline([[Button::message("Yes")]]);
        let parts: Vec<_> = fitted.parts.iter().collect();
        assert_eq!(parts, [&NewMessage::new("Lunch?").with_keyboard(inline)]);
    }

    fn attached() -> impl Strategy<Value = Attachment> {
        let location = || Location { latitude: 52.5, longitude: 13.4 };
        let venue = Venue {
            location: location(),
            title: "Café".to_owned(),
            address: "Main street 1".to_owned(),
            foursquare_id: None,
        };
        prop_oneof![
            Just(Attachment::Image(Media::stored("t").into())),
            Just(Attachment::Image(Media::at_url("https://e.org/a.png").into())),
            Just(Attachment::Video(Media::stored("t").into())),
            Just(Attachment::Video(Media::at_url("https://e.org/a.mp4").into())),
            Just(Attachment::Voice(Media::stored("t").into())),
            Just(Attachment::File(Media::stored("t"))),
            Just(Attachment::Location(location())),
            Just(Attachment::Venue(venue)),
        ]
    }

    proptest! {
        /// Whatever a bot says, its parts are taken and can be written down.
        #[test]
        fn what_fits_can_be_sent(
            text in "[a-z<&ü😀 ]{0,60}",
            attachments in prop::collection::vec(attached(), 0..14),
            max in any::<bool>(),
        ) {
            let dialect = if max { Dialect::Max } else { Dialect::TamTam };
            let can = capabilities(dialect);
            let new = NewMessage { attachments, ..NewMessage::new(Text::new().bold(&text)) };
            let Ok(fitted) = fit(&can, &new) else {
                // Only what says nothing at all is refused.
                prop_assert!(new.text.is_blank() && new.attachments.is_empty());
                return Ok(());
            };
            for part in fitted.parts.iter() {
                prop_assert!(can.check("sending", part).is_ok());
                prop_assert!(outbound::message(dialect, "sending", part).is_ok());
            }
        }
    }
}
