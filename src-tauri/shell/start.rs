//! How the program was started: files to open, the data folder, the environment (as in the terminal).

use std::ffi::OsString;
use std::path::PathBuf;

use wardroom_core::session::Options;

/// What the command line and the environment say.
pub(crate) struct Start {
    /// `--data-dir`, else `WARDROOM_DATA_DIR`.
    pub(crate) data_dir: Option<PathBuf>,
    /// Keyring and certificate.
    pub(crate) options: Options,
    /// Files to open, as given.
    pub(crate) files: Vec<PathBuf>,
}

impl Start {
    /// Reads arguments (without the program's name) and the environment. Flags of window systems and
    /// test drivers are passed over.
    pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Self {
        let (named, files) = parse(arguments);
        let path =
            |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let data_dir = named.or_else(|| path("WARDROOM_DATA_DIR"));
        let off = std::env::var("WARDROOM_KEYRING").is_ok_and(|value| value == "off");
        // A demo that leaves no folder behind must not leave a keyring entry either.
        let no_keyring = off || (cfg!(feature = "demo") && data_dir.is_none());
        let options = Options { ca_cert: path("WARDROOM_CA_CERT"), no_keyring };
        Self { data_dir, options, files }
    }

    /// One window per data folder; a demo and a folder of one's own stand beside it.
    pub(crate) fn is_only_one(&self) -> bool {
        !cfg!(feature = "demo") && self.data_dir.is_none()
    }
}

fn parse(mut arguments: impl Iterator<Item = OsString>) -> (Option<PathBuf>, Vec<PathBuf>) {
    let mut data_dir = None;
    let mut files = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument == "--data-dir" {
            data_dir = arguments.next().map(PathBuf::from);
        } else if !argument.to_string_lossy().starts_with('-') {
            files.push(PathBuf::from(argument));
        }
    }
    (data_dir, files)
}

/// A dump would hold what the memory held. Where the system has no such switch, nothing is lost.
pub(crate) fn without_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let _ = setrlimit(Resource::Core, none);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_flags() {
        let arguments = ["--automation", "--data-dir", "here", "export.csv"].map(OsString::from);
        let (data_dir, files) = parse(arguments.into_iter());
        assert_eq!(data_dir, Some(PathBuf::from("here")));
        assert_eq!(files, [PathBuf::from("export.csv")]);
    }
}
