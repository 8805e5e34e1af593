//! Collections: who must be able to manage them, who may change them, and what is written in the log.

use serde_json::{Value, json};
use uuid::Uuid;
use wardroom_sandbox::Sandbox;

use super::caller::{ADMIN, Caller, OWNER, USER, key_of, login, sandbox, seal};

/// A client whose administrators do not reach everything, so that somebody must manage each collection.
fn strict(sandbox: &Sandbox) -> Uuid {
    sandbox.organization_id("Café Montségur Catering").unwrap()
}

fn lenient(sandbox: &Sandbox) -> Uuid {
    sandbox.organization_id("Alder & Finch Solicitors").unwrap()
}

async fn first_member(caller: &Caller, organization: Uuid) -> Value {
    caller.get(&format!("/api/organizations/{organization}/users")).await["data"][0]["id"].clone()
}

fn manage(id: &Value) -> Value {
    json!({ "id": id, "readOnly": false, "hidePasswords": false, "manage": true })
}

#[tokio::test]
async fn somebody_must_be_able_to_manage_unless_administrators_reach_everything() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let strict = strict(&sandbox);
    let name = seal(&key_of(&sandbox, strict), "Payroll");
    let path = format!("/api/organizations/{strict}/collections");
    let nobody = json!({ "name": name, "groups": [], "users": [] });
    let (status, body) = caller.send("POST", &path, &nobody).await;
    assert_eq!(status, 400);
    assert_eq!(body["message"], "At least one member or group must have can manage permission.");
    let member = first_member(&caller, strict).await;
    let somebody = json!({ "name": name, "groups": [], "users": [manage(&member)] });
    let (status, body) = caller.send("POST", &path, &somebody).await;
    assert_eq!(status, 200);
    assert_eq!(body["name"], name, "byte for byte");
    assert_eq!(body["users"], Value::Null, "a provider is not told about access here");
    let made =
        sandbox.collections(strict).into_iter().find(|c| c.text.as_deref() == Some("Payroll"));
    assert!(made.is_some_and(|collection| collection.managed));
    let lenient = lenient(&sandbox);
    let name = seal(&key_of(&sandbox, lenient), "Payroll");
    let path = format!("/api/organizations/{lenient}/collections");
    let (status, _) = caller.send("POST", &path, &json!({ "name": name })).await;
    assert_eq!(status, 200);
    assert!(sandbox.unknown_routes().is_empty());
}

#[tokio::test]
async fn names_are_checked_for_shape_and_length() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = lenient(&sandbox);
    let path = format!("/api/organizations/{id}/collections");
    let before = sandbox.collections(id).len();
    let long = seal(&key_of(&sandbox, id), &"x".repeat(688));
    for (name, sentence) in [
        (json!("Payroll"), "Name is not a valid encrypted string."),
        (
            json!(long),
            "The field Name exceeds the maximum encrypted value length of 1000 characters.",
        ),
        (Value::Null, "The Name field is required."),
    ] {
        let (status, body) = caller.send("POST", &path, &json!({ "name": name })).await;
        assert_eq!(status, 400);
        assert_eq!(body["message"], "The model state is invalid.");
        assert_eq!(body["validationErrors"]["Name"], json!([sentence]));
    }
    let fits = seal(&key_of(&sandbox, id), &"x".repeat(687));
    assert_eq!(
        caller.send("POST", &path, &json!({ "name": fits })).await.0,
        200,
        "687 bytes are the most"
    );
    assert_eq!(sandbox.collections(id).len(), before + 1);
}

#[tokio::test]
async fn manage_excludes_the_lesser_rights() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = lenient(&sandbox);
    let group =
        caller.get(&format!("/api/organizations/{id}/groups")).await["data"][0]["id"].clone();
    let odd = json!({ "id": group, "readOnly": true, "hidePasswords": false, "manage": true });
    let body = json!({ "name": seal(&key_of(&sandbox, id), "x"), "groups": [odd] });
    let (status, body) =
        caller.send("POST", &format!("/api/organizations/{id}/collections"), &body).await;
    assert_eq!(status, 400);
    assert!(body["message"].as_str().unwrap().contains("mutually exclusive"));
}

#[tokio::test]
async fn leaving_access_out_keeps_it_and_an_empty_list_takes_it_away() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = lenient(&sandbox);
    let before = sandbox.collections(id).remove(0);
    assert!(!before.groups.is_empty() && !before.members.is_empty());
    let path = format!("/api/organizations/{id}/collections/{}", before.id);
    let name = seal(&key_of(&sandbox, id), "Renamed");
    assert_eq!(caller.send("PUT", &path, &json!({ "name": name })).await.0, 200);
    let after = sandbox.collections(id).remove(0);
    assert_eq!(after.text.as_deref(), Some("Renamed"));
    assert_eq!((&after.groups, &after.members), (&before.groups, &before.members));
    assert_eq!(caller.send("PUT", &path, &json!({ "users": [], "groups": [] })).await.0, 200);
    let bare = sandbox.collections(id).remove(0);
    assert_eq!(bare.text.as_deref(), Some("Renamed"), "no name means the same name");
    assert!(bare.groups.is_empty() && bare.members.is_empty() && !bare.managed);
}

