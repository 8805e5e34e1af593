//! `import duplicates`, `resolve`, `health`: what is there twice, and how healthy it is.

use serde_json::{Value, json};

use crate::terminal::{MARKER, Terminal};

/// Two equal logins, another version of them, a known password.
fn staged() -> (Terminal, String) {
    let terminal = Terminal::signed_in();
    let settings = json!({ "exposedPasswords": terminal.sandbox.exposed_passwords() });
    std::fs::write(terminal.data().join("network.json"), settings.to_string()).unwrap();
    let rows = [
        "url,username,password,totp,extra,name,grouping,fav".to_owned(),
        format!("https://mail.example,ann,ladder-kite-{MARKER},,,Mail,Web,0"),
        format!("https://mail.example,ann,ladder-kite-{MARKER},,,Mail,Old,0"),
        format!("http://mail.example,ann,quartz-boat-{MARKER},,note,Post,Old,0"),
        "https://github.com,ann,changeme,,,Code,Web,0".to_owned(),
    ];
    let file = terminal.write("export.csv", &rows.join("\n"));
    let clients = terminal.run(&["clients", "list", "--json"]).json();
    let name = clients[0]["name"].as_str().unwrap();
    let staged = terminal.run(&["import", "stage", &file, "--client", name, "--json"]).json();
    let id = staged["stagingId"].as_str().unwrap().to_owned();
    (terminal, id)
}

fn skipped(terminal: &Terminal, id: &str) -> Value {
    terminal.run(&["import", "show", id, "--json"]).json()["skipped"].clone()
}

#[test]
fn duplicates_are_listed_and_settled_by_rule() {
    let (terminal, id) = staged();
    let report = terminal.run(&["import", "duplicates", &id, "--json"]).json();
    assert_eq!((&report["exact"], &report["near"]), (&json!(1), &json!(1)));
    assert_eq!(report["superfluous"], 1);
    let members = report["groups"][0]["members"].as_array().unwrap();
    assert_eq!(members.iter().map(|m| &m["item"]).collect::<Vec<_>>(), [0, 1]);
    let near = terminal.run(&["import", "duplicates", &id, "--kind", "near", "--json"]).json();
    assert_eq!((&near["matching"], &near["groups"][0]["group"]), (&json!(1), &json!(1)));
    let shown = terminal.run(&["import", "duplicates", &id]);
    assert!(shown.out.contains("export.csv, line 3"), "{}", shown.out);

    let settle = ["import", "resolve", &id, "--kind", "exact", "--rule", "skipLater"];
    let dry = terminal.run(&[&settle[..], &["--dry-run", "--json"]].concat()).json();
    assert_eq!((&dry["dryRun"], &dry["skipped"]), (&json!(true), &json!(1)));
    assert_eq!(skipped(&terminal, &id), 0, "a dry run changes nothing");
    let done = terminal.run(&[&settle[..], &["--json"]].concat()).json();
    assert_eq!((&done["skipped"], done.get("dryRun")), (&json!(1), None));
    assert!(done["revision"].as_u64() > dry["revision"].as_u64());
    assert_eq!(skipped(&terminal, &id), 1);

    let merge = ["import", "resolve", &id, "--kind", "near", "--rule", "merge"];
    let stale = [&merge[..], &["--groups", "1", "--revision", "0", "--json"]].concat();
    assert_eq!(terminal.run(&stale).code, 7, "groups are of a revision");
    let merged = terminal.run(&[&merge[..], &["--json"]].concat()).json();
    assert_eq!((&merged["merged"], &merged["skipped"]), (&json!(1), &json!(1)));
    assert_eq!(skipped(&terminal, &id), 2);
}

#[test]
fn what_is_asked_for_wrongly_is_said_before_anything_is_done() {
    let (terminal, id) = staged();
    for wrong in [
        &["import", "resolve", &id, "--kind", "exact", "--json"][..],
        &["import", "resolve", &id, "--kind", "exact", "--rule", "drop", "--json"],
        &["import", "resolve", &id, "--kind", "exact", "--rule", "keep", "--groups", "0", "--json"],
        &["import", "health", &id, "--tag", "Mend", "--json"],
        &["import", "health", &id, "--output", "report.pdf", "--json"],
    ] {
        assert_eq!(terminal.run(wrong).code, 2, "{wrong:?}");
    }
    let none = "00000000-0000-4000-8000-000000000001";
    assert_eq!(terminal.run(&["import", "duplicates", none, "--json"]).code, 5);
    assert_eq!(terminal.run(&["import", "health", none, "--json"]).code, 5);
}

#[test]
fn health_is_told_tagged_and_written_for_the_client() {
    let (terminal, id) = staged();
    terminal.sandbox.forget_requests();
    let quiet = terminal.run(&["import", "health", &id, "--json"]).json();
    assert_eq!(quiet["exposed"], Value::Null);
    assert!(terminal.sandbox.range_questions().is_empty(), "nobody is asked unless told to");

    let report = terminal.run(&["import", "health", &id, "--exposed", "online", "--json"]).json();
    assert_eq!((&report["exposed"], &report["exposedIncomplete"]), (&json!(1), &json!(false)));
    assert_eq!(terminal.sandbox.range_questions().len(), 3, "once per password");
    let worst = &report["rows"][0];
    assert_eq!((&worst["name"], &worst["exposed"]), (&json!("Code"), &json!(72_404)));
    assert_eq!((&report["reused"], &report["plainHttp"]), (&json!(2), &json!(1)));

    let output = terminal.path("report.html");
    let write = ["import", "health", &id, "--output", &output, "--tag", "To mend", "--pick"];
    let write = [&write[..], &["weak,missingTwoStep"]].concat();
    let dry = terminal.run(&[&write[..], &["--dry-run", "--json"]].concat()).json();
    assert_eq!((&dry["dryRun"], &dry["tagged"]["items"]), (&json!(true), &json!(1)));
    assert!(!std::path::Path::new(&output).exists());
    let done = terminal.run(&[&write[..], &["--json"]].concat()).json();
    assert_eq!(done["tagged"], json!({ "collection": "To mend", "items": 1 }));
    let page = std::fs::read_to_string(&output).unwrap();
    assert!(page.contains("Code") && !page.contains(MARKER) && !page.contains("changeme"));
    let shown = terminal.run(&["import", "show", &id, "--json"]).json();
    let folders = shown["maskedItems"][3]["folders"].as_array().unwrap();
    assert_eq!(folders, &[json!("Web"), json!("To mend")]);
    let again = terminal.run(&[&write[..], &["--json"]].concat());
    assert_eq!(again.code, 7, "a file that exists is never overwritten");
}

#[test]
fn a_list_of_hashes_asks_nobody() {
    let (terminal, id) = staged();
    // SHA-1 of "changeme".
    let list = terminal.write(
        "hashes.txt",
        "0000000000000000000000000000000000000000:9\r\nFA9BEB99E4029AD5A6615399E7BBAE21356086B3:12\r\n",
    );
    let report = terminal.run(&["import", "health", &id, "--exposed", &list, "--json"]).json();
    assert_eq!((&report["exposed"], &report["rows"][0]["exposed"]), (&json!(1), &json!(12)));
    assert!(terminal.sandbox.range_questions().is_empty());
    let export = terminal.path("export.csv");
    let refused = terminal.run(&["import", "health", &id, "--exposed", &export, "--json"]);
    assert_eq!(refused.code, 7, "an export is no list of hashes");
}
