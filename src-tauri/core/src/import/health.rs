//! How healthy a staged import is: looked at page by page, told as a report, a finding per item, and on request a
//! collection of what is to be mended.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::bench::Desk;
use super::exposed;
use super::mask::masked;
use super::sealed::{key_of, load, open_page};
use super::upload::Cancel;
use crate::health::{Survey, TwoStepList, Verdict};
use crate::keys::StagingKey;
use crate::model::{
    BenchActionKind, ExposedSource, Finding, FindingCode, HealthPick, HealthReport, HealthRow,
    Item, Severity, StagedState, StagingId,
};
use crate::session::Unlocked;
use crate::store::{FindingOrigin, PAGE_ITEMS, StagingRow};
use crate::{Error, import};

/// Pages opened at once: enough for every core to have passwords to score.
const PAGES_AT_ONCE: u32 = 8;

/// Rows of a report at most.
const MOST_ROWS: u32 = 10_000;

/// What to look for, and where.
#[derive(Debug, Clone, Default)]
pub struct HealthOptions {
    /// Whether to ask about exposed passwords, and whom.
    pub exposed: ExposedSource,
    /// The list for [`ExposedSource::List`].
    pub list: Option<PathBuf>,
    /// A newer list of sites with two-step login than Wardroom's own (2fa.directory's `totp.json`).
    pub two_step: Option<PathBuf>,
    /// Rows wanted.
    pub worst: u32,
}

/// Looks at every item that is not left out. `progress` gets what is done and how much there is; the latter grows
/// once it is known how many passwords are to be asked about.
///
/// # Errors
/// [`import::Error::Stopped`] when cancelled; no finding is changed then.
pub async fn check(
    unlocked: &Unlocked,
    staging: StagingId,
    options: HealthOptions,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
    cancel: &Cancel,
) -> Result<HealthReport, Error> {
    let row = load(unlocked, staging).await?;
    if row.state == StagedState::Done {
        return Err(Error::Refused("this import is done; its items are no longer here".to_owned()));
    }
    let key = key_of(unlocked, &row)?;
    let list = two_step_list(options.two_step.clone()).await?;
    let mut survey = survey(unlocked, &row, &key, list, &progress, cancel).await?;
    let items = u64::from(row.items);
    let asked = options.exposed != ExposedSource::Off;
    let incomplete = match options.exposed {
        ExposedSource::Off => false,
        ExposedSource::Online => {
            let told = |done, total| progress(items + done, items + total);
            exposed::ask(unlocked, &mut survey.passwords, told, cancel).await?.incomplete
        }
        ExposedSource::List => {
            let path = options.list.ok_or_else(|| {
                Error::Refused("choose the list of exposed passwords first".to_owned())
            })?;
            let cancel = cancel.clone();
            survey = blocking(move || {
                let told = |done, total| progress(items + done, items + total);
                exposed::look_up(&path, &mut survey.passwords, told, &cancel)?;
                Ok::<_, Error>(survey)
            })
            .await?;
            false
        }
    };
    let several = row.files.len() > 1;
    let findings: Vec<_> =
        survey.verdicts().flat_map(|verdict| findings(&verdict, several)).collect();
    let origin = FindingOrigin::Health;
    let revision = unlocked.store().replace_findings(staging, origin, &findings).await?;
    let worst = usize::try_from(options.worst.min(MOST_ROWS)).unwrap_or(0);
    Ok(HealthReport {
        checked_at: jiff::Timestamp::now().to_string(),
        revision,
        exposed_incomplete: incomplete,
        rows: rows(unlocked, &row, &key, &survey.worst(worst)).await?,
        ..survey.summary(asked)
    })
}

async fn two_step_list(path: Option<PathBuf>) -> Result<TwoStepList, Error> {
    let Some(path) = path else { return Ok(TwoStepList::built_in()) };
    let json = tokio::fs::read(path).await.map_err(import::Error::Unreadable)?;
    TwoStepList::parse(&json).ok_or_else(|| {
        Error::Refused(
            "this is no list of sites in the form of 2fa.directory's totp.json".to_owned(),
        )
    })
}

/// Looks at everything, some pages at a time and off the async threads.
async fn survey(
    unlocked: &Unlocked,
    row: &StagingRow,
    key: &StagingKey,
    list: TwoStepList,
    progress: &(impl Fn(u64, u64) + Send + Sync),
    cancel: &Cancel,
) -> Result<Survey, Error> {
    let skipped: BTreeSet<u32> =
        unlocked.store().load_skipped(row.staging_id).await?.into_iter().collect();
    let pages = row.items.div_ceil(PAGE_ITEMS);
    let mut parts = (Survey::default(), list, skipped);
    let mut next = 0;
    while next < pages {
        if cancel.is_cancelled() {
            return Err(import::Error::Stopped.into());
        }
        let until = next.saturating_add(PAGES_AT_ONCE).min(pages);
        let mut sealed = Vec::new();
        for page in next..until {
            if let Some(content) = unlocked.store().load_page(row.staging_id, page).await? {
                sealed.push((page, content));
            }
        }
        let key = key.clone();
        parts = blocking(move || {
            let (mut survey, list, skipped) = parts;
            let mut items: Vec<(u32, Item)> = Vec::new();
            for (page, content) in sealed {
                items.extend(open_page(&key, page, &content)?);
            }
            items.retain(|(index, _)| !skipped.contains(index));
            survey.add(&items, &list);
            Ok::<_, Error>((survey, list, skipped))
        })
        .await?;
        next = until;
        let done = u64::from(until) * u64::from(PAGE_ITEMS);
        progress(done.min(row.items.into()), row.items.into());
    }
    Ok(parts.0)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}

