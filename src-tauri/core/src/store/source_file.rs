//! The files a staging was read from: names and hashes in clear, their folders sealed.

use sqlx::{Row, SqliteConnection};

use super::{Error, Store};
use crate::model::StagingId;

/// A source file as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Without its folder.
    pub name: String,
    /// Format id.
    pub format: String,
    /// Of the bytes that were read, lower-case hex.
    pub sha256: String,
    /// Sealed: the folder it was read from.
    pub folder: Vec<u8>,
}

pub(super) async fn add_file(
    connection: &mut SqliteConnection,
    staging: StagingId,
    position: i64,
    file: &FileRow,
) -> Result<(), Error> {
    sqlx::query(
        "insert into staging_file (staging_id, position, file_name, format, sha256, folder)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(&staging.0.as_bytes()[..])
    .bind(position)
    .bind(&file.name)
    .bind(&file.format)
    .bind(&file.sha256)
    .bind(&file.folder)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts the folders under another key, in the order of the files.
pub(super) async fn reseal_folders(
    connection: &mut SqliteConnection,
    staging: StagingId,
    folders: &[Vec<u8>],
) -> Result<(), Error> {
    for (position, folder) in (0_i64..).zip(folders) {
        sqlx::query("update staging_file set folder = ? where staging_id = ? and position = ?")
            .bind(folder)
            .bind(&staging.0.as_bytes()[..])
            .bind(position)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Store {
    /// The files of a staging, in the order they were read.
    pub async fn load_files(&self, staging: StagingId) -> Result<Vec<FileRow>, Error> {
        let sql = "select file_name, format, sha256, folder from staging_file
                   where staging_id = ? order by position";
        let query = sqlx::query(sql).bind(&staging.0.as_bytes()[..]);
        let rows = query.fetch_all(&self.pool).await?;
        let file = |row: &sqlx::sqlite::SqliteRow| {
            Ok(FileRow {
                name: row.try_get(0)?,
                format: row.try_get(1)?,
                sha256: row.try_get(2)?,
                folder: row.try_get(3)?,
            })
        };
        rows.iter().map(file).collect()
    }
}
