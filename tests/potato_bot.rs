//! What a bot on Potato does beyond a dialog, against the messenger that is emulated here: files,
//! groups and what becomes of them, games, inline mode; and every method of the client.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::net::Ipv4Addr;

use adapter_potato::coverage::{Here, METHODS};
use adapter_potato::{Client, Potato, wire};
use axum::http::header::CONTENT_TYPE;
use gateway_core::Messenger as _;
use gateway_core::messenger::{Error, ErrorKind, Result, Upload};
use gateway_core::model::{
    Attachment, ChatId, ChatKind, Game, Location, Media, NewMessage, Permission, Role, Source,
    Text, Update, UpdateKind, UserId, Venue,
};
use gateway_tests::{PATIENCE, Street};
use sandbox::Platform;
use sandbox::world::{AccountKey, ChatKey, ChatKind as Kind, Typed};
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand more";

/// A bot, and Anna, who has begun to talk to it.
struct Scene {
    street: Street,
    potato: Potato,
    bot: AccountKey,
    anna: AccountKey,
    dialog: ChatId,
}

impl Scene {
    async fn open() -> Self {
        let street = Street::open().await;
        let potato = street.potato();
        street.anna(Platform::Potato).says("hello");
        let batch = potato.receive(None).await.expect("what she said");
        let dialog = batch.updates[0].chat_id().expect("a chat").clone();
        let bot = street.world.bot(Platform::Potato).expect("a bot");
        let anna = street.world.add_person(Platform::Potato, "Anna");
        Self { street, potato, bot, anna, dialog }
    }

    /// A chat of Anna's that the bot was brought into; what it is called on the wire.
    fn brought_into(&self, kind: Kind) -> (ChatKey, ChatId) {
        self.street.world.act(|state| {
            let chat = state.open_chat(kind, self.anna, "Tea");
            state.add_member(chat, self.bot, Some(self.anna));
            let prefix = if kind == Kind::Group { "group" } else { "channel" };
            (chat, ChatId::new(format!("{prefix}:{}", state.chat(chat).id)))
        })
    }

    /// The bot keeps order from now on, and may do all there is.
    fn promote(&self, chat: ChatKey) {
        let all = sandbox::world::Permission::POTATO.to_vec();
        self.street.world.act(|state| state.promote(chat, self.bot, self.anna, all, None));
    }

    async fn receives(&self) -> Vec<Update> {
        self.potato.receive(None).await.expect("a batch").updates
    }

    /// What Anna's answer to the bot's last message says that it was.
    async fn told_back(&self, chat: ChatKey) -> gateway_core::model::LinkedMessage {
        use sandbox::world::{Draft, Link};
        self.street.world.act(|state| {
            let said = state.chat(chat).messages.last().expect("a message").as_original(chat);
            let link = Some(Link::Reply(Box::new(said)));
            state.post(chat, self.anna, Draft { link, ..Draft::of_text("yes") });
        });
        let updates = self.receives().await;
        let answer = updates.into_iter().find_map(|update| match update.kind {
            UpdateKind::MessageCreated { message } => message.reply_to,
            _ => None,
        });
        *answer.expect("she answered")
    }

    fn dialog_key(&self) -> ChatKey {
        self.street.world.dialog(self.bot, self.anna)
    }
}

#[tokio::test]
async fn a_file_goes_there_and_back() {
    let scene = Scene::open().await;
    let file = tempfile::NamedTempFile::with_suffix(".txt").expect("a file");
    let content = "line\n".repeat(100_000);
    std::fs::write(file.path(), &content).expect("it is written");
    let media = Media { name: Some("lines.txt".to_owned()), ..Media::at_path(file.path()) };
    let new = NewMessage::new("read this").with_attachment(Attachment::File(media));
    scene.potato.send(&scene.dialog, &new).await.expect("it is sent");

    let told = scene.told_back(scene.dialog_key()).await;
    assert_eq!(told.text, "read this".into());
    let [Attachment::File(media)] = &told.attachments[..] else { panic!("a file: {told:?}") };
    assert_eq!((media.name.as_deref(), media.bytes), (Some("lines.txt"), Some(500_000)));
    let Source::Stored(id) = &media.source else { panic!("it is on the platform") };
    let mut there = scene.potato.files().expect("files").open(id).await.expect("it opens");
    let mut back = String::new();
    there.read_to_string(&mut back).await.expect("it is read");
    assert!(back == content);

    let again = NewMessage::default().with_attachment(Attachment::File(media.clone()));
    scene.potato.send(&scene.dialog, &again).await.expect("it is sent by its id");
}

