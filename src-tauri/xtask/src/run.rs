//! Starting other programs, always from the root of the repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::stop::{Answer, Stop};

/// What every build of the workspace is given, in every verb: one feature set, so that nothing is
/// compiled twice. This program stays out of it: Windows cannot replace a running one.
pub(crate) const WORLD: [&str; 5] =
    ["--workspace", "--exclude", "xtask", "--features", "wardroom/demo,wardroom/custom-protocol"];

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("this package lies two folders below the root").to_owned()
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A program this workspace builds, in the given profile's folder.
pub(crate) fn built(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The cargo that started us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// npm, in a folder of ours.
pub(crate) fn npm(folder: &str, arguments: &[&str]) -> Command {
    let mut command = command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(root().join(folder));
    command
}

/// Any program.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs it with our own input and output.
pub(crate) fn execute(mut command: Command) -> Answer {
    let text = words(&command);
    let status = command.status().map_err(Stop::io(format!("starting `{text}`")))?;
    if status.success() { Ok(()) } else { Err(Stop::Failed(text)) }
}

/// Runs it and returns what it wrote; its error output stays visible.
pub(crate) fn read(mut command: Command) -> Result<String, Stop> {
    let text = words(&command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(Stop::io(format!("starting `{text}`")))?;
    if !output.status.success() {
        return Err(Stop::Failed(text));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// True when it starts and succeeds; says nothing.
pub(crate) fn succeeds(mut command: Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Whether a program can be found.
pub(crate) fn is_there(program: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&path).any(|folder| {
        let file = folder.join(program);
        file.is_file()
            || file.with_extension("exe").is_file()
            || file.with_extension("cmd").is_file()
    })
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_where_the_workspace_is() {
        assert!(root().join("tauri.conf.json").is_file(), "{}", root().display());
    }

    #[test]
    fn a_failed_command_is_named_without_its_folder() {
        let mut git = command("/usr/bin/git");
        git.args(["status", "-s"]);
        assert_eq!(words(&git), "git status -s");
    }

    #[test]
    fn programs_are_looked_for_on_the_path() {
        assert!(is_there("cargo"), "cargo runs this test");
        assert!(!is_there("no-such-program-of-ours"));
    }
}
