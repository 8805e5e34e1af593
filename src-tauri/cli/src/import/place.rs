//! `import place`, `targets`: which collections a staged import leads to.

use serde::Serialize;
use wardroom_core::import::staging;
use wardroom_core::model::{
    Client, CollectionTarget, Flatten, FolderRule, Placement, StagedImport, StagingId,
};
use wardroom_core::session::Unlocked;

use super::staged::access;
use crate::args::bench::{Keep, Place};
use crate::clients;
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Lean, Page, Table};

pub(super) async fn targets(run: &Run, id: StagingId, offline: bool) -> Result<String, Fault> {
    let targets =
        run.with_keys(async |unlocked| Ok(staging::targets(unlocked, id, !offline).await?)).await?;
    Ok(run.console.answer(&targets, |page| targets_page(&targets, page)))
}

fn targets_page(targets: &[CollectionTarget], page: &mut Page) {
    use Lean::{Left, Right};
    let mut table =
        Table::new(&[("Collection", Left), ("Items", Right), ("", Left), ("Folders", Left)]);
    for target in targets {
        let path = if target.path.is_empty() { "(none)" } else { &target.path };
        let there = match target.exists {
            Some(true) => "there",
            Some(false) => "new",
            None => "",
        };
        let items = target.items.to_string();
        table.push([path.to_owned(), items, there.to_owned(), target.folders.join(", ")]);
    }
    page.table(&table);
}

/// Where a staged import goes now.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Placed {
    #[serde(flatten)]
    staged: StagedImport,
    targets: Vec<CollectionTarget>,
}

/// Where it would go.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    dry_run: bool,
    staging_id: StagingId,
    placement: Placement,
}

pub(super) async fn place(
    run: &Run,
    id: StagingId,
    wanted: &Place,
    dry_run: bool,
) -> Result<String, Fault> {
    if dry_run {
        let placement = run.with_keys(async |unlocked| {
            let staged = staging::get(unlocked, id).await?;
            let client = clients::find(unlocked, &staged.client.to_string()).await?;
            placement(unlocked, &client, wanted).await
        });
        let planned = Planned { dry_run: true, staging_id: id, placement: placement.await? };
        return Ok(run.console.answer(&planned, |page| page.line("Would place the items so.")));
    }
    let placed = run.with_keys(async |unlocked| {
        let staged = staging::get(unlocked, id).await?;
        let client = clients::find(unlocked, &staged.client.to_string()).await?;
        let placement = placement(unlocked, &client, wanted).await?;
        let staged = staging::set_placement(unlocked, id, placement).await?;
        let targets = staging::targets(unlocked, id, false).await?;
        Ok(Placed { staged, targets })
    });
    let placed = placed.await?;
    Ok(run.console.answer(&placed, |page| targets_page(&placed.targets, page)))
}

async fn placement(
    unlocked: &Unlocked,
    client: &Client,
    wanted: &Place,
) -> Result<Placement, Fault> {
    let mapped = wanted.map.iter().map(|(folder, path)| (folder, Some(path.clone())));
    let dropped = wanted.drop.iter().map(|folder| (folder, None));
    let rules = mapped.chain(dropped).map(|(folder, to)| FolderRule { folder: folder.clone(), to });
    Ok(Placement {
        collections: wanted.collection.clone(),
        folders_to_collections: !wanted.no_folders,
        access: access(unlocked, client, (&wanted.access_group, &wanted.access_member)).await?,
        separator: wanted.separator.clone(),
        flatten: match wanted.flatten {
            Keep::Whole => Flatten::Whole,
            Keep::Top => Flatten::Top,
            Keep::Last => Flatten::Last,
        },
        prefix: wanted.prefix.clone(),
        parents: wanted.parents,
        rules: rules.collect(),
    })
}
