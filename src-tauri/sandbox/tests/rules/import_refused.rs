//! Imports the server refuses: all of each, by name.

use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::{ADMIN, Caller, OWNER, SERVICE, USER, key_of, login, sandbox, seal};
use super::import::{client, only};

#[tokio::test]
async fn one_bad_field_refuses_the_whole_batch_by_name() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let mut items: Vec<Value> = (0..5).map(|at| login(&key, &format!("{at}"), "x")).collect();
    items[1]["name"] = Value::Null;
    items[3]["login"]["password"] = json!("hunter2");
    items[3]["login"]["uris"][0]["uri"] = json!(seal(&key, &"u".repeat(7440)));
    items[4]["notes"] = json!(seal(&key, &"n".repeat(7440)));
    items[4]["fields"] =
        json!([{ "type": 0, "name": seal(&key, "f"), "value": seal(&key, &"v".repeat(3696)) }]);
    items[4]["passwordHistory"] = json!([{ "password": seal(&key, "old") }]);
    let mut body = only(&items);
    body["collections"] = json!([{ "name": "plain" }]);
    let (status, answer) = caller.import(id, &body).await;
    assert_eq!(status, 400);
    assert_eq!(answer["message"], "The model state is invalid.");
    let long = |field: &str, most: u32| {
        format!(
            "The field {field} exceeds the maximum encrypted value length of {most} characters."
        )
    };
    assert_eq!(
        answer["validationErrors"],
        json!({
            "Collections[0].Name": ["Name is not a valid encrypted string."],
            "Ciphers[1].Name": ["The Name field is required."],
            "Ciphers[3].Login.Password": ["Password is not a valid encrypted string."],
            "Ciphers[3].Login.Uris[0].Uri": [long("Uri", 10_000)],
            "Ciphers[4].Notes": [long("Notes", 10_000)],
            "Ciphers[4].Fields[0].Value": [long("Value", 5000)],
            "Ciphers[4].PasswordHistory[0].LastUsedDate": ["The LastUsedDate field is required."],
        })
    );
    assert_eq!(sandbox.item_count(id), 0, "nothing of it was stored");
}

#[tokio::test]
async fn the_longest_texts_that_fit_are_taken() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let mut item = login(&key, &"n".repeat(687), &"p".repeat(3695));
    item["notes"] = json!(seal(&key, &"n".repeat(7439)));
    item["login"]["username"] = json!(seal(&key, &"u".repeat(687)));
    assert_eq!(caller.import(id, &only(&[item.clone()])).await.0, 200);
    item["login"]["username"] = json!(seal(&key, &"u".repeat(688)));
    let (status, answer) = caller.import(id, &only(&[item])).await;
    assert_eq!(status, 400);
    assert!(answer["validationErrors"]["Ciphers[0].Login.Username"].is_array());
}

#[tokio::test]
async fn problems_stop_being_counted_at_two_hundred() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let bad = json!({ "type": 1, "name": "x", "login": {} });
    let (_, answer) = caller.import(client(&sandbox), &only(&vec![bad; 300])).await;
    assert_eq!(answer["validationErrors"].as_object().unwrap().len(), 200);
}

#[tokio::test]
async fn what_the_server_stumbles_over_is_a_500_and_leaves_nothing() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let without = json!({ "type": 1, "name": seal(&key, "no login") });
    let unknown = json!({ "type": 99, "name": seal(&key, "what"), "login": {} });
    for odd in [without, unknown] {
        let (status, answer) = caller.import(id, &only(&[login(&key, "fine", "x"), odd])).await;
        assert_eq!(status, 500);
        assert_eq!(answer["message"], "An unhandled server error has occurred.");
    }
    let path = "/api/ciphers/import-organization?organizationId=not-a-guid";
    let (status, _) = caller.send("POST", path, &only(&[login(&key, "fine", "x")])).await;
    assert_eq!(status, 500);
    assert_eq!(sandbox.item_count(id), 0);
}

#[tokio::test]
async fn without_items_nothing_is_stored_and_without_anything_it_is_refused() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let before = sandbox.collections(id);
    let body = json!({ "collections": [{ "name": seal(&key_of(&sandbox, id), "Empty") }] });
    assert_eq!(caller.import(id, &body).await.0, 200);
    assert_eq!(sandbox.collections(id), before, "accepted, and dropped");
    let (status, answer) = caller.import(id, &json!({})).await;
    assert_eq!(status, 400);
    assert_eq!(answer["message"], "No organization ID found in the import data.");
}

