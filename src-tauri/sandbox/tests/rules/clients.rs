//! The provider's client list and what a provider user sees inside a client.

use serde_json::{Value, json};
use wardroom_sandbox::{Options, Sandbox};

use super::caller::{ADMIN, Caller, OWNER, SERVICE, USER, sandbox};

async fn demo() -> Sandbox {
    Sandbox::start(Options::default()).await.unwrap()
}

async fn provider_of(caller: &Caller) -> String {
    let profile = caller.get("/api/accounts/profile").await;
    profile["providers"][0]["id"].as_str().unwrap().to_owned()
}

async fn clients(caller: &Caller) -> Vec<Value> {
    let provider = provider_of(caller).await;
    let list = caller.get(&format!("/api/providers/{provider}/organizations")).await;
    assert_eq!(list["object"], "list");
    assert_eq!(list["continuationToken"], Value::Null);
    list["data"].as_array().unwrap().clone()
}

fn named<'a>(rows: &'a [Value], name: &str) -> &'a Value {
    rows.iter().find(|row| row["organizationName"] == name).unwrap()
}

#[tokio::test]
async fn both_kinds_of_staff_see_the_same_forty_clients() {
    let sandbox = demo().await;
    let admin = clients(&Caller::new(&sandbox, ADMIN).await).await;
    let service = clients(&Caller::new(&sandbox, SERVICE).await).await;
    assert_eq!(admin.len(), 40);
    assert_eq!(admin, service);
}

#[tokio::test]
async fn the_demo_has_every_state_a_client_can_be_in() {
    let sandbox = demo().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let rows = clients(&caller).await;
    let remaining = |row: &Value| row["remainingSeats"].as_i64();
    assert!(rows.iter().any(|row| remaining(row) == Some(0)), "full");
    assert!(rows.iter().any(|row| remaining(row).is_some_and(|left| left < 0)), "over-full");
    assert!(rows.iter().any(|row| remaining(row).is_some_and(|left| left > 50)), "idle seats");
    assert!(
        rows.iter().any(|row| row["seats"].is_null() && row["remainingSeats"].is_null()),
        "no seats told"
    );
    assert!(
        rows.iter().any(|row| row["userCount"] == 0 && row["occupiedSeats"] == 1),
        "invited owner only"
    );
    for plan in ["Teams (Monthly)", "Enterprise (Monthly)"] {
        assert!(rows.iter().any(|row| row["plan"] == plan), "{plan}");
    }
    for row in &rows {
        let difference =
            row["seats"].as_i64().map(|seats| seats - row["occupiedSeats"].as_i64().unwrap());
        assert_eq!(remaining(row), difference, "the server computes Remaining");
    }
    let profile = caller.get("/api/accounts/profile").await;
    let disabled = profile["providerOrganizations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["enabled"] == false);
    assert_eq!(disabled.count(), 2, "suspension shows in the profile alone");
}

#[tokio::test]
async fn names_are_html_encoded_in_the_list_and_plain_in_the_profile() {
    let sandbox = demo().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let rows = clients(&caller).await;
    let profile = caller.get("/api/accounts/profile").await;
    let joined = |id: &Value| {
        let all = profile["providerOrganizations"].as_array().unwrap();
        all.iter().find(|row| row["id"] == *id).unwrap()["name"].as_str().unwrap().to_owned()
    };
    for (encoded, plain) in [
        ("Alder &amp; Finch Solicitors", "Alder & Finch Solicitors"),
        ("Caf&#233; Monts&#233;gur Catering", "Café Montségur Catering"),
        ("O&#39;Dowd &amp; Sons Roofing", "O'Dowd & Sons Roofing"),
        ("מרפאות הגליל", "מרפאות הגליל"),
    ] {
        let row = named(&rows, encoded);
        assert_eq!(joined(&row["organizationId"]), plain);
        assert_ne!(row["id"], row["organizationId"], "the row has an id of its own");
    }
    let longest = sandbox.organization_ids().iter().map(|row| row.name.chars().count()).max();
    assert_eq!(longest, Some(50), "the database's limit is reached and not passed");
}

#[tokio::test]
async fn people_outside_the_provider_get_an_empty_403() {
    let sandbox = sandbox().await;
    let provider = provider_of(&Caller::new(&sandbox, ADMIN).await).await;
    let member = Caller::new(&sandbox, OWNER).await;
    for path in
        [format!("/api/providers/{provider}"), format!("/api/providers/{provider}/organizations")]
    {
        let response = member.request("GET", &path).send().await.unwrap();
        assert_eq!(response.status(), 403, "{path}");
        assert_eq!(response.bytes().await.unwrap().len(), 0, "{path}");
    }
    let admin = Caller::new(&sandbox, ADMIN).await;
    let elsewhere = format!("/api/providers/{}/organizations", uuid::Uuid::nil());
    assert_eq!(admin.request("GET", &elsewhere).send().await.unwrap().status(), 403);
    assert_eq!(admin.get(&format!("/api/providers/{provider}")).await["type"], 0);
}

#[tokio::test]
async fn billing_refuses_strangers_with_the_other_kind_of_401() {
    let sandbox = demo().await;
    let admin = Caller::new(&sandbox, ADMIN).await;
    let path = format!("/api/providers/{}/billing/subscription", provider_of(&admin).await);
    let plans = admin.get(&path).await["plans"].clone();
    assert_eq!((&plans[0]["productTier"], &plans[1]["productTier"]), (&json!(2), &json!(3)));
    let stranger = Caller::new(&sandbox, OWNER).await;
    let response = stranger.request("GET", &path).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers().get("www-authenticate"), None, "nothing to refresh");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["message"], "Unauthorized.");
    stranger.get("/api/accounts/profile").await;
}

