//! What becomes of a group.

use std::collections::{BTreeMap, HashMap};

use super::groups::{Group, Place};
use super::{DuplicatePlan, Found};
use crate::Error;
use crate::import::sealed::open_page;
use crate::model::{DuplicateKind, DuplicateRule};
use crate::session::Unlocked;
use crate::store::PAGE_ITEMS;

/// The one of a group that counts as the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Survivor {
    /// Of the staging asked about.
    Own(u32),
    /// Of a staging that was there before it.
    Other(Place),
    /// Uploaded already, at that time.
    Earlier(String),
}

impl Survivor {
    pub(super) fn own_item(&self) -> Option<u32> {
        if let Self::Own(item) = self { Some(*item) } else { None }
    }
}

/// What to do with items.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) groups: u64,
    /// Left out or taken back in, where that is a change.
    pub(super) skips: BTreeMap<u32, bool>,
    /// Which item gets the values of which others.
    pub(super) merges: BTreeMap<u32, Vec<u32>>,
}

impl Plan {
    pub(super) fn counted(&self) -> DuplicatePlan {
        let skipped = self.skips.values().filter(|skipped| **skipped).count() as u64;
        DuplicatePlan {
            groups: self.groups,
            skipped,
            kept: self.skips.len() as u64 - skipped,
            merged: self.merges.len() as u64,
        }
    }
}

impl Found {
    /// What counts as the first of a group: what the server has, else what an older staging of the client sends,
    /// else the first here that is sent. A near one is another version, so only those here count.
    pub(super) fn survivor(&self, group: &Group) -> Survivor {
        if group.kind == DuplicateKind::Exact {
            if let Some(earlier) = group.earlier.first() {
                return Survivor::Earlier(earlier.uploaded_at.clone());
            }
            if let Some(place) = group.members.iter().find(|place| self.is_older(**place)) {
                return Survivor::Other(*place);
            }
        }
        let first = group.own().find(|item| !self.is_skipped(*item));
        Survivor::Own(first.or_else(|| group.own().next()).expect("a group has an item of its own"))
    }

    /// Sent by a staging that was there before this one.
    fn is_older(&self, place: Place) -> bool {
        let source = usize::try_from(place.source).ok().and_then(|at| self.sources.get(at));
        place.source > 0
            && source.is_some_and(|source| {
                source.row.created_at < self.own().row.created_at
                    && !source.skipped.contains(&place.item)
            })
    }

    pub(super) fn is_skipped(&self, item: u32) -> bool {
        self.own().skipped.contains(&item)
    }

    /// Items that are sent although another one is enough.
    pub(super) fn superfluous(&self, kind: DuplicateKind) -> impl Iterator<Item = u32> + '_ {
        self.groups.iter().filter(move |group| group.kind == kind).flat_map(|group| {
            let first = self.survivor(group).own_item();
            let sent = group.own().filter(|item| !self.is_skipped(*item));
            sent.filter(move |item| Some(*item) != first)
        })
    }

    /// What a rule does to these groups, or to all of the kind.
    pub(super) async fn plan(
        &self,
        unlocked: &Unlocked,
        groups: Option<&[u32]>,
        kind: DuplicateKind,
        rule: DuplicateRule,
    ) -> Result<Plan, Error> {
        let groups = self.chosen(groups, kind)?;
        let fullness = match rule {
            DuplicateRule::KeepFullest | DuplicateRule::Merge => {
                self.fullness(unlocked, &groups).await?
            }
            DuplicateRule::Keep | DuplicateRule::SkipLater => HashMap::new(),
        };
        let mut plan = Plan { groups: groups.len() as u64, ..Plan::default() };
        for group in groups {
            self.add(&mut plan, group, rule, &fullness);
        }
        Ok(plan)
    }

    fn chosen(&self, groups: Option<&[u32]>, kind: DuplicateKind) -> Result<Vec<&Group>, Error> {
        let Some(numbers) = groups else {
            return Ok(self.groups.iter().filter(|group| group.kind == kind).collect());
        };
        let find = |number: &u32| {
            let group = usize::try_from(*number).ok().and_then(|at| self.groups.get(at));
            group.filter(|group| group.kind == kind).ok_or(Error::NotFound("group of duplicates"))
        };
        numbers.iter().map(find).collect()
    }

    fn add(
        &self,
        plan: &mut Plan,
        group: &Group,
        rule: DuplicateRule,
        fullness: &HashMap<u32, usize>,
    ) {
        let sent: Vec<u32> = group.own().filter(|item| !self.is_skipped(*item)).collect();
        let mut leave_out = |keep: Option<u32>| {
            let others = sent.iter().filter(|item| Some(**item) != keep);
            plan.skips.extend(others.map(|item| (*item, true)));
        };
        // The first of those that have as much.
        let fullest = || {
            let full = |item: &&u32| fullness.get(*item).copied().unwrap_or_default();
            sent.iter().rev().max_by_key(full).copied()
        };
        match rule {
            DuplicateRule::Keep => {
                let skipped = group.own().filter(|item| self.is_skipped(*item));
                plan.skips.extend(skipped.map(|item| (item, false)));
            }
            DuplicateRule::SkipLater => leave_out(self.survivor(group).own_item()),
            // Equal ones are equally full, and merging them changes nothing.
            DuplicateRule::KeepFullest | DuplicateRule::Merge
                if group.kind == DuplicateKind::Exact =>
            {
                leave_out(self.survivor(group).own_item());
            }
            DuplicateRule::KeepFullest => leave_out(fullest()),
            DuplicateRule::Merge => {
                let Some(base) = fullest().filter(|_| sent.len() > 1) else { return };
                leave_out(Some(base));
                let others = sent.iter().copied().filter(|item| *item != base).collect();
                plan.merges.insert(base, others);
            }
        }
    }

    /// How many values each item of these groups has.
    async fn fullness(
        &self,
        unlocked: &Unlocked,
        groups: &[&Group],
    ) -> Result<HashMap<u32, usize>, Error> {
        let mut items: Vec<u32> = groups.iter().flat_map(|group| group.own()).collect();
        items.sort_unstable();
        let source = self.own();
        let mut fullness = HashMap::with_capacity(items.len());
        for items in items.chunk_by(|a, b| a / PAGE_ITEMS == b / PAGE_ITEMS) {
            let page = items.first().map_or(0, |item| item / PAGE_ITEMS);
            let content = unlocked.store().load_page(source.row.staging_id, page).await?;
            let Some(content) = content else { continue };
            for (index, item) in open_page(&source.key, page, &content)? {
                if items.binary_search(&index).is_ok() {
                    fullness.insert(index, super::shown::values(&item).len());
                }
            }
        }
        Ok(fullness)
    }
}