#[tokio::test]
async fn only_the_cloud_counts() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let key = key_of(&sandbox, id);
    let mut body = only(&[login(&key, "a", "1")]);
    body["collectionRelationships"] = json!(vec![json!({ "key": 5, "value": 5 }); 80_001]);
    let (status, answer) = caller.import(id, &body).await;
    assert_eq!(
        (status, &answer["message"]),
        (400, &json!("You cannot import this much data at once."))
    );
    sandbox.be_self_hosted();
    assert_eq!(caller.import(id, &body).await.0, 200);
}

#[tokio::test]
async fn existing_collections_count_again_against_the_plan() {
    let sandbox = sandbox().await;
    let owner = Caller::new(&sandbox, OWNER).await;
    let id = sandbox.organization_id("Harbourside Allotments").unwrap();
    let key = key_of(&sandbox, id);
    let existing = sandbox.collections(id).remove(0);
    let mut body = only(&[login(&key, "a", "1")]);
    let known = json!({ "id": existing.id, "name": existing.name });
    body["collections"] = json!([known.clone()]);
    assert_eq!(
        owner.import(id, &body).await.0,
        200,
        "one is there, one is posted, two are allowed"
    );
    body["collections"] = json!([known.clone(), known]);
    let (status, answer) = owner.import(id, &body).await;
    assert_eq!(status, 400);
    assert_eq!(answer["message"], "This organization can only have a maximum of 2 collections.");
}

#[tokio::test]
async fn only_staff_and_administrators_and_those_with_rights_import() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let own = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let refused = async |caller: &Caller, id: Uuid, body: Value| {
        let (status, answer) = caller.import(id, &body).await;
        assert_eq!(status, 400, "{}", caller.account.email);
        assert_eq!(answer["message"], "Not enough privileges to import into this organization.");
    };
    let stranger = Caller::new(&sandbox, OWNER).await;
    refused(&stranger, client, only(&[login(&key_of(&sandbox, client), "a", "1")])).await;
    refused(&stranger, Uuid::new_v4(), only(&[login(&[1; 64], "a", "1")])).await;
    let plain = Caller::new(&sandbox, USER).await;
    let key = key_of(&sandbox, own);
    refused(&plain, own, only(&[login(&key, "a", "1")])).await;
    let mut into = only(&[login(&key, "a", "1")]);
    into["collections"] =
        json!([{ "id": sandbox.collections(own)[0].id, "name": seal(&key, "x") }]);
    refused(&plain, own, into.clone()).await;
    // Given the right to manage it, the same person may import into it.
    let owner = Caller::new(&sandbox, OWNER).await;
    let members = owner.get(&format!("/api/organizations/{own}/users")).await;
    let person =
        members["data"].as_array().unwrap().iter().find(|row| row["email"] == USER).unwrap();
    let access = json!({ "collectionIds": [sandbox.collections(own)[0].id], "users": [{ "id": person["id"], "manage": true }] });
    let path = format!("/api/organizations/{own}/collections/bulk-access");
    assert_eq!(owner.send("POST", &path, &access).await.0, 200);
    assert_eq!(plain.import(own, &into).await.0, 200);
    let service = Caller::new(&sandbox, SERVICE).await;
    assert_eq!(service.import(client, &only(&[login(&key, "a", "1")])).await.0, 200);
}

#[tokio::test]
async fn bodies_have_a_limit_and_a_type() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = client(&sandbox);
    let path = format!("/api/ciphers/import-organization?organizationId={id}");
    let huge = format!("{{\"ciphers\":[]{}}}", " ".repeat(30_000_000));
    let json = "application/json";
    let response =
        caller.request("POST", &path).header("content-type", json).body(huge).send().await.unwrap();
    assert_eq!(response.status(), 413);
    sandbox.set_body_limit(10);
    let body = only(&[login(&key_of(&sandbox, id), "a", "1")]);
    assert_eq!(caller.import(id, &body).await.0, 413, "a deployment may set another limit");
    sandbox.set_body_limit(30_000_000);
    let response =
        caller.request("POST", &path).header("content-type", "text/plain").body("{}").send().await;
    assert_eq!(response.unwrap().status(), 415);
    let response = caller
        .request("POST", &path)
        .header("content-type", json)
        .body("{\"ciphers\":7}")
        .send()
        .await;
    let response = response.unwrap();
    assert_eq!(response.status(), 400);
    let answer: Value = response.json().await.unwrap();
    assert!(
        answer["validationErrors"]["$"].is_array(),
        "what is not even the right JSON is named $"
    );
}
