//! The real window under a virtual screen, driven by `tests/e2e`.
//!
//! Linux only: macOS has no WebDriver for its web view. A session bus and a keyring of their own keep the
//! person's real ones out of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::daily;
use crate::run::{command, execute, root, target};
use crate::setup;
use crate::stop::{Answer, Stop};
use crate::test::world;

/// Builds what is needed, then drives.
pub(crate) fn run(stories: &[String]) -> Answer {
    setup::window()?;
    daily::page_build()?;
    world("build", &[])?;
    drive("run.mjs", stories, &target().join("e2e"))
}

/// Every story, on what is built already.
pub(crate) fn everything() -> Answer {
    if !cfg!(target_os = "linux") {
        println!("the window is driven on Linux only; nothing was tried here");
        return Ok(());
    }
    drive("run.mjs", &[], &target().join("e2e"))
}

/// Runs one of the scripts of `tests/e2e`; pictures go to `pictures`, emptied first.
pub(crate) fn drive(script: &str, arguments: &[String], pictures: &Path) -> Answer {
    setup::driving()?;
    if pictures.exists() {
        fs::remove_dir_all(pictures).map_err(Stop::io("emptying the pictures"))?;
    }
    fs::create_dir_all(pictures).map_err(Stop::io("making the folder of the pictures"))?;
    let home = Home::make()?;
    let mut screen = command("xvfb-run");
    screen.args(["-a", "-s", "-screen 0 1440x900x24", "dbus-run-session", "--"]);
    screen.args(["sh", "tests/e2e/with-keyring.sh", "node"]);
    screen.arg(root().join("tests/e2e").join(script)).args(arguments);
    screen.env("WARDROOM_E2E_BUILT", target().join("debug")).env("WARDROOM_E2E_PICTURES", pictures);
    for (name, folder) in home.folders() {
        screen.env(name, folder);
    }
    // The outer session's bus and screens would be used instead of the ones made here.
    for name in ["DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "DISPLAY"] {
        screen.env_remove(name);
    }
    execute(screen)
}

/// A home of its own, gone afterwards.
struct Home(PathBuf);

impl Home {
    fn make() -> Result<Self, Stop> {
        let folder = std::env::temp_dir().join(format!("wardroom-e2e-{}", std::process::id()));
        let home = Self(folder);
        for (_, folder) in home.folders() {
            fs::create_dir_all(&folder).map_err(Stop::io("making a home for the test"))?;
        }
        owner_only(&home.0.join("run")).map_err(Stop::io("closing the home to others"))?;
        Ok(home)
    }

    fn folders(&self) -> [(&'static str, PathBuf); 5] {
        [
            ("HOME", self.0.clone()),
            ("XDG_DATA_HOME", self.0.join("share")),
            ("XDG_CONFIG_HOME", self.0.join("config")),
            ("XDG_CACHE_HOME", self.0.join("cache")),
            ("XDG_RUNTIME_DIR", self.0.join("run")),
        ]
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A daemon of the session may still be writing its last file; a leftover in /tmp harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn owner_only(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)] // the same shape on every platform
fn owner_only(_: &Path) -> std::io::Result<()> {
    Ok(())
}
