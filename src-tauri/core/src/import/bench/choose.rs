//! Many items at once: left out, moved, mended.

use super::super::check::SHORT_BYTES;
use super::super::upload::Cancel;
use super::{Desk, Grid, fix::mend};
use crate::Error;
use crate::model::{BenchActionKind, Fix, Selection, StagedState, StagingId};
use crate::session::Unlocked;

/// Leaves items out of the upload, or takes them back in. Answers the new revision.
///
/// Once uploading has started, only what was not sent yet may still be left out.
pub async fn set_skipped(
    unlocked: &Unlocked,
    staging: StagingId,
    selection: &Selection,
    skipped: bool,
) -> Result<u64, Error> {
    let items = resolve(unlocked, staging, selection).await?;
    let staged = super::super::staging::get(unlocked, staging).await?;
    if staged.state != StagedState::Staged {
        super::super::staging::set_skipped(unlocked, staging, &items, skipped).await?;
        return revision(unlocked, staging).await;
    }
    leave_out(unlocked, staging, &items, skipped).await
}

pub(crate) async fn leave_out(
    unlocked: &Unlocked,
    staging: StagingId,
    items: &[u32],
    skipped: bool,
) -> Result<u64, Error> {
    let desk = Desk::open(unlocked, staging, None).await?;
    let kind = if skipped { BenchActionKind::Skip } else { BenchActionKind::Keep };
    let mut change = desk.begin(kind);
    desk.know(items)?;
    for item in items {
        change.skip(*item, skipped);
    }
    desk.apply(change).await
}

/// Puts items into a folder, which is made when the file has none of that path; `None` takes them out of every
/// folder. `keep_others` leaves them where they are as well. Answers the new revision.
pub async fn move_to(
    unlocked: &Unlocked,
    staging: StagingId,
    selection: &Selection,
    folder: Option<&str>,
    keep_others: bool,
) -> Result<u64, Error> {
    let items = resolve(unlocked, staging, selection).await?;
    let desk = Desk::open(unlocked, staging, None).await?;
    desk.know(&items)?;
    let mut change = desk.begin(BenchActionKind::Move);
    let mut folders = desk.folders().to_vec();
    let folder = match folder.map(str::trim) {
        Some(path) if path.is_empty() || path.len() > SHORT_BYTES => {
            return Err(Error::Refused(format!("a folder's name has 1 to {SHORT_BYTES} bytes")));
        }
        Some(path) => Some(place_of(&mut folders, path)),
        None => None,
    };
    let moved = desk.edit(&mut change, &items, |_, item| {
        let mut new = if keep_others { item.folders.clone() } else { Vec::new() };
        new.extend(folder.filter(|folder| !new.contains(folder)));
        Ok(std::mem::replace(&mut item.folders, new.clone()) != new)
    });
    if moved.await? > 0 {
        change.set_folders(folders);
    }
    desk.apply(change).await
}

/// The index of `path`, which is appended when it is not there.
fn place_of(folders: &mut Vec<String>, path: &str) -> u32 {
    let place = folders.iter().position(|folder| folder == path).unwrap_or_else(|| {
        folders.push(path.to_owned());
        folders.len() - 1
    });
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Does what one click does about a finding, where it applies. Answers the new revision.
pub async fn fix(
    unlocked: &Unlocked,
    staging: StagingId,
    fix: Fix,
    selection: &Selection,
) -> Result<u64, Error> {
    if fix == Fix::Skip {
        return set_skipped(unlocked, staging, selection, true).await;
    }
    let items = resolve(unlocked, staging, selection).await?;
    let desk = Desk::open(unlocked, staging, None).await?;
    desk.know(&items)?;
    let mut change = desk.begin(BenchActionKind::Fix);
    let mut more = Vec::new();
    let mended = desk.edit(&mut change, &items, |_, item| Ok(mend(fix, item, &mut more)));
    mended.await?;
    desk.append(&mut change, more).await?;
    desk.apply(change).await
}

/// Which revision the staging is at: a [`Grid`] of another one is stale.
pub async fn revision(unlocked: &Unlocked, staging: StagingId) -> Result<u64, Error> {
    Ok(super::super::sealed::load(unlocked, staging).await?.revision)
}

async fn resolve(
    unlocked: &Unlocked,
    staging: StagingId,
    selection: &Selection,
) -> Result<Vec<u32>, Error> {
    match selection {
        Selection::Items(items) => Ok(items.clone()),
        Selection::Matching(query) => {
            let grid = Grid::open(unlocked, staging, |_| (), &Cancel::default()).await?;
            Ok(grid.matching(query))
        }
    }
}
