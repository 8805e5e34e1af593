//! `import items`, `item`, `reveal`, `edit`, `move`, `fix`, `undo`, `redo`, `targets`, `place`.

use serde_json::{Value, json};

use crate::terminal::{Terminal, Transcript};

const ROWS: &str = "\
url,username,password,totp,extra,name,grouping,fav
https://mail.example/,ann,hunter-mail,,,Mail,Work,0
no idea,bob,hunter-shop,not a secret!,,Shop,,0
https://bank.example/,cid,hunter-bank,,,Bank,Work\\Money,0
";

/// A signed-in terminal, a staged export, and its id.
fn staged() -> (Terminal, String) {
    let terminal = Terminal::signed_in();
    let clients = terminal.run(&["clients", "list", "--json"]).json();
    let file = terminal.write("export.csv", ROWS);
    let name = clients[0]["name"].as_str().unwrap();
    let said = terminal.run(&["import", "stage", &file, "--client", name, "--json"]);
    let id = said.json()["stagingId"].as_str().unwrap().to_owned();
    (terminal, id)
}

fn run(terminal: &Terminal, verb: &str, id: &str, more: &[&str]) -> Value {
    terminal.run(&[&["import", verb, id, "--json"], more].concat()).json()
}

fn names(terminal: &Terminal, id: &str, more: &[&str]) -> Vec<String> {
    let page = run(terminal, "items", id, more);
    let rows = page["rows"].as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_bench_verbs_answer_as_the_contract_says() {
    let (terminal, id) = staged();
    let value = terminal.write("value", "hunter-new\n");
    let mut transcript = Transcript::default();
    let mut run = |label: &str, verb: &str, more: &[&str]| {
        transcript.add(label, &terminal.run(&[&["import", verb, &id, "--json"], more].concat()));
    };
    run("items", "items", &["--sort", "findings"]);
    run("item", "item", &["1"]);
    run("reveal", "reveal", &["1", "login.password"]);
    run("reveal, nowhere", "reveal", &["1", "login.pin"]);
    let edit = ["0", "login.password", "--value-file", &value];
    run("edit --dry-run", "edit", &[&edit[..], &["--dry-run"]].concat());
    run("edit", "edit", &edit);
    run("move --dry-run", "move", &["--items", "1", "--to", "Shops", "--dry-run"]);
    run("move", "move", &["--items", "1", "--to", "Shops"]);
    run("fix --dry-run", "fix", &["uriToField", "--finding", "badUri", "--dry-run"]);
    run("fix", "fix", &["uriToField", "--finding", "badUri"]);
    run("undo --dry-run", "undo", &["--dry-run"]);
    run("undo", "undo", &[]);
    run("redo --dry-run", "redo", &["--dry-run"]);
    run("redo", "redo", &[]);
    run("redo, nothing", "redo", &[]);
    run("targets", "targets", &[]);
    run("targets --offline", "targets", &["--offline"]);
    run("place --dry-run", "place", &["--prefix", "Old", "--dry-run"]);
    run("place", "place", &["--prefix", "Old", "--map", "Work=Office", "--drop", "Shops"]);
    run("skip", "skip", &["--finding", "badTotp"]);
    insta::assert_snapshot!(transcript.0);
}

#[test]
fn lists_show_no_secret_and_reveal_shows_the_one_that_was_asked_for() {
    let (terminal, id) = staged();
    for verb in [&["items", &id][..], &["item", &id, "0"], &["item", &id, "1"]] {
        for form in [&[][..], &["--json"]] {
            let said = terminal.run(&[&["import"], verb, form].concat());
            assert_eq!(said.code, 0);
            assert!(!said.out.contains("hunter") && !said.out.contains("not a secret"), "{verb:?}");
        }
    }
    let bare = terminal.run(&["import", "reveal", &id, "1", "login.password"]);
    assert_eq!(bare.out, "hunter-shop\n", "ready to be piped");
    assert_eq!(run(&terminal, "reveal", &id, &["1", "login.totp"])["value"], "not a secret!");
}

#[test]
fn items_are_chosen_by_words_findings_and_folders() {
    let (terminal, id) = staged();
    assert_eq!(names(&terminal, &id, &["--search", "work"]), ["Mail", "Bank"]);
    assert_eq!(names(&terminal, &id, &["--folder", "Work", "--sort", "name"]), ["Bank", "Mail"]);
    assert_eq!(names(&terminal, &id, &["--finding", "badTotp"]), ["Shop"]);
    assert_eq!(names(&terminal, &id, &["--severity", "warning"]), ["Shop"]);
    assert_eq!(names(&terminal, &id, &["--from", "1", "--count", "1"]), ["Shop"]);
    let unknown = terminal.run(&["import", "items", &id, "--finding", "ugly", "--json"]);
    assert_eq!(unknown.code, 2);
    let nothing = terminal.run(&["import", "move", &id, "--to", "X", "--json"]);
    assert_eq!(nothing.code, 2, "all items are never meant by saying nothing");
    let nowhere = terminal.run(&["import", "move", &id, "--items", "0", "--json"]);
    assert_eq!(nowhere.code, 2);
}

#[test]
fn a_value_is_typed_in_not_said() {
    let (terminal, id) = staged();
    let said = terminal.type_in(
        &["import", "edit", &id, "0", "login.password", "--value-stdin", "--json"],
        "hunter-typed",
    );
    assert_eq!(said.code, 0);
    let value = |path| run(&terminal, "reveal", &id, &["0", path])["value"].clone();
    assert_eq!(value("login.password"), "hunter-typed");
    let empty = terminal.write("empty", "");
    run(&terminal, "edit", &id, &["0", "login.username", "--value-file", &empty]);
    assert_eq!(value("login.username"), "");
    run(&terminal, "undo", &id, &[]);
    assert_eq!(value("login.username"), "ann");
    let none = terminal.run(&["import", "edit", &id, "0", "login.password", "--json"]);
    assert_eq!(none.code, 2);
}

#[test]
fn a_dry_run_of_the_bench_changes_nothing() {
    let (terminal, id) = staged();
    let value = terminal.write("value", "x");
    let before = run(&terminal, "items", &id, &[]);
    for words in [
        &["edit", &id, "0", "name", "--value-file", &value][..],
        &["move", &id, "--items", "0,1", "--out"],
        &["fix", &id, "totpToField", "--search", "shop"],
        &["skip", &id, "--search", "shop"],
        &["place", &id, "--no-folders"],
    ] {
        let said = terminal.run(&[&["import"], words, &["--dry-run", "--json"]].concat());
        assert_eq!(said.json()["dryRun"], true, "{words:?}");
    }
    assert_eq!(run(&terminal, "items", &id, &[]), before);
    let undo = terminal.run(&["import", "undo", &id, "--dry-run", "--json"]);
    assert_eq!(undo.code, 7, "there is nothing to take back");
}

#[test]
fn what_is_placed_by_rules_is_uploaded_by_them() {
    let (terminal, id) = staged();
    let rules = ["--map", "Work/Money=Treasury", "--prefix", "Moved", "--parents"];
    let placed = run(&terminal, "place", &id, &rules);
    let paths = |targets: &Value| {
        let list = targets.as_array().unwrap().iter();
        list.map(|target| target["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(paths(&placed["targets"]), ["Moved", "Moved/Work", "Treasury", ""]);
    run(&terminal, "move", &id, &["--search", "shop", "--to", "Work"]);
    let plan = run(&terminal, "upload", &id, &["--dry-run"]);
    assert_eq!(plan["newCollections"], json!(["Moved", "Moved/Work", "Treasury"]));
    let receipt = run(&terminal, "upload", &id, &[]);
    assert_eq!(receipt["landed"], 3);
    let late = terminal.run(&["import", "undo", &id, "--json"]);
    assert_eq!(late.code, 7, "what was sent is not taken back here");
}
