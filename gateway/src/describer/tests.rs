use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use gateway_core::messenger::{Batch, Capabilities, Chats, Page, Receipt, Result, TextLimit};
use gateway_core::model::{ChatId, Cursor, NewMessage, Platform, User};
use gateway_core::{Error, testing::ManualClock};
use registry_api::query::ChatQuery;
use storage::testing::TestDatabase;

use super::*;

/// A messenger that is only asked for chats, and may be out of order.
#[derive(Debug)]
struct Fake {
    account: Account,
    capabilities: Capabilities,
    asked: AtomicUsize,
    is_down: AtomicBool,
}

#[async_trait]
impl Messenger for Fake {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        unreachable!("nobody asks who it is")
    }

    async fn receive(&self, _: Option<&Cursor>) -> Result<Batch> {
        unreachable!("nothing is received")
    }

    async fn send(&self, _: &ChatId, _: &NewMessage) -> Result<Receipt> {
        unreachable!("nothing is sent")
    }

    fn chats(&self) -> Option<&dyn Chats> {
        Some(self)
    }
}

#[async_trait]
impl Chats for Fake {
    async fn describe(&self, chat: &ChatId) -> Result<ChatDetails> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.is_down.load(Ordering::Relaxed) {
            let kind = ErrorKind::Unavailable { may_have_happened: false };
            return Err(Error::new(kind, "asking about a chat"));
        }
        let title = Some("Tea".to_owned());
        let chat = Chat { title, ..Chat::new(chat.clone(), ChatKind::Group) };
        Ok(ChatDetails { link: Some("https://tea".to_owned()), ..ChatDetails::new(chat) })
    }

    async fn list(&self, _: Option<&Cursor>) -> Result<Page<Chat>> {
        unreachable!("nothing is listed")
    }

    async fn rename(&self, _: &ChatId, _: &str) -> Result<()> {
        unreachable!("nothing is renamed")
    }

    async fn leave(&self, _: &ChatId) -> Result<()> {
        unreachable!("nothing is left")
    }
}

struct Bench {
    registry: Registry,
    fake: Arc<Fake>,
    describer: Arc<Describer>,
    wishes: Wishes,
    _database: TestDatabase,
}

impl Bench {
    async fn open() -> Self {
        let database = TestDatabase::sqlite();
        let clock = Arc::new(ManualClock::default());
        let store = database.open().await.registry();
        let chance = Arc::new(gateway_core::chance::Chance::seeded(7));
        let registry = Registry::new(store, clock.clone(), chance);
        let fake = Arc::new(Fake {
            account: Account::new("a", Platform::MAX),
            capabilities: Capabilities::of_text(TextLimit::characters(140)),
            asked: AtomicUsize::new(0),
            is_down: AtomicBool::new(false),
        });
        let messengers: [Arc<dyn Messenger>; 1] = [fake.clone()];
        let (describer, wishes) = Describer::new(registry.clone(), &messengers, clock);
        Self { registry, fake, describer, wishes, _database: database }
    }

    /// The bot sees something of a chat; how often the messenger has been asked then.
    async fn sees(&mut self, chat: &Chat, came: Option<DateTime<Utc>>) -> usize {
        let seen = Sighting::new(&self.fake.account, chat, DateTime::UNIX_EPOCH);
        self.registry.see(&seen).await.expect("it is kept");
        self.describer.note(&self.fake.account, chat, came);
        while let Ok(wish) = self.wishes.0.try_recv() {
            self.describer.clone().fulfil(wish).await;
        }
        self.fake.asked.load(Ordering::Relaxed)
    }

    async fn title(&self) -> Option<String> {
        let page = self.registry.list(&ChatQuery { size: 1, ..ChatQuery::default() }).await;
        let json = &page.expect("a page").records[0].document.json;
        let chat: registry_api::model::Chat = serde_json::from_str(json).expect("a chat");
        chat.title.last().map(|it| it.value.clone())
    }
}

fn group() -> Chat {
    Chat::new("5", ChatKind::Group)
}

#[tokio::test]
async fn a_chat_without_a_title_is_asked_for_until_it_has_one_and_not_for_each_message() {
    let mut bench = Bench::open().await;
    bench.fake.is_down.store(true, Ordering::Relaxed);
    assert_eq!(bench.sees(&group(), None).await, 1);
    assert_eq!(bench.sees(&group(), None).await, 1);
    tokio::time::pause();
    tokio::time::advance(PAUSE).await;
    tokio::time::resume();
    assert_eq!(bench.sees(&group(), None).await, 2);
    bench.fake.is_down.store(false, Ordering::Relaxed);
    tokio::time::pause();
    tokio::time::advance(PAUSE).await;
    tokio::time::resume();
    assert_eq!(bench.title().await, None);
    assert_eq!(bench.sees(&group(), None).await, 3);
    assert_eq!(bench.title().await.as_deref(), Some("Tea"));
    assert_eq!(bench.sees(&group(), None).await, 3);
}

#[tokio::test]
async fn what_has_a_title_is_asked_for_only_when_the_bot_comes() {
    let mut bench = Bench::open().await;
    let titled = Chat { title: Some("Lunch".to_owned()), ..group() };
    assert_eq!(bench.sees(&titled, None).await, 0);
    // Told without it, the registry has it.
    assert_eq!(bench.sees(&group(), None).await, 0);
    let came = DateTime::from_timestamp(5, 0);
    assert_eq!(bench.sees(&group(), came).await, 1);
    assert_eq!(bench.title().await.as_deref(), Some("Tea"));
    // An update may be seen again, and is no other.
    assert_eq!(bench.sees(&group(), came).await, 1);
    assert_eq!(bench.sees(&group(), DateTime::from_timestamp(6, 0)).await, 2);
    let dialog = Chat::new("6", ChatKind::Dialog);
    assert_eq!(bench.sees(&dialog, None).await, 2);
}
