//! What was imported, how long staged data is kept, and the files it came from.
//!
//! Staged data is forgotten by itself after some days, since it is other people's passwords; the person is
//! told. A past import stays listed when nothing else of it is left.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, ToSpan};
use sha2::{Digest, Sha256};

use super::hold::Hold;
use super::sealed::{key_of, load};
use crate::keys::StagingKey;
use crate::model::{
    ExpiredNotice, ImportEnd, ImportSettings, OrganizationId, PastImport, SourceFile, SourceNow,
    StagedImport, StagedState, StagingId,
};
use crate::session::Unlocked;
use crate::store::{FileRow, StagingRow};
use crate::{Error, store};

/// Two weeks: a migration is over by then, or was forgotten.
const KEEP_DAYS: u32 = 14;

/// Ten years; more is a slip of the finger.
const MOST_DAYS: u32 = 3_650;

const KEEP_DAYS_NAME: &str = "keepDays";

/// Past imports whose client, file or person contain every word of `text`, the newest first.
pub async fn list(
    unlocked: &Unlocked,
    client: Option<OrganizationId>,
    text: &str,
) -> Result<Vec<PastImport>, Error> {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut all = unlocked.store().load_history(client).await?;
    all.retain(|past| {
        let about = format!(
            "{} {} {} {}",
            past.client_name,
            past.by,
            past.files.join(" "),
            past.formats.join(" ")
        )
        .to_lowercase();
        words.iter().all(|word| about.contains(word.as_str()))
    });
    Ok(all)
}

/// How an import ends, for the history.
pub(super) async fn past(
    unlocked: &Unlocked,
    row: &StagingRow,
    end: ImportEnd,
    ended_at: &str,
) -> Result<PastImport, Error> {
    let landed = if end == ImportEnd::Done { row.items - row.skipped } else { row.landed };
    let files = unlocked.store().load_files(row.staging_id).await?;
    let mut formats: Vec<_> = files.into_iter().map(|file| file.format).collect();
    if formats.is_empty() {
        formats.push(row.format.clone());
    }
    Ok(PastImport {
        staging_id: row.staging_id,
        client: row.client,
        client_name: row.client_name.clone(),
        end,
        ended_at: ended_at.to_owned(),
        by: unlocked.account().email.clone(),
        files: if row.files.is_empty() { vec![row.file_name.clone()] } else { row.files.clone() },
        formats,
        items: row.items.into(),
        landed: landed.into(),
    })
}

/// How staged imports are kept.
pub async fn settings(unlocked: &Unlocked) -> Result<ImportSettings, Error> {
    let kept = unlocked.store().load_import_setting(KEEP_DAYS_NAME).await?;
    let keep_days = kept.and_then(|days| days.parse().ok()).unwrap_or(KEEP_DAYS);
    Ok(ImportSettings { keep_days })
}

/// Changes that, for what is staged from now on.
pub async fn set_settings(unlocked: &Unlocked, settings: &ImportSettings) -> Result<(), Error> {
    check_days(settings.keep_days)?;
    let days = settings.keep_days.to_string();
    Ok(unlocked.store().save_import_setting(KEEP_DAYS_NAME, &days).await?)
}

fn check_days(days: u32) -> Result<(), Error> {
    if days > MOST_DAYS {
        return Err(Error::Refused("staged imports are kept ten years at most".to_owned()));
    }
    Ok(())
}

/// When something staged at `now` is forgotten by itself.
pub(super) async fn expiry(unlocked: &Unlocked, now: Timestamp) -> Result<Option<String>, Error> {
    Ok(after(now, settings(unlocked).await?.keep_days))
}

fn after(now: Timestamp, days: u32) -> Option<String> {
    (days > 0).then(|| (now + (24 * i64::from(days)).hours()).to_string())
}

/// Keeps a staged import for `days` from `now` on; 0 for ever.
pub async fn keep(
    unlocked: &Unlocked,
    staging: StagingId,
    days: u32,
    now: Timestamp,
) -> Result<StagedImport, Error> {
    check_days(days)?;
    load(unlocked, staging).await?;
    if !unlocked.store().save_expiry(staging, after(now, days).as_deref()).await? {
        return Err(Error::Refused(
            "the upload of this import has started; it is kept until it is proven or discarded"
                .to_owned(),
        ));
    }
    super::staging::get(unlocked, staging).await
}

