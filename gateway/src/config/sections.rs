//! The tables of a configuration that every gateway has, besides accounts: their keys, defaults and
//! rules.

use std::path::{Path, PathBuf};

use gateway_core::http::{ExposeSecret as _, SecretString};
use gateway_runtime::{Policy, RuntimeOptions};
use tracing_subscriber::EnvFilter;

use super::kinds::{COUNT, DATABASE, DURATION, PATH, TEXT};
use super::mistake::Place;
use super::reading::{Found, Section};
use crate::logging::{self, Format};

/// `[database]`: where everything is kept.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// `url`: it may hold a password.
    pub url: SecretString,
    /// `replica_url`: from which the registry is read.
    pub replica_url: Option<SecretString>,
}

pub(super) fn database(root: &mut Section<'_, '_>) -> DatabaseConfig {
    let mut section = root.section("database");
    let found = section.find("url", &["DATABASE_URL".to_owned()], &DATABASE);
    let url = found.value.unwrap_or_else(|| "sqlite://gateway.db".into());
    section.holds("url", &DATABASE, Some(&url), found.place.clone());
    let folder = match found.place {
        Place::Variable(_) => None,
        // Whoever has a file finds its database from everywhere.
        Place::File(..) | Place::Default => section.reader.document.map(|it| it.folder.as_path()),
    };
    let config = DatabaseConfig {
        url: folder.map_or_else(|| url.clone(), |folder| in_folder(folder, &url)),
        replica_url: section
            .maybe("replica_url", &["DATABASE_REPLICA_URL".to_owned()], &DATABASE)
            .value,
    };
    section.end();
    config
}

/// The address of a database whose file, if it has one, begins from this folder.
fn in_folder(folder: &Path, url: &SecretString) -> SecretString {
    let Some(rest) = url.expose_secret().strip_prefix("sqlite:") else { return url.clone() };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let is_elsewhere = rest.starts_with(['/', ':']) || rest.starts_with("file:");
    let Some(folder) = folder.to_str().filter(|it| !it.is_empty() && !is_elsewhere) else {
        return url.clone();
    };
    let folder = folder.replace('%', "%25").replace('?', "%3F");
    format!("sqlite://{}/{rest}", folder.trim_end_matches('/')).into()
}

/// `[log]`: what is told on stderr.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogConfig {
    /// `filter`: directives, as in `RUST_LOG`.
    pub filter: String,
    /// `format`
    pub format: Format,
}

pub(super) fn log(root: &mut Section<'_, '_>) -> LogConfig {
    let mut section = root.section("log");
    let Found { value, place, .. } = section.find("filter", &["RUST_LOG".to_owned()], &TEXT);
    if let Some(Err(why)) = value.as_ref().map(EnvFilter::try_new) {
        let path = section.path_of("filter");
        section.reader.wrong(place.clone(), path, format!("it is no filter of logs: {why}"));
    }
    let filter = value.unwrap_or_else(|| logging::USUAL.to_owned());
    section.holds("filter", &TEXT, Some(&filter), place);
    let words = [("human", Format::Human), ("json", Format::Json)];
    let format = section.choice("format", "format", &words, Some(Format::Human));
    section.end();
    LogConfig { filter, format: format.value.unwrap_or_default() }
}

/// The path of a file. One in the configuration file begins from its folder.
pub(super) fn path(section: &mut Section<'_, '_>, key: &'static str) -> Found<PathBuf> {
    path_as(section, key, &[])
}

pub(super) fn path_as(
    section: &mut Section<'_, '_>,
    key: &'static str,
    others: &[String],
) -> Found<PathBuf> {
    let found = section.maybe(key, others, &PATH);
    let folder = match &found.place {
        Place::File(..) => section.reader.document.map(|it| it.folder.clone()),
        Place::Variable(_) | Place::Default => None,
    };
    let folder = folder.unwrap_or_default();
    Found { value: found.value.map(|path| folder.join(path)), ..found }
}

pub(super) fn runtime(root: &mut Section<'_, '_>) -> RuntimeOptions {
    let mut section = root.section("runtime");
    let usual = RuntimeOptions::default();
    let words = [("at_least_once", Policy::AtLeastOnce), ("at_most_once", Policy::AtMostOnce)];
    let options = RuntimeOptions {
        concurrency: section.or("concurrency", &COUNT, usual.concurrency),
        held: section.or("held", &COUNT, usual.held),
        waiting: section.or("waiting", &COUNT, usual.waiting),
        tries: section.or("tries", &COUNT, usual.tries),
        retry_pause: section.or("retry_pause", &DURATION, usual.retry_pause),
        deadline: section.or("deadline", &DURATION, usual.deadline),
        drain: section.or("drain", &DURATION, usual.drain),
        retention: section.or("retention", &DURATION, usual.retention),
        policy: (section.choice("policy", "policy", &words, Some(usual.policy)).value)
            .unwrap_or_default(),
    };
    section.end();
    options
}
