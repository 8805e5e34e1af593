//! Two-step login.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Attempt, SignInError, Step};
use crate::keys::Secret;
use crate::model::{SignInStep, TwoStepKind, TwoStepMethod};
use crate::server::{
    self, Extras, MailProof, Proof, SignInRefusal, TokenAnswer, TwoStepCode, TwoStepDemand,
};
use crate::{Error, session};

use super::attempt::Held;

/// `TwoFactorProviderType`, as far as answers need it.
const AUTHENTICATOR: i64 = 0;
const EMAIL: i64 = 1;
const YUBI_KEY: i64 = 3;
const REMEMBERED: i64 = 5;
const SECURITY_KEY: i64 = 7;
const RECOVERY: i64 = 8;

/// How long a mailed code is good (`src/Core/Auth/Identity/TokenProviders/EmailTokenProvider.cs`).
const CODE_LASTS: SignedDuration = SignedDuration::from_mins(5);
/// What stands in for a password when a code is to be mailed (`SsoEmail2faSessionTokenable`).
const TOKEN_LASTS: SignedDuration = SignedDuration::from_mins(2);
/// Duo's prompt ends after five minutes (`DuoUserStateTokenable`): a page should not be opened at the last.
const PROMPT_LASTS: SignedDuration = SignedDuration::from_mins(4);

/// What an attempt keeps about two-step login besides the question.
pub(super) struct TwoStepState {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// When a code was last mailed on our word.
    code_sent: Option<Timestamp>,
    /// When the question came; `None` when an answer has used it up.
    asked: Option<Timestamp>,
    /// A recovery code was taken.
    off: bool,
}

impl Default for TwoStepState {
    fn default() -> Self {
        Self { now: Arc::new(Timestamp::now), code_sent: None, asked: None, off: false }
    }
}

impl TwoStepState {
    fn older(&self, since: Option<Timestamp>, than: SignedDuration) -> bool {
        since.is_none_or(|since| (self.now)().duration_since(since) >= than)
    }
}

