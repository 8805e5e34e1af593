//! Makes a fresh machine able to build and test, or says what a person must do.

use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use crate::run::{command, execute, is_there, npm, read, root, succeeds};
use crate::stop::{Answer, Stop};

/// Debian and Ubuntu packages the window is built with. cargo itself already needed a C compiler.
const BUILD_PACKAGES: [&str; 4] =
    ["libwebkit2gtk-4.1-dev", "libssl-dev", "libudev-dev", "pkg-config"];

/// Packages the window is driven with: a screen, a session bus, a keyring, a driver.
const DRIVE_PACKAGES: [&str; 8] = [
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libsecret-1-0",
    "fonts-dejavu-core",
];

/// Oldest Node the page's build tool runs on (vite 8: 20.19 or 22.12).
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Everything: system packages and both sets of npm packages.
pub(crate) fn everything() -> Answer {
    system(&[BUILD_PACKAGES.as_slice(), DRIVE_PACKAGES.as_slice()].concat())?;
    page()?;
    npm_packages("tests/official")
}

/// What building and starting the window needs.
pub(crate) fn window() -> Answer {
    system(&BUILD_PACKAGES)?;
    page()
}

/// What the page's own tools need.
pub(crate) fn page() -> Answer {
    node()?;
    npm_packages("ui")
}

/// What driving the window needs, beyond building it.
pub(crate) fn driving() -> Answer {
    system(&DRIVE_PACKAGES)
}

fn system(packages: &[&str]) -> Answer {
    if cfg!(target_os = "linux") {
        return linux(packages);
    }
    println!("prerequisites of this platform: https://v2.tauri.app/start/prerequisites/");
    if cfg!(windows) && !is_there("perl") {
        // OpenSSL is built from source there, for the encrypted database.
        return Err(Stop::Needs("install Perl (for example Strawberry Perl)".to_owned()));
    }
    Ok(())
}

fn linux(packages: &[&str]) -> Answer {
    if !is_there("dpkg-query") || !is_there("apt-get") {
        println!("not Debian or Ubuntu: taking the system packages for granted (CONTRIBUTING.md)");
        return Ok(());
    }
    let missing: Vec<&str> = packages.iter().copied().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("missing: {}", missing.join(" "));
    install(&missing)
}

fn is_installed(package: &str) -> bool {
    let mut query = command("dpkg-query");
    query.args(["-W", "-f=${db:Status-Status}", package]).stderr(std::process::Stdio::null());
    query.output().is_ok_and(|output| output.stdout == b"installed")
}

fn install(packages: &[&str]) -> Answer {
    let Some(prefix) = privilege() else {
        return Err(Stop::Needs(format!(
            "run this line, then try again:\n\n  sudo apt-get update && sudo apt-get install -y \
             --no-install-recommends {}\n",
            packages.join(" ")
        )));
    };
    execute(apt(&prefix, &["update"]))?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend_from_slice(packages);
    execute(apt(&prefix, &arguments))
}

/// What goes in front of `apt-get`: nothing for root, `sudo` where it can work, `None` otherwise.
fn privilege() -> Option<Vec<&'static str>> {
    if is_root() {
        return Some(Vec::new());
    }
    let mut quiet = command("sudo");
    quiet.args(["-n", "true"]);
    if succeeds(quiet) {
        return Some(vec!["sudo", "-n"]);
    }
    (is_there("sudo") && std::io::stdin().is_terminal()).then(|| vec!["sudo"])
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Command {
    let line: Vec<&str> = prefix
        .iter()
        .copied()
        .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .collect();
    let (program, before) = line.split_first().expect("the line has at least `env`");
    let mut command = command(program);
    command.args(before).args(arguments);
    command
}

fn node() -> Answer {
    let needs = || {
        let (major, minor) = OLDEST_NODE;
        Stop::Needs(format!(
            "Node {major}.{minor} or newer with npm is needed (https://nodejs.org)"
        ))
    };
    if !is_there("node") || !is_there("npm") {
        return Err(needs());
    }
    let mut ask = command("node");
    ask.arg("--version");
    let version = read(ask)?;
    if node_version(&version).is_some_and(|found| found >= OLDEST_NODE) {
        Ok(())
    } else {
        println!("found Node {}", version.trim());
        Err(needs())
    }
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// `npm ci` where the installed packages are not those of the lock file.
///
/// A copy of the lock file kept beside them tells: times of a fresh checkout would not.
fn npm_packages(folder: &str) -> Answer {
    let folder_path = root().join(folder);
    let lock = folder_path.join("package-lock.json");
    let stamp = folder_path.join("node_modules/.wardroom-installed.json");
    if same_bytes(&lock, &stamp) {
        return Ok(());
    }
    execute(npm(folder, &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    std::fs::copy(&lock, &stamp)
        .map(|_| ())
        .map_err(Stop::io(format!("noting what is installed in {folder}")))
}

fn same_bytes(one: &Path, other: &Path) -> bool {
    match (std::fs::read(one), std::fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare_as_numbers_not_as_text() {
        assert_eq!(node_version("v20.19.3\n"), Some((20, 19)));
        assert!(node_version("v9.9.9") < Some(OLDEST_NODE), "nine is older than twenty");
        assert_eq!(node_version("nonsense"), None);
    }

    #[test]
    fn a_missing_stamp_means_install() {
        let manifest = root().join("Cargo.toml");
        assert!(same_bytes(&manifest, &manifest));
        assert!(!same_bytes(&manifest, &root().join("no-such-file")));
    }

    #[test]
    fn apt_runs_behind_sudo_without_asking_questions() {
        let command = apt(&["sudo", "-n"], &["update"]);
        assert_eq!(command.get_program(), "sudo");
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update"]);
    }
}
