//! Files the person pointed at. The page knows ids and names; paths stay here.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use wardroom_core::Error;

use crate::app::NO_PANIC;
use crate::wire::ChosenFile;

/// Chosen files by id, and those not yet taken by the page.
#[derive(Default)]
pub(crate) struct Files(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    paths: HashMap<String, PathBuf>,
    waiting: Vec<ChosenFile>,
}

impl Files {
    /// Remembers a file; `None` for what is no readable file (a folder, a broken link).
    pub(crate) fn keep(&self, path: PathBuf) -> Option<ChosenFile> {
        let facts = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        let mut kept = self.0.lock().expect(NO_PANIC);
        let file_id = format!("file-{}", kept.paths.len() + 1);
        kept.paths.insert(file_id.clone(), path);
        Some(ChosenFile { file_id, name, size_bytes: facts.len() })
    }

    /// Keeps files until [`Files::take_waiting`]; answers how many of them were files.
    pub(crate) fn wait_for(&self, paths: impl IntoIterator<Item = PathBuf>) -> usize {
        let files: Vec<_> = paths.into_iter().filter_map(|path| self.keep(path)).collect();
        let count = files.len();
        self.0.lock().expect(NO_PANIC).waiting.extend(files);
        count
    }

    /// Hands the waiting files over, once.
    pub(crate) fn take_waiting(&self) -> Vec<ChosenFile> {
        std::mem::take(&mut self.0.lock().expect(NO_PANIC).waiting)
    }

    /// The path behind an id.
    pub(crate) fn path(&self, file_id: &str) -> Result<PathBuf, Error> {
        let kept = self.0.lock().expect(NO_PANIC);
        kept.paths.get(file_id).map(|path| Path::to_owned(path)).ok_or(Error::NotFound("file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_files_wait_once_and_folders_are_no_files() {
        let files = Files::default();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dropped = [here.join("Cargo.toml"), here.to_owned(), here.join("not there")];
        assert_eq!(files.wait_for(dropped), 1, "a folder and a missing file are left out");
        let waiting = files.take_waiting();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].name, "Cargo.toml", "the page sees the name, not the folder");
        assert!(files.take_waiting().is_empty(), "a file is handed over once");
        assert_eq!(files.path(&waiting[0].file_id).unwrap(), here.join("Cargo.toml"));
        assert!(files.path("/etc/passwd").is_err(), "a path is no id");
    }
}