impl Attempt {
    /// Tells the time by another clock: for tests.
    #[must_use]
    pub fn by_clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.two_step.now = Arc::new(now);
        self
    }

    /// Answers two-step login. A wrong answer costs nothing but a try: the same attempt may be answered
    /// again.
    ///
    /// For Duo, `code` is the address its prompt ended on: see [`Attempt::duo_page`].
    pub async fn two_step(
        &mut self,
        kind: TwoStepKind,
        code: Secret,
        remember: bool,
    ) -> Result<Step, Error> {
        let demand = self.demand.as_ref().ok_or(SignInError::NothingAsked)?;
        let (provider, token) = match kind {
            TwoStepKind::Authenticator => (AUTHENTICATOR, without_blanks(&code)),
            TwoStepKind::Email => (EMAIL, without_blanks(&code)),
            TwoStepKind::YubiKey => (YUBI_KEY, without_blanks(&code)),
            TwoStepKind::Recovery => (RECOVERY, without_blanks(&code)),
            TwoStepKind::Duo => super::duo::answer(demand, &code)?,
        };
        if provider != RECOVERY && !offers(demand, provider) {
            return Err(SignInError::NotOffered.into());
        }
        if token.is_empty() {
            return Err(wrong_code());
        }
        let remember = remember && provider != RECOVERY;
        let two_step = Some(TwoStepCode { provider, token, remember });
        self.granted = None;
        let answer = self.knock(Extras { two_step, ..Extras::default() }).await;
        self.note(provider, answer)
    }

    fn note(&mut self, provider: i64, answer: Result<Step, Error>) -> Result<Step, Error> {
        use SignInRefusal::{RecoveredSignOnNeeded, TwoStepCode, TwoStepCodeOld};
        let refused = match &answer {
            Err(Error::Server(server::Error::SignIn(refusal))) => Some(refusal),
            _ => None,
        };
        if provider == RECOVERY {
            let went_on = matches!(&answer, Ok(step) if !is_second_step(step));
            self.two_step.off |=
                went_on || self.granted.is_some() || refused == Some(&RecoveredSignOnNeeded);
        }
        let was_old = provider == EMAIL
            && self.two_step.code_sent.is_some()
            && self.two_step.older(self.two_step.code_sent, CODE_LASTS);
        match refused {
            Some(TwoStepCodeOld) => return Err(SignInError::CodeTooOld.into()),
            Some(TwoStepCode) if was_old => return Err(SignInError::CodeTooOld.into()),
            // Its prompt may be used up now.
            Some(TwoStepCode) => self.two_step.asked = None,
            _ => {}
        }
        // Asked the same again instead of refused: so Vaultwarden answers a method it does not have.
        match answer {
            Ok(step) if is_second_step(&step) => Err(wrong_code()),
            answer => answer,
        }
    }

    /// Whether a recovery code has switched two-step login off for the account. Then the person must be told:
    /// from now on the password alone opens it.
    #[must_use]
    pub fn two_step_is_off(&self) -> bool {
        self.two_step.off
    }

    /// Has the code of two-step login mailed, the first time and again; the one before is worth nothing then.
    /// The server mails none by itself.
    pub async fn send_code(&mut self) -> Result<(), Error> {
        let needs_token = !matches!(self.held, Some(Held::Password(_) | Held::Device(_)));
        if needs_token && self.two_step.older(self.two_step.asked, TOKEN_LASTS) {
            self.ask_anew().await?;
        }
        let demand = self.demand.as_ref().ok_or(SignInError::NothingAsked)?;
        if !offers(demand, EMAIL) {
            return Err(SignInError::NotOffered.into());
        }
        let told = demand.email.as_deref().filter(|_| self.email.is_empty());
        let email = told.unwrap_or(&self.email);
        let proof = match (&self.held, &demand.email_token) {
            (Some(Held::Password(hashed)), _) => MailProof::Password(&hashed.hash),
            (Some(Held::Device(approved)), _) => {
                MailProof::DeviceRequest { request: approved.id, access_code: approved.code() }
            }
            (Some(_), Some(token)) => MailProof::Token(token),
            _ => return Err(SignInError::NothingAsked.into()),
        };
        self.link.send_two_step_code(email, &proof).await?;
        self.two_step.code_sent = Some((self.two_step.now)());
        Ok(())
    }

    /// Has the server ask again: what it gave with the question has run out.
    async fn ask_anew(&mut self) -> Result<(), Error> {
        match self.knock(Extras::default()).await? {
            step if is_second_step(&step) => Ok(()),
            _ => Err(SignInError::NothingAsked.into()),
        }
    }

    /// The address of Duo's prompt, to be opened in the browser; an organization's Duo before one's own.
    ///
    /// The prompt ends on the web vault's `duo-redirect-connector.html`, whose address has the answer in it.
    /// That page then hands the answer to the `bitwarden:` scheme, because the server sends every client named
    /// `desktop` there and registers no other way back (`DuoUniversalTokenService.cs`,
    /// `BuildDuoTwoFactorRedirectUri`). The scheme belongs to the official app: it may come to the front and
    /// can do nothing with the answer. So the person refuses to open it, copies the page's address, and that
    /// goes to [`Attempt::two_step`] as [`TwoStepKind::Duo`].
    pub async fn duo_page(&mut self) -> Result<String, Error> {
        if self.demand.is_some() && self.two_step.older(self.two_step.asked, PROMPT_LASTS) {
            // The prompt would be over before it is answered: ask for a new one.
            self.ask_anew().await?;
        }
        let demand = self.demand.as_ref().ok_or(SignInError::NothingAsked)?;
        super::duo::page(demand)
    }

    /// The server asked for a second step.
    pub(super) fn offer(&mut self, demand: TwoStepDemand) -> Step {
        let methods = methods(&demand);
        self.two_step.asked = Some((self.two_step.now)());
        self.demand = Some(demand);
        Step::Ask(SignInStep::TwoStep { methods })
    }

    /// Asks for tokens. A device that is remembered says so by itself; one that shall be remembered is.
    pub(super) async fn show(
        &self,
        proof: &Proof<'_>,
        extras: &Extras,
    ) -> Result<TokenAnswer, server::Error> {
        let mut extras = extras.clone();
        let entry = self.remembered_entry();
        let asks_nothing = extras.two_step.is_none() && extras.new_device_code.is_none();
        let remembered = if asks_nothing { entry.recall().await } else { None };
        if let Some(code) = &mut extras.two_step {
            code.remember &= entry.can_keep().await;
        }
        let answer = match remembered {
            None => self.link.fetch_tokens(proof, &extras).await?,
            Some(token) => {
                let code = TwoStepCode { provider: REMEMBERED, token, remember: false };
                let with = Extras { two_step: Some(code), ..Extras::default() };
                match self.link.fetch_tokens(proof, &with).await {
                    Ok(TokenAnswer::TwoStep(demand)) => {
                        entry.forget().await;
                        TokenAnswer::TwoStep(demand)
                    }
                    Err(server::Error::SignIn(SignInRefusal::TwoStepCode)) => {
                        entry.forget().await;
                        self.link.fetch_tokens(proof, &extras).await?
                    }
                    answer => answer?,
                }
            }
        };
        if let TokenAnswer::Granted(granted) = &answer
            && let Some(token) = &granted.two_step_token
        {
            entry.keep(token.clone()).await;
        }
        Ok(answer)
    }

    /// Whether this device can be remembered: that takes a keyring, as nothing secret is kept in clear.
    pub async fn can_remember(&self) -> bool {
        self.remembered_entry().can_keep().await
    }

    fn remembered_entry(&self) -> session::remembered::Entry {
        let server = self.settings.address.as_str();
        self.desk.remembered(server, &self.email, self.device)
    }
}

