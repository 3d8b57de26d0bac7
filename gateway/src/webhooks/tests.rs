use std::sync::Mutex;

use async_trait::async_trait;
use gateway_core::messenger::{Batch, Capabilities, Delivery, Receipt, Result};
use gateway_core::model::{Account, ChatId, Cursor, NewMessage, Update, User};
use gateway_core::testing::MemoryMessenger;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::*;
use crate::config::{Bots, Source, Variables};

/// A messenger that keeps in mind whom it calls, as long as nobody makes it forget.
#[derive(Debug)]
pub(crate) struct Calling {
    inner: MemoryMessenger,
    known: Mutex<Vec<Url>>,
    /// How many tries it refuses yet.
    refuses: Mutex<usize>,
    changed: Notify,
}

impl Calling {
    pub(crate) fn new(refuses: usize, known: &[&str]) -> Arc<Self> {
        let known = known.iter().map(|it| it.parse().expect("an address")).collect();
        Arc::new(Self {
            inner: MemoryMessenger::new("shop"),
            known: Mutex::new(known),
            refuses: Mutex::new(refuses),
            changed: Notify::new(),
        })
    }

    fn known(&self) -> Vec<String> {
        self.known.lock().expect("a lock").iter().map(Url::to_string).collect()
    }
}

#[async_trait]
impl Messenger for Calling {
    fn account(&self) -> &Account {
        self.inner.account()
    }

    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    async fn me(&self) -> Result<User> {
        self.inner.me().await
    }

    async fn receive(&self, _: Option<&Cursor>) -> Result<Batch> {
        panic!("who is called does not poll")
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        self.inner.send(chat, message).await
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        Some(self)
    }
}

#[async_trait]
impl Webhooks for Calling {
    async fn set(&self, url: &Url) -> Result<()> {
        let mut refuses = self.refuses.lock().expect("a lock");
        if *refuses > 0 {
            *refuses -= 1;
            let kind = ErrorKind::Unavailable { may_have_happened: false };
            let text = format!("{url} cannot be reached");
            return Err(Error::new(kind, "setting a webhook").with_text(text));
        }
        self.known.lock().expect("a lock").push(url.clone());
        self.changed.notify_one();
        Ok(())
    }

    async fn list(&self) -> Result<Vec<Url>> {
        Ok(self.known.lock().expect("a lock").clone())
    }

    async fn remove(&self, url: &Url) -> Result<()> {
        self.known.lock().expect("a lock").retain(|it| it != url);
        self.changed.notify_one();
        Ok(())
    }

    fn open(&self, _: &Delivery<'_>) -> Result<Vec<Update>> {
        Ok(Vec::new())
    }
}

fn account(token: &str) -> AccountConfig {
    let text = "[[accounts]]\nname = \"shop\"\nmessenger = \"max\"\ntoken_variable = \"TOKEN\"\n";
    let variables: Variables = [("TOKEN", token)].into_iter().collect();
    let source = Source { file: None, variables, bots: Bots::Any };
    let config = source.parse(std::path::Path::new("gateway.toml"), text).expect("it is right");
    config.accounts.into_iter().next().expect("an account")
}

fn public_url() -> Url {
    "https://bots.example.org/gateway".parse().expect("an address")
}

fn webhook(messenger: Arc<Calling>, token: &str) -> Webhook {
    Webhook::new(messenger, Some(&public_url()), &account(token))
}

#[test]
fn an_address_follows_from_the_token_and_nothing_follows_from_it() {
    let one = address(&public_url(), &account("token-one"));
    assert_eq!(one, address(&public_url(), &account("token-one")));
    assert_ne!(one, address(&public_url(), &account("token-two")));
    let path = one.path();
    let secret = path.strip_prefix("/gateway/hooks/shop/").expect("it is under the address");
    assert_eq!(secret.len(), 64);
    assert_eq!(shown(&one), "https://bots.example.org/gateway/hooks/shop/***");
    // What MAX bears is something else: whoever sees the one does not know the other.
    let token = "token-one".into();
    assert_ne!(super::secret(&token).expose_secret(), path_secret(&token).expose_secret());
}

