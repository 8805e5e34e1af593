//! What two-step login offers, and whether an answer to it is right
//! (`TwoFactorAuthenticationValidator.cs`).

use base64ct::{Base64UrlUnpadded, Encoding};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::book::{Book, Code, DuoPrompt, Remembered};
use super::mail::MailKind;
use super::{SecondStep, otp, secrets, webauthn};

/// `TwoFactorProviderType.Remember` and `.RecoveryCode`, which are never offered.
pub(crate) const REMEMBER: i64 = 5;
pub(crate) const RECOVERY: i64 = 8;

impl Book {
    /// Whether a sign-in needs a second step.
    pub(crate) fn needs_second_step(&mut self, email: &str) -> bool {
        !self.person(email).usable().is_empty()
    }

    /// The fields of "Two factor required."; `client` is the header that names the program.
    pub(crate) fn demand(&mut self, email: &str, client: &str) -> Value {
        let steps: Vec<SecondStep> = self.person(email).usable().into_iter().cloned().collect();
        let mut offered = serde_json::Map::new();
        for step in &steps {
            let details = match step {
                SecondStep::Authenticator => Value::Null,
                SecondStep::Email => json!({ "Email": redact(email) }),
                SecondStep::Duo => self.duo_prompt(email, false, client),
                SecondStep::OrganizationDuo => self.duo_prompt(email, true, client),
                SecondStep::YubiKey { nfc } => json!({ "Nfc": nfc }),
                SecondStep::SecurityKey(_) => self.key_options(email),
            };
            offered.insert(step.number().to_string(), details);
        }
        let mut demand = json!({
            "TwoFactorProviders": steps.iter().map(|step| step.number().to_string()).collect::<Vec<_>>(),
            "TwoFactorProviders2": offered,
            "MasterPasswordPolicy": { "Object": "masterPasswordPolicy" },
        });
        if steps.contains(&SecondStep::Email) {
            demand["SsoEmail2faSessionToken"] = json!(self.email_token(email));
            demand["Email"] = json!(email);
        }
        demand
    }

    /// Good for two minutes and three seconds (`SsoEmail2faSessionTokenable`).
    fn email_token(&mut self, email: &str) -> String {
        let token = format!("BwSsoEmail2FaSessionToken_{}", noise());
        let until = self.now() + SignedDuration::from_secs(123);
        self.email_tokens.insert(token.clone(), (email.to_owned(), until));
        token
    }

    /// Whether this token stands for that person still.
    pub(crate) fn takes_email_token(&self, email: &str, token: &str) -> bool {
        let known = self.email_tokens.get(token);
        known.is_some_and(|(owner, until)| owner == email && *until > self.now())
    }

    /// The prompt's address is Duo's own in truth, and made by its library: the state is inside a signed
    /// request (`duo_universal_csharp`, `GenerateAuthUri`). Here the page is the sandbox's.
    fn duo_prompt(&mut self, email: &str, organization: bool, client: &str) -> Value {
        let state = noise();
        let scheme = if client == "desktop" { "&deeplinkScheme=bitwarden" } else { "" };
        let redirect =
            format!("{}/duo-redirect-connector.html?client={client}{scheme}", self.vault);
        let request = json!({
            "response_type": "code", "scope": "openid", "client_id": "DIXXXXXXXXXXXXXXXXXX",
            "redirect_uri": redirect, "state": state, "duo_uname": email,
        });
        let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let header = r#"{"alg":"HS512","typ":"JWT"}"#;
        let request = format!("{}.{}.{}", part(header), part(&request.to_string()), noise());
        let url = format!(
            "{}/duo/oauth/v1/authorize?response_type=code&client_id=DIXXXXXXXXXXXXXXXXXX&request={request}",
            self.vault
        );
        let until = self.now() + SignedDuration::from_mins(5);
        let prompt =
            DuoPrompt { email: email.to_owned(), organization, until, redirect, code: None };
        self.duo.insert(state, prompt);
        json!({ "Host": "api-00000000.duosecurity.com", "AuthUrl": url })
    }

    fn key_options(&mut self, email: &str) -> Value {
        let (party, challenge) = (self.party(), webauthn::challenge());
        let person = self.person(email);
        person.challenge = Some(challenge.clone());
        webauthn::options(&person.keys(), &party, &challenge)
    }

