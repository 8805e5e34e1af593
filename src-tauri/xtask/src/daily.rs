//! The verbs of every day that are one or two commands each.

use std::process::Command;

use crate::run::{WORLD, cargo, command, execute, npm, root};
use crate::setup;
use crate::stop::Answer;

/// Format, lints and types; no tests, no linking.
pub(crate) fn check(_: &[String]) -> Answer {
    setup::window()?;
    format()?;
    page_types()?;
    // Checking compiles the page into the window's library, so there must be one.
    page_build()?;
    clippy()
}

/// `cargo fmt --check`.
pub(crate) fn format() -> Answer {
    execute(cargo(&["fmt", "--all", "--check"]))
}

/// Prettier, ESLint (with the import tiers) and svelte-check.
pub(crate) fn page_types() -> Answer {
    execute(npm("ui", &["run", "lint"]))?;
    execute(npm("ui", &["run", "check"]))
}

/// The page the binary serves.
pub(crate) fn page_build() -> Answer {
    execute(npm("ui", &["run", "build"]))
}

/// Every target of every package, warnings denied.
pub(crate) fn clippy() -> Answer {
    let mut world = cargo(&["clippy", "--all-targets"]);
    world.args(WORLD).args(["--", "-D", "warnings"]);
    execute(world)?;
    execute(cargo(&["clippy", "--package", "xtask", "--all-targets", "--", "-D", "warnings"]))
}

/// Formats and lets the lints correct what they can.
pub(crate) fn fix(_: &[String]) -> Answer {
    setup::window()?;
    execute(npm("ui", &["run", "format"]))?;
    let mut clippy =
        cargo(&["clippy", "--fix", "--allow-dirty", "--allow-staged", "--all-targets"]);
    clippy.args(WORLD);
    execute(clippy)?;
    execute(cargo(&["fmt", "--all"]))
}

/// The window with the page served by vite; the sample provider is inside.
pub(crate) fn dev(_: &[String]) -> Answer {
    setup::window()?;
    let mut tauri = tauri("dev");
    tauri.args(["--features", "demo"]);
    execute(tauri)
}

/// Installers for this platform, without the sample provider. More words go to `tauri build`.
pub(crate) fn build(more: &[String]) -> Answer {
    setup::window()?;
    let mut tauri = tauri("build");
    tauri.args(more);
    execute(tauri)
}

fn tauri(verb: &str) -> Command {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let mut command = command(root().join("ui/node_modules/.bin").join(name));
    command.arg(verb);
    command
}
