//! Two-step login and new-device codes: from a flag once, then at the terminal.

use wardroom_core::keys::Secret;
use wardroom_core::model::{TwoStepKind, TwoStepMethod};
use wardroom_core::session::{Attempt, Step};
use wardroom_core::{Code, Error};

use crate::args::{Login, Method};
use crate::ask;
use crate::browser;
use crate::desk::Run;
use crate::failure::Fault;

/// What the flags brought. A code is used once: a wrong one must not be sent again and again.
pub(crate) struct Codes {
    method: Option<Method>,
    code: Option<Secret>,
    remember: bool,
}

impl Codes {
    pub(crate) fn of(login: &Login) -> Self {
        Self {
            method: login.method,
            code: login.code.as_deref().map(Secret::new),
            remember: login.remember,
        }
    }
}

/// Answers two-step login with the method of the flags, or the first one a terminal can ask for.
pub(crate) async fn two_step(
    run: &Run,
    attempt: &mut Attempt,
    codes: &mut Codes,
    methods: &[TwoStepMethod],
) -> Result<Step, Fault> {
    let Some(method) = codes.method.or_else(|| methods.iter().find_map(method_of)) else {
        return Err(needed(methods));
    };
    if method == Method::SecurityKey {
        return crate::security_key::answer(run, attempt, codes.remember).await;
    }
    let kind = kind(method);
    if let Some(code) = codes.code.take() {
        let step = attempt.two_step(kind, code, codes.remember).await?;
        told_about_recovery(run, attempt);
        return Ok(step);
    }
    if method == Method::Email {
        attempt.send_code().await?;
        run.console.note("A code was mailed.");
    }
    if !ask::possible() {
        return Err(needed(methods));
    }
    if method == Method::Duo {
        browser::open(run.console, &attempt.duo_page().await?);
    }
    let step = ask::until_right(run.console, question(method), async |code| {
        attempt.two_step(kind, code, codes.remember).await
    })
    .await?;
    told_about_recovery(run, attempt);
    Ok(step)
}

/// Also when something else is asked next: the code has been used up.
fn told_about_recovery(run: &Run, attempt: &Attempt) {
    if attempt.two_step_is_off() {
        run.console.note(
            "The recovery code switched two-step login off for this account. Set it up again in the web vault.",
        );
    }
}

/// Answers the code that was mailed for a new device.
pub(crate) async fn new_device(
    run: &Run,
    attempt: &mut Attempt,
    email: &str,
) -> Result<Step, Fault> {
    if !ask::possible() {
        return Err(Fault::Asked {
            message: format!("the server does not know this device; a code was mailed to {email}"),
            hint: "run the same command again with --new-device-code CODE".to_owned(),
        });
    }
    let question = "New-device code from your mail: ";
    ask::until_right(run.console, question, async |code| attempt.new_device(code).await).await
}

fn needed(methods: &[TwoStepMethod]) -> Fault {
    let names: Vec<_> = methods.iter().filter_map(method_of).map(Method::word).collect();
    Fault::Asked {
        message: "this account needs two-step login".to_owned(),
        hint: if names.is_empty() {
            "its methods cannot be used from a terminal; use --method recovery, or the window"
                .to_owned()
        } else {
            format!("run it again with --method METHOD --code CODE; METHOD is {}", names.join(", "))
        },
    }
}

fn method_of(method: &TwoStepMethod) -> Option<Method> {
    match method {
        TwoStepMethod::Authenticator => Some(Method::Authenticator),
        TwoStepMethod::Email { .. } => Some(Method::Email),
        TwoStepMethod::YubiKey { .. } => Some(Method::Yubikey),
        TwoStepMethod::Duo { .. } => Some(Method::Duo),
        TwoStepMethod::SecurityKey => Some(Method::SecurityKey),
        TwoStepMethod::Other { .. } => None,
    }
}

fn kind(method: Method) -> TwoStepKind {
    match method {
        Method::Authenticator | Method::SecurityKey => TwoStepKind::Authenticator,
        Method::Email => TwoStepKind::Email,
        Method::Yubikey => TwoStepKind::YubiKey,
        Method::Duo => TwoStepKind::Duo,
        Method::Recovery => TwoStepKind::Recovery,
    }
}

fn question(method: Method) -> &'static str {
    match method {
        Method::Authenticator | Method::SecurityKey => "Code of the authenticator app: ",
        Method::Email => "Code from your mail: ",
        Method::Yubikey => "Touch your YubiKey: ",
        Method::Duo => "Address of the page Duo ended on: ",
        Method::Recovery => "Recovery code (switches two-step login off): ",
    }
}

/// Whether typing it again may help.
pub(crate) fn may_be_retyped(error: &Error) -> bool {
    error.code() == Code::WrongCode
}
