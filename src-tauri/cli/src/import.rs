//! `import …`: reading a file (`read`), keeping it sealed (`staged`), sending it (`upload`).

mod past;
mod read;
mod recipe;
mod staged;
mod upload;

use wardroom_core::Error;
use wardroom_core::model::{ItemCounts, StagingId};

use crate::args::Import;
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
        Import::Inspect { export } => Some(read::inspect(console, export, None)),
        Import::Convert { export, output, organization, dry_run } => {
            let target = read::Target { output, organization: *organization, dry_run: *dry_run };
            Some(read::convert(console, export, None, &target))
        }
        Import::Recipe { verb } => recipe::read_only(console, verb),
        _ => None,
    }
}

/// Verbs that work with staged imports.
pub(crate) async fn run(run: &Run, verb: &Import) -> Result<String, Fault> {
    match verb {
        Import::Stage(stage) => staged::stage(run, stage).await,
        Import::Staged => staged::list(run).await,
        Import::Show { id, from, count } => staged::show(run, staging(id)?, *from..*count).await,
        Import::Skip { id, items, blocking, undo, dry_run } => {
            let skip = staged::Skip { items, blocking: *blocking, undo: *undo, dry_run: *dry_run };
            staged::skip(run, staging(id)?, &skip).await
        }
        Import::Discard { id, even_if_unproven, dry_run } => {
            staged::discard(run, staging(id)?, *even_if_unproven, *dry_run).await
        }
        Import::Upload { id, dry_run: true } => upload::plan(run, staging(id)?).await,
        Import::Upload { id, dry_run: false } => upload::upload(run, staging(id)?).await,
        Import::Receipt { id } => upload::receipt(run, staging(id)?).await,
        Import::Past(verb) => past::run(run, verb).await,
        Import::Recipe { verb } => recipe::run(run, verb).await,
        Import::Inspect { export } => {
            let kept = recipe::kept(run, &export.reading).await?;
            read::inspect(run.console, export, kept)
        }
        Import::Convert { export, output, organization, dry_run } => {
            let kept = recipe::kept(run, &export.reading).await?;
            let target = read::Target { output, organization: *organization, dry_run: *dry_run };
            read::convert(run.console, export, kept, &target)
        }
        Import::Formats | Import::Detect { .. } => {
            unreachable!("`read_only` answers these before the data folder is opened")
        }
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
