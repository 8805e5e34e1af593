//! MessagePack and the hub protocol's framing, written by hand: a fake that shared the client's reader would
//! share its mistakes.
//!
//! `src/SignalR/docs/specs/HubProtocol.md` of dotnet/aspnetcore. Names are Pascal case and dates are timestamps,
//! as .NET's contractless resolver writes them.

use serde_json::Value;

/// A ping behind its length.
pub(crate) const PING: [u8; 3] = [0x02, 0x91, 0x06];

/// A call of `method` with one argument, or none, behind its length.
pub(crate) fn call(method: &str, argument: Option<&Value>) -> Vec<u8> {
    let mut body = vec![0x95, 1, 0x80, 0xC0];
    text(method, &mut body);
    match argument {
        Some(argument) => {
            body.push(0x91);
            value(argument, &mut body);
        }
        None => body.push(0x90),
    }
    framed(&body)
}

/// `[7, reason]`
pub(crate) fn goodbye(reason: &str) -> Vec<u8> {
    let mut body = vec![0x92, 7];
    text(reason, &mut body);
    framed(&body)
}

/// Seven bits of the length a byte, the lowest first.
pub(crate) fn framed(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 3);
    let mut rest = body.len();
    while rest > 0x7F {
        out.push(low_byte(rest) | 0x80);
        rest >>= 7;
    }
    out.push(low_byte(rest));
    out.extend_from_slice(body);
    out
}

fn low_byte(number: usize) -> u8 {
    u8::try_from(number & 0x7F).expect("seven bits")
}

fn text(text: &str, out: &mut Vec<u8>) {
    match u8::try_from(text.len()) {
        Ok(short @ 0..=31) => out.push(0xA0 | short),
        Ok(length) => out.extend([0xD9, length]),
        Err(_) => {
            let length = u16::try_from(text.len()).expect("pushes hold short texts");
            out.push(0xDA);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// A date comes as ISO text and goes out as a timestamp of 64 bits: nanoseconds in the upper 30, seconds below.
fn date(when: jiff::Timestamp, out: &mut Vec<u8>) {
    let nanoseconds = u64::try_from(when.subsec_nanosecond()).unwrap_or_default();
    let seconds = u64::try_from(when.as_second()).unwrap_or_default();
    out.extend([0xD7, 0xFF]);
    out.extend(((nanoseconds << 34) | seconds).to_be_bytes());
}

fn value(of: &Value, out: &mut Vec<u8>) {
    match of {
        Value::Null => out.push(0xC0),
        Value::Bool(yes) => out.push(if *yes { 0xC3 } else { 0xC2 }),
        Value::Number(number) => match number.as_u64() {
            Some(small @ 0..=127) => out.push(u8::try_from(small).expect("seven bits")),
            Some(large) => {
                out.push(0xCF);
                out.extend(large.to_be_bytes());
            }
            None => {
                out.push(0xCB);
                out.extend(number.as_f64().unwrap_or_default().to_be_bytes());
            }
        },
        Value::String(plain) => text(plain, out),
        Value::Array(values) => {
            out.push(0xDC);
            out.extend(u16::try_from(values.len()).expect("pushes hold short lists").to_be_bytes());
            for inner in values {
                value(inner, out);
            }
        }
        Value::Object(fields) => {
            out.push(0xDE);
            out.extend(u16::try_from(fields.len()).expect("pushes have few fields").to_be_bytes());
            for (name, inner) in fields {
                text(name, out);
                match inner.as_str().and_then(|text| text.parse().ok()) {
                    Some(when) if name.ends_with("Date") => date(when, out),
                    _ => value(inner, out),
                }
            }
        }
    }
}
