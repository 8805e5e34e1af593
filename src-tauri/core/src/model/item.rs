//! A vault item in plain text, as read from an export. Never leaves this machine unencrypted.
//!
//! Shape and numbers: Bitwarden's cipher model (`src/Api/Vault/Models/CipherRequestModel.cs`).

use super::Text;

/// One vault item on its way into a client's organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// What it is, with the parts only that kind has.
    pub kind: ItemKind,
    /// Never blank after parsing: formats put `--` for a missing name, as the official client does.
    pub name: Text,
    /// Free text; `None` when blank.
    pub notes: Option<Text>,
    /// A mark of the exporting person. Means nothing in an organization.
    pub favorite: bool,
    /// Ask for the master password before showing (`reprompt` 1 on the wire).
    pub reprompt: bool,
    /// Custom fields, in order.
    pub fields: Vec<Field>,
    /// At most five, newest first as the export had them.
    pub password_history: Vec<PasswordHistory>,
    /// When the item was archived in the source (ISO 8601, UTC, milliseconds); belongs to the exporting
    /// person like [`Item::favorite`].
    pub archived: Option<String>,
    /// Indexes into `Summary::folders` of the read. Each becomes a collection in an organization.
    pub folders: Vec<u32>,
    /// Line or position in the source file, counted from 1 (a CSV header is line 1).
    pub row: u32,
    /// Which of the staged files it is from, counted from 0.
    pub file: u32,
}

/// What an item is; numbers are the wire's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// 1
    Login(Login),
    /// 2
    Note,
    /// 3
    Card(Card),
    /// 4
    Identity(Box<Identity>),
    /// 5
    SshKey(SshKey),
    /// 6; only where the server's new item types are on, like the two below.
    BankAccount(Box<BankAccount>),
    /// 7
    DriversLicense(Box<DriversLicense>),
    /// 8
    Passport(Box<Passport>),
}

impl ItemKind {
    /// The wire's `type`.
    #[must_use]
    pub fn number(&self) -> u8 {
        match self {
            Self::Login(_) => 1,
            Self::Note => 2,
            Self::Card(_) => 3,
            Self::Identity(_) => 4,
            Self::SshKey(_) => 5,
            Self::BankAccount(_) => 6,
            Self::DriversLicense(_) => 7,
            Self::Passport(_) => 8,
        }
    }

    /// `login`, `note`, `card`, `identity`, `sshKey`, `bankAccount`, `driversLicense` or `passport`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Login(_) => "login",
            Self::Note => "note",
            Self::Card(_) => "card",
            Self::Identity(_) => "identity",
            Self::SshKey(_) => "sshKey",
            Self::BankAccount(_) => "bankAccount",
            Self::DriversLicense(_) => "driversLicense",
            Self::Passport(_) => "passport",
        }
    }
}

impl FieldKind {
    /// The wire's `type`.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Hidden => 1,
            Self::Boolean => 2,
            Self::Linked(_) => 3,
        }
    }
}

impl Default for ItemKind {
    fn default() -> Self {
        Self::Login(Login::default())
    }
}

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Login {
    /// User name or e-mail address.
    pub username: Option<Text>,
    /// The password.
    pub password: Option<Text>,
    /// Base32 secret, `otpauth://` or `steam://`, as given.
    pub totp: Option<Text>,
    /// Where it is used.
    pub uris: Vec<Uri>,
    /// Passkeys; kept as the export has them.
    pub passkeys: Vec<Passkey>,
}

/// An address of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri {
    /// The address.
    pub uri: Text,
    /// 0 domain, 1 host, 2 starts with, 3 exact, 4 regular expression, 5 never; `None` is the default.
    pub matching: Option<u8>,
}

/// A FIDO2 credential; every text is sealed on its own on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passkey {
    /// `credentialId`
    pub credential_id: Text,
    /// `keyType`
    pub key_type: Text,
    /// `keyAlgorithm`
    pub key_algorithm: Text,
    /// `keyCurve`
    pub key_curve: Text,
    /// `keyValue`
    pub key_value: Text,
    /// `rpId`
    pub rp_id: Text,
    /// `rpName`
    pub rp_name: Option<Text>,
    /// `userHandle`
    pub user_handle: Option<Text>,
    /// `userName`
    pub user_name: Option<Text>,
    /// `userDisplayName`
    pub user_display_name: Option<Text>,
    /// A number as text.
    pub counter: Text,
    /// `true` or `false` as text.
    pub discoverable: Text,
    /// ISO 8601, UTC, with milliseconds.
    pub creation_date: String,
}

