//! Password Dragon (xml).

use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::rules_kvp;
use super::source::Input;
use super::values;
use super::xml::{Step, Xml};
use super::xml_node::Node;
use crate::model::{FieldKind, Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "passworddragonxml",
    name: "Password Dragon (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 5,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    match looked.root() {
        "PasswordManager" if looked.elements.iter().any(|name| name == "record") => 1.0,
        "PasswordManager" => 0.6,
        _ => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let mut xml = Xml::open(input, context.sniff, FORMAT.name)?;
    xml.root("PasswordManager")?;
    let mut row = 0;
    while let Step::Open(node) = xml.step()? {
        if node.name() == "record" {
            row += 1;
            let record = xml.whole(node)?;
            let mut item = item(&record, row);
            let category = record.text_of("Category");
            if *category != "Unfiled" {
                item.folders = out.folders.nested(&category).into_iter().collect();
            }
            out.item(item)?;
        } else {
            xml.skip(node)?;
        }
    }
    xml.end()?;
    Ok(xml.sha256()?)
}

fn item(record: &Node, row: u32) -> Item {
    let text = |name| values::text(&record.text_of(name));
    let mut item = Item {
        name: values::name(&record.text_of("Account-Name")),
        notes: text("Notes"),
        row,
        kind: ItemKind::Login(Login {
            username: text("User-Id"),
            password: text("Password"),
            uris: values::uri(&record.text_of("URL")).into_iter().collect(),
            ..Login::default()
        }),
        ..Item::default()
    };
    for attribute in record.children().filter(|child| is_attribute(child.name())) {
        let value = attribute.text();
        // An attribute that was never set.
        if *value != "null" {
            rules_kvp::add(&mut item, attribute.name(), &value, FieldKind::Text);
        }
    }
    item
}

/// `Attribute-1` to `Attribute-10`.
fn is_attribute(name: &str) -> bool {
    let number = name.strip_prefix("Attribute-").filter(|number| !number.starts_with(['0', '+']));
    number.and_then(|number| number.parse::<u8>().ok()).is_some_and(|number| number <= 10)
}
