//! SSH keys as other managers keep them, turned into what a vault holds: OpenSSH without a passphrase.
//!
//! Read are OpenSSH's own (`PROTOCOL.key` of OpenSSH), PKCS#8 (RFC 5958, RFC 8410) and, where the official
//! client gives up, PKCS#1 (RFC 8017, A.1.2). Ed25519 and RSA only, as in the official client.

use bitwarden_encoding::B64;
use pkcs8::EncryptedPrivateKeyInfoRef;
use ssh_key::private::{Ed25519Keypair, KeypairData, RsaKeypair, RsaPrivateKey};
use ssh_key::public::RsaPublicKey;
use ssh_key::{Algorithm, HashAlg, Kdf, LineEnding, Mpint, PrivateKey};
use zeroize::Zeroizing;

use crate::model::{SshKey, Text};

/// No key is this long: 16,384 bits take some 13 KB.
const LONGEST_KEY: usize = 64 * 1024;

/// OpenSSH itself uses 16 to 24, careful people some hundred. The file names the cost; it must not be paid blindly.
const MOST_ROUNDS: u32 = 1024;

/// The same for PKCS#8, which uses another function; OpenSSL's default is 2048.
const MOST_ITERATIONS: u32 = 2_000_000;

/// The key with its public part and fingerprint; `None` when it is of another kind, damaged, or its passphrase
/// is wrong.
pub(super) fn key(private: &str, passphrase: Option<&str>) -> Option<SshKey> {
    let (label, der) = unarmor(private)?;
    let key = match label {
        "OPENSSH PRIVATE KEY" => openssh(&der, passphrase)?,
        "PRIVATE KEY" => pkcs8(&der)?,
        "ENCRYPTED PRIVATE KEY" => encrypted_pkcs8(&der, passphrase)?,
        "RSA PRIVATE KEY" => rsa(&der)?,
        _ => return None,
    };
    let known = matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::Rsa { .. });
    let text = known.then(|| key.to_openssh(LineEnding::LF).ok()).flatten()?;
    Some(SshKey {
        private_key: Text::new(text.as_str()),
        public_key: Text::new(key.public_key().to_openssh().ok()?),
        fingerprint: Text::new(key.fingerprint(HashAlg::Sha256).to_string()),
    })
}

/// What the armour says it holds, and the bytes.
fn unarmor(text: &str) -> Option<(&str, Zeroizing<Vec<u8>>)> {
    if text.len() > LONGEST_KEY {
        return None;
    }
    let (label, rest) = text.trim().strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let (body, end) = rest.split_once("-----END ")?;
    if end.strip_prefix(label)? != "-----" {
        return None;
    }
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    let bytes = B64::try_from(body.as_str()).ok()?.into_bytes();
    Some((label, Zeroizing::new(bytes)))
}

fn openssh(bytes: &[u8], passphrase: Option<&str>) -> Option<PrivateKey> {
    let key = PrivateKey::from_bytes(bytes).ok()?;
    if !key.is_encrypted() {
        return Some(key);
    }
    match key.kdf() {
        Kdf::Bcrypt { rounds, .. } if *rounds <= MOST_ROUNDS => {}
        _ => return None,
    }
    key.decrypt(passphrase?).ok()
}

fn encrypted_pkcs8(der: &[u8], passphrase: Option<&str>) -> Option<PrivateKey> {
    let locked = EncryptedPrivateKeyInfoRef::try_from(der).ok()?;
    let settings = locked.encryption_algorithm.pbes2()?;
    let cheap = settings.kdf.pbkdf2().is_some_and(|kdf| kdf.iteration_count <= MOST_ITERATIONS);
    let open = cheap.then(|| locked.decrypt(passphrase?).ok()).flatten()?;
    pkcs8(open.as_bytes())
}

/// `PrivateKeyInfo`: version, algorithm, key.
fn pkcs8(der: &[u8]) -> Option<PrivateKey> {
    const ED25519: &[u8] = &[0x2B, 0x65, 0x70];
    const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
    let mut info = Der::new(der).part(SEQUENCE)?;
    let _version = info.integer()?;
    let kind = info.part(SEQUENCE)?.part(OBJECT)?.0;
    let mut inner = info.part(OCTETS)?;
    match kind {
        ED25519 => {
            let seed = Zeroizing::new(<[u8; 32]>::try_from(inner.part(OCTETS)?.0).ok()?);
            PrivateKey::new(KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed)), "").ok()
        }
        RSA => rsa(inner.0),
        _ => None,
    }
}

