//! The body of a token request.

use std::collections::HashMap;

/// The fields, by lower-case name.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    /// The value, or the empty text.
    pub(super) fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether there is a value that is not empty.
    pub(super) fn brings(&self, name: &str) -> bool {
        !self.field(name).is_empty()
    }

    /// Field names are compared without case.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let mut form = HashMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            form.insert(unescape(name)?.to_lowercase(), unescape(value)?);
        }
        Some(Self(form))
    }
}

/// `application/x-www-form-urlencoded`: plus is a blank, percent and two digits a byte.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// The same the other way round, for addresses.
pub(super) fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => write!(out, "%{other:02X}").expect("writing to a String cannot fail"),
        }
        out
    })
}
