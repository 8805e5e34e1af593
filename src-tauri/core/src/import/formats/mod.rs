//! Reading exports: detection, one reader per format, inspection, conversion. No I/O but the file.
//!
//! A file is looked at once from end to end (`sniff`: encoding, size, oddities), recognised by its
//! content (`detect`), then read in a second pass that hands over one item at a time. The second pass
//! decodes in a window of 256 KiB that grows only for a longer row or item, up to a bound. Cells and
//! values are kept nowhere but in the items.

mod arc_csv;
mod ascendo_csv;
mod avast_csv;
mod avast_json;
mod avira_csv;
mod bitwarden_csv;
mod bitwarden_item;
mod bitwarden_json;
mod bitwarden_kind;
mod bitwarden_restricted;
mod bitwarden_uris;
mod bitwarden_zip;
mod blackberry_csv;
mod blur_csv;
mod buttercup_csv;
mod chrome_csv;
mod clipperz_html;
mod codebook_csv;
mod columns;
mod convert;
mod dashlane_csv;
mod dashlane_ids;
mod dashlane_json;
mod dashlane_payments;
mod dashlane_person;
mod dashlane_zip;
mod delinea_csv;
mod delinea_xml;
mod detect;
mod encryptr_csv;
mod enpass_csv;
mod enpass_folders;
mod enpass_json;
mod firefox_csv;
mod fsecure_fsk;
mod generic_csv;
mod gnome_json;
mod headless;
mod html_text;
mod hudu_csv;
mod inspect;
mod itglue_csv;
mod json_records;
mod json_scan;
mod json_sketch;
mod json_value;
mod kaspersky_txt;
mod keepass2_xml;
mod keepass_item;
mod keepass_kdbx;
mod keepass_otp;
mod keepass_tree;
mod keepassx_csv;
mod keeper;
mod keeper_csv;
mod keeper_field;
mod keeper_json;
mod keeper_record;
mod lastpass_csv;
mod lastpass_form;
mod lastpass_html;
mod lastpass_note;
mod lastpass_papers;
mod lines;
mod logmeonce_csv;
mod looked;
mod meldium_csv;
mod msecure_csv;
mod myki_csv;
mod netwrix_csv;
mod nordpass_csv;
mod onepassword_1pif;
mod onepassword_1pux;
mod onepassword_8_csv;
mod onepassword_csv;
mod onepassword_field;
mod onepassword_item;
mod onepassword_mac_csv;
mod onepassword_old;
mod onepassword_win_csv;
mod output;
mod padlock_csv;
mod passkeep_csv;
mod passky_json;
mod passman_json;
mod passpack_csv;
mod passportal_csv;
mod passwordagent_csv;
mod passwordboss_json;
mod passworddepot17_field;
mod passworddepot17_item;
mod passworddepot17_xml;
mod passworddragon_xml;
mod passwordwallet_txt;
mod passwordxp_csv;
mod protonpass_csv;
mod protonpass_item;
mod protonpass_json;
mod protonpass_person;
mod psono_entry;
mod psono_json;
mod pwsafe_xml;
mod registry;
mod remembear_csv;
mod roboform_csv;
mod rows;
mod rules_card;
mod rules_docs;
mod rules_guess;
mod rules_host;
mod rules_json;
mod rules_kvp;
mod rules_note;
mod rules_person;
mod rules_ssh;
mod safari_csv;
mod safeincloud_card;
mod safeincloud_xml;
mod saferpass_csv;
mod securesafe_csv;
mod sheet;
mod sheet_book;
mod sheet_bounds;
mod sheet_cell;
mod sheet_guess;
mod sheet_item;
mod sheet_look;
mod sheet_marks;
mod sheet_plan;
pub(super) mod sheet_preview;
mod sheet_words;
mod sniff;
mod source;
mod splashid_csv;
mod stickypassword_xml;
mod table;
mod truekey_csv;
mod upm_csv;
mod values;
mod xml;
mod xml_feed;
mod xml_node;
mod xml_sketch;
mod yoti_csv;
mod zip;
mod zohovault_csv;
#[allow(dead_code)]
use std::fs::File;
use std::path::{Path, PathBuf};

use super::Error;
use crate::keys::{ExportOpener, Secret};
use crate::model::{Detection, Finding, FormatInfo, Item, Recipe};
use output::{Halt, Output, Target};
use registry::{Context, Reader};

pub use convert::convert;
pub use inspect::{inspect, inspect_several};

/// What a person gave along with the file.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Format id; `None` means detect.
    pub format: Option<String>,
    /// The export's own password.
    pub export_password: Option<Secret>,
    /// The key file of a database that has one.
    pub key_file: Option<PathBuf>,
    /// The server takes bank accounts, driver's licences and passports.
    pub new_types: bool,
    /// How a spreadsheet's columns become items; given without a format, it decides.
    pub recipe: Option<Recipe>,
    /// Opens exports that only the account or organization that made them can read.
    pub opener: Option<ExportOpener>,
}

/// A file to read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What a person gave along with it.
    pub options: ReadOptions,
}

