//! What is not proven of the real messengers, as switches.

use serde::{Deserialize, Serialize};

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
    /// TamTam and MAX: how many calls of a bot are answered within a second; 0 is no limit. Both
    /// schemas know the answer 429; MAX's 0.0.32 says 30.
    pub calls_per_second: u32,
    /// TamTam and MAX: how the addresses for uploads begin.
    pub upload_urls: UploadUrls,
    /// TamTam and MAX: which certificates the servers of bots may have.
    pub webhook_certificates: WebhookCertificates,
    /// MAX: how a token in the query is refused.
    pub query_token: QueryToken,
    /// TamTam and MAX: which hosts webhooks may be at.
    pub webhook_hosts: WebhookHosts,
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
        }
    }
}

impl Switches {
    /// The most that `update_hours` may be: ten years.
    const MOST_UPDATE_HOURS: u32 = 10 * 365 * 24;

    /// What is wrong with them, when a number is more than makes sense.
    pub fn mistake(&self) -> Option<String> {
        let (most, given) = (Self::MOST_UPDATE_HOURS, self.update_hours);
        (given > most).then(|| format!("update_hours: may be at most {most}; given {given}"))
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
