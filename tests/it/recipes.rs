//! A technician maps a customer's spreadsheet once, and the next one of its kind is read the same way.

use std::path::PathBuf;

use wardroom_core::import::formats::ReadOptions;
use wardroom_core::import::{recipe, staging};
use wardroom_core::model::{ColumnRole, Placement, Recipe, RecipeColumn};
use wardroom_core::{Code, Error};

use crate::imports::clients;
use crate::office::Office;

const LIST: &str = "Kundenliste;;;\nWas;Wer;Womit;Wohin\nRouter;admin;Tr0ub4dor&3;Netz > Rand\nShop;bob@acme.example;x9!kLmn2;Web\n";

fn write(office: &Office, name: &str, text: &str) -> PathBuf {
    let path = office.folder().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn mapped() -> Recipe {
    use ColumnRole::{Folder, Name, Password, Username};
    let columns = [("Was", Name), ("Wer", Username), ("Womit", Password), ("Wohin", Folder)];
    let column = |(header, role): (&str, ColumnRole)| RecipeColumn { header: header.into(), role };
    Recipe {
        name: "Kundenliste".into(),
        header_row: Some(2),
        columns: columns.map(column).into(),
        folder_separator: Some(">".into()),
        ..Recipe::default()
    }
}

#[tokio::test]
async fn a_recipe_is_tried_kept_and_offered_for_the_next_file_of_its_kind() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let file = write(&office, "liste.csv", LIST);
    let seen = recipe::look(&unlocked, &file, None).await.unwrap();
    assert!(seen.fitting.is_empty());
    assert_eq!((seen.rows.len(), seen.sheets.len()), (4, 0));
    let shown = format!("{seen:?}");
    for secret in ["Tr0ub4dor", "x9!kLmn2", "bob@"] {
        assert!(!shown.contains(secret), "the look shows {secret}");
    }

    let preview = recipe::preview(&file, &mapped()).unwrap();
    assert_eq!(preview.total, 2);
    assert_eq!((preview.items[0].name.as_str(), preview.items[0].has_password), ("Router", true));
    assert_eq!(preview.items[0].folders, ["Netz/Rand"]);
    let kept = recipe::save(&unlocked, mapped()).await.unwrap();
    assert_eq!(recipe::list(&unlocked).await.unwrap(), std::slice::from_ref(&kept));

    let next = write(&office, "neu.csv", "WAS,Wer ,Womit,Wohin\nMail,carol,p,Web\n");
    let seen = recipe::look(&unlocked, &next, None).await.unwrap();
    assert_eq!(
        seen.fitting,
        std::slice::from_ref(&kept),
        "wherever the names stand, however written"
    );
    let other = write(&office, "other.csv", "Name,User,Password\nMail,carol,p\n");
    assert!(recipe::look(&unlocked, &other, None).await.unwrap().fitting.is_empty());

    let client = clients(&unlocked).await.remove(0);
    let options = ReadOptions { recipe: Some(kept), ..ReadOptions::default() };
    let place = Placement { folders_to_collections: true, ..Placement::default() };
    let staged =
        staging::stage(&unlocked, &next, client.organization_id, options, place, |_| {}).await;
    let staged = staged.unwrap();
    assert_eq!((staged.format.as_str(), staged.items), ("genericcsv", 1));
    assert_eq!(staged.folders, ["Web"]);
}

#[tokio::test]
async fn a_recipe_is_changed_shared_and_forgotten() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let first = recipe::save(&unlocked, mapped()).await.unwrap();
    let renamed = Recipe { name: " Neu ".into(), ..first.clone() };
    let renamed = recipe::save(&unlocked, renamed).await.unwrap();
    assert_eq!(
        (renamed.recipe_id.as_str(), renamed.name.as_str()),
        (first.recipe_id.as_str(), "Neu")
    );
    assert_eq!(recipe::list(&unlocked).await.unwrap().len(), 1, "changed, not added");
    let shared = recipe::import(&recipe::export(&renamed)).unwrap();
    assert_eq!(Recipe { recipe_id: renamed.recipe_id.clone(), ..shared.clone() }, renamed);
    let second = recipe::save(&unlocked, shared).await.unwrap();
    assert_ne!(second.recipe_id, renamed.recipe_id);

    recipe::delete(&unlocked, &renamed.recipe_id).await.unwrap();
    assert_eq!(recipe::list(&unlocked).await.unwrap(), [second]);
    let gone = recipe::delete(&unlocked, &renamed.recipe_id).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
    let gone = recipe::save(&unlocked, renamed).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound, "what was deleted does not come back");
    let nameless = recipe::save(&unlocked, Recipe { name: " ".into(), ..mapped() }).await;
    assert!(matches!(nameless, Err(Error::Import(_))), "people must be able to tell them apart");
}
