//! Recipes: how a spreadsheet's columns become items, guessed, tried, kept and shared.
//!
//! A recipe holds names of columns and of a sheet, never a cell.

use std::io::Read as _;
use std::path::Path;

use super::formats::sheet_preview;
use crate::Error;
use crate::model::{Recipe, RecipePreview, SheetPreview};
use crate::session::Unlocked;
use crate::store::RecipeRow;

/// The file of one recipe holds some 50 bytes for each column.
const LARGEST_FILE: usize = 256 * 1024;

/// As with rows.
const MOST_COLUMNS: usize = 4096;

/// Names of recipes, columns and sheets, in bytes.
const LONGEST_NAME: usize = 1000;

/// What is written into every file, so that another JSON is not taken for a recipe.
const KIND: &str = "wardroom-recipe";

/// What a spreadsheet looks like and would become, without saved recipes: needs no account.
///
/// Sheet, delimiter and row of the column names are those of `shape`, where it has them (row 0 says that there are
/// no names); columns are guessed anew. Blocking: call it off the async threads.
pub fn guess(path: &Path, shape: Option<&Recipe>) -> Result<SheetPreview, super::Error> {
    Ok(sheet_preview::look(path, shape)?.preview)
}

/// The same, with the saved recipes that fit.
pub async fn look(
    unlocked: &Unlocked,
    path: &Path,
    shape: Option<&Recipe>,
) -> Result<SheetPreview, Error> {
    let (path, shape) = (path.to_path_buf(), shape.cloned());
    let looking = tokio::task::spawn_blocking(move || sheet_preview::look(&path, shape.as_ref()));
    let seen =
        looking.await.unwrap_or_else(|stopped| std::panic::resume_unwind(stopped.into_panic()))?;
    let rows = unlocked.store().load_recipes().await?;
    let fits = |row: &RecipeRow| seen.headers.contains(&row.header);
    let fitting = rows.into_iter().filter(fits).map(read_row).collect::<Result<_, _>>()?;
    Ok(SheetPreview { fitting, ..seen.preview })
}

/// What a recipe makes of a file. Blocking: call it off the async threads.
pub fn preview(path: &Path, recipe: &Recipe) -> Result<RecipePreview, super::Error> {
    check(recipe)?;
    sheet_preview::preview(path, recipe)
}

/// Every saved recipe, the one changed last first.
pub async fn list(unlocked: &Unlocked) -> Result<Vec<Recipe>, Error> {
    unlocked.store().load_recipes().await?.into_iter().map(read_row).collect()
}

/// One of them, by its id.
pub async fn get(unlocked: &Unlocked, recipe_id: &str) -> Result<Recipe, Error> {
    let found = list(unlocked).await?.into_iter().find(|recipe| recipe.recipe_id == recipe_id);
    found.ok_or(Error::NotFound("recipe"))
}

/// Keeps a recipe, in place of the one with its id; without an id it gets one.
pub async fn save(unlocked: &Unlocked, mut recipe: Recipe) -> Result<Recipe, Error> {
    check(&recipe)?;
    recipe.name = recipe.name.trim().to_owned();
    if recipe.name.is_empty() {
        return Err(malformed("the recipe has no name").into());
    }
    if recipe.recipe_id.is_empty() {
        recipe.recipe_id = uuid::Uuid::new_v4().to_string();
    } else {
        get(unlocked, &recipe.recipe_id).await?;
    }
    let row = RecipeRow {
        recipe_id: recipe.recipe_id.clone(),
        name: recipe.name.clone(),
        header: sheet_preview::header_of(&recipe.columns),
        content: serde_json::to_string(&recipe).expect("a recipe is plain data"),
        changed_at: jiff::Timestamp::now().to_string(),
    };
    unlocked.store().save_recipe(&row).await?;
    Ok(recipe)
}

/// Forgets a recipe.
pub async fn delete(unlocked: &Unlocked, recipe_id: &str) -> Result<(), Error> {
    if unlocked.store().delete_recipe(recipe_id).await? {
        Ok(())
    } else {
        Err(Error::NotFound("recipe"))
    }
}

