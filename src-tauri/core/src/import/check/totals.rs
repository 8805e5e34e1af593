//! What a whole import adds up to, and whether the server takes that much.

use super::{MOST_COLLECTIONS, MOST_ITEMS, MOST_LINKS, SHORT_BYTES};
use crate::model::{Finding, FindingCode, Item, Severity};

/// What a whole import adds up to. Feed it every item that would be sent, then ask.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Totals {
    items: u64,
    favorites: u64,
    archived: u64,
    first_marked: Option<(u32, u32)>,
    /// Sorted by folders. Says where everything goes under any mapping without opening an item.
    #[serde(default)]
    placed: Vec<Placed>,
}

/// Items that are in exactly these folders.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(in crate::import) struct Placed {
    pub(in crate::import) folders: Vec<u32>,
    pub(in crate::import) items: u64,
    /// The first of them, as (row, index).
    first: (u32, u32),
}

/// Where the items of an import would go.
#[derive(Debug, Clone, Default)]
pub struct Destination {
    /// Collections every item goes into besides those of its folders.
    pub collections: Vec<String>,
    /// The collection of each folder.
    pub folders: Vec<Option<String>>,
    /// Every collection that is needed, each once.
    pub needed: Vec<String>,
}

impl Destination {
    /// Each folder becomes a collection of its path.
    #[must_use]
    pub fn by_folder(folders: &[String]) -> Self {
        let mapped = folders.iter().cloned().map(Some).collect();
        Self { collections: Vec::new(), folders: mapped, needed: folders.to_vec() }
    }

    /// The collections that an item in `folders` goes into, each once.
    pub(in crate::import) fn of(&self, folders: &[u32]) -> Vec<&str> {
        let mut paths: Vec<&str> = self.collections.iter().map(String::as_str).collect();
        for folder in folders {
            let path = usize::try_from(*folder).ok().and_then(|index| self.folders.get(index));
            if let Some(Some(path)) = path
                && !paths.contains(&path.as_str())
            {
                paths.push(path);
            }
        }
        paths
    }
}

impl Totals {
    /// Counts one item; `index` is its place among the staged items.
    pub fn add(&mut self, item: &Item, index: u32) {
        self.items += 1;
        match self.placed.binary_search_by(|placed| placed.folders.cmp(&item.folders)) {
            Ok(at) => {
                if let Some(placed) = self.placed.get_mut(at) {
                    placed.items += 1;
                }
            }
            Err(at) => {
                let (folders, first) = (item.folders.clone(), (item.row, index));
                self.placed.insert(at, Placed { folders, items: 1, first });
            }
        }
        self.favorites += u64::from(item.favorite);
        self.archived += u64::from(item.archived.is_some());
        if item.favorite || item.archived.is_some() {
            self.first_marked.get_or_insert((item.row, index));
        }
    }

    /// Adds what comes after it in the same import.
    pub(in crate::import) fn join(&mut self, later: Self) {
        self.items += later.items;
        self.favorites += later.favorites;
        self.archived += later.archived;
        self.first_marked = self.first_marked.or(later.first_marked);
        for placed in later.placed {
            match self.placed.binary_search_by(|here| here.folders.cmp(&placed.folders)) {
                Ok(at) => {
                    if let Some(here) = self.placed.get_mut(at) {
                        here.items += placed.items;
                    }
                }
                Err(at) => self.placed.insert(at, placed),
            }
        }
    }

    /// Items by the folders they are in.
    pub(in crate::import) fn placed(&self) -> &[Placed] {
        &self.placed
    }

    /// What is wrong with the import as a whole.
    #[must_use]
    pub fn findings(&self, to: &Destination) -> Vec<Finding> {
        let mut found = Vec::new();
        let needed = to.needed.len() as u64;
        let (links, unplaced, first) = self.place(to);
        let counts = [
            (FindingCode::TooManyItems, self.items, MOST_ITEMS, "items"),
            (FindingCode::TooManyCollections, needed, MOST_COLLECTIONS, "collections"),
            (FindingCode::TooManyLinks, links, MOST_LINKS, "links between items and collections"),
        ];
        for (code, count, most, what) in counts {
            if count > most {
                let message = format!("{count} {what}; one import takes at most {most}");
                found.push(whole(code, Severity::Error, None, None, message));
            }
        }
        found.extend(long_names(to));
        if unplaced > 0 {
            // Of all of them the first says nothing.
            let first =
                first.filter(|_| unplaced < self.items || to.folders.iter().any(Option::is_some));
            let message = format!(
                "{unplaced} of {} items would be in no collection; only owners and admins would see them",
                self.items
            );
            let field = Some("collectionIds".to_owned());
            found.push(whole(FindingCode::NoCollection, Severity::Warning, first, field, message));
        }
        found.extend(self.marks());
        found
    }

