//! What can be sent, and will probably not do what the person expects.

use url::Url;

use super::Found;
use crate::model::{FindingCode, Item, ItemKind, Login, Severity, Text, Uri};

/// Uri match by regular expression; anything may be one.
const REGULAR_EXPRESSION: u8 = 4;

/// What an address looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UriForm {
    /// As it should be.
    Whole,
    /// A host without `https://` in front.
    NoScheme,
    /// No address at all.
    Bad,
}

/// What `uri` looks like. Schemes of apps (`androidapp://`) and of other programs (`ssh:`) are as good as any.
pub(crate) fn uri_form(uri: &Uri) -> UriForm {
    let text = uri.uri.expose().trim();
    if uri.matching == Some(REGULAR_EXPRESSION) {
        return UriForm::Whole;
    }
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c == '\\') {
        return UriForm::Bad;
    }
    if text.contains("://") {
        return if Url::parse(text).is_ok() { UriForm::Whole } else { UriForm::Bad };
    }
    match text.split_once(':') {
        // `host:8443/path`, not `mailto:somebody`.
        Some((_, rest)) if !rest.starts_with(|c: char| c.is_ascii_digit()) => {
            if Url::parse(text).is_ok() { UriForm::Whole } else { host_form(text, true) }
        }
        Some(_) => host_form(text, true),
        None => host_form(text, text.contains('/')),
    }
}

/// Whether `text` would be an address with a scheme in front; `sure` when more than a single word says so.
fn host_form(text: &str, sure: bool) -> UriForm {
    let url = Url::parse(&format!("https://{text}"));
    let host = url.ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let is_host = host.contains('.') || host.starts_with('[') || host == "localhost";
    if is_host || (sure && !host.is_empty()) { UriForm::NoScheme } else { UriForm::Bad }
}

/// Whether the clients can make codes of it: `otpauth://` with a secret, `steam://`, or the secret alone
/// (`bitwarden-vault/src/totp.rs` in sdk-internal).
pub(crate) fn is_totp(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("otpauth://") {
        let Ok(url) = Url::parse(text) else { return false };
        return url.query_pairs().any(|(name, value)| name == "secret" && is_base32(&value));
    }
    match lower.strip_prefix("steam://") {
        Some(secret) => is_base32(secret),
        None => is_base32(text),
    }
}

fn is_base32(text: &str) -> bool {
    let mut letters =
        text.trim_end_matches('=').chars().filter(|c| !c.is_whitespace() && *c != '-');
    let mut any = false;
    letters.all(|c| {
        any = true;
        c.is_ascii_alphabetic() || ('2'..='7').contains(&c)
    }) && any
}

impl Found {
    /// Everything but lengths.
    pub(super) fn quality(&mut self, item: &Item, new_types: bool) {
        if item.name.expose().trim().is_empty() || item.name.expose() == "--" {
            let message = "the item has no name; it is called \"--\"";
            self.warn(FindingCode::MissingName, "name", message);
        }
        if item.kind.number() > 5 && !new_types {
            let message = "the server does not take this kind of item";
            let (code, severity) = (FindingCode::UnknownKind, Severity::Error);
            self.tell(code, severity, "type".to_owned(), message.to_owned());
        }
        if is_empty(item) {
            self.warn(FindingCode::EmptyItem, "", "the item has nothing but a name");
        } else if let ItemKind::Login(login) = &item.kind {
            self.login(login);
        }
    }

    fn warn(&mut self, code: FindingCode, field: &str, message: &str) {
        self.tell(code, Severity::Warning, field.to_owned(), message.to_owned());
    }

    fn login(&mut self, login: &Login) {
        if login.uris.is_empty() {
            let message = "the login has no address; it will not be offered on any site";
            let (code, severity) = (FindingCode::MissingUri, Severity::Info);
            self.tell(code, severity, "login.uris".to_owned(), message.to_owned());
        }
        for (at, uri) in login.uris.iter().enumerate() {
            let (severity, message) = match uri_form(uri) {
                UriForm::Whole => continue,
                UriForm::NoScheme => {
                    (Severity::Info, "the address does not say https:// or http://")
                }
                UriForm::Bad => (Severity::Warning, "this is not an address"),
            };
            let field = format!("login.uris[{at}].uri");
            self.tell(FindingCode::BadUri, severity, field, message.to_owned());
        }
        if login.totp.as_ref().is_some_and(|totp| !is_totp(totp.expose())) {
            let message = "no codes can be made of this TOTP secret";
            self.warn(FindingCode::BadTotp, "login.totp", message);
        }
    }
}

