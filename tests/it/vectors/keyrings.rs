//! Provider, client and member keys, and the bodies a server would receive.

use serde_json::Value;
use wardroom_core::keys::raw::{Key, PrivateKey};
use wardroom_core::keys::{Error, KeyRing, fingerprint};
use wardroom_core::model::{OrganizationId, ProviderId};

use super::{account, account_keys, key, list, master_key, private_key, text};

/// The account's ring, unlocked with its password.
fn ring_of(account: &Value) -> KeyRing {
    let master = master_key(account, text(account, "password"), text(account, "salt"));
    let user = master.open_user_key(text(account, "masterKeyWrappedUserKey")).unwrap();
    KeyRing::open(user, &account_keys(account)).unwrap()
}

fn entries<'a>(item: &'a Value, field: &str) -> Vec<(&'a str, &'a str)> {
    let map = item[field].as_object().unwrap();
    assert!(!map.is_empty(), "{field} is empty");
    map.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

fn provider_id(item: &Value) -> ProviderId {
    text(item, "providerId").parse().unwrap()
}

fn organization_id(item: &Value) -> OrganizationId {
    text(item, "organizationId").parse().unwrap()
}

/// Every name of an organization that is sealed in the vectors, with its plain form.
fn sealed_names(organization: &Value) -> Vec<(&str, &str)> {
    let collections = organization["collections"].as_array().unwrap().iter();
    let names = collections.chain(std::iter::once(&organization["defaultUserCollectionName"]));
    names.map(|item| (text(item, "encName"), text(item, "name"))).collect()
}

#[test]
fn provider_keys_open_for_each_of_their_people() {
    for (id, item) in list("providers") {
        let provider = key(item, "providerKey");
        assert_eq!(provider.id().as_deref(), item["keyId"].as_str(), "{id}");
        for (person, shared) in entries(item, "keyFor") {
            let opened = private_key(account(person)).open_key(shared).unwrap();
            assert_eq!(opened, provider, "{id} for {person}");
        }
    }
}

#[test]
fn client_texts_open_through_the_providers_ring() {
    for (_, provider) in list("providers") {
        for (person, shared) in entries(provider, "keyFor") {
            let ring = ring_of(account(person));
            ring.add_provider(provider_id(provider), shared).unwrap();
            for (id, client) in list("organizations") {
                if client["providerId"] != provider["providerId"] {
                    continue;
                }
                let wrapped = text(client, "keyUnderProviderKey");
                ring.add_client(organization_id(client), provider_id(client), wrapped).unwrap();
                check_texts(&ring, id, client);
            }
        }
    }
}

#[test]
fn member_texts_open_through_the_members_ring() {
    for (_, person) in list("accounts") {
        let ring = ring_of(person);
        for (id, organization) in list("organizations") {
            let Some(shared) = organization["keyForMember"][text(person, "id")].as_str() else {
                continue;
            };
            ring.add_membership(organization_id(organization), shared).unwrap();
            check_texts(&ring, id, organization);
        }
    }
}

/// Opens the vectors' names, and what the ring itself seals opens with the bare key.
fn check_texts(ring: &KeyRing, id: &str, organization: &Value) {
    let client = organization_id(organization);
    assert!(ring.has_key(client), "{id}");
    for (sealed, plain) in sealed_names(organization) {
        assert_eq!(ring.open_text(client, sealed).unwrap().expose(), plain, "{id}");
        let own = ring.sealer(client).unwrap().seal(plain).unwrap();
        let opened = key(organization, "orgKey").open_text(&own).unwrap();
        assert_eq!(opened.expose(), plain, "{id}");
    }
}

#[test]
fn organization_keys_open_both_ways_and_hold_their_key_pair() {
    for (id, item) in list("organizations") {
        let organization = key(item, "orgKey");
        assert_eq!(organization.id().as_deref(), item["keyId"].as_str(), "{id}");
        for (person, shared) in entries(item, "keyForMember") {
            let opened = private_key(account(person)).open_key(shared).unwrap();
            assert_eq!(opened, organization, "{id} for {person}");
        }
        let mut providers = list("providers").into_iter().map(|(_, provider)| provider);
        let provider = providers.find(|p| p["providerId"] == item["providerId"]).unwrap();
        let under_provider = text(item, "keyUnderProviderKey");
        assert_eq!(key(provider, "providerKey").open_key(under_provider).unwrap(), organization);

        let pair = organization.open_private_key(text(item, "encryptedPrivateKey")).unwrap();
        check_pair(id, item, &pair, text(item, "publicKey"));
    }
}

fn check_pair(id: &str, item: &Value, pair: &PrivateKey, public_key: &str) {
    assert_eq!(pair.public_key(), public_key, "{id}");
    assert_eq!(pair.to_base64().unwrap().expose(), text(item, "privateKeyPkcs8"), "{id}");
}

#[test]
fn a_request_for_a_new_client_opens_with_the_keys_behind_it() {
    for (id, item) in list("createClientOrganization") {
        let (request, organization) = (&item["request"], key(item, "orgKey"));
        let opened = key(item, "providerKey").open_key(text(request, "key")).unwrap();
        assert_eq!(opened, organization, "{id}");
        let pair = &request["keyPair"];
        let private = organization.open_private_key(text(pair, "encryptedPrivateKey")).unwrap();
        check_pair(id, item, &private, text(pair, "publicKey"));
        let name = organization.open_text(text(request, "collectionName")).unwrap();
        assert_eq!(name.expose(), text(&item["plain"], "collectionName"), "{id}");
    }
    for (id, item) in list("addExistingOrganization") {
        let provider = key(item, "providerKey");
        let opened = provider.open_key(text(&item["request"], "key")).unwrap();
        assert_eq!(opened, key(item, "orgKey"), "{id}");
        let own = provider.seal_key(&opened).unwrap();
        assert_eq!(provider.open_key(&own).unwrap(), opened, "{id}");
    }
}

#[test]
fn a_confirmation_opens_for_the_person_confirmed() {
    for (id, item) in list("confirm") {
        let person = account(text(item, "recipient"));
        let words = fingerprint(text(person, "userId"), text(person, "publicKey"));
        assert_eq!(words.as_deref(), Ok(text(item, "fingerprint")), "{id}");

        let field = if item["orgKey"].is_string() { "orgKey" } else { "providerKey" };
        let shared_key = key(item, field);
        let own = shared_key.seal_for(text(person, "publicKey")).unwrap();
        for shared in [text(&item["request"], "key"), &own] {
            let opened = private_key(person).open_key(shared).unwrap();
            assert_eq!(opened, shared_key, "{id}");
        }
        if let Some(name) = item["request"]["defaultUserCollectionName"].as_str() {
            assert!(!shared_key.open_text(name).unwrap().is_empty(), "{id}");
        }
    }
}

#[test]
fn keys_under_keys_open_in_every_combination() {
    for (id, item) in list("wrappedKeys") {
        let wrapping = key(item, "wrappingKey");
        let opened = wrapping.open_key(text(item, "wrapped")).unwrap();
        assert_eq!(opened, key(item, "key"), "{id}");
        assert_eq!(opened.id().as_deref(), item["keyId"].as_str(), "{id}");
        let wrong: Result<Key, Error> = opened.open_key(text(item, "wrapped"));
        assert!(wrong.is_err(), "{id}: under another key");
    }
}

#[test]
fn keys_shared_by_rsa_open_and_unused_kinds_are_refused() {
    for (id, item) in list("encapsulatedKeys") {
        let private = private_key(item);
        let sealed = text(item, "encString");
        if !sealed.starts_with("4.") {
            assert_eq!(private.open_key(sealed).err(), Some(Error::Malformed), "{id}");
            continue;
        }
        let own = key(item, "key").seal_for(&private.public_key()).unwrap();
        for sealed in [sealed, &own] {
            assert_eq!(private.open_key(sealed).unwrap(), key(item, "key"), "{id}");
        }
    }
}
