//! What is not proven of the real messengers, as switches.

pub mod potato;

use serde::{Deserialize, Serialize};

use potato::{
    BareEntities, BesideWebhook, CalledMethods, Confirmation, DefaultMarkdown, ErrorStatus,
    ErrorText, FieldNames, Forms, KeyboardRows, Setters, TokenStatus, UnknownFields, WebhookBody,
};

/// How the messengers behave where nobody is sure. The defaults are what clients in production saw,
/// or else what a client survives more easily.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// TamTam and MAX: what a poll without a marker gets.
    pub without_marker: WithoutMarker,
    /// TamTam and MAX: whether updates that `types` leaves out are committed with the rest.
    pub filtered_updates: FilteredUpdates,
    /// TamTam and MAX: what a poll gets while the bot has a webhook.
    pub poll_beside_webhook: PollBesideWebhook,
    /// TamTam and MAX: what the places of markup count.
    pub markup_unit: MarkupUnit,
    /// TamTam and MAX: which bots are told what happens in groups and channels.
    pub group_updates: GroupUpdates,
    /// MAX: whether the answer of an image's upload may be sent as it is, `{"photos": …}`.
    pub photos_payload: PhotosPayload,
    /// MAX: what a second webhook at another address does.
    pub second_webhook: SecondWebhook,
    /// MAX: whether what its schema calls removed still works: `GET /chats`, `PATCH /me`,
    /// `DELETE /chats/{chatId}`, `POST /chats/{chatId}/members`.
    pub removed_operations: RemovedOperations,
    /// TamTam and MAX: for how many milliseconds an uploaded file is not ready to be sent.
    pub processing_ms: u64,
    /// MAX: how many hours an update waits for a poll. TamTam's wait for ever.
    pub update_hours: u32,
    /// MAX: whether a message may have buttons in the place of the person's keyboard.
    pub reply_keyboards: ReplyKeyboards,
    /// MAX: whether a message in the answer of a webhook is sent, as on TamTam.
    pub webhook_replies: WebhookReplies,
    /// MAX: how much a poll may ask for, and how often it may come.
    pub poll_caps: PollCaps,
    /// TamTam and MAX: the marker of a poll that brings nothing.
    pub empty_marker: EmptyMarker,
    /// How many calls of a bot are answered within a second; 0 is no limit. Both schemas know the
    /// answer 429; MAX's 0.0.32 says 30. Potato's document has the error 1007, and no number.
    pub calls_per_second: u32,
    /// TamTam and MAX: how the addresses for uploads begin.
    pub upload_urls: UploadUrls,
    /// Which certificates the servers of bots may have that did not give theirs.
    pub webhook_certificates: WebhookCertificates,
    /// MAX: how a token in the query is refused.
    pub query_token: QueryToken,
    /// Which hosts webhooks may be at.
    pub webhook_hosts: WebhookHosts,
    /// Potato: where the text of an error stands.
    pub potato_error_text: ErrorText,
    /// Potato: the HTTP status of an error.
    pub potato_error_status: ErrorStatus,
    /// Potato: the HTTP status when the token is nobody's.
    pub potato_token_status: TokenStatus,
    /// Potato: how many answers in a hundred are 200 with nothing in them, though it is done.
    pub potato_empty_answers: u8,
    /// Potato: what a method answers that only does something.
    pub potato_setters: Setters,
    /// Potato: how the names of fields are matched.
    pub potato_field_names: FieldNames,
    /// Potato: what becomes of a field that the document does not have.
    pub potato_unknown_fields: UnknownFields,
    /// Potato: whether requests may be forms without files.
    pub potato_forms: Forms,
    /// Potato: how the rows of a keyboard are written.
    pub potato_keyboard_rows: KeyboardRows,
    /// Potato: how many UTF-16 code units the text of a bot may have.
    pub potato_text_units: u32,
    /// Potato: whether a text is markdown when `markdown` is not given.
    pub potato_default_markdown: DefaultMarkdown,
    /// Potato: whether addresses, `@names` and `/commands` without markup are entities.
    pub potato_bare_entities: BareEntities,
    /// Potato: how many messages of a bot a chat takes within a second; 0 is no limit.
    pub potato_chat_messages_per_second: u32,
    /// Potato: what forgets an update that a poll got.
    pub potato_confirmation: Confirmation,
    /// Potato: for how many seconds a poll waits, at most, when it asks for that by `timeout`.
    pub potato_poll_seconds: u32,
    /// Potato: what a poll gets while the bot has a webhook.
    pub potato_poll_beside_webhook: BesideWebhook,
    /// Potato: what a call of a webhook says.
    pub potato_webhook_body: WebhookBody,
    /// Potato: whether a method in the answer of a webhook is carried out.
    pub potato_webhook_replies: CalledMethods,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            without_marker: WithoutMarker::Uncommitted,
            filtered_updates: FilteredUpdates::Committed,
            poll_beside_webhook: PollBesideWebhook::Refused,
            markup_unit: MarkupUnit::Utf16,
            group_updates: GroupUpdates::Administrators,
            photos_payload: PhotosPayload::Accepted,
            second_webhook: SecondWebhook::Added,
            removed_operations: RemovedOperations::Answered,
            processing_ms: 0,
            update_hours: 24,
            reply_keyboards: ReplyKeyboards::Accepted,
            webhook_replies: WebhookReplies::Ignored,
            poll_caps: PollCaps::Schema,
            empty_marker: EmptyMarker::Given,
            calls_per_second: 0,
            upload_urls: UploadUrls::WithScheme,
            webhook_certificates: WebhookCertificates::Any,
            query_token: QueryToken::Unverified,
            webhook_hosts: WebhookHosts::Loopback,
            potato_error_text: ErrorText::Result,
            potato_error_status: ErrorStatus::BadRequest,
            potato_token_status: TokenStatus::AsErrors,
            potato_empty_answers: 0,
            potato_setters: Setters::Documented,
            potato_field_names: FieldNames::AnyCase,
            potato_unknown_fields: UnknownFields::Ignored,
            potato_forms: Forms::Refused,
            potato_keyboard_rows: KeyboardRows::Objects,
            potato_text_units: 4096,
            potato_default_markdown: DefaultMarkdown::Off,
            potato_bare_entities: BareEntities::None,
            potato_chat_messages_per_second: 0,
            potato_confirmation: Confirmation::ByReading,
            potato_poll_seconds: 0,
            potato_poll_beside_webhook: BesideWebhook::NoPermission,
            potato_webhook_body: WebhookBody::Envelope,
            potato_webhook_replies: CalledMethods::CarriedOut,
        }
    }
}