#[tokio::test]
async fn bulk_access_adds_and_never_removes() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = lenient(&sandbox);
    let before = sandbox.collections(id);
    let member = first_member(&caller, id).await;
    let path = format!("/api/organizations/{id}/collections/bulk-access");
    let ids: Vec<_> = before.iter().map(|collection| collection.id).collect();
    let body = json!({ "collectionIds": ids, "users": [manage(&member)], "groups": [] });
    assert_eq!(caller.send("POST", &path, &body).await.0, 200);
    for (old, new) in before.iter().zip(sandbox.collections(id)) {
        assert!(new.managed);
        assert_eq!(old.groups, new.groups);
    }
    let unknown = json!({ "collectionIds": [Uuid::new_v4()], "users": [manage(&member)] });
    assert_eq!(caller.send("POST", &path, &unknown).await.0, 404);
    let ghost = json!({ "collectionIds": ids, "users": [manage(&json!(Uuid::new_v4()))] });
    let (status, body) = caller.send("POST", &path, &ghost).await;
    assert_eq!((status, &body["message"]), (400, &json!("One or more users do not exist.")));
}

#[tokio::test]
async fn the_details_leave_two_events_each_time_and_the_plain_list_none() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = lenient(&sandbox);
    caller.get(&format!("/api/organizations/{id}/collections")).await;
    assert_eq!(sandbox.events(id), [0_u16; 0]);
    let details = caller.get(&format!("/api/organizations/{id}/collections/details")).await;
    assert_eq!(sandbox.events(id), [1903, 1603]);
    let rows = details["data"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["assigned"] == false), "a provider belongs to none");
    assert_eq!(rows[0]["unmanaged"], false);
    let suspended = Sandbox::start(wardroom_sandbox::Options { clients: 8, ..Default::default() })
        .await
        .unwrap();
    let caller = Caller::new(&suspended, ADMIN).await;
    let id = suspended.organization_id("Greystone Quarry & Aggregates").unwrap();
    caller.get(&format!("/api/organizations/{id}/collections/details")).await;
    assert_eq!(suspended.events(id), [1903], "a suspended client keeps no log of its own");
}

#[tokio::test]
async fn a_plan_with_a_limit_refuses_one_more() {
    let sandbox = sandbox().await;
    let owner = Caller::new(&sandbox, OWNER).await;
    let id = sandbox.organization_id("Harbourside Allotments").unwrap();
    let path = format!("/api/organizations/{id}/collections");
    let make = |name: &str| json!({ "name": seal(&key_of(&sandbox, id), name) });
    assert_eq!(owner.send("POST", &path, &make("second")).await.0, 200);
    let (status, body) = owner.send("POST", &path, &make("third")).await;
    assert_eq!(status, 400);
    let sentence = "You have reached the maximum number of collections (2) for this organization.";
    assert_eq!(body["message"], sentence);
}

#[tokio::test]
async fn plain_members_see_what_they_manage_and_make_nothing() {
    let sandbox = sandbox().await;
    let user = Caller::new(&sandbox, USER).await;
    let id = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let path = format!("/api/organizations/{id}/collections");
    assert_eq!(user.get(&path).await["data"], json!([]));
    let reached = user.get("/api/collections").await;
    assert_eq!(reached["data"][0]["manage"], false, "everyone reads the default collection");
    let body = json!({ "name": seal(&key_of(&sandbox, id), "x") });
    assert_eq!(user.send("POST", &path, &body).await.0, 404, "refusals look like absence");
}

#[tokio::test]
async fn items_outlive_their_collection() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = lenient(&sandbox);
    let key = key_of(&sandbox, id);
    let body = json!({
        "ciphers": [login(&key, "kept", "x")],
        "collections": [{ "name": seal(&key, "going") }],
        "collectionRelationships": [{ "key": 0, "value": 0 }],
    });
    assert_eq!(caller.import(id, &body).await.0, 200);
    let item = sandbox.stored_items(id).remove(0);
    let path = format!("/api/organizations/{id}/collections/{}", item.collections[0]);
    let response = caller.request("DELETE", &path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(sandbox.stored_items(id)[0].collections.is_empty());
    assert_eq!(sandbox.contents(id).unwrap().unassigned, 1);
}
