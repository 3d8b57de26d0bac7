//! Cutting secrets out of what is shown.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// What is put in a secret's place.
const CUT: &str = "[secret]";

/// Secrets, and the forms in which they may stand in a text.
#[derive(Clone)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn new(secrets: &[SecretString]) -> Self {
        let mut forms = Vec::new();
        for secret in secrets {
            let plain = secret.expose_secret();
            let encoded: String = url::form_urlencoded::byte_serialize(plain.as_bytes()).collect();
            forms.extend([plain.to_owned(), encoded, in_a_path(plain)]);
        }
        forms.retain(|form| !form.is_empty());
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self(forms)
    }

    pub(super) fn cut_from(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, CUT))
    }
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
}
