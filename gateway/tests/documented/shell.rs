//! Somebody who types.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::symlink;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

/// What is printed when a command has ended, before its status.
const ENDED: &str = "## it ended with ";

/// What `curl` tells of an answer on stderr.
const ANSWERED: &str = "## it was answered with ";

/// A shell in a folder of its own, in which `gateway` is the program.
pub(crate) struct Shell {
    _home: TempDir,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What the pages write, and what it stands for.
    names: Vec<(String, String)>,
}

impl Shell {
    pub(crate) fn open(places: &[(String, String)]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let tools = home.path().join("bin");
        std::fs::create_dir(&tools).expect("a folder");
        symlink(env!("CARGO_BIN_EXE_gateway"), tools.join("gateway")).expect("the program");
        let curl = format!("silent\nwrite-out = \"%{{stderr}}\\n{ANSWERED}%{{http_code}}\\n\"\n");
        std::fs::write(home.path().join(".curlrc"), curl).expect("it is written");
        // What hangs ends the test.
        let mut child = Command::new("timeout")
            .args(["60", "bash"])
            .current_dir(home.path())
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", tools.display()))
            .env("HOME", home.path())
            .env("TAMTAM_TOKEN", "sandbox-tamtam")
            .env("TAMTAM_URL", &places[1].1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is bash");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let names = places.to_vec();
        let mut shell = Self { _home: home, child, input, output, names };
        shell.runs(
            "exec 2>&1; shopt -s expand_aliases; served=()\n\
             trap 'kill \"${served[@]}\" $(jobs -p) 2>/dev/null' EXIT\n\
             cargo() { while [ \"$1\" != -- ]; do shift; done; shift; gateway \"$@\"; }",
        );
        shell
    }

    /// Types a command of a page; what is asked by HTTP is answered with success, or with this status.
    pub(crate) fn types(&mut self, page: &str, command: &str, refused: Option<u16>) {
        let tool = command.split(' ').next().unwrap_or_default();
        if tool == "sqlite3" && !self.has("sqlite3") {
            println!("{page}: NOT RUN, there is no sqlite3: {command}");
            return;
        }
        let mut line = command.to_owned();
        for (written, real) in &self.names {
            line = line.replace(written, real);
        }
        if let Some(serving) = served(&line) {
            self.serves(command, &serving);
            return;
        }
        let (status, said) = self.ends(&line);
        assert_eq!(status, 0, "{page}: {command}: {said}");
        let asks = command.starts_with("curl ") || command.starts_with("ask ");
        assert!(!asks || said.contains(ANSWERED), "{page}: {command}: {said}");
        for answer in said.lines().filter_map(|it| it.strip_prefix(ANSWERED)) {
            let answer: u16 = answer.parse().expect("a status");
            match refused {
                Some(refused) => assert_eq!(answer, refused, "{page}: {command}: {said}"),
                None => assert!((200..400).contains(&answer), "{page}: {command}: {said}"),
            }
        }
        self.learns(command, &said);
    }

    /// Whether there is a program of this name.
    pub(crate) fn has(&mut self, program: &str) -> bool {
        self.ends(&format!("command -v {program}")).0 == 0
    }

    /// Runs what somebody has typed before the page begins.
    pub(crate) fn runs(&mut self, command: &str) {
        let mut line = command.to_owned();
        for (written, real) in &self.names {
            line = line.replace(written, real);
        }
        let (status, said) = self.ends(&line);
        assert_eq!(status, 0, "{command}: {said}");
    }

    /// What the page shows as an answer, a reader takes from their own.
    fn learns(&mut self, command: &str, said: &str) {
        if command == "gateway token list" {
            let row = said.lines().find(|it| it.contains("dashboard")).expect("the token");
            let id = row.split_whitespace().next().expect("its id").to_owned();
            self.names.push(("6785bf28-b8cb-429d-be39-873fa3a08b3b".to_owned(), id));
        }
    }

    /// Has a server run, and notes where it listens.
    fn serves(&mut self, command: &str, serving: &str) {
        // It is no job of the shell: its end is seen to by its number.
        let pipe = format!("exec {{server}}< <(exec {serving}); served+=($!)");
        let (status, said) = self.ends(&pipe);
        assert_eq!(status, 0, "{command}: {said}");
        let mut places = vec![("the registry listens", "127.0.0.1:8080")];
        if command.contains("--watch") {
            places.push(("metrics, status and health are served", "127.0.0.1:9464"));
        }
        for (words, written) in places {
            let (status, said) = self.ends(&format!(
                "while read -r -u $server line; do echo \"$line\"; \
                 case \"$line\" in *'{words}'*) break;; esac; done"
            ));
            let address = said.split("address=").nth(1).and_then(|it| it.split_whitespace().next());
            let address = address.filter(|_| status == 0);
            let address = address.unwrap_or_else(|| panic!("{command}: {said}")).to_owned();
            self.names.retain(|it| it.0 != written);
            self.names.push((written.to_owned(), address));
        }
    }

    /// Runs a line; its status, and what was printed.
    fn ends(&mut self, line: &str) -> (i32, String) {
        let input = self.input.as_mut().expect("it is open");
        writeln!(input, "{line}\necho \"\n{ENDED}$?\"").expect("it is read");
        let mut said = String::new();
        loop {
            let mut next = String::new();
            let length = self.output.read_line(&mut next).expect("text");
            assert!(length > 0, "the shell ended in {line:?}: {said}");
            if let Some(status) = next.trim_end().strip_prefix(ENDED) {
                return (status.parse().expect("a status"), said);
            }
            said.push_str(&next);
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // At the end of what is typed it ends, and with it what it serves.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// What serves until it is stopped, on addresses of its own.
fn served(command: &str) -> Option<String> {
    let arguments = command
        .strip_prefix("gateway registry")
        .or_else(|| command.strip_prefix("cargo run -- registry"))?;
    let free = "127.0.0.1:0";
    let arguments = arguments.replace("127.0.0.1:8080", free).replace("127.0.0.1:9464", free);
    let listen = if arguments.contains("--listen") { "" } else { " --listen 127.0.0.1:0" };
    Some(format!("env NO_COLOR=1 gateway registry{arguments}{listen} 2>&1"))
}
