//! The part of a Bitwarden item that only its kind has.

use std::convert::Infallible;

use super::bitwarden_item::{NO_DATE, Reader};
use super::json_value::{Json, NotText};
use super::values;
use crate::keys;
use crate::model::{
    BankAccount, Card, DriversLicense, Field, FieldKind, FindingCode, Identity, ItemKind, Login,
    Passkey, Passport, SshKey, Text, Uri,
};

impl Reader<'_, '_> {
    /// The kind with its part; what finds no place there goes into `fields`.
    pub(super) fn kind(&mut self, json: &Json, fields: &mut Vec<Field>) -> ItemKind {
        match json.get("type").integer() {
            Some(1) => self.login(json.get("login")),
            Some(2) => ItemKind::Note,
            Some(3) => {
                let card = json.get("card");
                ItemKind::Card(certain(Card::build(|name| Ok(self.text_at(card, name, "card.")))))
            }
            Some(4) => {
                let person = json.get("identity");
                let person = Identity::build(|name| Ok(self.text_at(person, name, "identity.")));
                ItemKind::Identity(Box::new(certain(person)))
            }
            Some(5) => self.ssh_key(json.get("sshKey"), fields),
            Some(number @ 6..=8) if self.new_types() => self.paper(number, json),
            _ => self.unknown(json, fields),
        }
    }

    fn login(&mut self, login: &Json) -> ItemKind {
        let mut uris = Vec::new();
        for (at, uri) in self.list(login, "uris", "login.") {
            let path = format!("login.uris[{at}].");
            let Some(address) = self.text_at(uri, "uri", &path) else { continue };
            let matching = match uri.get("match") {
                Json::Null => None,
                number => number.integer().and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 5),
            };
            if matching.is_none() && !uri.get("match").is_null() {
                self.odd(
                    format!("{path}match"),
                    "the match rule is not known; the default is used",
                );
            }
            uris.push(Uri { uri: address, matching });
        }
        let mut passkeys = Vec::new();
        for (at, passkey) in self.list(login, "fido2Credentials", "login.") {
            passkeys.push(self.passkey(passkey, &format!("login.fido2Credentials[{at}].")));
        }
        ItemKind::Login(Login {
            username: self.text_at(login, "username", "login."),
            password: self.text_at(login, "password", "login."),
            totp: self.text_at(login, "totp", "login."),
            uris,
            passkeys,
        })
    }

    fn passkey(&mut self, json: &Json, path: &str) -> Passkey {
        let mut given = |key| self.text_at(json, key, path);
        let mut passkey = Passkey {
            credential_id: given("credentialId").unwrap_or_default(),
            key_type: given("keyType").unwrap_or_default(),
            key_algorithm: given("keyAlgorithm").unwrap_or_default(),
            key_curve: given("keyCurve").unwrap_or_default(),
            key_value: given("keyValue").unwrap_or_default(),
            rp_id: given("rpId").unwrap_or_default(),
            rp_name: given("rpName"),
            user_handle: given("userHandle"),
            user_name: given("userName"),
            user_display_name: given("userDisplayName"),
            counter: given("counter").unwrap_or_default(),
            discoverable: given("discoverable").unwrap_or_default(),
            creation_date: String::new(),
        };
        passkey.creation_date =
            values::moment(json.get("creationDate").str()).unwrap_or_else(|| {
                self.odd(format!("{path}creationDate"), "the date was not understood");
                NO_DATE.to_owned()
            });
        passkey
    }

    /// Derives what is missing of a key; without a readable private key it becomes a secure note.
    fn ssh_key(&mut self, json: &Json, fields: &mut Vec<Field>) -> ItemKind {
        let mut given = |key| self.text_at(json, key, "sshKey.");
        let (private, public, print) =
            (given("privateKey"), given("publicKey"), given("keyFingerprint"));
        if let (Some(private_key), Some(public_key), Some(fingerprint)) =
            (&private, &public, &print)
        {
            let (private_key, public_key) = (private_key.clone(), public_key.clone());
            return ItemKind::SshKey(SshKey {
                private_key,
                public_key,
                fingerprint: fingerprint.clone(),
            });
        }
        if let Some(private_key) = private.clone()
            && let Some((derived, derived_print)) =
                keys::ssh_public_part(private_key.expose(), public.as_ref().map(Text::expose))
        {
            self.tell(FindingCode::Improved, "sshKey", "the missing public part was derived");
            return ItemKind::SshKey(SshKey {
                private_key,
                public_key: public.unwrap_or(derived),
                fingerprint: print.unwrap_or(derived_print),
            });
        }
        self.odd("sshKey", "the key is incomplete; it is a secure note with hidden fields now");
        for (name, value) in
            [("Private key", private), ("Public key", public), ("Fingerprint", print)]
        {
            fields.extend(value.map(|value| hidden(name, value)));
        }
        ItemKind::Note
    }

    /// A bank account, a driver's licence or a passport.
    fn paper(&mut self, number: i64, json: &Json) -> ItemKind {
        match number {
            6 => {
                let part = json.get("bankAccount");
                let part = BankAccount::build(|name| Ok(self.text_at(part, name, "bankAccount.")));
                ItemKind::BankAccount(Box::new(certain(part)))
            }
            7 => {
                let part = json.get("driversLicense");
                let part =
                    DriversLicense::build(|name| Ok(self.text_at(part, name, "driversLicense.")));
                ItemKind::DriversLicense(Box::new(certain(part)))
            }
            _ => {
                let part = json.get("passport");
                let part = Passport::build(|name| Ok(self.text_at(part, name, "passport.")));
                ItemKind::Passport(Box::new(certain(part)))
            }
        }
    }

    /// Bank accounts, licences and passports where the server does not take them, and what comes after them: a secure
    /// note that keeps every text.
    fn unknown(&mut self, json: &Json, fields: &mut Vec<Field>) -> ItemKind {
        let message =
            "this kind of item is not known here; it is a secure note with hidden fields now";
        self.tell(FindingCode::UnknownKind, "type", message);
        let Json::Object(entries) = json else { return ItemKind::Note };
        for (key, part) in entries.iter().filter(|(key, _)| key != "secureNote") {
            let Json::Object(texts) = part else { continue };
            for (name, value) in texts {
                match value.as_text() {
                    Ok(value) => fields.extend(value.map(|value| hidden(name, value))),
                    Err(NotText) => {
                        self.odd(key.as_str(), "a value is not a text; it was left out");
                    }
                }
            }
        }
        ItemKind::Note
    }
}

/// The value of something that cannot fail.
fn certain<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

fn hidden(name: &str, value: Text) -> Field {
    Field { name: Some(Text::new(name)), value: Some(value), kind: FieldKind::Hidden }
}
