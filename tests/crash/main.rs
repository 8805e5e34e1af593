//! The crash story: an upload of 5,000 items, killed with SIGKILL at fifty seeded moments and taken up
//! again each time, leaves each item on the server exactly once.
//!
//! A program of its own, because it must start itself as the process that is killed. That child does what
//! `wardroomctl import upload` does, by a clock whose waits are over at once. Between it and the sandbox
//! stands [`wire::Wire`], which counts what passes and pulls the trigger: no moment depends on how fast
//! this machine is.
// A failed unwrap here is a failed story; what it prints is its report.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod child;
mod dice;
#[path = "../it/imports.rs"]
mod imports;
mod wire;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use wardroom_core::import::bench;
use wardroom_core::keys::Secret;
use wardroom_core::model::{
    Client, Flatten, GridQuery, Placement, Selection, ServerAddress, StagingId,
};
use wardroom_core::session::{Desk, Options, Unlocked};
use wardroom_core::sync;
use wardroom_sandbox::Sandbox;

use dice::Dice;
use wire::{Moment, Wire};

const NAME: &str = "an_upload_killed_at_fifty_moments_loses_and_doubles_nothing";
const ITEMS: usize = 5_000;
const KILLS: usize = 50;
const SEED: u64 = 20_260_800;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some("--child") = arguments.first().map(String::as_str) {
        return child::run(&arguments[1..]);
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
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(story());
    println!("test {NAME} ... ok");
    ExitCode::SUCCESS
}

async fn story() {
    let scene = Scene::open().await;
    let mut dice = Dice::new(SEED);
    let mut clients = imports::clients(&scene.unlocked).await.into_iter();
    let (mut kills, mut uploads) = (0, 0);
    while kills < KILLS {
        uploads += 1;
        let name = format!("Import{uploads}");
        let client = clients.next().expect("the demo has more clients than this takes");
        let staging = scene.stage(&client, &name).await;
        let before = kills;
        while kills < KILLS && scene.run(staging, Some(dice.moment())).await == End::Killed {
            kills += 1;
        }
        if kills == KILLS {
            assert_eq!(scene.run(staging, None).await, End::Finished);
        }
        imports::assert_landed_once(&scene.sandbox, &client, &name, ITEMS);
        let receipt = imports::send(&scene.unlocked, staging).await.unwrap();
        assert_eq!(receipt.landed, ITEMS as u64, "the receipt is there for everybody");
        println!("{name}: {} kills, each item once", kills - before);
    }
    assert!(uploads > 1, "a moment that always comes at the start proves nothing");
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Killed,
    Finished,
}

struct Scene {
    sandbox: Sandbox,
    wire: Wire,
    folder: tempfile::TempDir,
    unlocked: Unlocked,
    session: Secret,
}

impl Scene {
    async fn open() -> Self {
        let sandbox = Sandbox::start(wardroom_sandbox::Options::default()).await.unwrap();
        let wire = Wire::to(&sandbox.url()).await;
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::open(folder.path(), options()).unwrap();
        let account = sandbox.accounts().remove(0);
        let address = ServerAddress::parse(&wire.url()).unwrap();
        let password = Secret::new(account.password);
        let unlocked = desk.sign_in(&address, &account.email, password).await.unwrap();
        sync::refresh(&unlocked).await.unwrap();
        let session = unlocked.make_session().unwrap();
        Self { sandbox, wire, folder, unlocked, session }
    }

    async fn stage(&self, client: &Client, name: &str) -> StagingId {
        let file = imports::export(self.folder.path(), name, ITEMS);
        let placement = imports::managed(&self.unlocked, client).await;
        self.stage_mapped(&file, client, placement, name).await
    }

    /// With folders that have to be mapped, and steps taken and taken back: what is sent is what the mapping
    /// and the last step say.
    async fn stage_mapped(
        &self,
        file: &Path,
        client: &Client,
        placement: Placement,
        name: &str,
    ) -> StagingId {
        let deep = format!("Source>{name} ");
        let csv = std::fs::read_to_string(file).unwrap();
        let (web, mail) = (format!(",{name} Web,"), format!(",{name} Mail,"));
        let csv =
            csv.replace(&web, &format!(",{deep}Web,")).replace(&mail, &format!(",{deep}Mail,"));
        std::fs::write(file, csv).unwrap();
        let separator = Some(">".to_owned());
        let placement = Placement { separator, flatten: Flatten::Last, ..placement };
        let staging = imports::stage(&self.unlocked, file, client, placement).await.staging_id;
        let query = GridQuery { text: "mail".to_owned(), ..GridQuery::default() };
        let mail = Selection::Matching(query);
        bench::edit(&self.unlocked, staging, 7, "notes", Secret::new("edited")).await.unwrap();
        bench::move_to(&self.unlocked, staging, &mail, Some("Nowhere"), false).await.unwrap();
        bench::undo(&self.unlocked, staging).await.unwrap();
        staging
    }

    /// One run of the child; dead at `moment`, unless it is done before.
    async fn run(&self, staging: StagingId, moment: Option<Moment>) -> End {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("--child")
            .arg(self.folder.path())
            .arg(staging.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{}", self.session.expose()).unwrap();
        let output = child.stdout.take().unwrap();
        self.wire.arm(child, moment);
        let told = tokio::task::spawn_blocking(|| std::io::read_to_string(output).unwrap());
        let told = told.await.unwrap();
        let (status, killed) = self.wire.disarm().await;
        if killed {
            return End::Killed;
        }
        assert!(status.success(), "the upload failed on its own: {told}");
        assert_eq!(told.trim(), format!("{ITEMS} landed"));
        End::Finished
    }
}

fn options() -> Options {
    Options { no_keyring: true, ..Options::default() }
}

/// As the child finds the account.
fn desk(folder: &Path) -> Desk {
    Desk::open(folder, options()).unwrap()
}
