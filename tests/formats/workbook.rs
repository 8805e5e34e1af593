//! Workbooks made up by a test, as Excel lays them out.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of sheets, each with its rows' XML.
pub(crate) struct Workbook {
    sheets: Vec<(String, String)>,
    strings: String,
    formats: Vec<&'static str>,
}

impl Workbook {
    pub(crate) fn new() -> Self {
        Self { sheets: Vec::new(), strings: String::new(), formats: Vec::new() }
    }

    /// A sheet of texts.
    pub(crate) fn sheet(self, name: &str, rows: &[&[&str]]) -> Self {
        let xml: String = rows
            .iter()
            .enumerate()
            .map(|(row, cells)| {
                let cells = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
                let cells = cells.map(|(column, cell)| text(row, column, cell)).collect::<String>();
                format!("<row r=\"{}\">{cells}</row>", row + 1)
            })
            .collect();
        self.raw(name, &xml)
    }

    /// A sheet whose rows are given as XML.
    pub(crate) fn raw(mut self, name: &str, rows: &str) -> Self {
        self.sheets.push((name.to_owned(), rows.to_owned()));
        self
    }

    /// Number formats; the first is style 1.
    pub(crate) fn formats(mut self, formats: &[&'static str]) -> Self {
        self.formats = formats.to_vec();
        self
    }

    /// The part with the texts that cells share, as XML.
    pub(crate) fn strings(mut self, xml: &str) -> Self {
        xml.clone_into(&mut self.strings);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, content: &str| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        };
        part("[Content_Types].xml", "<?xml version=\"1.0\"?><Types/>");
        part(
            "_rels/.rels",
            &format!(
                "<Relationships><Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        );
        let (mut tabs, mut relations) = (String::new(), String::new());
        for (index, (name, rows)) in self.sheets.iter().enumerate() {
            let id = index + 1;
            tabs += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>");
            relations += &format!(
                "<Relationship Id=\"rId{id}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
            );
            part(
                &format!("xl/worksheets/sheet{id}.xml"),
                &format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
            );
        }
        part(
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{tabs}</sheets></workbook>"
            ),
        );
        part("xl/_rels/workbook.xml.rels", &format!("<Relationships>{relations}</Relationships>"));
        if !self.strings.is_empty() {
            part("xl/sharedStrings.xml", &self.strings);
        }
        part("xl/styles.xml", &self.styles());
        zip.finish().unwrap().into_inner()
    }

    fn styles(&self) -> String {
        let formats = self.formats.iter().enumerate();
        let codes: String = formats
            .clone()
            .map(|(index, code)| {
                format!("<numFmt numFmtId=\"{}\" formatCode=\"{code}\"/>", 164 + index)
            })
            .collect();
        let styles: String =
            formats.map(|(index, _)| format!("<xf numFmtId=\"{}\"/>", 164 + index)).collect();
        format!(
            "<styleSheet xmlns=\"{MAIN}\"><numFmts>{codes}</numFmts><cellXfs><xf numFmtId=\"0\"/>{styles}</cellXfs></styleSheet>"
        )
    }
}

/// `B7`
fn place(row: usize, column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column).unwrap());
    format!("{letter}{}", row + 1)
}

fn text(row: usize, column: usize, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let at = place(row, column);
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}