    /// Whether `token` is right for method `number`. What may be used once is used up by it.
    pub(crate) fn verify(&mut self, email: &str, number: i64, token: &str, device: &str) -> bool {
        let known = u8::try_from(number).is_ok_and(|number| self.person(email).has(number));
        match number {
            REMEMBER => self.verify_remembered(email, token, device),
            RECOVERY => self.recover(email, token),
            _ if !known => false,
            0 => self.verify_authenticator(email, token),
            1 => {
                let now = self.now();
                Code::take(&mut self.person(email).email_code, token, now)
            }
            2 | 6 => self.verify_duo(email, number == 6, token),
            3 => {
                let person = self.person(email);
                otp::key_of_otp(token) == Some(&person.secrets.yubi_key)
                    && person.used_otps.insert(token.to_owned())
            }
            7 => self.verify_key(email, token),
            _ => false,
        }
    }

    /// A code that was taken is refused for two minutes.
    fn verify_authenticator(&mut self, email: &str, token: &str) -> bool {
        let (now, secret) = (self.now(), secrets::authenticator(self.dice(), email));
        let used = &mut self.person(email).used_codes;
        used.retain(|_, until| *until > now);
        let right =
            !used.contains_key(token) && otp::is_shown_around(&secret, token, now.as_second());
        if right {
            used.insert(token.to_owned(), now + SignedDuration::from_mins(2));
        }
        right
    }

    fn verify_duo(&mut self, email: &str, organization: bool, token: &str) -> bool {
        let now = self.now();
        let Some((code, state)) = token.split_once('|') else { return false };
        let Some(prompt) = self.duo.get_mut(state) else { return false };
        let fits =
            prompt.email == email && prompt.organization == organization && prompt.until > now;
        fits && prompt.code.take_if(|given| given == code).is_some()
    }

    fn verify_key(&mut self, email: &str, token: &str) -> bool {
        let party = self.party();
        let person = self.person(email);
        let (keys, Some(challenge)) = (person.keys(), person.challenge.clone()) else {
            return false;
        };
        let Some((signed, counter)) = webauthn::verify(token, &keys, &party, &challenge) else {
            return false;
        };
        person.challenge = None;
        for step in &mut person.steps {
            if let SecondStep::SecurityKey(key) = step
                && key.credential_id == signed.credential_id
            {
                key.counter = counter;
            }
        }
        true
    }

    /// Bound to the device, as Vaultwarden has it; Bitwarden's server binds it to the person alone.
    fn verify_remembered(&self, email: &str, token: &str, device: &str) -> bool {
        self.remembered.get(token).is_some_and(|remembered| {
            remembered.email == email
                && remembered.device == device
                && remembered.until > self.now()
        })
    }

    /// Stands in for a code for 30 days.
    pub(crate) fn remember(&mut self, email: &str, device: &str) -> String {
        let token = noise();
        let until = self.now() + SignedDuration::from_hours(30 * 24);
        let remembered = Remembered { email: email.to_owned(), device: device.to_owned(), until };
        self.remembered.insert(token.clone(), remembered);
        token
    }

    /// Switches two-step login off and makes another recovery code (`UserService.RecoverTwoFactorAsync`);
    /// an organization's Duo is not the person's to switch off.
    fn recover(&mut self, email: &str, token: &str) -> bool {
        let person = self.person(email);
        if person.secrets.recovery_code != token.replace(' ', "").to_lowercase() {
            return false;
        }
        person.steps.retain(|step| *step == SecondStep::OrganizationDuo);
        let random = [rand::random::<[u8; 32]>(), rand::random()].concat();
        let random: [u8; 64] = random.try_into().expect("twice 32 bytes");
        person.secrets.recovery_code = secrets::recovery_code(&random);
        self.mail(email, MailKind::Recovered, None);
        true
    }
}

/// 32 bytes nobody guesses, in letters that need no escaping.
fn noise() -> String {
    Base64UrlUnpadded::encode_string(&rand::random::<[u8; 32]>())
}

/// `CoreHelpers.RedactEmailAddress`.
fn redact(email: &str) -> String {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    let length = name.chars().count();
    let shown = match length {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    let start: String = name.chars().take(shown).collect();
    format!("{start}{}@{host}", "*".repeat(length - shown))
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn addresses_are_redacted_as_the_server_does() {
        assert_eq!(redact("ab@x.example"), "**@x.example");
        assert_eq!(redact("anna@x.example"), "a***@x.example");
        assert_eq!(redact("twostep@x.example"), "tw*****@x.example");
    }
}
