//! Signing in, as the person sees it: what is asked next, and what they may answer with.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a sign-in that has begun asks for next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[ts(export)]
pub enum SignInStep {
    /// Nothing: the account is open.
    Done,
    /// Two-step login. The recovery code is always possible beside these.
    TwoStep {
        /// What the account has, in the order in which to offer it.
        methods: Vec<TwoStepMethod>,
    },
    /// The code that was mailed because the server does not know this installation.
    NewDevice {
        /// Where it was mailed to.
        email: String,
    },
    /// The organization wants single sign-on instead of a password.
    SingleSignOn {
        /// Its identifier, when the server told.
        identifier: Option<String>,
    },
    /// Signed in without a password (single sign-on); now it is needed to open the keys.
    Password {
        /// Whose.
        email: String,
    },
    /// Signed in, but this device is not trusted yet.
    TrustDevice {
        /// What the account offers.
        ways: TrustWays,
    },
    /// Another device, or an administrator, has to approve.
    Approval {
        /// What to compare and how long it is good.
        request: DeviceRequest,
    },
    /// Something that only the web vault can do comes first.
    WebVault {
        /// What.
        reason: WebVaultReason,
        /// The web vault's address.
        url: String,
    },
}

/// A two-step login method (`TwoFactorProviderType` on the wire).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[ts(export)]
pub enum TwoStepMethod {
    /// 0
    Authenticator,
    /// 1
    Email {
        /// The address, as far as the server shows it.
        address: String,
    },
    /// 2 and 6
    Duo {
        /// 6: the organization's, not the person's own.
        organization: bool,
    },
    /// 3
    YubiKey {
        /// One of the keys has NFC.
        nfc: bool,
    },
    /// 7
    SecurityKey,
    /// A number this version does not know.
    Other {
        /// It.
        number: i64,
    },
}

/// Which method an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TwoStepKind {
    /// Six digits of an app.
    Authenticator,
    /// Six digits from a mail.
    Email,
    /// The address of the page Duo ends on, as copied from the browser.
    Duo,
    /// 44 letters, typed by the key.
    YubiKey,
    /// Switches two-step login off for the account.
    Recovery,
}

/// How a device that nobody trusts yet may be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(clippy::struct_excessive_bools)] // The server's own flags.
pub struct TrustWays {
    /// One of the person's other devices can approve.
    pub other_device: bool,
    /// An administrator of the organization can.
    pub admin: bool,
    /// There is a master password.
    pub password: bool,
}

/// A request for approval that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviceRequest {
    /// Five words; the other device must show the same.
    pub fingerprint: String,
    /// RFC 3339 UTC.
    pub expires_at: String,
    /// An administrator is asked, not a device of one's own.
    pub admin: bool,
}

/// Why the web vault comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WebVaultReason {
    /// An administrator recovered the account: the master password must be replaced.
    ChangePassword,
    /// The organization's policy wants a stronger master password.
    WeakPassword,
    /// The account has no keys yet.
    FirstSignIn,
    /// The account was migrated to a key connector or is about to leave one.
    KeyConnector,
}

/// An organization that signs its people in itself, found by e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SsoOrganization {
    /// What signing in asks for.
    pub identifier: String,
    /// For people.
    pub name: String,
}
