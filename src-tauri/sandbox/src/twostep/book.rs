//! What the server keeps of everybody's second step.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::dice::Dice;

use super::limit::Door;
use super::mail::{Mail, MailKind};
use super::secrets::TwoStepSecrets;
use super::webauthn::Party;
use super::{SecondStep, SecurityKey, otp};

/// Everybody, by lower-case e-mail address, and what is under way.
pub(crate) struct Book {
    dice: Dice,
    people: HashMap<String, Person>,
    pub(super) mails: Vec<Mail>,
    /// How far this server's clock is ahead of the machine's.
    pub(super) ahead: SignedDuration,
    /// The web vault's address.
    pub(crate) vault: String,
    /// Failed sign-ins are answered so much later.
    pub(super) delay: Option<Duration>,
    /// How many answers that were.
    pub(super) held_back: usize,
    /// The doors below are watched.
    pub(super) limited: bool,
    pub(super) token_door: Door,
    pub(super) mail_door: Door,
    pub(super) remembered: HashMap<String, Remembered>,
    /// `SsoEmail2faSessionToken`: for whom and until when.
    pub(super) email_tokens: HashMap<String, (String, Timestamp)>,
    /// Duo prompts, by state.
    pub(super) duo: HashMap<String, DuoPrompt>,
}

/// What stands in for a second step on one device.
pub(super) struct Remembered {
    pub(super) email: String,
    pub(super) device: String,
    pub(super) until: Timestamp,
}

/// A Duo prompt somebody was sent to.
pub(crate) struct DuoPrompt {
    pub(super) email: String,
    pub(super) organization: bool,
    pub(super) until: Timestamp,
    /// Where the browser goes when it is over.
    pub(crate) redirect: String,
    /// Given out with the redirect; good once.
    pub(super) code: Option<String>,
}

/// A mailed code.
pub(super) struct Code {
    text: String,
    until: Timestamp,
}

/// One person's second steps and devices.
pub(super) struct Person {
    pub(super) steps: Vec<SecondStep>,
    pub(super) secrets: TwoStepSecrets,
    /// Authenticator codes that were taken, for two minutes.
    pub(super) used_codes: HashMap<String, Timestamp>,
    pub(super) used_otps: HashSet<String>,
    /// One-time passwords typed so far.
    pub(super) typed: u32,
    pub(super) email_code: Option<Code>,
    pub(super) device_code: Option<Code>,
    /// What a security key was asked to sign last.
    pub(super) challenge: Option<String>,
    pub(super) devices: Vec<String>,
    /// Asks for a code on new devices. On at the real server; off here until a test or a demo account
    /// switches it on, so that one world can be entered from many devices.
    pub(super) verifies_devices: bool,
    /// Made less than 24 hours ago.
    pub(super) is_new: bool,
    /// Duo and `YubiKey` count only with it.
    pub(super) premium: bool,
}

