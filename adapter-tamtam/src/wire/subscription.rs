//! Webhooks.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A webhook that is set.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Subscription {
    /// Where updates are delivered to.
    pub url: String,
    /// Since when, in milliseconds since 1970.
    #[serde(default, deserialize_with = "super::or_default")]
    pub time: i64,
    /// Which kinds of updates; all of them when nothing is said.
    #[serde(default)]
    pub update_types: Option<Vec<String>>,
    /// TamTam: in which version of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The answer to `GET /subscriptions`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct GetSubscriptionsResult {
    /// The webhooks that are set.
    #[serde(deserialize_with = "super::or_default")]
    pub subscriptions: Vec<Subscription>,
}

/// The body of `POST /subscriptions`.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
pub struct SubscriptionRequestBody<'a> {
    /// Where updates shall be delivered to.
    pub url: Cow<'a, str>,
    /// Which kinds of updates; all of them when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_types: Option<Vec<Cow<'a, str>>>,
    /// TamTam: in which version of the API, such as `0.5.6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Cow<'a, str>>,
    /// MAX: what each delivery bears in the header `X-Max-Bot-Api-Secret`; 5 to 256 letters,
    /// digits, `_` and `-`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Cow<'a, str>>,
}

/// It holds a secret.
impl fmt::Debug for SubscriptionRequestBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionRequestBody")
            .field("url", &self.url)
            .field("update_types", &self.update_types)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
