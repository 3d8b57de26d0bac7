//! Buttons.

use adapter_tamtam::wire;

use crate::world::{Button, Press};

pub(super) fn button(button: &Button) -> wire::Button<'static> {
    let text = button.label.clone().into();
    wire::Button::Known(match &button.press {
        Press::Callback { payload, .. } => wire::KnownButton::Callback {
            text,
            payload: payload.clone().into(),
            // Asserted by the official client's suite: the default is echoed.
            intent: Some("default".into()),
        },
        Press::Link { url } => wire::KnownButton::Link { text, url: url.clone().into() },
        _ => wire::KnownButton::Link { text, url: "".into() },
    })
}
