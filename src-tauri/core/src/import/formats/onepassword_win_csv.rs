//! 1Password 6 and 7 on Windows.

use super::onepassword_csv::{self, System};
use super::registry::{Format, Reader};
use super::table::{Header, Layout, RowReader};

pub(super) const FORMAT: Format = Format {
    id: "1passwordwincsv",
    name: NAME,
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

const NAME: &str = "1Password 6 and 7 Windows (csv)";

static LAYOUT: Layout = Layout { name: NAME, fits, reader };

fn fits(header: &Header) -> f64 {
    if !header.has("title") {
        return 0.0;
    }
    let numbered = header.names().iter().any(|name| onepassword_csv::is_numbered(name));
    match (numbered, onepassword_csv::marks(header), header.has("type")) {
        (true, 1.., false) => 1.0,
        (true, ..) => 0.9,
        (false, 2.., false) => 0.8,
        (false, 1, false) => 0.6,
        (false, 1.., true) => 0.4,
        _ if header.has("password") => 0.3,
        _ => 0.0,
    }
}

fn reader(header: &mut Header) -> Box<dyn RowReader> {
    onepassword_csv::reader(header, System::Windows)
}