/// `RSAPrivateKey`: version, n, e, d, p, q, two exponents, coefficient.
fn rsa(der: &[u8]) -> Option<PrivateKey> {
    let mut key = Der::new(der).part(SEQUENCE)?;
    let two_primes = key.integer()?.iter().all(|byte| *byte == 0);
    let mut number = || Some(Mpint::from_positive_bytes(key.integer()?));
    let (modulus, exponent) = (number()?, number()?);
    let (private, first, second) = (number()?, number()?, number()?);
    let _exponents = (number()?, number()?);
    let coefficient = number()?;
    let public = RsaPublicKey::new(exponent, modulus).ok()?;
    let private = RsaPrivateKey::new(private, coefficient, first, second).ok()?;
    let pair = two_primes.then(|| RsaKeypair::new(public, private).ok()).flatten()?;
    PrivateKey::new(KeypairData::Rsa(pair), "").ok()
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// What is left of some DER (X.690).
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The content of the next value, which must be of this kind.
    fn part(&mut self, tag: u8) -> Option<Der<'a>> {
        let (found, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (len, rest) = match *first {
            short @ 0..=0x7F => (usize::from(short), rest),
            long => {
                let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7F))?;
                let wide = bytes.is_empty() || bytes.len() > 4;
                let len = bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte));
                ((!wide).then_some(len)?, rest)
            }
        };
        let (content, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        (*found == tag).then_some(Der(content))
    }

    fn integer(&mut self) -> Option<&'a [u8]> {
        let number = self.part(INTEGER)?.0;
        // Negative numbers have no place in a key.
        number.first().filter(|first| **first < 0x80).map(|_| number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made for this test alone.
    const PKCS8: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIGpknYGNNnTC1VUyPt0wCIvVl9bL/vzEQPCIwCHDXRdl\n-----END PRIVATE KEY-----\n";
    /// The same as `ssh-keygen -p` writes it.
    const LOCKED: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n\
        b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBN04K+o1\n\
        gDmLKNa/oKbN3sAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIFrI7P5P2I7TJceI\n\
        CfBXPVyGtnKiWXB1nSJdcYV6jXeDAAAAkGjIZ90DXXgRJV/z2xltIIp36OUtvtD1X50Wfl\n\
        4nwMvN8B31qP2b/roulrRw3VAUrbJ6h369bf1ioFjlu4102KpNQXv343HET4Be7PTtVqzy\n\
        rbY5WS0WlWoqXQryaDhh8UaCJte0ls2GUSpYvIekNNexadd7xKrRzqfzzPFo5TFm+WwJSf\n\
        /OtDu9CWV/fNZ4+Q==\n\
        -----END OPENSSH PRIVATE KEY-----\n";
    const PUBLIC: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFrI7P5P2I7TJceICfBXPVyGtnKiWXB1nSJdcYV6jXeD";
    const FINGERPRINT: &str = "SHA256:GRAGMHxYH5PcOkkVSIhtKn3rTKWKuynYbsKRbzWJaNw";

    #[test]
    fn a_key_is_the_same_key_whichever_way_it_was_kept() {
        let plain = key(PKCS8, None).unwrap();
        assert_eq!(plain.public_key.expose(), PUBLIC);
        assert_eq!(plain.fingerprint.expose(), FINGERPRINT);
        let again = key(plain.private_key.expose(), Some("not needed")).unwrap();
        assert_eq!(again, plain);
        let windows = key(&format!(" {}", PKCS8.replace('\n', "\r\n")), None).unwrap();
        assert_eq!(windows, plain);
    }

    #[test]
    fn a_locked_key_opens_with_its_passphrase_only() {
        let open = key(LOCKED, Some("correct passphrase")).unwrap();
        assert_eq!(open.public_key.expose(), PUBLIC);
        assert!(key(open.private_key.expose(), None).is_some(), "kept without a passphrase");
        assert!(key(LOCKED, Some("another")).is_none());
        assert!(key(LOCKED, None).is_none());
    }

    #[test]
    fn a_key_that_asks_for_years_of_hashing_is_refused() {
        let (_, mut bytes) = unarmor(LOCKED).unwrap();
        // Magic, cipher, name of the KDF, then salt and rounds.
        let at = bytes.windows(6).position(|six| six == b"bcrypt").unwrap() + 6 + 4 + 4 + 16;
        assert!(bytes[at..at + 3] == [0, 0, 0], "here stand the rounds");
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        let body = B64::from(bytes.as_slice());
        let text = format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----"
        );
        assert!(key(&text, Some("correct passphrase")).is_none());
    }

    #[test]
    fn what_is_no_key_gives_none() {
        let armored = |label: &str, bytes: &[u8]| {
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", B64::from(bytes))
        };
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY"] {
            for bytes in [&b""[..], b"\x30", b"\x30\x84\xFF\xFF\xFF\xFF", b"\x30\x03\x02\x01\x00"] {
                assert!(key(&armored(label, bytes), None).is_none(), "{label} {bytes:?}");
            }
        }
        for text in ["", "ssh-rsa AAAA", "-----BEGIN PRIVATE KEY-----", "-----BEGIN X-----\nY"] {
            assert!(key(text, None).is_none(), "{text}");
        }
    }
}
