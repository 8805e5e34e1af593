//! Security keys (`WebAuthn`) as the second step of signing in.
//!
//! A browser lets a page use a key for the page's own site only. Here the browser is us: the request is read
//! once, refused when it names another site than the account's web vault ([`KeyRequest::read`]), and the key
//! is asked directly, over USB on Linux and macOS, through the system on Windows, which keeps keys to itself.

mod answer;
mod request;
mod site;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod usb;
#[cfg(windows)]
mod windows;

use futures_util::future::BoxFuture;

use crate::Code;
use crate::keys::Secret;
pub use crate::model::KeyEvent;

pub use answer::Assertion;
pub use request::{AllowedKey, KeyRequest, UserVerification};
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub use usb::UsbKeys;

/// The security keys that can be reached from here.
pub trait SecurityKeys: Send + Sync {
    /// Waits for a key that can answer, and for the person to touch it. `on` hears what is awaited.
    ///
    /// Ends by itself after [`KeyRequest::timeout`]; dropping the future makes the key stop blinking. `pin`
    /// goes to the key only if it asks for one.
    fn assert<'a>(
        &'a self,
        request: &'a KeyRequest,
        pin: Option<&'a Secret>,
        on: &'a mut (dyn FnMut(KeyEvent) + Send),
    ) -> BoxFuture<'a, Result<Assertion, KeyError>>;
}

/// Why a security key did not sign. What the server makes of a signature is its own refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// None was plugged in.
    #[error("no security key was found; plug it in and try again")]
    NoKey,
    /// None of this account's credentials is on it.
    #[error("this security key does not belong to this account; use another one")]
    WrongKey,
    /// It signs only after its PIN.
    #[error("this security key wants its PIN")]
    PinNeeded,
    /// It says so, and perhaps how often one may try again.
    #[error("{}", wrong_pin(*.tries_left))]
    WrongPin {
        /// Before the key blocks itself.
        tries_left: Option<u8>,
    },
    /// Three wrong PINs in a row: it answers again after it was taken out.
    #[error("the security key takes no more PINs until it was taken out and plugged in again")]
    PinPaused,
    /// Too many wrong PINs; only a reset, which deletes everything on it, helps the key.
    #[error("the PIN of this security key is blocked; use another key or another method")]
    PinBlocked,
    /// The server wants a key that knows its owner, and this one cannot.
    #[error("the server wants a security key with a PIN, and this one has none")]
    NoPinSet,
    /// It was there and nobody touched it.
    #[error("the security key was not touched in time")]
    TimedOut,
    /// In the system's own window.
    #[error("the question for the security key was closed")]
    Cancelled,
    /// Neither this program nor this system can.
    #[error("security keys cannot be used on this machine; use another method")]
    Unsupported,
    /// The server asks for a signature that would open another site, or for one that cannot be read.
    #[error("the server's request is damaged or for another site; no security key was asked")]
    OtherSite,
    /// The key or the way to it failed.
    #[error("the security key did not answer as it should; take it out and try again")]
    Failed,
}

fn wrong_pin(tries_left: Option<u8>) -> String {
    match tries_left {
        Some(1) => "the PIN is wrong; after one more wrong PIN the key blocks itself".to_owned(),
        Some(left) => format!("the PIN is wrong; {left} tries left before the key blocks itself"),
        None => "the PIN is wrong".to_owned(),
    }
}

impl KeyError {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::PinNeeded => Code::MoreNeeded,
            Self::NoKey
            | Self::WrongKey
            | Self::WrongPin { .. }
            | Self::PinPaused
            | Self::TimedOut
            | Self::Cancelled
            | Self::Failed => Code::WrongCode,
            Self::PinBlocked | Self::NoPinSet | Self::Unsupported | Self::OtherSite => {
                Code::SignInUnsupported
            }
        }
    }
}

/// This machine's keys, as far as this system lets us reach them.
#[must_use]
pub fn system() -> Box<dyn SecurityKeys> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    return Box::new(UsbKeys::system());
    #[cfg(windows)]
    return Box::new(windows::SystemKeys);
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    return Box::new(NoKeys);
}

/// For systems, and tests, without any.
#[derive(Debug, Clone, Copy)]
pub struct NoKeys;

impl SecurityKeys for NoKeys {
    fn assert<'a>(
        &'a self,
        _request: &'a KeyRequest,
        _pin: Option<&'a Secret>,
        _on: &'a mut (dyn FnMut(KeyEvent) + Send),
    ) -> BoxFuture<'a, Result<Assertion, KeyError>> {
        Box::pin(std::future::ready(Err(KeyError::Unsupported)))
    }
}
