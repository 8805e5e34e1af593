//! Live updates as the real notification service gives them, spoken to by hand.

use futures_util::{SinkExt, StreamExt};
use rmpv::Value;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use wardroom_sandbox::Sandbox;

use super::caller::{ADMIN, Caller, SERVICE, http, sandbox};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const MESSAGE_PACK: &str = "{\"protocol\":\"messagepack\",\"version\":1}\u{1e}";

async fn knock(sandbox: &Sandbox, path: &str) -> Result<Socket, Error> {
    let url = sandbox.url().replace("http://", "ws://");
    connect_async(format!("{url}/notifications{path}")).await.map(|(socket, _)| socket)
}

async fn listen(sandbox: &Sandbox, path: &str, handshake: &str) -> Socket {
    let mut socket = knock(sandbox, path).await.unwrap();
    socket.send(Message::text(handshake)).await.unwrap();
    let answer = socket.next().await.unwrap().unwrap();
    assert_eq!(answer.into_data().as_ref(), b"{}\x1e");
    socket
}

async fn hub(sandbox: &Sandbox, caller: &Caller) -> Socket {
    listen(sandbox, &format!("/hub?access_token={}", caller.token), MESSAGE_PACK).await
}

/// One message: behind a length of one or two bytes.
async fn hear(socket: &mut Socket) -> Value {
    let bytes = socket.next().await.unwrap().unwrap().into_data();
    let prefix = bytes.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let length =
        usize::from(bytes[0] & 0x7F) + if prefix == 2 { usize::from(bytes[1]) << 7 } else { 0 };
    assert_eq!(bytes.len(), prefix + length, "one message in this frame, and all of it");
    rmpv::decode::read_value(&mut &bytes[prefix..]).unwrap()
}

/// Method and argument of a call.
async fn called(socket: &mut Socket) -> (String, Value) {
    let message = hear(socket).await;
    assert_eq!((message[0].as_u64(), message[2].is_nil()), (Some(1), true), "{message}");
    (message[3].as_str().unwrap().to_owned(), message[4][0].clone())
}

/// SignalR says goodbye, then the socket closes.
async fn hung_up(socket: &mut Socket) {
    assert_eq!(hear(socket).await[0].as_u64(), Some(7));
    while let Some(Ok(rest)) = socket.next().await {
        assert!(rest.is_close(), "{rest}");
    }
}

#[tokio::test]
async fn a_push_goes_to_every_device_of_one_person_in_message_pack() {
    let sandbox = sandbox().await;
    let (admin, other) = (Caller::new(&sandbox, ADMIN).await, Caller::new(&sandbox, SERVICE).await);
    let mut devices = [hub(&sandbox, &admin).await, hub(&sandbox, &admin).await];
    let mut somebody_else = hub(&sandbox, &other).await;
    sandbox.until_listeners(3, 0).await;
    assert_eq!(sandbox.push_caused_by(ADMIN, 5, uuid::Uuid::nil()), 2);
    for device in &mut devices {
        let (method, told) = called(device).await;
        assert_eq!((method.as_str(), told["Type"].as_u64()), ("ReceiveMessage", Some(5)));
        assert_eq!(told["ContextId"].as_str(), Some("00000000-0000-0000-0000-000000000000"));
        assert_eq!(told["Payload"]["UserId"].as_str().unwrap().len(), 36);
        let (kind, date) = told["Payload"]["Date"].as_ext().expect("a date is a timestamp");
        assert_eq!((kind, date.len()), (-1, 8));
    }
    sandbox.push(SERVICE, 6);
    assert_eq!(called(&mut somebody_else).await.1["Type"].as_u64(), Some(6));
}

#[tokio::test]
async fn json_is_spoken_too_in_camel_case() {
    let sandbox = sandbox().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    let handshake = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
    let mut socket =
        listen(&sandbox, &format!("/hub?access_token={}", admin.token), handshake).await;
    sandbox.until_listeners(1, 0).await;
    sandbox.push(ADMIN, 11);
    let record = socket.next().await.unwrap().unwrap().into_text().unwrap();
    let message: serde_json::Value =
        serde_json::from_str(record.strip_suffix('\u{1e}').unwrap()).unwrap();
    assert_eq!((&message["type"], &message["target"]), (&json!(1), &json!("ReceiveMessage")));
    assert_eq!(message["arguments"][0]["type"], 11);
    assert!(message["arguments"][0]["payload"]["userId"].is_string());
}

#[tokio::test]
async fn nobody_listens_without_a_good_token_or_in_another_protocol() {
    let sandbox = sandbox().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    for (path, expected) in [("/hub", "Bearer"), ("/hub?access_token=x", "invalid_token")] {
        let Err(Error::Http(refused)) = knock(&sandbox, path).await else { panic!("{path}") };
        assert_eq!(refused.status(), 401);
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains(expected), "{challenge}");
    }
    let path = format!("/hub?access_token={}", admin.token);
    let mut socket = knock(&sandbox, &path).await.unwrap();
    let handshake = "{\"protocol\":\"carrier-pigeon\",\"version\":1}\u{1e}";
    socket.send(Message::text(handshake)).await.unwrap();
    let refusal = socket.next().await.unwrap().unwrap().into_text().unwrap();
    assert!(refusal.contains("\"error\""), "{refusal}");

    let plain = admin.request("GET", "/notifications/hub").send().await.unwrap();
    assert_eq!(plain.status(), 400, "no WebSocket, no connection id");
    sandbox.refuse_listeners(true);
    let Err(Error::Http(refused)) = knock(&sandbox, &path).await else { panic!() };
    assert_eq!(refused.status(), 404);
}

