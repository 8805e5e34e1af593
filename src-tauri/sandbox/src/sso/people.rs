//! Who signs in with single sign-on in the demo, and where.

use crate::crypto::MasterKey;
use crate::dice::Dice;
use crate::signin::Stored;
use crate::world::User;

/// What opens the keys of an organization's people (`MemberDecryptionType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    Password,
    KeyConnector,
    TrustedDevice,
}

impl Opens {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::KeyConnector => "keyConnector",
            Self::TrustedDevice => "trustedDevice",
        }
    }
}

/// An organization with single sign-on. All three stand for the demo company.
pub(crate) struct SsoOrganization {
    pub(crate) identifier: &'static str,
    pub(crate) name: &'static str,
    pub(crate) opens: Opens,
}

pub(crate) const ORGANIZATIONS: [SsoOrganization; 3] = [
    SsoOrganization {
        identifier: "northwind",
        name: "Northwind Managed IT",
        opens: Opens::Password,
    },
    SsoOrganization {
        identifier: "northwind-keys",
        name: "Northwind Key Connector",
        opens: Opens::KeyConnector,
    },
    SsoOrganization {
        identifier: "northwind-devices",
        name: "Northwind Trusted Devices",
        opens: Opens::TrustedDevice,
    },
];

/// Somebody who signs in there.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) identifier: &'static str,
    pub(crate) password: Option<&'static str>,
}

const fn who(
    name: &'static str,
    email: &'static str,
    identifier: &'static str,
    password: Option<&'static str>,
) -> Person {
    Person { name, email, identifier, password }
}

pub(crate) const PEOPLE: [Person; 5] = [
    who("Ines Falk", "sso@northwind.example", "northwind", Some("paper lantern bridge")),
    who("Karl Nyberg", "connector@northwind.example", "northwind-keys", None),
    who("Tara Singh", "trusted@northwind.example", "northwind-devices", None),
    who("Bo Lindgren", "both@northwind.example", "northwind-devices", Some("quiet marble garden")),
    // Never finished the first sign-in: no keys at all.
    who("Nora Weiss", "newcomer@northwind.example", "northwind", None),
];

/// Whose identifier this is; compared without case.
pub(crate) fn organization(identifier: &str) -> Option<&'static SsoOrganization> {
    ORGANIZATIONS.iter().find(|one| one.identifier.eq_ignore_ascii_case(identifier))
}

pub(crate) fn person(email: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.email == email)
}

/// The 32 bytes the key connector keeps for somebody.
pub(crate) fn connector_key(dice: Dice, user: &User) -> [u8; 32] {
    dice.first(&format!("user/{}/connector", user.email))
}

impl Person {
    fn opens(&self) -> Option<Opens> {
        organization(self.identifier).map(|organization| organization.opens)
    }

    /// The organization's key connector stands for the master password.
    pub(crate) fn uses_connector(&self) -> bool {
        self.password.is_none() && self.opens() == Some(Opens::KeyConnector)
    }

    /// Whether there are keys at all.
    pub(crate) fn has_keys(&self) -> bool {
        self.password.is_some() || self.opens() != Some(Opens::Password)
    }
}

/// What the server keeps of somebody without a master password; `None` for everybody else.
pub(crate) fn without_password(dice: Dice, user: &User) -> Option<Stored> {
    let person = person(&user.email).filter(|person| person.password.is_none())?;
    let sealed_key = person.uses_connector().then(|| {
        let master = MasterKey::from_bytes(connector_key(dice, user));
        dice.seal(&master.stretch(), user.key.bytes(), &format!("user/{}/sealed", user.email))
    });
    Some(Stored::without_password(sealed_key.unwrap_or_default()))
}
