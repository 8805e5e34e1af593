//! The demo company: Northwind Managed IT, its people, its clients, and two organizations without it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::Options;
use crate::accounts::AccountState;
use crate::crypto::Kdf;
use crate::dice::Dice;
use crate::modern::MODERN;
use crate::names::{self, CLIENTS};
use crate::twostep::{Book, SecondStep};
use crate::world::{
    Access, Collection, Group, Headcount, Inside, Link, Member, Organization, Plan, Provider,
    ProviderUser, User, World,
};

const TEAMS: Plan =
    Plan { kind: 17, tier: 2, name: "Teams (Monthly)", groups: true, max_collections: None };
const ENTERPRISE: Plan =
    Plan { kind: 19, tier: 3, name: "Enterprise (Monthly)", groups: true, max_collections: None };
const OWN_ENTERPRISE: Plan =
    Plan { kind: 20, tier: 3, name: "Enterprise (Annually)", groups: true, max_collections: None };
const FREE: Plan = Plan { kind: 0, tier: 0, name: "Free", groups: false, max_collections: Some(2) };

const PBKDF2: Kdf = Kdf::Pbkdf2 { iterations: 600_000 };
const ARGON2ID: Kdf = Kdf::Argon2id { iterations: 3, memory_mib: 64, parallelism: 4 };

/// 1 March 2025 in milliseconds: when everything in the demo was made.
const BEGINNING: i64 = 1_740_787_200_000;

/// Builds the world `options` describe.
pub(crate) fn world(options: &Options) -> World {
    let dice = Dice(options.seed);
    let users = users(dice);
    let provider = provider(dice, &users);
    let mut organizations: Vec<Organization> = (0..options.clients)
        .map(|number| client(dice, &provider, number, options.members))
        .collect();
    organizations.push(own(dice, 1_000_000, "Harbourside Cooperative", OWN_ENTERPRISE));
    organizations.push(own(dice, 1_000_001, "Harbourside Allotments", FREE));
    let index: HashMap<Uuid, usize> =
        organizations.iter().enumerate().map(|(at, organization)| (organization.id, at)).collect();
    let (policies, events) = (Vec::new(), Vec::new());
    World { dice, users, provider, organizations, index, policies, events }
}

fn users(dice: Dice) -> Vec<User> {
    let user = |name, email: &str, password: &str, role, kdf, pair| User {
        id: dice.id(&format!("user/{email}")),
        name,
        email: email.to_owned(),
        password: password.to_owned(),
        role,
        kdf,
        key: dice.key(&format!("user/{email}/key")),
        pair,
        stamp: dice.id(&format!("user/{email}/stamp")),
        key_id: None,
        revision: BEGINNING,
        modern: None,
        state: AccountState::new(dice, email),
    };
    let modern = User {
        modern: Some(&MODERN),
        key_id: Some(MODERN.user_key_id.clone()),
        ..user(
            "Vera Lindqvist",
            "vera@northwind.example",
            "violet harbour lantern",
            "providerAdmin",
            ARGON2ID,
            0,
        )
    };
    let mut users = vec![
        user(
            "Mona Vance",
            "admin@northwind.example",
            "correct horse battery",
            "providerAdmin",
            PBKDF2,
            0,
        ),
        user(
            "Sam Ortega",
            "service@northwind.example",
            "tall copper lantern",
            "serviceUser",
            ARGON2ID,
            1,
        ),
        user("Olga Brandt", "owner@harbourside.example", "seven quiet rivers", "member", PBKDF2, 2),
        user("Uwe Castell", "user@harbourside.example", "green paper window", "member", PBKDF2, 3),
        user("Tess Moreau", TWO_STEP, "amber falcon orchard", "serviceUser", PBKDF2, 0),
        user("Nils Berger", NEW_DEVICE, "silver harbour lamp", "serviceUser", PBKDF2, 1),
        modern,
    ];
    let by_sign_on = crate::sso::PEOPLE.iter().zip(4..);
    users.extend(by_sign_on.map(|(person, pair)| {
        let password = person.password.unwrap_or_default();
        user(person.name, person.email, password, "serviceUser", PBKDF2, pair)
    }));
    users
}

