//! Generated messages and capabilities: small limits, so that little is needed to go beyond them.

use std::collections::{BTreeMap, BTreeSet};

use gateway_core::messenger::{
    AttachmentLimits, AttachmentSupport, Capabilities, Caption, Feature, KeyboardLimits, Kind,
    Level, Levels, SourceKind, TextLimit, Writable,
};
use gateway_core::model::{
    Action, ActionKind, Attachment, AttachmentKind, Button, ChatId, Contact, Escape, Forward, Game,
    Intent, Keyboard, KeyboardKind, KeyboardPlace, Location, Mark, Markup, Media, MessageId,
    NewMessage, Raw, ReplyOptions, Share, Span, Style, StyleKind, Text, TextUnit, UserId, Venue,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Markup whose marks count.
const HTML: Markup = Markup {
    marks: &[
        Mark { style: StyleKind::Bold, open: "<b>", close: "</b>" },
        Mark { style: StyleKind::Italic, open: "<i>", close: "</i>" },
        Mark { style: StyleKind::Code, open: "<code>", close: "</code>" },
        Mark { style: StyleKind::Link, open: "<a href=\"{}\">", close: "</a>" },
    ],
    escape: Escape::Entities,
};

/// Formatting where of two styles over one place the first counts, and where a text with an
/// ampersand in it has none.
const FIRST_COMES: Writable = Writable::by(|text| {
    let mut written: Vec<Span> = Vec::new();
    if text.plain_text().contains('&') {
        return written;
    }
    for span in text.spans() {
        let from = written.last().map_or(0, |it| it.end).max(span.start);
        if from < span.end {
            written.push(Span { start: from, ..span.clone() });
        }
    }
    Text::from_parts(text.plain_text(), written).spans().to_vec()
});

const SOURCES: [SourceKind; 3] = [SourceKind::Stored, SourceKind::Url, SourceKind::Path];

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-z]{1,9}",
        1 => "[äöü漢字]{1,6}",
        1 => Just("👩‍👩‍👦".to_owned()),
        1 => Just("e\u{301}\u{301}\u{301}\u{301}\u{301}".to_owned()),
        1 => "[<&\"]{1,3}",
        1 => "[a-z]{60,90}",
    ];
    let gap = select(vec![" ", " ", " ", "\n", "\n\n", ". ", "", "     ", "\u{200b}"]);
    vec((word, gap), 0..40).prop_map(|pieces| {
        pieces.into_iter().flat_map(|(word, gap)| [word, gap.to_owned()]).collect()
    })
}

fn url() -> impl Strategy<Value = String> {
    "[a-z]{1,50}".prop_map(|path| format!("https://e.org/{path}"))
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![
        4 => url().prop_map(|url| Style::Link { url }),
        12 => select(vec![
            Style::Bold,
            Style::Italic,
            Style::Underline,
            Style::Strikethrough,
            Style::Code,
            Style::Preformatted { language: None },
            Style::Command,
            Style::Email,
            Style::Hashtag,
            Style::Heading,
            Style::Highlight,
            Style::Quote,
            Style::Spoiler,
            Style::Mention { user: Some(UserId::new("5")), username: None },
        ]),
    ]
}

fn text() -> impl Strategy<Value = Text> {
    (words(), vec((0..300_usize, 1..40_usize, style()), 0..5)).prop_map(|(plain, spans)| {
        let spans = spans.into_iter().map(|(start, length, style)| Span {
            start,
            end: start + length,
            style,
        });
        Text::from_parts(plain, spans)
    })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => "[a-z]{0,12}".prop_map(|payload| Action::Callback { payload, intent: Intent::Default }),
        3 => url().prop_map(|url| Action::Link { url }),
        1 => Just(Action::Message),
        1 => Just(Action::RequestContact),
        1 => any::<bool>().prop_map(|quick| Action::RequestLocation { quick }),
        1 => "[a-z]{0,12}".prop_map(|text| Action::Clipboard { text }),
        1 => Just(Action::App { app: None, bot: None, payload: None }),
        1 => "[a-z]{1,5}".prop_map(|title| Action::OpenChat {
            title, description: None, payload: None, uuid: None,
        }),
        1 => Just(Action::SwitchInline { query: "q".to_owned(), here: true }),
        1 => Just(Action::Game),
        1 => Just(Action::Other { kind: "x".to_owned(), raw: Raw::default() }),
    ]
}

