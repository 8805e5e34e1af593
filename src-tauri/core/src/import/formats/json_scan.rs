//! Finds the parts of a large JSON file without holding more than one of them.
//!
//! The scanner knows only strings, brackets and separators; each part it hands out is parsed by `serde_json`.
//! So an item that is not well-formed inside spoils itself only, and nothing recurses.

use super::source::Window;
use crate::import::Error;

/// No export nests deeper than eight; a file that does is meant to hurt.
const DEEPEST: u32 = 64;

/// Walks a JSON text.
pub(super) struct Scanner<'a> {
    window: Window<'a>,
    format: &'static str,
    line: u64,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(window: Window<'a>, format: &'static str) -> Self {
        Self { window, format, line: 1 }
    }

    /// The next byte that is not white space, not consumed; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let text = self.window.text();
            let blank = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let found = text.get(blank).copied();
            self.take(blank);
            if found.is_some() || self.window.ended() {
                return Ok(found);
            }
            self.window.more()?;
        }
    }

    /// Consumes `byte`, which must come next.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Error> {
        match self.peek()? {
            Some(found) if found == byte => {
                self.take(1);
                Ok(())
            }
            Some(_) => Err(self.malformed("the JSON is not well-formed here")),
            None => Err(self.malformed("the file ends too early")),
        }
    }

    /// Walks an object: `each` gets every key and must consume its value.
    pub(super) fn object<E: From<Error>>(
        &mut self,
        mut each: impl FnMut(&str, &mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'{')?;
        let mut first = true;
        while !self.closes(b'}', &mut first)? {
            let key = serde_json::from_slice::<String>(self.value(64 * 1024)?);
            let key = key.map_err(|_| self.malformed("the JSON is not well-formed here"))?;
            self.expect(b':')?;
            each(&key, self)?;
        }
        Ok(())
    }

    /// Walks an array: `each` must consume one element per call.
    pub(super) fn array<E: From<Error>>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'[')?;
        let mut first = true;
        while !self.closes(b']', &mut first)? {
            each(self)?;
        }
        Ok(())
    }

    /// Consumes the closing bracket, or the comma before the next part.
    fn closes(&mut self, bracket: u8, first: &mut bool) -> Result<bool, Error> {
        let found = self.peek()?;
        if found == Some(bracket) {
            self.take(1);
            return Ok(true);
        }
        if !std::mem::replace(first, false) {
            self.expect(b',')?;
        }
        Ok(false)
    }

    /// Consumes one value and hands out its bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is longer than `most` bytes.
    pub(super) fn value(&mut self, most: usize) -> Result<&[u8], Error> {
        self.peek()?;
        let mut shape = Shape::default();
        let mut seen = 0;
        let len = loop {
            let fresh = self.window.text().get(seen..).unwrap_or_default();
            if let Some(end) = shape.feed(fresh).map_err(|problem| self.malformed(problem))? {
                break seen + end;
            }
            seen += fresh.len();
            if seen > most {
                return Err(self.malformed("a value is too long"));
            }
            self.refill()?;
        };
        if len == 0 || len > most {
            return Err(self.malformed("a value is missing or too long"));
        }
        Ok(self.take(len))
    }

    /// Consumes one value of any length.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        self.peek()?;
        let mut shape = Shape::default();
        let mut any = false;
        loop {
            let text = self.window.text();
            let (end, len) = (shape.feed(text), text.len());
            let end = end.map_err(|problem| self.malformed(problem))?;
            any |= end.unwrap_or(len) > 0;
            self.take(end.unwrap_or(len));
            match end {
                Some(_) if any => return Ok(()),
                Some(_) => return Err(self.malformed("a value is missing")),
                None => self.refill()?,
            }
        }
    }

    fn refill(&mut self) -> Result<(), Error> {
        self.window.more()?;
        if self.window.ended() {
            return Err(self.malformed("the file ends too early"));
        }
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> &[u8] {
        let taken = self.window.take(bytes);
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        taken
    }

    /// An error at the current line.
    pub(super) fn malformed(&self, problem: &'static str) -> Error {
        Error::Malformed { format: self.format, problem, row: Some(self.line), column: None }
    }

    pub(super) fn into_window(self) -> Window<'a> {
        self.window
    }
}

