//! The window: the only place that knows Tauri. It holds no decisions; core does.

mod wire;

/// Runs the window until it is closed.
pub fn run() {}
