//! One item with the values of several; nothing that any of them had is lost.

use std::collections::HashMap;

use super::rules::Plan;
use crate::Error;
use crate::import::bench::{Change, Desk};
use crate::model::{
    BankAccount, BenchActionKind, Card, DriversLicense, Field, FieldKind, Identity, Item, ItemKind,
    Login, Passport, PasswordHistory, Text,
};
use crate::store::PAGE_ITEMS;

/// Former passwords an item may have (`PasswordHistory` of the official client keeps as many).
const MOST_HISTORY: usize = 5;

/// The plan as a change of the staging.
pub(super) async fn change(desk: &Desk<'_>, plan: &Plan) -> Result<Change, Error> {
    let only_back = !plan.skips.is_empty() && plan.skips.values().all(|skipped| !skipped);
    let kind = if only_back { BenchActionKind::Keep } else { BenchActionKind::Merge };
    let mut change = desk.begin(kind);
    let bases: Vec<u32> = plan.merges.keys().copied().collect();
    let now = moment(jiff::Timestamp::now());
    // Page by page, so that only the values of one page's groups are open at a time.
    for bases in bases.chunk_by(|a, b| a / PAGE_ITEMS == b / PAGE_ITEMS) {
        let mut others = opened(desk, bases, plan).await?;
        let merge = |index: u32, item: &mut Item| {
            for other in others.remove(&index).unwrap_or_default() {
                merge(item, other, &now);
            }
            Ok(true)
        };
        desk.edit(&mut change, bases, merge).await?;
    }
    for (item, skipped) in &plan.skips {
        change.skip(*item, *skipped);
    }
    let mut items: Vec<u32> = plan.skips.keys().copied().chain(bases).collect();
    items.sort_unstable();
    items.dedup();
    change.set_items(u32::try_from(items.len()).unwrap_or(u32::MAX));
    Ok(change)
}

/// The items whose values go into these, in file order.
async fn opened(
    desk: &Desk<'_>,
    bases: &[u32],
    plan: &Plan,
) -> Result<HashMap<u32, Vec<Item>>, Error> {
    let wanted = bases.iter().filter_map(|base| Some((base, plan.merges.get(base)?)));
    let mut wanted: Vec<(u32, u32)> =
        wanted.flat_map(|(base, others)| others.iter().map(|other| (*other, *base))).collect();
    wanted.sort_unstable();
    let mut opened: HashMap<u32, Vec<Item>> = HashMap::new();
    for same in wanted.chunk_by(|a, b| a.0 / PAGE_ITEMS == b.0 / PAGE_ITEMS) {
        let page = same.first().map_or(0, |(other, _)| other / PAGE_ITEMS);
        for (index, item) in desk.page(page).await? {
            if let Ok(at) = same.binary_search_by_key(&index, |(other, _)| *other)
                && let Some((_, base)) = same.get(at)
            {
                opened.entry(*base).or_default().push(item);
            }
        }
    }
    Ok(opened)
}

/// As exports write moments.
fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Puts everything of `other` that `item` does not have into it.
fn merge(item: &mut Item, other: Item, now: &str) {
    let name = (item.name != other.name).then_some(&other.name);
    keep(item, "Name", name.filter(|name| name.expose() != "--").cloned(), FieldKind::Text);
    if item.name.expose() == "--" {
        item.name = other.name;
    }
    item.notes = joined(item.notes.take(), other.notes);
    for field in other.fields {
        if !item.fields.contains(&field) {
            item.fields.push(field);
        }
    }
    for folder in other.folders {
        if !item.folders.contains(&folder) {
            item.folders.push(folder);
        }
    }
    item.favorite |= other.favorite;
    item.reprompt |= other.reprompt;
    item.archived = item.archived.take().filter(|_| other.archived.is_some());
    let mut former = other.password_history;
    merge_kind(item, other.kind, &mut former, now);
    add_history(item, former);
}

/// A value that has no place of its own any more becomes a custom field.
fn keep(item: &mut Item, name: &str, value: Option<Text>, kind: FieldKind) {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return };
    let field = Field { name: Some(name.into()), value: Some(value), kind };
    if !item.fields.contains(&field) {
        item.fields.push(field);
    }
}

