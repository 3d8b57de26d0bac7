//! Messages that always fit.
//!
//! A bot says what it wants to say; a messenger has limits, and lacks things. [`fit`] turns one
//! message into parts that the messenger takes, and says what that cost. It is a function of the
//! message and the messenger's [`Capabilities`] alone, and it holds to seven laws, each a property
//! test (`tests/fit_laws`):
//!
//! 1. Every part that comes out is within every limit: [`Capabilities::check`] takes it.
//! 2. No text is lost: the parts, in order, hold every visible character of the original.
//! 3. Every button stays reachable: on a keyboard, as a link in the text, or as a numbered
//!    [`Choice`] that is mapped back to its action.
//! 4. What already fits comes out unchanged, as one part.
//! 5. Fitting twice changes nothing, and the same input gives the same output.
//! 6. More capability never gives a worse result: not more that is lost, nor more that is shown as
//!    something else; and for the same report, not more parts.
//! 7. The [`Report`] names each thing that was changed or lost, and is empty when nothing was.
//!
//! What comes too long is cut where it hurts least: into as few parts as possible, and then behind
//! a paragraph, a line, a sentence or a word; never inside of what a reader sees as one character,
//! nor inside of a mention, a command or an address.
//!
//! ```
//! use gateway_core::fit::fit;
//! use gateway_core::messenger::{Capabilities, TextLimit};
//! use gateway_core::model::{Button, Keyboard, NewMessage};
//!
//! // A messenger without buttons.
//! let plain = Capabilities::of_text(TextLimit::characters(1000));
//! let question = NewMessage::new("Tea or coffee?")
//!     .with_keyboard(Keyboard::inline([[Button::callback("Tea", "tea"), Button::callback("Coffee", "coffee")]]));
//!
//! let fitted = fit(&plain, &question).unwrap();
//! assert_eq!(fitted.parts[0].text.plain_text(), "Tea or coffee?\n\n1. Tea\n2. Coffee");
//! assert_eq!(fitted.choice("2").unwrap().label, "Coffee");
//! ```

use std::borrow::Cow;

mod attachment;
mod block;
mod keyboard;
mod report;
mod split;
mod text;

pub use report::{Change, Report, Severity};

use crate::messenger::{Capabilities, Error, Feature, Result};
use crate::model::{Action, Attachment, NewMessage};
use block::Block;
use text::Draft;

const DOING: &str = "fitting a message";

/// What a keyboard stands under when nothing else is left: no messenger sends one by itself.
const PLACEHOLDER: &str = "…";

/// What became of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted<'a> {
    /// What to send, in order; borrowed when nothing had to be changed.
    pub parts: Cow<'a, [NewMessage]>,
    /// The buttons that have become numbers in the text.
    pub choices: Vec<Choice>,
    /// What it cost.
    pub report: Report,
}

/// A button that has become a number in the text: who sends the number means the button.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The number, from 1.
    pub number: usize,
    /// What stood on the button.
    pub label: String,
    /// What pressing it would have done.
    pub action: Action,
}

impl Fitted<'_> {
    /// The choice that an answer means: its number, or its label.
    pub fn choice(&self, answer: &str) -> Option<&Choice> {
        let answer = answer.trim();
        let number = answer.trim_end_matches('.').parse();
        self.choices
            .iter()
            .find(|choice| number == Ok(choice.number))
            .or_else(|| self.choices.iter().find(|choice| choice.label.trim() == answer))
    }
}

/// Makes a message fit what a messenger can carry.
///
/// # Errors
///
/// - [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the messenger rejects, and
///   for a message of which nothing remains.
/// - [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for the address of a link button that is
///   longer than a whole message.
/// - [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) for a message without visible text or
///   attachments, for a button without a label, and for capabilities whose limit of text is below
///   [`Capabilities::LEAST_TEXT`].
#[inline]
pub fn fit<'a>(capabilities: &Capabilities, message: &'a NewMessage) -> Result<Fitted<'a>> {
    if capabilities.fits(message) {
        return Ok(Fitted {
            parts: Cow::Borrowed(std::slice::from_ref(message)),
            choices: Vec::new(),
            report: Report::of_weakened(capabilities, message),
        });
    }
    changed(capabilities, message)
}

