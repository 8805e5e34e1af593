//! `import …`: from a file to a receipt.

use std::path::Path;

use serde_json::Value;

use crate::terminal::{MARKER, Terminal, Transcript, files};

const HEADER: &str = "url,username,password,totp,extra,name,grouping,fav";

/// A LastPass export whose every secret carries the marker.
fn export(terminal: &Terminal) -> String {
    let row = |name: &str, folder: &str| {
        format!("https://{name}.example/,ann,pass-{MARKER},,note-{MARKER},{name},{folder},0")
    };
    let rows =
        [HEADER.to_owned(), row("mail", "Work"), row("bank", "Work\\Money"), row("shop", "")];
    terminal.write("export.csv", &rows.join("\n"))
}

fn first_client(terminal: &Terminal) -> Value {
    terminal.run(&["clients", "list", "--json"]).json()[0].clone()
}

/// A signed-in terminal, a staged export, and its id.
fn staged() -> (Terminal, String) {
    let terminal = Terminal::signed_in();
    let client = first_client(&terminal);
    let file = export(&terminal);
    let name = client["name"].as_str().unwrap();
    let said = terminal.run(&["import", "stage", &file, "--client", name, "--json"]);
    let id = said.json()["stagingId"].as_str().unwrap().to_owned();
    (terminal, id)
}

fn posts(terminal: &Terminal) -> usize {
    let requests = terminal.sandbox.requests();
    let writes = |path: &str| path.contains("/import") || path.ends_with("/collections");
    requests.iter().filter(|seen| seen.method == "POST" && writes(&seen.path)).count()
}

#[test]
fn the_import_verbs_answer_as_the_contract_says() {
    let terminal = Terminal::signed_in();
    let (file, client) = (export(&terminal), first_client(&terminal));
    let client = client["organizationId"].as_str().unwrap();
    let mut transcript = Transcript::default();
    let mut run = |label: &str, arguments: &[&str]| {
        let said = terminal.run(&[&["import"], arguments, &["--json"]].concat());
        transcript.add(label, &said);
        said
    };
    run("formats", &["formats"]);
    run("detect", &["detect", &file]);
    run("inspect", &["inspect", &file]);
    run("convert", &["convert", &file, "--output", &terminal.path("out.json")]);
    run("convert, again", &["convert", &file, "--output", &terminal.path("out.json")]);
    let out = terminal.path("other.json");
    run("convert --dry-run", &["convert", &file, "--output", &out, "--dry-run"]);
    run("stage --dry-run", &["stage", &file, "--client", client, "--dry-run"]);
    let said = run("stage", &["stage", &file, "--client", client, "--collection", "Moved"]);
    let id = said.json()["stagingId"].as_str().unwrap().to_owned();
    run("staged", &["staged"]);
    run("show", &["show", &id]);
    run("skip --dry-run", &["skip", &id, "--items", "2", "--dry-run"]);
    run("skip", &["skip", &id, "--items", "2"]);
    run("receipt, too early", &["receipt", &id]);
    run("upload --dry-run", &["upload", &id, "--dry-run"]);
    run("upload", &["upload", &id]);
    run("receipt", &["receipt", &id]);
    run("discard --dry-run", &["discard", &id, "--dry-run"]);
    run("discard", &["discard", &id]);
    run("show, gone", &["show", &id]);
    insta::assert_snapshot!(transcript.0);
}

#[test]
fn an_upload_lands_once_however_often_it_is_asked_for() {
    let (terminal, id) = staged();
    let receipt = terminal.run(&["import", "upload", &id, "--json"]);
    assert_eq!(receipt.json()["landed"], 3);
    assert!(receipt.err.contains("of 3"), "progress goes to standard error: {}", receipt.err);
    let sent = posts(&terminal);
    let again = terminal.run(&["import", "upload", &id, "--json", "--quiet"]);
    assert_eq!(again.json(), receipt.json());
    assert_eq!(again.err, "", "--quiet shows no progress");
    assert_eq!(posts(&terminal), sent, "a finished upload sends nothing");
}

#[test]
fn a_dry_run_sends_and_keeps_nothing() {
    let (terminal, id) = staged();
    let before = posts(&terminal);
    let plan = terminal.run(&["import", "upload", &id, "--dry-run", "--json"]).json();
    assert_eq!((plan["items"].as_u64(), plan["dryRun"].as_bool()), (Some(3), Some(true)));
    terminal.run(&["import", "discard", &id, "--dry-run", "--json"]);
    terminal.run(&["import", "skip", &id, "--items", "0", "--dry-run", "--json"]);
    let file = export(&terminal);
    let client = first_client(&terminal)["name"].as_str().unwrap().to_owned();
    terminal.run(&["import", "stage", &file, "--client", &client, "--dry-run", "--json"]);
    assert_eq!(posts(&terminal), before, "the server was only asked");
    let staged = terminal.run(&["import", "staged", "--json"]).json();
    assert_eq!(staged.as_array().map(Vec::len), Some(1), "one before, one after");
    assert_eq!(staged[0]["skipped"], 0);
}

#[test]
fn reading_a_file_needs_no_account_and_shows_no_secret() {
    let terminal = Terminal::new();
    let file = export(&terminal);
    let inspection = terminal.run(&["import", "inspect", &file, "--json"]).json();
    assert_eq!(inspection["items"]["login"], 3);
    assert_eq!(inspection["folders"], serde_json::json!(["Work", "Work/Money"]));
    assert!(!terminal.data().exists(), "looking at a file makes no data folder");
    let nowhere = terminal.path("nowhere.csv");
    assert_eq!(terminal.run(&["import", "inspect", &nowhere, "--json"]).code, 7);
    let key_file = ["import", "inspect", &file, "--key-file", &nowhere, "--json"];
    assert_eq!(terminal.run(&key_file).code, 7, "a key file that nothing would use is refused");
}