fn keyboard() -> impl Strategy<Value = Keyboard> {
    let label = prop_oneof![4 => "[a-zü😀]{1,6}", 1 => "[a-z ]{10,30}x"];
    let button = (label, action()).prop_map(|(label, action)| Button::new(label, action));
    let with_rows = prop_oneof![
        3 => Just(KeyboardKind::Inline),
        1 => Just(KeyboardKind::Reply(ReplyOptions::default())),
    ];
    let rows = vec(vec(button, 0..6), 0..6);
    let selective = any::<bool>();
    prop_oneof![
        8 => (with_rows, rows).prop_map(|(kind, mut rows)| {
            if kind != KeyboardKind::Inline {
                for row in &mut rows {
                    row.retain(|button| button.action.kind().is_for_reply());
                }
            }
            Keyboard { kind, rows }
        }),
        1 => selective.prop_map(|selective| Keyboard {
            kind: KeyboardKind::Remove { selective },
            rows: Vec::new(),
        }),
        1 => Just(Keyboard::force_reply()),
    ]
}

fn attachment() -> impl Strategy<Value = Attachment> {
    let media = prop_oneof![
        Just(Media::stored("id")),
        Just(Media::at_url("https://e.org/file")),
        Just(Media::at_path("file")),
    ];
    let location = Location { latitude: 52.5, longitude: 13.4 };
    prop_oneof![
        media.clone().prop_map(|media| Attachment::Image(media.into())),
        media.clone().prop_map(|media| Attachment::Video(media.into())),
        media.clone().prop_map(|media| Attachment::Audio(media.into())),
        media.prop_map(Attachment::File),
        Just(Attachment::Location(location)),
        Just(Attachment::Venue(Venue {
            location,
            title: "Café".to_owned(),
            address: "Main street 1".to_owned(),
            foursquare_id: None,
        })),
        Just(Attachment::Contact(Contact::default())),
        Just(Attachment::Contact(Contact {
            phone: Some("+49 30 1234".to_owned()),
            ..Contact::default()
        })),
        Just(Attachment::Share(Share {
            url: Some("https://e.org/".to_owned()),
            ..Share::default()
        })),
        Just(Attachment::Game(Game { name: "chess".to_owned() })),
        Just(Attachment::Unknown { kind: "x".to_owned(), raw: Raw::default() }),
    ]
}

/// Messages of every kind.
pub(crate) fn message() -> impl Strategy<Value = NewMessage> {
    let flag = || proptest::bool::weighted(0.2);
    (
        text(),
        option::weighted(0.6, keyboard()),
        prop_oneof![2 => Just(Vec::new()), 1 => vec(attachment(), 0..4)],
        (flag(), flag(), flag(), flag()),
    )
        .prop_map(|(text, keyboard, attachments, (reply, forward, silent, no_preview))| {
            let message = MessageId::new("7");
            NewMessage {
                text,
                keyboard,
                attachments,
                reply_to: reply.then(|| message.clone()),
                forward: forward.then(|| Forward { chat: ChatId::new("5"), message }),
                silent,
                no_preview,
            }
        })
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![
        1 => Just(Level::Rejected),
        20 => Just(Level::Dropped),
        30 => Just(Level::Fallback),
        20 => Just(Level::Partial),
        60 => Just(Level::Full),
    ]
}

