//! `cargo xtask test`: everything, cheap steps first. The CI runs this and nothing else.

use crate::bindings;
use crate::daily;
use crate::e2e;
use crate::licences;
use crate::run::{WORLD, cargo, execute, npm};
use crate::setup;
use crate::steps::Steps;
use crate::stop::Answer;

/// Runs every step until one fails, then prints what each took.
pub(crate) fn run(_: &[String]) -> Answer {
    let mut steps = Steps::start();
    let answer = all(&mut steps);
    steps.finish(answer)
}

fn all(steps: &mut Steps) -> Answer {
    steps.take("setup", setup::everything)?;
    steps.take("format", daily::format)?;
    steps.take("licences", licences::are_allowed)?;
    steps.take("page: lint and types", daily::page_types)?;
    steps.take("page: tests", || execute(npm("ui", &["run", "test"])))?;
    steps.take("page: build", daily::page_build)?;
    steps.take("clippy", daily::clippy)?;
    steps.take("build", || world("build", &[]))?;
    steps.take("bindings are fresh", bindings::are_fresh)?;
    steps.take("xtask's own tests", || execute(cargo(&["test", "--package", "xtask"])))?;
    steps.take("tests and stories", || world("test", &[]))?;
    steps.take("documentation", documentation)?;
    steps.take("the real window", e2e::everything)
}

/// A cargo verb over the workspace.
pub(crate) fn world(verb: &str, more: &[&str]) -> Answer {
    let mut command = cargo(&[verb]);
    command.args(WORLD).args(more);
    bindings::keep_out(&mut command);
    execute(command)
}

fn documentation() -> Answer {
    let mut command = cargo(&["doc", "--no-deps"]);
    command.args(WORLD).env("RUSTDOCFLAGS", "-D warnings");
    execute(command)
}
