//! The server's complaint about a request, told as the line of the file it is about.

use super::run::Run;
use super::sealed::open_page;
use crate::store::{Entry, PAGE_ITEMS};
use crate::{Error, server};

impl Run<'_> {
    /// The request had the server's answer 400 and carried `entries`. Checked before it was sent, so this is
    /// a rule of that server which Wardroom does not know; a person can leave the item out and go on.
    pub(super) async fn explain(&self, error: server::Error, entries: &[Entry]) -> Error {
        let server::Error::Refused { message, fields } = &error else { return error.into() };
        let Some((place, field)) = fields.iter().find_map(|field| item_and_field(field)) else {
            return error.into();
        };
        let Some(item) = entries.get(place).map(|entry| entry.item) else { return error.into() };
        match self.line(item).await {
            Some(line) => Error::Refused(format!(
                "the server refused line {line} (item {item}), {field}: {message}"
            )),
            None => error.into(),
        }
    }

    async fn line(&self, item: u32) -> Option<u32> {
        let page = item / PAGE_ITEMS;
        let sealed = self.store().load_page(self.staging(), page).await.ok()??;
        let mut items = open_page(&self.key, page, &sealed).ok()?;
        items.find(|(index, _)| *index == item).map(|(_, item)| item.row)
    }
}

/// `Ciphers[3].Login.Password` is item 3 of the request, `login.password`.
fn item_and_field(path: &str) -> Option<(usize, String)> {
    let (place, field) = path.strip_prefix("Ciphers[")?.split_once("].")?;
    let parts: Vec<String> = field.split('.').map(lower_first).collect();
    Some((place.parse().ok()?, parts.join(".")))
}

fn lower_first(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_paths_become_the_wires() {
        let told = |path: &str| item_and_field(path);
        assert_eq!(told("Ciphers[3].Login.Password"), Some((3, "login.password".to_owned())));
        let uri = Some((41, "login.uris[0].uri".to_owned()));
        assert_eq!(told("Ciphers[41].Login.Uris[0].Uri"), uri);
        assert_eq!(told("Collections[0].Name"), None, "not an item");
        assert_eq!(told("$.ciphers"), None);
    }
}
