//! `import items`, `item`, `reveal`, `edit`, `move`, `fix`, `undo`, `redo`: what is staged, looked at and changed.

use serde::Serialize;
use wardroom_core::import::bench::{self, Grid};
use wardroom_core::import::upload::Cancel;
use wardroom_core::model::{
    BenchAction, Fix, GridPage, GridQuery, GridSort, ItemDetail, Selection, Severity, StagingId,
};
use wardroom_core::session::Unlocked;

use super::{place, staging};
use crate::args::bench::{Bench, Chosen, Least, Matching, Mend, Order, Value};
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Lean, Page, Table};
use crate::password;

pub(super) async fn run(run: &Run, verb: &Bench) -> Result<String, Fault> {
    match verb {
        Bench::Items { id, matching, folder, sort, desc, from, count } => {
            let query = GridQuery {
                folder: folder.clone(),
                sort: order(*sort),
                descending: *desc,
                ..query(matching)
            };
            items(run, staging(id)?, &query, (*from, *count)).await
        }
        Bench::Item { id, item } => detail(run, staging(id)?, *item).await,
        Bench::Reveal { id, item, path } => reveal(run, staging(id)?, *item, path).await,
        Bench::Edit { id, item, path, value, dry_run } => {
            edit(run, staging(id)?, &Edit { item: *item, path, value, dry_run: *dry_run }).await
        }
        Bench::Move { id, chosen, to, keep_others, dry_run, .. } => {
            let (id, to) = (staging(id)?, to.as_deref());
            change(run, id, chosen, *dry_run, async |unlocked, selection| {
                Ok(bench::move_to(unlocked, id, selection, to, *keep_others).await?)
            })
            .await
        }
        Bench::Fix { id, fix, chosen, dry_run } => {
            let (id, fix) = (staging(id)?, mend(*fix));
            change(run, id, chosen, *dry_run, async |unlocked, selection| {
                Ok(bench::fix(unlocked, id, fix, selection).await?)
            })
            .await
        }
        Bench::Undo { id, dry_run } => turn(run, staging(id)?, true, *dry_run).await,
        Bench::Redo { id, dry_run } => turn(run, staging(id)?, false, *dry_run).await,
        Bench::Targets { id, offline } => place::targets(run, staging(id)?, *offline).await,
        Bench::Place { id, place, dry_run } => {
            place::place(run, staging(id)?, place, *dry_run).await
        }
    }
}

async fn grid(unlocked: &Unlocked, id: StagingId) -> Result<Grid, Fault> {
    Ok(Grid::open(unlocked, id, |_| (), &Cancel::default()).await?)
}

async fn items(
    run: &Run,
    id: StagingId,
    query: &GridQuery,
    (from, count): (u32, u32),
) -> Result<String, Fault> {
    let page: GridPage = run
        .with_keys(async |unlocked| Ok(grid(unlocked, id).await?.page(query, from, count)))
        .await?;
    Ok(run.console.answer(&page, |shown| items_page(&page, from, shown)))
}

fn items_page(grid: &GridPage, from: u32, page: &mut Page) {
    use Lean::{Left, Right};
    let mut table = Table::new(&[
        ("Item", Right),
        ("Kind", Left),
        ("Name", Left),
        ("User name", Left),
        ("Host", Left),
        ("Folder", Left),
        ("Findings", Left),
        ("", Left),
    ]);
    for row in &grid.rows {
        table.push([
            row.item.to_string(),
            row.kind.clone(),
            row.name.clone(),
            row.username.clone(),
            row.host.clone(),
            row.folders.join(", "),
            row.codes.iter().map(word).collect::<Vec<_>>().join(", "),
            (if row.skipped { "left out" } else { "" }).to_owned(),
        ]);
    }
    page.table(&table);
    page.quiet_line(&format!("{} of {} items match.", grid.matching, grid.total));
    let last = u64::from(from) + grid.rows.len() as u64;
    if last < grid.matching {
        page.quiet_line(&format!("{} more: --from {last}", grid.matching - last));
    }
    for count in &grid.codes {
        let fix = count.fix.map(|fix| format!("; import fix … {}", word(&fix))).unwrap_or_default();
        page.line(&format!("{}: {} items{fix}", word(&count.code), count.items));
    }
}

/// A word of the contract, as `--json` has it.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

async fn detail(run: &Run, id: StagingId, item: u32) -> Result<String, Fault> {
    let detail: ItemDetail =
        run.with_keys(async |unlocked| Ok(bench::detail(unlocked, id, item).await?)).await?;
    Ok(run.console.answer(&detail, |page| {
        page.fact("Name", &detail.row.name);
        page.fact("Kind", &detail.row.kind);
        page.fact("Folders", &detail.row.folders.join(", "));
        let mut table =
            Table::new(&[("Path", Lean::Left), ("Value", Lean::Left), ("Bytes", Lean::Right)]);
        for value in detail.values.iter().filter(|value| value.bytes > 0) {
            let label = value.label.as_ref().map(|label| format!(" ({label})")).unwrap_or_default();
            let shown = value.shown.clone().unwrap_or_else(|| "••••••".to_owned());
            table.push([format!("{}{label}", value.path), shown, value.bytes.to_string()]);
        }
        page.table(&table);
        super::read::findings_page(&detail.findings, page);
    }))
}