#[test]
fn a_conversion_is_readable_by_its_owner_only() {
    let terminal = Terminal::new();
    let (file, out) = (export(&terminal), terminal.path("out.json"));
    let made = terminal.run(&["import", "convert", &file, "--output", &out, "--json"]);
    assert_eq!(made.json()["items"], 3);
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(written.contains(MARKER), "it is the plain export people asked for");
    assert!(owner_only(Path::new(&out)));
}

#[cfg(unix)]
fn owner_only(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o600
}

#[cfg(not(unix))]
fn owner_only(_: &Path) -> bool {
    true // The profile folder's own rights apply.
}

#[test]
fn staged_items_are_sealed_on_disk() {
    let (terminal, id) = staged();
    assert_eq!(terminal.run(&["import", "show", &id]).code, 0);
    for (path, content) in files(&terminal.data()) {
        let found = content.windows(MARKER.len()).any(|window| window == MARKER.as_bytes());
        assert!(!found, "{} holds a secret in clear", path.display());
    }
}

#[test]
fn a_client_or_staging_that_is_not_there_is_exit_5() {
    let terminal = Terminal::signed_in();
    let file = export(&terminal);
    let nobody = ["import", "stage", &file, "--client", "Nobody & Sons", "--json"];
    assert_eq!(terminal.run(&nobody).code, 5);
    let unknown = "00000000-0000-4000-8000-000000000000";
    for verb in ["show", "upload", "receipt", "discard"] {
        assert_eq!(terminal.run(&["import", verb, unknown, "--json"]).code, 5, "{verb}");
        assert_eq!(terminal.run(&["import", verb, "no-id", "--json"]).code, 5, "{verb}");
    }
    let client = first_client(&terminal);
    let name = client["name"].as_str().unwrap();
    let group = ["import", "stage", &file, "--client", name, "--access-group", "Nobody", "--json"];
    assert_eq!(terminal.run(&group).code, 5, "a group nobody has");
}

#[test]
fn access_named_on_the_command_line_is_in_the_plan() {
    let terminal = Terminal::signed_in();
    let (file, client) = (export(&terminal), first_client(&terminal));
    let name = client["name"].as_str().unwrap();
    let stage = ["import", "stage", &file, "--client", name, "--json"];
    let stranger = terminal.run(&[&stage[..], &["--access-member", "nobody@x.example"]].concat());
    assert_eq!(stranger.code, 5);
    let hint = stranger.error()["hint"].as_str().unwrap().to_owned();
    let (_, after) = hint.split_once('<').expect("the hint lists the members there are");
    let (email, _) = after.split_once('>').unwrap();
    let access = ["--access-member", email, "--access-group", "Everyone", "--no-folders"];
    let collection = ["--collection", "Moved"];
    let staged = terminal.run(&[&stage[..], &access, &collection].concat()).json();
    let id = staged["stagingId"].as_str().unwrap();
    let plan = terminal.run(&["import", "upload", id, "--dry-run", "--json"]).json();
    assert_eq!(plan["access"].as_array().map(Vec::len), Some(2), "{plan}");
    assert_eq!(
        plan["newCollections"],
        serde_json::json!(["Moved"]),
        "--no-folders makes no others"
    );
}

#[test]
fn what_blocks_an_upload_can_be_left_out() {
    let terminal = Terminal::signed_in();
    let long = "x".repeat(20_000);
    let rows = [HEADER.to_owned(), format!("https://a.example/,{long},secret,,,good,,0")];
    let file =
        terminal.write("long.csv", &(rows.join("\n") + "\nhttps://b.example/,b,c,,,fine,,0"));
    let client = first_client(&terminal);
    let name = client["name"].as_str().unwrap();
    let staged = terminal.run(&["import", "stage", &file, "--client", name, "--json"]).json();
    let id = staged["stagingId"].as_str().unwrap();
    let blocked = terminal.run(&["import", "upload", id, "--json"]);
    assert_eq!(blocked.code, 7);
    assert!(blocked.error()["hint"].as_str().unwrap().contains("import skip"));
    assert_eq!(terminal.run(&["import", "skip", id, "--blocking", "--json"]).json()["skipped"], 1);
    let receipt = terminal.run(&["import", "upload", id, "--json"]).json();
    assert_eq!((receipt["landed"].as_u64(), receipt["skipped"].as_u64()), (Some(1), Some(1)));
}

/// Ctrl-C while the server makes the upload wait: a safe point, and the next run goes on from there.
#[cfg(unix)]
#[test]
fn an_interrupted_upload_continues() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    use wardroom_sandbox::Fault;

    let (terminal, id) = staged();
    let route = "/api/ciphers/import-organization";
    terminal.sandbox.fail("POST", route, Fault::SlowDown(3600), 1);
    let mut command = terminal.command(&["import", "upload", &id, "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(err.any(|line| line.contains("waiting 3600 s")), "it says why nothing moves");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let last = err.last().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{last}");
    assert!(last.contains("again to continue"), "{last}");
    let receipt = terminal.run(&["import", "upload", &id, "--json"]).json();
    assert_eq!(receipt["landed"], 3);
}
