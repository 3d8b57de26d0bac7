//! Parameters of the methods, each by its name.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{ChatType, ReplyMarkup};

/// Which chat: the pair that identifies one, in every method that concerns one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct Target {
    /// Which kind of chat.
    pub chat_type: ChatType,
    /// Which chat of that kind.
    pub chat_id: i64,
}

/// `sendTextMessage`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendTextMessage<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// What it says.
    pub text: Cow<'a, str>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Whether the text is read as markdown; what it is without, no document says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markdown: Option<bool>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `forwardMessage`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ForwardMessage {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// The kind of the chat where it was sent.
    pub from_chat_type: ChatType,
    /// Which chat of that kind.
    pub from_chat_id: i64,
    /// Its number there.
    pub message_id: i64,
}

/// `answerCallbackQuery`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AnswerCallbackQuery<'a> {
    /// The press.
    pub inline_message_id: Cow<'a, str>,
    /// What the person who pressed is shown: up to 200 characters, none shows nothing.
    pub text: Cow<'a, str>,
    /// Shown until it is closed, instead of for a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_alert: Option<bool>,
    /// What is opened: the game, or a link that opens the bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    /// For how many seconds the client may give this answer again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_time: Option<i64>,
}

/// `sendLocation`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendLocation<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// In degrees, north is positive.
    pub latitude: f64,
    /// In degrees, east is positive.
    pub longitude: f64,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `sendVenue`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendVenue<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// In degrees, north is positive.
    pub latitude: f64,
    /// In degrees, east is positive.
    pub longitude: f64,
    /// What it is called.
    pub title: Cow<'a, str>,
    /// Where to go.
    pub address: Cow<'a, str>,
    /// Its id at Foursquare.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foursquare_id: Option<Cow<'a, str>>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `sendPhoto`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendPhoto<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// The id of a picture on the messenger; left out when the picture itself comes along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Cow<'a, str>>,
    /// Up to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Cow<'a, str>>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `sendDocument`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendDocument<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// The id of a file on the messenger; left out when the file itself comes along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Cow<'a, str>>,
    /// Up to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Cow<'a, str>>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `sendVideo`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendVideo<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// The id of a film on the messenger; left out when the film itself comes along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<Cow<'a, str>>,
    /// How long it plays, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// The id of a picture of it; left out when the picture itself comes along, or none shall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb: Option<Cow<'a, str>>,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Up to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Cow<'a, str>>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `editMessageText`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct EditMessageText<'a> {
    /// Where it is.
    #[serde(flatten)]
    pub target: Target,
    /// The message.
    pub message_id: i64,
    /// What it shall say.
    pub text: Cow<'a, str>,
    /// Whether the text is read as markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markdown: Option<bool>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `editMessageCaption`. The table lacks `caption`, which the example has.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct EditMessageCaption<'a> {
    /// Where it is.
    #[serde(flatten)]
    pub target: Target,
    /// The message.
    pub message_id: i64,
    /// What it shall say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Cow<'a, str>>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `deleteMessage`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MessageIn {
    /// Where it is.
    #[serde(flatten)]
    pub target: Target,
    /// The message.
    pub message_id: i64,
}

/// `pinChatMessage`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PinChatMessage {
    /// Where it is.
    #[serde(flatten)]
    pub target: Target,
    /// The message.
    pub message_id: i64,
    /// Whether nobody is told. In channels nobody ever is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
}

/// `setChatTitle`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SetChatTitle<'a> {
    /// Which chat.
    #[serde(flatten)]
    pub target: Target,
    /// 1 to 255 characters.
    pub title: Cow<'a, str>,
}

/// `setChatDescription`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SetChatDescription<'a> {
    /// Which supergroup or channel.
    #[serde(flatten)]
    pub target: Target,
    /// Up to 255 characters.
    pub description: Cow<'a, str>,
}

/// `setJoinGroups`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SetJoinGroups {
    /// Whether the bot may be brought into groups.
    pub enable: bool,
}

/// `kickChatMember` and `kickNotBan`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KickMember {
    /// From which chat.
    #[serde(flatten)]
    pub target: Target,
    /// Who.
    pub user_id: i64,
}

/// `sendChatAction`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SendChatAction {
    /// Where.
    #[serde(flatten)]
    pub target: Target,
    /// What the bot is busy with.
    pub action: ChatAction,
}

/// What a bot is busy with: the second list of `sendChatAction`. The first one, in prose, has names
/// of another platform.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the document's")]
pub enum ChatAction {
    Typing,
    RecordVideo,
    UploadVideo,
    RecordAudio,
    UploadAudio,
    UploadPhoto,
    UploadDocument,
    GeoLocation,
    ChooseContact,
    GamePlay,
    RecordRound,
    UploadRound,
    Cancel,
    /// One that the list does not have.
    #[serde(untagged)]
    Other(String),
}

/// `sendContact`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendContact<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// The phone's number.
    pub phone_number: Cow<'a, str>,
    /// The first name.
    pub first_name: Cow<'a, str>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Cow<'a, str>>,
    /// Whether it arrives without a sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `sendGame`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendGame<'a> {
    /// Where to.
    #[serde(flatten)]
    pub target: Target,
    /// The name under which the bot has registered it.
    pub game_short_name: Cow<'a, str>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Whether it arrives without a sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
    /// An inline keyboard whose first button starts the game; without one there is such a button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
}

/// `setGameScore`. The example has a `bot_id` beside these, which no table knows.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SetGameScore {
    /// Where the game is.
    #[serde(flatten)]
    pub target: Target,
    /// Whose score.
    pub user_id: i64,
    /// Not negative.
    pub score: i64,
    /// The message with the game.
    pub message_id: i64,
    /// Whether it may be less than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// `getGameHighScores`. The example is a copy of that of `setGameScore`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct GameScores {
    /// Where the game is.
    #[serde(flatten)]
    pub target: Target,
    /// Around whom.
    pub user_id: i64,
    /// The message with the game.
    pub message_id: i64,
}

/// `setWebhook`. A certificate comes along as a part: note 2 says that a string will not work.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SetWebhook<'a> {
    /// Where to deliver.
    pub url: Cow<'a, str>,
}

/// `getFile`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct GetFile<'a> {
    /// Which file.
    pub file_id: Cow<'a, str>,
}
