//! The seeded world: the same each time, of any size, and sealed all the way down.

use serde_json::Value;
use wardroom_sandbox::{Options, Sandbox};

use super::caller::{ADMIN, Caller, OWNER, key_of, open};

async fn of(clients: usize, members: usize, seed: u64) -> Sandbox {
    Sandbox::start(Options { port: 0, clients, members, seed }).await.unwrap()
}

/// Everything a provider user can read about the first clients.
async fn picture(sandbox: &Sandbox) -> Vec<Value> {
    let caller = Caller::new(sandbox, ADMIN).await;
    let mut picture = vec![caller.get("/api/accounts/profile").await];
    for row in sandbox.organization_ids().iter().take(3) {
        for what in
            ["users?includeGroups=true&includeCollections=true", "groups/details", "collections"]
        {
            picture.push(caller.get(&format!("/api/organizations/{}/{what}", row.id)).await);
        }
    }
    picture
}

#[tokio::test]
async fn the_same_seed_makes_the_same_world_and_another_seed_another() {
    let first = picture(&of(3, 0, 5).await).await;
    assert_eq!(first, picture(&of(3, 0, 5).await).await, "ciphertexts included");
    let other = picture(&of(3, 0, 6).await).await;
    assert_ne!(first[0]["id"], other[0]["id"]);
    assert_ne!(
        first[0]["providerOrganizations"][0]["key"],
        other[0]["providerOrganizations"][0]["key"]
    );
}

#[tokio::test]
async fn people_and_their_organizations_do_not_depend_on_the_number_of_clients() {
    let few = of(2, 0, 1).await;
    let many = of(50, 0, 1).await;
    for sandbox in [&few, &many] {
        assert_eq!(sandbox.organization_ids().iter().filter(|row| !row.is_client).count(), 2);
    }
    let id = |sandbox: &Sandbox| sandbox.organization_id("Harbourside Cooperative");
    assert_eq!(id(&few), id(&many));
    assert_eq!(few.collections(id(&few).unwrap()), many.collections(id(&many).unwrap()));
}

#[tokio::test]
async fn ten_thousand_clients_have_ten_thousand_names_and_keys() {
    let sandbox = of(10_000, 0, 1).await;
    let rows = sandbox.organization_ids();
    let mut names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 10_002);
    assert!(names.iter().all(|name| name.chars().count() <= 50));
    let key = |at: usize| sandbox.organization_key(rows[at].id);
    assert_ne!(key(0), key(9_999));
}

#[tokio::test]
async fn clients_can_have_as_many_members_as_asked() {
    let sandbox = of(2, 2_000, 1).await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = sandbox.organization_ids()[0].id;
    let members = caller.get(&format!("/api/organizations/{id}/users")).await;
    let mut emails: Vec<_> = members["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["email"].as_str().unwrap())
        .collect();
    assert_eq!(emails.len(), 2_000);
    emails.sort_unstable();
    emails.dedup();
    assert_eq!(emails.len(), 2_000, "no two alike");
}

#[tokio::test]
async fn collection_names_open_under_the_organizations_key() {
    let sandbox = of(40, 0, 1).await;
    for row in sandbox.organization_ids() {
        let key = key_of(&sandbox, row.id);
        let collections = sandbox.collections(row.id);
        assert_eq!(collections[0].text.as_deref(), Some("Default collection"), "{}", row.name);
        for collection in collections {
            let opened = open(&key, &collection.name).and_then(|text| String::from_utf8(text).ok());
            assert_eq!(opened, collection.text, "our arithmetic and the sandbox's agree");
        }
    }
}

#[tokio::test]
async fn a_key_id_is_set_once_and_then_told_to_everybody() {
    let sandbox = of(1, 0, 1).await;
    let owner = Caller::new(&sandbox, OWNER).await;
    let path = "/api/accounts/key-management/user-key-id";
    let id = "00112233445566778899aabbccddeeff";
    let ask =
        async |id: &str| owner.send("POST", path, &serde_json::json!({ "userKeyId": id })).await.0;
    assert_eq!(ask("00112233445566778899AABBCCDDEEFF").await, 400, "capitals are refused");
    assert_eq!(ask(id).await, 200);
    assert_eq!(ask(id).await, 400, "already set");
    let sync = owner.get("/api/sync?excludeDomains=true").await;
    assert_eq!(sync["userDecryption"]["userKeyId"], id);
    assert_eq!(sync["userDecryption"]["masterPasswordUnlock"]["containedKeyId"], id);
}

#[tokio::test]
async fn known_devices_are_told_without_a_token() {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let sandbox = of(1, 0, 1).await;
    let ask = async |email: &str, device: &str| -> bool {
        super::caller::http()
            .get(format!("{}/api/devices/knowndevice", sandbox.url()))
            .header("X-Request-Email", Base64UrlUnpadded::encode_string(email.as_bytes()))
            .header("X-Device-Identifier", device)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let device = "11111111-2222-3333-4444-555555555555";
    assert!(!ask(ADMIN, device).await, "nobody has signed in yet");
    Caller::new(&sandbox, ADMIN).await;
    assert!(ask(ADMIN, device).await);
    assert!(!ask(ADMIN, "99999999-2222-3333-4444-555555555555").await);
    assert!(!ask(OWNER, device).await, "each account for itself");
    assert!(!ask("nobody@nowhere.example", device).await);
}
