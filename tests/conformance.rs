//! Every adapter passes the conformance suite, against the messengers emulated here.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use gateway_core::Messenger;
use gateway_core::model::{MessageId, Text};
use gateway_core::testing::{Fault, Hand, Seen, conformance};
use gateway_tests::called::{Called, Door, Inbox, Porch};
use gateway_tests::{POTATO_SECRET, Street, WEBHOOK_SECRET, token};
use sandbox::fault::{Fault as Mishap, Operation, PlannedFault};
use sandbox::world::switches::potato::WebhookBody;
use sandbox::world::{AccountKey, ChatKey, Message, Seen as Glimpsed};
use sandbox::{Phone, Platform};
use tokio::sync::watch;

#[tokio::test]
async fn tamtam_conforms() {
    conformance::assert(async || Side::hand(Platform::Tamtam).await).await;
}

#[tokio::test]
async fn max_conforms() {
    conformance::assert(async || Side::hand(Platform::Max).await).await;
}

#[tokio::test]
async fn tamtam_conforms_by_webhook() {
    conformance::assert(async || Side::called(Platform::Tamtam).await).await;
}

#[tokio::test]
async fn max_conforms_by_webhook() {
    conformance::assert(async || Side::called(Platform::Max).await).await;
}

#[tokio::test]
async fn potato_conforms() {
    conformance::assert(async || Side::hand(Platform::Potato).await).await;
}

#[tokio::test]
async fn potato_conforms_by_webhook_in_envelopes() {
    conformance::assert(async || Side::potato_called(WebhookBody::Envelope).await).await;
}

#[tokio::test]
async fn potato_conforms_by_webhook_in_arrays() {
    conformance::assert(async || Side::potato_called(WebhookBody::Array).await).await;
}

#[tokio::test]
async fn potato_conforms_by_webhook_one_by_one() {
    conformance::assert(async || Side::potato_called(WebhookBody::Single).await).await;
}

/// The other side of one emulated messenger.
#[derive(Debug)]
struct Side {
    street: Arc<Street>,
    platform: Platform,
    /// Where the messenger calls, and what is kept of that, if it does.
    porch: Option<(Porch, Inbox)>,
}

impl Side {
    async fn hand(platform: Platform) -> Arc<dyn Hand> {
        let street = Arc::new(Street::open().await);
        Arc::new(Self { street, platform, porch: None })
    }

    /// The same, and the messenger calls the bot.
    async fn called(platform: Platform) -> Arc<dyn Hand> {
        Self::called_on(Arc::new(Street::open().await), platform).await
    }

    /// The same on Potato, whose deliveries have this shape.
    async fn potato_called(body: WebhookBody) -> Arc<dyn Hand> {
        let street = Arc::new(Street::open().await);
        street.world.act(|state| state.switches.potato_webhook_body = body);
        Self::called_on(street, Platform::Potato).await
    }

    async fn called_on(street: Arc<Street>, platform: Platform) -> Arc<dyn Hand> {
        let messenger = street.messenger(platform);
        let inbox = Inbox::default();
        let door = Door::Inbox(messenger.clone(), inbox.clone());
        let porch = Porch::open(&street, platform, door).await;
        let webhooks = messenger.webhooks().expect("it calls");
        webhooks.set(&porch.url(platform)).await.expect("the webhook is set");
        if platform != Platform::Potato {
            assert_eq!(webhooks.list().await.expect("a list"), [porch.url(platform)]);
        }
        Arc::new(Self { street, platform, porch: Some((porch, inbox)) })
    }

    fn bot(&self) -> AccountKey {
        self.street.world.bot(self.platform).expect("there is a bot")
    }

    fn phone(&self, person: &str) -> Phone {
        Phone::of(person, self.platform, &self.street.world).expect("there is a bot")
    }

    fn dialog(&self, person: &str) -> ChatKey {
        let person = self.street.world.add_person(self.platform, person);
        self.street.world.dialog(self.bot(), person)
    }

    fn of_bot(&self, person: &str) -> Vec<Message> {
        let (dialog, bot) = (self.dialog(person), self.bot());
        self.street.world.look(|state| {
            let messages = state.chat(dialog).messages.iter();
            messages.filter(|message| message.sender == bot).cloned().collect()
        })
    }
}

#[async_trait]
impl Hand for Side {
    fn connect(&self) -> Arc<dyn Messenger> {
        let messenger = self.street.messenger(self.platform);
        match &self.porch {
            None => messenger,
            Some((_, inbox)) => Arc::new(Called::new(messenger, inbox.clone())),
        }
    }

    fn secrets(&self) -> Vec<String> {
        let secrets = [token(self.platform), WEBHOOK_SECRET, POTATO_SECRET];
        secrets.map(str::to_owned).into()
    }

    async fn says(&self, person: &str, text: &str) {
        self.phone(person).says(text);
    }

    async fn presses(&self, person: &str, label: &str) -> bool {
        self.phone(person).presses(label).is_ok()
    }

    async fn sees(&self, person: &str) -> Vec<Seen> {
        let seen = |message: Message| Seen {
            id: MessageId::of(message.number),
            text: Text::from(message.content.text.plain),
            buttons: message
                .content
                .buttons
                .iter()
                .map(|row| row.iter().map(|button| button.label.clone()).collect())
                .collect(),
            edits: u64::from(message.edited.is_some()),
        };
        self.of_bot(person).into_iter().map(seen).collect()
    }

    async fn notices(&self, person: &str) -> Vec<String> {
        let dialog = self.dialog(person);
        let notice = |it: &Glimpsed| match it {
            Glimpsed::Notice { text, .. } => Some(text.clone()),
            Glimpsed::Message(_) | Glimpsed::Edited(_) | Glimpsed::Deleted(_) => None,
        };
        self.street.world.look(|state| state.chat(dialog).seen.iter().filter_map(notice).collect())
    }

    async fn raises_unknown(&self, person: &str) {
        self.street.expect_made_up("waved");
        self.street.world.raise_undocumented(self.dialog(person), "waved");
    }

    async fn repeats_last(&self) {
        self.street.world.repeat_last_update(self.bot());
    }

    async fn next_send_meets(&self, fault: Fault) {
        let seconds = |it: Duration| u32::try_from(it.as_secs()).expect("a short time");
        let fault = match fault {
            Fault::RateLimited { retry_after } => {
                Mishap::RateLimit { retry_after: retry_after.map(seconds) }
            }
            Fault::AnswerLost => Mishap::LoseAnswer,
        };
        let (platform, operation) = (self.platform, Operation::Send);
        self.street.world.faults().plan(PlannedFault::next(platform, operation, fault));
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.street.world.changes()
    }
}
