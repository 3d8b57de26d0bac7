//! What has become text: attachments and buttons that the messenger does not carry.

use std::ops::Range;

use super::text::has_room;
use super::{Change, Choice, DOING, Report};
use crate::messenger::{Capabilities, Error, ErrorKind, Result};
use crate::model::{Action, Attachment, Button, Location, Style, StyleKind, Text};

/// Lines that are added to a text.
pub(super) struct Block<'a> {
    capabilities: &'a Capabilities,
    text: Text,
    /// What must not be cut: addresses.
    whole: Vec<Range<usize>>,
}

impl<'a> Block<'a> {
    pub(super) fn new(capabilities: &'a Capabilities) -> Self {
        Self { capabilities, text: Text::new(), whole: Vec::new() }
    }

    pub(super) fn into_parts(self) -> (Text, Vec<Range<usize>>) {
        (self.text, self.whole)
    }

    /// Adds what an attachment says, as far as it can be said.
    pub(super) fn describe(&mut self, attachment: &Attachment, report: &mut Report) {
        let spelled = match attachment {
            Attachment::Location(location) => self.line(&place(*location)),
            Attachment::Venue(venue) => {
                let at = place(venue.location);
                self.line(&format!("{}, {} ({at})", venue.title, venue.address))
            }
            Attachment::Contact(contact) => {
                let parts = [&contact.first_name, &contact.last_name, &contact.phone];
                let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
                self.line(&parts.join(" "))
            }
            Attachment::Share(share) => {
                self.link(share.title.as_deref().unwrap_or_default(), share.url.as_deref())
            }
            Attachment::Game(game) => self.line(&game.name),
            other => {
                let name = other.media().and_then(|media| media.name.as_deref());
                let url = other.media().and_then(|media| media.link());
                self.link(name.unwrap_or_default(), url)
            }
        };
        report.add(Change::AttachmentDescribed { kind: attachment.kind(), spelled });
    }

    /// Adds buttons: those that are links as links, the others as numbers to choose from.
    pub(super) fn buttons(
        &mut self,
        buttons: Vec<Button>,
        report: &mut Report,
    ) -> Result<Vec<Choice>> {
        let mut choices = Vec::new();
        for Button { label, action } in buttons {
            if let Action::Link { url } = &action {
                self.refuse_if_too_long(url)?;
                let spelled = self.link(&label, Some(url));
                report.add(Change::ButtonAsLink { label, spelled });
                continue;
            }
            let number = choices.len() + 1;
            // A label on two lines would look like two choices.
            let one_line = label.replace(char::is_control, " ");
            self.line(&format!("{number}. {one_line}"));
            report.add(Change::ButtonAsChoice { label: label.clone(), number });
            choices.push(Choice { number, label, action });
        }
        Ok(choices)
    }

    /// An address that no part can hold leads nowhere.
    fn refuse_if_too_long(&self, url: &str) -> Result<()> {
        let limit = self.capabilities.text;
        if limit.allows(url) {
            return Ok(());
        }
        let field = "the address of a link button".to_owned();
        let (limit, given) = (limit.max, limit.unit.count(url));
        Err(Error::new(ErrorKind::TooLarge { field, limit, given }, DOING))
    }

    /// A line, in which no address is spelled.
    fn line(&mut self, line: &str) -> bool {
        let text = std::mem::take(&mut self.text);
        let text = if text.is_empty() { text } else { text.plain("\n") };
        self.text = text.plain(line);
        false
    }

    /// A line that leads to an address; whether that is spelled.
    fn link(&mut self, label: &str, url: Option<&str>) -> bool {
        let Some(url) = url else { return self.line(label) };
        let style = Style::Link { url: url.to_owned() };
        let carried = self.capabilities.styles.carries(StyleKind::Link);
        if carried && !label.trim().is_empty() && has_room(self.capabilities, &style) {
            self.line("");
            self.text = std::mem::take(&mut self.text).styled(label, style);
            return false;
        }
        self.line(&if label.is_empty() { String::new() } else { format!("{label}: ") });
        let start = self.text.plain_text().len();
        self.whole.push(start..start + url.len());
        self.text = std::mem::take(&mut self.text).plain(url);
        true
    }
}

/// Whether [`Block::describe`] has anything to say.
pub(super) fn can_describe(attachment: &Attachment) -> bool {
    match attachment {
        Attachment::Location(_) | Attachment::Venue(_) => true,
        Attachment::Contact(contact) => {
            contact.first_name.is_some() || contact.last_name.is_some() || contact.phone.is_some()
        }
        Attachment::Share(share) => share.url.is_some(),
        Attachment::Game(game) => !game.name.trim().is_empty(),
        other => other.media().is_some_and(|media| media.link().is_some()),
    }
}

fn place(Location { latitude, longitude }: Location) -> String {
    format!("📍 {latitude:.5}, {longitude:.5}")
}
