//! The scene: a server with a demo company, and a terminal on a technician's machine.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use wardroom_sandbox::{DemoAccount, Options, Sandbox};

/// Stands in every secret of the exports that tests write; it must never come out.
pub(crate) const MARKER: &str = "mArKeR-7c1d";

/// A machine with an empty data folder, and a server.
pub(crate) struct Terminal {
    pub(crate) sandbox: Sandbox,
    pub(crate) runtime: Runtime,
    session: Option<String>,
    folder: TempDir,
}

/// What one run of the program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Terminal {
    /// Nobody is signed in.
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let options = Options { clients: 6, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        Self { sandbox, runtime, session: None, folder: tempfile::tempdir().unwrap() }
    }

    /// The provider's admin is signed in, and the environment has their session value.
    pub(crate) fn signed_in() -> Self {
        let mut terminal = Self::new();
        let said = terminal.login("providerAdmin");
        terminal.session = said.json()["session"].as_str().map(str::to_owned);
        terminal
    }

    pub(crate) fn account(&self, role: &str) -> DemoAccount {
        self.sandbox.accounts().into_iter().find(|account| account.role == role).unwrap()
    }

    pub(crate) fn login(&self, role: &str) -> Said {
        let DemoAccount { email, password, .. } = self.account(role);
        let url = self.sandbox.url();
        let arguments =
            ["login", "--server", &url, "--email", &email, "--password-stdin", "--json"];
        self.type_in(&arguments, &password)
    }

    /// Takes the session value out of the environment.
    pub(crate) fn forget_session(&mut self) {
        self.session = None;
    }

    /// Uses this value from now on.
    pub(crate) fn use_session(&mut self, value: &str) {
        self.session = Some(value.to_owned());
    }

    /// Where the program keeps its things.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside them.
    pub(crate) fn write(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// A path beside them where nothing is yet.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The program, in an environment of ours alone.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardroomctl"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("WARDROOM_DATA_DIR", self.data()).env("WARDROOM_KEYRING", "off");
        // Windows starts no socket without it.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        if let Some(session) = &self.session {
            command.env("WARDROOM_SESSION", session);
        }
        command
    }

    /// Runs a verb.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).output().unwrap();
        self.said(arguments, &output)
    }

    /// Runs a verb with a line on standard input.
    pub(crate) fn type_in(&self, arguments: &[&str], line: &str) -> Said {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A verb that does not want it may be gone already.
        let _ = writeln!(child.stdin.take().unwrap(), "{line}");
        let output = child.wait_with_output().unwrap();
        self.said(arguments, &output)
    }

    /// What holds for every run: no secret in either stream, JSON and nothing else where it was asked for.
    pub(crate) fn said(&self, arguments: &[&str], output: &Output) -> Said {
        let said = Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        };
        let secrets = self.sandbox.accounts().into_iter().map(|account| account.password);
        for secret in secrets.chain([MARKER.to_owned()]) {
            assert!(!said.out.contains(&secret), "{arguments:?} printed a secret");
            assert!(!said.err.contains(&secret), "{arguments:?} printed a secret to stderr");
        }
        if arguments.contains(&"--json") {
            if said.code == 0 {
                assert_eq!(said.out.lines().count(), 1, "one document: {}", said.out);
                said.json();
            } else {
                assert_eq!(said.out, "", "a failure leaves standard output empty");
                said.error();
            }
        }
        said
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let unknown = self.sandbox.unknown_routes();
            assert!(unknown.is_empty(), "the server has no route for {unknown:?}");
        }
    }
}

impl Said {
    /// The answer.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }

    /// The failure: the last line, after progress and notes.
    pub(crate) fn error(&self) -> Value {
        let document: Value = serde_json::from_str(self.err.lines().last().unwrap()).unwrap();
        document["error"].clone()
    }
}

/// Verbs and what they answered, for one snapshot.
#[derive(Default)]
pub(crate) struct Transcript(pub(crate) String);

impl Transcript {
    /// `label → exit code, shape of the answer or code of the failure`.
    pub(crate) fn add(&mut self, label: &str, said: &Said) {
        let answer =
            if said.code == 0 { shape(&said.json()) } else { said.error()["code"].to_string() };
        writeln!(self.0, "{label}\n  {} {answer}", said.code).unwrap();
    }
}

/// A JSON value with its leaves replaced by their kind; lists are shown by their first element.
pub(crate) fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(list) => format!("[{}]", list.first().map(shape).unwrap_or_default()),
        Value::Object(map) => {
            let fields: Vec<_> =
                map.iter().map(|(name, value)| format!("{name}: {}", shape(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Every file below a folder, with its content.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    found
}
