//! What only the web vault can do, and has to be done before anybody works here.
//!
//! The order is that of the official clients (`libs/auth/src/common/login-strategies/` of
//! bitwarden/clients): a recovered account first, then the organization's wishes for the password.

use crate::keys::Secret;
use crate::model::WebVaultReason;
use crate::server::{Granted, PasswordPolicy, Profile};
use crate::session::blocking::blocking;

/// Why the web vault comes first; `None` when it does not. `typed` is the password that signed in, where
/// one did.
pub(super) async fn comes_first(
    granted: &Granted,
    profile: &Profile,
    typed: Option<&Secret>,
) -> Option<WebVaultReason> {
    if granted.must_change_password || profile.must_change_password {
        return Some(WebVaultReason::ChangePassword);
    }
    if granted.keys.is_none() && profile.keys.is_none() {
        return Some(WebVaultReason::FirstSignIn);
    }
    let policy = granted.policy.clone().filter(|policy| policy.enforce_on_login)?;
    let (password, email) = (typed?.clone(), profile.email.clone().unwrap_or_default());
    let meets = blocking(move || meets(&policy, password.expose(), &email)).await;
    (!meets).then_some(WebVaultReason::WeakPassword)
}

/// As `evaluateMasterPassword` of
/// `libs/common/src/admin-console/services/policy/default-policy.service.ts` decides: lengths are UTF-16
/// units there, and a letter is upper-case when lower-casing changes the text.
fn meets(policy: &PasswordPolicy, password: &str, email: &str) -> bool {
    let at_least = |wanted: Option<i64>, is: &dyn Fn() -> i64| {
        wanted.is_none_or(|wanted| wanted <= 0 || is() >= wanted)
    };
    let length = || i64::try_from(password.encode_utf16().count()).unwrap_or(i64::MAX);
    let one_of = |set: &str| password.chars().any(|c| set.contains(c));
    at_least(policy.min_length, &length)
        && at_least(policy.min_complexity, &|| score(password, email))
        && (!policy.require_upper || password.to_lowercase() != password)
        && (!policy.require_lower || password.to_uppercase() != password)
        && (!policy.require_numbers || one_of("0123456789"))
        && (!policy.require_special || one_of("!@#$%^&*"))
}

/// 0 to 4. The words that make a password weaker are those of
/// `libs/common/src/tools/password-strength/password-strength.service.ts`.
fn score(password: &str, email: &str) -> i64 {
    let local = email.split_once('@').map_or("", |(local, _)| local).trim().to_lowercase();
    let mut words = vec!["bitwarden", "bit", "warden"];
    words.extend(local.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()));
    i64::from(u8::from(zxcvbn::zxcvbn(password, &words).score()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: &str = "mona.vance@northwind.example";

    #[test]
    fn each_wish_of_a_policy_is_looked_at_alone() {
        let none = PasswordPolicy::default();
        let cases = [
            (
                "length",
                PasswordPolicy { min_length: Some(12), ..none.clone() },
                "elevenchars",
                "twelve chars",
            ),
            ("upper", PasswordPolicy { require_upper: true, ..none.clone() }, "lower 1!", "loWer"),
            ("lower", PasswordPolicy { require_lower: true, ..none.clone() }, "UPPER 1!", "UPPEr"),
            (
                "digit",
                PasswordPolicy { require_numbers: true, ..none.clone() },
                "no digit!",
                "1 digit",
            ),
            (
                "special",
                PasswordPolicy { require_special: true, ..none.clone() },
                "no (mark)?",
                "a*",
            ),
            (
                "complexity",
                PasswordPolicy { min_complexity: Some(3), ..none.clone() },
                "password1",
                "correct horse battery staple",
            ),
        ];
        for (wish, policy, weak, strong) in cases {
            assert!(!meets(&policy, weak, EMAIL), "{wish}: {weak}");
            assert!(meets(&policy, strong, EMAIL), "{wish}: {strong}");
        }
        assert!(meets(&none, "", EMAIL), "nothing asked for, nothing missing");
        let zero = PasswordPolicy { min_length: Some(0), min_complexity: Some(0), ..none };
        assert!(meets(&zero, "", EMAIL), "nought is what the forms send for \"no wish\"");
    }

    #[test]
    fn lengths_count_as_in_the_official_clients() {
        let policy = PasswordPolicy { min_length: Some(4), ..PasswordPolicy::default() };
        assert!(meets(&policy, "\u{1f511}\u{1f511}", EMAIL), "two pairs of UTF-16 units");
        assert!(!meets(&policy, "\u{e9}\u{e9}\u{e9}", EMAIL), "three letters, six bytes");
    }

    #[test]
    fn ones_own_name_makes_a_password_weaker() {
        let name = "quillfeather 7";
        assert!(score(name, "quillfeather@msp.example") < score(name, EMAIL));
        assert_eq!(score("bitwarden", EMAIL), 0);
    }
}