#[tokio::test]
async fn a_refusal_that_repeats_the_address_shows_no_secret() {
    let refused = webhook(Calling::new(1, &[]), "token").ensure().await.expect_err("a refusal");
    let address = "https://bots.example.org/gateway/hooks/shop/*** cannot be reached";
    assert!(refused.to_string().contains(address), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_is_forgotten_is_set_again() {
    let messenger = Calling::new(2, &[]);
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let talk = async {
        messenger.changed.notified().await;
        // Two tries in vain, and two pauses.
        assert!(begun.elapsed() >= FIRST_PAUSE * 3, "{:?}", begun.elapsed());
        let known = messenger.known();
        messenger.known.lock().expect("a lock").clear();
        messenger.changed.notified().await;
        assert!((LOOK..PERIOD).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        assert_eq!(messenger.known(), known);
        stop.cancel();
    };
    tokio::join!(webhook(messenger.clone(), "token").keep(stop.clone()), talk);
    // It is left in place.
    assert_eq!(messenger.known().len(), 1);
}

#[tokio::test]
async fn webhooks_of_an_older_token_are_taken_back_and_those_of_others_stay() {
    let old = address(&public_url(), &account("old-token"));
    let others =
        ["https://elsewhere.example.org/hook", "https://bots.example.org/gateway/hooks/other/0000"];
    let messenger = Calling::new(0, &[old.as_str(), others[0], others[1]]);
    let webhook = webhook(messenger.clone(), "new-token");
    assert!(webhook.ensure().await.expect("it is set"));
    assert_eq!(webhook.take_back_older().await.expect("it is taken back"), 1);
    let new = address(&public_url(), &account("new-token")).to_string();
    assert_eq!(messenger.known(), [others[0], others[1], new.as_str()]);
    assert!(!webhook.ensure().await.expect("it is there"));
    assert_eq!(webhook.remove().await.expect("it is taken away"), 1);
    assert_eq!(messenger.known(), others);
}

#[tokio::test]
async fn a_webhook_under_another_public_address_is_taken_back_and_that_of_another_bot_stays() {
    let base: Url = "http://127.0.0.1:8080".parse().expect("an address");
    let moved = address(&base, &account("token"));
    // Elsewhere with another token: it may be another bot's, of the same name.
    let other = address(&base, &account("other-token"));
    let elsewhere = format!("http://127.0.0.1:8080/other{}", moved.path());
    let stranger = elsewhere.replace("/shop/", "/stall/");
    let messenger =
        Calling::new(0, &[moved.as_str(), other.as_str(), elsewhere.as_str(), stranger.as_str()]);
    let webhook = webhook(messenger.clone(), "token");
    assert!(webhook.ensure().await.expect("it is set"));
    assert_eq!(webhook.take_back_older().await.expect("they are taken back"), 2);
    let new = address(&public_url(), &account("token"));
    assert_eq!(messenger.known(), [other.as_str(), stranger.as_str(), new.as_str()]);
}

#[tokio::test(start_paused = true)]
async fn what_is_on_its_way_to_an_older_webhook_has_time_to_come() {
    let old = address(&"http://bots.example.org/gateway".parse().expect("one"), &account("token"));
    // It refuses for longer than older ones have.
    let messenger = Calling::new(20, &[old.as_str()]);
    let stop = CancellationToken::new();
    let talk = async {
        let begun = Instant::now();
        messenger.changed.notified().await;
        assert!(begun.elapsed() > PERIOD, "{:?}", begun.elapsed());
        let begun = Instant::now();
        let new = address(&public_url(), &account("token"));
        assert_eq!(messenger.known(), [old.as_str(), new.as_str()]);
        messenger.changed.notified().await;
        assert!(begun.elapsed() >= PERIOD, "{:?}", begun.elapsed());
        assert_eq!(messenger.known(), [new.as_str()]);
        stop.cancel();
    };
    tokio::join!(webhook(messenger.clone(), "token").keep(stop.clone()), talk);
}
