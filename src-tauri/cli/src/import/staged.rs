//! `import stage`, `staged`, `show`, `skip`, `discard`: what is sealed on this machine.

use std::ops::Range;

use serde::Serialize;
use wardroom_core::import::upload::Cancel;
use wardroom_core::import::{formats, history, staging};
use wardroom_core::model::{
    AccessGrant, AccessKind, Client, ExpiredNotice, Finding, Inspection, MaskedItem, Placement,
    Severity, StagedImport, StagedState, StagingId,
};
use wardroom_core::session::Unlocked;

use super::read::{findings_page, inspection_page, sources};
use super::{kinds, recipe, upload::Line};
use crate::args::Stage;
use crate::clients;
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Lean, Page, Table, age, now};

/// A staged import with what was found in it.
#[derive(Serialize)]
struct Staged {
    #[serde(flatten)]
    staged: StagedImport,
    findings: Vec<Finding>,
}

/// One staged import with a window onto its masked items.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(flatten)]
    staged: StagedImport,
    findings: Vec<Finding>,
    from: u32,
    masked_items: Vec<MaskedItem>,
}

/// What staging would keep, and for whom.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    dry_run: bool,
    client: String,
    client_name: String,
    placement: Placement,
    #[serde(flatten)]
    inspection: Inspection,
}

/// `import stage`
pub(super) async fn stage(run: &Run, wanted: &Stage) -> Result<String, Fault> {
    let kept = recipe::kept(run, &wanted.reading).await?;
    let files = sources(&wanted.files, &wanted.reading, kept)?;
    if wanted.dry_run {
        return planned(run, wanted, &formats::inspect_several(&files)?).await;
    }
    let line = Line::new(run.console);
    let answer = run
        .with_keys(async |unlocked| {
            let client = clients::find(unlocked, &wanted.client).await?;
            let placement = placement(unlocked, &client, wanted).await?;
            let progress = move |read| line.reading(read);
            let (id, cancel) = (client.organization_id, Cancel::default());
            let staged =
                staging::stage_files(unlocked, files, id, placement, &cancel, progress).await?;
            let findings = staging::findings(unlocked, staged.staging_id).await?;
            Ok(Staged { staged, findings })
        })
        .await?;
    Ok(run.console.answer(&answer, |page| {
        let Staged { staged, findings } = &answer;
        page.line(&format!(
            "Staged {} items for {} as {}",
            staged.items, staged.client_name, staged.staging_id
        ));
        findings_page(findings, page);
    }))
}

async fn planned(run: &Run, wanted: &Stage, inspection: &Inspection) -> Result<String, Fault> {
    let (client, placement) = run
        .with_keys(async |unlocked| {
            let client = clients::find(unlocked, &wanted.client).await?;
            let placement = placement(unlocked, &client, wanted).await?;
            Ok((client, placement))
        })
        .await?;
    let planned = Planned {
        dry_run: true,
        client: client.organization_id.to_string(),
        client_name: client.name,
        placement,
        inspection: inspection.clone(),
    };
    Ok(run.console.answer(&planned, |page| {
        page.line(&format!("Would stage for {}:", planned.client_name));
        inspection_page(inspection, page);
    }))
}

async fn placement(
    unlocked: &Unlocked,
    client: &Client,
    wanted: &Stage,
) -> Result<Placement, Fault> {
    Ok(Placement {
        collections: wanted.collection.clone(),
        folders_to_collections: !wanted.no_folders,
        access: access(unlocked, client, wanted).await?,
        ..Placement::default()
    })
}

/// The people and groups named on the command line, as the client has them; asks the server only if any
/// is named.
async fn access(
    unlocked: &Unlocked,
    client: &Client,
    wanted: &Stage,
) -> Result<Vec<AccessGrant>, Fault> {
    if wanted.access_group.is_empty() && wanted.access_member.is_empty() {
        return Ok(Vec::new());
    }
    let choices = staging::access_choices(unlocked, client.organization_id).await?;
    let groups = choices.groups.iter().map(|(id, name)| (id.to_string(), name.as_str()));
    let members = choices.members.iter().map(|(id, name)| (id.to_string(), name.as_str()));
    let (groups, members) = (groups.collect::<Vec<_>>(), members.collect::<Vec<_>>());
    let mut access = Vec::new();
    for name in &wanted.access_group {
        access.push(grant(AccessKind::Group, &groups, "group", |known| known == name)?);
    }
    for email in &wanted.access_member {
        let named = |known: &str| is_member(known, email);
        access.push(grant(AccessKind::Member, &members, "member", named)?);
    }
    Ok(access)
}

