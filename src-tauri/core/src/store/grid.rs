//! What the index of a staging is made of: many pages at once, and what was found about which item.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::staging::rows::{code_from_text, row_to_finding, severity_from_number};
use super::{Error, Store};
use crate::model::{Finding, FindingCode, Severity, StagingId};

/// What a list says of one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindingMark {
    /// Index of the item.
    pub item: u32,
    /// What.
    pub code: FindingCode,
    /// How bad.
    pub severity: Severity,
    /// Where in the item.
    pub place: FindingPlace,
}

/// Where in an item something was found, as far as a fix depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingPlace {
    /// In the notes.
    Notes,
    /// In a custom field's value.
    Field,
    /// Somewhere else.
    Other,
}

impl Store {
    /// Numbers of the pages written after revision `since`, ascending; of all of them without it.
    pub async fn load_changed_pages(
        &self,
        staging: StagingId,
        since: Option<u64>,
    ) -> Result<Vec<u32>, Error> {
        let sql =
            "select page from staging_page where staging_id = ? and revision > ? order by page";
        let since = since.map_or(-1, |since| i64::try_from(since).unwrap_or(i64::MAX));
        let query = sqlx::query_scalar(sql).bind(&staging.0.as_bytes()[..]).bind(since);
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// Sealed pages `first..=last`.
    pub async fn load_pages(
        &self,
        staging: StagingId,
        first: u32,
        last: u32,
    ) -> Result<Vec<(u32, Vec<u8>)>, Error> {
        let sql = "select page, content from staging_page
             where staging_id = ? and page between ? and ? order by page";
        let query = sqlx::query_as(sql).bind(&staging.0.as_bytes()[..]).bind(first).bind(last);
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// What was found about one item, most severe first.
    pub async fn load_item_findings(
        &self,
        staging: StagingId,
        item: u32,
    ) -> Result<Vec<Finding>, Error> {
        let sql = "select * from staging_finding where staging_id = ? and item = ?
             order by severity desc, position";
        let query = sqlx::query(sql).bind(&staging.0.as_bytes()[..]).bind(item);
        query.fetch_all(&self.pool).await?.iter().map(row_to_finding).collect()
    }

    /// What was found about which item, the worst first.
    pub async fn load_finding_marks(&self, staging: StagingId) -> Result<Vec<FindingMark>, Error> {
        let rows = sqlx::query(
            "select item, code, severity, case when field = 'notes' then 1
                 when field glob 'fields*.value' then 2 else 0 end
             from staging_finding where staging_id = ? and item is not null
             order by severity desc, item, position",
        )
        .bind(&staging.0.as_bytes()[..])
        .fetch_all(&self.pool)
        .await?;
        let mut codes = HashMap::new();
        rows.iter().map(|row| row_to_mark(row, &mut codes)).collect()
    }
}

/// The same few codes come again and again.
fn row_to_mark(
    row: &SqliteRow,
    codes: &mut HashMap<String, FindingCode>,
) -> Result<FindingMark, Error> {
    let text: &str = row.try_get(1)?;
    let code = match codes.get(text) {
        Some(code) => *code,
        None => *codes.entry(text.to_owned()).or_insert(code_from_text(text)?),
    };
    Ok(FindingMark {
        item: row.try_get(0)?,
        code,
        severity: severity_from_number(row.try_get(2)?)?,
        place: match row.try_get(3)? {
            1 => FindingPlace::Notes,
            2 => FindingPlace::Field,
            _ => FindingPlace::Other,
        },
    })
}
