//! What each broken configuration prints.
//!
//! `tests/config/broken/NN-name.toml` is what an operator wrote, `NN-name.txt` what they read of it.
//! `REWRITE_BROKEN=1 cargo test -p gateway --test broken_configurations` writes the latter anew.
//!
//! Lines of the former that begin with `#!` say what is around it: `#! mode 0644` is its own mode (0600
//! otherwise), `#! file 0600 shop.token text` a file beside it, `#! variable NAME value` a variable.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// How everything begins that must not be shown.
const SECRET: &str = "SECRET";

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config/broken");
    let files = fs::read_dir(folder).expect("a folder").map(|it| it.expect("a file").path());
    let mut cases: Vec<_> =
        files.filter(|it| it.extension().is_some_and(|it| it == "toml")).collect();
    cases.sort();
    cases
}

fn set_mode(path: &Path, octal: &str) {
    let mode = u32::from_str_radix(octal, 8).expect("a mode");
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is set");
}

/// Looks at a configuration in a folder of its own.
fn check(case: &Path) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(case).expect("a configuration");
    let file = folder.path().join("gateway.toml");
    fs::write(&file, &text).expect("it is written");
    set_mode(&file, "0600");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.args(["config", "check"]).current_dir(folder.path()).env_clear();
    for line in text.lines().filter_map(|line| line.strip_prefix("#! ")) {
        match *line.splitn(4, ' ').collect::<Vec<_>>().as_slice() {
            ["mode", mode] => set_mode(&file, mode),
            ["variable", name, value] => drop(command.env(name, value)),
            ["file", mode, name, ref content @ ..] => {
                let path = folder.path().join(name);
                fs::write(&path, content.concat()).expect("it is written");
                set_mode(&path, mode);
            }
            _ => panic!("{}: {line}", case.display()),
        }
    }
    command.output().expect("the program runs")
}

#[test]
fn each_prints_what_is_wrong_and_where() {
    let cases = cases();
    assert!(cases.len() >= 50, "{}", cases.len());
    let mut differ = Vec::new();
    for case in cases {
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        let output = check(&case);
        let (out, err) =
            (String::from_utf8(output.stdout), String::from_utf8(output.stderr).expect("text"));
        assert_eq!(output.status.code(), Some(1), "{name}: {err}");
        assert_eq!(out.as_deref(), Ok(""), "{name}");
        assert!(!err.contains(SECRET), "{name} shows a secret: {err}");
        let expected = case.with_extension("txt");
        if std::env::var_os("REWRITE_BROKEN").is_some() {
            fs::write(expected, err).expect("it is written");
        } else if fs::read_to_string(expected).unwrap_or_default() != err {
            differ.push(format!("{name}:\n{err}"));
        }
    }
    assert!(differ.is_empty(), "these print something else now:\n{}", differ.join("\n"));
}
