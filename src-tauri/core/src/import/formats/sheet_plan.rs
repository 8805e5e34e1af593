//! A recipe laid over a sheet: which of its columns is what.

use zeroize::Zeroizing;

use super::sheet::{Sample, malformed, separator_line};
use super::sheet_guess::cell;
use crate::import::Error;
use crate::model::{ColumnRole, Recipe};

/// A column that is read.
pub(super) struct Column {
    pub index: usize,
    pub role: ColumnRole,
    /// As written in the file.
    pub name: String,
}

/// What becomes of a sheet's rows.
pub(super) struct Plan {
    pub columns: Vec<Column>,
    /// Rows up to here are no items; 0 without names.
    pub header_row: u32,
    /// Names of the file's columns, trimmed, in lower case; empty without names.
    pub names: Vec<String>,
    pub separator: Option<String>,
    pub prefix: Option<String>,
    /// Columns of the recipe that this file does not have.
    pub missing: usize,
}

impl Plan {
    /// Finds the recipe's columns: by their names where there are names, else by their places.
    ///
    /// # Errors
    /// When hardly any of them is in the sheet: another file was meant.
    pub(super) fn of(recipe: &Recipe, sample: &Sample) -> Result<Self, Error> {
        let mut plan = Self {
            columns: Vec::new(),
            header_row: 0,
            names: Vec::new(),
            separator: recipe.folder_separator.clone().filter(|text| !text.is_empty()),
            prefix: recipe.folder_prefix.clone().filter(|text| !text.trim().is_empty()),
            missing: 0,
        };
        match recipe.header_row {
            None => plan.by_place(recipe),
            Some(row) => plan.by_name(recipe, sample, row)?,
        }
        if plan.columns.iter().all(|column| column.role == ColumnRole::Ignore) {
            return Err(malformed("the recipe reads no column of this file"));
        }
        Ok(plan)
    }

    fn by_place(&mut self, recipe: &Recipe) {
        let columns = recipe.columns.iter().enumerate();
        self.columns = columns
            .map(|(index, column)| {
                let name = match column.header.trim() {
                    "" => format!("Column {}", index + 1),
                    name => name.to_owned(),
                };
                Column { index, role: column.role, name }
            })
            .collect();
    }

    fn by_name(&mut self, recipe: &Recipe, sample: &Sample, row: u32) -> Result<(), Error> {
        let said = usize::try_from(row).ok().and_then(|row| row.checked_sub(1));
        let found = |row: usize| sample.get(row).map_or(0, |row| columns(recipe, row).0.len());
        // The row the recipe names, or the one where most of its columns are: titles come and go.
        let best = (0..sample.len()).rev().max_by_key(|row| found(*row));
        let row = match (said, best) {
            (Some(said), Some(best)) if found(said) >= found(best) => said,
            (_, Some(best)) => best,
            (_, None) => return Err(Error::Empty),
        };
        let (columns, wanted) = columns(recipe, &sample[row]);
        self.missing =
            wanted - columns.iter().filter(|column| column.role != ColumnRole::Ignore).count();
        if self.missing * 2 > wanted || wanted == 0 {
            return Err(malformed("the columns of the recipe are not in this file"));
        }
        self.columns = columns;
        self.header_row = u32::try_from(row + 1).unwrap_or(u32::MAX);
        self.names = sample[row].iter().map(|name| plain(name)).collect();
        Ok(())
    }

    /// Columns of this role, in the order of the recipe.
    pub(super) fn of_role(&self, role: ColumnRole) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |column| column.role == role)
    }

    /// Whether a column of the file is part of the recipe, be it to ignore it.
    pub(super) fn knows(&self, index: usize) -> bool {
        self.columns.iter().any(|column| column.index == index)
    }

    /// The names of the columns once more, as printed lists have them on every page.
    pub(super) fn is_header_again(&self, cells: &[&str]) -> bool {
        !self.names.is_empty()
            && cells.len() == self.names.len()
            && cells.iter().zip(&self.names).all(|(cell, name)| plain(cell) == *name)
    }
}

/// The recipe's columns that are in this row, and how many it wants.
fn columns(recipe: &Recipe, row: &[Zeroizing<String>]) -> (Vec<Column>, usize) {
    let mut columns: Vec<Column> = Vec::new();
    let mut wanted = 0;
    for (place, column) in recipe.columns.iter().enumerate() {
        wanted += usize::from(column.role != ColumnRole::Ignore);
        let name = plain(&column.header);
        let free = |index: &usize| !columns.iter().any(|column| column.index == *index);
        let index = if name.is_empty() {
            // A column without a name among named ones: only its place tells it.
            Some(place).filter(|place| cell(row, *place).trim().is_empty())
        } else {
            (0..row.len()).filter(free).find(|index| plain(cell(row, *index)) == name)
        };
        let Some(index) = index.filter(free) else { continue };
        let name = match cell(row, index).trim() {
            "" => format!("Column {}", index + 1),
            name => name.to_owned(),
        };
        columns.push(Column { index, role: column.role, name });
    }
    (columns, wanted)
}

/// A column name for comparing: trimmed, in lower case, without a byte order mark.
pub(super) fn plain(name: &str) -> String {
    name.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').to_lowercase()
}

/// Whether the first row only says what parts the cells.
pub(super) fn is_separator(cells: &[&str]) -> bool {
    match cells {
        [one] => separator_line(one).is_some(),
        [first, rest @ ..] => {
            first.eq_ignore_ascii_case("sep=") && rest.iter().all(|cell| cell.is_empty())
        }
        [] => false,
    }
}
