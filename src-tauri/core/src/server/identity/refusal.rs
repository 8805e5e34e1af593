//! The 400 answers of the token endpoint: what else it wants, or why not.
//!
//! The texts are the server's (`src/Identity/IdentityServer/RequestValidators/BaseRequestValidator.cs`,
//! `DeviceValidator.cs`); official clients compare them too.

use serde_json::Value;

use super::Granted;
use crate::Code;
use crate::keys::Secret;
use crate::server::answer::ErrorBody;
use crate::server::casing::Keys;
use crate::server::{Error, SignOnRefusal};

/// What came of asking for tokens.
#[derive(Debug)]
pub enum TokenAnswer {
    /// Signed in.
    Granted(Box<Granted>),
    /// Two-step login.
    TwoStep(TwoStepDemand),
    /// The code that was just mailed.
    NewDevice,
    /// The organization's single sign-on, and which, when only one asks for it.
    SingleSignOn {
        /// Its identifier.
        identifier: Option<String>,
    },
}

/// Two-step methods the account has, as the server tells them.
#[derive(Debug, Clone, Default)]
pub struct TwoStepDemand {
    /// `TwoFactorProviderType` and what the method needs to begin; null for most.
    pub methods: Vec<(i64, Value)>,
    /// Stands in for a password when a code is to be mailed after single sign-on.
    pub email_token: Option<Secret>,
    /// The account's address, told after single sign-on.
    pub email: Option<String>,
}

/// Why the server does not let somebody in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefusal {
    /// E-mail address or password wrong.
    #[error("the e-mail address or password is not right")]
    Credentials,
    /// The two-step code is wrong or no longer good.
    #[error("the two-step code is wrong or no longer good")]
    TwoStepCode,
    /// The two-step code was right once.
    #[error("the two-step code is too old; have a new one sent")]
    TwoStepCodeOld,
    /// The server mails no code for this sign-in, or not any more.
    #[error("the server mails no code for this sign-in any more; begin again")]
    CodeNotMailed,
    /// The new-device code is wrong or no longer good.
    #[error("the new-device code is wrong or no longer good")]
    NewDeviceCode,
    /// Two-step login is demanded by an organization, and the account has no method.
    #[error(
        "two-step login is required, and this account has none set up; set it up in the web vault"
    )]
    NoTwoStepMethod,
    /// The recovery code worked, but the organization wants single sign-on.
    #[error("two-step login is switched off now; sign in with single sign-on")]
    RecoveredSignOnNeeded,
    /// The personal API key is wrong, or was rotated.
    #[error("the API key is not right; look it up in the web vault, and whether it was rotated")]
    ApiKey,
    /// The server lets only devices it knows be approved by another device.
    #[error(
        "there is no such account, or it does not know this device yet; sign in with the master password once"
    )]
    UnknownDevice,
    /// The way through the browser.
    #[error(transparent)]
    SignOn(#[from] SignOnRefusal),
    /// Something this version does not have: says what.
    #[error("this account needs {0} to sign in, which this version does not have yet")]
    Unsupported(&'static str),
}

impl SignInRefusal {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Credentials => Code::WrongPassword,
            Self::TwoStepCode | Self::TwoStepCodeOld | Self::NewDeviceCode => Code::WrongCode,
            Self::SignOn(refusal) => refusal.code(),
            Self::ApiKey
            | Self::CodeNotMailed
            | Self::NoTwoStepMethod
            | Self::RecoveredSignOnNeeded
            | Self::UnknownDevice
            | Self::Unsupported(_) => Code::SignInUnsupported,
        }
    }
}

/// What a wrong two-step code is told as: the server's one sentence, then those of Vaultwarden's methods
/// (`src/api/core/two_factor/`, `src/api/identity.rs`).
const WRONG_CODE: [&str; 11] = [
    "two-step token is invalid",
    "invalid totp code",
    "token is invalid",
    "no token available",
    "yubikey",
    "recovery code is incorrect",
    "error validating duo authentication",
    "empty duo authorization code",
    "can't recover login challenge",
    "credential not present",
    "invalid two factor provider",
];

