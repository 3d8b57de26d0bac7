//! Pictures, films and other files, as bots send them.

use adapter_potato::wire;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::call::Call;
use super::sending::Destination;
use super::{Facade, form};
use crate::Platform;
use crate::world::{Attachment, Content, FileKey, FileKind, Measures, RichText};

/// Longest caption, in characters: document, `sendPhoto` and its like.
const CAPTION_LIMIT: usize = 200;

/// What a parameter that names a file may be.
struct Wanted {
    parameter: &'static str,
    /// Of files that are on the messenger.
    kinds: &'static [FileKind],
    /// By the first bytes of a file that comes along.
    is_it: fn(&[u8]) -> bool,
}

const PHOTO: Wanted =
    Wanted { parameter: "photo", kinds: &[FileKind::Image], is_it: form::is_picture };
const VIDEO: Wanted =
    Wanted { parameter: "video", kinds: &[FileKind::Video], is_it: form::is_film };
const THUMB: Wanted =
    Wanted { parameter: "thumb", kinds: &[FileKind::Image], is_it: form::is_picture };
/// Music and recordings have no method of their own.
const DOCUMENT: Wanted = Wanted {
    parameter: "document",
    kinds: &[FileKind::File, FileKind::Audio, FileKind::Voice],
    is_it: |_| true,
};

impl Facade {
    pub(super) fn send_photo(&self, call: &Call) -> Answer {
        let given: wire::SendPhoto<'_> = call.parameters()?;
        let file = self.needed(call, &PHOTO, given.photo.as_deref())?;
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        let to = Destination { target, reply_to, markup: given.reply_markup };
        self.send_file(call, to, file, given.caption.as_deref())
    }

    pub(super) fn send_document(&self, call: &Call) -> Answer {
        let given: wire::SendDocument<'_> = call.parameters()?;
        let file = self.needed(call, &DOCUMENT, given.document.as_deref())?;
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        let to = Destination { target, reply_to, markup: given.reply_markup };
        self.send_file(call, to, file, given.caption.as_deref())
    }

    /// What is said of a film's sides and length, and its picture, stays with a film that comes
    /// along; one that is on the messenger has its own.
    pub(super) fn send_video(&self, call: &Call) -> Answer {
        let given: wire::SendVideo<'_> = call.parameters()?;
        let file = self.needed(call, &VIDEO, given.video.as_deref())?;
        let thumb = self.named(call, &THUMB, given.thumb.as_deref())?;
        let is_new = call.parts.iter().any(|it| it.file == file);
        if is_new {
            let (width, height, duration) = (given.width, given.height, given.duration);
            self.world.act(|state| {
                let film = state.file_mut(file);
                (film.measures, film.thumb) = (Measures { width, height, duration }, thumb);
            });
        }
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        let to = Destination { target, reply_to, markup: given.reply_markup };
        self.send_file(call, to, file, given.caption.as_deref())
    }

    fn send_file(
        &self,
        call: &Call,
        to: Destination<'_>,
        file: FileKey,
        words: Option<&str>,
    ) -> Answer {
        let attachments = vec![Attachment::File(file)];
        let content = Content { text: caption(words)?, attachments, ..Content::default() };
        let number = self.post(call.bot, to, content)?;
        let file_id = self.world.look(|it| it.file(file).token.clone());
        Ok(Some(json!({"message_id": number, "file_id": file_id})))
    }

    fn needed(&self, call: &Call, wanted: &Wanted, id: Option<&str>) -> Result<FileKey, Failure> {
        let missing = || Failure::wrong(format!("{} is missing", wanted.parameter));
        self.named(call, wanted, id)?.ok_or_else(missing)
    }

    /// The file that comes along, or the one that is named by its id. Whose it is does not matter:
    /// no document says that it does.
    fn named(
        &self,
        call: &Call,
        wanted: &Wanted,
        id: Option<&str>,
    ) -> Result<Option<FileKey>, Failure> {
        if let Some(part) = call.parts.iter().find(|it| it.name == wanted.parameter) {
            let is_it = (wanted.is_it)(&part.head);
            return if is_it { Ok(Some(part.file)) } else { Err(Failure::WrongMedia) };
        }
        let Some(id) = id.filter(|it| !it.is_empty()) else { return Ok(None) };
        self.world.look(|state| {
            let key = state.file_by_token(Platform::Potato, id).ok_or(Failure::NoSuchFile)?;
            match state.file(key) {
                file if file.complete.is_none() => Err(Failure::NoSuchFile),
                file if wanted.kinds.contains(&file.kind) => Ok(Some(key)),
                _ => Err(Failure::WrongObject),
            }
        })
    }
}

/// Words beside a file: plain, since no method that sends a file has a flag for markdown.
pub(super) fn caption(words: Option<&str>) -> Result<RichText, Failure> {
    let words = words.unwrap_or_default();
    if words.chars().count() > CAPTION_LIMIT {
        return Err(Failure::wrong("caption is longer than 200 characters"));
    }
    Ok(words.into())
}
