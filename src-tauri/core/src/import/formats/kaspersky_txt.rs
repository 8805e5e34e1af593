//! Kaspersky Password Manager: sections `Websites`, `Applications`, `Notes`; records of lines `Key: value` between
//! lines `---`. English only.
//! The official client loses what comes after a comment that holds a section's name, and a section of one record
//! without `---`.

use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::{Input, Source, Window};
use super::{table, values};
use crate::import::Error;
use crate::model::{FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "kasperskytxt",
    name: "Kaspersky Password Manager (txt)",
    extensions: &["txt"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

const NAME: &str = "Kaspersky Password Manager";
const SECTIONS: [&str; 4] = ["Websites", "Applications", "Other Accounts", "Notes"];
const SEPARATOR: &str = "---";

/// Keys that begin a record, by which a file is known.
const FIRST_KEYS: [&str; 4] = ["Website name:", "Application:", "Account name:", "Name:"];

/// A note has a few pages at most; more is another kind of file.
const LONGEST_RECORD_BYTES: usize = 4 * 1024 * 1024;

fn fits(looked: &Looked<'_>) -> f64 {
    if !looked.is_plain() {
        return 0.0;
    }
    let head = looked.sniff.head.trim_start_matches('\u{FEFF}');
    let mut lines = head.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let section = lines.next().is_some_and(|line| SECTIONS.contains(&line));
    let key = lines.next().is_some_and(|line| FIRST_KEYS.iter().any(|key| line.starts_with(key)));
    match (section, key) {
        (true, true) => 1.0,
        (true, false) if lines.any(|line| line == SEPARATOR) => 0.6,
        _ => 0.0,
    }
}

/// Lines of a record that are known, by key; a comment or text takes the rest of the record.
#[derive(Default)]
struct Record {
    line: u32,
    values: Vec<(&'static str, Text)>,
    /// Its last value goes on with the next line.
    open: bool,
    any: bool,
    strange: bool,
    bytes: usize,
}

const KEYS: [&str; 10] = [
    "Website name",
    "Website URL",
    "Application",
    "Account name",
    "Login name",
    "Login",
    "Password",
    "Comment",
    "Name",
    "Text",
];

impl Record {
    fn add(&mut self, line: &str) -> Result<(), &'static str> {
        self.bytes += line.len() + 1;
        if self.bytes > LONGEST_RECORD_BYTES {
            return Err("a record is longer than 4 MiB");
        }
        if self.open {
            if let Some((_, value)) = self.values.last_mut() {
                value.push_str("\n");
                value.push_str(line);
            }
            return Ok(());
        }
        let Some((key, rest)) = line.split_once(':') else {
            self.strange |= !values::is_blank(line);
            return Ok(());
        };
        self.any = true;
        match KEYS.iter().find(|known| **known == key) {
            Some(key) => {
                let value = rest.strip_prefix(' ').unwrap_or(rest);
                self.values.push((key, Text::new(value)));
                self.open = matches!(*key, "Comment" | "Text");
            }
            None => self.strange |= !values::is_blank(rest),
        }
        Ok(())
    }

    fn get(&self, key: &str) -> &str {
        self.values.iter().rfind(|(name, _)| *name == key).map_or("", |(_, value)| value.expose())
    }

    fn item(&self) -> Item {
        let first = |keys: &[&str]| {
            let mut found = keys.iter().map(|key| self.get(key));
            found.find(|value| !values::is_blank(value)).unwrap_or("").to_owned()
        };
        let mut name = first(&["Website name", "Application", "Account name", "Name"]);
        let login_name = self.get("Login name");
        if !values::is_blank(login_name) {
            name.push_str(if name.is_empty() { "" } else { ": " });
            name.push_str(login_name);
        }
        Item {
            kind: ItemKind::Login(Login {
                username: values::text(self.get("Login")),
                password: values::text(self.get("Password")),
                uris: values::uri(self.get("Website URL")).into_iter().collect(),
                ..Login::default()
            }),
            name: values::name(&name),
            notes: values::text(&first(&["Comment", "Text"])),
            row: self.line,
            ..Item::default()
        }
    }
}

struct Records<'o, 'a> {
    out: &'o mut Output<'a>,
    record: Record,
    any: bool,
}

impl Records<'_, '_> {
    fn line(&mut self, number: u32, line: &str) -> Result<(), Halt> {
        if line == SEPARATOR {
            return self.end();
        }
        if !self.record.any {
            if SECTIONS.contains(&line) {
                return Ok(());
            }
            self.record.line = number;
        }
        self.record.add(line).map_err(|problem| {
            let row = Some(u64::from(number));
            Error::Malformed { format: NAME, problem, row, column: None }.into()
        })
    }

    fn end(&mut self) -> Result<(), Halt> {
        let record = std::mem::take(&mut self.record);
        if record.strange {
            let item = record.any.then(|| self.out.next_item());
            let place = Place { row: Some(record.line), item, field: None };
            let message = "lines of the record were not understood and are left out";
            self.out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        }
        if !record.values.is_empty() {
            self.any = true;
            self.out.item(record.item())?;
        }
        Ok(())
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    table::tell_encoding(context.sniff, out);
    let mut window = Window::new(Source::open(input, context.sniff)?);
    let mut records = Records { out, record: Record::default(), any: false };
    let mut number = 0_u32;
    let mut ended = false;
    while let Some(bytes) = next_line(&mut window)? {
        number = number.saturating_add(1);
        let line = std::str::from_utf8(bytes).expect("the decoder gives UTF-8, cut at ASCII bytes");
        let plain = line.trim_start_matches('\u{FEFF}').trim_end_matches(['\n', '\r']);
        records.line(number, plain)?;
        ended = plain.len() < line.len();
    }
    if ended {
        // The last line end of the file belongs to a comment that is open, as any other does.
        records.line(number, "")?;
    }
    records.end()?;
    if !records.any {
        return Err(Error::Empty.into());
    }
    Ok(window.into_source().sha256()?)
}

/// The next line with its end; a carriage return alone is one too.
fn next_line<'w>(window: &'w mut Window<'_>) -> Result<Option<&'w [u8]>, Error> {
    let mut from = 0;
    let bytes = loop {
        let text = window.text();
        let found = memchr::memchr2(b'\n', b'\r', &text[from..]).map(|at| from + at);
        match found {
            Some(at) if text[at] == b'\n' || window.ended() || at + 1 < text.len() => {
                let pair = text[at] == b'\r' && text.get(at + 1) == Some(&b'\n');
                break at + 1 + usize::from(pair);
            }
            None if window.ended() => break text.len(),
            _ => {
                from = found.unwrap_or(text.len());
                if from > LONGEST_RECORD_BYTES {
                    let problem = "a line is longer than 4 MiB";
                    return Err(Error::Malformed {
                        format: NAME,
                        problem,
                        row: None,
                        column: None,
                    });
                }
                window.more()?;
            }
        }
    };
    Ok((bytes > 0).then(|| window.take(bytes)))
}
