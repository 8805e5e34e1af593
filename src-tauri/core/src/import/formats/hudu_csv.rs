//! Hudu's list of passwords as CSV, and dumps of its API, whose columns are called otherwise.

use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::rules_docs::{self, Columns, column};
use super::rules_note;
use super::table::{Header, Layout, RowReader};
use crate::model::FieldKind;

pub(super) const FORMAT: Format = Format {
    id: "hudu",
    name: "Hudu (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Hudu", fits, reader: |header| Box::new(Hudu::new(header)) };

fn fits(header: &Header) -> f64 {
    let has = |names: &[&str]| names.iter().any(|name| rules_docs::has(header, name));
    let client = has(&["companyname", "company"]);
    let own = has(&[
        "passwordabletype",
        "passwordableid",
        "passwordtype",
        "passwordfolderid",
        "passwordfoldername",
    ]);
    let like = has(&["otpsecret", "inportal"]);
    if !client || !has(&["name"]) || !has(&["password"]) {
        0.0
    } else if own {
        0.95
    } else if like {
        0.9
    } else if has(&["username"]) && has(&["description", "category", "folder"]) {
        0.6
    } else {
        0.0
    }
}

struct Hudu {
    columns: Columns,
    category: Option<usize>,
    resource_type: Option<usize>,
    resource_name: Option<usize>,
}

impl Hudu {
    fn new(header: &mut Header) -> Self {
        let mut columns = Columns {
            client: column(header, &["companyname", "company"]),
            folder: column(
                header,
                &["passwordfoldername", "passwordfolder", "foldername", "folder"],
            ),
            name: column(header, &["name"]),
            username: column(header, &["username"]),
            password: column(header, &["password"]),
            totp: column(header, &["otpsecret", "otp", "totp"]),
            url: column(header, &["loginurl", "url"]),
            notes: column(header, &["description", "notes"]),
            fields: Vec::new(),
        };
        let category = column(header, &["passwordtype", "category", "type"]);
        let resource_type = column(header, &["passwordabletype"]);
        let resource_name = column(header, &["passwordablename", "passwordableid"]);
        // Numbers and addresses of Hudu's own that say nothing elsewhere. Its `url` is one when `login_url` is there.
        for name in [
            "id",
            "companyid",
            "passwordableid",
            "passwordfolderid",
            "slug",
            "url",
            "fullurl",
            "inportal",
            "createdat",
            "updatedat",
        ] {
            let _ = column(header, &[name]);
        }
        columns.fields = header.rest();
        Self { columns, category, resource_type, resource_name }
    }
}

impl RowReader for Hudu {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        rules_note::add(&mut item, "Category", row.cell(self.category).trim(), FieldKind::Text);
        let kind = row.cell(self.resource_type);
        if !kind.trim().is_empty() {
            rules_docs::resource(&mut item, kind, row.cell(self.resource_name));
        }
        self.columns.finish(&mut item, row);
        out.item(item)
    }
}
