//! A dbus-daemon that knows nobody.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use zbus::Connection;
use zbus::connection::Builder;

use super::Bus;

/// Ends with the test.
pub(super) struct PrivateBus {
    daemon: Child,
    address: String,
    _folder: TempDir,
}

impl PrivateBus {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the socket");
        let config = folder.path().join("bus.conf");
        let listen = folder.path().display();
        let text = format!(
            "<busconfig><type>session</type><listen>unix:dir={listen}</listen>\
             <policy context=\"default\"><allow send_destination=\"*\"/><allow receive_sender=\"*\"/>\
             <allow own=\"*\"/></policy></busconfig>"
        );
        std::fs::write(&config, text).expect("the folder is ours");
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed (`cargo xtask setup` does it)");
        let mut address = String::new();
        let printed = daemon.stdout.take().expect("it was piped");
        BufReader::new(printed).read_line(&mut address).expect("it prints where it listens");
        Self { daemon, address: address.trim().to_owned(), _folder: folder }
    }

    pub(super) fn place(&self) -> Bus {
        Bus::At(self.address.clone())
    }

    /// A connection on which a fake may be served.
    pub(super) fn builder(&self) -> Builder<'static> {
        Builder::address(self.address.as_str()).expect("the daemon printed it")
    }

    pub(super) async fn connect(&self) -> Connection {
        self.builder().build().await.expect("the daemon runs")
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
