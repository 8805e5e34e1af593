//! Which items belong together.

use std::collections::{HashMap, HashSet};

use crate::model::{DuplicateKind, StagingId};
use crate::store::Fingerprint;

/// An item of one of the stagings that are compared; those of the first come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// 0 is the staging asked about.
    pub(super) source: u32,
    pub(super) item: u32,
}

/// Something that was uploaded before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) exact: [u8; 16],
    pub(super) staging: StagingId,
    pub(super) uploaded_at: String,
}

/// Items that are alike, with at least one of the staging asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) kind: DuplicateKind,
    /// In order.
    pub(super) members: Vec<Place>,
    /// The same of earlier uploads.
    pub(super) earlier: Vec<Earlier>,
}

impl Group {
    /// Items of the staging asked about, in file order.
    pub(super) fn own(&self) -> impl Iterator<Item = u32> + '_ {
        self.members.iter().filter(|place| place.source == 0).map(|place| place.item)
    }

    pub(super) fn is_elsewhere(&self) -> bool {
        !self.earlier.is_empty() || self.members.iter().any(|place| place.source > 0)
    }
}

/// The fingerprints of every item that is compared.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<(Place, Fingerprint)>);

impl Marks {
    pub(super) fn add(&mut self, source: u32, item: u32, print: Fingerprint) {
        self.0.push((Place { source, item }, print));
    }

    /// What identifies the items of the staging asked about. Equal items have this in common too.
    pub(super) fn own_near(&self) -> HashSet<[u8; 16]> {
        let own = self.0.iter().filter(|(place, _)| place.source == 0);
        own.map(|(_, print)| print.near).collect()
    }

    /// Exact groups, then near ones; each kind by its first item here.
    pub(super) fn groups(mut self, earlier: &HashMap<[u8; 16], Vec<Earlier>>) -> Vec<Group> {
        self.0.sort_unstable_by_key(|(place, print)| (print.exact, *place));
        let exact = self.0.chunk_by(|(_, a), (_, b)| a.exact == b.exact);
        let mut groups: Vec<_> = exact.filter_map(|same| exact_group(same, earlier)).collect();
        groups.sort_by_key(|group| group.members.first().copied());
        self.0.sort_unstable_by_key(|(place, print)| (print.near, *place));
        let near = self.0.chunk_by(|(_, a), (_, b)| a.near == b.near);
        let mut near: Vec<_> = near.filter_map(|same| near_group(same, earlier)).collect();
        near.sort_by_key(|group| group.members.first().copied());
        groups.append(&mut near);
        groups
    }
}

/// Sorted by place: without one of this staging in front there is none.
fn is_own(same: &[(Place, Fingerprint)]) -> bool {
    same.first().is_some_and(|(place, _)| place.source == 0)
}

fn exact_group(
    same: &[(Place, Fingerprint)],
    earlier: &HashMap<[u8; 16], Vec<Earlier>>,
) -> Option<Group> {
    let (_, print) = same.first().filter(|_| is_own(same))?;
    let known = earlier.get(&print.near).map_or(&[][..], Vec::as_slice);
    let earlier: Vec<_> = known.iter().filter(|e| e.exact == print.exact).cloned().collect();
    (same.len() > 1 || !earlier.is_empty()).then(|| {
        let members = same.iter().map(|(place, _)| *place).collect();
        Group { kind: DuplicateKind::Exact, members, earlier }
    })
}

fn near_group(
    same: &[(Place, Fingerprint)],
    earlier: &HashMap<[u8; 16], Vec<Earlier>>,
) -> Option<Group> {
    let (_, print) = same.first().filter(|_| is_own(same))?;
    let earlier = earlier.get(&print.near).cloned().unwrap_or_default();
    let versions: HashSet<_> = same
        .iter()
        .map(|(_, print)| print.exact)
        .chain(earlier.iter().map(|earlier| earlier.exact))
        .collect();
    (versions.len() > 1).then(|| {
        let members = same.iter().map(|(place, _)| *place).collect();
        Group { kind: DuplicateKind::Near, members, earlier }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(exact: u8, near: u8) -> Fingerprint {
        Fingerprint { exact: [exact; 16], near: [near; 16] }
    }

    type Told = (DuplicateKind, Vec<(u32, u32)>, usize);

    fn told(groups: &[Group]) -> Vec<Told> {
        let place = |place: &Place| (place.source, place.item);
        let one = |g: &Group| (g.kind, g.members.iter().map(place).collect(), g.earlier.len());
        groups.iter().map(one).collect()
    }

    #[test]
    fn equal_ones_are_exact_and_other_versions_of_them_near() {
        let mut marks = Marks::default();
        for (item, (exact, near)) in
            (0..).zip([(1, 1), (2, 1), (3, 3), (1, 1), (4, 4), (4, 4), (9, 9)])
        {
            marks.add(0, item, print(exact, near));
        }
        marks.add(1, 0, print(3, 3));
        marks.add(1, 1, print(8, 8));
        marks.add(2, 5, print(8, 8));
        let groups = marks.groups(&HashMap::new());
        let expected = vec![
            (DuplicateKind::Exact, vec![(0, 0), (0, 3)], 0),
            (DuplicateKind::Exact, vec![(0, 2), (1, 0)], 0),
            (DuplicateKind::Exact, vec![(0, 4), (0, 5)], 0),
            (DuplicateKind::Near, vec![(0, 0), (0, 1), (0, 3)], 0),
        ];
        assert_eq!(told(&groups), expected, "what is alike elsewhere only is not told here");
    }

    #[test]
    fn what_was_uploaded_before_makes_a_group_of_a_single_item() {
        let mut marks = Marks::default();
        marks.add(0, 0, print(1, 1));
        marks.add(0, 1, print(2, 2));
        let before = |exact: u8| Earlier {
            exact: [exact; 16],
            staging: StagingId::make(),
            uploaded_at: String::new(),
        };
        let earlier = HashMap::from([([1; 16], vec![before(1)]), ([2; 16], vec![before(7)])]);
        let groups = marks.groups(&earlier);
        let expected =
            vec![(DuplicateKind::Exact, vec![(0, 0)], 1), (DuplicateKind::Near, vec![(0, 1)], 1)];
        assert_eq!(told(&groups), expected);
    }
}
