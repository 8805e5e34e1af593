//! KeePass 2 (xml), as KeePass and KeePassXC export it.

use super::keepass_item::Flavor;
use super::keepass_tree;
use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::xml::Xml;

pub(super) const FORMAT: Format = Format {
    id: "keepass2xml",
    name: "KeePass 2 (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    if looked.root() == "KeePassFile" { 1.0 } else { 0.0 }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let mut xml = Xml::open(input, context.sniff, FORMAT.name)?;
    keepass_tree::read(&mut xml, Flavor::Export, out)?;
    Ok(xml.sha256()?)
}
