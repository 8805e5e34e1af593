//! Where readers put what they found: items to the caller, folders and findings to the summary.

use std::collections::HashMap;

use super::values::Folders;
use crate::import::Error;
use crate::model::{Finding, FindingCode, Item, Severity};

/// Where the items are going; decides which of a file's two structures counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A personal vault with folders.
    Individual,
    /// An organization with collections.
    Organization,
    /// Nowhere yet: whichever the file has.
    AsFile,
}

/// Why reading ended early.
pub(super) enum Halt {
    /// The file is at fault.
    Error(Error),
    /// The caller's function failed; it knows why.
    Stopped,
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Takes one item, or says stop.
pub(super) type Each<'a> = &'a mut dyn FnMut(Item) -> Result<(), Halt>;

/// A file with a thousand blank lines has one problem, not a thousand.
const MOST_FINDINGS_PER_CODE: u32 = 100;

/// Findings with a bound for each code.
#[derive(Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    per_code: HashMap<FindingCode, u32>,
}

impl Findings {
    pub(super) fn push(&mut self, finding: Finding) {
        let count = self.per_code.entry(finding.code).or_default();
        *count += 1;
        if *count <= MOST_FINDINGS_PER_CODE {
            self.list.push(finding);
        }
    }

    /// All of them, with a last line for those beyond the bound.
    pub(super) fn finish(self) -> Vec<Finding> {
        let Self { mut list, per_code } = self;
        let mut beyond: Vec<_> = per_code
            .into_iter()
            .filter(|(_, count)| *count > MOST_FINDINGS_PER_CODE)
            .filter_map(|(code, count)| {
                let like = list.iter().rfind(|finding| finding.code == code)?;
                let message = format!("{} more like this", count - MOST_FINDINGS_PER_CODE);
                Some(Finding { row: None, item: None, field: None, message, ..like.clone() })
            })
            .collect();
        beyond.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.message.cmp(&b.message)));
        list.append(&mut beyond);
        list
    }
}

/// Collects what a reader finds.
pub(super) struct Output<'a> {
    pub target: Target,
    pub folders: Folders,
    /// Which of several files is being read.
    pub file: u32,
    /// There are several: findings name theirs.
    pub several: bool,
    /// The server takes bank accounts, driver's licences and passports.
    pub new_types: bool,
    findings: Findings,
    items: u32,
    each: Each<'a>,
}

impl<'a> Output<'a> {
    pub(super) fn new(target: Target, each: Each<'a>) -> Self {
        let (folders, findings) = (Folders::default(), Findings::default());
        Self {
            target,
            folders,
            file: 0,
            several: false,
            new_types: false,
            findings,
            items: 0,
            each,
        }
    }

    /// Hands an item over.
    pub(super) fn item(&mut self, mut item: Item) -> Result<(), Halt> {
        self.items += 1;
        item.file = self.file;
        (self.each)(item)
    }

    /// Index of the item that [`Output::item`] would hand over next.
    pub(super) fn next_item(&self) -> u32 {
        self.items
    }

    /// Notes something about a line or position of the file.
    pub(super) fn find(
        &mut self,
        code: FindingCode,
        severity: Severity,
        place: Place,
        message: &str,
    ) {
        let Place { row, item, field } = place;
        let message = message.to_owned();
        let file = self.several.then_some(self.file);
        self.findings.push(Finding { code, severity, file, row, item, field, message });
    }

    /// Folder paths and findings.
    pub(super) fn finish(self) -> (Vec<String>, Vec<Finding>) {
        (self.folders.into_paths(), self.findings.finish())
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub row: Option<u32>,
    pub item: Option<u32>,
    pub field: Option<String>,
}

impl Place {
    /// The whole file.
    pub(super) const FILE: Self = Self { row: None, item: None, field: None };

    /// A line that became no item.
    pub(super) fn row(row: u32) -> Self {
        Self { row: Some(row), ..Self::default() }
    }

    /// A value of an item about to be handed over.
    pub(super) fn value(row: u32, item: u32, field: impl Into<String>) -> Self {
        Self { row: Some(row), item: Some(item), field: Some(field.into()) }
    }
}