impl Passkey {
    /// Every sealed text with its wire name, in the wire's order.
    #[must_use]
    pub fn texts(&self) -> [(&'static str, Option<&Text>); 12] {
        [
            ("credentialId", Some(&self.credential_id)),
            ("keyType", Some(&self.key_type)),
            ("keyAlgorithm", Some(&self.key_algorithm)),
            ("keyCurve", Some(&self.key_curve)),
            ("keyValue", Some(&self.key_value)),
            ("rpId", Some(&self.rp_id)),
            ("rpName", self.rp_name.as_ref()),
            ("userHandle", self.user_handle.as_ref()),
            ("userName", self.user_name.as_ref()),
            ("userDisplayName", self.user_display_name.as_ref()),
            ("counter", Some(&self.counter)),
            ("discoverable", Some(&self.discoverable)),
        ]
    }
}

/// A record of optional texts, with the wire's name for each.
macro_rules! texts {
    ($(#[$doc:meta])* $record:ident, $count:literal { $($field:ident = $wire:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        #[allow(missing_docs)]
        pub struct $record { $(pub $field: Option<Text>),+ }

        impl $record {
            /// Every text with its wire name, in the wire's order.
            #[must_use]
            pub fn texts(&self) -> [(&'static str, Option<&Text>); $count] {
                [$(($wire, self.$field.as_ref())),+]
            }
            /// The place of the text with this wire name.
            pub fn text_mut(&mut self, name: &str) -> Option<&mut Option<Text>> {
                match name {
                    $($wire => Some(&mut self.$field),)+
                    _ => None,
                }
            }
            /// Builds one by asking `take` for each wire name in the same order.
            pub fn build<E>(
                mut take: impl FnMut(&'static str) -> Result<Option<Text>, E>,
            ) -> Result<Self, E> {
                Ok(Self { $($field: take($wire)?),+ })
            }
        }
    };
}

texts! {
    /// A payment card.
    Card, 6 {
        cardholder_name = "cardholderName",
        brand = "brand",
        number = "number",
        exp_month = "expMonth",
        exp_year = "expYear",
        code = "code",
    }
}

texts! {
    /// A person's details.
    Identity, 18 {
        title = "title",
        first_name = "firstName",
        middle_name = "middleName",
        last_name = "lastName",
        address1 = "address1",
        address2 = "address2",
        address3 = "address3",
        city = "city",
        state = "state",
        postal_code = "postalCode",
        country = "country",
        company = "company",
        email = "email",
        phone = "phone",
        ssn = "ssn",
        username = "username",
        passport_number = "passportNumber",
        license_number = "licenseNumber",
    }
}

texts! {
    /// A bank account.
    BankAccount, 10 {
        bank_name = "bankName",
        name_on_account = "nameOnAccount",
        account_type = "accountType",
        account_number = "accountNumber",
        routing_number = "routingNumber",
        branch_number = "branchNumber",
        pin = "pin",
        swift_code = "swiftCode",
        iban = "iban",
        bank_contact_phone = "bankContactPhone",
    }
}

texts! {
    /// A driver's licence. Dates are ISO 8601 days.
    DriversLicense, 11 {
        first_name = "firstName",
        middle_name = "middleName",
        last_name = "lastName",
        date_of_birth = "dateOfBirth",
        license_number = "licenseNumber",
        issuing_country = "issuingCountry",
        issuing_state = "issuingState",
        issue_date = "issueDate",
        issuing_authority = "issuingAuthority",
        expiration_date = "expirationDate",
        license_class = "licenseClass",
    }
}

texts! {
    /// A passport. Dates are ISO 8601 days.
    Passport, 13 {
        surname = "surname",
        given_name = "givenName",
        date_of_birth = "dateOfBirth",
        sex = "sex",
        birth_place = "birthPlace",
        nationality = "nationality",
        passport_number = "passportNumber",
        passport_type = "passportType",
        issuing_country = "issuingCountry",
        issuing_authority = "issuingAuthority",
        issue_date = "issueDate",
        expiration_date = "expirationDate",
        national_identification_number = "nationalIdentificationNumber",
    }
}

/// An SSH key pair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SshKey {
    /// OpenSSH PEM.
    pub private_key: Text,
    /// One line, `ssh-ed25519 …`.
    pub public_key: Text,
    /// `SHA256:…`
    pub fingerprint: Text,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// May be empty.
    pub name: Option<Text>,
    /// `None` for linked fields and blanks.
    pub value: Option<Text>,
    /// How it is shown.
    pub kind: FieldKind,
}

/// How a custom field is shown; numbers are the wire's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// 0
    Text,
    /// 1
    Hidden,
    /// 2, value `true` or `false`
    Boolean,
    /// 3, with the `linkedId` of the standard field it points to
    Linked(u32),
}

/// A former password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordHistory {
    /// The old password.
    pub password: Text,
    /// ISO 8601, UTC, with milliseconds.
    pub last_used: String,
}
