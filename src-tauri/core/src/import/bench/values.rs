//! The values of an item by their paths: the wire's, as findings name them.

use super::super::check::{LONG_BYTES, MIDDLE_BYTES, SHORT_BYTES};
use crate::Error;
use crate::model::{FieldKind, Item, ItemKind, Login, Text, Uri};

/// A place in an item that holds a text.
pub(super) enum Slot<'a> {
    /// May be empty.
    Optional(&'a mut Option<Text>),
    /// Must not be.
    Required(&'a mut Text),
    /// One address of a list; the one after the last adds to it.
    Uri(&'a mut Vec<Uri>, usize),
    /// One former password.
    Old(&'a mut Item, usize),
    /// `true` or `false`.
    Boolean(&'a mut Option<Text>),
}

/// The place `path` names in `item`; `None` when there is none.
pub(super) fn slot<'a>(item: &'a mut Item, path: &str) -> Option<Slot<'a>> {
    match path {
        "name" => return Some(Slot::Required(&mut item.name)),
        "notes" => return Some(Slot::Optional(&mut item.notes)),
        _ => {}
    }
    if let Some((index, part)) = element(path, "fields") {
        let field = item.fields.get_mut(index)?;
        return match (part, field.kind) {
            ("name", _) => Some(Slot::Optional(&mut field.name)),
            ("value", FieldKind::Boolean) => Some(Slot::Boolean(&mut field.value)),
            ("value", FieldKind::Text | FieldKind::Hidden) => {
                Some(Slot::Optional(&mut field.value))
            }
            _ => None,
        };
    }
    if let Some((index, "password")) = element(path, "passwordHistory") {
        return (index < item.password_history.len()).then_some(Slot::Old(item, index));
    }
    let (group, name) = path.split_once('.')?;
    let record = match (group, &mut item.kind) {
        ("login", ItemKind::Login(login)) => return login_slot(login, name),
        ("card", ItemKind::Card(card)) => card.text_mut(name),
        ("identity", ItemKind::Identity(person)) => person.text_mut(name),
        ("bankAccount", ItemKind::BankAccount(account)) => account.text_mut(name),
        ("driversLicense", ItemKind::DriversLicense(license)) => license.text_mut(name),
        ("passport", ItemKind::Passport(passport)) => passport.text_mut(name),
        ("sshKey", ItemKind::SshKey(key)) => {
            return match name {
                "privateKey" => Some(Slot::Required(&mut key.private_key)),
                "publicKey" => Some(Slot::Required(&mut key.public_key)),
                "keyFingerprint" => Some(Slot::Required(&mut key.fingerprint)),
                _ => None,
            };
        }
        _ => None,
    };
    record.map(Slot::Optional)
}

fn login_slot<'a>(login: &'a mut Login, name: &str) -> Option<Slot<'a>> {
    match name {
        "username" => Some(Slot::Optional(&mut login.username)),
        "password" => Some(Slot::Optional(&mut login.password)),
        "totp" => Some(Slot::Optional(&mut login.totp)),
        _ => match element(name, "uris")? {
            (index, "uri") if index <= login.uris.len() => Some(Slot::Uri(&mut login.uris, index)),
            _ => None,
        },
    }
}

/// `fields[2].value` is element 2 of `fields`, `value`.
fn element<'a>(path: &'a str, list: &str) -> Option<(usize, &'a str)> {
    let (index, part) = path.strip_prefix(list)?.strip_prefix('[')?.split_once("].")?;
    Some((index.parse().ok()?, part))
}

impl Slot<'_> {
    pub(super) fn text(&self) -> Option<&Text> {
        match self {
            Self::Optional(text) | Self::Boolean(text) => text.as_ref(),
            Self::Required(text) => Some(text),
            Self::Uri(uris, index) => uris.get(*index).map(|uri| &uri.uri),
            Self::Old(item, index) => item.password_history.get(*index).map(|old| &old.password),
        }
    }

    /// Puts `new` there; nothing takes away what was there. `false` when it was so already.
    pub(super) fn set(self, new: Option<Text>) -> Result<bool, Error> {
        let new = new.filter(|text| !text.is_empty());
        if self.text().filter(|text| !text.is_empty()) == new.as_ref() {
            return Ok(false);
        }
        match (self, new) {
            (Self::Boolean(text), Some(new)) if !matches!(new.expose(), "true" | "false") => {
                drop((text, new));
                return Err(Error::Refused("this value is true or false".to_owned()));
            }
            (Self::Required(_), None) => {
                return Err(Error::Refused("this value cannot be empty".to_owned()));
            }
            (Self::Optional(text) | Self::Boolean(text), new) => *text = new,
            (Self::Required(text), Some(new)) => *text = new,
            (Self::Uri(uris, index), Some(new)) => match uris.get_mut(index) {
                Some(uri) => uri.uri = new,
                None => uris.push(Uri { uri: new, matching: None }),
            },
            (Self::Uri(uris, index), None) => drop(uris.remove(index)),
            (Self::Old(item, index), Some(new)) => {
                if let Some(old) = item.password_history.get_mut(index) {
                    old.password = new;
                }
            }
            (Self::Old(item, index), None) => drop(item.password_history.remove(index)),
        }
        Ok(true)
    }
}

