//! The sandbox as a program: its first line, its knobs, its control over HTTP, and its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::http;

/// A running program; it dies with this value.
struct Program {
    child: Child,
    announced: Value,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(arguments: &[&str]) -> Program {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wardroom-sandbox"))
        .args(["--json", "--exit-with-parent"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Program { child, announced: serde_json::from_str(&line).unwrap() }
}

fn url(program: &Program, path: &str) -> String {
    format!("{}{path}", program.announced["url"].as_str().unwrap())
}

#[tokio::test]
async fn the_first_line_says_where_and_who() {
    let program = start(&["--clients", "2"]);
    let announced = &program.announced;
    assert!(announced["url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    let roles: Vec<_> = announced["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles[..4], ["providerAdmin", "serviceUser", "member", "member"]);
    let sso: Vec<_> =
        announced["sso"].as_array().unwrap().iter().map(|a| a["opens"].as_str().unwrap()).collect();
    assert_eq!(sso, ["password", "keyConnector", "trustedDevice", "trustedDevice", "nothing"]);
    let two_step: Vec<_> = announced["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|account| account["twoStep"]["recoveryCode"].is_string())
        .map(|account| account["email"].as_str().unwrap())
        .collect();
    assert_eq!(two_step, ["twostep@northwind.example"], "with what passes its two-step login");
    let alive = http().get(url(&program, "/api/alive")).send().await.unwrap();
    assert_eq!(alive.status(), 200);
    let organizations: Value = http()
        .get(url(&program, "/sandbox/organizations"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(organizations.as_array().unwrap().len(), 4, "two clients and two others");
}

#[test]
fn it_ends_when_its_starter_does() {
    let mut program = start(&["--clients", "1"]);
    drop(program.child.stdin.take());
    assert!(program.child.wait().unwrap().success());
}

#[test]
fn the_authority_is_written_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    let _program = start(&["--clients", "1", "--authority", file.to_str().unwrap()]);
    assert_eq!(std::fs::read_to_string(file).unwrap(), wardroom_sandbox::Sandbox::authority());
}

#[tokio::test]
async fn faults_and_findings_go_over_http() {
    let program = start(&["--clients", "1"]);
    let http = http();
    for (fault, status) in [
        (json!({ "kind": "status", "status": 503 }), 503),
        (json!({ "kind": "slowDown", "seconds": 3 }), 429),
        (json!({ "kind": "tokenExpired" }), 401),
        (json!({ "kind": "delay", "ms": 1 }), 200),
    ] {
        let plan = json!({ "method": "GET", "path": "/api/config", "fault": fault, "times": 1 });
        let planned = http.post(url(&program, "/sandbox/faults")).json(&plan).send().await.unwrap();
        assert_eq!(planned.status(), 204);
        let struck = http.get(url(&program, "/api/config")).send().await.unwrap();
        assert_eq!(struck.status(), status, "{plan}");
    }
    let seen: Value =
        http.get(url(&program, "/sandbox/requests")).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["requests"].as_array().unwrap().len(), 4, "control itself is not noted");
    assert_eq!(seen["unknown"], json!([]));
    let forgotten = http.delete(url(&program, "/sandbox/requests")).send().await.unwrap();
    assert_eq!(forgotten.status(), 204);
    let organizations: Value = http
        .get(url(&program, "/sandbox/organizations"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = organizations[0]["id"].as_str().unwrap();
    let state: Value = http
        .get(url(&program, &format!("/sandbox/state/{id}")))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!((&state["items"], &state["duplicates"]), (&json!(0), &json!(0)));
    let nowhere = format!("/sandbox/state/{}", Uuid::new_v4());
    assert_eq!(http.get(url(&program, &nowhere)).send().await.unwrap().status(), 404);
    for verb in ["expire", "revoke"] {
        let path = format!("/sandbox/tokens/{verb}");
        assert_eq!(http.post(url(&program, &path)).send().await.unwrap().status(), 204);
    }
    let forgiven = http.delete(url(&program, "/sandbox/faults")).send().await.unwrap();
    assert_eq!(forgiven.status(), 204);
}

#[tokio::test]
async fn its_knobs_reach_the_server() {
    let program = start(&["--clients", "1", "--body-limit", "20", "--seed", "2"]);
    let asked = json!({ "email": "somebody@nowhere.example" });
    let prelogin = http().post(url(&program, "/identity/accounts/prelogin")).json(&asked);
    assert_eq!(prelogin.send().await.unwrap().status(), 413);
    let organizations = async |program: &Program| -> Value {
        let request = http().get(url(program, "/sandbox/organizations"));
        request.send().await.unwrap().json().await.unwrap()
    };
    let other = start(&["--clients", "1"]);
    assert_ne!(
        organizations(&program).await,
        organizations(&other).await,
        "another seed, other ids"
    );
}

#[test]
fn it_refuses_a_port_that_is_taken() {
    let first = start(&["--clients", "1"]);
    let address = first.announced["url"].as_str().unwrap();
    let port = address.rsplit(':').next().unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_wardroom-sandbox"))
        .args(["--port", port, "--clients", "1"])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!second.success());
}
