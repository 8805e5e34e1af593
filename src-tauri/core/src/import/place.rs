//! Which collections an import needs, which of them are there already, and making the rest.
//!
//! Matched by decrypted path, case-sensitive. Each one that is made has its ciphertext in the journal
//! before the request goes out: after a lost answer that ciphertext finds it, so none is made twice.

mod mapping;

pub(super) use mapping::{destination, mapping};

use std::collections::{HashMap, HashSet};

use super::check::SHORT_BYTES;
use super::sealed::Header;
use super::wire::WireCollection;
use crate::Error;
use crate::keys::{KeyRing, StagingKey};
use crate::model::{AccessKind, CollectionId, Item, OrganizationId, Placement};
use crate::server::{CollectionAccess, SealedCollection};
use crate::store::{CollectionRow, CollectionState};

/// Trims names, drops repetitions, and refuses what the server would refuse later.
pub(super) fn tidy(mut placement: Placement) -> Result<Placement, Error> {
    let mut seen = HashSet::new();
    placement.collections = placement
        .collections
        .iter()
        .map(|name| name.trim().to_owned())
        .filter(|name| seen.insert(name.clone()))
        .collect();
    for name in &placement.collections {
        if name.is_empty() || name.len() > SHORT_BYTES {
            let text = format!("a collection's name has 1 to {SHORT_BYTES} bytes");
            return Err(Error::Refused(text));
        }
    }
    mapping::tidy(&mut placement)?;
    grants(&placement)?;
    Ok(placement)
}

/// Groups and members as the server takes them.
pub(super) fn grants(placement: &Placement) -> Result<[Vec<CollectionAccess>; 2], Error> {
    let mut split = [Vec::new(), Vec::new()];
    let [groups, members] = &mut split;
    for grant in &placement.access {
        let Ok(id) = uuid::Uuid::parse_str(&grant.id) else {
            return Err(Error::Refused("a group or member is named by its id".to_owned()));
        };
        let access = CollectionAccess { id, manage: grant.manage };
        match grant.kind {
            AccessKind::Group => groups.push(access),
            AccessKind::Member => members.push(access),
        }
    }
    Ok(split)
}

/// A collection of this upload with its path opened.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) path: String,
    pub(super) row: CollectionRow,
}

/// Every collection of an upload, by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Targets {
    pub(super) list: Vec<Target>,
    /// Positions of collections that every item goes into.
    common: Vec<u32>,
    /// Position of each folder's collection, by folder index.
    by_folder: Vec<Option<u32>>,
}

impl Targets {
    /// What `header` asks for, nothing of it looked up yet. `all_sent`: no item is left out.
    pub(super) fn wanted(header: &Header, all_sent: bool, key: &StagingKey) -> Result<Self, Error> {
        let needed = destination(header, all_sent).needed;
        let rows = (0..).zip(&needed).map(|(position, path)| {
            let path = key.seal(path.as_bytes())?;
            let state = CollectionState::Wanted;
            Ok(CollectionRow {
                position,
                path,
                state,
                collection: None,
                sealed_name: None,
                created: false,
            })
        });
        Self::stored(header, rows.collect::<Result<_, Error>>()?, key)
    }

    /// As the journal has them.
    pub(super) fn stored(
        header: &Header,
        rows: Vec<CollectionRow>,
        key: &StagingKey,
    ) -> Result<Self, Error> {
        let mut list = Vec::with_capacity(rows.len());
        for row in rows {
            let path = String::from_utf8(key.open(&row.path)?.to_vec())
                .map_err(|_| crate::store::Error::Damaged)?;
            list.push(Target { path, row });
        }
        let mut targets = Self { list, ..Self::default() };
        targets.index(header);
        Ok(targets)
    }

    /// Finds the positions of what `header` names.
    fn index(&mut self, header: &Header) {
        let positions: HashMap<&str, u32> =
            self.list.iter().map(|target| (target.path.as_str(), target.row.position)).collect();
        let find = |path: &String| positions.get(path.as_str()).copied();
        self.common = header.placement.collections.iter().filter_map(find).collect();
        self.by_folder = mapping(header).iter().map(|path| path.as_ref().and_then(find)).collect();
    }

    /// Positions of the collections `item` goes into, each once.
    pub(super) fn positions(&self, item: &Item) -> Box<[u32]> {
        let mut positions = self.common.clone();
        for folder in &item.folders {
            let folder = usize::try_from(*folder).ok().and_then(|index| self.by_folder.get(index));
            if let Some(Some(position)) = folder
                && !positions.contains(position)
            {
                positions.push(*position);
            }
        }
        positions.into()
    }

    /// The server's ids by position.
    pub(super) fn ids(&self) -> Vec<Option<CollectionId>> {
        self.list.iter().map(|target| target.row.collection).collect()
    }

    /// How requests name them.
    ///
    /// # Panics
    /// Before every target has a sealed name.
    pub(super) fn wire(&self) -> Vec<WireCollection> {
        let wire = |target: &Target| WireCollection {
            id: target.row.collection,
            sealed_name: target.row.sealed_name.clone().expect("targets are settled before items"),
        };
        self.list.iter().map(wire).collect()
    }

