//! Two-step login.

use crate::model::TwoStepMethod;
use crate::server::TwoStepDemand;

/// What the account has, the quickest first.
pub(super) fn methods(demand: &TwoStepDemand) -> Vec<TwoStepMethod> {
    let mut numbers: Vec<i64> = demand.methods.iter().map(|(number, _)| *number).collect();
    numbers.sort_unstable();
    let method = |number: i64| {
        let details = demand.methods.iter().find(|(known, _)| *known == number);
        let detail = |name: &str| details.and_then(|(_, value)| value.get(name));
        match number {
            0 => TwoStepMethod::Authenticator,
            1 => TwoStepMethod::Email {
                address: detail("Email").and_then(|text| text.as_str()).unwrap_or("").to_owned(),
            },
            2 | 6 => TwoStepMethod::Duo { organization: number == 6 },
            3 => TwoStepMethod::YubiKey {
                nfc: detail("Nfc").and_then(serde_json::Value::as_bool).unwrap_or_default(),
            },
            7 => TwoStepMethod::SecurityKey,
            number => TwoStepMethod::Other { number },
        }
    };
    numbers.into_iter().map(method).collect()
}
