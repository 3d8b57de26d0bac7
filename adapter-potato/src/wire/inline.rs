//! Inline mode: what a bot offers somebody who types to it in another chat.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::ReplyMarkup;

/// `answerInlineQuery`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct AnswerInlineQuery<'a> {
    /// The query.
    pub inline_query_id: Cow<'a, str>,
    /// Up to 50.
    pub results: Vec<InlineQueryResult<'a>>,
    /// Whether only who asked may be offered these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_personal: Option<bool>,
    /// From where the next query wants more, up to 64 bytes; none when it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<Cow<'a, str>>,
    /// A button that leads to the dialog with the bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch_pm_text: Option<Cow<'a, str>>,
    /// What `/start` carries when that button is pressed: 1 to 64 of `A-Za-z0-9_-`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch_pm_parameter: Option<Cow<'a, str>>,
}

/// `InlineQueryResult`. The document speaks of five types and lists seven; all are here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum InlineQueryResult<'a> {
    /// A link to an article.
    Article(ArticleResult<'a>),
    /// A link to a page.
    Website(WebsiteResult<'a>),
    /// A game. Its table has "must be article", copied from above.
    Game(GameResult<'a>),
    /// An animation.
    Gif(GifResult<'a>),
    /// A picture, on the web or on the messenger.
    Photo(PhotoResult<'a>),
    /// A film, or a page with one.
    Video(VideoResult<'a>),
}

/// `InputTextMessageContent`, the only kind of `InputMessageContent`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InputMessageContent<'a> {
    /// 1 to 4,096 characters.
    pub message_text: Cow<'a, str>,
}

/// `InlineQueryResultArticle`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ArticleResult<'a> {
    /// 1 to 64 bytes.
    pub id: Cow<'a, str>,
    /// What it is called.
    pub title: Cow<'a, str>,
    /// What is sent.
    pub input_message_content: InputMessageContent<'a>,
    /// Buttons under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    /// Whether the address is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hide_url: Option<bool>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// The address of a small picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb_url: Option<Cow<'a, str>>,
    /// Its width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb_width: Option<i64>,
    /// Its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb_height: Option<i64>,
}

/// `InlineQueryResultWebsite`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct WebsiteResult<'a> {
    /// 1 to 64 bytes.
    pub id: Cow<'a, str>,
    /// What it is called.
    pub title: Cow<'a, str>,
    /// What is sent.
    pub input_message_content: InputMessageContent<'a>,
    /// Its address.
    pub url: Cow<'a, str>,
    /// Buttons under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// The address of a small picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb_url: Option<Cow<'a, str>>,
}

/// `InlineQueryResultGame`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct GameResult<'a> {
    /// 1 to 64 bytes.
    pub id: Cow<'a, str>,
    /// The name under which the bot has registered it.
    pub game_short_name: Cow<'a, str>,
    /// Buttons under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
    /// What is sent instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_message_content: Option<InputMessageContent<'a>>,
}

/// `InlineQueryResultGif`: up to 1 MB.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct GifResult<'a> {
    /// 1 to 64 bytes.
    pub id: Cow<'a, str>,
    /// Where it is.
    pub gif_url: Cow<'a, str>,
    /// Its width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gif_width: Option<i64>,
    /// Its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gif_height: Option<i64>,
    /// How long it plays, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gif_duration: Option<i64>,
    /// The address of a still picture.
    pub thumb_url: Cow<'a, str>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Cow<'a, str>>,
    /// Up to 1,024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Cow<'a, str>>,
    /// Buttons under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
    /// What is sent instead: in the prose, not in the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_message_content: Option<InputMessageContent<'a>>,
}

/// `InlineQueryResultPhoto` and `InlineQueryResultCachedPhoto`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct PhotoResult<'a> {
    /// 1 to 64 bytes.
    pub id: Cow<'a, str>,
    /// Where it is.
    #[serde(flatten)]
    pub photo: PhotoSource<'a>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Cow<'a, str>>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// Up to 1,024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Cow<'a, str>>,
    /// Buttons under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
    /// What is sent instead: of a picture on the web in the prose only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_message_content: Option<InputMessageContent<'a>>,
}

/// Where a picture is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PhotoSource<'a> {
    /// On the web: a JPEG of up to 5 MB.
    Web {
        /// Its address.
        photo_url: Cow<'a, str>,
        /// The address of a small picture.
        thumb_url: Cow<'a, str>,
        /// Its width in pixels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        photo_width: Option<i64>,
        /// Its height in pixels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        photo_height: Option<i64>,
    },
    /// On the messenger.
    Cached {
        /// Its id.
        photo_file_id: Cow<'a, str>,
        /// `Markdown`, for formatting in the caption: the only method that has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parse_mode: Option<Cow<'a, str>>,
    },
}

/// `InlineQueryResultVideo`: up to 50 MB.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct VideoResult<'a> {
    /// 1 to 64 bytes.
    pub id: Cow<'a, str>,
    /// The film, or a page with one.
    pub video_url: Cow<'a, str>,
    /// `text/html` or `video/mp4`.
    pub mime_type: Cow<'a, str>,
    /// The address of a small picture.
    pub thumb_url: Cow<'a, str>,
    /// What it is called.
    pub title: Cow<'a, str>,
    /// Up to 1,024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Cow<'a, str>>,
    /// Its width in pixels; 686 when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_width: Option<i64>,
    /// Its height in pixels; 386 when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_height: Option<i64>,
    /// Buttons under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<ReplyMarkup<'a>>,
    /// What is sent instead: for a page with a film it must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_message_content: Option<InputMessageContent<'a>>,
}
