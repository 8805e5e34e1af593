//! `login` beyond a password: second steps, new devices, the API key, another device.

use std::process::Stdio;

use wardroom_sandbox::Handover;

use crate::terminal::{Said, Terminal};

const TWO_STEP: &str = "twostep@northwind.example";
const NEW_DEVICE: &str = "newdevice@northwind.example";

fn login(terminal: &Terminal, email: &str, flags: &[&str]) -> Said {
    let url = terminal.sandbox.url();
    let accounts = terminal.sandbox.accounts();
    let account = accounts.iter().find(|account| account.email == email).unwrap();
    let start = ["login", "--server", &url, "--email", email, "--password-stdin", "--json"];
    terminal.type_in(&[&start, flags].concat(), &account.password)
}

fn is_open(said: &Said, email: &str) {
    assert_eq!(said.json()["account"]["email"], email);
    assert!(said.json()["session"].is_string());
}

#[test]
fn two_step_login_takes_a_code_and_says_what_is_missing() {
    let terminal = Terminal::new();
    let said = login(&terminal, TWO_STEP, &[]);
    assert_eq!((said.code, said.error()["code"].as_str()), (3, Some("moreNeeded")));
    let hint = said.error()["hint"].to_string();
    assert!(hint.contains("--method") && hint.contains("authenticator"), "{hint}");
    let wrong = login(&terminal, TWO_STEP, &["--method", "authenticator", "--code", "000000"]);
    assert_eq!((wrong.code, wrong.error()["code"].as_str()), (3, Some("wrongCode")));
    let code = terminal.sandbox.authenticator_code(TWO_STEP, 0);
    is_open(&login(&terminal, TWO_STEP, &["--method", "authenticator", "--code", &code]), TWO_STEP);
}

#[test]
fn a_mailed_code_is_sent_on_request_and_used_by_the_next_run() {
    let terminal = Terminal::new();
    terminal.sandbox.enrol(TWO_STEP, wardroom_sandbox::SecondStep::Email);
    let said = login(&terminal, TWO_STEP, &["--method", "email"]);
    assert_eq!(said.error()["code"], "moreNeeded");
    let code = terminal.sandbox.mailed_code(TWO_STEP).unwrap();
    is_open(&login(&terminal, TWO_STEP, &["--method", "email", "--code", &code]), TWO_STEP);
}

#[test]
fn a_new_device_needs_the_code_that_was_mailed() {
    let terminal = Terminal::new();
    terminal.sandbox.use_elsewhere(NEW_DEVICE);
    terminal.sandbox.verify_devices(NEW_DEVICE, true);
    let said = login(&terminal, NEW_DEVICE, &[]);
    assert_eq!((said.code, said.error()["code"].as_str()), (3, Some("moreNeeded")));
    assert!(said.error()["hint"].to_string().contains("--new-device-code"));
    let code = terminal.sandbox.mailed_code(NEW_DEVICE).unwrap();
    is_open(&login(&terminal, NEW_DEVICE, &["--new-device-code", &code]), NEW_DEVICE);
}

#[test]
fn the_api_key_comes_from_the_environment() {
    let terminal = Terminal::new();
    let account = terminal.account("providerAdmin");
    let url = terminal.sandbox.url();
    let file = terminal.write("password", &account.password);
    let arguments = ["login", "--server", &url, "--api-key", "--password-file", &file, "--json"];
    let run = |secret: &str| {
        let mut command = terminal.command(&arguments);
        command.env("WARDROOM_CLIENT_ID", &account.api_key.client_id);
        command.env("WARDROOM_CLIENT_SECRET", secret);
        terminal.said(&arguments, &command.output().unwrap())
    };
    assert_ne!(run("not the key").code, 0);
    is_open(&run(&account.api_key.client_secret), &account.email);
}

#[test]
fn another_device_may_approve() {
    let terminal = Terminal::new();
    let email = terminal.account("providerAdmin").email;
    // The server wants to know the device from before.
    terminal.login("providerAdmin");
    assert_eq!(terminal.run(&["logout"]).code, 0);
    let url = terminal.sandbox.url();
    let arguments = ["login", "--server", &url, "--email", &email, "--device", "--json"];
    let mut command = terminal.command(&arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = command.spawn().unwrap();
    let asked = loop {
        if let Some(asked) = terminal.sandbox.device_requests().into_iter().next() {
            break asked;
        }
        std::thread::yield_now();
    };
    assert!(terminal.sandbox.approve_device(asked.id, Handover::UserKey));
    let said = terminal.said(&arguments, &program.wait_with_output().unwrap());
    is_open(&said, &email);
    assert!(said.err.contains("Fingerprint phrase: "), "{}", said.err);
}
