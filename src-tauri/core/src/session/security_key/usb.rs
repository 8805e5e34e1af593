//! Keys on USB, by Mozilla's `authenticator`, which Firefox talks to them with (CTAP 2.1 and U2F).

use std::sync::mpsc;

use authenticator::authenticatorservice::{AuthenticatorService, AuthenticatorTransport, SignArgs};
use authenticator::ctap2::commands::StatusCode;
use authenticator::ctap2::server::{
    AuthenticationExtensionsClientInputs, PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
};
use authenticator::errors::{
    AuthenticatorError, CommandError, HIDError, PinError, U2FTokenError, UnsupportedOption,
};
use authenticator::statecallback::StateCallback;
use authenticator::{Pin, SignResult, StatusPinUv, StatusUpdate};
use futures_util::future::BoxFuture;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Assertion, KeyError, KeyEvent, KeyRequest, SecurityKeys, UserVerification};
use crate::keys::Secret;

type Reach = Box<dyn AuthenticatorTransport + Send>;

/// Security keys on USB. The person needs access to the device: systemd's rules give it to who sits there.
pub struct UsbKeys {
    /// Another way than USB; made anew for each try.
    over: Option<Box<dyn Fn() -> Reach + Send + Sync>>,
}

impl std::fmt::Debug for UsbKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UsbKeys")
    }
}

impl UsbKeys {
    /// What is plugged in here.
    #[must_use]
    pub fn system() -> Self {
        Self { over: None }
    }

    /// Over another way than USB: for tests, which bring a key in software.
    #[must_use]
    pub fn over(transport: impl Fn() -> Reach + Send + Sync + 'static) -> Self {
        Self { over: Some(Box::new(transport)) }
    }

    fn begin(&self, request: &KeyRequest) -> Result<Talk, KeyError> {
        let mut service = AuthenticatorService::new().map_err(|_| KeyError::Unsupported)?;
        match &self.over {
            Some(over) => service.add_transport(over()),
            None => service.add_u2f_usb_hid_platform_transports(),
        }
        let (news, heard) = unbounded_channel();
        let status = carry_over(news.clone())?;
        let callback = StateCallback::new(Box::new(move |result| {
            // Nobody listens any more: the person gave up.
            let _ = news.send(News::Over(result));
        }));
        let wait = u64::try_from(request.timeout().as_millis()).unwrap_or(u64::MAX);
        service.sign(wait, sign_args(request), status, callback).map_err(|error| why(&error))?;
        Ok(Talk { service: Some(service), heard, is_seen: false })
    }
}

impl SecurityKeys for UsbKeys {
    fn assert<'a>(
        &'a self,
        request: &'a KeyRequest,
        pin: Option<&'a Secret>,
        on: &'a mut (dyn FnMut(KeyEvent) + Send),
    ) -> BoxFuture<'a, Result<Assertion, KeyError>> {
        Box::pin(async move {
            let mut talk = self.begin(request)?;
            on(KeyEvent::Insert);
            let listen = talk.listen(pin, on);
            let signed = tokio::time::timeout(request.timeout(), listen).await;
            let result = signed.unwrap_or(Err(KeyError::TimedOut));
            // Nothing was ever plugged in: then it is not the touch that was missing.
            let unseen = |error| if talk.is_seen { error } else { KeyError::NoKey };
            let signed = result.map_err(|error| match error {
                KeyError::TimedOut => unseen(error),
                other => other,
            })?;
            assertion(signed, request)
        })
    }
}

/// What the library's threads say.
enum News {
    Status(StatusUpdate),
    Over(authenticator::Result<SignResult>),
}

/// One try. Dropping it ends the try: the key stops blinking.
struct Talk {
    service: Option<AuthenticatorService>,
    heard: UnboundedReceiver<News>,
    is_seen: bool,
}

impl Drop for Talk {
    fn drop(&mut self) {
        if let Some(mut service) = self.service.take() {
            // Waits for the library's threads, so not here.
            std::thread::spawn(move || {
                if service.cancel().is_err() {
                    tracing::debug!("a security key could not be told that nobody waits for it");
                }
            });
        }
    }
}

impl Talk {
    async fn listen(
        &mut self,
        pin: Option<&Secret>,
        on: &mut (dyn FnMut(KeyEvent) + Send),
    ) -> Result<SignResult, KeyError> {
        loop {
            match self.heard.recv().await.ok_or(KeyError::Failed)? {
                News::Over(result) => return result.map_err(|error| why(&error)),
                News::Status(status) => {
                    self.is_seen = true;
                    hear(status, pin, on)?;
                }
            }
        }
    }
}

