//! One KeePass entry. Exports as XML and databases are read by slightly different rules, as in the official
//! importer (import-formats.md, section 5.5).

use super::keepass_otp::{self, Otp};
use super::output::{Output, Place};
use super::rules_kvp;
use super::values::{self, is_blank};
use super::xml_node::Node;
use crate::model::{Field, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text, Uri};

/// Where the document is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavor {
    /// An export as XML: plain, a mark says what KeePass would protect.
    Export,
    /// The inside of a database.
    Database,
}

/// What was told already: once per file is enough.
#[derive(Default)]
pub(super) struct Told {
    otp: bool,
}

/// A string of an entry.
pub(super) struct Pair {
    pub key: String,
    pub value: Text,
    pub protected: bool,
}

/// Reads an entry; `row` is its position in the document, from 1.
pub(super) fn read(
    entry: &Node,
    row: u32,
    flavor: Flavor,
    told: &mut Told,
    out: &mut Output<'_>,
) -> Item {
    let mut pairs = pairs(entry, flavor);
    let otp = keepass_otp::take(&mut pairs);
    let mut item = Item { name: Text::from("--"), row, ..Item::default() };
    let mut login = Login::default();
    tell_otp(&otp, flavor, row, told, out);
    login.totp = otp.value;
    for pair in pairs {
        place(pair, flavor, &mut item, &mut login);
    }
    item.kind = ItemKind::Login(login);
    let attachments = entry.all("Binary").count();
    if attachments > 0 {
        let message = format!("{attachments} attachments stay behind; move them by hand");
        let place = Place { row: Some(row), item: Some(out.next_item()), field: None };
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, place, &message);
    }
    item
}

fn pairs(entry: &Node, flavor: Flavor) -> Vec<Pair> {
    let mark = if flavor == Flavor::Export { "ProtectInMemory" } else { "Protected" };
    let strings = entry.all("String").filter_map(|string| {
        let value = string.child("Value")?;
        let protected = value.attribute(mark).is_some_and(|mark| mark.eq_ignore_ascii_case("true"));
        let key = string.text_of("Key").to_string();
        let value = Text::new(std::mem::take(&mut *value.text()));
        (!is_blank(value.expose())).then_some(Pair { key, value, protected })
    });
    let mut pairs: Vec<Pair> = strings.collect();
    if flavor == Flavor::Database {
        // A database has each key once; the last one counts.
        let mut seen = std::collections::HashSet::new();
        pairs.reverse();
        pairs.retain(|pair| seen.insert(pair.key.clone()));
        pairs.reverse();
    }
    pairs
}

fn place(pair: Pair, flavor: Flavor, item: &mut Item, login: &mut Login) {
    let value = pair.value.expose();
    match (pair.key.as_str(), flavor) {
        ("Title", _) => item.name = pair.value,
        ("UserName", _) => login.username = Some(pair.value),
        ("Password", _) => login.password = Some(pair.value),
        ("URL", Flavor::Export) => login.uris = values::uri(value).into_iter().collect(),
        ("URL", Flavor::Database) => login.uris = vec![address(value)],
        ("Notes", Flavor::Database) => item.notes = Some(pair.value),
        ("Notes", Flavor::Export) => {
            let before = item.notes.as_ref().map_or("", Text::expose);
            item.notes = Some(Text::new(format!("{before}{value}\n")));
        }
        (key, _) if pair.protected => rules_kvp::field(item, key, value, FieldKind::Hidden),
        (key, Flavor::Export) => rules_kvp::add(item, key, value, FieldKind::Text),
        (key, Flavor::Database) => {
            let name = Some(Text::from(key));
            item.fields.push(Field { name, value: Some(pair.value), kind: FieldKind::Text });
        }
    }
}

/// The official importer of databases has a rule of its own: an address stays, a number gets `http://`,
/// anything else `https://`. What has no dot (`localhost`, `about:blank`) stays here (section 7, point 24).
fn address(value: &str) -> Uri {
    let has_host = |text: &str| url::Url::parse(text).ok().filter(url::Url::has_host);
    let is_number = |url: &url::Url| matches!(url.host(), Some(url::Host::Ipv4(_)));
    let full = if value.contains("://") || !value.contains('.') || has_host(value).is_some() {
        value.to_owned()
    } else if has_host(&format!("http://{value}")).is_some_and(|url| is_number(&url)) {
        format!("http://{value}")
    } else {
        format!("https://{value}")
    };
    Uri { uri: Text::new(full), matching: None }
}

fn tell_otp(otp: &Otp, flavor: Flavor, row: u32, told: &mut Told, out: &mut Output<'_>) {
    // The official importer reads KeePass' own settings, but only in databases.
    let known = flavor == Flavor::Database && otp.of_keepass;
    if otp.found_in_fields && !known && !told.otp {
        told.otp = true;
        let message = "one-time passwords kept in custom fields became the items' own";
        out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
    }
    if otp.left {
        let message = "settings of a further or unreadable one-time password stay custom fields";
        let place = Place { row: Some(row), item: Some(out.next_item()), field: None };
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
    }
}