async fn reveal(run: &Run, id: StagingId, item: u32, path: &str) -> Result<String, Fault> {
    #[derive(Serialize)]
    struct Revealed<'a> {
        item: u32,
        path: &'a str,
        value: &'a str,
    }
    let value = run.with_keys(async |unlocked| Ok(bench::reveal(unlocked, id, item, path).await?));
    let value = value.await?;
    let answer = Revealed { item, path, value: value.expose() };
    Ok(run.console.answer(&answer, |page| page.raw(value.expose())))
}

/// What a change answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    staging_id: StagingId,
    /// Of the staging afterwards.
    revision: u64,
    /// Items that were chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<u32>>,
    /// What was taken back, or done again.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<BenchAction>,
}

impl Changed {
    fn say(&self, run: &Run) -> String {
        run.console.answer(self, |page| {
            let what = match (&self.items, &self.step) {
                (_, Some(step)) => format!("{} of {} items", word(&step.kind), step.items),
                (Some(items), _) => format!("{} items looked at", items.len()),
                _ => "1 value changed".to_owned(),
            };
            let would = if self.dry_run { "Would do" } else { "Done" };
            page.line(&format!("{would}: {what}."));
        })
    }
}

struct Edit<'a> {
    item: u32,
    path: &'a str,
    value: &'a Value,
    dry_run: bool,
}

async fn edit(run: &Run, id: StagingId, edit: &Edit<'_>) -> Result<String, Fault> {
    let value = match &edit.value.value_file {
        Some(path) => password::whole_file(path, "value")?,
        None => password::whole_stdin()?,
    };
    let revision = run.with_keys(async |unlocked| {
        if edit.dry_run {
            // The path and the item must be there all the same.
            bench::reveal(unlocked, id, edit.item, edit.path).await?;
            return Ok(bench::revision(unlocked, id).await?);
        }
        Ok(bench::edit(unlocked, id, edit.item, edit.path, value).await?)
    });
    let (revision, items) = (revision.await?, Some(vec![edit.item]));
    let answer = Changed { dry_run: edit.dry_run, staging_id: id, revision, items, step: None };
    Ok(answer.say(run))
}

async fn change(
    run: &Run,
    id: StagingId,
    chosen: &Chosen,
    dry_run: bool,
    work: impl AsyncFnOnce(&Unlocked, &Selection) -> Result<u64, Fault>,
) -> Result<String, Fault> {
    let (items, revision) = run
        .with_keys(async |unlocked| {
            let items = choose(unlocked, id, chosen).await?;
            if dry_run {
                return Ok((items, bench::revision(unlocked, id).await?));
            }
            let selection = Selection::Items(items.clone());
            let revision = work(unlocked, &selection).await?;
            Ok((items, revision))
        })
        .await?;
    let answer = Changed { dry_run, staging_id: id, revision, items: Some(items), step: None };
    Ok(answer.say(run))
}

/// The items that are meant, ascending.
pub(super) async fn choose(
    unlocked: &Unlocked,
    id: StagingId,
    chosen: &Chosen,
) -> Result<Vec<u32>, Fault> {
    let query = query(&chosen.matching);
    if query == GridQuery::default() {
        if chosen.items.is_empty() {
            let say = "say which items, such as with --items, --search or --finding";
            return Err(Fault::usage(say));
        }
        let mut items = chosen.items.clone();
        items.sort_unstable();
        items.dedup();
        return Ok(items);
    }
    let mut items = grid(unlocked, id).await?.matching(&query);
    items.retain(|item| chosen.items.is_empty() || chosen.items.contains(item));
    items.sort_unstable();
    Ok(items)
}

async fn turn(run: &Run, id: StagingId, undo: bool, dry_run: bool) -> Result<String, Fault> {
    let (step, revision) = run
        .with_keys(async |unlocked| {
            let page = grid(unlocked, id).await?.page(&GridQuery::default(), 0, 0);
            let step = if undo { page.undo } else { page.redo };
            let revision = match (dry_run, undo) {
                (true, _) if step.is_some() => page.revision,
                (_, true) => bench::undo(unlocked, id).await?,
                (_, false) => bench::redo(unlocked, id).await?,
            };
            Ok((step, revision))
        })
        .await?;
    Ok(Changed { dry_run, staging_id: id, revision, items: None, step }.say(run))
}

fn query(matching: &Matching) -> GridQuery {
    GridQuery {
        text: matching.search.clone().unwrap_or_default(),
        kinds: matching.kind.clone(),
        codes: matching.finding.clone(),
        severity: matching.severity.map(|least| match least {
            Least::Info => Severity::Info,
            Least::Warning => Severity::Warning,
            Least::Error => Severity::Error,
        }),
        ..GridQuery::default()
    }
}

fn order(order: Order) -> GridSort {
    match order {
        Order::File => GridSort::File,
        Order::Name => GridSort::Name,
        Order::Username => GridSort::Username,
        Order::Host => GridSort::Host,
        Order::Kind => GridSort::Kind,
        Order::Folder => GridSort::Folder,
        Order::Findings => GridSort::Findings,
    }
}

fn mend(fix: Mend) -> Fix {
    match fix {
        Mend::SplitNotes => Fix::SplitNotes,
        Mend::MoveToNotes => Fix::MoveToNotes,
        Mend::NameFromHost => Fix::NameFromHost,
        Mend::AddScheme => Fix::AddScheme,
        Mend::UriToField => Fix::UriToField,
        Mend::TotpToField => Fix::TotpToField,
        Mend::ToNote => Fix::ToNote,
        Mend::Skip => Fix::Skip,
    }
}
