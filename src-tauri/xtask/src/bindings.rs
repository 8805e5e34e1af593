//! TypeScript types of what crosses to the window, written by ts-rs when its tests run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{WORLD, cargo, execute, root, target};
use crate::stop::{Answer, Stop};

/// Where the page reads them.
const KEPT: &str = "ui/src/bindings";

/// Writes them anew; a type that is gone takes its file with it.
pub(crate) fn run(_: &[String]) -> Answer {
    generate(&root().join(KEPT))
}

/// Generates them elsewhere and compares, so that a stale or forgotten file is found.
pub(crate) fn are_fresh() -> Answer {
    let fresh = target().join("bindings");
    generate(&fresh)?;
    let differing = differences(&files(&root().join(KEPT))?, &files(&fresh)?);
    if differing.is_empty() {
        return Ok(());
    }
    let list = differing.join(", ");
    Err(Stop::Wrong(format!("stale in {KEPT}: {list}; run `cargo xtask bindings`")))
}

/// Keeps other tests from writing the checked-in files: ts-rs exports whenever tests run.
pub(crate) fn keep_out(command: &mut Command) {
    command.env("TS_RS_EXPORT_DIR", target().join("bindings"));
}

fn generate(folder: &Path) -> Answer {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Stop::io("emptying the bindings"))?;
    }
    let mut command = cargo(&["test", "--quiet"]);
    command.args(WORLD).args(["--lib", "--", "export_bindings"]);
    command.env("TS_RS_EXPORT_DIR", folder).stdout(Stdio::null());
    execute(command)
}

/// Every file's text by its path below `folder`; line ends do not count.
fn files(folder: &Path) -> Result<BTreeMap<String, String>, Stop> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found).map_err(Stop::io("reading the bindings"))?;
    Ok(found)
}

fn collect(
    base: &Path,
    folder: &Path,
    found: &mut BTreeMap<String, String>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(base, &path, found)?;
        } else {
            let name = path.strip_prefix(base).unwrap_or(&path).to_string_lossy().into_owned();
            found.insert(name, fs::read_to_string(&path)?.replace("\r\n", "\n"));
        }
    }
    Ok(())
}

fn differences(kept: &BTreeMap<String, String>, fresh: &BTreeMap<String, String>) -> Vec<String> {
    let mut names: Vec<&String> = kept.keys().chain(fresh.keys()).collect();
    names.sort();
    names.dedup();
    names.into_iter().filter(|name| kept.get(*name) != fresh.get(*name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_missing_and_left_over_files_are_all_stale() {
        let map = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let kept = map(&[("same", "1"), ("changed", "old"), ("left_over", "1")]);
        let fresh = map(&[("same", "1"), ("changed", "new"), ("missing", "1")]);
        assert_eq!(differences(&kept, &fresh), ["changed", "left_over", "missing"]);
    }
}
