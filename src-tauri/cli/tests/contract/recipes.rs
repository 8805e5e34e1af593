//! `import recipe …`: a spreadsheet mapped once, by its id or its file.

use serde_json::Value;

use crate::terminal::{MARKER, Terminal, Transcript};

/// A spreadsheet whose columns nobody could know, with the marker in every secret.
fn list(terminal: &Terminal, name: &str) -> String {
    let rows = [
        "Kundenliste;;;".to_owned(),
        "Was;Wer;Womit;Wohin".to_owned(),
        format!("Router;admin;pass-{MARKER}-1;Netz > Rand"),
        format!("Shop;bob@acme.example;pass-{MARKER}-2;Web"),
    ];
    terminal.write(name, &rows.join("\n"))
}

/// The recipe for it, as a file.
fn recipe(terminal: &Terminal) -> String {
    let text = r#"{"kind":"wardroom-recipe","name":"Kundenliste","headerRow":2,"folderSeparator":">",
        "columns":[{"header":"Was","role":"name"},{"header":"Wer","role":"username"},
        {"header":"Womit","role":"password"},{"header":"Wohin","role":"folder"}]}"#;
    terminal.write("kunden.recipe.json", text)
}

#[test]
fn the_recipe_verbs_answer_as_the_contract_says() {
    let terminal = Terminal::signed_in();
    let (file, recipe) = (list(&terminal, "list.csv"), recipe(&terminal));
    let mut transcript = Transcript::default();
    let mut run = |label: &str, arguments: &[&str]| {
        let said = terminal.run(&[&["import", "recipe"], arguments, &["--json"]].concat());
        transcript.add(label, &said);
        said
    };
    run("guess", &["guess", &file]);
    run("preview", &["preview", &file, "--recipe", &recipe]);
    run("save --dry-run", &["save", &recipe, "--dry-run"]);
    run("list, none yet", &["list"]);
    run("save", &["save", &recipe]);
    run("export, unknown", &["export", "nothing"]);
    run("delete, unknown", &["delete", "nothing"]);
    insta::assert_snapshot!(transcript.0);
}

#[test]
fn a_kept_recipe_is_used_by_its_id_and_offered_by_the_names_of_its_columns() {
    let terminal = Terminal::signed_in();
    let (file, recipe) = (list(&terminal, "list.csv"), recipe(&terminal));
    let kept = terminal.run(&["import", "recipe", "save", &recipe, "--json"]).json();
    let id = kept["recipeId"].as_str().unwrap().to_owned();
    let fitting = terminal.run(&["import", "recipe", "list", "--for", &file, "--json"]).json();
    assert_eq!(fitting[0]["recipeId"], id.as_str());
    let other = terminal.write("other.csv", "Name;User;Password\na;u;p\n");
    let fitting = terminal.run(&["import", "recipe", "list", "--for", &other, "--json"]).json();
    assert_eq!(fitting, Value::Array(Vec::new()));

    let inspection = terminal.run(&["import", "inspect", &file, "--recipe", &id, "--json"]).json();
    assert_eq!(
        (&inspection["format"], &inspection["items"]["login"]),
        (&"genericcsv".into(), &2.into())
    );
    let client = terminal.run(&["clients", "list", "--json"]).json()[0]["organizationId"].clone();
    let stage =
        ["import", "stage", &file, "--client", client.as_str().unwrap(), "--recipe", &id, "--json"];
    let staged = terminal.run(&stage).json();
    assert_eq!(staged["folders"], serde_json::json!(["Netz/Rand", "Netz", "Web"]));

    let shared = terminal.run(&["import", "recipe", "export", &id]).out;
    let file_of_it = terminal.write("shared.recipe.json", &shared);
    let copy =
        terminal.run(&["import", "recipe", "save", &file_of_it, "--name", "Kopie", "--json"]);
    assert_eq!(copy.json()["name"], "Kopie");
    let changed = terminal.run(&[
        "import",
        "recipe",
        "save",
        &file_of_it,
        "--id",
        &id,
        "--name",
        "Neu",
        "--json",
    ]);
    assert_eq!(
        (&changed.json()["recipeId"], &changed.json()["name"]),
        (&id.as_str().into(), &"Neu".into())
    );
    let gone = ["import", "recipe", "delete", &id, "--json"];
    terminal.run(&["import", "recipe", "delete", &id, "--dry-run", "--json"]);
    assert_eq!(terminal.run(&gone).code, 0, "the dry run has forgotten nothing");
    assert_eq!(terminal.run(&gone).code, 5);
    assert_eq!(
        terminal.run(&["import", "recipe", "list", "--json"]).json().as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_recipe_file_needs_no_account_and_nothing_shows_a_secret() {
    let terminal = Terminal::new();
    let (file, recipe) = (list(&terminal, "list.csv"), recipe(&terminal));
    let inspection = terminal.run(&["import", "inspect", &file, "--recipe", &recipe, "--json"]);
    assert_eq!(inspection.json()["items"]["login"], 2);
    let out = terminal.path("out.json");
    let convert = ["import", "convert", &file, "--recipe", &recipe, "--output", &out, "--json"];
    assert_eq!(terminal.run(&convert).json()["items"], 2);
    for arguments in [
        &["guess", &file][..],
        &["guess", &file, "--header-row", "2", "--delimiter", ";"],
        &["guess", &file, "--header-row", "0"],
        &["preview", &file, "--recipe", &recipe],
    ] {
        for json in [&[][..], &["--json"]] {
            let said = terminal.run(&[&["import", "recipe"], arguments, json].concat());
            assert_eq!(said.code, 0, "{arguments:?}: {}", said.err);
            assert!(!said.out.contains(MARKER), "{arguments:?} {json:?}: {}", said.out);
        }
    }
    let made =
        terminal.run(&["import", "recipe", "guess", &file, "--header-row", "2", "--as-recipe"]);
    let made = terminal.write("made.recipe.json", &made.out);
    let preview =
        terminal.run(&["import", "recipe", "preview", &file, "--recipe", &made, "--json"]);
    assert_eq!(preview.json()["total"], 2, "what is guessed can be used: {}", preview.err);
    let missing = terminal.path("missing.json");
    assert_eq!(terminal.run(&["import", "inspect", &file, "--recipe", &missing, "--json"]).code, 7);
    assert_eq!(terminal.run(&["import", "inspect", &file, "--recipe", &file, "--json"]).code, 7);
    let wrong =
        ["import", "inspect", &file, "--recipe", &recipe, "--format", "chromecsv", "--json"];
    assert_eq!(terminal.run(&wrong).code, 7, "a recipe is for spreadsheets only");
    assert!(!terminal.data().exists(), "looking at a file makes no data folder");
}