/// A recipe as a file for other people: JSON, without the id it has here.
#[must_use]
pub fn export(recipe: &Recipe) -> String {
    let shared = Recipe { recipe_id: String::new(), ..recipe.clone() };
    let mut json = serde_json::to_value(shared).expect("a recipe is plain data");
    json["kind"] = KIND.into();
    if let Some(object) = json.as_object_mut() {
        object.remove("recipeId");
    }
    format!("{json:#}\n")
}

/// A name for that file that every system takes.
#[must_use]
pub fn file_name(recipe: &Recipe) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let stem: String = recipe.name.chars().take(60).map(plain).collect();
    let stem = stem.trim_matches('-');
    format!("{}.recipe.json", if stem.is_empty() { "spreadsheet" } else { stem })
}

/// Reads such a file; the recipe is not saved yet. Blocking: call it off the async threads.
pub fn import_file(path: &Path) -> Result<Recipe, super::Error> {
    let file = std::fs::File::open(path).map_err(super::Error::Unreadable)?;
    let mut bytes = Vec::new();
    let mut file = file.take(LARGEST_FILE as u64 + 1);
    file.read_to_end(&mut bytes).map_err(super::Error::Unreadable)?;
    import(&String::from_utf8_lossy(&bytes))
}

/// The same of a text that is in memory.
pub fn import(text: &str) -> Result<Recipe, super::Error> {
    if text.len() > LARGEST_FILE {
        return Err(super::Error::TooLarge { limit: "a recipe of 256 KiB" });
    }
    let text = text.trim_start_matches('\u{FEFF}');
    let json: serde_json::Value =
        serde_json::from_str(text).map_err(|_| malformed("the file is not JSON"))?;
    if json["kind"] != KIND {
        return Err(malformed("the file is no recipe of Wardroom"));
    }
    let recipe: Recipe = serde_json::from_value(json)
        .map_err(|_| malformed("the recipe has parts that this version does not know"))?;
    check(&recipe)?;
    Ok(Recipe { recipe_id: String::new(), ..recipe })
}

fn read_row(row: RecipeRow) -> Result<Recipe, Error> {
    let recipe: Recipe =
        serde_json::from_str(&row.content).map_err(|_| crate::store::Error::Damaged)?;
    Ok(Recipe { recipe_id: row.recipe_id, name: row.name, ..recipe })
}

/// Bounds of what comes from a window or a file.
fn check(recipe: &Recipe) -> Result<(), super::Error> {
    let texts = [Some(&recipe.name), recipe.sheet.as_ref(), recipe.delimiter.as_ref()];
    let more = [recipe.folder_separator.as_ref(), recipe.folder_prefix.as_ref()];
    let names = recipe.columns.iter().map(|column| &column.header);
    let mut all = texts.into_iter().chain(more).flatten().chain(names);
    if recipe.columns.len() > MOST_COLUMNS || all.any(|text| text.len() > LONGEST_NAME) {
        return Err(malformed("the recipe is larger than any spreadsheet needs"));
    }
    Ok(())
}

fn malformed(problem: &'static str) -> super::Error {
    super::Error::Malformed { format: "Recipe", problem, row: None, column: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ColumnRole, RecipeColumn};

    fn recipe() -> Recipe {
        Recipe {
            recipe_id: "an id".into(),
            name: "Kundenliste".into(),
            header_row: Some(3),
            delimiter: Some("\t".into()),
            columns: vec![RecipeColumn { header: "Kennwort".into(), role: ColumnRole::Password }],
            folder_separator: Some(">".into()),
            ..Recipe::default()
        }
    }

    #[test]
    fn a_recipe_travels_as_a_file() {
        let file = export(&recipe());
        assert!(!file.contains("an id"), "an id means something on one machine only");
        let read = import(&format!("\u{FEFF}{file}")).expect("read");
        assert_eq!(read, Recipe { recipe_id: String::new(), ..recipe() });
    }

    #[test]
    fn what_is_no_recipe_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"kind\":\"wardroom-recipe\",\"columns\":[{\"header\":\"a\",\"role\":\"magic\"}]}",
        ] {
            assert!(matches!(import(text), Err(super::super::Error::Malformed { .. })), "{text}");
        }
        let large = export(&Recipe { name: "x".repeat(LONGEST_NAME + 1), ..recipe() });
        assert!(import(&large).is_err());
        assert!(import(&" ".repeat(LARGEST_FILE + 1)).is_err());
    }
}