fn levels<K: Kind, const N: usize>(kinds: [K; N]) -> impl Strategy<Value = Levels<K>> {
    vec(level(), N).prop_map(move |levels| {
        kinds
            .into_iter()
            .zip(levels)
            .fold(Levels::none(), |all, (kind, level)| all.with(kind, level))
    })
}

fn limit(range: std::ops::Range<usize>) -> impl Strategy<Value = Option<usize>> {
    option::weighted(0.7, range)
}

fn text_limit(range: std::ops::Range<usize>) -> impl Strategy<Value = Option<TextLimit>> {
    option::weighted(0.7, (range, unit()).prop_map(|(max, unit)| TextLimit { max, unit }))
}

fn unit() -> impl Strategy<Value = TextUnit> {
    select(vec![TextUnit::Characters, TextUnit::Utf16, TextUnit::Bytes])
}

fn keyboard_limits() -> impl Strategy<Value = KeyboardLimits> {
    (
        (limit(0..5), limit(1..5), limit(1..4), limit(0..9)),
        (text_limit(0..9), text_limit(0..9), text_limit(14..60)),
    )
        .prop_map(|((rows, row, mixed_row, buttons), (label, payload, url))| KeyboardLimits {
            rows,
            row,
            mixed_row,
            buttons,
            label,
            payload,
            url,
        })
}

fn support() -> impl Strategy<Value = AttachmentSupport> {
    let caption = (0..200_usize, any::<bool>())
        .prop_map(|(max, formatted)| Caption { limit: TextLimit::characters(max), formatted });
    (level(), any::<bool>(), option::of(caption), vec(select(SOURCES.to_vec()), 0..4)).prop_map(
        |(level, alone, caption, sources)| AttachmentSupport {
            level,
            alone,
            caption,
            sources: sources.into_iter().collect(),
        },
    )
}

fn attachments() -> impl Strategy<Value = AttachmentLimits> {
    (vec(support(), AttachmentKind::ALL.len()), 0..4_usize).prop_map(|(supports, per_message)| {
        AttachmentLimits {
            kinds: AttachmentKind::ALL.into_iter().zip(supports).collect(),
            per_message,
        }
    })
}

/// Capabilities of every kind.
pub(crate) fn capabilities() -> impl Strategy<Value = Capabilities> {
    (
        (Capabilities::LEAST_TEXT..250, unit(), any::<bool>()),
        levels(StyleKind::ALL),
        levels(KeyboardPlace::ALL),
        (levels(ActionKind::ALL), levels(ActionKind::ALL)),
        keyboard_limits(),
        attachments(),
        (levels(Feature::ALL), any::<bool>(), option::weighted(0.3, Just(FIRST_COMES))),
    )
        .prop_map(
            |(
                (max, unit, counted),
                styles,
                keyboards,
                (buttons, reply_buttons),
                keyboard,
                attachments,
                (features, forwards_alone, writable),
            )| {
                Capabilities {
                    counted_markup: counted.then_some(HTML),
                    styles,
                    writable,
                    keyboards,
                    buttons,
                    reply_buttons,
                    keyboard,
                    attachments,
                    features,
                    forwards_alone,
                    ..Capabilities::of_text(TextLimit { max, unit })
                }
            },
        )
}

/// Capabilities with which most messages fit.
pub(crate) fn generous() -> impl Strategy<Value = Capabilities> {
    (capabilities(), any::<bool>()).prop_map(|(can, counted)| {
        let support = AttachmentSupport {
            level: Level::Full,
            alone: false,
            caption: Some(Caption { limit: TextLimit::characters(2000), formatted: true }),
            sources: SOURCES.into_iter().collect(),
        };
        Capabilities {
            text: TextLimit { max: 2000, ..can.text },
            counted_markup: counted.then_some(HTML),
            styles: Levels::all(Level::Full, StyleKind::ALL),
            keyboards: Levels::all(Level::Full, KeyboardPlace::ALL),
            buttons: Levels::all(Level::Partial, ActionKind::ALL),
            reply_buttons: Levels::all(Level::Partial, ActionKind::ALL),
            keyboard: KeyboardLimits { rows: Some(4), ..KeyboardLimits::default() },
            attachments: AttachmentLimits {
                kinds: AttachmentKind::ALL.into_iter().map(|it| (it, support.clone())).collect(),
                per_message: 2,
            },
            features: Levels::all(Level::Full, Feature::ALL),
            ..can
        }
    })
}

