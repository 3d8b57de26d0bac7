//! Marks and attachments, as they are given.

use serde::Deserialize;

use super::Mistake;
use super::asked::Who;
use crate::Platform;
use crate::world::{
    AccountKey, Attachment, Contact, Content, FileKey, FileKind, Mark, MarkKind, RichText, Share,
    Venue, World,
};

/// A mark, with every field that one may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenMark {
    from: usize,
    length: usize,
    kind: String,
    url: Option<String>,
    user_id: Option<i64>,
    username: Option<String>,
}

/// A text that the messenger would take, whose marks are checked.
pub(super) fn text(
    platform: Platform,
    plain: String,
    marks: Vec<GivenMark>,
) -> Result<RichText, Mistake> {
    // TamTam and MAX: the schemas, `NewMessageBody.text`, in characters; Potato: its table of
    // errors, 3014, in UTF-16 code units.
    let (limit, unit, given) = match platform {
        Platform::Tamtam | Platform::Max => (4000, "characters", plain.chars().count()),
        Platform::Potato => (4096, "UTF-16 code units", plain.encode_utf16().count()),
    };
    if given > limit {
        let why = format!("text: may have {limit} {unit} on {platform}; given {given}");
        return Err(Mistake::bad(why));
    }
    let marks = marks.into_iter().enumerate().map(|(place, it)| mark(place, it));
    let text = RichText { plain, marks: marks.collect::<Result<_, _>>()? };
    match text.fault() {
        Some(fault) => Err(Mistake::bad(fault)),
        None => Ok(text),
    }
}

fn mark(place: usize, given: GivenMark) -> Result<Mark, Mistake> {
    let GivenMark { from, length, kind, url, user_id, username } = given;
    let wrong = |why: &str| Mistake::bad(format!("marks[{place}]: {why}"));
    let is_mention = kind == "mention";
    if (user_id.is_some() || username.is_some()) && !is_mention {
        return Err(wrong("only a mention has a user_id or a username"));
    }
    if url.is_some() != (kind == "link") {
        return Err(wrong("a link has a url, and nothing else has"));
    }
    let kind = match (kind.as_str(), url) {
        ("link", Some(url)) => MarkKind::Link { url },
        ("mention", _) => MarkKind::Mention { user_id, username },
        ("bold", _) => MarkKind::Bold,
        ("italic", _) => MarkKind::Italic,
        ("underline", _) => MarkKind::Underline,
        ("strikethrough", _) => MarkKind::Strikethrough,
        ("code", _) => MarkKind::Code,
        ("preformatted", _) => MarkKind::Preformatted,
        ("heading", _) => MarkKind::Heading,
        ("highlight", _) => MarkKind::Highlight,
        ("quote", _) => MarkKind::Quote,
        ("email", _) => MarkKind::Email,
        ("command", _) => MarkKind::Command,
        (other, _) => return Err(wrong(&format!("kind: there is no {other:?}"))),
    };
    Ok(Mark { from, length, kind })
}

/// What a message carries beside its text.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Carried {
    Image(Stored),
    Video(Stored),
    Audio(Stored),
    Voice(Stored),
    File(Stored),
    Sticker(Sticker),
    Contact(Card),
    Location(Spot),
    Venue(Named),
    Share(Page),
}

/// A file that was uploaded by `POST /files`, or a small one of text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    file_id: Option<i64>,
    name: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sticker {
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    person: Option<Who>,
    name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    vcf: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spot {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    latitude: f64,
    longitude: f64,
    title: String,
    address: String,
    foursquare_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    url: String,
    title: Option<String>,
    description: Option<String>,
    image_url: Option<String>,
}

impl Carried {
    /// What the messenger calls it when it has no such thing, or has it alone.
    fn is_foreign_to(&self, platform: Platform) -> Option<&'static str> {
        match (self, platform) {
            (Self::Sticker(_), Platform::Potato) => Some("sticker"),
            (Self::Share(_), Platform::Potato) => Some("share"),
            (Self::Voice(_), Platform::Tamtam | Platform::Max) => Some("voice"),
            (Self::Venue(_), Platform::Tamtam | Platform::Max) => Some("venue"),
            _ => None,
        }
    }
}

/// What somebody's message carries; small files are stored on the way.
pub(super) fn attachments(
    world: &World,
    platform: Platform,
    owner: AccountKey,
    given: Vec<Carried>,
) -> Result<Vec<Attachment>, Mistake> {
    if platform == Platform::Potato && given.len() > 1 {
        return Err(Mistake::bad("attachments: a message on potato carries one"));
    }
    let one = |(place, given): (usize, Carried)| {
        if let Some(kind) = given.is_foreign_to(platform) {
            let why = format!("attachments[{place}].kind: there is no {kind} on {platform}");
            return Err(Mistake::bad(why));
        }
        let placed = |Mistake(status, why)| Mistake(status, format!("attachments[{place}].{why}"));
        attachment(world, platform, owner, given).map_err(placed)
    };
    given.into_iter().enumerate().map(one).collect()
}

