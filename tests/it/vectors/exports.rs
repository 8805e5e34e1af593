//! Exports: under a password, and under an organization's key.

use serde_json::Value;
use wardroom_core::keys::{Error, Kdf, Secret, open_protected_export};

use super::{key, list, secret, text};

fn open(file: &Value, password: &Secret) -> Result<Secret, Error> {
    let kdf = Kdf::new(
        file["kdfType"].as_i64().unwrap(),
        file["kdfIterations"].as_i64().unwrap(),
        file["kdfMemory"].as_i64(),
        file["kdfParallelism"].as_i64(),
    )?;
    let validation = text(file, "encKeyValidation_DO_NOT_EDIT");
    open_protected_export(password, text(file, "salt"), &kdf, validation, text(file, "data"))
}

#[test]
fn protected_exports_open_with_their_password_only() {
    for (id, item) in list("passwordProtectedExports") {
        let file: Value = serde_json::from_str(text(item, "file")).unwrap();
        let plain = open(&file, &secret(item, "password")).unwrap();
        assert_eq!(plain.expose(), text(item, "plaintextJson"), "{id}");
        let wrong = open(&file, &secret(item, "wrongPassword"));
        assert_eq!(wrong.err(), Some(Error::WrongPassword), "{id}");
        let validation = text(&file, "encKeyValidation_DO_NOT_EDIT");
        let opened = key(item, "exportKey").open_text(validation).unwrap();
        assert_eq!(opened.expose(), text(item, "validationPlaintext"), "{id}");
    }
}

#[test]
fn organization_exports_open_with_their_own_key_only() {
    for (id, item) in list("orgEncryptedExports") {
        let file: Value = serde_json::from_str(text(item, "file")).unwrap();
        let organization = key(item, "orgKey");
        let validation = text(&file, "encKeyValidation_DO_NOT_EDIT");
        assert!(organization.open_text(validation).is_ok(), "{id}");
        let wrong = key(item, "wrongOrgKey").open_text(validation);
        assert_eq!(wrong.err(), Some(Error::Unopened), "{id}");
        for (entries, plain) in
            [("collections", "plainCollectionNames"), ("items", "plainItemNames")]
        {
            let names: Vec<Value> = file[entries]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| {
                    let name = organization.open_text(text(entry, "name")).unwrap();
                    Value::from(name.expose())
                })
                .collect();
            assert_eq!(Value::from(names), item[plain], "{id}");
        }
    }
}
