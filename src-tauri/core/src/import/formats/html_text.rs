//! Notes of documentation tools, which are pieces of web pages, as plain text.

use std::fmt::Write as _;

use zeroize::Zeroizing;

/// Elements that begin on a line of their own.
const BLOCKS: [&str; 18] = [
    "p",
    "div",
    "tr",
    "table",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "hr",
    "section",
    "figure",
];

/// Elements whose content nobody reads.
const UNSEEN: [&str; 3] = ["script", "style", "head"];

/// The text of a note: as it is, unless it is HTML.
pub(super) fn plain(text: &str) -> Zeroizing<String> {
    if is_html(text) { Zeroizing::new(strip(text)) } else { Zeroizing::new(text.to_owned()) }
}

/// Some element that notes are made of; a lone `<` or `<user>` is no page.
pub(super) fn is_html(text: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "br", "a", "b", "i", "u", "em", "strong", "span", "td", "th", "tbody", "img", "code",
        "font",
    ];
    let mut tags = tags(text);
    tags.any(|(_, tag)| BLOCKS.contains(&tag.name.as_str()) || KNOWN.contains(&tag.name.as_str()))
}

struct Tag<'t> {
    name: String,
    closing: bool,
    /// What stands between the name and the `>`.
    rest: &'t str,
    /// Length with both angle brackets.
    len: usize,
}

/// Every tag with where it starts.
fn tags(text: &str) -> impl Iterator<Item = (usize, Tag<'_>)> {
    text.match_indices('<').filter_map(|(at, _)| Some((at, tag(text.get(at..)?)?)))
}

fn tag(text: &str) -> Option<Tag<'_>> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>')?;
    let inner = inner.get(..end)?;
    let (closing, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let (name, rest) = inner.split_at_checked(name_end)?;
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let ends = rest.is_empty() || rest.starts_with(['/', ' ', '\n', '\t']);
    (begins && ends).then(|| Tag { name: name.to_ascii_lowercase(), closing, rest, len: end + 2 })
}

fn strip(text: &str) -> String {
    let mut out = Out::default();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        out.words(before);
        if let Some(comment) = from.strip_prefix("<!--") {
            rest = comment.find("-->").and_then(|end| comment.get(end + 3..)).unwrap_or("");
        } else if let Some(tag) = tag(from) {
            rest = from.get(tag.len..).unwrap_or("");
            if UNSEEN.contains(&tag.name.as_str()) && !tag.closing {
                let end = format!("</{}", tag.name);
                rest = rest.find(&end).and_then(|at| rest.get(at..)).unwrap_or("");
            } else {
                out.tag(&tag);
            }
        } else {
            out.words("<");
            rest = from.get(1..).unwrap_or("");
        }
    }
    out.words(rest);
    out.text.trim().to_owned()
}

#[derive(Default)]
struct Out {
    text: String,
    /// Where a link leads, until its text is over; and where that text began.
    link: Option<(String, usize)>,
    /// Inside `pre`, where line breaks and blanks count.
    kept: u32,
}

impl Out {
    fn words(&mut self, words: &str) {
        let words = html_escape::decode_html_entities(words);
        if self.kept > 0 {
            self.text.push_str(&words);
            return;
        }
        for c in words.chars() {
            // A no-break space is often the only content of an empty line.
            let blank = c.is_whitespace();
            let after_blank = self.text.is_empty() || self.text.ends_with([' ', '\n']);
            if !blank {
                self.text.push(c);
            } else if !after_blank {
                self.text.push(' ');
            }
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "br" => self.line_end(),
            "td" | "th" if !tag.closing && !self.text.ends_with('\n') && !self.text.is_empty() => {
                self.text.push('\t');
            }
            "a" if !tag.closing => self.link = href(tag.rest).map(|href| (href, self.text.len())),
            "a" => self.end_link(),
            name if BLOCKS.contains(&name) => {
                self.new_line();
                match name {
                    "li" if !tag.closing => self.text.push_str("- "),
                    "p" if tag.closing => self.line_end(),
                    "pre" if tag.closing => self.kept = self.kept.saturating_sub(1),
                    "pre" => self.kept += 1,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Begins a line unless one has just begun.
    fn new_line(&mut self) {
        self.trim_blanks();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn line_end(&mut self) {
        self.trim_blanks();
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn trim_blanks(&mut self) {
        let end = self.text.trim_end_matches([' ', '\t']).len();
        self.text.truncate(end);
    }

    /// Where a link leads is told unless its text says so already.
    fn end_link(&mut self) {
        let Some((href, from)) = self.link.take() else { return };
        let shown = self.text.get(from..).unwrap_or("").trim().to_owned();
        let known = href.trim_end_matches('/');
        if shown.is_empty() {
            self.text.push_str(&href);
        } else if !known.ends_with(shown.trim_end_matches('/')) {
            let _ = write!(self.text, " ({href})");
        }
    }
}

/// Web and mail addresses only.
fn href(attributes: &str) -> Option<String> {
    let (_, value) = attributes.split_once("href=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (href, _) = value.get(1..)?.split_once(quote)?;
    let href = html_escape::decode_html_entities(href.trim()).into_owned();
    let known = ["http://", "https://", "mailto:", "ftp://"];
    known.iter().any(|scheme| href.starts_with(scheme)).then_some(href)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_page_becomes_its_text() {
        for (page, text) in [
            ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("<ul><li>x</li><li>y</li></ul>", "- x\n- y"),
            (
                "<table><tr><td>k</td><td>v</td></tr><tr><td>l</td><td>w</td></tr></table>",
                "k\tv\nl\tw",
            ),
            (
                "<a href=\"https://x.example/p?a=1&amp;b=2\">Portal</a>",
                "Portal (https://x.example/p?a=1&b=2)",
            ),
            ("<a href='https://x.example/'>https://x.example</a>", "https://x.example"),
            ("<div>a\n  b</div><!-- no --><style>p{}</style>", "a b"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("<p>&nbsp;</p><p>1 &lt; 2</p>", "1 < 2"),
        ] {
            assert_eq!(*plain(page), text, "{page}");
        }
    }

    #[test]
    fn text_that_is_no_page_stays_as_it_is() {
        for text in
            ["a < b", "use <user> and <password>", "Zeile 1\n  Zeile 2 &amp; x", "<", "x<br", "<3"]
        {
            assert_eq!(*plain(text), text, "{text}");
        }
    }
}
