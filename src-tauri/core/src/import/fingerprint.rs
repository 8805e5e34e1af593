//! When two items are the same, and when they are two versions of the same thing.
//!
//! Both are decided by keyed hashes, so that a comparison across files and with what was uploaded long ago
//! needs no item in the clear. What is hashed must never change: what was uploaded would not be known again.

use zeroize::Zeroizing;

use super::run::Run;
use super::sealed::open_page;
use crate::Error;
use crate::keys::FingerprintKey;
use crate::model::{FieldKind, Item, ItemKind, Login, Text};
use crate::store::Fingerprint;

/// The fingerprints of a page's items, in order.
pub(super) fn of<'a>(
    items: impl Iterator<Item = &'a Item>,
    key: &FingerprintKey,
) -> Result<Vec<Fingerprint>, Error> {
    let mut plain = Vec::new();
    for item in items {
        let exact = exact(item);
        // Where nothing identifies it, it is like itself only.
        let near = near(item).unwrap_or_else(|| exact.clone());
        plain.extend([exact, near]);
    }
    let hashes = key.hash_all(&plain)?;
    let (pairs, _) = hashes.as_chunks::<2>();
    Ok(pairs.iter().map(|[exact, near]| Fingerprint { exact: *exact, near: *near }).collect())
}

/// Values one after the other, each with its length in front, so that no two items run together.
struct Plain(Zeroizing<Vec<u8>>);

impl Plain {
    fn new(version: &str, kind: &ItemKind) -> Self {
        let mut plain = Self(Zeroizing::new(Vec::with_capacity(1024)));
        plain.add(version);
        plain.0.push(kind.number());
        plain
    }

    fn add(&mut self, text: &str) {
        // On a boundary a growing vector leaves a copy behind that nobody wipes.
        let needed = self.0.len() + 8 + text.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed * 2));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Nothing and an empty text are the same value.
    fn maybe(&mut self, text: Option<&Text>) {
        self.add(text.map_or("", Text::expose));
    }

    fn number(&mut self, number: usize) {
        self.0.extend_from_slice(&(number as u64).to_le_bytes());
    }
}

/// Every value; not where it lies (folders, file, line), nor marks of the exporting person.
fn exact(item: &Item) -> Zeroizing<Vec<u8>> {
    let mut plain = Plain::new("exact", &item.kind);
    plain.add(item.name.expose());
    plain.maybe(item.notes.as_ref());
    plain.number(usize::from(item.reprompt));
    plain.number(item.fields.len());
    for field in &item.fields {
        plain.maybe(field.name.as_ref());
        plain.maybe(field.value.as_ref());
        plain.number(usize::from(field.kind.number()));
        if let FieldKind::Linked(id) = field.kind {
            plain.number(usize::try_from(id).unwrap_or(usize::MAX));
        }
    }
    plain.number(item.password_history.len());
    for old in &item.password_history {
        plain.add(old.password.expose());
        plain.add(&old.last_used);
    }
    exact_kind(&item.kind, &mut plain);
    plain.0
}

fn exact_kind(kind: &ItemKind, plain: &mut Plain) {
    let texts: &[(&str, Option<&Text>)] = match kind {
        ItemKind::Login(login) => return exact_login(login, plain),
        ItemKind::Note => &[],
        ItemKind::Card(card) => &card.texts(),
        ItemKind::Identity(person) => &person.texts(),
        ItemKind::BankAccount(account) => &account.texts(),
        ItemKind::DriversLicense(license) => &license.texts(),
        ItemKind::Passport(passport) => &passport.texts(),
        ItemKind::SshKey(key) => {
            return [&key.private_key, &key.public_key, &key.fingerprint]
                .into_iter()
                .for_each(|text| plain.add(text.expose()));
        }
    };
    for (_, text) in texts {
        plain.maybe(*text);
    }
}

