//! The address cell of Bitwarden's CSV: several addresses joined with commas.
//!
//! The official importer guesses a delimiter and splits single addresses that contain one
//! (import-formats.md, section 7, point 4). Here a delimiter counts only where a new address may start.

/// The addresses of a cell, in order.
pub(super) fn split(cell: &str) -> impl Iterator<Item = &str> {
    let mut rest = cell;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (uri, after) = next(rest);
        rest = after;
        Some(uri)
    })
}

fn next(cell: &str) -> (&str, &str) {
    if let Some(quoted) = cell.strip_prefix('"')
        && let Some((uri, after)) = quoted.split_once('"')
        && (after.is_empty() || after.starts_with(','))
    {
        return (uri, after.strip_prefix(',').unwrap_or(after));
    }
    for (at, delimiter) in cell.match_indices([',', ';', '|', '\t', '\n']) {
        let (Some(before), Some(after)) = (cell.get(..at), cell.get(at + 1..)) else { continue };
        let parts = match delimiter {
            "\n" => true,
            "," => after.is_empty() || !has_path(before) || starts_address(after),
            _ => has_scheme(after),
        };
        if parts {
            return (before, after);
        }
    }
    (cell, "")
}

/// A host name holds no comma: one that follows it can only be a delimiter.
fn has_path(uri: &str) -> bool {
    let host = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    host.contains(['/', '?', '#', ' ', '(', '[', '^', '\\'])
}

/// Whether `text` reads like the beginning of another address.
fn starts_address(text: &str) -> bool {
    let host = text.trim_start().split([',', '/', '?', '#', ':', ';', '|']).next().unwrap_or("");
    has_scheme(text) || host == "localhost" || is_host_name(host)
}

fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.trim_start().split_once("://") else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// `mail.example.com` or an IPv4 address, but not `8.5`.
fn is_host_name(host: &str) -> bool {
    let labels: Vec<_> = host.split('.').collect();
    let fine = |label: &&str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let last = labels.last().copied().unwrap_or("");
    let named = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    labels.len() >= 2
        && labels.iter().all(fine)
        && (named || host.parse::<std::net::Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_single_address_stays_whole_whatever_it_contains() {
        for whole in [
            "https://example.com/login;jsessionid=1?a=b|c",
            "https://maps.example.com/@47.3,8.5,17z",
            "https://example.com/?next=a,b",
            "^https://(a|b)\\.example\\.com",
            "localhost",
        ] {
            assert_eq!(super::split(whole).collect::<Vec<_>>(), [whole]);
        }
    }

    #[test]
    fn joined_addresses_come_apart() {
        let parts = |cell| super::split(cell).collect::<Vec<_>>();
        assert_eq!(
            parts("https://mail.example.com,https://w.example.com/a?b=1,example.org"),
            ["https://mail.example.com", "https://w.example.com/a?b=1", "example.org"]
        );
        assert_eq!(parts("localhost,intranet"), ["localhost", "intranet"]);
        assert_eq!(parts("https://a.example/x,192.0.2.1"), ["https://a.example/x", "192.0.2.1"]);
        assert_eq!(
            parts("\"https://a.example/x,y.example\",b"),
            ["https://a.example/x,y.example", "b"]
        );
        assert_eq!(
            parts("https://a.example;https://b.example"),
            ["https://a.example", "https://b.example"]
        );
        assert_eq!(
            parts("https://a.example\nhttps://b.example"),
            ["https://a.example", "https://b.example"]
        );
        assert!(parts("").is_empty());
    }
}
