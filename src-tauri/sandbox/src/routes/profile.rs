//! The profile: who one is, which organizations one belongs to or looks after.
//!
//! `ProfileResponseModel`, `BaseProfileOrganizationResponseModel` of bitwarden/server.
#![allow(clippy::struct_excessive_bools, reason = "the wire has them one by one")]

use serde::Serialize;
use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;

use crate::accounts::Oddity;
use crate::crypto::seal_to;
use crate::modern::MODERN;
use crate::signin;
use crate::tokens::SignedIn;
use crate::world::{Organization, Standing, User, World};

/// The account's keys; those of the first version signed nothing.
pub(super) fn account_keys(user: &User, private_key: &str) -> Value {
    let oddity = user.state.oddity;
    if let Some(modern) = user.modern {
        return modern.account_keys(oddity);
    }
    let strange = oddity == Some(Oddity::StrangeSecurityState);
    json!({
        "object": "privateKeys",
        "publicKeyEncryptionKeyPair": {
            "object": "publicKeyEncryptionKeyPair",
            "wrappedPrivateKey": private_key,
            "publicKey": user.pair().public_text,
            "signedPublicKey": null,
        },
        "signatureKeyPair": null,
        "securityState": strange.then(|| MODERN.state_of_another()),
    })
}

/// The profile; two providers' worth of organizations must not cost a tree of values, so it is typed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    object: &'static str,
    id: Uuid,
    name: &'static str,
    email: String,
    email_verified: bool,
    premium: bool,
    premium_from_organization: bool,
    culture: &'static str,
    two_factor_enabled: bool,
    key: Option<String>,
    account_keys: Option<Value>,
    private_key: Option<String>,
    security_stamp: Uuid,
    force_password_reset: bool,
    uses_key_connector: bool,
    avatar_color: Option<()>,
    creation_date: &'static str,
    verify_devices: bool,
    organizations: Vec<ProfileOrganization>,
    organizations_new: Vec<ProfileOrganization>,
    providers: Vec<Value>,
    provider_organizations: Vec<ProfileOrganization>,
}

/// Fields that differ; the plan's switches come ready made.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileOrganization {
    object: &'static str,
    id: Uuid,
    name: String,
    enabled: bool,
    identifier: Option<()>,
    product_tier_type: u8,
    seats: Option<usize>,
    max_collections: Option<usize>,
    max_storage_gb: Option<u8>,
    key: String,
    has_public_and_private_keys: bool,
    provider_id: Option<Uuid>,
    provider_name: Option<&'static str>,
    provider_type: Option<u8>,
    limit_collection_creation: bool,
    limit_collection_deletion: bool,
    limit_item_deletion: bool,
    allow_admin_access_to_all_collection_items: bool,
    user_id: Uuid,
    status: u8,
    #[serde(rename = "type")]
    kind: u8,
    #[serde(flatten)]
    membership: Option<Membership>,
    use_groups: bool,
    permissions: &'static RawValue,
    #[serde(flatten)]
    switches: Switches,
}

/// Only in the list of own memberships.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    organization_user_id: Uuid,
    user_is_claimed_by_organization: bool,
    is_admin_initiated: bool,
    family_sponsorship_available: bool,
    family_sponsorship_friendly_name: Option<()>,
    family_sponsorship_last_sync_date: Option<()>,
    family_sponsorship_to_delete: Option<()>,
    family_sponsorship_valid_until: Option<()>,
}

/// What a plan turns on: everything paid, or only what Enterprise has, or nothing.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Switches {
    use_policies: bool,
    use_sso: bool,
    use_scim: bool,
    use_key_connector: bool,
    use_reset_password: bool,
    use_custom_permissions: bool,
    use_activate_autofill_policy: bool,
    use_risk_insights: bool,
    use_organization_domains: bool,
    use_admin_sponsored_families: bool,
    use_my_items: bool,
    use_directory: bool,
    use_events: bool,
    use_totp: bool,
    use2fa: bool,
    use_api: bool,
    users_get_premium: bool,
    use_password_manager: bool,
    self_host: bool,
    use_secrets_manager: bool,
    use_automatic_user_confirmation: bool,
    #[serde(rename = "useDisableSMAdsForUsers")]
    use_disable_sm_ads_for_users: bool,
    use_phishing_blocker: bool,
    use_invite_links: bool,
    use_pam: bool,
    sso_bound: bool,
    sso_enabled: bool,
    sso_member_decryption_type: Option<()>,
    key_connector_enabled: bool,
    key_connector_url: Option<()>,
    reset_password_enrolled: bool,
    access_secrets_manager: bool,
    access_pam: bool,
}

fn switches(tier: u8) -> Switches {
    let paid = tier > 0;
    let enterprise = tier == 3;
    Switches {
        use_policies: enterprise,
        use_sso: enterprise,
        use_scim: paid,
        use_key_connector: enterprise,
        use_reset_password: enterprise,
        use_custom_permissions: enterprise,
        use_activate_autofill_policy: enterprise,
        use_risk_insights: false,
        use_organization_domains: enterprise,
        use_admin_sponsored_families: false,
        use_my_items: enterprise,
        use_directory: paid,
        use_events: paid,
        use_totp: paid,
        use2fa: paid,
        use_api: paid,
        users_get_premium: paid,
        use_password_manager: true,
        self_host: enterprise,
        use_secrets_manager: false,
        use_automatic_user_confirmation: false,
        use_disable_sm_ads_for_users: false,
        use_phishing_blocker: false,
        use_invite_links: false,
        use_pam: false,
        sso_bound: false,
        sso_enabled: false,
        sso_member_decryption_type: None,
        key_connector_enabled: false,
        key_connector_url: None,
        reset_password_enrolled: false,
        access_secrets_manager: false,
        access_pam: false,
    }
}