impl Switches {
    /// The most that `update_hours` may be: ten years.
    const MOST_UPDATE_HOURS: u32 = 10 * 365 * 24;

    /// The most that `potato_poll_seconds` may be: an hour.
    const MOST_POLL_SECONDS: u32 = 60 * 60;

    /// The most that `potato_text_units` may be: no body is longer.
    const MOST_TEXT_UNITS: u32 = 1024 * 1024;

    /// What is wrong with them, when a number is more than makes sense.
    pub fn mistake(&self) -> Option<String> {
        [
            ("update_hours", Self::MOST_UPDATE_HOURS, self.update_hours),
            ("potato_empty_answers", 100, self.potato_empty_answers.into()),
            ("potato_poll_seconds", Self::MOST_POLL_SECONDS, self.potato_poll_seconds),
            ("potato_text_units", Self::MOST_TEXT_UNITS, self.potato_text_units),
        ]
        .into_iter()
        .find(|(_, most, given)| given > most)
        .map(|(name, most, given)| format!("{name}: may be at most {most}; given {given}"))
    }
}

/// What a poll without a marker gets.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutMarker {
    /// Everything since the last commitment: TamTam's schema, and what was seen on MAX.
    Uncommitted,
    /// Only the latest: MAX's schema 0.0.32.
    Latest,
}

/// Whether updates that `types` leaves out are committed with the rest.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FilteredUpdates {
    /// The marker goes past them.
    Committed,
    /// They come again when a poll asks for them.
    Kept,
}

/// What a poll gets while the bot has a webhook.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PollBesideWebhook {
    /// The answer 405, which both schemas document.
    Refused,
    /// Nothing, for as long as it waits.
    Empty,
}

/// What the places of markup count.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkupUnit {
    /// UTF-16 code units.
    Utf16,
    /// Unicode code points.
    CodePoints,
}

/// Which bots are told what happens in groups and channels.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupUpdates {
    /// Those who keep order there; of messages those who may read all.
    Administrators,
    /// All that are in them.
    Members,
}

/// Whether the answer of an image's upload may be sent as it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotosPayload {
    /// It may.
    Accepted,
    /// It is refused: only a `token` or a `url` is taken.
    Refused,
}

/// What a second webhook at another address does.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondWebhook {
    /// Every update comes to both.
    Added,
    /// The first is gone.
    Replaces,
}

/// Whether what MAX's schema calls removed still works.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovedOperations {
    /// It does.
    Answered,
    /// It answers 404.
    Gone,
}

/// Whether a message may have buttons in the place of the person's keyboard.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKeyboards {
    /// It may: schema 0.0.30.
    Accepted,
    /// It is refused: schema 0.0.32 still describes them, and names them among the kinds of
    /// attachments no more.
    Refused,
}

/// Whether a message in the answer of a webhook is sent to where the update came from: the official
/// client of TamTam answers so, no document of MAX knows it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookReplies {
    /// It is.
    Sent,
    /// Nobody reads it.
    Ignored,
}

/// How much a poll of MAX may ask for, and how often it may come.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PollCaps {
    /// Up to 1000 updates and 90 seconds, as often as it likes: schema 0.0.32.
    Schema,
    /// 100 updates, 30 seconds, 2 polls a second: the notice of May 2026, as a client quotes it.
    Notice,
}

/// The marker of a poll that brings nothing.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyMarker {
    /// The place of the bot: seen on MAX.
    Given,
    /// `null`, which both schemas allow and no recorded answer has.
    Null,
}

/// How the addresses for uploads begin.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadUrls {
    /// With their scheme, as both schemas' examples.
    WithScheme,
    /// With `//`: asserted by the official client's suite of TamTam that it may be so.
    WithoutScheme,
}

/// Which certificates the servers of bots may have.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookCertificates {
    /// Any: TamTam's schema names none, and on this machine nobody signs them.
    Any,
    /// Those that this machine trusts: MAX's schema 0.0.32.
    Trusted,
}

/// How MAX refuses a token in the query.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryToken {
    /// 401 and `verify.token`: seen by a probe of August 2026.
    Unverified,
    /// 403 and `deprecated.token`: seen in April 2026.
    Deprecated,
}

/// Which hosts webhooks may be at.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookHosts {
    /// This machine: `localhost`, and addresses of the loopback.
    Loopback,
    /// Any that the messenger would take; the sandbox really calls them.
    Any,
}
