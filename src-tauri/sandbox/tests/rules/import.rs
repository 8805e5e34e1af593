//! The import: what is taken, where it goes, and that it comes back as it was.

use serde_json::{Value, json};
use uuid::Uuid;
use wardroom_sandbox::Sandbox;

use super::caller::{ADMIN, Caller, OWNER, SERVICE, USER, key_of, login, sandbox, seal};

pub(crate) fn client(sandbox: &Sandbox) -> Uuid {
    sandbox.organization_id("Alder & Finch Solicitors").unwrap()
}

pub(crate) fn only(ciphers: &[Value]) -> Value {
    json!({
        "ciphers": ciphers, "collections": [], "collectionRelationships": [],
        "folders": [], "folderRelationships": [],
    })
}

async fn listed(caller: &Caller, organization: Uuid) -> Vec<Value> {
    let path = format!("/api/ciphers/organization-details?organizationId={organization}");
    caller.get(&path).await["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_answer_is_empty_and_the_ciphertext_comes_back_byte_for_byte() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let sent = login(&key, "Router", "s3cret");
    let path = format!("/api/ciphers/import-organization?organizationId={id}");
    let response = caller
        .request("POST", &path)
        .json(&only(std::slice::from_ref(&sent)))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.bytes().await.unwrap().len(), 0, "no ids, nothing");
    let back = listed(&caller, id).await.remove(0);
    assert_eq!(back["name"], sent["name"]);
    for field in ["username", "password", "totp"] {
        assert_eq!(back["login"][field], sent["login"][field], "{field}");
    }
    assert_eq!(back["login"]["uris"][0]["uri"], sent["login"]["uris"][0]["uri"]);
    assert_eq!(back["object"], "cipherMiniDetails");
    assert_eq!(back["organizationId"], id.to_string());
    assert_eq!(back["collectionIds"], json!([]));
    let data: Value = serde_json::from_str(back["data"].as_str().unwrap()).unwrap();
    assert_eq!(data["Name"], sent["name"], "the old form repeats everything in Pascal case");
    assert_eq!(data["Uris"][0]["UriChecksum"], sent["login"]["uris"][0]["uriChecksum"]);
    let opened = sandbox.opened_items(id).remove(0);
    assert_eq!(opened["login"]["password"], "s3cret");
    assert_eq!(sandbox.open_text(id, sent["name"].as_str().unwrap()).as_deref(), Some("Router"));
}

#[tokio::test]
async fn every_kind_of_item_keeps_its_fields() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, SERVICE).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let text = |text: &str| seal(&key, text);
    let objects = [
        (2, "secureNote", json!({ "type": 0 })),
        (
            3,
            "card",
            json!({ "number": text("4111"), "expYear": text("2031"), "cardholderName": text("A") }),
        ),
        (
            4,
            "identity",
            json!({ "firstName": text("Ada"), "address1": text("Street 1"), "ssn": text("7") }),
        ),
        (
            5,
            "sshKey",
            json!({ "privateKey": text("k"), "publicKey": text("p"), "keyFingerprint": text("f") }),
        ),
        (6, "bankAccount", json!({ "bankName": text("B"), "swiftCode": text("S") })),
        (
            7,
            "driversLicense",
            json!({ "licenseNumber": text("L"), "expirationDate": text("2030-01-01") }),
        ),
        (8, "passport", json!({ "surname": text("S"), "nationalIdentificationNumber": text("N") })),
    ];
    let items = objects.iter().map(|(kind, field, object)| {
        let mut item =
            json!({ "type": kind, "name": text(field), "notes": text("note"), "reprompt": 1 });
        item[*field] = object.clone();
        item["fields"] =
            json!([{ "type": 1, "name": text("pin"), "value": text("1"), "linkedId": null }]);
        item["passwordHistory"] =
            json!([{ "password": text("old"), "lastUsedDate": "2024-05-01T10:00:00.000Z" }]);
        item
    });
    let items: Vec<Value> = items.collect();
    assert_eq!(caller.import(id, &only(&items)).await.0, 200);
    for ((sent, back), (kind, field, object)) in
        items.iter().zip(listed(&caller, id).await).zip(&objects)
    {
        assert_eq!(back["type"], *kind);
        assert_eq!(back["reprompt"], 1);
        for (name, value) in object.as_object().unwrap() {
            assert_eq!(&back[*field][name], value, "{field}.{name}");
        }
        for shared in ["notes", "fields", "passwordHistory"] {
            assert_eq!(back[shared], sent[shared], "{shared} of {field}");
        }
    }
}

#[tokio::test]
async fn passkeys_are_kept() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let mut item = login(&key, "with passkey", "x");
    let passkey = json!({ "credentialId": seal(&key, "c"), "rpId": seal(&key, "r"), "creationDate": "2024-05-01T10:00:00Z" });
    item["login"]["fido2Credentials"] = json!([passkey]);
    assert_eq!(caller.import(id, &only(&[item])).await.0, 200);
    let back = &listed(&caller, id).await[0]["login"]["fido2Credentials"][0];
    assert_eq!(back["credentialId"], passkey["credentialId"]);
    assert_eq!(back["creationDate"], passkey["creationDate"]);
}

