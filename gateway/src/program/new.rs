//! `gateway new`: a project of a bot, with a test that passes.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::config;

/// The files of a project, but for its configuration.
const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", include_str!("../../template/Cargo.toml.in")),
    ("README.md", include_str!("../../template/README.md")),
    (".gitignore", include_str!("../../template/gitignore")),
    ("src/main.rs", include_str!("../../template/src/main.rs")),
    ("src/tests.rs", include_str!("../../template/src/tests.rs")),
];

/// Where the crate was when this program was built.
const CRATE: &str = env!("CARGO_MANIFEST_DIR");

/// What stands in the manifest where there is no checkout. The crate is in no registry: the line has to
/// be changed, and the comment says how.
const BY_VERSION: &str = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
const COMMENT: &str = "# The crate \"gateway\" is in no registry. Write path = \"…/gateway\", the folder \
                       of that name in a checkout, for its version, in both places.\n";

/// How long a name may be.
const LONGEST_NAME: usize = 64;

/// What cannot be the name of a package with this code in it: Rust's words, and crates that are named.
const TAKEN: [&str; 59] = [
    "Self",
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gateway",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "tokio",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
];

/// Makes the project in a folder that is empty or not there: the one of its name, when none is said.
pub(crate) fn run(name: &str, path: Option<PathBuf>) -> anyhow::Result<()> {
    if let Err(why) = check(name) {
        bail!("making a bot: {name:?} is no name of a package: {why}");
    }
    let folder = path.unwrap_or_else(|| name.into());
    let shown = folder.display();
    match std::fs::read_dir(&folder) {
        Ok(mut there) => ensure!(there.next().is_none(), "making a bot: {shown} is not empty"),
        Err(why) if why.kind() == ErrorKind::NotFound => {}
        Err(why) => return Err(why).with_context(|| format!("making a bot in {shown}")),
    }
    let checkout = Path::new(CRATE);
    // The program may have been built elsewhere.
    let checkout = checkout.join("Cargo.toml").is_file().then_some(checkout);
    for (file, template) in FILES {
        write(&folder.join(file), &filled(template, name, checkout))?;
    }
    let page = checkout.and_then(|it| it.join("../docs/configuration.md").canonicalize().ok());
    let page =
        page.map_or("docs/configuration.md of the gateway".into(), |it| it.display().to_string());
    config::write(&folder.join("gateway.toml"), &config::for_bot(name, &page), false)?;
    if let Some(lock) = checkout.map(|it| it.join("../Cargo.lock")).filter(|it| it.is_file()) {
        // The versions with which the gateway is tested; Cargo takes out what is not needed.
        let lock = std::fs::read_to_string(&lock).context("reading the gateway's Cargo.lock")?;
        write(&folder.join("Cargo.lock"), &lock)?;
    }
    let next = match checkout {
        Some(_) => "cargo test there passes",
        None => "its Cargo.toml says what to write there first",
    };
    writeln!(std::io::stdout(), "{shown}: a bot; {next}, and README.md says what is next")
        .context("printing what was made")
}

/// Why a text is no name of a package.
fn check(name: &str) -> Result<(), &'static str> {
    let is_allowed = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_allowed) {
        return Err("it must be up to 64 letters from a to z, digits, - and _");
    }
    if !name.starts_with(|it: char| it.is_ascii_alphabetic()) {
        return Err("it must begin with a letter");
    }
    if TAKEN.contains(&name) {
        return Err("it is taken by Rust, or by a crate that the bot needs");
    }
    Ok(())
}

/// A template with everything in its place.
fn filled(template: &str, name: &str, checkout: Option<&Path>) -> String {
    let (gateway, program, comment) = match checkout {
        Some(checkout) => {
            let path = checkout.to_string_lossy();
            let manifest = shell_word(&checkout.join("Cargo.toml").to_string_lossy());
            let program = format!("cargo run --manifest-path {manifest} --");
            (format!("path = {}", toml::Value::from(&*path)), program, "")
        }
        None => (BY_VERSION.to_owned(), "gateway".to_owned(), COMMENT),
    };
    template
        .replace("[dependencies]\n", &format!("[dependencies]\n{comment}"))
        .replace("{{name}}", name)
        .replace("{{gateway}}", &gateway)
        .replace("{{program}}", &program)
}

/// A path as a shell takes it.
fn shell_word(path: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "/._-".contains(it);
    if path.chars().all(is_plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)
    };
    written().with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_packages() {
        for name in ["shop", "shop-bot", "Shop_2", "x", &"x".repeat(64)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for name in [
            "", "2shop", "-shop", "_", "shop bot", "shop/bot", "../shop", "чат", "fn", "tokio",
            "test",
        ] {
            assert!(check(name).is_err(), "{name}");
        }
        assert!(check(&"x".repeat(65)).is_err());
    }

    #[test]
    fn everything_is_put_in_its_place() {
        for checkout in [None, Some(Path::new("/with \"quotes\"/gateway"))] {
            for (file, template) in FILES {
                let text = filled(template, "shop", checkout);
                assert!(!text.contains("{{"), "{file}: {text}");
            }
            let manifest = filled(FILES[0].1, "shop", checkout);
            let manifest: toml::Table = manifest.parse().expect("TOML");
            let gateway = &manifest["dependencies"]["gateway"];
            let path = gateway.get("path").and_then(toml::Value::as_str);
            assert_eq!(path.map(Path::new), checkout);
            assert_eq!(gateway.get("version").is_some(), checkout.is_none());
        }
    }
}
