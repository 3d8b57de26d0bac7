//! What is declared works; what is not is refused as unsupported.

use super::Outcome;
use super::bench::{Bench, expect};
use crate::messenger::{Activity, ErrorKind, Feature, Messenger};
use crate::model::{
    Action, ActionKind, Attachment, AttachmentKind, Button, ChatId, Contact, Forward, Game, Intent,
    Keyboard, KeyboardKind, KeyboardPlace, Location, Media, NewMessage, Raw, ReplyOptions, Share,
    Source, Sticker, Style, StyleKind, Text, UserId, Venue,
};

pub(super) async fn honesty(bench: &Bench) -> Outcome {
    let messenger = bench.connect();
    let (chat, _) = bench.chat(&*messenger, "Anna").await?;
    let trial = Trial { bench, messenger: &*messenger, chat };
    trial.styles().await?;
    trial.buttons().await?;
    trial.keyboards().await?;
    trial.attachments().await?;
    trial.features().await?;
    trial.abilities().await
}

struct Trial<'a> {
    bench: &'a Bench,
    messenger: &'a dyn Messenger,
    chat: ChatId,
}

impl Trial<'_> {
    /// Sends it, and finds it done or refused as it was declared.
    async fn holds(&self, what: &str, declared: bool, message: &NewMessage) -> Outcome {
        let before = self.bench.hand.sees("Anna").await.len();
        let answer = self.messenger.send(&self.chat, message).await;
        if !declared {
            return self.bench.is_unsupported(what, "Anna", before, answer).await;
        }
        self.bench.ok(what, answer)?;
        let seen = self.bench.hand.sees("Anna").await;
        expect(seen.len() == before + 1, || format!("{what}: it was sent, and is not seen"))?;
        let labels: Vec<&String> = seen[before].buttons.iter().flatten().collect();
        let wanted: Vec<&String> =
            message.keyboard.iter().flat_map(|it| it.buttons().map(|it| &it.label)).collect();
        let inline = message.keyboard.as_ref().is_some_and(|it| it.kind == KeyboardKind::Inline);
        expect(!inline || labels == wanted, || {
            format!("{what}: Anna sees the buttons {labels:?}")
        })?;
        let text = seen[before].text.plain_text();
        expect(message.text.is_blank() || text == message.text.plain_text(), || {
            format!("{what}: Anna reads {text:?}")
        })
    }

    async fn styles(&self) -> Outcome {
        let carried = StyleKind::ALL.into_iter();
        for kind in carried.filter(|kind| self.messenger.capabilities().styles.carries(*kind)) {
            let text = Text::new().plain("so ").styled("it", style(kind)).plain(" is");
            self.holds(&format!("a text in {kind:?}"), true, &text.into()).await?;
        }
        Ok(())
    }

    async fn buttons(&self) -> Outcome {
        let can = self.messenger.capabilities();
        if !can.keyboards.carries(KeyboardPlace::Inline) {
            return Ok(());
        }
        for kind in ActionKind::ALL {
            // Its message must carry a game, and that must be registered first.
            if kind == ActionKind::Game && can.buttons.carries(kind) {
                continue;
            }
            let keyboard = Keyboard::inline([[Button::new("press", action(kind))]]);
            let message = NewMessage::new("choose").with_keyboard(keyboard);
            self.holds(&format!("a button of kind {kind:?}"), can.buttons.carries(kind), &message)
                .await?;
        }
        Ok(())
    }

    async fn keyboards(&self) -> Outcome {
        let can = &self.messenger.capabilities().keyboards;
        let kinds = [
            Keyboard::reply(ReplyOptions::default(), [[Button::message("Yes")]]),
            Keyboard::force_reply(),
            Keyboard::remove(),
        ];
        for keyboard in kinds {
            let place = keyboard.kind.place();
            let says = place == KeyboardPlace::Reply;
            let buttons = &self.messenger.capabilities().reply_buttons;
            let declared = can.carries(place) && (!says || buttons.carries(ActionKind::Message));
            let message = NewMessage::new("choose").with_keyboard(keyboard);
            self.holds(&format!("a keyboard of kind {place:?}"), declared, &message).await?;
        }
        Ok(())
    }

    async fn attachments(&self) -> Outcome {
        let limits = &self.messenger.capabilities().attachments;
        for kind in AttachmentKind::ALL {
            let attachment = attachment(kind);
            let declared = self.messenger.capabilities().takes(&attachment);
            // A file must be there before it can be sent, and a game must be registered.
            let needs_more = attachment.media().is_some() || kind == AttachmentKind::Game;
            if declared && needs_more {
                continue;
            }
            let message = NewMessage::default().with_attachment(attachment);
            expect(!declared || limits.per_message > 0, || "no attachment is allowed".to_owned())?;
            self.holds(&format!("an attachment of kind {kind:?}"), declared, &message).await?;
        }
        Ok(())
    }

    async fn features(&self) -> Outcome {
        let first = self.messenger.send(&self.chat, &"first".into()).await;
        let first = self.bench.ok("sending", first)?.message;
        let can = &self.messenger.capabilities().features;
        let reply = NewMessage::new("second").in_reply_to(first.clone());
        self.holds("a reply", can.carries(Feature::Reply), &reply).await?;
        let forward = Forward { chat: self.chat.clone(), message: first };
        let forward = NewMessage { forward: Some(forward), ..NewMessage::default() };
        self.holds("a forwarded message", can.carries(Feature::Forward), &forward).await?;
        let silent = NewMessage::new("third").silently();
        self.holds("a silent message", can.carries(Feature::Silent), &silent).await?;
        let bare = NewMessage::new("fourth").without_preview();
        self.holds("a message without preview", can.carries(Feature::NoPreview), &bare).await
    }

    /// What an ability's accessor hands out does something, at least in the dialog.
    async fn abilities(&self) -> Outcome {
        let (bench, messenger, chat) = (self.bench, self.messenger, &self.chat);
        let sent = bench.ok("sending", messenger.send(chat, &"first".into()).await)?.message;
        if let Some(edits) = messenger.edits() {
            bench.ok("editing", edits.edit(chat, &sent, &"changed".into()).await)?;
        }
        if let Some(history) = messenger.history() {
            let recent = bench.ok("reading", history.recent(chat, 5).await)?;
            expect(recent.iter().any(|it| it.id == sent), || {
                "it is not in the history".to_owned()
            })?;
        }
        if let Some(chats) = messenger.chats() {
            let details = bench.ok("asking about a chat", chats.describe(chat).await)?;
            expect(details.chat.id == *chat, || "it told of another chat".to_owned())?;
        }
        if let Some(typing) = messenger.typing() {
            bench.ok("typing", typing.show(chat, Activity::Typing).await)?;
        }
        // Dialogs have no members to change and often no pins, but the ability must be there.
        if let Some(members) = messenger.members() {
            not_unsupported("members", members.find(chat, &UserId::new("0")).await)?;
        }
        if let Some(pins) = messenger.pins() {
            not_unsupported("pins", pins.pin(chat, &sent, false).await)?;
        }
        if let Some(deletions) = messenger.deletions() {
            bench.ok("deleting", deletions.delete(chat, &sent).await)?;
        }
        Ok(())
    }
}

