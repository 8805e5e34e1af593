//! What the JSON exports of other products have in common: records in lists below the outermost object, one in memory
//! at a time, and values of any kind that are meant as texts.

use std::collections::HashMap;
use std::fmt::Write;

use zeroize::Zeroizing;

use super::json_scan::Scanner;
use super::json_value::Json;
use super::output::{Halt, Output, Place};
use super::registry::Context;
use super::source::{Input, Source, Window};
use super::{rules_note, table, values};
use crate::import::Error;
use crate::model::{FieldKind, FindingCode, Item, Severity, Text};

/// No record is this long; a folder of Psono's, read as a whole, may be.
const LARGEST_RECORD_BYTES: usize = 32 * 1024 * 1024;

/// What is walked over.
pub(super) struct Walk {
    /// The format, shown to people.
    pub name: &'static str,
    /// Keys of the outermost object whose records are wanted; the empty one is the outermost list.
    pub wants: fn(&str) -> bool,
}

/// A record below a key of the outermost object.
pub(super) struct Entry<'e> {
    /// That key; empty when the outermost value is a list.
    pub list: &'e str,
    /// Position among the wanted records of the file, from 1.
    pub row: u32,
    pub json: &'e Json,
    /// The value of the key itself, not an element of it.
    pub alone: bool,
}

/// Takes one record.
pub(super) type Each<'f> = &'f mut dyn FnMut(&Entry<'_>, &mut Output<'_>) -> Result<(), Halt>;

impl Walk {
    /// Walks over the file once; answers its SHA-256.
    pub(super) fn over(
        &self,
        input: &mut dyn Input,
        context: &Context<'_>,
        out: &mut Output<'_>,
        each: Each<'_>,
    ) -> Result<String, Halt> {
        let window = Window::new(Source::open(input, context.sniff)?);
        let mut scanner = Scanner::new(window, self.name);
        let mut records = Records { each, out, row: 0 };
        if scanner.peek()? == Some(b'[') {
            records.list("", &mut scanner)?;
        } else {
            scanner.object(|key, scanner| {
                if (self.wants)(key) { records.part(key, scanner) } else { Ok(scanner.skip()?) }
            })?;
        }
        if scanner.peek()?.is_some() {
            return Err(scanner.malformed("something follows the end of the JSON").into());
        }
        Ok(scanner.into_window().into_source().sha256()?)
    }

    /// The same for the only or last walk: says how the text was decoded, and refuses a file of nothing.
    pub(super) fn to_end(
        &self,
        input: &mut dyn Input,
        context: &Context<'_>,
        out: &mut Output<'_>,
        each: Each<'_>,
    ) -> Result<String, Halt> {
        table::tell_encoding(context.sniff, out);
        let mut any = false;
        let sha256 = self.over(input, context, out, &mut |entry, out| {
            any = true;
            each(entry, out)
        })?;
        if any { Ok(sha256) } else { Err(Error::Empty.into()) }
    }
}

/// One walk under way.
struct Records<'r, 'f, 'o> {
    each: Each<'f>,
    out: &'r mut Output<'o>,
    row: u32,
}

impl Records<'_, '_, '_> {
    fn part(&mut self, key: &str, scanner: &mut Scanner<'_>) -> Result<(), Halt> {
        match scanner.peek()? {
            Some(b'[') => self.list(key, scanner),
            Some(b'{') => scanner.object(|_, scanner| self.record(key, false, scanner)),
            _ => self.record(key, true, scanner),
        }
    }

    fn list(&mut self, key: &str, scanner: &mut Scanner<'_>) -> Result<(), Halt> {
        scanner.array(|scanner| self.record(key, false, scanner))
    }

    fn record(&mut self, list: &str, alone: bool, scanner: &mut Scanner<'_>) -> Result<(), Halt> {
        self.row += u32::from(!alone);
        let row = self.row;
        let json = serde_json::from_slice::<Json>(scanner.value(LARGEST_RECORD_BYTES)?);
        match json {
            Ok(json) if alone || matches!(json, Json::Object(_)) => {
                (self.each)(&Entry { list, row, json: &json, alone }, self.out)
            }
            _ => {
                let message = "this entry is not an item; it was left out";
                let place = Place::row(row);
                self.out.find(FindingCode::DamagedRow, Severity::Warning, place, message);
                Ok(())
            }
        }
    }
}

/// A value as a text, as JavaScript makes one; objects, which it cannot show, as JSON. None when blank.
pub(super) fn text(json: &Json) -> Option<Text> {
    let mut all = Zeroizing::new(String::new());
    match json {
        Json::Null => return None,
        Json::Text(text) => return values::text(text.expose()),
        Json::List(list) if list.iter().all(is_plain) => {
            for (at, one) in list.iter().enumerate() {
                all.push_str(if at > 0 { "," } else { "" });
                all.push_str(text(one).as_ref().map_or("", Text::expose));
            }
        }
        Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => write(json, &mut all),
    }
    values::text(&all)
}

