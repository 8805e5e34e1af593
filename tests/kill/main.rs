//! The kill story: whatever a process was doing to an account when it was killed, the next one finds an account it
//! can open, or one that says to sign in; never one that is lost.
//!
//! A program of its own, because it must start itself as the process that is killed. Each deed is done over and
//! over on a fresh copy of the same folder, killed with SIGKILL at its first change of a file, at its second, and
//! so on until it ends by itself.
// A failed unwrap here is a failed story; what it prints is its report.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
#![cfg(target_os = "linux")]

mod check;
mod deed;
mod ring;
mod trap;

use std::path::Path;
use std::process::ExitCode;

use wardroom_core::keys::Secret;
use wardroom_core::session::Desk;
use wardroom_core::sync;
use wardroom_sandbox::{AccountChange, Options, Sandbox};

use deed::{DEEDS, Deed, PIN, Yes};

const NAME: &str = "an_account_survives_a_kill_at_each_step_of_what_is_done_to_it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some("--child") = arguments.first().map(String::as_str) {
        return deed::child(&arguments[1..]);
    }
    // The little of the test runner's command line that `cargo test NAME` needs.
    let names: Vec<_> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    if !names.is_empty() && !names.iter().any(|name| NAME.contains(name.as_str())) {
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|word| word == "--list") {
        println!("{NAME}: test");
        return ExitCode::SUCCESS;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(story());
    println!("test {NAME} ... ok");
    ExitCode::SUCCESS
}

async fn story() {
    let scene = Scene::open().await;
    let mut kills = 0;
    for deed in DEEDS {
        let steps = scene.kill_at_each_step(deed).await;
        println!("{}: killed at {steps} steps", deed.name);
        assert!(steps > 0, "{} changes nothing", deed.name);
        kills += steps;
    }
    assert!(kills > DEEDS.len(), "a kill that always comes at the end proves nothing");
}

/// A server, and an account with everything on it.
pub(crate) struct Scene {
    sandbox: Sandbox,
    email: String,
    password: String,
    /// Signed in, with a PIN and the system's word.
    full: tempfile::TempDir,
    empty: tempfile::TempDir,
}

impl Scene {
    async fn open() -> Self {
        let options = Options { clients: 3, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let admin = sandbox.accounts().remove(0);
        let cheap = AccountChange { rounds: Some(5_000), ..AccountChange::default() };
        sandbox.change_account(&admin.email, cheap);
        let (full, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for place in [full.path(), empty.path()] {
            std::fs::create_dir_all(place.join("data/accounts")).unwrap();
            std::fs::create_dir_all(place.join("keyring")).unwrap();
        }
        let (email, password) = (admin.email, admin.password);
        let scene = Self { sandbox, email, password, full, empty };
        scene.fill().await;
        scene
    }

    async fn fill(&self) {
        let unlocked = deed::sign_in(&desk(self.full.path()), &self.words()).await;
        sync::refresh(&unlocked).await.unwrap();
        unlocked.set_pin(Secret::new(PIN), true).await.unwrap();
        unlocked.set_presence(true, &Yes).await.unwrap();
        unlocked.make_session().unwrap();
        unlocked.lock().await.unwrap();
    }

    /// What a child is told.
    pub(crate) fn words(&self) -> [String; 3] {
        [self.sandbox.url(), self.email.clone(), self.password.clone()]
    }

    pub(crate) fn password(&self) -> Secret {
        Secret::new(self.password.clone())
    }

    /// How many kills it took until the deed was done.
    async fn kill_at_each_step(&self, deed: &Deed) -> usize {
        for step in 1.. {
            let place = tempfile::tempdir().unwrap();
            let before = if deed.begins_empty { &self.empty } else { &self.full };
            copy(before.path(), place.path());
            let (path, words) = (place.path().to_owned(), self.words());
            let name = deed.name;
            let run = move || trap::run(&path, name, &words, step);
            let killed = tokio::task::spawn_blocking(run).await.unwrap();
            check::is_sane(self, deed, place.path(), killed).await;
            if !killed {
                return step - 1;
            }
        }
        unreachable!("each deed ends by itself")
    }
}

/// As a new process finds it.
pub(crate) fn desk(place: &Path) -> Desk {
    Desk::with_keyring(&place.join("data"), ring::keyring(&place.join("keyring"))).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
