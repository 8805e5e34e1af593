//! Password Depot 17 (xml), from Windows and Mac.

use std::collections::HashSet;

use data_encoding::BASE64;

use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::passworddepot17_item;
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::xml::{Step, Xml};
use super::xml_node::Node;
use crate::import::Error;
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "passworddepot17xml",
    name: "Password Depot 17 (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 3,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    if looked.root() == "passwordfile" { 1.0 } else { 0.0 }
}

/// What stands around the passwords.
#[derive(Default)]
struct About {
    version: Option<String>,
    encrypted: bool,
    has_passwords: bool,
    favorites: HashSet<String>,
}

/// Two walks: favourites are listed after the entries.
fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let mut first = Xml::open(input, context.sniff, FORMAT.name)?;
    let about = About::read(&mut first)?;
    drop(first);
    let refused =
        |problem| Error::Malformed { format: FORMAT.name, problem, row: None, column: None };
    match &about.version {
        _ if about.encrypted => {
            return Err(refused("the file is encrypted; export it as plain XML").into());
        }
        Some(version) if version.starts_with("17") => {}
        Some(_) => return Err(refused("only files of version 17 are read").into()),
        None => return Err(refused("its header does not say the version").into()),
    }
    if !about.has_passwords {
        return Err(refused("it has no passwords in it").into());
    }
    let mut xml = Xml::open(input, context.sniff, FORMAT.name)?;
    xml.root("passwordfile")?;
    let new_types = context.options.new_types;
    let mut tree = Tree { xml: &mut xml, out, favorites: &about.favorites, new_types, row: 0 };
    while let Step::Open(node) = tree.xml.step()? {
        match node.name() {
            "passwords" => tree.groups()?,
            "recyclebin" => tree.bin()?,
            _ => tree.xml.skip(node)?,
        }
    }
    xml.end()?;
    Ok(xml.sha256()?)
}

impl About {
    fn read(xml: &mut Xml<'_>) -> Result<Self, Error> {
        let mut about = Self::default();
        xml.root("passwordfile")?;
        while let Step::Open(node) = xml.step()? {
            match node.name() {
                "header" => {
                    let header = xml.whole(node)?;
                    // The Mac has no version, but the format of the data.
                    let version = header.child("version").or_else(|| header.child("dataformat"));
                    about.version = version.map(|version| version.text().to_string());
                    about.encrypted = *header.text_of("encrypted") == "True";
                }
                "favorites" => about.favorites = favorites(&xml.whole(node)?),
                name => {
                    about.has_passwords |= name == "passwords";
                    xml.skip(node)?;
                }
            }
        }
        xml.end()?;
        Ok(about)
    }
}

/// Fingerprints of entries, a line each, in Base64.
fn favorites(node: &Node) -> HashSet<String> {
    let letters: String = node.text().chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = BASE64.decode(letters.as_bytes()).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

struct Tree<'t, 'x, 'o> {
    xml: &'t mut Xml<'x>,
    out: &'t mut Output<'o>,
    favorites: &'t HashSet<String>,
    new_types: bool,
    row: u32,
}

/// A group being read.
#[derive(Clone, Default)]
struct Level {
    path: String,
    folder: Option<u32>,
}

impl Tree<'_, '_, '_> {
    /// All groups, nested on the heap.
    fn groups(&mut self) -> Result<(), Halt> {
        let mut open = vec![Level::default()];
        while let Some(level) = open.last() {
            match self.xml.step()? {
                Step::Open(node) if node.name() == "group" => {
                    let inner = self.enter(level, &node);
                    open.push(inner);
                }
                // Beside the groups there is nothing the official importer reads.
                Step::Open(node) if node.name() == "item" && open.len() > 1 => {
                    let folder = level.folder;
                    self.item(node, folder)?;
                }
                Step::Open(node) => self.xml.skip(node)?,
                Step::Close | Step::End => {
                    open.pop();
                }
            }
        }
        Ok(())
    }

    /// The outermost group of some files has no fingerprint: it is no folder.
    fn enter(&mut self, around: &Level, group: &Node) -> Level {
        if matches!(group.attribute("fingerprint"), Some("" | "null")) {
            return around.clone();
        }
        let name = group.attribute("name").unwrap_or("-");
        let path = if around.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", around.path)
        };
        let folder = Some(self.out.folders.exact(&path));
        Level { path, folder }
    }

    fn item(&mut self, node: Node, folder: Option<u32>) -> Result<(), Halt> {
        self.row += 1;
        let node = self.xml.whole(node)?;
        let favorites = self.favorites;
        for mut item in passworddepot17_item::read(&node, favorites, self.new_types) {
            item.row = self.row;
            item.folders = folder.into_iter().collect();
            self.out.item(item)?;
        }
        Ok(())
    }

    fn bin(&mut self) -> Result<(), Halt> {
        let mut depth = 1;
        while depth > 0 {
            match self.xml.step()? {
                Step::Open(node) if node.name() == "item" => {
                    self.row += 1;
                    let message = "the entry was in the recycle bin and was left out";
                    let place = Place::row(self.row);
                    self.out.find(FindingCode::InTrash, Severity::Info, place, message);
                    self.xml.skip(node)?;
                }
                Step::Open(_) => depth += 1,
                Step::Close | Step::End => depth -= 1,
            }
        }
        Ok(())
    }
}
