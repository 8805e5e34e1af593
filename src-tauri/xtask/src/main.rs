//! `cargo xtask VERB`: everything a contributor or the CI does, in at most ten verbs.
//!
//! Needs nothing but cargo to start; what the rest of the house needs (`setup`) it installs or names.
#![allow(clippy::print_stdout)] // a program of the terminal: its output is what it is for

mod bench;
mod bindings;
mod daily;
mod demo;
mod e2e;
mod fuzz;
mod licences;
mod measure;
mod run;
mod setup;
mod steps;
mod stop;
mod test;

use std::process::ExitCode;

use stop::Answer;

struct Verb {
    name: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Answer,
}

const VERBS: [Verb; 10] = [
    Verb {
        name: "demo",
        does: "the window on a sample provider, nothing to set up",
        run: demo::run,
    },
    Verb { name: "dev", does: "the window with the page reloading as you edit", run: daily::dev },
    Verb { name: "check", does: "format, lints and types; the quick look", run: daily::check },
    Verb { name: "test", does: "everything; what the CI runs", run: test::run },
    Verb { name: "e2e", does: "the real window, driven (Linux)", run: e2e::run },
    Verb { name: "fix", does: "formats and applies the lints' own corrections", run: daily::fix },
    Verb {
        name: "bindings",
        does: "writes ui/src/bindings from the Rust types",
        run: bindings::run,
    },
    Verb { name: "bench", does: "measures the promises [--quick]", run: bench::run },
    Verb {
        name: "fuzz",
        does: "damages every sample export [--seconds N] [FAMILY]",
        run: fuzz::run,
    },
    Verb { name: "build", does: "release installers for this platform", run: daily::build },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    // One more verb is not for people: `bench` puts it in front of what it measures.
    if name == "measure" {
        return measure::run(rest);
    }
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        help();
        return if name == "help" { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    match (verb.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("\nxtask {name}: {stop}");
            ExitCode::FAILURE
        }
    }
}

fn help() {
    println!("cargo xtask VERB\n");
    for verb in &VERBS {
        println!("  {:<9} {}", verb.name, verb.does);
    }
}
