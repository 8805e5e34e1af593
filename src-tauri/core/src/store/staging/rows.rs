//! Rows as they are stored, and what they stand for.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::StagingRow;
use crate::model::{
    Finding, FindingCode, ItemCounts, OrganizationId, Severity, StagedState, StagingId,
};
use crate::store::Error;

pub(super) fn row_to_staging(row: &SqliteRow) -> Result<StagingRow, Error> {
    Ok(StagingRow {
        staging_id: StagingId(read_id(row, "staging_id")?),
        client: OrganizationId(read_id(row, "client_id")?),
        client_name: row.try_get("client_name")?,
        format: row.try_get("format")?,
        file_name: row.try_get("file_name")?,
        sha256: row.try_get("sha256")?,
        items: row.try_get("items")?,
        counts: counts_from_text(row.try_get("counts")?)?,
        state: state_from_number(row.try_get("state")?)?,
        wrapped_key: row.try_get("wrapped_key")?,
        header: row.try_get("header")?,
        receipt: row.try_get("receipt")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        files: texts_from_text(row.try_get("files")?)?,
        revision: u64::try_from(row.try_get::<i64, _>("revision")?).map_err(|_| Error::Damaged)?,
        skipped: row.try_get("skipped")?,
        landed: row.try_get("landed")?,
        blocking: row.try_get("blocking")?,
    })
}

pub(super) fn row_to_finding(row: &SqliteRow) -> Result<Finding, Error> {
    Ok(Finding {
        code: code_from_text(row.try_get("code")?)?,
        severity: severity_from_number(row.try_get("severity")?)?,
        file: row.try_get("file")?,
        row: row.try_get("source_row")?,
        item: row.try_get("item")?,
        field: row.try_get("field")?,
        message: row.try_get("message")?,
    })
}

pub(in crate::store) fn read_id(row: &SqliteRow, column: &str) -> Result<uuid::Uuid, Error> {
    let bytes: &[u8] = row.try_get(column)?;
    uuid::Uuid::from_slice(bytes).map_err(|_| Error::Damaged)
}

pub(in crate::store) fn state_to_number(state: StagedState) -> i64 {
    match state {
        StagedState::Staged => 0,
        StagedState::Uploading => 1,
        StagedState::Done => 2,
    }
}

pub(super) fn state_from_number(number: i64) -> Result<StagedState, Error> {
    match number {
        0 => Ok(StagedState::Staged),
        1 => Ok(StagedState::Uploading),
        2 => Ok(StagedState::Done),
        _ => Err(Error::Damaged),
    }
}

pub(super) fn severity_to_number(severity: Severity) -> i64 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}

pub(in crate::store) fn severity_from_number(number: i64) -> Result<Severity, Error> {
    match number {
        0 => Ok(Severity::Info),
        1 => Ok(Severity::Warning),
        2 => Ok(Severity::Error),
        _ => Err(Error::Damaged),
    }
}

pub(in crate::store) fn texts_to_text(texts: &[String]) -> String {
    serde_json::to_string(texts).expect("texts have a JSON form")
}

pub(in crate::store) fn texts_from_text(text: &str) -> Result<Vec<String>, Error> {
    serde_json::from_str(text).map_err(|_| Error::Damaged)
}

// Codes and counts are kept in their JSON form: it is the one already promised to the faces.
pub(super) fn code_to_text(code: FindingCode) -> String {
    serde_json::to_string(&code).expect("a unit variant has a JSON form")
}

pub(in crate::store) fn code_from_text(text: &str) -> Result<FindingCode, Error> {
    serde_json::from_str(text).map_err(|_| Error::Damaged)
}

pub(in crate::store) fn counts_to_text(counts: &ItemCounts) -> String {
    serde_json::to_string(counts).expect("counts have a JSON form")
}

pub(super) fn counts_from_text(text: &str) -> Result<ItemCounts, Error> {
    serde_json::from_str(text).map_err(|_| Error::Damaged)
}
