//! Each fault, at the moment it claims to strike.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;
use wardroom_sandbox::{Fault, Proxy, Sandbox};

use super::caller::{ADMIN, Caller, key_of, login, sandbox};

const IMPORT: &str = "/api/ciphers/import-organization";
const PROFILE: &str = "/api/accounts/profile";

async fn scene() -> (Sandbox, Caller, Uuid) {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = sandbox.organization_ids()[0].id;
    sandbox.forget_requests();
    (sandbox, caller, id)
}

fn one_item(sandbox: &Sandbox, id: Uuid) -> Value {
    json!({ "ciphers": [login(&key_of(sandbox, id), "a", "1")] })
}

async fn try_import(
    caller: &Caller,
    sandbox: &Sandbox,
    id: Uuid,
) -> reqwest::Result<reqwest::Response> {
    let path = format!("{IMPORT}?organizationId={id}");
    caller.request("POST", &path).json(&one_item(sandbox, id)).send().await
}

#[tokio::test]
async fn a_reset_comes_before_the_work() {
    let (sandbox, caller, id) = scene().await;
    sandbox.fail("POST", IMPORT, Fault::Reset, 1);
    let error = try_import(&caller, &sandbox, id).await.unwrap_err();
    assert!(error.is_request(), "the request went out and nothing came: {error:?}");
    assert_eq!(sandbox.item_count(id), 0);
    assert_eq!(sandbox.requests()[0].status, 0);
    assert_eq!(try_import(&caller, &sandbox, id).await.unwrap().status(), 200, "once was planned");
}

#[tokio::test]
async fn a_lost_answer_comes_after_the_work() {
    let (sandbox, caller, id) = scene().await;
    sandbox.fail("POST", IMPORT, Fault::AnswerLost, 1);
    assert!(try_import(&caller, &sandbox, id).await.is_err());
    assert_eq!(sandbox.item_count(id), 1, "done and kept");
    assert_eq!(sandbox.requests()[0].status, 0);
}

#[tokio::test]
async fn a_reset_is_a_real_one() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (sandbox, _, _) = scene().await;
    sandbox.fail("GET", "/api/config", Fault::Reset, 1);
    let address = sandbox.url().replace("http://", "");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /api/config HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let error = stream.read(&mut [0; 16]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "RST, not a polite end");
}

#[tokio::test]
async fn a_cut_body_promises_more_than_it_sends() {
    let (sandbox, caller, id) = scene().await;
    sandbox.fail("GET", PROFILE, Fault::CutBody, 1);
    let response = caller.request("GET", PROFILE).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err(), "half of it never came");
    sandbox.fail("POST", IMPORT, Fault::CutBody, 1);
    let response = try_import(&caller, &sandbox, id).await.unwrap();
    assert!(response.bytes().await.is_err(), "an empty answer can be cut too");
    assert_eq!(sandbox.item_count(id), 1, "the work was done");
}

#[tokio::test]
async fn slow_down_names_the_seconds() {
    let (sandbox, caller, id) = scene().await;
    sandbox.fail("POST", IMPORT, Fault::SlowDown(7), 1);
    let response = try_import(&caller, &sandbox, id).await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "7");
    let body: Value = response.json().await.unwrap();
    assert!(body["message"].as_str().unwrap().starts_with("Slow down! Too many requests."));
    assert_eq!(sandbox.item_count(id), 0);
}

#[tokio::test]
async fn a_status_comes_with_the_body_it_would_have() {
    let (sandbox, caller, id) = scene().await;
    for (status, is_json) in
        [(401, true), (500, true), (404, true), (502, false), (503, false), (504, false)]
    {
        sandbox.fail("POST", IMPORT, Fault::Status(status), 1);
        let response = try_import(&caller, &sandbox, id).await.unwrap();
        assert_eq!(response.status(), status);
        let body = response.text().await.unwrap();
        assert_eq!(serde_json::from_str::<Value>(&body).is_ok(), is_json, "{status}: {body}");
    }
    assert_eq!(sandbox.item_count(id), 0);
}

