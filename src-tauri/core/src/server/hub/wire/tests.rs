//! Frames as servers send them, in pieces, in heaps, and spoilt.

use std::fmt::Write as _;

use uuid::Uuid;

use super::super::push::{self, LogOutReason, Push};
use super::*;

const DEVICE: Uuid = Uuid::from_u128(7);

fn framed(value: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    rmpv::encode::write_value(&mut body, value).unwrap();
    let mut out = Vec::new();
    let mut rest = body.len();
    loop {
        let more = rest > 0x7F;
        out.push(u8::try_from(rest & 0x7F).unwrap() | if more { 0x80 } else { 0 });
        rest >>= 7;
        if !more {
            break;
        }
    }
    out.extend(body);
    out
}

fn map(fields: &[(&str, Value)]) -> Value {
    Value::Map(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

fn call(method: &str, argument: Value) -> Vec<u8> {
    let parts =
        [1.into(), Value::Map(vec![]), Value::Nil, method.into(), Value::Array(vec![argument])];
    framed(&Value::Array(parts.into()))
}

fn told(kind: u64, payload: &Value, cause: Option<Uuid>) -> Value {
    let cause = cause.map_or(Value::Nil, |id| id.to_string().into());
    map(&[("Type", kind.into()), ("Payload", payload.clone()), ("ContextId", cause)])
}

fn read(bytes: &[u8]) -> Vec<Message> {
    let mut frames = Frames::default();
    frames.push(bytes);
    std::iter::from_fn(|| frames.next().unwrap()).collect()
}

fn pushed(argument: &Value) -> Option<Push> {
    push::read(argument, DEVICE)
}

#[test]
fn several_messages_in_one_frame_and_one_over_several_come_out_the_same() {
    let long = map(&[("Type", 5.into()), ("Payload", "x".repeat(300).into())]);
    let mut bytes = call("ReceiveMessage", told(5, &Value::Nil, None));
    bytes.extend(PING);
    bytes.extend(call("Heartbeat", Value::Nil));
    bytes.extend(call("ReceiveMessage", long));
    bytes.extend(framed(&Value::Array(vec![7.into(), Value::Nil])));
    let whole = read(&bytes);
    assert_eq!(whole.len(), 5);
    assert_eq!((&whole[1], &whole[4]), (&Message::Nothing, &Message::Close));

    let mut frames = Frames::default();
    let mut pieces = Vec::new();
    for byte in &bytes {
        frames.push(std::slice::from_ref(byte));
        while let Some(message) = frames.next().unwrap() {
            pieces.push(message);
        }
    }
    assert_eq!(pieces, whole);
}

#[test]
fn a_call_without_arguments_and_messages_of_other_kinds_are_borne() {
    let heartbeat =
        [1.into(), Value::Map(vec![]), Value::Nil, "Heartbeat".into(), Value::Array(vec![])];
    let heartbeat = framed(&Value::Array(heartbeat.into()));
    let expected = Message::Call { method: "Heartbeat".to_owned(), argument: Value::Nil };
    assert_eq!(read(&heartbeat), [expected]);
    for kind in [2, 3, 4, 5, 6, 8, 9, 250] {
        let message = framed(&Value::Array(vec![kind.into(), Value::Nil]));
        assert_eq!(read(&message), [Message::Nothing], "kind {kind}");
    }
}

#[test]
fn the_handshake_is_answered_with_nothing_or_with_a_reason() {
    let mut frames = Frames::default();
    frames.push(b"{");
    assert_eq!(frames.handshake(), Ok(None), "half an answer is none");
    frames.push(b"}\x1e");
    frames.push(&PING);
    assert_eq!(frames.handshake(), Ok(Some(())));
    assert_eq!(
        frames.next(),
        Ok(Some(Message::Nothing)),
        "the first message came in the same frame"
    );
    for refusal in ["{\"error\":\"unknown protocol\"}\u{1e}", "nonsense\u{1e}", "[]\u{1e}"] {
        let mut frames = Frames::default();
        frames.push(refusal.as_bytes());
        assert_eq!(frames.handshake(), Err(Nonsense), "{refusal:?}");
    }
    let mut frames = Frames::default();
    frames.push(&[b' '; 5000]);
    assert_eq!(frames.handshake(), Err(Nonsense), "an answer without end");
}

#[test]
fn pushes_are_read_in_both_casings() {
    let id = Uuid::from_u128(1);
    let user = ("UserId", Value::from("x"));
    let log_out = |reason: Option<u64>| {
        told(11, &map(&[user.clone(), ("Reason", reason.map_or(Value::Nil, Value::from))]), None)
    };
    assert_eq!(pushed(&log_out(None)), Some(Push::LogOut { reason: None }));
    assert_eq!(
        pushed(&log_out(Some(0))),
        Some(Push::LogOut { reason: Some(LogOutReason::KdfChange) })
    );
    assert_eq!(
        pushed(&log_out(Some(1))),
        Some(Push::LogOut { reason: Some(LogOutReason::KeyRotation) })
    );
    assert_eq!(
        pushed(&log_out(Some(9))),
        Some(Push::LogOut { reason: None }),
        "a reason made up later"
    );
    let asked = map(&[("id", id.to_string().to_uppercase().into()), ("userId", "x".into())]);
    let camel = map(&[("type", 15.into()), ("payload", asked), ("contextId", Value::Nil)]);
    assert_eq!(pushed(&camel), Some(Push::AuthRequest { id }));
    let answered = map(&[("Id", id.to_string().into())]);
    assert_eq!(pushed(&told(16, &answered, None)), Some(Push::AuthRequestAnswered { id }));
    let provider = map(&[("ProviderId", id.to_string().into())]);
    assert_eq!(pushed(&told(24, &provider, None)), Some(Push::Provider { id }));
    for (kind, expected) in [
        (4, Push::SyncSelf),
        (5, Push::SyncSelf),
        (10, Push::SyncSelf),
        (6, Push::Memberships),
        (17, Push::Memberships),
        (0, Push::Other(0)),
        (99, Push::Other(99)),
    ] {
        assert_eq!(pushed(&told(kind, &Value::Nil, None)), Some(expected), "type {kind}");
    }
}

#[test]
fn what_this_program_caused_itself_is_no_news() {
    assert_eq!(pushed(&told(5, &Value::Nil, Some(DEVICE))), None);
    assert_eq!(pushed(&told(5, &Value::Nil, Some(Uuid::from_u128(8)))), Some(Push::SyncSelf));
    for argument in [Value::Nil, "x".into(), map(&[]), told(15, &Value::Nil, None)] {
        assert_eq!(pushed(&argument), None, "{argument}");
    }
}

#[test]
fn lengths_and_depths_are_bounded_before_anything_is_kept() {
    for (bytes, why) in [
        (vec![0xFF, 0xFF, 0xFF, 0xFF, 0x07], "two gigabytes"),
        (vec![0x80, 0x80, 0x80, 0x80, 0x80], "a length without end"),
        (vec![0x81, 0x80, 0x10], "one byte more than is read"),
        ([vec![100], vec![0x91; 100]].concat(), "arrays in arrays in arrays"),
        (vec![5, 0xDD, 0xFF, 0xFF, 0xFF, 0xFF], "an array that announces four billion"),
        (vec![5, 0xC6, 0xFF, 0xFF, 0xFF, 0xFF], "four gigabytes of bytes"),
        (vec![1, 0xC1], "the one byte MessagePack never uses"),
        (vec![0], "an empty message"),
        (vec![1, 0x01], "no array"),
        (vec![1, 0x90], "an array without a kind"),
        (vec![2, 0x91, 1], "a call of nothing"),
    ] {
        let mut frames = Frames::default();
        frames.push(&bytes);
        assert_eq!(frames.next(), Err(Nonsense), "{why}");
    }
}

/// A generator that needs no seed file: the same numbers on every machine (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
    fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }
    fn byte(&mut self) -> u8 {
        self.roll().to_le_bytes()[0]
    }
}

