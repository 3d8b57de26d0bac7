//! `gateway run` under a supervisor, which is a socket here: what systemd hears, and what it hands over.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use sandbox::Platform;
use tokio::net::UnixDatagram;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::program::{Home, PATIENCE};
use super::{configuration, echoes, messengers};

/// Who listens as systemd does: always, since a socket holds few messages that nobody has read, and
/// whoever tells more waits.
struct Supervisor {
    told: UnboundedReceiver<String>,
    _listening: JoinSet<()>,
}

impl Supervisor {
    fn at(home: &Home) -> (Self, String) {
        let path = home.path().join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        let (hears, told) = unbounded_channel();
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            let mut room = [0; 1024];
            loop {
                let length = socket.recv(&mut room).await.expect("a message");
                let text = String::from_utf8(room[..length].to_vec()).expect("text");
                // Nobody asks at the end of a test.
                let _ = hears.send(text);
            }
        });
        (Self { told, _listening: listening }, path.to_str().expect("text").to_owned())
    }

    /// What it hears next.
    async fn next(&mut self) -> String {
        timeout(PATIENCE, self.told.recv()).await.expect("it is told").expect("it listens")
    }

    /// What it hears next, but for that it lives.
    async fn hears(&mut self) -> String {
        loop {
            let told = self.next().await;
            if told != "WATCHDOG=1\n" {
                return told;
            }
        }
    }
}

#[tokio::test]
async fn the_supervisor_hears_when_it_is_ready_lives_and_stops() {
    let (world, server) = messengers().await;
    let home = Home::new(&configuration(&server, "", ""));
    let (mut supervisor, socket) = Supervisor::at(&home);
    // Every tenth of a second is enough.
    let variables = [("NOTIFY_SOCKET", &*socket), ("WATCHDOG_USEC", "200000")];
    let running = home.run_with(&variables).await;
    let address = running.address();
    let ready = format!("READY=1\nSTATUS=accounts: 3; listening on {address}\n");
    assert_eq!(supervisor.next().await, ready);
    for _ in 0..3 {
        assert_eq!(supervisor.next().await, "WATCHDOG=1\n");
    }
    echoes(&world, Platform::Max, "still here").await;

    running.signal("HUP").await;
    let told = supervisor.hears().await;
    let since =
        told.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").and_then(|it| it.strip_suffix('\n'));
    assert!(since.is_some_and(|it| it.parse::<u64>().is_ok()), "{told}");
    assert_eq!(supervisor.hears().await, "READY=1\n");

    // A file with mistakes is answered, too: it goes on as before.
    home.write("gateway.toml", "[nonsense]");
    running.signal("HUP").await;
    assert!(supervisor.hears().await.starts_with("RELOADING=1\n"));
    assert_eq!(supervisor.hears().await, "READY=1\n");

    running.stop().await;
    assert_eq!(supervisor.hears().await, "STOPPING=1\nSTATUS=finishing what was begun\n");
}

#[tokio::test]
async fn who_does_not_ask_whether_it_lives_hears_the_rest() {
    let (_world, server) = messengers().await;
    let home = Home::new(&configuration(&server, "", ""));
    let (mut supervisor, socket) = Supervisor::at(&home);
    // That is another process's.
    let variables =
        [("NOTIFY_SOCKET", &*socket), ("WATCHDOG_USEC", "200000"), ("WATCHDOG_PID", "1")];
    let running = home.run_with(&variables).await;
    assert!(supervisor.next().await.starts_with("READY=1\n"));
    running.stop().await;
    assert!(supervisor.next().await.starts_with("STOPPING=1\n"));
}

#[tokio::test]
async fn a_credential_is_taken_as_systemd_hands_it_over() {
    let (world, server) = messengers().await;
    let url = server.url(Platform::Max);
    let home = Home::new(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[[accounts]]\nname = \"shop\"\nmessenger = \"max\"\n\
         base_url = \"{url}\"\n"
    ));
    let folder = home.path().join("credentials");
    fs::create_dir(&folder).expect("a folder");
    home.write("credentials/shop", "hush-max\n");
    let file = folder.join("shop");
    let (folder, file) = (folder.to_str().expect("text"), file.to_str().expect("text"));
    let token = ("GATEWAY_ACCOUNTS__SHOP__TOKEN_FILE", file);
    // The access list that lets the unit read it shows as the group's right.
    fs::set_permissions(file, Permissions::from_mode(0o440)).expect("it is changed");
    let running = home.run_with(&[token, ("CREDENTIALS_DIRECTORY", folder)]).await;
    echoes(&world, Platform::Max, "handed over").await;
    running.stop().await;

    // Anywhere else it is the group's right, and so is any other right in there.
    for (mode, folder) in [(0o440, "/elsewhere"), (0o444, folder), (0o460, folder)] {
        fs::set_permissions(file, Permissions::from_mode(mode)).expect("it is changed");
        let variables = [token, ("CREDENTIALS_DIRECTORY", folder)];
        let (status, said) = home.prints_with(&["config", "check"], &variables).await;
        assert!(!status.success() && said.contains("others may read or write it"), "{said}");
    }
}
