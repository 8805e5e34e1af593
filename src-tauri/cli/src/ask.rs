//! Questions at the terminal, and what to say where there is none.

use std::io::{BufRead, IsTerminal};

use wardroom_core::Error;
use wardroom_core::keys::Secret;

use crate::failure::Fault;
use crate::output::{Console, say};
use crate::second_step::may_be_retyped;

/// As many as a person mistypes before looking up.
const TRIES: usize = 3;

/// Whether somebody is there to answer.
pub(crate) fn possible() -> bool {
    std::io::stdin().is_terminal()
}

/// A line that may be seen while it is typed; `variable` is the way without a terminal.
pub(crate) fn visible(question: &str, variable: &str) -> Result<String, Fault> {
    if !possible() {
        return Err(nobody(variable));
    }
    say(question);
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|_| Fault::usage("the terminal could not be read"))?;
    Ok(line.trim().to_owned())
}

/// A line that is not shown.
pub(crate) fn hidden(question: &str, variable: &str) -> Result<Secret, Fault> {
    if !possible() {
        return Err(nobody(variable));
    }
    let typed = rpassword::prompt_password(question)
        .map_err(|_| Fault::usage("the terminal could not be read"))?;
    Ok(Secret::new(typed.trim()))
}

fn nobody(variable: &str) -> Fault {
    Fault::Usage {
        message: "something is missing, and there is no terminal to ask for it".to_owned(),
        hint: Some(format!("put it into {variable}")),
    }
}

/// Asks, and asks again when the code was wrong.
pub(crate) async fn until_right<T>(
    console: Console,
    question: &str,
    mut answer: impl AsyncFnMut(Secret) -> Result<T, Error>,
) -> Result<T, Fault> {
    for _ in 1..TRIES {
        match answer(hidden(question, "--code")?).await {
            Err(error) if may_be_retyped(&error) => console.note(&format!("{error}")),
            other => return Ok(other?),
        }
    }
    Ok(answer(hidden(question, "--code")?).await?)
}
