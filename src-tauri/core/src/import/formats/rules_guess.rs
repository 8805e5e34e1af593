//! Names of fields that tell what a value is, for the formats that leave it to the reader
//! (import-formats.md, section 3). Whole names, whatever their case.

const PASSWORD: [&str; 29] = [
    "password",
    "pass word",
    "passphrase",
    "pass phrase",
    "pass",
    "code",
    "code word",
    "codeword",
    "secret",
    "secret word",
    "personpwd",
    "key",
    "keyword",
    "key word",
    "keyphrase",
    "key phrase",
    "form_pw",
    "wppassword",
    "pin",
    "pwd",
    "pw",
    "pword",
    "passwd",
    "p",
    "serial",
    "serial#",
    "license key",
    "reg #",
    "passwort",
];

const USERNAME: [&str; 26] = [
    "user",
    "name",
    "user name",
    "username",
    "login name",
    "email",
    "e-mail",
    "id",
    "userid",
    "user id",
    "login",
    "form_loginname",
    "wpname",
    "mail",
    "loginid",
    "login id",
    "log",
    "personlogin",
    "first name",
    "last name",
    "card#",
    "account #",
    "member",
    "member #",
    "nom",
    "benutzername",
];

const URI: [&str; 19] = [
    "url",
    "hyper link",
    "hyperlink",
    "link",
    "host",
    "hostname",
    "host name",
    "server",
    "address",
    "hyper ref",
    "href",
    "web",
    "website",
    "web site",
    "site",
    "web-site",
    "uri",
    "ort",
    "adresse",
];

/// Whether a field of this name holds a password.
#[allow(dead_code)]
pub(super) fn is_password(name: &str) -> bool {
    PASSWORD.contains(&name.to_lowercase().as_str())
}

/// Whether a field of this name holds a user name.
#[allow(dead_code)]
pub(super) fn is_username(name: &str) -> bool {
    USERNAME.contains(&name.to_lowercase().as_str())
}

/// Whether a field of this name holds an address.
#[allow(dead_code)]
pub(super) fn is_uri(name: &str) -> bool {
    URI.contains(&name.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_count_whatever_their_case() {
        assert!(is_password("PassWord") && is_password("License Key") && is_password("Passwort"));
        assert!(is_username("E-Mail") && is_username("BENUTZERNAME") && is_uri("Web Site"));
        assert!(!is_password("Password 2"), "a part of a name says nothing");
        assert!(!is_password(" password") && !is_username("") && !is_uri("urls"));
    }
}