pub(super) fn refusal(body: &ErrorBody) -> Result<TokenAnswer, Error> {
    let code = body.text("error").unwrap_or_default();
    let description = body.text("error_description").unwrap_or_default().to_ascii_lowercase();
    let sentence = body.sentence().unwrap_or_default().to_ascii_lowercase();
    let said = |text: &str| description.contains(text) || sentence.contains(text);
    if body.has("twoFactorProviders2") || said("two factor required") {
        return Ok(TokenAnswer::TwoStep(two_step(body)));
    }
    if said("new device verification required") {
        return Ok(TokenAnswer::NewDevice);
    }
    // Before the next one: its description ends with the same words.
    if said("two-factor recovery has been performed") {
        return Err(SignInRefusal::RecoveredSignOnNeeded.into());
    }
    if said("sso authentication is required") {
        let identifier = body.text("ssoOrganizationIdentifier").map(str::to_owned);
        return Ok(TokenAnswer::SingleSignOn { identifier });
    }
    Err(if said("no two-step providers") {
        SignInRefusal::NoTwoStepMethod.into()
    } else if WRONG_CODE.iter().any(|words| said(words)) {
        SignInRefusal::TwoStepCode.into()
    } else if said("token has expired") {
        SignInRefusal::TwoStepCodeOld.into()
    } else if said("invalid new device otp") {
        SignInRefusal::NewDeviceCode.into()
    } else if said("unknown device") {
        SignInRefusal::UnknownDevice.into()
    } else if said("legacy encryption") {
        SignInRefusal::Unsupported("an encryption migration in the web vault").into()
    } else if code == "invalid_client_version" {
        SignInRefusal::Unsupported("a newer version of this app").into()
    } else if code == "invalid_client" || said("client_secret") || said("client_id") {
        // The last two are Vaultwarden's words (`src/api/identity.rs`).
        SignInRefusal::ApiKey.into()
    } else if code == "invalid_grant" || said("username or password is incorrect") {
        SignInRefusal::Credentials.into()
    } else {
        body.refused()
    })
}

impl TwoStepDemand {
    /// What a method needs to begin, by a name whose first letter may be of either case.
    #[must_use]
    pub fn detail(&self, number: i64, name: &str) -> Option<&Value> {
        let (_, details) = self.methods.iter().find(|(offered, _)| *offered == number)?;
        Keys::of(details)?.value(name)
    }
}

