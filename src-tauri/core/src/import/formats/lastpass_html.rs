//! The page LastPass shows for "export": the CSV as text inside the first `<pre>`.

use zeroize::Zeroizing;

use super::sniff::Sniff;
use super::source::{Input, Source, Window};
use crate::import::Error;

/// The page is held in memory; exports are a few MiB.
const LARGEST_PAGE_BYTES: usize = 64 * 1024 * 1024;

/// The text of the first `<pre>` with its entities decoded; `None` when this is no such page.
pub(super) fn extract(
    input: &mut dyn Input,
    sniff: &Sniff,
) -> Result<Option<Zeroizing<String>>, Error> {
    if !sniff.head.trim_start().starts_with('<') || find(sniff.head.as_bytes(), b"<pre").is_none() {
        return Ok(None);
    }
    let mut window = Window::new(Source::open(input, sniff)?);
    let page = window.all(LARGEST_PAGE_BYTES, "64 MiB for a web page")?;
    let inside = find(page, b"<pre").and_then(|at| {
        let from = at + memchr::memchr(b'>', &page[at..])? + 1;
        let to = find(&page[from..], b"</pre").map_or(page.len(), |end| from + end);
        std::str::from_utf8(&page[from..to]).ok()
    });
    // A browser drops the line break right after the tag.
    let inside = inside.map(|text| text.strip_prefix('\n').unwrap_or(text));
    Ok(inside.map(|text| Zeroizing::new(html_escape::decode_html_entities(text).into_owned())))
}

/// Finds a tag whatever its case.
fn find(page: &[u8], tag: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', page).find(|at| {
        page.get(*at..*at + tag.len()).is_some_and(|here| here.eq_ignore_ascii_case(tag))
    })
}
