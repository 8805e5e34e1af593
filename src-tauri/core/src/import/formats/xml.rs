//! XML read piece by piece: a step at a time, or one element with all that is in it.
//!
//! Only what is open is in memory. Nothing is fetched or expanded: a document type with declarations of
//! its own and references beyond the five of XML itself are refused. Depth, text and number of elements
//! are bounded, so neither deep nesting nor a text of a gigabyte costs more than its refusal.

use quick_xml::XmlVersion;
use quick_xml::errors::Error as Wrong;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use zeroize::Zeroizing;

use super::sniff::Sniff;
use super::source::{Input, Source};
use super::xml_feed::Feed;
use super::xml_node::Node;
use crate::import::Error;
use crate::model::Text;

/// KeePass groups may be 256 deep, as in the official importer; an entry in one needs a few levels more.
const DEEPEST: usize = 300;

/// One text, or one element with all that is in it. Notes hold at most 10,000 characters.
const LARGEST_BYTES: usize = 16 * 1024 * 1024;

/// Elements within one that is read as a whole.
const MOST_ELEMENTS: usize = 200_000;

const TOO_LARGE: Error = Error::TooLarge { limit: "16 MiB for one entry" };

/// What deciphers values marked `Protected="True"`, in the order of the document.
pub(super) trait Unlock {
    /// Turns what the file holds (Base64) into the text it stands for; none when it is damaged.
    fn unlock(&mut self, sealed: &str) -> Option<Zeroizing<String>>;
}

/// Where the reader stands after a step.
pub(super) enum Step {
    /// An element begins. Empty ones begin and end.
    Open(Node),
    /// The innermost open element ends.
    Close,
    /// The document ends.
    End,
}

/// A document being read.
pub(super) struct Xml<'a> {
    reader: Reader<Feed<'a>>,
    buffer: Zeroizing<Vec<u8>>,
    format: &'static str,
    /// Elements open now.
    depth: usize,
    begun: bool,
    unlock: Option<Box<dyn Unlock + 'a>>,
}

impl<'a> Xml<'a> {
    /// From the beginning of a file.
    pub(super) fn open(
        input: &'a mut dyn Input,
        sniff: &Sniff,
        format: &'static str,
    ) -> Result<Self, Error> {
        let declared = super::xml_feed::encoding(sniff);
        Ok(Self::over(Source::open_as(input, sniff.size, declared)?, format))
    }

    /// From the beginning of a text.
    pub(super) fn over(source: Source<'a>, format: &'static str) -> Self {
        let mut reader = Reader::from_reader(Feed::new(source));
        reader.config_mut().expand_empty_elements = true;
        // Enough for nearly every text: a larger one moves, and leaves a copy behind.
        let buffer = Zeroizing::new(Vec::with_capacity(64 * 1024));
        Self { reader, buffer, format, depth: 0, begun: false, unlock: None }
    }

    /// Deciphers protected values from here on.
    pub(super) fn unlock_with(&mut self, unlock: Box<dyn Unlock + 'a>) {
        self.unlock = Some(unlock);
    }

    /// On to the next beginning or end of an element; text in between is passed over.
    pub(super) fn step(&mut self) -> Result<Step, Error> {
        loop {
            match self.next()? {
                Piece::Open(node) => return Ok(Step::Open(node)),
                Piece::Close => return Ok(Step::Close),
                Piece::End => return Ok(Step::End),
                Piece::Text(text) if self.depth == 0 && !super::values::is_blank(&text) => {
                    return Err(self.malformed("there is text outside of the document"));
                }
                Piece::Text(_) | Piece::Nothing => {}
            }
        }
    }

    /// The outermost element, which must be called so.
    pub(super) fn root(&mut self, name: &str) -> Result<Node, Error> {
        match self.step()? {
            Step::Open(node) if node.name() == name => Ok(node),
            _ => Err(self.malformed("the document is not of this format")),
        }
    }

