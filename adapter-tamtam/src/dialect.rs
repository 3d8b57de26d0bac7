//! What differs between TamTam and MAX.

use gateway_core::http::{Call, Rate, RateLimits, SecretString};
use gateway_core::model::Platform;
use reqwest::header::AUTHORIZATION;

/// Which of the two messengers is spoken to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Dialect {
    /// TamTam, Bot API 0.5.6.
    TamTam,
    /// MAX, Bot API 0.0.32.
    Max,
}

impl Dialect {
    /// The platform's name in the gateway.
    pub fn platform(self) -> Platform {
        match self {
            Self::TamTam => Platform::TAMTAM,
            Self::Max => Platform::MAX,
        }
    }

    /// Where the platform's API is.
    ///
    /// TamTam: schema 0.5.6, "About". MAX: schema 0.0.32, "servers"; the host has moved three
    /// times since 2025.
    pub fn default_base_url(self) -> &'static str {
        match self {
            Self::TamTam => "https://botapi.tamtam.chat",
            Self::Max => "https://platform-api2.max.ru",
        }
    }

    /// What the platform lets a bot ask for.
    ///
    /// TamTam: schema 0.5.6 knows the answer 429, and no number. MAX: 30 requests a second, from
    /// its documentation; two polls a second, from its notice to developers of May 2026; two
    /// messages or edits a second in one chat, which is what widely used clients keep to.
    pub fn limits(self) -> RateLimits {
        match self {
            Self::TamTam => RateLimits::LEARNED,
            Self::Max => RateLimits {
                account: Some(Rate::per_second(30).with_burst(10)),
                // A few lines of a conversation come at once; a broadcast is slowed.
                chat: Some(Rate::per_second(2).with_burst(6)),
                poll: Some(Rate::per_second(2)),
                ..RateLimits::LEARNED
            },
        }
    }

    /// The scheme of a link that mentions a user by id.
    pub(crate) fn mention_scheme(self) -> &'static str {
        match self {
            Self::TamTam => "tamtam",
            Self::Max => "max",
        }
    }

    /// TamTam takes the token from the query parameter `access_token`, MAX from the header
    /// `Authorization`, raw, without `Bearer`.
    pub(crate) fn authorize<'a>(self, call: Call<'a>, token: &SecretString) -> Call<'a> {
        match self {
            Self::TamTam => call.secret_query("access_token", token),
            Self::Max => call.secret_header(AUTHORIZATION, token),
        }
    }
}
