//! One connection against a server made by hand, with a clock that tests move.

use tokio::io::DuplexStream;
use tokio_tungstenite::tungstenite::Bytes;

use super::*;

type Server = WebSocketStream<DuplexStream>;

async fn pair() -> (DuplexStream, Server) {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    (ours, WebSocketStream::from_raw_socket(theirs, Role::Server, None).await)
}

/// Past the handshake.
async fn begun() -> (Talk<DuplexStream>, Server) {
    let (ours, mut server) = pair().await;
    let serve = async {
        let said = server.next().await.unwrap().unwrap();
        assert_eq!(said, Socket::text(HANDSHAKE), "as text, or Vaultwarden does not see it");
        server.send(Socket::binary(b"{}\x1e".to_vec())).await.unwrap();
    };
    let (talk, ()) = tokio::join!(Talk::begin(ours), serve);
    (talk.unwrap(), server)
}

/// `[1, {}, nil, "Heartbeat", []]`
fn heartbeat() -> Bytes {
    let mut frame = vec![15, 0x95, 1, 0x80, 0xC0, 0xA9];
    frame.extend(b"Heartbeat");
    frame.push(0x90);
    frame.into()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_goes_silent_is_given_up_and_pings_go_out_meanwhile() {
    let (mut talk, mut server) = begun().await;
    let begin = Instant::now();
    let (over, pings) = tokio::join!(async move { talk.next().await }, async {
        let mut pings = 0;
        while let Some(Ok(Socket::Binary(bytes))) = server.next().await {
            assert_eq!(*bytes, PING);
            pings += 1;
        }
        pings
    });
    assert_eq!(over, Err(Over::Silent));
    assert_eq!(begin.elapsed(), SILENCE);
    assert!((2..=3).contains(&pings), "{pings} pings in 45 seconds");
}

#[tokio::test(start_paused = true)]
async fn any_sign_of_life_keeps_a_connection() {
    let (mut talk, mut server) = begun().await;
    let serve = async {
        for round in 0..20 {
            tokio::time::sleep(Duration::from_secs(40)).await;
            // SignalR's own ping, and the WebSocket's, which is all that Vaultwarden sends.
            let sign = if round % 2 == 0 {
                Socket::binary(PING.to_vec())
            } else {
                Socket::Ping(Bytes::new())
            };
            server.send(sign).await.unwrap();
        }
        server.send(Socket::Binary(heartbeat())).await.unwrap();
    };
    let (heard, ()) = tokio::join!(talk.next(), serve);
    assert_eq!(heard.unwrap().0, "Heartbeat");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_the_handshake_or_refuses_it_is_left() {
    let (ours, server) = pair().await;
    assert_eq!(Talk::begin(ours).await.err(), Some(Over::Silent));
    drop(server);
    for (answer, over) in
        [("{\"error\":\"no\"}\u{1e}", Over::Nonsense), ("<html>\u{1e}", Over::Nonsense)]
    {
        let (ours, mut server) = pair().await;
        let (begun, sent) = tokio::join!(Talk::begin(ours), server.send(Socket::text(answer)));
        sent.unwrap();
        assert_eq!(begun.err(), Some(over), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn too_long_a_message_and_raw_nonsense_end_the_connection() {
    for bytes in [vec![0x91; MESSAGE_LIMIT + 1], vec![1, 0xC1], vec![0xFF; 5]] {
        let (mut talk, mut server) = begun().await;
        let (over, _) = tokio::join!(talk.next(), server.send(Socket::binary(bytes)));
        assert!(over.is_err());
    }
    let (mut talk, mut server) = begun().await;
    let goodbye = [3, 0x92, 7, 0xC0].to_vec();
    let (over, _) = tokio::join!(talk.next(), server.send(Socket::binary(goodbye)));
    assert_eq!(over, Err(Over::Closed), "SignalR says goodbye in its own words");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_breaks_is_over_at_once() {
    let (mut talk, server) = begun().await;
    drop(server);
    let begin = Instant::now();
    assert_eq!(talk.next().await, Err(Over::Closed));
    assert_eq!(begin.elapsed(), Duration::ZERO);
}
