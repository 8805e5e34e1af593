//! Spreadsheets kept by hand: CSV, TSV and workbooks whose columns a person has named.
//!
//! Read by itself when the names of the columns say enough, else with a recipe.

use std::ops::ControlFlow;

use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::sheet::{self, Line, Sample, Sheets, malformed};
use super::sheet_guess::{Guess, guess};
use super::sheet_item::Maker;
use super::sheet_marks::{Marks, unguarded};
use super::sheet_plan::{Plan, is_separator};
use super::sniff::Sniff;
use super::source::{Input, Source};
use super::table::tell_encoding;
use crate::model::{ColumnRole, FindingCode, Recipe, Severity};

pub(super) const FORMAT: Format = Format {
    id: "genericcsv",
    name: "Generic CSV or spreadsheet",
    extensions: &["csv", "tsv", "txt", "xlsx"],
    needs_password: false,
    rank: 1,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

/// Read without asking, and below every format that knows its own columns.
const SURE: f64 = 0.58;

/// Offered for a recipe.
const OFFERED: f64 = 0.3;

fn fits(looked: &Looked<'_>) -> f64 {
    if let Some(named) = looked.named_columns {
        return if named { SURE } else { OFFERED };
    }
    if sheet::is_other_book(looked) {
        return SURE;
    }
    if !looked.is_plain() {
        return 0.0;
    }
    match sheet::delimiter_of(looked.sniff) {
        Some(delimiter) if guess(&sheet::sample_of(looked.sniff, delimiter)).sure => SURE,
        Some(_) => OFFERED,
        None => 0.0,
    }
}

/// Whether some sheet of a workbook has columns whose names are understood. True also of one that cannot be
/// read, so that reading it says why.
pub(super) fn named_columns(input: &mut dyn Input, sniff: &Sniff) -> bool {
    let Ok(mut sheets) = Sheets::open(input, sniff, None) else { return true };
    let names = sheets.names();
    names.iter().any(|name| sheets.sample(name).is_ok_and(|sample| guess(&sample).sure))
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let recipe = context.options.recipe.as_ref();
    let mut sheets = Sheets::open(&mut *input, context.sniff, recipe)?;
    if !sheets.is_book() {
        tell_encoding(context.sniff, out);
    }
    let chosen = match recipe {
        Some(recipe) => with_recipe(&mut sheets, recipe, out)?,
        None => by_guess(&mut sheets, out)?,
    };
    let several = chosen.len() > 1;
    if several {
        let message =
            "several sheets were read; items without a folder are in one called like their sheet";
        out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
    }
    let mut rows = 0;
    for (name, plan) in &chosen {
        let sheet = several.then_some(name.as_str());
        rows += read_sheet(&mut sheets, name, &Maker { plan, sheet }, (context.sniff.nul, out))?;
    }
    if rows == 0 {
        return Err(crate::import::Error::Empty.into());
    }
    Ok(Source::open(input, context.sniff)?.sha256()?)
}

/// The sheet the recipe names, or the first that has its columns.
fn with_recipe(
    sheets: &mut Sheets<'_>,
    recipe: &Recipe,
    out: &mut Output<'_>,
) -> Result<Vec<(String, Plan)>, Halt> {
    let (name, plan) = plan_of(sheets, recipe)?;
    if plan.missing > 0 {
        let message = format!("{} columns of the recipe are not in this file", plan.missing);
        out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, &message);
    }
    let others = sheets.names().len() - 1;
    if others > 0 {
        tell_unread(others, out);
    }
    Ok(vec![(name, plan)])
}

fn plan_of(sheets: &mut Sheets<'_>, recipe: &Recipe) -> Result<(String, Plan), Halt> {
    let names = sheets.names();
    if let Some(wanted) = recipe.sheet.as_ref().filter(|_| sheets.is_book()) {
        let name = names.iter().find(|name| *name == wanted);
        let name =
            name.ok_or_else(|| malformed("the workbook has no sheet of the recipe's name"))?;
        let sample = sheets.sample(name)?;
        return Ok((name.clone(), Plan::of(recipe, &sample)?));
    }
    let mut refused = None;
    for name in names {
        let sample = sheets.sample(&name)?;
        if sample.is_empty() {
            continue;
        }
        match Plan::of(recipe, &sample) {
            Ok(plan) => return Ok((name, plan)),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or(crate::import::Error::Empty).into())
}

/// Every sheet whose columns are named well enough; one alone also when its content tells enough.
fn by_guess(sheets: &mut Sheets<'_>, out: &mut Output<'_>) -> Result<Vec<(String, Plan)>, Halt> {
    let mut filled: Vec<(String, Sample, Guess)> = Vec::new();
    for name in sheets.names() {
        let sample = sheets.sample(&name)?;
        if !sample.is_empty() {
            let guess = guess(&sample);
            filled.push((name, sample, guess));
        }
    }
    let any_sure = filled.iter().any(|(.., guess)| guess.sure);
    let all = filled.len();
    let mut chosen = Vec::new();
    for (name, sample, guess) in filled {
        if guess.sure || (!any_sure && guess.useful && chosen.is_empty()) {
            chosen.push((name, Plan::of(&guess.recipe, &sample)?));
        }
    }
    if chosen.is_empty() && all > 0 {
        return Err(
            malformed("it is not clear what the columns hold; map them with a recipe").into()
        );
    }
    if all > chosen.len() {
        tell_unread(all - chosen.len(), out);
    }
    Ok(chosen)
}

fn tell_unread(sheets: usize, out: &mut Output<'_>) {
    let message = match sheets {
        1 => "one more sheet of the workbook was not read".to_owned(),
        many => format!("{many} more sheets of the workbook were not read"),
    };
    out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, &message);
}