fn not_unsupported<T>(what: &str, answer: crate::messenger::Result<T>) -> Outcome {
    match answer {
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported { .. }) => {
            Err(format!("{what}: the ability is there, and does nothing: {error}"))
        }
        _ => Ok(()),
    }
}

fn style(kind: StyleKind) -> Style {
    match kind {
        StyleKind::Bold => Style::Bold,
        StyleKind::Italic => Style::Italic,
        StyleKind::Underline => Style::Underline,
        StyleKind::Strikethrough => Style::Strikethrough,
        StyleKind::Code => Style::Code,
        StyleKind::Preformatted => Style::Preformatted { language: None },
        StyleKind::Link => Style::Link { url: "https://example.org/".to_owned() },
        StyleKind::Mention => Style::Mention { user: Some(UserId::new("5")), username: None },
        StyleKind::Command => Style::Command,
        StyleKind::Email => Style::Email,
        StyleKind::Hashtag => Style::Hashtag,
        StyleKind::Heading => Style::Heading,
        StyleKind::Highlight => Style::Highlight,
        StyleKind::Quote => Style::Quote,
        StyleKind::Spoiler => Style::Spoiler,
    }
}

fn action(kind: ActionKind) -> Action {
    match kind {
        ActionKind::Callback => {
            Action::Callback { payload: "x".to_owned(), intent: Intent::Default }
        }
        ActionKind::Link => Action::Link { url: "https://example.org/".to_owned() },
        ActionKind::Message => Action::Message,
        ActionKind::RequestContact => Action::RequestContact,
        ActionKind::RequestLocation => Action::RequestLocation { quick: false },
        ActionKind::Clipboard => Action::Clipboard { text: "x".to_owned() },
        ActionKind::App => Action::App { app: Some("bot".to_owned()), bot: None, payload: None },
        ActionKind::OpenChat => {
            Action::OpenChat { title: "x".to_owned(), description: None, payload: None, uuid: None }
        }
        ActionKind::SwitchInline => Action::SwitchInline { query: "x".to_owned(), here: true },
        ActionKind::Game => Action::Game,
        ActionKind::Other => Action::Other { kind: "x".to_owned(), raw: Raw::default() },
    }
}

fn attachment(kind: AttachmentKind) -> Attachment {
    let media = || Media::new(Source::Stored("0".into()));
    let location = Location { latitude: 52.5, longitude: 13.4 };
    match kind {
        AttachmentKind::Image => Attachment::Image(media().into()),
        AttachmentKind::Video => Attachment::Video(media().into()),
        AttachmentKind::Audio => Attachment::Audio(media().into()),
        AttachmentKind::Voice => Attachment::Voice(media().into()),
        AttachmentKind::File => Attachment::File(media()),
        AttachmentKind::Sticker => {
            Attachment::Sticker(Sticker { media: media(), width: None, height: None })
        }
        AttachmentKind::Contact => Attachment::Contact(Contact {
            first_name: Some("Anna".to_owned()),
            phone: Some("+49301234".to_owned()),
            ..Contact::default()
        }),
        AttachmentKind::Location => Attachment::Location(location),
        AttachmentKind::Venue => Attachment::Venue(Venue {
            location,
            title: "Café".to_owned(),
            address: "Main street 1".to_owned(),
            foursquare_id: None,
        }),
        AttachmentKind::Share => Attachment::Share(Share {
            url: Some("https://example.org/".to_owned()),
            ..Share::default()
        }),
        AttachmentKind::Game => Attachment::Game(Game { name: "chess".to_owned() }),
        AttachmentKind::Unknown => {
            Attachment::Unknown { kind: "x".to_owned(), raw: Raw::default() }
        }
    }
}
