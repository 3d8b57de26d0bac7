//! What bots offer to those who type to them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use adapter_potato::wire::{self, InlineQueryResult as Given};
use serde_json::Value;

use super::answer::{Answer, Failure};
use super::call::Call;
use super::{Facade, games, keyboard, markdown};
use crate::Platform;
use crate::world::{
    AccountKey, Attachment, Content, FileKey, FileKind, Measures, Offer, Offered, RichText, State,
    SwitchButton,
};

/// How many results there may be, how many bytes their ids and an offset may have, and how many
/// characters their captions and messages: document, `answerInlineQuery` and `InlineQueryResult`.
const RESULTS: usize = 50;
const ID_BYTES: usize = 64;
const OFFSET_BYTES: usize = 64;
const CAPTION_LIMIT: usize = 1024;
const MESSAGE_LIMIT: usize = 4096;
const PARAMETER_LIMIT: usize = 64;

impl Facade {
    /// The document says "True", and has no example.
    pub(super) fn answer_inline_query(&self, call: &Call) -> Answer {
        let given: wire::AnswerInlineQuery<'_> = call.parameters()?;
        if given.results.len() > RESULTS {
            return Err(Failure::wrong("results: there may be 50"));
        }
        let next_offset = filled(given.next_offset);
        if next_offset.as_ref().is_some_and(|it| it.len() > OFFSET_BYTES) {
            return Err(Failure::wrong("next_offset is longer than 64 bytes"));
        }
        let switch = switch(filled(given.switch_pm_text), filled(given.switch_pm_parameter))?;
        let id = given.inline_query_id.as_ref();
        self.world.act(|state| {
            if state.inline_query(id).is_none_or(|it| it.bot != call.bot) {
                return Err(Failure::wrong("inline_query_id is not known"));
            }
            let offer = |it| offer(state, call.bot, it);
            let results: Vec<Offer> =
                given.results.into_iter().map(offer).collect::<Result<_, _>>()?;
            let ids: BTreeSet<&str> = results.iter().map(|it| it.id.as_str()).collect();
            if ids.len() < results.len() {
                return Err(Failure::wrong("results: two have one id"));
            }
            let is_personal = given.is_personal == Some(true);
            state.offer(call.bot, id, Offered { results, next_offset, is_personal, switch });
            Ok(Some(Value::Bool(true)))
        })
    }
}

fn filled(text: Option<Cow<'_, str>>) -> Option<String> {
    text.map(Cow::into_owned).filter(|it| !it.is_empty())
}

fn switch(
    label: Option<String>,
    parameter: Option<String>,
) -> Result<Option<SwitchButton>, Failure> {
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let is_wrong = |it: &String| it.len() > PARAMETER_LIMIT || !it.chars().all(is_letter);
    if parameter.as_ref().is_some_and(is_wrong) {
        return Err(Failure::wrong("switch_pm_parameter: 1 to 64 letters, digits, _ and -"));
    }
    Ok(label.map(|label| SwitchButton { label, parameter }))
}

/// What a result is called, and what is posted by choosing it.
struct Read<'a> {
    kind: &'static str,
    id: Cow<'a, str>,
    title: Option<Cow<'a, str>>,
    description: Option<Cow<'a, str>>,
    content: Content,
    markup: Option<wire::ReplyMarkup<'a>>,
}

fn offer(state: &mut State, bot: AccountKey, given: Given<'_>) -> Result<Offer, Failure> {
    let read = read(state, bot, given)?;
    if read.id.is_empty() || read.id.len() > ID_BYTES {
        return Err(Failure::wrong("id of a result: 1 to 64 bytes"));
    }
    let mut content = read.content;
    keyboard::put(&mut content, read.markup)?;
    Ok(Offer {
        id: read.id.into_owned(),
        kind: read.kind.to_owned(),
        title: filled(read.title),
        description: filled(read.description),
        content,
    })
}

