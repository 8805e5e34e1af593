//! Keys on Windows, by the system's own window (`webauthn.dll`, Windows 10 1903 and newer).
//!
//! Raw USB is closed to programs without administrator rights there. The system asks for insertion, PIN and
//! touch itself, and lets a native program name any site: our check in [`KeyRequest::read`] is the only one.
//! Its window cannot be closed from here before its time is over, and it does not know the keys of the time
//! before `WebAuthn` (passkey-client passes no `appid`). Never run by us: no Windows machine was at hand.

use futures_util::future::BoxFuture;
use passkey_client::DefaultClientData;
use passkey_client::WebauthnError;
use passkey_client::windows::WindowsClient;
use passkey_crypto::rust_crypto::RustCryptoBackend;
use passkey_types::webauthn::CredentialRequestOptions;
use serde_json::json;
use url::Url;

use super::{Assertion, KeyError, KeyEvent, KeyRequest, SecurityKeys, UserVerification};
use crate::keys::{Secret, to_base64url};

/// The system's own way to all keys it knows.
#[derive(Debug)]
pub(super) struct SystemKeys;

impl SecurityKeys for SystemKeys {
    fn assert<'a>(
        &'a self,
        request: &'a KeyRequest,
        _pin: Option<&'a Secret>,
        on: &'a mut (dyn FnMut(KeyEvent) + Send),
    ) -> BoxFuture<'a, Result<Assertion, KeyError>> {
        Box::pin(async move {
            on(KeyEvent::Insert);
            let request = request.clone();
            let runtime = tokio::runtime::Handle::current();
            // The call lasts as long as the system's window is open.
            let ask = tokio::task::spawn_blocking(move || runtime.block_on(ask(&request)));
            ask.await.map_err(|_| KeyError::Failed)?
        })
    }
}

async fn ask(request: &KeyRequest) -> Result<Assertion, KeyError> {
    let origin = Url::parse(request.origin()).map_err(|_| KeyError::OtherSite)?;
    let mut client = WindowsClient::<RustCryptoBackend, _, _>::new();
    let signed = client.authenticate(&origin, options(request)?, DefaultClientData).await;
    let signed = signed.map_err(|error| why(&error))?;
    Ok(Assertion {
        id: signed.raw_id.into(),
        authenticator_data: signed.response.authenticator_data.into(),
        signature: signed.response.signature.into(),
        client_data: signed.response.client_data_json.into(),
        used_app_id: request.app_id().map(|_| false),
    })
}

fn options(request: &KeyRequest) -> Result<CredentialRequestOptions, KeyError> {
    let allowed = request
        .allowed()
        .iter()
        .map(|key| json!({ "type": "public-key", "id": to_base64url(&key.id) }));
    let verification = match request.verification() {
        UserVerification::Discouraged => "discouraged",
        UserVerification::Preferred => "preferred",
        UserVerification::Required => "required",
    };
    let options = json!({ "publicKey": {
        "challenge": request.challenge(),
        "timeout": u32::try_from(request.timeout().as_millis()).unwrap_or(u32::MAX),
        "rpId": request.site(),
        "allowCredentials": allowed.collect::<Vec<_>>(),
        "userVerification": verification,
    }});
    serde_json::from_value(options).map_err(|_| KeyError::Failed)
}

fn why(error: &WebauthnError) -> KeyError {
    /// `CTAP2_ERR_OPERATION_DENIED`: what the system says for closed, too late and no key alike.
    const DENIED: u8 = 0x27;
    match error {
        WebauthnError::AuthenticatorError(DENIED) => KeyError::Cancelled,
        WebauthnError::CredentialNotFound => KeyError::WrongKey,
        WebauthnError::TimeoutError => KeyError::TimedOut,
        WebauthnError::NotSupportedError => KeyError::Unsupported,
        _ => KeyError::Failed,
    }
}
