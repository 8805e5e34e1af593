//! Which rows match a query, and their order.

use std::cmp::Reverse;
use std::sync::{Arc, PoisonError};

use memchr::memmem::Finder;

use super::Grid;
use super::fold::fold;
use super::grid::Row;
use crate::model::{GridQuery, GridSort, Selection};

impl Grid {
    /// Indexes of the items that match, in the query's order.
    #[must_use]
    pub fn matching(&self, query: &GridQuery) -> Vec<u32> {
        self.matching_shared(query).to_vec()
    }

    /// The items a selection names.
    #[must_use]
    pub fn select(&self, selection: &Selection) -> Vec<u32> {
        match selection {
            Selection::Items(items) => items.clone(),
            Selection::Matching(query) => self.matching(query),
        }
    }

    pub(super) fn matching_shared(&self, query: &GridQuery) -> Arc<[u32]> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((asked, matching)) = &*last
            && asked == query
        {
            return matching.clone();
        }
        let matching: Arc<[u32]> = self.search(query).into();
        *last = Some((query.clone(), matching.clone()));
        matching
    }

    fn search(&self, query: &GridQuery) -> Vec<u32> {
        let text = fold(&query.text);
        let filter = Filter {
            query,
            words: text.split_whitespace().map(|word| self.word(word)).collect(),
            folders: query.folder.as_deref().map(|path| self.below(path)),
        };
        let mut found: Vec<(u32, &Row)> =
            (0..).zip(&self.rows).filter(|(_, row)| filter.takes(row)).collect();
        self.sort(&mut found, query);
        found.into_iter().map(|(index, _)| index).collect()
    }

    fn word<'a>(&self, word: &'a str) -> Word<'a> {
        let finder = Finder::new(word);
        let folders =
            self.folder_keys.iter().map(|key| finder.find(key.as_bytes()).is_some()).collect();
        Word { finder, folders }
    }

    /// Which folders are `path` or below it.
    fn below(&self, path: &str) -> Vec<bool> {
        let is_below = |folder: &String| {
            folder.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.folders.iter().map(is_below).collect()
    }

    /// Equal ones stay in the order of the files, whichever way round.
    fn sort(&self, found: &mut [(u32, &Row)], query: &GridQuery) {
        let folder = |row: &Row| {
            let first = row.folders.first().and_then(|folder| usize::try_from(*folder).ok());
            first.and_then(|at| self.folder_keys.get(at)).map_or("", String::as_str)
        };
        match query.sort {
            GridSort::File if query.descending => found.reverse(),
            GridSort::File => {}
            GridSort::Name => sort(found, query.descending, |row| part(row, 0)),
            GridSort::Username => sort(found, query.descending, |row| part(row, 1)),
            GridSort::Host => sort(found, query.descending, |row| part(row, 2)),
            GridSort::Kind => sort(found, query.descending, |row| row.masked.kind),
            GridSort::Folder => sort(found, query.descending, folder),
            // Worst first is the way one wants it.
            GridSort::Findings => {
                sort(found, query.descending, |row| Reverse((row.severity, row.findings)));
            }
        }
    }
}

fn sort<'a, K: Ord>(found: &mut [(u32, &'a Row)], descending: bool, key: impl Fn(&'a Row) -> K) {
    if descending {
        found.sort_by_cached_key(|(index, row)| (Reverse(key(row)), *index));
    } else {
        found.sort_by_cached_key(|(index, row)| (key(row), *index));
    }
}

fn part(row: &Row, number: usize) -> &str {
    row.key.expose().split('\0').nth(number).unwrap_or_default()
}

/// A word, and the folders that have it in their path.
struct Word<'a> {
    finder: Finder<'a>,
    folders: Vec<bool>,
}

struct Filter<'a> {
    query: &'a GridQuery,
    words: Vec<Word<'a>>,
    /// Folders that are wanted.
    folders: Option<Vec<bool>>,
}

impl Filter<'_> {
    fn takes(&self, row: &Row) -> bool {
        let query = self.query;
        let kind = query.kinds.is_empty() || query.kinds.iter().any(|kind| kind == row.masked.kind);
        let code =
            query.codes.is_empty() || row.codes.iter().any(|code| query.codes.contains(code));
        let severity = query.severity.is_none_or(|least| row.severity >= Some(least));
        kind && code
            && severity
            && query.skipped.is_none_or(|skipped| row.skipped == skipped)
            && query.file.is_none_or(|file| row.masked.file == file)
            && self.in_folder(row)
            && self.words.iter().all(|word| word.is_in(row))
    }

    fn in_folder(&self, row: &Row) -> bool {
        match (&self.folders, self.query.folder.as_deref()) {
            (None, _) => true,
            (Some(_), Some("")) => row.folders.is_empty(),
            (Some(wanted), _) => any(&row.folders, wanted),
        }
    }
}

impl Word<'_> {
    fn is_in(&self, row: &Row) -> bool {
        self.finder.find(row.key.expose().as_bytes()).is_some() || any(&row.folders, &self.folders)
    }
}

fn any(folders: &[u32], wanted: &[bool]) -> bool {
    let is_wanted = |folder: &u32| {
        usize::try_from(*folder).ok().and_then(|at| wanted.get(at)).copied() == Some(true)
    };
    folders.iter().any(is_wanted)
}
