//! What an account may have or suffer besides its password: an API key, a recovery by an administrator, a
//! policy for its password, keys that are missing or do not belong together.

use serde::{Deserialize, Serialize};

use crate::Sandbox;
use crate::dice::Dice;
use crate::world::User;

/// A personal API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// `user.` and the id.
    pub client_id: String,
    /// Thirty letters and digits.
    pub client_secret: String,
}

/// What an organization's policy asks of a master password (`MasterPasswordPolicyData`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(clippy::struct_excessive_bools, reason = "the policy has them one by one")]
pub struct PasswordDemand {
    /// 0 to 4.
    pub min_complexity: Option<u8>,
    /// Characters.
    pub min_length: Option<u16>,
    /// A lower-case letter.
    pub require_lower: bool,
    /// An upper-case letter.
    pub require_upper: bool,
    /// A digit.
    pub require_numbers: bool,
    /// A special character.
    pub require_special: bool,
    /// Also of passwords that are in use already.
    pub enforce_on_login: bool,
}

/// In what way a server may be dishonest about an account's keys, or broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Oddity {
    /// V2: the security state is left out.
    NoSecurityState,
    /// V2: the signature key pair is left out.
    NoSigningKey,
    /// V2: the security state's signature does not hold.
    ForgedSecurityState,
    /// An account of the first version comes with a security state. With the V2 account: nothing.
    StrangeSecurityState,
    /// The user key is said to have another id than it has.
    OtherKeyId,
}

/// What changes in an account while the sandbox runs.
#[derive(Debug, Clone)]
pub(crate) struct AccountState {
    pub(crate) api_key: String,
    /// An administrator recovered the account.
    pub(crate) recovered: bool,
    pub(crate) demand: Option<PasswordDemand>,
    /// The account has no keys yet.
    pub(crate) without_keys: bool,
    /// Opens with a key connector instead of a master password.
    pub(crate) key_connector: bool,
    pub(crate) oddity: Option<Oddity>,
}

impl AccountState {
    pub(crate) fn new(dice: Dice, email: &str) -> Self {
        Self {
            api_key: letters(&dice.bytes(&format!("user/{email}/api-key"))),
            recovered: false,
            demand: None,
            without_keys: false,
            key_connector: false,
            oddity: None,
        }
    }

    /// Somebody pressed the button.
    pub(crate) fn rotate_api_key(&mut self) {
        self.api_key = letters(&rand::random::<[u8; 32]>());
    }
}

/// Thirty letters and digits, as `CoreHelpers.SecureRandomString` makes them.
fn letters(bytes: &[u8]) -> String {
    const SET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    bytes.iter().take(30).map(|byte| char::from(SET[usize::from(*byte) % SET.len()])).collect()
}

impl User {
    pub(crate) fn personal_key(&self) -> ApiKey {
        ApiKey { client_id: format!("user.{}", self.id), client_secret: self.state.api_key.clone() }
    }
}

impl Sandbox {
    /// The account's API key, as `POST /api/accounts/api-key` would tell it.
    #[must_use]
    pub fn api_key(&self, email: &str) -> Option<ApiKey> {
        self.shared.world().user_by_email(email).map(User::personal_key)
    }

    /// The old key is refused from now on.
    pub fn rotate_api_key(&self, email: &str) {
        self.set_account(email, AccountState::rotate_api_key);
    }

    /// As after an administrator's account recovery: the password must be changed. Sessions go on; end them
    /// with [`Sandbox::revoke_refresh_tokens`].
    pub fn recover_account(&self, email: &str) {
        self.set_account(email, |state| state.recovered = true);
    }

    /// What the account's organizations ask of its password; `None` for nothing.
    pub fn demand_password(&self, email: &str, demand: Option<PasswordDemand>) {
        self.set_account(email, |state| state.demand = demand);
    }

    /// The account has never been set up: no keys at all.
    pub fn take_keys(&self, email: &str) {
        self.set_account(email, |state| state.without_keys = true);
    }

    /// The account opens with a key connector; its API key cannot say where that is.
    pub fn connect_keys(&self, email: &str) {
        self.set_account(email, |state| state.key_connector = true);
    }

    /// What is wrong with the account's keys from now on.
    pub fn be_odd(&self, email: &str, oddity: Option<Oddity>) {
        self.set_account(email, |state| state.oddity = oddity);
    }

    /// Behaves as Vaultwarden: its `/config`, its profile without providers, its error bodies, its 401.
    pub fn be_vaultwarden(&self) {
        self.shared.hosting().be_vaultwarden();
    }

    fn set_account(&self, email: &str, change: impl FnOnce(&mut AccountState)) {
        self.shared.world().change_account(email, change);
    }
}

impl crate::world::World {
    /// False when nobody has that address.
    pub(crate) fn change_account(
        &mut self,
        email: &str,
        change: impl FnOnce(&mut AccountState),
    ) -> bool {
        let email = email.trim().to_lowercase();
        let user = self.users.iter_mut().find(|user| user.email == email);
        user.map(|user| change(&mut user.state)).is_some()
    }
}

impl crate::state::Hosting {
    /// No provider, no counts, another dialect.
    pub(crate) fn be_vaultwarden(&mut self) {
        self.vaultwarden = true;
        self.cloud = false;
    }
}
