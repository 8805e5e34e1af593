//! An element in memory with all that is in it.

use zeroize::Zeroizing;

use crate::model::Text;

/// An element, its attributes, and its texts and elements in their order.
pub(super) struct Node {
    name: String,
    attributes: Vec<(String, Text)>,
    parts: Vec<Part>,
}

enum Part {
    Text(Zeroizing<String>),
    Element(Node),
}

impl Node {
    /// An empty one.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), attributes: Vec::new(), parts: Vec::new() }
    }

    /// Its name without the prefix of a namespace.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn add_attribute(&mut self, name: &str, value: Text) {
        self.attributes.push((name.to_owned(), value));
    }

    pub(super) fn add_text(&mut self, text: Zeroizing<String>) {
        self.parts.push(Part::Text(text));
    }

    pub(super) fn add(&mut self, node: Self) {
        self.parts.push(Part::Element(node));
    }

    pub(super) fn replace_text(&mut self, text: Zeroizing<String>) {
        self.parts = vec![Part::Text(text)];
    }

    /// Bytes of its name and attributes.
    pub(super) fn size(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, value)| name.len() + value.len());
        self.name.len() + attributes.sum::<usize>()
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.expose())
    }

    /// It has attributes, whichever.
    pub(super) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// The elements directly in it.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.parts.iter().filter_map(|part| match part {
            Part::Element(node) => Some(node),
            Part::Text(_) => None,
        })
    }

    /// Those of them called `name`.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children().filter(move |child| child.name == name)
    }

    /// The first of them called `name`.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// All text in it, that of the elements in it included, as a browser's `textContent`.
    pub(super) fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.text_len()));
        self.collect(&mut text);
        text
    }

    /// The text of the first element called `name`, empty without one.
    pub(super) fn text_of(&self, name: &str) -> Zeroizing<String> {
        self.child(name).map(Self::text).unwrap_or_default()
    }

    fn text_len(&self) -> usize {
        let lengths = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.len(),
            Part::Element(node) => node.text_len(),
        });
        lengths.sum()
    }

    fn collect(&self, into: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(text) => into.push_str(text),
                Part::Element(node) => node.collect(into),
            }
        }
    }
}
