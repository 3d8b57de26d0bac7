//! Cutting secrets out of what is shown.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// What is put in a secret's place.
const CUT: &str = "[secret]";

/// Secrets, and the forms in which they may stand in a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets {
    /// Those of the account, for as long as there is a client.
    known: Arc<RwLock<Vec<SecretString>>>,
    /// Those of one call: an account makes any number of calls, and what was hidden for one of them
    /// must not pile up.
    own: Vec<SecretString>,
}

impl Secrets {
    pub(super) fn new(secrets: &[SecretString]) -> Self {
        let known = Self::default();
        for secret in secrets {
            known.learn(secret);
        }
        known
    }

    /// Keeps one more secret from being shown.
    pub(super) fn learn(&self, secret: &SecretString) {
        let plain = secret.expose_secret();
        if plain.is_empty() || self.read().iter().any(|form| form.expose_secret() == plain) {
            return;
        }
        add(&mut self.known.write().unwrap_or_else(PoisonError::into_inner), plain);
    }

    /// Keeps something from being shown by this copy alone.
    pub(super) fn hide(&mut self, plain: &str) {
        add(&mut self.own, plain);
    }

    /// Keeps an address from being shown by this copy alone: whole, and what of it whoever serves it
    /// gets to see and may repeat. That is the path, the query and both, as they are and decoded.
    pub(super) fn hide_address(&mut self, address: &str) {
        self.hide(address);
        let Ok(url) = Url::parse(address) else { return };
        self.hide(url.as_str());
        let mut parts = vec![url.path().to_owned()];
        if let Some(query) = url.query() {
            parts.extend([format!("{}?{query}", url.path()), query.to_owned()]);
        }
        // Every address has a path, and what is no longer than its slash tells nothing.
        for part in parts.iter().filter(|part| part.len() > 1) {
            self.hide(part);
            self.hide(&percent_decode_str(part).decode_utf8_lossy());
        }
    }

    pub(super) fn cut_from(&self, text: &str) -> String {
        let known = self.read();
        let forms = self.own.iter().chain(known.iter()).map(SecretString::expose_secret);
        // A form that holds another one goes first, or half of it could stay.
        let mut forms: Vec<&str> = forms.collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.into_iter().fold(text.to_owned(), |text, form| text.replace(form, CUT))
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<SecretString>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds every form of a secret.
fn add(forms: &mut Vec<SecretString>, plain: &str) {
    forms.extend(spellings(plain).into_iter().map(SecretString::from));
}

/// A secret as it is, and as URLs, JSON and HTML spell it.
pub(crate) fn spellings(plain: &str) -> Vec<String> {
    let parameter: String = url::form_urlencoded::byte_serialize(plain.as_bytes()).collect();
    let json = serde_json::to_string(plain).unwrap_or_default();
    let json = json.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or_default();
    let html = plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut forms = vec![
        plain.to_owned(),
        with_small_digits(&parameter),
        parameter,
        in_a_path(plain),
        with_small_digits(&in_a_path(plain)),
        // Some writers of JSON escape more than they must.
        json.replace('/', "\\/"),
        json.to_owned(),
        html.replace('"', "&quot;"),
        html,
    ];
    forms.retain(|form| !form.is_empty());
    forms.sort();
    forms.dedup();
    forms
}

/// `%3A` as `%3a`.
fn with_small_digits(encoded: &str) -> String {
    let mut pieces = encoded.split('%');
    let mut small = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at(piece.len().min(2));
        small.extend(["%", &digits.to_lowercase(), rest]);
    }
    small
}

/// As a segment of a URL's path spells it, which is not as a parameter does.
fn in_a_path(plain: &str) -> String {
    let Ok(mut url) = Url::parse("http://x/") else { return String::new() };
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(plain);
    }
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_cut_in_every_form() {
        let secrets = Secrets::new(&["10:a b".to_owned().into(), String::new().into()]);
        let text = "10:a b, 10%3Aa+b, 10:a%20b, 10";
        assert_eq!(secrets.cut_from(text), "[secret], [secret], [secret], 10");
    }

    #[test]
    fn an_address_is_cut_whole_and_in_parts_and_for_one_call_only() {
        let secrets = Secrets::new(&["token".to_owned().into()]);
        let mut own = secrets.clone();
        own.hide_address("https://h.example/up/load?sig=a%2Fb&of=token");
        for text in [
            "https://h.example/up/load?sig=a%2Fb&of=token",
            "/up/load?sig=a%2Fb&of=token",
            "/up/load",
            "sig=a%2Fb&of=token",
            "sig=a/b&of=token",
            "token",
        ] {
            assert_eq!(own.cut_from(text), "[secret]", "{text}");
        }
        assert_eq!(secrets.cut_from("/up/load of token"), "/up/load of [secret]");
    }

    #[test]
    fn a_part_of_an_address_leaves_no_half_of_a_token() {
        let mut secrets = Secrets::new(&["left-mid-right".to_owned().into()]);
        secrets.hide_address("https://h.example/?mid");
        assert_eq!(secrets.cut_from("left-mid-right, mid"), "[secret], [secret]");
    }

    #[test]
    fn an_address_without_a_path_hides_no_slash() {
        let mut secrets = Secrets::default();
        secrets.hide_address("https://h.example/");
        assert_eq!(secrets.cut_from("and/or https://h.example/"), "and/or [secret]");
    }

    #[test]
    fn what_others_escape_is_cut_too() {
        let secrets = Secrets::default();
        secrets.learn(&"a/b+c:&d\"".to_owned().into());
        for text in [r#"a\/b+c:&d\""#, "a%2fb%2bc%3a%26d%22", "a/b+c:&amp;d&quot;", "a/b+c:&d\""] {
            assert_eq!(secrets.cut_from(text), "[secret]", "{text}");
        }
    }
}