/// The text under a key.
pub(super) fn text_at(json: &Json, key: &str) -> Option<Text> {
    text(json.get(key))
}

/// The name under a key, `--` for none.
pub(super) fn name_at(json: &Json, key: &str) -> Text {
    text_at(json, key).unwrap_or_else(|| values::name(""))
}

/// The key/value rule for a value that may have line ends of any kind, as JSON has them: in the notes they are all alike.
pub(super) fn add(item: &mut Item, key: &str, value: Option<&Text>, kind: FieldKind) {
    let Some(value) = value.map(Text::expose) else { return };
    if value.trim().contains('\r') || (value.contains('\r') && value.len() > 200) {
        let unified = Zeroizing::new(value.replace("\r\n", "\n").replace('\r', "\n"));
        rules_note::add(item, key, &unified, kind);
    } else {
        rules_note::add(item, key, value, kind);
    }
}

fn is_plain(json: &Json) -> bool {
    !matches!(json, Json::List(_) | Json::Object(_))
}

fn write(json: &Json, into: &mut String) {
    match json {
        Json::Null => into.push_str("null"),
        Json::Bool(value) => into.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => {
            // `1.0` is `1` in JavaScript.
            let _ = match number.as_f64().filter(|_| number.is_f64()) {
                Some(float) => write!(into, "{float}"),
                None => write!(into, "{number}"),
            };
        }
        Json::Text(text) => write_quoted(text.expose(), into),
        Json::List(list) => {
            into.push('[');
            for (at, one) in list.iter().enumerate() {
                into.push_str(if at > 0 { "," } else { "" });
                write(one, into);
            }
            into.push(']');
        }
        Json::Object(_) => {
            into.push('{');
            for (at, (key, one)) in entries(json).into_iter().enumerate() {
                into.push_str(if at > 0 { "," } else { "" });
                write_quoted(key, into);
                into.push(':');
                write(one, into);
            }
            into.push('}');
        }
    }
}

fn write_quoted(text: &str, into: &mut String) {
    into.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => into.extend(['\\', c]),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            c if u32::from(c) < 32 => {
                let _ = write!(into, "\\u{:04x}", u32::from(c));
            }
            c => into.push(c),
        }
    }
    into.push('"');
}

/// Keys and values of an object in JavaScript's order: whole numbers first, by size; of a key that is there twice the
/// last value.
pub(super) fn entries(json: &Json) -> Vec<(&str, &Json)> {
    let Json::Object(entries) = json else { return Vec::new() };
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut all: Vec<(&str, &Json)> = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if let Some(at) = places.get(key.as_str()) {
            all[*at].1 = value;
        } else {
            places.insert(key, all.len());
            all.push((key, value));
        }
    }
    all.sort_by_key(|(key, _)| index(key).map_or((1, 0), |index| (0, index)));
    all
}

/// A key JavaScript takes for an index.
fn index(key: &str) -> Option<u32> {
    let index = key.parse::<u32>().ok().filter(|index| *index < u32::MAX)?;
    (index.to_string() == key).then_some(index)
}

/// The elements of a list; nothing when it is none.
pub(super) fn list<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    match json.get(key) {
        Json::List(list) => list,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> Option<String> {
        text(&serde_json::from_str(json).unwrap()).map(|text| text.expose().to_owned())
    }

    #[test]
    fn values_become_texts_as_in_javascript() {
        for (json, wanted) in [
            ("null", None),
            ("\" \"", None),
            ("[]", None),
            ("{}", Some("{}")),
            ("\" x\"", Some(" x")),
            ("true", Some("true")),
            ("1.0", Some("1")),
            ("1.5e3", Some("1500")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("[1,null,\"a\",false]", Some("1,,a,false")),
            ("[{\"a\":\"\\\"\\n\"}]", Some("[{\"a\":\"\\\"\\n\"}]")),
        ] {
            assert_eq!(shown(json).as_deref(), wanted, "{json}");
        }
    }

    #[test]
    fn keys_come_in_the_order_of_javascript() {
        let json = serde_json::from_str("{\"b\":1,\"10\":2,\"a\":3,\"2\":4,\"b\":5,\"01\":6}");
        let json: Json = json.unwrap();
        let keys: Vec<_> = entries(&json).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["2", "10", "b", "a", "01"]);
        assert_eq!(entries(&json)[2].1.integer(), Some(5));
    }
}
