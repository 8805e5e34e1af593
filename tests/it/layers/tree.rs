//! Every text file of this repository.

use std::fs;
use std::path::Path;

/// A file: its path from the root with `/`, and its text.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

/// Left out: what tools make, and fixtures, which are other people's words.
const LEFT_OUT: [&str; 8] =
    ["target", ".git", "node_modules", "gen", "dist", "fixtures", "bindings", "snapshots"];

/// The checker's own samples of what must not be.
const SAMPLES: &str = "tests/it/layers.rs";

/// Reads them all.
pub(super) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    collect(&root, "", &mut found);
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).expect("a folder of this repository can be listed");
    for entry in entries {
        let entry = entry.expect("a folder of this repository can be listed");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if LEFT_OUT.contains(&name.as_str()) || path == SAMPLES {
            continue;
        }
        if entry.path().is_dir() && !entry.path().is_symlink() {
            collect(&entry.path(), &format!("{path}/"), found);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            found.push(Source { path, text });
        }
    }
}
