//! Firefox: `url,username,password,httpRealm,formActionOrigin,guid,…`; an old add-on wrote `hostname` for `url`.
//! Items are called after their host.

use super::columns::{self, Columns};
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "firefoxcsv",
    name: "Firefox (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Firefox", fits, reader: |header| Box::new(reader(header)) };

/// What the browser keeps about itself.
const OWN_ACCOUNT: &str = "chrome://FirefoxAccounts";

/// Columns that say how a login came about; the official client leaves them out as well.
const ORIGIN: [&str; 9] = [
    "httprealm",
    "formactionorigin",
    "guid",
    "timecreated",
    "timelastused",
    "timepasswordchanged",
    "formsubmiturl",
    "usernamefield",
    "passwordfield",
];

fn fits(header: &Header) -> f64 {
    let address = if header.has("url") { "url" } else { "hostname" };
    let required = [address, "username", "password"];
    let known = [&ORIGIN[..], &["hostname"]].concat();
    if ORIGIN.iter().any(|name| header.has(name)) {
        columns::fits(header, &required, &known, 1.0)
    } else {
        columns::fits_alone(header, &required, &known, 0.45)
    }
}

struct Logins(Columns);

fn reader(header: &mut Header) -> Logins {
    header.ignore(&ORIGIN);
    Logins(Columns {
        url: header.any_column(&["url", "hostname"]),
        username: header.column("username"),
        password: header.column("password"),
        host_names: true,
        ..Columns::default()
    })
}

impl RowReader for Logins {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if row.cell(self.0.url) == OWN_ACCOUNT {
            let message = "the browser's own account was left out";
            out.find(FindingCode::FormatOddity, Severity::Info, Place::row(row.line), message);
            return Ok(());
        }
        self.0.row(row, out)
    }
}
