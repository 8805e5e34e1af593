//! `cargo xtask demo`: the window on a sample provider, from nothing to the client list in one command.

use std::fs;
use std::path::Path;

use crate::daily;
use crate::e2e;
use crate::run::{built, command, execute, target};
use crate::setup;
use crate::stop::{Answer, Stop};
use crate::test::world;

/// Opens the window; without a display, walks the main job on a virtual one and leaves pictures.
pub(crate) fn run(_: &[String]) -> Answer {
    setup::window()?;
    daily::page_build()?;
    world("build", &[])?;
    let folder = target().join("demo");
    if has_display() { open(&folder) } else { tour(&folder) }
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn open(folder: &Path) -> Answer {
    let data = folder.join("data");
    if data.exists() {
        fs::remove_dir_all(&data).map_err(Stop::io("emptying the demo's data folder"))?;
    }
    println!("\nthe sample provider runs inside the window; sign in with what is filled in");
    let mut window = command(built("debug", "wardroom"));
    window.env("WARDROOM_DEMO", "1").env("WARDROOM_DATA_DIR", data);
    // Sample keys have no business in the person's own keyring.
    window.env("WARDROOM_KEYRING", "off");
    execute(window)
}

fn tour(folder: &Path) -> Answer {
    println!("\nno display here: walking the main job on a virtual one");
    e2e::drive("tour.mjs", &[], folder)?;
    println!("\nwhat the window showed:");
    for picture in pictures(folder).map_err(Stop::io("listing the pictures"))? {
        println!("  {picture}");
    }
    Ok(())
}

fn pictures(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "png") {
            found.push(path.display().to_string());
        }
    }
    found.sort();
    Ok(found)
}
