//! Password Safe - pwsafe.org (xml).

use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::values;
use super::xml::{Step, Xml};
use super::xml_node::Node;
use crate::model::{Item, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "pwsafexml",
    name: "Password Safe - pwsafe.org (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    if looked.root() == "passwordsafe" { 1.0 } else { 0.0 }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let mut xml = Xml::open(input, context.sniff, FORMAT.name)?;
    let root = xml.root("passwordsafe")?;
    // Stands for a line break in notes. Without one, or with an empty one, they are as they are.
    let delimiter = root.attribute("delimiter").filter(|text| !text.is_empty()).map(str::to_owned);
    let mut row = 0;
    while let Step::Open(node) = xml.step()? {
        if node.name() == "entry" {
            row += 1;
            let entry = xml.whole(node)?;
            let mut item = item(&entry, delimiter.as_deref(), row);
            let group = entry.text_of("group").replace('.', "/");
            item.folders = out.folders.nested(&group).into_iter().collect();
            out.item(item)?;
        } else {
            xml.skip(node)?;
        }
    }
    xml.end()?;
    Ok(xml.sha256()?)
}

fn item(entry: &Node, delimiter: Option<&str>, row: u32) -> Item {
    let text = |name| values::text(&entry.text_of(name));
    let notes = entry.text_of("notes");
    let notes = delimiter.map_or_else(|| notes.to_string(), |text| notes.replace(text, "\n"));
    let email = text("email");
    let mut item = Item {
        name: values::name(&entry.text_of("title")),
        notes: values::text(&notes),
        row,
        ..Item::default()
    };
    let username = text("username");
    if let Some(email) = email.as_ref().filter(|_| username.is_some()) {
        let before = item.notes.as_ref().map(|notes| format!("{}\n", notes.expose()));
        let before = before.unwrap_or_default();
        item.notes = Some(Text::new(format!("{before}Email: {}", email.expose())));
    }
    item.kind = ItemKind::Login(Login {
        username: username.or(email),
        password: text("password"),
        uris: values::uri(&entry.text_of("url")).into_iter().collect(),
        ..Login::default()
    });
    item
}
