//! Where a schema is known to be wrong. Each place is mended before the schema judges, and a mend
//! whose place is no longer there is an error: the schema has changed, and the reason with it.

use serde_json::{Value, json};

/// One place where a schema says what its platform does not do.
#[derive(Debug)]
pub(crate) struct Trap {
    /// A JSON pointer into the document.
    pub(crate) at: &'static str,
    pub(crate) mend: Mend,
    /// What the platform does instead, and where that is known from.
    pub(crate) because: &'static str,
}

/// What is changed at the place.
#[derive(Debug)]
pub(crate) enum Mend {
    /// The object need not have this property.
    Optional(&'static str),
    /// The object may also have this property, with this schema.
    Also(&'static str, &'static str),
    /// The value may be null.
    Nullable,
    /// The keyword is taken away.
    Without(&'static str),
    /// The enumeration has this value, too.
    Value(&'static str),
    /// The place has this, too.
    New(&'static str, &'static str),
    /// The place says this instead.
    Instead(&'static str),
}

/// Mends a document.
///
/// # Errors
///
/// A place that is not there, or is no longer wrong.
pub(crate) fn mend(document: &mut Value, traps: &[Trap]) -> Result<(), String> {
    for trap in traps {
        let place = document.pointer_mut(trap.at);
        let place = place.ok_or_else(|| format!("{}: there is no such place", trap.at))?;
        if !trap.mend.apply(place)? {
            return Err(format!("{}: {:?} changes nothing ({})", trap.at, trap.mend, trap.because));
        }
    }
    Ok(())
}

impl Mend {
    fn apply(&self, place: &mut Value) -> Result<bool, String> {
        let before = place.clone();
        match *self {
            Self::Optional(name) => {
                if let Some(required) = place["required"].as_array_mut() {
                    required.retain(|it| it != name);
                }
            }
            Self::Also(name, schema) => {
                place["properties"][name] = read(schema)?;
            }
            Self::New(name, what) => {
                if let Some(fields) = place.as_object_mut() {
                    let there = fields.insert(name.to_owned(), read(what)?);
                    if there.is_some() {
                        return Ok(false);
                    }
                }
            }
            Self::Nullable => place["nullable"] = json!(true),
            Self::Without(keyword) => {
                if let Some(keywords) = place.as_object_mut() {
                    keywords.remove(keyword);
                }
            }
            Self::Value(value) => {
                if let Some(values) = place["enum"].as_array_mut()
                    && !values.iter().any(|it| it == value)
                {
                    values.push(json!(value));
                }
            }
            Self::Instead(schema) => *place = read(schema)?,
        }
        Ok(*place != before)
    }
}

fn read(schema: &str) -> Result<Value, String> {
    serde_json::from_str(schema).map_err(|why| format!("{schema}: {why}"))
}

const VIDEO_THUMBNAIL: &str = "/components/schemas/VideoAttachment/allOf/1/properties/thumbnail";
const USER_IDS: &str = "/components/schemas/UserIdsList/properties/user_ids";
const LIST_OF_IDS: &str = r#"{"type": "array", "items": {"type": "integer", "format": "int64"}}"#;
const MESSAGE_ID: &str = "/paths/~1messages~1{messageId}/get/parameters/0/schema/pattern";

const LEFT_OUT: &str = "the official clients leave out what is null; asserted by the official \
                        client's suite: what is not there is as null";
const MID: &str = "asserted by the official client's suite and seen on MAX's wire: the ids of \
                   messages have a dot, `mid.<hex>`";
const MID_PATTERN: &str = r#""[a-zA-Z0-9_.\\-]+""#;
const NO_BODY_LINK: &str = "`MessageBody.required` names a property that the schema does not have";
const BODY_NULL: &str = "its own description: \"could be null\"";
const THUMBNAIL: &str = "a string by `type` and an object by `allOf` at once: it is the object";

const AVATAR: &str = "seen on MAX's wire: the user of such an update comes with the avatar";
const ACTOR: &str = "seen on MAX's wire: the id of the user is beside the user, too";

const CHATS: &str =
    "the schema says that it is gone; until it is, it answers as schema 0.0.30 has it";
const CHATS_ASKED: &str = r##"[
    {"in": "query", "name": "count", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
    {"in": "query", "name": "marker", "schema": {"$ref": "#/components/schemas/bigint"}}
]"##;
const CHATS_ANSWERED: &str = r##"{"200": {"content": {"application/json": {"schema": {
    "$ref": "#/components/schemas/ChatList"
}}}}}"##;

const DELETED: &str = "gone since June 2026; where it still is, it is as schema 0.0.30 has it";
const DELETE_CHAT: &str = r##"{
    "parameters": [
        {"in": "path", "name": "chatId", "required": true, "schema": {"type": "integer"}}
    ],
    "responses": {"200": {"$ref": "#/components/responses/SuccessResponse"}}
}"##;

