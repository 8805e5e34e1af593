//! `import stage` with several files, `history`, `source`, `keep`, `settings`.

use serde_json::{Value, json};

use crate::terminal::Terminal;

const HEADER: &str = "name,url,username,password";

fn two_files(terminal: &Terminal) -> [String; 2] {
    ["mail", "bank"].map(|name| {
        let row = format!("{name},https://{name}.example,ann,pw-{name}");
        terminal.write(&format!("{name}.csv"), &format!("{HEADER}\n{row}\n"))
    })
}

fn client(terminal: &Terminal) -> String {
    let clients = terminal.run(&["clients", "list", "--json"]).json();
    clients[0]["name"].as_str().unwrap().to_owned()
}

fn staged(terminal: &Terminal) -> Value {
    let [mail, bank] = two_files(terminal);
    let name = client(terminal);
    terminal
        .run(&["import", "stage", &mail, &bank, "--client", &name, "--collection", "All", "--json"])
        .json()
}

#[test]
fn several_files_are_one_import_whose_sources_can_be_deleted_when_it_is_proven() {
    let terminal = Terminal::signed_in();
    let staged = staged(&terminal);
    assert_eq!((&staged["items"], &staged["files"]), (&json!(2), &json!(["mail.csv", "bank.csv"])));
    let id = staged["stagingId"].as_str().unwrap();

    let early = terminal.run(&["import", "source", id, "--delete", "0", "--json"]);
    assert_eq!(early.code, 7, "before the proof it is the only other copy");
    let early = terminal.run(&["import", "source", id, "--delete", "0", "--dry-run", "--json"]);
    assert_eq!(early.code, 7, "a plan refuses what the deed would");
    let receipt = terminal.run(&["import", "upload", id, "--json"]).json();
    assert_eq!(receipt["files"][1]["name"], "bank.csv");

    let dry = terminal.run(&["import", "source", id, "--delete", "0", "--dry-run", "--json"]);
    assert_eq!((&dry.json()["dryRun"], &dry.json()["now"]), (&json!(true), &json!("same")));
    let deleted = terminal.run(&["import", "source", id, "--delete", "0", "--json"]).json();
    assert_eq!(deleted["now"], "gone");
    let left = terminal.run(&["import", "source", id, "--json"]).json();
    assert_eq!((&left[0]["now"], &left[1]["now"]), (&json!("gone"), &json!("same")));
    assert!(!std::path::Path::new(&terminal.path("mail.csv")).exists());
}

#[test]
fn the_history_is_searched_by_words_and_by_client() {
    let terminal = Terminal::signed_in();
    let staged = staged(&terminal);
    let id = staged["stagingId"].as_str().unwrap();
    terminal.run(&["import", "discard", id, "--json"]);
    let found = |more: &[&str]| {
        let said = terminal.run(&[&["import", "history", "--json"], more].concat());
        said.json().as_array().unwrap().len()
    };
    assert_eq!(found(&[]), 1);
    assert_eq!(found(&["--search", "bank.csv"]), 1);
    assert_eq!(found(&["--search", "bank.csv shop.csv"]), 0);
    assert_eq!(found(&["--client", &client(&terminal)]), 1);
    let entry = terminal.run(&["import", "history", "--json"]).json()[0].clone();
    assert_eq!((&entry["end"], &entry["items"]), (&json!("discarded"), &json!(2)));
}

#[test]
fn staged_data_has_an_end_that_can_be_moved() {
    let terminal = Terminal::signed_in();
    let settings = terminal.run(&["import", "settings", "--json"]).json();
    assert_eq!(settings, json!({ "keepDays": 14 }));
    let staged = staged(&terminal);
    let id = staged["stagingId"].as_str().unwrap();
    assert!(staged["expiresAt"].is_string());
    let kept = terminal.run(&["import", "keep", id, "--days", "0", "--json"]).json();
    assert_eq!(kept["expiresAt"], Value::Null);
    terminal.run(&["import", "settings", "--keep-days", "3", "--dry-run", "--json"]);
    assert_eq!(terminal.run(&["import", "settings", "--json"]).json()["keepDays"], 14);
    terminal.run(&["import", "settings", "--keep-days", "3", "--json"]);
    assert_eq!(terminal.run(&["import", "settings", "--json"]).json()["keepDays"], 3);
    let refused = terminal.run(&["import", "keep", id, "--days", "99999", "--json"]);
    assert_eq!(refused.code, 7);
}
