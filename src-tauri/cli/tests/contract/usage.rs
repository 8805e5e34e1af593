//! Wrong usage, help, versions, completions: no account needed.

use crate::terminal::Terminal;

#[test]
fn wrong_usage_is_exit_2_and_names_the_word() {
    let terminal = Terminal::new();
    let said = terminal.run(&["nonsense", "--json"]);
    assert_eq!((said.code, said.error()["code"].as_str()), (2, Some("inputRefused")));
    assert!(said.error()["message"].as_str().unwrap().contains("nonsense"));
    assert_eq!(terminal.run(&["clients", "list", "--sort", "colour"]).code, 2);
    assert_eq!(terminal.run(&["unlock", "--raw", "--json"]).code, 2, "a bare value is no document");
    assert_eq!(terminal.run(&[]).code, 2);
    assert!(!terminal.data().exists(), "a mistake leaves nothing behind");
}

#[test]
fn a_password_is_no_argument() {
    let terminal = Terminal::new();
    let said = terminal.run(&["unlock", "--password", "hunter2hunter2"]);
    assert_eq!(said.code, 2);
    assert!(!said.err.contains("hunter2hunter2"), "and is not repeated to whoever watches");
}

#[test]
fn help_version_and_completions_need_no_account() {
    let terminal = Terminal::new();
    let version = terminal.run(&["--version", "--json"]);
    assert_eq!(version.json()["version"], env!("CARGO_PKG_VERSION"));
    assert!(terminal.run(&["help"]).out.contains("Exit codes"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = terminal.run(&["completions", shell]);
        assert!(said.out.contains("wardroomctl"), "{shell}");
    }
    assert!(!terminal.data().exists(), "none of this makes a data folder");
}
