//! `import …`: reading a file (`read`), keeping it sealed (`staged`), sending it (`upload`).

mod bench;
mod duplicates;
mod health;
mod past;
mod place;
mod read;
mod recipe;
mod staged;
mod upload;

use wardroom_core::Error;
use wardroom_core::import::Error as ImportError;
use wardroom_core::keys::ExportOpener;
use wardroom_core::model::{DuplicateQuery, ItemCounts, Recipe, StagingId};
use wardroom_core::session::Session;

use crate::args::{Checks, Import, Reading};
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::Console;

/// Verbs that look at a file and at nothing else: no account, no data folder.
pub(crate) fn read_only(console: Console, verb: &Import) -> Option<Result<String, Fault>> {
    match verb {
        Import::Formats => Some(Ok(read::formats(console))),
        Import::Detect { file } => Some(read::detect(console, file)),
        Import::Inspect { export } | Import::Convert { export, .. }
            if recipe::is_kept(export.reading.recipe.as_deref()) =>
        {
            None
        }
        Import::Inspect { export } => {
            Some(read::inspect(console, export, Own::default())).filter(needs_no_account)
        }
        Import::Convert { export, output, organization, dry_run } => {
            let target = read::Target { output, organization: *organization, dry_run: *dry_run };
            Some(read::convert(console, export, Own::default(), &target)).filter(needs_no_account)
        }
        Import::Recipe { verb } => recipe::read_only(console, verb),
        _ => None,
    }
}

/// An export that only the account that made it can read may be that of the account at hand.
fn needs_no_account(answer: &Result<String, Fault>) -> bool {
    !matches!(answer, Err(Fault::Core(Error::Import(ImportError::AccountRestricted))))
}

/// What only an account has for reading a file.
#[derive(Default)]
struct Own {
    /// The recipe that was named by its id.
    recipe: Option<Recipe>,
    /// Opens the account's own exports.
    opener: Option<ExportOpener>,
}

/// Reads with what the account has, as far as it is open; nobody is asked for it.
async fn with_own(
    run: &Run,
    reading: &Reading,
    read: impl FnOnce(Own) -> Result<String, Fault>,
) -> Result<String, Fault> {
    let recipe = recipe::kept(run, reading).await?;
    let Ok(Session::Unlocked(unlocked)) = run.session().await else {
        return read(Own { recipe, opener: None });
    };
    // It may be the export of any of the organizations; one without a key opens nothing.
    for client in wardroom_core::sync::clients(&unlocked).await.unwrap_or_default() {
        let _ = unlocked.keys_for(client.organization_id).await;
    }
    let answer = read(Own { recipe, opener: Some(unlocked.keys().export_opener()) });
    unlocked.lock().await?;
    answer
}

/// Verbs that work with staged imports.
pub(crate) async fn run(run: &Run, verb: &Import) -> Result<String, Fault> {
    match verb {
        Import::Stage(stage) => staged::stage(run, stage).await,
        Import::Staged => staged::list(run).await,
        Import::Show { id, from, count } => staged::show(run, staging(id)?, *from..*count).await,
        Import::Skip { id, chosen, blocking, undo, dry_run } => {
            let skip = staged::Skip { chosen, blocking: *blocking, undo: *undo, dry_run: *dry_run };
            staged::skip(run, staging(id)?, &skip).await
        }
        Import::Discard { id, even_if_unproven, dry_run } => {
            staged::discard(run, staging(id)?, *even_if_unproven, *dry_run).await
        }
        Import::Upload { id, dry_run: true } => upload::plan(run, staging(id)?).await,
        Import::Upload { id, dry_run: false } => upload::upload(run, staging(id)?).await,
        Import::Receipt { id } => upload::receipt(run, staging(id)?).await,
        Import::Checks(verb) => checks(run, verb).await,
        Import::Bench(verb) => bench::run(run, verb).await,
        Import::Past(verb) => past::run(run, verb).await,
        Import::Recipe { verb } => recipe::run(run, verb).await,
        Import::Inspect { export } => {
            with_own(run, &export.reading, |own| read::inspect(run.console, export, own)).await
        }
        Import::Convert { export, output, organization, dry_run } => {
            let target = read::Target { output, organization: *organization, dry_run: *dry_run };
            let convert = |own| read::convert(run.console, export, own, &target);
            with_own(run, &export.reading, convert).await
        }
        Import::Formats | Import::Detect { .. } => {
            unreachable!("`read_only` answers these before the data folder is opened")
        }
    }
}

async fn checks(run: &Run, verb: &Checks) -> Result<String, Fault> {
    match verb {
        Checks::Duplicates { id, kind, elsewhere, from, count } => {
            let kind = kind.map(duplicates::kind);
            let query = DuplicateQuery { kind, elsewhere: *elsewhere };
            duplicates::list(run, id, &query, (*from, *count)).await
        }
        Checks::Resolve(wanted) => duplicates::resolve(run, wanted).await,
        Checks::Health(wanted) => health::check(run, wanted).await,
    }
}

/// What cannot be an id names no staging: not found, as with an id that is gone.
fn staging(id: &str) -> Result<StagingId, Fault> {
    Ok(id.parse().map_err(|_| Error::NotFound("staged import"))?)
}

/// "12 logins, 1 note": kinds that occur.
fn kinds(counts: &ItemCounts) -> String {
    let kinds = [
        (counts.login, "login", "logins"),
        (counts.note, "note", "notes"),
        (counts.card, "card", "cards"),
        (counts.identity, "identity", "identities"),
        (counts.ssh_key, "SSH key", "SSH keys"),
        (counts.bank_account, "bank account", "bank accounts"),
        (counts.drivers_license, "driver's licence", "driver's licences"),
        (counts.passport, "passport", "passports"),
    ];
    let some: Vec<_> = kinds
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| crate::output::counted(*count, one, many))
        .collect();
    if some.is_empty() { "nothing".to_owned() } else { some.join(", ") }
}