/// Facts about what was read, known at the end.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// The format that read it; of the first file, when there are several.
    pub format: &'static str,
    /// Folder paths; items point into this list. Complete only at the end.
    pub folders: Vec<String>,
    /// Findings of the reader (damaged rows, blank rows …), without the limits' findings.
    pub findings: Vec<Finding>,
    /// SHA-256 of the file's bytes, lower-case hex; of the first file, when there are several.
    pub sha256: String,
    /// Format and SHA-256 of each file, in order.
    pub files: Vec<(&'static str, String)>,
}

/// Every format, best rank first.
#[must_use]
pub fn formats() -> Vec<FormatInfo> {
    registry::FORMATS.iter().map(|format| format.info()).collect()
}

/// Guesses the format from the content; the name only breaks ties.
pub fn detect(path: &Path) -> Result<Detection, Error> {
    let mut file = File::open(path).map_err(Error::Unreadable)?;
    let sniff = sniff::sniff(&mut file)?;
    Ok(detect::guess(&mut file, &sniff, &file_name(path))?.into_detection())
}

/// Reads the file and hands over one item at a time; `organization` chooses collections over folders as the
/// official client does. CSV formats stream: memory does not grow with the file.
///
/// Favourites and archive marks are kept in the items whatever the target: they mean nothing in an
/// organization, and who sends there leaves them out.
///
/// Stops at the first error of `each`. Blocking: call it off the async threads.
pub fn read<E: From<Error>>(
    path: &Path,
    options: &ReadOptions,
    organization: bool,
    each: &mut dyn FnMut(Item) -> Result<(), E>,
) -> Result<Summary, E> {
    let source = Source { path: path.to_path_buf(), options: options.clone() };
    read_several(&[source], organization, each)
}

/// Reads several files as one, in this order: their folders become one list, and items and findings tell which
/// file they are from.
pub fn read_several<E: From<Error>>(
    sources: &[Source],
    organization: bool,
    each: &mut dyn FnMut(Item) -> Result<(), E>,
) -> Result<Summary, E> {
    let target = if organization { Target::Organization } else { Target::Individual };
    let mut failed = None;
    let mut hand_over = |item| {
        each(item).map_err(|error| {
            failed = Some(error);
            Halt::Stopped
        })
    };
    match read_for(sources, target, &mut hand_over) {
        Ok(summary) => Ok(summary),
        Err(Halt::Error(error)) => Err(error.into()),
        Err(Halt::Stopped) => Err(failed.expect("only the caller's function stops a read")),
    }
}

fn read_for(sources: &[Source], target: Target, each: output::Each<'_>) -> Result<Summary, Halt> {
    let mut out = Output::new(target, each);
    out.several = sources.len() > 1;
    let mut files = Vec::with_capacity(sources.len());
    for (index, source) in (0..).zip(sources) {
        out.file = index;
        files.push(read_one(source, &mut out)?);
    }
    let (folders, findings) = out.finish();
    let (format, sha256) = files.first().cloned().ok_or(Error::Empty)?;
    Ok(Summary { format, folders, findings, sha256, files })
}

/// Answers the format that read the file, and its SHA-256.
fn read_one(source: &Source, out: &mut Output<'_>) -> Result<(&'static str, String), Halt> {
    let Source { path, options } = source;
    let mut file = File::open(path).map_err(Error::Unreadable)?;
    let sniff = sniff::sniff(&mut file)?;
    if sniff.head.trim().is_empty() && !sniff.more() {
        return Err(Error::Empty.into());
    }
    let name = file_name(path);
    let format = match &options.format {
        Some(id) => registry::by_id(id),
        // Whoever gives a recipe has said what the file is.
        None if options.recipe.is_some() => registry::by_id(generic_csv::FORMAT.id),
        None => detect::guess(&mut file, &sniff, &name)?.sure(),
    };
    let format = format.ok_or(Error::UnknownFormat)?;
    // Given for nothing it would be a mistake nobody notices.
    if options.key_file.is_some() && format.id != "keepasskdbx" {
        let problem = "files of this format have no key file";
        return Err(
            Error::Malformed { format: format.name, problem, row: None, column: None }.into()
        );
    }
    if options.recipe.is_some() && format.id != generic_csv::FORMAT.id {
        let problem = "files of this format are read without a recipe";
        return Err(
            Error::Malformed { format: format.name, problem, row: None, column: None }.into()
        );
    }
    out.new_types = options.new_types;
    let sha256 = match format.reader {
        Reader::Table(layout) => detect::read_table(layout, &mut file, &sniff, out)?,
        Reader::Lines(rows) => detect::read_lines(rows, &mut file, &sniff, out)?,
        Reader::Shape(shape) => {
            if options.format.is_some() && options.recipe.is_none() {
                detect::check_choice(format, shape, &mut file, &sniff, &name)?;
            }
            let context = Context { sniff: &sniff, options };
            (shape.read)(&mut file, &context, out)?
        }
    };
    Ok((format.id, sha256))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
}
