//! `login`: one attempt, answered from flags first, then at the terminal.

use serde::Serialize;
use wardroom_core::Error;
use wardroom_core::keys::Secret;
use wardroom_core::model::{Account, ServerAddress, ServerSettings, SignInStep, TrustWays};
use wardroom_core::session::{Attempt, Step, Unlocked};

use crate::args::{Approver, Login};
use crate::ask;
use crate::browser;
use crate::desk::Run;
use crate::failure::Fault;
use crate::password;
use crate::second_step::{self, Codes};
use crate::session::export_line;

#[derive(Serialize)]
struct LoginAnswer<'a> {
    account: &'a Account,
    session: &'a str,
}

/// `login`
pub(crate) async fn login(run: &Run, login: &Login) -> Result<String, Fault> {
    let settings = settings(login);
    let label = ServerAddress::parse(&settings.address).map_err(Error::from)?.label();
    let email = login.email.as_deref().unwrap_or_default();
    let mut attempt = run.desk.attempt(&settings, email)?;
    let mut codes = Codes::of(login);
    if let Some(code) = &login.new_device_code {
        attempt.bring_new_device_code(Secret::new(code));
    }
    let mut step = begin(run, login, &mut attempt, &label).await?;
    let unlocked = loop {
        match step {
            Step::Done(unlocked) => break unlocked,
            Step::Ask(asked) => {
                step = answer(run, login, &mut attempt, &mut codes, asked).await?;
            }
        }
    };
    done(run, unlocked, &label).await
}

async fn done(run: &Run, unlocked: Unlocked, label: &str) -> Result<String, Fault> {
    let session = unlocked.make_session();
    let account = unlocked.account().clone();
    unlocked.lock().await?;
    let session = session?;
    let answer = LoginAnswer { account: &account, session: session.expose() };
    Ok(run.console.answer(&answer, |page| {
        page.line(&format!("Signed in as {} on {label}.", account.email));
        export_line(page, &session);
    }))
}

fn settings(login: &Login) -> ServerSettings {
    ServerSettings {
        address: login.server.clone(),
        vault: login.vault_url.clone(),
        api: login.api_url.clone(),
        identity: login.identity_url.clone(),
        notifications: login.notifications_url.clone(),
    }
}

/// Shows the server what the flags chose; the master password unless they say otherwise.
async fn begin(
    run: &Run,
    login: &Login,
    attempt: &mut Attempt,
    label: &str,
) -> Result<Step, Fault> {
    if login.api_key {
        let (id, secret) = api_key()?;
        let password = password::given_or_asked(&run.global, "Master password: ")?;
        return Ok(attempt.with_api_key(&id, secret, password).await?);
    }
    if let Some(identifier) = &login.sso {
        let named = Some(identifier.as_str()).filter(|identifier| !identifier.is_empty());
        return single_sign_on(run, attempt, named).await;
    }
    if login.device {
        return Ok(attempt.ask_device().await?);
    }
    let email = login.email.as_deref().unwrap_or_default();
    let question = format!("Master password for {email} on {label}: ");
    let password = password::given_or_asked(&run.global, &question)?;
    Ok(attempt.with_password(password).await?)
}

/// The personal API key, from the environment as with other tools, else asked for.
fn api_key() -> Result<(String, Secret), Fault> {
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let id = match variable("WARDROOM_CLIENT_ID") {
        Some(id) => id,
        None => ask::visible("client_id of the API key: ", "WARDROOM_CLIENT_ID")?,
    };
    let secret = match variable("WARDROOM_CLIENT_SECRET") {
        Some(secret) => Secret::new(secret),
        None => ask::hidden("client_secret of the API key: ", "WARDROOM_CLIENT_SECRET")?,
    };
    Ok((id, secret))
}

async fn single_sign_on(
    run: &Run,
    attempt: &mut Attempt,
    identifier: Option<&str>,
) -> Result<Step, Fault> {
    let identifier = match identifier {
        Some(identifier) => identifier.to_owned(),
        None => only_organization(attempt).await?,
    };
    let console = run.console;
    let open = |address: &str| {
        browser::open(console, address);
        Ok(())
    };
    Ok(attempt.with_sso(&identifier, open).await?)
}

/// The organization that signs this address in, when it is the only one.
async fn only_organization(attempt: &Attempt) -> Result<String, Fault> {
    let organizations = attempt.find_sso().await?;
    if let [only] = organizations.as_slice() {
        return Ok(only.identifier.clone());
    }
    let named: Vec<_> = organizations.iter().map(|one| one.identifier.as_str()).collect();
    Err(Fault::Asked {
        message: "which organization signs you in is not clear".to_owned(),
        hint: if named.is_empty() {
            "give its identifier: --sso IDENTIFIER".to_owned()
        } else {
            format!("give one of these: --sso {}", named.join(", --sso "))
        },
    })
}

/// One question of the server.
async fn answer(
    run: &Run,
    login: &Login,
    attempt: &mut Attempt,
    codes: &mut Codes,
    asked: SignInStep,
) -> Result<Step, Fault> {
    match asked {
        SignInStep::TwoStep { methods } => {
            second_step::two_step(run, attempt, codes, &methods).await
        }
        SignInStep::NewDevice { email } => second_step::new_device(run, attempt, &email).await,
        SignInStep::SingleSignOn { identifier } => match (&login.sso, identifier) {
            (None, identifier) => Err(Fault::Asked {
                message: "this account signs in with its organization's single sign-on".to_owned(),
                hint: format!("sign in with --sso {}", identifier.unwrap_or_default()),
            }),
            (Some(_), identifier) => single_sign_on(run, attempt, identifier.as_deref()).await,
        },
        SignInStep::Password { email } => {
            let question = format!("Master password for {email}: ");
            let password = password::given_or_asked(&run.global, &question)?;
            Ok(attempt.master_password(password).await?)
        }
        SignInStep::TrustDevice { ways } => trust(run, login, attempt, ways).await,
        SignInStep::Approval { request } => {
            let who = if request.admin { "An administrator" } else { "Another device" };
            run.console.note(&format!(
                "{who} has to approve. Fingerprint phrase: {}\nGood until {}.",
                request.fingerprint, request.expires_at
            ));
            Ok(attempt.wait_for_approval().await?)
        }
        SignInStep::WebVault { reason: _, url } => Err(Fault::Asked {
            message: "something has to be done in the web vault first".to_owned(),
            hint: format!("sign in at {url} and follow it, then sign in here again"),
        }),
        // Core never asks this; a loop that did would not end.
        SignInStep::Done => Err(Fault::usage("the sign-in lost its way; try again")),
    }
}

/// A device nobody trusts yet.
async fn trust(
    run: &Run,
    login: &Login,
    attempt: &mut Attempt,
    ways: TrustWays,
) -> Result<Step, Fault> {
    let chosen = login.approval.or(match ways {
        TrustWays { other_device: true, .. } => Some(Approver::Device),
        TrustWays { admin: true, .. } => Some(Approver::Admin),
        TrustWays { password: true, .. } => Some(Approver::Password),
        _ => None,
    });
    match chosen {
        Some(Approver::Device) => Ok(attempt.ask_device().await?),
        Some(Approver::Admin) => Ok(attempt.ask_admin().await?),
        Some(Approver::Password) => {
            let password = password::given_or_asked(&run.global, "Master password: ")?;
            Ok(attempt.master_password(password).await?)
        }
        None => Err(Fault::Asked {
            message: "nothing of this account can approve this device".to_owned(),
            hint: "approve it in the web vault, or ask your administrator to recover the account"
                .to_owned(),
        }),
    }
}
