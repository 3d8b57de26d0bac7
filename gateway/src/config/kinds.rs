//! What a key may hold: how it is read, written, and refused.

#[cfg(feature = "server")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use gateway_core::http::{ExposeSecret as _, SecretString};
use ipnet::IpNet;
#[cfg(feature = "server")]
use registry_api::http::Origin;
use toml::de::DeValue;
use url::Url;

use super::document;
#[cfg(feature = "server")]
use super::rate::WrittenRate;

/// What was given for a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'a> {
    /// In the file.
    Written(&'a DeValue<'a>),
    /// In a variable: a text that stands for whatever is wanted.
    Said(&'a str),
}

impl<'a> Given<'a> {
    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Written(value) => value.as_str(),
            Self::Said(text) => Some(text),
        }
    }

    fn number(self) -> Option<usize> {
        match self {
            Self::Written(DeValue::Integer(it)) => {
                usize::from_str_radix(it.as_str(), it.radix()).ok()
            }
            Self::Written(_) => None,
            Self::Said(text) => text.trim().parse().ok(),
        }
    }

    fn texts(self) -> Option<Vec<&'a str>> {
        match self {
            Self::Written(value) => {
                value.as_array()?.iter().map(|item| item.get_ref().as_str()).collect()
            }
            Self::Said(text) => Some(text.split(',').map(str::trim).collect()),
        }
    }
}

/// What a key may hold.
#[derive(Debug)]
pub(super) struct Kind<T> {
    /// What is allowed: "a duration, such as \"30s\"".
    allowed: &'static str,
    read: fn(Given<'_>) -> Option<T>,
    /// As it stands in TOML, secrets and all.
    write: fn(&T) -> String,
    /// The same without what must not be shown, where there is such a thing.
    hide: Option<fn(&T) -> String>,
}

impl<T> Kind<T> {
    pub(super) fn read(&self, given: Given<'_>) -> Option<T> {
        (self.read)(given)
    }

    pub(super) fn write(&self, value: &T) -> String {
        (self.write)(value)
    }

    /// What may be shown of it.
    pub(super) fn show(&self, value: &T) -> String {
        self.hide.map_or_else(|| self.write(value), |hide| hide(value))
    }

    /// Why what was given is refused.
    pub(super) fn refusal(&self, given: Given<'_>) -> String {
        let allowed = self.allowed;
        let what = match given {
            _ if self.hide.is_some() => None,
            // An address that is refused may hold a password all the same.
            Given::Said(text) => Some(format!("{:?}", without_password(text))),
            Given::Written(DeValue::String(text)) => Some(format!("{:?}", without_password(text))),
            Given::Written(DeValue::Integer(number)) => Some(number.as_str().to_owned()),
            Given::Written(DeValue::Float(number)) => Some(number.as_str().to_owned()),
            Given::Written(DeValue::Boolean(it)) => Some(it.to_string()),
            Given::Written(DeValue::Array(_)) => given.texts().map(|all| format!("{all:?}")),
            Given::Written(_) => None,
        };
        match (what, given) {
            (Some(what), _) => format!("{what} is not {allowed}"),
            (None, Given::Written(value)) if !value.is_str() => {
                format!("it is {}, and must be {allowed}", document::kind(value))
            }
            (None, _) => format!("what is given is not {allowed}"),
        }
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: impl Iterator<Item = String>) -> String {
    format!("[{}]", texts.map(|it| quoted(&it)).collect::<Vec<_>>().join(", "))
}

/// An address without what may be secret in it: who asks, and passwords among its parameters. It need
/// not be well-formed: a slip of the pen shall show nothing either.
fn without_password(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let (who, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("***@", rest),
        None => ("", rest),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let is_host = host.ends_with(']') || port.bytes().all(|it| it.is_ascii_digit());
    if !scheme.is_empty() && !is_host {
        return format!("{scheme}***");
    }
    let parameters: Vec<String> = rest.split_inclusive(['?', '&']).map(without_value).collect();
    format!("{scheme}{who}{}", parameters.concat())
}

/// One parameter, without its value where it names a password.
fn without_value(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, value)) if name.to_lowercase().contains("pass") => {
            let end = if value.ends_with('&') { "&" } else { "" };
            format!("{name}=***{end}")
        }
        _ => parameter.to_owned(),
    }
}