fn findings(verdict: &Verdict, several: bool) -> impl Iterator<Item = Finding> + use<> {
    use FindingCode::{ExposedPassword, MissingTwoStep, PlainHttp, ReusedPassword, WeakPassword};
    use Severity::{Info, Warning};
    let fact = verdict.fact;
    let password = verdict.password;
    let seen = password.and_then(|password| password.exposed).unwrap_or(0);
    let score = password.map_or(0, |password| password.score);
    let used = password.map_or(0, |password| password.used);
    let all = [
        (
            verdict.exposed,
            (ExposedPassword, Warning, "login.password"),
            format!("the password was seen {seen} times in breaches"),
        ),
        (
            verdict.weak,
            (WeakPassword, Warning, "login.password"),
            format!("the password is easy to guess (score {score} of 4)"),
        ),
        (
            verdict.reused,
            (ReusedPassword, Info, "login.password"),
            format!("{used} items have this password"),
        ),
        (
            fact.plain_http,
            (PlainHttp, Info, "login.uris"),
            "an address without encryption".to_owned(),
        ),
        (
            fact.missing_two_step,
            (MissingTwoStep, Info, "login.totp"),
            "the site offers two-step login, and the item has no TOTP".to_owned(),
        ),
    ];
    all.into_iter().filter(|(is, ..)| *is).map(move |(_, (code, severity, field), message)| {
        let (row, item, field) = (Some(fact.row), Some(fact.item), Some(field.to_owned()));
        let file = several.then_some(fact.file);
        Finding { code, severity, file, row, item, field, message }
    })
}

/// The worst ones with what people know them by; opens their pages only.
async fn rows(
    unlocked: &Unlocked,
    row: &StagingRow,
    key: &StagingKey,
    worst: &[Verdict],
) -> Result<Vec<HealthRow>, Error> {
    let wanted: BTreeSet<u32> = worst.iter().map(|verdict| verdict.fact.item).collect();
    let pages: BTreeSet<u32> = wanted.iter().map(|item| item / PAGE_ITEMS).collect();
    let mut shown = HashMap::with_capacity(wanted.len());
    for page in pages {
        let Some(content) = unlocked.store().load_page(row.staging_id, page).await? else {
            continue;
        };
        let items = open_page(key, page, &content)?.filter(|(index, _)| wanted.contains(index));
        shown.extend(items.map(|(index, item)| (index, masked(&item, index, &[], false, 0))));
    }
    let told = |verdict: &Verdict| {
        let known = shown.remove(&verdict.fact.item)?;
        Some(HealthRow {
            item: verdict.fact.item,
            name: known.name,
            username: known.username,
            host: known.host,
            used: verdict.password.map_or(1, |password| password.used),
            score: verdict.password.map(|password| password.score),
            exposed: verdict.password.and_then(|password| password.exposed),
            plain_http: verdict.fact.plain_http,
            missing_two_step: Some(verdict.fact.missing_two_step),
        })
    };
    Ok(worst.iter().filter_map(told).collect())
}

/// Items that the last check found something about of what `pick` names, and that are not left out.
pub async fn picked(
    unlocked: &Unlocked,
    staging: StagingId,
    pick: &HealthPick,
) -> Result<Vec<u32>, Error> {
    let wanted = |code: FindingCode| match code {
        FindingCode::ExposedPassword => pick.exposed,
        FindingCode::WeakPassword => pick.weak,
        FindingCode::ReusedPassword => pick.reused,
        FindingCode::PlainHttp => pick.plain_http,
        FindingCode::MissingTwoStep => pick.missing_two_step,
        _ => false,
    };
    load(unlocked, staging).await?;
    let store = unlocked.store();
    let found = store.load_findings_of(staging, FindingOrigin::Health).await?;
    let skipped: BTreeSet<u32> = store.load_skipped(staging).await?.into_iter().collect();
    let items = found.into_iter().filter(|finding| wanted(finding.code)).filter_map(|f| f.item);
    let items: BTreeSet<u32> = items.filter(|item| !skipped.contains(item)).collect();
    Ok(items.into_iter().collect())
}

/// Puts what the last check found into a collection besides their own, so that somebody can work through them.
/// Answers the new revision.
///
/// # Errors
/// [`Error::Refused`] when nothing of it was found, when the staging was changed since `revision`, and when folders
/// do not become collections.
pub async fn tag(
    unlocked: &Unlocked,
    staging: StagingId,
    pick: &HealthPick,
    collection: &str,
    revision: u64,
) -> Result<u64, Error> {
    let collection = collection.trim();
    if collection.is_empty() || collection.len() > super::check::SHORT_BYTES {
        let text = format!("a collection's name has 1 to {} bytes", super::check::SHORT_BYTES);
        return Err(Error::Refused(text));
    }
    if !super::staging::get(unlocked, staging).await?.placement.folders_to_collections {
        return Err(Error::Refused(
            "folders do not become collections in this import; change that first".to_owned(),
        ));
    }
    let items = picked(unlocked, staging, pick).await?;
    if items.is_empty() {
        return Err(Error::Refused("the last check found none of these".to_owned()));
    }
    let desk = Desk::open(unlocked, staging, Some(revision)).await?;
    let mut folders = desk.folders().to_vec();
    let place = folders.iter().position(|path| path == collection).unwrap_or(folders.len());
    if place == folders.len() {
        folders.push(collection.to_owned());
    }
    let folder = u32::try_from(place).unwrap_or(u32::MAX);
    let mut change = desk.begin(BenchActionKind::Move);
    change.set_folders(folders);
    desk.edit(&mut change, &items, |_, item| {
        let new = !item.folders.contains(&folder);
        if new {
            item.folders.push(folder);
        }
        Ok(new)
    })
    .await?;
    desk.apply(change).await
}
