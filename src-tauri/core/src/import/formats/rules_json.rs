//! How the official importers, which are JavaScript, take the values of a JSON file.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::json_value::Json;
use super::{rules_note, values};
use crate::model::{FieldKind, Item, Text, Uri};

/// A text that is not blank. Anything else counts as blank there.
pub(super) fn text(value: &Json) -> Option<Text> {
    values::text(value.str())
}

/// The elements of a list; none of anything else.
pub(super) fn list(value: &Json) -> &[Json] {
    match value {
        Json::List(list) => list,
        _ => &[],
    }
}

/// Keys with their values in the order JavaScript walks them: whole numbers first, ascending; of doubled keys the
/// first place and the last value.
pub(super) fn entries(value: &Json) -> Vec<(&str, &Json)> {
    let Json::Object(all) = value else { return Vec::new() };
    let mut unique: Vec<(&str, &Json)> = Vec::with_capacity(all.len());
    for (key, value) in all {
        match unique.iter_mut().find(|(known, _)| known == key) {
            Some(known) => known.1 = value,
            None => unique.push((key, value)),
        }
    }
    unique.sort_by_key(|(key, _)| index(key).map_or((true, 0), |index| (false, index)));
    unique
}

/// The number an array index has, which is written only one way.
fn index(key: &str) -> Option<u32> {
    let plain = key == "0" || (!key.starts_with(['0', '+']) && key.len() <= 10);
    key.parse().ok().filter(|index| plain && *index < u32::MAX)
}

/// What JavaScript holds true.
pub(super) fn is_truthy(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(value) => *value,
        Json::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Json::Text(text) => !text.is_empty(),
        Json::List(_) | Json::Object(_) => true,
    }
}

/// A text as it is, anything else as `JSON.stringify` writes it.
pub(super) fn written(value: &Json) -> Text {
    match value {
        Json::Text(text) => text.clone(),
        other => {
            let mut written = String::new();
            write(other, &mut written);
            Text::new(written)
        }
    }
}

fn write(value: &Json, into: &mut String) {
    match value {
        Json::Null => into.push_str("null"),
        Json::Bool(value) => into.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => into.push_str(&digits(number)),
        Json::Text(text) => quote(text.expose(), into),
        Json::List(list) => {
            into.push('[');
            for (at, value) in list.iter().enumerate() {
                into.push_str(if at > 0 { "," } else { "" });
                write(value, into);
            }
            into.push(']');
        }
        Json::Object(_) => {
            into.push('{');
            for (at, (key, value)) in entries(value).into_iter().enumerate() {
                into.push_str(if at > 0 { "," } else { "" });
                quote(key, into);
                into.push(':');
                write(value, into);
            }
            into.push('}');
        }
    }
}

fn quote(text: &str, into: &mut String) {
    into.push('"');
    for c in text.chars() {
        match c {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            '\u{8}' => into.push_str("\\b"),
            '\u{C}' => into.push_str("\\f"),
            c if c < ' ' => {
                let _ = write!(into, "\\u{:04x}", u32::from(c));
            }
            c => into.push(c),
        }
    }
    into.push('"');
}

/// A number as JavaScript prints it, save that whole numbers beyond 2^53 keep their digits.
pub(super) fn digits(number: &serde_json::Number) -> String {
    let written = number.to_string();
    written.strip_suffix(".0").map_or_else(|| written.clone(), str::to_owned)
}

/// Line ends as LF.
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The key/value rule for a value that may have any line ends.
pub(super) fn add(item: &mut Item, key: &str, value: &str, kind: FieldKind) {
    let several = value.trim().contains(['\r', '\n']);
    if value.contains('\r') && (several || value.encode_utf16().count() > 200) {
        rules_note::add(item, key, &lines(value), kind);
    } else {
        rules_note::add(item, key, value, kind);
    }
}

/// One address or a list of them.
pub(super) fn uris(value: &Json) -> Vec<Uri> {
    match value {
        Json::Text(uri) => values::uri(uri.expose()).into_iter().collect(),
        Json::List(list) => list.iter().filter_map(|uri| values::uri(uri.str())).collect(),
        _ => Vec::new(),
    }
}

/// A number, or a text that is one.
pub(super) fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::Text(text) => text.expose().trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// The moment so many milliseconds after the beginning of 1970.
pub(super) fn after_epoch(milliseconds: f64) -> Option<Timestamp> {
    // Beyond what either side's calendar reaches.
    let within = milliseconds.abs() < 8.64e15;
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    let whole = within.then_some(milliseconds as i64)?;
    Timestamp::from_millisecond(whole).ok()
}

/// `2029-06-30`, in UTC.
pub(super) fn day(moment: Timestamp) -> Text {
    Text::new(moment.strftime("%Y-%m-%d").to_string())
}

/// Kinds of bank accounts as the vault names them.
pub(super) fn account_type(value: &str) -> Text {
    const KNOWN: [&str; 6] = [
        "checking",
        "savings",
        "certificateOfDeposit",
        "lineOfCredit",
        "investmentBrokerage",
        "moneyMarket",
    ];
    let known = KNOWN.iter().find(|known| known.to_lowercase() == value.to_lowercase());
    Text::new(*known.unwrap_or(&"other"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn values_are_written_as_javascript_writes_them() {
        for (value, text) in [
            (r#""a \" b""#, "a \" b"),
            (
                r#"{"b":1,"a":[true,null,"x\ny\u0001\"é"]}"#,
                r#"{"b":1,"a":[true,null,"x\ny\u0001\"é"]}"#,
            ),
            (r#"{"b":1,"10":2,"9":3,"b":4}"#, r#"{"9":3,"10":2,"b":4}"#),
            ("1.0", "1"),
            ("-0.5", "-0.5"),
            ("12345678901234567890", "12345678901234567890"),
        ] {
            assert_eq!(written(&json(value)).expose(), text, "{value}");
        }
    }

    #[test]
    fn carriage_returns_separate_lines_too() {
        let mut item = Item::default();
        add(&mut item, "k", "a\rb", FieldKind::Text);
        add(&mut item, "k", "trailing\r", FieldKind::Text);
        assert_eq!(item.notes.unwrap().expose(), "k: a\nb\n");
        assert_eq!(item.fields[0].value.as_ref().unwrap().expose(), "trailing\r");
    }

    #[test]
    fn moments_beyond_any_calendar_are_none() {
        assert_eq!(after_epoch(0.0).map(day).unwrap().expose(), "1970-01-01");
        assert_eq!(after_epoch(-1.0).map(day).unwrap().expose(), "1969-12-31");
        for odd in [1e300, -1e300, f64::NAN, f64::INFINITY, 8.6e15] {
            assert!(after_epoch(odd).is_none(), "{odd}");
        }
    }
}
