//! What fitting a message cost.

use std::fmt;
use std::ops::Range;

use crate::messenger::{Capabilities, Error, Feature, Level, Result};
use crate::model::{
    ActionKind, AttachmentKind, Keyboard, KeyboardPlace, NewMessage, Span, Style, StyleKind,
};

/// Everything that was changed or lost; empty when nothing was.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    changes: Vec<Change>,
}

impl Report {
    /// Each change, in no particular order.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing was changed or lost.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes are so severe.
    pub fn count(&self, severity: Severity) -> usize {
        self.changes.iter().filter(|change| change.severity() == severity).count()
    }

    pub(super) fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.changes.extend(more.changes);
    }

    /// Adds a change, unless the messenger rejects the whole message for it.
    pub(super) fn add_unless_rejected(&mut self, level: Level, change: Change) -> Result<()> {
        if level == Level::Rejected {
            return Err(Error::unsupported(super::DOING, format!("messages ({change})")));
        }
        self.add(change);
        Ok(())
    }

    /// The address of a link is written out.
    pub(super) fn spell(&mut self, link: &Span) {
        if let Style::Link { url } = &link.style {
            self.add(Change::LinkSpelled { url: url.clone(), range: link.range() });
        }
    }

    /// What of a message that is sent as it is arrives with less than was asked for.
    #[inline]
    pub(super) fn of_weakened(capabilities: &Capabilities, message: &NewMessage) -> Self {
        let styles = capabilities.styles.any(Level::Partial) && !message.text.spans().is_empty();
        let weak = |keyboard: &Keyboard| {
            capabilities.buttons_on(keyboard.kind.place()).any(Level::Partial)
        };
        let buttons = message.keyboard.as_ref().is_some_and(weak);
        if styles || buttons || !message.attachments.is_empty() {
            return Self::of_each_weakened(capabilities, message);
        }
        Self::default()
    }

    #[cold]
    #[inline(never)]
    fn of_each_weakened(capabilities: &Capabilities, message: &NewMessage) -> Self {
        let mut report = Self::default();
        for span in message.text.spans() {
            report.weaken(capabilities.styles.of(span.style.kind()), || Change::StyleWeakened {
                style: span.style.kind(),
                range: span.range(),
            });
        }
        for attachment in &message.attachments {
            let kind = attachment.kind();
            report.weaken(capabilities.attachments.level(kind), || Change::AttachmentWeakened {
                kind,
            });
        }
        if let Some(keyboard) = &message.keyboard {
            let levels = capabilities.buttons_on(keyboard.kind.place());
            for button in keyboard.buttons() {
                let action = button.action.kind();
                report.weaken(levels.of(action), || Change::ButtonWeakened {
                    label: button.label.clone(),
                    action,
                });
            }
        }
        report
    }

    pub(super) fn weaken(&mut self, level: Level, change: impl FnOnce() -> Change) {
        if level == Level::Partial {
            self.add(change());
        }
    }
}

/// How bad a change is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// All that was meant is there, and looks different.
    Cosmetic,
    /// It is there as something else: a link as its address, a button as a number.
    Fallback,
    /// It is not there.
    Lost,
}

