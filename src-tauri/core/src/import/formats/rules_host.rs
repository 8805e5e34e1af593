//! The host name in an address, as a name for items that have none.

/// The longest host name and its longest part (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 255;
const LONGEST_LABEL: usize = 63;

/// The address's host without a leading `www.`; none where the official client (through `tldts` 7) finds none.
pub(super) fn name_from(address: &str) -> Option<String> {
    let host = host(address.trim())?;
    let name = host.strip_prefix("www.").map_or(host.as_str(), |rest| rest);
    (!name.trim().is_empty()).then(|| name.to_owned())
}

fn host(address: &str) -> Option<String> {
    if ["data:", "about:", "file:"].iter().any(|scheme| address.starts_with(scheme)) {
        return None;
    }
    if is_host(address) {
        return Some(trim_dots(address).to_owned());
    }
    // As browsers do, line breaks within an address do not count.
    let plain: String = address.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let plain = plain.trim_matches(|c: char| c <= ' ');
    let host = match host_part(plain)?.strip_prefix('[') {
        Some(inner) => inner.rsplit_once(']')?.0.to_lowercase(),
        None => lower(trim_dots(host_part(plain)?)),
    };
    (is_ipv6(&host) || is_host(&host)).then_some(host)
}

/// What stands between the scheme and the path, without user name and port.
fn host_part(address: &str) -> Option<&str> {
    let (rest, web) = after_scheme(address)?;
    let end = rest.find(|c| is_end(c) && (web || c != '\\')).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.starts_with('[') {
        return Some(host);
    }
    let host = match host.split_once(':') {
        Some((name, port)) if !name.is_empty() && !port.contains(':') => name,
        _ => host,
    };
    (!host.is_empty()).then_some(host)
}

/// Whether a path, a query or a fragment begins here.
fn is_end(c: char) -> bool {
    matches!(c, '/' | '\\' | '?' | '#')
}

fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\\')
}

/// Whether the scheme is one of the web's, in which slashes may lack and backslashes count as slashes.
fn is_web(scheme: &str) -> bool {
    ["http", "https", "ws", "wss", "ftp"].iter().any(|web| scheme.eq_ignore_ascii_case(web))
}

/// What follows the scheme and its slashes, and whether backslashes end the host.
fn after_scheme(address: &str) -> Option<(&str, bool)> {
    if let Some(rest) = address.strip_prefix("//") {
        return Some((rest, false));
    }
    match address.split_once(":/") {
        Some((scheme, rest)) if is_web(scheme) => Some((rest.trim_start_matches(is_slash), true)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => {
            Some((rest.strip_prefix(is_slash)?, true))
        }
        Some((scheme, rest)) if is_scheme(scheme) => Some((rest.strip_prefix('/')?, false)),
        Some(_) => None,
        None if address.starts_with('[') => Some((address, false)),
        None => without_slashes(address),
    }
}

/// A host alone, with a port or user name, or a scheme without slashes.
fn without_slashes(address: &str) -> Option<(&str, bool)> {
    let authority = address.split(is_end).next().unwrap_or("");
    let Some((before, after)) = authority.split_once(':') else { return Some((address, false)) };
    let port = !after.is_empty() && after.bytes().all(|b| b.is_ascii_digit());
    if after.contains('@') || port {
        return Some((address, false));
    }
    let rest = address.get(before.len() + 1..)?;
    if is_web(before) {
        Some((rest.trim_start_matches(is_slash), true))
    } else if before.eq_ignore_ascii_case("file") {
        Some((rest.strip_prefix(is_slash)?.strip_prefix(is_slash)?, true))
    } else {
        after.contains(':').then_some((address, false))
    }
}

fn is_scheme(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
}

/// Capitals of other alphabets alone are left as they are.
fn lower(host: &str) -> String {
    if host.contains(|c: char| c.is_ascii_uppercase()) {
        host.to_lowercase()
    } else {
        host.to_owned()
    }
}

/// Dots at the end say "from the root" and are no part of the name.
fn trim_dots(host: &str) -> &str {
    let trimmed = host.trim_end_matches('.');
    if trimmed.is_empty() { host.get(..1).unwrap_or("") } else { trimmed }
}

fn is_ipv6(host: &str) -> bool {
    let host = host.strip_suffix(']').unwrap_or(host);
    (2..=39).contains(&host.len())
        && host.contains(':')
        && host.chars().all(|c| c.is_ascii_hexdigit() || c == ':')
        && (host.len() > 2 || host == "::")
}

/// Letters, digits, hyphens and underlines in parts of bearable length; letters beyond ASCII pass.
fn is_host(host: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || u32::from(c) > 127;
    let starts = host.chars().next().is_some_and(|c| letter(c) || matches!(c, '.' | '_'));
    if !starts || host.encode_utf16().count() > LONGEST_NAME || host.ends_with('-') {
        return false;
    }
    let last = host.matches('.').count();
    host.split('.').enumerate().all(|(index, label)| {
        label.encode_utf16().count() <= LONGEST_LABEL
            && label.chars().all(|c| letter(c) || matches!(c, '-' | '_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
            && (!label.is_empty() || index == 0 || index == last)
    })
}

#[cfg(test)]
mod tests {
    use super::name_from;

    #[test]
    fn the_host_is_found_in_every_kind_of_address() {
        for (address, name) in [
            ("https://www.Example.com:8443/a?b#c", Some("example.com")),
            (" bank.example.cn ", Some("bank.example.cn")),
            ("192.0.2.1", Some("192.0.2.1")),
            ("https://user:p@ss@host.example/", Some("host.example")),
            ("https://[2001:DB8::1]:443/", Some("2001:db8::1")),
            ("//cdn.example/x", Some("cdn.example")),
            ("localhost:8080", Some("localhost")),
            ("chrome://settings", Some("settings")),
            ("https://zürich.example./", Some("zürich.example")),
            ("android://h4sh==@com.example.app/", Some("com.example.app")),
            ("about:blank", None),
            ("file:///etc/hosts", None),
            ("data:text/plain,x", None),
            ("not a url", None),
            ("https://", None),
            ("a b://x.example", None),
            ("::1", Some("::1")),
            ("user:pw", None),
            ("user:pw@host.example", Some("host.example")),
            ("https:host.example/x", Some("host.example")),
            ("mailto:a@b.example", Some("b.example")),
            ("mailto:nobody", None),
            ("javascript:alert(1)", None),
            ("chrome:///x.example", None),
            ("host.example\\path", None),
            ("https://host.example\\path", Some("host.example")),
            ("a_.b", Some("a_.b")),
            ("-a.example", None),
            ("a..example", None),
            ("", None),
        ] {
            assert_eq!(name_from(address).as_deref(), name, "{address}");
        }
    }
}
