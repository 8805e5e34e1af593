//! The import request and its items, with the longest `EncString` each field may hold.
//!
//! Field limits: `src/Api/Vault/Models/*` of bitwarden/server.

use serde::{Deserialize, Deserializer, Serialize};

use super::check::Problems;

/// Text that should be an `EncString`; kept as it came.
pub(crate) type Sealed = Box<str>;

/// `POST /ciphers/import-organization`. Missing arrays are empty.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportRequest {
    #[serde(default)]
    pub(crate) collections: Vec<CollectionRequest>,
    #[serde(default)]
    pub(crate) ciphers: Vec<CipherRequest>,
    #[serde(default)]
    pub(crate) collection_relationships: Vec<Relation>,
    #[serde(default)]
    pub(crate) folders: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(crate) folder_relationships: Vec<Relation>,
}

/// Item `key` belongs to collection `value`: positions in the two arrays.
#[derive(Deserialize)]
pub(crate) struct Relation {
    pub(crate) key: i32,
    pub(crate) value: i32,
}

/// A collection in an import; groups and users are not looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectionRequest {
    pub(crate) id: Option<uuid::Uuid>,
    pub(crate) name: Option<Sealed>,
    pub(crate) external_id: Option<String>,
}

/// One item. Fields not listed are ignored, as the server does.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CipherRequest {
    #[serde(rename = "type")]
    pub(crate) kind: i64,
    pub(crate) name: Option<Sealed>,
    pub(crate) notes: Option<Sealed>,
    pub(crate) key: Option<Box<str>>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) reprompt: u8,
    pub(crate) fields: Option<Vec<Field>>,
    pub(crate) password_history: Option<Vec<OldPassword>>,
    pub(crate) login: Option<Login>,
    pub(crate) card: Option<Card>,
    pub(crate) identity: Option<Identity>,
    pub(crate) secure_note: Option<SecureNote>,
    pub(crate) ssh_key: Option<SshKey>,
    pub(crate) bank_account: Option<BankAccount>,
    pub(crate) drivers_license: Option<DriversLicense>,
    pub(crate) passport: Option<Passport>,
    /// A whole blob that replaces the typed object.
    pub(crate) data: Option<Box<str>>,
}

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A date; refused when .NET could not read it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Date(Box<str>);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<str>::deserialize(deserializer)?;
        let readable = text.parse::<jiff::Timestamp>().is_ok()
            || text.parse::<jiff::civil::DateTime>().is_ok();
        if readable { Ok(Self(text)) } else { Err(serde::de::Error::custom("not a date")) }
    }
}

/// Defines an object of sealed texts with the longest each may be, and the check over all of them.
macro_rules! sealed_object {
    ($name:ident { $($field:ident: $longest:literal),+ $(,)? }) => {
        #[derive(Default, Deserialize, Serialize)]
        #[serde(rename_all = "camelCase", default)]
        #[allow(clippy::struct_field_names, reason = "the wire names them, `passport_number` too")]
        pub(crate) struct $name {
            $($field: Option<Sealed>,)+
        }

        impl $name {
            pub(super) fn check(&self, problems: &mut Problems) {
                $(problems.sealed(stringify!($field), self.$field.as_deref(), $longest);)+
            }
        }
    };
}

sealed_object!(Card {
    cardholder_name: 1000,
    brand: 1000,
    number: 1000,
    exp_month: 1000,
    exp_year: 1000,
    code: 1000,
});
sealed_object!(Identity {
    title: 1000,
    first_name: 1000,
    middle_name: 1000,
    last_name: 1000,
    address1: 1000,
    address2: 1000,
    address3: 1000,
    city: 1000,
    state: 1000,
    postal_code: 1000,
    country: 1000,
    company: 1000,
    email: 1000,
    phone: 1000,
    ssn: 1000,
    username: 1000,
    passport_number: 1000,
    license_number: 1000,
});
sealed_object!(SshKey { private_key: 5000, public_key: 5000, key_fingerprint: 1000 });
sealed_object!(BankAccount {
    bank_name: 1000,
    name_on_account: 1000,
    account_type: 1000,
    account_number: 1000,
    routing_number: 1000,
    branch_number: 1000,
    pin: 1000,
    swift_code: 1000,
    iban: 1000,
    bank_contact_phone: 1000,
});
sealed_object!(DriversLicense {
    first_name: 1000,
    middle_name: 1000,
    last_name: 1000,
    date_of_birth: 1000,
    license_number: 1000,
    issuing_country: 1000,
    issuing_state: 1000,
    issue_date: 1000,
    issuing_authority: 1000,
    expiration_date: 1000,
    license_class: 1000,
});
sealed_object!(Passport {
    surname: 1000,
    given_name: 1000,
    date_of_birth: 1000,
    sex: 1000,
    birth_place: 1000,
    nationality: 1000,
    passport_number: 1000,
    passport_type: 1000,
    issuing_country: 1000,
    issuing_authority: 1000,
    issue_date: 1000,
    expiration_date: 1000,
    national_identification_number: 1000,
});

/// Website, user name, password.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Login {
    pub(super) uris: Option<Vec<LoginUri>>,
    pub(super) username: Option<Sealed>,
    pub(super) password: Option<Sealed>,
    pub(super) password_revision_date: Option<Date>,
    pub(super) totp: Option<Sealed>,
    pub(super) autofill_on_page_load: Option<bool>,
    pub(super) fido2_credentials: Option<Vec<Fido2Credential>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginUri {
    pub(super) uri: Option<Sealed>,
    pub(super) uri_checksum: Option<Sealed>,
    #[serde(rename = "match")]
    pub(super) matching: Option<u8>,
}

/// A passkey: all sealed but its date.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fido2Credential {
    #[serde(flatten)]
    pub(super) texts: PasskeyTexts,
    pub(super) creation_date: Date,
}

sealed_object!(PasskeyTexts {
    credential_id: 1000,
    key_type: 1000,
    key_algorithm: 1000,
    key_curve: 1000,
    key_value: 1000,
    rp_id: 1000,
    rp_name: 1000,
    user_handle: 1000,
    user_name: 1000,
    user_display_name: 1000,
    counter: 1000,
    discoverable: 1000,
});

#[derive(Deserialize, Serialize)]
pub(crate) struct SecureNote {
    #[serde(rename = "type", default)]
    pub(super) kind: u8,
}

/// A custom field; `kind` 0 text, 1 hidden, 2 boolean, 3 linked.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Field {
    #[serde(rename = "type", default)]
    pub(super) kind: u8,
    pub(super) name: Option<Sealed>,
    pub(super) value: Option<Sealed>,
    pub(super) linked_id: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OldPassword {
    pub(super) password: Option<Sealed>,
    pub(super) last_used_date: Option<Date>,
}
