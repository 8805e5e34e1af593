//! Plugs the sandbox's key in where USB would be: everything above the cable is what the program runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use authenticator::authenticatorservice::{AuthenticatorTransport, RegisterArgs, SignArgs};
use authenticator::crypto::SharedSecret;
use authenticator::ctap2::commands::{RequestCtap1, RequestCtap2, Retryable};
use authenticator::errors::{AuthenticatorError, HIDError};
use authenticator::statecallback::StateCallback;
use authenticator::{
    AuthenticatorInfo, FidoDevice, FidoDeviceIO, FidoProtocol, ManageResult, Pin, RegisterResult,
    ResetResult, SignResult, StatusUpdate,
};
use wardroom_core::session::security_key::UsbKeys;
use wardroom_sandbox::SoftKey;

/// One key plugged in. `old` keys speak U2F only.
pub(super) fn plugged_in(key: &SoftKey, old: bool) -> UsbKeys {
    let key = key.clone();
    UsbKeys::over(move || {
        Box::new(Cable { key: Some((key.clone(), old)), goes_on: Arc::default() })
    })
}

/// A machine with nothing plugged in.
pub(super) fn nothing() -> UsbKeys {
    UsbKeys::over(|| Box::new(Cable { key: None, goes_on: Arc::default() }))
}

struct Cable {
    key: Option<(SoftKey, bool)>,
    goes_on: Arc<AtomicBool>,
}

impl AuthenticatorTransport for Cable {
    fn sign(
        &mut self,
        _timeout: u64,
        args: SignArgs,
        status: Sender<StatusUpdate>,
        callback: StateCallback<authenticator::Result<SignResult>>,
    ) -> authenticator::Result<()> {
        let Some((key, old)) = self.key.clone() else { return Ok(()) };
        self.goes_on.store(true, Ordering::SeqCst);
        let goes_on = Arc::clone(&self.goes_on);
        std::thread::spawn(move || {
            let protocol = if old { FidoProtocol::CTAP1 } else { FidoProtocol::CTAP2 };
            let mut device = Device { key, protocol, info: None, secret: None };
            device.init().unwrap();
            let goes_on = || goes_on.load(Ordering::SeqCst);
            authenticator::ctap2::sign(&mut device, args, status, callback, &goes_on);
        });
        Ok(())
    }

    fn cancel(&mut self) -> authenticator::Result<()> {
        self.goes_on.store(false, Ordering::SeqCst);
        Ok(())
    }

    fn register(
        &mut self,
        _timeout: u64,
        _args: RegisterArgs,
        _status: Sender<StatusUpdate>,
        _callback: StateCallback<authenticator::Result<RegisterResult>>,
    ) -> authenticator::Result<()> {
        Err(AuthenticatorError::Platform)
    }

    fn reset(
        &mut self,
        _timeout: u64,
        _status: Sender<StatusUpdate>,
        _callback: StateCallback<authenticator::Result<ResetResult>>,
    ) -> authenticator::Result<()> {
        Err(AuthenticatorError::Platform)
    }

    fn set_pin(
        &mut self,
        _timeout: u64,
        _new_pin: Pin,
        _status: Sender<StatusUpdate>,
        _callback: StateCallback<authenticator::Result<ResetResult>>,
    ) -> authenticator::Result<()> {
        Err(AuthenticatorError::Platform)
    }

    fn manage(
        &mut self,
        _timeout: u64,
        _status: Sender<StatusUpdate>,
        _callback: StateCallback<authenticator::Result<ManageResult>>,
    ) -> authenticator::Result<()> {
        Err(AuthenticatorError::Platform)
    }
}

#[derive(Debug)]
struct Device {
    key: SoftKey,
    protocol: FidoProtocol,
    info: Option<AuthenticatorInfo>,
    secret: Option<SharedSecret>,
}

impl FidoDeviceIO for Device {
    fn send_msg_cancellable<Out, Req: RequestCtap1<Output = Out> + RequestCtap2<Output = Out>>(
        &mut self,
        message: &Req,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Out, HIDError> {
        match self.protocol {
            FidoProtocol::CTAP1 => self.send_ctap1_cancellable(message, goes_on),
            FidoProtocol::CTAP2 => self.send_cbor_cancellable(message, goes_on),
        }
    }

    fn send_cbor_cancellable<Req: RequestCtap2>(
        &mut self,
        message: &Req,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Req::Output, HIDError> {
        let bytes = [vec![message.command() as u8], message.wire_format()?].concat();
        let answer = self.key.ctap2(&bytes, goes_on);
        message.handle_response_ctap2(self, &answer)
    }

    fn send_ctap1_cancellable<Req: RequestCtap1>(
        &mut self,
        message: &Req,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Req::Output, HIDError> {
        const ONLY_LOOK: u8 = 7;
        let (apdu, more) = message.ctap1_format()?;
        while goes_on() {
            let answer = self.key.u2f(&apdu);
            let (data, status) = answer.split_last_chunk::<2>().unwrap();
            match status {
                // "It is mine, but you did not want a signature": a yes.
                [0x69, 0x85] if apdu.get(2) == Some(&ONLY_LOOK) => {}
                [0x69, 0x85] => {
                    std::thread::yield_now();
                    continue;
                }
                [0x90, 0x00] => {}
                _ => return Err(HIDError::DeviceError),
            }
            match message.handle_response_ctap1(self, Ok(()), data, &more) {
                Err(Retryable::Error(error)) => return Err(error),
                Err(Retryable::Retry) => {}
                Ok(answer) => return Ok(answer),
            }
        }
        Err(HIDError::DeviceError)
    }
}

impl FidoDevice for Device {
    fn pre_init(&mut self) -> Result<(), HIDError> {
        Ok(())
    }
    fn initialized(&self) -> bool {
        true
    }
    fn is_u2f(&mut self) -> bool {
        true
    }
    fn should_try_ctap2(&self) -> bool {
        self.protocol == FidoProtocol::CTAP2
    }
    fn get_authenticator_info(&self) -> Option<&AuthenticatorInfo> {
        self.info.as_ref()
    }
    fn set_authenticator_info(&mut self, info: AuthenticatorInfo) {
        self.info = Some(info);
    }
    fn get_protocol(&self) -> FidoProtocol {
        self.protocol
    }
    fn downgrade_to_ctap1(&mut self) {
        self.protocol = FidoProtocol::CTAP1;
    }
    fn get_shared_secret(&self) -> Option<&SharedSecret> {
        self.secret.as_ref()
    }
    fn set_shared_secret(&mut self, secret: SharedSecret) {
        self.secret = Some(secret);
    }
}
