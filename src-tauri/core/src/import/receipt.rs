//! The end of an upload: every item proven to be there once, the receipt stored, the rest shredded.

use std::time::Duration;

use super::history::past;
use super::run::Run;
use super::sealed::{self, seal_json};
use crate::model::{ImportEnd, Receipt, ReceiptCollection, ReceiptFile};
use crate::store::{AttemptState, FileRow, Finish};
use crate::{Error, import};

/// Looks before something that was accepted counts as missing.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5)];

impl Run<'_> {
    /// Reads the client's items once more and counts.
    pub(super) async fn prove(&mut self) -> Result<(), Error> {
        let mut tally = super::look::Tally::default();
        for pause in PAUSES {
            self.rest(pause).await?;
            tally = self.look().await?.tally(&self.attempts, &self.chosen);
            if tally.missing == 0 && tally.misplaced == 0 {
                break;
            }
        }
        if tally.doubled > 0 {
            return Err(import::Error::Doubled { count: tally.doubled }.into());
        }
        let (missing, misplaced) = (tally.missing, tally.misplaced);
        if missing > 0 || misplaced > 0 {
            return Err(import::Error::Unproven { missing, misplaced }.into());
        }
        Ok(())
    }

    /// Stores the receipt under a fresh key; the key of the staged items goes with them.
    pub(super) async fn finish(&mut self) -> Result<Receipt, Error> {
        let files = self.store().load_files(self.staging()).await?;
        let receipt = self.receipt(&files);
        let (key, wrapped_key) = self.unlocked.keys().make_staging_key()?;
        let old = sealed::key_of(self.unlocked, &self.row)?;
        let folders = files.iter().map(|file| Ok(key.seal(&old.open(&file.folder)?)?));
        let finish = Finish {
            wrapped_key,
            header: self.header.seal(&key)?,
            receipt: seal_json(&key, &receipt)?,
            folders: folders.collect::<Result<_, Error>>()?,
            past: past(self.unlocked, &self.row, ImportEnd::Done, &receipt.verified_at).await?,
        };
        self.store().finish_staging(self.staging(), &finish).await?;
        Ok(receipt)
    }

    fn receipt(&self, files: &[FileRow]) -> Receipt {
        let sent = self.chosen.iter().filter(|chosen| **chosen).count();
        let carried = self.attempts.iter().filter(|a| a.state == AttemptState::Landed);
        let row = &self.row;
        Receipt {
            staging_id: row.staging_id,
            client: row.client,
            client_name: row.client_name.clone(),
            format: row.format.clone(),
            file_name: row.file_name.clone(),
            items: row.items.into(),
            landed: sent as u64,
            skipped: row.skipped.into(),
            chunks: carried.count() as u64,
            verified_at: self.clock.timestamp().to_string(),
            by: self.unlocked.account().email.clone(),
            collections: self.targets.list.iter().filter_map(on_receipt).collect(),
            sha256: row.sha256.clone(),
            files: files.iter().map(on_receipt_file).collect(),
        }
    }
}

fn on_receipt_file(file: &FileRow) -> ReceiptFile {
    let FileRow { name, format, sha256, .. } = file.clone();
    ReceiptFile { name, format, sha256 }
}

fn on_receipt(target: &super::place::Target) -> Option<ReceiptCollection> {
    let id = target.row.collection?;
    Some(ReceiptCollection { id, name: target.path.clone(), created: target.row.created })
}