const RECEIVED: &str = "/components/schemas/Attachment/discriminator/mapping";
const SENT: &str = "/components/schemas/AttachmentRequest/discriminator/mapping";
const KINDS: &str = "schema 0.0.30 names it among the kinds; 0.0.32 still has its object";
const REPLY_KEYBOARD: &str = r##""#/components/schemas/ReplyKeyboardAttachment""##;
const REPLY_KEYBOARD_SENT: &str = r##""#/components/schemas/ReplyKeyboardAttachmentRequest""##;
const DATA: &str = r##""#/components/schemas/DataAttachment""##;

const fn trap(at: &'static str, mend: Mend, because: &'static str) -> Trap {
    Trap { at, mend, because }
}

/// Of the schema 0.5.6.
pub(crate) const TAMTAM: &[Trap] = &[
    trap("/components/schemas/MessageBody", Mend::Optional("link"), NO_BODY_LINK),
    trap("/components/schemas/Message/properties/body", Mend::Nullable, BODY_NULL),
    trap("/components/schemas/NewMessageBody", Mend::Optional("text"), LEFT_OUT),
    trap("/components/schemas/NewMessageBody", Mend::Optional("attachments"), LEFT_OUT),
    trap("/components/schemas/NewMessageBody", Mend::Optional("link"), LEFT_OUT),
    trap(VIDEO_THUMBNAIL, Mend::Without("type"), THUMBNAIL),
    trap(USER_IDS, Mend::Instead(LIST_OF_IDS), "it lacks `type: array`"),
    trap(MESSAGE_ID, Mend::Instead(MID_PATTERN), MID),
];

/// Of the schema 0.0.32.
pub(crate) const MAX: &[Trap] = &[
    trap("/components/schemas/MessageBody", Mend::Optional("link"), NO_BODY_LINK),
    trap("/components/schemas/Message/properties/body", Mend::Nullable, BODY_NULL),
    trap(VIDEO_THUMBNAIL, Mend::Without("type"), THUMBNAIL),
    trap(USER_IDS, Mend::Instead(LIST_OF_IDS), "it is written as a parameter, not as a schema"),
    trap(MESSAGE_ID, Mend::Instead(MID_PATTERN), MID),
    trap(
        "/paths/~1chats~1{chatLink}/get/parameters/0/schema/pattern",
        Mend::Instead(r#""@?[a-zA-Z]+[\\w-]*""#),
        "its backslashes are doubled once more than they should be",
    ),
    trap("/paths/~1chats/get", Mend::New("parameters", CHATS_ASKED), CHATS),
    trap("/paths/~1chats/get", Mend::New("responses", CHATS_ANSWERED), CHATS),
    trap("/paths/~1chats~1{chatId}", Mend::New("delete", DELETE_CHAT), DELETED),
    trap(RECEIVED, Mend::New("reply_keyboard", REPLY_KEYBOARD), KINDS),
    trap(RECEIVED, Mend::New("data", DATA), KINDS),
    trap(SENT, Mend::New("reply_keyboard", REPLY_KEYBOARD_SENT), KINDS),
    trap(
        "/components/schemas/ReplyButton",
        Mend::Also("type", r#"{"type": "string"}"#),
        "it is told by its `type`, which is not among its properties",
    ),
    trap(
        "/components/schemas/ChatType",
        Mend::Value("dialog"),
        "seen on MAX's wire: dialogs are still `dialog`",
    ),
    trap(
        "/components/schemas/ChatType",
        Mend::Value("channel"),
        "seen on MAX's wire: channels are still `channel`",
    ),
    with_avatar("/components/schemas/BotStartedUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/BotStoppedUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/BotAddedToChatUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/BotRemovedFromChatUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/UserAddedToChatUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/UserRemovedFromChatUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/ChatTitleChangedUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/DialogClearedUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/DialogMutedUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/DialogUnmutedUpdate/allOf/1/properties/user"),
    with_avatar("/components/schemas/DialogRemovedUpdate/allOf/1/properties/user"),
    with_actor("/components/schemas/BotStartedUpdate/allOf/1"),
    with_actor("/components/schemas/BotAddedToChatUpdate/allOf/1"),
    with_actor("/components/schemas/BotRemovedFromChatUpdate/allOf/1"),
    with_actor("/components/schemas/UserAddedToChatUpdate/allOf/1"),
    with_actor("/components/schemas/UserRemovedFromChatUpdate/allOf/1"),
    with_actor("/components/schemas/ChatTitleChangedUpdate/allOf/1"),
];

const fn with_avatar(at: &'static str) -> Trap {
    trap(at, Mend::Instead(r##"{"$ref": "#/components/schemas/UserWithPhoto"}"##), AVATAR)
}

const fn with_actor(at: &'static str) -> Trap {
    trap(at, Mend::Also("user_id", r#"{"type": "integer", "format": "int64"}"#), ACTOR)
}