fn joined(one: Option<Text>, other: Option<Text>) -> Option<Text> {
    match (one, other) {
        (Some(one), Some(other)) if !one.expose().contains(other.expose()) => {
            Some(Text::new(format!("{}\n\n{}", one.expose(), other.expose())))
        }
        (one, other) => one.or(other),
    }
}

fn add_history(item: &mut Item, former: Vec<PasswordHistory>) {
    for old in former {
        let known = item.password_history.iter().any(|known| known.password == old.password);
        if !known {
            item.password_history.push(old);
        }
    }
    item.password_history.sort_by(|a, b| b.last_used.cmp(&a.last_used));
    let most = MOST_HISTORY.min(item.password_history.len());
    for old in item.password_history.split_off(most) {
        keep(item, "Former password", Some(old.password), FieldKind::Hidden);
    }
}

fn merge_kind(item: &mut Item, other: ItemKind, former: &mut Vec<PasswordHistory>, now: &str) {
    let mut kind = std::mem::replace(&mut item.kind, ItemKind::Note);
    match (&mut kind, other) {
        (ItemKind::Login(login), ItemKind::Login(other)) => {
            merge_login(item, login, other, former, now);
        }
        (ItemKind::Card(card), ItemKind::Card(other)) => {
            *card = Card::build(pick(item, &card.texts(), &other.texts())).unwrap_or_else(never);
        }
        (ItemKind::Identity(person), ItemKind::Identity(other)) => {
            **person =
                Identity::build(pick(item, &person.texts(), &other.texts())).unwrap_or_else(never);
        }
        (ItemKind::BankAccount(account), ItemKind::BankAccount(other)) => {
            **account = BankAccount::build(pick(item, &account.texts(), &other.texts()))
                .unwrap_or_else(never);
        }
        (ItemKind::DriversLicense(license), ItemKind::DriversLicense(other)) => {
            **license = DriversLicense::build(pick(item, &license.texts(), &other.texts()))
                .unwrap_or_else(never);
        }
        (ItemKind::Passport(passport), ItemKind::Passport(other)) => {
            **passport = Passport::build(pick(item, &passport.texts(), &other.texts()))
                .unwrap_or_else(never);
        }
        (ItemKind::SshKey(key), ItemKind::SshKey(other)) => {
            if key.private_key != other.private_key {
                keep(item, "privateKey", Some(other.private_key), FieldKind::Hidden);
            }
            if key.public_key != other.public_key {
                keep(item, "publicKey", Some(other.public_key), FieldKind::Text);
            }
        }
        // Notes have nothing of their own, and things of two kinds are never alike.
        _ => {}
    }
    item.kind = kind;
}

fn never<T>(never: std::convert::Infallible) -> T {
    match never {}
}

/// For each value the one that is there; another one becomes a hidden field of its name.
fn pick<'a>(
    item: &'a mut Item,
    own: &'a [(&'static str, Option<&'a Text>)],
    others: &'a [(&'static str, Option<&'a Text>)],
) -> impl FnMut(&'static str) -> Result<Option<Text>, std::convert::Infallible> {
    move |name| {
        let find = |texts: &[(&str, Option<&Text>)]| {
            texts.iter().find(|(known, _)| *known == name).and_then(|(_, text)| text.cloned())
        };
        Ok(match (find(own), find(others)) {
            (Some(own), Some(other)) if own != other => {
                keep(item, name, Some(other), FieldKind::Hidden);
                Some(own)
            }
            (own, other) => own.or(other),
        })
    }
}

