//! The server's limits, measured before anything is sent.
//!
//! The server counts characters of the *encrypted* text (`2.iv|data|mac`, 72 of them overhead), so
//! each limit stands for a number of UTF-8 bytes. Numbers: `src/Api/Vault/Models/*Model.cs`
//! (`EncryptedStringLength`) and `ImportCiphersLimitation` in the server's settings.

mod quality;
mod totals;

pub(super) use quality::{UriForm, is_totp, uri_form};
pub use totals::{Destination, Totals};

use crate::model::{Finding, FindingCode, Item, ItemKind, Severity, Text};

/// Plain bytes that fit where the server takes 1,000 characters: names, user names, cards, identities.
pub const SHORT_BYTES: usize = 687;
/// Where it takes 5,000: passwords, custom field values, SSH keys.
pub const MIDDLE_BYTES: usize = 3_695;
/// Where it takes 10,000: notes and addresses.
pub const LONG_BYTES: usize = 7_439;
/// Items one organization import may hold.
pub const MOST_ITEMS: u64 = 40_000;
/// Collections one import may hold.
pub const MOST_COLLECTIONS: u64 = 2_000;
/// Links between items and collections one import may hold.
pub const MOST_LINKS: u64 = 80_000;

/// What is wrong with one item; `index` is its place among the staged items. `new_types`: the server takes
/// bank accounts, driver's licences and passports.
#[must_use]
pub fn check_item(item: &Item, index: u32, new_types: bool) -> Vec<Finding> {
    let mut found = Found { row: item.row, item: index, findings: Vec::new() };
    found.quality(item, new_types);
    found.one(Some(&item.name), SHORT_BYTES, || "name".to_owned());
    found.one(item.notes.as_ref(), LONG_BYTES, || "notes".to_owned());
    for (at, field) in item.fields.iter().enumerate() {
        found.one(field.name.as_ref(), SHORT_BYTES, || format!("fields[{at}].name"));
        found.one(field.value.as_ref(), MIDDLE_BYTES, || format!("fields[{at}].value"));
    }
    for (at, old) in item.password_history.iter().enumerate() {
        found.one(Some(&old.password), MIDDLE_BYTES, || format!("passwordHistory[{at}].password"));
    }
    found.kind(&item.kind);
    found.findings
}

struct Found {
    row: u32,
    item: u32,
    findings: Vec<Finding>,
}

impl Found {
    fn tell(&mut self, code: FindingCode, severity: Severity, field: String, message: String) {
        let (row, item) = (Some(self.row), Some(self.item));
        let field = Some(field).filter(|field| !field.is_empty());
        self.findings.push(Finding { code, severity, file: None, row, item, field, message });
    }

    fn one(&mut self, text: Option<&Text>, most: usize, path: impl FnOnce() -> String) {
        if let Some(text) = text
            && text.len() > most
        {
            let message = format!("{} bytes; the server takes at most {most}", text.len());
            self.tell(FindingCode::FieldTooLong, Severity::Error, path(), message);
        }
    }

