//! What exists: people, one provider, organizations and what is in them.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use crate::accounts::AccountState;
use crate::crypto::{Kdf, Key, MasterKey};
use crate::dice::Dice;
use crate::items::StoredCipher;
use crate::modern::{self, Modern};
use crate::pairs::{self, Pair};
use crate::seed;

/// Everything the server knows.
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) users: Vec<User>,
    pub(crate) provider: Provider,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) index: HashMap<Uuid, usize>,
    /// What organizations demand.
    pub(crate) policies: Vec<crate::security::Policy>,
    /// Audit log, oldest first.
    pub(crate) events: Vec<Event>,
}

/// Someone who can sign in.
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) name: &'static str,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) role: &'static str,
    pub(crate) kdf: Kdf,
    pub(crate) key: Key,
    pub(crate) pair: usize,
    pub(crate) stamp: Uuid,
    /// Set once, by a client that finds none.
    pub(crate) key_id: Option<String>,
    /// Milliseconds; moves with the person's own memberships.
    pub(crate) revision: i64,
    /// V2 encryption: what it has instead of `key` and `pair`.
    pub(crate) modern: Option<&'static Modern>,
    pub(crate) state: AccountState,
}

impl User {
    pub(crate) fn pair(&self) -> &'static Pair {
        if self.modern.is_some() { &modern::PAIR } else { pairs::pair(self.pair) }
    }

    /// The user key's bytes, as the master key seals them.
    pub(crate) fn key_bytes(&self) -> Vec<u8> {
        self.modern.map_or_else(|| self.key.bytes().to_vec(), Modern::user_key)
    }

    pub(crate) fn master_key(&self) -> MasterKey {
        MasterKey::derive(&self.password, &self.email, self.kdf)
    }

    /// The RSA private key under the user key.
    pub(crate) fn sealed_private_key(&self, dice: Dice) -> String {
        if let Some(modern) = self.modern {
            return modern.wrapped_private_key.clone();
        }
        dice.seal(&self.key, self.pair().private_der, &format!("user/{}/private", self.email))
    }
}

/// The managed service provider.
pub(crate) struct Provider {
    pub(crate) id: Uuid,
    pub(crate) name: &'static str,
    pub(crate) key: Key,
    pub(crate) staff: Vec<ProviderUser>,
}

/// A person's place in the provider. `kind`: 0 admin, 1 service user.
pub(crate) struct ProviderUser {
    pub(crate) user: Uuid,
    pub(crate) kind: u8,
}

/// The plan switches that matter here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// `PlanType`.
    pub(crate) kind: u8,
    /// `ProductTierType`.
    pub(crate) tier: u8,
    pub(crate) name: &'static str,
    pub(crate) groups: bool,
    pub(crate) max_collections: Option<usize>,
}

/// The row that ties a client to its provider.
pub(crate) struct Link {
    pub(crate) id: Uuid,
    /// The organization's key under the provider's.
    pub(crate) key: String,
}

/// How many members are in which state.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Headcount {
    pub(crate) confirmed: usize,
    pub(crate) accepted: usize,
    pub(crate) invited: usize,
    pub(crate) revoked: usize,
}

/// A client, or an organization that manages itself.
pub(crate) struct Organization {
    pub(crate) id: Uuid,
    /// Number in the seed's list; labels everything made for it.
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) plan: Plan,
    pub(crate) seats: Option<usize>,
    pub(crate) enabled: bool,
    pub(crate) key: Key,
    pub(crate) link: Option<Link>,
    pub(crate) admins_reach_all: bool,
    pub(crate) limit_creation: bool,
    pub(crate) headcount: Headcount,
    /// Made when first asked for: ten thousand clients must start in a blink.
    pub(crate) inside: Option<Inside>,
    pub(crate) ciphers: Vec<Arc<StoredCipher>>,
}

/// Members, groups and collections.
#[derive(Default)]
pub(crate) struct Inside {
    pub(crate) members: Vec<Member>,
    pub(crate) groups: Vec<Group>,
    pub(crate) collections: Vec<Collection>,
}

/// A membership. `role`: 0 owner, 1 admin, 2 user. `status`: −1 revoked, 0 invited, 1 accepted, 2 confirmed.
pub(crate) struct Member {
    pub(crate) id: Uuid,
    pub(crate) user: Option<Uuid>,
    pub(crate) name: Option<String>,
    pub(crate) email: String,
    pub(crate) role: u8,
    pub(crate) status: i8,
    pub(crate) groups: Vec<Uuid>,
}

pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) name: String,
}

#[derive(Clone)]
pub(crate) struct Collection {
    pub(crate) id: Uuid,
    /// As it came, byte for byte.
    pub(crate) name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) groups: Vec<Access>,
    pub(crate) users: Vec<Access>,
}

/// Who may do what in a collection; `id` is a group's or an organization user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Access {
    pub(crate) id: Uuid,
    #[serde(default)]
    pub(crate) read_only: bool,
    #[serde(default)]
    pub(crate) hide_passwords: bool,
    #[serde(default)]
    pub(crate) manage: bool,
}

/// An audit event; numbers are `EventType`.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: u16,
    pub(crate) organization: Uuid,
}

