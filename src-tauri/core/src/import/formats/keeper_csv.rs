//! Keeper's CSV: folder, title, login, password, address, notes, shared folder, then pairs of name and value.

use super::lines::{self, Lines, USUAL};
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{self, Context, Format, Reader, Shape};
use super::rows::{Row, Rows};
use super::rules_json::account_type;
use super::rules_note::add;
use super::rules_person::first_middle_last;
use super::source::{Input, Source};
use super::table::{self, RowReader};
use super::values;
use crate::model::{
    BankAccount, DriversLicense, FieldKind, FindingCode, Item, ItemKind, Login, Passport, Severity,
    Text,
};

pub(super) const FORMAT: Format = Format {
    id: "keepercsv",
    name: NAME,
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "keeper",
};

const NAME: &str = "Keeper (csv)";

static LINES: Lines = Lines { name: NAME, delimiters: USUAL, fits: fits_rows, reader };

/// A shape rather than plain lines: what becomes of papers depends on the server.
pub(super) static SHAPE: Shape = Shape { fits, read };

/// Cells before the pairs; the seventh, the shared folder, may be missing.
const FEWEST_CELLS: usize = 6;
const FIRST_PAIR: usize = 7;

/// The name of a field that holds a TOTP key.
const TOTP: &str = "TFC:Keeper";

fn fits(looked: &Looked<'_>) -> f64 {
    let own = looked.is_plain().then(|| lines::recognise(looked.sniff, &LINES)).flatten();
    let own = own.map_or(0.0, |(_, sure)| sure);
    let other = || table::recognise(looked.sniff, &registry::layouts()).map_or(0.0, |it| it.2);
    // Nearly any table has rows of six cells.
    if own >= 0.5 || other() < 0.9 { own } else { 0.0 }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let Some((delimiter, _)) = lines::recognise(context.sniff, &LINES) else {
        return Err(lines::stranger(NAME).into());
    };
    table::tell_encoding(context.sniff, out);
    let rows = Rows::new(Source::open(input, context.sniff)?, delimiter, NAME);
    let mut reader = Keeper { new_types: context.options.new_types, first: true, apart: false };
    table::read_body(rows, None, &mut reader, context.sniff.nul, out)
}

fn reader() -> Box<dyn RowReader> {
    Box::new(Keeper { new_types: false, first: true, apart: false })
}

fn fits_rows(rows: &[Vec<String>]) -> f64 {
    if rows.iter().any(|row| pairs(row).any(|name| name == TOTP)) {
        return 1.0;
    }
    if rows.first().is_some_and(|row| is_header(|index| row.get(index).map_or("", String::as_str)))
    {
        return 0.9;
    }
    let enough = |row: &Vec<String>| row.len() >= FEWEST_CELLS;
    let address = |row: &Vec<String>| {
        let cell = row.get(4).map_or("", |cell| cell.trim());
        cell.is_empty() || (cell.contains(['.', ':']) && !cell.contains([' ', '|']))
    };
    if !rows.iter().any(enough) {
        return 0.0;
    }
    let whole =
        rows.iter().all(|row| row.len() >= FIRST_PAIR && row.len() % 2 == 1 && address(row));
    let any = rows.iter().any(|row| row.get(4).is_some_and(|cell| cell.contains("://")));
    let nested = rows.iter().any(|row| row.first().is_some_and(|folder| folder.contains('\\')));
    match (whole, any, nested) {
        (true, true, true) => 0.8,
        (true, true, false) => 0.5,
        (true, ..) => 0.45,
        _ => 0.2,
    }
}

fn pairs(row: &[String]) -> impl Iterator<Item = &str> {
    row.iter().skip(FIRST_PAIR).step_by(2).map(String::as_str)
}

/// Somebody may have added a row of names; it is no item (section 7, point 17).
fn is_header<'c>(cell: impl Fn(usize) -> &'c str) -> bool {
    let is = |index, names: &[&str]| {
        let plain = cell(index).trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        names.contains(&plain.to_lowercase().as_str())
    };
    is(0, &["folder"])
        && is(1, &["title", "record title"])
        && is(2, &["login", "username", "user name"])
        && is(3, &["password"])
}

struct Keeper {
    /// With the server's new types, papers and bank accounts get items of their own.
    new_types: bool,
    first: bool,
    /// A value was put on a line of its own in the notes.
    apart: bool,
}

impl RowReader for Keeper {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if std::mem::take(&mut self.first) && is_header(|index| row.at(index)) {
            let message = "the first row holds the names of the columns; it is no item";
            out.find(FindingCode::Improved, Severity::Info, Place::row(row.line), message);
            return Ok(());
        }
        if row.len() < FEWEST_CELLS {
            let message = "the row has fewer than six cells; it was left out";
            out.find(FindingCode::DamagedRow, Severity::Warning, Place::row(row.line), message);
            return Ok(());
        }
        let folders: Vec<u32> = out.folders.nested(row.at(0)).into_iter().collect();
        let mut record = Record::of(row);
        let names: Vec<_> = (FIRST_PAIR..row.len()).step_by(2).map(|at| row.at(at)).collect();
        let paper = if self.new_types { Paper::of(&names) } else { Paper::None };
        for at in (FIRST_PAIR..row.len()).step_by(2) {
            let (name, value) = (row.at(at), row.at(at + 1));
            if name == TOTP {
                record.login.totp = (!value.is_empty()).then(|| Text::new(value));
            } else if !record.paper(paper, name, value) {
                let notes =
                    record.item.notes.as_ref().is_some_and(|it| !it.expose().ends_with('\n'));
                let before = record.item.fields.len();
                add(&mut record.item, name, value, FieldKind::Text);
                let went = record.item.fields.len() == before && !values::is_blank(value);
                self.apart |= notes && went;
            }
        }
        let (mut item, beside) = record.into_items(paper);
        item.folders.clone_from(&folders);
        out.item(item)?;
        beside.map_or(Ok(()), |beside| out.item(Item { folders, ..beside }))
    }

    fn end(&mut self, out: &mut Output<'_>) {
        if self.apart {
            let message = "values in the notes start on a line of their own";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}

/// What else than a login the names of a record's fields tell it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paper {
    None,
    BankAccount,
    Passport,
    License,
}

