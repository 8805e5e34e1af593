//! How spreadsheets are read: guessed, tried, kept, shared.

use tauri::{AppHandle, State, WebviewWindow};
use wardroom_core::import::recipe;
use wardroom_core::model::{Recipe, RecipePreview, SheetPreview};

use crate::app::App;
use crate::changes::changed;
use crate::failure::{Answer, Refusal, blocking};
use crate::window;
use crate::wire::Room;

/// A spreadsheet before it is read. Sheet, delimiter and row of names are taken from `shape`, where it has them (row
/// 0 says that there are no names), and the columns are guessed anew.
#[tauri::command]
pub(crate) async fn import_sheet(
    app: State<'_, App>,
    file_id: String,
    shape: Option<Recipe>,
) -> Answer<SheetPreview> {
    let path = app.files.path(&file_id)?;
    Ok(recipe::look(&app.unlocked()?, &path, shape.as_ref()).await?)
}

/// What a recipe makes of a file.
#[tauri::command]
pub(crate) async fn import_recipe_preview(
    app: State<'_, App>,
    file_id: String,
    recipe: Recipe,
) -> Answer<RecipePreview> {
    let path = app.files.path(&file_id)?;
    Ok(blocking(move || recipe::preview(&path, &recipe)).await??)
}

/// Saved recipes, the one changed last first.
#[tauri::command]
pub(crate) async fn import_recipes(app: State<'_, App>) -> Answer<Vec<Recipe>> {
    Ok(recipe::list(&app.unlocked()?).await?)
}

/// Keeps a recipe; one without an id gets one.
#[tauri::command]
pub(crate) async fn import_recipe_save(
    app: State<'_, App>,
    handle: AppHandle,
    recipe: Recipe,
) -> Answer<Recipe> {
    let kept = recipe::save(&app.unlocked()?, recipe).await?;
    changed(&handle, &[Room::Import]);
    Ok(kept)
}

/// Forgets a recipe.
#[tauri::command]
pub(crate) async fn import_recipe_delete(
    app: State<'_, App>,
    handle: AppHandle,
    recipe_id: String,
) -> Answer<()> {
    recipe::delete(&app.unlocked()?, &recipe_id).await?;
    changed(&handle, &[Room::Import]);
    Ok(())
}

/// Writes a recipe where the person says; `false` when they thought better of it.
#[tauri::command]
pub(crate) async fn import_recipe_export(
    app: State<'_, App>,
    window: WebviewWindow,
    recipe_id: String,
) -> Answer<bool> {
    let recipe = recipe::get(&app.unlocked()?, &recipe_id).await?;
    let Some(path) = window::ask_where(&window, &recipe::file_name(&recipe)).await else {
        return Ok(false);
    };
    let text = recipe::export(&recipe);
    blocking(move || std::fs::write(path, text)).await?.map_err(|_| Refusal::unwritten())?;
    Ok(true)
}

/// Reads and keeps a recipe somebody else wrote; `null` when the person thought better of it.
#[tauri::command]
pub(crate) async fn import_recipe_import(
    app: State<'_, App>,
    handle: AppHandle,
    window: WebviewWindow,
) -> Answer<Option<Recipe>> {
    let unlocked = app.unlocked()?;
    let Some(path) = window::ask_for_recipe(&window).await else { return Ok(None) };
    let recipe = blocking(move || recipe::import_file(&path)).await??;
    let kept = recipe::save(&unlocked, recipe).await?;
    changed(&handle, &[Room::Import]);
    Ok(Some(kept))
}
