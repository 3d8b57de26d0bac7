//! A messenger whose updates come by webhook: what the gateway will be to it, as small as it can be.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use gateway_core::Messenger;
use gateway_core::messenger::{
    Batch, Callbacks, Capabilities, Chats, Deletions, Delivery, Edits, Files, History, Members,
    Pins, Receipt, Result, Typing, Webhooks,
};
use gateway_core::model::{Account, ChatId, Cursor, NewMessage, Update, User};
use gateway_runtime::Hook;
use sandbox::Platform;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;

use crate::{POTATO_SECRET, Street};

/// Where deliveries are kept before they are acknowledged: it outlives the messenger, as a journal
/// does.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    updates: Mutex<Vec<Update>>,
    count: watch::Sender<usize>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { updates: Mutex::default(), count: watch::Sender::new(0) }
    }
}

impl Inbox {
    fn keep(&self, new: Vec<Update>) {
        let mut updates = self.0.updates.lock().unwrap_or_else(PoisonError::into_inner);
        updates.extend(new);
        self.0.count.send_replace(updates.len());
    }

    /// Everything from a place on, as soon as there is something.
    async fn after(&self, place: usize) -> Vec<Update> {
        let mut count = self.0.count.subscribe();
        // The sender lives as long as this.
        let _ = count.wait_for(|count| *count > place).await;
        self.0.updates.lock().unwrap_or_else(PoisonError::into_inner)[place..].to_vec()
    }
}

/// A server that a messenger calls.
#[derive(Debug)]
pub struct Porch {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

/// What the server knows.
#[derive(Clone, Debug)]
struct Known {
    /// The street outlives no test: it is judged when it closes.
    street: Weak<Street>,
    platform: Platform,
    door: Door,
}

/// Who takes what is delivered.
#[derive(Clone, Debug)]
pub enum Door {
    /// An inbox keeps it, after the messenger has opened it.
    Inbox(Arc<dyn Messenger>, Inbox),
    /// A runtime.
    Hook(Hook),
}

impl Porch {
    /// Opens one for a messenger of the street.
    pub async fn open(street: &Arc<Street>, platform: Platform, door: Door) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let known = Known { street: Arc::downgrade(street), platform, door };
        let app = Router::new().route("/hook", post(called)).route("/hook/{secret}", post(called));
        let app = app.with_state(known);
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let mut tasks = JoinSet::new();
        tasks.spawn(async {
            // It ends with the test.
            let _ = axum::serve(listener, app).await;
        });
        Self { address, _tasks: tasks }
    }

    /// Where the messenger calls: Potato's address holds a secret.
    pub fn url(&self, platform: Platform) -> Url {
        let secret = match platform {
            Platform::Potato => format!("/{POTATO_SECRET}"),
            Platform::Tamtam | Platform::Max => String::new(),
        };
        format!("http://{}/hook{secret}", self.address).parse().expect("a URL")
    }
}

async fn called(
    State(known): State<Known>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if let (Some(street), Ok(update)) = (known.street.upgrade(), serde_json::from_slice(&body)) {
        street.judge_update(known.platform, &update);
    }
    let (path, peer) = (uri.path(), Some(peer.ip()));
    let delivery = Delivery { headers: &headers, body: &body, path, peer };
    let status = match known.door {
        Door::Inbox(messenger, inbox) => {
            let opened = messenger.webhooks().expect("it calls").open(&delivery);
            opened.map(|updates| inbox.keep(updates)).map_err(|_| 401)
        }
        Door::Hook(hook) => hook.deliver(&delivery).await.map(drop).map_err(|it| it.status()),
    };
    match status {
        Ok(()) => StatusCode::OK,
        Err(status) => StatusCode::from_u16(status).expect("a status"),
    }
}

/// A messenger that is called instead of polling; all else it does as before.
pub struct Called {
    messenger: Arc<dyn Messenger>,
    inbox: Inbox,
}

impl Called {
    /// The messenger whose deliveries are kept in `inbox`.
    pub fn new(messenger: Arc<dyn Messenger>, inbox: Inbox) -> Self {
        Self { messenger, inbox }
    }
}

impl fmt::Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.messenger.fmt(f)
    }
}

#[async_trait]
impl Messenger for Called {
    fn account(&self) -> &Account {
        self.messenger.account()
    }

    fn capabilities(&self) -> &Capabilities {
        self.messenger.capabilities()
    }

    async fn me(&self) -> Result<User> {
        self.messenger.me().await
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let place = cursor.map_or(0, |cursor| cursor.as_str().parse().expect("a cursor of mine"));
        let updates = self.inbox.after(place).await;
        let cursor = Some(Cursor::new((place + updates.len()).to_string()));
        Ok(Batch { updates, cursor })
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        self.messenger.send(chat, message).await
    }

    fn edits(&self) -> Option<&dyn Edits> {
        self.messenger.edits()
    }

    fn deletions(&self) -> Option<&dyn Deletions> {
        self.messenger.deletions()
    }

    fn callbacks(&self) -> Option<&dyn Callbacks> {
        self.messenger.callbacks()
    }

    fn chats(&self) -> Option<&dyn Chats> {
        self.messenger.chats()
    }

    fn members(&self) -> Option<&dyn Members> {
        self.messenger.members()
    }

    fn pins(&self) -> Option<&dyn Pins> {
        self.messenger.pins()
    }

    fn files(&self) -> Option<&dyn Files> {
        self.messenger.files()
    }

    fn typing(&self) -> Option<&dyn Typing> {
        self.messenger.typing()
    }

    fn history(&self) -> Option<&dyn History> {
        self.messenger.history()
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        self.messenger.webhooks()
    }
}
