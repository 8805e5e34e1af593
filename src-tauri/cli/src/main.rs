//! The terminal: `wardroomctl`, the same operations as the window's, as verbs.
//!
//! Reads the command line, runs one verb, prints one answer. Every decision is core's. The contract
//! (verbs, `--json` answers, exit codes) is in `docs/terminal.md`.

mod args;
mod ask;
mod browser;
mod clients;
mod desk;
mod failure;
mod import;
mod login;
mod output;
mod password;
mod second_step;
mod security_key;
mod session;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use args::{Cli, Clients, Verb};
use desk::Run;
use failure::Fault;
use output::Console;

fn main() -> ExitCode {
    without_core_dumps();
    log_to_stderr();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_parsed(&error),
    };
    let json = cli.global.json;
    // One thread is enough for one verb, and the cheapest; what computes long leaves it by itself.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a process may have one event loop");
    let answer = runtime.block_on(answer(cli));
    drop(runtime);
    match answer {
        Ok(text) => output::print(&text).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS),
        Err(fault) => {
            output::say(&format!("{}\n", fault.text(json)));
            ExitCode::from(fault.exit_code())
        }
    }
}

async fn answer(cli: Cli) -> Result<String, Fault> {
    let console = Console::new(&cli.global);
    match &cli.verb {
        Verb::Completions { shell } => return Ok(completions(console, *shell)),
        Verb::Import { verb } => {
            if let Some(answer) = import::read_only(console, verb) {
                return answer;
            }
        }
        _ => {}
    }
    let run = Run::open(cli.global)?;
    match &cli.verb {
        Verb::Login(login) => login::login(&run, login).await,
        Verb::Unlock { raw } => session::unlock(&run, *raw).await,
        Verb::Lock => session::lock(&run),
        Verb::Logout => session::logout(&run).await,
        Verb::Status => session::status(&run).await,
        Verb::Sync { full: _ } => session::sync(&run).await,
        Verb::Clients { verb: Clients::List(list) } => clients::list(&run, list).await,
        Verb::Import { verb } => import::run(&run, verb).await,
        Verb::Completions { .. } => unreachable!("answered above, without a data folder"),
    }
}

fn completions(console: Console, shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "wardroomctl", &mut script);
    let script = String::from_utf8(script).expect("the words of the command line are UTF-8");
    console.answer(&serde_json::json!({ "shell": shell.to_string(), "script": script }), |page| {
        page.raw(&script);
    })
}

/// Help, version, or a command line that was not understood.
fn not_parsed(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|argument| argument == "--json");
    match error.kind() {
        ErrorKind::DisplayVersion if json => {
            let version = serde_json::json!({ "version": env!("CARGO_PKG_VERSION") });
            output::print(&format!("{version}\n")).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            error.print().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        _ => {
            if json {
                let text = error.render().to_string();
                let first = text.lines().next().unwrap_or_default();
                let message = first.strip_prefix("error: ").unwrap_or(first);
                let hint = Some("see `wardroomctl help`".to_owned());
                let fault = Fault::Usage { message: message.to_owned(), hint };
                output::say(&format!("{}\n", fault.text(true)));
            } else {
                let _ = error.print();
            }
            ExitCode::from(2)
        }
    }
}

/// A dump would hold what the memory held. Where the system has no such switch, nothing is lost.
fn without_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let _ = setrlimit(Resource::Core, none);
    }
}

/// `WARDROOM_LOG=debug` shows what core does; only our own lines, which never carry a secret.
fn log_to_stderr() {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;
    let level = std::env::var("WARDROOM_LOG").ok().and_then(|level| level.parse().ok());
    if let Some(level) = level {
        let level: LevelFilter = level;
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let ours = Targets::new().with_target("wardroom_core", level);
        tracing_subscriber::registry().with(lines.with_filter(ours)).init();
    }
}
