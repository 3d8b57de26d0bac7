//! Whatever the switches of the sandbox say, a bot is told, sends, edits, and answers a press; on
//! TamTam and MAX it uploads, too.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use chrono::TimeDelta;
use gateway_core::Messenger;
use gateway_core::messenger::{ErrorKind, Result, Upload};
use gateway_core::model::{
    Attachment, AttachmentKind, Button, ButtonPress, ChatId, Cursor, Keyboard, NewMessage, Update,
    UpdateKind,
};
use gateway_tests::called::{Called, Door, Inbox, Porch};
use gateway_tests::{PATIENCE, Street};
use sandbox::world::{Seen, Switches};
use sandbox::{Phone, Platform};
use serde_json::{Value, json};

/// Switches that are numbers, in positions other than their defaults.
const NUMBERS: [(&str, u64); 6] = [
    ("processing_ms", 20),
    ("update_hours", 1),
    ("calls_per_second", 3),
    ("potato_text_units", 100),
    ("potato_chat_messages_per_second", 1),
    ("potato_poll_seconds", 5),
];

/// What no bot survives without loss: what an empty answer held is gone.
const LOSES: &str = "potato_empty_answers";

/// Every switch of TamTam and MAX, or of Potato, in every position.
fn positions(is_potato: bool) -> Vec<(String, Value)> {
    let defaults = serde_json::to_value(Switches::default()).expect("JSON");
    let defaults = defaults.as_object().expect("an object");
    let mut positions = Vec::new();
    // Some are of all three.
    let all = ["calls_per_second", "webhook_certificates", "webhook_hosts"];
    let concerns = |name: &str| {
        all.contains(&name) || name.starts_with("potato_") == is_potato && name != LOSES
    };
    for (name, default) in defaults.iter().filter(|(name, _)| concerns(name)) {
        let others: Vec<Value> = if default.is_string() {
            words(name)
        } else {
            let of_name = NUMBERS.iter().filter(|(number, _)| number == name);
            of_name.map(|(_, value)| json!(value)).collect()
        };
        assert!(others.iter().any(|it| it != default), "{name} has another position");
        positions.extend(others.into_iter().map(|it| (name.clone(), it)));
    }
    positions
}

/// The positions of a switch: its refusal of any other names them.
fn words(name: &str) -> Vec<Value> {
    let wrong = serde_json::from_value::<Switches>(json!({name: "no such position"}));
    let why = wrong.expect_err("there is no such position").to_string();
    let quoted = why.split('`').skip(1).step_by(2);
    quoted.filter(|it| *it != "no such position").map(|it| json!(it)).collect()
}

#[test]
fn the_positions_of_a_switch_are_known() {
    assert_eq!(words("without_marker"), [json!("uncommitted"), json!("latest")]);
}

#[tokio::test]
async fn a_bot_on_potato_survives_every_position() {
    for (name, position) in positions(true) {
        let street = Arc::new(street_with(&name, &position).await);
        let messenger = street.potato();
        let life = lives_on_potato(&street, &messenger);
        is_lived(&name, &position, Platform::Potato, life).await;
    }
}

#[tokio::test]
async fn a_bot_that_polls_survives_every_position() {
    for (name, position) in positions(false) {
        for platform in [Platform::Tamtam, Platform::Max] {
            let street = Arc::new(street_with(&name, &position).await);
            let messenger = Arc::new(street.tamtam(platform));
            is_lived(&name, &position, platform, lives(&street, platform, &*messenger)).await;
        }
    }
}

#[tokio::test]
async fn a_bot_that_is_called_survives_every_position() {
    for (name, position) in positions(false) {
        for platform in [Platform::Tamtam, Platform::Max] {
            let street = Arc::new(street_with(&name, &position).await);
            let messenger: Arc<dyn Messenger> = Arc::new(street.tamtam(platform));
            let inbox = Inbox::default();
            let door = Door::Inbox(messenger.clone(), inbox.clone());
            let porch = Porch::open(&street, platform, door).await;
            let webhooks = messenger.webhooks().expect("it calls");
            webhooks.set(&porch.url()).await.expect("the webhook is set");
            let called = Called::new(messenger.clone(), inbox);
            is_lived(&name, &position, platform, lives(&street, platform, &called)).await;
        }
    }
}

async fn street_with(name: &str, position: &Value) -> Street {
    let street = Street::open().await;
    street.world.act(|state| {
        let mut all = serde_json::to_value(&state.switches).expect("JSON");
        all[name] = position.clone();
        state.switches = serde_json::from_value(all).expect("a position");
    });
    street
}

/// Says in which position it was, when it fails.
async fn is_lived(
    name: &str,
    position: &Value,
    platform: Platform,
    life: impl Future<Output = std::result::Result<(), String>>,
) {
    let lived = tokio::time::timeout(PATIENCE, life).await;
    let lived = lived.unwrap_or_else(|_| Err("it is not done in time".to_owned()));
    assert_eq!(lived, Ok(()), "{platform}, {name} = {position}");
}

/// A bot among others: what every bot does.
struct Life<'a> {
    street: &'a Street,
    messenger: &'a dyn Messenger,
    cursor: Option<Cursor>,
}

