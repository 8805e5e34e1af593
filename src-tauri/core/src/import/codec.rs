//! Items as bytes, for sealing. A stored form: never change what a version means.
//!
//! A page is the version byte, a count, then the items. Numbers are LEB128, texts a length and UTF-8;
//! an optional text is a length plus one, with 0 for none. The bytes are plain text: they live in
//! [`Zeroizing`] and go nowhere but into a seal.

use zeroize::Zeroizing;

use crate::model::{
    BankAccount, Card, DriversLicense, Field, FieldKind, Identity, Item, ItemKind, Login, Passkey,
    Passport, PasswordHistory, SshKey, Text, Uri,
};

/// What the first byte says. Version 1 knew neither the file of an item nor kinds 6 to 8.
const VERSION: u8 = 2;

/// These bytes are no page of items, or of a version this program does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("staged items could not be read back")]
pub struct Damaged;

/// A page of items as bytes.
#[must_use]
pub fn encode_page(items: &[Item]) -> Zeroizing<Vec<u8>> {
    // Measured first: a buffer that grew would leave plain copies of itself behind.
    let mut size = Size(0);
    put_page(&mut size, items);
    let mut page = Zeroizing::new(Vec::with_capacity(size.0));
    put_page(&mut *page, items);
    debug_assert_eq!(page.len(), size.0, "measuring and writing are the same walk");
    page
}

/// The items of a page.
///
/// # Errors
/// [`Damaged`] for anything [`encode_page`] has not written.
pub fn decode_page(bytes: &[u8]) -> Result<Vec<Item>, Damaged> {
    let (version, rest) = bytes.split_first().ok_or(Damaged)?;
    let mut page = Page(rest);
    let items = match *version {
        1 => page.list(|page| page.item(false))?,
        VERSION => page.list(|page| page.item(true))?,
        _ => return Err(Damaged),
    };
    if page.0.is_empty() { Ok(items) } else { Err(Damaged) }
}

/// Where encoded bytes go: into a buffer, or only into a sum.
trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

struct Size(usize);

impl Sink for Size {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

fn put_page(to: &mut impl Sink, items: &[Item]) {
    to.put(&[VERSION]);
    put_list(to, items, put_item);
}

fn put_number(to: &mut impl Sink, mut number: u64) {
    while number >= 0x80 {
        #[allow(clippy::cast_possible_truncation)] // Seven bits at a time.
        to.put(&[number as u8 | 0x80]);
        number >>= 7;
    }
    #[allow(clippy::cast_possible_truncation)] // Below 0x80.
    to.put(&[number as u8]);
}

fn put_text(to: &mut impl Sink, text: &str) {
    put_number(to, text.len() as u64);
    to.put(text.as_bytes());
}

fn put_optional(to: &mut impl Sink, text: Option<&str>) {
    match text {
        None => to.put(&[0]),
        Some(text) => {
            put_number(to, text.len() as u64 + 1);
            to.put(text.as_bytes());
        }
    }
}

fn put_list<T, S: Sink>(to: &mut S, list: &[T], put: impl Fn(&mut S, &T)) {
    put_number(to, list.len() as u64);
    for one in list {
        put(to, one);
    }
}

fn put_item<S: Sink>(to: &mut S, item: &Item) {
    to.put(&[item.kind.number(), u8::from(item.favorite) | u8::from(item.reprompt) << 1]);
    put_text(to, item.name.expose());
    put_optional(to, item.notes.as_ref().map(Text::expose));
    put_optional(to, item.archived.as_deref());
    put_number(to, u64::from(item.row));
    put_number(to, u64::from(item.file));
    put_list(to, &item.folders, |to, folder| put_number(to, u64::from(*folder)));
    put_list(to, &item.fields, put_field);
    put_list(to, &item.password_history, |to, old| {
        put_text(to, old.password.expose());
        put_text(to, &old.last_used);
    });
    match &item.kind {
        ItemKind::Login(login) => put_login(to, login),
        ItemKind::Note => {}
        ItemKind::Card(card) => put_record(to, &card.texts()),
        ItemKind::Identity(person) => put_record(to, &person.texts()),
        ItemKind::SshKey(key) => {
            put_text(to, key.private_key.expose());
            put_text(to, key.public_key.expose());
            put_text(to, key.fingerprint.expose());
        }
        ItemKind::BankAccount(account) => put_record(to, &account.texts()),
        ItemKind::DriversLicense(license) => put_record(to, &license.texts()),
        ItemKind::Passport(passport) => put_record(to, &passport.texts()),
    }
}

fn put_field(to: &mut impl Sink, field: &Field) {
    to.put(&[field.kind.number()]);
    put_optional(to, field.name.as_ref().map(Text::expose));
    put_optional(to, field.value.as_ref().map(Text::expose));
    if let FieldKind::Linked(id) = field.kind {
        put_number(to, u64::from(id));
    }
}

fn put_login<S: Sink>(to: &mut S, login: &Login) {
    for text in [&login.username, &login.password, &login.totp] {
        put_optional(to, text.as_ref().map(Text::expose));
    }
    put_list(to, &login.uris, |to, uri| {
        to.put(&[uri.matching.map_or(0, |matching| matching.saturating_add(1))]);
        put_text(to, uri.uri.expose());
    });
    put_list(to, &login.passkeys, |to, passkey| {
        put_record(to, &passkey.texts());
        put_text(to, &passkey.creation_date);
    });
}

fn put_record(to: &mut impl Sink, texts: &[(&'static str, Option<&Text>)]) {
    for (_, text) in texts {
        put_optional(to, text.map(Text::expose));
    }
}

/// What is left to decode.
struct Page<'a>(&'a [u8]);

impl<'a> Page<'a> {
    fn byte(&mut self) -> Result<u8, Damaged> {
        let (first, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn small(&mut self) -> Result<u32, Damaged> {
        u32::try_from(self.number()?).map_err(|_| Damaged)
    }

    fn str(&mut self, len: u64) -> Result<&'a str, Damaged> {
        let len = usize::try_from(len).map_err(|_| Damaged)?;
        let (text, rest) = self.0.split_at_checked(len).ok_or(Damaged)?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| Damaged)
    }

    fn text(&mut self) -> Result<&'a str, Damaged> {
        let len = self.number()?;
        self.str(len)
    }

    fn optional(&mut self) -> Result<Option<&'a str>, Damaged> {
        match self.number()? {
            0 => Ok(None),
            len => self.str(len - 1).map(Some),
        }
    }

