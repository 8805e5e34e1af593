//! `import recipe …` and `--recipe`: how a spreadsheet's columns become items.

use std::path::Path;

use serde::Serialize;
use wardroom_core::import::recipe;
use wardroom_core::model::{ColumnRole, Recipe, RecipePreview, SheetPreview};

use super::read::findings_page;
use super::staged::items_table;
use crate::args::{Reading, RecipeVerb, Shape};
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Console, Lean, Page, Table};

/// The recipe in a file of this name; `None` when it can only be an id.
pub(super) fn in_file(name: &str) -> Result<Option<Recipe>, Fault> {
    if is_kept(Some(name)) { Ok(None) } else { Ok(Some(recipe::import_file(Path::new(name))?)) }
}

/// Whether a recipe is named that only the account knows: no file, nor written like one.
pub(super) fn is_kept(name: Option<&str>) -> bool {
    name.is_some_and(|name| !name.contains(['.', '/', '\\']) && !Path::new(name).is_file())
}

/// The kept recipe a person names; `None` when they name none, or a file.
pub(super) async fn kept(run: &Run, reading: &Reading) -> Result<Option<Recipe>, Fault> {
    match reading.recipe.as_deref() {
        Some(name) if is_kept(Some(name)) => Ok(Some(by_id(run, name).await?)),
        _ => Ok(None),
    }
}

async fn by_id(run: &Run, id: &str) -> Result<Recipe, Fault> {
    run.with_keys(async |unlocked| Ok(recipe::get(unlocked, id).await?)).await
}

/// Verbs that need no account.
pub(super) fn read_only(console: Console, verb: &RecipeVerb) -> Option<Result<String, Fault>> {
    match verb {
        RecipeVerb::Guess { file, shape, as_recipe } => {
            Some(guess(console, file, shape, *as_recipe))
        }
        RecipeVerb::Preview { file, recipe } => {
            let found = in_file(recipe).transpose()?;
            Some(found.and_then(|recipe| preview(console, file, &recipe)))
        }
        _ => None,
    }
}

/// Verbs that work with kept recipes.
pub(super) async fn run(run: &Run, verb: &RecipeVerb) -> Result<String, Fault> {
    match verb {
        RecipeVerb::List { fitting } => list(run, fitting.as_deref()).await,
        RecipeVerb::Preview { file, recipe } => {
            preview(run.console, file, &by_id(run, recipe).await?)
        }
        RecipeVerb::Save { file, name, id, dry_run } => {
            let mut recipe = recipe::import_file(file)?;
            recipe.name = name.clone().unwrap_or(recipe.name);
            recipe.recipe_id = id.clone().unwrap_or_default();
            save(run, recipe, *dry_run).await
        }
        RecipeVerb::Export { id } => Ok(recipe::export(&by_id(run, id).await?)),
        RecipeVerb::Delete { id, dry_run } => delete(run, id, *dry_run).await,
        RecipeVerb::Guess { .. } => {
            unreachable!("`read_only` answers this before the data folder is opened")
        }
    }
}

fn guess(console: Console, file: &Path, shape: &Shape, as_recipe: bool) -> Result<String, Fault> {
    let said = Recipe {
        sheet: shape.sheet.clone(),
        delimiter: shape.delimiter.clone(),
        header_row: shape.header_row,
        ..Recipe::default()
    };
    let seen = recipe::guess(file, Some(&said))?;
    if as_recipe {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        return Ok(recipe::export(&Recipe { name, ..seen.recipe }));
    }
    Ok(console.answer(&seen, |page| sheet_page(&seen, page)))
}

fn sheet_page(seen: &SheetPreview, page: &mut Page) {
    if !seen.sheets.is_empty() {
        page.fact("Sheets", &seen.sheets.join(", "));
    }
    page.fact("Rows", &seen.total.to_string());
    recipe_page(&seen.recipe, page);
    findings_page(&seen.findings, page);
}

