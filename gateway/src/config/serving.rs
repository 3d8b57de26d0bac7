//! The tables of a configuration for what is served (feature `server`): their keys, defaults and rules.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use registry_api::http::{Origin, ServerOptions, tls};
use url::{Host, Url};

use super::kinds::{ADDRESS, BOOLEAN, COUNT, NETWORKS, ORIGINS, RATE, URL};
use super::rate::WrittenRate;
use super::reading::{Found, Section};
use super::secret;
use super::sections::path;
use crate::watching::Listen;

/// `[server]`: the one listener, for webhooks, the registry and what watches.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// `listen`
    pub listen: SocketAddr,
    /// `public_url`: where the world reaches it; what webhooks begin with.
    pub public_url: Option<Url>,
    /// `insecure`: the word by which it may listen beyond this machine without TLS.
    pub insecure: bool,
    /// `tls_certificate` and `tls_key`
    pub tls: Option<TlsFiles>,
    /// `max_connections`
    pub max_connections: usize,
    /// `cors`: whose pages may read the registry.
    pub cors: Vec<Origin>,
    /// `trusted_proxies`: who may say in `X-Forwarded-For` from where a request came.
    pub trusted_proxies: Vec<IpNet>,
}

/// A certificate and its key, as PEM.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlsFiles {
    /// The certificates, the server's own first.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

pub(super) fn server(root: &mut Section<'_, '_>) -> ServerConfig {
    let mut section = root.section("server");
    let Found { value, place: listen_place, .. } = section.find("listen", &[], &ADDRESS);
    let listen = value.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
    section.holds("listen", &ADDRESS, Some(&listen), listen_place.clone());
    let public_url = section.maybe("public_url", &[], &URL);
    if let Some(url) = &public_url.value
        && let Some(what) = not_public(url)
    {
        let path = section.path_of("public_url");
        section.reader.wrong(public_url.place, path, what);
    }
    let insecure = section.or("insecure", &BOOLEAN, false);
    let tls = tls_files(&mut section);
    if let (Err(()) | Ok(None), false, false) = (&tls, listen.ip().is_loopback(), insecure)
        && tls != Err(())
    {
        let path = section.path_of("listen");
        let what = format!(
            "{listen} is reached from other machines, and without TLS everybody on the way reads \
             along: set tls_certificate and tls_key, or listen on 127.0.0.1 behind a proxy that \
             speaks TLS, or say insecure = true"
        );
        section.reader.wrong(listen_place, path, what);
    }
    let max_connections = ServerOptions::default().max_connections;
    let config = ServerConfig {
        listen,
        public_url: public_url.value,
        insecure,
        tls: tls.unwrap_or_default(),
        max_connections: section.or("max_connections", &COUNT, max_connections),
        cors: section.or("cors", &ORIGINS, Vec::new()),
        trusted_proxies: section.or("trusted_proxies", &NETWORKS, Vec::new()),
    };
    section.end();
    config
}

/// Both files or none; an error when something is wrong with them, which is said already.
fn tls_files(section: &mut Section<'_, '_>) -> Result<Option<TlsFiles>, ()> {
    let certificate = path(section, "tls_certificate");
    let key = path(section, "tls_key");
    match (certificate, key) {
        (
            Found { value: Some(certificate), place: certificate_place, .. },
            Found { value: Some(key), place, .. },
        ) => {
            let path = section.path_of("tls_key");
            let credentials = section.reader.variable(secret::CREDENTIALS);
            if let Err(what) = secret::is_private(&key, credentials) {
                section.reader.wrong(place, path, what);
                return Err(());
            }
            let files = TlsFiles { certificate, key };
            if let Err(why) = tls::from_files(&files.certificate, &files.key) {
                let path = section.path_of("tls_certificate");
                section.reader.wrong(certificate_place, path, why.to_string());
                return Err(());
            }
            Ok(Some(files))
        }
        (Found { is_given: false, .. }, Found { is_given: false, .. }) => Ok(None),
        (certificate, key) => {
            for (it, other) in [(&certificate, "tls_key"), (&key, "tls_certificate")] {
                if it.is_given && !(certificate.is_given && key.is_given) {
                    let path = section.path_of(other);
                    let what = "it is missing: there is TLS with both files, or without both";
                    section.reader.missing(it.place.clone(), path, what);
                }
            }
            Err(())
        }
    }
}

/// Why the world cannot call an address.
fn not_public(url: &Url) -> Option<String> {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !is_here {
        return Some(format!(
            "\"{url}\" is not https, and webhooks must not be called without TLS"
        ));
    }
    (url.query().is_some() || url.fragment().is_some())
        .then(|| format!("\"{url}\" must end with its path: webhooks are put under it"))
}

/// `[watching]`: metrics, the accounts' state and health, without a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WatchingConfig {
    /// `enabled`
    pub enabled: bool,
    /// `listen` and `anywhere`
    pub listen: Listen,
}

pub(super) fn watching(root: &mut Section<'_, '_>) -> WatchingConfig {
    let mut section = root.section("watching");
    let enabled = section.or("enabled", &BOOLEAN, true);
    let Found { value, place, .. } = section.find("listen", &[], &ADDRESS);
    let address = value.unwrap_or(Listen::default().address);
    section.holds("listen", &ADDRESS, Some(&address), place.clone());
    let anywhere = section.or("anywhere", &BOOLEAN, false);
    if enabled && !anywhere && !address.ip().is_loopback() {
        let path = section.path_of("listen");
        let what = format!(
            "{address} is reached from other machines, and no token is asked for: listen on \
             127.0.0.1, or say anywhere = true where a firewall or a network of containers keeps \
             others away"
        );
        section.reader.wrong(place, path, what);
    }
    section.end();
    WatchingConfig { enabled, listen: Listen { address, anywhere } }
}

/// `[registry]`: whether and how chats can be asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegistryConfig {
    /// `enabled`
    pub enabled: bool,
    /// `rate`: how many requests a token may make.
    pub rate: Option<WrittenRate>,
}

pub(super) fn registry(root: &mut Section<'_, '_>) -> RegistryConfig {
    let mut section = root.section("registry");
    let config = RegistryConfig {
        enabled: section.or("enabled", &BOOLEAN, true),
        rate: section.maybe("rate", &[], &RATE).value,
    };
    section.end();
    config
}
