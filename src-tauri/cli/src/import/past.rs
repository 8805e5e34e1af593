//! `import history`, `source`, `keep`, `settings`: what is over, and how long staged data is kept.

use serde::Serialize;
use wardroom_core::import::{history, staging};
use wardroom_core::model::{
    ImportEnd, ImportSettings, PastImport, SourceFile, SourceNow, StagedImport, StagingId,
};

use super::staging as staging_id;
use crate::args::Past;
use crate::clients;
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Lean, Table, age, now};

pub(super) async fn run(run: &Run, verb: &Past) -> Result<String, Fault> {
    match verb {
        Past::History { client, search } => list(run, client.as_deref(), search).await,
        Past::Source { id, delete: None, .. } => sources(run, staging_id(id)?).await,
        Past::Source { id, delete: Some(file), dry_run } => {
            delete(run, staging_id(id)?, *file, *dry_run).await
        }
        Past::Keep { id, days, dry_run } => keep(run, staging_id(id)?, *days, *dry_run).await,
        Past::Settings { keep_days, dry_run } => settings(run, *keep_days, *dry_run).await,
    }
}

async fn list(run: &Run, client: Option<&str>, search: &str) -> Result<String, Fault> {
    let past: Vec<PastImport> = run
        .with_keys(async |unlocked| {
            let client = match client {
                Some(name) => Some(clients::find(unlocked, name).await?.organization_id),
                None => None,
            };
            Ok(history::list(unlocked, client, search).await?)
        })
        .await?;
    Ok(run.console.answer(&past, |page| {
        use Lean::{Left, Right};
        let mut table = Table::new(&[
            ("Id", Left),
            ("Client", Left),
            ("Files", Left),
            ("Items", Right),
            ("Landed", Right),
            ("Ended", Left),
            ("By", Left),
            ("When", Left),
        ]);
        for past in &past {
            table.push([
                past.staging_id.to_string(),
                past.client_name.clone(),
                past.files.join(", "),
                past.items.to_string(),
                past.landed.to_string(),
                end(past.end).to_owned(),
                past.by.clone(),
                age(&past.ended_at, now()),
            ]);
        }
        page.table(&table);
    }))
}

fn end(end: ImportEnd) -> &'static str {
    match end {
        ImportEnd::Done => "done",
        ImportEnd::Discarded => "discarded",
        ImportEnd::Expired => "expired",
    }
}

async fn sources(run: &Run, id: StagingId) -> Result<String, Fault> {
    let files = run.with_keys(async |unlocked| Ok(history::sources(unlocked, id).await?)).await?;
    Ok(run.console.answer(&files, |page| {
        use Lean::{Left, Right};
        let mut table =
            Table::new(&[("File", Right), ("Name", Left), ("Folder", Left), ("Now", Left)]);
        for file in &files {
            table.push([
                file.file.to_string(),
                file.name.clone(),
                file.folder.clone(),
                state(file.now).to_owned(),
            ]);
        }
        page.table(&table);
    }))
}

fn state(now: SourceNow) -> &'static str {
    match now {
        SourceNow::Same => "as it was read",
        SourceNow::Changed => "changed since",
        SourceNow::Gone => "not there",
    }
}

async fn delete(run: &Run, id: StagingId, file: u32, dry_run: bool) -> Result<String, Fault> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Deleted {
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        dry_run: bool,
        #[serde(flatten)]
        file: SourceFile,
    }
    let file = run
        .with_keys(async |unlocked| {
            if !dry_run {
                return Ok(history::delete_source(unlocked, id, file).await?);
            }
            Ok(history::plan_delete(unlocked, id, file).await?)
        })
        .await?;
    let answer = Deleted { dry_run, file };
    Ok(run.console.answer(&answer, |page| {
        let name = &answer.file.name;
        page.line(&format!("{} {name}.", if dry_run { "Would delete" } else { "Deleted" }));
        page.quiet_line(
            "Deleting removes the name, not the traces: the disk, its snapshots, backups and synced folders may \
             keep the content.",
        );
    }))
}

async fn keep(run: &Run, id: StagingId, days: u32, dry_run: bool) -> Result<String, Fault> {
    let staged: StagedImport = run
        .with_keys(async |unlocked| {
            if dry_run {
                return Ok(staging::get(unlocked, id).await?);
            }
            Ok(history::keep(unlocked, id, days, jiff::Timestamp::now()).await?)
        })
        .await?;
    Ok(run.console.answer(&staged, |page| {
        if dry_run {
            page.line(&format!("Would keep {} for {days} days from now.", staged.file_name));
        } else if let Some(at) = &staged.expires_at {
            page.line(&format!("{} is kept until {at}.", staged.file_name));
        } else {
            page.line(&format!("{} is kept until it is discarded.", staged.file_name));
        }
    }))
}

async fn settings(run: &Run, days: Option<u32>, dry_run: bool) -> Result<String, Fault> {
    let settings = run
        .with_keys(async |unlocked| {
            let Some(keep_days) = days else { return Ok(history::settings(unlocked).await?) };
            let settings = ImportSettings { keep_days };
            if !dry_run {
                history::set_settings(unlocked, &settings).await?;
            }
            Ok(settings)
        })
        .await?;
    Ok(run.console.answer(&settings, |page| match settings.keep_days {
        0 => page.line("Staged imports are kept until they are sent or discarded."),
        days => page.line(&format!("Staged imports are forgotten after {days} days.")),
    }))
}
