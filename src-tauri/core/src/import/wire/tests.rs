use serde_json::{Value, json};

use super::*;
use crate::model::{Card, CollectionId, Identity};

/// Marks instead of sealing, so that a test can see what was sealed.
struct Marker;

impl Seal for Marker {
    fn seal(&self, plain: &str) -> Result<String, keys::Error> {
        Ok(format!("2.{plain}"))
    }
}

fn request(
    items: &[(Item, Vec<u32>)],
    collections: &[WireCollection],
    to_make: &[u32],
) -> (Value, Vec<Entry>) {
    let mut chunk = Chunk::new();
    for (index, (item, positions)) in (0..).zip(items) {
        chunk.push(index, item, positions.clone().into(), &Marker).unwrap();
    }
    let request = chunk.finish(collections, to_make);
    (serde_json::from_slice(&request.body).unwrap(), request.entries)
}

fn cipher(item: Item) -> Value {
    request(&[(item, Vec::new())], &[], &[]).0["ciphers"][0].take()
}

#[test]
fn a_login_is_sealed_field_by_field() {
    let login = Login {
        username: Some("ann".into()),
        password: Some("pw".into()),
        uris: vec![Uri { uri: "https://acme.example".into(), matching: Some(1) }],
        ..Login::default()
    };
    let item = Item {
        kind: ItemKind::Login(login),
        name: "Portal".into(),
        favorite: true,
        reprompt: true,
        fields: vec![
            Field { name: Some("pin".into()), value: Some("1".into()), kind: FieldKind::Hidden },
            Field { name: None, value: None, kind: FieldKind::Linked(100) },
        ],
        password_history: vec![PasswordHistory {
            password: "old".into(),
            last_used: "2024-01-02T03:04:05.000Z".to_owned(),
        }],
        ..Item::default()
    };
    assert_eq!(
        cipher(item),
        json!({
            "type": 1, "name": "2.Portal", "notes": null, "key": null, "favorite": false, "reprompt": 1,
            "fields": [
                { "type": 1, "name": "2.pin", "value": "2.1", "linkedId": null },
                { "type": 3, "name": null, "value": null, "linkedId": 100 },
            ],
            "passwordHistory": [{ "password": "2.old", "lastUsedDate": "2024-01-02T03:04:05.000Z" }],
            "login": {
                "uris": [{
                    "uri": "2.https://acme.example",
                    // sha256sum of the address, base64: clients drop the address without it.
                    "uriChecksum": "2.yo4NzxuFB+TFCT9OygTsKEhLk9r7EJuJk/6vfZPcuDU=",
                    "match": 1,
                }],
                "username": "2.ann", "password": "2.pw", "passwordRevisionDate": null, "totp": null,
                "autofillOnPageLoad": null, "fido2Credentials": null,
            },
        })
    );
}

#[test]
fn every_kind_carries_its_object() {
    // A type without its object is a 500 for the whole request (ImportCiphersController).
    let kinds = [
        (ItemKind::Login(Login::default()), 1, "login"),
        (ItemKind::Note, 2, "secureNote"),
        (ItemKind::Card(Card { code: Some("7".into()), ..Card::default() }), 3, "card"),
        (ItemKind::Identity(Box::default()), 4, "identity"),
        (ItemKind::SshKey(SshKey::default()), 5, "sshKey"),
    ];
    for (kind, number, object) in kinds {
        let cipher = cipher(Item { kind, name: "x".into(), ..Item::default() });
        assert_eq!(cipher["type"], number);
        assert!(cipher[object].is_object(), "{object}");
    }
}

