//! Buttons. They come back as they were sent, but for defaults: asserted by the official client's
//! suite for TamTam, and seen on MAX.

use adapter_tamtam::wire::{Button as Told, KnownButton, KnownReplyButton, ReplyButton};

use crate::Platform;
use crate::world::{Button, Press};

/// A button under a message.
pub(super) fn button(platform: Platform, button: &Button) -> Told<'static> {
    let text = button.label.clone().into();
    let maybe = |it: &Option<String>| it.clone().map(Into::into);
    Told::Known(match &button.press {
        Press::Callback { payload, intent } => KnownButton::Callback {
            text,
            payload: payload.clone().into(),
            // MAX has no such field.
            intent: (platform == Platform::Tamtam)
                .then(|| intent.clone().map_or("default".into(), Into::into)),
        },
        Press::Link { url } => KnownButton::Link { text, url: url.clone().into() },
        Press::RequestContact => KnownButton::RequestContact { text },
        Press::RequestLocation { quick } => {
            KnownButton::RequestGeoLocation { text, quick: Some(*quick) }
        }
        Press::OpenChat { title, description, payload, uuid } => KnownButton::Chat {
            text,
            chat_title: title.clone().into(),
            chat_description: maybe(description),
            start_payload: maybe(payload),
            uuid: *uuid,
        },
        Press::OpenApp { web_app, contact, payload } => KnownButton::OpenApp {
            text,
            web_app: maybe(web_app),
            contact_id: *contact,
            payload: maybe(payload),
        },
        // Nobody puts the last two there on these messengers.
        Press::SendLabel { .. } | Press::Play | Press::Type { .. } => KnownButton::Message { text },
        Press::Copy { payload } => KnownButton::Clipboard { text, payload: payload.clone().into() },
    })
}

/// A button in the place of the recipient's keyboard; `None` for one that cannot be there.
pub(super) fn reply_button(button: &Button) -> Option<ReplyButton<'static>> {
    let text = button.label.clone().into();
    Some(ReplyButton::Known(match &button.press {
        Press::SendLabel { payload } => {
            KnownReplyButton::Message { text, payload: payload.clone().map(Into::into) }
        }
        Press::RequestContact => KnownReplyButton::UserContact { text, payload: None },
        Press::RequestLocation { quick } => {
            KnownReplyButton::UserGeoLocation { text, payload: None, quick: Some(*quick) }
        }
        _ => return None,
    }))
}
