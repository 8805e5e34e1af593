//! IT Glue's account export, `passwords.csv`, and exports made of its API, which use the same names.

use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::rules_docs::{self, Columns, column};
use super::rules_note;
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::FieldKind;

pub(super) const FORMAT: Format = Format {
    id: "itglue",
    name: "IT Glue (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "IT Glue", fits, reader: |header| Box::new(Glue::new(header)) };

fn fits(header: &Header) -> f64 {
    let has = |name| rules_docs::has(header, name);
    let client = has("organization") || has("organizationname");
    let own = has("passwordcategory") || has("passwordcategoryname");
    let like = has("resourcetype") || has("onetimepassword") || has("otpsecret");
    if !client || !has("name") || !has("password") {
        0.0
    } else if own {
        0.97
    } else if like {
        0.7
    } else {
        0.0
    }
}

struct Glue {
    columns: Columns,
    category: Option<usize>,
    resource_type: Option<usize>,
    resource_id: Option<usize>,
    archived: Option<usize>,
    changed: Option<usize>,
}

impl Glue {
    fn new(header: &mut Header) -> Self {
        let mut columns = Columns {
            client: column(header, &["organization", "organizationname"]),
            folder: column(
                header,
                &["passwordfolder", "passwordfoldername", "folder", "foldername"],
            ),
            name: column(header, &["name"]),
            username: column(header, &["username"]),
            password: column(header, &["password"]),
            totp: column(header, &["onetimepassword", "otpsecret", "otp", "totp"]),
            url: column(header, &["url"]),
            notes: column(header, &["notes"]),
            fields: Vec::new(),
        };
        let glue = Self {
            category: column(header, &["passwordcategory", "passwordcategoryname"]),
            resource_type: column(header, &["resourcetype"]),
            resource_id: column(header, &["resourceid"]),
            archived: column(header, &["archived"]),
            changed: column(header, &["archivedat", "updatedat"]),
            columns: Columns::default(),
        };
        // Numbers of IT Glue's own that say nothing elsewhere.
        for name in [
            "id",
            "organizationid",
            "passwordcategoryid",
            "passwordfolderid",
            "resourceurl",
            "createdat",
            "passwordupdatedat",
            "updatedby",
        ] {
            let _ = column(header, &[name]);
        }
        columns.fields = header.rest();
        Self { columns, ..glue }
    }
}

impl RowReader for Glue {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        rules_note::add(&mut item, "Category", row.cell(self.category).trim(), FieldKind::Text);
        rules_docs::resource(&mut item, row.cell(self.resource_type), row.cell(self.resource_id));
        let archived = row.cell(self.archived).trim();
        if ["yes", "true", "1"].iter().any(|yes| archived.eq_ignore_ascii_case(yes)) {
            // The export says that, not when.
            let at = values::moment(row.cell(self.changed));
            item.archived = Some(at.unwrap_or_else(|| format!("{:.3}", jiff::Timestamp::now())));
        }
        self.columns.finish(&mut item, row);
        out.item(item)
    }
}
