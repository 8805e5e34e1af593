//! Kills a child when it has changed files so and so often.

use std::io::Read as _;
use std::mem::MaybeUninit;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

/// A file of this name says that the child is gone.
const OVER: &str = "over";

/// Runs the deed on this folder; `true` when it was killed at its step number `step`, `false` when it ended first.
pub(crate) fn run(place: &Path, deed: &str, words: &[String], step: usize) -> bool {
    let notices = init(CreateFlags::CLOEXEC).unwrap();
    let accounts = place.join("data/accounts");
    let wanted = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::DELETE;
    let mut watched = vec![place.to_owned(), place.join("data"), place.join("keyring")];
    watched.extend(std::fs::read_dir(&accounts).unwrap().map(|entry| entry.unwrap().path()));
    watched.push(accounts.clone());
    for folder in &watched {
        add_watch(&notices, folder, wanted).unwrap();
    }
    let mut child = start(place, deed, words);
    tell_when_over(&mut child, place);
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut reader = Reader::new(&notices, &mut buffer);
    let mut steps = 0;
    loop {
        let notice = reader.next().unwrap();
        let name = notice.file_name().and_then(|name| name.to_str().ok()).unwrap_or_default();
        if name == OVER {
            break;
        }
        steps += 1;
        // The account's own folder, when the deed makes it.
        let inside = accounts.join(name);
        if inside.is_dir() && !watched.contains(&inside) {
            let _ = add_watch(&notices, &inside, wanted);
        }
        if steps == step {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(steps >= step || status.success(), "{deed} failed on its own");
    !status.success()
}

fn start(place: &Path, deed: &str, words: &[String]) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("--child").arg(place).arg(deed).args(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
}

/// The pipe ends with the child, however it ends; it is waited for later, so its number stays its own.
fn tell_when_over(child: &mut Child, place: &Path) {
    let mut output = child.stdout.take().unwrap();
    let sign = place.join(OVER);
    std::thread::spawn(move || {
        let _ = output.read_to_end(&mut Vec::new());
        std::fs::write(sign, "").unwrap();
    });
}