#[test]
fn the_longer_kinds_have_all_their_fields() {
    let identity = Identity {
        title: Some("Dr".into()),
        license_number: Some("L1".into()),
        ..Identity::default()
    };
    let sent = cipher(Item { kind: ItemKind::Identity(Box::new(identity)), ..Item::default() });
    let fields = sent["identity"].as_object().unwrap();
    assert_eq!(fields.len(), 18, "as many as the server's identity model");
    assert_eq!((&fields["title"], &fields["licenseNumber"]), (&json!("2.Dr"), &json!("2.L1")));

    let passkey =
        Passkey { rp_id: "acme.example".into(), counter: "0".into(), ..Passkey::default() };
    let login = Login { passkeys: vec![passkey], ..Login::default() };
    let sent = cipher(Item { kind: ItemKind::Login(login), ..Item::default() });
    let passkey = sent["login"]["fido2Credentials"][0].as_object().unwrap();
    assert_eq!(passkey.len(), 13, "as many as the server's passkey model");
    assert_eq!((&passkey["rpId"], &passkey["counter"]), (&json!("2.acme.example"), &json!("2.0")));
    assert_eq!((&passkey["rpName"], &passkey["keyType"]), (&Value::Null, &json!("2.")));
}

#[test]
fn links_count_within_the_request_and_name_only_what_it_uses() {
    let known = WireCollection {
        id: Some(CollectionId(uuid::Uuid::from_u128(7))),
        sealed_name: "2.known".to_owned(),
    };
    let unused = WireCollection { id: None, sealed_name: "2.unused".to_owned() };
    let new = WireCollection { id: None, sealed_name: "2.new".to_owned() };
    let item = |name: &str| Item { name: name.into(), ..Item::default() };
    let items = [(item("a"), vec![2]), (item("b"), vec![]), (item("c"), vec![0, 2])];
    let (sent, entries) = request(&items, &[known, unused, new], &[]);
    assert_eq!(
        sent["collections"],
        json!([
            { "name": "2.new", "groups": [], "users": [] },
            { "id": uuid::Uuid::from_u128(7), "name": "2.known", "groups": [], "users": [] },
        ])
    );
    assert_eq!(
        sent["collectionRelationships"],
        json!([{ "key": 0, "value": 0 }, { "key": 2, "value": 1 }, { "key": 2, "value": 0 }])
    );
    assert_eq!((&sent["folders"], &sent["folderRelationships"]), (&json!([]), &json!([])));
    assert_eq!(entries[2].item, 2);
    assert_eq!(entries[2].collections.as_ref(), [0, 2]);
    assert_eq!(entries[2].fingerprint, LandedItem::fingerprint_of("2.c"));
}

#[test]
fn a_chunk_is_full_by_items_by_bytes_or_by_links() {
    let mut by_items = Chunk::new();
    let mut by_links = Chunk::new();
    let mut by_bytes = Chunk::new();
    let long = Item { notes: Some("x".repeat(2_000_000).into()), ..Item::default() };
    for index in 0..1_000 {
        assert!(!by_items.is_full(), "{index} items leave room");
        by_items.push(index, &Item::default(), Box::default(), &Marker).unwrap();
    }
    by_bytes.push(0, &long, Box::default(), &Marker).unwrap();
    assert!(!by_bytes.is_full());
    by_bytes.push(1, &long, Box::default(), &Marker).unwrap();
    by_links.push(0, &Item::default(), (0..40_000).collect(), &Marker).unwrap();
    assert!(by_items.is_full() && by_bytes.is_full() && by_links.is_full());
}

#[test]
fn collections_to_be_made_are_listed_once_also_without_items() {
    let to_make = |name: &str| WireCollection { id: None, sealed_name: name.to_owned() };
    let item = Item { name: "a".into(), ..Item::default() };
    let (sent, _) =
        request(&[(item, vec![1])], &[to_make("2.parent"), to_make("2.parent/child")], &[0, 1]);
    let listed: Vec<_> =
        sent["collections"].as_array().unwrap().iter().map(|c| &c["name"]).collect();
    assert_eq!(listed, ["2.parent/child", "2.parent"]);
    assert_eq!(sent["collectionRelationships"], json!([{ "key": 0, "value": 0 }]));
}
