//! Tells the page what it should ask for again, and that files arrived.

use std::path::PathBuf;

use tauri::{AppHandle, Emitter, Manager};

use crate::app::App;
use crate::wire::Room;

/// These rooms' answers are stale. A window that is just going away need not hear it.
pub(crate) fn changed(handle: &AppHandle, rooms: &[Room]) {
    let _ = handle.emit("changed", rooms);
}

/// Files were dropped or opened: they wait until the page takes them.
pub(crate) fn wait_for(handle: &AppHandle, paths: impl IntoIterator<Item = PathBuf>) {
    if let Some(app) = handle.try_state::<App>()
        && app.files.wait_for(paths) > 0
    {
        let _ = handle.emit("file-waiting", ());
    }
}

/// A file hovers over the window, or left it.
pub(crate) fn hovers(handle: &AppHandle, hovers: bool) {
    let _ = handle.emit("file-hover", hovers);
}
