//! The public part of an OpenSSH private key, which stands in it unencrypted
//! (`PROTOCOL.key` of OpenSSH: magic, cipher, KDF, options, number of keys, public key).

use bitwarden_encoding::B64;
use sha2::{Digest, Sha256};

use crate::model::Text;

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// Public key line and fingerprint of an SSH key: from the public key when there is one, else from the
/// private key. `None` when neither can be read.
#[must_use]
pub fn ssh_public_part(private: &str, public: Option<&str>) -> Option<(Text, Text)> {
    let blob = match public {
        Some(line) => B64::try_from(line.split_whitespace().nth(1)?).ok()?.into_bytes(),
        None => public_blob(private)?,
    };
    let (kind, _) = string(&blob)?;
    let kind = std::str::from_utf8(kind).ok().filter(|kind| kind.is_ascii())?;
    let line = format!("{kind} {}", B64::from(blob.as_slice()));
    let print = B64::from(Sha256::digest(&blob).to_vec()).to_string();
    Some((Text::new(line), Text::new(format!("SHA256:{}", print.trim_end_matches('=')))))
}

fn public_blob(private: &str) -> Option<Vec<u8>> {
    let body = private.trim().strip_prefix("-----BEGIN OPENSSH PRIVATE KEY-----")?;
    let body: String = body.split("-----END").next()?.split_whitespace().collect();
    let bytes = zeroize::Zeroizing::new(B64::try_from(body).ok()?.into_bytes());
    let mut rest = bytes.strip_prefix(MAGIC)?;
    for _ in ["cipher", "kdf", "options"] {
        rest = string(rest)?.1;
    }
    let (count, rest) = rest.split_at_checked(4)?;
    let (blob, _) = string(rest)?;
    (count == [0, 0, 0, 1]).then(|| blob.to_vec())
}

/// A length-prefixed string and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*len)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_openssh_key_gives_nothing() {
        let key = |body: &[u8]| {
            let body = B64::from(body);
            format!(
                "-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----"
            )
        };
        let mut cut = MAGIC.to_vec();
        cut.extend([0, 0, 0, 200, b'x']);
        for private in ["", "-----BEGIN RSA PRIVATE KEY-----", &key(b""), &key(MAGIC), &key(&cut)] {
            assert!(ssh_public_part(private, None).is_none());
        }
        for public in ["", "ssh-ed25519", "ssh-ed25519 ????", "ssh-ed25519 AAAA"] {
            assert!(ssh_public_part("", Some(public)).is_none());
        }
    }
}