fn read<'a>(state: &mut State, bot: AccountKey, given: Given<'a>) -> Result<Read<'a>, Failure> {
    Ok(match given {
        Given::Article(it) => Read {
            kind: "article",
            id: it.id,
            title: Some(it.title),
            description: it.description,
            content: said(&it.input_message_content)?,
            markup: it.reply_markup,
        },
        Given::Website(it) => Read {
            kind: "website",
            id: it.id,
            title: Some(it.title),
            description: it.description,
            content: said(&it.input_message_content)?,
            markup: it.reply_markup,
        },
        Given::Game(it) => {
            let game = games::game(state, bot, &it.game_short_name)?;
            let (title, shown) = (game.title.clone(), Attachment::Game(game));
            let content = instead(it.input_message_content, || Ok(carrying(shown, None)))?;
            let (title, description) = (Some(title.into()), None);
            Read { kind: "game", id: it.id, title, description, content, markup: it.reply_markup }
        }
        Given::Gif(it) => {
            let text = caption(it.caption, false)?;
            let measures =
                Measures { width: it.gif_width, height: it.gif_height, duration: it.gif_duration };
            // The document has no animations among what a message carries.
            let at = || {
                Ok(carrying(
                    at(state, bot, (FileKind::File, "image/gif"), &it.gif_url, measures),
                    text,
                ))
            };
            let content = instead(it.input_message_content, at)?;
            let (title, description) = (it.title, None);
            Read { kind: "gif", id: it.id, title, description, content, markup: it.reply_markup }
        }
        Given::Photo(it) => {
            let content = match it.photo {
                wire::PhotoSource::Web { photo_url, photo_width, photo_height, .. } => {
                    let text = caption(it.caption, false)?;
                    let measures =
                        Measures { width: photo_width, height: photo_height, duration: None };
                    let kind = (FileKind::Image, "image/jpeg");
                    let at = || Ok(carrying(at(state, bot, kind, &photo_url, measures), text));
                    instead(it.input_message_content, at)?
                }
                wire::PhotoSource::Cached { photo_file_id, parse_mode } => {
                    let is_markdown =
                        parse_mode.is_some_and(|it| it.eq_ignore_ascii_case("markdown"));
                    let text = caption(it.caption, is_markdown)?;
                    let key = stored(state, &photo_file_id)?;
                    let here = || Ok(carrying(Attachment::File(key), text));
                    instead(it.input_message_content, here)?
                }
            };
            Read {
                kind: "photo",
                id: it.id,
                title: it.title,
                description: it.description,
                content,
                markup: it.reply_markup,
            }
        }
        Given::Video(it) => {
            let text = caption(it.caption, false)?;
            let is_page = it.mime_type == "text/html";
            if !is_page && it.mime_type != "video/mp4" {
                return Err(Failure::wrong("mime_type: text/html or video/mp4"));
            }
            if is_page && it.input_message_content.is_none() {
                return Err(Failure::wrong("a page with a film has an input_message_content"));
            }
            let measures = Measures {
                width: it.video_width.or(Some(686)),
                height: it.video_height.or(Some(386)),
                duration: None,
            };
            let kind = (FileKind::Video, "video/mp4");
            let at = || Ok(carrying(at(state, bot, kind, &it.video_url, measures), text));
            let content = instead(it.input_message_content, at)?;
            let (title, description) = (Some(it.title), None);
            Read { kind: "video", id: it.id, title, description, content, markup: it.reply_markup }
        }
    })
}

/// What is sent instead of the thing itself, when the bot says so.
fn instead(
    message: Option<wire::InputMessageContent<'_>>,
    itself: impl FnOnce() -> Result<Content, Failure>,
) -> Result<Content, Failure> {
    message.map_or_else(itself, |message| said(&message))
}

fn said(message: &wire::InputMessageContent<'_>) -> Result<Content, Failure> {
    let text = message.message_text.as_ref();
    if text.chars().count() > MESSAGE_LIMIT {
        return Err(Failure::MessageTooLong);
    }
    if text.trim().is_empty() {
        return Err(Failure::wrong("message_text is empty"));
    }
    Ok(Content { text: text.into(), ..Content::default() })
}

fn caption(words: Option<Cow<'_, str>>, is_markdown: bool) -> Result<Option<RichText>, Failure> {
    let words = words.unwrap_or_default();
    if words.chars().count() > CAPTION_LIMIT {
        return Err(Failure::wrong("caption is longer than 1024 characters"));
    }
    let read = if is_markdown { markdown::parse(&words) } else { words.as_ref().into() };
    Ok(Some(read))
}

fn carrying(attachment: Attachment, text: Option<RichText>) -> Content {
    let (text, attachments) = (text.unwrap_or_default(), vec![attachment]);
    Content { text, attachments, ..Content::default() }
}

/// Something on the web: nobody fetches it.
fn at(
    state: &mut State,
    bot: AccountKey,
    (kind, mime_type): (FileKind, &str),
    url: &str,
    measures: Measures,
) -> Attachment {
    let key = state.add_file_at(bot, kind, url);
    let file = state.file_mut(key);
    (file.measures, file.mime_type) = (measures, Some(mime_type.to_owned()));
    Attachment::File(key)
}

/// A picture on the messenger.
fn stored(state: &State, id: &str) -> Result<FileKey, Failure> {
    let key = state.file_by_token(Platform::Potato, id).ok_or(Failure::NoSuchFile)?;
    let is_picture = state.file(key).kind == FileKind::Image;
    is_picture.then_some(key).ok_or(Failure::WrongObject)
}
