//! Starts the window; everything else is in `lib.rs`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
fn main() {
    wardroom_shell::run();
}