/// Members are listed as an address, or as a name with the address in angle brackets.
fn is_member(known: &str, email: &str) -> bool {
    let address = known.rsplit_once('<').map_or(known, |(_, rest)| rest.trim_end_matches('>'));
    address.eq_ignore_ascii_case(email)
}

fn grant(
    kind: AccessKind,
    choices: &[(String, &str)],
    noun: &'static str,
    named: impl Fn(&str) -> bool,
) -> Result<AccessGrant, Fault> {
    let found: Vec<_> = choices.iter().filter(|(_, name)| named(name)).collect();
    match found.as_slice() {
        [] => {
            let known: Vec<_> = choices.iter().map(|(_, name)| *name).collect();
            let there = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(Fault::Missing {
                message: format!("{noun} not found"),
                hint: format!("{noun}s of this client: {there}"),
            })
        }
        [(id, name)] => {
            Ok(AccessGrant { kind, id: id.clone(), name: (*name).to_owned(), manage: true })
        }
        several => Err(Fault::usage(format!("{} {noun}s have this name", several.len()))),
    }
}

/// `import staged`
pub(super) async fn list(run: &Run) -> Result<String, Fault> {
    use Lean::{Left, Right};
    let (imports, expired) = run
        .with_keys(async |unlocked| {
            let expired = history::expired(unlocked, jiff::Timestamp::now()).await?;
            history::expired_seen(unlocked).await?;
            Ok((staging::list(unlocked).await?, expired))
        })
        .await?;
    for ExpiredNotice { import } in &expired {
        let (files, client) = (import.files.join(", "), &import.client_name);
        run.console.note(&format!("{files} for {client} was staged too long and is forgotten"));
    }
    Ok(run.console.answer(&imports, |page| {
        let mut table = Table::new(&[
            ("Id", Left),
            ("Client", Left),
            ("File", Left),
            ("Items", Right),
            ("Landed", Right),
            ("State", Left),
            ("Staged", Left),
        ]);
        for import in &imports {
            table.push([
                import.staging_id.to_string(),
                import.client_name.clone(),
                import.file_name.clone(),
                import.items.to_string(),
                import.landed.to_string(),
                state(import.state).to_owned(),
                age(&import.created_at, now()),
            ]);
        }
        page.table(&table);
    }))
}

fn state(state: StagedState) -> &'static str {
    match state {
        StagedState::Staged => "staged",
        StagedState::Uploading => "uploading",
        StagedState::Done => "done",
    }
}

/// `import show`; `window` is the first item and how many.
pub(super) async fn show(run: &Run, id: StagingId, window: Range<u32>) -> Result<String, Fault> {
    let Range { start: from, end: count } = window;
    let shown = run
        .with_keys(async |unlocked| {
            let staged = staging::get(unlocked, id).await?;
            let findings = staging::findings(unlocked, id).await?;
            let masked_items = staging::items(unlocked, id, from, count).await?;
            Ok(Shown { staged, findings, from, masked_items })
        })
        .await?;
    Ok(run.console.answer(&shown, |page| shown_page(&shown, page)))
}

fn shown_page(shown: &Shown, page: &mut Page) {
    let staged = &shown.staged;
    page.fact("Client", &staged.client_name);
    page.fact("File", &format!("{} ({})", staged.file_name, staged.format));
    page.fact("State", state(staged.state));
    page.fact("Items", &kinds(&staged.counts));
    page.fact("Left out", &staged.skipped.to_string());
    page.fact("Blocking", &staged.blocking.to_string());
    if staged.state == StagedState::Done {
        page.quiet_line("Its items are on the server; the sealed copy here is shredded.");
    } else {
        page.table(&items_table(&shown.masked_items));
        let last = u64::from(shown.from) + shown.masked_items.len() as u64;
        if last < staged.items {
            page.quiet_line(&format!("{} more: --from {last}", staged.items - last));
        }
    }
    findings_page(&shown.findings, page);
}

