//! Workbooks (.xlsx) as rows of cells, read by `calamine` one cell at a time.

use std::collections::HashMap;
use std::io::SeekFrom;

use calamine::{DataRef, Reader, SheetType, Xlsx};

use super::output::Halt;
use super::rows::BuiltRow;
use super::sheet::{Each, Line};
use super::sheet_bounds::{self, damaged, malformed};
use super::sheet_cell::{Mark, Shape, shown};
use super::source::Input;
use crate::import::Error;

/// As with delimited text.
const MOST_CELLS: u32 = 4096;
const LONGEST_ROW_BYTES: usize = 4 * 1024 * 1024;

/// Formulas kept because their cell shows an error.
const MOST_FORMULAS: usize = 10_000;

/// An open workbook.
pub(super) struct Book<'a> {
    xlsx: Xlsx<&'a mut dyn Input>,
    /// Sheets with cells, in the order of their tabs.
    sheets: Vec<String>,
    /// Some cell shows an error.
    errors: bool,
}

impl<'a> Book<'a> {
    /// Looks it over, then opens it.
    pub(super) fn open(input: &'a mut dyn Input) -> Result<Self, Error> {
        input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
        let errors = sheet_bounds::check(&mut *input)?;
        input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
        let xlsx =
            Xlsx::new(input).map_err(|_| malformed("no .xlsx workbook, or a damaged one"))?;
        let worksheets =
            xlsx.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let sheets: Vec<_> = worksheets.map(|sheet| sheet.name.clone()).collect();
        if sheets.is_empty() {
            return Err(malformed("the workbook has no sheet"));
        }
        Ok(Self { xlsx, sheets, errors })
    }

    /// Names of its sheets.
    pub(super) fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Hands over every row that has cells; a row's number is that of the sheet.
    pub(super) fn each(&mut self, sheet: &str, each: Each<'_>) -> Result<(), Halt> {
        let formulas = self.formulas(sheet)?;
        let mut cells = self.xlsx.worksheet_cells_reader(sheet).map_err(|_| damaged())?;
        let shapes: Vec<_> = cells.styles().iter().map(Shape::of).collect();
        let mut row = Gathered::default();
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|_| damaged())? {
            let (number, column) = cell.get_position();
            if matches!(cell.get_value(), DataRef::Empty) {
                continue;
            }
            if row.number != Some(number) {
                if row.hand_over(each)?.is_break() {
                    return Ok(());
                }
                row.number = Some(number);
            }
            let shape = shapes.get(style).copied().unwrap_or(Shape::Plain);
            let (text, mark) = shown(cell.get_value(), shape);
            let text = zeroize::Zeroizing::new(text);
            // A password like `=Summer2024` is a formula of an unknown name to a spreadsheet.
            let text = formulas.get(&(number, column)).unwrap_or(&text);
            row.put(column, text, mark)?;
        }
        row.hand_over(each).map(|_| ())
    }

    /// What was typed into cells that show an error.
    fn formulas(
        &mut self,
        sheet: &str,
    ) -> Result<HashMap<(u32, u32), zeroize::Zeroizing<String>>, Halt> {
        let mut found = HashMap::new();
        if !self.errors {
            return Ok(found);
        }
        let mut cells = self.xlsx.worksheet_cells_reader(sheet).map_err(|_| damaged())?;
        while let Some(cell) = cells.next_cell_with_formula().map_err(|_| damaged())? {
            if let (DataRef::Error(_), Some(formula)) = (&cell.value, cell.formula)
                && found.len() < MOST_FORMULAS
            {
                found.insert(cell.pos, zeroize::Zeroizing::new(format!("={formula}")));
            }
        }
        Ok(found)
    }
}

/// The row that is being put together.
#[derive(Default)]
struct Gathered {
    number: Option<u32>,
    row: BuiltRow,
    marks: Vec<Mark>,
    bytes: usize,
}

impl Gathered {
    fn put(&mut self, column: u32, text: &str, mark: Mark) -> Result<(), Error> {
        self.bytes += text.len();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_CELLS as usize {
            return Err(malformed("a row has more than 4096 cells"));
        }
        if self.bytes > LONGEST_ROW_BYTES {
            return Err(malformed("a row is longer than 4 MiB"));
        }
        // A workbook that names a cell twice or out of order is no one's export.
        if column < self.row.len() {
            return Err(damaged());
        }
        while self.row.len() < column {
            self.row.push("");
            self.marks.push(Mark::Text);
        }
        self.row.push(text);
        self.marks.push(mark);
        Ok(())
    }

    fn hand_over(&mut self, each: Each<'_>) -> Result<std::ops::ControlFlow<()>, Halt> {
        let Some(number) = self.number else { return Ok(std::ops::ControlFlow::Continue(())) };
        let line = number.saturating_add(1);
        let row = self.row.row(line);
        let flow = each(&Line { number: line, row: &row, marks: &self.marks, guarded: false });
        self.row.clear();
        self.marks.clear();
        self.bytes = 0;
        flow
    }
}