/// No custom permission: what owners, users and provider people alike carry.
fn no_permissions() -> &'static RawValue {
    serde_json::from_str(
        r#"{"accessEventLogs":false,"accessImportExport":false,"accessReports":false,"createNewCollections":false,"editAnyCollection":false,"deleteAnyCollection":false,"manageGroups":false,"managePolicies":false,"manageSso":false,"manageUsers":false,"manageResetPassword":false,"manageScim":false,"manageAccessRules":false}"#,
    )
    .expect("the literal is JSON")
}

fn row(organization: &Organization, key: String, user: Uuid) -> ProfileOrganization {
    ProfileOrganization {
        object: "profileProviderOrganization",
        id: organization.id,
        name: organization.name.clone(),
        enabled: organization.enabled,
        identifier: None,
        product_tier_type: organization.plan.tier,
        seats: organization.seats,
        max_collections: organization.plan.max_collections,
        max_storage_gb: (organization.plan.tier > 0).then_some(1),
        key,
        has_public_and_private_keys: true,
        provider_id: None,
        provider_name: None,
        provider_type: None,
        limit_collection_creation: organization.limit_creation,
        limit_collection_deletion: true,
        limit_item_deletion: false,
        allow_admin_access_to_all_collection_items: organization.admins_reach_all,
        user_id: user,
        status: 2,
        kind: 0,
        membership: None,
        use_groups: organization.plan.groups,
        permissions: no_permissions(),
        switches: switches(organization.plan.tier),
    }
}

fn own_organizations(world: &mut World, user: Uuid) -> Vec<ProfileOrganization> {
    let dice = world.dice;
    let Some(pair) = world.user(user).map(User::pair) else { return Vec::new() };
    let mut rows = Vec::new();
    for id in world.memberships(user) {
        let Some((organization, standings)) = world.open(id) else { continue };
        let Standing::Member { id, role } = standings.of(organization, user) else { continue };
        let seed = dice.first(&format!("membership/{id}"));
        let key = seal_to(&pair.public, organization.key.bytes(), seed);
        let membership = Membership {
            organization_user_id: id,
            user_is_claimed_by_organization: false,
            is_admin_initiated: false,
            family_sponsorship_available: false,
            family_sponsorship_friendly_name: None,
            family_sponsorship_last_sync_date: None,
            family_sponsorship_to_delete: None,
            family_sponsorship_valid_until: None,
        };
        rows.push(ProfileOrganization {
            object: "profileOrganization",
            kind: role,
            membership: Some(membership),
            ..row(organization, key, user)
        });
    }
    rows
}

fn clients(world: &World, user: Uuid) -> Vec<ProfileOrganization> {
    if world.staff(user).is_none() {
        return Vec::new();
    }
    let provider = &world.provider;
    world
        .organizations
        .iter()
        .filter_map(|organization| {
            let link = organization.link.as_ref()?;
            Some(ProfileOrganization {
                provider_id: Some(provider.id),
                provider_name: Some(provider.name),
                provider_type: Some(0),
                ..row(organization, link.key.clone(), user)
            })
        })
        .collect()
}

fn providers(world: &World, user: &User) -> Vec<Value> {
    let Some(staff) = world.staff(user.id) else { return Vec::new() };
    let provider = &world.provider;
    let seed = world.dice.first(&format!("provider/key/{}", user.email));
    vec![json!({
        "object": "profileProvider",
        "id": provider.id,
        "name": provider.name,
        "key": seal_to(&user.pair().public, provider.key.bytes(), seed),
        "status": 2,
        "type": staff.kind,
        "enabled": true,
        "permissions": null,
        "userId": user.id,
        "useEvents": true,
        "providerStatus": 2,
        "providerType": 0,
    })]
}

/// The profile of whoever asks.
pub(super) fn profile(world: &mut World, signed_in: SignedIn) -> crate::answer::Answer<Profile> {
    let organizations = own_organizations(world, signed_in.user);
    let user = signed_in.person(world)?;
    let sso = crate::sso::person(&user.email);
    let private_key = user.sealed_private_key(world.dice);
    let has_keys = !user.state.without_keys && sso.is_none_or(crate::sso::Person::has_keys);
    let has_key = has_keys && !user.state.key_connector;
    Ok(Profile {
        object: "profile",
        id: user.id,
        name: user.name,
        email: user.email.clone(),
        email_verified: true,
        premium: false,
        premium_from_organization: organizations.iter().any(|row| row.switches.users_get_premium),
        culture: "en-US",
        two_factor_enabled: false,
        key: has_key
            .then(|| signin::stored(world.dice, user).sealed_key)
            .filter(|key| !key.is_empty()),
        account_keys: has_keys.then(|| account_keys(user, &private_key)),
        private_key: has_keys.then_some(private_key),
        security_stamp: user.stamp,
        force_password_reset: user.state.recovered,
        uses_key_connector: user.state.key_connector
            || sso.is_some_and(crate::sso::Person::uses_connector),
        avatar_color: None,
        creation_date: super::BEGINNING,
        verify_devices: true,
        organizations_new: organizations.clone(),
        organizations,
        providers: providers(world, user),
        provider_organizations: clients(world, user.id),
    })
}
