//! 1Password 6 and 7 on a Mac.

use super::onepassword_csv::{self, System};
use super::registry::{Format, Reader};
use super::table::{Header, Layout, RowReader};

pub(super) const FORMAT: Format = Format {
    id: "1passwordmaccsv",
    name: NAME,
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

const NAME: &str = "1Password 6 and 7 Mac (csv)";

static LAYOUT: Layout = Layout { name: NAME, fits, reader };

fn fits(header: &Header) -> f64 {
    if !header.has("title") {
        return 0.0;
    }
    let numbered = header.names().iter().any(|name| onepassword_csv::is_numbered(name));
    match (header.has("type"), onepassword_csv::marks(header)) {
        _ if numbered => 0.4,
        (true, 2..) => 1.0,
        (true, 1) => 0.9,
        (true, 0) if header.has("password") => 0.6,
        (false, 1..) => 0.5,
        (false, 0) if header.has("password") => 0.3,
        _ => 0.0,
    }
}

fn reader(header: &mut Header) -> Box<dyn RowReader> {
    onepassword_csv::reader(header, System::Mac)
}