#[tokio::test]
async fn what_a_message_carries_arrives_as_what_it_is() {
    let scene = Scene::open().await;
    let place = Location { latitude: 52.5, longitude: 13.4 };
    let venue = Venue {
        location: place,
        title: "Café".to_owned(),
        address: "Main street 1".to_owned(),
        foursquare_id: Some("4b".to_owned()),
    };
    for attachment in [Attachment::Location(place), Attachment::Venue(venue)] {
        let new = NewMessage::default().with_attachment(attachment.clone());
        scene.potato.send(&scene.dialog, &new).await.expect("it is sent");
        assert_eq!(scene.told_back(scene.dialog_key()).await.attachments, [attachment]);
    }
    let photo = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(photo.path(), PNG).expect("it is written");
    let image = Attachment::Image(Media::at_path(photo.path()).into());
    let new = NewMessage::new("look").with_attachment(image);
    let sent = scene.potato.send(&scene.dialog, &new).await.expect("it is sent");
    let told = scene.told_back(scene.dialog_key()).await;
    assert!(matches!(&told.attachments[..], [Attachment::Image(_)]), "{told:?}");

    // What stands beside it can be changed, the picture cannot.
    let stored = NewMessage { attachments: told.attachments, ..NewMessage::new("look again") };
    let edits = scene.potato.edits().expect("it edits");
    edits.edit(&scene.dialog, &sent.message, &stored).await.expect("the caption is changed");
    let error = edits.edit(&scene.dialog, &sent.message, &new).await.expect_err("another picture");
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
}