    fn secret(&mut self) -> Result<Option<Text>, Damaged> {
        Ok(self.optional()?.map(Text::new))
    }

    /// Every element takes a byte at least, so a forged count cannot claim more memory than is there.
    fn list<T>(
        &mut self,
        one: impl Fn(&mut Self) -> Result<T, Damaged>,
    ) -> Result<Vec<T>, Damaged> {
        let count = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        if count > self.0.len() {
            return Err(Damaged);
        }
        let mut list = Vec::with_capacity(count.min(4096));
        for _ in 0..count {
            list.push(one(self)?);
        }
        Ok(list)
    }

    fn item(&mut self, with_file: bool) -> Result<Item, Damaged> {
        let (kind, flags) = (self.byte()?, self.byte()?);
        if flags > 3 {
            return Err(Damaged);
        }
        let mut item = Item {
            kind: ItemKind::Note,
            favorite: flags & 1 != 0,
            reprompt: flags & 2 != 0,
            name: Text::new(self.text()?),
            notes: self.secret()?,
            archived: self.optional()?.map(str::to_owned),
            row: self.small()?,
            file: if with_file { self.small()? } else { 0 },
            folders: self.list(Self::small)?,
            fields: self.list(Self::field)?,
            password_history: self.list(|page| {
                Ok(PasswordHistory {
                    password: Text::new(page.text()?),
                    last_used: page.text()?.to_owned(),
                })
            })?,
        };
        item.kind = self.kind(kind)?;
        Ok(item)
    }

    fn kind(&mut self, number: u8) -> Result<ItemKind, Damaged> {
        Ok(match number {
            1 => ItemKind::Login(self.login()?),
            2 => ItemKind::Note,
            3 => ItemKind::Card(Card::build(|_| self.secret())?),
            4 => ItemKind::Identity(Box::new(Identity::build(|_| self.secret())?)),
            5 => ItemKind::SshKey(SshKey {
                private_key: Text::new(self.text()?),
                public_key: Text::new(self.text()?),
                fingerprint: Text::new(self.text()?),
            }),
            6 => ItemKind::BankAccount(Box::new(BankAccount::build(|_| self.secret())?)),
            7 => ItemKind::DriversLicense(Box::new(DriversLicense::build(|_| self.secret())?)),
            8 => ItemKind::Passport(Box::new(Passport::build(|_| self.secret())?)),
            _ => return Err(Damaged),
        })
    }

    fn field(&mut self) -> Result<Field, Damaged> {
        let kind = self.byte()?;
        let (name, value) = (self.secret()?, self.secret()?);
        let kind = match kind {
            0 => FieldKind::Text,
            1 => FieldKind::Hidden,
            2 => FieldKind::Boolean,
            3 => FieldKind::Linked(self.small()?),
            _ => return Err(Damaged),
        };
        Ok(Field { name, value, kind })
    }

    fn login(&mut self) -> Result<Login, Damaged> {
        Ok(Login {
            username: self.secret()?,
            password: self.secret()?,
            totp: self.secret()?,
            uris: self.list(|page| {
                let matching = page.byte()?.checked_sub(1);
                Ok(Uri { matching, uri: Text::new(page.text()?) })
            })?,
            passkeys: self.list(Self::passkey)?,
        })
    }

