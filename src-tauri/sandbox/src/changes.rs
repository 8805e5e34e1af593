//! What colleagues and clients change behind a technician's back.

use uuid::Uuid;

use crate::{Sandbox, seed};

impl Sandbox {
    /// The sample owner and user belong to that many more organizations without a provider.
    pub fn add_own_organizations(&self, count: usize) {
        let mut world = self.shared.world();
        for _ in 0..count {
            let number = world.organizations.len();
            let more = seed::own_more(world.dice, number);
            world.index.insert(more.id, number);
            world.organizations.push(more);
        }
    }

    /// Suspends an organization, or lets it go on.
    pub fn suspend(&self, organization: Uuid, suspended: bool) {
        if let Some((organization, _)) = self.shared.world().open(organization) {
            organization.enabled = !suspended;
        }
    }

    /// Takes the last member who takes a seat away from an organization; false when there is none.
    pub fn revoke_a_member(&self, organization: Uuid) -> bool {
        let mut world = self.shared.world();
        let Some((organization, _)) = world.open(organization) else { return false };
        let last = organization.inside_mut().members.iter_mut().rev().find(|who| who.status >= 0);
        last.map(|member| member.status = -1).is_some()
    }
}