/// How far into a value the bytes so far reach.
#[derive(Default)]
struct Shape {
    depth: u32,
    /// One bit per level, the innermost lowest: set for an object.
    objects: u64,
    string: bool,
    escape: bool,
    scalar: bool,
}

impl Shape {
    /// Takes more bytes; answers where the value ends, if it does.
    fn feed(&mut self, text: &[u8]) -> Result<Option<usize>, &'static str> {
        let mut at = 0;
        while at < text.len() {
            if self.string {
                at += self.in_string(&text[at..]);
                if self.string {
                    continue;
                }
            } else if self.outside(text[at])? {
                at += 1;
            } else {
                return Ok(Some(at));
            }
            if self.depth == 0 && !self.string && !self.scalar {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Consumes up to the end of the string or of the text.
    fn in_string(&mut self, text: &[u8]) -> usize {
        if std::mem::take(&mut self.escape) {
            return 1;
        }
        let Some(at) = memchr::memchr2(b'"', b'\\', text) else { return text.len() };
        if text[at] == b'\\' {
            self.escape = true;
        } else {
            self.string = false;
        }
        at + 1
    }

    /// One byte outside of strings; false when it no longer belongs to the value.
    fn outside(&mut self, byte: u8) -> Result<bool, &'static str> {
        match byte {
            b'"' if self.scalar => Err("the JSON is not well-formed here"),
            b'"' => {
                self.string = true;
                Ok(true)
            }
            b'{' | b'[' if self.depth == DEEPEST => Err("the JSON is nested too deeply"),
            b'{' | b'[' if self.scalar => Err("the JSON is not well-formed here"),
            b'{' | b'[' => {
                self.depth += 1;
                self.objects = self.objects << 1 | u64::from(byte == b'{');
                Ok(true)
            }
            b'}' | b']' if self.depth > 0 => {
                if (self.objects & 1 == 1) != (byte == b'}') {
                    return Err("a bracket closes what was not opened");
                }
                self.depth -= 1;
                self.objects >>= 1;
                Ok(true)
            }
            b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                Ok(false)
            }
            _ => {
                self.scalar |= self.depth == 0;
                Ok(true)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::import::formats::sniff::sniff;
    use crate::import::formats::source::Source;

    /// The elements of an array, cut out by the scanner.
    fn elements(text: &str) -> Result<Vec<String>, Error> {
        let mut input = Cursor::new(text.as_bytes());
        let sniff = sniff(&mut input)?;
        let mut scanner = Scanner::new(Window::new(Source::open(&mut input, &sniff)?), "test");
        let mut all = Vec::new();
        scanner.array(|scanner| -> Result<(), Error> {
            all.push(std::str::from_utf8(scanner.value(1 << 20)?).unwrap().to_owned());
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn values_are_cut_out_whole() {
        let values =
            ["1", "-2.5e3", "null", "\"a,]}\\\"\\\\\"", "{\"a\":[1,{}]}", "[]", "\"\"", "true"];
        assert_eq!(elements(&format!(" [ {} ] ", values.join(" ,\n"))).unwrap(), values);
        assert_eq!(elements(&format!("[{}]", values.join(","))).unwrap(), values);
        assert!(elements("[]").unwrap().is_empty());
    }

    #[test]
    fn values_that_cross_the_chunks_of_the_file_stay_whole() {
        let value = "{\"k\\\\\\\"\":[\"深\\u0041\",{}],\"n\":12}";
        for lead in 0..value.len() {
            let blanks = " ".repeat(lead);
            let text = format!("{blanks}[{}]", vec![value; 5_000].join(","));
            let read = elements(&text).unwrap();
            assert_eq!(read.len(), 5_000);
            assert!(read.iter().all(|one| one == value), "{lead}");
        }
    }

    #[test]
    fn an_error_names_the_line_it_is_on() {
        let Err(Error::Malformed { row, .. }) = elements("[1,\n2,\n3 4]") else {
            panic!("refused")
        };
        assert_eq!(row, Some(3));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        for text in
            ["[1", "[1,]", "[,1]", "[1 2]", "[{]}", "[\"a]", "[1\"a\"]", "[1{}]", "[}]", "{}"]
        {
            let refused = elements(text);
            assert!(matches!(refused, Err(Error::Malformed { .. })), "{text}: {refused:?}");
        }
    }
}