#[tokio::test]
async fn the_counts_of_the_list_are_those_of_the_member_lists() {
    let sandbox = demo().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let before = clients(&caller).await;
    for row in &before {
        let id = row["organizationId"].as_str().unwrap();
        let members = caller.get(&format!("/api/organizations/{id}/users")).await;
        let count = |wanted: &[i64]| {
            let all = members["data"].as_array().unwrap().iter();
            all.filter(|member| wanted.contains(&member["status"].as_i64().unwrap())).count()
        };
        assert_eq!(row["userCount"], count(&[2]), "{}", row["organizationName"]);
        assert_eq!(row["occupiedSeats"], count(&[0, 1, 2]), "{}", row["organizationName"]);
    }
    assert_eq!(clients(&caller).await, before, "looking inside changes nothing");
}

#[tokio::test]
async fn member_lists_hold_groups_and_collections_only_when_asked() {
    let sandbox = demo().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = sandbox.organization_id("Copperfield Logistics").unwrap();
    let bare = caller.get(&format!("/api/organizations/{id}/users")).await;
    let path = format!("/api/organizations/{id}/users?includeGroups=true&includeCollections=true");
    let full = caller.get(&path).await;
    let filled = |list: &Value, field: &str| {
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| !row[field].as_array().unwrap().is_empty())
    };
    assert!(!filled(&bare, "groups") && !filled(&bare, "collections"));
    assert!(filled(&full, "groups") && filled(&full, "collections"));
    let owner = &full["data"][0];
    assert_eq!(
        (&owner["type"], &owner["object"]),
        (&json!(0), &json!("organizationUserUserDetails"))
    );
    let invited = full["data"].as_array().unwrap().iter().find(|row| row["status"] == 0).unwrap();
    assert_eq!(invited["userId"], Value::Null, "nobody has an account before accepting");
    let mini = caller.get(&format!("/api/organizations/{id}/users/mini-details")).await;
    assert_eq!(mini["data"].as_array().unwrap().len(), full["data"].as_array().unwrap().len());
    let user = owner["userId"].as_str().unwrap();
    let key = caller.get(&format!("/api/users/{user}/public-key")).await;
    assert!(key["publicKey"].as_str().unwrap().starts_with("MII"));
    let detail = caller
        .get(&format!("/api/organizations/{id}/users/{}", owner["id"].as_str().unwrap()))
        .await;
    assert_eq!(detail["email"], owner["email"]);
}

