//! Reads a file and seals it, page by page: one thread parses and seals, one task writes.
//!
//! The pages between them are bounded, so memory does not grow with the file.

use std::path::Path;

use tokio::sync::mpsc;

use super::check::{self, Totals};
use super::codec;
use super::formats::{self, Source, Summary};
use super::sealed::Header;
use super::upload::Cancel;
use crate::Error;
use crate::keys::StagingKey;
use crate::model::{
    Finding, FindingCode, Item, ItemCounts, OrganizationId, Placement, Severity, StagingId,
};
use crate::session::Unlocked;
use crate::store::{FileRow, NewStaging, PAGE_ITEMS, StagingEnd, StagingWriter};

/// Pages on their way from the parser to the disk.
const PAGES_UNDER_WAY: usize = 8;

/// A page as it is written.
struct SealedPage {
    content: Vec<u8>,
    findings: Vec<Finding>,
}

/// What the parser knows at the end of the file.
struct Read {
    summary: Summary,
    counts: ItemCounts,
    items: u32,
    totals: Totals,
    new_types: bool,
}

/// What is to be staged, and for whom.
pub(super) struct Request {
    pub(super) files: Vec<Source>,
    pub(super) client: OrganizationId,
    pub(super) client_name: String,
    pub(super) placement: Placement,
    pub(super) expires_at: Option<String>,
    pub(super) cancel: Cancel,
}

/// Reads, seals, stores; nothing is kept when it fails.
pub(super) async fn stage(
    unlocked: &Unlocked,
    request: Request,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<StagingId, Error> {
    let (key, wrapped_key) = unlocked.keys().make_staging_key()?;
    let new = NewStaging {
        staging_id: StagingId::make(),
        client: request.client,
        client_name: request.client_name,
        file_name: request.files.first().map(|file| file_name(&file.path)).unwrap_or_default(),
        wrapped_key,
        created_at: jiff::Timestamp::now().to_string(),
        expires_at: request.expires_at,
    };
    let (sender, mut pages) = mpsc::channel(PAGES_UNDER_WAY);
    let reader = Reader::new(key.clone(), sender, Box::new(progress), request.cancel);
    let mut files = request.files.clone();
    for file in &mut files {
        file.options.opener.get_or_insert_with(|| unlocked.keys().export_opener());
    }
    let reading = tokio::task::spawn_blocking(move || reader.run(&files));
    let mut writer = None;
    while let Some(page) = pages.recv().await {
        // The write lock is taken with the first page: a slow or refused file must not hold it.
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(unlocked.store().begin_staging(&new).await?),
        };
        write_page(writer, &page).await?;
    }
    let read = reading.await.unwrap_or_else(|stopped| panicked(stopped))?;
    let mut writer = writer.ok_or(super::Error::Empty)?;
    writer.add_findings(&read.summary.findings).await?;
    for (index, (_, sha256)) in (0..).zip(&read.summary.files) {
        if unlocked.store().was_imported(new.client, sha256).await? {
            let file = (request.files.len() > 1).then_some(index);
            writer.add_findings(&[imported_before(file)]).await?;
        }
    }
    writer.finish(&end(&key, read, request.placement, &request.files)?).await?;
    Ok(new.staging_id)
}

fn panicked(stopped: tokio::task::JoinError) -> ! {
    std::panic::resume_unwind(stopped.into_panic())
}

async fn write_page(writer: &mut StagingWriter, page: &SealedPage) -> Result<(), Error> {
    writer.add_page(&page.content).await?;
    Ok(writer.add_limit_findings(&page.findings).await?)
}

fn end(
    key: &StagingKey,
    read: Read,
    placement: Placement,
    sources: &[Source],
) -> Result<StagingEnd, Error> {
    let files = sources.iter().zip(&read.summary.files);
    let files = files.map(|(source, (format, sha256))| file_row(key, source, format, sha256));
    let files = files.collect::<Result<_, Error>>()?;
    let header = Header {
        folders: read.summary.folders,
        placement,
        totals: read.totals,
        moved: false,
        new_types: read.new_types,
    };
    Ok(StagingEnd {
        format: read.summary.format.to_owned(),
        sha256: read.summary.sha256,
        items: read.items,
        counts: read.counts,
        header: header.seal(key)?,
        files,
    })
}

/// The folder is sealed: paths tell names of people and projects.
fn file_row(
    key: &StagingKey,
    source: &Source,
    format: &str,
    sha256: &str,
) -> Result<FileRow, Error> {
    let whole = std::path::absolute(&source.path).unwrap_or_else(|_| source.path.clone());
    let folder = whole.parent().map(|folder| folder.to_string_lossy().into_owned());
    Ok(FileRow {
        name: file_name(&source.path),
        format: format.to_owned(),
        sha256: sha256.to_owned(),
        folder: key.seal(folder.unwrap_or_default().as_bytes())?,
    })
}

fn imported_before(file: Option<u32>) -> Finding {
    Finding {
        code: FindingCode::ImportedBefore,
        severity: Severity::Warning,
        file,
        row: None,
        item: None,
        field: None,
        message: "a file with the same content was imported into this client before".to_owned(),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The parsing side.
struct Reader {
    key: StagingKey,
    sender: mpsc::Sender<SealedPage>,
    progress: Box<dyn Fn(u64) + Send>,
    cancel: Cancel,
    page: Vec<Item>,
    findings: Vec<Finding>,
    counts: ItemCounts,
    items: u32,
    totals: Totals,
    new_types: bool,
}

impl Reader {
    fn new(
        key: StagingKey,
        sender: mpsc::Sender<SealedPage>,
        progress: Box<dyn Fn(u64) + Send>,
        cancel: Cancel,
    ) -> Self {
        let page = Vec::with_capacity(PAGE_ITEMS.try_into().unwrap_or(0));
        let (findings, counts, totals) = (Vec::new(), ItemCounts::default(), Totals::default());
        let new_types = false;
        Self { key, sender, progress, cancel, page, findings, counts, items: 0, totals, new_types }
    }

    fn run(mut self, files: &[Source]) -> Result<Read, Error> {
        self.new_types = files.iter().any(|file| file.options.new_types);
        let mut each = |item: Item| self.take(item);
        let summary = formats::read_several::<Error>(files, true, &mut each)?;
        self.send_page()?;
        let Self { counts, items, totals, new_types, .. } = self;
        Ok(Read { summary, counts, items, totals, new_types })
    }

    fn take(&mut self, item: Item) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(super::Error::Cancelled.into());
        }
        self.findings.extend(check::check_item(&item, self.items, self.new_types));
        self.totals.add(&item, self.items);
        self.counts.add(&item.kind);
        self.items += 1;
        self.page.push(item);
        if self.items.is_multiple_of(PAGE_ITEMS) { self.send_page() } else { Ok(()) }
    }

    fn send_page(&mut self) -> Result<(), Error> {
        if self.page.is_empty() {
            return Ok(());
        }
        let content = self.key.seal(&codec::encode_page(&self.page))?;
        self.page.clear();
        let page = SealedPage { content, findings: std::mem::take(&mut self.findings) };
        // The writer is gone only when it failed: what it says counts.
        self.sender.blocking_send(page).map_err(|_| super::Error::Cancelled)?;
        (self.progress)(self.items.into());
        Ok(())
    }
}
