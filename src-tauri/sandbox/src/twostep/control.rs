//! The controls of [`Sandbox`] over second steps, devices, mails, and the clock.

use std::time::Duration;

use jiff::SignedDuration;

use crate::{Hurdle, Sandbox};

use super::book::Book;
use super::{Mail, SecondStep, TwoStepSecrets, TwoStepState, otp, secrets};

/// Named in [`Hurdle::NewDevice`]: a device that belongs to nobody here.
const ELSEWHERE: &str = "00000000-0000-4000-8000-000000000000";

impl Book {
    /// Adds a method; another one of the same kind is replaced, except a security key.
    pub(crate) fn enrol(&mut self, email: &str, step: SecondStep) {
        let steps = &mut self.person(email).steps;
        match &step {
            SecondStep::SecurityKey(new) => steps.retain(
                |old| !matches!(old, SecondStep::SecurityKey(key) if key.credential_id == new.credential_id),
            ),
            _ => steps.retain(|old| old.number() != step.number()),
        }
        steps.push(step);
    }

    pub(crate) fn clear_two_step(&mut self, email: &str) {
        self.person(email).steps.clear();
    }

    pub(crate) fn verify_devices(&mut self, email: &str, on: bool) {
        self.person(email).verifies_devices = on;
    }

    pub(crate) fn set_new_account(&mut self, email: &str, is_new: bool) {
        self.person(email).is_new = is_new;
    }

    pub(crate) fn set_premium(&mut self, email: &str, premium: bool) {
        self.person(email).premium = premium;
    }

    pub(crate) fn forget_devices(&mut self, email: &str) {
        self.person(email).devices.clear();
    }

    pub(crate) fn pass_time(&mut self, time: Duration) {
        self.ahead += SignedDuration::try_from(time).unwrap_or_default();
    }

    pub(crate) fn limit(&mut self, on: bool) {
        self.limited = on;
    }

    pub(crate) fn delay_failures(&mut self, delay: Option<Duration>) {
        self.delay = delay;
    }

    pub(crate) fn mails(&self) -> &[Mail] {
        &self.mails
    }

    pub(crate) fn forget_mails(&mut self) {
        self.mails.clear();
    }

    pub(crate) fn secrets(&mut self, email: &str) -> TwoStepSecrets {
        self.person(email).secrets.clone()
    }

    pub(crate) fn authenticator_code(&self, email: &str, steps: i64) -> String {
        let secret = secrets::authenticator(self.dice(), &email.trim().to_lowercase());
        otp::authenticator_code(&secret, self.now().as_second() + steps * 30)
    }

    pub(crate) fn yubi_key_otp(&mut self, email: &str) -> String {
        let person = self.person(email);
        person.typed += 1;
        let mut bytes = [0; 16];
        let (count, rest) = bytes.split_at_mut(4);
        count.copy_from_slice(&person.typed.to_be_bytes());
        rest.copy_from_slice(&rand::random::<[u8; 12]>());
        format!("{}{}", person.secrets.yubi_key, otp::modhex(&bytes))
    }

    pub(crate) fn two_step_state(&mut self, email: &str) -> TwoStepState {
        let (code, typed) = (self.authenticator_code(email, 0), self.yubi_key_otp(email));
        let person = self.person(email);
        TwoStepState {
            methods: person.usable().iter().map(|step| step.number()).collect(),
            secrets: person.secrets.clone(),
            authenticator_code: code,
            yubi_key_otp: typed,
            devices: person.devices.clone(),
        }
    }

    /// The older, shorter way to make an account ask for more.
    pub(crate) fn put_hurdle(&mut self, email: &str, hurdle: Hurdle) {
        self.clear_two_step(email);
        self.verify_devices(email, false);
        match hurdle {
            Hurdle::TwoStep => self.enrol(email, SecondStep::Authenticator),
            Hurdle::NewDevice => {
                self.verify_devices(email, true);
                self.person(email).devices = vec![ELSEWHERE.to_owned()];
            }
            Hurdle::SingleSignOn => {}
        }
    }