/// The most bytes the server takes at `path`.
pub(super) fn most(path: &str) -> usize {
    match path {
        "notes" => LONG_BYTES,
        "login.password" | "sshKey.privateKey" | "sshKey.publicKey" => MIDDLE_BYTES,
        _ if path.starts_with("login.uris[") => LONG_BYTES,
        _ if path.starts_with("passwordHistory[") => MIDDLE_BYTES,
        _ if path.starts_with("fields[") && path.ends_with("].value") => MIDDLE_BYTES,
        _ => SHORT_BYTES,
    }
}

/// Paths of the values of `item` that can be looked at or filled in, in the order of the official client's form.
pub(super) fn paths(item: &Item) -> Vec<String> {
    let mut paths = vec!["name".to_owned()];
    let record = |group: &str, texts: &[(&'static str, Option<&Text>)]| {
        texts.iter().map(|(name, _)| format!("{group}.{name}")).collect::<Vec<_>>()
    };
    match &item.kind {
        ItemKind::Login(login) => {
            let names = ["username", "password", "totp"];
            paths.extend(names.map(|name| format!("login.{name}")));
            paths.extend((0..=login.uris.len()).map(|at| format!("login.uris[{at}].uri")));
        }
        ItemKind::Note => {}
        ItemKind::Card(card) => paths.extend(record("card", &card.texts())),
        ItemKind::Identity(person) => paths.extend(record("identity", &person.texts())),
        ItemKind::SshKey(_) => {
            let names = ["privateKey", "publicKey", "keyFingerprint"];
            paths.extend(names.map(|name| format!("sshKey.{name}")));
        }
        ItemKind::BankAccount(account) => paths.extend(record("bankAccount", &account.texts())),
        ItemKind::DriversLicense(license) => {
            paths.extend(record("driversLicense", &license.texts()));
        }
        ItemKind::Passport(passport) => paths.extend(record("passport", &passport.texts())),
    }
    paths.push("notes".to_owned());
    for (at, field) in item.fields.iter().enumerate() {
        if !matches!(field.kind, FieldKind::Linked(_)) {
            paths.push(format!("fields[{at}].value"));
        }
    }
    let old = 0..item.password_history.len();
    paths.extend(old.map(|at| format!("passwordHistory[{at}].password")));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, PasswordHistory};

    fn login() -> Item {
        let login = Login {
            username: Some("u".into()),
            uris: vec![Uri { uri: "https://a.example".into(), matching: Some(3) }],
            ..Login::default()
        };
        let field = |kind| Field { name: Some("f".into()), value: Some("true".into()), kind };
        Item {
            kind: ItemKind::Login(login),
            name: "n".into(),
            fields: [FieldKind::Text, FieldKind::Boolean, FieldKind::Linked(100)].map(field).into(),
            password_history: vec![PasswordHistory {
                password: "old".into(),
                last_used: String::new(),
            }],
            ..Item::default()
        }
    }

    fn put(item: &mut Item, path: &str, text: &str) -> Result<bool, Error> {
        slot(item, path).expect("the path leads somewhere").set(Some(text.into()))
    }

    #[test]
    fn every_listed_path_leads_to_a_value() {
        let all = |_: &str| -> Result<_, ()> { Ok(Some(Text::from("x"))) };
        let identity = ItemKind::Identity(Box::new(crate::model::Identity::build(all).unwrap()));
        let passport = ItemKind::Passport(Box::new(crate::model::Passport::build(all).unwrap()));
        let key = ItemKind::SshKey(crate::model::SshKey::default());
        let of = |kind| Item { kind, ..login() };
        for mut item in [login(), of(identity), of(passport), of(key), of(ItemKind::Note)] {
            for path in paths(&item) {
                assert!(slot(&mut item, &path).is_some(), "{path}");
            }
        }
    }

    #[test]
    fn a_value_is_put_where_its_path_says() {
        let mut item = login();
        assert!(put(&mut item, "login.uris[1].uri", "b.example").unwrap());
        assert!(put(&mut item, "login.uris[0].uri", "c.example").unwrap());
        assert!(put(&mut item, "fields[1].value", "false").unwrap());
        assert!(put(&mut item, "notes", "hello").unwrap());
        assert!(!put(&mut item, "notes", "hello").unwrap(), "nothing changed");
        let ItemKind::Login(login) = &item.kind else { panic!("still a login") };
        let uris: Vec<_> = login.uris.iter().map(|u| (u.uri.expose(), u.matching)).collect();
        assert_eq!(uris, [("c.example", Some(3)), ("b.example", None)]);
        assert_eq!(item.fields[1].value, Some("false".into()));
    }

    #[test]
    fn nothing_takes_a_value_away_where_there_need_not_be_one() {
        let mut item = login();
        for path in ["login.username", "login.uris[0].uri", "passwordHistory[0].password"] {
            assert!(put(&mut item, path, "").unwrap(), "{path}");
        }
        let ItemKind::Login(login) = &item.kind else { panic!("still a login") };
        assert!(login.username.is_none() && login.uris.is_empty());
        assert!(item.password_history.is_empty());
        assert!(put(&mut item, "name", "").is_err());
        assert!(put(&mut item, "fields[1].value", "perhaps").is_err());
    }

    #[test]
    fn paths_that_lead_nowhere_are_noticed() {
        let mut item = login();
        for path in [
            "",
            "login",
            "login.uris[2].uri",
            "login.uris[0].match",
            "fields[9].value",
            "card.code",
            "fields[2].value",
            "passwordHistory[1].password",
            "type",
            "fields[-1].value",
        ] {
            assert!(slot(&mut item, path).is_none(), "{path}");
        }
    }
}