    /// The document must be over: nothing but comments and blanks may follow.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        match self.step()? {
            Step::End => Ok(()),
            _ => Err(self.malformed("there is more than one document in it")),
        }
    }

    /// All that is in the element that just began.
    pub(super) fn whole(&mut self, node: Node) -> Result<Node, Error> {
        let (mut open, mut bytes, mut elements) = (vec![node], 0, 0);
        loop {
            match self.next()? {
                Piece::Open(node) => {
                    bytes += node.size();
                    elements += 1;
                    open.push(node);
                }
                Piece::Text(text) => {
                    bytes += text.len();
                    open.last_mut().expect("an element is open").add_text(text);
                }
                Piece::Close => {
                    let mut done = open.pop().expect("an element is open");
                    self.reveal(&mut done)?;
                    match open.last_mut() {
                        Some(parent) => parent.add(done),
                        None => return Ok(done),
                    }
                }
                Piece::Nothing => {}
                Piece::End => return Err(self.cut_off()),
            }
            if bytes > LARGEST_BYTES || elements > MOST_ELEMENTS {
                return Err(TOO_LARGE);
            }
        }
    }

    /// Passes over the element that just began. Its texts are not even collected, unless they have to be
    /// deciphered to know where the next one starts.
    pub(super) fn skip(&mut self, node: Node) -> Result<(), Error> {
        if self.unlock.is_some() {
            return self.skip_sealed(node);
        }
        let outside = self.depth - 1;
        while self.depth > outside {
            self.reader.get_mut().pass_text();
            if matches!(self.next()?, Piece::End) {
                return Err(self.cut_off());
            }
        }
        Ok(())
    }

    /// Keeps the text of one element at a time, and only where it is protected.
    fn skip_sealed(&mut self, node: Node) -> Result<(), Error> {
        let mut open = vec![node];
        loop {
            match self.next()? {
                Piece::Open(node) => open.push(node),
                Piece::Text(text) => {
                    let node = open.last_mut().expect("an element is open");
                    if is_protected(node) {
                        node.add_text(text);
                    }
                }
                Piece::Close => {
                    let mut done = open.pop().expect("an element is open");
                    self.reveal(&mut done)?;
                    if open.is_empty() {
                        return Ok(());
                    }
                }
                Piece::Nothing => {}
                Piece::End => return Err(self.cut_off()),
            }
        }
    }

    fn reveal(&mut self, node: &mut Node) -> Result<(), Error> {
        let Some(unlock) = &mut self.unlock else { return Ok(()) };
        if !is_protected(node) {
            return Ok(());
        }
        match unlock.unlock(&node.text()) {
            Some(text) => node.replace_text(text),
            // Where the next value starts is not known any more.
            None => return Err(self.malformed("a protected value is damaged")),
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Piece, Error> {
        self.buffer.clear();
        self.reader.get_mut().allow(LARGEST_BYTES);
        let read = self.reader.read_event_into(&mut self.buffer);
        let piece = read.and_then(Piece::of);
        let piece = match piece {
            Ok(piece) => piece,
            Err(wrong) => return Err(self.failed(&wrong)),
        };
        match piece {
            Piece::Open(_) => {
                if self.depth == 0 && self.begun {
                    return Err(self.malformed("there is more than one document in it"));
                }
                self.begun = true;
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(self.malformed("its elements are nested too deeply"));
                }
            }
            // The reader refuses an end without a beginning.
            Piece::Close => self.depth -= 1,
            Piece::End if self.depth > 0 || !self.begun => return Err(self.cut_off()),
            _ => {}
        }
        Ok(piece)
    }

    fn failed(&mut self, wrong: &Wrong) -> Error {
        if let Some(error) = self.reader.get_mut().failure() {
            return error;
        }
        self.malformed(match wrong {
            Wrong::Escape(_) => "it refers to an entity that XML does not have",
            Wrong::InvalidAttr(_) => "an attribute is not well-formed",
            Wrong::Io(_) => "its document type has declarations of its own; they are not read",
            Wrong::IllFormed(_) => "a beginning and an end of an element do not match",
            _ => "it is not well-formed XML",
        })
    }

    fn cut_off(&self) -> Error {
        self.malformed("it ends in the middle")
    }

    /// The file is not what it should be, here.
    pub(super) fn malformed(&self, problem: &'static str) -> Error {
        let (row, column) = self.reader.get_ref().place();
        Error::Malformed { format: self.format, problem, row: Some(row), column: Some(column) }
    }

    /// SHA-256 of the file.
    pub(super) fn sha256(self) -> Result<String, Error> {
        self.reader.into_inner().into_source().sha256()
    }
}

fn is_protected(node: &Node) -> bool {
    node.attribute("Protected").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

enum Piece {
    Open(Node),
    Close,
    Text(Zeroizing<String>),
    Nothing,
    End,
}

impl Piece {
    fn of(event: Event<'_>) -> Result<Self, Wrong> {
        Ok(match event {
            Event::Start(start) | Event::Empty(start) => Self::Open(begin(&start)?),
            Event::End(_) => Self::Close,
            Event::Text(text) => Self::Text(Zeroizing::new(text.xml10_content().into_owned())),
            Event::CData(text) => Self::Text(Zeroizing::new(text.xml10_content().into_owned())),
            Event::GeneralRef(reference) => Self::Text(resolve(&reference)?),
            Event::DocType(kind) if kind.contains('[') => return Err(declares()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => Self::Nothing,
            Event::Eof => Self::End,
        })
    }
}

/// Told apart by its kind: nothing else makes an error of the system out of a piece.
fn declares() -> Wrong {
    Wrong::from(std::io::Error::other("declarations"))
}

fn begin(start: &BytesStart<'_>) -> Result<Node, Wrong> {
    let mut node = Node::new(start.local_name().as_ref());
    for attribute in start.attributes() {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
        node.add_attribute(attribute.key.as_ref(), Text::new(value));
    }
    Ok(node)
}

fn resolve(reference: &BytesRef<'_>) -> Result<Zeroizing<String>, Wrong> {
    if let Some(letter) = reference.resolve_char_ref()? {
        return Ok(Zeroizing::new(letter.to_string()));
    }
    let unknown = || quick_xml::escape::EscapeError::UnrecognizedEntity(0..0, String::new());
    let text = quick_xml::escape::resolve_predefined_entity(reference);
    Ok(Zeroizing::new(text.ok_or_else(unknown)?.to_owned()))
}
