//! One-time passwords as KeePass, KeePassXC and plug-ins keep them in an entry's strings.
//!
//! KeePass: <https://keepass.info/help/base/placeholders.html#otp>. KeePassXC has `otp` with an `otpauth`
//! address; KeeOtp has `otp` with `key=…&step=…&size=…`; Tray TOTP and old KeePassXC have `TOTP Seed` and
//! `TOTP Settings` (`30;6`, or `30;S` for Steam).

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::keepass_item::Pair;
use super::values::is_blank;
use crate::model::Text;

/// What became of them.
#[derive(Default)]
pub(super) struct Otp {
    /// For the item.
    pub value: Option<Text>,
    /// It was put together from custom fields.
    pub found_in_fields: bool,
    /// They were KeePass' own.
    pub of_keepass: bool,
    /// Some could not be used, and stay.
    pub left: bool,
}

const SEED: &str = "TOTP Seed";
const SETTINGS: &str = "TOTP Settings";
const SECRETS: [&str; 4] =
    ["TimeOtp-Secret-Base32", "TimeOtp-Secret-Base64", "TimeOtp-Secret-Hex", "TimeOtp-Secret"];
const OTHERS: [&str; 3] = ["TimeOtp-Period", "TimeOtp-Length", "TimeOtp-Algorithm"];

/// Takes them out of an entry's strings.
pub(super) fn take(pairs: &mut Vec<Pair>) -> Otp {
    let own = get(pairs, "otp").map(of_otp);
    let keepass = secret(pairs).map(|secret| {
        let given = |key, default| get(pairs, key).map(str::trim).filter(|value| *value != default);
        let algorithm = get(pairs, OTHERS[2]).and_then(algorithm);
        address(&secret, algorithm, given(OTHERS[1], "6"), given(OTHERS[0], "30"))
    });
    let tray = get(pairs, SEED).and_then(|seed| of_seed(seed, get(pairs, SETTINGS)));
    pairs.retain(|pair| pair.key != "otp");
    let mut otp = Otp {
        found_in_fields: own.is_none() && (keepass.is_some() || tray.is_some()),
        of_keepass: keepass.is_some(),
        value: own.or_else(|| keepass.clone()).or_else(|| tray.clone()),
        left: false,
    };
    drop_used(pairs, &otp, keepass.as_ref(), &[&SECRETS[..], &OTHERS[..]].concat());
    drop_used(pairs, &otp, tray.as_ref(), &[SEED, SETTINGS]);
    let of_ours = |pair: &&mut Pair| SECRETS.contains(&pair.key.as_str()) || pair.key == SEED;
    for pair in pairs.iter_mut().filter(of_ours) {
        // Written unprotected by some, a secret all the same.
        pair.protected = true;
        otp.left = true;
    }
    otp
}

/// Removes what the value in use was made of, or what says the same.
fn drop_used(pairs: &mut Vec<Pair>, otp: &Otp, made: Option<&Text>, keys: &[&str]) {
    let (Some(used), Some(made)) = (&otp.value, made) else { return };
    if secret_of(used.expose()) == secret_of(made.expose()) {
        pairs.retain(|pair| !keys.contains(&pair.key.as_str()));
    }
}

/// The last one counts.
fn get<'p>(pairs: &'p [Pair], key: &str) -> Option<&'p str> {
    pairs.iter().rfind(|pair| pair.key == key).map(|pair| pair.value.expose())
}

/// The Base32 secret within a value, for comparing.
fn secret_of(value: &str) -> Zeroizing<String> {
    let value = value.strip_prefix("steam://").unwrap_or(value);
    let within = value.split(['?', '&']).find_map(|part| part.strip_prefix("secret="));
    base32(within.unwrap_or(value))
}

fn base32(text: &str) -> Zeroizing<String> {
    let letters = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '=' | '-'));
    Zeroizing::new(letters.flat_map(char::to_uppercase).collect())
}

fn of_otp(value: &str) -> Text {
    let Some(bare) = value.strip_prefix("key=") else { return Text::from(value) };
    let mut parts = bare.split('&');
    let secret = parts.next().unwrap_or("");
    let (mut step, mut size, mut hash, mut other) = (None, None, None, false);
    for part in parts {
        match part.split_once('=') {
            Some(("step", value)) => step = Some(value).filter(|value| *value != "30"),
            Some(("size", value)) => size = Some(value).filter(|value| *value != "6"),
            Some(("otpHashMode", value)) => hash = algorithm(value),
            Some(("type", value)) => other |= !value.eq_ignore_ascii_case("totp"),
            Some(("encoding", value)) => other |= !value.eq_ignore_ascii_case("base32"),
            _ => other = true,
        }
    }
    // Counters and other encodings are not for us: kept as written.
    if other { Text::from(bare) } else { address(secret, hash, size, step) }
}

fn algorithm(value: &str) -> Option<&'static str> {
    match value.trim().to_uppercase().as_str() {
        "HMAC-SHA-256" | "SHA256" => Some("SHA256"),
        "HMAC-SHA-512" | "SHA512" => Some("SHA512"),
        _ => None,
    }
}

/// The secret alone when all else is usual, else an address as the official importer makes it.
fn address(
    secret: &str,
    algorithm: Option<&str>,
    digits: Option<&str>,
    period: Option<&str>,
) -> Text {
    let mut text = Zeroizing::new(String::with_capacity(secret.len() + 100));
    text.push_str(secret);
    for (key, value) in [("algorithm", algorithm), ("digits", digits), ("period", period)] {
        if let Some(value) = value {
            text.extend(["&", key, "=", value]);
        }
    }
    if text.len() == secret.len() {
        return Text::from(secret);
    }
    Text::new(format!("otpauth://totp/Imported?secret={}", *text))
}

/// KeePass' secret in Base32; none when there is none or it is damaged.
fn secret(pairs: &[Pair]) -> Option<Zeroizing<String>> {
    let (key, value) = SECRETS.iter().find_map(|key| Some((*key, get(pairs, key)?)))?;
    let bytes = match key {
        "TimeOtp-Secret-Base32" => BASE32_NOPAD.decode(base32(value).as_bytes()).ok(),
        "TimeOtp-Secret-Base64" => BASE64.decode(value.trim().as_bytes()).ok(),
        "TimeOtp-Secret-Hex" => HEXLOWER_PERMISSIVE.decode(value.trim().as_bytes()).ok(),
        _ => Some(value.as_bytes().to_vec()),
    };
    let bytes = Zeroizing::new(bytes?);
    Some(Zeroizing::new(BASE32_NOPAD.encode(&bytes)))
}

fn of_seed(seed: &str, settings: Option<&str>) -> Option<Text> {
    let seed = base32(seed);
    BASE32_NOPAD.decode(seed.as_bytes()).ok()?;
    let mut parts = settings.unwrap_or("").split(';').map(str::trim);
    let mut next = |usual| parts.next().filter(|part| !is_blank(part) && *part != usual);
    let (period, digits) = (next("30"), next("6"));
    if digits == Some("S") {
        return Some(Text::new(format!("steam://{}", *seed)));
    }
    let number =
        |text: Option<&str>| text.is_none_or(|text| text.bytes().all(|b| b.is_ascii_digit()));
    (number(period) && number(digits)).then(|| address(&seed, None, digits, period))
}