    fn passkey(&mut self) -> Result<Passkey, Damaged> {
        let needed = |page: &mut Self| page.secret()?.ok_or(Damaged);
        Ok(Passkey {
            credential_id: needed(self)?,
            key_type: needed(self)?,
            key_algorithm: needed(self)?,
            key_curve: needed(self)?,
            key_value: needed(self)?,
            rp_id: needed(self)?,
            rp_name: self.secret()?,
            user_handle: self.secret()?,
            user_name: self.secret()?,
            user_display_name: self.secret()?,
            counter: needed(self)?,
            discoverable: needed(self)?,
            creation_date: self.text()?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that is there.
    #[allow(clippy::unnecessary_wraps)] // Fields are optional.
    fn text(text: &str) -> Option<Text> {
        Some(text.into())
    }

    /// One item of every kind, every optional part once there and once not.
    fn samples() -> Vec<Item> {
        let passkey = Passkey {
            credential_id: "cred".into(),
            key_type: "public-key".into(),
            rp_name: text("Example"),
            counter: "0".into(),
            creation_date: "2024-01-02T03:04:05.006Z".into(),
            ..Passkey::default()
        };
        let login = Login {
            username: text("alice"),
            password: text("pässword"),
            totp: None,
            uris: vec![
                Uri { uri: "https://a.example".into(), matching: None },
                Uri { uri: "b.example".into(), matching: Some(5) },
            ],
            passkeys: vec![passkey],
        };
        let field = |kind| Field { name: text("n"), value: None, kind };
        let card = Card { number: text("4111"), ..Card::default() };
        let person = Identity { email: text("a@example.com"), ..Identity::default() };
        let ssh = SshKey { private_key: "-----".into(), ..SshKey::default() };
        let account = BankAccount { iban: text("GB33"), ..BankAccount::default() };
        let license = DriversLicense { license_class: text("B"), ..DriversLicense::default() };
        let passport = Passport { surname: text("Example"), ..Passport::default() };
        let named = |name: &str, kind| Item { kind, name: name.into(), ..Item::default() };
        vec![
            Item {
                notes: text("line\nline"),
                favorite: true,
                reprompt: true,
                fields: [
                    FieldKind::Text,
                    FieldKind::Hidden,
                    FieldKind::Boolean,
                    FieldKind::Linked(300),
                ]
                .map(field)
                .to_vec(),
                password_history: vec![PasswordHistory {
                    password: "old".into(),
                    last_used: "2024-07-01T00:00:00.000Z".into(),
                }],
                archived: Some("2025-01-01T00:00:00.000Z".into()),
                folders: vec![0, 200],
                row: 70_000,
                ..named("Mail", ItemKind::Login(login))
            },
            named("Note", ItemKind::Note),
            named("Card", ItemKind::Card(card)),
            named("Person", ItemKind::Identity(Box::new(person))),
            named("Key", ItemKind::SshKey(ssh)),
            named("Account", ItemKind::BankAccount(Box::new(account))),
            named("Licence", ItemKind::DriversLicense(Box::new(license))),
            Item { file: 1, ..named("Passport", ItemKind::Passport(Box::new(passport))) },
        ]
    }

    #[test]
    fn what_was_staged_by_this_version_can_be_read_by_every_later_one() {
        let page = encode_page(&samples());
        let hex: Vec<_> = page
            .chunks(24)
            .map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat())
            .collect();
        insta::assert_snapshot!(hex.join("\n"));
    }

    #[test]
    fn what_the_first_version_staged_is_still_read() {
        // One note called "N", row 7, as version 1 wrote it.
        let page = [1, 1, 2, 0, 1, b'N', 0, 0, 7, 0, 0, 0];
        let note = Item { kind: ItemKind::Note, name: "N".into(), row: 7, ..Item::default() };
        assert_eq!(decode_page(&page), Ok(vec![note]));
    }

    #[test]
    fn items_come_back_as_they_went_in() {
        assert_eq!(decode_page(&encode_page(&samples())), Ok(samples()));
        assert_eq!(decode_page(&encode_page(&[])), Ok(vec![]));
    }

    #[test]
    fn damaged_bytes_are_refused_without_a_panic() {
        let page = encode_page(&samples());
        for end in 0..page.len() {
            assert_eq!(decode_page(&page[..end]), Err(Damaged), "cut at {end}");
        }
        let mut longer = page.to_vec();
        longer.push(0);
        assert_eq!(decode_page(&longer), Err(Damaged), "bytes after the end");
        for at in 0..page.len() {
            for bit in 0..8 {
                let mut flipped = page.to_vec();
                flipped[at] ^= 1 << bit;
                // Many flips give other, well-formed items; the seal is what notices those.
                let _ = decode_page(&flipped);
            }
        }
    }

    #[test]
    fn a_forged_count_claims_no_memory() {
        let huge = [VERSION, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        assert_eq!(decode_page(&huge), Err(Damaged));
        let mut endless = vec![VERSION];
        endless.extend([0xFF; 16]);
        assert_eq!(decode_page(&endless), Err(Damaged));
    }
}
