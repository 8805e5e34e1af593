//! Enpass's folders: a list of titles, each with the id of the folder it is in.

use std::collections::HashMap;

use super::json_records::text_at;
use super::json_value::Json;
use super::output::{Halt, Output, Place};
use crate::import::Error;
use crate::model::{FindingCode, Severity, Text};

/// A hundred times what the server takes.
const MOST_FOLDERS: usize = 200_000;

/// Nobody nests folders deeper; each level makes all paths below it longer.
const DEEPEST: usize = 50;

/// Titles and parents by id.
#[derive(Default)]
pub(super) struct Folders {
    list: Vec<(String, String, String)>,
    index: HashMap<String, usize>,
}

impl Folders {
    pub(super) fn take(&mut self, json: &Json) -> Result<(), Halt> {
        if self.list.len() == MOST_FOLDERS {
            return Err(Error::TooLarge { limit: "200,000 folders" }.into());
        }
        let title = text_at(json, "title");
        let title = title.as_ref().map_or("", Text::expose).trim().to_owned();
        let id = json.get("uuid").str().to_owned();
        self.index.insert(id.clone(), self.list.len());
        self.list.push((id, json.get("parent_uuid").str().to_owned(), title));
        Ok(())
    }

    /// Gives every folder with a title its path; those below one without a title have none.
    pub(super) fn place(&self, out: &mut Output<'_>) -> HashMap<String, u32> {
        let mut placed = HashMap::new();
        let mut lost = false;
        for (at, (id, ..)) in self.list.iter().enumerate() {
            match self.path(at) {
                Some(path) => {
                    placed.insert(id.clone(), out.folders.exact(&path));
                }
                None => lost = true,
            }
        }
        if lost {
            let message = "folders without a title, and what is in them, are no folders here";
            out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, message);
        }
        placed
    }

    fn path(&self, mut at: usize) -> Option<String> {
        let mut titles = Vec::new();
        loop {
            let (_, parent, title) = self.list.get(at)?;
            if title.is_empty() || titles.len() == DEEPEST {
                return None;
            }
            titles.push(title.as_str());
            // A parent that is not there leaves the folder at the top.
            match self.index.get(parent).filter(|_| !parent.is_empty()) {
                Some(above) => at = *above,
                None => break,
            }
        }
        titles.reverse();
        Some(titles.join("/"))
    }
}
