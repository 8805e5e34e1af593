//! What an organization demands of its members' programs, and accounts that change elsewhere.

use serde_json::{Value, json};

use super::caller::{ADMIN, Caller, OWNER, USER, sandbox};

/// A control, over HTTP as outsiders use it.
async fn control(caller: &Caller, path: &str, body: Value) -> u16 {
    caller.send("POST", &format!("/sandbox{path}"), &body).await.0
}

#[tokio::test]
async fn members_are_told_the_policies_of_their_organizations_and_nobody_else_is() {
    let sandbox = sandbox().await;
    let own = sandbox.organization_id("Harbourside Cooperative").unwrap();
    let (member, admin) = (Caller::new(&sandbox, USER).await, Caller::new(&sandbox, ADMIN).await);
    assert_eq!(member.get("/api/sync?excludeDomains=true").await["policies"], json!([]));
    let data = json!({"type": "custom", "minutes": 5, "action": "lock"});
    let policy = json!({"organization": own, "type": 9, "data": data});
    assert_eq!(control(&member, "/policies", policy).await, 204);
    let off = json!({"organization": own, "type": 14, "enabled": false});
    assert_eq!(control(&member, "/policies", off).await, 204);

    let told = member.get("/api/sync?excludeDomains=true").await["policies"].take();
    assert_eq!(
        (&told[0]["type"], &told[0]["data"], &told[0]["enabled"]),
        (&json!(9), &data, &json!(true))
    );
    assert_eq!(told[0]["organizationId"], json!(own));
    assert_eq!((&told[1]["type"], &told[1]["enabled"]), (&json!(14), &json!(false)));
    assert_eq!(admin.get("/api/sync").await["policies"], json!([]), "no member of it");
    let nowhere = json!({"organization": uuid::Uuid::nil(), "type": 9});
    assert_eq!(control(&member, "/policies", nowhere).await, 404);
}

#[tokio::test]
async fn an_account_that_changes_elsewhere_ends_its_own_sessions_and_no_others() {
    let sandbox = sandbox().await;
    let (user, owner) = (Caller::new(&sandbox, USER).await, Caller::new(&sandbox, OWNER).await);
    let before = user.get("/api/accounts/profile").await;
    let change = json!({"email": USER, "newPassword": "blue paper window", "rounds": 5000, "rotateKey": true});
    assert_eq!(control(&owner, "/accounts/change", change).await, 204);
    assert_eq!(user.request("GET", "/api/accounts/profile").send().await.unwrap().status(), 401);
    owner.get("/api/accounts/profile").await;

    let again = Caller::new(&sandbox, USER).await;
    assert_eq!(again.account.password, "blue paper window");
    let after = again.get("/api/accounts/profile").await;
    assert_eq!(after["id"], before["id"]);
    for changed in ["key", "privateKey", "securityStamp"] {
        assert_ne!(after[changed], before[changed], "{changed}");
    }
    assert_ne!(again.user_key().await, owner.user_key().await);
    again.private_key().await;
    let nobody = json!({"email": "nobody@northwind.example"});
    assert_eq!(control(&owner, "/accounts/change", nobody).await, 404);
}