fn attachment(
    world: &World,
    platform: Platform,
    owner: AccountKey,
    given: Carried,
) -> Result<Attachment, Mistake> {
    let file = |kind, given| file(world, platform, owner, kind, given).map(Attachment::File);
    match given {
        Carried::Image(given) => file(FileKind::Image, given),
        Carried::Video(given) => file(FileKind::Video, given),
        Carried::Audio(given) => file(FileKind::Audio, given),
        Carried::Voice(given) => file(FileKind::Voice, given),
        Carried::File(given) => file(FileKind::File, given),
        Carried::Sticker(Sticker { code }) => Ok(Attachment::Sticker { code }),
        Carried::Contact(Card { person, name, last_name, phone, vcf }) => {
            let find = |who: Who| world.look(|state| who.anybody(state, platform, "person"));
            let account = person.map(find).transpose()?;
            let name = name
                .or_else(|| account.map(|it| world.look(|state| state.account(it).name.clone())));
            if name.is_none() && vcf.is_none() {
                return Err(Mistake::bad("name: a contact has a person, a name or a vcf"));
            }
            Ok(Attachment::Contact(Contact { account, name, last_name, vcf, phone, is_own: false }))
        }
        Carried::Location(Spot { latitude, longitude }) => location(latitude, longitude),
        Carried::Venue(Named { latitude, longitude, title, address, foursquare_id }) => {
            location(latitude, longitude)?;
            let venue = Venue { latitude, longitude, title, address, foursquare_id };
            Ok(Attachment::Venue(venue))
        }
        Carried::Share(Page { url, title, description, image_url }) => {
            Ok(Attachment::Share(Share { url, title, description, image_url }))
        }
    }
}

/// A place on Earth.
pub(super) fn location(latitude: f64, longitude: f64) -> Result<Attachment, Mistake> {
    let checked = |name, degrees: f64, most: f64| {
        let why = || Mistake::bad(format!("{name}: must be within ±{most}; given {degrees}"));
        (degrees.abs() <= most).then_some(()).ok_or_else(why)
    };
    checked("latitude", latitude, 90.0)?;
    checked("longitude", longitude, 180.0)?;
    Ok(Attachment::Location { latitude, longitude })
}

fn file(
    world: &World,
    platform: Platform,
    owner: AccountKey,
    kind: FileKind,
    given: Stored,
) -> Result<FileKey, Mistake> {
    let Stored { file_id, name, text } = given;
    match (file_id, text) {
        (Some(id), None) => world.look(|state| {
            let found = state.file_by_id(id).filter(|it| state.file(*it).platform == platform);
            let found = found.ok_or_else(|| {
                Mistake::not_found(format!("file_id: there is no file {id} on {platform}"))
            })?;
            let file = state.file(found);
            if file.kind != kind {
                let is = file.kind.name();
                return Err(Mistake::bad(format!("file_id: {id} is not of this kind, but {is}")));
            }
            if file.complete.is_none() {
                return Err(Mistake::bad(format!("file_id: {id} is not uploaded yet")));
            }
            Ok(found)
        }),
        (None, Some(text)) => {
            let folder = world.folder().map_err(|why| Mistake::disk(&why))?.to_owned();
            let (key, path) = world.act(|state| {
                let key = state.add_file(owner, kind, &folder);
                (key, state.file(key).path.clone())
            });
            std::fs::write(path, &text).map_err(|why| Mistake::disk(&why))?;
            world.act(|state| {
                let now = state.now();
                let file = state.file_mut(key);
                file.bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
                file.name = name;
                file.complete = Some(now);
            });
            Ok(key)
        }
        _ => Err(Mistake::bad("file_id: a file has either a file_id or a text")),
    }
}

/// A message's content, which says or shows something.
pub(super) fn content(text: RichText, attachments: Vec<Attachment>) -> Result<Content, Mistake> {
    let given = text.plain.chars().count();
    let content = Content { text, attachments, preview: true, ..Content::default() };
    if content.is_blank() {
        return Err(blank(given));
    }
    Ok(content)
}

/// A message that says and shows nothing.
pub(super) fn blank(given: usize) -> Mistake {
    Mistake::bad(format!(
        "text: at least 1 character that is no blank, or an attachment; given {given} characters"
    ))
}
