//! The list of formats. Each has a file of its own, which says what reads it.

use super::ReadOptions;
use super::lines::Lines;
use super::looked::Looked;
use super::output::{Halt, Output};
use super::sniff::Sniff;
use super::source::Input;
use super::table::Layout;
use super::{
    arc_csv, ascendo_csv, avast_csv, avast_json, avira_csv, bitwarden_csv, bitwarden_json,
    blackberry_csv, blur_csv, buttercup_csv, chrome_csv, clipperz_html, codebook_csv, dashlane_csv,
    dashlane_json, delinea_csv, delinea_xml, encryptr_csv, enpass_csv, enpass_json, firefox_csv,
    fsecure_fsk, generic_csv, gnome_json, hudu_csv, itglue_csv, kaspersky_txt, keepass_kdbx,
    keepass2_xml, keepassx_csv, keeper, keeper_csv, keeper_json, lastpass_csv, logmeonce_csv,
    meldium_csv, msecure_csv, myki_csv, netwrix_csv, nordpass_csv, onepassword_1pif,
    onepassword_1pux, onepassword_8_csv, onepassword_mac_csv, onepassword_win_csv, padlock_csv,
    passkeep_csv, passky_json, passman_json, passpack_csv, passportal_csv, passwordagent_csv,
    passwordboss_json, passworddepot17_xml, passworddragon_xml, passwordwallet_txt, passwordxp_csv,
    protonpass_csv, protonpass_json, psono_json, pwsafe_xml, remembear_csv, roboform_csv,
    safari_csv, safeincloud_xml, saferpass_csv, securesafe_csv, splashid_csv, stickypassword_xml,
    truekey_csv, upm_csv, yoti_csv, zohovault_csv,
};
use crate::model::FormatInfo;

/// A format that can be chosen by its id.
pub(super) struct Format {
    /// The official importer's id, or ours where there is none.
    pub id: &'static str,
    /// Shown to people.
    pub name: &'static str,
    /// Without a dot, the usual one first.
    pub extensions: &'static [&'static str],
    /// Some files of it are protected by a password of their own.
    pub needs_password: bool,
    /// 1 is met in nearly every migration, 5 rarely.
    pub rank: u8,
    /// What reads it.
    pub reader: Reader,
    /// A file name that contains this word decides between formats with the same layout.
    pub hint: &'static str,
}

/// Who reads a format.
pub(super) enum Reader {
    /// Rows below a row of column names.
    Table(&'static Layout),
    /// Rows without column names.
    Lines(&'static Lines),
    /// Anything else: JSON, XML, archives, text.
    Shape(&'static Shape),
}

/// A file that is no plain table.
pub(super) struct Shape {
    /// How sure a file is of this format: 0 never, 1 for certain. See [`super::detect`] for the scale.
    pub fits: fn(&Looked<'_>) -> f64,
    /// Reads the file; answers the SHA-256 of its bytes.
    pub read: fn(&mut dyn Input, &Context<'_>, &mut Output<'_>) -> Result<String, Halt>,
}

/// What a reader may need besides the bytes.
pub(super) struct Context<'a> {
    /// One look over the file as text.
    pub sniff: &'a Sniff,
    /// What the person gave.
    pub options: &'a ReadOptions,
}

/// Best rank first; among formats of one layout the first is the usual one.
pub(super) static FORMATS: &[&Format] = &[
    &bitwarden_json::FORMAT,
    &bitwarden_csv::FORMAT,
    &lastpass_csv::FORMAT,
    &chrome_csv::FORMAT,
    &chrome_csv::EDGE,
    &generic_csv::FORMAT,
    &onepassword_1pux::FORMAT,
    &keepass2_xml::FORMAT,
    &keepass_kdbx::FORMAT,
    &keepassx_csv::FORMAT,
    &keeper::FORMAT,
    &keeper_csv::FORMAT,
    &keeper_json::FORMAT,
    &dashlane_csv::FORMAT,
    &firefox_csv::FORMAT,
    &safari_csv::FORMAT,
    &itglue_csv::FORMAT,
    &hudu_csv::FORMAT,
    &passportal_csv::FORMAT,
    &onepassword_8_csv::FORMAT,
    &nordpass_csv::FORMAT,
    &roboform_csv::FORMAT,
    &protonpass_json::FORMAT,
    &protonpass_csv::FORMAT,
    &chrome_csv::BRAVE,
    &chrome_csv::OPERA,
    &chrome_csv::VIVALDI,
    &zohovault_csv::FORMAT,
    &lastpass_csv::PASSBOLT,
    &delinea_csv::FORMAT,
    &delinea_xml::FORMAT,
    &passworddepot17_xml::FORMAT,
    &netwrix_csv::FORMAT,
    &enpass_json::FORMAT,
    &enpass_csv::FORMAT,
    &psono_json::FORMAT,
    &onepassword_1pif::FORMAT,
    &onepassword_win_csv::FORMAT,
    &onepassword_mac_csv::FORMAT,
    &dashlane_json::FORMAT,
    &stickypassword_xml::FORMAT,
    &safeincloud_xml::FORMAT,
    &pwsafe_xml::FORMAT,
    &passpack_csv::FORMAT,
    &passwordboss_json::FORMAT,
    &logmeonce_csv::FORMAT,
    &truekey_csv::FORMAT,
    &msecure_csv::FORMAT,
    &kaspersky_txt::FORMAT,
    &avast_csv::FORMAT,
    &avast_json::FORMAT,
    &avira_csv::FORMAT,
    &myki_csv::FORMAT,
    &codebook_csv::FORMAT,
    &buttercup_csv::FORMAT,
    &passwordxp_csv::FORMAT,
    &arc_csv::FORMAT,
    &splashid_csv::FORMAT,
    &passworddragon_xml::FORMAT,
    &padlock_csv::FORMAT,
    &clipperz_html::FORMAT,
    &saferpass_csv::FORMAT,
    &upm_csv::FORMAT,
    &meldium_csv::FORMAT,
    &yoti_csv::FORMAT,
    &blur_csv::FORMAT,
    &securesafe_csv::FORMAT,
    &ascendo_csv::FORMAT,
    &passkeep_csv::FORMAT,
    &gnome_json::FORMAT,
    &passwordagent_csv::FORMAT,
    &passman_json::FORMAT,
    &fsecure_fsk::FORMAT,
    &remembear_csv::FORMAT,
    &passwordwallet_txt::FORMAT,
    &blackberry_csv::FORMAT,
    &encryptr_csv::FORMAT,
    &passky_json::FORMAT,
];

/// The format of this id.
pub(super) fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id).copied()
}

/// Every layout once.
pub(super) fn layouts() -> Vec<&'static Layout> {
    // Read through a shape of their own, because they also come as an archive.
    let mut layouts: Vec<&'static Layout> = vec![&dashlane_csv::LAYOUT];
    for format in FORMATS {
        if let Reader::Table(layout) = format.reader
            && !layouts.iter().any(|known| std::ptr::eq(*known, layout))
        {
            layouts.push(layout);
        }
    }
    layouts
}

/// Every kind of rows without a header.
pub(super) fn lines() -> Vec<&'static Lines> {
    let rows = |format: &&Format| match format.reader {
        Reader::Lines(lines) => Some(lines),
        _ => None,
    };
    FORMATS.iter().filter_map(rows).collect()
}

impl Format {
    pub(super) fn info(&self) -> FormatInfo {
        FormatInfo {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            extensions: self.extensions.iter().map(|&extension| extension.to_owned()).collect(),
            needs_password: self.needs_password,
            rank: self.rank,
        }
    }
}
