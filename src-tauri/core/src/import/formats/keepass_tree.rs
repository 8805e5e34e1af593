//! The tree of a KeePass document: groups become folders, entries items, the recycle bin nothing.
//!
//! Layout: <https://keepass.info/help/kb/kdbx.html>. Entries are handed over one by one.

use super::keepass_item::{self, Flavor, Told};
use super::output::{Halt, Output, Place};
use super::values::is_blank;
use super::xml::{Step, Xml};
use super::xml_node::Node;
use crate::model::{FindingCode, Severity};

/// Entries that may stand before the name of their group; KeePass writes the name first.
const MOST_WAITING: usize = 1000;

/// Reads the whole document.
pub(super) fn read(xml: &mut Xml<'_>, flavor: Flavor, out: &mut Output<'_>) -> Result<Meta, Halt> {
    let mut tree = Tree { xml, flavor, out, meta: Meta::default(), told: Told::default(), row: 0 };
    tree.document()?;
    Ok(tree.meta)
}

/// What the document says about itself.
#[derive(Default)]
pub(super) struct Meta {
    bin_in_use: bool,
    bin: Option<String>,
    /// SHA-256 of the database's header (KDBX 3.1), in Base64.
    pub header_hash: Option<String>,
}

impl Meta {
    /// KeePass remembers the last recycle bin when it is switched off; then it is a group like others.
    fn is_bin(&self, uuid: &str) -> bool {
        self.bin_in_use && self.bin.as_deref() == Some(uuid.trim())
    }
}

struct Tree<'t, 'x, 'o> {
    xml: &'t mut Xml<'x>,
    flavor: Flavor,
    out: &'t mut Output<'o>,
    meta: Meta,
    told: Told,
    /// Entries so far.
    row: u32,
}

/// A group whose end was not seen yet.
#[derive(Default)]
struct Level {
    /// The group around it; none around the outermost, which is no folder.
    around: Option<Settled>,
    uuid: Option<String>,
    name: Option<String>,
    waiting: Vec<Node>,
    /// What it is, once enough of it was read.
    settled: Option<Settled>,
}

#[derive(Clone)]
struct Settled {
    path: String,
    folder: Option<u32>,
    in_bin: bool,
}

impl Tree<'_, '_, '_> {
    fn document(&mut self) -> Result<(), Halt> {
        match self.xml.step()? {
            Step::Open(root) if root.name() == "KeePassFile" => {}
            _ => return Err(self.xml.malformed("it is not a KeePass document").into()),
        }
        let mut found = false;
        loop {
            match self.xml.step()? {
                Step::Open(node) if node.name() == "Meta" => self.meta()?,
                Step::Open(node) if node.name() == "Root" && !found => found = self.root()?,
                Step::Open(node) => self.xml.skip(node)?,
                Step::Close => {}
                Step::End if found => return Ok(()),
                Step::End => {
                    return Err(self.xml.malformed("it has no group of entries").into());
                }
            }
        }
    }

    fn meta(&mut self) -> Result<(), Halt> {
        while let Step::Open(node) = self.xml.step()? {
            match node.name() {
                "RecycleBinEnabled" => {
                    let text = self.xml.whole(node)?.text();
                    self.meta.bin_in_use = text.trim().eq_ignore_ascii_case("true");
                }
                "RecycleBinUUID" => {
                    self.meta.bin = Some(self.xml.whole(node)?.text().trim().to_owned());
                }
                "HeaderHash" => {
                    self.meta.header_hash = Some(self.xml.whole(node)?.text().trim().to_owned());
                }
                _ => self.xml.skip(node)?,
            }
        }
        Ok(())
    }

    /// Whether there was a group in it.
    fn root(&mut self) -> Result<bool, Halt> {
        let mut found = false;
        while let Step::Open(node) = self.xml.step()? {
            if node.name() == "Group" && !found {
                self.group()?;
                found = true;
            } else {
                self.xml.skip(node)?;
            }
        }
        Ok(found)
    }

    /// A group with all groups in it. Nesting is on the heap: the reader bounds it, the stack must not care.
    fn group(&mut self) -> Result<(), Halt> {
        let mut open = vec![Level::default()];
        while let Some(level) = open.last_mut() {
            match self.xml.step()? {
                Step::Open(node) => match node.name() {
                    "UUID" => level.uuid = Some(self.xml.whole(node)?.text().to_string()),
                    "Name" => level.name = Some(self.xml.whole(node)?.text().to_string()),
                    "Entry" => {
                        let entry = self.xml.whole(node)?;
                        self.entry(level, entry)?;
                    }
                    "Group" => {
                        let parent = self.settle(level)?;
                        open.push(Level { around: Some(parent), ..Level::default() });
                    }
                    _ => self.xml.skip(node)?,
                },
                Step::Close | Step::End => {
                    self.settle(level)?;
                    open.pop();
                }
            }
        }
        Ok(())
    }

    fn entry(&mut self, level: &mut Level, entry: Node) -> Result<(), Halt> {
        let known = level.settled.is_some() || (level.uuid.is_some() && level.name.is_some());
        if known {
            let group = self.settle(level)?;
            return self.item(&entry, &group);
        }
        level.waiting.push(entry);
        if level.waiting.len() > MOST_WAITING {
            // Without an id it cannot be the recycle bin; the outermost group needs no name either.
            if level.name.is_some() || level.around.is_none() {
                self.settle(level)?;
                return Ok(());
            }
            return Err(self.xml.malformed("a group has no name before its entries").into());
        }
        Ok(())
    }

    /// What the group is, from what was read of it; hands over the entries that waited for that.
    fn settle(&mut self, level: &mut Level) -> Result<Settled, Halt> {
        if let Some(settled) = &level.settled {
            return Ok(settled.clone());
        }
        let in_bin = level.in_bin() || level.uuid.as_deref().is_some_and(|id| self.meta.is_bin(id));
        let path = level.path(self.flavor);
        let is_folder = level.around.is_some() && !in_bin;
        let folder = is_folder.then(|| self.out.folders.exact(&path));
        let settled = Settled { path, folder, in_bin };
        level.settled = Some(settled.clone());
        for entry in std::mem::take(&mut level.waiting) {
            self.item(&entry, &settled)?;
        }
        Ok(settled)
    }

    fn item(&mut self, entry: &Node, group: &Settled) -> Result<(), Halt> {
        self.row += 1;
        if group.in_bin {
            let message = "the entry was in the recycle bin and was left out";
            let place = Place::row(self.row);
            self.out.find(FindingCode::InTrash, Severity::Info, place, message);
            return Ok(());
        }
        let mut item = keepass_item::read(entry, self.row, self.flavor, &mut self.told, self.out);
        item.folders = group.folder.into_iter().collect();
        self.out.item(item)
    }
}

impl Level {
    fn in_bin(&self) -> bool {
        self.around.as_ref().is_some_and(|around| around.in_bin)
    }

    /// `A/B`; the outermost group has none.
    fn path(&self, flavor: Flavor) -> String {
        let Some(Settled { path: around, .. }) = &self.around else { return String::new() };
        let name = self.name.as_deref().unwrap_or("-");
        let name = if flavor == Flavor::Database && is_blank(name) { "-" } else { name };
        if around.is_empty() { name.to_owned() } else { format!("{around}/{name}") }
    }
}
