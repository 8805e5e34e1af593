//! `import health`: how healthy passwords are, and what is made of it.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use wardroom_core::import::health::{self, HealthOptions};
use wardroom_core::import::upload::Cancel;
use wardroom_core::import::{Error as ImportError, health_file, staging};
use wardroom_core::model::{ExposedSource, HealthPick, HealthReport};
use wardroom_core::session::Unlocked;

use super::staging as staging_id;
use super::upload::{Line, stop_when_asked};
use crate::args::{HealthCheck, Mend};
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Lean, Page, Table, UNKNOWN};

/// The report, and what was done with it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    #[serde(flatten)]
    report: HealthReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    tagged: Option<Tagged>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
}

/// What went into the collection, or would.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tagged {
    collection: String,
    items: u64,
}

/// How a file is written; its ending says.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Csv,
    Html,
}

impl Form {
    fn of(path: &Path) -> Result<Self, Fault> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("json") => Ok(Self::Json),
            Some("csv") => Ok(Self::Csv),
            Some("html" | "htm") => Ok(Self::Html),
            _ => Err(Fault::usage("--output ends in .json, .csv or .html")),
        }
    }

    fn text(self, report: &HealthReport, client: &str) -> String {
        match self {
            Self::Json => health_file::json(report, client),
            Self::Csv => health_file::csv(report, client),
            Self::Html => health_file::html(report, client),
        }
    }
}

/// `import health`
pub(super) async fn check(run: &Run, wanted: &HealthCheck) -> Result<String, Fault> {
    let form = wanted.output.as_deref().map(Form::of).transpose()?;
    // Said before minutes of work, not after them.
    if wanted.output.as_deref().is_some_and(Path::exists) {
        let there = std::io::ErrorKind::AlreadyExists.into();
        return Err(ImportError::NotWritten(there).into());
    }
    let cancel = Cancel::default();
    let watch = tokio::spawn(stop_when_asked(cancel.clone(), run.console));
    let line = Line::new(run.console);
    let shown = line.clone();
    let checked = run
        .with_keys(async |unlocked| {
            let id = staging_id(&wanted.id)?;
            let progress = move |done, total| shown.checking(done, total);
            let report = health::check(unlocked, id, options(wanted), progress, &cancel).await;
            let mut checked = Checked {
                dry_run: wanted.dry_run,
                report: report?,
                tagged: None,
                output: wanted.output.as_ref().map(|path| path.display().to_string()),
            };
            checked.tagged = tag(unlocked, wanted, &checked.report).await?;
            if let (Some(form), Some(path), false) = (form, &wanted.output, wanted.dry_run) {
                let client = staging::get(unlocked, id).await?.client_name;
                write(path, &form.text(&checked.report, &client))?;
            }
            Ok(checked)
        })
        .await;
    watch.abort();
    line.end();
    let checked = checked?;
    Ok(run.console.answer(&checked, |page| checked_page(&checked, page)))
}

fn options(wanted: &HealthCheck) -> HealthOptions {
    let (exposed, list) = match wanted.exposed.as_deref() {
        None => (ExposedSource::Off, None),
        Some(path) if path == Path::new("online") => (ExposedSource::Online, None),
        Some(path) => (ExposedSource::List, Some(path.to_owned())),
    };
    let (two_step, worst) = (wanted.two_step_list.clone(), wanted.worst);
    HealthOptions { exposed, list, two_step, worst }
}

async fn tag(
    unlocked: &Unlocked,
    wanted: &HealthCheck,
    report: &HealthReport,
) -> Result<Option<Tagged>, Fault> {
    let Some(name) = &wanted.tag else { return Ok(None) };
    let id = staging_id(&wanted.id)?;
    let has = |mend| wanted.pick.contains(&mend);
    let pick = HealthPick {
        exposed: has(Mend::Exposed),
        weak: has(Mend::Weak),
        reused: has(Mend::Reused),
        plain_http: has(Mend::PlainHttp),
        missing_two_step: has(Mend::MissingTwoStep),
    };
    let items = health::picked(unlocked, id, &pick).await?.len() as u64;
    if !wanted.dry_run && items > 0 {
        health::tag(unlocked, id, &pick, name, report.revision).await?;
    }
    Ok(Some(Tagged { collection: name.clone(), items }))
}

/// Names items and hosts: only its owner reads it until they hand it on.
fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    Ok(written.map_err(ImportError::NotWritten)?)
}

fn checked_page(checked: &Checked, page: &mut Page) {
    use Lean::{Left, Right};
    let report = &checked.report;
    let some = |count: Option<u64>| count.map_or(UNKNOWN.to_owned(), |count| count.to_string());
    page.fact("Logins", &format!("{} ({} with a password)", report.logins, report.passwords));
    let least = if report.exposed_incomplete { "at least " } else { "" };
    page.fact("Exposed", &format!("{least}{}", some(report.exposed)));
    page.fact("Weak", &report.weak.to_string());
    page.fact("Reused", &report.reused.to_string());
    page.fact("Plain http", &report.plain_http.to_string());
    page.fact("No two-step", &some(report.missing_two_step));
    page.fact("To mend", &report.to_mend.to_string());
    let mut table = Table::new(&[
        ("Item", Right),
        ("Name", Left),
        ("User name", Left),
        ("Site", Left),
        ("What is wrong", Left),
    ]);
    for row in &report.rows {
        let wrong = health_file::wrong(row).join("; ");
        let (name, username, host) = (row.name.clone(), row.username.clone(), row.host.clone());
        table.push([row.item.to_string(), name, username, host, wrong]);
    }
    page.table(&table);
    let would = if checked.dry_run { "Would put" } else { "Put" };
    if let Some(tagged) = &checked.tagged {
        page.line(&format!("{would} {} items into {}.", tagged.items, tagged.collection));
    }
    if let Some(output) = &checked.output {
        let would = if checked.dry_run { "Would write" } else { "Wrote" };
        page.line(&format!("{would} {output}."));
    }
}
