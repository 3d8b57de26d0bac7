//! What a person's draft carries: schema 0.5.6 has it in a constructor's input as it would be sent,
//! not as it would be read (`ConstructedMessageBody.attachments`).

use adapter_tamtam::wire::{
    AttachmentRequest, ContactRequestPayload, Keyboard, KnownAttachmentRequest as Asked,
    PhotoRequestPayload, StickerRequestPayload, UploadedInfo,
};

use super::attachment::shared;
use super::{View, keyboard};
use crate::world::{Attachment, Content, FileKey, FileKind};

impl View<'_> {
    /// What a draft carries, such that the bot may send it as it came. `None` when it carries
    /// nothing.
    pub(super) fn requests(&self, content: &Content) -> Option<Vec<AttachmentRequest<'static>>> {
        let row = |row: &Vec<_>| row.iter().map(|it| keyboard::button(self.platform, it)).collect();
        let buttons: Vec<Vec<_>> = content.buttons.iter().map(row).collect();
        let keyboard = Asked::InlineKeyboard { payload: Keyboard { buttons } };
        let keyboard = (!content.buttons.is_empty()).then_some(keyboard);
        let carried = content.attachments.iter().filter_map(|it| self.request(it));
        let asked: Vec<_> = carried.chain(keyboard).map(AttachmentRequest::Known).collect();
        (!asked.is_empty()).then_some(asked)
    }

    /// Nothing for what MAX's applications hand over, and for what there is on Potato only: it cannot
    /// be sent.
    fn request(&self, attachment: &Attachment) -> Option<Asked<'static>> {
        Some(match attachment {
            Attachment::File(key) => self.stored(*key),
            Attachment::Sticker { code } => {
                Asked::Sticker { payload: StickerRequestPayload { code: code.clone().into() } }
            }
            Attachment::Contact(contact) => Asked::Contact {
                payload: ContactRequestPayload {
                    name: contact.name.clone().map(Into::into),
                    contact_id: contact.account.map(|it| self.state.account(it).id),
                    vcf_info: contact.vcf.clone().map(Into::into),
                    vcf_phone: contact.phone.clone().map(Into::into),
                },
            },
            Attachment::Location { latitude, longitude } => {
                Asked::Location { latitude: *latitude, longitude: *longitude }
            }
            Attachment::Share(it) => Asked::Share { payload: shared(it) },
            Attachment::Data(_) | Attachment::Venue(_) | Attachment::Game(_) => return None,
        })
    }

    fn stored(&self, key: FileKey) -> Asked<'static> {
        let token = Some(self.state.token_for(key, self.bot).into());
        match self.state.file(key).kind {
            FileKind::Image => {
                Asked::Image { payload: PhotoRequestPayload { token, ..<_>::default() } }
            }
            FileKind::Video => Asked::Video { payload: UploadedInfo { token } },
            FileKind::Audio | FileKind::Voice => Asked::Audio { payload: UploadedInfo { token } },
            FileKind::File => Asked::File { payload: UploadedInfo { token } },
        }
    }
}
