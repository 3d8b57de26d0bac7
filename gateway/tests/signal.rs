//! How a process ends that is asked to: a child that never gets done, and somebody without patience.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Says that this process is the child.
const CHILD: &str = "SIGNAL_TEST_CHILD";

/// The child. It is a test of its own, so that it needs no program; by itself it has nothing to do.
#[tokio::test]
async fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let say = |word: &str| {
        let mut out = std::io::stdout();
        writeln!(out, "\n{word}").and_then(|()| out.flush()).expect("somebody listens");
    };
    let stop = gateway::signal::stop();
    say("ready");
    stop.cancelled().await;
    say("stopping");
    std::future::pending::<()>().await;
}

struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, "yes")
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, lines }
    }

    fn says(&mut self, word: &str) {
        let said = self.lines.by_ref().any(|line| line.is_ok_and(|it| it == word));
        assert!(said, "it never says {word:?}");
    }

    fn gets(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &pid]).status().expect("kill runs");
        assert!(sent.success(), "{signal}");
    }

    fn ends(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, unless the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_second_signal_ends_it_at_once() {
    for (first, second, status) in
        [("INT", "INT", 130), ("TERM", "TERM", 143), ("TERM", "INT", 130), ("INT", "TERM", 143)]
    {
        let mut running = Running::start();
        running.says("ready");
        running.gets(first);
        // It is asked to stop, and does not get done.
        running.says("stopping");
        running.gets(second);
        assert_eq!(running.ends(), Some(status), "{first}, {second}");
    }
}