fn merge_login(
    item: &mut Item,
    login: &mut Login,
    other: Login,
    former: &mut Vec<PasswordHistory>,
    now: &str,
) {
    match (&login.username, other.username) {
        (None, username) => login.username = username,
        (Some(own), Some(username)) if *own != username => {
            keep(item, "User name", Some(username), FieldKind::Text);
        }
        _ => {}
    }
    match (&login.password, other.password) {
        (None, password) => login.password = password,
        (Some(own), Some(password)) if *own != password => {
            former.insert(0, PasswordHistory { password, last_used: now.to_owned() });
        }
        _ => {}
    }
    match (&login.totp, other.totp) {
        (None, totp) => login.totp = totp,
        (Some(own), Some(totp)) if *own != totp => {
            keep(item, "TOTP", Some(totp), FieldKind::Hidden);
        }
        _ => {}
    }
    for uri in other.uris {
        if login.uris.iter().all(|known| known.uri != uri.uri) {
            login.uris.push(uri);
        }
    }
    for passkey in other.passkeys {
        let known = |known: &crate::model::Passkey| known.credential_id == passkey.credential_id;
        if !login.passkeys.iter().any(known) {
            login.passkeys.push(passkey);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Uri;

    const NOW: &str = "2026-08-01T10:00:00.000Z";

    fn login(item: &Item) -> &Login {
        let ItemKind::Login(login) = &item.kind else { panic!("a login") };
        login
    }

    fn item(name: &str, password: &str, totp: Option<&str>, uris: &[&str]) -> Item {
        let uris = uris.iter().map(|uri| Uri { uri: (*uri).into(), matching: None }).collect();
        let kind = ItemKind::Login(Login {
            username: Some("ann".into()),
            password: Some(password.into()),
            totp: totp.map(Into::into),
            uris,
            ..Login::default()
        });
        Item { kind, name: name.into(), ..Item::default() }
    }

    #[test]
    fn a_merged_login_has_every_value_of_both() {
        let mut one = Item {
            notes: Some("first".into()),
            folders: vec![0, 1],
            ..item("Mail", "new", None, &["https://a.example"])
        };
        let field = Field { name: None, value: Some("1234".into()), kind: FieldKind::Hidden };
        let other = Item {
            notes: Some("second".into()),
            folders: vec![1, 2],
            fields: vec![field.clone()],
            reprompt: true,
            ..item("Post", "old", Some("JBSW"), &["https://a.example", "https://b.example"])
        };
        merge(&mut one, other, NOW);
        assert_eq!(one.name.expose(), "Mail");
        assert_eq!(one.notes.as_ref().unwrap().expose(), "first\n\nsecond");
        assert_eq!(one.folders, [0, 1, 2]);
        assert!(one.reprompt, "the stricter of two demands");
        let name =
            Field { name: Some("Name".into()), value: Some("Post".into()), kind: FieldKind::Text };
        assert_eq!(one.fields, [name, field]);
        assert_eq!(login(&one).password.as_ref().unwrap().expose(), "new");
        assert_eq!(login(&one).totp.as_ref().unwrap().expose(), "JBSW");
        let uris: Vec<_> = login(&one).uris.iter().map(|uri| uri.uri.expose()).collect();
        assert_eq!(uris, ["https://a.example", "https://b.example"]);
        let [old] = one.password_history.as_slice() else { panic!("one former password") };
        assert_eq!((old.password.expose(), old.last_used.as_str()), ("old", NOW));
    }

    #[test]
    fn merging_what_is_there_already_changes_nothing() {
        let mut one = item("Mail", "pw", Some("JBSW"), &["https://a.example"]);
        let before = one.clone();
        merge(&mut one, before.clone(), NOW);
        assert_eq!(one, before);
    }

    #[test]
    fn passwords_beyond_what_the_history_holds_are_not_lost() {
        let mut one = item("Mail", "p0", None, &[]);
        for number in 1..=7 {
            merge(&mut one, item("Mail", &format!("p{number}"), None, &[]), NOW);
        }
        assert_eq!(one.password_history.len(), MOST_HISTORY);
        let hidden: Vec<_> = one.fields.iter().map(|f| f.value.as_ref().unwrap()).collect();
        let history = one.password_history.iter().map(|old| &old.password);
        let mut all: Vec<_> = history.chain(hidden).map(Text::expose).collect();
        all.sort_unstable();
        assert_eq!(all, ["p1", "p2", "p3", "p4", "p5", "p6", "p7"]);
    }

    #[test]
    fn a_cards_other_values_become_fields() {
        let card = |brand: Option<&str>, code: &str| Item {
            kind: ItemKind::Card(Card {
                brand: brand.map(Into::into),
                code: Some(code.into()),
                ..Card::default()
            }),
            name: "Card".into(),
            ..Item::default()
        };
        let mut one = card(None, "111");
        merge(&mut one, card(Some("Visa"), "222"), NOW);
        let ItemKind::Card(merged) = &one.kind else { panic!("a card") };
        assert_eq!(merged.brand.as_ref().unwrap().expose(), "Visa");
        assert_eq!(merged.code.as_ref().unwrap().expose(), "111");
        let code =
            Field { name: Some("code".into()), value: Some("222".into()), kind: FieldKind::Hidden };
        assert_eq!(one.fields, [code]);
    }
}
