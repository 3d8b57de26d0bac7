//! A gateway as a process of its own, and the door in front of it.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How every secret of these tests begins.
pub(crate) const SECRET: &str = "hush";

/// A folder with a configuration.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new(configuration: &str) -> Self {
        let home = Self(tempfile::tempdir().expect("a folder"));
        home.write("gateway.toml", configuration);
        home
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::write(&path, text).expect("it is written");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("it is private");
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
        command.args(arguments).current_dir(self.path()).env_clear().kill_on_drop(true);
        command
    }

    /// Runs a command to its end; what it printed.
    pub(crate) async fn prints(&self, arguments: &[&str]) -> (ExitStatus, String) {
        self.prints_with(arguments, &[]).await
    }

    /// The same with variables.
    pub(crate) async fn prints_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> (ExitStatus, String) {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        let output = timeout(PATIENCE, command.output()).await;
        let output = output.expect("it ends").expect("it runs");
        let all = [output.stdout, output.stderr].concat();
        let all = String::from_utf8(all).expect("text");
        assert!(!all.contains(SECRET), "{arguments:?} shows a secret: {all}");
        (output.status, all)
    }

    /// Starts `gateway run`, and waits until it listens.
    pub(crate) async fn run(&self) -> Running {
        self.run_with(&[]).await
    }

    /// The same with variables.
    pub(crate) async fn run_with(&self, variables: &[(&str, &str)]) -> Running {
        let mut command = self.command(&["run"]);
        // Many of these run at once.
        command.env("GATEWAY_WATCHING__LISTEN", "127.0.0.1:0");
        command.envs(variables.iter().copied());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let mut running = Running { child, lines, told: Vec::new(), address: None };
        let line = running.tells("listening").await;
        running.address = Some(address(&line));
        running
    }
}

/// The address that a line of the log tells, for people or as JSON.
pub(crate) fn address(line: &str) -> SocketAddr {
    let told = line.split("address=").nth(1).or_else(|| line.split("\"address\":\"").nth(1));
    let told = told.and_then(|it| it.split([' ', '"']).next()).expect("an address");
    told.parse().unwrap_or_else(|why| panic!("{told}: {why}"))
}

/// A gateway that runs.
pub(crate) struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    told: Vec<String>,
    address: Option<SocketAddr>,
}

impl Running {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address.expect("it said where it listens")
    }

    /// Waits for a line of the log with these words.
    pub(crate) async fn tells(&mut self, words: &str) -> String {
        loop {
            let line = timeout(PATIENCE, self.lines.next_line()).await;
            let Ok(Ok(Some(line))) = line else {
                panic!("nothing with {words:?} in {:#?}", self.told);
            };
            self.told.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Waits for a line with each of these words, in whichever order they come.
    pub(crate) async fn tells_each<const N: usize>(&mut self, words: [&str; N]) -> [String; N] {
        let mut found = [(); N].map(|()| None);
        while found.iter().any(Option::is_none) {
            let line = self.tells("").await;
            let mut open = words.iter().zip(&mut found);
            if let Some((_, place)) = open.find(|(it, place)| place.is_none() && line.contains(*it))
            {
                *place = Some(line);
            }
        }
        found.map(Option::unwrap_or_default)
    }

    /// Sends it a signal, by its name.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().await;
        assert!(sent.expect("there is kill").success());
    }

    /// How it has ended.
    pub(crate) async fn ends(mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("a status")
    }

    /// Asks it to end; everything that it told, in which there is no secret.
    pub(crate) async fn stop(mut self) -> String {
        self.signal("TERM").await;
        while let Ok(Ok(Some(line))) = timeout(PATIENCE, self.lines.next_line()).await {
            self.told.push(line);
        }
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it ends");
        let told = self.told.join("\n");
        assert!(status.expect("a status").success(), "{told}");
        assert!(!told.contains(SECRET), "a secret is told: {told}");
        told
    }
}

/// A door that the world knows, and behind it a gateway that is there later: what a proxy is.
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    to: watch::Sender<Option<SocketAddr>>,
    _tasks: JoinSet<()>,
}

impl Door {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (to, behind) = watch::channel(None);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut guests = JoinSet::new();
            while let Ok((mut guest, _)) = listener.accept().await {
                let behind: Option<SocketAddr> = *behind.borrow();
                guests.spawn(async move {
                    let Some(behind) = behind else { return };
                    if let Ok(mut host) = TcpStream::connect(behind).await {
                        // Either side may hang up.
                        let _ = copy_bidirectional(&mut guest, &mut host).await;
                    }
                });
            }
        });
        Self { address, to, _tasks: tasks }
    }

    pub(crate) fn leads_to(&self, address: SocketAddr) {
        self.to.send_replace(Some(address));
    }
}
