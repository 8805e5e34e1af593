//! Changes to what is staged: whole pages, what is left out, the header; and the other side of each step.
//!
//! A step keeps what it replaced. Taking it back exchanges the two, so that the same rows serve to do it again.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::staging::rows::{counts_to_text, state_to_number};
use super::staging::{FROM_LIMITS, PAGE_ITEMS, add_finding};
use super::{Error, Store};
use crate::model::{BenchActionKind, Finding, ItemCounts, StagedState, StagingId};

/// How many steps can be taken back.
const MOST_STEPS: i64 = 50;
/// How much of what they replaced is kept; of the newest step always all.
const MOST_BYTES: i64 = 64 << 20;

/// What a staging becomes by one change.
#[derive(Debug)]
pub struct StagingChange {
    /// Sealed pages; `None` takes one away.
    pub pages: Vec<(u32, Option<Vec<u8>>)>,
    /// What the limits say of the items of these pages.
    pub findings: Vec<Finding>,
    /// Items that are left out from now on, or taken back in.
    pub skips: Vec<(u32, bool)>,
    /// Sealed header.
    pub header: Vec<u8>,
    /// Keep the header of before for taking the change back.
    pub keep_header: bool,
    /// How many items there are.
    pub items: u32,
    /// The same by kind.
    pub counts: ItemCounts,
}

/// In which direction a change goes.
#[derive(Debug, Clone, Copy)]
pub enum StepMove {
    /// Something new; what was taken back before can no longer be done again.
    New {
        /// What.
        kind: BenchActionKind,
        /// How many items a person would say it is about.
        items: u32,
    },
    /// This step is taken back, or done again when it was.
    Turn {
        /// Its number.
        step: u32,
        /// It is undone from now on.
        undone: bool,
    },
}

/// A step that can be taken back or done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRow {
    /// Its number; later ones have higher ones.
    pub step: u32,
    /// What.
    pub kind: BenchActionKind,
    /// How many items.
    pub items: u32,
    /// It was taken back.
    pub undone: bool,
}

/// The other side of a step.
#[derive(Debug)]
pub struct StepContent {
    /// Sealed pages; `None` for one that is not there.
    pub pages: Vec<(u32, Option<Vec<u8>>)>,
    /// Items whose being left out differs, and what it is there.
    pub skips: Vec<(u32, bool)>,
    /// The sealed header there, when it differs.
    pub header: Option<Vec<u8>>,
    /// How many items there are there.
    pub items: u32,
}

impl Store {
    /// Carries out a change in one transaction and answers the new revision. `None`, and nothing done, once
    /// uploading has started.
    pub async fn change_staging(
        &self,
        staging: StagingId,
        change: &StagingChange,
        direction: StepMove,
    ) -> Result<Option<u64>, Error> {
        let mut transaction = self.begin().await?;
        let id = &staging.0.as_bytes()[..];
        let sql = "select items, revision from staging where staging_id = ? and state = ?";
        let query = sqlx::query(sql).bind(id).bind(state_to_number(StagedState::Staged));
        let Some(before) = query.fetch_optional(&mut *transaction).await? else { return Ok(None) };
        let (items, revision): (u32, i64) = (before.try_get(0)?, before.try_get(1)?);
        let step = open_step(&mut transaction, staging, direction).await?;
        keep_other_side(&mut transaction, staging, step, items, change).await?;
        put_pages(&mut transaction, staging, (step, revision + 1), &change.pages).await?;
        put_findings(&mut transaction, staging, change).await?;
        put_skips(&mut transaction, staging, step, &change.skips).await?;
        let revision = revision + 1;
        sqlx::query(
            "update staging set header = ?, items = ?, counts = ?, revision = ? where staging_id = ?",
        )
        .bind(&change.header)
        .bind(change.items)
        .bind(counts_to_text(&change.counts))
        .bind(revision)
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        forget_old(&mut transaction, staging).await?;
        transaction.commit().await?;
        Ok(Some(u64::try_from(revision).map_err(|_| Error::Damaged)?))
    }