/// The message as parts that fit. Apart from the above, so that what fits pays nothing for it.
#[cold]
#[inline(never)]
fn changed(capabilities: &Capabilities, message: &NewMessage) -> Result<Fitted<'static>> {
    if capabilities.text.max < Capabilities::LEAST_TEXT {
        let why = format!("it must be at least {}", Capabilities::LEAST_TEXT);
        return Err(Error::invalid(DOING, "capabilities.text", why));
    }
    if message.text.is_blank() && message.attachments.is_empty() && message.forward.is_none() {
        return Err(Error::invalid(DOING, "text", "a message needs visible text"));
    }
    let mut report = Report::default();
    let features = features(capabilities, message, &mut report)?;
    let (attachments, described) =
        attachment::carried(capabilities, &message.attachments, &mut report)?;
    let mut draft = Draft::of(capabilities, &message.text, &mut report)?;
    let keyboard = match &message.keyboard {
        Some(keyboard) => keyboard::carried(capabilities, keyboard, &mut report)?,
        None => keyboard::Carried::default(),
    };
    let mut block = Block::new(capabilities);
    for attachment in described {
        block.describe(attachment, &mut report);
    }
    let choices = block.buttons(keyboard.demoted, &mut report)?;
    let (addition, whole) = block.into_parts();
    draft.append(&addition, whole);
    if capabilities.writable.is_some_and(|writable| !writable.is_all(&draft.text)) {
        report.add(Change::FormattingDropped);
        draft = draft.unformatted();
    }
    let stands_alone = capabilities.forwards_alone;
    let nothing_else = attachments.is_empty() && (features.forward.is_none() || stands_alone);
    if draft.text.is_blank() && nothing_else && keyboard.native.is_some() {
        report.add(Change::TextAdded);
        draft.text = PLACEHOLDER.into();
    }

    let mut parts = assemble(capabilities, draft, attachments, &mut report);
    if parts.is_empty() && features.forward.is_some() && !stands_alone {
        parts.push(NewMessage::default());
    }
    match parts.first_mut() {
        Some(first) => first.reply_to = features.reply_to,
        None if features.reply_to.is_some() => {
            report.add(Change::FeatureDropped { feature: Feature::Reply });
        }
        None => {}
    }
    match features.forward {
        Some(forward) if stands_alone => {
            parts.insert(0, NewMessage { forward: Some(forward), ..NewMessage::default() });
        }
        forward => parts.iter_mut().take(1).for_each(|first| first.forward.clone_from(&forward)),
    }
    let Some(last) = parts.last_mut() else {
        return Err(Error::unsupported(DOING, "messages with nothing but what cannot be carried"));
    };
    last.keyboard = keyboard.native;
    for part in &mut parts {
        part.silent = features.silent;
        part.no_preview = features.no_preview;
    }
    if parts.len() > 1 {
        report.add(Change::Split { parts: parts.len() });
    }
    Ok(Fitted { parts: Cow::Owned(parts), choices, report })
}

/// The message without what was asked for beside its content and cannot be had.
fn features(
    capabilities: &Capabilities,
    message: &NewMessage,
    report: &mut Report,
) -> Result<NewMessage> {
    let mut carried = NewMessage::default();
    if carries(capabilities, Feature::Reply, message.reply_to.is_some(), report)? {
        carried.reply_to.clone_from(&message.reply_to);
    }
    if carries(capabilities, Feature::Forward, message.forward.is_some(), report)? {
        carried.forward.clone_from(&message.forward);
    }
    carried.silent = carries(capabilities, Feature::Silent, message.silent, report)?;
    carried.no_preview = carries(capabilities, Feature::NoPreview, message.no_preview, report)?;
    Ok(carried)
}

fn carries(
    capabilities: &Capabilities,
    feature: Feature,
    wanted: bool,
    report: &mut Report,
) -> Result<bool> {
    if wanted && !capabilities.features.carries(feature) {
        let level = capabilities.features.of(feature);
        report.add_unless_rejected(level, Change::FeatureDropped { feature })?;
        return Ok(false);
    }
    Ok(wanted)
}

/// Text and attachments as parts, without anything else. The text goes with as many of the first
/// attachments as may carry it, or else before them all.
fn assemble(
    capabilities: &Capabilities,
    draft: Draft,
    mut attachments: Vec<Attachment>,
    report: &mut Report,
) -> Vec<NewMessage> {
    let group = |attachments| NewMessage { attachments, ..NewMessage::default() };
    let mut parts = Vec::new();
    if !draft.text.is_blank() {
        let mut captioned = NewMessage::new(draft.text.clone());
        let most = attachments.len().min(capabilities.attachments.per_message);
        let fitting = (1..=most).rev().find(|count| {
            captioned.attachments = attachments[..*count].to_vec();
            capabilities.fits(&captioned)
        });
        if let Some(count) = fitting {
            attachments.drain(..count);
            parts.push(captioned);
        } else {
            parts
                .extend(split::split(capabilities, draft, report).into_iter().map(NewMessage::new));
        }
    }
    parts.extend(attachment::groups(capabilities, attachments).into_iter().map(group));
    parts
}