fn exact_login(login: &Login, plain: &mut Plain) {
    plain.maybe(login.username.as_ref());
    plain.maybe(login.password.as_ref());
    plain.maybe(login.totp.as_ref());
    plain.number(login.uris.len());
    for uri in &login.uris {
        plain.add(uri.uri.expose());
        plain.number(uri.matching.map_or(usize::MAX, usize::from));
    }
    plain.number(login.passkeys.len());
    for passkey in &login.passkeys {
        passkey.texts().iter().for_each(|(_, text)| plain.maybe(*text));
        plain.add(&passkey.creation_date);
    }
}

/// What identifies an item: the account, key, card or person. `None` where nothing does.
fn near(item: &Item) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Plain::new("near", &item.kind);
    let some = |text: Option<&Text>| -> Zeroizing<String> {
        Zeroizing::new(text.map_or("", Text::expose).trim().to_lowercase())
    };
    let digits = |text: Option<&Text>| -> Zeroizing<String> {
        let text = text.map_or("", Text::expose);
        Zeroizing::new(text.chars().filter(|c| c.is_alphanumeric()).collect())
    };
    let parts: Vec<Zeroizing<String>> = match &item.kind {
        ItemKind::Login(login) => return near_login(item, login, plain),
        ItemKind::Note => Vec::new(),
        ItemKind::Card(card) => vec![digits(card.number.as_ref())],
        ItemKind::Identity(person) => {
            vec![
                some(person.email.as_ref()),
                some(person.first_name.as_ref()),
                some(person.last_name.as_ref()),
            ]
        }
        ItemKind::SshKey(key) => {
            // The comment at the end is no part of the key.
            let public = key.public_key.expose().split_whitespace().take(2);
            vec![Zeroizing::new(public.collect::<Vec<_>>().join(" "))]
        }
        ItemKind::BankAccount(account) => {
            vec![
                digits(account.iban.as_ref()),
                digits(account.account_number.as_ref()),
                digits(account.routing_number.as_ref()),
            ]
        }
        ItemKind::DriversLicense(license) => {
            vec![digits(license.license_number.as_ref()), some(license.issuing_country.as_ref())]
        }
        ItemKind::Passport(passport) => {
            vec![digits(passport.passport_number.as_ref()), some(passport.issuing_country.as_ref())]
        }
    };
    if parts.iter().all(|part| part.is_empty()) {
        plain.add(&name(item)?);
        return Some(plain.0);
    }
    plain.number(parts.len());
    for part in &parts {
        plain.add(part);
    }
    Some(plain.0)
}

/// The user name at the site. Without a user name the item's name must be the same too, and without a site the
/// name stands for it.
fn near_login(item: &Item, login: &Login, mut plain: Plain) -> Option<Zeroizing<Vec<u8>>> {
    let user = login.username.as_ref().map_or("", Text::expose).trim().to_lowercase();
    let user = Zeroizing::new(user);
    let site = login.uris.iter().map(|uri| site(uri.uri.expose())).find(|site| !site.is_empty());
    match (&site, user.is_empty()) {
        (Some(site), false) => {
            plain.add("site");
            plain.add(site);
        }
        (Some(site), true) => {
            plain.add("named");
            plain.add(site);
            plain.add(&name(item)?);
        }
        (None, _) => {
            plain.add("name");
            plain.add(&name(item)?);
        }
    }
    plain.add(&user);
    Some(plain.0)
}

/// `--` stands for no name.
fn name(item: &Item) -> Option<Zeroizing<String>> {
    let name = Zeroizing::new(item.name.expose().trim().to_lowercase());
    (!name.is_empty() && name.as_str() != "--").then_some(name)
}

/// Host and port; `www.` is the same place.
fn site(uri: &str) -> String {
    let parsed = url::Url::parse(uri).ok().filter(url::Url::has_host);
    let parsed = parsed.or_else(|| url::Url::parse(&format!("https://{}", uri.trim())).ok());
    let Some(url) = parsed else { return String::new() };
    let host = url.host_str().unwrap_or_default().to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    match url.port() {
        Some(port) if !host.is_empty() => format!("{host}:{port}"),
        _ => host.to_owned(),
    }
}