    /// Positions of those that an import request still has to make.
    pub(super) fn carried(&self) -> Vec<u32> {
        let carried = self.list.iter().filter(|t| t.row.state == CollectionState::Carried);
        carried.map(|target| target.row.position).collect()
    }

    /// Recognises collections by the ciphertext this upload sent, else (`by_name`) by their path.
    /// Returns the positions of those found now.
    pub(super) fn recognise(
        &mut self,
        found: &[SealedCollection],
        names: Option<&HashMap<String, usize>>,
    ) -> Vec<usize> {
        let by_text: HashMap<&str, usize> =
            found.iter().enumerate().rev().map(|(at, row)| (row.name.as_str(), at)).collect();
        let mut learned = Vec::new();
        for (place, target) in self.list.iter_mut().enumerate() {
            if target.row.state == CollectionState::Known {
                continue;
            }
            let sent = target.row.sealed_name.as_deref();
            let ours = sent.and_then(|name| by_text.get(name).copied());
            let there = || names.and_then(|names| names.get(&target.path).copied());
            let Some(collection) = ours.or_else(there).and_then(|at| found.get(at)) else {
                continue;
            };
            target.row.state = CollectionState::Known;
            target.row.collection = Some(collection.id);
            target.row.sealed_name = Some(collection.name.clone());
            target.row.created = ours.is_some();
            learned.push(place);
        }
        learned
    }
}

/// Opens the names of what is there: path to place in the list; the first of equal ones counts. A name
/// that does not open is somebody else's and matches nothing.
pub(super) fn open_names(
    keys: &KeyRing,
    client: OrganizationId,
    found: &[SealedCollection],
) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for (at, collection) in found.iter().enumerate() {
        if let Ok(name) = keys.open_text(client, &collection.name) {
            names.entry(name.expose().to_owned()).or_insert(at);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AccessGrant;

    fn placement(collections: &[&str]) -> Placement {
        Placement {
            collections: collections.iter().map(|name| (*name).to_owned()).collect(),
            folders_to_collections: true,
            ..Placement::default()
        }
    }

    fn header(folders: &[&str], collections: &[&str]) -> Header {
        let folders = folders.iter().map(|path| (*path).to_owned()).collect();
        Header { folders, placement: placement(collections), ..Header::default() }
    }

    fn targets(paths: &[&str], header: &Header) -> Targets {
        let rows = (0..).zip(paths).map(|(position, path)| Target {
            path: (*path).to_owned(),
            row: CollectionRow {
                position,
                path: Vec::new(),
                state: CollectionState::Wanted,
                collection: None,
                sealed_name: None,
                created: false,
            },
        });
        let mut targets = Targets { list: rows.collect(), ..Targets::default() };
        targets.index(header);
        targets
    }

    fn there(number: u128, name: &str) -> SealedCollection {
        SealedCollection { id: CollectionId(uuid::Uuid::from_u128(number)), name: name.to_owned() }
    }

    #[test]
    fn names_are_trimmed_told_once_and_never_blank_or_too_long() {
        let tidied = tidy(placement(&[" Web ", "Web", "web"])).unwrap();
        assert_eq!(tidied.collections, ["Web", "web"], "the server tells cases apart, so do we");
        assert!(tidy(placement(&["  "])).is_err());
        assert!(tidy(placement(&["ü".repeat(344).as_str()])).is_err(), "688 bytes do not fit");
        assert!(tidy(placement(&["ü".repeat(343).as_str()])).is_ok());
        let access = AccessGrant {
            kind: AccessKind::Group,
            id: "admins".to_owned(),
            name: "Admins".to_owned(),
            manage: true,
        };
        assert!(tidy(Placement { access: vec![access], ..placement(&[]) }).is_err());
    }

    #[test]
    fn an_item_goes_into_each_of_its_collections_once() {
        let header = header(&["Web", "Mail"], &["All", "Web"]);
        let targets = targets(&["All", "Web", "Mail"], &header);
        let item = |folders: &[u32]| Item { folders: folders.to_vec(), ..Item::default() };
        assert_eq!(targets.positions(&item(&[])).as_ref(), [0, 1]);
        assert_eq!(targets.positions(&item(&[0, 1])).as_ref(), [0, 1, 2]);
        assert_eq!(targets.positions(&item(&[9])).as_ref(), [0, 1], "no such folder");
    }

    #[test]
    fn a_collection_we_sent_is_known_by_its_ciphertext_before_any_name() {
        let mut targets = targets(&["Web", "Mail", "New"], &header(&[], &[]));
        targets.list[0].row.sealed_name = Some("2.ours".to_owned());
        let found = [there(1, "2.older"), there(2, "2.ours"), there(3, "2.mail")];
        let names = HashMap::from([("Web".to_owned(), 0), ("Mail".to_owned(), 2)]);
        assert_eq!(targets.recognise(&found, Some(&names)), [0, 1]);
        let rows: Vec<_> = targets.list.iter().map(|t| (t.row.collection, t.row.created)).collect();
        let id = |number| Some(CollectionId(uuid::Uuid::from_u128(number)));
        assert_eq!(rows, [(id(2), true), (id(3), false), (None, false)]);
        assert!(targets.recognise(&found, Some(&names)).is_empty(), "known ones stay as they are");
    }
}
