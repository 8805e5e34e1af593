//! Mails that would have been sent.

use serde::Serialize;

/// Why a mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MailKind {
    /// The code of two-step login.
    TwoStepCode,
    /// The code that lets a new device in.
    NewDeviceCode,
    /// Somebody signed in from a device that was not seen before.
    NewDevice,
    /// Somebody gave a wrong two-step code.
    FailedTwoStep,
    /// The recovery code was used: two-step login is off.
    Recovered,
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// The address.
    pub to: String,
    /// What it is about.
    pub kind: MailKind,
    /// The code in it.
    pub code: Option<String>,
}
