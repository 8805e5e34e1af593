//! Files made up by a test.

use std::path::Path;

use tempfile::TempDir;
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::model::{Detection, Finding, FindingCode, Inspection, Item, ItemKind, Login};

use super::normal::{Reading, read};

/// A file that goes away with the test.
pub(crate) struct Scratch {
    folder: TempDir,
    name: &'static str,
}

/// A file called `name`, holding `content`.
pub(crate) fn file(name: &'static str, content: impl AsRef<[u8]>) -> Scratch {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join(name), content).expect("write");
    Scratch { folder, name }
}

/// The same, with a name that says nothing.
pub(crate) fn export(content: impl AsRef<[u8]>) -> Scratch {
    file("export", content)
}

impl Scratch {
    pub(crate) fn with<T>(&self, act: impl FnOnce(&Path) -> T) -> T {
        act(&self.folder.path().join(self.name))
    }

    /// Into an organization, in whatever format it is.
    pub(crate) fn read(&self) -> Result<Reading, Error> {
        self.with(|path| read(path, &ReadOptions::default(), true))
    }

    /// As the format called `id`.
    pub(crate) fn read_as(&self, id: &str) -> Result<Reading, Error> {
        let options = ReadOptions { format: Some(id.to_owned()), ..ReadOptions::default() };
        self.with(|path| read(path, &options, true))
    }

    pub(crate) fn detect(&self) -> Detection {
        self.with(formats::detect).expect("readable")
    }

    pub(crate) fn inspect(&self) -> Inspection {
        self.with(|path| formats::inspect(path, &ReadOptions::default())).expect("readable")
    }
}

impl Reading {
    pub(crate) fn names(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.name.expose()).collect()
    }

    pub(crate) fn found(&self, code: FindingCode) -> Vec<&Finding> {
        self.summary.findings.iter().filter(|finding| finding.code == code).collect()
    }

    /// Lines or positions a kind of finding names.
    pub(crate) fn rows(&self, code: FindingCode) -> Vec<Option<u32>> {
        self.found(code).iter().map(|finding| finding.row).collect()
    }
}

/// The login part of an item.
pub(crate) fn login(item: &Item) -> &Login {
    match &item.kind {
        ItemKind::Login(login) => login,
        other => panic!("not a login but {}", other.name()),
    }
}

/// The password of an item, or nothing.
pub(crate) fn password(item: &Item) -> &str {
    login(item).password.as_ref().map_or("", |password| password.expose())
}

/// The addresses of an item.
pub(crate) fn addresses(item: &Item) -> Vec<&str> {
    login(item).uris.iter().map(|uri| uri.uri.expose()).collect()
}
