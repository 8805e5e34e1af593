//! `login`, `unlock`, `lock`, `logout`, `status`, `sync`.

use wardroom_sandbox::Fault;

use crate::terminal::{Terminal, Transcript};

#[test]
fn the_session_verbs_answer_as_the_contract_says() {
    let mut terminal = Terminal::new();
    let mut transcript = Transcript::default();
    transcript.add("status", &terminal.run(&["status", "--json"]));
    let login = terminal.login("providerAdmin");
    transcript.add("login", &login);
    transcript.add("status, locked", &terminal.run(&["status", "--json"]));
    terminal.use_session(login.json()["session"].as_str().unwrap());
    transcript.add("sync", &terminal.run(&["sync", "--full", "--json"]));
    transcript.add("status, unlocked", &terminal.run(&["status", "--json"]));
    let password = terminal.account("providerAdmin").password;
    let unlock = ["unlock", "--password-stdin", "--json"];
    transcript.add("unlock", &terminal.type_in(&unlock, &password));
    transcript.add("lock", &terminal.run(&["lock", "--json"]));
    transcript.add("sync, locked", &terminal.run(&["sync", "--json"]));
    transcript.add("logout", &terminal.run(&["logout", "--json"]));
    transcript.add("logout, signed out", &terminal.run(&["logout", "--json"]));
    insta::assert_snapshot!(transcript.0);
}

#[test]
fn a_session_value_opens_until_lock_and_never_after() {
    let mut terminal = Terminal::new();
    terminal.login("providerAdmin");
    let file = terminal.write("password", &terminal.account("providerAdmin").password);
    let raw = terminal.run(&["unlock", "--raw", "--password-file", &file]);
    assert_eq!(raw.out.lines().count(), 1, "the bare value and nothing else");
    terminal.use_session(raw.out.trim());
    assert_eq!(terminal.run(&["status", "--json"]).json()["state"], "unlocked");
    assert_eq!(terminal.run(&["lock"]).code, 0);
    assert_eq!(terminal.run(&["sync", "--json"]).code, 3);
    assert_eq!(
        terminal.run(&["status", "--json"]).json()["state"],
        "locked",
        "a status is no error"
    );
    terminal.use_session("nonsense");
    assert_eq!(
        terminal.run(&["sync"]).code,
        3,
        "nor does a value that never was one open anything"
    );
}

#[test]
fn any_verb_that_needs_keys_takes_a_password_for_itself() {
    let mut terminal = Terminal::new();
    terminal.login("providerAdmin");
    terminal.forget_session();
    let file = terminal.write("password", &terminal.account("providerAdmin").password);
    let said = terminal.run(&["sync", "--password-file", &file, "--json"]);
    assert_eq!(said.json()["clients"], 6);
    let wrong = terminal.write("wrong", "not the password");
    let said = terminal.run(&["sync", "--password-file", &wrong, "--json"]);
    assert_eq!((said.code, said.error()["code"].as_str()), (3, Some("wrongPassword")));
    let missing = terminal.path("nowhere");
    assert_eq!(terminal.run(&["sync", "--password-file", &missing, "--json"]).code, 7);
}

#[test]
fn a_server_out_of_reach_is_exit_6_and_a_ban_is_exit_4() {
    let terminal = Terminal::signed_in();
    terminal.sandbox.fail("GET", "/api/accounts/profile", Fault::Status(403), 1);
    assert_eq!(terminal.run(&["sync", "--json"]).code, 4);
    assert_eq!(terminal.run(&["status", "--json"]).json()["online"], true);
    terminal.runtime.block_on(terminal.sandbox.go_down());
    let status = terminal.run(&["status", "--json"]).json();
    assert_eq!((&status["online"], &status["state"]), (&false.into(), &"unlocked".into()));
    let said = terminal.run(&["sync", "--json"]);
    assert_eq!((said.code, said.error()["code"].as_str()), (6, Some("offline")));
}

#[test]
fn signing_out_leaves_nothing_of_the_account() {
    let terminal = Terminal::signed_in();
    terminal.run(&["sync"]);
    let user = terminal.run(&["status", "--json"]).json()["account"]["userId"].clone();
    assert_eq!(terminal.run(&["logout"]).code, 0);
    let account = terminal.data().join("accounts").join(user.as_str().unwrap());
    assert!(!account.exists(), "cache, envelopes and card are gone");
    assert_eq!(terminal.run(&["status", "--json"]).json()["accounts"], serde_json::json!([]));
}