    /// An account that has signed in from a machine that is not this one.
    pub(crate) fn use_elsewhere(&mut self, email: &str) {
        self.person(email).devices = vec![ELSEWHERE.to_owned()];
    }
}

impl Sandbox {
    /// Gives an account a two-step login method. One account may have several, and several security keys.
    pub fn enrol(&self, email: &str, step: SecondStep) {
        self.shared.two_step().enrol(email, step);
    }

    /// Takes every method away.
    pub fn clear_two_step(&self, email: &str) {
        self.shared.two_step().clear_two_step(email);
    }

    /// What the person has in their hands; the same at each start. The recovery code changes when it is used.
    #[must_use]
    pub fn two_step_secrets(&self, email: &str) -> TwoStepSecrets {
        self.shared.two_step().secrets(email)
    }

    /// What the authenticator app shows now, or `steps` times 30 seconds later.
    #[must_use]
    pub fn authenticator_code(&self, email: &str, steps: i64) -> String {
        self.shared.two_step().authenticator_code(email, steps)
    }

    /// What the person's `YubiKey` types; another one at each call.
    #[must_use]
    pub fn yubi_key_otp(&self, email: &str) -> String {
        self.shared.two_step().yubi_key_otp(email)
    }

    /// Every mail that would have been sent, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.two_step().mails().to_vec()
    }

    /// The code in the last mail to this person that had one.
    #[must_use]
    pub fn mailed_code(&self, email: &str) -> Option<String> {
        let email = email.trim().to_lowercase();
        let book = self.shared.two_step();
        book.mails().iter().rev().filter(|mail| mail.to == email).find_map(|mail| mail.code.clone())
    }

    /// Whether the account asks for a mailed code on a device it does not know; off at first.
    pub fn verify_devices(&self, email: &str, on: bool) {
        self.shared.two_step().verify_devices(email, on);
    }

    /// Whether the account is less than 24 hours old: then it is not asked for a new-device code.
    pub fn set_new_account(&self, email: &str, is_new: bool) {
        self.shared.two_step().set_new_account(email, is_new);
    }

    /// Without premium, Duo of one's own and `YubiKey` do not count; everybody has it at first.
    pub fn set_premium(&self, email: &str, premium: bool) {
        self.shared.two_step().set_premium(email, premium);
    }

    /// Whether the account has signed in from this device.
    #[must_use]
    pub fn knows_device(&self, email: &str, device: &str) -> bool {
        self.shared.two_step().knows(email, device)
    }

    /// The account has signed in from nowhere.
    pub fn forget_devices(&self, email: &str) {
        self.shared.two_step().forget_devices(email);
    }

    /// The account has signed in from one device, which is not the caller's.
    pub fn use_elsewhere(&self, email: &str) {
        self.shared.two_step().use_elsewhere(email);
    }

    /// Moves the clock of everything in this file ahead: codes, prompts, remembered devices, limits.
    pub fn pass_time(&self, time: Duration) {
        self.shared.two_step().pass_time(time);
    }

    /// How much later failed sign-ins are answered: two seconds at the real server, nothing at first.
    pub fn delay_failures(&self, delay: Option<Duration>) {
        self.shared.two_step().delay_failures(delay);
    }

    /// Answers that were held back so far.
    #[must_use]
    pub fn held_back(&self) -> usize {
        self.shared.two_step().held_back
    }

    /// Whether signing in is limited as in the cloud: ten token requests a minute, ten mailed codes in ten
    /// minutes; off at first.
    pub fn limit_sign_ins(&self, on: bool) {
        self.shared.two_step().limit(on);
    }

    /// The web vault's address, which security keys and Duo's way back belong to; this server's own at first.
    pub fn set_vault_address(&self, address: &str) {
        address.trim_end_matches('/').clone_into(&mut self.shared.two_step().vault);
    }
}
