//! Single sign-on: who signs in where, and what opens their keys afterwards.
//!
//! `bitwarden_license/src/Sso/Controllers/AccountController.cs`, `src/Identity/Controllers/SsoController.cs`,
//! `src/Identity/IdentityServer/{ApiClient,AuthorizationCodeStore,UserDecryptionOptionsBuilder}.cs` of
//! bitwarden/server. The identity provider behind it is a page of this server's own.

mod book;
mod people;

use serde::Serialize;

pub(crate) use book::{DeviceKeys, Request, SignOn};
pub(crate) use people::{
    ORGANIZATIONS, Opens, PEOPLE, Person, connector_key, organization, person, without_password,
};

use crate::Sandbox;

/// An account that signs in with single sign-on.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SsoAccount {
    /// Sign-in name.
    pub email: String,
    /// The organization's identifier, which the person types or has found by e-mail.
    pub identifier: &'static str,
    /// What opens the keys: `password`, `keyConnector`, `trustedDevice` or `nothing`.
    pub opens: &'static str,
    /// Master password, for those who have one.
    pub password: Option<String>,
}

impl Sandbox {
    /// Everybody who signs in with single sign-on.
    #[must_use]
    pub fn sso_accounts(&self) -> Vec<SsoAccount> {
        let world = self.shared.world();
        let account = |person: &people::Person| {
            let user = world.user_by_email(person.email)?;
            Some(SsoAccount {
                email: user.email.clone(),
                identifier: person.identifier,
                opens: organization(person.identifier).map_or("nothing", |organization| {
                    match (organization.opens, person.password) {
                        (Opens::Password, None) => "nothing",
                        (opens, _) => opens.word(),
                    }
                }),
                password: person.password.map(str::to_owned),
            })
        };
        PEOPLE.iter().filter_map(account).collect()
    }

    /// From now on this account is the one signed in at the identity provider: its page answers at once.
    /// `None`: the page asks, unless the address names somebody (`login_hint`).
    pub fn sign_in_at_provider(&self, email: Option<&str>) {
        self.shared.sign_on().who = email.map(str::to_owned);
    }

    /// Whether the identity provider turns everybody away.
    pub fn deny_at_provider(&self, denies: bool) {
        self.shared.sign_on().denies = denies;
    }

    /// Every token of `/sso/prevalidate` given out so far is too old.
    pub fn expire_sso_tokens(&self) {
        self.shared.sign_on().expire_tokens();
    }

    /// Every authorization code given out so far is too old.
    pub fn expire_sso_codes(&self) {
        self.shared.sign_on().expire_codes();
    }

    /// Who may approve a device of this account: an administrator, another device of the person. Both at first.
    pub fn set_trust_ways(&self, email: &str, admin: bool, device: bool) {
        self.shared.sign_on().set_ways(email, admin, device);
    }

    /// Devices of this account that are trusted.
    #[must_use]
    pub fn trusted_devices(&self, email: &str) -> Vec<String> {
        let user = self.shared.world().user_by_email(email).map(|user| user.id);
        user.map(|user| self.shared.sign_on().trusted_devices(user)).unwrap_or_default()
    }

    /// No device of any account is trusted any more.
    pub fn untrust_devices(&self) {
        self.shared.sign_on().untrust();
    }
}
