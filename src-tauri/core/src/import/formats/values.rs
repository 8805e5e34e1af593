//! Rules shared by the formats (import-formats.md, section 3), as the official importer applies them.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::model::{Field, FieldKind, Item, Text, Uri};

/// Only white space, as JavaScript's `trim` has it (which also takes U+FEFF).
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{FEFF}')
}

/// A value that is not blank, untrimmed.
pub(super) fn text(value: &str) -> Option<Text> {
    (!is_blank(value)).then(|| Text::new(value))
}

/// The item's name, `--` for none.
pub(super) fn name(value: &str) -> Text {
    Text::new(if is_blank(value) { "--" } else { value })
}

/// The official client cuts addresses here, counted in UTF-16 units.
const LONGEST_URI: usize = 1000;

/// An address as it is stored: trimmed, `http://` before a bare host name, cut, none when blank.
pub(super) fn uri(value: &str) -> Option<Uri> {
    let trimmed = value.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if trimmed.is_empty() {
        return None;
    }
    let full = if !trimmed.contains("://") && trimmed.contains('.') {
        format!("http://{trimmed}")
    } else {
        trimmed.to_owned()
    };
    Some(Uri { uri: Text::new(cut(full, LONGEST_URI)), matching: None })
}

/// Cuts after `units` UTF-16 units without splitting a character.
fn cut(mut text: String, units: usize) -> String {
    if text.len() > units {
        let mut seen = 0;
        let end = text.char_indices().find(|(_, c)| {
            seen += c.len_utf16();
            seen > units
        });
        if let Some((end, _)) = end {
            text.truncate(end);
        }
    }
    text
}

/// The key/value rule: a custom field, or lines in the notes when long or of several lines.
pub(super) fn add_value(item: &mut Item, key: &str, value: &str) {
    if is_blank(value) {
        return;
    }
    let key = if is_blank(key) { "" } else { key };
    let long = value.len() > 200 && value.encode_utf16().count() > 200;
    if long || value.trim().contains('\n') {
        let notes = item.notes.as_ref().map_or("", Text::expose);
        item.notes = Some(Text::new(format!("{notes}{key}: {value}\n")));
    } else {
        let name = (!key.is_empty()).then(|| Text::new(key));
        item.fields.push(Field { name, value: Some(Text::new(value)), kind: FieldKind::Text });
    }
}

/// Card brand by the number's beginning, first hit wins; spaced numbers are never Mastercard.
pub(super) fn card_brand(number: &str) -> Option<&'static str> {
    let lead = |digits: usize| number.get(..digits).and_then(|lead| lead.parse::<u32>().ok());
    let within = |digits, low, high| lead(digits).is_some_and(|n| (low..=high).contains(&n));
    let plain16 = number.len() == 16 && number.bytes().all(|b| b.is_ascii_digit());
    if number.starts_with('4') {
        Some("Visa")
    } else if plain16 && (within(2, 51, 55) || within(4, 2221, 2720)) {
        Some("Mastercard")
    } else if within(2, 34, 34) || within(2, 37, 37) {
        Some("Amex")
    } else if within(4, 6011, 6011) || within(6, 622_126, 622_925) || within(2, 65, 65) {
        Some("Discover")
    } else if within(2, 36, 36) || within(3, 300, 305) {
        Some("Diners Club")
    } else if within(4, 3528, 3589) {
        Some("JCB")
    } else {
        None
    }
}

/// A moment as the wire has it: ISO 8601, UTC, milliseconds.
pub(super) fn moment(value: &str) -> Option<String> {
    let value = value.trim();
    let at = value.parse::<Timestamp>().ok().or_else(|| {
        // A bare date or a time without a zone means UTC, whatever the zone of this machine.
        let at = value.parse::<jiff::civil::DateTime>().ok()?;
        at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })?;
    Some(format!("{at:.3}"))
}

/// Folder paths in the order they were met.
#[derive(Default)]
pub(super) struct Folders {
    paths: Vec<String>,
    index: HashMap<String, u32>,
}