#[tokio::test]
async fn the_header_is_as_good_as_the_query() {
    let sandbox = sandbox().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    let request = admin
        .request("GET", "/notifications/hub")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 101);
    // The sample of RFC 6455, section 1.3.
    assert_eq!(answer.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

#[tokio::test]
async fn a_connection_ends_with_its_token() {
    let sandbox = sandbox().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    let mut socket = hub(&sandbox, &admin).await;
    sandbox.until_listeners(1, 0).await;
    sandbox.expire_access_tokens();
    hung_up(&mut socket).await;

    sandbox.set_access_token_lifetime(std::time::Duration::from_millis(200));
    let short = Caller::new(&sandbox, ADMIN).await;
    let mut socket = hub(&sandbox, &short).await;
    hung_up(&mut socket).await;
    sandbox.until_listeners(0, 0).await;
}

#[tokio::test]
async fn ending_the_sessions_tells_every_device_and_takes_the_tokens_back() {
    let sandbox = sandbox().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    let mut socket = hub(&sandbox, &admin).await;
    sandbox.until_listeners(1, 0).await;
    sandbox.end_sessions(ADMIN, Some(1));
    let (_, told) = called(&mut socket).await;
    assert_eq!((told["Type"].as_u64(), told["Payload"]["Reason"].as_u64()), (Some(11), Some(1)));
    hung_up(&mut socket).await;
    let answer = admin.request("GET", "/api/accounts/profile").send().await.unwrap();
    assert_eq!(answer.status(), 401);

    let again = Caller::new(&sandbox, ADMIN).await;
    let mut socket = hub(&sandbox, &again).await;
    let wrong = json!({ "masterPasswordHash": "d3Jvbmc=" });
    assert_eq!(again.send("POST", "/api/accounts/security-stamp", &wrong).await.0, 400);
    let (_, hash) = super::caller::derive(&again.http, &again.url, &again.account).await;
    let right = json!({ "masterPasswordHash": hash });
    assert_eq!(again.send("POST", "/api/accounts/security-stamp", &right).await.0, 200);
    let (_, told) = called(&mut socket).await;
    assert_eq!((told["Type"].as_u64(), told["Payload"]["Reason"].is_nil()), (Some(11), true));
}

#[tokio::test]
async fn going_down_takes_the_listeners_along() {
    let sandbox = sandbox().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    let mut socket = hub(&sandbox, &admin).await;
    sandbox.until_listeners(1, 0).await;
    sandbox.go_down().await;
    sandbox.until_listeners(0, 0).await;
    hung_up(&mut socket).await;
    assert!(knock(&sandbox, "/anonymous-hub?token=x").await.is_err());
}

#[tokio::test]
async fn everything_can_be_driven_from_outside() {
    let sandbox = sandbox().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    let mut socket = hub(&sandbox, &admin).await;
    sandbox.until_listeners(1, 0).await;
    let control = |method: &str, path: &str, body: serde_json::Value| {
        let method: reqwest::Method = method.parse().unwrap();
        http().request(method, format!("{}/sandbox{path}", sandbox.url())).json(&body).send()
    };
    let counted: serde_json::Value =
        control("GET", "/live", json!(null)).await.unwrap().json().await.unwrap();
    assert_eq!(counted, json!({ "signedIn": 1, "waiting": 0 }));
    let push = json!({ "email": ADMIN, "kind": 10 });
    let told: serde_json::Value =
        control("POST", "/live/push", push).await.unwrap().json().await.unwrap();
    assert_eq!(told, json!({ "told": 1 }));
    assert_eq!(called(&mut socket).await.1["Type"].as_u64(), Some(10));
    let raw = http().post(format!("{}/sandbox/live/raw", sandbox.url())).body(vec![2, 0x91, 6]);
    assert_eq!(raw.send().await.unwrap().status(), 204);
    assert_eq!(hear(&mut socket).await[0].as_u64(), Some(6));
    assert_eq!(control("DELETE", "/live", json!(null)).await.unwrap().status(), 204);
    hung_up(&mut socket).await;
    assert_eq!(control("PUT", "/live", json!({ "off": true })).await.unwrap().status(), 204);
    assert!(knock(&sandbox, "/anonymous-hub?token=x").await.is_err());
    let end = json!({ "email": ADMIN, "reason": null });
    assert_eq!(control("POST", "/sessions/end", end).await.unwrap().status(), 204);
    let stranger = json!({ "email": "nobody@nowhere.example", "kind": 5 });
    assert_eq!(control("POST", "/live/push", stranger).await.unwrap().status(), 404);
}
