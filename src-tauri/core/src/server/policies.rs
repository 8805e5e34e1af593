//! What the person's organizations demand of them: the `policies` of `GET /sync`.
//!
//! There is no other route for a plain member. That answer also holds the person's own items, sealed; they are
//! none of this program's business. So it is read as it streams in, and everything but the policies is passed
//! over byte by byte: no item is ever gathered in memory, let alone kept.

use serde_json::Value;

use super::casing::Keys;
use super::link::Call;
use super::{Error, Server};
use crate::model::OrganizationId;

/// Policies of one person are few and small.
const LIMIT: usize = 1 << 20;

/// One policy of one of the person's organizations.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyRow {
    /// Whose.
    pub organization: Option<OrganizationId>,
    /// `PolicyType`: 9 is the longest time-out, 14 forbids PINs.
    pub kind: i64,
    /// Whether it is switched on.
    pub enabled: bool,
    /// As stored.
    pub data: Value,
}

impl Server {
    /// The policies of `GET /sync`, and nothing else of it.
    pub async fn fetch_policies(&self) -> Result<Vec<PolicyRow>, Error> {
        let call = Call::get(self.api("/sync?excludeDomains=true"));
        let mut answer = self.call(&call).await?;
        let mut only = Only::new("policies");
        while let Some(chunk) = answer.chunk().await.map_err(|_| Error::Unreachable)? {
            only.read(&chunk)?;
        }
        let list: Value =
            serde_json::from_slice(&only.found()?).map_err(|_| Error::NotUnderstood)?;
        let rows = list.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(rows.iter().filter_map(row).collect())
    }
}

fn row(value: &Value) -> Option<PolicyRow> {
    let keys = Keys::of(value)?;
    Some(PolicyRow {
        organization: keys.text("organizationId").and_then(|id| id.parse().ok()),
        kind: keys.number("type")?,
        enabled: keys.flag("enabled"),
        data: keys.value("data").cloned().unwrap_or(Value::Null),
    })
}

/// Picks the value of one key of the outermost object out of JSON that comes in pieces.
#[allow(clippy::struct_excessive_bools, reason = "where in the text it is")]
struct Only {
    wanted: &'static [u8],
    depth: usize,
    in_text: bool,
    escaped: bool,
    /// The outermost object's next text is a key.
    before_key: bool,
    /// As much of that key as could still be the wanted one.
    key: Vec<u8>,
    is_wanted: bool,
    value: Vec<u8>,
    ended: bool,
}

impl Only {
    fn new(wanted: &'static str) -> Self {
        Self {
            wanted: wanted.as_bytes(),
            depth: 0,
            in_text: false,
            escaped: false,
            before_key: false,
            key: Vec::new(),
            is_wanted: false,
            value: Vec::new(),
            ended: false,
        }
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Error> {
        bytes.iter().try_for_each(|byte| self.step(*byte))
    }

    /// The wanted value; an empty list when the answer was whole and had none.
    fn found(self) -> Result<Vec<u8>, Error> {
        match (self.ended, self.value.is_empty()) {
            (true, true) => Ok(b"[]".to_vec()),
            (true, false) => Ok(self.value),
            (false, _) => Err(Error::NotUnderstood),
        }
    }

    fn step(&mut self, byte: u8) -> Result<(), Error> {
        if self.in_text {
            self.step_in_text(byte);
            return self.keep(byte);
        }
        match byte {
            b'"' => {
                self.in_text = true;
                if self.before_key {
                    self.key.clear();
                }
            }
            b'{' | b'[' => {
                self.depth += 1;
                self.before_key = self.depth == 1;
            }
            b'}' | b']' => {
                if self.depth == 1 {
                    (self.is_wanted, self.ended) = (false, true);
                }
                self.depth = self.depth.checked_sub(1).ok_or(Error::NotUnderstood)?;
            }
            b',' if self.depth == 1 => (self.is_wanted, self.before_key) = (false, true),
            b':' if self.depth == 1 => {
                (self.is_wanted, self.before_key) = (self.key == self.wanted, false);
                return Ok(());
            }
            _ => {}
        }
        self.keep(byte)
    }

    fn step_in_text(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => {
                self.in_text = false;
                return;
            }
            _ => {}
        }
        if self.before_key && self.key.len() <= self.wanted.len() {
            self.key.push(byte);
        }
    }

    fn keep(&mut self, byte: u8) -> Result<(), Error> {
        if !self.is_wanted {
            return Ok(());
        }
        if self.value.len() == LIMIT {
            return Err(Error::NotUnderstood);
        }
        self.value.push(byte);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, however the bytes are cut.
    fn found(json: &str) -> Result<String, ()> {
        let whole = read(&[json.as_bytes()]);
        for cut in 0..json.len() {
            let (one, other) = json.as_bytes().split_at(cut);
            assert_eq!(read(&[one, other]), whole, "cut at {cut}");
        }
        whole
    }

    fn read(pieces: &[&[u8]]) -> Result<String, ()> {
        let mut only = Only::new("policies");
        for piece in pieces {
            only.read(piece).map_err(|_| ())?;
        }
        Ok(String::from_utf8(only.found().map_err(|_| ())?).unwrap())
    }

    #[test]
    fn only_the_outermost_policies_are_gathered() {
        let json = r#"{"ciphers":[{"policies":["no"],"name":"a \"policies\":[1], b\\"}],
            "note":"policies", "policies" : [{"type":9,"data":{"a":"]}"}}] ,"policiesNew":[2]}"#;
        assert_eq!(found(json).unwrap().trim(), r#"[{"type":9,"data":{"a":"]}"}}]"#);
    }

    #[test]
    fn an_answer_without_policies_has_none_and_half_an_answer_is_refused() {
        assert_eq!(found(r#"{"ciphers":[]}"#), Ok("[]".to_owned()));
        assert_eq!(found(r#"{"policies":[{"type":9}]"#), Err(()));
        assert_eq!(found("}"), Err(()));
    }

    #[test]
    fn nothing_of_an_item_is_held_while_it_streams_past() {
        let mut only = Only::new("policies");
        only.read(br#"{"ciphers":[{"name":"2.sealedsealedsealed"#).unwrap();
        assert!(only.value.is_empty() && only.key.len() <= "policies".len() + 1);
    }

    #[test]
    fn a_row_is_read_in_either_casing() {
        let value = serde_json::json!({"Type": 9, "Enabled": true, "data": {"minutes": 5}});
        let row = row(&value).unwrap();
        assert_eq!((row.kind, row.enabled, row.organization), (9, true, None));
    }
}
