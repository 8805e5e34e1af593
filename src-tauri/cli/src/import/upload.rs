//! `import upload`, `import receipt`: sending, with progress and a way to stop.

use std::sync::{Arc, Mutex};

use serde::Serialize;
use wardroom_core::import::staging;
use wardroom_core::import::upload::{self, Cancel, UploadPlan};
use wardroom_core::model::{Receipt, StagingId, UploadProgress, UploadStage};

use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Console, Page, counted, say};

/// `import upload --dry-run`
pub(super) async fn plan(run: &Run, id: StagingId) -> Result<String, Fault> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Planned {
        dry_run: bool,
        staging_id: StagingId,
        #[serde(flatten)]
        plan: UploadPlan,
    }
    let plan = run.with_keys(async |unlocked| Ok(upload::plan(unlocked, id).await?)).await?;
    let planned = Planned { dry_run: true, staging_id: id, plan };
    Ok(run.console.answer(&planned, |page| plan_page(&planned.plan, page)))
}

fn plan_page(plan: &UploadPlan, page: &mut Page) {
    page.line(&format!(
        "Would send {} to {} in {}; {} left out.",
        counted(plan.items, "item", "items"),
        plan.client,
        counted(plan.chunks, "request", "requests"),
        plan.skipped
    ));
    for name in &plan.existing_collections {
        page.line(&format!("  into     {name}"));
    }
    for name in &plan.new_collections {
        page.line(&format!("  creates  {name}"));
    }
    for name in &plan.access {
        page.line(&format!("  access   {name}"));
    }
}

/// `import upload`
pub(super) async fn upload(run: &Run, id: StagingId) -> Result<String, Fault> {
    let cancel = Cancel::default();
    let watch = tokio::spawn(stop_when_asked(cancel.clone(), run.console));
    let line = Line::new(run.console);
    let shown = line.clone();
    let receipt = run
        .with_keys(async |unlocked| {
            Ok(upload::upload(unlocked, id, cancel, move |step| shown.step(&step)).await?)
        })
        .await;
    watch.abort();
    line.end();
    let receipt = receipt?;
    Ok(run.console.answer(&receipt, |page| receipt_page(&receipt, page)))
}

/// The first Ctrl-C stops at the next safe point; the second at once, which is as safe as a power cut:
/// the journal is written before anything is sent.
pub(super) async fn stop_when_asked(cancel: Cancel, console: Console) {
    while tokio::signal::ctrl_c().await.is_ok() {
        if cancel.is_cancelled() {
            std::process::exit(1);
        }
        cancel.cancel();
        console.note("\nstopping at the next safe point; Ctrl-C again stops at once");
    }
}

/// `import receipt`
pub(super) async fn receipt(run: &Run, id: StagingId) -> Result<String, Fault> {
    let receipt = run.with_keys(async |unlocked| Ok(staging::receipt(unlocked, id).await?)).await?;
    Ok(run.console.answer(&receipt, |page| receipt_page(&receipt, page)))
}

fn receipt_page(receipt: &Receipt, page: &mut Page) {
    page.fact("Client", &receipt.client_name);
    page.fact("File", &format!("{} ({})", receipt.file_name, receipt.format));
    page.fact("Items", &receipt.items.to_string());
    page.fact("Landed", &format!("{}, each exactly once", receipt.landed));
    page.fact("Left out", &receipt.skipped.to_string());
    page.fact("Requests", &receipt.chunks.to_string());
    page.fact("Proven", &receipt.verified_at);
    page.fact("By", &receipt.by);
    for collection in &receipt.collections {
        let made = if collection.created { " (new)" } else { "" };
        page.fact("Collection", &format!("{}{made}", collection.name));
    }
    page.fact("SHA-256", &receipt.sha256);
}

/// Progress on standard error: one line that rewrites itself on a terminal, a line per tenth elsewhere.
#[derive(Clone)]
pub(super) struct Line {
    console: Console,
    last: Arc<Mutex<String>>,
}

impl Line {
    pub(super) fn new(console: Console) -> Self {
        Self { console, last: Arc::default() }
    }

    /// Items read while staging.
    pub(super) fn reading(&self, read: u64) {
        if self.console.live {
            self.show(format!("reading: {read} items"));
        }
    }

    /// How far a check is.
    pub(super) fn checking(&self, done: u64, total: u64) {
        if self.console.live {
            self.show(format!("checked: {done} of {total}"));
        }
    }

    /// A step of an upload.
    pub(super) fn step(&self, step: &UploadProgress) {
        self.show(step_text(step, self.console.live));
    }

    /// Clears the line for what follows.
    pub(super) fn end(&self) {
        let drawn = self.last.lock().is_ok_and(|last| !last.is_empty());
        if self.console.live && drawn {
            say("\r\u{1b}[K");
        }
    }

    fn show(&self, text: String) {
        let Ok(mut last) = self.last.lock() else { return };
        if !self.console.wants_progress() || *last == text {
            return;
        }
        if self.console.live {
            say(&format!("\r\u{1b}[K{text}"));
        } else {
            say(&format!("{text}\n"));
        }
        *last = text;
    }
}

fn step_text(step: &UploadProgress, live: bool) -> String {
    let stage = match step.stage {
        UploadStage::Looking => "looking at what is there",
        UploadStage::Collections => "collections",
        UploadStage::Sending => "sending",
        UploadStage::Verifying => "proving",
        UploadStage::Finished => "finished",
    };
    if step.waiting_seconds > 0 {
        return format!("{stage}: waiting {} s, as the server asked", step.waiting_seconds);
    }
    if live {
        return format!("{stage}: {} of {}", step.landed, step.total);
    }
    let tenth = (step.landed * 10).checked_div(step.total).unwrap_or(10);
    format!("{stage}: {} % of {}", tenth * 10, step.total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(landed: u64, total: u64) -> UploadProgress {
        UploadProgress { stage: UploadStage::Sending, landed, total, waiting_seconds: 0 }
    }

    #[test]
    fn a_log_gets_a_line_per_tenth_and_a_terminal_every_step() {
        assert_eq!(step_text(&step(4100, 40_000), false), step_text(&step(4200, 40_000), false));
        assert_eq!(step_text(&step(4100, 40_000), true), "sending: 4100 of 40000");
        assert_eq!(step_text(&step(0, 0), false), "sending: 100 % of 0", "nothing to send is done");
    }

    #[test]
    fn waiting_for_the_server_is_said() {
        let waiting = UploadProgress { waiting_seconds: 7, ..step(1, 2) };
        assert_eq!(step_text(&waiting, true), "sending: waiting 7 s, as the server asked");
    }
}