impl Run<'_> {
    /// Everything that was sent is proven to be there: writes down what it was, before it is shredded.
    pub(super) async fn keep_fingerprints(&self) -> Result<(), Error> {
        let key = self.unlocked.keys().fingerprint_key()?;
        let (store, staging) = (self.store(), self.staging());
        let now = self.clock.timestamp().to_string();
        store.clear_fingerprints(staging).await?;
        let mut pages = 0..;
        while let Some(page) = pages.next()
            && let Some(content) = store.load_page(staging, page).await?
        {
            let sent = |index: u32| {
                usize::try_from(index).ok().and_then(|at| self.chosen.get(at)) == Some(&true)
            };
            let items: Vec<_> = open_page(&self.key, page, &content)?.collect();
            let sent = items.iter().filter(|(index, _)| sent(*index)).map(|(_, item)| item);
            let rows = of(sent, &key)?;
            store.add_fingerprints(self.client(), staging, &now, &rows).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Card, Field, Uri};

    fn login(name: &str, user: &str, password: &str, uri: &str) -> Item {
        let some = |text: &str| (!text.is_empty()).then(|| text.into());
        let uris = some(uri).map(|uri| Uri { uri, matching: None }).into_iter().collect();
        let (username, password) = (some(user), some(password));
        let kind = ItemKind::Login(Login { username, password, uris, ..Login::default() });
        Item { kind, name: name.into(), ..Item::default() }
    }

    #[test]
    fn where_an_item_lies_and_whom_it_pleased_makes_no_other_item_of_it() {
        let item = login("Mail", "ann", "pw", "https://mail.example");
        let moved = Item {
            folders: vec![3],
            row: 9,
            file: 2,
            favorite: true,
            archived: Some("2026-01-01T00:00:00.000Z".to_owned()),
            ..item.clone()
        };
        assert_eq!(exact(&item), exact(&moved));
        assert_eq!(near(&item), near(&moved));
    }

    #[test]
    fn every_other_value_does_and_values_do_not_run_together() {
        let item = login("Mail", "ann", "pw", "https://mail.example");
        let others = [
            login("Mails", "ann", "pw", "https://mail.example"),
            login("Mail", "ann", "pw2", "https://mail.example"),
            login("Mail", "annp", "w", "https://mail.example"),
            Item { notes: Some("x".into()), ..item.clone() },
            Item { reprompt: true, ..item.clone() },
            Item {
                fields: vec![Field { name: None, value: Some("x".into()), kind: FieldKind::Text }],
                ..item.clone()
            },
        ];
        for (at, other) in others.iter().enumerate() {
            assert_ne!(exact(&item), exact(other), "change {at}");
        }
    }

    #[test]
    fn an_account_is_the_user_name_at_the_site() {
        let item = login("Mail", "ann", "pw", "https://mail.example/login");
        assert_eq!(near(&item), near(&login("Post", " Ann", "other", "www.mail.example")));
        assert_ne!(near(&item), near(&login("Mail", "bob", "pw", "https://mail.example")));
        assert_ne!(near(&item), near(&login("Mail", "ann", "pw", "https://mail.example:8443")));
        assert_ne!(near(&item), near(&login("Mail", "ann", "pw", "https://shop.example")));
        let nameless = |name: &str| near(&login(name, "", "pw", "https://mail.example"));
        assert_ne!(nameless("Router A"), nameless("Router B"), "sites with shared consoles");
        assert_eq!(near(&login("Wifi", "", "a", "")), near(&login("wifi ", "", "b", "")));
        assert_eq!(near(&login("--", "", "a", "")), None, "nothing tells whose it is");
    }

    #[test]
    fn a_card_is_its_number_and_without_one_its_name() {
        let card = |name: &str, number: Option<&str>| Item {
            kind: ItemKind::Card(Card { number: number.map(Into::into), ..Card::default() }),
            name: name.into(),
            ..Item::default()
        };
        assert_eq!(near(&card("A", Some("4111 1111"))), near(&card("B", Some("4111-1111"))));
        assert_ne!(near(&card("A", Some("4111"))), near(&card("A", Some("4112"))));
        assert_eq!(near(&card("A", None)), near(&card("a", None)));
    }
}
