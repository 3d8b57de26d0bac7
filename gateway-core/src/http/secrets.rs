//! Cutting secrets out of what is shown.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// What is put in a secret's place.
const CUT: &str = "[secret]";

/// Secrets, and the forms in which they may stand in a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets(Arc<RwLock<Vec<SecretString>>>);

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
        let mut forms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        forms.extend(spellings(plain).into_iter().map(SecretString::from));
        // A form that holds another one goes first.
        forms.sort_by_key(|form| std::cmp::Reverse(form.expose_secret().len()));
    }

    pub(super) fn cut_from(&self, text: &str) -> String {
        let known = self.read();
        known.iter().fold(text.to_owned(), |text, form| text.replace(form.expose_secret(), CUT))
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<SecretString>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
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
    fn what_others_escape_is_cut_too() {
        let secrets = Secrets::default();
        secrets.learn(&"a/b+c:&d\"".to_owned().into());
        for text in [r#"a\/b+c:&d\""#, "a%2fb%2bc%3a%26d%22", "a/b+c:&amp;d&quot;", "a/b+c:&d\""] {
            assert_eq!(secrets.cut_from(text), "[secret]", "{text}");
        }
    }
}
