//! The window: the only place that knows Tauri. It holds no decisions; core does.
//!
//! `start` reads how the program was started, `app::App` is the one shared state, `commands` has one
//! file per room, `window` opens the one window and replaces it when its memory must go.

mod app;
mod browser;
mod changes;
mod commands;
#[cfg_attr(not(feature = "demo"), path = "no_demo.rs")]
mod demo;
mod failure;
mod files;
mod keeping;
mod signing;
mod start;
mod system;
mod timeout;
mod uploads;
mod window;
mod wire;

use std::path::Path;
use std::time::Duration;

use tauri::{AppHandle, Manager, RunEvent, Wry};

use app::App;
use start::Start;

/// How long the end of the program waits for things to be closed in order.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the window until it is closed.
pub fn run() {
    start::without_core_dumps();
    let start = Start::read(std::env::args_os().skip(1));
    let mut builder = tauri::Builder::default();
    if start.is_only_one() {
        builder =
            builder.plugin(tauri_plugin_single_instance::init(|handle, arguments, folder| {
                handed_over(handle, arguments, Path::new(&folder));
            }));
    }
    builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::remembered())
        .invoke_handler(commands())
        .on_window_event(window::on_event)
        .setup(move |app| Ok(set_up(app.handle(), start)?))
        .build(tauri::generate_context!())
        .expect("the configuration compiled in is valid")
        .run(|handle, event| on_run_event(handle, &event));
}

/// Every command the page may call; `permissions/app.toml` and `ui/src/lib/host.ts` list the same.
fn commands() -> impl Fn(tauri::ipc::Invoke<Wry>) -> bool {
    use commands::{clients, import, session};
    tauri::generate_handler![
        session::session_status,
        session::session_demo,
        session::session_door,
        session::session_unlock,
        session::session_unlock_pin,
        session::session_unlock_presence,
        session::session_lock,
        session::session_sign_out,
        session::session_switch,
        session::session_colour,
        session::session_touched,
        session::sign_in::session_sign_in,
        session::sign_in::session_sign_in_api_key,
        session::sign_in::session_sign_in_step,
        session::sign_in::session_sign_in_cancel,
        session::sign_in::session_two_step,
        session::sign_in::session_two_step_send,
        session::sign_in::session_two_step_duo,
        session::sign_in::session_two_step_key,
        session::sign_in::session_new_device,
        session::sign_in::session_new_device_resend,
        session::sign_in::session_sso_find,
        session::sign_in::session_sso,
        session::sign_in::session_master_password,
        session::sign_in::session_ask_device,
        session::sign_in::session_ask_admin,
        session::sign_in::session_wait_for_approval,
        session::sign_in::session_open_web_vault,
        session::settings::session_security,
        session::settings::session_set_security,
        session::settings::session_set_pin,
        session::settings::session_clear_pin,
        session::settings::session_set_presence,
        session::settings::session_network,
        session::settings::session_set_network,
        session::settings::session_choose_ca,
        clients::clients_list,
        clients::clients_refresh,
        clients::clients_refresh_state,
        clients::clients_look_at,
        clients::clients_seats,
        import::import_formats,
        import::import_choose,
        import::import_sample,
        import::import_waiting,
        import::import_detect,
        import::import_inspect,
        import::import_stage,
        import::import_stage_cancel,
        import::import_list,
        import::import_get,
        import::import_items,
        import::import_findings,
        import::import_skip,
        import::import_place,
        import::import_discard,
        import::import_access,
        import::import_plan,
        import::import_upload,
        import::import_cancel,
        import::import_receipt,
        import::import_save_receipt,
        import::history::import_history,
        import::history::import_sources,
        import::history::import_delete_source,
        import::history::import_keep,
        import::history::import_settings,
        import::history::import_set_settings,
        import::history::import_expired,
        import::history::import_expired_seen,
        import::recipe::import_sheet,
        import::recipe::import_recipe_preview,
        import::recipe::import_recipes,
        import::recipe::import_recipe_save,
        import::recipe::import_recipe_delete,
        import::recipe::import_recipe_export,
        import::recipe::import_recipe_import,
    ]
}

fn set_up(handle: &AppHandle, start: Start) -> tauri::Result<()> {
    match App::open(start) {
        Ok(app) => {
            handle.manage(app);
            tauri::async_runtime::spawn(end_when_asked(handle.clone()));
            tauri::async_runtime::spawn(timeout::watch(handle.clone()));
            window::open(handle)
        }
        Err(error) => {
            window::explain(handle, &error.failure());
            Ok(())
        }
    }
}

/// A second start of the program: its files come here, its window does not.
fn handed_over(handle: &AppHandle, arguments: Vec<String>, folder: &Path) {
    let arguments = arguments.into_iter().skip(1).map(Into::into);
    let files = Start::read(arguments).files.into_iter();
    changes::wait_for(handle, files.map(|file| folder.join(file)));
    window::come_forward(handle);
}

/// Ctrl-C and the session manager's "please end": in order, so that keys are wiped and the demo goes.
async fn end_when_asked(handle: AppHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
    handle.exit(0);
}

/// Nothing that the system's libraries do at the end may keep the program from ending.
pub(crate) fn end_in_time() {
    std::thread::spawn(|| {
        std::thread::sleep(2 * PATIENCE);
        std::process::abort();
    });
}

fn on_run_event(handle: &AppHandle, event: &RunEvent) {
    match event {
        RunEvent::Exit => {
            if let Some(app) = handle.try_state::<App>() {
                end_in_time();
                // A disk that hangs must not keep a program without a window alive: the keys go with the process
                // anyway, and what else is due is done at the next start.
                let _ = tauri::async_runtime::block_on(async {
                    tokio::time::timeout(PATIENCE, app.close()).await
                });
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            changes::wait_for(handle, urls.iter().filter_map(|url| url.to_file_path().ok()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// The words after `start`, up to `end` if that comes, that look like `room_verb`.
    fn names(text: &str, start: &str, end: &str) -> BTreeSet<String> {
        let (_, rest) = text.split_once(start).expect("the list begins as it always did");
        let list = rest.split_once(end).map_or(rest, |(list, _)| list);
        list.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_')
            .filter(|word| {
                let room = word.split_once('_').map(|(room, _)| room);
                matches!(room, Some("session" | "clients" | "import"))
            })
            .map(str::to_owned)
            .collect()
    }

    /// A command missing on one side fails only when somebody clicks; so the three lists are compared.
    #[test]
    fn handlers_permissions_and_the_page_name_the_same_commands() {
        let handlers = names(include_str!("lib.rs"), "generate_handler![", "]");
        let allowed = names(include_str!("permissions/app.toml"), "commands.allow = [", "]");
        let host = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/lib/host.ts");
        let host = std::fs::read_to_string(host).expect("ui/src/lib/host.ts is there");
        let called = names(&host, "@tauri-apps/api/event", "\0");
        assert!(!handlers.is_empty(), "the list of handlers was found");
        assert_eq!(handlers, allowed, "permissions/app.toml allows exactly what exists");
        assert_eq!(handlers, called, "ui/src/lib/host.ts calls exactly what exists");
    }
}
