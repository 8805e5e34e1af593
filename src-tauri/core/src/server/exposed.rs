//! Is a password known to criminals? Asked without telling which one.
//!
//! Have I Been Pwned's range query: the first five hexadecimal digits of a password's SHA-1 go out, every known
//! hash that begins with them comes back (about a thousand, and padding), and the comparison is made here.
//! Nothing of the account goes with it: no token, none of the headers for Bitwarden's server, no address book of
//! who asks (<https://haveibeenpwned.com/API/v3#PwnedPasswords>).

use std::sync::Arc;
use std::time::Duration;

use super::Error;
use super::failed::Failed;
use super::link::{Call, successful, whole_body};
use super::network::{Clients, Network};

/// Where the ranges are, unless the network settings say otherwise.
pub const EXPOSED_PASSWORDS: &str = "https://api.pwnedpasswords.com";

/// An answer is about 40 KB, with padding 60.
const ANSWER_LIMIT: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// The only part of a hash that ever leaves this machine: its first 20 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashRange(u32);

impl HashRange {
    /// The range a SHA-1 hash is in.
    #[must_use]
    pub fn of(hash: &[u8; 20]) -> Self {
        let [a, b, c, ..] = *hash;
        Self(u32::from_be_bytes([0, a, b, c]) >> 4)
    }
}

impl std::fmt::Display for HashRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:05X}", self.0)
    }
}

/// A password that is known, and how often it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownHash {
    /// Its SHA-1.
    pub hash: [u8; 20],
    /// Times.
    pub count: u64,
}

/// The service that answers range queries.
#[derive(Debug)]
pub struct ExposedPasswords {
    base: String,
    clients: Clients,
}

impl ExposedPasswords {
    /// `base` without a trailing slash.
    #[must_use]
    pub fn new(base: &str, network: Arc<Network>) -> Self {
        Self { base: base.to_owned(), clients: Clients::new(network) }
    }

    /// Every known hash of one range; padding is left out.
    pub async fn fetch(&self, range: HashRange) -> Result<Vec<KnownHash>, Error> {
        let call = Call::get(format!("{}/range/{range}", self.base));
        let client = self.clients.for_strangers(call.url()).await?;
        // Without padding the length of an answer tells whoever listens which range it is.
        let request = client.get(call.url()).header("add-padding", "true").timeout(PATIENCE);
        let answer = request.send().await.map_err(|error| Failed::of(&error, &call))?;
        let body = whole_body(successful(answer, &call).await?, &call, ANSWER_LIMIT).await?;
        let text = std::str::from_utf8(&body).map_err(|_| Error::NotUnderstood)?;
        let known = text.lines().map(|line| known(range, line).ok_or(Error::NotUnderstood));
        let known: Vec<_> = known.collect::<Result<_, _>>()?;
        Ok(known.into_iter().filter(|known| known.count > 0).collect())
    }
}

/// `SUFFIX:COUNT`, 35 hexadecimal digits; padding has the count 0.
fn known(range: HashRange, line: &str) -> Option<KnownHash> {
    let (suffix, count) = line.trim_end().split_once(':')?;
    Some(KnownHash { hash: parse_hash(&format!("{range}{suffix}"))?, count: count.parse().ok()? })
}

/// Forty hexadecimal digits.
#[must_use]
pub fn parse_hash(digits: &str) -> Option<[u8; 20]> {
    let digits: &[u8; 40] = digits.as_bytes().try_into().ok()?;
    let mut hash = [0; 20];
    let (pairs, _) = digits.as_chunks::<2>();
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        let digit = |letter: &u8| char::from(*letter).to_digit(16);
        *byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    // SHA-1 of "password".
    const HASH: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";

    #[test]
    fn a_range_is_five_digits_whatever_the_hash() {
        let hash = parse_hash(HASH).unwrap();
        assert_eq!(HashRange::of(&hash).to_string(), "5BAA6");
        assert_eq!(HashRange::of(&[0; 20]).to_string(), "00000");
        assert_eq!(HashRange::of(&[255; 20]).to_string(), "FFFFF");
    }

    #[test]
    fn a_line_of_the_answer_is_the_rest_of_a_hash() {
        let hash = parse_hash(HASH).unwrap();
        let range = HashRange::of(&hash);
        let line = "1E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365\r";
        assert_eq!(known(range, line), Some(KnownHash { hash, count: 9_659_365 }));
        for broken in ["", "1E4C9B93F3F0682250B6CF8331B7EE68FD8", "1E4C:3", "<html>:1", "ü:1"] {
            assert_eq!(known(range, broken), None, "{broken:?}");
        }
    }
}
