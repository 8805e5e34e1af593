//! `import formats`, `detect`, `inspect`, `convert`: a file and no account.

use std::path::{Path, PathBuf};

use serde::Serialize;
use wardroom_core::import::formats::{self, ReadOptions, Source};
use wardroom_core::model::{Finding, Inspection, Recipe, Severity};

use super::{Own, kinds, recipe};
use crate::args::{Export, Reading};
use crate::failure::Fault;
use crate::output::{Console, Lean, Page, Table, UNKNOWN};
use crate::password;

/// `import formats`
pub(super) fn formats(console: Console) -> String {
    use Lean::{Left, Right};
    let formats = formats::formats();
    console.answer(&formats, |page| {
        let mut table = Table::new(&[
            ("Id", Left),
            ("Name", Left),
            ("Files", Left),
            ("Rank", Right),
            ("Password", Left),
        ]);
        for format in &formats {
            table.push([
                format.id.clone(),
                format.name.clone(),
                format.extensions.join(", "),
                format.rank.to_string(),
                (if format.needs_password { "sometimes" } else { "" }).to_owned(),
            ]);
        }
        page.table(&table);
    })
}

/// `import detect`
pub(super) fn detect(console: Console, file: &Path) -> Result<String, Fault> {
    let detection = formats::detect(file)?;
    Ok(console.answer(&detection, |page| {
        page.fact("Format", detection.format.as_deref().unwrap_or(UNKNOWN));
        page.fact("Confidence", &format!("{:.0} %", detection.confidence * 100.0));
        if !detection.alternatives.is_empty() {
            page.fact("Or perhaps", &detection.alternatives.join(", "));
        }
        if detection.needs_password {
            page.line("It is protected by a password of its own.");
        }
    }))
}

/// `import inspect`
pub(super) fn inspect(console: Console, export: &Export, own: Own) -> Result<String, Fault> {
    let inspection = formats::inspect(&export.file, &options(&export.reading, own)?)?;
    Ok(console.answer(&inspection, |page| inspection_page(&inspection, page)))
}

/// Where a conversion goes.
pub(super) struct Target<'a> {
    pub(super) output: &'a Path,
    pub(super) organization: bool,
    pub(super) dry_run: bool,
}

/// `import convert`
pub(super) fn convert(
    console: Console,
    export: &Export,
    own: Own,
    target: &Target<'_>,
) -> Result<String, Fault> {
    let options = options(&export.reading, own)?;
    if target.dry_run {
        let inspection = formats::inspect(&export.file, &options)?;
        return Ok(planned(console, &inspection, target.output));
    }
    let made = formats::convert(&export.file, target.output, &options, target.organization)?;
    Ok(console.answer(&made, |page| {
        page.line(&format!("Wrote {} items to {}.", made.items, made.output));
        page.quiet_line("The file is not encrypted: delete it once it is imported.");
    }))
}

fn planned(console: Console, inspection: &Inspection, output: &Path) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Planned {
        dry_run: bool,
        output: String,
        items: u64,
    }
    let output = output.display().to_string();
    let planned = Planned { dry_run: true, output, items: inspection.items.total() };
    console.answer(&planned, |page| {
        page.line(&format!("Would write {} items to {}.", planned.items, planned.output));
    })
}

/// What a person gave along with the file, and what their account has for it.
fn options(reading: &Reading, own: Own) -> Result<ReadOptions, Fault> {
    let recipe = match (&reading.recipe, own.recipe) {
        (Some(file), None) => recipe::in_file(file)?,
        (_, kept) => kept,
    };
    let password = reading.password.as_deref();
    Ok(ReadOptions {
        format: reading.format.clone(),
        export_password: password
            .map(|path| password::from_file(path, "export password"))
            .transpose()?,
        key_file: reading.key_file.clone(),
        new_types: reading.new_types,
        recipe,
        opener: own.opener,
    })
}

/// Several files as one import.
pub(super) fn sources(
    files: &[PathBuf],
    reading: &Reading,
    kept: Option<Recipe>,
) -> Result<Vec<Source>, Fault> {
    let options = options(reading, Own { recipe: kept, opener: None })?;
    let source = |path: &PathBuf| Source { path: path.clone(), options: options.clone() };
    Ok(files.iter().map(source).collect())
}

pub(super) fn inspection_page(inspection: &Inspection, page: &mut Page) {
    page.fact("Format", &inspection.format);
    page.fact("Items", &kinds(&inspection.items));
    page.fact("Folders", &inspection.folders.len().to_string());
    for folder in &inspection.folders {
        page.line(&format!("  {folder}"));
    }
    findings_page(&inspection.findings, page);
}

/// Findings, one line each; the place first, for an editor to jump to.
pub(super) fn findings_page(findings: &[Finding], page: &mut Page) {
    use Lean::{Left, Right};
    if findings.is_empty() {
        page.quiet_line("No findings.");
        return;
    }
    let mut table = Table::new(&[
        ("Finding", Left),
        ("Row", Right),
        ("Item", Right),
        ("Field", Left),
        ("Message", Left),
    ]);
    for finding in findings {
        let place = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
        table.push([
            severity(finding.severity).to_owned(),
            place(finding.row),
            place(finding.item),
            finding.field.clone().unwrap_or_default(),
            finding.message.clone(),
        ]);
    }
    page.table(&table);
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
