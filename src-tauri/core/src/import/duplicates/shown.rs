//! Groups as a face shows them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Found;
use super::groups::{Group, Place};
use crate::Error;
use crate::import::mask::masked;
use crate::import::sealed::open_page;
use crate::model::{
    DuplicateGroup, DuplicateKind, DuplicateMember, Item, ItemKind, StagingId, Text,
};
use crate::session::Unlocked;
use crate::store::PAGE_ITEMS;

impl Found {
    /// Opens the items of these groups, and only those.
    pub(super) async fn show(
        &self,
        unlocked: &Unlocked,
        groups: &[(u32, &Group)],
    ) -> Result<Vec<DuplicateGroup>, Error> {
        let places: BTreeSet<Place> =
            groups.iter().flat_map(|(_, group)| group.members.iter().copied()).collect();
        let items = self.open_items(unlocked, &places).await?;
        Ok(groups.iter().map(|(number, group)| self.shown(*number, group, &items)).collect())
    }

    async fn open_items(
        &self,
        unlocked: &Unlocked,
        places: &BTreeSet<Place>,
    ) -> Result<HashMap<Place, Item>, Error> {
        let places: Vec<_> = places.iter().copied().collect();
        let page_of = |place: &Place| (place.source, place.item / PAGE_ITEMS);
        let mut items = HashMap::with_capacity(places.len());
        for same in places.chunk_by(|a, b| page_of(a) == page_of(b)) {
            let Some((at, page)) = same.first().map(page_of) else { continue };
            let source = usize::try_from(at).ok().and_then(|at| self.sources.get(at));
            let Some(source) = source else { continue };
            let content = unlocked.store().load_page(source.row.staging_id, page).await?;
            let Some(content) = content else { continue };
            let opened = open_page(&source.key, page, &content)?
                .map(|(item, opened)| (Place { source: at, item }, opened));
            items.extend(opened.filter(|(place, _)| same.binary_search(place).is_ok()));
        }
        Ok(items)
    }

    fn shown(&self, number: u32, group: &Group, items: &HashMap<Place, Item>) -> DuplicateGroup {
        let there = group.members.iter().filter_map(|place| Some((place, items.get(place)?)));
        let mut members: Vec<_> =
            there.clone().map(|(place, item)| self.member(*place, item)).collect();
        let earlier = group.earlier.iter();
        members.extend(earlier.map(|one| uploaded(one.staging, &one.uploaded_at)));
        let differs = match group.kind {
            DuplicateKind::Exact => Vec::new(),
            DuplicateKind::Near => differing(there.map(|(_, item)| item)),
        };
        DuplicateGroup { group: number, kind: group.kind, members, differs }
    }

    fn member(&self, place: Place, item: &Item) -> DuplicateMember {
        let at = usize::try_from(place.source).unwrap_or(usize::MAX);
        let source = self.sources.get(at).unwrap_or_else(|| self.own());
        let row = masked(item, place.item, &[], source.skipped.contains(&place.item), 0);
        let file = usize::try_from(item.file).ok().and_then(|at| source.files.get(at));
        DuplicateMember {
            staging: source.row.staging_id,
            item: Some(place.item),
            name: row.name,
            username: row.username,
            host: row.host,
            file_name: file.unwrap_or(&source.row.file_name).clone(),
            row: Some(item.row),
            skipped: row.skipped,
            uploaded_at: None,
        }
    }
}

fn uploaded(staging: StagingId, at: &str) -> DuplicateMember {
    DuplicateMember {
        staging,
        item: None,
        name: String::new(),
        username: String::new(),
        host: String::new(),
        file_name: String::new(),
        row: None,
        skipped: false,
        uploaded_at: Some(at.to_owned()),
    }
}

/// Paths of values that are not the same in all of them.
fn differing<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<String> {
    let all: Vec<BTreeMap<String, &str>> = items.map(values).collect();
    let paths: BTreeSet<&String> = all.iter().flat_map(BTreeMap::keys).collect();
    let differs = |path: &&String| {
        let mut values = all.iter().map(|values| values.get(*path));
        let first = values.next().flatten();
        values.any(|value| value != first)
    };
    paths.into_iter().filter(differs).cloned().collect()
}

/// Every value an item has, by its path.
pub(super) fn values(item: &Item) -> BTreeMap<String, &str> {
    fn add_to<'a>(values: &mut BTreeMap<String, &'a str>, path: String, text: Option<&'a Text>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            values.insert(path, text.expose());
        }
    }
    let mut values = BTreeMap::new();
    let mut add = |path, text| add_to(&mut values, path, text);
    add("name".to_owned(), Some(&item.name));
    add("notes".to_owned(), item.notes.as_ref());
    for (at, field) in item.fields.iter().enumerate() {
        add(format!("fields[{at}].name"), field.name.as_ref());
        add(format!("fields[{at}].value"), field.value.as_ref());
    }
    for (at, old) in item.password_history.iter().enumerate() {
        add(format!("passwordHistory[{at}].password"), Some(&old.password));
    }
    kind_values(&item.kind, &mut add);
    values
}

fn kind_values<'a>(kind: &'a ItemKind, add: &mut impl FnMut(String, Option<&'a Text>)) {
    let (name, texts): (_, &[(&str, Option<&'a Text>)]) = match kind {
        ItemKind::Login(login) => {
            add("login.username".to_owned(), login.username.as_ref());
            add("login.password".to_owned(), login.password.as_ref());
            add("login.totp".to_owned(), login.totp.as_ref());
            for (at, uri) in login.uris.iter().enumerate() {
                add(format!("login.uris[{at}].uri"), Some(&uri.uri));
            }
            for (at, passkey) in login.passkeys.iter().enumerate() {
                let path = format!("login.fido2Credentials[{at}].credentialId");
                add(path, Some(&passkey.credential_id));
            }
            return;
        }
        ItemKind::Note => return,
        ItemKind::SshKey(key) => {
            add("sshKey.privateKey".to_owned(), Some(&key.private_key));
            add("sshKey.publicKey".to_owned(), Some(&key.public_key));
            return add("sshKey.keyFingerprint".to_owned(), Some(&key.fingerprint));
        }
        ItemKind::Card(card) => ("card", &card.texts()),
        ItemKind::Identity(person) => ("identity", &person.texts()),
        ItemKind::BankAccount(account) => ("bankAccount", &account.texts()),
        ItemKind::DriversLicense(license) => ("driversLicense", &license.texts()),
        ItemKind::Passport(passport) => ("passport", &passport.texts()),
    };
    for (field, text) in texts {
        add(format!("{name}.{field}"), *text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Login, Uri};

    #[test]
    fn a_person_is_told_which_values_differ_and_never_their_content() {
        let login = |password: &str, uris: &[&str]| {
            let uris = uris.iter().map(|uri| Uri { uri: (*uri).into(), matching: None }).collect();
            let (username, password) = (Some("ann".into()), Some(password.into()));
            let kind = ItemKind::Login(Login { username, password, uris, ..Login::default() });
            Item { kind, name: "Mail".into(), ..Item::default() }
        };
        let items = [login("a", &["https://x.example"]), login("b", &["https://x.example", "y"])];
        assert_eq!(differing(items.iter()), ["login.password", "login.uris[1].uri"]);
        assert!(differing(items[..1].iter()).is_empty());
    }
}
