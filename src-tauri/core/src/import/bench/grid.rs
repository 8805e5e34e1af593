//! The index of one staging: what a list shows of every item, and what a search compares.
//!
//! Names and user names stay in memory as long as the index does; they are wiped with it. A change reads only
//! the pages that it touched.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::super::mask::masked;
use super::super::place::destination;
use super::super::sealed::{Header, key_of, load};
use super::super::upload::Cancel;
use super::fold::fold;
use super::scan::Scan;
use crate::Error;
use crate::model::{
    BenchAction, CodeCount, FindingCode, Fix, GridPage, GridQuery, Item, ItemKind, MaskedItem,
    Severity, StagedState, StagingId, Text,
};
use crate::session::Unlocked;
use crate::store::{FindingMark, FindingPlace, PAGE_ITEMS, StagingRow, StepRow};

/// The opened index of one staging.
#[derive(Debug)]
pub struct Grid {
    staging: StagingId,
    revision: u64,
    pub(super) rows: Vec<Row>,
    /// Folder paths as they are, and folded.
    pub(super) folders: Vec<String>,
    pub(super) folder_keys: Vec<String>,
    codes: Vec<CodeCount>,
    counted: Vec<(String, u64)>,
    undo: Option<BenchAction>,
    redo: Option<BenchAction>,
    /// The last query and what matched: a list that scrolls asks the same one again.
    pub(super) last: Mutex<Option<(GridQuery, std::sync::Arc<[u32]>)>>,
}

/// What is kept of one item.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) masked: Kept,
    /// Name, user name and host, folded, with a zero byte between them.
    pub(super) key: Text,
    pub(super) folders: Box<[u32]>,
    pub(super) codes: Vec<FindingCode>,
    pub(super) severity: Option<Severity>,
    pub(super) findings: u32,
    pub(super) skipped: bool,
}

/// The part of a [`MaskedItem`] that only the item itself changes.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) kind: &'static str,
    pub(super) file: u32,
    row: u32,
    name: Text,
    username: Box<str>,
    host: Box<str>,
    has_password: bool,
    has_totp: bool,
    has_notes: bool,
    fields: u32,
}

impl Row {
    fn of(item: &Item, index: u32) -> Self {
        let shown = masked(item, index, &[], false, 0);
        let user = match &item.kind {
            ItemKind::Login(login) => login.username.as_ref(),
            ItemKind::Identity(person) => person.username.as_ref().or(person.email.as_ref()),
            _ => None,
        };
        let user = user.map_or("", Text::expose);
        let parts = [shown.name.as_str(), user, shown.host.as_str()].map(fold);
        Self {
            key: Text::new(parts.join("\0")),
            folders: item.folders.clone().into(),
            masked: Kept {
                kind: item.kind.name(),
                file: item.file,
                row: item.row,
                name: Text::new(shown.name),
                username: shown.username.into(),
                host: shown.host.into(),
                has_password: shown.has_password,
                has_totp: shown.has_totp,
                has_notes: shown.has_notes,
                fields: shown.fields,
            },
            ..Self::default()
        }
    }

    fn tell(&mut self, code: FindingCode, severity: Severity) {
        self.findings += 1;
        if self.severity.is_none_or(|worst| worst < severity) {
            self.severity = Some(severity);
        }
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }
}

impl Grid {
    /// Opens every item once. `progress` gets the number of items opened so far.
    pub async fn open(
        unlocked: &Unlocked,
        staging: StagingId,
        progress: impl Fn(u64) + Send + Sync,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let mut grid = Self {
            staging,
            revision: 0,
            rows: Vec::new(),
            folders: Vec::new(),
            folder_keys: Vec::new(),
            codes: Vec::new(),
            counted: Vec::new(),
            undo: None,
            redo: None,
            last: Mutex::new(None),
        };
        let row = load(unlocked, staging).await?;
        grid.read(unlocked, &row, None, (&progress, cancel)).await?;
        Ok(grid)
    }

    /// Which state of the staging it shows.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Reads what has changed since. `true` when something had.
    pub async fn refresh(&mut self, unlocked: &Unlocked) -> Result<bool, Error> {
        let row = load(unlocked, self.staging).await?;
        if row.revision == self.revision && row.state != StagedState::Done {
            return Ok(false);
        }
        let since = Some(self.revision);
        self.read(unlocked, &row, since, (&|_| (), &Cancel::default())).await?;
        Ok(true)
    }

