//! What differs between TamTam and MAX.

use std::net::Ipv4Addr;
use std::time::Duration;

use gateway_core::http::{Call, Rate, RateLimits, SecretString};
use gateway_core::model::{Escape, Mark, Markup, Platform, StyleKind};
use ipnet::{IpNet, Ipv4Net};
use reqwest::header::AUTHORIZATION;

use crate::wire;

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

    /// How long a poll is held open at most. TamTam: schema 0.5.6, `getUpdates`, `timeout`. MAX: its
    /// notice to developers of May 2026.
    pub(crate) fn longest_poll(self) -> Duration {
        match self {
            Self::TamTam => Duration::from_secs(90),
            Self::Max => Duration::from_secs(30),
        }
    }

    /// The largest file that is taken, in bytes. TamTam: "2 GB", of every kind, from its schema.
    /// MAX: schema 0.0.32, `getUploadUrl`. Both say MB and GB, and not whether these are powers of
    /// ten or of two: what is between is left to the platform.
    pub(crate) fn largest_upload(self, kind: wire::UploadType) -> u64 {
        const MB: u64 = 1024 * 1024;
        match (self, kind) {
            (Self::TamTam, _) => 2048 * MB,
            (Self::Max, wire::UploadType::Image) => 50 * MB,
            (Self::Max, wire::UploadType::Video) => 250 * MB,
            (Self::Max, wire::UploadType::Audio) => 256 * MB,
            (Self::Max, wire::UploadType::File) => 4096 * MB,
        }
    }

    /// From where the platform calls a webhook: schema 0.5.6, `subscribe`. MAX names no networks;
    /// it proves itself by a secret.
    pub(crate) fn webhook_networks(self) -> Vec<IpNet> {
        let network = |last| Ipv4Net::new_assert(Ipv4Addr::new(185, 16, 150, last), 30);
        match self {
            Self::TamTam => [0, 84, 152, 192].map(network).map(IpNet::V4).into(),
            Self::Max => Vec::new(),
        }
    }

    /// The platform's HTML: unlike its markdown, that has a way to escape every character. Schema
    /// 0.5.6, "Text formatting"; the addresses of users are `tamtam://user/5` and `max://user/5`.
    pub(crate) fn html(self) -> Markup {
        let marks = match self {
            Self::TamTam => const { &html_marks("<a href=\"tamtam://user/{}\">") },
            Self::Max => const { &html_marks("<a href=\"max://user/{}\">") },
        };
        Markup { marks, escape: Escape::Entities }
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

const fn html_marks(mention: &'static str) -> [Mark; 10] {
    const fn mark(style: StyleKind, open: &'static str, close: &'static str) -> Mark {
        Mark { style, open, close }
    }
    [
        mark(StyleKind::Bold, "<b>", "</b>"),
        mark(StyleKind::Link, "<a href=\"{}\">", "</a>"),
        mark(StyleKind::Italic, "<i>", "</i>"),
        mark(StyleKind::Underline, "<u>", "</u>"),
        mark(StyleKind::Strikethrough, "<s>", "</s>"),
        mark(StyleKind::Code, "<code>", "</code>"),
        mark(StyleKind::Preformatted, "<pre>", "</pre>"),
        mark(StyleKind::Heading, "<h1>", "</h1>"),
        mark(StyleKind::Highlight, "<mark>", "</mark>"),
        mark(StyleKind::Mention, mention, "</a>"),
    ]
}
