//! Where the master password comes from: a prompt, standard input or a file; never an argument.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

use wardroom_core::keys::Secret;
use zeroize::Zeroizing;

use crate::args::Global;
use crate::failure::Fault;

/// No password is longer than this; a mistaken file would be.
const LONGEST_BYTES: u64 = 64 * 1024;

/// The password a flag names, if one does.
pub(crate) fn given(global: &Global) -> Result<Option<Secret>, Fault> {
    if let Some(path) = &global.password_file {
        return from_file(path, "password").map(Some);
    }
    if global.password_stdin {
        return from_stdin().map(Some);
    }
    Ok(None)
}

/// The password a flag names, or the answer to a prompt.
pub(crate) fn given_or_asked(global: &Global, question: &str) -> Result<Secret, Fault> {
    if let Some(password) = given(global)? {
        return Ok(password);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Fault::Usage {
            message: "no password and no terminal to ask for it".to_owned(),
            hint: Some("give --password-stdin or --password-file".to_owned()),
        });
    }
    let typed = rpassword::prompt_password(question)
        .map_err(|_| Fault::usage("the password could not be read from the terminal"))?;
    Ok(Secret::new(typed))
}

/// A password on the first line of a file; `what` names it when it cannot be read.
pub(crate) fn from_file(path: &Path, what: &str) -> Result<Secret, Fault> {
    let unreadable =
        || Fault::Core(wardroom_core::Error::Refused(format!("the {what} file could not be read")));
    let file = File::open(path).map_err(|_| unreadable())?;
    first_line(file).ok_or_else(unreadable)
}

/// The text of a file without its last line end; `what` names it when it cannot be read.
pub(crate) fn whole_file(path: &Path, what: &str) -> Result<Secret, Fault> {
    let unreadable =
        || Fault::Core(wardroom_core::Error::Refused(format!("the {what} file could not be read")));
    whole(File::open(path).map_err(|_| unreadable())?).ok_or_else(unreadable)
}

/// The text of standard input without its last line end.
pub(crate) fn whole_stdin() -> Result<Secret, Fault> {
    let nothing = || Fault::usage("no text on standard input");
    whole(own_stdin().map_err(|_| nothing())?).ok_or_else(nothing)
}

/// Reads standard input without the buffer of `std::io::stdin`, which nobody would wipe.
fn from_stdin() -> Result<Secret, Fault> {
    first_line(own_stdin().map_err(|_| no_stdin())?).ok_or_else(no_stdin)
}

fn no_stdin() -> Fault {
    Fault::usage("no password on standard input")
}

#[cfg(unix)]
fn own_stdin() -> std::io::Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(std::io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn own_stdin() -> std::io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(File::from(std::io::stdin().as_handle().try_clone_to_owned()?))
}

/// The text before the first line end; `None` when there is none, or it is no UTF-8.
fn first_line(source: impl Read) -> Option<Secret> {
    let bytes = read(source)?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let line = text.lines().next()?;
    (!line.is_empty()).then(|| Secret::new(line))
}

/// All of it but the last line end; `None` for what is no UTF-8, or longer than a value may be.
fn whole(source: impl Read) -> Option<Secret> {
    let bytes = read(source)?;
    let text =
        std::str::from_utf8(&bytes).ok().filter(|text| (text.len() as u64) < LONGEST_BYTES)?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Some(Secret::new(text.strip_suffix('\r').unwrap_or(text)))
}

fn read(source: impl Read) -> Option<Zeroizing<Vec<u8>>> {
    // One allocation of the full size: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(LONGEST_BYTES).ok()?));
    source.take(LONGEST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_is_not_part_of_the_password_but_blanks_are() {
        let line = |text: &str| first_line(text.as_bytes()).map(|line| line.expose().to_owned());
        assert_eq!(line(" pass word \n").as_deref(), Some(" pass word "));
        assert_eq!(line("pass\r\nmore").as_deref(), Some("pass"), "as Windows tools write it");
        assert_eq!(line("pass").as_deref(), Some("pass"));
        assert_eq!(line(""), None);
        assert_eq!(line("\n"), None, "an empty password is a mistake in the pipe");
    }

    #[test]
    fn a_value_keeps_its_lines_but_the_end_of_the_last() {
        let text = |text: &str| whole(text.as_bytes()).map(|text| text.expose().to_owned());
        assert_eq!(text("a\n b \r\n").as_deref(), Some("a\n b "));
        assert_eq!(text("").as_deref(), Some(""), "nothing takes a value away");
        assert_eq!(text(&"x".repeat(65_536)), None, "cut values are refused");
    }
}