impl Paper {
    fn of(names: &[&str]) -> Self {
        let has = |name| names.contains(&name);
        if has("Bank Account") {
            Self::BankAccount
        } else if has("Passport Number") {
            Self::Passport
        } else if has("Driver's License Number") {
            Self::License
        } else {
            Self::None
        }
    }
}

/// An item in the making.
struct Record {
    item: Item,
    login: Login,
    account: BankAccount,
    passport: Passport,
    license: DriversLicense,
}

impl Record {
    fn of(row: &Row<'_>) -> Self {
        let notes = row.at(5).trim_end_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        Self {
            item: Item {
                name: values::name(row.at(1)),
                notes: values::text(notes),
                row: row.line,
                ..Item::default()
            },
            login: Login {
                username: values::text(row.at(2)),
                password: values::text(row.at(3)),
                uris: values::uri(row.at(4)).into_iter().collect(),
                ..Login::default()
            },
            account: BankAccount::default(),
            passport: Passport::default(),
            license: DriversLicense::default(),
        }
    }

    /// Puts a value where the paper has a place for it. The names are English only, as Keeper writes them.
    fn paper(&mut self, paper: Paper, name: &str, value: &str) -> bool {
        let Self { account, passport, license, .. } = self;
        let slot = match (paper, name) {
            (Paper::None, _) => return false,
            (Paper::BankAccount, "Bank Account") => {
                let mut parts = value.split(" | ");
                account.account_type = Some(account_type(parts.next().unwrap_or("")));
                account.account_number = parts.next().and_then(values::text);
                account.routing_number = parts.next().and_then(values::text);
                return true;
            }
            (Paper::BankAccount, "Name") => &mut account.name_on_account,
            (Paper::Passport, "Name") => {
                let (first, middle, last) = first_middle_last(value);
                let given: Vec<_> = [&first, &middle].into_iter().flatten().collect();
                let given: Vec<_> = given.into_iter().map(Text::expose).collect();
                passport.given_name = values::text(&given.join(" "));
                passport.surname = last;
                return true;
            }
            (Paper::License, "Name") => {
                (license.first_name, license.middle_name, license.last_name) =
                    first_middle_last(value);
                return true;
            }
            (Paper::Passport, "Passport Number") => &mut passport.passport_number,
            (Paper::License, "Driver's License Number") => &mut license.license_number,
            _ => return self.date(paper, name, value),
        };
        *slot = values::text(value);
        true
    }

    fn date(&mut self, paper: Paper, name: &str, value: &str) -> bool {
        let Self { passport, license, .. } = self;
        let slot = match (paper, name) {
            (Paper::Passport, "Date of Birth") => &mut passport.date_of_birth,
            (Paper::Passport, "Date") => &mut passport.expiration_date,
            (Paper::Passport, "Date Issued") => &mut passport.issue_date,
            (Paper::License, "Date of Birth") => &mut license.date_of_birth,
            (Paper::License, "Date") => &mut license.expiration_date,
            _ => return false,
        };
        let day = iso(value);
        let known = day.is_some();
        *slot = day;
        known
    }

    /// The item, and the bank account beside it.
    fn into_items(self, paper: Paper) -> (Item, Option<Item>) {
        let Self { mut item, login, account, passport, license } = self;
        let account = (paper == Paper::BankAccount).then(|| Item {
            kind: ItemKind::BankAccount(Box::new(account)),
            name: item.name.clone(),
            row: item.row,
            ..Item::default()
        });
        item.kind = match paper {
            Paper::Passport => ItemKind::Passport(Box::new(passport)),
            Paper::License => ItemKind::DriversLicense(Box::new(license)),
            Paper::None | Paper::BankAccount => {
                item.kind = ItemKind::Login(login);
                return (item, account);
            }
        };
        login_into_fields(login, &mut item);
        (item, account)
    }
}

fn login_into_fields(login: Login, item: &mut Item) {
    let Login { username, password, totp, uris, .. } = login;
    let uris = uris.into_iter().map(|uri| ("URL", Some(uri.uri), FieldKind::Text));
    let parts = [
        ("Username", username, FieldKind::Text),
        ("Password", password, FieldKind::Hidden),
        ("TOTP", totp, FieldKind::Hidden),
    ];
    for (name, value, kind) in parts.into_iter().chain(uris) {
        if value.is_some() {
            item.fields.push(crate::model::Field { name: Some(name.into()), value, kind });
        }
    }
}

/// `MM/DD/YYYY` as `YYYY-MM-DD`.
fn iso(value: &str) -> Option<Text> {
    let mut parts = value.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let blank = [month, day, year].iter().any(|part| values::is_blank(part));
    (!blank).then(|| Text::new(format!("{year}-{month:0>2}-{day:0>2}")))
}
