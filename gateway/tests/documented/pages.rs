//! The pages, and what they tell somebody to type.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the repository.
pub(crate) fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

/// A page, by its path in the repository.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(name: &str) -> Self {
        let text = fs::read_to_string(house().join(name)).expect("the page is there");
        Self { name: name.to_owned(), text }
    }

    /// Those of the repository's own folder and of `docs`, in their order.
    pub(crate) fn all() -> Vec<Self> {
        let mut pages = Vec::new();
        let mut folders = vec![house().join("docs")];
        let top = fs::read_dir(house()).expect("the folder");
        pages.extend(top.map(|it| it.expect("an entry").path()).filter(|it| it.is_file()));
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() { folders.push(path) } else { pages.push(path) }
            }
        }
        pages.retain(|it| it.extension().is_some_and(|it| it == "md"));
        pages.sort();
        let name = |it: &PathBuf| it.strip_prefix(house()).expect("inside").display().to_string();
        pages.iter().map(|it| Self::read(&name(it))).collect()
    }

    /// What stands behind `$ ` in its blocks of a console, with the lines by which a command goes on.
    pub(crate) fn commands(&self) -> Vec<String> {
        let mut commands: Vec<String> = Vec::new();
        for block in self.text.split("```console\n").skip(1) {
            let block = block.split("```").next().expect("a block");
            let mut is_open = false;
            for line in block.lines() {
                if let Some(command) = line.strip_prefix("$ ") {
                    assert!(!is_open, "{}: a command does not end: {commands:?}", self.name);
                    commands.push(command.to_owned());
                } else if is_open {
                    let more = line.strip_prefix("> ").unwrap_or(line);
                    let command = commands.last_mut().expect("it is open");
                    command.push('\n');
                    command.push_str(more);
                } else {
                    // What it prints.
                    continue;
                }
                is_open = goes_on(commands.last().expect("one"));
            }
            assert!(!is_open, "{}: a command does not end: {commands:?}", self.name);
        }
        commands
    }
}

/// Whether a shell waits for more.
fn goes_on(command: &str) -> bool {
    if command.ends_with('\\') {
        return true;
    }
    let read = Command::new("bash").args(["-n", "-c", command]).output().expect("there is bash");
    !read.status.success()
}
