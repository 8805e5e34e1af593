//! Items that are there twice: within a staging, in other stagings of the same client, on the server since an
//! earlier upload.
//!
//! Compared by keyed fingerprints (`fingerprint`), page by page: an import of a hundred thousand items takes a few
//! megabytes here. `groups` finds what belongs together, `rules` decides what becomes of it, `merge` makes one item
//! of several.

mod groups;
mod merge;
mod rules;
mod shown;

use std::collections::{HashMap, HashSet};

use groups::{Earlier, Group, Marks};
use rules::Survivor;

use super::bench::Desk;
use super::fingerprint;
use super::sealed::{key_of, load, open_page};
use crate::Error;
use crate::keys::StagingKey;
use crate::model::{
    DuplicateKind, DuplicateQuery, DuplicateReport, DuplicateRule, Finding, FindingCode,
    OrganizationId, Severity, StagedState, StagingId,
};
use crate::session::Unlocked;
use crate::store::{FindingOrigin, Fingerprint, StagingRow, UploadedFingerprint};

/// A staging items are compared with.
struct Source {
    row: StagingRow,
    key: StagingKey,
    skipped: HashSet<u32>,
    /// Names of its files, by position.
    files: Vec<String>,
}

/// Everything that is there twice. Kept by a face for as long as the revision is the same.
pub struct Found {
    /// The one asked about first, then the others of the same client, oldest first.
    sources: Vec<Source>,
    revision: u64,
    groups: Vec<Group>,
    /// File and line of each item here.
    rows: HashMap<u32, (u32, u32)>,
}

/// What [`resolve`] would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DuplicatePlan {
    /// Groups it is about.
    pub groups: u64,
    /// Items that would be left out.
    pub skipped: u64,
    /// Items that would be taken back in.
    pub kept: u64,
    /// Items that would get the values of others.
    pub merged: u64,
}

/// Looks for duplicates and tells a part of what is there.
pub async fn report(
    unlocked: &Unlocked,
    staging: StagingId,
    query: &DuplicateQuery,
    from: u32,
    count: u32,
) -> Result<DuplicateReport, Error> {
    let mut found = Found::open(unlocked, staging).await?;
    found.keep_findings(unlocked).await?;
    found.report(unlocked, query, from, count).await
}

/// Says of each superfluous item which one it is like, as a finding. Called when something was staged or
/// resolved; answers the revision in force.
pub async fn mark(unlocked: &Unlocked, staging: StagingId) -> Result<u64, Error> {
    Found::open(unlocked, staging).await?.keep_findings(unlocked).await
}

/// What [`resolve`] would do.
pub async fn plan(
    unlocked: &Unlocked,
    staging: StagingId,
    groups: Option<&[u32]>,
    kind: DuplicateKind,
    rule: DuplicateRule,
) -> Result<DuplicatePlan, Error> {
    let found = Found::open(unlocked, staging).await?;
    let plan = found.plan(unlocked, groups, kind, rule).await?;
    Ok(plan.counted())
}

/// Applies a rule to some groups of a kind, or to all; answers the new revision.
///
/// # Errors
/// [`Error::Refused`] when the staging was changed since `revision`: the groups are other ones now.
pub async fn resolve(
    unlocked: &Unlocked,
    staging: StagingId,
    groups: Option<&[u32]>,
    kind: DuplicateKind,
    rule: DuplicateRule,
    revision: u64,
) -> Result<u64, Error> {
    let desk = Desk::open(unlocked, staging, Some(revision)).await?;
    let found = Found::open(unlocked, staging).await?;
    let plan = found.plan(unlocked, groups, kind, rule).await?;
    let change = merge::change(&desk, &plan).await?;
    desk.apply(change).await?;
    mark(unlocked, staging).await
}

impl Found {
    /// Compares everything with everything.
    pub async fn open(unlocked: &Unlocked, staging: StagingId) -> Result<Self, Error> {
        let row = load(unlocked, staging).await?;
        let revision = row.revision;
        let sources = sources(unlocked, row).await?;
        let (marks, rows) = marks(unlocked, &sources).await?;
        let client = sources.first().expect("the first source is the one asked about").row.client;
        let earlier = earlier(unlocked, client, &marks).await?;
        let groups = marks.groups(&earlier);
        Ok(Self { sources, revision, groups, rows })
    }

    /// The revision it was made from.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Groups that match, and the counts of all.
    pub async fn report(
        &self,
        unlocked: &Unlocked,
        query: &DuplicateQuery,
        from: u32,
        count: u32,
    ) -> Result<DuplicateReport, Error> {
        let matches = |group: &Group| {
            query.kind.is_none_or(|kind| group.kind == kind)
                && (!query.elsewhere || group.is_elsewhere())
        };
        let matching: Vec<_> =
            (0..).zip(&self.groups).filter(|(_, group)| matches(group)).collect();
        let of_kind = |kind| self.groups.iter().filter(|g| g.kind == kind).count() as u64;
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let wanted: Vec<_> = matching.iter().skip(from).take(count).copied().collect();
        let exact = self.groups.iter().filter(|group| group.kind == DuplicateKind::Exact);
        let earlier = exact.filter(|group| !group.earlier.is_empty());
        Ok(DuplicateReport {
            revision: self.revision,
            exact: of_kind(DuplicateKind::Exact),
            near: of_kind(DuplicateKind::Near),
            earlier: earlier.map(|group| group.own().count() as u64).sum(),
            superfluous: self.superfluous(DuplicateKind::Exact).count() as u64,
            matching: matching.len() as u64,
            groups: self.show(unlocked, &wanted).await?,
        })
    }

    fn own(&self) -> &Source {
        self.sources.first().expect("the staging asked about is the first source")
    }