#[tokio::test]
async fn groups_have_plain_names_and_bare_lists_of_members() {
    let sandbox = demo().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = sandbox.organization_id("Copperfield Logistics").unwrap();
    let groups = caller.get(&format!("/api/organizations/{id}/groups")).await;
    assert_eq!(groups["data"][0]["name"], "Administrators");
    let details = caller.get(&format!("/api/organizations/{id}/groups/details")).await;
    assert!(!details["data"][0]["collections"].as_array().unwrap().is_empty());
    let group = groups["data"][1]["id"].as_str().unwrap();
    let users = caller.get(&format!("/api/organizations/{id}/groups/{group}/users")).await;
    assert_eq!(users.as_array().unwrap().len(), 41, "everyone who is confirmed");
}

#[tokio::test]
async fn strangers_learn_nothing_and_plain_members_little() {
    let sandbox = sandbox().await;
    let client = sandbox.organization_ids()[0].id;
    let stranger = Caller::new(&sandbox, OWNER).await;
    let own = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let plain = Caller::new(&sandbox, USER).await;
    for (who, id) in [(&stranger, client), (&plain, own)] {
        for (path, status) in [
            (format!("/api/organizations/{id}"), 404),
            (format!("/api/organizations/{id}/users"), 404),
            (format!("/api/organizations/{id}/groups"), 403),
            (format!("/api/ciphers/organization-details?organizationId={id}"), 404),
        ] {
            let response = who.request("GET", &path).send().await.unwrap();
            assert_eq!(response.status(), status, "{} at {path}", who.account.email);
            let body = response.text().await.unwrap();
            if status == 404 {
                let body: Value = serde_json::from_str(&body).unwrap();
                assert_eq!(body["message"], "Resource not found.");
                assert_eq!(body["object"], "error");
            } else {
                assert_eq!(body, "");
            }
        }
    }
    assert_eq!(
        plain.get(&format!("/api/organizations/{own}/users/mini-details")).await["object"],
        "list"
    );
}

#[tokio::test]
async fn owners_and_provider_users_read_an_organization_but_only_members_export_it() {
    let sandbox = sandbox().await;
    let client = sandbox.organization_ids()[0].id;
    let admin = Caller::new(&sandbox, ADMIN).await;
    assert_eq!(admin.get(&format!("/api/organizations/{client}")).await["seats"], 25);
    let response =
        admin.request("GET", &format!("/api/organizations/{client}/export")).send().await.unwrap();
    assert_eq!(response.status(), 404, "a provider reads the item list instead");
    let own = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let owner = Caller::new(&sandbox, OWNER).await;
    let export = owner.get(&format!("/api/organizations/{own}/export")).await;
    assert_eq!(export["collections"].as_array().unwrap().len(), sandbox.collections(own).len());
    assert_eq!(export["ciphers"], json!([]));
}

#[tokio::test]
async fn the_server_tells_its_version_and_its_addresses() {
    let sandbox = sandbox().await;
    let http = super::caller::http();
    let config: Value = http
        .get(format!("{}/api/config", sandbox.url()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(config["version"], "2026.8.0");
    assert_eq!(config["server"], Value::Null, "a name would mean another product");
    assert_eq!(config["environment"]["identity"], format!("{}/identity", sandbox.url()));
    for path in ["/api/alive", "/api/version", "/events/collect"] {
        assert_eq!(
            http.get(format!("{}{path}", sandbox.url())).send().await.unwrap().status(),
            200
        );
    }
    assert!(sandbox.unknown_routes().is_empty());
}