fn hear(
    status: StatusUpdate,
    pin: Option<&Secret>,
    on: &mut (dyn FnMut(KeyEvent) + Send),
) -> Result<(), KeyError> {
    match status {
        // The last: a finger that was not recognised; the key asks again by itself.
        StatusUpdate::PresenceRequired
        | StatusUpdate::SelectDeviceNotice
        | StatusUpdate::PinUvError(StatusPinUv::InvalidUv(_)) => on(KeyEvent::Touch),
        StatusUpdate::PinUvError(StatusPinUv::PinRequired(answer)) => {
            let Some(pin) = pin else {
                on(KeyEvent::Pin { tries_left: None });
                return Err(KeyError::PinNeeded);
            };
            // When it hangs up, its result follows.
            let _ = answer.send(Pin::new(pin.expose()));
        }
        StatusUpdate::PinUvError(StatusPinUv::InvalidPin(_, tries_left)) => {
            on(KeyEvent::Pin { tries_left });
            return Err(KeyError::WrongPin { tries_left });
        }
        // The result says the same, or it is about something we never ask for.
        StatusUpdate::PinUvError(_)
        | StatusUpdate::InteractiveManagement(_)
        | StatusUpdate::SelectResultNotice(..) => {}
    }
    Ok(())
}

/// The library talks through a channel that can only be waited for by blocking.
fn carry_over(news: UnboundedSender<News>) -> Result<mpsc::Sender<StatusUpdate>, KeyError> {
    let (status, updates) = mpsc::channel();
    let carry = move || {
        for update in updates {
            if news.send(News::Status(update)).is_err() {
                return;
            }
        }
    };
    let thread = std::thread::Builder::new().name("security-key".to_owned()).spawn(carry);
    thread.map(|_| status).map_err(|_| KeyError::Failed)
}

fn sign_args(request: &KeyRequest) -> SignArgs {
    let key =
        |id: &Vec<u8>| PublicKeyCredentialDescriptor { id: id.clone(), transports: Vec::new() };
    SignArgs {
        client_data_hash: request.client_data_hash(),
        origin: request.origin().to_owned(),
        relying_party_id: request.site().to_owned(),
        allow_list: request.allowed().iter().map(|allowed| key(&allowed.id)).collect(),
        user_verification_req: match request.verification() {
            UserVerification::Discouraged => UserVerificationRequirement::Discouraged,
            UserVerification::Preferred => UserVerificationRequirement::Preferred,
            UserVerification::Required => UserVerificationRequirement::Required,
        },
        user_presence_req: true,
        extensions: AuthenticationExtensionsClientInputs {
            app_id: request.app_id().map(str::to_owned),
            ..AuthenticationExtensionsClientInputs::default()
        },
        // Given when the key asks: one that does not need it never sees it.
        pin: None,
        use_ctap1_fallback: false,
    }
}

fn assertion(signed: SignResult, request: &KeyRequest) -> Result<Assertion, KeyError> {
    // A key may leave the id out when only one was allowed (CTAP 2.0, section 5.2).
    let only = || match request.allowed() {
        [only] => Some(only.id.clone()),
        _ => None,
    };
    let id = signed.assertion.credentials.map(|key| key.id).or_else(only);
    let id = id.filter(|id| request.allowed().iter().any(|allowed| allowed.id == *id));
    Ok(Assertion {
        id: id.ok_or(KeyError::WrongKey)?,
        authenticator_data: signed.assertion.auth_data.to_vec(),
        signature: signed.assertion.signature,
        client_data: request.client_data().as_bytes().to_vec(),
        used_app_id: signed.extensions.app_id,
    })
}

fn why(error: &AuthenticatorError) -> KeyError {
    match error {
        AuthenticatorError::HIDError(HIDError::Command(CommandError::StatusCode(status, _))) => {
            why_status(status)
        }
        AuthenticatorError::PinError(error) => why_pin(error),
        AuthenticatorError::UnsupportedOption(UnsupportedOption::UserVerification) => {
            KeyError::NoPinSet
        }
        AuthenticatorError::U2FToken(U2FTokenError::NotAllowed) => KeyError::TimedOut,
        AuthenticatorError::CancelledByUser => KeyError::Cancelled,
        AuthenticatorError::Platform
        | AuthenticatorError::NoConfiguredTransports
        | AuthenticatorError::Io(_) => KeyError::Unsupported,
        _ => KeyError::Failed,
    }
}

fn why_status(status: &StatusCode) -> KeyError {
    match status {
        StatusCode::NoCredentials | StatusCode::InvalidCredential => KeyError::WrongKey,
        StatusCode::UserActionTimeout | StatusCode::ActionTimeout | StatusCode::Timeout => {
            KeyError::TimedOut
        }
        StatusCode::OperationDenied | StatusCode::KeepaliveCancel => KeyError::Cancelled,
        StatusCode::PinBlocked => KeyError::PinBlocked,
        StatusCode::PinAuthBlocked => KeyError::PinPaused,
        StatusCode::PinNotSet => KeyError::NoPinSet,
        StatusCode::PinRequired => KeyError::PinNeeded,
        _ => KeyError::Failed,
    }
}

fn why_pin(error: &PinError) -> KeyError {
    match error {
        PinError::PinRequired => KeyError::PinNeeded,
        PinError::InvalidPin(tries_left) => KeyError::WrongPin { tries_left: *tries_left },
        PinError::PinAuthBlocked => KeyError::PinPaused,
        PinError::PinBlocked => KeyError::PinBlocked,
        PinError::PinNotSet => KeyError::NoPinSet,
        _ => KeyError::Failed,
    }
}