    /// Links between items and collections, items in no collection, and the first of those.
    fn place(&self, to: &Destination) -> (u64, u64, Option<(u32, u32)>) {
        let (mut links, mut unplaced, mut first) = (0, 0, None::<(u32, u32)>);
        for placed in &self.placed {
            let paths = to.of(&placed.folders).len() as u64;
            links += paths * placed.items;
            if paths == 0 {
                unplaced += placed.items;
                let earlier = first.is_none_or(|(_, index)| placed.first.1 < index);
                first = if earlier { Some(placed.first) } else { first };
            }
        }
        (links, unplaced, first)
    }

    fn marks(&self) -> Option<Finding> {
        self.first_marked?;
        let message = format!(
            "favourites ({}) and archive marks ({}) belong to a person and are left out in an organization",
            self.favorites, self.archived
        );
        let field = if self.favorites > 0 { "favorite" } else { "archivedDate" };
        let field = Some(field.to_owned());
        let (code, severity) = (FindingCode::PersonalMarksLost, Severity::Info);
        Some(whole(code, severity, self.first_marked, field, message))
    }
}

/// A finding about the import, with the first item concerned as (row, index).
fn whole(
    code: FindingCode,
    severity: Severity,
    first: Option<(u32, u32)>,
    field: Option<String>,
    message: String,
) -> Finding {
    let (row, item) = first.unzip();
    Finding { code, severity, file: None, row, item, field, message }
}

/// Collection names longer than the server takes.
fn long_names(to: &Destination) -> impl Iterator<Item = Finding> {
    let long = |(_, path): &(usize, &String)| path.len() > SHORT_BYTES;
    to.needed.iter().enumerate().filter(long).map(|(at, path)| {
        let message = format!("{} bytes; the server takes at most {SHORT_BYTES}", path.len());
        let field = Some(format!("collections[{at}].name"));
        whole(FindingCode::FieldTooLong, Severity::Error, None, field, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(totals: &Totals, to: &Destination) -> Vec<FindingCode> {
        totals.findings(to).iter().map(|finding| finding.code).collect()
    }

    fn everywhere(collection: &str) -> Destination {
        let collections = vec![collection.to_owned()];
        Destination { needed: collections.clone(), collections, folders: Vec::new() }
    }

    #[test]
    fn counts_are_measured_for_the_whole_import() {
        let by_folder = Destination::by_folder(&["A".to_owned()]);
        let to = Destination { folders: by_folder.folders, ..everywhere("All") };
        let mut totals = Totals::default();
        let item = Item { folders: vec![0], ..Item::default() };
        (0..40_000).for_each(|index| totals.add(&item, index));
        assert!(codes(&totals, &to).is_empty(), "exactly what one import takes");
        totals.add(&item, 40_000);
        let found = codes(&totals, &to);
        assert_eq!(found, [FindingCode::TooManyItems, FindingCode::TooManyLinks]);
        let many: Vec<_> = (0..2_001).map(|n| n.to_string()).collect();
        let many = Destination::by_folder(&many);
        assert!(codes(&totals, &many).contains(&FindingCode::TooManyCollections));
    }

    #[test]
    fn links_are_counted_as_they_are_sent() {
        let mut totals = Totals::default();
        let item = Item { folders: vec![0, 1], ..Item::default() };
        (0..40_000).for_each(|index| totals.add(&item, index));
        let merged = Destination {
            folders: vec![Some("All".to_owned()), Some("All".to_owned())],
            ..everywhere("All")
        };
        assert!(codes(&totals, &merged).is_empty(), "three ways into one collection are one link");
    }

    #[test]
    fn items_in_no_collection_and_personal_marks_are_told_once_with_their_first_row() {
        let mut totals = Totals::default();
        totals.add(&Item { folders: vec![0], row: 2, ..Item::default() }, 0);
        totals.add(&Item { favorite: true, row: 3, ..Item::default() }, 1);
        totals.add(&Item { archived: Some(String::new()), row: 4, ..Item::default() }, 2);
        let found = totals.findings(&Destination::by_folder(&["A".to_owned()]));
        let told: Vec<_> =
            found.iter().map(|f| (f.code, f.row, f.item, f.field.as_deref())).collect();
        assert_eq!(
            told,
            [
                (FindingCode::NoCollection, Some(3), Some(1), Some("collectionIds")),
                (FindingCode::PersonalMarksLost, Some(3), Some(1), Some("favorite")),
            ]
        );
        assert_eq!(codes(&totals, &everywhere("All")), [FindingCode::PersonalMarksLost]);
    }

    #[test]
    fn a_collection_name_too_long_is_named_by_its_place() {
        let folders = ["A".to_owned(), "x".repeat(688)];
        let found = Totals::default().findings(&Destination::by_folder(&folders));
        assert_eq!(found[0].field.as_deref(), Some("collections[1].name"));
    }
}
