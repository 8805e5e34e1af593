//! CTAP 2.0: what it is, assertions, and the touch that tells which of several keys is meant.

use ciborium::Value;

use super::SoftKey;

const OK: u8 = 0x00;
const INVALID_COMMAND: u8 = 0x01;
const INVALID_CBOR: u8 = 0x12;
const MISSING_PARAMETER: u8 = 0x14;
const KEEPALIVE_CANCEL: u8 = 0x2d;
const NO_CREDENTIALS: u8 = 0x2e;
const PIN_AUTH_INVALID: u8 = 0x33;
const PIN_REQUIRED: u8 = 0x36;

/// Bits of authenticator data.
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;

impl SoftKey {
    /// Answers one message: a command byte and CBOR, for a status byte and CBOR. While it waits for a touch it
    /// asks `goes_on` whether somebody still waits.
    #[must_use]
    pub fn ctap2(&self, message: &[u8], goes_on: &dyn Fn() -> bool) -> Vec<u8> {
        match self.command(message, goes_on) {
            Ok(Some(answer)) => {
                let mut sent = vec![OK];
                ciborium::into_writer(&answer, &mut sent).expect("memory can be written to");
                sent
            }
            Ok(None) => vec![OK],
            Err(status) => vec![status],
        }
    }

    fn command(&self, message: &[u8], goes_on: &dyn Fn() -> bool) -> Result<Option<Value>, u8> {
        let (command, request) = message.split_first().ok_or(INVALID_COMMAND)?;
        let read = || ciborium::from_reader::<Value, _>(request).map_err(|_| INVALID_CBOR);
        match command {
            0x01 if self.blink(goes_on) => Err(PIN_AUTH_INVALID), // It makes no credentials this way.
            0x01 => Err(KEEPALIVE_CANCEL),
            0x02 => self.assert(&read()?, goes_on).map(Some),
            0x04 => Ok(Some(self.info())),
            0x06 => self.state().lock.ask(&read()?).map(Some),
            _ => Err(INVALID_COMMAND),
        }
    }

    fn info(&self) -> Value {
        let state = self.state();
        let option = |name: &str, value: bool| (name.into(), value.into());
        let mut options = vec![option("rk", false), option("up", true)];
        options.push(option("clientPin", state.lock.is_set()));
        if state.is_strict {
            options.push(option("alwaysUv", true));
        }
        Value::Map(vec![
            (1.into(), Value::Array(vec!["FIDO_2_0".into(), "U2F_V2".into()])),
            (3.into(), Value::Bytes(vec![0; 16])),
            (4.into(), Value::Map(options)),
            (6.into(), Value::Array(vec![1.into()])),
        ])
    }

    fn assert(&self, request: &Value, goes_on: &dyn Fn() -> bool) -> Result<Value, u8> {
        let site = entry(request, 1).and_then(Value::as_text).ok_or(MISSING_PARAMETER)?;
        let hash = bytes(request, 2).ok_or(MISSING_PARAMETER)?;
        let wants_touch = entry(request, 5).and_then(|options| flag(options, "up")).unwrap_or(true);
        let (credential, verified) = self.choose(request, site, hash, wants_touch)?;
        if wants_touch && !self.blink(goes_on) {
            return Err(KEEPALIVE_CANCEL);
        }
        let mut state = self.state();
        let flags =
            if wants_touch { USER_PRESENT } else { 0 } | if verified { USER_VERIFIED } else { 0 };
        let known = &state.credentials[credential];
        let (id, data) = (known.id.clone(), [&known.site[..], &[flags]].concat());
        let (counter, signature) = state.sign(credential, &data, hash);
        let data = [data, counter.to_be_bytes().to_vec()].concat();
        let key = vec![("id".into(), Value::Bytes(id)), ("type".into(), "public-key".into())];
        Ok(Value::Map(vec![
            (1.into(), Value::Map(key)),
            (2.into(), Value::Bytes(data)),
            (3.into(), Value::Bytes(signature)),
        ]))
    }

    /// Which credential, and whether the PIN was shown for it.
    fn choose(
        &self,
        request: &Value,
        site: &str,
        hash: &[u8],
        touch: bool,
    ) -> Result<(usize, bool), u8> {
        use sha2::{Digest, Sha256};
        let state = self.state();
        let verified = match bytes(request, 6) {
            Some(proof) => state.lock.opens(hash, proof).map(|()| true)?,
            // A silent look does not need the PIN (CTAP 2.1, section 6.2.2, step 5).
            None if state.is_strict && touch => return Err(PIN_REQUIRED),
            None => false,
        };
        let site = Sha256::digest(site.as_bytes());
        let allowed = entry(request, 3).and_then(Value::as_array).ok_or(NO_CREDENTIALS)?;
        let ids = allowed.iter().filter_map(|key| {
            let (_, id) = key.as_map()?.iter().find(|(name, _)| name.as_text() == Some("id"))?;
            id.as_bytes()
        });
        let mut found = ids.filter_map(|id| state.find(&site, id));
        found.next().map(|credential| (credential, verified)).ok_or(NO_CREDENTIALS)
    }
}

/// The entry of a map with whole numbers as names.
pub(super) fn entry(map: &Value, name: i64) -> Option<&Value> {
    let is_it = |key: &Value| key.as_integer().map(i128::from) == Some(i128::from(name));
    map.as_map()?.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}

pub(super) fn bytes(map: &Value, name: i64) -> Option<&[u8]> {
    entry(map, name).and_then(Value::as_bytes).map(Vec::as_slice)
}

fn flag(map: &Value, name: &str) -> Option<bool> {
    let (_, value) = map.as_map()?.iter().find(|(key, _)| key.as_text() == Some(name))?;
    value.as_bool()
}
