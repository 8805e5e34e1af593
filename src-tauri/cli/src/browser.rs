//! Pages that only a browser can show: single sign-on, Duo.

use crate::output::Console;

/// Opens the system's browser, and prints the address for where there is none (a machine reached by SSH).
pub(crate) fn open(console: Console, address: &str) {
    console
        .note(&format!("Opening in the browser; if nothing opens, go there yourself:\n{address}"));
    // Whoever reads the line above can still go there by hand.
    let _ = webbrowser::open(address);
}