    fn kind(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::Login(login) => {
                self.one(login.username.as_ref(), SHORT_BYTES, || "login.username".to_owned());
                self.one(login.password.as_ref(), MIDDLE_BYTES, || "login.password".to_owned());
                self.one(login.totp.as_ref(), SHORT_BYTES, || "login.totp".to_owned());
                for (at, uri) in login.uris.iter().enumerate() {
                    self.one(Some(&uri.uri), LONG_BYTES, || format!("login.uris[{at}].uri"));
                }
                for (at, passkey) in login.passkeys.iter().enumerate() {
                    self.short(&passkey.texts(), &format!("login.fido2Credentials[{at}]"));
                }
            }
            ItemKind::Note => {}
            ItemKind::Card(card) => self.short(&card.texts(), "card"),
            ItemKind::Identity(person) => self.short(&person.texts(), "identity"),
            ItemKind::BankAccount(account) => self.short(&account.texts(), "bankAccount"),
            ItemKind::DriversLicense(license) => self.short(&license.texts(), "driversLicense"),
            ItemKind::Passport(passport) => self.short(&passport.texts(), "passport"),
            ItemKind::SshKey(key) => {
                self.one(Some(&key.private_key), MIDDLE_BYTES, || "sshKey.privateKey".to_owned());
                self.one(Some(&key.public_key), MIDDLE_BYTES, || "sshKey.publicKey".to_owned());
                self.one(Some(&key.fingerprint), SHORT_BYTES, || {
                    "sshKey.keyFingerprint".to_owned()
                });
            }
        }
    }

    fn short(&mut self, texts: &[(&'static str, Option<&Text>)], path: &str) {
        for (name, text) in texts {
            self.one(*text, SHORT_BYTES, || format!("{path}.{name}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Card, Field, FieldKind, Identity, Login, Passkey, PasswordHistory, SshKey, Uri,
    };

    /// Characters of `2.iv|data|mac` for so many plain bytes: AES-CBC pads to the next full block, base64
    /// makes four characters of three bytes.
    fn sealed_len(plain: usize) -> usize {
        let base64 = |bytes: usize| bytes.div_ceil(3) * 4;
        2 + base64(16) + 1 + base64((plain / 16 + 1) * 16) + 1 + base64(32)
    }

    #[test]
    fn the_plain_limits_are_exactly_what_fits_the_servers() {
        for (plain, server) in [(SHORT_BYTES, 1000), (MIDDLE_BYTES, 5000), (LONG_BYTES, 10_000)] {
            assert!(sealed_len(plain) <= server, "{plain} fits {server}");
            assert!(sealed_len(plain + 1) > server, "{} does not", plain + 1);
        }
    }

    /// Paths of the fields found too long in an item made of texts of `len` bytes.
    fn too_long(len: usize) -> Vec<String> {
        let text = || Text::new("x".repeat(len));
        let named = |kind| Item { kind, name: "n".into(), row: 3, ..Item::default() };
        let all = |_: &str| -> Result<_, ()> { Ok(Some(text())) };
        let login = Login {
            username: Some(text()),
            password: Some(text()),
            totp: Some(text()),
            uris: vec![Uri { uri: text(), matching: None }],
            passkeys: vec![Passkey { key_value: text(), ..Passkey::default() }],
        };
        let key = SshKey { private_key: text(), public_key: text(), fingerprint: text() };
        let mut items = vec![
            named(ItemKind::Login(login)),
            named(ItemKind::Card(Card::build(all).unwrap())),
            named(ItemKind::Identity(Box::new(Identity::build(all).unwrap()))),
            named(ItemKind::SshKey(key)),
        ];
        items.push(Item {
            name: text(),
            notes: Some(text()),
            fields: vec![Field { name: Some(text()), value: Some(text()), kind: FieldKind::Text }],
            password_history: vec![PasswordHistory { password: text(), last_used: String::new() }],
            ..named(ItemKind::Note)
        });
        let found = items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| check_item(item, u32::try_from(index).unwrap(), true));
        found
            .filter(|finding| finding.code == FindingCode::FieldTooLong)
            .map(|finding| {
                assert_eq!((finding.severity, finding.row), (Severity::Error, Some(3)));
                finding.field.expect("a path")
            })
            .collect()
    }

    #[test]
    fn every_text_is_measured_against_its_own_limit() {
        assert!(too_long(SHORT_BYTES).is_empty());
        let short = too_long(SHORT_BYTES + 1);
        assert_eq!(short.len(), 3 + 6 + 18 + 1 + 2, "{short:?}");
        for path in [
            "login.username",
            "login.totp",
            "login.fido2Credentials[0].keyValue",
            "card.code",
            "identity.licenseNumber",
            "sshKey.keyFingerprint",
            "name",
            "fields[0].name",
        ] {
            assert!(short.iter().any(|found| found == path), "{path}");
        }
        let middle = too_long(MIDDLE_BYTES + 1);
        for path in [
            "login.password",
            "sshKey.privateKey",
            "sshKey.publicKey",
            "fields[0].value",
            "passwordHistory[0].password",
        ] {
            assert!(
                !short.iter().any(|found| found == path)
                    && middle.iter().any(|found| found == path)
            );
        }
        let long = too_long(LONG_BYTES + 1);
        for path in ["login.uris[0].uri", "notes"] {
            assert!(
                !middle.iter().any(|found| found == path) && long.iter().any(|found| found == path)
            );
        }
    }

    #[test]
    fn bytes_count_not_characters() {
        let too_long_of = |item: &Item| {
            let mut found = check_item(item, 0, true).into_iter();
            found.find(|f| f.code == FindingCode::FieldTooLong).unwrap().message
        };
        let item = Item { name: Text::new("ü".repeat(344)), ..Item::default() };
        assert_eq!(too_long_of(&item), "688 bytes; the server takes at most 687");
    }
}
