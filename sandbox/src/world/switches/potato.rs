//! What is not proven of Potato. "Document" is the English document of the Bot API; "clients" are
//! programs in public repositories that ran against the real service.

use serde::{Deserialize, Serialize};

/// Where the text of an error stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorText {
    /// In `result`: three clients read it there, and the newer Chinese document says so.
    Result,
    /// In `description`: document.
    Description,
}

/// The HTTP status of an error.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorStatus {
    /// 400, seen by clients.
    BadRequest,
    /// 200, for which a client's tests are prepared.
    Ok,
}

/// The HTTP status when the token is nobody's.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenStatus {
    /// That of all errors: a client's tests have it at 400 and at 200.
    AsErrors,
    /// 401, as elsewhere.
    Unauthorized,
}

/// What a call of a webhook says.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookBody {
    /// `{"ok":true,"result":[…]}` with all that waits: the Chinese document, and two clients.
    Envelope,
    /// The list alone, for which one client is prepared.
    Array,
    /// One update a call: document.
    Single,
}

/// What forgets an update that a poll got.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// The poll itself; its parameters are ignored. A client says so in words, and three would
    /// answer for ever otherwise.
    ByReading,
    /// An `offset` that is greater, as elsewhere; `limit` is honoured. Two clients send both.
    ByOffset,
}

/// How the rows of a keyboard are written.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyboardRows {
    /// As objects: document.
    Objects,
    /// As arrays, too: so one client writes them.
    ArraysToo,
}

/// Whether requests may be forms without files.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Forms {
    /// They are refused: the document does not name them, and a client gave them up.
    Refused,
    /// They are read.
    Accepted,
}

/// What a poll gets while the bot has a webhook: the document says that it "will not work".
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BesideWebhook {
    /// The error 1006.
    NoPermission,
    /// The error 1004.
    WrongParameters,
    /// Nothing.
    Empty,
}

/// How the names of fields are matched.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldNames {
    /// Whatever their case: a client writes `Chat_id`.
    AnyCase,
    /// As the document writes them.
    Exact,
}

/// What becomes of a field that the document does not have.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownFields {
    /// Nothing: clients send some.
    Ignored,
    /// It is the error 1004.
    Refused,
}

/// Whether a text is markdown when `markdown` is not given: the document says "optional".
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultMarkdown {
    /// It is not.
    Off,
    /// It is.
    On,
}

/// Whether addresses, `@names` and `/commands` that stand in a text without markup are entities.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BareEntities {
    /// They are text.
    None,
    /// They are.
    Made,
}

/// Whether a method in the answer of a webhook is carried out.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalledMethods {
    /// It is: document.
    CarriedOut,
    /// Nobody reads it: no client uses it.
    Ignored,
}

/// What a method answers that only does something.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setters {
    /// What the document's examples have: no `result`, or `null`.
    Documented,
    /// `true`, which its prose promises.
    True,
}
