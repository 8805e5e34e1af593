//! The outline of a JSON file: which keys stand where, without their values.

use std::collections::HashSet;

use super::json_scan::Scanner;
use super::sniff::Sniff;
use super::source::{Input, Source, Window};
use crate::import::Error;

/// Keys looked at; a file with more is told apart by these.
const MOST_PATHS: usize = 4096;
/// Levels looked at.
const DEEPEST: usize = 6;

/// Which keys occur.
///
/// A path is keys joined by dots, with `[]` for the elements of a list: `accounts[].vaults`. Keys of the
/// outermost object are complete; deeper ones are those met in the first 64 KiB.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    paths: HashSet<String>,
    /// The outermost value is a list.
    pub list: bool,
    /// The text is no well-formed JSON as far as brackets go.
    pub broken: bool,
}

impl Sketch {
    /// Walks over the file once.
    pub(super) fn of(input: &mut dyn Input, sniff: &Sniff) -> Result<Self, Error> {
        let start = sniff.head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        let mut sketch = Self { list: start.starts_with('['), ..Self::default() };
        sketch.head(start);
        if !sketch.list {
            match sketch.top(input, sniff) {
                Err(error @ Error::Unreadable(_)) => return Err(error),
                Err(_) => sketch.broken = true,
                Ok(()) => {}
            }
        }
        Ok(sketch)
    }

    /// Whether a path occurs.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Whether any path is so.
    #[allow(dead_code)]
    pub(super) fn any(&self, is: impl Fn(&str) -> bool) -> bool {
        self.paths.iter().any(|path| is(path))
    }

    fn note(&mut self, path: String) {
        if self.paths.len() < MOST_PATHS {
            self.paths.insert(path);
        }
    }

    /// Keys of the outermost object.
    fn top(&mut self, input: &mut dyn Input, sniff: &Sniff) -> Result<(), Error> {
        let source = Source::open(input, sniff)?;
        let mut scanner = Scanner::new(Window::new(source), "JSON");
        scanner.object(|key, scanner| {
            self.note(key.to_owned());
            scanner.skip()
        })
    }

    /// Keys in a text that may be cut anywhere.
    fn head(&mut self, text: &str) {
        let mut stack: Vec<(bool, String)> = Vec::new();
        let mut pending: Option<String> = None;
        let mut rest = text;
        while let Some(at) = rest.find(['"', '{', '}', '[', ']', ',', ':']) {
            let (found, after) = rest.get(at..).unwrap_or("").split_at(1);
            rest = after;
            match found {
                "\"" => {
                    let Some((string, after)) = string(rest) else { return };
                    rest = after;
                    let key = rest.trim_start().starts_with(':');
                    if key && stack.last().is_some_and(|(object, _)| *object) {
                        let path = join(&stack, string);
                        if stack.len() <= DEEPEST {
                            self.note(path.clone());
                        }
                        pending = Some(path);
                    }
                }
                "{" | "[" => {
                    let here = pending.take().unwrap_or_else(|| {
                        stack.last().map(|(_, path)| path.clone()).unwrap_or_default()
                    });
                    let list = found == "[";
                    // Thousands of open brackets would each have a longer path.
                    let here = if stack.len() > DEEPEST { String::new() } else { here };
                    stack.push((!list, if list { format!("{here}[]") } else { here }));
                }
                "}" | "]" => {
                    stack.pop();
                }
                "," => pending = None,
                _ => {}
            }
        }
    }
}

fn join(stack: &[(bool, String)], key: &str) -> String {
    match stack.last() {
        Some((_, path)) if !path.is_empty() => format!("{path}.{key}"),
        _ => key.to_owned(),
    }
}

/// The text up to the closing quote, escapes left as they are, and what follows.
fn string(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(['"', '\\'])?;
        if text.as_bytes().get(at) == Some(&b'"') {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        // The escaped character may be more than one byte long.
        from = at + 1 + text.get(at + 1..)?.chars().next()?.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::import::formats::sniff::sniff;

    fn sketch(text: &str) -> Sketch {
        let mut input = Cursor::new(text.as_bytes());
        let sniff = sniff(&mut input).unwrap();
        Sketch::of(&mut input, &sniff).unwrap()
    }

    #[test]
    fn keys_are_told_by_where_they_stand() {
        let found = sketch(r#"{"a":{"b":[{"c":"d:e","f\"":[1,{"g":2}]}]},"h":null}"#);
        let mut paths: Vec<_> = found.paths.iter().map(String::as_str).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["a", "a.b", "a.b[].c", "a.b[].f\\\"", "a.b[].f\\\"[].g", "h"]);
        assert!(!found.broken && !found.list);
    }

    #[test]
    fn a_list_and_a_damaged_file_have_an_outline_too() {
        let list = sketch(r#"[{"label":"x"}]"#);
        assert!(list.list && list.has("[].label"));
        let cut = sketch(r#"{"items":[{"name":"ü\"#);
        assert!(cut.broken && cut.has("items[].name"));
    }
}