#[tokio::test]
async fn a_bot_in_a_group_is_told_what_happens_there() {
    let scene = Scene::open().await;
    let (group, id) = scene.brought_into(Kind::Group);
    let boris = scene.street.world.add_person(Platform::Potato, "Boris");
    scene.street.world.act(|state| {
        state.add_member(group, boris, Some(scene.anna));
        state.rename(group, scene.anna, "Coffee");
        state.remove_member(group, boris, None, false);
    });
    let updates = scene.receives().await;
    assert!(updates.iter().all(|update| update.chat_id() == Some(&id)), "{updates:?}");
    let kinds: Vec<&UpdateKind> = updates.iter().map(|update| &update.kind).collect();
    let [
        UpdateKind::BotAdded { by: Some(_), .. },
        UpdateKind::MembersJoined { members, by: Some(_), .. },
        UpdateKind::TitleChanged { chat, .. },
        UpdateKind::MemberLeft { by: None, .. },
    ] = &kinds[..]
    else {
        panic!("{kinds:?}")
    };
    assert_eq!(members[0].first_name.as_deref(), Some("Boris"));
    assert_eq!(chat.title.as_deref(), Some("Coffee"));
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_is_told_twice_and_is_reached_by_its_new_id() {
    let scene = Scene::open().await;
    let (group, old) = scene.brought_into(Kind::Group);
    scene.receives().await;
    let new = scene.street.world.act(|state| {
        let new = state.upgrade(group, scene.anna).expect("it is a group");
        ChatId::new(format!("channel:{}", state.chat(new).id))
    });
    let updates = scene.receives().await;
    assert_eq!(updates.len(), 2, "{updates:?}");
    for update in updates {
        let UpdateKind::ChatMigrated { from, to, .. } = update.kind else { panic!("{update:?}") };
        assert_eq!((from, to), (old.clone(), new.clone()));
    }
    let error = scene.potato.send(&old, &"anybody?".into()).await.expect_err("it is gone");
    assert_eq!(error.code(), Some("3005"));
    scene.potato.send(&new, &"hello".into()).await.expect("it is there");
}

#[tokio::test]
async fn a_bot_that_keeps_order_does_so() {
    let scene = Scene::open().await;
    let (chat, id) = scene.brought_into(Kind::Supergroup);
    let boris = scene.street.world.add_person(Platform::Potato, "Boris");
    let boris_id = scene.street.world.act(|state| {
        state.add_member(chat, boris, None);
        UserId::of(state.account(boris).id)
    });
    let (chats, pins) = (scene.potato.chats().expect("chats"), scene.potato.pins().expect("pins"));
    let members = scene.potato.members().expect("members");
    let refused = chats.rename(&id, "Mine").await.expect_err("it keeps no order yet");
    assert_eq!(*refused.kind(), ErrorKind::Forbidden, "{refused}");

    scene.promote(chat);
    chats.rename(&id, "Coffee").await.expect("it is renamed");
    let said = scene.potato.send(&id, &"read this".into()).await.expect("it is sent").message;
    pins.pin(&id, &said, false).await.expect("it is pinned");
    let pinned = pins.pinned(&id).await.expect("an answer").expect("a message");
    assert_eq!((pinned.id, pinned.text), (said.clone(), "read this".into()));
    pins.unpin(&id).await.expect("it is taken down");
    assert_eq!(pins.pinned(&id).await.expect("an answer"), None);

    let details = chats.describe(&id).await.expect("details");
    assert_eq!(details.chat.title.as_deref(), Some("Coffee"));
    let administrators = members.administrators(&id).await.expect("a list");
    assert_eq!(administrators.len(), 2);
    assert_eq!(administrators[0].role, Role::Owner);
    let mine = administrators[1].permissions.as_ref().expect("rights");
    assert!(mine.contains(&Permission::PinMessages), "{mine:?}");

    members.remove(&id, &boris_id, true).await.expect("he is put out");
    let again = scene.street.world.act(|state| {
        state.publish(chat, "tea", true);
        state.join(chat, boris)
    });
    assert!(!again, "he may not come back");
    scene.potato.deletions().expect("deletions").delete(&id, &said).await.expect("it is gone");

    let listed = chats.list(None).await.expect("a list").items;
    assert_eq!((listed[0].id.clone(), listed[0].kind), (id.clone(), ChatKind::Group));
    chats.leave(&id).await.expect("it leaves");
    let error = scene.potato.send(&id, &"hello?".into()).await.expect_err("it is outside");
    assert_eq!(*error.kind(), ErrorKind::Forbidden, "{error}");
}

#[tokio::test]
async fn a_game_is_played_and_scored() {
    let scene = Scene::open().await;
    let game = sandbox::world::Game { short_name: "chess".to_owned(), title: "Chess".to_owned() };
    scene.street.world.act(|state| state.add_game(scene.bot, game));
    let new =
        NewMessage::default().with_attachment(Attachment::Game(Game { name: "chess".to_owned() }));
    let sent = scene.potato.send(&scene.dialog, &new).await.expect("it is sent");
    let number = sent.message.as_str().parse().expect("a number");
    let chat = scene.dialog_key();
    scene.street.world.act(|state| state.press_play(chat, scene.anna, number)).expect("a button");
    let updates = scene.receives().await;
    let UpdateKind::ButtonPressed(press) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(press.game.as_deref(), Some("chess"));
    let target = target(&scene.dialog);
    let user_id = press.user.id.as_str().parse().expect("a number");
    let score = wire::SetGameScore { target, user_id, score: 7, message_id: number, force: None };
    scene.potato.client().set_game_score(&score).await.expect("it is set");
    scene.potato.client().set_game_score(&score).await.expect_err("it is not greater");
    let asked = wire::GameScores { target, user_id, message_id: number };
    let scores = scene.potato.client().game_high_scores(&asked).await.expect("scores");
    assert!(scores.as_str().contains('7'), "{scores:?}");
}

#[tokio::test]
async fn who_types_to_the_bot_elsewhere_is_offered_something() {
    let scene = Scene::open().await;
    let chat = scene.dialog_key();
    scene.street.world.act(|state| state.type_to(scene.bot, scene.anna, chat, Typed::of("te")));
    let updates = scene.receives().await;
    let UpdateKind::InlineQuery(query) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(query.query, "te");
    let article = wire::ArticleResult {
        id: "1".into(),
        title: "Tea".into(),
        input_message_content: wire::InputMessageContent { message_text: "Tea, please".into() },
        reply_markup: None,
        url: None,
        hide_url: None,
        description: None,
        thumb_url: None,
        thumb_width: None,
        thumb_height: None,
    };
    let answer = wire::AnswerInlineQuery {
        inline_query_id: query.id.as_str().into(),
        results: vec![wire::InlineQueryResult::Article(article)],
        is_personal: None,
        next_offset: None,
        switch_pm_text: None,
        switch_pm_parameter: None,
    };
    scene.potato.client().answer_inline_query(&answer).await.expect("it is offered");
    let id = query.id.as_str();
    let said = scene.street.world.act(|state| state.choose(id, "1")).expect("it was offered");
    assert_eq!(said.content.text.plain, "Tea, please");
}

#[tokio::test]
async fn what_the_answer_to_a_delivery_asks_for_is_done() {
    let scene = Scene::open().await;
    let text = Text::new().bold("Tea").plain("?");
    let reply = scene.potato.webhook_reply(&scene.dialog, &NewMessage::new(text));
    let reply = reply.expect("it can be said in an answer");
    let json = [(CONTENT_TYPE, "application/json")];
    let app = axum::Router::new().fallback(async move || (json, reply));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let url = scene.potato.webhook_url(&base.parse().expect("a URL")).expect("an address");
    scene.potato.webhooks().expect("it calls").set(&url).await.expect("it is set");

    let mut phone = scene.street.anna(Platform::Potato);
    phone.says("anything to drink?");
    let seen = phone.sees(PATIENCE).await.expect("an answer");
    assert_eq!(seen.text(), "Tea?");
    server.abort();
}

fn target(chat: &ChatId) -> wire::Target {
    let peer: adapter_potato::Peer = chat.as_str().parse().expect("a peer");
    peer.into()
}

fn upload(content: &'static [u8]) -> Upload {
    Upload {
        name: "a.png".to_owned(),
        mime_type: None,
        bytes: u64::try_from(content.len()).ok(),
        content: Box::pin(std::io::Cursor::new(content)),
    }
}

/// Calls the method of this name, in a group that is nowhere: what is asked is that there is
/// somebody to ask.
async fn call(client: &Client, method: &str) -> Result<()> {
    let target = json!({"chat_type": 2, "chat_id": 9});
    let of = |fields: serde_json::Value| {
        let mut all = target.as_object().expect("an object").clone();
        all.extend(fields.as_object().expect("an object").clone());
        serde_json::Value::Object(all)
    };
    macro_rules! read {
        ($fields:tt) => {
            serde_json::from_value(of(json!($fields))).expect("a request")
        };
    }
    match method {
        "Client::me" => client.me().await.map(drop),
        "Client::updates" => client.updates(Some(1)).await.map(drop),
        "Client::set_webhook" => {
            client.set_webhook(&"http://127.0.0.1:9/x".parse().expect("a URL"), None).await
        }
        "Client::del_webhook" => client.del_webhook().await,
        "Client::file" => client.file("none").await.map(drop),
        "Client::send_text_message" => {
            client.send_text_message(&read!({"text": "x"})).await.map(drop)
        }
        "Client::forward_message" => {
            let from = read!({"from_chat_type": 2, "from_chat_id": 9, "message_id": 1});
            client.forward_message(&from).await.map(drop)
        }
        "Client::answer_callback_query" => {
            client.answer_callback_query(&read!({"inline_message_id": "1", "text": "x"})).await
        }
        "Client::send_location" => {
            client.send_location(&read!({"latitude": 1.0, "longitude": 2.0})).await.map(drop)
        }
        "Client::send_venue" => {
            let venue = read!({"latitude": 1.0, "longitude": 2.0, "title": "t", "address": "a"});
            client.send_venue(&venue).await.map(drop)
        }
        "Client::send_photo" => client.send_photo(&read!({}), Some(upload(PNG))).await.map(drop),
        "Client::send_document" => {
            client.send_document(&read!({}), Some(upload(b"x"))).await.map(drop)
        }
        "Client::send_video" => {
            client.send_video(&read!({}), Some(upload(b"x")), None).await.map(drop)
        }
        "Client::edit_message_text" => {
            client.edit_message_text(&read!({"message_id": 1, "text": "x"})).await
        }
        "Client::edit_message_caption" => {
            client.edit_message_caption(&read!({"message_id": 1, "caption": "x"})).await
        }
        "Client::delete_message" => client.delete_message(&read!({"message_id": 1})).await,
        "Client::leave_chat" => client.leave_chat(read!({})).await,
        "Client::chat" => client.chat(read!({})).await.map(drop),
        "Client::chat_members_count" => client.chat_members_count(read!({})).await.map(drop),
        "Client::chat_administrators" => client.chat_administrators(read!({})).await.map(drop),
        "Client::set_chat_title" => client.set_chat_title(&read!({"title": "x"})).await,
        "Client::set_chat_description" => {
            client.set_chat_description(&read!({"description": "x"})).await
        }
        "Client::set_join_groups" => client.set_join_groups(true).await,
        "Client::pin_chat_message" => client.pin_chat_message(&read!({"message_id": 1})).await,
        "Client::unpin_chat_message" => client.unpin_chat_message(read!({})).await,
        "Client::kick_chat_member" => client.kick_chat_member(&read!({"user_id": 1})).await,
        "Client::kick_not_ban" => client.kick_not_ban(&read!({"user_id": 1})).await,
        "Client::send_chat_action" => client.send_chat_action(&read!({"action": "typing"})).await,
        "Client::send_contact" => {
            client.send_contact(&read!({"phone_number": "1", "first_name": "x"})).await
        }
        "Client::groups" => client.groups().await.map(drop),
        "Client::send_game" => client.send_game(&read!({"game_short_name": "x"})).await.map(drop),
        "Client::set_game_score" => {
            let score = read!({"user_id": 1, "score": 1, "message_id": 1});
            client.set_game_score(&score).await.map(drop)
        }
        "Client::game_high_scores" => {
            client.game_high_scores(&read!({"user_id": 1, "message_id": 1})).await.map(drop)
        }
        "Client::answer_inline_query" => {
            client.answer_inline_query(&read!({"inline_query_id": "1", "results": []})).await
        }
        other => panic!("a method {other}, which nobody calls"),
    }
}

/// Whether there was nobody to ask.
fn is_unknown(error: &Error) -> bool {
    let text = error.text().unwrap_or_default();
    error.code() == Some("1003") || text.contains("does not emulate")
}

#[tokio::test]
async fn whatever_the_client_can_ask_the_sandbox_can_be_asked() {
    let street = Street::open().await;
    let potato = street.potato();
    for method in METHODS {
        let Here::By(name) = method.here else { panic!("{} is not here", method.name) };
        if let Err(error) = call(potato.client(), name).await {
            assert!(!is_unknown(&error), "{}: {error}", method.name);
            assert!(error.code().is_some_and(|it| it.parse::<i64>().is_ok()), "{error}");
        }
    }
}
