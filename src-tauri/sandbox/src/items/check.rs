//! Validation as ASP.NET does it before a controller runs: every field, then one answer with all problems.

use crate::answer::{MOST_PROBLEMS, Problem};

use super::request::{CipherRequest, Field, ImportRequest, Login, OldPassword};
use super::shape::is_encrypted_string;

/// Collects what is wrong, with the path to where.
#[derive(Default)]
pub(crate) struct Problems {
    path: Vec<String>,
    found: Vec<Problem>,
}

impl Problems {
    /// Everything found, in order; empty when all is well.
    pub(crate) fn into_found(self) -> Vec<Problem> {
        self.found
    }

    fn inside(&mut self, step: impl FnOnce() -> String, look: impl FnOnce(&mut Self)) {
        if self.found.len() >= MOST_PROBLEMS {
            return;
        }
        self.path.push(step());
        look(self);
        self.path.pop();
    }

    fn say(&mut self, field: &str, sentence: String) {
        let mut path = self.path.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(field);
        self.found.push((path, sentence));
    }

    /// An optional `EncString` of at most `longest` characters; `field` is in snake case.
    pub(super) fn sealed(&mut self, field: &str, value: Option<&str>, longest: usize) {
        let Some(value) = value else { return };
        if value.len() <= longest && is_encrypted_string(value) {
            return;
        }
        let field = pascal(field);
        if !is_encrypted_string(value) {
            self.say(&field, format!("{field} is not a valid encrypted string."));
        }
        if value.len() > longest {
            self.say(&field, too_long(&field, longest));
        }
    }

    fn required_sealed(&mut self, field: &str, value: Option<&str>, longest: usize) {
        if value.is_none_or(str::is_empty) {
            let field = pascal(field);
            self.say(&field, format!("The {field} field is required."));
        } else {
            self.sealed(field, value, longest);
        }
    }
}

fn too_long(field: &str, longest: usize) -> String {
    match field {
        // These two carry the plain attribute (CipherCardModel.cs, CipherIdentityModel.cs).
        "ExpYear" | "Address1" => {
            format!("The field {field} must be a string with a maximum length of {longest}.")
        }
        _ => format!(
            "The field {field} exceeds the maximum encrypted value length of {longest} characters."
        ),
    }
}

fn pascal(snake: &str) -> String {
    snake
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

/// A collection's name and external id, as in `POST` and `PUT` of collections.
pub(crate) fn check_collection_name(
    name: Option<&str>,
    external_id: Option<&str>,
    name_is_required: bool,
) -> Vec<Problem> {
    let mut problems = Problems::default();
    check_collection(&mut problems, name, external_id, name_is_required);
    problems.into_found()
}

fn check_collection(
    problems: &mut Problems,
    name: Option<&str>,
    external_id: Option<&str>,
    name_is_required: bool,
) {
    if name_is_required {
        problems.required_sealed("name", name, 1000);
    } else {
        problems.sealed("name", name, 1000);
    }
    if external_id.is_some_and(|id| id.chars().count() > 300) {
        let sentence = "The field ExternalId must be a string with a maximum length of 300.";
        problems.say("ExternalId", sentence.to_owned());
    }
}

/// The whole import; one bad field refuses all of it.
pub(crate) fn check_import(request: &ImportRequest) -> Vec<Problem> {
    let mut problems = Problems::default();
    for (at, collection) in request.collections.iter().enumerate() {
        problems.inside(
            || format!("Collections[{at}]"),
            |problems| {
                let (name, id) = (collection.name.as_deref(), collection.external_id.as_deref());
                check_collection(problems, name, id, true);
            },
        );
    }
    for (at, cipher) in request.ciphers.iter().enumerate() {
        problems.inside(|| format!("Ciphers[{at}]"), |problems| check_cipher(cipher, problems));
    }
    problems.into_found()
}

fn check_cipher(cipher: &CipherRequest, problems: &mut Problems) {
    problems.required_sealed("name", cipher.name.as_deref(), 1000);
    problems.sealed("notes", cipher.notes.as_deref(), 10_000);
    if cipher.data.as_ref().is_some_and(|data| data.len() > 500_000) {
        let sentence = "The field Data must be a string with a maximum length of 500000.";
        problems.say("Data", sentence.to_owned());
    }
    for (at, field) in cipher.fields.iter().flatten().enumerate() {
        problems.inside(|| format!("Fields[{at}]"), |problems| check_field(field, problems));
    }
    for (at, old) in cipher.password_history.iter().flatten().enumerate() {
        problems.inside(|| format!("PasswordHistory[{at}]"), |problems| check_old(old, problems));
    }
    check_objects(cipher, problems);
}

fn check_objects(cipher: &CipherRequest, problems: &mut Problems) {
    if let Some(login) = &cipher.login {
        problems.inside(|| "Login".to_owned(), |problems| check_login(login, problems));
    }
    if let Some(card) = &cipher.card {
        problems.inside(|| "Card".to_owned(), |problems| card.check(problems));
    }
    if let Some(identity) = &cipher.identity {
        problems.inside(|| "Identity".to_owned(), |problems| identity.check(problems));
    }
    if let Some(key) = &cipher.ssh_key {
        problems.inside(|| "SSHKey".to_owned(), |problems| key.check(problems));
    }
    if let Some(account) = &cipher.bank_account {
        problems.inside(|| "BankAccount".to_owned(), |problems| account.check(problems));
    }
    if let Some(license) = &cipher.drivers_license {
        problems.inside(|| "DriversLicense".to_owned(), |problems| license.check(problems));
    }
    if let Some(passport) = &cipher.passport {
        problems.inside(|| "Passport".to_owned(), |problems| passport.check(problems));
    }
}

fn check_login(login: &Login, problems: &mut Problems) {
    problems.sealed("username", login.username.as_deref(), 1000);
    problems.sealed("password", login.password.as_deref(), 5000);
    problems.sealed("totp", login.totp.as_deref(), 1000);
    for (at, uri) in login.uris.iter().flatten().enumerate() {
        problems.inside(
            || format!("Uris[{at}]"),
            |problems| {
                problems.sealed("uri", uri.uri.as_deref(), 10_000);
                problems.sealed("uri_checksum", uri.uri_checksum.as_deref(), 10_000);
            },
        );
    }
    for (at, passkey) in login.fido2_credentials.iter().flatten().enumerate() {
        let step = || format!("Fido2Credentials[{at}]");
        problems.inside(step, |problems| passkey.texts.check(problems));
    }
}

fn check_field(field: &Field, problems: &mut Problems) {
    problems.sealed("name", field.name.as_deref(), 1000);
    problems.sealed("value", field.value.as_deref(), 5000);
}

fn check_old(old: &OldPassword, problems: &mut Problems) {
    problems.required_sealed("password", old.password.as_deref(), 5000);
    if old.last_used_date.is_none() {
        problems.say("LastUsedDate", "The LastUsedDate field is required.".to_owned());
    }
}