/// What somebody is to an organization; membership comes before the provider's rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Member { id: Uuid, role: u8 },
    Provider,
    Stranger,
}

impl Standing {
    pub(crate) fn is_provider(self) -> bool {
        self == Self::Provider
    }

    /// Owner, admin or provider: what most administration asks for.
    pub(crate) fn administers(self) -> bool {
        matches!(self, Self::Provider | Self::Member { role: 0 | 1, .. })
    }

    /// Owner or provider.
    pub(crate) fn owns(self) -> bool {
        matches!(self, Self::Provider | Self::Member { role: 0, .. })
    }
}

impl World {
    pub(crate) fn user(&self, id: Uuid) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(crate) fn user_by_email(&self, email: &str) -> Option<&User> {
        let email = email.trim().to_lowercase();
        self.users.iter().find(|user| user.email == email)
    }

    pub(crate) fn staff(&self, user: Uuid) -> Option<&ProviderUser> {
        self.provider.staff.iter().find(|staff| staff.user == user)
    }

    /// The organization with everything in it.
    pub(crate) fn open(&mut self, id: Uuid) -> Option<(&mut Organization, Standings)> {
        let standings =
            Standings { staff: self.provider.staff.iter().map(|staff| staff.user).collect() };
        let dice = self.dice;
        let users = &self.users;
        let organization = self.organizations.get_mut(*self.index.get(&id)?)?;
        if organization.inside.is_none() {
            organization.inside = Some(seed::inside(dice, organization, users));
        }
        Some((organization, standings))
    }

    /// The organizations somebody belongs to; the provider's clients have members who never sign in here.
    pub(crate) fn memberships(&mut self, user: Uuid) -> Vec<Uuid> {
        let own: Vec<Uuid> = self
            .organizations
            .iter()
            .filter(|organization| organization.link.is_none())
            .map(|organization| organization.id)
            .collect();
        own.into_iter()
            .filter(|id| {
                self.open(*id).is_some_and(|(organization, standings)| {
                    matches!(standings.of(organization, user), Standing::Member { .. })
                })
            })
            .collect()
    }

    pub(crate) fn log(&mut self, kind: u16, organization: Uuid) {
        self.events.push(Event { kind, organization });
    }
}

/// Who works for the provider, taken out of the world so that an organization can be changed meanwhile.
pub(crate) struct Standings {
    staff: Vec<Uuid>,
}

impl Standings {
    pub(crate) fn of(&self, organization: &Organization, user: Uuid) -> Standing {
        let member = organization
            .inside()
            .members
            .iter()
            .find(|member| member.user == Some(user) && member.status == 2);
        match member {
            Some(member) => Standing::Member { id: member.id, role: member.role },
            None if organization.link.is_some() && self.staff.contains(&user) => Standing::Provider,
            None => Standing::Stranger,
        }
    }
}

impl Organization {
    pub(crate) fn pair(&self) -> &'static Pair {
        pairs::pair(4 + self.number)
    }

    pub(crate) fn inside(&self) -> &Inside {
        self.inside.as_ref().expect("World::open fills it before handing the organization out")
    }

    pub(crate) fn inside_mut(&mut self) -> &mut Inside {
        self.inside.as_mut().expect("World::open fills it before handing the organization out")
    }

    /// Counts as they are now; the seed's plan while nobody has looked inside.
    pub(crate) fn headcount(&self) -> Headcount {
        let Some(inside) = &self.inside else { return self.headcount };
        let count = |status| inside.members.iter().filter(|m| m.status == status).count();
        Headcount { confirmed: count(2), accepted: count(1), invited: count(0), revoked: count(-1) }
    }

    /// Column Used: invited, accepted and confirmed.
    pub(crate) fn occupied(&self) -> usize {
        let count = self.headcount();
        count.confirmed + count.accepted + count.invited
    }

    /// The RSA private key under the organization's key.
    pub(crate) fn sealed_private_key(&self, dice: Dice) -> String {
        dice.seal(
            &self.key,
            self.pair().private_der,
            &format!("organization/{}/private", self.number),
        )
    }
}

impl Inside {
    pub(crate) fn collection(&self, id: Uuid) -> Option<&Collection> {
        self.collections.iter().find(|collection| collection.id == id)
    }

    /// The rights a member has on a collection, their own and their groups' together.
    pub(crate) fn access_of(&self, member: Uuid, collection: &Collection) -> Option<Access> {
        let groups = self.members.iter().find(|m| m.id == member).map(|m| m.groups.as_slice());
        let own = collection.users.iter().filter(|access| access.id == member);
        let theirs = collection
            .groups
            .iter()
            .filter(|access| groups.is_some_and(|groups| groups.contains(&access.id)));
        own.chain(theirs).cloned().reduce(|one, other| Access {
            id: member,
            read_only: one.read_only && other.read_only,
            hide_passwords: one.hide_passwords && other.hide_passwords,
            manage: one.manage || other.manage,
        })
    }
}

impl Collection {
    /// Nobody can manage it.
    pub(crate) fn unmanaged(&self) -> bool {
        !self.groups.iter().chain(&self.users).any(|access| access.manage)
    }
}
