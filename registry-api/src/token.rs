//! Bearer tokens.
//!
//! A token reads `gwr_` + 32 random letters + `_` + 8 hexadecimal digits. The prefix lets secret
//! scanners find it, the digits are a CRC-32 of what stands before them, so that a mistyped token
//! is known without asking the database. Only the SHA-256 of a token is stored.

use std::fmt;

use gateway_core::chance::Chance;
use gateway_core::http::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

const PREFIX: &str = "gwr_";
const LETTERS: usize = 32;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A token, as a client shows it.
#[derive(Clone, Debug)]
pub struct Token(SecretString);

/// The SHA-256 of a token, as the store keeps it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TokenHash(pub [u8; 32]);

impl Token {
    /// A new token.
    pub fn mint(chance: &Chance) -> Self {
        let letters =
            chance.bytes::<LETTERS>().map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
        let body: String = PREFIX.chars().chain(letters).collect();
        Self(format!("{body}_{:08x}", crc32fast::hash(body.as_bytes())).into())
    }

    /// What a client showed, if it can be a token.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, checksum) = text.rsplit_once('_')?;
        let expected = format!("{:08x}", crc32fast::hash(body.as_bytes()));
        let is_token = body.starts_with(PREFIX) && checksum == expected;
        is_token.then(|| Self(text.to_owned().into()))
    }

    /// The token itself, to be shown once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.expose().as_bytes()).into())
    }
}

/// What a token allows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Scopes {
    /// Looking up.
    pub read: bool,
    /// Registering and removing.
    pub write: bool,
}

/// One thing that a token may allow.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// Looking up.
    Read,
    /// Registering and removing.
    Write,
}

impl Scope {
    /// Its name: `read` or `write`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl Scopes {
    /// Everything.
    pub const ALL: Self = Self { read: true, write: true };

    /// Whether they allow this.
    pub fn allow(self, scope: Scope) -> bool {
        match scope {
            Scope::Read => self.read,
            Scope::Write => self.write,
        }
    }
}

/// The names, with a comma between them: `read,write`.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = [Scope::Read, Scope::Write]
            .into_iter()
            .filter(|scope| self.allow(*scope))
            .map(Scope::name)
            .collect();
        f.write_str(&names.join(","))
    }
}

impl std::str::FromStr for Scopes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut scopes = Self::default();
        for name in text.split(',').map(str::trim) {
            match name {
                "read" => scopes.read = true,
                "write" => scopes.write = true,
                other => return Err(format!("there is no scope {other:?}: read, write or both")),
            }
        }
        Ok(scopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_token_is_one_and_is_never_printed() {
        let token = Token::mint(&Chance::seeded(1));
        let again = Token::parse(token.expose()).expect("it is a token");
        assert_eq!(again.hash(), token.hash());
        assert!(!format!("{token:?}").contains(token.expose()));
    }

    #[test]
    fn a_mistyped_token_is_none() {
        let mut text = Token::mint(&Chance::seeded(1)).expose().to_owned();
        text.replace_range(5..6, "0");
        assert!(Token::parse(&text).is_none());
        for text in ["", "gwr_", "gwr_x_00000000", "_"] {
            assert!(Token::parse(text).is_none());
        }
    }

    #[test]
    fn scopes_are_read_and_written_alike() {
        assert_eq!("read,write".parse(), Ok(Scopes::ALL));
        assert_eq!(
            "write, read".parse::<Scopes>().map(|it| it.to_string()),
            Ok("read,write".into())
        );
        assert!("all".parse::<Scopes>().is_err());
    }
}