/// `TwoFactorProviders2` is keyed by numbers in quotes; `TwoFactorProviders` lists them where it is missing.
fn two_step(body: &ErrorBody) -> TwoStepDemand {
    let Some(keys) = body.keys() else { return TwoStepDemand::default() };
    let number = |text: &str| text.parse().ok();
    let detailed = keys.value("twoFactorProviders2").and_then(Value::as_object);
    let listed = keys.value("twoFactorProviders").and_then(Value::as_array);
    let methods = match (detailed, listed) {
        (Some(map), _) => {
            map.iter().filter_map(|(key, value)| Some((number(key)?, value.clone()))).collect()
        }
        (None, Some(list)) => {
            list.iter().filter_map(|entry| Some((Keys::as_number(entry)?, Value::Null))).collect()
        }
        (None, None) => Vec::new(),
    };
    TwoStepDemand {
        methods,
        email_token: keys.text("ssoEmail2faSessionToken").map(Secret::new),
        email: keys.text("email").map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> TokenAnswer {
        refusal(&ErrorBody::read(body.as_bytes())).unwrap()
    }

    fn refused(body: &str) -> SignInRefusal {
        match refusal(&ErrorBody::read(body.as_bytes())).unwrap_err() {
            Error::SignIn(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_refusal_of_the_token_endpoint_is_told_apart() {
        let wrong = r#"{"error":"invalid_grant","error_description":"invalid_username_or_password",
            "ErrorModel":{"Message":"Username or password is incorrect. Try again.","Object":"error"}}"#;
        assert_eq!(refused(wrong), SignInRefusal::Credentials);
        let code = r#"{"error":"invalid_grant","error_description":"invalid_username_or_password",
            "ErrorModel":{"Message":"Two-step token is invalid. Try again.","Object":"error"}}"#;
        assert_eq!(refused(code), SignInRefusal::TwoStepCode);
        let device = r#"{"error":"device_error","error_description":"New device verification required",
            "ErrorModel":{"Message":"new device verification required","Object":"error"}}"#;
        assert!(matches!(answer(device), TokenAnswer::NewDevice));
        let otp = r#"{"error":"device_error","error_description":"Invalid New Device OTP",
            "ErrorModel":{"Message":"invalid new device otp","Object":"error"}}"#;
        assert_eq!(refused(otp), SignInRefusal::NewDeviceCode);
        let sso = r#"{"error":"invalid_grant","error_description":"Sso authentication is required.",
            "ErrorModel":{"Message":"SSO authentication is required."},"SsoOrganizationIdentifier":"acme"}"#;
        let TokenAnswer::SingleSignOn { identifier } = answer(sso) else { panic!() };
        assert_eq!(identifier.as_deref(), Some("acme"));
        let recovered = r#"{"error":"invalid_grant","error_description":"Two-factor recovery has been performed. SSO authentication is required."}"#;
        assert_eq!(refused(recovered), SignInRefusal::RecoveredSignOnNeeded);
        let old = r#"{"error":"invalid_client_version","ErrorModel":{"Message":"Please update"}}"#;
        assert_eq!(refused(old), SignInRefusal::Unsupported("a newer version of this app"));
        let vaultwarden = r#"{"message":"Username or password is incorrect. Try again",
            "errorModel":{"message":"Username or password is incorrect. Try again"},"error":""}"#;
        assert_eq!(refused(vaultwarden), SignInRefusal::Credentials);
        for said in [
            "Invalid TOTP code! Server time: 2026-11-22 18:00:00 UTC IP: 127.0.0.1",
            "Token is invalid! IP: 127.0.0.1",
            "Given Yubikey is not registered",
            "Recovery code is incorrect. Try again.",
            "Error validating duo authentication",
        ] {
            let body = serde_json::json!({ "message": said, "error": "", "object": "error",
                "errorModel": { "message": said, "object": "error" } });
            assert_eq!(refused(&body.to_string()), SignInRefusal::TwoStepCode, "{said}");
        }
        let old = r#"{"message":"Token has expired","error":"","errorModel":{"message":"Token has expired"}}"#;
        assert_eq!(refused(old), SignInRefusal::TwoStepCodeOld);
        let key = r#"{"error":"invalid_client"}"#;
        assert_eq!(refused(key), SignInRefusal::ApiKey);
        let theirs = r#"{"message":"Incorrect client_secret","validationErrors":
            {"":["Incorrect client_secret"]},"errorModel":{"message":"Incorrect client_secret"},"error":""}"#;
        assert_eq!(refused(theirs), SignInRefusal::ApiKey);
        let missing =
            r#"{"error":"device_error","error_description":"No device information provided"}"#;
        let error = refusal(&ErrorBody::read(missing.as_bytes())).unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "our mistake must not look like theirs");
    }

    #[test]
    fn two_step_methods_are_read_in_both_shapes() {
        let both = r#"{"error":"invalid_grant","error_description":"Two factor required.",
            "TwoFactorProviders":["0","1"],"TwoFactorProviders2":{"0":null,"1":{"Email":"a***@x.example"}},
            "SsoEmail2faSessionToken":"t","Email":"ann@x.example"}"#;
        let TokenAnswer::TwoStep(demand) = answer(both) else { panic!() };
        let mut numbers: Vec<i64> = demand.methods.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1]);
        assert_eq!(demand.email.as_deref(), Some("ann@x.example"));
        let old = r#"{"error":"invalid_grant","error_description":"Two factor required.",
            "TwoFactorProviders":["0",3]}"#;
        let TokenAnswer::TwoStep(demand) = answer(old) else { panic!() };
        assert_eq!(demand.methods.len(), 2);
    }
}