const TWO_STEP: &str = "twostep@northwind.example";
const NEW_DEVICE: &str = "newdevice@northwind.example";

/// Two of the company's people ask for more than a password.
pub(crate) fn second_steps(book: &mut Book) {
    let all = [
        SecondStep::Authenticator,
        SecondStep::Email,
        SecondStep::Duo,
        SecondStep::YubiKey { nfc: true },
        SecondStep::OrganizationDuo,
    ];
    for step in all {
        book.enrol(TWO_STEP, step);
    }
    book.verify_devices(NEW_DEVICE, true);
    book.use_elsewhere(NEW_DEVICE);
}

fn provider(dice: Dice, users: &[User]) -> Provider {
    let kind = |role| match role {
        "providerAdmin" => Some(0),
        "serviceUser" => Some(1),
        _ => None,
    };
    Provider {
        id: dice.id("provider"),
        name: "Northwind Managed IT",
        key: dice.key("provider/key"),
        staff: users
            .iter()
            .filter_map(|user| Some(ProviderUser { user: user.id, kind: kind(user.role)? }))
            .collect(),
    }
}

fn client(dice: Dice, provider: &Provider, number: usize, members: usize) -> Organization {
    let row = CLIENTS.get(number % CLIENTS.len()).expect("a remainder is within the length");
    let name = match number.checked_sub(CLIENTS.len()) {
        None => row.name.to_owned(),
        Some(more) => names::more_client(more),
    };
    let (people, seats) = resize(row.people, row.seats, members);
    let key = dice.key(&format!("organization/{number}/key"));
    let link = Link {
        id: dice.id(&format!("organization/{number}/link")),
        key: dice.seal(&provider.key, key.bytes(), &format!("organization/{number}/link/key")),
    };
    Organization {
        id: dice.id(&format!("organization/{number}")),
        number,
        name,
        plan: if row.enterprise { ENTERPRISE } else { TEAMS },
        seats,
        enabled: row.enabled,
        key,
        link: Some(link),
        admins_reach_all: number % 3 != 2,
        limit_creation: number % 2 == 1,
        headcount: people,
        inside: None,
        ciphers: Vec::new(),
    }
}

/// Gives a client `members` confirmed members and keeps the seats its row has left over.
fn resize(people: Headcount, seats: Option<usize>, members: usize) -> (Headcount, Option<usize>) {
    if members == 0 {
        return (people, seats);
    }
    let used = people.confirmed + people.accepted + people.invited;
    let seats = seats.map(|seats| (seats + members).saturating_sub(used));
    (Headcount { confirmed: members, ..Headcount::default() }, seats)
}

fn own(dice: Dice, number: usize, name: &str, plan: Plan) -> Organization {
    let two_more = Headcount { confirmed: 2, ..Headcount::default() };
    let four_more = Headcount { confirmed: 4, accepted: 1, invited: 1, revoked: 1 };
    Organization {
        id: dice.id(&format!("own/{name}")),
        number,
        name: name.to_owned(),
        plan,
        seats: Some(if plan.tier == 0 { 2 } else { 12 }),
        enabled: true,
        key: dice.key(&format!("own/{name}/key")),
        link: None,
        admins_reach_all: true,
        limit_creation: true,
        headcount: if plan.tier == 0 { two_more } else { four_more },
        inside: None,
        ciphers: Vec::new(),
    }
}

/// One more like the sample owner's.
pub(crate) fn own_more(dice: Dice, number: usize) -> Organization {
    own(dice, 2_000_000 + number, &format!("Harbourside Branch {number}"), OWN_ENTERPRISE)
}