/// Nothing but a name, folders and marks.
fn is_empty(item: &Item) -> bool {
    let blank = |text: Option<&Text>| text.is_none_or(Text::is_empty);
    let none = |texts: &[(&'static str, Option<&Text>)]| texts.iter().all(|(_, text)| blank(*text));
    let inside = match &item.kind {
        ItemKind::Login(login) => {
            let texts = [&login.username, &login.password, &login.totp];
            texts.iter().all(|text| blank(text.as_ref()))
                && login.uris.is_empty()
                && login.passkeys.is_empty()
        }
        ItemKind::Note => true,
        ItemKind::Card(card) => none(&card.texts()),
        ItemKind::Identity(person) => none(&person.texts()),
        ItemKind::SshKey(key) => key.private_key.is_empty() && key.public_key.is_empty(),
        ItemKind::BankAccount(account) => none(&account.texts()),
        ItemKind::DriversLicense(license) => none(&license.texts()),
        ItemKind::Passport(passport) => none(&passport.texts()),
    };
    inside
        && blank(item.notes.as_ref())
        && item.fields.is_empty()
        && item.password_history.is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::check_item;
    use super::*;

    fn form(text: &str) -> UriForm {
        uri_form(&Uri { uri: text.into(), matching: None })
    }

    #[test]
    fn addresses_are_told_from_hosts_and_from_other_words() {
        for whole in [
            "https://a.example/p?q#f",
            "http://10.0.0.1:8443",
            "androidapp://com.example",
            "ssh://root@host",
            "mailto:somebody@example.com",
            "https://server01",
        ] {
            assert_eq!(form(whole), UriForm::Whole, "{whole}");
        }
        for host in [
            "a.example",
            "a.example/p",
            "10.0.0.1:8443",
            "server01:8080",
            "localhost",
            "nas/admin",
            "[::1]:80",
        ] {
            assert_eq!(form(host), UriForm::NoScheme, "{host}");
        }
        for bad in ["", "see notes", "none", "\\\\fileserver\\share", "http://", "https://a b"] {
            assert_eq!(form(bad), UriForm::Bad, "{bad}");
        }
        let pattern = Uri { uri: "^https://(a|b) .*$".into(), matching: Some(4) };
        assert_eq!(uri_form(&pattern), UriForm::Whole, "a pattern is no address");
    }

    #[test]
    fn totp_secrets_are_what_the_clients_make_codes_of() {
        for good in [
            "JBSWY3DPEHPK3PXP",
            "jbsw y3dp ehpk 3pxp",
            "JBSWY3DP======",
            "otpauth://totp/Acme:a?secret=JBSWY3DPEHPK3PXP&issuer=Acme",
            "steam://ABCDEFGH",
        ] {
            assert!(is_totp(good), "{good}");
        }
        for bad in [
            "",
            "123456",
            "otpauth://totp/Acme",
            "otpauth://totp/A?secret=",
            "ask Bob!",
            "steam://",
        ] {
            assert!(!is_totp(bad), "{bad}");
        }
    }

    #[test]
    fn each_kind_of_trouble_is_told_once() {
        let codes = |item: &Item, new_types| {
            let found = check_item(item, 0, new_types);
            found.iter().map(|f| (f.code, f.severity)).collect::<Vec<_>>()
        };
        let login =
            |login| Item { kind: ItemKind::Login(login), name: "n".into(), ..Item::default() };
        let uri = |uri: &str| Uri { uri: uri.into(), matching: None };
        assert_eq!(
            codes(&login(Login::default()), true),
            [(FindingCode::EmptyItem, Severity::Warning)],
            "not a word of its address"
        );
        let odd = Login {
            totp: Some("ask Bob!".into()),
            uris: vec![uri("a.example"), uri("no idea"), uri("https://b.example")],
            ..Login::default()
        };
        assert_eq!(
            codes(&login(odd), true),
            [
                (FindingCode::BadUri, Severity::Info),
                (FindingCode::BadUri, Severity::Warning),
                (FindingCode::BadTotp, Severity::Warning),
            ]
        );
        let named = Login { username: Some("u".into()), ..Login::default() };
        assert_eq!(codes(&login(named), true), [(FindingCode::MissingUri, Severity::Info)]);
        let passport = crate::model::Passport { surname: Some("E".into()), ..Default::default() };
        let paper = Item {
            kind: ItemKind::Passport(Box::new(passport)),
            name: "--".into(),
            ..Item::default()
        };
        assert_eq!(codes(&paper, true), [(FindingCode::MissingName, Severity::Warning)]);
        assert_eq!(
            codes(&paper, false),
            [
                (FindingCode::MissingName, Severity::Warning),
                (FindingCode::UnknownKind, Severity::Error),
            ]
        );
    }
}
