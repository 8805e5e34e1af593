//! What counts as an encrypted string, by the server's own rule.
//!
//! `src/Core/Utilities/EncryptedStringAttribute.cs` of bitwarden/server: a number, a dot, parts of base64
//! between bars. No key is known, so nothing more can be checked.

/// Whether `text` has the shape.
pub(crate) fn is_encrypted_string(text: &str) -> bool {
    let Some((head, rest)) = text.split_once('.') else {
        // Before types were numbered, three parts meant type 1 and anything else type 0.
        let parts = if text.matches('|').count() == 2 { 3 } else { 2 };
        return has_parts(text, parts);
    };
    // .NET reads the number with blanks and leading zeros; the names of the types are not accepted here,
    // because no client has ever written one.
    let parts = match head.trim().parse::<u8>() {
        Ok(3 | 4 | 7) => 1,
        Ok(0 | 5 | 6) => 2,
        Ok(1 | 2) => 3,
        _ => return false,
    };
    has_parts(rest, parts)
}

fn has_parts(text: &str, parts: usize) -> bool {
    let mut found = 0;
    text.split('|').all(|part| {
        found += 1;
        is_base64(part.as_bytes())
    }) && found == parts
}

/// Standard alphabet, padded; bits that stand for nothing may be set.
fn is_base64(text: &[u8]) -> bool {
    let padding = text.iter().rev().take(2).filter(|byte| **byte == b'=').count();
    let Some(letters) = text.get(..text.len() - padding) else { return false };
    !text.is_empty()
        && text.len().is_multiple_of(4)
        && letters.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::is_encrypted_string;

    #[test]
    fn the_shapes_the_server_takes_are_taken() {
        for good in [
            "2.AAAA|BBBB|CCCC",
            "2.AAA=|BB==|CCCC",
            "0.AAAA|BBBB",
            "4.AAAA",
            "7.AAAA",
            "6.AAAA|BBBB",
            "02.AAAA|BBBB|CCCC",
            "AAAA|BBBB",
            "AAAA|BBBB|CCCC",
        ] {
            assert!(is_encrypted_string(good), "{good} is well formed");
        }
    }

    #[test]
    fn the_shapes_the_server_refuses_are_refused() {
        for bad in [
            "",
            "plain text",
            "2.",
            "2.AAAA|BBBB",
            "2.AAAA|BBBB|CCCC|DDDD",
            "2.AAAA||CCCC",
            "2.AAA|BBBB|CCCC",
            "2.A-_A|BBBB|CCCC",
            "2.AA=A|BBBB|CCCC",
            "8.AAAA",
            "4.AAAA|BBBB",
            "x.AAAA|BBBB|CCCC",
            "2.AAAA|BBBB|CCCC ",
        ] {
            assert!(!is_encrypted_string(bad), "{bad:?} is not well formed");
        }
    }
}
