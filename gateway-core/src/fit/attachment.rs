//! Attachments that a messenger carries, and those that it does not.

use super::block::can_describe;
use super::{Change, Report};
use crate::messenger::{Capabilities, Level, Result};
use crate::model::Attachment;

/// Attachments that are sent as they are, and those that become text.
pub(super) fn carried<'a>(
    capabilities: &Capabilities,
    attachments: &'a [Attachment],
    report: &mut Report,
) -> Result<(Vec<Attachment>, Vec<&'a Attachment>)> {
    let (mut native, mut described) = (Vec::new(), Vec::new());
    for attachment in attachments {
        let kind = attachment.kind();
        let level = capabilities.attachments.level(kind);
        if capabilities.takes(attachment) {
            report.weaken(level, || Change::AttachmentWeakened { kind });
            native.push(attachment.clone());
        } else if level >= Level::Fallback && can_describe(attachment) {
            described.push(attachment);
        } else {
            report.add_unless_rejected(level, Change::AttachmentDropped { kind })?;
        }
    }
    Ok((native, described))
}

/// Attachments as they may stand together in one message, in their order.
pub(super) fn groups(
    capabilities: &Capabilities,
    attachments: Vec<Attachment>,
) -> Vec<Vec<Attachment>> {
    let limits = &capabilities.attachments;
    let is_alone = |attachment: &Attachment| {
        limits.kinds.get(&attachment.kind()).is_some_and(|support| support.alone)
    };
    let mut groups: Vec<Vec<Attachment>> = Vec::new();
    for attachment in attachments {
        match groups.last_mut() {
            Some(group)
                if group.len() < limits.per_message
                    && !is_alone(&attachment)
                    && !group.iter().any(is_alone) =>
            {
                group.push(attachment);
            }
            _ => groups.push(vec![attachment]),
        }
    }
    groups
}
