//! Clipperz (html): a page that carries JSON in its first text area.

use std::io::Cursor;

use encoding_rs::UTF_8;
use zeroize::Zeroizing;

use super::json_scan::Scanner;
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::rules_guess;
use super::rules_kvp;
use super::rules_note;
use super::sniff::Sniff;
use super::source::{Input, Source, Window};
use super::values::{self, is_blank};
use crate::import::Error;
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity};

pub(super) const FORMAT: Format = Format {
    id: "clipperzhtml",
    name: "Clipperz (html)",
    extensions: &["html"],
    needs_password: false,
    rank: 5,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

/// The page is held in memory; exports are a few MiB.
const LARGEST_PAGE_BYTES: usize = 64 * 1024 * 1024;

/// One card.
const LARGEST_CARD_BYTES: usize = 8 * 1024 * 1024;

fn fits(looked: &Looked<'_>) -> f64 {
    if looked.elements.is_empty() || !looked.root().eq_ignore_ascii_case("html") {
        return 0.0;
    }
    let head = looked.sniff.head.as_str();
    let cards = head.contains("currentVersion") && head.contains("textarea");
    match (head.contains("Clipperz") || head.contains("clipperz"), cards) {
        (true, true) => 1.0,
        (false, true) => 0.9,
        (true, false) => 0.6,
        // A page with a text area of other content; its JSON decides when it is asked for.
        (false, false) if head.contains("<textarea") => 0.2,
        (false, false) => 0.0,
    }
}

fn malformed(problem: &'static str) -> Error {
    Error::Malformed { format: FORMAT.name, problem, row: None, column: None }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    super::table::tell_encoding(context.sniff, out);
    let (json, sha256) = text_area(input, context.sniff)?;
    let size = json.len() as u64;
    let mut inner = Cursor::new(json.as_bytes());
    let source = Source::open_as(&mut inner, size, UTF_8)?;
    let mut scanner = Scanner::new(Window::new(source), FORMAT.name);
    let mut row = 0;
    scanner.array(|scanner| -> Result<(), Halt> {
        row += 1;
        if let Ok(card @ Json::Object(_)) =
            serde_json::from_slice(scanner.value(LARGEST_CARD_BYTES)?)
        {
            return out.item(item(&card, row));
        }
        let message = "this entry is not a card; it was left out";
        out.find(FindingCode::DamagedRow, Severity::Warning, Place::row(row), message);
        Ok(())
    })?;
    if row == 0 {
        return Err(Error::Empty.into());
    }
    Ok(sha256)
}

/// What the first text area holds, and the hash of the page.
fn text_area(input: &mut dyn Input, sniff: &Sniff) -> Result<(Zeroizing<String>, String), Error> {
    let mut window = Window::new(Source::open(input, sniff)?);
    let page = window.all(LARGEST_PAGE_BYTES, "64 MiB for a web page")?;
    let page = std::str::from_utf8(page).map_err(|_| malformed("the page is not text"))?;
    let inside = page.split_once("<textarea").and_then(|(_, rest)| rest.split_once('>'));
    let inside = inside.and_then(|(_, rest)| rest.split("</textarea").next());
    let inside = inside.filter(|text| !is_blank(text));
    let inside = inside.ok_or_else(|| malformed("the page has no text area with cards"))?;
    let inside = rules_kvp::trim(inside);
    let bare = inside.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>"));
    let json = match bare {
        Some(bare) => bare.to_owned(),
        None => html_escape::decode_html_entities(inside).into_owned(),
    };
    let json = Zeroizing::new(json);
    Ok((json, window.into_source().sha256()?))
}

fn item(card: &Json, row: u32) -> Item {
    // Tags follow the name behind a mark of Clipperz' own.
    let label = card.get("label").str().split(" \u{E009}").next().unwrap_or("");
    let notes = card.get("data").get("notes").str().replace("\\n", "\n");
    let (name, notes) = (values::name(label), values::text(&notes));
    let mut item = Item { name, notes, row, ..Item::default() };
    let mut login = Login::default();
    if let Json::Object(fields) = card.get("currentVersion").get("fields") {
        for (_, field) in fields {
            place(field, &mut item, &mut login);
        }
    }
    item.kind = ItemKind::Login(login);
    rules_note::note_if_empty(&mut item);
    item
}

fn place(field: &Json, item: &mut Item, login: &mut Login) {
    let value = field.get("value").as_text().ok().flatten().unwrap_or_default();
    let filled = || values::text(value.expose());
    let uris = || values::uri(value.expose()).into_iter().collect();
    match field.get("actionType").str().to_lowercase().as_str() {
        "password" => login.password = filled(),
        "email" | "username" | "user" | "name" => login.username = filled(),
        "url" => login.uris = uris(),
        _ => {
            let label = field.get("label").str();
            if login.password.is_none() && rules_guess::is_password(label) {
                login.password = filled();
            } else if login.username.is_none() && rules_guess::is_username(label) {
                login.username = filled();
            } else if login.uris.is_empty() && rules_guess::is_uri(label) {
                login.uris = uris();
            } else {
                // Clipperz knows which ones it hides; the official importer shows them (section 7, point 14).
                let is_hidden = matches!(field.get("hidden"), Json::Bool(true));
                let kind = if is_hidden { FieldKind::Hidden } else { FieldKind::Text };
                rules_kvp::add(item, label, value.expose(), kind);
            }
        }
    }
}