#[tokio::test]
async fn relations_are_by_position_and_stray_ones_are_passed_over() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let existing = sandbox.collections(id).remove(0);
    let before = sandbox.collections(id).len();
    let body = json!({
        "ciphers": [login(&key, "a", "1"), login(&key, "b", "2"), login(&key, "c", "3")],
        "collections": [
            { "id": existing.id, "name": seal(&key, "ignored") },
            { "id": Uuid::new_v4(), "name": seal(&key, "New") },
        ],
        "collectionRelationships": [
            { "key": 0, "value": 0 }, { "key": 1, "value": 1 }, { "key": 1, "value": 0 },
            { "key": 9, "value": 0 }, { "key": 0, "value": 9 }, { "key": -1, "value": 0 },
        ],
    });
    assert_eq!(caller.import(id, &body).await.0, 200);
    let collections = sandbox.collections(id);
    assert_eq!(collections.len(), before + 1, "the known id was matched, the unknown one made new");
    assert_eq!(collections[0].name, existing.name, "a matched collection keeps its name");
    let new = collections.last().unwrap();
    assert_ne!(json!(new.id), body["collections"][1]["id"], "ids are the server's");
    assert!(
        !new.managed && new.groups.is_empty() && new.members.is_empty(),
        "a provider's import: nobody"
    );
    let found: Vec<Vec<Uuid>> =
        sandbox.stored_items(id).into_iter().map(|item| item.collections).collect();
    assert_eq!(found, [vec![existing.id], vec![new.id, existing.id], vec![]]);
}

#[tokio::test]
async fn a_members_new_collections_are_theirs_to_manage() {
    let sandbox = sandbox().await;
    let owner = Caller::new(&sandbox, OWNER).await;
    let id = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let key = key_of(&sandbox, id);
    let body = json!({
        "ciphers": [login(&key, "a", "1")],
        "collections": [{ "name": seal(&key, "Mine") }],
        "collectionRelationships": [{ "key": 0, "value": 0 }],
    });
    assert_eq!(owner.import(id, &body).await.0, 200);
    assert!(sandbox.collections(id).last().unwrap().managed);
    let sync = owner.get("/api/sync?excludeDomains=true").await;
    assert_eq!(
        sync["ciphers"].as_array().unwrap().len(),
        1,
        "and so the item shows in their vault"
    );
    assert_eq!(sync["ciphers"][0]["edit"], true);
    assert_eq!(sync["ciphers"][0]["object"], "cipherDetails");
    let user = Caller::new(&sandbox, USER).await;
    let sync = user.get("/api/sync?excludeDomains=true").await;
    assert_eq!(sync["ciphers"], json!([]), "but not in somebody else's");
}

#[tokio::test]
async fn the_same_request_twice_is_everything_twice() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let body = only(&[login(&key, "a", "1"), login(&key, "b", "2")]);
    for _ in 0..2 {
        assert_eq!(caller.import(id, &body).await.0, 200);
    }
    let contents = sandbox.contents(id).unwrap();
    assert_eq!((contents.items, contents.duplicates, contents.unreadable), (4, 2, 0));
    let again = only(&[login(&key, "a", "1")]);
    assert_eq!(caller.import(id, &again).await.0, 200);
    assert_eq!(
        sandbox.contents(id).unwrap().duplicates,
        3,
        "sealed anew, the same item all the same"
    );
    let foreign = only(&[login(&[7; 64], "a", "1")]);
    assert_eq!(caller.import(id, &foreign).await.0, 200, "the server cannot check keys");
    assert_eq!(sandbox.contents(id).unwrap().unreadable, 1);
}

#[tokio::test]
async fn old_clients_are_spared_what_they_do_not_know() {
    let sandbox = sandbox().await;
    let owner = Caller::new(&sandbox, OWNER).await;
    let id = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let key = key_of(&sandbox, id);
    let ssh = json!({ "type": 5, "name": seal(&key, "ssh"), "sshKey": {} });
    let bank = json!({ "type": 6, "name": seal(&key, "bank"), "bankAccount": {} });
    let mut body = only(&[ssh, bank, login(&key, "login", "x")]);
    body["collections"] = json!([{ "name": seal(&key, "Mixed") }]);
    body["collectionRelationships"] =
        json!([{"key":0,"value":0},{"key":1,"value":0},{"key":2,"value":0}]);
    assert_eq!(owner.import(id, &body).await.0, 200);
    for (version, kinds) in
        [(None, vec![1]), (Some("2025.1.0"), vec![5, 1]), (Some("2026.8.0"), vec![5, 6, 1])]
    {
        let mut request =
            owner.http.get(format!("{}/api/sync", sandbox.url())).bearer_auth(&owner.token);
        if let Some(version) = version {
            request = request.header("Bitwarden-Client-Version", version);
        }
        let sync: Value = request.send().await.unwrap().json().await.unwrap();
        let found: Vec<i64> = sync["ciphers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["type"].as_i64().unwrap())
            .collect();
        assert_eq!(found, kinds, "{version:?}");
    }
    assert_eq!(listed(&owner, id).await.len(), 3, "the organization's list hides nothing");
}