/// Reads one sheet; answers how many rows became items.
fn read_sheet(
    sheets: &mut Sheets<'_>,
    name: &str,
    maker: &Maker<'_>,
    (nul, out): (bool, &mut Output<'_>),
) -> Result<u64, Halt> {
    let is_book = sheets.is_book();
    let mut body = Body {
        maker,
        is_book,
        nul,
        blank: Vec::new(),
        unread: Vec::new(),
        marks: Marks::default(),
        rows: 0,
    };
    sheets.each(name, &mut |line| {
        body.line(line, out)?;
        Ok(ControlFlow::Continue(()))
    })?;
    body.end(out);
    Ok(body.rows)
}

/// Whether cells are written as `="text"`. A password may look so by itself.
fn is_guarded(plan: &Plan, cells: &[&str]) -> bool {
    let mut others = cells.iter().enumerate().filter(|(index, _)| {
        !plan.of_role(ColumnRole::Password).any(|column| column.index == *index)
    });
    others.any(|(_, cell)| unguarded(cell).is_some())
}

/// Rows below the names.
struct Body<'m> {
    maker: &'m Maker<'m>,
    is_book: bool,
    nul: bool,
    /// Blank lines that count only if something follows.
    blank: Vec<u32>,
    /// Columns no recipe speaks of that hold something.
    unread: Vec<usize>,
    marks: Marks,
    rows: u64,
}

impl Body<'_> {
    fn line(&mut self, line: &Line<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let (row, plan) = (line.row, self.maker.plan);
        if line.number <= plan.header_row {
            return Ok(());
        }
        if row.is_blank() {
            // Gaps are how people part the groups of a workbook.
            if !self.is_book {
                self.blank.push(row.line);
            }
            return Ok(());
        }
        let cells: Vec<_> = row.cells().collect();
        if line.number == 1 && is_separator(&cells) {
            return Ok(());
        }
        for line in self.blank.drain(..) {
            let message = "a blank row was left out";
            out.find(FindingCode::BlankRow, Severity::Info, Place::row(line), message);
        }
        if plan.is_header_again(&cells) {
            let message = "the names of the columns stand here again; the row was left out";
            out.find(FindingCode::FormatOddity, Severity::Info, Place::row(row.line), message);
            return Ok(());
        }
        if row.unclosed {
            let message = "a quoted cell is never closed; this row and what follows were left out";
            out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row.line), message);
            return Ok(());
        }
        self.rows += 1;
        self.tell_damage(line, out);
        self.note_unread(line);
        let line = &Line { guarded: is_guarded(plan, &cells), ..*line };
        self.marks.look(plan, line, out);
        let item = self.maker.item(line, out);
        out.item(item)
    }

    fn tell_damage(&self, line: &Line<'_>, out: &mut Output<'_>) {
        let row = line.row;
        let place = Place { row: Some(row.line), item: Some(out.next_item()), field: None };
        let columns = self.maker.plan.names.len();
        let message = if row.stray_quote {
            "a quote stands inside a quoted cell"
        } else if self.nul && row.text().contains('\0') {
            let message = "the row holds a NUL character";
            return out.find(FindingCode::FormatOddity, Severity::Warning, place, message);
        } else if !self.is_book && row.len() < columns {
            "the row has fewer cells than the header; the missing ones are empty"
        } else {
            return;
        };
        out.find(FindingCode::DamagedRow, Severity::Warning, place, message);
    }

    fn note_unread(&mut self, line: &Line<'_>) {
        for index in 0..line.row.len() {
            let unread = !self.maker.plan.knows(index) && !line.row.at(index).trim().is_empty();
            if unread && !self.unread.contains(&index) {
                self.unread.push(index);
            }
        }
    }

    fn end(&mut self, out: &mut Output<'_>) {
        self.unread.sort_unstable();
        for index in &self.unread {
            let message = format!("column {} is not part of what is imported", index + 1);
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, Place::FILE, &message);
        }
        self.marks.end(self.maker.plan, out);
    }
}
