//! Single sign-on: through the browser and back, and what opens the keys afterwards.

mod approval;
mod browser;
mod connector;
mod passwords;
mod ports;
mod refused;
mod trusted;

use std::fs::File;

use wardroom_core::Error;
use wardroom_core::keys::Secret;
use wardroom_core::model::{ServerSettings, SignInStep};
use wardroom_core::session::{Attempt, Step, Unlocked};
use wardroom_sandbox::SsoAccount;

use crate::office::Office;
use browser::Browser;

/// An office, and the six ports for it alone: they are the same for every program on this machine.
struct Scene {
    office: Office,
    _ports: File,
}

impl std::ops::Deref for Scene {
    type Target = Office;

    fn deref(&self) -> &Office {
        &self.office
    }
}

impl Scene {
    async fn open() -> Self {
        Self::around(Office::small().await).await
    }

    async fn around(office: Office) -> Self {
        let taken = tokio::task::spawn_blocking(|| {
            let file = File::create(std::env::temp_dir().join("wardroom-sso-ports.lock")).unwrap();
            file.lock().unwrap();
            file
        });
        Self { office, _ports: taken.await.unwrap() }
    }

    fn person(&self, name: &str) -> SsoAccount {
        let email = format!("{name}@northwind.example");
        self.sandbox.sso_accounts().into_iter().find(|account| account.email == email).unwrap()
    }

    fn password(&self, name: &str) -> Secret {
        Secret::new(self.person(name).password.unwrap())
    }

    fn attempt(&self, email: &str) -> Attempt {
        self.desk().attempt(&ServerSettings::from(&self.address()), email).unwrap()
    }

    /// Through the browser, as this person.
    async fn sign_on(&self, name: &str) -> (Attempt, Result<Step, Error>) {
        let person = self.person(name);
        self.sandbox.sign_in_at_provider(Some(&person.email));
        let mut attempt = self.attempt(&person.email);
        let step = attempt.with_sso(person.identifier, Browser::opens()).await;
        (attempt, step)
    }
}

fn asked(step: Result<Step, Error>) -> SignInStep {
    match step.unwrap() {
        Step::Ask(step) => step,
        Step::Done(_) => panic!("the account is open already"),
    }
}

fn done(step: Result<Step, Error>) -> Unlocked {
    match step.unwrap() {
        Step::Done(unlocked) => unlocked,
        Step::Ask(step) => panic!("asked for {step:?}"),
    }
}
