//! `import duplicates`, `import resolve`: what is there twice, and what becomes of it.

use serde::Serialize;
use wardroom_core::import::duplicates::{self, DuplicatePlan};
use wardroom_core::model::{
    DuplicateGroup, DuplicateKind, DuplicateMember, DuplicateQuery, DuplicateReport, DuplicateRule,
    StagingId,
};

use super::staging as staging_id;
use crate::args::{Alike, Resolve, Rule};
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Lean, Page, Table, counted};

/// What `import resolve` did, or would do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resolved {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    staging_id: StagingId,
    revision: u64,
    #[serde(flatten)]
    plan: DuplicatePlan,
}

/// `import duplicates`; `window` is the first group and how many.
pub(super) async fn list(
    run: &Run,
    id: &str,
    query: &DuplicateQuery,
    window: (u32, u32),
) -> Result<String, Fault> {
    let (from, count) = window;
    let id = staging_id(id)?;
    let report = run
        .with_keys(async |unlocked| Ok(duplicates::report(unlocked, id, query, from, count).await?))
        .await?;
    Ok(run.console.answer(&report, |page| report_page(&report, from, page)))
}

pub(super) fn kind(alike: Alike) -> DuplicateKind {
    match alike {
        Alike::Exact => DuplicateKind::Exact,
        Alike::Near => DuplicateKind::Near,
    }
}

fn rule(rule: Rule) -> DuplicateRule {
    match rule {
        Rule::Keep => DuplicateRule::Keep,
        Rule::SkipLater => DuplicateRule::SkipLater,
        Rule::KeepFullest => DuplicateRule::KeepFullest,
        Rule::Merge => DuplicateRule::Merge,
    }
}

fn report_page(report: &DuplicateReport, from: u32, page: &mut Page) {
    use Lean::{Left, Right};
    page.fact("Exact", &counted(report.exact, "group", "groups"));
    page.fact("Near", &counted(report.near, "group", "groups"));
    page.fact("Uploaded", &counted(report.earlier, "item", "items"));
    page.fact("Superfluous", &counted(report.superfluous, "item", "items"));
    page.fact("Revision", &report.revision.to_string());
    let mut table = Table::new(&[
        ("Group", Right),
        ("Kind", Left),
        ("Item", Right),
        ("Name", Left),
        ("User name", Left),
        ("Site", Left),
        ("From", Left),
        ("", Left),
    ]);
    for group in &report.groups {
        group.members.iter().for_each(|member| table.push(row(group, member)));
    }
    page.table(&table);
    let shown = u64::from(from) + report.groups.len() as u64;
    if shown < report.matching {
        page.quiet_line(&format!("{} more: --from {shown}", report.matching - shown));
    }
}

fn row(group: &DuplicateGroup, member: &DuplicateMember) -> [String; 8] {
    let from = match (&member.uploaded_at, member.row) {
        (Some(at), _) => format!("uploaded {at}"),
        (None, Some(row)) => format!("{}, line {row}", member.file_name),
        (None, None) => member.file_name.clone(),
    };
    let kind = match group.kind {
        DuplicateKind::Exact => "exact",
        DuplicateKind::Near => "near",
    };
    [
        group.group.to_string(),
        kind.to_owned(),
        member.item.map(|item| item.to_string()).unwrap_or_default(),
        member.name.clone(),
        member.username.clone(),
        member.host.clone(),
        from,
        (if member.skipped { "left out" } else { "" }).to_owned(),
    ]
}

/// `import resolve`
pub(super) async fn resolve(run: &Run, wanted: &Resolve) -> Result<String, Fault> {
    let id = staging_id(&wanted.id)?;
    let (kind, rule) = (kind(wanted.kind), rule(wanted.rule));
    let groups = (!wanted.groups.is_empty()).then_some(wanted.groups.as_slice());
    let resolved = run
        .with_keys(async |unlocked| {
            let looked = duplicates::report(unlocked, id, &DuplicateQuery::default(), 0, 0).await?;
            let revision = wanted.revision.unwrap_or(looked.revision);
            let plan = duplicates::plan(unlocked, id, groups, kind, rule).await?;
            let revision = if wanted.dry_run {
                revision
            } else {
                duplicates::resolve(unlocked, id, groups, kind, rule, revision).await?
            };
            Ok(Resolved { dry_run: wanted.dry_run, staging_id: id, revision, plan })
        })
        .await?;
    Ok(run.console.answer(&resolved, |page| {
        let DuplicatePlan { groups, skipped, kept, merged } = resolved.plan;
        let would = if resolved.dry_run { "Would settle" } else { "Settled" };
        page.line(&format!(
            "{would} {}: {skipped} left out, {kept} taken back in, {merged} merged.",
            counted(groups, "group", "groups")
        ));
    }))
}
