//! Nothing of an item is on disk in clear: not staged, not sent, not afterwards.

use std::fmt::Write as _;
use std::path::Path;

use wardroom_core::import::staging;

use crate::imports::{clients, managed, send, stage};
use crate::office::{Office, files};

/// Marks that occur nowhere by chance, one for each part of an item.
const MARKS: [&str; 6] = [
    "zq7MarkName",
    "zq7MarkUser",
    "zq7MarkPassword",
    "zq7MarkNote",
    "zq7markhost",
    "zq7MarkFolder",
];

/// Files under `folder` that hold a mark, in UTF-8 or as UTF-16 (some logs and web stores write that).
fn betrayed(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in files(folder) {
        let bytes = std::fs::read(&path).unwrap();
        for mark in MARKS {
            let wide: Vec<u8> = mark.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for needle in [mark.as_bytes(), &wide] {
                if bytes.windows(needle.len()).any(|window| window == needle) {
                    found.push(format!("{mark} in {}", path.display()));
                }
            }
        }
    }
    found
}

#[tokio::test]
async fn no_file_holds_what_was_staged() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("export.csv");
    let mut csv = "url,username,password,totp,extra,name,grouping,fav\n".to_owned();
    for item in 0..300 {
        let [name, user, password, note, host, folder] = MARKS;
        writeln!(
            csv,
            "https://{host}{item}.example,{user}{item},{password}{item},,{note},{name} {item},{folder},0"
        )
        .unwrap();
    }
    std::fs::write(&file, csv).unwrap();
    assert_eq!(betrayed(outside.path()).len(), MARKS.len(), "the search finds what is there");

    let placement = managed(&unlocked, &client).await;
    let staged = stage(&unlocked, &file, &client, placement.clone()).await;
    let folder = office.folder();
    assert!(
        files(&folder).iter().any(|path| path.extension().is_some_and(|e| e == "db-wal"))
            || files(&folder).iter().any(|path| path.to_string_lossy().ends_with("-wal")),
        "the write-ahead log is among the files searched"
    );
    assert_eq!(betrayed(&folder), [] as [String; 0], "staged");

    let other = stage(&unlocked, &file, &client, placement).await;
    staging::discard(&unlocked, other.staging_id, false).await.unwrap();
    assert_eq!(betrayed(&folder), [] as [String; 0], "discarded");

    send(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!(betrayed(&folder), [] as [String; 0], "sent, with its receipt");
    unlocked.lock().await.unwrap();
    assert_eq!(betrayed(&folder), [] as [String; 0], "locked");
}
