//! Which collection each folder of a file becomes.
//!
//! The upload, the findings and the preview all ask here: they cannot disagree.

use std::collections::{HashMap, HashSet};

use super::super::check::{Destination, SHORT_BYTES};
use super::super::sealed::Header;
use crate::Error;
use crate::model::{Flatten, Placement};

/// The path of the collection of each folder, in the order of the folders. `None` for those that become none.
pub(in crate::import) fn mapping(header: &Header) -> Vec<Option<String>> {
    let placement = &header.placement;
    if !placement.folders_to_collections {
        return vec![None; header.folders.len()];
    }
    let rules: HashMap<&str, Option<&String>> =
        placement.rules.iter().map(|rule| (rule.folder.as_str(), rule.to.as_ref())).collect();
    let path = |folder: &String| match rules.get(folder.as_str()) {
        Some(to) => to.cloned(),
        None => mapped(folder, placement),
    };
    header.folders.iter().map(path).collect()
}

/// What the placement makes of one path when no rule names it.
fn mapped(folder: &str, placement: &Placement) -> Option<String> {
    let path = match &placement.separator {
        Some(separator) => joined(folder.split(separator.as_str())),
        None => folder.to_owned(),
    };
    let path = match placement.flatten {
        Flatten::Whole => path.as_str(),
        Flatten::Top => path.split('/').find(|part| !part.is_empty())?,
        Flatten::Last => path.rsplit('/').find(|part| !part.is_empty())?,
    };
    match (path, placement.prefix.as_str()) {
        ("", _) => None,
        (path, "") => Some(path.to_owned()),
        (path, prefix) => Some(format!("{prefix}/{path}")),
    }
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let parts: Vec<&str> = parts.map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

/// Where the items of `header` go. `all_sent`: none of them is left out.
///
/// As the official client has it, every folder of the file becomes a collection, also an empty one. Once items
/// are left out, moved, or folders are flattened, those that stay empty are not made, except above others.
pub(in crate::import) fn destination(header: &Header, all_sent: bool) -> Destination {
    let folders = mapping(header);
    let used: HashSet<u32> =
        header.totals.placed().iter().flat_map(|placed| placed.folders.iter().copied()).collect();
    let whole = header.placement.flatten == Flatten::Whole;
    let all = all_sent && !header.moved && whole;
    let filled = (0..).zip(&folders).filter(|(index, _)| used.contains(index));
    let filled: HashSet<&str> = filled.filter_map(|(_, path)| path.as_deref()).collect();
    let above: HashSet<&str> = filled.iter().flat_map(|path| parents(path)).collect();
    let wanted = |path: &&str| all || filled.contains(path) || above.contains(path);
    let mut needed = Needed::default();
    for path in &header.placement.collections {
        needed.add(path);
    }
    for path in folders.iter().flatten().map(String::as_str).filter(wanted) {
        if header.placement.parents {
            parents(path).for_each(|parent| needed.add(parent));
        }
        needed.add(path);
    }
    let needed = needed.list.iter().map(|path| (*path).to_owned()).collect();
    Destination { collections: header.placement.collections.clone(), folders, needed }
}

/// Paths above `path`, the highest first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at)).filter(|parent| !parent.is_empty())
}

/// Paths in the order they were first named.
#[derive(Default)]
struct Needed<'a> {
    list: Vec<&'a str>,
    seen: HashSet<&'a str>,
}

impl<'a> Needed<'a> {
    fn add(&mut self, path: &'a str) {
        if self.seen.insert(path) {
            self.list.push(path);
        }
    }
}

/// Trims what a person typed, and refuses what the server would refuse later.
pub(super) fn tidy(placement: &mut Placement) -> Result<(), Error> {
    placement.separator = placement.separator.take().filter(|separator| !separator.is_empty());
    placement.prefix = joined(placement.prefix.split('/'));
    if placement.prefix.len() > SHORT_BYTES {
        return Err(too_long());
    }
    for rule in &mut placement.rules {
        if let Some(to) = &mut rule.to {
            *to = joined(to.split('/'));
            if to.is_empty() || to.len() > SHORT_BYTES {
                return Err(too_long());
            }
        }
    }
    Ok(())
}