    async fn read(
        &mut self,
        unlocked: &Unlocked,
        row: &StagingRow,
        since: Option<u64>,
        (progress, cancel): (&(dyn Fn(u64) + Send + Sync), &Cancel),
    ) -> Result<(), Error> {
        let key = key_of(unlocked, row)?;
        let (store, staging) = (unlocked.store(), self.staging);
        let header = Header::open(&key, &row.header)?;
        let pages = store.load_changed_pages(staging, since).await?;
        let scan = Scan { store, staging, key: &key, progress, cancel };
        let read = scan.pages(&pages, |page, items| {
            let rows = items.iter().map(|(index, item)| Row::of(item, *index));
            (page, rows.collect::<Vec<_>>())
        });
        let read = read.await?;
        let items = if row.state == StagedState::Done { 0 } else { row.items };
        self.rows.resize_with(usize::try_from(items).unwrap_or(0), Row::default);
        for (page, rows) in read {
            let first = usize::try_from(page * PAGE_ITEMS).unwrap_or(usize::MAX);
            for (at, row) in rows.into_iter().enumerate() {
                if let Some(place) = self.rows.get_mut(first + at) {
                    *place = row;
                }
            }
        }
        let marks = store.load_finding_marks(staging).await?;
        self.mark(&header, row.skipped == 0, &marks);
        for item in store.load_skipped(staging).await? {
            if let Some(row) = self.row_mut(item) {
                row.skipped = true;
            }
        }
        self.count(header.folders, &marks);
        self.note_steps(&store.load_steps(staging).await?);
        self.revision = row.revision;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn row_mut(&mut self, item: u32) -> Option<&mut Row> {
        self.rows.get_mut(usize::try_from(item).ok()?)
    }

    /// Puts the findings to their items; `marks` are the worst first.
    fn mark(&mut self, header: &Header, all_sent: bool, marks: &[FindingMark]) {
        for row in &mut self.rows {
            (row.findings, row.severity, row.skipped) = (0, None, false);
            row.codes.clear();
        }
        for mark in marks {
            if let Some(row) = self.row_mut(mark.item) {
                row.tell(mark.code, mark.severity);
            }
        }
        let to = destination(header, all_sent);
        if to.collections.is_empty() {
            let placed = |folder: &u32| {
                let path = usize::try_from(*folder).ok().and_then(|at| to.folders.get(at));
                path.is_some_and(Option::is_some)
            };
            for row in self.rows.iter_mut().filter(|row| !row.folders.iter().any(placed)) {
                row.tell(FindingCode::NoCollection, Severity::Warning);
            }
        }
    }

    fn count(&mut self, folders: Vec<String>, marks: &[FindingMark]) {
        let mut items = vec![0; folders.len()];
        let mut codes: HashMap<FindingCode, u64> = HashMap::new();
        for row in &self.rows {
            for folder in &row.folders {
                if let Some(count) = usize::try_from(*folder).ok().and_then(|at| items.get_mut(at))
                {
                    *count += 1;
                }
            }
            for code in &row.codes {
                *codes.entry(*code).or_default() += 1;
            }
        }
        self.counted = folders.iter().cloned().zip(items).collect();
        self.counted.sort();
        self.folder_keys = folders.iter().map(|path| fold(path)).collect();
        self.folders = folders;
        self.codes =
            codes.into_iter().map(|(code, items)| code_count(code, items, marks)).collect();
        self.codes.sort_by_key(|count| {
            (std::cmp::Reverse(count.severity), std::cmp::Reverse(count.items), count.code as u32)
        });
    }

    fn note_steps(&mut self, steps: &[StepRow]) {
        let action = |step: &StepRow| BenchAction { kind: step.kind, items: step.items.into() };
        self.undo = steps.iter().rfind(|step| !step.undone).map(action);
        self.redo = steps.iter().find(|step| step.undone).map(action);
    }

    /// Rows `from..from + count` of those that match, and what stands around them.
    #[must_use]
    pub fn page(&self, query: &GridQuery, from: u32, count: u32) -> GridPage {
        let matching = self.matching_shared(query);
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let rows = matching.iter().skip(from).take(count).filter_map(|item| self.masked(*item));
        GridPage {
            revision: self.revision,
            total: self.rows.len() as u64,
            matching: matching.len() as u64,
            rows: rows.collect(),
            codes: self.codes.clone(),
            folders: self.counted.clone(),
            undo: self.undo.clone(),
            redo: self.redo.clone(),
        }
    }

    /// One item as a list shows it.
    #[must_use]
    pub fn masked(&self, item: u32) -> Option<MaskedItem> {
        let row = self.rows.get(usize::try_from(item).ok()?)?;
        let kept = &row.masked;
        let path = |folder: &u32| self.folders.get(usize::try_from(*folder).ok()?).cloned();
        Some(MaskedItem {
            item,
            row: kept.row,
            kind: kept.kind.to_owned(),
            name: kept.name.expose().to_owned(),
            username: kept.username.to_string(),
            host: kept.host.to_string(),
            folders: row.folders.iter().filter_map(path).collect(),
            file: kept.file,
            codes: row.codes.clone(),
            severity: row.severity,
            has_password: kept.has_password,
            has_totp: kept.has_totp,
            has_notes: kept.has_notes,
            fields: kept.fields,
            skipped: row.skipped,
            findings: row.findings,
        })
    }
}

fn code_count(code: FindingCode, items: u64, marks: &[FindingMark]) -> CodeCount {
    let of_code = || marks.iter().filter(|mark| mark.code == code);
    let severity = of_code().map(|mark| mark.severity).max().unwrap_or(Severity::Warning);
    let at = |place| of_code().any(|mark| mark.place == place);
    let fix = match code {
        FindingCode::FieldTooLong if at(FindingPlace::Notes) => Some(Fix::SplitNotes),
        FindingCode::FieldTooLong if at(FindingPlace::Field) => Some(Fix::MoveToNotes),
        FindingCode::FieldTooLong | FindingCode::EmptyItem => Some(Fix::Skip),
        FindingCode::MissingName => Some(Fix::NameFromHost),
        // First those that only want a scheme; what is left then is no address.
        FindingCode::BadUri if of_code().any(|mark| mark.severity == Severity::Info) => {
            Some(Fix::AddScheme)
        }
        FindingCode::BadUri => Some(Fix::UriToField),
        FindingCode::BadTotp => Some(Fix::TotpToField),
        FindingCode::UnknownKind if severity == Severity::Error => Some(Fix::ToNote),
        _ => None,
    };
    CodeCount { code, severity, items, fix }
}