fn swallow(bytes: &[u8]) -> usize {
    let mut frames = Frames::default();
    frames.push(bytes);
    let mut read = 0;
    while let Ok(Some(message)) = frames.next() {
        read += 1;
        if let Message::Call { argument, .. } = message {
            let _ = pushed(&argument);
        }
    }
    let mut frames = Frames::default();
    frames.push(bytes);
    let _ = frames.handshake();
    read
}

#[test]
fn whatever_a_server_sends_nothing_panics() {
    let id = map(&[("Id", Uuid::from_u128(1).to_string().into()), ("Reason", 1.into())]);
    let mut real = call("ReceiveMessage", told(11, &id, Some(DEVICE)));
    real.extend(call("AuthRequestResponseRecieved", told(16, &id, None)));
    real.extend(PING);
    assert_eq!(swallow(&real), 3, "unspoilt, all of it is read");
    let mut dice = Dice(20_261_122);
    for round in 0..20_000 {
        let mut bytes = real.clone();
        for _ in 0..=dice.below(4) {
            let place = dice.below(bytes.len());
            match dice.below(4) {
                0 => bytes[place] = dice.byte(),
                1 => bytes.truncate(place + 1),
                2 => bytes.insert(place, dice.byte()),
                _ => drop(bytes.remove(place)),
            }
            if bytes.is_empty() {
                break;
            }
        }
        if round % 4 == 0 {
            bytes = (0..dice.below(64)).map(|_| dice.byte()).collect();
        }
        swallow(&bytes);
    }
    let mut printed = String::new();
    write!(printed, "{:?}", read(&real)[2]).unwrap();
    assert_eq!(printed, "Nothing", "the reader still works after all that");
}
