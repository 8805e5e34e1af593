//! What a single cell looks like.

/// Kinds of items a column may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Login,
    Note,
    Card,
    Identity,
}

/// The kind a cell names.
pub(super) fn kind(cell: &str) -> Option<Kind> {
    Some(match super::sheet_words::plain(cell).as_str() {
        "login" | "logins" | "password" | "passwort" | "website" | "1" => Kind::Login,
        "note" | "notes" | "securenote" | "notiz" | "sicherenotiz" | "2" => Kind::Note,
        "card" | "creditcard" | "kreditkarte" | "karte" | "3" => Kind::Card,
        "identity" | "identitat" | "person" | "4" => Kind::Identity,
        _ => return None,
    })
}

/// An address: with a scheme, or a host name with a dot, or four numbers.
pub(super) fn is_address(cell: &str) -> bool {
    if cell.contains(char::is_whitespace) {
        return false;
    }
    if let Some((scheme, rest)) = cell.split_once("://") {
        return !rest.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
    }
    let host = cell.split(['/', '?', '#', ':']).next().unwrap_or("");
    let mut labels = host.split('.').rev();
    let last = labels.next().unwrap_or("");
    let named = last.len() >= 2 && last.chars().all(char::is_alphabetic);
    let number = |label: &str| label.parse::<u8>().is_ok();
    let four = host.split('.').count() == 4 && host.split('.').all(number);
    !host.contains('@') && (four || (named && labels.next().is_some_and(is_label)))
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// An e-mail address.
pub(super) fn is_mail(cell: &str) -> bool {
    let mut parts = cell.split('@');
    let (local, domain) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    parts.next().is_none() && !local.is_empty() && domain.contains('.') && !cell.contains(' ')
}

/// A TOTP secret: an address of one, or Base32 of a length that no word has.
pub(super) fn is_totp(cell: &str) -> bool {
    let lower = cell.to_ascii_lowercase();
    if lower.starts_with("otpauth://") || lower.starts_with("steam://") {
        return true;
    }
    let letters = cell.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'='));
    let base32 = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'2'..=b'7');
    letters.clone().count() >= 16 && letters.clone().all(base32) && {
        let one_case = !cell.bytes().any(|b| b.is_ascii_lowercase())
            || !cell.bytes().any(|b| b.is_ascii_uppercase());
        one_case && letters.clone().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    }
}

/// Signs of several kinds without blanks, and not an address: nobody's name, perhaps somebody's password.
pub(super) fn is_secret(cell: &str) -> bool {
    let length = cell.chars().count();
    if !(6..=200).contains(&length)
        || cell.contains(char::is_whitespace)
        || is_address(cell)
        || is_mail(cell)
    {
        return false;
    }
    let lower = cell.contains(char::is_lowercase);
    let upper = cell.contains(char::is_uppercase);
    let digit = cell.contains(|c: char| c.is_ascii_digit());
    let sign = cell.contains(|c: char| !c.is_alphanumeric());
    let kinds = [lower, upper, digit, sign].into_iter().filter(|kind| *kind).count();
    // Paths and names with hyphens have signs too, but these.
    let odd = |c: &char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.' | '/' | '\\' | ':');
    let many_odd = sign && cell.chars().filter(odd).count() >= 3 && !is_number(cell);
    kinds >= 3 || many_odd || (digit && sign && kinds == 2 && !is_number(cell))
}

/// Digits with what stands between digits in dates, phone numbers and amounts.
fn is_number(cell: &str) -> bool {
    cell.chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '/' | ':' | '+' | '(' | ')'))
}

/// Lines or sentences.
pub(super) fn is_prose(cell: &str) -> bool {
    cell.contains('\n') || (cell.chars().count() > 40 && cell.split_whitespace().count() > 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_names_and_secrets_are_told_apart() {
        for address in ["https://a.example/x", "bank.example.ch:8443", "192.0.2.1", "ssh://host"] {
            assert!(is_address(address), "{address}");
        }
        for other in ["Mr. Smith", "a@b.example", "1.5", "v1.2", "Router", "https://"] {
            assert!(!is_address(other), "{other}");
        }
        for secret in ["CorrectHorse-1!", "p@ss,\"wörd\";x", "=Summer2024", "abc-123"] {
            assert!(is_secret(secret), "{secret}");
        }
        for open in [
            "server01",
            "Müller",
            "2024-01-01",
            "+49-30-1234567",
            "alice@example.com",
            "Two words1!",
        ] {
            assert!(!is_secret(open), "{open}");
        }
    }

    #[test]
    fn only_long_base32_is_a_second_factor() {
        for secret in
            ["JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp", "otpauth://totp/x?secret=A", "steam://ABC"]
        {
            assert!(is_totp(secret), "{secret}");
        }
        for other in [
            "yes",
            "SMS",
            "CorrectHorseBattery",
            "JBSWY3DP",
            "0123456789012345",
            "administratoraccount",
        ] {
            assert!(!is_totp(other), "{other}");
        }
    }
}
