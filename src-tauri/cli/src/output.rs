//! What a person or a script reads: pages with aligned tables, or one JSON document.

use std::io::{IsTerminal, Write};

use jiff::Timestamp;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::args::Global;

/// Stands for a value nobody knows; never a zero.
pub(crate) const UNKNOWN: &str = "–";

/// Where and how this run speaks.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // Four independent facts about the run.
pub(crate) struct Console {
    json: bool,
    quiet: bool,
    color: bool,
    /// Standard error is a terminal: a line may be rewritten.
    pub(crate) live: bool,
}

impl Console {
    /// Reads flags and environment once.
    pub(crate) fn new(global: &Global) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            json: global.json,
            quiet: global.quiet,
            color: !global.no_color && !no_color && std::io::stdout().is_terminal(),
            live: std::io::stderr().is_terminal(),
        }
    }

    /// The finished text of an answer: `value` as JSON, or what `page` writes for people.
    pub(crate) fn answer<T: Serialize>(self, value: &T, page: impl FnOnce(&mut Page)) -> String {
        if self.json {
            let mut text = serde_json::to_string(value).expect("answers have text keys only");
            text.push('\n');
            return text;
        }
        let mut sheet = Page { text: String::new(), color: self.color };
        page(&mut sheet);
        sheet.text
    }

    /// A remark on standard error.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            say(&format!("{}\n", printable_lines(text)));
        }
    }

    /// Whether progress is wanted at all.
    pub(crate) fn wants_progress(self) -> bool {
        !self.quiet
    }
}

/// Writes to standard error; nobody is left to tell when that fails.
pub(crate) fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Writes an answer to standard output. A reader that has gone away (`| head`) is not a failure.
pub(crate) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// An answer for people, built line by line.
pub(crate) struct Page {
    text: String,
    color: bool,
}

impl Page {
    /// One line.
    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(&printable(text));
        self.text.push('\n');
    }

    /// Text of our own as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A line that matters less.
    pub(crate) fn quiet_line(&mut self, text: &str) {
        let line = self.styled("2", &printable(text));
        self.text.push_str(&line);
        self.text.push('\n');
    }

    /// `label  value`, labels aligned at 14.
    pub(crate) fn fact(&mut self, label: &str, value: &str) {
        let label = self.styled("2", &format!("{label:<14}"));
        let value = printable(value);
        self.text.extend([label.as_str(), &value, "\n"]);
    }

    /// Columns under their titles.
    pub(crate) fn table(&mut self, table: &Table) {
        let widths = table.widths();
        let title = table.titles.iter().map(|(title, _)| (*title).to_owned()).collect::<Vec<_>>();
        let title = table.row(&title, &widths);
        let title = self.styled("1", &title);
        self.text.extend([title.as_str(), "\n"]);
        for cells in &table.rows {
            self.text.push_str(&table.row(cells, &widths));
            self.text.push('\n');
        }
    }

    fn styled(&self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Which way a column leans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lean {
    Left,
    Right,
}

/// Rows under titles.
pub(crate) struct Table {
    titles: Vec<(&'static str, Lean)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new(titles: &[(&'static str, Lean)]) -> Self {
        Self { titles: titles.to_vec(), rows: Vec::new() }
    }

    /// Adds a row with one cell per title.
    pub(crate) fn push<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.titles.len(), "one cell per column");
        self.rows.push(cells.map(|cell| printable(&cell)).to_vec());
    }

    fn widths(&self) -> Vec<usize> {
        let title = self.titles.iter().map(|(title, _)| title.width());
        title
            .enumerate()
            .map(|(column, width)| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.width()).fold(width, usize::max)
            })
            .collect()
    }

    fn row(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), (_, lean)) in cells.iter().zip(widths).zip(&self.titles) {
            let gap = " ".repeat(width.saturating_sub(cell.width()));
            match lean {
                Lean::Left => line.extend([cell.as_str(), &gap]),
                Lean::Right => line.extend([gap.as_str(), cell]),
            }
            line.push_str("  ");
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// "1 item", "2 items".
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A number, or the sign for "nobody knows".
pub(crate) fn number(value: Option<i64>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| value.to_string())
}

/// Text of others without anything that could steer a terminal or turn the reading direction.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if steers(character) { '\u{fffd}' } else { character }).collect()
}

/// As [`printable`], line breaks kept.
pub(crate) fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How long ago something was read, in the words of a person.
pub(crate) fn age(read_at: &str, now: Timestamp) -> String {
    let Ok(then) = read_at.parse::<Timestamp>() else {
        return UNKNOWN.to_owned();
    };
    let seconds = now.as_second().saturating_sub(then.as_second());
    match seconds {
        ..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        86_400..172_800 => "yesterday".to_owned(),
        172_800..2_592_000 => format!("{} days ago", seconds / 86_400),
        _ => then.strftime("%Y-%m-%d").to_string(),
    }
}

/// The time of this run.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lean_right_and_wide_characters_keep_the_columns() {
        let mut table = Table::new(&[("Client", Lean::Left), ("Used", Lean::Right)]);
        table.push(["日本".to_owned(), number(Some(7))]);
        table.push(["Acme".to_owned(), number(None)]);
        let mut page = Page { text: String::new(), color: false };
        page.table(&table);
        assert_eq!(page.text, "Client  Used\n日本       7\nAcme       –\n");
    }

    #[test]
    fn names_from_a_server_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c\td"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d");
        assert_eq!(printable_lines("one\r\ntwo"), "one\ntwo", "line ends of either kind");
    }

    #[test]
    fn ages_read_like_speech() {
        let now: Timestamp = "2026-08-01T12:00:00Z".parse().unwrap();
        let ages = [
            ("2026-08-01T12:00:05Z", "just now"),
            ("2026-08-01T11:57:59Z", "2 min ago"),
            ("2026-08-01T09:00:00Z", "3 h ago"),
            ("2026-07-31T11:00:00Z", "yesterday"),
            ("2026-07-20T12:00:00Z", "12 days ago"),
            ("2025-01-02T12:00:00Z", "2025-01-02"),
            ("not a time", UNKNOWN),
        ];
        for (then, words) in ages {
            assert_eq!(age(then, now), words, "{then}");
        }
    }
}