/// What is in an organization, made when somebody first looks.
pub(crate) fn inside(dice: Dice, organization: &Organization, users: &[User]) -> Inside {
    let label = format!("inside/{}", organization.id);
    let groups: Vec<Group> = if organization.plan.groups {
        ["Administrators", "Everyone"]
            .into_iter()
            .map(|name| Group {
                id: dice.id(&format!("{label}/group/{name}")),
                name: name.to_owned(),
            })
            .collect()
    } else {
        Vec::new()
    };
    let mut members = members(dice, organization, &groups);
    if organization.link.is_none() {
        seat_known_people(&mut members, users);
    }
    let collections = collections(dice, organization, &groups, &members);
    Inside { members, groups, collections }
}

fn members(dice: Dice, organization: &Organization, groups: &[Group]) -> Vec<Member> {
    let count = organization.headcount;
    let domain = names::domain(&organization.name, organization.number);
    let shift = dice.below(&format!("shift/{}", organization.number), 40);
    let mut states = vec![2; count.confirmed];
    states.resize(states.len() + count.accepted, 1);
    states.resize(states.len() + count.invited, 0);
    states.resize(states.len() + count.revoked, -1);
    let mut members = Vec::with_capacity(states.len());
    for (number, status) in states.into_iter().enumerate() {
        let (first, last) = names::person(number, shift);
        let again = number / 1600;
        let twin = if again == 0 { String::new() } else { again.to_string() };
        let label = format!("member/{}/{number}", organization.id);
        let known = status != 0;
        let mut theirs: Vec<Uuid> = Vec::new();
        if status == 2 {
            theirs.extend(groups.get(1).map(|everyone| everyone.id));
            if number < 2 {
                theirs.extend(groups.first().map(|administrators| administrators.id));
            }
        }
        members.push(Member {
            id: dice.id(&label),
            user: known.then(|| dice.id(&format!("{label}/user"))),
            name: known.then(|| format!("{first} {last}")),
            email: format!("{first}.{last}{twin}@{domain}").to_lowercase(),
            role: u8::try_from(number.min(2)).expect("at most 2"),
            status,
            groups: theirs,
        });
    }
    members
}

/// The first places of a self-managed organization go to the people who can sign in: an owner and a user.
fn seat_known_people(members: &mut [Member], users: &[User]) {
    let known = users.iter().filter(|user| user.role == "member");
    for ((member, user), role) in members.iter_mut().zip(known).zip([0, 2]) {
        member.user = Some(user.id);
        member.name = Some(user.name.to_owned());
        member.email.clone_from(&user.email);
        member.role = role;
        if role == 2 {
            // Not among the administrators.
            member.groups.truncate(1);
        }
    }
}

fn collections(
    dice: Dice,
    organization: &Organization,
    groups: &[Group],
    members: &[Member],
) -> Vec<Collection> {
    let names = ["Default collection", "IT/Network", "IT/Servers", "Finance", "Front desk"];
    let most = organization.plan.max_collections.map_or(names.len(), |most| most.min(1));
    let count = (2 + dice.below(&format!("collections/{}", organization.number), 4)).min(most);
    let manage = |id| Access { id, read_only: false, hide_passwords: false, manage: true };
    let owner = members.first().map(|member| manage(member.id));
    let administrators = groups.first().map(|group| manage(group.id));
    let everyone = groups.get(1).map(|group| Access { manage: false, ..manage(group.id) });
    names
        .into_iter()
        .take(count)
        .enumerate()
        .map(|(number, name)| {
            let label = format!("collection/{}/{number}", organization.id);
            let mut collection = Collection {
                id: dice.id(&label),
                name: dice.seal(&organization.key, name.as_bytes(), &label),
                external_id: None,
                groups: Vec::new(),
                users: Vec::new(),
            };
            match number {
                0 => {
                    collection.users.extend(owner.clone());
                    collection.groups.extend(everyone.clone());
                }
                // Nobody manages the fourth: what a provider's import leaves behind.
                3 => {}
                _ => {
                    collection.users.extend(owner.clone());
                    collection.groups.extend(administrators.clone());
                }
            }
            collection
        })
        .collect()
}
