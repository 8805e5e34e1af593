//! The server's limits, measured before anything is sent.
//!
//! The server counts characters of the *encrypted* text (`2.iv|data|mac`, 72 of them overhead), so
//! each limit stands for a number of UTF-8 bytes. Numbers: `src/Api/Vault/Models/*Model.cs`
//! (`EncryptedStringLength`) and `ImportCiphersLimitation` in the server's settings.

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

/// What is wrong with one item; `index` is its place among the staged items.
#[must_use]
pub fn check_item(item: &Item, index: u32) -> Vec<Finding> {
    let mut found = Lengths { row: item.row, item: index, findings: Vec::new() };
    if item.name.expose() == "--" {
        let message = "the item has no name; it is called \"--\"";
        found.tell(
            FindingCode::MissingName,
            Severity::Warning,
            "name".to_owned(),
            message.to_owned(),
        );
    }
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

struct Lengths {
    row: u32,
    item: u32,
    findings: Vec<Finding>,
}

impl Lengths {
    fn tell(&mut self, code: FindingCode, severity: Severity, field: String, message: String) {
        let (row, item) = (Some(self.row), Some(self.item));
        self.findings.push(Finding {
            code,
            severity,
            file: None,
            row,
            item,
            field: Some(field),
            message,
        });
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

/// What a whole import adds up to. Feed it every item that would be sent, then ask.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Totals {
    items: u64,
    folder_links: u64,
    unplaced: u64,
    first_unplaced: Option<(u32, u32)>,
    favorites: u64,
    archived: u64,
    first_marked: Option<(u32, u32)>,
}

/// Where the items of an import would go, as far as the limits care.
#[derive(Debug, Clone, Copy, Default)]
pub struct Destination {
    /// Collections every item goes into besides its own folders.
    pub collections: u64,
    /// Folders of the file become collections.
    pub folders_to_collections: bool,
}

impl Totals {
    /// Counts one item; `index` is its place among the staged items.
    pub fn add(&mut self, item: &Item, index: u32) {
        self.items += 1;
        self.folder_links += item.folders.len() as u64;
        if item.folders.is_empty() {
            self.unplaced += 1;
            self.first_unplaced.get_or_insert((item.row, index));
        }
        self.favorites += u64::from(item.favorite);
        self.archived += u64::from(item.archived.is_some());
        if item.favorite || item.archived.is_some() {
            self.first_marked.get_or_insert((item.row, index));
        }
    }

    /// What is wrong with the import as a whole; `folders` are the file's paths.
    #[must_use]
    pub fn findings(&self, folders: &[String], to: Destination) -> Vec<Finding> {
        let mut found = Vec::new();
        let from_folders = if to.folders_to_collections { folders.len() as u64 } else { 0 };
        let links = self.items * to.collections
            + if to.folders_to_collections { self.folder_links } else { 0 };
        let counts = [
            (FindingCode::TooManyItems, self.items, MOST_ITEMS, "items"),
            (
                FindingCode::TooManyCollections,
                from_folders + to.collections,
                MOST_COLLECTIONS,
                "collections",
            ),
            (FindingCode::TooManyLinks, links, MOST_LINKS, "links between items and collections"),
        ];
        for (code, count, most, what) in counts {
            if count > most {
                let message = format!("{count} {what}; one import takes at most {most}");
                found.push(whole(code, Severity::Error, None, None, message));
            }
        }
        if to.folders_to_collections {
            found.extend(folder_names(folders));
        }
        let unplaced = if to.folders_to_collections { self.unplaced } else { self.items };
        if to.collections == 0 && unplaced > 0 {
            let first = if to.folders_to_collections { self.first_unplaced } else { None };
            let message = format!(
                "{unplaced} of {} items would be in no collection; only owners and admins would see them",
                self.items
            );
            let field = Some("collectionIds".to_owned());
            found.push(whole(FindingCode::NoCollection, Severity::Warning, first, field, message));
        }
        found.extend(self.marks());
        found
    }

    fn marks(&self) -> Option<Finding> {
        self.first_marked?;
        let message = format!(
            "favourites ({}) and archive marks ({}) belong to a person and are left out in an organization",
            self.favorites, self.archived
        );
        let field = if self.favorites > 0 { "favorite" } else { "archivedDate" };
        let field = Some(field.to_owned());
        Some(whole(
            FindingCode::PersonalMarksLost,
            Severity::Info,
            self.first_marked,
            field,
            message,
        ))
    }
}

/// A finding about the import, with the first item concerned as (row, index).
fn whole(
    code: FindingCode,
    severity: Severity,
    first: Option<(u32, u32)>,
    field: Option<String>,
    message: String,
) -> Finding {
    let (row, item) = first.unzip();
    Finding { code, severity, file: None, row, item, field, message }
}

/// Collection names longer than the server takes.
fn folder_names(folders: &[String]) -> impl Iterator<Item = Finding> {
    let long = |(_, path): &(usize, &String)| path.len() > SHORT_BYTES;
    folders.iter().enumerate().filter(long).map(|(at, path)| {
        let message = format!("{} bytes; the server takes at most {SHORT_BYTES}", path.len());
        let field = Some(format!("collections[{at}].name"));
        whole(FindingCode::FieldTooLong, Severity::Error, None, field, message)
    })
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
            .flat_map(|(index, item)| check_item(item, u32::try_from(index).unwrap()));
        found
            .map(|finding| {
                assert_eq!(finding.code, FindingCode::FieldTooLong);
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
        let item = Item { name: Text::new("ü".repeat(344)), ..Item::default() };
        assert_eq!(check_item(&item, 0)[0].message, "688 bytes; the server takes at most 687");
    }

    fn codes(totals: &Totals, folders: &[String], to: Destination) -> Vec<FindingCode> {
        totals.findings(folders, to).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn counts_are_measured_for_the_whole_import() {
        let to = Destination { collections: 1, folders_to_collections: true };
        let mut totals = Totals::default();
        let item = Item { folders: vec![0], ..Item::default() };
        (0..40_000).for_each(|index| totals.add(&item, index));
        assert!(codes(&totals, &["A".into()], to).is_empty(), "exactly what one import takes");
        totals.add(&item, 40_000);
        let found = codes(&totals, &["A".into()], to);
        assert_eq!(found, [FindingCode::TooManyItems, FindingCode::TooManyLinks]);
        let many: Vec<_> = (0..2_000).map(|n| n.to_string()).collect();
        assert!(codes(&totals, &many, to).contains(&FindingCode::TooManyCollections));
    }

    #[test]
    fn items_in_no_collection_and_personal_marks_are_told_once_with_their_first_row() {
        let mut totals = Totals::default();
        totals.add(&Item { folders: vec![0], row: 2, ..Item::default() }, 0);
        totals.add(&Item { favorite: true, row: 3, ..Item::default() }, 1);
        totals.add(&Item { archived: Some(String::new()), row: 4, ..Item::default() }, 2);
        let to = Destination { collections: 0, folders_to_collections: true };
        let found = totals.findings(&["A".into()], to);
        let told: Vec<_> =
            found.iter().map(|f| (f.code, f.row, f.item, f.field.as_deref())).collect();
        assert_eq!(
            told,
            [
                (FindingCode::NoCollection, Some(3), Some(1), Some("collectionIds")),
                (FindingCode::PersonalMarksLost, Some(3), Some(1), Some("favorite")),
            ]
        );
        let chosen = Destination { collections: 1, folders_to_collections: false };
        assert_eq!(codes(&totals, &[], chosen), [FindingCode::PersonalMarksLost]);
    }

    #[test]
    fn a_collection_name_too_long_is_named_by_its_place() {
        let folders = ["A".to_owned(), "x".repeat(688)];
        let to = Destination { collections: 0, folders_to_collections: true };
        let found = Totals::default().findings(&folders, to);
        assert_eq!(found[0].field.as_deref(), Some("collections[1].name"));
    }
}