impl Folders {
    /// Index of this very path, added when new.
    pub(super) fn exact(&mut self, path: &str) -> u32 {
        if let Some(index) = self.index.get(path) {
            return *index;
        }
        let index = u32::try_from(self.paths.len()).expect("files are below 1 GiB");
        self.paths.push(path.to_owned());
        self.index.insert(path.to_owned(), index);
        index
    }

    /// The folder rule: backslashes become slashes, leading ones go, parents follow the child.
    pub(super) fn nested(&mut self, path: &str) -> Option<u32> {
        if is_blank(path) {
            return None;
        }
        let path = path.replace('\\', "/");
        let path = path.trim_start_matches('/');
        if is_blank(path) {
            return None;
        }
        let known = self.paths.len();
        let index = self.exact(path);
        if self.paths.len() > known {
            for (end, _) in path.rmatch_indices('/') {
                self.exact(path.get(..end).unwrap_or(path));
            }
        }
        Some(index)
    }

    pub(super) fn into_paths(self) -> Vec<String> {
        self.paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_get_a_scheme_only_where_a_host_name_is_meant() {
        let fixed = |value| uri(value).map(|uri| uri.uri.expose().to_owned());
        assert_eq!(fixed(" bank.example "), Some("http://bank.example".into()));
        assert_eq!(fixed("localhost"), Some("localhost".into()));
        assert_eq!(fixed("about:blank"), Some("about:blank".into()));
        assert_eq!(fixed("ftp://files.example"), Some("ftp://files.example".into()));
        assert_eq!(fixed(" \u{FEFF}"), None, "blank addresses are dropped");
        let long = fixed(&format!("https://{}", "ü".repeat(2000))).expect("kept");
        assert_eq!(long.chars().count(), 1000, "cut where the official client cuts");
    }

    #[test]
    fn long_values_and_lines_go_to_the_notes() {
        let mut item = Item { notes: Some("before".into()), ..Item::default() };
        add_value(&mut item, "Key", "short");
        add_value(&mut item, " ", "nameless");
        add_value(&mut item, "Blank", "  ");
        add_value(&mut item, "Lines", "a\nb");
        add_value(&mut item, "Long", &"x".repeat(201));
        assert_eq!(item.fields.len(), 2);
        assert_eq!(item.fields[1].name, None);
        let notes = item.notes.expect("notes").expose().to_owned();
        assert_eq!(notes, format!("beforeLines: a\nb\nLong: {}\n", "x".repeat(201)));
    }

    #[test]
    fn card_brands_follow_the_official_order_of_rules() {
        for (number, brand) in [
            ("4111 1111", Some("Visa")),
            ("5555555555554444", Some("Mastercard")),
            ("5555 5555 5555 4444", None),
            ("2720990000000007", Some("Mastercard")),
            ("378282246310005", Some("Amex")),
            ("6011000000000004", Some("Discover")),
            ("6440000000000000", None),
            ("30569309025904", Some("Diners Club")),
            ("3530111333300000", Some("JCB")),
            ("", None),
        ] {
            assert_eq!(card_brand(number), brand, "{number}");
        }
    }

    #[test]
    fn parents_come_after_their_child_and_odd_slashes_stay() {
        let mut folders = Folders::default();
        assert_eq!(folders.nested("\\a\\b/c"), Some(0));
        assert_eq!(folders.nested("a//x"), Some(3));
        assert_eq!(folders.nested("a"), Some(2));
        assert_eq!(folders.nested(" "), None);
        assert_eq!(folders.nested("///"), None);
        assert_eq!(folders.into_paths(), ["a/b/c", "a/b", "a", "a//x", "a/"]);
    }

    #[test]
    fn moments_are_utc_with_milliseconds_wherever_the_machine_stands() {
        assert_eq!(moment("2024-07-01T00:00:00Z").as_deref(), Some("2024-07-01T00:00:00.000Z"));
        assert_eq!(
            moment("2024-07-01T02:00:00.5+02:00").as_deref(),
            Some("2024-07-01T00:00:00.500Z")
        );
        assert_eq!(moment("2024-07-01").as_deref(), Some("2024-07-01T00:00:00.000Z"));
        assert_eq!(moment("yesterday"), None);
    }
}
