//! Secrets: where they come from, and whether others can read the files that hold them.

use std::path::Path;

use gateway_core::http::{ExposeSecret as _, SecretString};

use super::kinds::{SECRET, TEXT};
use super::mistake::Place;
use super::reading::{Reader, Section};
use super::sections::path;

/// The folder of what systemd hands to its unit (`LoadCredential=`).
pub(super) const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// A file with a secret is no larger.
const LARGEST: u64 = 64 * 1024;

/// An account's token: the one of its keys that is given. A variable that gives one makes those of the
/// file give way.
pub(super) fn token(section: &mut Section<'_, '_>, others: &[String]) -> Option<SecretString> {
    let own = section.maybe("token", others, &SECRET);
    let file = path(section, "token_file");
    let variable = section.maybe("token_variable", &[], &TEXT);
    let mut given: Vec<(&str, &Place)> = Vec::new();
    let all = [
        ("token", own.is_given, &own.place),
        ("token_file", file.is_given, &file.place),
        ("token_variable", variable.is_given, &variable.place),
    ];
    given.extend(all.iter().filter(|it| it.1).map(|(key, _, place)| (*key, *place)));
    if given.iter().any(|(_, place)| matches!(place, Place::Variable(_))) {
        given.retain(|(_, place)| matches!(place, Place::Variable(_)));
    }
    let (key, place) = match given.as_slice() {
        [] => {
            let (place, path) = (section.place.clone(), section.path_of("token"));
            let what = "it is missing: say token, token_file or token_variable";
            section.reader.missing(place, path, what);
            return None;
        }
        [one] => (one.0, one.1.clone()),
        [first, second, ..] => {
            let path = section.path_of(second.0);
            let what = format!("the token is given twice: {} is there, too", first.0);
            section.reader.wrong(second.1.clone(), path, what);
            return None;
        }
    };
    let read = match key {
        "token" => Ok(own.value?),
        "token_file" => read(&file.value?, section.reader.variable(CREDENTIALS)),
        _ => {
            let name = variable.value?;
            let held = section.reader.variable(&name).map(SecretString::from);
            held.ok_or_else(|| format!("the variable {name:?} is not set"))
        }
    };
    let token = read.and_then(|token: SecretString| {
        if token.expose_secret().is_empty() {
            return Err("it is empty".to_owned());
        }
        let is_odd = |it: char| it.is_whitespace() || it.is_control() || !it.is_ascii();
        if token.expose_secret().contains(is_odd) {
            return Err("what is given has blanks in it, or more than letters and signs".to_owned());
        }
        Ok(token)
    });
    match token {
        Ok(token) => {
            section.holds_secretly(key, &token);
            Some(token)
        }
        Err(what) => {
            let path = section.path_of(key);
            section.reader.wrong(place, path, what);
            None
        }
    }
}

/// Reads a secret from a file: all of it, without the line's end.
fn read(path: &Path, credentials: Option<&str>) -> Result<SecretString, String> {
    let shown = path.display();
    let about = std::fs::metadata(path).map_err(|why| format!("{shown} cannot be read: {why}"))?;
    if !about.is_file() {
        return Err(format!("{shown} is no file"));
    }
    is_private(path, credentials)?;
    if about.len() > LARGEST {
        return Err(format!("{shown} has {} bytes, more than any token", about.len()));
    }
    let text =
        std::fs::read_to_string(path).map_err(|why| format!("{shown} cannot be read: {why}"))?;
    match text.trim() {
        "" => Err(format!("{shown} is empty")),
        secret => Ok(secret.into()),
    }
}

/// Whether only its owner can read and write a file, and how that is mended; one that is not there is
/// no secret.
///
/// What systemd hands to its unit is root's, and an access list lets the unit read it: the mode shows
/// that as the group's right to read. Nobody else gets into the folder.
#[cfg(unix)]
pub(super) fn is_private(path: &Path, credentials: Option<&str>) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;

    let Ok(about) = std::fs::metadata(path) else { return Ok(()) };
    let mode = about.permissions().mode() & 0o777;
    let of_others = mode & 0o077;
    let is_handed = credentials.is_some_and(|folder| path.parent() == Some(Path::new(folder)));
    if of_others == 0 || (is_handed && of_others == 0o040) {
        return Ok(());
    }
    let shown = path.display();
    Err(format!(
        "{shown} holds a secret, and others may read or write it (mode {mode:04o}): chmod 600 {shown}"
    ))
}

/// Elsewhere files have no modes.
#[cfg(not(unix))]
pub(super) fn is_private(_: &Path, _: Option<&str>) -> Result<(), String> {
    Ok(())
}

/// A configuration file with a secret in it must not be read by others.
pub(super) fn file_is_private(reader: &mut Reader<'_>, path: &Path) {
    if let Some((key, place)) = reader.secret_in_the_file()
        && let Err(what) = is_private(path, reader.variable(CREDENTIALS))
    {
        reader.wrong(place, key, what);
    }
}
