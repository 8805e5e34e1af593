//! The one window: how it opens, what may be shown in it, and how its memory is thrown away.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use tauri::plugin::TauriPlugin;
use tauri::utils::config::BackgroundThrottlingPolicy;
use tauri::webview::{Color, NewWindowResponse, PageLoadEvent, PermissionResponse};
use tauri::{
    AppHandle, DragDropEvent, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    Window, WindowEvent, Wry,
};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_window_state::{AppHandleExt, StateFlags};
use tokio::sync::oneshot;
use wardroom_core::Failure;

use crate::app::App;
use crate::changes;

/// Each web view gets a label of its own, `main-1` …: the next one opens before the last one goes.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// Opens the window. It stays hidden until its page is there, so that nothing white flashes.
pub(crate) fn open(handle: &AppHandle) -> tauri::Result<()> {
    let label = format!("main-{}", OPENED.fetch_add(1, Ordering::Relaxed) + 1);
    let web_folder = handle.state::<App>().web_folder.clone();
    let window = WebviewWindowBuilder::new(handle, label, WebviewUrl::App("index.html".into()))
        .title("Wardroom")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .visible(false)
        .data_directory(web_folder)
        .background_throttling(BackgroundThrottlingPolicy::Disabled)
        .general_autofill_enabled(false)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                let _ = window.show();
            }
        })
        .build()?;
    window.set_background_color(Some(background(window.theme().unwrap_or(Theme::Light))))
}

/// A fresh web view in place of the old one. The old one's process ends, and with it every copy of a
/// password that typing left in it.
pub(crate) fn renew(handle: &AppHandle) -> tauri::Result<()> {
    let old = handle.webview_windows();
    let _ = handle.save_window_state(remembered_flags());
    open(handle)?;
    old.into_values().try_for_each(|window| window.destroy())
}

/// Size and place survive a restart; all labels share them.
pub(crate) fn remembered() -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(remembered_flags())
        .map_label(|_| "main")
        .build()
}

fn remembered_flags() -> StateFlags {
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED
}

/// Files dragged over the window.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let handle = window.app_handle();
    // There is one window; without it the program has nothing to do but end.
    if matches!(event, WindowEvent::Destroyed) {
        crate::end_in_time();
    }
    if let WindowEvent::DragDrop(drag) = event {
        match drag {
            DragDropEvent::Enter { .. } => changes::hovers(handle, true),
            DragDropEvent::Drop { paths, .. } => {
                changes::hovers(handle, false);
                changes::wait_for(handle, paths.iter().cloned());
            }
            DragDropEvent::Leave => changes::hovers(handle, false),
            _ => {}
        }
    }
}

/// Brings the window to the front, for a second start of the program.
pub(crate) fn come_forward(handle: &AppHandle) {
    for window in handle.webview_windows().into_values() {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Says why there will be no window, then ends.
pub(crate) fn explain(handle: &AppHandle, failure: &Failure) {
    let hint = failure.hint.as_deref().map(|hint| format!("\n\n{hint}")).unwrap_or_default();
    let ended = handle.clone();
    handle
        .dialog()
        .message(format!("{}{hint}", failure.message))
        .title("Wardroom cannot start")
        .show(move |_| ended.exit(1));
}

/// Asks for a file to read.
pub(crate) async fn ask_for_exports(window: &WebviewWindow, extensions: &[&str]) -> Vec<PathBuf> {
    let (answer, asked) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(window).set_title("Choose an export");
    dialog.add_filter("Exports", extensions).add_filter("All files", &["*"]).pick_files(|files| {
        let _ = answer.send(files);
    });
    let files = asked.await.ok().flatten().unwrap_or_default();
    files.into_iter().filter_map(|file| file.into_path().ok()).collect()
}

/// Asks for a certificate.
pub(crate) async fn ask_for_certificate(window: &WebviewWindow) -> Option<PathBuf> {
    let (answer, asked) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(window).set_title("Choose a CA certificate");
    let dialog = dialog.add_filter("Certificates", &["pem", "crt", "cer"]);
    dialog.add_filter("All files", &["*"]).pick_file(|file| {
        let _ = answer.send(file);
    });
    asked.await.ok().flatten()?.into_path().ok()
}

/// Asks for a recipe of a spreadsheet.
pub(crate) async fn ask_for_recipe(window: &WebviewWindow) -> Option<PathBuf> {
    let (answer, asked) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(window).set_title("Choose a recipe");
    dialog.add_filter("Recipes", &["json"]).pick_file(|file| {
        let _ = answer.send(file);
    });
    asked.await.ok().flatten()?.into_path().ok()
}

/// Asks where to write a file.
pub(crate) async fn ask_where(window: &WebviewWindow, name: &str) -> Option<PathBuf> {
    let (answer, asked) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(window).set_file_name(name);
    dialog.save_file(|file| {
        let _ = answer.send(file);
    });
    asked.await.ok().flatten()?.into_path().ok()
}

/// Only the page this program carries (or, while developing, the one its dev server gives).
fn is_ours(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("localhost" | "127.0.0.1")) => tauri::is_dev() && url.port() == Some(1420),
        _ => false,
    }
}

/// The page's own background, for the moment before it paints.
fn background(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x0f, 0x17, 0x2b, 0xff),
        _ => Color(0xff, 0xff, 0xff, 0xff),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_nothing_but_its_own_page() {
        let ours = |address: &str| is_ours(&address.parse().unwrap());
        assert!(ours("tauri://localhost/clients"));
        assert!(ours("https://tauri.localhost/"), "as Windows has it");
        assert!(!ours("https://vault.bitwarden.com/"));
        assert!(!ours("tauri://localhost.evil.example/"));
        assert!(!ours("file:///etc/passwd"));
        assert!(!ours("data:text/html,hello"));
    }
}