    /// Steps that can be taken back or done again, oldest first.
    pub async fn load_steps(&self, staging: StagingId) -> Result<Vec<StepRow>, Error> {
        let sql = "select * from staging_step where staging_id = ? order by step";
        let rows = sqlx::query(sql).bind(&staging.0.as_bytes()[..]).fetch_all(&self.pool).await?;
        let row = |row: &SqliteRow| {
            Ok(StepRow {
                step: row.try_get("step")?,
                kind: kind_from_text(row.try_get("kind")?)?,
                items: row.try_get("items")?,
                undone: row.try_get("undone")?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// What taking this step back, or doing it again, leads to.
    pub async fn load_step(&self, staging: StagingId, step: u32) -> Result<StepContent, Error> {
        let id = &staging.0.as_bytes()[..];
        let sql = "select header, item_count from staging_step where staging_id = ? and step = ?";
        let row = sqlx::query(sql).bind(id).bind(step).fetch_one(&self.pool).await?;
        let pages = sqlx::query_as(
            "select page, content from staging_step_page where staging_id = ? and step = ? order by page",
        );
        let skips = sqlx::query_as(
            "select item, skipped from staging_step_skip where staging_id = ? and step = ? order by item",
        );
        Ok(StepContent {
            pages: pages.bind(id).bind(step).fetch_all(&self.pool).await?,
            skips: skips.bind(id).bind(step).fetch_all(&self.pool).await?,
            header: row.try_get(0)?,
            items: row.try_get(1)?,
        })
    }
}

/// Makes room for the other side of the step that is about to be taken.
async fn open_step(
    connection: &mut SqliteConnection,
    staging: StagingId,
    direction: StepMove,
) -> Result<u32, Error> {
    let id = &staging.0.as_bytes()[..];
    match direction {
        StepMove::New { kind, items } => {
            forget_steps(connection, staging, "undone = 1").await?;
            let sql = "select coalesce(max(step), 0) + 1 from staging_step where staging_id = ?";
            let step: u32 = sqlx::query_scalar(sql).bind(id).fetch_one(&mut *connection).await?;
            sqlx::query(
                "insert into staging_step (staging_id, step, kind, items, item_count)
                 values (?, ?, ?, ?, 0)",
            )
            .bind(id)
            .bind(step)
            .bind(kind_to_text(kind))
            .bind(items)
            .execute(connection)
            .await?;
            Ok(step)
        }
        StepMove::Turn { step, undone } => {
            for sql in [
                "delete from staging_step_page where staging_id = ? and step = ?",
                "delete from staging_step_skip where staging_id = ? and step = ?",
            ] {
                sqlx::query(sql).bind(id).bind(step).execute(&mut *connection).await?;
            }
            sqlx::query("update staging_step set undone = ? where staging_id = ? and step = ?")
                .bind(undone)
                .bind(id)
                .bind(step)
                .execute(connection)
                .await?;
            Ok(step)
        }
    }
}

async fn keep_other_side(
    connection: &mut SqliteConnection,
    staging: StagingId,
    step: u32,
    items: u32,
    change: &StagingChange,
) -> Result<(), Error> {
    sqlx::query(
        "update staging_step set item_count = ?,
             header = case when ? then (select header from staging s
                 where s.staging_id = staging_step.staging_id) end
         where staging_id = ? and step = ?",
    )
    .bind(items)
    .bind(change.keep_header)
    .bind(&staging.0.as_bytes()[..])
    .bind(step)
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_pages(
    connection: &mut SqliteConnection,
    staging: StagingId,
    (step, revision): (u32, i64),
    pages: &[(u32, Option<Vec<u8>>)],
) -> Result<(), Error> {
    let id = &staging.0.as_bytes()[..];
    for (page, content) in pages {
        sqlx::query(
            "insert into staging_step_page (staging_id, step, page, content) values (?1, ?2, ?3,
                 (select content from staging_page where staging_id = ?1 and page = ?3))",
        )
        .bind(id)
        .bind(step)
        .bind(page)
        .execute(&mut *connection)
        .await?;
        let query = match content {
            Some(content) => sqlx::query(
                "insert or replace into staging_page (staging_id, page, content, revision)
                 values (?, ?, ?, ?)",
            )
            .bind(id)
            .bind(page)
            .bind(content)
            .bind(revision),
            None => sqlx::query("delete from staging_page where staging_id = ? and page = ?")
                .bind(id)
                .bind(page),
        };
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn put_findings(
    connection: &mut SqliteConnection,
    staging: StagingId,
    change: &StagingChange,
) -> Result<(), Error> {
    let id = &staging.0.as_bytes()[..];
    for (page, _) in &change.pages {
        sqlx::query(
            "delete from staging_finding
             where staging_id = ? and origin = ? and item >= ? and item < ?",
        )
        .bind(id)
        .bind(FROM_LIMITS)
        .bind(page * PAGE_ITEMS)
        .bind((page + 1) * PAGE_ITEMS)
        .execute(&mut *connection)
        .await?;
    }
    let sql = "select coalesce(max(position), -1) + 1 from staging_finding where staging_id = ?";
    let first: u32 = sqlx::query_scalar(sql).bind(id).fetch_one(&mut *connection).await?;
    for (position, finding) in (first..).zip(&change.findings) {
        add_finding(connection, staging, position, FROM_LIMITS, finding).await?;
    }
    Ok(())
}

async fn put_skips(
    connection: &mut SqliteConnection,
    staging: StagingId,
    step: u32,
    skips: &[(u32, bool)],
) -> Result<(), Error> {
    let id = &staging.0.as_bytes()[..];
    for (item, skipped) in skips {
        sqlx::query(
            "insert into staging_step_skip (staging_id, step, item, skipped) values (?, ?, ?, ?)",
        )
        .bind(id)
        .bind(step)
        .bind(item)
        .bind(!skipped)
        .execute(&mut *connection)
        .await?;
        let sql = if *skipped {
            "insert or ignore into staging_skip (staging_id, item) values (?, ?)"
        } else {
            "delete from staging_skip where staging_id = ? and item = ?"
        };
        sqlx::query(sql).bind(id).bind(item).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Drops the oldest steps while there are too many, or they hold too much.
async fn forget_old(connection: &mut SqliteConnection, staging: StagingId) -> Result<(), Error> {
    let sizes: Vec<(u32, i64)> = sqlx::query_as(
        "select step, coalesce(length(header), 0) + (select coalesce(sum(length(content)), 0)
             from staging_step_page p where p.staging_id = s.staging_id and p.step = s.step)
         from staging_step s where staging_id = ? order by step desc",
    )
    .bind(&staging.0.as_bytes()[..])
    .fetch_all(&mut *connection)
    .await?;
    let (mut steps, mut bytes) = (0, 0);
    for (step, size) in sizes {
        (steps, bytes) = (steps + 1, bytes + size);
        if steps > 1 && (steps > MOST_STEPS || bytes > MOST_BYTES) {
            return forget_steps(connection, staging, &format!("step <= {step}")).await;
        }
    }
    Ok(())
}

/// `which` is a condition on `staging_step` made of this program's own words.
async fn forget_steps(
    connection: &mut SqliteConnection,
    staging: StagingId,
    which: &str,
) -> Result<(), Error> {
    let steps = format!("(select step from staging_step where staging_id = ?1 and {which})");
    for table in ["staging_step_page", "staging_step_skip", "staging_step"] {
        let sql = format!("delete from {table} where staging_id = ?1 and step in {steps}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&staging.0.as_bytes()[..]);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

// Kept in their JSON form, as findings' codes are.
fn kind_to_text(kind: BenchActionKind) -> String {
    serde_json::to_string(&kind).expect("a unit variant has a JSON form")
}

fn kind_from_text(text: &str) -> Result<BenchActionKind, Error> {
    serde_json::from_str(text).map_err(|_| Error::Damaged)
}