fn too_long() -> Error {
    Error::Refused(format!("a collection's name has 1 to {SHORT_BYTES} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FolderRule, Item};

    fn header(folders: &[&str], placement: Placement) -> Header {
        let folders: Vec<String> = folders.iter().map(|path| (*path).to_owned()).collect();
        let placement = Placement { folders_to_collections: true, ..placement };
        let mut header = Header { folders, placement, ..Header::default() };
        for index in 0..u32::try_from(header.folders.len()).unwrap() {
            header.totals.add(&Item { folders: vec![index], ..Item::default() }, index);
        }
        header
    }

    fn paths(folders: &[&str], placement: Placement) -> Vec<String> {
        let mapped = mapping(&header(folders, placement)).into_iter();
        mapped.map(|path| path.unwrap_or_else(|| "-".to_owned())).collect()
    }

    fn rule(folder: &str, to: Option<&str>) -> FolderRule {
        FolderRule { folder: folder.to_owned(), to: to.map(str::to_owned) }
    }

    #[test]
    fn without_a_wish_a_path_stays_to_the_letter() {
        assert_eq!(paths(&[" A / B", "/C"], Placement::default()), [" A / B", "/C"]);
    }

    #[test]
    fn a_separator_of_the_source_becomes_the_servers() {
        let placement = Placement { separator: Some("\\".to_owned()), ..Placement::default() };
        assert_eq!(
            paths(&["IT\\Servers\\", " A \\ B", "\\"], placement),
            ["IT/Servers", "A/B", "-"]
        );
    }

    #[test]
    fn paths_are_flattened_below_the_prefix() {
        let top = Placement {
            flatten: Flatten::Top,
            prefix: "Imported".to_owned(),
            ..Placement::default()
        };
        assert_eq!(
            paths(&["A/B/C", "A", "D"], top.clone()),
            ["Imported/A", "Imported/A", "Imported/D"]
        );
        let last = Placement { flatten: Flatten::Last, ..Placement::default() };
        assert_eq!(paths(&["A/B/C", "A"], last), ["C", "A"]);
        let needed = destination(&header(&["A/B", "A/C", "D"], top), true).needed;
        assert_eq!(needed, ["Imported/A", "Imported/D"], "merged ones are made once");
    }

    #[test]
    fn a_rule_is_stronger_than_everything_else() {
        let rules = vec![rule("A/B", Some("Kept as it is")), rule("A", None)];
        let (flatten, prefix) = (Flatten::Last, "P".to_owned());
        let placement = Placement { flatten, prefix, rules, ..Placement::default() };
        assert_eq!(paths(&["A", "A/B", "A/B/C"], placement), ["-", "Kept as it is", "P/C"]);
    }

    #[test]
    fn parents_are_made_before_their_children_when_wished() {
        let placement =
            Placement { parents: true, prefix: "P/Q".to_owned(), ..Placement::default() };
        let needed = destination(&header(&["A/B", "A/C"], placement), true).needed;
        assert_eq!(needed, ["P", "P/Q", "P/Q/A", "P/Q/A/B", "P/Q/A/C"]);
    }

    #[test]
    fn with_items_left_out_empty_folders_are_not_made_but_their_parents_are() {
        let folders = ["a", "a/b", "a/b/c", "ab", "d"];
        let mut header = header(&folders, Placement::default());
        assert_eq!(destination(&header, true).needed, folders, "as the official client has it");
        header.totals = crate::import::check::Totals::default();
        header.totals.add(&Item { folders: vec![2], ..Item::default() }, 0);
        assert_eq!(destination(&header, false).needed, ["a", "a/b", "a/b/c"]);
        header.moved = true;
        assert_eq!(destination(&header, true).needed, ["a", "a/b", "a/b/c"]);
        header.totals = crate::import::check::Totals::default();
        assert!(destination(&header, false).needed.is_empty());
    }

    #[test]
    fn what_a_person_types_is_trimmed_or_refused() {
        let typed = |prefix: &str, to: &str| {
            let rules = vec![rule("A", Some(to))];
            Placement { prefix: prefix.to_owned(), rules, ..Placement::default() }
        };
        let mut placement = typed(" / P / Q/ ", " X /Y/");
        tidy(&mut placement).unwrap();
        assert_eq!(
            (placement.prefix.as_str(), placement.rules[0].to.as_deref()),
            ("P/Q", Some("X/Y"))
        );
        assert!(tidy(&mut typed("", " / ")).is_err(), "a collection without a name");
        assert!(tidy(&mut typed(&"x".repeat(688), "X")).is_err());
    }
}