impl Book {
    pub(crate) fn new(dice: Dice) -> Self {
        Self {
            dice,
            people: HashMap::new(),
            mails: Vec::new(),
            ahead: SignedDuration::ZERO,
            vault: String::new(),
            delay: None,
            held_back: 0,
            limited: false,
            token_door: Door::tokens(),
            mail_door: Door::mails(),
            remembered: HashMap::new(),
            email_tokens: HashMap::new(),
            duo: HashMap::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + self.ahead
    }

    /// Seconds to wait before the token endpoint answers again.
    pub(crate) fn token_wait(&mut self) -> Option<(u64, String)> {
        let now = self.now();
        let wait = if self.limited { self.token_door.enter(now)? } else { return None };
        Some((wait, self.token_door.period()))
    }

    /// The same for mailed two-step codes.
    pub(crate) fn mail_wait(&mut self) -> Option<(u64, String)> {
        let now = self.now();
        let wait = if self.limited { self.mail_door.enter(now)? } else { return None };
        Some((wait, self.mail_door.period()))
    }

    /// How long a failure is held back, as one is about to be told.
    pub(crate) fn hold_back(&mut self) -> Option<Duration> {
        self.held_back += usize::from(self.delay.is_some());
        self.delay
    }

    pub(super) fn person(&mut self, email: &str) -> &mut Person {
        let (email, dice) = (email.trim().to_lowercase(), self.dice);
        self.people.entry(email).or_insert_with_key(|email| Person::new(dice, email))
    }

    pub(super) fn dice(&self) -> Dice {
        self.dice
    }

    /// Whether the account has signed in from this device.
    pub(crate) fn knows(&mut self, email: &str, device: &str) -> bool {
        self.person(email).devices.iter().any(|known| known == device)
    }

    /// The account has signed in from this device; a new one is mailed about.
    pub(crate) fn note_device(&mut self, email: &str, device: &str) {
        if !self.knows(email, device) {
            self.person(email).devices.push(device.to_owned());
            self.mail(email, MailKind::NewDevice, None);
        }
    }

    pub(crate) fn mail(&mut self, email: &str, kind: MailKind, code: Option<String>) {
        self.mails.push(Mail { to: email.trim().to_lowercase(), kind, code });
    }

    /// Mails the code of two-step login; the one before is worth nothing any more. Six digits.
    pub(crate) fn mail_two_step_code(&mut self, email: &str) {
        let code = Code::make(6, self.now());
        self.mail(email, MailKind::TwoStepCode, Some(code.text.clone()));
        self.person(email).email_code = Some(code);
    }

    /// Mails the code for a new device. Eight digits, unless the server's flag `otp-6-digits` is on.
    pub(crate) fn mail_device_code(&mut self, email: &str) {
        let code = Code::make(8, self.now());
        self.mail(email, MailKind::NewDeviceCode, Some(code.text.clone()));
        self.person(email).device_code = Some(code);
    }

    /// Whether `sent` is the code mailed for a new device; a right one is used up.
    pub(crate) fn takes_device_code(&mut self, email: &str, sent: &str) -> bool {
        let now = self.now();
        Code::take(&mut self.person(email).device_code, sent, now)
    }

    /// Whether a device nobody knows needs a code (`DeviceValidator.HandleNewDeviceVerificationAsync`).
    pub(crate) fn verifies_new_device(&mut self, email: &str) -> bool {
        let person = self.person(email);
        person.verifies_devices && !person.is_new
    }

    /// Nobody has signed in to this account yet: then its first device is let in.
    pub(crate) fn has_no_device(&mut self, email: &str) -> bool {
        self.person(email).devices.is_empty()
    }

    /// Whom a Duo prompt belongs to, and where it leads, with a code that is good once.
    pub(crate) fn answer_duo(&mut self, state: &str) -> Option<String> {
        let now = self.now();
        let prompt = self.duo.get_mut(state).filter(|prompt| prompt.until > now)?;
        let code = otp::base32(&rand::random::<[u8; 20]>()).to_lowercase();
        prompt.code = Some(code.clone());
        Some(format!("{}&state={state}&code={code}", prompt.redirect))
    }

    /// Where security keys are registered for.
    pub(super) fn party(&self) -> Party {
        let host = self.vault.split_once("://").map_or(self.vault.as_str(), |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let secure = self.vault.replacen("http://", "https://", 1);
        Party { id: host.to_owned(), origins: vec![self.vault.clone(), secure] }
    }
}

impl Person {
    fn new(dice: Dice, email: &str) -> Self {
        Self {
            steps: Vec::new(),
            secrets: TwoStepSecrets::of(dice, email),
            used_codes: HashMap::new(),
            used_otps: HashSet::new(),
            typed: 0,
            email_code: None,
            device_code: None,
            challenge: None,
            devices: Vec::new(),
            verifies_devices: false,
            is_new: false,
            premium: true,
        }
    }

    /// The methods that count, by number.
    pub(super) fn usable(&self) -> Vec<&SecondStep> {
        let counts = |step: &&SecondStep| match step {
            SecondStep::Duo | SecondStep::YubiKey { .. } => self.premium,
            _ => true,
        };
        let mut steps: Vec<_> = self.steps.iter().filter(counts).collect();
        // An organization's methods come first (`GetEnabledTwoFactorProvidersAsync`).
        steps.sort_by_key(|step| (step.number() != 6, step.number()));
        steps.dedup_by_key(|step| step.number());
        steps
    }

    pub(super) fn has(&self, number: u8) -> bool {
        self.usable().iter().any(|step| step.number() == number)
    }

    pub(super) fn keys(&self) -> Vec<SecurityKey> {
        let key = |step: &SecondStep| match step {
            SecondStep::SecurityKey(key) => Some(key.clone()),
            _ => None,
        };
        self.steps.iter().filter_map(key).collect()
    }
}

impl Code {
    /// Digits, good for five minutes (`EmailTokenProvider`).
    fn make(length: usize, now: Timestamp) -> Self {
        let digit = |byte: u8| char::from(b'0' + byte % 10);
        let text = rand::random::<[u8; 8]>().into_iter().take(length).map(digit).collect();
        Self { text, until: now + SignedDuration::from_mins(5) }
    }

    /// A right code that is not too old is used up.
    pub(super) fn take(place: &mut Option<Self>, sent: &str, now: Timestamp) -> bool {
        let right = place.as_ref().is_some_and(|code| code.text == sent && code.until > now);
        if right {
            *place = None;
        }
        right
    }
}