/// Forgets what was staged too long ago and never sent; answers everything forgotten of which the person was
/// not told yet.
pub async fn expired(unlocked: &Unlocked, now: Timestamp) -> Result<Vec<ExpiredNotice>, Error> {
    let store = unlocked.store();
    let over = |row: &StagingRow| {
        let at = row.expires_at.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
        row.state == StagedState::Staged && at.is_some_and(|at| at <= now)
    };
    for row in store.load_stagings().await?.into_iter().filter(over) {
        // Somebody is working on it: it has another day.
        let Ok(hold) = Hold::take(store, row.staging_id).await else { continue };
        let past = past(unlocked, &row, ImportEnd::Expired, &now.to_string()).await?;
        store.save_past(&past, true).await?;
        store.delete_staging(row.staging_id).await?;
        hold.remove();
    }
    let unseen = store.load_unseen().await?;
    Ok(unseen.into_iter().map(|import| ExpiredNotice { import }).collect())
}

/// The person was told.
pub async fn expired_seen(unlocked: &Unlocked) -> Result<(), Error> {
    Ok(unlocked.store().save_seen().await?)
}

/// The files of an import, as they are on this machine now. Reads each of them.
pub async fn sources(unlocked: &Unlocked, staging: StagingId) -> Result<Vec<SourceFile>, Error> {
    let row = load(unlocked, staging).await?;
    let key = key_of(unlocked, &row)?;
    let files = unlocked.store().load_files(staging).await?;
    let looking = tokio::task::spawn_blocking(move || {
        (0..).zip(&files).map(|(index, file)| Ok(look_at(&key, index, file)?.0)).collect()
    });
    looking.await.unwrap_or_else(|stopped| std::panic::resume_unwind(stopped.into_panic()))
}

/// Deletes a source file of a finished import.
///
/// The name is removed from its folder and nothing more: what the disk, its snapshots, backups and synced
/// folders keep of the content is beyond this program, and overwriting would not reach it.
pub async fn delete_source(
    unlocked: &Unlocked,
    staging: StagingId,
    file: u32,
) -> Result<SourceFile, Error> {
    source_to_delete(unlocked, staging, file, true).await
}

/// What [`delete_source`] would delete; refuses what it would refuse.
pub async fn plan_delete(
    unlocked: &Unlocked,
    staging: StagingId,
    file: u32,
) -> Result<SourceFile, Error> {
    source_to_delete(unlocked, staging, file, false).await
}

async fn source_to_delete(
    unlocked: &Unlocked,
    staging: StagingId,
    file: u32,
    really: bool,
) -> Result<SourceFile, Error> {
    let row = load(unlocked, staging).await?;
    if row.state != StagedState::Done {
        return Err(Error::Refused(
            "the import is not proven yet; until then its file is the only other copy".to_owned(),
        ));
    }
    let key = key_of(unlocked, &row)?;
    let files = unlocked.store().load_files(staging).await?;
    let index = usize::try_from(file).ok().filter(|index| *index < files.len());
    let index = index.ok_or(Error::NotFound("source file"))?;
    let deleting = tokio::task::spawn_blocking(move || {
        let (mut source, path) = look_at(&key, file, &files[index])?;
        if source.now == SourceNow::Changed {
            return Err(Error::Refused(
                "the file there has other content than the one that was imported".to_owned(),
            ));
        }
        if really && source.now == SourceNow::Same {
            std::fs::remove_file(path).map_err(store::Error::Folder)?;
            source.now = SourceNow::Gone;
        }
        Ok(source)
    });
    deleting.await.unwrap_or_else(|stopped| std::panic::resume_unwind(stopped.into_panic()))
}

fn look_at(key: &StagingKey, index: u32, file: &FileRow) -> Result<(SourceFile, PathBuf), Error> {
    let folder =
        String::from_utf8(key.open(&file.folder)?.to_vec()).map_err(|_| store::Error::Damaged)?;
    let path = Path::new(&folder).join(&file.name);
    let now = match hash(&path) {
        Ok(sha256) if sha256 == file.sha256 => SourceNow::Same,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => SourceNow::Gone,
        // Also when it is there and not to be read: it is not known to be the same.
        Ok(_) | Err(_) => SourceNow::Changed,
    };
    let FileRow { name, format, sha256, .. } = file.clone();
    Ok((SourceFile { file: index, name, folder, format, sha256, now }, path))
}

fn hash(path: &Path) -> std::io::Result<String> {
    use std::fmt::Write;
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut chunk = zeroize::Zeroizing::new(vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hash.update(&chunk[..read]);
    }
    Ok(hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}
