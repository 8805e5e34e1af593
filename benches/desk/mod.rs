//! What both benches need: a signed-in technician, a way to take the time, a line for `cargo xtask bench`.
#![allow(clippy::print_stdout)] // its answer goes to the program that started it

use std::time::{Duration, Instant};

use tempfile::TempDir;
use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::ServerAddress;
use wardroom_core::session::{Desk, Unlocked};
use wardroom_sandbox::{DemoAccount, Options, Sandbox};

/// A small company, and a folder that goes with it.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: TempDir,
}

impl Scene {
    /// Starts the server.
    pub(crate) async fn open() -> Self {
        Self::with_clients(3).await
    }

    pub(crate) async fn with_clients(clients: usize) -> Self {
        let options = Options { clients, ..Options::default() };
        let sandbox = Sandbox::start(options).await.expect("loopback has a free port");
        Self { sandbox, folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// Signs in; the keyring is a stand-in, so that its daemon's time is not measured.
    pub(crate) async fn sign_in(&self) -> (DemoAccount, Unlocked) {
        self.sign_in_at(&self.sandbox.url(), "data").await
    }

    /// The same by this address and into this folder.
    pub(crate) async fn sign_in_at(&self, url: &str, data: &str) -> (DemoAccount, Unlocked) {
        let admin = self.sandbox.accounts().into_iter().next().expect("the admin comes first");
        let data = self.folder.path().join(data);
        let desk = Desk::with_keyring(&data, Keyring::in_memory()).expect("the folder is ours");
        let server = ServerAddress::parse(url).expect("a loopback address");
        let password = Secret::new(admin.password.clone());
        let unlocked = desk.sign_in(&server, &admin.email, password).await.expect("it signs in");
        (admin, unlocked)
    }
}

/// Times in the order they were taken.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Takes the time of one run.
    pub(crate) async fn take<T>(&mut self, work: impl AsyncFnOnce() -> T) -> T {
        let started = Instant::now();
        let answer = work().await;
        self.0.push(started.elapsed());
        answer
    }

    /// The fastest: what is above it is what else the machine was doing.
    fn best(&self) -> f64 {
        self.0.iter().min().map_or(f64::NAN, Duration::as_secs_f64)
    }
}

/// One line of JSON, as `cargo xtask bench` reads it.
pub(crate) fn report(what: &str, floor: &Times, ours: &Times, at_most: f64) {
    let line = serde_json::json!({
        "what": what,
        "floorSeconds": floor.best(),
        "oursSeconds": ours.best(),
        "atMost": at_most,
    });
    println!("{line}");
}
