//! Chrome's export, which Edge, Brave, Opera and Vivaldi share: `name,url,username,password[,note]`.

use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::{Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "chromecsv",
    name: "Chrome",
    extensions: &["csv"],
    needs_password: false,
    rank: 1,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

pub(super) const EDGE: Format = Format {
    id: "edgecsv",
    name: "Edge",
    extensions: &["csv"],
    needs_password: false,
    rank: 1,
    reader: Reader::Table(&LAYOUT),
    hint: "edge",
};

pub(super) const BRAVE: Format = Format {
    id: "bravecsv",
    name: "Brave (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "brave",
};

pub(super) const OPERA: Format = Format {
    id: "operacsv",
    name: "Opera (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "opera",
};

pub(super) const VIVALDI: Format = Format {
    id: "vivaldicsv",
    name: "Vivaldi (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "vivaldi",
};

pub(super) static LAYOUT: Layout =
    Layout { name: "Chrome", fits, reader: |header| Box::new(Columns::new(header)) };

const REQUIRED: [&str; 4] = ["name", "url", "username", "password"];
const KNOWN: [&str; 5] = ["name", "url", "username", "password", "note"];

/// Many products have these four columns among others: only a header without strangers is sure.
fn fits(header: &Header) -> f64 {
    let unknown = header.unknown(&KNOWN);
    if !REQUIRED.iter().all(|name| header.has(name)) || unknown > REQUIRED.len() {
        0.0
    } else if unknown == 0 {
        0.95
    } else {
        0.3
    }
}

struct Columns {
    name: Option<usize>,
    url: Option<usize>,
    username: Option<usize>,
    password: Option<usize>,
    note: Option<usize>,
}

impl Columns {
    fn new(header: &mut Header) -> Self {
        let mut column = |name| header.column(name);
        Self {
            name: column("name"),
            url: column("url"),
            username: column("username"),
            password: column("password"),
            note: column("note"),
        }
    }
}

impl RowReader for Columns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let url = row.cell(self.url);
        let package = android_package(url);
        let name = match (row.cell(self.name), package) {
            ("", Some(package)) => package,
            (name, _) => name,
        };
        let uri = match package {
            Some(package) => values::uri(&format!("androidapp://{package}")),
            None => values::uri(url),
        };
        let login = Login {
            username: row.value(self.username),
            password: row.value(self.password),
            uris: uri.into_iter().collect(),
            ..Login::default()
        };
        out.item(Item {
            kind: ItemKind::Login(login),
            name: values::name(name),
            notes: row.value(self.note),
            row: row.line,
            ..Item::default()
        })
    }
}

/// The package of `android://HASH@package/`.
fn android_package(url: &str) -> Option<&str> {
    let (_, package) = url.strip_prefix("android://")?.rsplit_once('@')?;
    package.rsplit_once('/').map(|(package, _)| package)
}

#[cfg(test)]
mod tests {
    use super::android_package;

    #[test]
    fn the_package_is_what_stands_between_the_last_at_sign_and_the_last_slash() {
        assert_eq!(android_package("android://h4sh==@com.example.app/"), Some("com.example.app"));
        assert_eq!(android_package("android://a@b@com.example/"), Some("com.example"));
        assert_eq!(android_package("android://h4sh@com.example"), None, "no slash, no match");
        assert_eq!(android_package("https://user@example.com/"), None);
    }
}
