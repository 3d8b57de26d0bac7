//! A message, or what one shall be.

use adapter_tamtam::wire;
use axum::body::Bytes;

use super::{Attached, decoded, within};
use crate::Platform;
use crate::tamtam::refusal::Refusal;
use crate::tamtam::{html, links, markdown};
use crate::world::{ChatKey, ChatKind, Mark, MarkKind, RichText, State};

/// Longest text, in characters as it was sent: asserted by the official client's suite.
const TEXT_LIMIT: usize = 4000;

/// A message to send, or what a message shall be.
#[derive(Debug)]
pub(in crate::tamtam) struct Said {
    /// Its text; in an edit, none keeps the old one.
    pub(in crate::tamtam) text: Option<Text>,
    /// What it carries; in an edit, none keeps the old things.
    pub(in crate::tamtam) attached: Option<Attached>,
    /// The message that it answers or passes on.
    pub(in crate::tamtam) link: Option<wire::NewMessageLink<'static>>,
}

/// A text, read.
#[derive(Debug)]
pub(in crate::tamtam) struct Text {
    rich: RichText,
    /// Whether it came with a format.
    is_formatted: bool,
}

impl Said {
    /// Whether a message of it would say and show nothing. One that passes another on needs not.
    pub(in crate::tamtam) fn is_blank(&self) -> bool {
        let is_forward = self.link.as_ref().is_some_and(|it| it.kind == wire::LinkKind::Forward);
        !is_forward
            && self.text.as_ref().is_none_or(Text::is_blank)
            && self.attached.as_ref().is_none_or(Attached::is_blank)
    }

    /// Whether nothing is in it.
    pub(in crate::tamtam) fn is_nothing(&self) -> bool {
        self.text.is_none() && self.attached.is_none()
    }
}

impl Text {
    /// Whether there is nothing to see in it.
    pub(in crate::tamtam) fn is_blank(&self) -> bool {
        self.rich.plain.trim().is_empty()
    }

    /// The text as it stands in a chat: people who are named become mentions, by name in dialogs
    /// and by id elsewhere. Asserted by the official client's suite.
    pub(in crate::tamtam) fn in_chat(self, state: &State, chat: ChatKey) -> RichText {
        let mut rich = self.rich;
        if !self.is_formatted {
            return rich;
        }
        let chat = state.chat(chat);
        for found in links::mentions(&rich) {
            let Some(account) = state.by_username(chat.platform, &found.username) else { continue };
            let account = state.account(account);
            let kind = match chat.kind {
                ChatKind::Dialog => {
                    MarkKind::Mention { user_id: None, username: account.username.clone() }
                }
                ChatKind::Group | ChatKind::Supergroup | ChatKind::Channel => {
                    MarkKind::Mention { user_id: Some(account.id), username: None }
                }
            };
            rich.marks.push(Mark { from: found.from, length: found.length, kind });
        }
        rich.marks.sort_by_key(|mark| (mark.from, mark.length));
        rich
    }

    /// The same, with formatting that was given by places.
    pub(in crate::tamtam) fn with_markup(
        mut self,
        markup: &[wire::MarkupElement],
    ) -> Result<Self, Refusal> {
        self.rich.marks = markup.iter().map(mark).collect::<Result<_, _>>()?;
        match self.rich.fault() {
            Some(fault) => Err(Refusal::payload(&fault.replacen("marks", "markup", 1))),
            None => Ok(self),
        }
    }
}

/// The body of a request that sends a message or changes one.
pub(in crate::tamtam) fn message(platform: Platform, body: &Bytes) -> Result<Said, Refusal> {
    said(platform, decoded(body)?)
}

/// What a message shall be.
pub(in crate::tamtam) fn said(
    platform: Platform,
    body: wire::NewMessageBody<'static>,
) -> Result<Said, Refusal> {
    let text = text(body.text.as_deref(), body.format.as_deref())?;
    let attached = body.attachments.map(|it| Attached::of(platform, it)).transpose()?;
    if body.link.as_ref().is_some_and(|it| it.kind == wire::LinkKind::Other) {
        return Err(Refusal::body());
    }
    Ok(Said { text, attached, link: body.link })
}

/// A text, with the formatting that its format asks for. The case of the format does not matter:
/// seen on MAX.
pub(in crate::tamtam) fn text(
    text: Option<&str>,
    format: Option<&str>,
) -> Result<Option<Text>, Refusal> {
    if let Some(text) = text {
        within("text", text, (0, TEXT_LIMIT))?;
    }
    let read: fn(&str) -> RichText = match format.map(str::to_lowercase).as_deref() {
        None => |text| RichText::from(text),
        Some("html") => html::parse,
        Some("markdown") => markdown::parse,
        Some(_) => return Err(Refusal::payload("format: must be one of html, markdown")),
    };
    Ok(text.map(|text| Text { rich: read(text), is_formatted: format.is_some() }))
}

fn mark(element: &wire::MarkupElement) -> Result<Mark, Refusal> {
    let place = |field: &str, number: i64| {
        let wrong = || Refusal::payload(&format!("{field}: {number} is no place in a text"));
        usize::try_from(number).map_err(|_| wrong())
    };
    let kind = match element.kind.as_str() {
        "strong" => MarkKind::Bold,
        "emphasized" => MarkKind::Italic,
        "monospaced" => MarkKind::Code,
        "strikethrough" => MarkKind::Strikethrough,
        "underline" => MarkKind::Underline,
        "heading" => MarkKind::Heading,
        "highlighted" => MarkKind::Highlight,
        "link" => {
            let url = element.url.clone().unwrap_or_default();
            within("url", &url, (1, 2048))?;
            MarkKind::Link { url }
        }
        "user_mention" => {
            let name = element.user_link.as_deref().map(|it| it.trim_start_matches('@').to_owned());
            MarkKind::Mention { user_id: element.user_id, username: name }
        }
        _ => return Err(Refusal::body()),
    };
    let (from, length) = (place("from", element.from)?, place("length", element.length)?);
    Ok(Mark { from, length, kind })
}
