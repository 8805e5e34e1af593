//! Sticky Password (xml): logins, the accounts they belong to, and groups of accounts, joined by number.

use std::collections::HashMap;

use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::values::{self, is_blank};
use super::xml::{Step, Xml};
use super::xml_node::Node;
use crate::import::Error;
use crate::model::{FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "stickypasswordxml",
    name: "Sticky Password (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

/// Accounts and groups are held for the join; five times what an organization may hold.
const MOST_HELD: usize = 200_000;

/// Groups in groups.
const DEEPEST_GROUP: usize = 256;

fn fits(looked: &Looked<'_>) -> f64 {
    let names: Vec<&str> = looked.elements.iter().take(3).map(String::as_str).collect();
    match names.as_slice() {
        ["root", "Database", "Logins" | "Accounts" | "Groups"] => 1.0,
        ["root", "Database", ..] => 0.6,
        _ => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let mut held = Held::default();
    let mut first = Xml::open(input, context.sniff, FORMAT.name)?;
    lists(&mut first, &mut |xml, list, node| held.take(xml, list, node))?;
    drop(first);
    let mut second = Xml::open(input, context.sniff, FORMAT.name)?;
    let mut row = 0;
    lists(&mut second, &mut |xml, list, node| {
        if list != "Logins" || node.name() != "Login" {
            return Ok(xml.skip(node)?);
        }
        row += 1;
        let login = xml.whole(node)?;
        held.login(&login, row, out)
    })?;
    if held.lonely > 0 {
        let message = format!("{} accounts without a login were left out", held.lonely);
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, Place::FILE, &message);
    }
    Ok(second.sha256()?)
}

type Take<'t, 'x> = &'t mut dyn FnMut(&mut Xml<'x>, &str, Node) -> Result<(), Halt>;

/// Walks `root/Database/<list>/<element>`.
fn lists<'x>(xml: &mut Xml<'x>, take: Take<'_, 'x>) -> Result<(), Halt> {
    xml.root("root")?;
    while let Step::Open(database) = xml.step()? {
        if database.name() != "Database" {
            xml.skip(database)?;
            continue;
        }
        while let Step::Open(list) = xml.step()? {
            while let Step::Open(node) = xml.step()? {
                take(xml, list.name(), node)?;
            }
        }
    }
    Ok(xml.end()?)
}

/// What logins refer to.
#[derive(Default)]
struct Held {
    accounts: Vec<Account>,
    /// Login to account; the first account that names a login has it.
    owners: HashMap<String, usize>,
    groups: HashMap<String, (String, String)>,
    lonely: u32,
}

struct Account {
    name: Text,
    link: Text,
    comments: Text,
    group: String,
}

impl Held {
    fn take(&mut self, xml: &mut Xml<'_>, list: &str, node: Node) -> Result<(), Halt> {
        match (list, node.name()) {
            ("Accounts", "Account") => {
                let account = xml.whole(node)?;
                self.account(&account);
            }
            ("Groups", "Group") => {
                let text = |name| node.attribute(name).unwrap_or("").to_owned();
                self.groups.entry(text("ID")).or_insert((text("Name"), text("ParentID")));
                xml.skip(node)?;
            }
            _ => xml.skip(node)?,
        }
        if self.accounts.len() + self.groups.len() + self.owners.len() > MOST_HELD {
            return Err(Error::TooLarge { limit: "200,000 accounts and groups" }.into());
        }
        Ok(())
    }

    fn account(&mut self, account: &Node) {
        let links = account.all("LoginLinks").flat_map(|links| links.all("Login"));
        let ids: Vec<_> = links.filter_map(|link| link.attribute("SourceLoginID")).collect();
        if ids.is_empty() {
            self.lonely += 1;
            return;
        }
        for id in ids {
            self.owners.entry(id.to_owned()).or_insert(self.accounts.len());
        }
        let text = |name| account.attribute(name).unwrap_or("");
        self.accounts.push(Account {
            name: text("Name").into(),
            link: text("Link").into(),
            comments: Text::new(text("Comments").replace("/n", "\n")),
            group: text("ParentID").to_owned(),
        });
    }

    fn login(&self, login: &Node, row: u32, out: &mut Output<'_>) -> Result<(), Halt> {
        let id = login.attribute("ID").unwrap_or("");
        if is_blank(id) {
            let message = "a login without a number was left out";
            out.find(FindingCode::DamagedRow, Severity::Warning, Place::row(row), message);
            return Ok(());
        }
        let account = self.owners.get(id).and_then(|index| self.accounts.get(*index));
        let text = |name| login.attribute(name).and_then(values::text);
        let mut item = Item { name: Text::from("--"), row, ..Item::default() };
        let mut kind =
            Login { username: text("Name"), password: text("Password"), ..Login::default() };
        if let Some(account) = account {
            item.name = values::name(account.name.expose());
            item.notes = values::text(account.comments.expose());
            kind.uris = values::uri(account.link.expose()).into_iter().collect();
            item.folders = out.folders.nested(&self.path(&account.group)).into_iter().collect();
        }
        item.kind = ItemKind::Login(kind);
        out.item(item)
    }

    /// Names of the groups from the outermost on. A group within itself ends where it began.
    fn path(&self, group: &str) -> String {
        let (mut path, mut id, mut seen) = (String::new(), group, Vec::new());
        while let Some((name, parent)) = self.groups.get(id).filter(|_| !is_blank(id)) {
            if seen.contains(&id) || seen.len() == DEEPEST_GROUP {
                break;
            }
            seen.push(id);
            let slash = if is_blank(&path) { "" } else { "/" };
            path = format!("{name}{slash}{path}");
            id = parent;
        }
        path
    }
}
