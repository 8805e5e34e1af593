//! `cargo xtask bench`: the measured promises, each against a peer or a floor, in one run on one machine.
//!
//! Ratios carry over to other machines, seconds do not; so every number stands beside what it is
//! compared with.

mod export;
mod floors;
mod import;
mod table;

use std::fs;
use std::path::PathBuf;

use crate::run::{cargo, execute, target};
use crate::setup;
use crate::stop::{Answer, Stop};
use table::Row;

/// The largest import the server accepts for one organization (`Api/Tools/Controllers/ImportCiphersController.cs`).
const ITEMS: usize = 40_000;

/// Enough to see the shape while working on it.
const QUICK_ITEMS: usize = 4_000;

/// Measures, prints the table, and fails when a promise is broken.
pub(crate) fn run(arguments: &[String]) -> Answer {
    let items = if arguments.iter().any(|word| word == "--quick") { QUICK_ITEMS } else { ITEMS };
    setup::everything()?;
    execute(cargo(&["build", "--release", "-p", "wardroomctl", "-p", "wardroom-sandbox"]))?;
    let folder = fresh_folder()?;
    let file = folder.join("lastpass_export.csv");
    fs::write(&file, export::lastpass(items)).map_err(Stop::io("writing the export"))?;

    let mut rows: Vec<Row> = floors::measure(&file)?;
    rows.extend(import::measure(&folder, &file, items)?);
    println!("\n{items} items\n\n{}", table::draw(&rows));
    let broken = rows.iter().filter(|row| !row.is_kept()).count();
    if broken == 0 {
        return Ok(());
    }
    Err(Stop::Wrong(format!("{broken} of {} promises are broken", rows.len())))
}

fn fresh_folder() -> Result<PathBuf, Stop> {
    let folder = target().join("bench");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Stop::io("emptying the bench folder"))?;
    }
    fs::create_dir_all(&folder).map_err(Stop::io("making the bench folder"))?;
    Ok(folder)
}
