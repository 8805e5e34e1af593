//! Exports of other products become the items the official client makes of them, or better ones.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "made-up files are small, and read best as one line each"
)]

mod better;
mod bitwarden;
mod bitwarden_zip;
mod conversion;
mod dashlane;
mod detection;
mod docs_tools;
mod enpass;
mod fuzz;
mod fuzz_all;
mod fuzz_dice;
mod fuzz_kdbx;
mod hostile;
mod inspection;
mod keepass;
mod keepass_kdbx;
mod keeper;
mod lastpass;
mod new_kinds;
mod normal;
mod onepassword;
mod protonpass;
mod restricted;
mod same;
mod sameness;
mod samples;
mod samples_more;
mod scratch;
mod sheets;
mod sheets_books;
mod small_jsons;
mod tables;
mod tables_odd;
mod tables_products;
mod workbook;
mod xml_formats;
mod xml_hostile;