    /// Puts the findings right; a finished import has no items to find anything in.
    pub async fn keep_findings(&mut self, unlocked: &Unlocked) -> Result<u64, Error> {
        let row = &self.own().row;
        if row.state == StagedState::Done {
            return Ok(self.revision);
        }
        let (store, staging) = (unlocked.store(), row.staging_id);
        let origin = FindingOrigin::Duplicates;
        self.revision = store.replace_findings(staging, origin, &self.findings()).await?;
        Ok(self.revision)
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for group in &self.groups {
            let first = self.survivor(group);
            let (code, severity) = match (group.kind, &first) {
                (DuplicateKind::Exact, Survivor::Earlier(_)) => {
                    (FindingCode::UploadedBefore, Severity::Warning)
                }
                (DuplicateKind::Exact, _) => (FindingCode::Duplicate, Severity::Warning),
                (DuplicateKind::Near, _) => (FindingCode::NearDuplicate, Severity::Info),
            };
            let message = self.words(group.kind, &first);
            let others = group.own().filter(|item| Some(*item) != first.own_item());
            findings.extend(others.map(|item| {
                let (file, row) = self.rows.get(&item).copied().unzip();
                let file = file.filter(|_| self.own().files.len() > 1);
                let (item, message) = (Some(item), message.clone());
                Finding { code, severity, file, row, item, field: None, message }
            }));
        }
        findings.sort_by_key(|finding| finding.item);
        findings
    }

    fn words(&self, kind: DuplicateKind, first: &Survivor) -> String {
        let what = match kind {
            DuplicateKind::Exact => "the same item",
            DuplicateKind::Near => "the same account, key, card or person with other values",
        };
        match first {
            Survivor::Own(item) => match self.rows.get(item) {
                Some((_, row)) => format!("{what} is item {item}, line {row}"),
                None => format!("{what} is item {item}"),
            },
            Survivor::Other(place) => {
                let name = usize::try_from(place.source).ok().and_then(|at| self.sources.get(at));
                let name = name.map_or("", |source| source.row.file_name.as_str());
                format!(
                    "{what} is staged for this client already, from {name}, item {}",
                    place.item
                )
            }
            Survivor::Earlier(at) => {
                let day: String = at.chars().take_while(|letter| *letter != 'T').collect();
                format!("{what} was uploaded to this client on {day}")
            }
        }
    }
}

/// The staging itself and the others of its client that still have items, oldest first.
async fn sources(unlocked: &Unlocked, row: StagingRow) -> Result<Vec<Source>, Error> {
    let (client, own) = (row.client, row.staging_id);
    let mut others = unlocked.store().load_stagings().await?;
    others.retain(|other| {
        other.client == client && other.staging_id != own && other.state != StagedState::Done
    });
    others.sort_by(|a, b| (&a.created_at, a.staging_id.0).cmp(&(&b.created_at, b.staging_id.0)));
    let mut sources = vec![source(unlocked, row).await?];
    for other in others {
        // One that was sealed with a key since replaced can be discarded, not read.
        if let Ok(source) = source(unlocked, other).await {
            sources.push(source);
        }
    }
    Ok(sources)
}

async fn source(unlocked: &Unlocked, row: StagingRow) -> Result<Source, Error> {
    let store = unlocked.store();
    let key = key_of(unlocked, &row)?;
    let skipped = store.load_skipped(row.staging_id).await?.into_iter().collect();
    let files = store.load_files(row.staging_id).await?;
    let mut files: Vec<_> = files.into_iter().map(|file| file.name).collect();
    if files.is_empty() {
        files.push(row.file_name.clone());
    }
    Ok(Source { row, key, skipped, files })
}

/// Fingerprints of everything, and the lines of what is in the staging asked about.
async fn marks(
    unlocked: &Unlocked,
    sources: &[Source],
) -> Result<(Marks, HashMap<u32, (u32, u32)>), Error> {
    let prints = unlocked.keys().fingerprint_key()?;
    let (mut marks, mut rows) = (Marks::default(), HashMap::new());
    for (at, source) in (0..).zip(sources) {
        let mut pages = 0..;
        while let Some(page) = pages.next()
            && let Some(content) = unlocked.store().load_page(source.row.staging_id, page).await?
        {
            let (key, prints) = (source.key.clone(), prints.clone());
            let opening = tokio::task::spawn_blocking(move || {
                let items: Vec<_> = open_page(&key, page, &content)?.collect();
                let marks = fingerprint::of(items.iter().map(|(_, item)| item), &prints)?;
                let places = items.iter().map(|(index, item)| (*index, (item.file, item.row)));
                Ok::<_, Error>(places.zip(marks).collect::<Vec<_>>())
            });
            let opened = match opening.await {
                Ok(opened) => opened?,
                Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
            };
            for ((index, line), print) in opened {
                marks.add(at, index, print);
                if at == 0 {
                    rows.insert(index, line);
                }
            }
        }
    }
    Ok((marks, rows))
}

/// What was uploaded to the client before and is like something in the staging asked about, by what identifies it.
async fn earlier(
    unlocked: &Unlocked,
    client: OrganizationId,
    marks: &Marks,
) -> Result<HashMap<[u8; 16], Vec<Earlier>>, Error> {
    let mut earlier: HashMap<[u8; 16], Vec<Earlier>> = HashMap::new();
    let near = marks.own_near();
    let each = |row: UploadedFingerprint| {
        let Fingerprint { exact, near: like } = row.of;
        if near.contains(&like) {
            let known = earlier.entry(like).or_default();
            if known.iter().all(|known| known.exact != exact) {
                let (staging, uploaded_at) = (row.staging, row.uploaded_at);
                known.push(Earlier { exact, staging, uploaded_at });
            }
        }
    };
    unlocked.store().each_fingerprint(client, each).await?;
    Ok(earlier)
}
