//! U2F, which keys of the time before `WebAuthn` speak.

use super::SoftKey;

const OK: [u8; 2] = [0x90, 0x00];
const NOT_TOUCHED: [u8; 2] = [0x69, 0x85];
const WRONG_DATA: [u8; 2] = [0x6a, 0x80];
const UNKNOWN: [u8; 2] = [0x6d, 0x00];

impl SoftKey {
    /// Answers one request APDU with a response APDU. It never waits: the asker comes back until it was
    /// touched.
    #[must_use]
    pub fn u2f(&self, apdu: &[u8]) -> Vec<u8> {
        let (data, status) = self.apdu(apdu).unwrap_or((Vec::new(), WRONG_DATA));
        [data, status.to_vec()].concat()
    }

    fn apdu(&self, apdu: &[u8]) -> Option<(Vec<u8>, [u8; 2])> {
        const VERSION: u8 = 3;
        const AUTHENTICATE: u8 = 2;
        match *apdu.get(1)? {
            VERSION => Some((b"U2F_V2".to_vec(), OK)),
            // Extended length: 0, and two bytes of it.
            AUTHENTICATE => self.authenticate(*apdu.get(2)?, apdu.get(7..)?),
            _ => Some((Vec::new(), UNKNOWN)),
        }
    }

    /// Challenge, application, length and text of the key handle.
    fn authenticate(&self, control: u8, data: &[u8]) -> Option<(Vec<u8>, [u8; 2])> {
        const ONLY_LOOK: u8 = 7;
        let (challenge, rest) = data.split_at_checked(32)?;
        let (site, rest) = rest.split_at_checked(32)?;
        let (length, rest) = rest.split_first()?;
        let id = rest.get(..usize::from(*length))?;
        let credential = self.state().find(site, id)?;
        if control == ONLY_LOOK || !self.blink(&|| false) {
            return Some((Vec::new(), NOT_TOUCHED));
        }
        let present = [1];
        let before = [site, &present].concat();
        let (counter, signature) = self.state().sign(credential, &before, challenge);
        Some(([&present, &counter.to_be_bytes()[..], &signature].concat(), OK))
    }
}