/// One thing that was changed or lost. Ranges are bytes of the original text.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The message became several.
    Split {
        /// How many.
        parts: usize,
    },
    /// Nothing was left above the keyboard, so a text was put there.
    TextAdded,
    /// Blanks around the text were left out.
    Trimmed,
    /// A mention, a command or an address was longer than a whole part, and was cut.
    Cut {
        /// What was cut.
        text: String,
    },
    /// Formatting arrives with less than was asked for.
    StyleWeakened {
        /// Which.
        style: StyleKind,
        /// Where it was.
        range: Range<usize>,
    },
    /// Formatting was replaced by another.
    StyleReplaced {
        /// Which.
        style: StyleKind,
        /// By which.
        by: StyleKind,
        /// Where it was.
        range: Range<usize>,
    },
    /// Formatting was left out.
    StyleDropped {
        /// Which.
        style: StyleKind,
        /// Where it was.
        range: Range<usize>,
    },
    /// All formatting was left out: its marks leave no room for the text, or would be read as
    /// others. The addresses of links are written out.
    FormattingDropped,
    /// A link's address was written behind its text.
    LinkSpelled {
        /// The address.
        url: String,
        /// Where the link was.
        range: Range<usize>,
    },
    /// A row of buttons was too wide, and became several.
    RowWrapped {
        /// Which, from 0.
        row: usize,
    },
    /// Rows without buttons were left out.
    EmptyRowsDropped,
    /// There were too many rows: the buttons were put together anew.
    KeyboardRepacked,
    /// A keyboard became another kind of keyboard.
    KeyboardReplaced {
        /// Which kind it was.
        place: KeyboardPlace,
    },
    /// There is nothing of the kind: taking a keyboard away, opening an answer.
    KeyboardDropped {
        /// Which kind.
        place: KeyboardPlace,
    },
    /// A label was cut short.
    LabelShortened {
        /// The whole label.
        label: String,
    },
    /// A button does less than was asked for.
    ButtonWeakened {
        /// What is written on it.
        label: String,
        /// What it does.
        action: ActionKind,
    },
    /// A button became a link in the text.
    ButtonAsLink {
        /// What was written on it.
        label: String,
        /// Whether its address is written out, for want of links behind words.
        spelled: bool,
    },
    /// A button became a number in the text.
    ButtonAsChoice {
        /// What was written on it.
        label: String,
        /// The number.
        number: usize,
    },
    /// An attachment arrives with less than was asked for.
    AttachmentWeakened {
        /// Which kind.
        kind: AttachmentKind,
    },
    /// An attachment was written into the text.
    AttachmentDescribed {
        /// Which kind.
        kind: AttachmentKind,
        /// Whether its address is written out, for want of links behind words.
        spelled: bool,
    },
    /// An attachment was left out.
    AttachmentDropped {
        /// Which kind.
        kind: AttachmentKind,
    },
    /// Something that was asked for beside the content was left out.
    FeatureDropped {
        /// What.
        feature: Feature,
    },
}

impl Change {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::StyleDropped { style, .. } if style.is_semantic() => Severity::Cosmetic,
            Self::Split { .. }
            | Self::TextAdded
            | Self::Trimmed
            | Self::Cut { .. }
            | Self::StyleWeakened { .. }
            | Self::RowWrapped { .. }
            | Self::EmptyRowsDropped
            | Self::KeyboardRepacked
            | Self::LabelShortened { .. }
            | Self::ButtonWeakened { .. }
            | Self::AttachmentWeakened { .. } => Severity::Cosmetic,
            Self::StyleReplaced { .. }
            | Self::LinkSpelled { .. }
            | Self::KeyboardReplaced { .. }
            | Self::ButtonAsLink { .. }
            | Self::ButtonAsChoice { .. }
            | Self::AttachmentDescribed { .. } => Severity::Fallback,
            Self::StyleDropped { .. }
            | Self::FormattingDropped
            | Self::KeyboardDropped { .. }
            | Self::AttachmentDropped { .. }
            | Self::FeatureDropped { .. } => Severity::Lost,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Split { parts } => write!(f, "split into {parts} parts"),
            Self::TextAdded => f.write_str("a text is put above the keyboard"),
            Self::Trimmed => f.write_str("blanks around the text are left out"),
            Self::Cut { text } => write!(f, "{text:?} is cut"),
            Self::StyleWeakened { style, .. } => write!(f, "{style:?} is carried in part"),
            Self::StyleReplaced { style, by, .. } => write!(f, "{style:?} is shown as {by:?}"),
            Self::StyleDropped { style, .. } => write!(f, "{style:?} is left out"),
            Self::FormattingDropped => f.write_str("all formatting is left out"),
            Self::LinkSpelled { url, .. } => write!(f, "the address {url} is written out"),
            Self::RowWrapped { row } => write!(f, "row {row} of the keyboard is wrapped"),
            Self::EmptyRowsDropped => f.write_str("rows without buttons are left out"),
            Self::KeyboardRepacked => f.write_str("the keyboard's rows are put together anew"),
            Self::KeyboardReplaced { place } => write!(f, "the {place:?} keyboard is another one"),
            Self::KeyboardDropped { place } => write!(f, "{place:?} is left out"),
            Self::LabelShortened { label } => write!(f, "the label {label:?} is cut short"),
            Self::ButtonWeakened { label, .. } => write!(f, "the button {label:?} does less"),
            Self::ButtonAsLink { label, .. } => write!(f, "the button {label:?} is a link"),
            Self::ButtonAsChoice { label, number } => {
                write!(f, "the button {label:?} is number {number}")
            }
            Self::AttachmentWeakened { kind } => write!(f, "the {kind:?} is carried in part"),
            Self::AttachmentDescribed { kind, .. } => write!(f, "the {kind:?} is written out"),
            Self::AttachmentDropped { kind } => write!(f, "the {kind:?} is left out"),
            Self::FeatureDropped { feature } => write!(f, "{feature:?} is left out"),
        }
    }
}