fn is_second_step(step: &Step) -> bool {
    matches!(step, Step::Ask(SignInStep::TwoStep { .. }))
}

fn wrong_code() -> Error {
    server::Error::from(SignInRefusal::TwoStepCode).into()
}

fn offers(demand: &TwoStepDemand, number: i64) -> bool {
    demand.methods.iter().any(|(offered, _)| *offered == number)
}

/// Codes are shown in groups, recovery codes copied with blanks and line ends; all of them are lower-case
/// letters and digits (`UserService.RecoverTwoFactorAsync` lowers them too).
fn without_blanks(code: &Secret) -> Secret {
    let mut plain = String::with_capacity(code.expose().len());
    plain.extend(code.expose().chars().filter(|c| !c.is_whitespace()));
    plain.make_ascii_lowercase();
    Secret::new(plain)
}

/// What the account has, in the order in which to offer it: what is at hand first, Duo with its detour after
/// the others.
fn methods(demand: &TwoStepDemand) -> Vec<TwoStepMethod> {
    const ORDER: [i64; 6] = [AUTHENTICATOR, SECURITY_KEY, YUBI_KEY, EMAIL, 6, 2];
    let place = |number: &i64| ORDER.iter().position(|known| known == number);
    let mut numbers: Vec<i64> = demand.methods.iter().map(|(number, _)| *number).collect();
    numbers.sort_unstable_by_key(|number| (place(number).unwrap_or(ORDER.len()), *number));
    numbers.dedup();
    numbers.into_iter().map(|number| method(demand, number)).collect()
}

fn method(demand: &TwoStepDemand, number: i64) -> TwoStepMethod {
    match number {
        AUTHENTICATOR => TwoStepMethod::Authenticator,
        EMAIL => TwoStepMethod::Email {
            address: demand
                .detail(EMAIL, "email")
                .and_then(|text| text.as_str())
                .unwrap_or("")
                .to_owned(),
        },
        2 | 6 => TwoStepMethod::Duo { organization: number == 6 },
        YUBI_KEY => TwoStepMethod::YubiKey {
            nfc: demand
                .detail(YUBI_KEY, "nfc")
                .and_then(serde_json::Value::as_bool)
                .unwrap_or_default(),
        },
        SECURITY_KEY => TwoStepMethod::SecurityKey,
        number => TwoStepMethod::Other { number },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn methods_are_offered_the_easiest_first_and_unknown_ones_by_number() {
        let demand = TwoStepDemand {
            methods: vec![
                (2, json!({ "AuthUrl": "https://x" })),
                (9, json!(null)),
                (1, json!({ "email": "a***@x.example" })),
                (0, json!(null)),
                (3, json!({ "Nfc": true })),
                (7, json!({})),
                (6, json!(null)),
            ],
            ..TwoStepDemand::default()
        };
        let offered = methods(&demand);
        assert_eq!(
            offered,
            [
                TwoStepMethod::Authenticator,
                TwoStepMethod::SecurityKey,
                TwoStepMethod::YubiKey { nfc: true },
                TwoStepMethod::Email { address: "a***@x.example".to_owned() },
                TwoStepMethod::Duo { organization: true },
                TwoStepMethod::Duo { organization: false },
                TwoStepMethod::Other { number: 9 },
            ]
        );
    }

    #[test]
    fn codes_may_be_typed_in_groups() {
        assert_eq!(without_blanks(&Secret::new(" 123 456\n")).expose(), "123456");
        assert_eq!(without_blanks(&Secret::new("AB12 cd34")).expose(), "ab12cd34");
    }
}