fn recipe_page(recipe: &Recipe, page: &mut Page) {
    use Lean::{Left, Right};
    let row = recipe.header_row.map_or_else(|| "none".to_owned(), |row| row.to_string());
    page.fact("Column names in row", &row);
    let mut table = Table::new(&[("Column", Right), ("Name", Left), ("Becomes", Left)]);
    for (index, column) in recipe.columns.iter().enumerate() {
        table.push([(index + 1).to_string(), column.header.clone(), role(column.role).to_owned()]);
    }
    page.table(&table);
}

fn role(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Ignore => "nothing",
        ColumnRole::Name => "name",
        ColumnRole::Folder => "folder",
        ColumnRole::Username => "user name",
        ColumnRole::Password => "password",
        ColumnRole::Totp => "TOTP secret",
        ColumnRole::Uri => "address",
        ColumnRole::Notes => "notes",
        ColumnRole::Field => "text field",
        ColumnRole::HiddenField => "hidden field",
        ColumnRole::Favorite => "favourite",
        ColumnRole::Kind => "kind",
        ColumnRole::CardNumber => "card number",
        ColumnRole::CardHolder => "card holder",
        ColumnRole::CardExpiry => "card expiry",
        ColumnRole::CardCode => "card code",
    }
}

fn preview(console: Console, file: &Path, recipe: &Recipe) -> Result<String, Fault> {
    let preview: RecipePreview = recipe::preview(file, recipe)?;
    Ok(console.answer(&preview, |page| {
        page.fact("Items", &preview.total.to_string());
        page.table(&items_table(&preview.items));
        let more = preview.total.saturating_sub(preview.items.len() as u64);
        if more > 0 {
            page.quiet_line(&format!("{more} more."));
        }
        findings_page(&preview.findings, page);
    }))
}

async fn list(run: &Run, fitting: Option<&Path>) -> Result<String, Fault> {
    let recipes = run
        .with_keys(async |unlocked| {
            Ok(match fitting {
                Some(file) => recipe::look(unlocked, file, None).await?.fitting,
                None => recipe::list(unlocked).await?,
            })
        })
        .await?;
    Ok(run.console.answer(&recipes, |page| {
        use Lean::{Left, Right};
        let mut table = Table::new(&[("Id", Left), ("Name", Left), ("Columns", Right)]);
        for recipe in &recipes {
            table.push([
                recipe.recipe_id.clone(),
                recipe.name.clone(),
                recipe.columns.len().to_string(),
            ]);
        }
        page.table(&table);
    }))
}

async fn save(run: &Run, recipe: Recipe, dry_run: bool) -> Result<String, Fault> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Saved {
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        dry_run: bool,
        #[serde(flatten)]
        recipe: Recipe,
    }
    let recipe = run
        .with_keys(async |unlocked| {
            if !dry_run {
                return Ok(recipe::save(unlocked, recipe).await?);
            }
            if !recipe.recipe_id.is_empty() {
                recipe::get(unlocked, &recipe.recipe_id).await?;
            }
            Ok(recipe)
        })
        .await?;
    let saved = Saved { dry_run, recipe };
    Ok(run.console.answer(&saved, |page| {
        let verb = if dry_run { "Would keep" } else { "Kept" };
        page.line(&format!("{verb} {} {}", saved.recipe.name, saved.recipe.recipe_id));
    }))
}

async fn delete(run: &Run, id: &str, dry_run: bool) -> Result<String, Fault> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Deleted {
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        dry_run: bool,
        deleted: String,
    }
    run.with_keys(async |unlocked| {
        recipe::get(unlocked, id).await?;
        if !dry_run {
            recipe::delete(unlocked, id).await?;
        }
        Ok(())
    })
    .await?;
    let deleted = Deleted { dry_run, deleted: id.to_owned() };
    Ok(run.console.answer(&deleted, |page| {
        page.line(if dry_run { "Would forget it." } else { "Forgotten." });
    }))
}
