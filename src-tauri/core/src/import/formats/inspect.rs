//! What a file holds, without keeping anything of it.

use std::path::Path;

use super::output::{Findings, Halt, Target};
use super::{ReadOptions, Source, read_for};
use crate::import::Error;
use crate::import::check::{Destination, Totals, check_item};
use crate::model::{Inspection, ItemCounts};

/// Counts, folders and findings (limits included) without keeping anything.
pub fn inspect(path: &Path, options: &ReadOptions) -> Result<Inspection, Error> {
    inspect_several(&[Source { path: path.to_path_buf(), options: options.clone() }])
}

/// The same for several files, read as one.
pub fn inspect_several(sources: &[Source]) -> Result<Inspection, Error> {
    let mut items = ItemCounts::default();
    let mut totals = Totals::default();
    let mut limits = Findings::default();
    let mut index = 0;
    let new_types = sources.iter().any(|source| source.options.new_types);
    let read = read_for(sources, Target::AsFile, &mut |item| {
        items.add(&item.kind);
        totals.add(&item, index);
        for finding in check_item(&item, index, new_types) {
            limits.push(finding);
        }
        index += 1;
        Ok(())
    });
    let summary = match read {
        Ok(summary) => summary,
        Err(Halt::Error(error)) => return Err(error),
        Err(Halt::Stopped) => unreachable!("counting never stops a read"),
    };
    let mut findings = summary.findings;
    findings.append(&mut limits.finish());
    let to = Destination::by_folder(&summary.folders);
    findings.append(&mut totals.findings(&to));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let format = summary.format.to_owned();
    Ok(Inspection { format, items, folders: summary.folders, findings })
}
