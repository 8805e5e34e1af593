//! What a signed token says.

use std::str::FromStr;

use bitwarden_encoding::B64Url;

/// The claims of a JSON Web Token (RFC 7519), as bytes of JSON. Its signature is not looked at: never decide
/// about rights by them.
#[must_use]
pub fn unverified_claims(token: &str) -> Option<Vec<u8>> {
    let claims = B64Url::from_str(token.split('.').nth(1)?).ok()?;
    Some(claims.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_the_middle_part_with_or_without_padding() {
        assert_eq!(unverified_claims("h.e30.s").as_deref(), Some(b"{}".as_slice()));
        assert_eq!(unverified_claims("h.e30=.s").as_deref(), Some(b"{}".as_slice()));
        assert_eq!(unverified_claims("e30"), None);
        assert_eq!(unverified_claims("h.!.s"), None);
    }
}
