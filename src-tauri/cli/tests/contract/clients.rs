//! `clients list`.

use serde_json::Value;

use crate::terminal::{Said, Terminal, Transcript};

fn column(said: &Said, name: &str) -> Vec<Value> {
    said.json().as_array().unwrap().iter().map(|client| client[name].clone()).collect()
}

#[test]
fn the_list_has_the_contracts_fields() {
    let terminal = Terminal::signed_in();
    let mut transcript = Transcript::default();
    transcript.add("clients list", &terminal.run(&["clients", "list", "--json"]));
    insta::assert_snapshot!(transcript.0);
}

#[test]
fn the_list_sorts_by_every_column_with_unknown_values_last() {
    let terminal = Terminal::signed_in();
    terminal.run(&["sync"]);
    for name in ["assigned", "used", "remaining"] {
        let list = |extra: &[&str]| {
            let said =
                [&["clients", "list", "--offline", "--json", "--sort", name], extra].concat();
            column(&terminal.run(&said), name)
        };
        let (mut up, down) = (list(&[]), list(&["--desc"]));
        let numbers: Vec<_> = up.iter().map_while(Value::as_i64).collect();
        assert!(numbers.is_sorted() && !numbers.is_empty(), "{name}: {up:?}");
        assert!(up.iter().skip(numbers.len()).all(Value::is_null), "{name}: {up:?}");
        up.truncate(numbers.len());
        up.reverse();
        assert_eq!(down.get(..numbers.len()), Some(up.as_slice()), "{name} the other way round");
    }
    let names = column(&terminal.run(&["clients", "list", "--offline", "--json"]), "name");
    let lower: Vec<_> = names.iter().map(|name| name.as_str().unwrap().to_lowercase()).collect();
    assert!(lower.is_sorted(), "by name unless told otherwise: {names:?}");
}

#[test]
fn the_list_is_there_when_the_server_is_not() {
    let terminal = Terminal::signed_in();
    let before = column(&terminal.run(&["clients", "list", "--json"]), "name");
    assert_eq!(before.len(), 6, "the first list asks the server by itself");
    terminal.runtime.block_on(terminal.sandbox.go_down());
    let offline = terminal.run(&["clients", "list", "--offline", "--json"]);
    assert_eq!(column(&offline, "name"), before);
    assert_eq!(offline.err, "", "asking for the stored list is nothing to remark on");
    let without = terminal.run(&["clients", "list", "--json"]);
    assert_eq!(column(&without, "name"), before);
    assert!(without.err.contains("cannot be reached"), "stale numbers are called that");
}

#[test]
fn the_list_is_searched_by_part_of_a_name() {
    let terminal = Terminal::signed_in();
    let names = column(&terminal.run(&["clients", "list", "--json"]), "name");
    let first = names[0].as_str().unwrap();
    let search = first.to_uppercase();
    let found = terminal.run(&["clients", "list", "--offline", "--search", &search, "--json"]);
    assert!(column(&found, "name").contains(&names[0]), "case does not matter");
    let nothing = terminal.run(&["clients", "list", "--offline", "--search", "qqqq", "--json"]);
    assert_eq!(nothing.json(), serde_json::json!([]));
}

#[test]
fn people_get_an_aligned_table_and_no_colour_in_a_pipe() {
    let terminal = Terminal::signed_in();
    let said = terminal.run(&["clients", "list"]);
    let lines: Vec<_> = said.out.lines().collect();
    let title: Vec<_> = lines[0].split_whitespace().collect();
    assert_eq!(title, ["Client", "Assigned", "Used", "Remaining", "Plan"], "the portal's words");
    assert_eq!(lines.last().copied(), Some("6 clients, read just now"));
    assert!(!said.out.contains('\u{1b}'), "nobody reads escapes in a file");
}