pub(super) fn items_table(items: &[MaskedItem]) -> Table {
    use Lean::{Left, Right};
    let mut table = Table::new(&[
        ("Item", Right),
        ("Kind", Left),
        ("Name", Left),
        ("User name", Left),
        ("Password", Left),
        ("Folder", Left),
        ("", Left),
    ]);
    for item in items {
        table.push([
            item.item.to_string(),
            item.kind.clone(),
            item.name.clone(),
            item.username.clone(),
            (if item.has_password { "••••••" } else { "" }).to_owned(),
            item.folders.join(", "),
            (if item.skipped { "left out" } else { "" }).to_owned(),
        ]);
    }
    table
}

/// Which items `import skip` means.
pub(super) struct Skip<'a> {
    pub(super) items: &'a [u32],
    pub(super) blocking: bool,
    pub(super) undo: bool,
    pub(super) dry_run: bool,
}

/// `import skip`
pub(super) async fn skip(run: &Run, id: StagingId, skip: &Skip<'_>) -> Result<String, Fault> {
    if skip.items.is_empty() && !skip.blocking {
        return Err(Fault::usage("say which items with --items or --blocking"));
    }
    let (items, staged) = run
        .with_keys(async |unlocked| {
            let mut items = skip.items.to_vec();
            if skip.blocking {
                items.extend(blocking(&staging::findings(unlocked, id).await?));
            }
            items.sort_unstable();
            items.dedup();
            let staged = if skip.dry_run {
                staging::get(unlocked, id).await?
            } else {
                staging::set_skipped(unlocked, id, &items, !skip.undo).await?
            };
            Ok((items, staged))
        })
        .await?;
    if skip.dry_run {
        return Ok(planned_skip(run, id, items, !skip.undo));
    }
    Ok(run.console.answer(&staged, |page| {
        let counts = (staged.skipped, staged.items, staged.blocking);
        page.line(&format!("{} of {} left out, {} still blocking.", counts.0, counts.1, counts.2));
    }))
}

fn blocking(findings: &[Finding]) -> impl Iterator<Item = u32> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .filter_map(|finding| finding.item)
}

fn planned_skip(run: &Run, staging_id: StagingId, items: Vec<u32>, skipped: bool) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Planned {
        dry_run: bool,
        staging_id: StagingId,
        items: Vec<u32>,
        skipped: bool,
    }
    let planned = Planned { dry_run: true, staging_id, items, skipped };
    run.console.answer(&planned, |page| {
        let verb = if skipped { "leave out" } else { "take back" };
        page.line(&format!("Would {verb} {} items.", planned.items.len()));
    })
}

/// `import discard`
pub(super) async fn discard(
    run: &Run,
    id: StagingId,
    even_if_unproven: bool,
    dry_run: bool,
) -> Result<String, Fault> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Discarded {
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        dry_run: bool,
        discarded: StagingId,
    }
    run.with_keys(async |unlocked| {
        if dry_run {
            staging::get(unlocked, id).await?;
            return Ok(());
        }
        Ok(staging::discard(unlocked, id, even_if_unproven).await?)
    })
    .await?;
    let answer = Discarded { dry_run, discarded: id };
    Ok(run.console.answer(&answer, |page| {
        page.line(&format!("{} {id}.", if dry_run { "Would discard" } else { "Discarded" }));
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_by_address_however_the_list_names_them() {
        assert!(is_member("ann@acme.example", "Ann@acme.example"));
        assert!(is_member("Ann <ann@acme.example>", "ann@acme.example"));
        assert!(!is_member("Ann <ann@acme.example>", "Ann"), "names are not unique, addresses are");
    }

    #[test]
    fn a_group_name_that_two_groups_share_is_wrong_usage() {
        let groups = [("1".to_owned(), "Staff"), ("2".to_owned(), "Staff"), ("3".to_owned(), "IT")];
        let named = |name: &'static str| {
            grant(AccessKind::Group, &groups, "group", move |known| known == name)
        };
        assert_eq!(named("Staff").unwrap_err().exit_code(), 2);
        assert_eq!(named("Sales").unwrap_err().exit_code(), 5);
        let grant = named("IT").unwrap();
        assert!(grant.manage, "somebody must be able to manage a new collection");
        assert_eq!(grant.id, "3");
    }
}