/// The same, or more of it, in every respect.
pub(crate) fn better(can: Capabilities) -> impl Strategy<Value = Capabilities> {
    (vec(any::<u8>(), 80), Just(can)).prop_map(|(dice, can)| {
        let mut dice = dice.into_iter().cycle();
        let mut roll = move |sides: u8| usize::from(dice.next().unwrap_or_default() % sides);
        let mut more = |limit: Option<usize>| match roll(4) {
            0 => None,
            by => limit.map(|limit| limit + (by - 1) * 2),
        };
        let text = TextLimit { max: can.text.max + more(Some(0)).unwrap_or(40), ..can.text };
        let longer = |limit: Option<TextLimit>,
                      more: &mut dyn FnMut(Option<usize>) -> Option<usize>| {
            let limit = limit?;
            Some(TextLimit { max: more(Some(limit.max))?, ..limit })
        };
        let row = more(can.keyboard.row);
        let keyboard = KeyboardLimits {
            rows: more(can.keyboard.rows),
            row,
            // A mixed row without a limit of its own is as wide as any.
            mixed_row: more(can.keyboard.mixed_row.or(can.keyboard.row)),
            buttons: more(can.keyboard.buttons),
            label: longer(can.keyboard.label, &mut more),
            payload: longer(can.keyboard.payload, &mut more),
            url: longer(can.keyboard.url, &mut more),
        };
        let per_message = can.attachments.per_message + more(Some(0)).unwrap_or(3);
        let mut raise = |level: Level| {
            let order =
                [Level::Rejected, Level::Dropped, Level::Fallback, Level::Partial, Level::Full];
            let place = order.iter().position(|it| *it == level).unwrap_or_default();
            order[(place + more(Some(0)).unwrap_or(1) / 2).min(4)]
        };
        let kinds: BTreeMap<AttachmentKind, AttachmentSupport> = can
            .attachments
            .kinds
            .into_iter()
            .map(|(kind, support)| {
                let level = raise(support.level);
                let open = raise(Level::Rejected) > Level::Rejected;
                let mut sources: BTreeSet<SourceKind> = support.sources;
                if open {
                    sources.extend(SOURCES);
                }
                let alone = support.alone && !open;
                let caption = match support.caption {
                    Some(it) => Some(Caption { formatted: it.formatted || open, ..it }),
                    None if open => {
                        Some(Caption { limit: TextLimit::characters(100), formatted: true })
                    }
                    None => None,
                };
                (kind, AttachmentSupport { level, alone, caption, sources })
            })
            .collect();
        Capabilities {
            text,
            styles: raised(&can.styles, StyleKind::ALL, &mut raise),
            keyboards: raised(&can.keyboards, KeyboardPlace::ALL, &mut raise),
            buttons: raised(&can.buttons, ActionKind::ALL, &mut raise),
            reply_buttons: raised(&can.reply_buttons, ActionKind::ALL, &mut raise),
            keyboard,
            attachments: AttachmentLimits { kinds, per_message },
            features: raised(&can.features, Feature::ALL, &mut raise),
            ..can
        }
    })
}

fn raised<K: Kind, const N: usize>(
    levels: &Levels<K>,
    kinds: [K; N],
    raise: &mut impl FnMut(Level) -> Level,
) -> Levels<K> {
    kinds.into_iter().fold(Levels::none(), |all, kind| all.with(kind, raise(levels.of(kind))))
}