pub(super) const fn kind<T>(
    allowed: &'static str,
    read: fn(Given<'_>) -> Option<T>,
    write: fn(&T) -> String,
) -> Kind<T> {
    Kind { allowed, read, write, hide: None }
}

pub(super) const TEXT: Kind<String> =
    kind("text", |given| given.text().map(str::to_owned), |text| quoted(text));

pub(super) const SECRET: Kind<SecretString> = Kind {
    hide: Some(|_| quoted("***")),
    ..kind("text", |given| given.text().map(Into::into), |it| quoted(it.expose_secret()))
};

pub(super) const DATABASE: Kind<SecretString> = Kind {
    hide: Some(|it| quoted(&without_password(it.expose_secret()))),
    ..kind(
        "the address of a database: it begins with postgres:// or sqlite://",
        |given| {
            let text = given.text()?;
            let beginnings = ["postgres://", "postgresql://", "sqlite://", "sqlite:"];
            let rest = beginnings.iter().find_map(|with| text.strip_prefix(with))?;
            (!rest.is_empty() && !rest.starts_with('?')).then(|| text.into())
        },
        |it| quoted(it.expose_secret()),
    )
};

pub(super) const PROXY: Kind<SecretString> = Kind {
    hide: Some(|it| quoted(&without_password(it.expose_secret()))),
    ..kind(
        "the address of a proxy, such as \"http://proxy.example.org:3128\"",
        |given| web(given).map(|url| url.as_str().into()),
        |it| quoted(it.expose_secret()),
    )
};

pub(super) const URL: Kind<Url> = kind(
    "an address of http or https without a user, such as \"https://bots.example.org\"",
    |given| web(given).filter(|it| it.username().is_empty() && it.password().is_none()),
    |url| quoted(url.as_str()),
);

fn web(given: Given<'_>) -> Option<Url> {
    let url = Url::parse(given.text()?).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

#[cfg(feature = "server")]
pub(super) const BOOLEAN: Kind<bool> = kind(
    "true or false",
    |given| match given {
        Given::Written(value) => value.as_bool(),
        Given::Said(text) => text.trim().parse().ok(),
    },
    bool::to_string,
);

/// None at all would be a gateway that does nothing.
pub(super) const COUNT: Kind<usize> =
    kind("a whole number from 1 on", |given| given.number().filter(|it| *it > 0), usize::to_string);

pub(super) const DURATION: Kind<Duration> = kind(
    "a duration, such as \"500ms\", \"30s\", \"5m\" or \"7d\"",
    |given| humantime::parse_duration(given.text()?).ok(),
    |it| quoted(&humantime::format_duration(*it).to_string()),
);

#[cfg(feature = "server")]
pub(super) const ADDRESS: Kind<SocketAddr> = kind(
    "an IP address and a port, such as \"127.0.0.1:8080\"",
    |given| given.text()?.parse().ok(),
    |it| quoted(&it.to_string()),
);

pub(super) const PATH: Kind<PathBuf> = kind(
    "the path of a file",
    |given| given.text().filter(|it| !it.is_empty()).map(PathBuf::from),
    |it| quoted(&it.to_string_lossy()),
);

#[cfg(feature = "server")]
pub(super) const RATE: Kind<WrittenRate> = kind(
    "a rate: \"50\" is one, a second, and so are \"50:200\" and \"20/1m\"",
    |given| given.text()?.parse().ok(),
    |it| quoted(&it.to_string()),
);

#[cfg(feature = "server")]
pub(super) const ORIGINS: Kind<Vec<Origin>> = kind(
    "a list of origins, such as [\"https://example.org\"], or [\"*\"] for all",
    |given| given.texts()?.into_iter().map(|it| it.parse().ok()).collect(),
    |all| list(all.iter().map(ToString::to_string)),
);

pub(super) const NETWORKS: Kind<Vec<IpNet>> = kind(
    "a list of networks, such as [\"10.0.0.0/8\"]",
    |given| given.texts()?.into_iter().map(|it| it.parse().ok()).collect(),
    |all| list(all.iter().map(ToString::to_string)),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_cut_from_addresses() {
        for (text, shown) in [
            ("sqlite://gateway.db", "sqlite://gateway.db"),
            ("sqlite:///var/lib/gateway.db?mode=rwc", "sqlite:///var/lib/gateway.db?mode=rwc"),
            ("postgres://[::1]:5432/gateway", "postgres://[::1]:5432/gateway"),
            ("postgres://bot:secret@db/gateway", "postgres://***@db/gateway"),
            ("postgres://db/gateway?password=secret&a=b", "postgres://db/gateway?password=***&a=b"),
            ("http://u:secret@proxy:3128", "http://***@proxy:3128"),
            ("https:/u:secret@proxy", "***@proxy"),
            ("postgres://bot:secret#db", "postgres://***"),
            ("postgres://#bot:secret@[", "postgres://***@["),
            ("no address: at all", "no address: at all"),
        ] {
            assert_eq!(without_password(text), shown);
        }
    }
}
