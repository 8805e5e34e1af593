//! Passky: a list of passwords, each with the address as its name.

use super::json_records::{Entry, Walk, name_at, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{rules_note, values};
use crate::import::Error;
use crate::model::{Item, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "passkyjson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 5,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Passky (json)";

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    match (json.has("passwords[].website"), json.has("passwords") && json.has("encrypted")) {
        (true, _) => 1.0,
        (false, true) => 0.6,
        (false, false) => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mark = Walk { name: NAME, wants: |key| key == "encrypted" };
    mark.over(input, context, out, &mut |entry, _| match entry.json {
        Json::Bool(true) => {
            let problem = "this backup is encrypted; make one that is not";
            Err(Error::Malformed { format: NAME, problem, row: None, column: None }.into())
        }
        _ => Ok(()),
    })?;
    let walk = Walk { name: NAME, wants: |key| key == "passwords" };
    walk.to_end(input, context, out, &mut record)
}

fn record(entry: &Entry<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
    let text = |key| text_at(entry.json, key);
    let website = text("website");
    let login = Login {
        username: text("username"),
        password: text("password"),
        uris: values::uri(website.as_ref().map_or("", Text::expose)).into_iter().collect(),
        ..Login::default()
    };
    let mut item = Item {
        kind: ItemKind::Login(login),
        name: name_at(entry.json, "website"),
        notes: text("message"),
        row: entry.row,
        ..Item::default()
    };
    rules_note::note_if_empty(&mut item);
    out.item(item)
}