#[tokio::test]
async fn a_token_can_run_out_mid_way_just_once() {
    let (sandbox, caller, id) = scene().await;
    sandbox.fail("POST", IMPORT, Fault::TokenExpired, 1);
    let response = try_import(&caller, &sandbox, id).await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(response.headers()["www-authenticate"].to_str().unwrap().contains("invalid_token"));
    assert_eq!(sandbox.item_count(id), 0);
    assert_eq!(try_import(&caller, &sandbox, id).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_delayed_answer_is_late_but_its_work_is_not() {
    let (sandbox, caller, id) = scene().await;
    sandbox.fail("POST", IMPORT, Fault::Delay(Duration::from_hours(1)), 1);
    let landed = async {
        while sandbox.item_count(id) == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answer = try_import(&caller, &sandbox, id) => panic!("an hour has not passed: {answer:?}"),
        () = landed => {}
    }
}

#[tokio::test]
async fn faults_strike_by_route_and_can_be_taken_back() {
    let (sandbox, caller, id) = scene().await;
    sandbox.fail("GET", "/api/organizations/*/collections", Fault::Status(500), 9);
    let path = format!("/api/organizations/{id}/collections");
    assert_eq!(caller.request("GET", &path).send().await.unwrap().status(), 500);
    caller.get(&format!("/api/organizations/{id}/groups")).await;
    sandbox.forgive();
    caller.get(&path).await;
}

#[tokio::test]
async fn every_request_is_noted_and_unknown_routes_apart() {
    let (sandbox, caller, _) = scene().await;
    caller.get("/api/sync?excludeDomains=true").await;
    let nowhere = caller.request("GET", "/api/nowhere").send().await.unwrap();
    assert_eq!(nowhere.status(), 404);
    let verb = caller.request("DELETE", "/api/sync").send().await.unwrap();
    assert_eq!(verb.status(), 405, "the route exists for another verb");
    let seen: Vec<(String, String, String, u16)> =
        sandbox.requests().into_iter().map(|r| (r.method, r.path, r.query, r.status)).collect();
    let row = |method: &str, path: &str, query: &str, status| {
        (method.to_owned(), path.to_owned(), query.to_owned(), status)
    };
    assert_eq!(
        seen,
        [
            row("GET", "/api/sync", "excludeDomains=true", 200),
            row("GET", "/api/nowhere", "", 404),
            row("DELETE", "/api/sync", "", 405),
        ]
    );
    assert_eq!(sandbox.unknown_routes().len(), 2);
    // Something that is not there, on a route that is, is no mistake of the sandbox's maker.
    let missing = format!("/api/organizations/{}", Uuid::new_v4());
    assert_eq!(caller.request("GET", &missing).send().await.unwrap().status(), 404);
    assert_eq!(sandbox.unknown_routes().len(), 2);
    sandbox.forget_requests();
    assert!(sandbox.requests().is_empty() && sandbox.unknown_routes().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_is_nobody_and_comes_back_with_its_memory() {
    let (sandbox, caller, id) = scene().await;
    assert_eq!(try_import(&caller, &sandbox, id).await.unwrap().status(), 200);
    sandbox.go_down().await;
    let error = caller.request("GET", PROFILE).send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    sandbox.come_up().await.unwrap();
    caller.get(PROFILE).await;
    assert_eq!(sandbox.item_count(id), 1);
    sandbox.come_up().await.unwrap();
}

#[tokio::test]
async fn going_down_ends_requests_that_are_under_way() {
    let (sandbox, caller, _) = scene().await;
    sandbox.fail("GET", PROFILE, Fault::Delay(Duration::from_hours(1)), 1);
    let waiting = caller.request("GET", PROFILE).send();
    let closing = async {
        while sandbox.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        sandbox.go_down().await;
    };
    let (answer, ()) = tokio::join!(waiting, closing);
    assert!(answer.is_err());
}

#[tokio::test]
async fn a_proxy_in_front_speaks_html_and_gives_up_before_the_server_does() {
    let (sandbox, caller, id) = scene().await;
    sandbox.put_proxy(Some(Proxy { body_limit: 100, patience: Duration::from_hours(1) }));
    let response = try_import(&caller, &sandbox, id).await.unwrap();
    assert_eq!(response.status(), 413);
    assert!(response.text().await.unwrap().contains("nginx"));
    assert_eq!(sandbox.item_count(id), 0);
    sandbox.put_proxy(Some(Proxy { body_limit: 505_000_000, patience: Duration::ZERO }));
    let response = try_import(&caller, &sandbox, id).await.unwrap();
    assert_eq!(response.status(), 504);
    sandbox.put_proxy(None);
    while sandbox.item_count(id) == 0 {
        tokio::task::yield_now().await;
    }
    caller.get(PROFILE).await;
}

#[tokio::test]
async fn the_port_speaks_tls_to_those_who_ask_for_it() {
    let sandbox = sandbox().await;
    let authority = reqwest::Certificate::from_pem(Sandbox::authority().as_bytes()).unwrap();
    super::caller::http();
    let trusting = reqwest::Client::builder().tls_certs_only([authority]).build().unwrap();
    let config: Value = trusting
        .get(format!("{}/api/config", sandbox.secure_url()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(config["environment"]["api"], format!("{}/api", sandbox.secure_url()));
    sandbox.fail("GET", "/api/config", Fault::Reset, 1);
    let broken = trusting.get(format!("{}/api/config", sandbox.secure_url())).send().await;
    assert!(broken.is_err(), "faults work there too");
}
