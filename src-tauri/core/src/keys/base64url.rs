//! base64url without padding (RFC 4648, section 5): the alphabet of `WebAuthn`.

use bitwarden_encoding::B64Url;

/// As `WebAuthn` writes bytes.
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
    B64Url::from(bytes).to_string().trim_end_matches('=').to_owned()
}

/// Reads either alphabet, padded or not; servers differ.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let plain: String = text
        .chars()
        .map(|letter| match letter {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .filter(|letter| *letter != '=')
        .collect();
    B64Url::try_from(plain).ok().map(B64Url::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_server_pads_and_another_does_not_is_the_same() {
        for text in ["-_8", "-_8=", "+/8", "+/8="] {
            assert_eq!(from_base64url(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(to_base64url(&[0xfb, 0xff]), "-_8");
        assert_eq!(from_base64url("\"}"), None);
    }
}
