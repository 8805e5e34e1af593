//! Parsed items, sealed on this machine until they are proven on the server.
//!
//! Sealed twice: the database is encrypted as a whole, and items are under a key of their staging that
//! only an unlocked session can open. Discarding removes rows and key.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::Timestamp;

use super::duplicates;
use super::formats::{ReadOptions, Source};
use super::hold::Hold;
use super::mask::masked;
use super::sealed::{self, Header, describe, load, open_page};
use super::upload::Cancel;
use super::{bench, history, place, stage};
use crate::model::{
    Finding, GroupId, ImportEnd, MaskedItem, MemberId, OrganizationId, Placement, Receipt,
    StagedImport, StagedState, StagingId,
};
use crate::session::Unlocked;
use crate::store::{AttemptState, PAGE_ITEMS, StagingRow};
use crate::{Error, keys, server};

pub use super::targets::targets;

/// Somebody who can be given access to new collections.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccessChoices {
    /// Groups, by name.
    pub groups: Vec<(GroupId, String)>,
    /// Confirmed members: `Name <address>`, or the address where there is no name.
    pub members: Vec<(MemberId, String)>,
}

/// Reads `file` and seals its items for `client`. Nothing is kept when it fails.
///
/// `progress` gets the number of items read so far.
pub async fn stage(
    unlocked: &Unlocked,
    file: &Path,
    client: OrganizationId,
    options: ReadOptions,
    placement: Placement,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<StagedImport, Error> {
    let source = Source { path: file.to_path_buf(), options };
    stage_files(unlocked, vec![source], client, placement, &Cancel::default(), progress).await
}

/// The same for several files, which become one import.
pub async fn stage_files(
    unlocked: &Unlocked,
    mut files: Vec<Source>,
    client: OrganizationId,
    placement: Placement,
    cancel: &Cancel,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<StagedImport, Error> {
    let placement = place::tidy(placement)?;
    let known = unlocked.store().load_client_name(client).await?;
    let client_name = known.ok_or(Error::NotFound("client"))?;
    // Without the client's key nothing could be sent: better said now than after the review.
    unlocked.keys_for(client).await?.sealer(client)?;
    let new_types = unlocked.server().fetch_new_item_types().await;
    for file in &mut files {
        file.options.new_types = new_types;
    }
    let expires_at = history::expiry(unlocked, Timestamp::now()).await?;
    let cancel = cancel.clone();
    let request = stage::Request { files, client, client_name, placement, expires_at, cancel };
    let staging = stage::stage(unlocked, request, progress).await?;
    // Staged it is, whether or not it could be compared.
    if let Err(error) = duplicates::mark(unlocked, staging).await {
        tracing::warn!(%error, "duplicates were not looked for");
    }
    get(unlocked, staging).await
}

/// Every staged, running and finished import, newest first.
pub async fn list(unlocked: &Unlocked) -> Result<Vec<StagedImport>, Error> {
    let rows = unlocked.store().load_stagings().await?;
    rows.into_iter().map(|row| open(unlocked, row)).collect()
}

/// One of them.
pub async fn get(unlocked: &Unlocked, staging: StagingId) -> Result<StagedImport, Error> {
    open(unlocked, load(unlocked, staging).await?)
}

/// A header that no longer opens (the account's key was rotated elsewhere) must not hide the row: it could
/// then not even be discarded.
fn open(unlocked: &Unlocked, row: StagingRow) -> Result<StagedImport, Error> {
    let header = match header_of(unlocked, &row) {
        Err(Error::Keys(keys::Error::Unopened | keys::Error::Malformed)) => Header::default(),
        other => other?,
    };
    Ok(describe(row, header))
}

fn header_of(unlocked: &Unlocked, row: &StagingRow) -> Result<Header, Error> {
    Header::open(&unlocked.keys().open_staging_key(&row.wrapped_key)?, &row.header)
}

/// Masked items `from..from + count`, in file order. None are left once the import is done.
pub async fn items(
    unlocked: &Unlocked,
    staging: StagingId,
    from: u32,
    count: u32,
) -> Result<Vec<MaskedItem>, Error> {
    let row = load(unlocked, staging).await?;
    let until = from.saturating_add(count).min(row.items);
    if row.state == StagedState::Done || from >= until {
        return Ok(Vec::new());
    }
    let key = sealed::key_of(unlocked, &row)?;
    let header = Header::open(&key, &row.header)?;
    let mut shown = Vec::new();
    for page in from / PAGE_ITEMS..=(until - 1) / PAGE_ITEMS {
        let Some(content) = unlocked.store().load_page(staging, page).await? else { break };
        let wanted = open_page(&key, page, &content)?.filter(|(at, _)| (from..until).contains(at));
        shown.extend(wanted.map(|(at, item)| masked(&item, at, &header.folders, false, 0)));
    }
    mark(unlocked, staging, &mut shown, from..until).await?;
    Ok(shown)
}

/// Adds what is not sealed: skipped or not, and how many findings.
async fn mark(
    unlocked: &Unlocked,
    staging: StagingId,
    shown: &mut [MaskedItem],
    range: std::ops::Range<u32>,
) -> Result<(), Error> {
    let skipped: HashSet<u32> = unlocked.store().load_skipped(staging).await?.into_iter().collect();
    let counted = unlocked.store().count_findings(staging, range.start, range.end).await?;
    let findings: HashMap<u32, u32> = counted.into_iter().collect();
    for item in shown {
        item.skipped = skipped.contains(&item.item);
        item.findings = findings.get(&item.item).copied().unwrap_or(0);
    }
    Ok(())
}

/// Findings, most severe first.
pub async fn findings(unlocked: &Unlocked, staging: StagingId) -> Result<Vec<Finding>, Error> {
    let row = load(unlocked, staging).await?;
    let mut findings = unlocked.store().load_findings(staging).await?;
    if row.state != StagedState::Done {
        let header = header_of(unlocked, &row)?;
        findings.extend(header.findings(row.skipped == 0));
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    Ok(findings)
}

/// Leaves items out of the upload, or takes them back in.
///
/// Once uploading has started, only what was not sent yet may still be left out: an item that the server
/// refuses must not hold up the others.
pub async fn set_skipped(
    unlocked: &Unlocked,
    staging: StagingId,
    items: &[u32],
    skipped: bool,
) -> Result<StagedImport, Error> {
    let row = load(unlocked, staging).await?;
    if items.iter().any(|item| *item >= row.items) {
        return Err(Error::NotFound("item"));
    }
    if row.state == StagedState::Staged {
        bench::leave_out(unlocked, staging, items, skipped).await?;
        return get(unlocked, staging).await;
    }
    // Not under the hands of an upload that has read the list already.
    let _hold = Hold::take(unlocked.store(), staging).await?;
    let row = load(unlocked, row.staging_id).await?;
    if !skipped || any_sent(unlocked, &row, items).await? {
        return Err(started());
    }
    unlocked.store().save_skipped(staging, items, skipped).await?;
    get(unlocked, staging).await
}

/// Whether the server has, or may have, one of `items`. A finished import has them all.
async fn any_sent(unlocked: &Unlocked, row: &StagingRow, items: &[u32]) -> Result<bool, Error> {
    let attempts = unlocked.store().load_attempts(row.staging_id).await?;
    let mut sent = attempts.iter().filter(|attempt| attempt.state != AttemptState::Absent);
    let any = sent.any(|attempt| attempt.entries.iter().any(|e| items.contains(&e.item)));
    Ok(any || row.state == StagedState::Done)
}

/// Changes where the items go. Refused once uploading has started.
pub async fn set_placement(
    unlocked: &Unlocked,
    staging: StagingId,
    placement: Placement,
) -> Result<StagedImport, Error> {
    let row = load(unlocked, staging).await?;
    let key = sealed::key_of(unlocked, &row)?;
    let placement = place::tidy(placement)?;
    let header = Header { placement, ..Header::open(&key, &row.header)? };
    let _hold = Hold::take(unlocked.store(), staging).await?;
    if !unlocked.store().save_header(staging, &header.seal(&key)?).await? {
        return Err(started());
    }
    get(unlocked, staging).await
}

pub(super) fn started() -> Error {
    Error::Refused("the upload of this import has started; it cannot be changed".to_owned())
}

/// Rows and key gone. Refused while uploading is unproven unless `even_if_unproven`.
pub async fn discard(
    unlocked: &Unlocked,
    staging: StagingId,
    even_if_unproven: bool,
) -> Result<(), Error> {
    let row = load(unlocked, staging).await?;
    if row.state == StagedState::Uploading && !even_if_unproven {
        return Err(Error::Refused(
            "some of this import may be on the server already; upload it again to find out"
                .to_owned(),
        ));
    }
    let now = Timestamp::now().to_string();
    let past = history::past(unlocked, &row, ImportEnd::Discarded, &now).await?;
    // Not under the hands of an upload that runs in another window.
    let hold = Hold::take(unlocked.store(), staging).await?;
    unlocked.store().save_past(&past, false).await?;
    unlocked.store().delete_staging(staging).await?;
    hold.remove();
    Ok(())
}

/// Who could be given access at the client (asks the server).
pub async fn access_choices(
    unlocked: &Unlocked,
    client: OrganizationId,
) -> Result<AccessChoices, Error> {
    let server = unlocked.server();
    let members = server.fetch_members(client).await?.into_iter().filter(|member| {
        // Confirmed. Before that a member has no key of the organization and could open nothing.
        member.status == 2
    });
    let mut members: Vec<_> = members.map(|member| (member.id, named(member))).collect();
    let groups = match server.fetch_groups(client).await {
        // "This organization cannot use groups.": a matter of its plan.
        Err(server::Error::Refused { .. } | server::Error::NotPermitted) => Vec::new(),
        other => other?,
    };
    let mut groups: Vec<_> = groups.into_iter().map(|group| (group.id, group.name)).collect();
    members.sort_by_key(|(_, name)| name.to_lowercase());
    groups.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(AccessChoices { groups, members })
}

/// `Name <address>`: names are not unique, and the terminal finds people by address.
fn named(member: server::MemberRow) -> String {
    if member.name.is_empty() {
        return member.email;
    }
    format!("{} <{}>", member.name, member.email)
}

/// The stored receipt of a finished upload.
pub async fn receipt(unlocked: &Unlocked, staging: StagingId) -> Result<Receipt, Error> {
    sealed::open_receipt(unlocked, &load(unlocked, staging).await?)
}
