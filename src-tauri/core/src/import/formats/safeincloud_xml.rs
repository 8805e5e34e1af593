//! SafeInCloud (xml).

use std::collections::HashMap;

use super::looked::Looked;
use super::output::{Halt, Output, Place, Target};
use super::registry::{Context, Format, Reader, Shape};
use super::safeincloud_card::{self, Told};
use super::source::Input;
use super::values::is_blank;
use super::xml::{Step, Xml};
use super::xml_node::Node;
use crate::import::Error;
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "safeincloudxml",
    name: "SafeInCloud (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

/// Labels are held to name collections.
const MOST_LABELS: usize = 20_000;

fn fits(looked: &Looked<'_>) -> f64 {
    let has = |name: &str| looked.elements.iter().any(|element| element == name);
    match looked.root() {
        "database" if has("card") => 1.0,
        "database" if has("label") => 0.9,
        "database" => 0.3,
        _ => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let mut first = Xml::open(input, context.sniff, FORMAT.name)?;
    let labels = labels(&mut first)?;
    drop(first);
    // A personal vault keeps one folder per item, a card may have many labels: there the official importer's
    // way of ignoring them is followed.
    let use_labels = out.target != Target::Individual;
    let mut xml = Xml::open(input, context.sniff, FORMAT.name)?;
    xml.root("database")?;
    let (mut row, mut told) = (0, Told::default());
    while let Step::Open(node) = xml.step()? {
        if node.name() != "card" {
            xml.skip(node)?;
            continue;
        }
        row += 1;
        let is = |mark: &str| node.attribute(mark) == Some("true");
        if is("template") || is("deleted") {
            if is("deleted") && !is("template") {
                let message = "the card was deleted and was left out";
                out.find(FindingCode::InTrash, Severity::Info, Place::row(row), message);
            }
            xml.skip(node)?;
            continue;
        }
        let card = xml.whole(node)?;
        let mut item = safeincloud_card::read(&card, row, &mut told, out);
        if use_labels {
            item.folders = folders(&card, &labels, out);
        }
        out.item(item)?;
    }
    xml.end()?;
    tell(&labels, use_labels, &told, out);
    Ok(xml.sha256()?)
}

fn tell(labels: &HashMap<String, String>, used: bool, told: &Told, out: &mut Output<'_>) {
    let mut find = |code, severity, message| out.find(code, severity, Place::FILE, message);
    if !labels.is_empty() && used {
        find(FindingCode::Improved, Severity::Info, "labels became collections");
    } else if !labels.is_empty() {
        let message = "the labels of cards are not used: a personal vault has one folder per item";
        find(FindingCode::FormatOddity, Severity::Info, message);
    }
    if told.password {
        let message = "fields called like a secret did not take the place of the password";
        find(FindingCode::Improved, Severity::Info, message);
    }
}

/// Number and name of each. They stand before the cards, but need not.
fn labels(xml: &mut Xml<'_>) -> Result<HashMap<String, String>, Error> {
    let mut labels = HashMap::new();
    xml.root("database")?;
    while let Step::Open(node) = xml.step()? {
        if let ("label", Some(id), Some(name)) =
            (node.name(), node.attribute("id"), node.attribute("name"))
            && !is_blank(name)
        {
            labels.insert(id.to_owned(), name.to_owned());
        }
        if labels.len() > MOST_LABELS {
            return Err(Error::TooLarge { limit: "20,000 labels" });
        }
        xml.skip(node)?;
    }
    xml.end()?;
    Ok(labels)
}

fn folders(card: &Node, labels: &HashMap<String, String>, out: &mut Output<'_>) -> Vec<u32> {
    let mut folders = Vec::new();
    for id in card.all("label_id") {
        let folder = labels.get(id.text().trim()).map(|name| out.folders.exact(name));
        folders.extend(folder.filter(|folder| !folders.contains(folder)));
    }
    folders
}