async fn lives(
    street: &Street,
    platform: Platform,
    messenger: &dyn Messenger,
) -> std::result::Result<(), String> {
    let mut life = Life { street, messenger, cursor: None };
    let mut anna = street.anna(platform);
    let chat = life.hears(&mut anna).await?;
    life.talks(&chat, &mut anna).await?;

    for kind in [AttachmentKind::Image, AttachmentKind::Video, AttachmentKind::File] {
        let files = messenger.files().ok_or("it takes no files")?;
        let media = life.tries("uploading", async || files.upload(kind, upload()).await).await?;
        let attachment = match kind {
            AttachmentKind::Image => Attachment::Image(media.into()),
            AttachmentKind::Video => Attachment::Video(media.into()),
            _ => Attachment::File(media),
        };
        let new = NewMessage::new("look").with_attachment(attachment);
        life.tries("sending a file", async || messenger.send(&chat, &new).await).await?;
    }
    life.is_seen(platform, &["Tea!", "look", "look", "look"])
}

async fn lives_on_potato(
    street: &Street,
    messenger: &dyn Messenger,
) -> std::result::Result<(), String> {
    let mut life = Life { street, messenger, cursor: None };
    let mut anna = street.anna(Platform::Potato);
    let chat = life.hears(&mut anna).await?;
    life.talks(&chat, &mut anna).await?;
    life.is_seen(Platform::Potato, &["Tea!"])
}

fn upload() -> Upload {
    Upload {
        name: "a.bin".to_owned(),
        mime_type: None,
        bytes: Some(4),
        content: Box::pin(std::io::Cursor::new(b"four".to_vec())),
    }
}

impl Life<'_> {
    /// Asks with a button, and answers and edits when Anna presses it.
    async fn talks(&mut self, chat: &ChatId, anna: &mut Phone) -> std::result::Result<(), String> {
        let keyboard = Keyboard::inline([[Button::callback("Tea", "tea")]]);
        let asked = NewMessage::new("**Tea?**").with_keyboard(keyboard);
        let sent = self.tries("sending", async || self.messenger.send(chat, &asked).await).await?;
        anna.presses("Tea").map_err(|why| format!("pressing: {why:?}"))?;
        let press = self.pressed().await?;
        if press.payload != "tea" || press.message.as_ref() != Some(&sent.message) {
            return Err(format!("another button was pressed: {press:?}"));
        }
        let callbacks = self.messenger.callbacks().ok_or("it answers no presses")?;
        self.tries("answering", async || callbacks.answer(&press.id, "Counted").await).await?;
        let edits = self.messenger.edits().ok_or("it edits nothing")?;
        let edit = NewMessage::new("Tea!");
        self.tries("editing", async || edits.edit(chat, &sent.message, &edit).await).await?;
        Ok(())
    }

    /// Does it, and once more after a second when that was too much.
    async fn tries<T>(
        &self,
        doing: &str,
        act: impl AsyncFn() -> Result<T>,
    ) -> std::result::Result<T, String> {
        loop {
            match act().await {
                Ok(done) => return Ok(done),
                Err(error) if matches!(error.kind(), ErrorKind::RateLimited { .. }) => {
                    self.street.world.advance(TimeDelta::seconds(1));
                }
                Err(error) => return Err(format!("{doing}: {error}")),
            }
        }
    }

    /// The next batch, as an intake takes it.
    async fn receives(&mut self) -> std::result::Result<Vec<Update>, String> {
        let cursor = self.cursor.clone();
        let receive = async || self.messenger.receive(cursor.as_ref()).await;
        let batch = self.tries("receiving", receive).await?;
        self.cursor = batch.cursor.or(self.cursor.take());
        Ok(batch.updates)
    }

    /// Where Anna says hello.
    async fn hears(&mut self, anna: &mut Phone) -> std::result::Result<ChatId, String> {
        anna.says("hello");
        loop {
            for update in self.receives().await? {
                if let UpdateKind::MessageCreated { .. } = &update.kind {
                    return update.chat_id().cloned().ok_or_else(|| "no chat".to_owned());
                }
            }
        }
    }

    async fn pressed(&mut self) -> std::result::Result<ButtonPress, String> {
        loop {
            for update in self.receives().await? {
                if let UpdateKind::ButtonPressed(press) = update.kind {
                    return Ok(press);
                }
            }
        }
    }

    /// What Anna has on her screen at the end.
    fn is_seen(&self, platform: Platform, said: &[&str]) -> std::result::Result<(), String> {
        let world = &self.street.world;
        let bot = world.bot(platform).ok_or("no bot")?;
        let dialog = world.dialog(bot, world.add_person(platform, "Anna"));
        world.look(|state| {
            let chat = state.chat(dialog);
            let of_bot: Vec<_> = chat.messages.iter().filter(|it| it.sender == bot).collect();
            let texts: Vec<&str> = of_bot.iter().map(|it| it.content.text.plain.as_str()).collect();
            let files = of_bot.iter().filter(|it| it.content.attachments.len() == 1).count();
            let is_told = chat.seen.iter().any(|it| matches!(it, Seen::Notice { .. }));
            if texts == said && files == said.len() - 1 && is_told {
                return Ok(());
            }
            Err(format!("Anna sees {texts:?}, {files} files; told: {is_told}"))
        })
    }
}
