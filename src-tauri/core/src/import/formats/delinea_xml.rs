//! Delinea (Thycotic) Secret Server, XML.

use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::rules_kvp;
use super::source::Input;
use super::values::{self, is_blank};
use super::xml::{Step, Xml};
use super::xml_node::Node;
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "delineaxml",
    name: "Delinea (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 3,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let has = |name: &str| looked.elements.iter().any(|element| element == name);
    match looked.root() {
        "ImportFile" if has("Folders") || has("Secrets") || has("SecretTemplates") => 1.0,
        "ImportFile" => 0.6,
        _ => 0.0,
    }
}

/// Secrets of their own beside the items of a secret; the official importer drops them (section 7, point 12).
const TOTP: &str = "TotpKey";
const BACKUP_CODES: &str = "TotpBackupCodes";

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let mut xml = Xml::open(input, context.sniff, FORMAT.name)?;
    xml.root("ImportFile")?;
    let (mut row, mut told) = (0, false);
    while let Step::Open(list) = xml.step()? {
        let kind = match list.name() {
            "Folders" => "Folder",
            "Secrets" => "Secret",
            _ => {
                xml.skip(list)?;
                continue;
            }
        };
        while let Step::Open(node) = xml.step()? {
            if node.name() != kind {
                xml.skip(node)?;
                continue;
            }
            let node = xml.whole(node)?;
            let folder = out.folders.nested(&node.text_of("FolderPath"));
            if kind == "Folder" {
                continue;
            }
            row += 1;
            if !told && node.child(TOTP).is_some_and(|key| !is_blank(&key.text())) {
                told = true;
                let message = "keys for one-time passwords were taken over";
                out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
            }
            let mut item = item(&node, row);
            item.folders = folder.into_iter().collect();
            out.item(item)?;
        }
    }
    xml.end()?;
    Ok(xml.sha256()?)
}

fn item(secret: &Node, row: u32) -> Item {
    let values: Vec<(String, Text)> = secret
        .child("SecretItems")
        .into_iter()
        .flat_map(|items| items.all("SecretItem"))
        .map(|item| (item.text_of("Slug").to_string(), Text::new(item.text_of("Value").as_str())))
        .filter(|(slug, value)| !is_blank(slug) && !is_blank(value.expose()))
        .collect();
    // Only what has an address is a login; all else stays a note with fields.
    let is_login = values.iter().any(|(slug, _)| slug == "url");
    let mut item =
        Item { name: values::name(&secret.text_of("SecretName")), row, ..Item::default() };
    let mut login = Login::default();
    for (slug, value) in values {
        match slug.as_str() {
            "password" if is_login => login.password = Some(value),
            "url" => login.uris = values::uri(value.expose()).into_iter().collect(),
            "username" if is_login => login.username = Some(value),
            "notes" => item.notes = Some(value),
            "password" => rules_kvp::field(&mut item, &slug, value.expose(), FieldKind::Hidden),
            _ => rules_kvp::field(&mut item, &slug, value.expose(), FieldKind::Text),
        }
    }
    let totp = values::text(&secret.text_of(TOTP));
    match totp {
        Some(key) if !is_login => {
            rules_kvp::field(&mut item, TOTP, key.expose(), FieldKind::Hidden);
        }
        totp => login.totp = totp,
    }
    if let Some(codes) = values::text(&secret.text_of(BACKUP_CODES)) {
        rules_kvp::field(&mut item, BACKUP_CODES, codes.expose(), FieldKind::Hidden);
    }
    item.kind = if is_login { ItemKind::Login(login) } else { ItemKind::Note };
    item
}
